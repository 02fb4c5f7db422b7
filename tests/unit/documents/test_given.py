"""« Documentation » and the documents asked for, as agents keep them and as families see them."""

from collections.abc import Iterator

import pytest

from backoffice.documents.desk import Brought, record_document, scan_files
from backoffice.documents.kinds import (
    KindDraft,
    KindRefused,
    add_kind,
    asked_kinds,
    change_kind,
    order_kinds,
    retire_kind,
)
from backoffice.documents.lists import documents_of
from backoffice.documents.publications import (
    LARGEST,
    PublicationRefused,
    change_publication,
    given_file,
    order_publications,
    publications,
    publish_file,
    read_given,
    withdraw_publication,
)
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.scans.scan import scan
from backoffice.sync.contract import SHARED, ViewKind
from models.vocabulary import DocumentState
from tests.factories import AGENT, TODAY, Town, a_commune, an_office
from tests.letterbox import Letterbox
from tests.papers import HARMLESS, a_pdf, a_picture, launch, locked


@pytest.fixture
def office(tmp_path) -> Iterator[Office]:
    opened = an_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


def publish(office: Office, name: str, content: bytes = b"", **more: object) -> int:
    file = read_given(f"{name}.pdf", content or a_pdf())
    return office.write(publish_file, AGENT, **{"name": name, "words": "", "to_return": False, "file": file} | more)


def test_a_file_given_to_families_travels_is_replaced_and_goes(office: Office, town: Town, tmp_path) -> None:
    portal = Letterbox(tmp_path, office)

    def shown(number: int) -> dict | None:
        portal.turn(office)
        return portal.body(ViewKind.PUBLICATION, str(number), SHARED)

    heavy = b"%" + b"x" * 3_000_000
    numbers = [publish(office, name, a_pdf() + heavy) for name in ("Menus", "Fiche à rendre", "Règlement", "Plan")]
    assert [bool(shown(number)) for number in numbers] == [True] * 4  # more than one batch takes
    row = office.read(publications)[0]
    change = {"version": row.version, "name": "Menus de décembre", "words": "Pour la semaine", "to_return": True}
    office.write(change_publication, AGENT, row.id, **change, file=read_given("m.jpg", a_picture()))
    body = shown(row.id)
    assert body
    assert (body["name"], body["to_return"]) == ("Menus de décembre", True)
    with pytest.raises(RefusedByRule, match="quelqu'un d'autre"):
        office.write(change_publication, AGENT, row.id, **change)
    office.write(withdraw_publication, AGENT, row.id, version=office.read(publications)[0].version)
    assert shown(row.id) is None
    portal.close()


def test_files_are_ordered_as_families_see_them(office: Office, town: Town) -> None:
    first, second, third = (publish(office, name) for name in "abc")
    office.write(order_publications, AGENT, [third, 9999, first])
    assert [row.id for row in office.read(publications)] == [third, first, second]
    assert office.read(given_file, second).name == "b.pdf"


@pytest.mark.parametrize(
    "content", [b"", b"MZ", a_pdf(launch), locked(), a_picture("HEIC"), a_picture()[:-300], b"%PDF-" + b"x" * LARGEST]
)
def test_a_file_that_not_every_family_can_open_is_not_given(content: bytes) -> None:
    with pytest.raises(PublicationRefused) as refused:
        read_given("menus.pdf", content)
    assert refused.value.faults["file"]


def test_a_file_is_named_by_what_it_is() -> None:
    assert read_given("Été 2026 / Menus.exe", a_picture("PNG")).name == "ete-2026-menus.png"
    assert read_given("..", a_pdf(HARMLESS[0])).name == "document.pdf"


def test_a_file_without_a_name_is_not_given(office: Office, town: Town) -> None:
    with pytest.raises(PublicationRefused) as refused:
        office.write(publish_file, AGENT, name="  ", words="", to_return=False, file=read_given("x.pdf", a_pdf()))
    assert set(refused.value.faults) == {"name"}


INSURANCE = KindDraft("Assurance scolaire", per_child=True, mandatory=True, blocks="les sorties", months_valid=12)


def test_documents_asked_are_added_ordered_changed_and_retired(office: Office, town: Town) -> None:
    first = office.write(add_kind, AGENT, INSURANCE)
    second = office.write(
        add_kind, AGENT, KindDraft("Impôts", per_child=False, mandatory=False, blocks="", months_valid=None)
    )
    office.write(order_kinds, AGENT, [second])
    assert [row.id for row in office.read(asked_kinds)] == [second, first]
    with pytest.raises(KindRefused) as refused:
        office.write(change_kind, AGENT, second, KindDraft("ASSURANCE SCOLAIRE", False, False, "x" * 300, 0))
    assert set(refused.value.faults) == {"name", "blocks", "months"}
    office.write(record_document, AGENT, town.home.family_id, Brought(first, town.home.child_id))
    with pytest.raises(KindRefused) as refused:
        office.write(change_kind, AGENT, first, KindDraft("Assurance", False, True, "", None))
    assert set(refused.value.faults) == {"owner"}
    office.write(retire_kind, AGENT, first)
    assert [row.name for row in office.read(documents_of, town.home.family_id, TODAY)] == ["Impôts"]
    office.write(add_kind, AGENT, INSURANCE)  # asked again, under a code of its own


def test_a_paper_brought_to_the_desk_is_written_down_with_its_scan(office: Office, town: Town, monkeypatch) -> None:
    monkeypatch.setattr("backoffice.documents.desk.scan_apart", scan)
    kind = office.write(add_kind, AGENT, INSURANCE)
    kept = scan_files(office, [a_picture(), a_picture("PNG")])
    office.write(
        record_document, AGENT, town.home.family_id, Brought(kind, town.home.child_id, valid_until=TODAY), kept
    )
    [row] = office.read(documents_of, town.home.family_id, TODAY)
    assert (row.state, row.valid_until, bool(row.file_id)) == (DocumentState.PROVIDED, TODAY, True)
    with pytest.raises(RefusedByRule, match="Rien n'a été enregistré"):
        scan_files(office, [b"MZ"])
    office.write(record_document, AGENT, town.home.family_id, Brought(kind, town.home.child_id, refused="Illisible."))
    [row] = office.read(documents_of, town.home.family_id, TODAY)
    assert row.state is DocumentState.PROVIDED  # the earlier one is still good
    for wrong in (Brought(kind, None), Brought(9999, None), Brought(kind, 9999)):
        with pytest.raises(RefusedByRule):
            office.write(record_document, AGENT, town.home.family_id, wrong)
