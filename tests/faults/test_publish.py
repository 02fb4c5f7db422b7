"""Kill the office or the line at any moment of a publication: the portal ends up showing the file as it is."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx
import pytest
from sqlalchemy import select

from backoffice.errors import Unavailable
from backoffice.families.edit import edit_person
from backoffice.families.fields import Subject
from backoffice.office import Office, Work
from backoffice.permissions import SYSTEM
from backoffice.sync import publish as publishing
from backoffice.sync.contract import ViewKind
from backoffice.sync.mark import mark_everything, mark_family
from backoffice.sync.publish import publish
from models.office.families import Guardian
from models.portal import ShownView
from tests.factories import AGENT, a_commune, an_office, another_child
from tests.faults.cuts import CutLine, PowerCut, one_in
from tests.letterbox import Letterbox


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def portal(office, tmp_path):
    opened = Letterbox(tmp_path, office)
    yield opened
    opened.close()


def shown(portal: Letterbox) -> dict[tuple[str, str, int], object]:
    rows = portal.store.read(lambda work: work.session.scalars(select(ShownView)).all())
    return {(row.kind, row.key, row.family_id): row.body for row in rows if row.body is not None}


def move_house(office: Office, guardian_id: int, number: int) -> None:
    """Change an address, one time out of three back to what it was."""
    version = office.read(lambda session: session.get_one(Guardian, guardian_id).version)
    street = f"{number if number % 3 else 0} rue du Lac"
    office.write(edit_person, AGENT, Subject.GUARDIAN, guardian_id, {"street": street}, version=version)


def expected(office: Office, folder) -> dict[tuple[str, str, int], object]:
    """Show the same office to a portal that nothing ever disturbed."""
    folder.mkdir()
    calm = Letterbox(folder, office)
    office.write(mark_everything, SYSTEM)
    with calm.client() as client:
        publish(office, client)
    found = shown(calm)
    calm.close()
    return found


@one_in(7)
def test_the_office_is_killed_at_one_statement_or_another_of_a_publication(
    office, portal, tmp_path, monkeypatch, step: int
) -> None:
    monkeypatch.setattr(publishing, "BATCH", 15)
    town = a_commune(office)
    another_child(office, town, town.home.family_id)
    office.write(mark_everything, SYSTEM)
    for turn in count(1):
        moment = step * (turn - 1) + 1
        move_house(office, town.home.guardian_id, turn)
        office.write(mark_family, SYSTEM, town.home.family_id)
        with PowerCut(office.engine, moment) as power, portal.client() as client:
            publish(office, client)
        if not power.happened:
            break
        if turn % 2:  # every other time the family moves again before anybody notices
            move_house(office, town.home.guardian_id, turn + 1)
        with portal.client() as client:
            publish(office, client)
    assert moment > 10
    assert shown(portal) == expected(office, tmp_path / "calme")


@pytest.mark.parametrize("heard", [False, True])
def test_the_line_is_cut_at_any_exchange_of_a_publication(office, portal, tmp_path, monkeypatch, heard) -> None:
    monkeypatch.setattr(publishing, "BATCH", 12)
    town = a_commune(office)
    for moment in count(1):
        office.write(mark_everything, SYSTEM)
        line = CutLine(httpx.WSGITransport(app=portal.app), moment, heard=heard)
        try:
            with portal.client(line) as client:
                publish(office, client)
        except Unavailable:
            move_house(office, town.home.guardian_id, moment)
        with portal.client() as client:
            publish(office, client)
        if not line.happened:
            break
    assert moment > 3
    assert shown(portal) == expected(office, tmp_path / "calme")


def test_a_change_during_a_sending_is_sent_after_it(office, portal) -> None:
    town = a_commune(office)
    office.write(mark_everything, SYSTEM)

    def rename(work: Work) -> None:
        work.session.get_one(Guardian, town.home.guardian_id).city = "Vittel"
        work.show(ViewKind.FAMILY, "", town.home.family_id)

    with portal.client() as client:
        send, changed = client.publish, []

        def slow(views) -> None:
            if not changed:
                changed.append(office.write(rename, AGENT))
            send(views)

        client.publish = slow  # type: ignore[method-assign]  # an agent writes while the views travel
        publish(office, client)
        client.publish = send  # type: ignore[method-assign]  # and now nobody does
        assert publish(office, client).sent == 1
    people = portal.body(ViewKind.FAMILY, "", town.home.family_id)["people"]
    assert "Vittel" in {field["value"] for field in people[0]["fields"]}


def test_two_desks_that_publish_together_end_on_the_file_as_it_is(office, portal, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(publishing, "BATCH", 7)
    town = a_commune(office)

    def desk(number: int) -> None:
        with portal.client() as client:
            for turn in range(4):
                office.write(mark_family, SYSTEM, town.home.family_id)
                if number == 0:
                    move_house(office, town.home.guardian_id, turn)
                publish(office, client)

    with ThreadPoolExecutor(2) as desks:
        list(desks.map(desk, range(2)))
    with portal.client() as client:
        publish(office, client)
    calm = expected(office, tmp_path / "calme")
    assert {key: body for key, body in calm.items() if key in shown(portal)} == shown(portal)
