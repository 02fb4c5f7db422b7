"""The roll call, read back."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from reports.pdf.roll_call import BLANK_ROWS, ROWS_A_PAGE, render_roll_call
from tests.reports.samples import UNITS, roll_call


def read(*documents):
    return PdfReader(BytesIO(render_roll_call(documents)), strict=True)


def text_of(*documents) -> str:
    return "\n".join(page.extract_text() for page in read(*documents).pages)


def test_the_sheet_says_who_is_expected_where_and_when() -> None:
    text = text_of(roll_call(12))
    for fact in ("Feuille d'appel", "mardi 1er décembre 2026", "Les Sources", "Accueil périscolaire — Petits", "Zoë"):
        assert fact in text
    assert "12 enfants attendus, dont 8 de moins de 6\N{NARROW NO-BREAK SPACE}ans" in text
    for head in ("Nom", "Prénom", "Arrivée", "Départ", "Repris par", "Signature", "Repères", "Matin", "Repas"):
        assert head in text


def test_a_long_name_is_set_smaller_and_never_cut() -> None:
    text = " ".join(text_of(roll_call(2)).split())
    assert "DE LA ROCHEFOUCAULD- MONTMORENCY" in text
    assert "…" not in text


def test_pictograms_are_letters_that_the_legend_explains() -> None:
    text = text_of(roll_call(3))
    for letters in ("PAI", "ALL", "RÉG", "SEUL", "STOP"):
        assert text.count(letters) == 2  # one child and the legend
    assert "sans porc" in text
    assert "projet d'accueil individualisé" in text
    plain = text_of(replace(roll_call(3), rows=roll_call(9).rows[4:7]))
    assert plain.count("PAI") == 1


def boxes(page) -> int:
    side = 4 * 72 / 25.4
    return page.get_contents().get_data().count(f"{side:.2f} {side:.2f} re S".encode())


def test_a_box_is_drawn_for_each_unit_expected_and_for_the_unexpected() -> None:
    document = roll_call(4)
    expected = sum(sum(row.expected) for row in document.rows)
    assert boxes(read(document).pages[0]) == expected + BLANK_ROWS * len(UNITS)


@pytest.mark.parametrize("children", [0, 1, 14, 15, 16, 17, 18, 19, 20, 21, 22, 42, 60])
def test_no_child_is_lost_between_two_pages(children: int) -> None:
    document = roll_call(children)
    pages = read(document).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert text.count("Zoë") == children
    assert text.count("signature de la personne") == 1
    assert len(pages) <= 1 + children // (ROWS_A_PAGE - BLANK_ROWS - 2)
    for rank, page in enumerate(pages, start=1):
        assert f"Page {rank}/{len(pages)}" in page.extract_text()
        assert "Prénom" in page.extract_text()


def test_each_group_has_its_own_sheets() -> None:
    pages = read(roll_call(3, "Petits"), roll_call(30, "Moyens"), roll_call(2, "Grands")).pages
    assert [page.extract_text().split("Accueil périscolaire — ")[1].split()[0] for page in pages] == [
        "Petits",
        "Moyens",
        "Moyens",
        "Grands",
    ]


def test_the_same_day_gives_the_same_bytes_and_speaks_french() -> None:
    assert render_roll_call([roll_call(8)]) == render_roll_call([roll_call(8)])
    reader = read(roll_call(8))
    assert reader.trailer["/Root"]["/Lang"] == "fr-FR"
    assert reader.metadata.title == "Feuille d'appel — mardi 1er décembre 2026"


def test_units_with_close_names_are_told_apart() -> None:
    units = ("½ journée matin", "½ journée après-midi", "Repas", "Matin", "Soir", "Étude")
    rows = tuple(replace(row, expected=(True,) * 6) for row in roll_call(2).rows)
    text = " ".join(text_of(replace(roll_call(2), units=units, rows=rows)).split())
    assert "½ journée matin" in text
    assert "½ journée après- midi" in text


def test_nobody_to_call_is_refused() -> None:
    with pytest.raises(ValueError, match="Aucun groupe"):
        render_roll_call([])
