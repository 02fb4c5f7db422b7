"""Who the bench is about: a child of the commune as its file says on each day, or one that does not exist."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from backoffice.bookings.situations import Asked, read_households
from backoffice.errors import RefusedByRule
from backoffice.families.lists import age_text, children_of, families, full_name
from backoffice.rulebook.in_force import Rules
from backoffice.rulebook.values import Situation
from models.office.families import Child, Family
from resources.french import NARROW, age_on, number, plural, search_key

FOUND_AT_MOST = 40  # families


@dataclass(frozen=True, slots=True)
class Imaginary:
    """A child that does not exist; what is left out is unknown, and priced so."""

    resident: bool = True
    quotient: int | None = None
    resources: int | None = None  # euros a month
    children: int = 1
    disabled_child: bool = False
    rank: int = 1
    age: int | None = None
    category: str | None = None
    days_a_week: int | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A child of the commune, at the expense of one of its households."""

    child_id: int
    family_id: int


@dataclass(frozen=True, slots=True)
class ChildFound:
    """A child that a search finds, in one of its households."""

    child_id: int
    family_id: int
    words: str  # MARTIN Léa, 7 ans — famille Martin, F0012


@dataclass(frozen=True, slots=True)
class Person:
    """Who is priced: a name, the situation on a day, and whether the activity expects this child that day."""

    name: str
    on: Callable[[date], Situation]
    enrolled: Callable[[date], bool]


def find_children(session: Session, search: str, today: date) -> tuple[ChildFound, ...]:
    """Find the children of the families that a search finds, those it names first."""
    if not search.strip():
        return ()
    rows = families(session, search, limit=FOUND_AT_MOST)
    children = children_of(session, [row.id for row in rows])
    words = search_key(search).split()
    found = [
        (not all(word in child.search_key for word in words), row, child)
        for row in rows
        for child in children.get(row.id, [])
    ]
    return tuple(
        ChildFound(
            child.id,
            row.id,
            f"{child.last_name.upper()} {child.first_name}, {age_text(child.birth_date, today)} — "
            f"famille {row.name}, {row.number}",
        )
        for _, row, child in sorted(found, key=lambda told: told[0])
    )


def person_of(session: Session, who: Imaginary | Enrolled, rules: Rules, activity: str) -> Person:
    """Say who is priced, and how on each day.

    Raises:
        RefusedByRule: the child, or its household, is no longer there.
    """
    return _imaginary(who) if isinstance(who, Imaginary) else _enrolled(session, who, rules, activity)


def sentence_of(person: Person, days: Sequence[date]) -> str:
    """Say who is priced: what the file says at the beginning of the month may change before its end."""
    first, last = person.on(days[0]), person.on(days[-1])
    name = f"{person.name}\u202f: {_facts(first)}"
    if _facts(first) != _facts(last):
        name += f", puis {_facts(last)}"
    return (
        name
        if any(person.enrolled(day) for day in (days[0], days[-1]))
        else f"{name}, sans inscription à cette activité"
    )


def _enrolled(session: Session, who: Enrolled, rules: Rules, activity: str) -> Person:
    child, family = session.get(Child, who.child_id), session.get(Family, who.family_id)
    if child is None or family is None:
        message = "Cet enfant n'est plus dans les dossiers de la commune\u202f: cherchez-le de nouveau."
        raise RefusedByRule(message)
    households = read_households(session, [family.id])

    def known(day: date) -> Situation:
        asked = Asked(family.id, child.id, activity, day)
        applied = rules.on(day)
        return households.situation(applied.book, asked) if applied else Situation(resident=family.resident)

    def on(day: date) -> Situation:
        return replace(known(day), age=age_on(child.birth_date, day))

    return Person(full_name(child), on, lambda day: known(day).age is not None)


def _imaginary(child: Imaginary) -> Person:
    """Say who a child would be that does not exist."""
    facts = Situation(
        resident=child.resident,
        quotient=None if child.quotient is None else Decimal(child.quotient),
        resources=None if child.resources is None else Decimal(child.resources),
        children=child.children,
        disabled_child=child.disabled_child,
        rank=child.rank,
        age=child.age,
        category=child.category,
        days_a_week=child.days_a_week,
    )
    return Person("Enfant imaginaire", lambda _day: facts, lambda _day: True)


def _facts(facts: Situation) -> str:
    """Say what prices a child: résident, QF 900, 2e de la fratrie, 7 ans."""
    told = ["résident" if facts.resident else "extérieur"]
    told.append("sans quotient" if facts.quotient is None else f"QF {number(facts.quotient)}")
    if facts.resources is not None:
        told.append(f"{number(facts.resources)}{NARROW}€ par mois, {plural(facts.children, 'enfant')} à charge")
    if facts.rank > 1:
        told.append(f"{facts.rank}e de la fratrie")
    if facts.age is not None:
        told.append(plural(facts.age, "an"))
    if facts.category:
        told.append(facts.category)
    return ", ".join(told)
