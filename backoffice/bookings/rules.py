"""What may be done with one cell of a child's week: pure decisions on values."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from backoffice.bookings.late import cost_words
from backoffice.bookings.waiting_rules import Listed, rank_words
from backoffice.clock import paris_day
from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.notices.notice import desk_may, judge
from backoffice.rulebook.values import Judgement, Limit
from models.vocabulary import Verdict, WaitingState
from resources.french import instant_text, plural, until_text


class CellNow(StrEnum):
    """What a cell is at the moment of judging, whatever waits for it."""

    FREE = "free"
    BOOKED = "booked"
    PRESENT = "present"
    ABSENT = "absent"


class Effect(StrEnum):
    """What is done to the bookings."""

    NOTHING = "nothing"
    BOOK = "book"
    CANCEL = "cancel"
    HOLD = "hold"  # the place waits for the régie
    BILL = "bill"  # cancelled too late: the place is free, the absence is billed
    RETURN = "return"  # booked again: the absence that was announced is forgotten
    EXCUSE = "excuse"  # cancelled on a proof: the place is free, the absence is justified
    LIST = "list"  # the group is full: the child enters the waiting list
    LEAVE = "leave"  # off the waiting list, or the place offered is declined


@dataclass(frozen=True, slots=True)
class Grant:
    """What a yes does, the rule's or the régie's; and for a booking made after the limit, what the rule says of it."""

    effect: Effect
    late: Late | None = None


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
    limits: dict[Operation, Limit]  # those of the household's residence; empty when no rulebook is in force on that day
    resident: bool = True  # the household that pays
    waited: int = 0  # children of the group on the list
    list_open: bool = False  # a full cell keeps those who ask, in order
    listed: Listed | None = None  # where this child stands on the list

    @property
    def full(self) -> bool:
        """Tell whether one more child would be one too many."""
        return self.places <= 0


NO = Grant(Effect.NOTHING)


@dataclass(frozen=True, slots=True)
class CellJudgement:
    """What was decided of one cell, what is done at once and what a yes of the régie would do, why, and by which rule."""

    verdict: Verdict
    effect: Effect
    why: str
    bound: Limit | None = None
    overridable: bool = False  # by an agent, with a note
    grant: Grant = NO
    listable: bool = False  # full, and the régie may put the child on the list

    @property
    def steps(self) -> tuple[str, ...]:
        """Explain the limit, step by step."""
        return self.bound.steps if self.bound else ()


def judge_cell(facts: CellFacts, *, book: bool, at: datetime, by_family: bool = True) -> CellJudgement:
    """Judge one wish at the moment it was received; `at` is the receipt on the portal, or now at the desk."""
    if (known := _already(facts, at, book=book, by_family=by_family)) is not None:
        return known
    bound = facts.limits[Operation.BOOK if book else Operation.CANCEL]
    said = _family if by_family else _desk
    verdict, why, overridable = said(bound, at, book=book)
    grant = grant_of(bound, at, book=book)
    if facts.now is CellNow.ABSENT:
        grant = replace(grant, effect=Effect.RETURN)
    if (
        book
        and by_family
        and (facts.full or facts.waited)
        and verdict is not Verdict.REFUSED
        and may_be_listed(facts, at)
    ):
        return CellJudgement(Verdict.LISTED, Effect.LIST, _full(facts), bound, grant=grant)
    if book and facts.full and verdict is not Verdict.REFUSED:
        listable = not by_family and facts.listed is None and may_be_listed(facts, at)
        return CellJudgement(
            Verdict.REFUSED, Effect.NOTHING, _full(facts), bound, overridable=True, grant=grant, listable=listable
        )
    held = Effect.HOLD if book else Effect.NOTHING
    done = {Verdict.ACCEPTED: grant.effect, Verdict.WAITING: held, Verdict.REFUSED: Effect.NOTHING}
    return CellJudgement(verdict, done[verdict], why, bound, overridable=overridable, grant=grant)


def _already(facts: CellFacts, at: datetime, *, book: bool, by_family: bool) -> CellJudgement | None:
    """Answer what the limits have no say in: off a list, impossible, so already, or a place that is offered."""
    operation = Operation.BOOK if book else Operation.CANCEL
    if not book and facts.listed is not None and facts.now is CellNow.FREE:
        return _leaves(facts.listed)
    if (never := _impossible(facts, at, book=book, by_family=by_family)) is not None:
        return CellJudgement(Verdict.REFUSED, Effect.NOTHING, never, facts.limits.get(operation))
    bound = facts.limits[operation]
    if (facts.now is CellNow.BOOKED) == book:
        why = "Déjà réservé, rien à changer." if book else "Déjà libre, rien à changer."
        return CellJudgement(Verdict.ACCEPTED, Effect.NOTHING, why, bound)
    return _listed(facts, bound, at, by_family=by_family) if book else None


def grant_of(bound: Limit, at: datetime, *, book: bool) -> Grant:
    """Say what a yes to a wish received at a moment does: a late booking keeps the rule that may make it dearer."""
    judgement = judge(bound, at)
    if book:
        return Grant(Effect.BOOK, bound.late if judgement in LATE else None)
    return Grant(
        {Judgement.LATE_BILLED: Effect.BILL, Judgement.LATE_PROOF: Effect.EXCUSE}.get(judgement, Effect.CANCEL)
    )


def may_be_listed(facts: CellFacts, at: datetime) -> bool:
    """Tell whether a wish that finds no place enters the waiting list: had there been one, it was in time.

    Where the régie validates each booking she also proposes each place; what only she may still decide is too late.
    """
    bound = facts.limits.get(Operation.BOOK)
    if bound is None or not facts.list_open or facts.now is not CellNow.FREE:
        return False
    judgement = judge(bound, at)
    return judgement is Judgement.IN_TIME_ASK or ANSWERS[judgement] is Verdict.ACCEPTED


def _listed(facts: CellFacts, bound: Limit, at: datetime, *, by_family: bool) -> CellJudgement | None:
    """Answer who wishes a place and is on the list: it takes the one that is offered, or goes on waiting."""
    listed = facts.listed
    if listed is None or facts.now is not CellNow.FREE:
        return None
    if listed.stands(at) or (listed.state is WaitingState.OFFERED and not by_family):
        grant = grant_of(bound, listed.asked_at, book=True)
        return CellJudgement(Verdict.ACCEPTED, grant.effect, "La place proposée est prise.", bound, grant=grant)
    if by_family and listed.state is WaitingState.WAITING:
        return CellJudgement(Verdict.LISTED, Effect.NOTHING, f"Déjà demandé. {rank_words(listed.rank)}", bound)
    return None


def _leaves(listed: Listed) -> CellJudgement:
    offered = listed.state is WaitingState.OFFERED
    why = "La place proposée est laissée au suivant." if offered else "Retiré de la liste d'attente."
    return CellJudgement(Verdict.ACCEPTED, Effect.LEAVE, why, grant=Grant(Effect.LEAVE))


LATE = frozenset(judgement for judgement in Judgement if judgement.value.startswith("late"))
ANSWERS = {
    Judgement.TOO_EARLY: Verdict.REFUSED,
    Judgement.IN_TIME: Verdict.ACCEPTED,
    Judgement.IN_TIME_ASK: Verdict.WAITING,
    Judgement.LATE_REFUSED: Verdict.REFUSED,
    Judgement.LATE_ASK: Verdict.WAITING,
    Judgement.LATE_CHARGED: Verdict.ACCEPTED,
    Judgement.LATE_BILLED: Verdict.ACCEPTED,
    Judgement.LATE_PROOF: Verdict.WAITING,
}


def _family(bound: Limit, at: datetime, *, book: bool) -> tuple[Verdict, str, bool]:
    """Answer a family by the rule alone."""
    judgement = judge(bound, at)
    return ANSWERS[judgement], _why(bound, judgement, book=book), False


def _desk(bound: Limit, at: datetime, *, book: bool) -> tuple[Verdict, str, bool]:
    """Answer an agent: she is the régie, who validates at once and overrides with a note, until her own limit."""
    judgement = judge(bound, at)
    if judgement in {Judgement.IN_TIME, Judgement.IN_TIME_ASK}:
        return Verdict.ACCEPTED, _why(bound, Judgement.IN_TIME, book=book), False
    if ANSWERS[judgement] is Verdict.ACCEPTED:  # as a family may by herself, at the same cost
        return Verdict.ACCEPTED, _why(bound, judgement, book=book), False
    if judgement in LATE and not desk_may(bound, at):
        return Verdict.REFUSED, _too_late_for_all(bound, book=book), False
    plain = Judgement.LATE_REFUSED if judgement is Judgement.LATE_ASK else judgement
    return Verdict.REFUSED, _why(bound, plain, book=book), True


def _impossible(facts: CellFacts, at: datetime, *, book: bool, by_family: bool) -> str | None:
    """Say why nobody could do it, not even the régie; the first reason that holds."""
    verb = "réserver" if book else "annuler"
    announced = book and not by_family and facts.now is CellNow.ABSENT and facts.day > paris_day(at)
    reasons = (
        (
            not facts.enrolled and (book or by_family),
            f"Pas d'inscription de {facts.child} à l'activité «\xa0{facts.activity}\xa0» ce jour-là.",
        ),
        (
            facts.now is CellNow.ABSENT and facts.day > paris_day(at) and not announced,
            "L'absence de ce jour est déjà annoncée\u202f: appelez la régie pour revenir dessus.",
        ),
        (facts.now in {CellNow.PRESENT, CellNow.ABSENT} and not announced, "Le pointage de ce jour est déjà fait."),
        (facts.asked, "Une demande pour ce jour attend déjà la réponse de la régie."),
        (
            by_family and not facts.online,
            f"Les réservations de «\xa0{facts.activity}\xa0» se font auprès de la régie.",
        ),
        (book and facts.closed is not None, f"Pas d'accueil ce jour-là\u202f: {facts.closed}."),
        (by_family and facts.day < paris_day(at), f"Ce jour est passé\u202f: on ne peut plus {verb}."),
        (not facts.limits, f"Aucun règlement intérieur en vigueur ce jour-là ne connaît «\xa0{facts.activity}\xa0»."),
    )
    return next((why for holds, why in reasons if holds), None)


def _why(bound: Limit, judgement: Judgement, *, book: bool) -> str:
    if judgement in LATE:
        return _why_late(bound, judgement, book=book)
    if judgement is Judgement.IN_TIME_ASK:
        return f"Demandé dans le délai\u202f: la régie valide chaque {'réservation' if book else 'annulation'}."
    if judgement is Judgement.TOO_EARLY and bound.opens is not None:
        return f"Les {'réservations' if book else 'annulations'} ouvrent le {instant_text(bound.opens)}."
    return "Réservé dans le délai." if book else "Annulé dans le délai."


def _why_late(bound: Limit, judgement: Judgement, *, book: bool) -> str:
    if ANSWERS[judgement] is Verdict.ACCEPTED:
        since = f"après la limite du {until_text(bound.until)}" if bound.until else "hors délai"
        return f"{'Réservé' if book else 'Annulé'} {since}\u202f: {cost_words(bound.late)}."
    then = {Judgement.LATE_ASK: " La régie décide.", Judgement.LATE_PROOF: " Un justificatif est demandé."}
    return f"{_late(bound, book=book)}{then.get(judgement, '')}"


def _late(bound: Limit, *, book: bool) -> str:
    verb = "réserver" if book else "annuler"
    if bound.until is None:
        return f"Ce jour ne se {'réserve' if book else 'annule'} pas en ligne."
    return f"Trop tard pour {verb}\u202f: la limite était le {until_text(bound.until)}."


def _too_late_for_all(bound: Limit, *, book: bool) -> str:
    verb = "réserver" if book else "annuler"
    if bound.staff_until is None:
        return f"Trop tard pour {verb}, même auprès de la régie."
    return f"Trop tard pour {verb}, même auprès de la régie\u202f: sa limite était le {until_text(bound.staff_until)}."


def _full(facts: CellFacts) -> str:
    if not facts.full:
        return "D'autres enfants attendent déjà une place."
    return f"Complet\u202f: {plural(facts.capacity, 'place prise', 'places prises')} sur {facts.capacity}."
