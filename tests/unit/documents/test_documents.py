"""Documents asked of families: the missing first, and the expired said on the day."""

from datetime import date

import pytest

from backoffice.documents.expire import any_expiring, expire_documents
from backoffice.documents.lists import documents_of
from backoffice.office import Office, Work
from backoffice.permissions import SYSTEM
from backoffice.sync.contract import ViewKind
from models.office.documents import Document, DocumentKind
from models.vocabulary import DocumentState
from tests.factories import AGENT, TODAY, Town, a_commune, an_office, another_child
from tests.letterbox import Letterbox


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


def ask(office: Office, town: Town, *, valid_until: date | None = None) -> None:
    """Ask a certificate of each child and a proof of address; the family gave the proof."""

    def write(work: Work) -> None:
        certificate = DocumentKind(
            code="VACCINS", name="Vaccins", per_child=True, mandatory=True, blocks="les réservations", position=1
        )
        proof = DocumentKind(
            code="DOMICILE", name="Justificatif de domicile", per_child=False, mandatory=False, blocks="", position=2
        )
        work.session.add_all([certificate, proof])
        work.session.flush()
        work.session.add(
            Document(
                kind_id=proof.id, family_id=town.home.family_id, child_id=None, state=DocumentState.PROVIDED,
                received_at=work.now, valid_until=valid_until, reason=None,
            )
        )  # fmt: skip

    office.write(write, AGENT)


def test_what_is_missing_and_mandatory_comes_first(office: Office) -> None:
    town = a_commune(office)
    another_child(office, town, town.home.family_id)
    ask(office, town)
    rows = office.read(documents_of, town.home.family_id, TODAY)
    assert [(row.owner, row.name, row.state) for row in rows] == [
        ("Léa", "Vaccins", DocumentState.MISSING),
        ("Noé", "Vaccins", DocumentState.MISSING),
        ("Famille", "Justificatif de domicile", DocumentState.PROVIDED),
    ]


def test_a_document_past_its_date_is_said_expired_on_the_portal(office: Office, tmp_path) -> None:
    town = a_commune(office)
    ask(office, town, valid_until=TODAY)
    portal = Letterbox(tmp_path, office)

    def shown() -> str:
        portal.turn(office)
        return portal.body(ViewKind.DOCUMENTS, "", town.home.family_id)["lines"][-1]["state"]

    assert shown() == "provided"
    assert not office.read(any_expiring, office.today())
    office.clock.move(days=1)
    assert office.read(any_expiring, office.today())
    assert shown() == "expired"
    assert office.write(expire_documents, SYSTEM) == 0
    portal.close()
