"""What to look at before a month is issued, each with where to mend it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import TypeVar

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from backoffice.billing.alert_rows import (
    ALERT_WORDS,
    AlertKind,
    AlertRow,
    FamilyName,
    child_names,
    days_words,
    family_names,
    service_names,
)
from backoffice.billing.checks import contracts_overlap, documents_to_ask, mandates_asleep, shares_to_mend
from backoffice.billing.contract_checks import contracts_alone, hours_above, left_to_credit
from backoffice.billing.ledger import Account, Books, read_books
from backoffice.billing.prices import PriceList
from backoffice.billing.scope import Scope, drafts, scope_of
from backoffice.errors import RefusedByRule
from models.office.billing import Invoice
from models.office.bookings import Attendance, Booking
from models.office.structure import Activity, Unit
from models.vocabulary import BookingState
from resources.french import NARROW, day_and_month, plural

__all__ = ["ALERT_WORDS", "AlertKind", "AlertRow", "month_alerts"]

T = TypeVar("T")


def month_alerts(
    session: Session, month: date, *, today: date, service_code: str | None = None
) -> tuple[AlertRow, ...]:
    """Look a month over; days to come are not yet anybody's fault.

    Raises:
        RefusedByRule: the service does not exist.
    """
    scope = scope_of(session, month, service_code)
    books = read_books(session, scope)
    prices = PriceList(session, scope, books)
    return (
        *_not_pointed(session, scope, today),
        *_not_enrolled(session, scope, books),
        *_not_booked(session, scope, books),
        *contracts_overlap(session, scope, books),
        *contracts_alone(session, scope),
        *left_to_credit(session, scope),
        *shares_to_mend(session, scope, books),
        *_no_quotient(session, scope, books, prices),
        *documents_to_ask(session, scope, books, today),
        *mandates_asleep(session, scope, books),
        *hours_above(session, scope),
        *_drafts_behind(session, scope, books, prices),
    )


def _not_pointed(session: Session, scope: Scope, today: date) -> Iterator[AlertRow]:
    """Say which days nobody pointed, then which bookings are missing on days that somebody did."""
    seen = and_(
        Attendance.child_id == Booking.child_id,
        Attendance.unit_id == Booking.unit_id,
        Attendance.day == Booking.day,
    )
    booked = and_(
        Booking.day.between(scope.month, scope.last_day),
        Booking.day < today,
        Booking.unit_id.in_(sorted(scope.units)),
        Booking.state == BookingState.BOOKED,
    )
    days = session.execute(
        select(Activity.id, Activity.name, Booking.day, func.count().label("booked"))
        .select_from(Booking)
        .join(Unit, Booking.unit_id == Unit.id)
        .join(Activity, Unit.activity_id == Activity.id)
        .outerjoin(Attendance, seen)
        .where(booked)
        .group_by(Activity.id, Activity.name, Activity.position, Booking.day)
        .having(func.count(Attendance.id) == 0)
        .order_by(Activity.position, Booking.day)
    ).all()
    yield from (_empty_day(scope, row.id, row.day, f"{row.name}, {day_and_month(row.day)}", row.booked) for row in days)
    empty = {(row.id, row.day) for row in days}
    missing = session.execute(
        select(Booking.child_id, Booking.unit_id, Booking.day)
        .outerjoin(Attendance, seen)
        .where(booked, Attendance.id.is_(None))
    )
    some = [(child, unit, day) for child, unit, day in missing if (scope.units[unit].activity_id, day) not in empty]
    yield from _by_child(session, scope, AlertKind.BOOKED_NOT_POINTED, "réservation sans pointage", some)


def _empty_day(scope: Scope, activity_id: int, day: date, words: str, booked: int) -> AlertRow:
    sentence = f"{words}{NARROW}: {plural(booked, 'réservation')}, aucun pointage."
    return AlertRow(AlertKind.DAY_NOT_POINTED, sentence, _code(scope, activity_id), activity_id=activity_id, day=day)


def _not_enrolled(session: Session, scope: Scope, books: Books) -> Iterator[AlertRow]:
    cells = [(unit.child_id, unit.unit_id, unit.day) for unit in books.strays]
    words = "pointage sans inscription, qui ne sera pas facturé"
    yield from _by_child(session, scope, AlertKind.NOT_ENROLLED, words, cells)


def _not_booked(session: Session, scope: Scope, books: Books) -> Iterator[AlertRow]:
    cells = (
        (unit.child_id, unit.unit_id, unit.day)
        for unit in chain(books.strays, *books.ledger.values())
        if unit.facts.terms.unbooked
    )
    yield from _by_child(session, scope, AlertKind.NOT_BOOKED, "présence sans réservation", cells)


def _by_child(
    session: Session, scope: Scope, kind: AlertKind, words: str, cells: Iterable[tuple[int, int, date]]
) -> Iterator[AlertRow]:
    """Say one thing per child and activity, whatever the number of days."""
    activity_of = {unit.id: unit.activity_id for unit in scope.units.values()}
    found: dict[tuple[int, int], set[date]] = defaultdict(set)
    for child_id, unit_id, day in cells:
        found[child_id, activity_of[unit_id]].add(day)
    children = child_names(session, (child_id for child_id, _ in found))
    activities = {row.id: row.name for row in session.execute(select(Activity.id, Activity.name))}
    for (child_id, activity_id), days in sorted(found.items(), key=lambda item: (children[item[0][0]][0], item[0])):
        yield AlertRow(
            kind,
            f"{children[child_id][1]}, {activities[activity_id]}{NARROW}: {words}, {days_words(sorted(days))}.",
            _code(scope, activity_id),
            child_id=child_id,
            activity_id=activity_id,
            day=min(days),
        )


def _no_quotient(session: Session, scope: Scope, books: Books, prices: PriceList) -> Iterator[AlertRow]:
    without = {account: days for account in books.ledger if (days := prices.unproved_days(account))}
    families, names = family_names(session, {family_id for family_id, _ in without}), service_names(session)
    for (family_id, service_id), days in _in_order(without, families):
        family = families[family_id]
        whose = f"{family.words}, {names[service_id]}"
        sentence = f"{whose}{NARROW}: pas de quotient familial, {days_words(sorted(days))}{NARROW}; prix le plus élevé."
        opens = ("families", (family_id, "income", min(days)))
        code = scope.services[service_id]
        yield AlertRow(AlertKind.NO_QUOTIENT, sentence, code, family_id=family_id, opens=opens)


def _drafts_behind(session: Session, scope: Scope, books: Books, prices: PriceList) -> Iterator[AlertRow]:
    """Compare the drafts with the attendance of now; a month that nobody has prepared yet is not late."""
    drafted = {
        (row.family_id, row.service_id): row
        for row in session.execute(
            select(Invoice.family_id, Invoice.service_id, Invoice.basis, Invoice.total_cents).where(drafts(scope))
        )
    }
    begun = set(
        session.scalars(
            select(Invoice.service_id)
            .where(Invoice.month == scope.month, Invoice.service_id.in_(sorted(scope.services)))
            .distinct()
        )
    )
    apart = (account for account in books.accounts if account[1] in begun and account not in drafted)
    lost = {account: () for account in apart if _owes(prices, account)}
    behind = {account: row for account, row in drafted.items() if row.basis != books.basis(account)}
    families, names = family_names(session, {family_id for family_id, _ in (*lost, *behind)}), service_names(session)
    for (family_id, service_id), _ in _in_order(lost, families):
        whose = f"{families[family_id].name}, {names[service_id]}"
        sentence = f"{whose}{NARROW}: présences à facturer, sans brouillon. Préparez de nouveau le mois."
        yield AlertRow(AlertKind.NO_DRAFT, sentence, scope.services[service_id], family_id=family_id)
    for (family_id, service_id), row in _in_order(behind, families):
        whose = f"{families[family_id].name}, {names[service_id]}"
        moved = (
            "le pointage, une réservation, le règlement intérieur, le foyer ou le payeur a changé depuis le brouillon"
        )
        sentence = f"{whose}{NARROW}: {moved}. Refaites le brouillon."
        code = scope.services[service_id]
        yield AlertRow(AlertKind.OUTDATED, sentence, code, family_id=family_id, blocking=bool(row.total_cents))


def _owes(prices: PriceList, account: Account) -> bool:
    """Tell whether an account would have a draft; one that cannot be priced would say why."""
    try:
        return bool(prices.lines(account))
    except RefusedByRule:
        return True


def _in_order(accounts: Mapping[Account, T], families: Mapping[int, FamilyName]) -> list[tuple[Account, T]]:
    """Sort by service, then by family in French order."""
    return sorted(accounts.items(), key=lambda item: (item[0][1], families[item[0][0]].search_key, item[0]))


def _code(scope: Scope, activity_id: int) -> str:
    return scope.services[scope.activities[activity_id].service_id]
