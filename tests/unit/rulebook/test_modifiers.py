"""What changes a price: modifications one by one and together, a late booking, an absence, a late pick-up."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.errors import RefusedByRule
from backoffice.rulebook.values import Situation
from models.vocabulary import Section
from tests.unit.rulebook.grid import (
    AUTUMN,
    BANDS,
    CANTEEN,
    CARE,
    HOURS,
    MEAL,
    SUMMER,
    THURSDAY,
    WEDNESDAY,
    changing,
    late,
    line,
    plain,
    price,
    sums,
    who,
)

TWO = CANTEEN + "prix.REPAS = 4.00\nprix.PANIER = 2.00\n"
PICKUP = 'si = ["départ tardif"]\n'


@pytest.mark.parametrize(
    ("effect", "expected", "told"),
    [
        ("prix = 3.55", 355, "« Geste » : 3,55 € au lieu de 4,00 €."),
        ("pourcent = -50", 200, "« Geste » : moins 50 %, de 4,00 € à 2,00 €."),
        ("pourcent = 12.5", 450, "« Geste » : plus 12,5 %, de 4,00 € à 4,50 €."),
        ("pourcent = -100", 0, "« Geste » : moins 100 %, de 4,00 € à 0,00 €."),
        ("montant = 0.75", 475, "« Geste » : plus 0,75 €, de 4,00 € à 4,75 €."),
        ("montant = -0.75", 325, "« Geste » : moins 0,75 €, de 4,00 € à 3,25 €."),
        ("montant = -9.00", 0, "« Geste » : moins 9,00 €, de 4,00 € à 0,00 €."),
        ('montant = 1.00\npar = "heure"', 550, "« Geste » : plus 1,00 € l'heure pendant 1 h 30, de 4,00 € à 5,50 €."),
        ('prix = 3.00\npar = "heure"', 450, "« Geste » : 1 h 30 à 3,00 € l'heure, au lieu de 4,00 €."),
    ],
)
def test_a_modification_replaces_multiplies_or_adds(effect: str, expected: int, told: str) -> None:
    found = line(MEAL + changing(effect))
    assert (found.amount_cents, found.label) == (expected, "Tarif unique, Geste")
    assert told in plain(found.steps)


@pytest.mark.parametrize(
    ("effect", "quantity", "expected"),
    [
        ("pourcent = -50", 2, 250),
        ('montant = 1.00\npar = "heure"', 2, 700),
        ('prix = 3.00\npar = "heure"', 2, 600),
        ("montant = 1.00", 1, 600),
        ('montant = 1.00\npar = "jour"', 1, 600),
        ("prix = 3.00", 1, 300),
    ],
)
def test_hours_are_changed_by_the_hour_or_counted_once(effect: str, quantity: int, expected: int) -> None:
    found = line(HOURS + changing(effect), "SOIR")
    assert (found.quantity, found.amount_cents) == (quantity, expected)
    assert found.amount_cents == found.quantity * found.unit_price * 100


def test_what_hours_become_is_told() -> None:
    told = {text: plain(line(HOURS + changing(text), "SOIR").steps) for text in ("montant = 1.00", "prix = 3.00")}
    assert "« Geste » : plus 1,00 €, de 5,00 € à 6,00 €." in told["montant = 1.00"]
    assert "« Geste » : 3,00 € au lieu de 2 h à 2,50 € l'heure." in told["prix = 3.00"]
    by_hour = plain(line(HOURS + changing('montant = 1.00\npar = "heure"'), "SOIR").steps)
    assert "plus 1,00 € l'heure, de 2,50 € à 3,50 €." in by_hour
    assert "3,00 € l'heure au lieu de 2,50 €." in plain(
        line(HOURS + changing('prix = 3.00\npar = "heure"'), "SOIR").steps
    )


def test_nothing_is_added_to_hours_that_are_not_billed() -> None:
    rules = HOURS + "seuil_minutes = 10\n" + changing("montant = 1.00")
    asked = Situation(minutes=5, late=late(effet="majorer", montant=3))
    assert line(rules, "SOIR", situation=asked).amount_cents == 0


def test_modifications_apply_one_after_the_other_in_the_order_of_the_file() -> None:
    half, more = (
        changing("pourcent = -50", code="a", title="Moitié"),
        changing("montant = 1.00", code="b", title="Sortie"),
    )
    assert line(MEAL + half + more).amount_cents == 300
    assert line(MEAL + more + half).amount_cents == 250
    assert line(MEAL + half + more).label == "Tarif unique, Moitié, Sortie"
    assert line(MEAL + changing("prix = 1.00", code="c") + more).amount_cents == 200


def test_a_price_is_rounded_once_after_all_modifications() -> None:
    thirds = changing("pourcent = -33.3333", code="a") + changing("pourcent = 50", code="b")
    found = line(MEAL + thirds)
    assert found.amount_cents == 400
    assert "Arrondi au centime : 4,00 €." in plain(found.steps)


@pytest.mark.parametrize(
    ("case", "yes", "no"),
    [
        ("rang_min = 3", {"rank": 3}, {"rank": 2}),
        ("rang_max = 1", {"rank": 1}, {"rank": 2}),
        ("age_min = 3\nage_max = 5", {"age": 5}, {"age": 6}),
        ("quotient_max = 800", {"quotient": 800}, {"quotient": 801}),
        ("quotient_min = 800", {"quotient": 800}, {"quotient": 799}),
        ('public = "extérieurs"', {"resident": False}, {}),
        ('public = "résidents"', {}, {"resident": False}),
        ('categories = ["adulte"]', {"category": "adulte"}, {"category": "stagiaire"}),
        ('services = ["ENFANCE"]', {}, None),
        ('unites = ["PANIER"]', None, {}),
        ('jours = ["jeudi", "vendredi"]', {}, {"day": WEDNESDAY}),
        ('periodes = ["été"]', {"day": SUMMER}, {"day": AUTUMN}),
        ('periodes = ["petites vacances"]', {"day": AUTUMN}, {"day": THURSDAY}),
        ("du = 2026-11-12", {}, {"day": AUTUMN}),
        ("au = 2026-11-12", {}, {"day": WEDNESDAY}),
        ('si = ["retard"]', {"is_late": True}, {}),
        ('si = ["sans réservation"]', {"unbooked": True}, {"is_late": True}),
        ('si = ["retard", "sans réservation"]', {"unbooked": True, "is_late": True}, {"is_late": True}),
        ('si = ["départ tardif"]', {"pickup_minutes": 1}, {}),
    ],
)
def test_a_modification_has_its_case_and_its_triggers(case: str, yes: Any, no: Any) -> None:
    rules = MEAL + changing(case + "\npourcent = -50")
    for facts, expected in ((yes, 200), (no, 400)):
        if facts is not None:
            day = facts.get("day", THURSDAY)
            known = {"quotient": 500, "age": 8} | {name: value for name, value in facts.items() if name != "day"}
            assert price(rules, day=day, situation=who(**known)).cents == expected, facts


def test_once_a_day_is_on_the_first_line_concerned() -> None:
    added = TWO + changing('montant = 1.00\npar = "jour"')
    assert sums(price(added, ["REPAS", "PANIER"])) == [500, 200]
    assert sums(price(added + 'unites = ["PANIER"]\n', ["REPAS", "PANIER"])) == [400, 300]
    assert sums(price(TWO + changing('pourcent = -50\npar = "jour"'), ["REPAS", "PANIER"])) == [200, 100]
    each = TWO + changing("montant = 1.00")
    assert sums(price(each, ["REPAS", "PANIER"])) == [500, 300]


def test_a_price_a_day_stands_for_all_the_lines_it_concerns() -> None:
    found = price(TWO + changing('prix = 5.00\npar = "jour"'), ["REPAS", "PANIER"])
    assert sums(found) == [500, 0]
    assert "« Geste » : compris dans le prix de la journée." in plain(found.steps)


@pytest.mark.parametrize(
    ("text", "facts", "label"),
    [
        ("rang_min = 2\npourcent = -10", {"rank": 3}, "3e enfant"),
        ("rang_min = 1\npourcent = -10", {"rank": 1}, "1er enfant"),
        ('categories = ["adulte"]\nprix = 5.45', {"category": "adulte"}, "adulte"),
        ('si = ["retard"]\npourcent = 10', {"is_late": True}, "majoré"),
        ('si = ["sans réservation"]\nmontant = 1.00', {"unbooked": True}, "majoré"),
        ('si = ["sans réservation"]\nprix = 7.00', {"unbooked": True}, "Geste"),
        ("pourcent = 10", {}, "Geste"),
    ],
)
def test_the_label_says_in_a_word_what_changed_the_price(text: str, facts: Any, label: str) -> None:
    assert line(MEAL + changing(text), situation=who(**facts)).label == f"Tarif unique, {label}"


def test_the_same_word_is_said_once() -> None:
    twice = changing("rang_min = 2\npourcent = -10", code="a") + changing("rang_min = 2\nmontant = -0.10", code="b")
    assert line(MEAL + twice, rank=2, age=4, quotient=1).label == "Tarif unique, 2e enfant"


# A late booking.


@pytest.mark.parametrize(
    ("says", "expected", "label"),
    [
        ({"effet": "majorer", "pourcent": 20}, 480, "majoré"),
        ({"effet": "majorer", "montant": 3}, 700, "majoré"),
        ({"effet": "prix spécial", "prix": 6}, 600, "prix spécial"),
    ],
)
def test_the_notice_period_says_what_a_late_booking_costs(says: Any, expected: int, label: str) -> None:
    found = line(MEAL, situation=Situation(late=late(**says), is_late=True))
    assert (found.amount_cents, found.label) == (expected, f"Tarif unique, {label}")
    assert "« Réservé après la limite » : " in plain(found.steps)


@pytest.mark.parametrize("effect", ["refuser", "demander", "facturer l'absence", "justifier l'absence"])
def test_the_other_effects_of_lateness_cost_nothing_by_themselves(effect: str) -> None:
    assert line(MEAL, situation=Situation(late=late(effet=effect))) == line(MEAL, situation=Situation())


def test_lateness_comes_after_the_modifications_and_on_each_unit() -> None:
    asked = Situation(late=late(effet="majorer", pourcent=10), is_late=True, rank=2)
    rules = (
        TWO
        + changing("rang_min = 2\nmontant = -1.00", code="a")
        + changing('si = ["retard"]\nmontant = 1.00', code="b")
    )
    assert sums(price(rules, ["REPAS", "PANIER"], situation=asked)) == [440, 220]


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({"effet": "prix spécial", "prix": 6}, [600, 0]),
        ({"effet": "majorer", "montant": 2}, [320, 100]),
        ({"effet": "majorer", "pourcent": 50}, [180, 150]),
    ],
)
def test_a_late_unit_that_touches_two_bands_is_charged_once(says: Any, expected: list[int]) -> None:
    asked = Situation(quotient=Decimal(1), late=late(**says), is_late=True)
    assert sums(price(BANDS, "SOIR", situation=asked)) == expected


# An absence.


def absence(text: str, code: str = "a") -> str:
    return f'[[absence]]\ncode = "{code}"\ntitre = "Motif {code}"\n{text}\n'


def test_without_a_rule_a_justified_absence_is_free_and_another_is_due() -> None:
    free, due = (line(MEAL, situation=Situation(absent=True, justified=justified)) for justified in (True, False))
    assert (free.amount_cents, free.label) == (0, "Tarif unique, non facturé")
    assert (due.amount_cents, due.label) == (400, "Tarif unique")
    assert "Absence justifiée : non facturée" in plain(free.steps)
    assert plain(free.steps).endswith("Montant : 0,00 €.")


def test_an_absence_is_billed_in_part_after_its_unpaid_days() -> None:
    rules = MEAL + absence("justifiee = true\nfacture = 37.5\njours_factures = 1")
    first, second = (line(rules, situation=Situation(absent=True, justified=True, absence_day=day)) for day in (1, 2))
    assert first.amount_cents == 400
    assert (second.amount_cents, second.label) == (150, "Tarif unique, facturé à 37,5\u202f%")
    assert "De 4,00 € à 1,50 €." in plain(second.steps)


def test_an_absence_is_named_by_its_code() -> None:
    rules = (
        MEAL + absence("justifiee = true\nfacture = 10") + absence("justifiee = true\nfacture = 20\npriorite = -1", "b")
    )
    asked = {
        code: line(rules, situation=Situation(absent=True, justified=True, absence=code)) for code in (None, "a", "b")
    }
    assert [found.amount_cents for found in asked.values()] == [40, 40, 80]
    with pytest.raises(RefusedByRule, match="greve"):
        line(rules, situation=Situation(absent=True, absence="greve"))


def test_hours_of_an_absence_are_those_of_the_units() -> None:
    asked = Situation(absent=True, justified=True)
    found = line(HOURS + absence("justifiee = true\nfacture = 50"), "SOIR", situation=asked)
    assert (found.quantity, found.unit_price, found.amount_cents) == (2, Decimal("1.25"), 250)


def test_without_age_an_absence_is_billed_as_the_dearest() -> None:
    rules = (
        MEAL + absence("justifiee = true\nage_max = 2") + absence("justifiee = true\nage_min = 3\nfacture = 50", "b")
    )
    asked = {age: price(rules, situation=Situation(absent=True, justified=True, age=age)).cents for age in (2, 3, None)}
    assert asked == {2: 0, 3: 200, None: 200}


# A late pick-up.


@pytest.mark.parametrize(
    ("rule", "minutes", "slices", "expected"),
    [
        ("montant = 5.00\npar_minutes = 15", 1, 1, 500),
        ("montant = 5.00\npar_minutes = 15", 15, 1, 500),
        ("montant = 5.00\npar_minutes = 15", 16, 2, 1000),
        ("montant = 5.00", 90, 1, 500),
        ('montant = 5.00\npar = "heure"', 61, 2, 1000),
        ("montant = 0.3333\npar_minutes = 10", 30, 3, 100),
    ],
)
def test_a_late_pick_up_is_a_line_of_its_own(rule: str, minutes: int, slices: int, expected: int) -> None:
    rules = MEAL + changing(PICKUP + rule, title="Départ tardif")
    meal, penalty = price(rules, situation=Situation(pickup_minutes=minutes)).lines
    assert meal.amount_cents == 400
    assert (penalty.unit, penalty.title, penalty.section) == ("m", "Départ tardif", Section.PENALTY)
    assert (penalty.quantity, penalty.amount_cents) == (slices, expected)
    assert f"après la fin : {slices} × " in plain(penalty.steps)


def test_a_penalty_is_due_once_however_many_units_and_never_by_who_is_absent() -> None:
    rules = TWO + changing(PICKUP + "montant = 5.00\npar_minutes = 15", title="Départ tardif")
    assert sums(price(rules, ["REPAS", "PANIER"], situation=Situation(pickup_minutes=20))) == [400, 200, 1000]
    assert sums(price(rules, situation=Situation(pickup_minutes=20, absent=True))) == [400]
    assert sums(price(rules + 'unites = ["PANIER"]\n', situation=Situation(pickup_minutes=20))) == [400]
    assert "par tranche de 15 min commencée." in plain(price(rules, situation=Situation(pickup_minutes=9)).steps)


def test_the_tolerance_of_a_late_pick_up_is_forgiven_then_not_counted() -> None:
    rules = MEAL + changing(PICKUP + "montant = 5.00\npar_minutes = 15\ntolerance_minutes = 10")
    found = {late: sums(price(rules, situation=Situation(pickup_minutes=late)))[1:] for late in (10, 11, 25, 26)}
    assert found == {10: [], 11: [500], 25: [500], 26: [1000]}
    told = plain(price(rules, situation=Situation(pickup_minutes=25)).steps)
    assert "par tranche de 15 min commencée." in told
    assert "Départ 25 minutes après la fin, dont 10 min de tolérance : 1 × 5,00 € = 5,00 €." in told


def test_a_penalty_is_not_surcharged_and_is_due_under_a_package_too() -> None:
    rules = CARE + 'mode = "mensuel"\nprix = 30.00\n' + changing(PICKUP + "montant = 5.00")
    asked = Situation(pickup_minutes=20, late=late(effet="majorer", pourcent=50))
    assert sums(price(rules, "SOIR", situation=asked)) == [500]


def test_each_band_is_a_line_that_modifications_change() -> None:
    rules = BANDS + changing("montant = 0.50") + changing('montant = 1.00\npar = "jour"', code="n")
    assert sums(price(rules, "SOIR", quotient=1)) == [270, 150]


@settings(max_examples=60)
@given(
    st.sampled_from(["prix = 1.11", "pourcent = -100", "pourcent = 33.3", "montant = -2.22", "montant = 3.33"]),
    st.sampled_from(["unité", "jour", "heure"]),
    st.sampled_from(["pourcent = -50", "montant = -4.00", "prix = 0.01"]),
    st.sampled_from([MEAL, TWO, HOURS, BANDS]),
)
def test_no_modification_makes_a_line_negative(one: str, per: str, other: str, base: str) -> None:
    units = "SOIR" if base in {HOURS, BANDS} else "REPAS"
    found = price(base + changing(f'{one}\npar = "{per}"', code="a") + changing(other, code="b"), units)
    assert all(amount >= 0 for amount in sums(found))
    assert found.cents == sum(sums(found))
