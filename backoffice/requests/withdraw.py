"""The family takes back what nobody has answered."""

from backoffice.office import Work
from backoffice.requests.closing import sum_up
from backoffice.requests.decision import items_held, show_request
from backoffice.requests.kinds import HANDLERS
from backoffice.requests.kinds.kind import line_key
from backoffice.sync.contract import Action, Withdrawn
from models.office.requests import Request
from models.vocabulary import Verdict
from resources.french import NARROW, instant_text, plural


def withdraw(work: Work, action: Action) -> str:
    """Close the lines that a family takes back, give back what they held, and say what became of it.

    What the régie has answered meanwhile stays as she answered it.
    """
    asked = action.payload
    assert isinstance(asked, Withdrawn)
    request = work.session.get(Request, asked.request_id, with_for_update=True)
    if request is None or request.family_id != action.family_id:
        return f"refusée{NARROW}: cette demande n'est pas de ce foyer"
    items, handler = items_held(work.session, request.id), HANDLERS[request.kind]
    keys = set() if handler.whole else set(asked.keys)
    taken = [item for item in items if item.verdict is Verdict.WAITING and (not keys or line_key(item) in keys)]
    if not taken:
        return "sans effet, la régie avait répondu"
    for item in taken:
        handler.release(work, request, item)
        item.verdict, item.why = Verdict.WITHDRAWN, f"Retirée par vous le {instant_text(action.received_at)}."
    sum_up(work, request, items)
    work.sign("withdraw", "request", request.id, new={line_key(item): "retiré" for item in taken})
    show_request(work, request, items)
    return plural(len(taken), "ligne retirée", "lignes retirées")
