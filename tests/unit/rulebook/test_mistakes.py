"""A rulebook that is wrong is refused with, for each mistake, its line, its key and what to write instead."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.rulebook.file.mistakes import Mistake, WrongRulebook, refusal
from backoffice.rulebook.file.remedies import Fault, remedy
from backoffice.rulebook.file.spelling import as_date, as_hour, nearest
from backoffice.rulebook.load import parse
from tests.unit.rulebook.bad_rulebooks import BAD, GOOD, Bad

FOREIGN = re.compile(r"\b(Expected|Input|Invalid|Illegal|Unclosed|should|must|Undefined|None)\b|\(at line")
ODD = ["1", "-1", "2.55555", "nan", "true", '""', '"x"', "2026-01-01", "10:00:00", "[]", '["x"]', "{}", "[{ a = 1 }]"]


def mistakes(source: str) -> tuple[Mistake, ...]:
    with pytest.raises(WrongRulebook) as refused:
        parse(source)
    return refused.value.mistakes


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def test_a_good_rulebook_has_no_mistake() -> None:
    assert parse(GOOD).name == "règlement de Marelle-les-Bains"


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_mistake_names_its_line_its_key_and_what_to_write(bad: Bad) -> None:
    assert bad.old in GOOD, "the edit changes nothing"
    source = GOOD.replace(bad.old, bad.new, 1)
    (mistake,) = mistakes(source)
    row = GOOD.count("\n", 0, GOOD.index(bad.old))
    changed = range(row - 12, row + 24)
    assert mistake.line is not None
    assert source.splitlines()[mistake.line - 1].strip().startswith(bad.line)
    assert mistake.line == 1 or mistake.line in changed, "another line that begins alike"
    assert plain(mistake.key) == bad.key
    assert [word for word in bad.words if plain(word).lower() not in plain(mistake.sentence).lower()] == []


def test_more_than_can_be_read_is_refused_too() -> None:
    (endless,) = mistakes(GOOD.replace("nombre = 2\n", f"nombre = {'2' * 5000}\n"))
    assert endless.line == GOOD[: GOOD.index("nombre = 2\n")].count("\n") + 1
    assert "trop long" in endless.sentence
    (deep,) = mistakes("a = " + "[" * 5000)
    assert deep.text.startswith("Trop de crochets")


def test_every_mistake_is_told_at_once_in_the_order_of_the_lines() -> None:
    source = (
        GOOD.replace('zone = "B"', 'zone = "D"')
        .replace("nombre = 2\n", "nombre = 2\nsemaines = 1\nmois = 1\n")
        .replace("justifiee = true", "justifiee = 1")
        .replace("montant = 1.00\n", "")
        .replace('version = "2026-1"\n', "")
    )
    found = mistakes(source)
    lines = source.splitlines()
    assert [lines[mistake.line - 1] for mistake in found if mistake.line] == [
        "# Un règlement complet.",
        'zone = "D"',
        "semaines = 1",
        "mois = 1",
        "justifiee = 1",
        "[[aide]]",
    ]


def test_the_disagreements_of_the_parts_are_told_at_once_too() -> None:
    source = GOOD.replace('donne = "MER-JOURNEE"', 'donne = "MER-SOIR"').replace('ecole = "JAURES"', 'ecole = "FERRY"')
    assert [plain(mistake.key) for mistake in mistakes(source)] == [
        "activite n° 1 (CANTINE) › ecole",
        "combinaison n° 1 (journee) › donne",
    ]


def test_a_slip_of_a_key_is_one_mistake_not_two() -> None:
    assert len(mistakes(GOOD.replace('version = "2026-1"', 'versoin = "2026-1"'))) == 1


def test_the_refusal_tells_what_was_kept_and_every_mistake_on_its_line() -> None:
    error = refusal([Mistake(3, "effet", "Écrivez une date."), Mistake(12, "", "Il manque un guillemet.")])
    assert plain(str(error)).splitlines() == [
        "Ce fichier ne peut pas être appliqué. Rien n'en a été chargé. 2 erreurs à corriger :",
        "– ligne 3, effet : Écrivez une date.",
        "– ligne 12 : Il manque un guillemet.",
    ]


def test_lines_are_right_whatever_ends_them() -> None:
    source = GOOD.replace("rang_min = 3", "rang_min = 0")
    assert mistakes(source.replace("\n", "\r\n"))[0].line == mistakes(source)[0].line


def test_a_mark_at_the_beginning_of_the_file_is_told() -> None:
    assert "UTF-8" in mistakes("\N{ZERO WIDTH NO-BREAK SPACE}" + GOOD)[0].sentence


def test_an_empty_file_lacks_everything() -> None:
    assert [(mistake.line, mistake.key) for mistake in mistakes("")] == [
        (1, "nom"),
        (1, "version"),
        (1, "effet"),
        (1, "calendrier"),
        (1, "activite"),
    ]


ASSIGNMENTS = [row for row, line in enumerate(GOOD.splitlines()) if re.match(r'"?[\w.-]+"? = ', line)]


@given(row=st.sampled_from(ASSIGNMENTS), value=st.sampled_from(ODD))
@settings(max_examples=60, deadline=None)
def test_any_odd_value_is_told_in_french_on_a_line_that_exists(row: int, value: str) -> None:
    lines = GOOD.splitlines()
    lines[row] = f"{lines[row].partition(' = ')[0]} = {value}"
    assert_french("\n".join(lines))


@given(at=st.integers(0, len(GOOD) - 1), width=st.integers(0, 12), put=st.sampled_from([*"\"[]{}=,é \n'#.", ""]))
@settings(max_examples=60, deadline=None)
def test_any_slip_of_the_pen_is_told_in_french_on_a_line_that_exists(at: int, width: int, put: str) -> None:
    assert_french(GOOD[:at] + put + GOOD[at + width :])


def assert_french(source: str) -> None:
    try:
        parse(source)
    except WrongRulebook as refused:
        for mistake in refused.mistakes:
            assert mistake.line is not None
            assert 1 <= mistake.line <= source.count("\n") + 1
            assert not FOREIGN.search(mistake.sentence)
            assert "d'après le guide" not in mistake.sentence, "no remedy of its own"
            assert mistake.sentence[-1] in ".?"


def test_what_is_not_a_table_at_all_is_told_how_to_write_one() -> None:
    found = {plain(mistake.key): mistake.sentence for mistake in mistakes('fratrie = "oui"\ndelai = [3]\n')}
    assert "[fratrie]" in found["fratrie"]
    assert "[[delai]]" in found["delai n° 1"]


def test_a_mistake_that_nobody_foresaw_still_names_the_guide() -> None:
    assert "README" in remedy(Fault("unheard_of", "zone", 3, {}, (), None))


def test_a_slip_suggests_the_nearest_word() -> None:
    assert nearest("Été", ["école", "été"]) == "été"
    assert nearest("jour-ferme", ["jour", "jour_ferme"]) == "jour_ferme"
    assert nearest("jour", ["ouvré", "heure"]) is None


def test_what_looks_like_an_hour_or_a_date_is_written_as_the_file_does() -> None:
    assert [as_hour(text) for text in ("9h", "9 h 30", "17:45", "24h", "10:75", "midi")] == [
        "09:00:00",
        "09:30:00",
        "17:45:00",
        None,
        None,
        None,
    ]
    assert [as_date(text) for text in ("1/9/2026", "2026-9-1", "31/2/2026", "1/9/26", "demain")] == [
        "2026-09-01",
        "2026-09-01",
        None,
        None,
        None,
    ]
