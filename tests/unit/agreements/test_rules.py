"""What a contract comes to, whatever its hours: levelled months and regularisation give the hours due, to the cent."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.agreements.rules import Billed, Terms, settle, terms_faults, total_of
from backoffice.billing.aids import owed_of
from backoffice.billing.contracts import never_below_zero
from backoffice.billing.rules import Kind, Line
from backoffice.rulebook.file.words import Per
from backoffice.rulebook.values import cents
from models.vocabulary import Section

STARTS = date(2026, 9, 1)
NOTHING = Billed(Decimal(0), Decimal(0), 0)
PRICES = st.decimals("0.50", "9.9999", places=4)


def month(minutes: int, price: Decimal) -> Billed:
    return Billed(Decimal(minutes), minutes * price, cents(minutes * price / 60))


def terms(days: int, kept: int, quarters: int, weeks: int) -> Terms:
    agreed = STARTS + timedelta(days=days)
    return Terms(STARTS, min(agreed, STARTS + timedelta(days=kept)), agreed, quarters * 15, weeks, 12)


TERMS = st.builds(terms, st.integers(0, 400), st.integers(0, 400), st.integers(1, 240), st.integers(1, 5300))


@settings(max_examples=60, deadline=None)
@given(TERMS, st.lists(st.integers(0, 12000), max_size=12), st.integers(0, 12000), PRICES)
def test_levelled_months_and_regularisation_are_the_hours_due_at_their_price(
    agreed: Terms, months: list[int], deducted: int, price: Decimal
):
    billed = total_of(month(minutes, price) for minutes in months)
    settled = settle(agreed, deducted, billed, NOTHING, price)
    due = max(0, agreed.planned_minutes() - deducted)
    assert billed.cents + settled.cents == cents(due * price / 60)


@settings(max_examples=60, deadline=None)
@given(TERMS)
def test_a_contract_ended_before_never_owes_more_than_one_that_was_kept(agreed: Terms):
    kept = agreed._replace(ends=agreed.agreed_ends)
    assert 0 <= agreed.planned_minutes() <= kept.planned_minutes()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-9000, 9000), st.sampled_from(Section), st.integers(1, 2)), max_size=8))
def test_aids_find_no_more_to_take_than_each_line_and_the_invoice_owe(rows: list[tuple[int, Section, int]]):
    lines = never_below_zero([line(*row) for row in rows])
    owed = owed_of(lines)
    assert sum(line.amount_cents for line in lines) >= 0
    assert all(0 <= one <= max(0, line.amount_cents) for one, line in zip(owed, lines, strict=True))
    assert sum(owed) <= sum(line.amount_cents for line in lines)


def line(amount: int, section: Section, child: int) -> Line:
    kind = Kind("PERI", "PERI", "Crèche", section, Decimal(amount).scaleb(-2), "PSU", Per.UNIT, None, (1, 1))
    return Line(child, kind, Decimal(1), amount, (), ("Prix.",))


def test_a_week_is_told_to_the_quarter_of_an_hour_and_months_fit_the_dates():
    assert terms_faults(STARTS, date(2027, 8, 31), 1815, 4700, 12) == {}
    assert set(terms_faults(STARTS, date(2027, 8, 31), 1814, 0, 13)) == {"hours", "weeks", "months"}
