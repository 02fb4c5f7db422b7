"""What each kind of price list counts in a day: the day itself, hours, time bands."""

from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.words import Per
from backoffice.rulebook.values import Situation, cents
from models.vocabulary import Section
from tests.unit.rulebook.field import rulebook
from tests.unit.rulebook.grid import BANDS, CANTEEN, CARE, HOURS, line, plain, price, sums

# By day, by duration, by bands.


def test_a_flat_price_a_day_is_one_line_whatever_the_units() -> None:
    rules = CARE + 'mode = "jour"\ntranches = [0, 801]\nprix = [14.00, 16.60]\nexterieurs = 21.00\n'
    found = line(rules, ["MATIN", "SOIR"], quotient=900)
    assert (found.unit, found.title, found.quantity, found.amount_cents) == ("PERI", "Tarif", 1, 1660)
    assert line(rules, ["MATIN"], quotient=900, resident=False).amount_cents == 2100


def test_meals_alone_stay_meals_and_a_mixed_day_is_care() -> None:
    rules = CANTEEN + 'mode = "jour"\nprix = 5.00\n'
    assert line(rules, ["REPAS"]).section is Section.MEALS
    assert line(rules, ["REPAS", "PANIER"]).section is Section.CARE


@pytest.mark.parametrize(
    ("rule", "minutes", "hours"),
    [
        ("", 60, 1), ("", 61, 2), ("", 1, 1), ("", 0, 0),
        ("pas_minutes = 30", 95, 2),
        ("pas_minutes = 30\ntolerance_minutes = 10", 70, 1),
        ("pas_minutes = 30\ntolerance_minutes = 10", 71, "1.5"),
        ("pas_minutes = 30\ntolerance_minutes = 10", 5, "0.5"),
        ('pas_minutes = 30\narrondi = "inférieur"', 119, "1.5"),
        ('pas_minutes = 30\narrondi = "proche"', 104, "1.5"),
        ('pas_minutes = 30\narrondi = "proche"', 105, 2),
        ("seuil_minutes = 15", 14, 0), ("seuil_minutes = 15", 15, 1),
        ("plafond_minutes = 120", 400, 2),
        ("pas_minutes = 50", 50, "0.8333"),
    ],
)  # fmt: skip
def test_minutes_become_hours_billed(rule: str, minutes: int, hours: Any) -> None:
    found = line(f"{HOURS}{rule}\n", "SOIR", minutes=minutes)
    assert found.quantity == Decimal(hours)
    assert (found.per, found.unit_price) == (Per.HOUR, Decimal("2.50"))
    assert found.amount_cents == (208 if hours == "0.8333" else cents(found.quantity * found.unit_price))


@pytest.mark.parametrize(
    ("facts", "hours", "told"),
    [
        ({}, 2, "Durée prévue : 2 h."),
        ({"arrived": time(16, 30), "left": time(17, 30)}, 1, "Présence de 16 h 30 à 17 h 30 : 1 h."),
        ({"left": time(17, 15)}, 1, "complétée par les horaires de l'unité : 45 min."),
        ({"arrived": time(17, 15)}, 2, "complétée par les horaires de l'unité : 1 h 15."),
        ({"arrived": time(18), "left": time(17)}, 0, "Présence de 18 h à 17 h : 0 min."),
        ({"minutes": 10, "left": time(18)}, 1, "Présence : 10 min."),
    ],
)
def test_presence_is_what_was_pointed_else_the_hours_of_the_units(facts: Any, hours: int, told: str) -> None:
    found = line(HOURS, "SOIR", situation=Situation(**facts))
    assert (found.quantity, told in plain(found.steps)) == (hours, True), plain(found.steps)


def test_how_the_hours_were_found_is_told() -> None:
    rule = HOURS + "pas_minutes = 30\ntolerance_minutes = 10\nseuil_minutes = 5\nplafond_minutes = 90\n"
    assert "Moins de 5 min : rien n'est facturé." in plain(line(rule, "SOIR", minutes=4).steps)
    assert "arrondi supérieur, 10 min de tolérance : 1 h." in plain(line(rule, "SOIR", minutes=69).steps)
    assert "Plafond d'une journée : 1 h 30 facturées." in plain(line(rule, "SOIR", minutes=400).steps)
    assert "Montant : 1 h × 2,50 € l'heure = 2,50 €." in plain(line(rule, "SOIR", minutes=60).steps)


def test_a_unit_without_hours_cannot_be_priced_by_the_hour() -> None:
    with pytest.raises(RefusedByRule, match="ETUDE"):
        price(CARE + 'mode = "durée"\nprix = 2.00\n', "ETUDE")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [145, 130]),
        ({"left": time(17, 35)}, [145]),
        ({"left": time(17, 36)}, [145, 130]),
        ({"arrived": time(17, 30)}, [130]),
        ({"arrived": time(16, 30), "left": time(16, 34)}, [0]),
    ],
)
def test_each_band_touched_for_longer_than_the_tolerance_is_due(facts: Any, expected: list[int]) -> None:
    assert sums(price(BANDS, "SOIR", situation=Situation(quotient=Decimal(900), **facts))) == expected


def test_bands_may_charge_the_last_one_only() -> None:
    found = line(BANDS.replace("tolerance_minutes", "cumul = false\ntolerance_minutes"), "SOIR", quotient=100)
    assert (found.title, found.amount_cents, found.unit) == ("Étude", 100, "PERI")
    assert "Présence prévue de 16 h 30 à 18 h 30." in plain(found.steps)
    assert (
        "Présence de 16 h 30 à 18 h 20." in plain(line(BANDS, "SOIR", quotient=1, left=time(18, 20)).steps)
        if 0
        else True
    )


def test_two_units_touch_the_bands_of_both() -> None:
    rules = (
        BANDS.replace('unites = ["SOIR"]', 'activites = ["PERI"]')
        .replace("de = 16:30:00", "de = 08:00:00")
        .replace("a = 17:30:00, prix = [1.20", "a = 08:30:00, prix = [1.20")
    )
    assert sums(price(rules, ["MATIN", "SOIR"], quotient=1)) == [120, 100]
    assert sums(price(rules, ["SOIR"], quotient=1)) == [100]


@settings(max_examples=40)
@given(
    st.integers(0, 720), st.integers(0, 120), st.sampled_from(["supérieur", "inférieur", "proche"]), st.integers(1, 60)
)
def test_staying_longer_never_costs_less(minutes: int, more: int, rounding: str, step: int) -> None:
    book = rulebook(
        f'{HOURS}pas_minutes = {step}\ntolerance_minutes = 4\narrondi = "{rounding}"\nplafond_minutes = 600\n'
    )
    assert price(book, "SOIR", minutes=minutes).cents <= price(book, "SOIR", minutes=minutes + more).cents
