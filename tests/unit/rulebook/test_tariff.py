"""Prices by quotient bracket: real grids, and what must always hold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.errors import RefusedByRule
from backoffice.rulebook.load import parse
from backoffice.rulebook.tariff import bracket, cents, price, prices

HERSERANGE = """
name = "grille"
version = "2026"
effective = 2026-01-01
notice = []
[[tariff]]
activity = "ALSH"
title = "Centre de loisirs"
bounds = [0, 801]
prices.JOUR = [14.00, 16.60]
prices.APRES = [4.50, 5.50]
prices.SOIR = [3.00, 3.50]
outside.JOUR = 21.00
[[tariff]]
activity = "CANTINE"
title = "Cantine"
bounds = [0]
prices.REPAS = [4.55]
"""
BOOK = parse(HERSERANGE)


@pytest.mark.parametrize(
    ("quotient", "unit", "expected"),
    [(0, "JOUR", 1400), (800, "JOUR", 1400), (801, "JOUR", 1660), (800, "APRES", 450), (3000, "SOIR", 350)],
)
def test_herserange(quotient: int, unit: str, expected: int) -> None:
    assert price(BOOK, activity="ALSH", unit=unit, quotient=quotient, resident=True).cents == expected


def test_without_proof_of_income_the_highest_price_is_due_and_said() -> None:
    found = price(BOOK, activity="ALSH", unit="JOUR", quotient=None, resident=True)
    assert found.cents == 1660
    assert "prix le plus élevé" in found.steps[1]


def test_families_from_outside_pay_their_own_price_or_the_highest() -> None:
    assert price(BOOK, activity="ALSH", unit="JOUR", quotient=100, resident=False).cents == 2100
    assert price(BOOK, activity="ALSH", unit="SOIR", quotient=100, resident=False).cents == 350
    assert price(BOOK, activity="CANTINE", unit="REPAS", quotient=100, resident=False).cents == 455


def test_the_bracket_is_printed_in_french() -> None:
    labels = [price(BOOK, activity="ALSH", unit="JOUR", quotient=q, resident=True).label for q in (500, 2000)]
    assert [label.replace("\u202f", " ") for label in labels] == ["QF de 0 à 800", "QF à partir de 801"]
    assert price(BOOK, activity="CANTINE", unit="REPAS", quotient=1, resident=True).label == "Tarif unique"


def test_the_portal_is_given_the_same_prices_by_rate() -> None:
    for quotient in (None, 0, 800, 801, 5000):
        for resident in (True, False):
            rate = bracket(BOOK, activity="ALSH", quotient=quotient, resident=resident)
            asked = price(BOOK, activity="ALSH", unit="JOUR", quotient=quotient, resident=resident)
            assert prices(BOOK, activity="ALSH", unit="JOUR")[rate] == asked.cents


def test_cents_are_rounded_half_up() -> None:
    assert [cents(Decimal(text)) for text in ("0.005", "1.234", "2.675")] == [1, 123, 268]


def test_an_unknown_unit_is_told_apart() -> None:
    with pytest.raises(RefusedByRule, match="REPAS"):
        price(BOOK, activity="ALSH", unit="REPAS", quotient=1, resident=True)


@given(st.integers(0, 10_000), st.integers(0, 5_000))
def test_a_higher_quotient_never_pays_less_where_the_grid_grows(quotient: int, more: int) -> None:
    low, high = (
        price(BOOK, activity="ALSH", unit="JOUR", quotient=q, resident=True).cents for q in (quotient, quotient + more)
    )
    assert low <= high


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (("bounds = [0, 801]", "bounds = [1, 801]"), "commencent à 0"),
        (("bounds = [0, 801]", "bounds = [0, 801, 800]"), "en croissant"),
        (("prices.SOIR = [3.00, 3.50]", "prices.SOIR = [3.00]"), "2 tranches, mais 1 prix"),
        (("outside.JOUR = 21.00", "outside.NUIT = 21.00"), "NUIT"),
        (('activity = "CANTINE"', 'activity = "ALSH"'), "en double"),
        (("prices.SOIR = [3.00, 3.50]", "prices.SOIR = [3.005, 3.50]"), "prices › SOIR"),
        (("[[tariff]]", "[[tarif]]"), "tarif"),
        (("version = ", "version "), "TOML"),
    ],
)
def test_a_wrong_price_list_is_refused_with_its_place(broken: tuple[str, str], sentence: str) -> None:
    with pytest.raises(RefusedByRule, match=sentence):
        parse(HERSERANGE.replace(*broken))
