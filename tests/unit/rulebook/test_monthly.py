"""What a month costs whatever the attendance: packages, and contracts levelled by month."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.words import Per
from backoffice.rulebook.load import parse
from backoffice.rulebook.tariffs.tariff import deduction, month_quote
from backoffice.rulebook.values import Contract, Situation
from tests.unit.rulebook.books import example
from tests.unit.rulebook.field import CALENDAR, rulebook
from tests.unit.rulebook.grid import CARE, HOURS, MEAL, PACKAGE, SOIR, THURSDAY, changing, plain, price, sums, who

NOVEMBER = date(2026, 11, 1)
CRECHE = parse(example("creche-psu"))

# By month.


def a_month(rules: str, **facts: Any) -> Any:
    book = rulebook(rules)
    span = {name: facts.pop(name) for name in ("first", "last", "month", "deducted_minutes") if name in facts}
    activity = facts.pop("activity", "PERI")
    return month_quote(
        book, CALENDAR.under(book), activity=activity, **({"month": NOVEMBER} | span), situation=who(**facts)
    )


def test_a_package_costs_its_month_and_nothing_by_day() -> None:
    rules = PACKAGE + "tranches = [0, 801]\nprix = [30.00, 36.00]\nexterieurs = 50.00\n"
    (found,) = a_month(rules, quotient=900).lines
    assert (found.unit, found.title, found.quantity, found.amount_cents) == ("PERI", "Tarif", 1, 3600)
    assert a_month(rules, resident=False).cents == 5000
    assert price(rules, ["MATIN", "SOIR"], quotient=900).lines == ()


@pytest.mark.parametrize(("days", "expected"), [(1, 900), (4, 3000), (None, 3000)])
def test_a_package_may_depend_on_the_days_a_week(days: int | None, expected: int) -> None:
    rules = PACKAGE + "par_jours = { 1 = 9.00, 2 = 17.00, 4 = 30.00 }\n"
    (found,) = a_month(rules, days_a_week=days).lines
    assert found.amount_cents == expected
    assert ("inconnu" in plain(found.steps)) == (days is None)


def test_a_package_without_a_price_for_these_days_is_refused() -> None:
    with pytest.raises(RefusedByRule, match="3 jours"):
        a_month(PACKAGE + "par_jours = { 1 = 9.00, 2 = 17.00 }\n", days_a_week=3)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, 3000),
        (date(2026, 11, 16), None, 1500),
        (None, date(2026, 11, 10), 1000),
        (date(2026, 11, 30), date(2027, 1, 1), 100),
        (date(2026, 9, 1), date(2027, 7, 1), 3000),
        (date(2026, 12, 1), None, 0),
    ],
)
def test_a_proportional_package_counts_the_days_of_enrolment(first: Any, last: Any, expected: int) -> None:
    assert a_month(PACKAGE + "prix = 30.00\nprorata = true\n", first=first, last=last).cents == expected
    whole = a_month(PACKAGE + "prix = 30.00\n", first=first, last=last).cents
    assert whole == (3000 if expected else 0)


def test_a_package_takes_the_modifications_of_the_family_not_those_of_a_day() -> None:
    rules = (
        PACKAGE
        + "prix = 30.00\n"
        + changing("rang_min = 2\npourcent = -10")
        + changing('code = "r"\nsi = ["retard"]\nmontant = 5.00'.removeprefix('code = "r"\n'), code="r")
    )
    (found,) = a_month(rules, rank=2, is_late=True, absent=True, justified=True).lines
    assert (found.amount_cents, found.label) == (2700, "Tarif unique, 2e enfant")


def test_an_activity_may_have_a_package_for_one_unit_and_prices_for_the_others() -> None:
    rules = (
        '[[tarif]]\ncode = "f"\ntitre = "Forfait"\nunites = ["SOIR"]\nmode = "mensuel"\nprix = 20.00\n'
        + CARE
        + "prix.MATIN = 2.00\n"
    )
    assert a_month(rules).cents == 2000
    assert sums(price(rules, ["MATIN", "SOIR"])) == [200]
    assert a_month(MEAL, activity="CANTINE").lines == ()


def test_a_package_that_begins_in_the_month_is_due() -> None:
    rules = (
        PACKAGE
        + "du = 2026-11-09\nprix = 30.00\n"
        + '[[tarif]]\ncode = "u"\ntitre = "Unité"\nactivites = ["PERI"]\nau = 2026-11-08\nprix.MATIN = 2.00\n'
    )
    assert a_month(rules).cents == 3000
    assert a_month(rules, last=date(2026, 11, 8)).cents == 0


def contract(hours: str = "32.5", weeks: int = 44, months: int = 11, **facts: Any) -> Any:
    told = who(resources=2000, contract=Contract(Decimal(hours), Decimal(weeks), months), **facts)
    return lambda book=CRECHE, **span: month_quote(
        book, CALENDAR.under(book), activity="CRECHE", month=NOVEMBER, situation=told, **span
    )


def test_a_contract_is_levelled_by_month_at_the_hourly_price() -> None:
    (found,) = contract()().lines
    assert (found.quantity, found.unit_price, found.amount_cents) == (130, Decimal("1.24"), 16120)
    assert (found.title, found.label, found.per) == ("Contrat mensualisé", "PSU 1 enfant", Per.HOUR)
    assert "32,5 h × 44 semaines ÷ 11 mois, par tranches de 30 min, arrondi supérieur : 130 h" in plain(found.steps)


def test_the_hours_of_a_contract_are_brought_to_its_step() -> None:
    assert contract("10", 45, 12)().lines[0].quantity == Decimal("37.5")
    assert contract("10.1", 45, 12)().lines[0].quantity == Decimal(38)
    assert contract("10", 1, 0)().lines[0].quantity == 10


def test_a_contract_may_lean_on_an_hourly_list_of_the_commune() -> None:
    rules = (
        HOURS.replace('code = "t"', 'code = "h"')
        + SOIR.replace('code = "t"', 'code = "c"')
        + 'mode = "contrat"\ntarif_horaire = "h"\n'
    )
    (found,) = a_month(rules, contract=Contract(Decimal(8), Decimal(36), 10)).lines
    assert (found.quantity, found.amount_cents) == (29, 7250)
    assert price(rules, "SOIR", contract=Contract(Decimal(8), Decimal(36), 10)).lines == ()
    assert price(rules, "SOIR").cents == 500
    assert a_month(rules).lines == ()


def test_absences_excused_are_taken_off_a_contract() -> None:
    facts = {
        "resources": Decimal(2000),
        "contract": Contract(Decimal(45), Decimal(44), 11),
        "absent": True,
        "justified": True,
    }
    sick = {"units": ["ACCUEIL"], "day": THURSDAY, "activity": "CRECHE"}

    def taken(**more: Any) -> int:
        return deduction(CRECHE, CALENDAR.under(CRECHE), **sick, situation=Situation(**{**facts, **more}))

    assert taken(absence="hospitalisation") == 540
    assert [taken(absence="maladie", absence_day=day) for day in (1, 3, 4)] == [0, 0, 540]
    assert taken(justified=False) == 0
    assert taken(absent=False) == 0
    assert taken(contract=None) == 0
    (less,) = contract()(deducted_minutes=540).lines
    assert (less.quantity, "Absences déduites : 9 h." in plain(less.steps)) == (121, True)
    assert contract()(deducted_minutes=99999).cents == 0
    assert a_month(PACKAGE + "prix = 30.00\n", deducted_minutes=60).cents == 3000
