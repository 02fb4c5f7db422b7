"""Kill the office, the portal or the line while a document travels: it is never lost, and never there twice."""

from collections.abc import Iterator
from itertools import count

import httpx
import pytest
from sqlalchemy import Engine, func, select

from backoffice.audit import first_broken_entry
from backoffice.errors import Unavailable
from backoffice.scans.rules import Scan
from backoffice.sync.loop import synchronise
from models.office.documents import Document, DocumentFile
from models.portal import OutboxAction, Upload
from models.vocabulary import DocumentState, RequestStatus
from tests.factories import an_office
from tests.faults.cuts import CutLine, PowerCut, one_in
from tests.letterbox import Letterbox
from tests.sending import House


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what is sent for a document: what it is has its own tests."""
    monkeypatch.setattr("backoffice.documents.arrive.scan_apart", lambda files: Scan(files[0], 1))


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    office = an_office(tmp_path)
    portal = Letterbox(tmp_path, office)
    yield House(office, portal)
    portal.close()
    office.close()


def check(house: House, sent: list[str]) -> None:
    """All that was sent arrived once: the last one waits, those before gave way; the portal has thrown them away."""
    assert [house.status(one)[0] for one in sent] == [RequestStatus.WITHDRAWN] * (len(sent) - 1) + [
        RequestStatus.WAITING
    ]
    states = house.office.read(lambda session: session.scalars(select(Document.state)).all())
    assert states == [DocumentState.RECEIVED]
    kept = house.office.read(lambda session: session.scalars(select(DocumentFile.sealed)).one())
    assert house.office.sealer.unseal_bytes(kept) == str(len(sent)).encode()
    assert house.uploads() == 0
    assert house.shown()["Assurance"]["request_id"] == sent[-1]


def kill_at_every(house: House, engine: Engine, *, step: int) -> int:
    sent: list[str] = []
    for moment in count(1, step):
        sent.append(house.send(str(len(sent) + 1).encode()))
        with PowerCut(engine, moment) as power:
            house.turn()
        house.turn()
        check(house, sent)
        if not power.happened:
            break
    assert house.office.read(first_broken_entry) is None
    return moment


@one_in(7)
def test_the_office_is_killed_while_a_document_arrives(house: House, step: int) -> None:
    assert kill_at_every(house, house.office.engine, step=step) > 25


@one_in(3)
def test_the_portal_is_killed_while_a_document_leaves(house: House, step: int) -> None:
    assert kill_at_every(house, house.portal.store.engine, step=step) > 8


@pytest.mark.parametrize("heard", [False, True])
def test_the_line_is_cut_while_a_document_travels(house: House, heard: bool) -> None:
    sent: list[str] = []
    for moment in count(1):
        sent.append(house.send(str(len(sent) + 1).encode()))
        line = CutLine(httpx.WSGITransport(app=house.portal.app), moment, heard=heard)
        try:
            with house.portal.client(line) as client:
                synchronise(house.office, client)
        except Unavailable:
            assert line.happened
        house.turn()
        check(house, sent)
        if not line.happened:
            break
    assert moment > 5


def test_a_portal_killed_while_it_writes_a_document_down_has_all_of_it_or_nothing(house: House) -> None:
    store = house.portal.store
    for moment in count(1):
        with PowerCut(store.engine, moment) as power:
            house.send()
        actions = store.read(lambda work: work.session.scalar(select(func.count(OutboxAction.seq))))
        uploads = store.read(lambda work: work.session.scalar(select(func.count(Upload.id))))
        assert actions == uploads
        if not power.happened:
            break
    assert (actions, moment > 2) == (1, True)
