"""Pure decisions on enrolments: what an opening may be, whom its ages suit, what is answered to a family that asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from backoffice.clock import paris_day
from resources.french import age_on, ages_text, instant_text, short_date, until_text, years_text

OLDEST = 99
LONGEST_WORDS = 2000
MONTHS = 36  # the longest enrolment that an opening offers


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningDraft:
    """What an agent says of enrolments that families may ask for."""

    activity_id: int
    words: str
    starts: date  # of the enrolment
    ends: date
    opens_at: datetime
    closes_at: datetime
    age_from: int | None = None
    age_to: int | None = None
    residents_only: bool = False
    documents: frozenset[int] = frozenset()

    def takes(self, at: datetime) -> bool:
        """Tell whether a family may ask at a moment."""
        return self.opens_at <= at < self.closes_at


@dataclass(frozen=True, slots=True)
class Group:
    """A group of an activity, and the ages it is for."""

    id: int
    age_from: int | None
    age_to: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFacts:
    """All that a judgement needs to know of an enrolment that a family asks for."""

    child: str | None  # none: not of the household
    born: date | None
    resident: bool
    opening: OpeningDraft | None
    starts: date
    received_at: datetime
    enrolled: bool  # already, on some of these dates
    asked_at: datetime | None  # already, and not answered


def suits(age: int, age_from: int | None, age_to: int | None) -> bool:
    """Tell whether an age is between two, both included."""
    return (age_from is None or age >= age_from) and (age_to is None or age <= age_to)


def group_for(groups: Sequence[Group], age: int) -> int | None:
    """Propose the group of an age: the narrowest that suits; none when two suit alike, or none does."""
    fitting = [group for group in groups if suits(age, group.age_from, group.age_to)]
    if not fitting:
        return None
    narrowest = min(_width(group) for group in fitting)
    best = [group for group in fitting if _width(group) == narrowest]
    return best[0].id if len(best) == 1 else None


def opening_faults(wished: OpeningDraft, others: Iterable[OpeningDraft], *, today: date) -> dict[str, str]:
    """Say what is wrong with an opening, by field; `others` are those of its activity."""
    faults = _dates_faults(wished, today) | ages_faults(wished.age_from, wished.age_to)
    if len(wished.words) > LONGEST_WORDS:
        faults["words"] = f"Ce texte tient en {LONGEST_WORDS} caractères."
    if not faults and (other := next((one for one in others if _overlap(wished, one)), None)):
        faults["opens"] = (
            f"Cette activité est déjà proposée aux mêmes âges pour des dates communes, du {short_date(other.starts)} au "
            f"{short_date(other.ends)}, avec des demandes jusqu'au {until_text(other.closes_at)}\u202f: modifiez celle-là."
        )
    return faults


def ages_faults(age_from: int | None, age_to: int | None) -> dict[str, str]:
    """Say what is wrong with two ages, by field."""
    faults = {
        name: f"Un âge va de 0 à {OLDEST} ans."
        for name, age in (("age_from", age_from), ("age_to", age_to))
        if age is not None and not 0 <= age <= OLDEST
    }
    if not faults and age_from is not None and age_to is not None and age_to < age_from:
        faults["age_to"] = "Le dernier âge vient avant le premier."
    return faults


def refusal(facts: AskedFacts) -> str:
    """Say why an enrolment cannot be asked, as the family reads it; nothing when the régie decides."""
    opening = facts.opening
    if facts.child is None or facts.born is None:
        return "Cet enfant n'est pas de votre foyer."
    if opening is None:
        return "Cette inscription n'est pas, ou n'est plus, proposée."
    if facts.received_at < opening.opens_at:
        return f"Les demandes n'ouvrent que le {instant_text(opening.opens_at)}."
    if facts.received_at >= opening.closes_at:
        return f"Les demandes étaient possibles jusqu'au {until_text(opening.closes_at)}."
    if opening.residents_only and not facts.resident:
        return "Cette inscription est réservée aux habitants de la commune."
    return _wrong_start(opening, facts) or _wrong_age(opening, facts.child, facts.born, facts.starts) or _twice(facts)


def period_faults(starts: date, ends: date) -> dict[str, str]:
    """Say what is wrong with the dates of an enrolment, by field."""
    if ends < starts:
        return {"ends": "Le dernier jour vient avant le premier."}
    if (ends.year - starts.year) * 12 + ends.month - starts.month >= MONTHS:
        return {"ends": "Une inscription dure trois ans au plus."}
    return {}


def _dates_faults(wished: OpeningDraft, today: date) -> dict[str, str]:
    faults = period_faults(wished.starts, wished.ends)
    if not faults and wished.ends < today:
        faults["ends"] = "Ces dates sont déjà passées."
    if wished.closes_at <= wished.opens_at:
        faults["closes"] = "Les demandes ferment avant d'ouvrir."
    elif paris_day(wished.closes_at) > wished.ends and "ends" not in faults:
        faults["closes"] = f"Les demandes ferment au plus tard le dernier jour de l'inscription, {_on(wished.ends)}."
    return faults


def _overlap(one: OpeningDraft, other: OpeningDraft) -> bool:
    """Tell whether a family could ask for the same thing twice at a moment."""
    dates = one.starts <= other.ends and other.starts <= one.ends
    window = one.opens_at < other.closes_at and other.opens_at < one.closes_at
    ages = (one.age_from or 0) <= _last(other.age_to) and (other.age_from or 0) <= _last(one.age_to)
    return dates and window and ages


def _wrong_start(opening: OpeningDraft, facts: AskedFacts) -> str:
    if not opening.starts <= facts.starts <= opening.ends:
        return f"Le premier jour se choisit entre le {short_date(opening.starts)} et le {short_date(opening.ends)}."
    if facts.starts < paris_day(facts.received_at):
        return f"Le premier jour demandé, {_on(facts.starts)}, était déjà passé."
    return ""


def _wrong_age(opening: OpeningDraft, child: str, born: date, starts: date) -> str:
    if suits(age := age_on(born, starts), opening.age_from, opening.age_to):
        return ""
    told = ages_text(opening.age_from, opening.age_to)
    return f"Cette inscription est proposée {told}\u202f: {child} aura {years_text(max(age, 0))} {_on(starts)}."


def _twice(facts: AskedFacts) -> str:
    if facts.enrolled:
        return f"{facts.child} a déjà une inscription à cette activité sur ces dates."
    if facts.asked_at is not None:
        return f"Cette inscription a déjà été demandée le {instant_text(facts.asked_at)}\u202f: la régie l'étudie."
    return ""


def _width(group: Group) -> int:
    return _last(group.age_to) - (group.age_from or 0)


def _last(age: int | None) -> int:
    return OLDEST if age is None else age


def _on(day: date) -> str:
    return f"le {short_date(day)}"
