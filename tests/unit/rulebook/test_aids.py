"""Aids: deducted line by line, never above the line nor the balance, and nothing lost on the way."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.parts import Occasion
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import Period
from backoffice.rulebook.load import parse
from backoffice.rulebook.tariffs.aids import apply
from backoffice.rulebook.tariffs.tariff import quote
from backoffice.rulebook.values import Deduction, Grant, Helped, PriceLine, Situation
from models.vocabulary import Section
from tests.unit.rulebook.books import example
from tests.unit.rulebook.field import CALENDAR, rulebook
from tests.unit.rulebook.grid import CARE, HOURS, MEAL, THURSDAY, changing, price, who

VOSGES = parse(example("caf-des-vosges"))
LIBRARY = MEAL + CARE.replace('"t"', '"p"') + "prix.SOIR = 2.00\nprix.MATIN = 1.00\n"


def aid(text: str, code: str = "a") -> str:
    return f'[[aide]]\ncode = "{code}"\ntitre = "Aide {code}"\norganisme = "CCAS"\n{text}\n'


def billed(
    book: Rulebook, unit: str, days: int = 1, *, first: date = THURSDAY, **facts: Any
) -> list[tuple[PriceLine, Occasion]]:
    """Price a unit of some days, each on its line, with what the conditions of an aid look at."""
    activity = book.units[unit][0]
    situation = who(**facts)
    lines = []
    for at in range(days):
        day = first + timedelta(days=at)
        occasion = Occasion(day, Period.SCHOOL, activity.code, activity.service, unit, quotient=situation.quotient)
        found = quote(book, CALENDAR.under(book), activity=activity.code, units=[unit], day=day, situation=situation)
        lines += [(line, occasion) for line in found.lines]
    return lines


def taken(helped: Helped) -> list[tuple[int, int]]:
    """Give the line and the cents of each deduction."""
    return [(one.line, one.amount_cents) for one in helped.deductions]


def grants(*given: tuple[str, str | int | None]) -> list[Grant]:
    return [Grant(code, None if balance is None else Decimal(balance)) for code, balance in given]


# The CAF des Vosges.


def test_130_vouchers_pay_five_euros_a_day_until_they_are_spent() -> None:
    lines = billed(VOSGES, "JOURNEE", 28, first=date(2024, 7, 8), quotient=400)
    helped = apply(VOSGES, lines, grants(("bons-130", 130)))
    assert taken(helped) == [(at, 500) for at in range(26)]
    assert helped.grants == (Grant("bons-130", Decimal(0)),)
    assert helped.cents == 28 * 1400 - 13000
    title = VOSGES.aids[0].title
    assert helped.deductions[0] == Deduction(0, "bons-130", title, 500, Decimal(125))
    spent = apply(VOSGES, lines, helped.grants)
    assert spent.deductions == ()
    assert spent.cents == 28 * 1400


def test_the_vouchers_of_one_quotient_are_not_those_of_another() -> None:
    both = grants(("bons-130", 130), ("bons-90", 90))
    for quotient, code in ((500, "bons-130"), (501, "bons-90"), (800, "bons-90")):
        helped = apply(VOSGES, billed(VOSGES, "JOURNEE", quotient=quotient), both)
        assert [one.code for one in helped.deductions] == [code]
    for quotient in (801, None):
        assert apply(VOSGES, billed(VOSGES, "JOURNEE", quotient=quotient), both).deductions == ()


# What an aid counts.


@pytest.mark.parametrize(
    ("rule", "unit", "expected"),
    [
        ("montant = 1.00", "REPAS", 100),
        ('montant = 1.00\npar = "jour"', "REPAS", 100),
        ('montant = 1.00\npar = "heure"', "REPAS", 150),
        ("montant = 9.00", "REPAS", 400),
        ("montant = 0.005", "REPAS", 1),
        ('montant = 1.00\nunites = ["PANIER"]', "REPAS", 0),
    ],
)
def test_an_aid_is_so_much_a_unit_a_day_or_an_hour_and_never_more_than_the_line(
    rule: str, unit: str, expected: int
) -> None:
    book = rulebook(LIBRARY + aid(rule))
    helped = apply(book, billed(book, unit), grants(("a", None)))
    assert sum(amount for _, amount in taken(helped)) == expected
    assert helped.grants == (Grant("a", None),)


@pytest.mark.parametrize(("rule", "expected"), [("montant = 1.00", 100), ('montant = 1.00\npar = "heure"', 200)])
def test_hours_billed_are_hours_helped(rule: str, expected: int) -> None:
    book = rulebook(HOURS + aid(rule))
    assert taken(apply(book, billed(book, "SOIR"), grants(("a", 50)))) == [(0, expected)]


def test_the_hours_of_a_flat_day_are_those_of_its_activity() -> None:
    rules = CARE.replace('activites = ["PERI"]', 'activites = ["MERCREDI"]') + 'mode = "jour"\nprix = 14.00\n'
    book = rulebook(rules + aid('montant = 0.50\npar = "heure"'))
    assert taken(apply(book, billed(book, "MERCREDI"), grants(("a", 50)))) == [(0, 500)]


def test_an_aid_by_the_hour_needs_the_hours_of_the_unit() -> None:
    book = rulebook(CARE + "prix.ETUDE = 2.00\n" + aid('montant = 0.50\npar = "heure"'))
    with pytest.raises(RefusedByRule, match="ETUDE"):
        apply(book, billed(book, "ETUDE"), grants(("a", 50)))


def test_an_aid_by_the_day_is_given_once_a_day_over_its_lines() -> None:
    book = rulebook(LIBRARY + aid('montant = 5.00\npar = "jour"'))
    day = [*billed(book, "REPAS"), *billed(book, "SOIR")]
    assert taken(apply(book, day, grants(("a", 50)))) == [(0, 400), (1, 100)]
    two = [*day, *billed(book, "REPAS", first=THURSDAY + timedelta(days=1))]
    assert taken(apply(book, two, grants(("a", 50)))) == [(0, 400), (1, 100), (2, 400)]


# In which order.


def test_the_oldest_line_is_helped_first_whatever_the_order_given() -> None:
    book = rulebook(LIBRARY + aid("montant = 3.00"))
    lines = list(reversed(billed(book, "REPAS", 3)))
    helped = apply(book, lines, grants(("a", 5)))
    assert taken(helped) == [(2, 300), (1, 200)]
    assert [line for line, _ in lines] == list(helped.lines)


def test_several_aids_follow_the_order_of_the_file_up_to_the_price() -> None:
    book = rulebook(LIBRARY + aid("montant = 3.00", "un") + aid("montant = 3.00", "deux"))
    helped = apply(book, billed(book, "REPAS"), grants(("deux", 10), ("un", 10)))
    assert [(one.code, one.amount_cents, one.left) for one in helped.deductions] == [
        ("un", 300, Decimal(7)),
        ("deux", 100, Decimal(9)),
    ]
    assert helped.grants == (Grant("deux", Decimal(9)), Grant("un", Decimal(7)))
    assert helped.cents == 0


def test_two_grants_of_one_aid_are_one_after_the_other() -> None:
    book = rulebook(LIBRARY + aid("montant = 3.00"))
    helped = apply(book, billed(book, "REPAS", 2), grants(("a", "1.50"), ("a", None)))
    assert taken(helped) == [(0, 150), (0, 150), (1, 300)]
    assert helped.grants == (Grant("a", Decimal(0)), Grant("a", None))


def test_a_penalty_is_never_helped_nor_a_child_without_a_grant() -> None:
    book = rulebook(LIBRARY + aid("montant = 3.00") + changing('si = ["départ tardif"]\nmontant = 5.00'))
    occasion = billed(book, "REPAS")[0][1]
    lines = [(line, occasion) for line in price(book, situation=Situation(pickup_minutes=5)).lines]
    assert [line.section for line, _ in lines] == [Section.MEALS, Section.PENALTY]
    assert taken(apply(book, lines, grants(("a", 10)))) == [(0, 300)]
    assert apply(book, lines, grants(("ailleurs", 10))).deductions == ()
    assert apply(book, lines, []).grants == ()


def test_a_balance_below_a_cent_is_kept() -> None:
    book = rulebook(LIBRARY + aid("montant = 3.00"))
    helped = apply(book, billed(book, "REPAS", 2), grants(("a", "0.019")))
    assert taken(helped) == [(0, 1)]
    assert helped.grants == (Grant("a", Decimal("0.009")),)
    assert apply(book, billed(book, "REPAS"), grants(("a", -3))).deductions == ()


BOOK = rulebook(
    LIBRARY
    + aid("montant = 1.35", "u")
    + aid('montant = 2.50\npar = "jour"', "j")
    + aid('montant = 0.77\npar = "heure"\nactivites = ["PERI"]', "h")
)
LINES = {unit: billed(BOOK, unit)[0] for unit in ("REPAS", "SOIR", "MATIN")}
MONTHS = st.lists(st.tuples(st.sampled_from(sorted(LINES)), st.integers(0, 9)), max_size=12)
GIVEN = st.lists(
    st.builds(Grant, st.sampled_from(["u", "j", "h", "z"]), st.none() | st.decimals(0, 30, places=2)), max_size=4
)


@settings(max_examples=60)
@given(MONTHS, GIVEN)
def test_aids_never_exceed_the_line_nor_the_balance_and_nothing_is_lost(
    month: Sequence[tuple[str, int]], given_aids: list[Grant]
) -> None:
    lines = [(LINES[unit][0], replace(LINES[unit][1], day=THURSDAY + timedelta(days=day))) for unit, day in month]
    helped = apply(BOOK, lines, given_aids)
    for rank, (line, _) in enumerate(lines):
        assert sum(one.amount_cents for one in helped.deductions if one.line == rank) <= line.amount_cents
    for code in "ujhz":
        used = sum(one.amount_cents for one in helped.deductions if one.code == code)
        had, left = ([g.balance for g in some if g.code == code] for some in (given_aids, helped.grants))
        if None not in had:
            assert sum(had) == sum(left) + Decimal(used).scaleb(-2)
        assert all(balance is None or balance >= 0 for balance in left)
    assert helped.cents == sum(line.amount_cents for line, _ in lines) - sum(d.amount_cents for d in helped.deductions)
    assert helped.cents >= 0
    assert all(one.amount_cents > 0 for one in helped.deductions)
