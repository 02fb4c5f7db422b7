"""Accepting what a family asks."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from backoffice.bookings.book import change_cell
from backoffice.bookings.cells import hold_places
from backoffice.bookings.rules import Grant
from backoffice.errors import RefusedByRule, StaleRequest
from backoffice.families.edit import person_of, put_fields
from backoffice.families.fields import Subject, field_of
from backoffice.office import Work
from backoffice.requests.decision import Decision, open_request, settle
from backoffice.requests.file import ItemRow, items_of
from backoffice.requests.lines import cell_key
from backoffice.requests.waiting import CELL
from models.office.requests import Request, RequestItem
from models.vocabulary import Origin, Role, Verdict
from resources.french import NARROW, until_text


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

    Lines left out go on waiting. `force` says that the agent has seen what changed, or that the group is full. A line
    that asks for a proof is accepted with a note that says what the family brought: the absence is then justified.

    Raises:
        ChangedSince: the file changed since the family saw it; the caller shows three values (then, now, wished).
        RefusedByRule: somebody has decided already, a line can no longer be accepted by anybody, or the note of a proof
            is missing.
    """
    work.agent.must_be(Role.AGENT)
    request, items = open_request(work.session, request_id)
    chosen = _chosen(items, fields)
    hold_places(work.session, {int(item.field) for item in chosen if item.subject == CELL})
    shown = {row.key: row for row in items_of(work.session, request)}
    rows = [shown[cell_key(item)] for item in chosen]
    _may_be_accepted(rows, at=work.now, note=note, force=force)
    _apply_fields(work, [item for item in chosen if item.subject != CELL])
    for item in chosen:
        if item.subject == CELL:
            _apply_cell(work, request, item, shown[cell_key(item)].grant, note)
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


def _may_be_accepted(rows: Sequence[ItemRow], *, at: datetime, note: str, force: bool) -> None:
    for row in rows:
        blocked = row.blocked
        if row.decide_by is not None and at >= row.decide_by:
            blocked = f"la régie pouvait décider jusqu'au {until_text(row.decide_by)}."
        if blocked:
            raise RefusedByRule(f"{row.text}{NARROW}: {blocked} Cette ligne ne peut qu'être refusée.")
        if row.needs_proof and not note.strip():
            raise RefusedByRule(
                f"{row.text}{NARROW}: un justificatif est demandé. Rien n'a été modifié. Écrivez lequel la famille a "
                "fourni, ou refusez."
            )
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


def _apply_cell(work: Work, request: Request, item: RequestItem, grant: Grant, note: str) -> None:
    assert item.day is not None
    cell = (item.subject_id, int(item.field), item.day)
    change_cell(work, cell, grant, origin=Origin.PORTAL, request_id=request.id, note=note.strip())
