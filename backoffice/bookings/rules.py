"""What may be done with one cell of a child's week: pure decisions on values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from backoffice.clock import paris_day
from backoffice.rulebook.load import Operation
from backoffice.rulebook.notice import Judgement, Limit, judge
from models.vocabulary import Verdict
from resources.french import NARROW, instant_text, plural


class CellNow(StrEnum):
    """What a cell is at the moment of judging, whatever waits for it."""

    FREE = "free"
    BOOKED = "booked"
    PRESENT = "present"
    ABSENT = "absent"


class Effect(StrEnum):
    """What the judgement does to the bookings."""

    NOTHING = "nothing"
    BOOK = "book"
    CANCEL = "cancel"
    HOLD = "hold"  # a late booking: the place waits for the régie


@dataclass(frozen=True, slots=True)
class CellFacts:
    """All that a judgement needs to know of a unit of a day for a child."""

    day: date
    child: str
    unit: str
    activity: str
    online: bool
    enrolled: bool
    closed: str | None
    now: CellNow
    asked: bool  # a request for this cell waits already
    places: int  # left in the child's group
    capacity: int
    group_id: int | None
    limits: dict[Operation, Limit]  # empty when no rulebook is in force on that day

    @property
    def full(self) -> bool:
        """Tell whether one more child would be one too many."""
        return self.places <= 0


@dataclass(frozen=True, slots=True)
class CellJudgement:
    """What was decided of one cell, why, and by which rule."""

    verdict: Verdict
    effect: Effect
    why: str
    bound: Limit | None = None
    overridable: bool = False  # by an agent, with a note

    @property
    def steps(self) -> tuple[str, ...]:
        """Explain the limit, step by step."""
        return self.bound.steps if self.bound else ()


def judge_cell(facts: CellFacts, *, book: bool, at: datetime, by_family: bool = True) -> CellJudgement:
    """Judge one wish at the moment it was received; `at` is the receipt on the portal, or now at the desk."""
    operation = Operation.BOOK if book else Operation.CANCEL
    if (never := _impossible(facts, at, book=book, by_family=by_family)) is not None:
        return CellJudgement(Verdict.REFUSED, Effect.NOTHING, never, facts.limits.get(operation))
    bound = facts.limits[operation]
    if (facts.now is CellNow.BOOKED) == book:
        why = "Déjà réservé, rien à changer." if book else "Déjà libre, rien à changer."
        return CellJudgement(Verdict.ACCEPTED, Effect.NOTHING, why, bound)
    judgement = judge(bound, at)
    if judgement is Judgement.IN_TIME:
        return _in_time(facts, bound, book=book)
    late = _late(bound, book=book)
    if judgement is Judgement.LATE_REFUSED or not by_family:  # the desk is the régie: it overrides, with a note
        return CellJudgement(Verdict.REFUSED, Effect.NOTHING, late, bound, overridable=True)
    if book and facts.full:
        return CellJudgement(Verdict.REFUSED, Effect.NOTHING, _full(facts), bound, overridable=True)
    effect = Effect.HOLD if book else Effect.NOTHING
    return CellJudgement(Verdict.WAITING, effect, f"{late} La régie décide.", bound)


def _in_time(facts: CellFacts, bound: Limit, *, book: bool) -> CellJudgement:
    if not book:
        return CellJudgement(Verdict.ACCEPTED, Effect.CANCEL, "Annulé dans le délai.", bound)
    if facts.full:
        return CellJudgement(Verdict.REFUSED, Effect.NOTHING, _full(facts), bound, overridable=True)
    return CellJudgement(Verdict.ACCEPTED, Effect.BOOK, "Réservé dans le délai.", bound)


def _impossible(facts: CellFacts, at: datetime, *, book: bool, by_family: bool) -> str | None:
    """Say why nobody could do it, not even the régie; the first reason that holds."""
    verb = "réserver" if book else "annuler"
    reasons = (
        (
            not facts.enrolled and (book or by_family),
            f"Pas d'inscription de {facts.child} à l'activité «\xa0{facts.activity}\xa0» ce jour-là.",
        ),
        (facts.now in {CellNow.PRESENT, CellNow.ABSENT}, "Le pointage de ce jour est déjà fait."),
        (facts.asked, "Une demande pour ce jour attend déjà la réponse de la régie."),
        (
            by_family and not facts.online,
            f"Les réservations de «\xa0{facts.activity}\xa0» se font auprès de la régie.",
        ),
        (book and facts.closed is not None, f"Pas d'accueil ce jour-là{NARROW}: {facts.closed}."),
        (by_family and facts.day < paris_day(at), f"Ce jour est passé{NARROW}: on ne peut plus {verb}."),
        (not facts.limits, "Aucun règlement intérieur n'est en vigueur ce jour-là."),
    )
    return next((why for holds, why in reasons if holds), None)


def _late(bound: Limit, *, book: bool) -> str:
    verb = "réserver" if book else "annuler"
    if bound.until is None:
        return f"Ce jour ne se {'réserve' if book else 'annule'} pas en ligne."
    return f"Trop tard pour {verb}{NARROW}: la limite était le {instant_text(bound.until)}."


def _full(facts: CellFacts) -> str:
    return f"Complet{NARROW}: {plural(facts.capacity, 'place prise', 'places prises')} sur {facts.capacity}."
