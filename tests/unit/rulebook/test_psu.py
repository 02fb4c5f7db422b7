"""Effort rates: the national scale of the crèches, and a commune's own."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.rulebook.load import parse
from backoffice.rulebook.tariffs import psu
from backoffice.rulebook.tariffs.psu import ScaleRow, psu_on, psu_rows, rate_for
from backoffice.rulebook.values import cents
from tests.unit.rulebook.books import example
from tests.unit.rulebook.grid import CANTEEN, THURSDAY, line, plain, price, sums, who

BEFORE = parse(example("creche-psu"))
AFTER = parse(example("creche-psu").replace('arrondi_prix = "avant"', 'arrondi_prix = "après"'))
OWN = CANTEEN + 'mode = "effort"\n'
STRAIGHT = "plancher = 400\nplafond = 1500\nprix_min = 1.20\nprix_max = 5.40\n"
RATES = {1: "0.0619", 2: "0.0516", 3: "0.0413", 4: "0.0310", 7: "0.0310", 8: "0.0206", 11: "0.0206"}


@pytest.mark.parametrize(("children", "rate"), RATES.items())
def test_each_number_of_children_has_its_rate(children: int, rate: str) -> None:
    found = line(AFTER, "ACCUEIL", resources=3000, children=children)
    assert found.unit_price == 3000 * Decimal(rate) / 100
    assert found.label == f"PSU {children} enfant{'s' * (children > 1)}"
    assert f"Taux d'effort pour {children} enfant" in plain(found.steps)


@pytest.mark.parametrize(
    ("children", "rate"),
    [(1, "0.0516"), (2, "0.0413"), (3, "0.0310"), (4, "0.0206"), (7, "0.0206"), (8, "0.0206"), (0, "0.0516")],
)
def test_a_disabled_child_gives_the_next_lower_rate(children: int, rate: str) -> None:
    found = line(AFTER, "ACCUEIL", resources=3000, children=children, disabled_child=True)
    assert found.unit_price == 3000 * Decimal(rate) / 100
    assert "immédiatement inférieur pour un enfant en situation de handicap" in plain(found.steps)


@pytest.mark.parametrize(
    ("resources", "base", "told"),
    [
        (0, "814.62", "Ressources mensuelles : 0,00 €, portées au plancher de 814,62 €."),
        ("814.61", "814.62", "portées au plancher"),
        ("814.62", "814.62", "Ressources mensuelles : 814,62 €."),
        (8500, "8500", "Ressources mensuelles : 8 500,00 €."),
        (12000, "8500", "Ressources mensuelles : 12 000,00 €, ramenées au plafond de 8 500,00 €."),
        (None, "8500", "Aucun justificatif de ressources : plafond de 8 500,00 €."),
    ],
)
def test_resources_are_held_between_the_floor_and_the_ceiling_of_2026(resources: Any, base: str, told: str) -> None:
    found = line(AFTER, "ACCUEIL", resources=resources, children=1)
    assert found.unit_price == Decimal(base) * Decimal("0.0619") / 100
    assert told in plain(found.steps)


def test_the_price_of_an_hour_is_rounded_before_or_after_the_hours() -> None:
    before, after = (line(book, "ACCUEIL", resources="2345.67", children=2) for book in (BEFORE, AFTER))
    assert (before.quantity, before.unit_price, before.amount_cents) == (9, Decimal("1.21"), 1089)
    assert (after.quantity, after.unit_price, after.amount_cents) == (9, Decimal("1.21036572"), 1089)
    assert [line(book, "ACCUEIL", resources=2500, children=2).amount_cents for book in (BEFORE, AFTER)] == [1161, 1161]
    assert [line(book, "ACCUEIL", resources=2400, children=1).amount_cents for book in (BEFORE, AFTER)] == [1341, 1337]
    assert "Arrondi au centime : 1,49 €." in plain(line(BEFORE, "ACCUEIL", resources=2400, children=1).steps)
    assert "Arrondi" not in plain(line(AFTER, "ACCUEIL", resources=2400, children=1).steps)


def test_half_hours_are_billed_with_ten_minutes_of_tolerance() -> None:
    hours = {minutes: line(BEFORE, "ACCUEIL", resources=2000, minutes=minutes).quantity for minutes in (5, 70, 71, 540)}
    assert hours == {5: Decimal("0.5"), 70: 1, 71: Decimal("1.5"), 540: 9}


def test_a_year_whose_scale_is_not_known_takes_the_nearest_and_says_so() -> None:
    known = psu_on(date(2026, 12, 31))
    assert plain(known.why) == "Barème national PSU du 01/01/2026."
    after, before = psu_on(date(2027, 1, 1)), psu_on(date(2025, 12, 31))
    assert (after.rates, after.floor, after.ceiling) == (known.rates, known.floor, known.ceiling)
    assert plain(after.why) == (
        "Barème national PSU du 01/01/2026, le dernier connu : celui de 2027 n'est pas enregistré."
    )
    assert "le premier connu : celui de 2025 n'est pas enregistré." in plain(before.why)
    assert "celui de 2027" in plain(line(BEFORE, "ACCUEIL", day=date(2027, 3, 4), resources=1).steps)


def test_the_scale_of_the_day_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = psu_rows()
    later = ScaleRow.model_validate(
        {"du": date(2026, 9, 1), "plancher": 900, "plafond": 9000, "taux": [Decimal("0.07")]}
    )
    monkeypatch.setattr(psu, "psu_rows", lambda: (row, later))
    assert [psu_on(day).floor for day in (date(2026, 8, 31), date(2026, 9, 1))] == [row.floor, 900]


def test_the_scale_we_ship_is_the_national_one() -> None:
    row = psu_rows()[-1]
    assert (row.first, row.floor, row.ceiling) == (date(2026, 1, 1), Decimal("814.62"), 8500)
    assert {n: rate_for(row.rates, n, lower=False) for n in RATES} == {n: Decimal(rate) for n, rate in RATES.items()}


# A commune's own rates.


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        ("taux = [0.5, 0.4]\nplafond = 900", {"resources": 600}, 300),
        ("taux = [0.5, 0.4]\nplafond = 900", {"resources": 600, "children": 4}, 240),
        ("taux = [0.5, 0.4]\nplafond = 900", {"resources": 600, "disabled_child": True}, 240),
        ("taux = [0.5, 0.4]\nplafond = 900\nenfant_handicape = false", {"resources": 600, "disabled_child": True}, 300),
        ("taux = [0.5]\nplafond = 900", {}, 450),
        ("taux = [0.5]\nplafond = 900\nplancher = 100", {"resources": 3}, 50),
        ("taux = [0.5]\nprix_max = 4.00", {"resources": 900}, 400),
        ("taux = [0.5]\nprix_max = 4.00", {}, 400),
        ("taux = [0.5]\nplafond = 900\nprix_min = 1.00", {"resources": 2}, 100),
        ('taux = [0.5]\nassiette = "quotient"\nplafond = 900', {"quotient": 700}, 350),
        ('taux = [0.5]\nassiette = "quotient"\nplafond = 900', {"quotient": -50}, 0),
        ('taux = [0.5]\nassiette = "quotient"\nplafond = 900', {"resources": 700}, 450),
        ("taux = [0.5]\nplafond = 900\nmajoration_exterieurs = 20", {"resources": 600, "resident": False}, 360),
        ("taux = [0.5]\nprix_max = 4.00\nmajoration_exterieurs = 20", {"resident": False}, 480),
        ("taux = [0.5]\npart_fixe = 0.80\nprix_max = 4.00", {"resources": 333}, 247),
        ("taux = [0.5]\npart_fixe = 0.80\nprix_max = 4.00", {"resources": 700}, 400),
        ("taux = [0.5]\npart_fixe = -2.00\nprix_max = 4.00", {"resources": 333}, 0),
        (STRAIGHT, {"resources": 300}, 120),
        (STRAIGHT, {"resources": 777}, 264),
        (STRAIGHT, {"resources": 9000}, 540),
        (STRAIGHT, {}, 540),
        (STRAIGHT + "majoration_exterieurs = 10\n", {"resources": 950, "resident": False}, 363),
        (STRAIGHT + 'arrondi_prix = "après"\npar = "heure"\n', {"resources": 777, "minutes": 120}, 528),
    ],
)
def test_a_commune_has_its_own_rates(rule: str, facts: Any, expected: int) -> None:
    by_day = "" if "par =" in rule else 'par = "jour"\n'
    assert line(f"{OWN}{by_day}{rule}\n", situation=who(**facts)).amount_cents == expected


def test_an_effort_rate_may_count_by_unit_by_day_or_by_hour() -> None:
    rule = OWN + "taux = [0.5]\nplafond = 900\n"
    units = ["REPAS", "PANIER"]
    assert sums(price(rule + 'par = "unité"\n', units, resources=400)) == [200, 200]
    assert sums(price(rule + 'par = "jour"\n', units, resources=400)) == [200]
    assert sums(price(rule + 'par = "heure"\n', units, resources=400)) == [800]  # 3 h 30, four hours begun


def test_what_an_effort_rate_did_is_told() -> None:
    rule = OWN + 'par = "jour"\ntaux = [0.5]\nprix_min = 1.00\nprix_max = 4.00\nmajoration_exterieurs = 20\n'
    told = {resources: plain(line(rule, resources=resources, resident=False).steps) for resources in (50, 900, None)}
    assert "Prix de la journée : 50,00 € × 0,5 % = 0,25 €.\nPrix porté au minimum : 1,00 €." in told[50]
    assert "Prix ramené au maximum : 4,00 €.\nFamille de l'extérieur : 20 % de plus, 4,80 €." in told[900]
    assert "Aucun justificatif de ressources : prix le plus élevé.\n" in told[None]
    assert line(rule, resources=50, resident=False).label == "Taux d'effort, extérieur"
    assert "enfant à charge" not in told[50]  # one rate, the same for all
    quotient = OWN + 'par = "jour"\nassiette = "quotient"\ntaux = [0.5]\nplafond = 900\nplancher = 100\n'
    assert "Aucun quotient familial : plafond de 900,00 €." in plain(line(quotient, quotient=None).steps)
    assert "Quotient familial : 5,00 €, porté au plancher" in plain(line(quotient, quotient=5).steps)


def test_a_straight_line_and_a_fixed_part_are_told() -> None:
    straight = plain(line(OWN + STRAIGHT + 'par = "jour"\n', resources=777).steps)
    assert "de 1,20 € (ressources de 400,00 €) à 5,40 € (ressources de 1 500,00 €)" in straight
    assert "1,20 € + (777,00 € − 400,00 €) × 4,20 € ÷ 1 100,00 € = 2,6395 €.\nArrondi au centime : 2,64 €." in straight
    fixed = OWN + 'par = "jour"\ntaux = [0.5]\npart_fixe = 0.80\nprix_max = 4.00\n'
    assert "200,00 € × 0,5 % + 0,80 € = 1,80 €." in plain(line(fixed, resources=200).steps)


@settings(max_examples=40)
@given(
    st.integers(0, 20_000), st.integers(0, 3000), st.integers(1, 10), st.booleans(), st.sampled_from([BEFORE, AFTER])
)
def test_more_resources_never_pay_less_nor_more_than_no_proof(
    low: int, more: int, children: int, lower: bool, book: Any
) -> None:
    facts = {"children": children, "disabled_child": lower, "day": THURSDAY}
    amounts = [line(book, "ACCUEIL", resources=r, **facts).amount_cents for r in (low, low + more, None)]
    assert amounts == sorted(amounts)


@settings(max_examples=40)
@given(st.integers(0, 9000), st.integers(1, 10), st.integers(1, 600))
def test_the_hours_multiply_the_price_that_is_shown(resources: int, children: int, minutes: int) -> None:
    for book in (BEFORE, AFTER):
        found = line(book, "ACCUEIL", resources=resources, children=children, minutes=minutes)
        assert found.amount_cents == cents(found.quantity * found.unit_price)
        shown = found.unit_price.quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert (found.unit_price == shown) or book is AFTER
