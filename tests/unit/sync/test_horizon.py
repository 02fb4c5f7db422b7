"""How far families see is the structure's choice: weeks come and go with it, and with the calendar."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import exists, select, update

from backoffice.calendar.edit import write_entry
from backoffice.calendar.entries import Entry, EntryKind
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.office import Work as OfficeWork
from backoffice.permissions import Agent
from backoffice.portal.store import Work
from backoffice.sync import publish
from backoffice.sync.contract import ViewKind, week_of
from backoffice.sync.horizon import TO_YEAR_END, USUAL, weeks_shown
from backoffice.sync.loop import synchronise
from backoffice.sync.mark import roll_weeks, weeks_are_missing
from backoffice.sync.set_horizon import CHOICES, Reach, reach, set_horizon
from models.office.bookings import Enrolment, WaitingEntry
from models.portal import OutboxAction
from models.vocabulary import Role, WaitingState
from tests.factories import AGENT, TODAY, Town, a_commune, booked
from tests.letterbox import Letterbox, new_fields

WEEK = timedelta(weeks=1)
THIS_MONDAY = TODAY - timedelta(days=TODAY.weekday())


@pytest.mark.parametrize(
    ("today", "weeks", "first", "last"),
    [
        (date(2026, 11, 24), 8, date(2026, 11, 16), date(2027, 1, 18)),
        (date(2026, 11, 24), 4, date(2026, 11, 16), date(2026, 12, 21)),
        (date(2026, 11, 24), TO_YEAR_END, date(2026, 11, 16), date(2027, 8, 30)),
        (date(2027, 8, 25), TO_YEAR_END, date(2027, 8, 16), date(2027, 10, 18)),  # never nearer than usual
        (date(2027, 9, 1), TO_YEAR_END, date(2027, 8, 23), date(2028, 8, 28)),  # the new year opens
        (date(2026, 11, 24), 52, date(2026, 11, 16), date(2027, 11, 22)),
    ],
)
def test_weeks_are_shown_as_far_as_is_decided(today: date, weeks: int, first: date, last: date) -> None:
    shown = weeks_shown(today, weeks)
    assert (shown[0], shown[-1]) == (first, last)
    assert {second - one for one, second in pairwise(shown)} == {WEEK}


def test_no_choice_goes_beyond_what_the_pages_of_the_portal_open() -> None:
    days = (date(2026, 9, 1) + timedelta(days=n) for n in range(366))
    assert max(weeks_shown(day, weeks)[-1] - day for day in days for weeks in CHOICES) <= timedelta(weeks=53)


def week_shown(portal: Letterbox, town: Town, monday: date) -> bool:
    name = week_of(monday)
    mine = portal.body(ViewKind.WEEK, f"{town.home.child_id}:{name}", town.home.family_id)
    shared = portal.body(ViewKind.ACTIVITY_WEEK, f"{town.canteen_id}:{name}", 0)
    assert (mine is None) is (shared is None)
    return mine is not None


def test_seeing_farther_publishes_the_new_weeks_alone(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    portal.turn(office)
    sentence = office.write(set_horizon, AGENT, 13, seen=USUAL)
    assert "jusqu'au dimanche 28 février 2027" in sentence
    assert portal.turn(office).published == 5 * 3, "a child's week, and two activities'"
    assert week_shown(portal, town, THIS_MONDAY + 13 * WEEK)
    assert not week_shown(portal, town, THIS_MONDAY + 14 * WEEK)
    assert portal.turn(office).published == 0


def test_seeing_less_far_withdraws_weeks_and_keeps_what_is_booked(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    day = THIS_MONDAY + 6 * WEEK + timedelta(days=3)
    booked(office, town.home.child_id, town.meal_id, day)
    portal.turn(office)
    sentence = office.write(set_horizon, AGENT, 4, seen=USUAL)
    assert sentence.endswith("1 réservation faite après cette date reste, sans être montrée aux familles.")
    portal.turn(office)
    assert week_shown(portal, town, THIS_MONDAY + 4 * WEEK)
    assert not week_shown(portal, town, THIS_MONDAY + 5 * WEEK)
    office.write(set_horizon, AGENT, USUAL, seen=4)
    portal.turn(office)
    back = portal.body(ViewKind.WEEK, f"{town.home.child_id}:{week_of(day)}", town.home.family_id)
    assert [cell["state"] for cell in back["cells"]] == ["booked"]


def test_who_waits_for_a_week_that_is_hidden_is_counted_for_the_agent(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    days = [THIS_MONDAY + 6 * WEEK + timedelta(days=n) for n in (0, 1, 3)]
    portal.turn(office)
    for day, state in zip(days, (WaitingState.WAITING, WaitingState.OFFERED, WaitingState.LEFT), strict=True):
        office.write(_waits, AGENT, town, day, state)
    sentence = office.write(set_horizon, AGENT, 4, seen=USUAL)
    assert "2 demandes en liste d'attente" in sentence
    assert "2 demandes" not in office.write(set_horizon, AGENT, USUAL, seen=4)


def _waits(work: OfficeWork, town: Town, day: date, state: WaitingState) -> None:
    group_id = work.session.scalar(select(Enrolment.age_group_id).where(Enrolment.activity_id == town.canteen_id))
    work.session.add(
        WaitingEntry(
            child_id=town.home.child_id, unit_id=town.meal_id, day=day, age_group_id=group_id,
            family_id=town.home.family_id, asked_at=work.now, priority=0, state=state, changed_at=work.now,
        )
    )  # fmt: skip


def test_weeks_go_by_even_when_none_comes(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    office.write(set_horizon, AGENT, TO_YEAR_END, seen=USUAL)
    portal.turn(office)
    assert week_shown(portal, town, THIS_MONDAY - WEEK)
    office.clock.move(weeks=1)
    portal.turn(office)
    assert not week_shown(portal, town, THIS_MONDAY - WEEK)
    assert portal.turn(office).published == 0


def test_what_waits_to_leave_is_not_marked_again_each_turn(office: Office, portal: Letterbox) -> None:
    a_commune(office)
    portal.turn(office)
    office.write(set_horizon, AGENT, 4, seen=USUAL)  # the portal does not answer for a while
    assert not office.read(weeks_are_missing, TODAY)
    assert office.write(roll_weeks, AGENT) == 0


def test_a_family_does_not_wait_for_a_year_to_be_published(
    office: Office, portal: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = a_commune(office)
    portal.turn(office)
    office.write(set_horizon, AGENT, 52, seen=USUAL)
    monkeypatch.setattr(publish, "BATCH", 10)
    monkeypatch.setattr(publish, "PATIENCE", 2)
    answered: list[bool] = []

    def meanwhile(done: int, total: int) -> None:
        if not answered:
            portal.send(town.home, new_fields(town.home, mobile=("", "06 12 34 56 78")))
        answered.append(portal.store.read(all_is_collected))

    with portal.client() as client:
        report = synchronise(office, client, progress=meanwhile)
    assert report.collected == 1
    assert answered.index(True) < len(answered) - 2, "answered while the rest still leaves"


def all_is_collected(work: Work) -> bool:
    return not work.session.scalar(select(exists().where(OutboxAction.collected_at.is_(None))))


def test_only_an_administrator_decides_among_what_is_offered_and_once(office: Office) -> None:
    a_commune(office)
    clerk = Agent("elise", "Élise Roy", frozenset({Role.AGENT}), "ACCUEIL-1")
    with pytest.raises(NotAllowed):
        office.write(set_horizon, clerk, 13, seen=USUAL)
    with pytest.raises(RefusedByRule, match="dans la liste"):
        office.write(set_horizon, AGENT, 500, seen=USUAL)
    office.write(set_horizon, AGENT, 13, seen=USUAL)
    with pytest.raises(StaleRecord, match="entre-temps"):
        office.write(set_horizon, AGENT, 26, seen=USUAL)
    assert office.read(reach, TODAY) == Reach(13, TODAY, date(2027, 8, 31))
    assert Reach(TO_YEAR_END, TODAY).last == date(2027, 9, 5)


def test_weeks_whose_school_holidays_are_not_known_wait_for_the_calendar(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)  # its calendar ends with the school year 2026-2027
    office.write(set_horizon, AGENT, 52, seen=USUAL)
    portal.turn(office)
    assert week_shown(portal, town, date(2027, 6, 28))
    cut = office.read(reach, TODAY)
    assert (cut.cut, cut.last) == (True, date(2027, 9, 5))
    autumn = Entry(EntryKind.VACATION, date(2027, 10, 23), date(2027, 11, 7), "Vacances de la Toussaint")
    office.write(write_entry, AGENT, autumn)
    whole = office.read(reach, TODAY)
    assert (whole.cut, whole.last) == (False, date(2027, 11, 28))
    portal.turn(office)
    assert portal.body(ViewKind.ACTIVITY_WEEK, f"{town.canteen_id}:2027-W44", 0)


def test_weeks_that_the_calendar_opens_are_those_of_the_children_too(office: Office, portal: Letterbox) -> None:
    town = a_commune(office)
    office.write(lambda work: work.session.execute(update(Enrolment).values(ends=date(2028, 7, 1))), AGENT)
    office.write(set_horizon, AGENT, 52, seen=USUAL)
    portal.turn(office)
    autumn = Entry(EntryKind.VACATION, date(2027, 10, 23), date(2027, 11, 7), "Vacances de la Toussaint")
    office.write(write_entry, AGENT, autumn)
    portal.turn(office)
    assert week_shown(portal, town, date(2027, 9, 13))
    assert portal.turn(office).published == 0


def test_a_calendar_that_is_behind_hides_no_week_that_is_near() -> None:
    late = weeks_shown(date(2027, 8, 1), 52, date(2026, 8, 31))
    assert late == weeks_shown(date(2027, 8, 1), USUAL)
    assert weeks_shown(date(2027, 8, 1), 4, date(2026, 8, 31)) == weeks_shown(date(2027, 8, 1), 4)
