"""Days become lines, lines become totals, to the cent."""

from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from backoffice.billing.rules import (
    AttendedUnit,
    Entry,
    Facts,
    Item,
    Kind,
    Package,
    Terms,
    basis_of,
    days_of,
    days_text,
    invoice_number,
    lines_of,
    total_cents,
)
from backoffice.rulebook.file.words import Per
from models.vocabulary import AttendanceState, Section
from resources.french import NARROW

FIRST = date(2026, 10, 1)
HERE = Facts(Terms(AttendanceState.PRESENT))


def a_kind(price: str = "4.15", per: Per = Per.UNIT, absence: AttendanceState | None = None) -> Kind:
    return Kind("CANTINE", "REPAS", "repas", Section.MEALS, Decimal(price), "QF", per, absence, (1, 1))


def an_item(after: int, kind: Kind, quantity: int = 1, *, child: int = 1, steps: tuple[str, ...] = ("Ainsi.",)) -> Item:
    return Item(child, FIRST + timedelta(days=after), Entry(kind, Decimal(quantity), steps))


kinds = st.sampled_from([a_kind("3.60"), a_kind("4.15"), a_kind("4.15", absence=AttendanceState.UNJUSTIFIED)])
items = st.builds(an_item, st.integers(0, 30), kinds, st.integers(1, 3), child=st.integers(1, 3))
months = st.lists(items, max_size=60)
units = st.builds(
    AttendedUnit,
    child_id=st.integers(1, 3),
    unit_id=st.integers(1, 3),
    day=st.integers(0, 30).map(lambda after: FIRST + timedelta(days=after)),
    facts=st.sampled_from([HERE, *(Facts(Terms(state)) for state in AttendanceState)]),
)


def test_seventeen_meals_at_4_15_are_70_55() -> None:
    (line,) = lines_of([an_item(after, a_kind()) for after in range(17)])
    assert line.amount_cents == 7055
    assert line.days == tuple(FIRST + timedelta(days=after) for after in range(17))
    assert (line.unit_price_cents, line.unit_price_exact, line.quantity_unit) == (415, None, None)


@given(st.lists(st.integers(1, 720), min_size=1, max_size=31), st.integers(0, 99_999))
def test_hours_are_added_to_the_minute_and_rounded_half_up_once(minutes: list[int], hundredths: int) -> None:
    price = Decimal(hundredths).scaleb(-4)
    kind = a_kind(str(price), Per.HOUR)
    (line,) = lines_of(Item(1, FIRST + timedelta(days=at), Entry(kind, m, ())) for at, m in enumerate(minutes))
    exact = Fraction(price) * sum(minutes) / 60 * 100
    assert line.amount_cents == int(exact + Fraction(1, 2))
    assert abs(line.quantity * 60 - sum(minutes)) <= Decimal("0.3")
    assert (line.unit_price_exact is None) == (hundredths % 100 == 0)
    assert line.quantity_unit == "h"


@given(months)
def test_lines_hold_each_day_once_and_add_up_to_the_total(month: list[Item]) -> None:
    lines = lines_of(month)
    told = {(line.child_id, line.kind, day) for line in lines for day in line.days}
    assert told == {(item.child_id, item.entry.kind, item.day) for item in month}
    owed = sum(item.entry.quantity * item.entry.kind.price * 100 for item in month)
    assert total_cents(lines) == owed == sum(line.quantity * line.kind.price * 100 for line in lines)


def test_another_price_makes_another_line() -> None:
    lines = lines_of([an_item(0, a_kind("3.60")), an_item(20, a_kind("4.15"))])
    assert [line.amount_cents for line in lines] == [360, 415]


def test_an_absence_that_costs_nothing_is_not_printed_and_a_free_day_is() -> None:
    free, excused = a_kind("0"), a_kind("0", absence=AttendanceState.JUSTIFIED)
    lines = lines_of([an_item(0, free), an_item(1, excused), an_item(2, a_kind(), 0)])
    assert [(line.kind, line.amount_cents) for line in lines] == [(free, 0)]


def test_what_explains_some_days_says_which() -> None:
    same, long = "Tarif «\xa0x\xa0».", ("Présence\u202f: 9 h.", "Plafond.")
    month = [an_item(after, a_kind(), steps=(same, *(("PSU.",) if after == 2 else long))) for after in (4, 2, 0)]
    (line,) = lines_of(month)
    assert line.steps == (same, f"Les 1er et 5{NARROW}: présence\u202f: 9 h. Plafond.", f"Le 3{NARROW}: PSU.")


def test_two_versions_of_a_tariff_are_told_once_each_before_what_the_days_share() -> None:
    tariffs, hours = ("Tarif «\xa0x\xa0» (version 1).",), ("Présence\u202f: 8 h.",)
    told = [
        (0, tariffs, hours),
        (2, tariffs, ("Présence\u202f: 9 h.",)),
        (4, ("Tarif «\xa0x\xa0» (version 2).",), hours),
    ]
    (line,) = lines_of(an_item(after, a_kind(), steps=(*head, "QF 742.", *own)) for after, head, own in told)
    assert line.steps == (
        f"Les 1er et 3{NARROW}: tarif «\xa0x\xa0» (version 1).",
        f"Le 5{NARROW}: tarif «\xa0x\xa0» (version 2).",
        "QF 742.",
        f"Les 1er et 5{NARROW}: présence\u202f: 8 h.",
        f"Le 3{NARROW}: présence\u202f: 9 h.",
    )


@given(st.lists(units, max_size=60, unique_by=lambda unit: (unit.child_id, unit.unit_id, unit.day)), st.randoms())
def test_the_basis_knows_what_is_billed_whatever_the_order(month: list[AttendedUnit], random) -> None:
    shuffled = random.sample(month, len(month))
    assert basis_of(shuffled) == basis_of(month)
    if month:
        assert basis_of(month[1:]) != basis_of(month)


def test_whatever_changes_a_price_changes_the_basis() -> None:
    present, justified = Terms(AttendanceState.PRESENT), Terms(AttendanceState.JUSTIFIED)
    told = [
        HERE,
        Facts(Terms(AttendanceState.UNJUSTIFIED)),
        Facts(present._replace(unbooked=True)),
        Facts(present._replace(late='{"effet": "majorer"}')),
        Facts(present, arrived=time(8)),
        Facts(present, left=time(8)),
        Facts(present, category="ADULTE"),
        Facts(justified),
        Facts(justified._replace(absence="maladie")),
        Facts(justified._replace(absence_day=2)),
    ]
    unit = AttendedUnit(1, 1, FIRST, HERE)
    bases = {basis_of([unit._replace(facts=facts)]) for facts in told}
    assert len(bases) == len(told)
    package = Package(1, 1, FIRST, FIRST, None, 2)
    assert len({basis_of([], [one]) for one in (package, package._replace(days_a_week=3))} - {basis_of([])}) == 2


@given(st.sets(st.integers(1, 31), max_size=31))
def test_days_are_read_back_as_they_were_written(days: set[int]) -> None:
    dates = tuple(FIRST.replace(day=day) for day in sorted(days))
    assert days_of(days_text(dates), FIRST) == dates


def test_a_number_names_service_year_and_rank() -> None:
    assert invoice_number("CANTINE", 2026, 12) == "CANTINE-2026-000012"
