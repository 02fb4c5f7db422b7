"""Prices: the grids of the field, each kind of price list, and what must always hold."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.errors import RefusedByRule
from backoffice.rulebook.load import parse
from backoffice.rulebook.tariffs.tariff import quote
from backoffice.rulebook.values import Situation, cents
from models.vocabulary import Section
from tests.unit.rulebook.books import example
from tests.unit.rulebook.field import CALENDAR, rulebook
from tests.unit.rulebook.grid import (
    AUTUMN,
    BRACKETS,
    CANTEEN,
    CARE,
    MEAL,
    MIXED,
    SITUATIONS,
    SUMMER,
    THURSDAY,
    WEDNESDAY,
    changing,
    line,
    plain,
    price,
    sums,
)

# The grids of the field.


@pytest.mark.parametrize(
    ("quotient", "unit", "expected"),
    [
        (0, "JOURNEE", 1400),
        (800, "JOURNEE", 1400),
        (801, "JOURNEE", 1660),
        (800, "APRES-MIDI", 450),
        (801, "APRES-MIDI", 550),
        (800, "SOIREE", 300),
        (3000, "SOIREE", 350),
    ],
)
def test_herserange(quotient: int, unit: str, expected: int) -> None:
    assert price(parse(example("herserange")), unit, day=AUTUMN, quotient=quotient).cents == expected


@pytest.mark.parametrize(
    ("facts", "expected", "label"),
    [
        ({}, 455, "Tarif unique"),
        ({"rank": 2}, 455, "Tarif unique"),
        ({"rank": 3}, 355, "3e enfant"),
        ({"rank": 4}, 355, "4e enfant"),
        ({"category": "occasionnel", "rank": 3}, 580, "occasionnel"),
        ({"category": "adulte"}, 545, "adulte"),
    ],
)
def test_chasselas(facts: dict[str, Any], expected: int, label: str) -> None:
    found = line(parse(example("chasselas")), situation=Situation(**facts))
    assert (found.amount_cents, found.label, found.section) == (expected, label, Section.MEALS)


def test_seventeen_meals_at_4_15_make_70_55() -> None:
    found = line(BRACKETS, quotient=900)
    assert cents(17 * found.unit_price) == 7055


def test_each_line_is_rounded_half_up_once() -> None:
    assert sums(price(CANTEEN + "prix.REPAS = 4.155\nprix.PANIER = 0.005\n", ["REPAS", "PANIER"])) == [416, 1]
    assert line(MEAL + changing("pourcent = -50"), rank=1).amount_cents == 200
    assert line(CANTEEN + "prix.REPAS = 4.55\n" + changing("pourcent = -50")).amount_cents == 228


# Brackets, residence, proofs.


@pytest.mark.parametrize(
    ("quotient", "expected", "label"),
    [
        (-40, 360, "QF de 0 à 800"),
        (800, 360, "QF de 0 à 800"),
        ("800.99", 360, "QF de 0 à 800"),
        (801, 415, "QF de 801 à 1 200"),
        (9000, 455, "QF à partir de 1 201"),
        (None, 455, "QF à partir de 1 201"),
    ],
)
def test_the_last_lower_bound_reached_gives_the_price(quotient: int | None, expected: int, label: str) -> None:
    found = line(BRACKETS, quotient=quotient)
    assert (found.amount_cents, plain(found.label)) == (expected, label)


def test_without_proof_the_highest_price_of_the_row_is_due_and_said() -> None:
    falling = CANTEEN + "tranches = [0, 801]\nprix.REPAS = [5.00, 4.00]\n"
    found = line(falling, quotient=None)
    assert (found.amount_cents, plain(found.label)) == (500, "QF de 0 à 800")
    assert "Aucun quotient familial valable le jour du service : prix le plus élevé." in plain(found.steps)


@pytest.mark.parametrize(
    ("reference", "told"),
    [("service", "le jour du service"), ("facture", "le premier jour du mois facturé"), ("année", "l'année scolaire")],
)
def test_a_quotient_is_told_with_the_day_it_is_taken_on(reference: str, told: str) -> None:
    found = line(f'[quotient]\ndate = "{reference}"\n' + BRACKETS, quotient=900)
    assert told in found.steps[1]
    assert "900 €, tranche « QF de 801 à 1 200 »." in plain(found.steps[1])


def test_families_from_outside_pay_their_own_price_or_the_highest() -> None:
    rules = BRACKETS.replace("prix.PANIER = 1.50", "prix.PANIER = [1.00, 1.50, 2.00]")
    own, highest = price(rules, ["REPAS", "PANIER"], quotient=100, resident=False).lines
    assert (own.amount_cents, own.label) == (580, "Extérieur")
    assert (highest.amount_cents, highest.label) == (200, "Extérieur")
    assert "prix le plus élevé" in plain(highest.steps)


def test_families_from_outside_may_have_brackets_too() -> None:
    rules = BRACKETS.replace("exterieurs.REPAS = 5.80", "exterieurs.REPAS = [5.00, 5.50, 5.80]")
    found = line(rules, quotient=900, resident=False)
    assert (found.amount_cents, plain(found.label)) == (550, "Extérieur, QF de 801 à 1 200")


def test_without_any_outside_price_families_from_outside_pay_as_residents() -> None:
    rules = CANTEEN + "tranches = [0, 801]\nprix.REPAS = [3.60, 4.15]\n"
    assert line(rules, quotient=900, resident=False) == line(rules, quotient=900)


def test_the_first_step_names_the_price_list_the_rulebook_and_its_version() -> None:
    assert plain(line(MEAL).steps) == (
        "Tarif « Tarif » du règlement intérieur (version 7).\n"
        "Le prix est le même quel que soit le quotient familial.\n"
        "Prix de l'unité « Repas » : 4,00 €."
    )


# Which price list.


def test_the_most_specific_list_that_has_a_price_wins() -> None:
    rules = (
        '[[tarif]]\ncode = "s"\ntitre = "Service"\nservices = ["ENFANCE"]\nprix.REPAS = 3.00\nprix.PANIER = 1.00\n'
        '[[tarif]]\ncode = "a"\ntitre = "Activité"\nactivites = ["CANTINE"]\nprix.REPAS = 4.00\n'
        '[[tarif]]\ncode = "v"\ntitre = "Le mercredi"\nactivites = ["CANTINE"]\npriorite = 1\n'
        'jours = ["mercredi"]\nprix.REPAS = 5.00\n'
    )
    assert sums(price(rules, ["REPAS", "PANIER"])) == [400, 100]
    assert price(rules, day=date(2026, 11, 18)).cents == 500


def test_a_price_has_its_dates_and_its_periods() -> None:
    rules = (
        CANTEEN + "au = 2026-11-15\nprix.REPAS = 4.00\n"
        '[[tarif]]\ncode = "n"\ntitre = "Neuf"\nactivites = ["CANTINE"]\ndu = 2026-11-16\nprix.REPAS = 4.20\n'
        '[[tarif]]\ncode = "e"\ntitre = "Été"\nactivites = ["CANTINE"]\npriorite = 1\nperiodes = ["été"]\nprix.REPAS = 6.00\n'
    )
    days = (date(2026, 11, 15), date(2026, 11, 16), SUMMER)
    assert [price(rules, day=day).cents for day in days] == [400, 420, 600]


@pytest.mark.parametrize(
    ("units", "sentence"),
    [
        (["PANIER"], "Aucun tarif ne donne de prix à l'unité «\xa0PANIER\xa0»"),
        (["REPAS", "SOIR"], "L'activité «\xa0CANTINE\xa0» n'a pas d'unité «\xa0SOIR\xa0»"),
        (["REPAS", "GOUTER"], "GOUTER"),
    ],
)
def test_what_has_no_price_says_what_to_complete(units: list[str], sentence: str) -> None:
    book = rulebook(MEAL + '[[tarif]]\ncode = "c"\ntitre = "C"\nunites = ["PANIER"]\nage_min = 9\nprix.PANIER = 1\n')
    with pytest.raises(RefusedByRule, match=sentence):
        price(book, ["REPAS", *units])


def test_an_unknown_activity_is_told_with_those_that_exist() -> None:
    book = rulebook(MEAL)
    with pytest.raises(RefusedByRule, match=r"POTERIE.*CANTINE, LOISIRS, MERCREDI, PERI, SEJOUR"):
        quote(book, CALENDAR, activity="POTERIE", units=["X"], day=THURSDAY, situation=Situation())


def test_a_day_without_units_costs_nothing() -> None:
    assert quote(rulebook(MEAL), CALENDAR, activity="CANTINE", units=[], day=THURSDAY, situation=Situation()).cents == 0


# Combinations.


def test_units_booked_together_are_priced_as_another() -> None:
    rules = (
        CARE + "prix.MATIN = 2.00\nprix.SOIR = 3.00\nprix.ETUDE = 4.00\n"
        '[[combinaison]]\ncode = "c"\nensemble = ["MATIN", "SOIR"]\ndonne = "ETUDE"\n'
    )
    found = line(rules, ["SOIR", "MATIN"])
    assert (found.unit, found.amount_cents) == ("ETUDE", 400)
    assert plain(found.steps[0]) == "Matin et Soir le même jour : « Étude »."
    assert sums(price(rules, ["MATIN"])) == [200]
    assert sums(price(rules, ["MATIN", "SOIR", "MATIN"])) == [400, 200]


def test_the_largest_set_is_replaced_first_and_only_in_its_case() -> None:
    book = parse(example("toutes-les-formes"))
    units = ["MER-MATIN", "MER-REPAS", "MER-APRES-MIDI"]
    assert price(book, units, day=WEDNESDAY, quotient=500).cents == 1200
    assert sums(price(book, units[:2], day=WEDNESDAY, quotient=500)) == [500, 360]
    rules = (
        '[[tarif]]\ncode = "t"\ntitre = "T"\nactivites = ["CINQ"]\n'
        + "".join(f"prix.{code} = {amount}\n" for code, amount in zip("ABCDE", (2, 3, 4, 5, 6), strict=True))
        + '[[combinaison]]\ncode = "deux"\nensemble = ["A", "B"]\ndonne = "D"\n'
        + '[[combinaison]]\ncode = "trois"\nensemble = ["A", "B", "C"]\ndonne = "E"\npublic = "résidents"\n'
        + '[[combinaison]]\ncode = "encore"\nensemble = ["D", "C"]\ndonne = "E"\njours = ["mercredi"]\n'
        + '[[activite]]\ncode = "CINQ"\nnom = "Cinq"\nservice = "CINQ"\nnature = "crèche"\nunites = ['
        + ", ".join(f'{{ code = "{code}", nom = "{code}" }}' for code in "ABCDE")
        + "]\n"
    )
    assert sums(price(rules, ["A", "B", "C"])) == [600]
    assert sums(price(rules, ["A", "C", "B"], resident=False)) == [500, 400]
    assert sums(price(rules, ["A", "C", "B"], resident=False, day=WEDNESDAY)) == [600]


# What is unknown is priced at its highest.


def test_without_proof_the_dearest_of_the_lists_by_quotient_is_due() -> None:
    rules = (
        CANTEEN
        + "quotient_max = 800\nprix.REPAS = 3.00\n"
        + CANTEEN.replace('"t"', '"u"')
        + "quotient_min = 801\nprix.REPAS = 4.00\n"
    )
    assert [price(rules, quotient=q).cents for q in (-5, 800, 801, None)] == [300, 300, 400, 400]
    assert "Quotient familial inconnu : le cas le plus cher s'applique." in plain(
        line(rules, quotient=None, age=3).steps
    )
    raised = MEAL + changing("quotient_min = 2000\npourcent = 10")
    assert [price(raised, quotient=q).cents for q in (1999, 2000, None)] == [400, 440, 440]


def test_an_age_that_is_unknown_is_the_dearest_one() -> None:
    rules = MEAL + changing("age_min = 6\nage_max = 10\nmontant = 1.00")
    assert [price(rules, age=age).cents for age in (5, 6, 10, 11, None)] == [400, 500, 500, 400, 500]
    assert "Âge inconnu" in plain(line(rules, age=None, quotient=3).steps)
    assert "Âge inconnu" in plain(line(rules, age=None, quotient=None).steps)  # no rule looks at the quotient
    both = rules + '[[modification]]\ncode = "q"\ntitre = "Q"\nquotient_max = 400\npourcent = -10\n'
    assert "Âge et quotient familial inconnus" in plain(line(both, age=None, quotient=None).steps)
    same = line(MEAL + changing("age_min = 6\nmontant = 0.00"), age=None, quotient=3)
    assert "inconnu" not in plain(same.steps)


def test_where_no_quotient_has_a_price_the_want_of_a_list_is_told() -> None:
    rules = CANTEEN + 'quotient_max = 800\ncategories = ["adulte"]\nprix.REPAS = 3.00\n'
    with pytest.raises(RefusedByRule, match="REPAS"):
        price(rules, quotient=None)
    assert price(rules, quotient=None, category="adulte").cents == 300


# What must always hold.

UNITS = st.sampled_from([["REPAS"], ["PANIER", "REPAS"], ["MATIN"], ["SOIR", "MATIN"]])


@settings(max_examples=60)
@given(UNITS, SITUATIONS)
def test_the_lines_add_up_and_none_is_negative(units: list[str], situation: Situation) -> None:
    found = price(MIXED, units, situation=situation)
    assert found.cents == sum(sums(found))
    assert all(one.amount_cents >= 0 for one in found.lines)
    assert all(one.amount_cents == cents(one.quantity * one.unit_price) for one in found.lines)
    assert all(step.endswith(".") for step in found.steps)


@settings(max_examples=40)
@given(UNITS, SITUATIONS, st.integers(0, 2500), st.integers(0, 900))
def test_a_higher_quotient_never_pays_less_where_the_grid_rises(
    units: Any, one: Situation, quotient: int, more: int
) -> None:
    low, high, unknown = (
        price(MIXED, units, situation=replace(one, quotient=q)).cents
        for q in (Decimal(quotient), Decimal(quotient + more), None)
    )
    assert low <= high <= unknown
