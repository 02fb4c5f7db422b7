"""The portal's legal texts: proposed, written by the commune, given back; the portal says which."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from backoffice.errors import NotAllowed, RefusedByRule
from backoffice.notices.edit import edit_notice
from backoffice.notices.lists import notices
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.portal.notices import ACCESS, DATA, LEGAL, NOTICES, conformity, texts
from backoffice.sync.contract import NoticeView, StructureView, ViewKind
from backoffice.sync.publish import publish
from models.office.house import AuditEntry
from models.vocabulary import Role
from tests.factories import AGENT, a_commune, an_office
from tests.letterbox import Letterbox


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = an_office(tmp_path)
    a_commune(opened)
    yield opened
    opened.close()


def structure(**changes: object) -> StructureView:
    values = {"commune": "Contrexéville", "regie": "Régie enfance", "street": "1 place de la Mairie"}
    values |= {"city": "88140 Contrexéville", "phone": "03 29 00 00 01", "email": "regie@exemple.fr"}
    return StructureView(**values | {"places": (), "demonstration": True} | changes)


def row_of(office: Office, code: str):
    return next(row for row in office.read(notices) if row.code == code)


def test_every_page_has_its_texts_before_anybody_writes_one():
    for page, least in ((LEGAL, 3), (ACCESS, 3), (DATA, 3)):
        found = texts(structure(), page)
        assert len(found) >= least
        assert all(text and "{" not in text for _, text in found)


@pytest.mark.parametrize("blank", ["commune", "street", "city", "phone", "email"])
def test_what_a_commune_has_not_filled_in_leaves_no_hole(blank: str):
    for notice in NOTICES:
        for _, text in texts(structure(**{blank: ""}), notice.page):
            assert not [hole for hole in ("{", ", .", ",,", "  ", " .") if hole in text], text


def test_the_commune_s_own_text_replaces_the_one_proposed(office: Office, tmp_path: Path):
    said = office.write(edit_notice, AGENT, "director", "Madame la Maire, Anne Roy.\r\n")
    assert "Directeur" in said
    row = row_of(office, "director")
    assert (row.text, row.shown) == ("Madame la Maire, Anne Roy.", "Madame la Maire, Anne Roy.")
    portal = Letterbox(tmp_path, office)
    with portal.client() as client:
        publish(office, client)
    body = StructureView.model_validate(portal.body(ViewKind.STRUCTURE, "", 0))
    portal.close()
    assert dict(texts(body, LEGAL))["Directeur ou directrice de la publication"] == "Madame la Maire, Anne Roy."
    (deed,) = office.read(
        lambda session: session.scalars(select(AuditEntry).where(AuditEntry.action == "edit_notice")).all()
    )
    assert deed.new == {"text": "Madame la Maire, Anne Roy."}


def test_an_empty_text_gives_the_default_back(office: Office):
    office.write(edit_notice, AGENT, "host", "Chez nous.")
    assert "reprend" in office.write(edit_notice, AGENT, "host", "  ")
    row = row_of(office, "host")
    assert not row.text
    assert row.shown == row.default
    assert office.write(edit_notice, AGENT, "host", "") == "Rien n'a changé."


def test_only_an_administrator_writes_and_not_anything(office: Office):
    clerk = Agent("elise", "Élise Roy", frozenset({Role.AGENT}), "ACCUEIL-1")
    with pytest.raises(NotAllowed):
        office.write(edit_notice, clerk, "host", "Chez nous.")
    for code, text in (("inconnu", "x"), ("host", "x" * 6001)):
        with pytest.raises(RefusedByRule):
            office.write(edit_notice, AGENT, code, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "non conforme"),
        ("Le site est totalement\nconforme au RGAA.", "totalement conforme"),
        ("Partiellement conforme, 82 %.", "partiellement conforme"),
        ("Non conforme.", "non conforme"),
    ],
)
def test_the_footer_says_what_the_statement_says(text: str, words: str):
    assert conformity(structure(notices=(NoticeView(code="state", text=text),))) == words
