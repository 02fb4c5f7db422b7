"""What the portal may tell all families: classes of prices; and who misses a proof."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.rulebook.load import parse
from backoffice.rulebook.tariffs.tariff import lacks_proof, rate_of, rates
from backoffice.rulebook.values import Situation
from tests.unit.rulebook.books import example
from tests.unit.rulebook.field import CALENDAR, rulebook
from tests.unit.rulebook.grid import BRACKETS, CANTEEN, CARE, MEAL, MIXED, PACKAGE, THURSDAY, changing, late, price, who

CRECHE = parse(example("creche-psu"))

# What the portal tells all families.


def keys(rules: str, unit: str = "REPAS", **more: Any) -> dict[str, int]:
    book = rulebook(rules)
    return rates(book, CALENDAR.under(book), activity=book.units[unit][0].code, unit=unit, day=THURSDAY, **more)


def test_the_portal_is_given_one_price_for_each_class_of_families() -> None:
    assert keys(BRACKETS) == {"n": 455, "r0": 360, "r1": 415, "r2": 455, "x": 580}
    assert keys(MEAL) == {"r0": 400}
    assert keys(MEAL + changing("rang_min = 2\nage_max = 5\nprix = 3.00")) == {
        "r0-k1-a": 400, "r0-k1-a0": 400, "r0-k1-a6": 400, "r0-k2-a": 400, "r0-k2-a0": 300, "r0-k2-a6": 400,
    }  # fmt: skip
    assert keys(MEAL + changing('categories = ["adulte"]\npourcent = 50\npublic = "extérieurs"')) == {
        "r0": 400, "r0-c1": 400, "x": 400, "x-c1": 600,
    }  # fmt: skip


def test_the_portal_may_be_given_the_prices_after_the_limit() -> None:
    rules = MEAL + changing('si = ["retard"]\nrang_min = 2\nmontant = 1.00')
    assert keys(rules) == {"r0-k1": 400, "r0-k2": 400}
    assert keys(rules, late=late(effet="majorer", pourcent=10)) == {"r0-k1": 440, "r0-k2": 550}


def test_where_prices_cannot_be_shared_there_is_no_rate() -> None:
    book = rulebook(MEAL)
    asked = {"day": THURSDAY, "situation": Situation()}
    assert rate_of(CRECHE, activity="CRECHE", **asked) == ""
    assert rates(CRECHE, CALENDAR, activity="CRECHE", unit="ACCUEIL", day=THURSDAY) == {}
    assert rate_of(book, activity="PERI", **asked) == ""
    assert rate_of(book, activity="POTERIE", **asked) == ""
    assert rates(book, CALENDAR, activity="POTERIE", unit="X", day=THURSDAY) == {}
    assert keys(MEAL, "PANIER") == {}
    assert keys(PACKAGE + "prix = 30.00\n", "SOIR") == {}
    mixed = PACKAGE.replace('activites = ["PERI"]', 'unites = ["SOIR"]') + "prix = 30.00\n" + CARE.replace('"t"', '"u"')
    assert keys(mixed + "prix.MATIN = 2.00\n", "SOIR") == {}
    assert keys(mixed + "prix.MATIN = 2.00\n", "MATIN") == {"r0": 200}


@pytest.mark.parametrize(
    ("rules", "facts", "expected"),
    [
        (BRACKETS, {}, True),
        (BRACKETS, {"quotient": 5}, False),
        (BRACKETS, {"resident": False}, False),
        (MEAL, {}, False),
        (MEAL + changing("quotient_max = 500\npourcent = -50"), {}, True),
        (MEAL + changing("quotient_max = 500\npourcent = -50\nrang_min = 3"), {}, False),
        (CANTEEN + "tranches = [0, 801]\nprix.PANIER = [3.60, 4.15]\n", {}, True),
        (CANTEEN + 'mode = "mensuel"\ntranches = [0, 801]\nprix = [3.60, 4.15]\n', {}, True),
        (CANTEEN + 'mode = "effort"\nassiette = "quotient"\ntaux = [0.5]\nplafond = 900\n', {}, True),
        (CANTEEN + 'mode = "effort"\ntaux = [0.5]\nplafond = 900\n', {"quotient": 5}, True),
        (CANTEEN + 'mode = "effort"\ntaux = [0.5]\nplafond = 900\n', {"quotient": 5, "resources": 9}, False),
        (CANTEEN + 'mode = "effort"\ntaux = [0.5]\nplancher = 900\nplafond = 900\n', {}, False),
    ],
)
def test_a_proof_is_missed_where_it_would_change_a_price(rules: str, facts: Any, expected: bool) -> None:
    assert lacks_proof(rulebook(rules), activity="CANTINE", day=THURSDAY, situation=who(**facts)) is expected


def test_no_proof_is_missed_for_what_has_no_price() -> None:
    assert not lacks_proof(rulebook(MEAL), activity="POTERIE", day=THURSDAY, situation=Situation())
    assert not lacks_proof(rulebook(MEAL), activity="PERI", day=THURSDAY, situation=Situation())


@settings(max_examples=60)
@given(
    st.sampled_from(["REPAS", "PANIER", "MATIN"]),
    st.builds(
        Situation,
        resident=st.booleans(),
        quotient=st.none() | st.integers(-10, 2500).map(Decimal),
        rank=st.integers(1, 4),
        age=st.none() | st.integers(0, 11),
        category=st.sampled_from([None, "adulte"]),
    ),
)
def test_the_rate_that_the_portal_shows_is_the_price(unit: str, situation: Situation) -> None:
    activity = MIXED.units[unit][0].code
    key = rate_of(MIXED, activity=activity, day=THURSDAY, situation=situation)
    told = rates(MIXED, CALENDAR.under(MIXED), activity=activity, unit=unit, day=THURSDAY)
    assert told[key] == price(MIXED, unit, situation=situation).cents
