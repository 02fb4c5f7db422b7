"""Accepting what a family asks."""

from collections.abc import Collection, Sequence
from uuid import UUID

from backoffice.bookings.book import set_booking
from backoffice.bookings.cells import hold_places
from backoffice.errors import RefusedByRule, StaleRequest
from backoffice.families.edit import person_of, put_fields
from backoffice.families.fields import Subject, field_of
from backoffice.office import Work
from backoffice.requests.decision import Decision, open_request, settle
from backoffice.requests.file import ItemRow, items_of
from backoffice.requests.lines import cell_key
from backoffice.requests.waiting import CELL
from models.office.requests import Request, RequestItem
from models.vocabulary import BookingState, Origin, Role, Verdict
from resources.french import NARROW


class ChangedSince(StaleRequest):
    """Some lines are no longer what the family saw: then, now and wished must be compared before deciding."""

    def __init__(self, sentence: str, items: Sequence[ItemRow]) -> None:
        super().__init__(sentence)
        self.items = tuple(items)


def accept(
    work: Work,
    request_id: UUID,
    *,
    fields: Collection[str] | None = None,
    note: str = "",
    force: bool = False,
) -> Decision:
    """Apply a family's request, whole or line by line, and tell the family.

    Lines left out go on waiting. `force` says that the agent has seen what changed, or that the group is full.

    Raises:
        ChangedSince: the file changed since the family saw it; the caller shows three values (then, now, wished).
        RefusedByRule: somebody has decided already, or a line can no longer be accepted by anybody.
    """
    work.agent.must_be(Role.AGENT)
    request, items = open_request(work.session, request_id)
    chosen = _chosen(items, fields)
    hold_places(work.session, {int(item.field) for item in chosen if item.subject == CELL})
    shown = {row.key: row for row in items_of(work.session, request)}
    rows = [shown[cell_key(item)] for item in chosen]
    _may_be_accepted(rows, force=force)
    _apply_fields(work, [item for item in chosen if item.subject != CELL])
    for item in chosen:
        if item.subject == CELL:
            _apply_cell(work, request, item)
        item.verdict, item.why = Verdict.ACCEPTED, "Accepté par la régie."
    work.sign(
        "accept", "request", request_id,
        old={row.text: row.now for row in rows}, new={row.text: row.wished for row in rows},
    )  # fmt: skip
    return settle(work, request, items, note=note)


def _chosen(items: Sequence[RequestItem], fields: Collection[str] | None) -> list[RequestItem]:
    waiting = {cell_key(item): item for item in items if item.verdict is Verdict.WAITING}
    if fields is None:
        return list(waiting.values())
    if not fields or not set(fields) <= set(waiting):
        raise RefusedByRule("Choisissez au moins une ligne qui attend encore. Rien n'a été modifié.")
    return [item for key, item in waiting.items() if key in fields]


def _may_be_accepted(rows: Sequence[ItemRow], *, force: bool) -> None:
    for row in rows:
        if row.blocked:
            raise RefusedByRule(f"{row.text}{NARROW}: {row.blocked} Cette ligne ne peut qu'être refusée.")
    changed = [row for row in rows if row.stale or row.full]
    if changed and not force:
        why = "le groupe est complet" if all(row.full for row in changed) else "la fiche a changé depuis la demande"
        sentence = f"Attention{NARROW}: {why}. Rien n'a été modifié. Comparez les trois valeurs, puis décidez."
        raise ChangedSince(sentence, changed)


def _apply_fields(work: Work, items: Sequence[RequestItem]) -> None:
    if not items:
        return
    subject = Subject(items[0].subject)  # a request is about one person
    person = person_of(work.session, subject, items[0].subject_id)
    assert person is not None
    wished = [(field_of(subject, item.field), item.wished or "") for item in items]
    put_fields(work, subject, person, [(field, field.read(value)) for field, value in wished if field])


def _apply_cell(work: Work, request: Request, item: RequestItem) -> None:
    assert item.day is not None
    state = BookingState.BOOKED if item.wished == "booked" else BookingState.CANCELLED
    cell = (item.subject_id, int(item.field), item.day)
    set_booking(work, cell, state, origin=Origin.PORTAL, request_id=request.id)
