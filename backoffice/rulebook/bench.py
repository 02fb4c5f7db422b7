"""The test bench: a month of an activity under a rulebook, day by day, for a child or an imaginary one; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from backoffice.clock import days_between, next_month
from backoffice.errors import RefusedByRule
from backoffice.rulebook.applied import Applied
from backoffice.rulebook.bench_people import Enrolled, Imaginary, Person, person_of, sentence_of
from backoffice.rulebook.file.calendar_parts import ActivityPart
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.tariff_parts import MonthTariff
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.in_force import Rules, read_rules
from backoffice.rulebook.notices.notice import judge
from backoffice.rulebook.tariffs.factors import covers, factors_of
from backoffice.rulebook.tariffs.tariff import month_quote
from backoffice.rulebook.values import Judgement, Limit, Quote, Situation
from resources.french import short_date


class Circumstance(StrEnum):
    """What happens on each day of the bench."""

    IN_TIME = "in_time"
    LATE = "late"
    UNBOOKED = "unbooked"
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


@dataclass(frozen=True, slots=True)
class BenchQuestion:
    """Who, for what, in which month, and what happens on each day."""

    who: Imaginary | Enrolled
    activity: str
    units: tuple[str, ...]
    month: date
    circumstance: Circumstance = Circumstance.IN_TIME
    minutes: int | None = None  # of presence; none: those of the units


@dataclass(frozen=True, slots=True)
class BenchActivity:
    """An activity to choose, with its units as (code, name), and which facts its prices look at."""

    code: str
    name: str
    units: tuple[tuple[str, str], ...]
    categories: tuple[str, ...]
    rank: bool
    age: bool
    resources: bool
    minutes: bool
    days_a_week: bool


@dataclass(frozen=True, slots=True)
class BenchLimit:
    """Until when some units of a day can be booked or cancelled, and what that says of the moment asked."""

    operation: Operation
    units: tuple[str, ...]  # names; those of the question that share the limit
    limit: Limit
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class BenchDay:
    """A day: closed, or with its price and its limits."""

    day: date
    closed: str | None = None
    quote: Quote | None = None
    refusal: str = ""  # why there is no price
    limits: tuple[BenchLimit, ...] = ()

    def strictest(self, operation: Operation) -> BenchLimit | None:
        """Give the limit that ends first among the units."""
        mine = [limit for limit in self.limits if limit.operation is operation]
        return min(mine, key=lambda told: (told.limit.until is not None, told.limit.until or 0), default=None)


@dataclass(frozen=True, slots=True)
class BenchMonth:
    """A month under the rulebook: its days, and the package that the activity may have."""

    question: BenchQuestion
    moment: datetime
    version: str  # in force at the end of the month
    who: str
    days: tuple[BenchDay, ...]
    package: Quote | None = None

    @property
    def total_cents(self) -> int:
        """Add up every open day and the package: what the month costs a child who always comes."""
        days = sum(day.quote.cents for day in self.days if day.quote)
        return days + (self.package.cents if self.package else 0)


def bench_activities(session: Session, month: date, *, draft: str | None = None) -> tuple[BenchActivity, ...]:
    """Give what can be asked under the rulebook of a month, or under a draft; nothing when none is in force then."""
    applied = _rules(session, draft).on(_last_day(month))
    return tuple(_offered(applied.book, part) for part in applied.book.activity_list) if applied else ()


def bench_month(session: Session, question: BenchQuestion, *, draft: str | None = None, now: datetime) -> BenchMonth:
    """Answer a month, under the rulebook in force each day or under a draft; judge it as if asked at `now`.

    Raises:
        RefusedByRule: no rulebook is in force at the end of the month.
    """
    rules = _rules(session, draft)
    applied = rules.must_be_on(_last_day(question.month))
    person = person_of(session, question.who, rules, question.activity)
    days = days_between(question.month, _last_day(question.month))
    return BenchMonth(
        question=question,
        moment=now,
        version=applied.book.version,
        who=sentence_of(person, days),
        days=tuple(_day(rules, question, person, day, now) for day in days),
        package=_package(applied, question, person),
    )


def _rules(session: Session, draft: str | None) -> Rules:
    rules = read_rules(session)
    return rules if draft is None else rules.under(draft)


def _last_day(month: date) -> date:
    return next_month(month) - timedelta(days=1)


def _offered(book: Rulebook, part: ActivityPart) -> BenchActivity:
    looked_at = factors_of(book, part)
    return BenchActivity(
        code=part.code,
        name=part.name,
        units=tuple((unit.code, unit.name) for unit in part.units),
        categories=looked_at.categories,
        rank=bool(looked_at.ranks),
        age=bool(looked_at.ages),
        resources=looked_at.effort,
        minutes=looked_at.clock,
        days_a_week=any(isinstance(t, MonthTariff) and bool(t.per_days) and covers(t, part) for t in book.tariffs),
    )


def _day(rules: Rules, question: BenchQuestion, person: Person, day: date, now: datetime) -> BenchDay:
    applied = rules.on(day)
    if applied is None:
        return BenchDay(day, f"Aucun règlement intérieur en vigueur le {short_date(day)}")
    if closed := rules.closed(question.activity, day):
        return BenchDay(day, closed)
    part = applied.book.activities.get(question.activity)
    names = {unit.code: unit.name for unit in part.units} if part else {}
    units = [code for code in question.units if code in names]
    if not units:
        return BenchDay(day, refusal="Le règlement intérieur de ce jour ne connaît pas ces unités.")
    situation = person.on(day)
    limits = tuple(
        limit
        for operation in Operation
        for limit in _limits(
            applied,
            question.activity,
            {code: names[code] for code in units},
            operation,
            day,
            resident=situation.resident,
            now=now,
        )
    )
    booked = next((told.limit for told in limits if told.operation is Operation.BOOK), None)
    try:
        quote = applied.quote(
            activity=question.activity, units=units, day=day, situation=_happened(situation, question, booked)
        )
    except RefusedByRule as error:
        return BenchDay(day, refusal=str(error), limits=limits)
    return BenchDay(day, quote=quote, limits=limits)


def _limits(
    applied: Applied,
    activity: str,
    units: Mapping[str, str],
    operation: Operation,
    day: date,
    *,
    resident: bool,
    now: datetime,
) -> list[BenchLimit]:
    """Find the limits of a day; the units that share one are told once."""
    found: dict[Limit, list[str]] = {}
    for unit, name in units.items():
        limit = applied.limit(activity=activity, operation=operation, day=day, unit=unit, resident=resident)
        found.setdefault(limit, []).append(name)
    return [BenchLimit(operation, tuple(names), limit, judge(limit, now)) for limit, names in found.items()]


def _happened(situation: Situation, question: BenchQuestion, booked: Limit | None) -> Situation:
    """Say what happened on the day."""
    told = question.circumstance
    late = told is Circumstance.LATE
    return replace(
        situation,
        minutes=question.minutes,
        is_late=late,
        late=booked.late if late and booked else None,
        unbooked=told is Circumstance.UNBOOKED,
        absent=told in {Circumstance.JUSTIFIED, Circumstance.UNJUSTIFIED},
        justified=told is Circumstance.JUSTIFIED,
    )


def _package(applied: Applied, question: BenchQuestion, person: Person) -> Quote | None:
    """Price the month itself, where the activity has a package."""
    if question.activity not in applied.book.activities:
        return None
    first = question.month
    try:
        quote = month_quote(
            applied.book, applied.calendar, activity=question.activity, month=first, situation=person.on(first)
        )
    except RefusedByRule:
        return None  # a contract that nobody signed
    return quote if quote.lines else None
