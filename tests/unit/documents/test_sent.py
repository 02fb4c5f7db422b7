"""A document sent by a family, from the portal to the agent who reads it."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select
from uuid6 import uuid7

from backoffice.documents.desk import file_of_request, old_files, open_file, throw_old_files
from backoffice.documents.lists import documents_of
from backoffice.errors import NotAllowed, RefusedByRule, Unavailable
from backoffice.office import Work
from backoffice.permissions import SYSTEM, Agent
from backoffice.requests.accept import accept
from backoffice.requests.file import request_file
from backoffice.requests.lists import waiting_requests
from backoffice.requests.refuse import refuse
from backoffice.scans.scan import scan
from backoffice.sealing import Sealer
from backoffice.secrets import new_key
from backoffice.sync.contract import ViewKind, Withdrawn
from models.office.documents import Document, DocumentFile, DocumentKind
from models.office.families import FamilyChild
from models.office.house import AuditEntry
from models.portal import Upload
from models.vocabulary import DocumentState, RequestStatus, Role
from tests.factories import AGENT, TODAY, an_office, another_family
from tests.letterbox import Letterbox
from tests.papers import MARK, a_pdf, launch
from tests.sending import House


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open documents in this process: another one has its own test."""
    for module in ("arrive", "desk"):
        monkeypatch.setattr(f"backoffice.documents.{module}.scan_apart", scan)


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    office = an_office(tmp_path)
    portal = Letterbox(tmp_path, office)
    yield House(office, portal)
    portal.close()
    office.close()


def test_a_document_arrives_sealed_waits_and_is_read_under_the_agents_name(house: House) -> None:
    action_id = house.send()
    house.turn()
    assert house.uploads() == 0
    [row] = house.office.read(waiting_requests)
    assert (row.title, row.id) == ("Document\u202f: Assurance, Léa", UUID(action_id))
    assert house.rows()["Assurance"].state is DocumentState.RECEIVED
    line = house.shown()["Assurance"]
    assert (line["state"], line["request_id"], line["child_id"]) == ("received", action_id, house.town.home.child_id)
    file_id = house.office.read(file_of_request, UUID(action_id))
    assert file_id
    kept = house.office.read(lambda session: session.get_one(DocumentFile, file_id).sealed)
    assert kept
    assert b"%PDF" not in kept
    opened = house.office.write(open_file, AGENT, file_id)
    assert opened.content.startswith(b"%PDF")
    last = house.office.read(
        lambda session: session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    )
    assert (last.action, last.subject, last.agent) == ("read", "document", AGENT.name)
    director = Agent("lea", "Léa Roy", frozenset({Role.DIRECTOR}), "ECOLE")
    with pytest.raises(NotAllowed):
        house.office.write(open_file, director, file_id)


def test_accepting_gives_it_the_life_of_its_kind_or_the_agents_date(house: House) -> None:
    first, second = house.send(), house.send(document_kind=house.taxes, child_id=None)
    house.turn()
    with pytest.raises(RefusedByRule, match="n'est plus valable"):
        house.office.write(accept, AGENT, UUID(first), values={"valid_until": date(2026, 1, 1)})
    house.office.write(accept, AGENT, UUID(first))
    house.office.write(accept, AGENT, UUID(second), values={"valid_until": date(2027, 8, 31)})
    rows = house.rows()
    assert (rows["Assurance"].state, rows["Assurance"].valid_until) == (DocumentState.PROVIDED, date(2027, 11, 24))
    assert rows["Impôts"].valid_until == date(2027, 8, 31)
    house.turn()
    assert house.shown()["Assurance"]["state"] == "provided"
    assert "request_id" not in house.shown()["Assurance"]


def test_refusing_tells_the_family_why(house: House) -> None:
    action_id = house.send()
    house.turn()
    house.office.write(refuse, AGENT, UUID(action_id), reason_id=house.town.reason_id, note="Page 2 floue.")
    row = house.rows()["Assurance"]
    assert row.state is DocumentState.REFUSED
    assert row.reason
    assert row.reason.endswith("Page 2 floue.")


def test_a_new_one_refused_takes_nothing_from_the_old_one_still_good(house: House) -> None:
    first = house.send()
    house.turn()
    house.office.write(accept, AGENT, UUID(first))
    second = house.send(a_pdf(text="b"))
    house.turn()
    row = house.rows()["Assurance"]
    assert (row.state, row.valid_until) == (DocumentState.RECEIVED, date(2027, 11, 24))
    house.office.write(refuse, AGENT, UUID(second), reason_id=house.town.reason_id)
    assert house.rows()["Assurance"].state is DocumentState.PROVIDED


def test_a_second_sending_takes_the_place_of_the_first(house: House) -> None:
    first = house.send()
    house.turn()
    house.send(a_pdf(text="b"), document_kind=house.taxes, child_id=None)
    third = house.send(a_pdf(text="c"))
    house.turn()
    assert house.status(first)[0] is RequestStatus.WITHDRAWN
    assert house.status(third)[0] is RequestStatus.WAITING
    assert house.files() == 2
    assert house.rows()["Assurance"].request_id == third


def test_what_the_family_takes_back_is_thrown_away(house: House) -> None:
    action_id = house.send()
    house.turn()
    house.portal.send(house.town.home, Withdrawn(request_id=UUID(action_id)))
    house.turn()
    assert house.status(action_id)[0] is RequestStatus.WITHDRAWN
    assert house.rows()["Assurance"].state is DocumentState.MISSING
    assert house.files() == 0
    with pytest.raises(RefusedByRule):
        house.office.write(accept, AGENT, UUID(action_id))


@pytest.mark.parametrize(
    "changes",
    [{"child_id": None}, {"document_kind": 9999}, {"child_id": 9999}, {"kind": "retired"}],
    ids=["of nobody", "unknown kind", "another family's child", "asked no more"],
)
def test_a_forged_document_is_refused_and_not_kept(house: House, changes: dict) -> None:
    if changes.pop("kind", ""):
        house.office.write(
            lambda work: setattr(work.session.get_one(DocumentKind, house.insurance), "asked", False), AGENT
        )
    action_id = house.send(**changes)
    house.turn()
    assert house.status(action_id)[0] is RequestStatus.REFUSED
    assert (house.files(), house.uploads()) == (0, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"content": a_pdf(launch)},
        {"content": b"<html>"},
        {"key": Sealer(new_key()).public_key},
        {"sealed": b"nothing"},
        {"sha256": "0" * 64},
        {"upload": uuid7()},
    ],
    ids=["active", "no document", "another key", "not sealed", "changed on its way", "gone"],
)
def test_what_a_stolen_portal_may_send_is_set_aside_with_a_sentence(house: House, changes: dict) -> None:
    upload = changes.pop("upload", None)
    action_id = house.send(**changes)
    if upload:
        house.portal.store.write(lambda work: work.session.delete(work.session.scalar(select(Upload))))
    behind = house.send(document_kind=house.taxes, child_id=None)
    house.turn()
    status, note = house.status(action_id)
    assert status is RequestStatus.REFUSED
    assert note
    assert "Envoyez-le de nouveau" in note
    assert house.portal.body(ViewKind.REQUEST, action_id, house.town.home.family_id)["note"] == note
    assert house.status(behind)[0] is RequestStatus.WAITING
    assert (house.files(), house.uploads()) == (1, 0)


def test_a_workstation_with_another_key_throws_nothing_away(house: House) -> None:
    house.send()
    house.turn()
    waiting = house.send(a_pdf(text="b"), document_kind=house.taxes, child_id=None)
    ours, house.office.sealer = house.office.sealer, Sealer(new_key())
    with pytest.raises(Unavailable):
        house.turn()
    assert house.uploads() == 1
    house.office.sealer = ours
    house.turn()
    assert house.status(waiting)[0] is RequestStatus.WAITING


def test_a_childs_document_is_good_for_both_its_households(house: House) -> None:
    other = another_family(house.office, house.town).family_id

    def separate(work: Work) -> None:
        work.session.add(FamilyChild(family_id=other, child_id=house.town.home.child_id))

    house.office.write(separate, AGENT)
    action_id = house.send()
    house.turn()
    house.office.write(accept, AGENT, UUID(action_id))
    [row] = [
        row for row in house.office.read(documents_of, other, TODAY)
        if row.child_id == house.town.home.child_id
    ]  # fmt: skip
    assert (row.state, row.file_id, row.request_id) == (DocumentState.PROVIDED, None, None)


def test_a_file_that_serves_no_more_is_thrown_away_after_its_time(house: House) -> None:
    first = house.send()
    house.turn()
    house.office.write(accept, AGENT, UUID(first))
    house.office.clock.move(days=300)
    second = house.send(a_pdf(text="b"))
    house.turn()
    house.office.write(accept, AGENT, UUID(second))
    assert house.office.read(old_files, house.office.today()) == ()
    house.office.clock.move(days=91)
    [old] = house.office.read(old_files, house.office.today())
    assert house.office.write(throw_old_files, AGENT) == 1
    assert house.office.read(old_files, house.office.today()) == ()
    with pytest.raises(RefusedByRule, match="n'est plus conservé"):
        house.office.write(open_file, AGENT, old.id)
    assert house.office.read(lambda session: session.scalar(select(func.count(Document.id)))) == 2


def test_an_old_file_goes_by_itself_as_weeks_pass_and_the_journal_keeps_it(house: House) -> None:
    first = house.send()
    house.turn()
    house.office.write(refuse, AGENT, UUID(first), reason_id=house.town.reason_id)
    house.office.clock.move(days=60)
    house.turn()
    assert kept_files(house) == 1
    house.office.clock.move(days=40)
    house.turn()
    assert kept_files(house) == 0
    thrown = select(AuditEntry).where(AuditEntry.action == "throw_away")
    assert house.office.read(lambda session: session.scalars(thrown).one()).agent == SYSTEM.name


def kept_files(house: House) -> int:
    kept = select(func.count(DocumentFile.id)).where(DocumentFile.sealed.is_not(None))
    return house.office.read(lambda session: session.scalar(kept)) or 0


def test_the_agent_sees_what_was_sent(house: House) -> None:
    action_id = house.send()
    house.turn()
    [item] = house.office.read(request_file, UUID(action_id)).items
    assert (item.now, item.blocked, item.stale) == ("", None, False)
    assert item.wished.startswith("scan.pdf, 1 page, ")
    assert MARK not in item.wished
