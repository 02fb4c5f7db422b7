"""Accepting what a family asks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backoffice.errors import RefusedByRule, StaleRequest
from backoffice.office import Work
from backoffice.requests.decision import Decision, open_request, settle
from backoffice.requests.file import items_of
from backoffice.requests.kinds import HANDLERS
from backoffice.requests.kinds.kind import ItemRow, Terms, line_key
from models.office.requests import RequestItem
from models.vocabulary import Role, Verdict
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
    values: Mapping[str, Any] | None = None,
) -> Decision:
    """Apply a family's request, whole or line by line, and tell the family.

    Lines left out go on waiting. `force` says that the agent has seen what changed, or that the group is full. A line
    that asks for a proof is accepted with a note that says what the family brought: the absence is then justified.
    `values` is what this kind of request asks the agent besides, by its name: see its handler.

    Raises:
        ChangedSince: the file changed since the family saw it; the caller shows three values (then, now, wished).
        RefusedByRule: somebody has decided already, a line can no longer be accepted by anybody, or the note of a proof
            is missing.
    """
    work.agent.must_be(Role.AGENT)
    request, items = open_request(work.session, request_id)
    handler = HANDLERS[request.kind]
    chosen = _chosen(items, None if handler.whole else fields)
    shown = {row.key: row for row in items_of(work.session, request)}
    rows = [shown[line_key(item)] for item in chosen]
    _may_be_accepted(rows, at=work.now, note=note, force=force)
    handler.apply(work, request, chosen, shown, Terms(note, values or {}))
    for item in chosen:
        item.verdict, item.why = Verdict.ACCEPTED, "Accepté par la régie."
    work.sign(
        "accept", "request", request_id,
        old={row.text: row.now for row in rows}, new={row.text: row.wished for row in rows},
    )  # fmt: skip
    return settle(work, request, items, note=note)


def _chosen(items: Sequence[RequestItem], fields: Collection[str] | None) -> list[RequestItem]:
    waiting = {line_key(item): item for item in items if item.verdict is Verdict.WAITING}
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
