"""Refusing what a family asks, with a reason that it will read."""

from uuid import UUID

from backoffice.errors import RefusedByRule
from backoffice.office import Work
from backoffice.requests.decision import Decision, open_request, settle
from backoffice.requests.kinds import HANDLERS
from backoffice.requests.lines import lines_of
from models.office.requests import RefusalReason
from models.vocabulary import Role, Verdict


def refuse(work: Work, request_id: UUID, *, reason_id: int, note: str = "") -> Decision:
    """Refuse all that still waits in a request, and tell the family why.

    Raises:
        RefusedByRule: somebody has decided already, or the reason is not in the list.
    """
    work.agent.must_be(Role.AGENT)
    request, items = open_request(work.session, request_id)
    reason = work.session.get(RefusalReason, reason_id)
    if reason is None:
        raise RefusedByRule("Ce motif de refus n'existe plus. Rien n'a été modifié. Choisissez-en un dans la liste.")
    texts = {line.item_id: line.text for line in lines_of(work.session, [request]).get(request.id, ())}
    refused = [item for item in items if item.verdict is Verdict.WAITING]
    for item in refused:
        HANDLERS[request.kind].release(work, request, item)
        item.verdict, item.why = Verdict.REFUSED, f"{reason.label}."
    work.sign(
        "refuse", "request", request_id,
        new={**{texts[item.id]: "refusé" for item in refused}, "motif": reason.label, **({"note": note} if note else {})},
    )  # fmt: skip
    return settle(work, request, items, note=note, reason=reason)
