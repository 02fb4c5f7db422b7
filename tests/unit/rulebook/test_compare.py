"""What changes from a rulebook to another is said rule by rule; load, save and load again is the identity."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from backoffice.rulebook.file.compare import DifferenceKind, compare
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.load import parse
from tests.factories import RULEBOOK
from tests.unit.rulebook.books import EXAMPLES, example, rulebooks, written

ALL_FORMS = example("toutes-les-formes")


def said(old: str, new: str) -> list[str]:
    """Compare two texts, with ordinary spaces."""
    found = compare(parse(old), parse(new))
    return [change.sentence.replace("\u202f", " ").replace("\xa0", " ") for change in found]


def changed(before: str, after: str, source: str = RULEBOOK) -> list[str]:
    """Change one thing of a text, and compare."""
    assert source.count(before) == 1
    return said(source, source.replace(before, after))


def test_an_hour_is_told_from_one_to_the_other() -> None:
    assert changed("heure = 10:00:00", "heure = 09:00:00") == ["Délai « cantine » : heure 10 h → 9 h."]
    assert changed("heure = 10:00:00", 'heure = "minuit"') == ["Délai « cantine » : heure 10 h → minuit."]


def test_a_price_is_told_with_its_bracket() -> None:
    assert changed("[3.60, 4.15, 4.55]", "[3.60, 4.30, 4.55]") == [
        "Tarif « cantine », REPAS : 4,15 € → 4,30 € (QF de 801 à 1 200)."
    ]
    assert changed("exterieurs.REPAS = 5.80", "exterieurs.REPAS = 6") == [
        "Tarif « cantine », REPAS, extérieurs : 5,80 € → 6,00 €."
    ]


def test_other_brackets_show_whole_rows() -> None:
    assert changed("tranches = [0, 801, 1201]", "tranches = [0, 701, 1201]") == [
        "Tarif « cantine » : tranches 0, 801 et 1201 → 0, 701 et 1201."
    ]
    assert said(
        RULEBOOK,
        RULEBOOK.replace("tranches = [0, 801]", "tranches = [0]").replace("[1.20, 1.45]", "1.30"),
    ) == [
        "Tarif « periscolaire » : tranches 0 et 801 → 0.",
        "Tarif « periscolaire », PERI-MATIN : 1,20 € · 1,45 € → 1,30 €.",
    ]


def test_the_same_price_written_twice_is_no_change() -> None:
    twice = RULEBOOK.replace("[1.20, 1.45]", "[1.45, 1.45]")
    assert said(twice, RULEBOOK.replace("[1.20, 1.45]", "1.45")) == []


def test_what_comes_and_what_goes_is_told_with_its_title() -> None:
    rule = '[[delai]]\ncode = "extra"\ntitre = "Les extérieurs"\npublic = "extérieurs"\nlimite = { nombre = 8 }\n'
    assert said(RULEBOOK, RULEBOOK + rule) == ["Délai « extra » ajouté : Les extérieurs."]
    found = compare(parse(RULEBOOK + rule), parse(RULEBOOK))
    assert [(change.kind, change.before, change.after) for change in found] == [
        (DifferenceKind.REMOVED, "Les extérieurs", "")
    ]


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('zone = "B"', 'zone = "A"', "Calendrier : zone B → A."),
        ('compte = "présents"', 'compte = "inscrits"', "Fratrie : compte présents → inscrits."),
        ("retroactif = false", "retroactif = true", "Quotient : rétroactif non → oui."),
        ("effet = 2026-01-01", "effet = 2026-09-01", "Règlement intérieur : effet 01/01/2026 → 01/09/2026."),
        ('nom = "École du Bois"', 'nom = "Le Bois"', "École « BOIS » : nom « École du Bois » → « Le Bois »."),
        (
            'motif = "Pont de l\'Ascension"',
            'motif = "Pont"',
            "Journée exceptionnelle supprimée : 15/05/2026, sans classe : Pont de l'Ascension.",
        ),
        ('nom = "Étude"', 'nom = "Devoirs"', "Activité « ETUDE », unité « ETUDE » : nom « Étude » → « Devoirs »."),
        ('periodes = ["petites vacances", "été"]', "", "Activité « VACANCES » : périodes petites vacances et été → toutes."),
        ("pourcent = 20 }", "pourcent = 25 }", "Délai « periscolaire » : retard, pourcent 20 % → 25 %."),
        (
            "limite_regie = { nombre = 0, heure = 09:00:00 }",
            "",
            "Délai « cantine » : limite de la régie (heure 9 h) → rien.",
        ),
        ("jours_factures = 1", "jours_factures = 2", "Absence « maladie » : jours facturés 1 → 2."),
        (
            "a = 18:30:00, prix = [1.00, 1.20] }",
            "a = 18:30:00, prix = [1.00, 1.25] }",
            "Tarif « soir », plage « 17 h 30 à 18 h 30 » : 1,20 € → 1,25 € (QF à partir de 801).",
        ),
        ("2 = [17.00, 20.00]", "2 = [17.00, 21.00]", "Tarif « garderie », 2 jours par semaine : 20,00 € → 21,00 € (QF à partir de 801)."),
        ("taux = [0.06, 0.05, 0.04]", "taux = [0.06, 0.05]", "Tarif « halte » : taux 0,06 %, 0,05 % et 0,04 % → 0,06 % et 0,05 %."),
        (
            '["MER-MATIN", "MER-REPAS", "MER-APRES-MIDI"]',
            '["MER-MATIN", "MER-APRES-MIDI"]',
            "Combinaison « journee » : ensemble MER-MATIN, MER-REPAS et MER-APRES-MIDI → MER-MATIN et MER-APRES-MIDI.",
        ),
        ("pourcent = -20", "pourcent = -30", "Modification « deuxieme » : pourcent -20 % → -30 %."),
        ("solde = 90.00", "solde = 90.50", "Aide « bons » : solde 90,00 € → 90,50 €."),
    ],
)  # fmt: skip
def test_every_part_of_the_file_says_what_changed(before: str, after: str, sentence: str) -> None:
    assert sentence in changed(before, after, ALL_FORMS)


def test_a_price_list_that_counts_otherwise_is_told_whole() -> None:
    (told,) = changed('mode = "jour"\ntranches = [0, 801]', 'mode = "durée"\ntranches = [0, 801]', ALL_FORMS)
    assert told.startswith("Tarif « vacances » : mode ")
    assert "mode durée" in told


def test_the_order_of_rules_is_a_change() -> None:
    book = parse(ALL_FORMS)
    turned = book.model_copy(update={"modifiers": book.modifiers[::-1]})
    (told,) = compare(book, turned)
    assert (told.subject, told.key) == ("Modifications", "ordre")


BAND = '{ titre = "17 h 30 à 18 h 30", de = 17:30:00, a = 18:30:00, prix = [1.00, 1.20] },'


def test_a_band_comes_goes_and_moves() -> None:
    assert changed(BAND, "", ALL_FORMS) == [
        "Tarif « soir », plage « 17 h 30 à 18 h 30 » : de 17 h 30 à 18 h 30, 1,00 € · 1,20 € → rien."
    ]
    later = BAND.replace("a = 18:30:00", "a = 18:45:00")
    assert changed(BAND, later, ALL_FORMS) == ["Tarif « soir », plage « 17 h 30 à 18 h 30 » : à 18 h 30 → 18 h 45."]
    twice = BAND.replace("17 h 30 à 18 h 30", "16 h 30 à 17 h 30")
    (told,) = changed(BAND, twice, ALL_FORMS)
    assert told.startswith("Tarif « soir » : plages de 16 h 30 à 17 h 30, 1,20 € · 1,45 € · de 17 h 30")


def test_exceptional_days_in_another_order_are_a_change() -> None:
    calendar = parse(ALL_FORMS).calendar
    turned = calendar.model_copy(update={"exceptions": calendar.exceptions[::-1]})
    (told,) = compare(parse(ALL_FORMS), parse(ALL_FORMS).model_copy(update={"calendar": turned}))
    assert (told.subject, told.key) == ("Journées exceptionnelles", "ordre")


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_written_again_says_the_same(file: Path) -> None:
    book = parse(file.read_bytes().decode())
    again = parse(written(book))
    assert again == book
    assert compare(book, again) == ()


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(rulebooks())
def test_any_rulebook_written_again_says_the_same(book: Rulebook) -> None:
    again = parse(written(book))
    assert again == book
    assert compare(book, again) == ()


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(rulebooks(), rulebooks())
def test_what_differs_is_told_and_what_does_not_is_not(one: Rulebook, other: Rulebook) -> None:
    for field in Rulebook.model_fields:
        mixed = one.model_copy(update={field: getattr(other, field)})
        there, back = compare(one, mixed), compare(mixed, one)
        assert bool(there) == bool(back) == (getattr(one, field) != getattr(other, field))
        assert all(change.sentence.endswith(".") for change in there)
