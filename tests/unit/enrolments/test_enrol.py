"""The desk enrols a child, and ends an enrolment: nothing that happened is lost, no place is left taken."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from backoffice.enrolments.enrol import BookingsRemain, Seat, SeatRefused, end_enrolment, enrol
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Office
from models.office.bookings import Attendance, Booking, WaitingEntry
from models.office.house import PublishedView
from models.office.structure import Activity, AgeGroup
from models.vocabulary import AttendanceState, BookingState, WaitingState
from tests.enrolments import DAY, ENDS, STARTS, Wednesdays, enrolments, wednesdays
from tests.factories import AGENT, NEXT_MONDAY, NOW, THURSDAY, TODAY, Household, another_child, another_family, booked

dates = st.dates(date(2026, 9, 1), date(2027, 7, 3))


def seat(place: Wednesdays, **changes: object) -> Seat:
    values = {
        "child_id": place.home.child_id, "family_id": place.home.family_id, "activity_id": place.activity_id,
        "group_id": place.tall_id, "starts": STARTS, "ends": ENDS,
    }  # fmt: skip
    return Seat(**values | changes)


def states(office: Office, child_id: int) -> dict[date, BookingState]:
    rows = office.read(
        lambda session: session.execute(select(Booking.day, Booking.state).where(Booking.child_id == child_id)).all()
    )
    return dict(tuple(row) for row in rows)


def canteen(office: Office, place: Wednesdays) -> int:
    (found,) = enrolments(office, place.home.child_id, place.town.canteen_id)
    return found.id


def shown(office: Office, kind: str) -> set[str]:
    rows = select(PublishedView.key).where(PublishedView.kind == kind)
    return set(office.read(lambda session: session.scalars(rows).all()))


def test_a_child_is_enrolled_once_at_a_time_and_its_weeks_are_shown(office):
    place = wednesdays(office)
    starts = TODAY
    report = office.write(enrol, AGENT, seat(place, starts=starts))
    assert "Accueil du mercredi, Grands, du 24/11/2026 au 03/07/2027" in report.sentence
    assert f"{place.home.child_id}:2026-W48" in shown(office, "week")
    with pytest.raises(SeatRefused, match="a déjà une inscription"):
        office.write(enrol, AGENT, seat(place, starts=ENDS, ends=ENDS + DAY))
    office.write(enrol, AGENT, seat(place, starts=ENDS + DAY, ends=ENDS + 2 * DAY))


def test_the_weeks_of_its_brothers_and_sisters_are_shown_anew_for_its_rank_counts(small_office):
    place = wednesdays(small_office)
    sibling = another_child(small_office, place.town, place.home.family_id)
    week = f"{sibling}:2026-W48"
    made = small_office.write(enrol, AGENT, seat(place, starts=TODAY))
    assert week in shown(small_office, "week")
    small_office.write(_forget_views, AGENT)
    small_office.write(end_enrolment, AGENT, made.enrolment_id, TODAY + DAY)
    assert week in shown(small_office, "week")


def _forget_views(work) -> None:
    work.session.execute(delete(PublishedView))


def test_two_desks_enrol_a_child_once(office):
    place = wednesdays(office)

    def try_it(_: int) -> bool:
        try:
            office.write(enrol, AGENT, seat(place))
        except SeatRefused:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(try_it, range(3))) == [False, False, True]
    assert len(enrolments(office, place.home.child_id, place.activity_id)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"group_id": 1}, "group"),
        ({"activity_id": 99}, "group"),
        ({"ends": STARTS - DAY}, "ends"),
        ({"child_id": 99}, "child"),
    ],
)
def test_a_seat_that_cannot_be_is_refused_beside_its_field(small_office, changes, field):
    place = wednesdays(small_office)
    with pytest.raises(SeatRefused) as refused:
        small_office.write(enrol, AGENT, seat(place, **changes))
    assert list(refused.value.faults) == [field]


def test_a_child_of_another_household_is_not_enrolled_at_this_one_s_expense(small_office):
    place = wednesdays(small_office)
    other = another_family(small_office, place.town)
    with pytest.raises(SeatRefused, match="n'appartient pas à ce foyer"):
        small_office.write(enrol, AGENT, seat(place, family_id=other.family_id))


def test_ending_asks_before_it_cancels_what_is_booked(office):
    place = wednesdays(office)
    booked(office, place.home.child_id, place.town.meal_id, THURSDAY, NEXT_MONDAY)
    number = canteen(office, place)
    with pytest.raises(BookingsRemain, match="encore 1 réservation") as asked:
        office.write(end_enrolment, AGENT, number, THURSDAY)
    assert asked.value.count == 1
    assert states(office, place.home.child_id)[NEXT_MONDAY] is BookingState.BOOKED
    report = office.write(end_enrolment, AGENT, number, THURSDAY, cancel_bookings=True)
    assert "jeudi 26 novembre 2026. 1 réservation annulée." in report.sentence.replace("\xa0", " ")
    assert states(office, place.home.child_id) == {
        THURSDAY: BookingState.BOOKED, NEXT_MONDAY: BookingState.CANCELLED,
    }  # fmt: skip
    assert enrolments(office, place.home.child_id, place.town.canteen_id)[0].ends == THURSDAY


def test_the_place_that_is_left_goes_to_the_next_and_the_child_leaves_its_own_lists(office):
    place = wednesdays(office)
    other = another_family(office, place.town)

    def fill(work) -> None:
        work.session.get_one(AgeGroup, place.town.canteen_group_id).capacity = 1
        work.session.get_one(Activity, place.town.canteen_id).waiting_list = True

    office.write(fill, AGENT)
    booked(office, place.home.child_id, place.town.meal_id, NEXT_MONDAY)
    booked(office, other.child_id, place.town.meal_id, NEXT_MONDAY + DAY)
    _waits(office, place, other, NEXT_MONDAY)
    _waits(office, place, place.home, NEXT_MONDAY + DAY)
    office.write(end_enrolment, AGENT, canteen(office, place), THURSDAY, cancel_bookings=True)
    assert states(office, other.child_id)[NEXT_MONDAY] is BookingState.BOOKED
    rows = select(WaitingEntry.child_id, WaitingEntry.state)
    assert dict(tuple(row) for row in office.read(lambda session: session.execute(rows).all())) == {
        other.child_id: WaitingState.TAKEN, place.home.child_id: WaitingState.LEFT,
    }  # fmt: skip


def _waits(office: Office, place: Wednesdays, home: Household, day: date) -> None:
    entry = WaitingEntry(
        child_id=home.child_id, unit_id=place.town.meal_id, day=day, age_group_id=place.town.canteen_group_id,
        family_id=home.family_id, request_id=None, asked_at=NOW, priority=1, state=WaitingState.WAITING, changed_at=NOW,
    )  # fmt: skip
    office.write(lambda work: work.session.add(entry), AGENT)


def test_an_enrolment_that_never_began_is_taken_away_and_may_be_made_again(office):
    place = wednesdays(office)
    report = office.write(enrol, AGENT, seat(place))
    done = office.write(end_enrolment, AGENT, report.enrolment_id, TODAY)
    assert "l'inscription est annulée" in done.sentence
    assert enrolments(office, place.home.child_id, place.activity_id) == []
    office.write(enrol, AGENT, seat(place))


def test_what_was_pointed_stays_covered(small_office):
    place = wednesdays(small_office)
    pointed = Attendance(
        child_id=place.home.child_id, unit_id=place.town.meal_id, day=THURSDAY, state=AttendanceState.PRESENT,
        arrived=time(12), left=None, note=None,
    )  # fmt: skip
    small_office.write(lambda work: work.session.add(pointed), AGENT)
    with pytest.raises(RefusedByRule, match="est fait le 26/11/2026"):
        small_office.write(end_enrolment, AGENT, canteen(small_office, place), THURSDAY - DAY)
    small_office.write(end_enrolment, AGENT, canteen(small_office, place), THURSDAY)


def test_the_second_agent_is_told_and_an_end_is_never_put_off(small_office):
    place = wednesdays(small_office)
    number, last = (
        canteen(small_office, place),
        enrolments(small_office, place.home.child_id, place.town.canteen_id)[0].ends,
    )
    with pytest.raises(RefusedByRule, match="se termine déjà"):
        small_office.write(end_enrolment, AGENT, number, last)
    small_office.write(end_enrolment, AGENT, number, THURSDAY, seen=last)
    with pytest.raises(StaleRecord):
        small_office.write(end_enrolment, AGENT, number, TODAY, seen=last)


@given(days=st.sets(dates, max_size=6), on=dates, starts=dates, length=st.integers(0, 200))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_booked_outside_an_enrolment_once_it_is_ended(small_office, days, on, starts, length):
    place = small_office.__dict__.setdefault("place", None) or wednesdays(small_office)
    small_office.place = place
    ends = starts + timedelta(days=length)

    def clean(work) -> None:
        work.session.query(Booking).delete()
        for one in enrolments(small_office, place.home.child_id, place.activity_id):
            work.session.delete(one)

    small_office.write(clean, AGENT)
    number = small_office.write(enrol, AGENT, seat(place, starts=starts, ends=ends)).enrolment_id
    inside = {day for day in days if starts <= day <= ends}
    booked(small_office, place.home.child_id, place.unit_id, *inside)
    if on >= ends:
        with pytest.raises(RefusedByRule, match="se termine déjà"):
            small_office.write(end_enrolment, AGENT, number, on, cancel_bookings=True)
        return
    small_office.write(end_enrolment, AGENT, number, on, cancel_bookings=True)
    kept = {day for day, state in states(small_office, place.home.child_id).items() if state is BookingState.BOOKED}
    assert kept == {day for day in inside if day <= on}
    (left,) = enrolments(small_office, place.home.child_id, place.activity_id) or (None,)
    assert (left is None) == (on < starts)
    assert left is None or (left.starts, left.ends) == (starts, on)
