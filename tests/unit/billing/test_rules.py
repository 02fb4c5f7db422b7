"""Units become lines, lines become totals, to the cent."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from backoffice.billing.rules import (
    AttendedUnit,
    amount_cents,
    basis_of,
    days_of,
    days_text,
    invoice_number,
    lines_of,
    total_cents,
)
from backoffice.rulebook.tariff import Price
from models.vocabulary import AttendanceState

FIRST = date(2026, 10, 1)
CHEAP, DEAR = Price(360, "QF de 0 à 800", "r0", ("moins",)), Price(415, "QF de 801 à 1 200", "r1", ("plus",))

units = st.builds(
    AttendedUnit,
    child_id=st.integers(1, 3),
    unit_id=st.integers(1, 3),
    day=st.integers(0, 30).map(lambda after: FIRST + timedelta(days=after)),
    state=st.sampled_from([AttendanceState.PRESENT, AttendanceState.UNJUSTIFIED]),
)
months = st.lists(units, max_size=60, unique_by=lambda unit: (unit.child_id, unit.unit_id, unit.day))


def test_seventeen_meals_at_4_15_are_70_55() -> None:
    days = [FIRST + timedelta(days=after) for after in range(17)]
    (line,) = lines_of([AttendedUnit(1, 1, day, AttendanceState.PRESENT) for day in days], lambda _: DEAR)
    assert line.amount_cents == 7055
    assert line.days == tuple(days)


@given(st.integers(0, 10_000), st.integers(0, 100_000))
def test_an_amount_is_rounded_half_up_from_exact_hundredths(hundredths: int, price: int) -> None:
    exact = Fraction(hundredths * price, 100)
    assert amount_cents(Decimal(hundredths).scaleb(-2), price) == int(exact + Fraction(1, 2))


@given(months)
def test_lines_hold_each_unit_once_and_add_up_to_the_total(month: list[AttendedUnit]) -> None:
    lines = lines_of(month, lambda unit: CHEAP if unit.day.day < 15 else DEAR)
    told = [(line.child_id, line.unit_id, day, line.absent) for line in lines for day in line.days]
    assert sorted(told) == sorted((u.child_id, u.unit_id, u.day, u.state is AttendanceState.UNJUSTIFIED) for u in month)
    assert total_cents(lines) == sum(360 if unit.day.day < 15 else 415 for unit in month)


def test_a_quotient_that_changes_in_the_month_makes_two_lines() -> None:
    month = [AttendedUnit(1, 1, FIRST + timedelta(days=after), AttendanceState.PRESENT) for after in (0, 20)]
    lines = lines_of(month, lambda unit: CHEAP if unit.day.day < 15 else DEAR)
    assert [(line.price, line.amount_cents) for line in lines] == [(CHEAP, 360), (DEAR, 415)]


@given(months, st.randoms())
def test_the_basis_knows_what_is_billed_whatever_the_order(month: list[AttendedUnit], random) -> None:
    shuffled = random.sample(month, len(month))
    assert basis_of(shuffled) == basis_of(month)
    if month:
        assert basis_of(month[1:]) != basis_of(month)


def test_an_absence_instead_of_a_presence_changes_the_basis() -> None:
    here = AttendedUnit(1, 1, FIRST, AttendanceState.PRESENT)
    assert basis_of([here]) != basis_of([here._replace(state=AttendanceState.UNJUSTIFIED)])


@given(st.sets(st.integers(1, 31), max_size=31))
def test_days_are_read_back_as_they_were_written(days: set[int]) -> None:
    dates = tuple(FIRST.replace(day=day) for day in sorted(days))
    assert days_of(days_text(dates), FIRST) == dates


def test_a_number_names_service_year_and_rank() -> None:
    assert invoice_number("CANTINE", 2026, 12) == "CANTINE-2026-000012"
