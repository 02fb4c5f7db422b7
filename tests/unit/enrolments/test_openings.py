"""An agent opens enrolments, corrects them, closes them; families see them by the clock."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backoffice.enrolments.groups import edit_group, groups_of
from backoffice.enrolments.opening_lists import Window, openings_page
from backoffice.enrolments.openings import (
    OpeningRefused,
    close_opening,
    create_opening,
    delete_opening,
    edit_opening,
)
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.permissions import Agent
from models.office.house import AuditEntry
from models.vocabulary import Role
from tests.enrolments import DAY, a_draft, asks, opened, opening, wednesdays
from tests.factories import AGENT, NOW


def test_an_opening_is_written_whole_and_signed(office):
    place = wednesdays(office)
    row = opened(office, place, documents=frozenset({place.insurance_id}))
    assert row.draft == a_draft(place, documents=frozenset({place.insurance_id}))
    assert (row.activity, row.documents, row.received, row.window) == (
        "Accueil du mercredi", ("Assurance scolaire",), 0, Window.OPEN,
    )  # fmt: skip
    signed = office.read(
        lambda session: session.scalars(select(AuditEntry).where(AuditEntry.subject == "opening")).one()
    )
    assert (signed.action, signed.agent) == ("create", "Claire Aubry")


def test_two_agents_do_not_open_the_same_thing_twice(office):
    place = wednesdays(office)
    opened(office, place)
    with pytest.raises(OpeningRefused) as refused:
        office.write(create_opening, AGENT, a_draft(place))
    assert list(refused.value.faults) == ["opens"]


def test_the_second_agent_is_told(small_office):
    place = wednesdays(small_office)
    row = opened(small_office, place)
    small_office.write(edit_opening, AGENT, row.id, a_draft(place, age_to=12), version=row.version)
    with pytest.raises(StaleRecord, match="modifiée entre-temps"):
        small_office.write(edit_opening, AGENT, row.id, a_draft(place, age_to=13), version=row.version)
    assert opening(small_office, row.id).draft.age_to == 12


def test_closing_takes_no_more_requests_and_is_not_done_twice(small_office):
    row = opened(small_office, wednesdays(small_office))
    small_office.write(close_opening, AGENT, row.id, version=row.version)
    closed = opening(small_office, row.id)
    assert (closed.draft.closes_at, closed.window) == (NOW, Window.CLOSED)
    with pytest.raises(RefusedByRule, match="déjà fermées"):
        small_office.write(close_opening, AGENT, row.id, version=closed.version)


def test_what_is_not_open_yet_is_corrected_or_deleted_not_closed(small_office):
    row = opened(small_office, wednesdays(small_office), opens_at=NOW + DAY)
    assert row.window is Window.COMING
    with pytest.raises(RefusedByRule, match="pas encore ouvertes"):
        small_office.write(close_opening, AGENT, row.id, version=row.version)
    small_office.write(delete_opening, AGENT, row.id, version=row.version)
    assert small_office.read(openings_page, NOW).openings == ()


def test_what_a_family_has_asked_for_is_not_deleted_nor_moved_to_another_activity(small_office):
    place = wednesdays(small_office)
    row = opened(small_office, place)
    asks(small_office, place.home, row.id)
    assert (opening(small_office, row.id).received, opening(small_office, row.id).waiting) == (1, 1)
    with pytest.raises(RefusedByRule, match="fermez-la"):
        small_office.write(delete_opening, AGENT, row.id, version=row.version)
    with pytest.raises(OpeningRefused, match="l'activité reste"):
        small_office.write(
            edit_opening, AGENT, row.id, a_draft(place, activity_id=place.town.care_id), version=row.version
        )


def test_a_document_or_an_activity_that_is_no_more_is_refused(small_office):
    place = wednesdays(small_office)
    for changes, field in (({"documents": frozenset({99})}, "documents"), ({"activity_id": 99}, "activity")):
        with pytest.raises(OpeningRefused) as refused:
            small_office.write(create_opening, AGENT, a_draft(place, **changes))
        assert list(refused.value.faults) == [field]


def test_a_director_opens_nothing(small_office):
    place = wednesdays(small_office)
    director = Agent("luc", "Luc", frozenset({Role.DIRECTOR}), "POSTE")
    for act in (
        lambda: small_office.write(create_opening, director, a_draft(place)),
        lambda: small_office.write(edit_group, director, place.tall_id, capacity=1, age_from=None, age_to=None),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_group_says_its_ages_and_its_places(small_office):
    place = wednesdays(small_office)
    seen = next(row for row in small_office.read(groups_of) if row.id == place.tall_id)
    report = small_office.write(edit_group, AGENT, place.tall_id, capacity=24, age_from=6, age_to=None, seen=seen)
    assert (
        report.sentence.replace("\xa0", " ").replace("\u202f", " ") == "Grands : 24 places par jour, à partir de 6 ans."
    )
    with pytest.raises(StaleRecord):
        small_office.write(edit_group, AGENT, place.tall_id, capacity=25, age_from=6, age_to=None, seen=seen)
    with pytest.raises(RefusedByRule, match="Le dernier âge"):
        small_office.write(edit_group, AGENT, place.tall_id, capacity=25, age_from=6, age_to=5)
    assert next(row for row in small_office.read(groups_of) if row.id == place.tall_id).capacity == 24


def test_children_enrolled_are_counted_by_group_on_a_day(small_office):
    place = wednesdays(small_office)
    counts = {row.name: row.enrolled for row in small_office.read(groups_of, place.town.canteen_id, on=NOW.date())}
    assert counts == {"Tous": 1}
    far = NOW.date() + timedelta(days=900)
    assert [row.enrolled for row in small_office.read(groups_of, place.town.canteen_id, on=far)] == [0]
