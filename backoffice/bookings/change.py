"""The desk books and cancels for a family."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from backoffice.bookings.book import change_cell
from backoffice.bookings.cells import hold_places, read_cells
from backoffice.bookings.rules import NO, CellJudgement, Effect, judge_cell
from backoffice.bookings.waiting_list import leave, serve
from backoffice.errors import RefusedByRule
from backoffice.office import Work
from backoffice.sync.mark import mark_cells
from models.office.families import Child
from models.vocabulary import Origin, Role, Verdict
from resources.french import NARROW, day_and_month, instant_text, plural

OFF_LIST = "Retiré de la liste d'attente par la régie."


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell to book or to free."""

    unit_id: int
    day: date
    book: bool


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """What would become, or became, of one cell."""

    unit_id: int
    day: date
    verdict: Verdict
    why: str
    limit_at: datetime | None
    rule: str | None
    steps: tuple[str, ...]
    overridable: bool
    late: bool = False  # accepted all the same: the sentence says at what cost
    listable: bool = False  # full: the child may be put on the waiting list


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """What the desk changed."""

    booked: int
    cancelled: int
    answers: tuple[CellAnswer, ...]

    @property
    def done(self) -> int:
        """Count the cells that changed."""
        return self.booked + self.cancelled

    @property
    def sentence(self) -> str:
        """Tell the agent."""
        booked = plural(self.booked, "réservation", "réservations")
        cancelled = plural(self.cancelled, "annulation", "annulations")
        return f"{booked}, {cancelled}." if self.done else "Rien n'était à changer."


def check_bookings(
    session: Session, child_id: int, cells: Sequence[CellChange], *, now: datetime
) -> tuple[CellAnswer, ...]:
    """Say what the rules would answer, changing nothing."""
    return tuple(_answer(cell, judgement) for cell, judgement in _judge(session, child_id, cells, now))


def change_bookings(
    work: Work,
    child_id: int,
    cells: Sequence[CellChange],
    *,
    reason: str = "",
    override: bool = False,
    note: str = "",
) -> ChangeReport:
    """Book and cancel cells of one child, all or none.

    An agent may override a limit or a full group, with a note; never a closed day, a missing enrolment, a day already
    pointed, a request that waits, or the limit that the rulebook sets for the régie itself. What a rule makes a latecomer
    pay is paid at the desk too: the booking keeps it.

    Raises:
        RefusedByRule: a rule says no, or the note is missing.
    """
    work.agent.must_be(Role.AGENT)
    if override and not note.strip():
        raise RefusedByRule("Une dérogation se justifie. Rien n'a été modifié. Écrivez pourquoi vous l'accordez.")
    child = work.session.get(Child, child_id)
    if child is None:
        raise RefusedByRule("Cet enfant n'existe pas, ou n'existe plus.")
    hold_places(work.session, {cell.unit_id for cell in cells})
    judged = _judge(work.session, child_id, cells, work.now)
    _must_be_granted(child.first_name, judged, override=override)
    done = [cell for cell, judgement in judged if _put(work, child_id, cell, judgement, note)]
    serve(work, [(cell.unit_id, cell.day) for cell in done if not cell.book])
    mark_cells(work, [(child_id, cell.unit_id, cell.day) for cell in done])
    if done:
        _sign(work, child_id, done, {"reason": reason, "note": note, "override": override})
    booked = sum(cell.book for cell in done)
    return ChangeReport(booked, len(done) - booked, tuple(_answer(*pair) for pair in judged))


def _must_be_granted(child: str, judged: Sequence[tuple[CellChange, CellJudgement]], *, override: bool) -> None:
    refused = [
        (cell, judgement)
        for cell, judgement in judged
        if judgement.verdict is Verdict.REFUSED and not (override and judgement.overridable)
    ]
    if refused:
        raise RefusedByRule(_refusal(child, refused))


def _judge(
    session: Session, child_id: int, cells: Sequence[CellChange], now: datetime
) -> list[tuple[CellChange, CellJudgement]]:
    facts = read_cells(session, child_id, [(cell.unit_id, cell.day) for cell in cells])
    unknown = CellJudgement(Verdict.REFUSED, Effect.NOTHING, "Cette case n'existe pas.")
    judged = []
    for cell in cells:
        known = facts.get((cell.unit_id, cell.day))
        judged.append((cell, judge_cell(known, book=cell.book, at=now, by_family=False) if known else unknown))
    return judged


def _put(work: Work, child_id: int, cell: CellChange, judgement: CellJudgement, note: str) -> bool:
    grant = NO if judgement.verdict is Verdict.ACCEPTED and judgement.effect is Effect.NOTHING else judgement.grant
    if grant.effect is Effect.LEAVE:
        leave(work, (child_id, cell.unit_id, cell.day), OFF_LIST)
        return True
    told = note.strip() or f"Annulé par la régie le {instant_text(work.now)}, après la limite."
    return change_cell(work, (child_id, cell.unit_id, cell.day), grant, origin=Origin.DESK, note=told)


def _sign(work: Work, child_id: int, done: Sequence[CellChange], words: dict[str, object]) -> None:
    new = {f"{cell.unit_id}:{cell.day}": "booked" if cell.book else "cancelled" for cell in done}
    work.sign("bookings", "child", child_id, new={**new, **{name: word for name, word in words.items() if word}})


def _answer(cell: CellChange, judgement: CellJudgement) -> CellAnswer:
    bound = judgement.bound
    return CellAnswer(
        cell.unit_id, cell.day, judgement.verdict, judgement.why, bound.until if bound else None,
        bound.rule if bound else None, judgement.steps, judgement.overridable,
        listable=judgement.listable,
        late=judgement.effect is Effect.BILL or (judgement.effect is Effect.BOOK and judgement.grant.late is not None),
    )  # fmt: skip


def _refusal(child: str, refused: Sequence[tuple[CellChange, CellJudgement]]) -> str:
    cell, judgement = refused[0]
    others = f" (et {plural(len(refused) - 1, 'autre jour', 'autres jours')})" if len(refused) > 1 else ""
    sentence = f"{child}, {day_and_month(cell.day)}{others}{NARROW}: {judgement.why} Rien n'a été modifié."
    if all(judged.overridable for _, judged in refused):
        sentence += " Vous pouvez accorder une dérogation, avec une note."
    return sentence
