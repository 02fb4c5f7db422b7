"""What counts in a certificate, on values alone: examples by hand, and what holds whatever the figures."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.certificates.rules import (
    PaidInvoice,
    PaidLine,
    care_paid,
    counts,
    net_of_credits,
    paid_by_line,
    shared_out,
)
from models.vocabulary import Section

LEA, HUGO, FAMILY = 1, 2, 7
BORN = {LEA: date(2022, 5, 1), HUGO: date(2017, 5, 1)}
LINES = (
    PaidLine(LEA, Section.CARE, 3000), PaidLine(HUGO, Section.CARE, 1000), PaidLine(LEA, Section.MEALS, 2000),
)  # fmt: skip


@pytest.mark.parametrize(
    ("born", "counted"),
    [
        (date(2020, 1, 1), False),  # six on the very day
        (date(2020, 1, 2), True),
        (date(2020, 2, 29), True),
        (date(2019, 12, 31), False),
        (date(2026, 11, 1), True),  # born in the year
    ],
)
def test_a_child_counts_until_it_is_six_on_the_first_of_january(born: date, counted: bool) -> None:
    assert counts(born, 2026) is counted


def test_the_example_by_hand() -> None:
    invoice = PaidInvoice(FAMILY, LINES, {2026: 4500, 2027: 1500})
    assert paid_by_line(invoice, 2026) == [2250, 750, 1500]
    assert paid_by_line(invoice, 2027) == [750, 250, 500]
    assert paid_by_line(invoice, 2025) == [0, 0, 0]
    assert care_paid([invoice], BORN, 2026) == {FAMILY: {LEA: 2250}}
    assert care_paid([invoice], BORN, 2027) == {FAMILY: {LEA: 750}}


def test_what_a_third_party_paid_takes_its_part_of_each_line_and_is_never_certified() -> None:
    invoice = PaidInvoice(FAMILY, LINES, {2026: 2400, 2027: 600}, aided={2026: 3000})
    assert paid_by_line(invoice, 2026) == [1200, 400, 800], "the family pays 24 of the 30 that the aid left"
    assert paid_by_line(invoice, 2027) == [300, 100, 200]
    assert care_paid([PaidInvoice(FAMILY, LINES, {}, aided={2026: 6000})], BORN, 2026) == {}


def test_a_line_below_zero_lowers_its_own_child_first() -> None:
    lines = [(10, PaidLine(LEA, Section.CARE, 10000)), (11, PaidLine(LEA, Section.MEALS, 5000)),
             (12, PaidLine(LEA, Section.CARE, -3000))]  # fmt: skip
    assert [line.cents for line in net_of_credits(lines, ())] == [7000, 5000, 0]
    assert care_paid([PaidInvoice(FAMILY, net_of_credits(lines, ()), {2026: 12000})], BORN, 2026) == {
        FAMILY: {LEA: 7000}
    }


def test_neither_a_meal_nor_a_penalty_is_care() -> None:
    lines = (PaidLine(LEA, Section.MEALS, 500), PaidLine(LEA, Section.PENALTY, 500))
    assert care_paid([PaidInvoice(FAMILY, lines, {2026: 1000})], BORN, 2026) == {}


def test_a_cent_that_cannot_be_halved_goes_to_the_largest_remainder_then_to_the_first() -> None:
    assert shared_out(1, [1000, 1000]) == [1, 0]
    assert shared_out(101, [100, 100, 301]) == [20, 20, 61]  # 20.16, 20.16, 60.68
    assert shared_out(0, [5]) == [0]
    assert shared_out(10, [0, 0]) == [0, 0]
    assert shared_out(100, [30, 40]) == [30, 40]


def test_a_credit_is_taken_off_its_line_else_off_its_child_else_off_the_rest() -> None:
    numbered = list(enumerate(LINES, start=10))
    on_line = [(10, PaidLine(LEA, Section.CARE, 1000))]
    assert [line.cents for line in net_of_credits(numbered, on_line)] == [2000, 1000, 2000]
    of_child = [(None, PaidLine(LEA, Section.MEALS, 500))]
    assert [line.cents for line in net_of_credits(numbered, of_child)] == [3000, 1000, 1500]
    beyond = [(None, PaidLine(HUGO, Section.CARE, 1500))]
    assert [line.cents for line in net_of_credits(numbered, beyond)] == [2500, 0, 2000]


amounts = st.integers(0, 20_000)


@given(amounts, st.lists(amounts, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_shares_add_up_and_no_line_takes_more_than_it_owes(cents: int, weights: list[int]) -> None:
    parts = shared_out(cents, weights)
    assert sum(parts) == min(cents, sum(weights))
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


sections = st.sampled_from(list(Section))
lines = st.lists(st.builds(PaidLine, st.sampled_from([LEA, HUGO]), sections, amounts), min_size=1, max_size=6)
paid = st.dictionaries(st.integers(2024, 2028), amounts, max_size=4)


@given(st.lists(st.builds(PaidInvoice, st.just(FAMILY), lines.map(tuple), paid), max_size=4), st.integers(2024, 2028))
@settings(max_examples=60, deadline=None)
def test_no_certificate_says_more_than_was_paid(invoices: list[PaidInvoice], year: int) -> None:
    certified = sum(sum(children.values()) for children in care_paid(invoices, BORN, year).values())
    assert certified <= sum(invoice.paid.get(year, 0) for invoice in invoices)
    for invoice in invoices:
        years = [paid_by_line(invoice, one) for one in range(2024, 2029)]
        by_line = [sum(of_year) for of_year in zip(*years, strict=True)]
        assert all(got <= line.cents for got, line in zip(by_line, invoice.lines, strict=True))
        assert sum(by_line) == min(sum(invoice.paid.values()), sum(line.cents for line in invoice.lines))
