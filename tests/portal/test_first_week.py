"""Where a child's planning opens: the week at hand, or the next one in which something is open."""

from datetime import date, timedelta

from backoffice.sync.contract import CellState, ViewKind, WeekActivity, WeekView, week_of
from tests.portal.conftest import Office, Person
from tests.portal.published import (
    CANTEEN,
    FAMILY,
    LEA,
    MONDAY,
    WEEK,
    canteen,
    cell,
    slot,
    view,
    week,
)

HOLIDAYS = MONDAY + timedelta(weeks=6)
CLUB = 4


def club(monday: date, *, opens: bool) -> list:
    """Publish a week of a holiday club, and Zoé's, who goes nowhere else."""
    slots = tuple(
        slot(CANTEEN, monday + timedelta(days=n), 1600, closed=None if opens else "Période scolaire") for n in range(5)
    )
    shared = canteen(monday, activity_id=CLUB, activity="Centre de loisirs", slots=slots)
    year = {"rate": "normal", "group": "primaire", "starts": date(2026, 9, 1), "ends": date(2027, 7, 3)}
    mine = WeekView(
        child_id=LEA,
        child="Léa",
        monday=monday,
        activities=(WeekActivity(activity_id=CLUB, **year),),
        cells=(),
    )
    return [
        view(ViewKind.ACTIVITY_WEEK, f"{CLUB}:{week_of(monday)}", 0, shared),
        view(ViewKind.WEEK, f"{LEA}:{week_of(monday)}", FAMILY, mine),
    ]


def test_a_child_of_the_holidays_opens_on_their_first_week(office: Office, claire: Person):
    weeks = [MONDAY + timedelta(weeks=n) for n in range(8)]
    office.publish(*(one for monday in weeks for one in club(monday, opens=monday >= HOLIDAYS)))
    claire.get("/reservations")
    assert f'href="/reservations/{LEA}"' in claire.text
    assert claire.get(f"/reservations/{LEA}").location == f"/reservations/{LEA}/{week_of(HOLIDAYS)}"


def test_a_child_whose_weeks_are_all_closed_or_over_opens_on_the_week_at_hand(office: Office, claire: Person):
    office.publish(*(one for n in range(3) for one in club(MONDAY + timedelta(weeks=n), opens=False)))
    assert claire.get(f"/reservations/{LEA}").location == f"/reservations/{LEA}/{WEEK}"
    claire.get(f"/reservations/{LEA}/{WEEK}")
    assert "Période scolaire" in claire.words


def test_a_closed_week_in_which_something_is_booked_is_not_skipped(office: Office, claire: Person):
    shared, mine = club(MONDAY, opens=False)
    booked = cell(CANTEEN, MONDAY + timedelta(days=3))
    mine = mine.model_copy(update={"body": {**mine.body, "cells": [booked.model_dump(mode="json")]}})
    office.publish(shared, mine, *club(HOLIDAYS, opens=True))
    assert claire.get(f"/reservations/{LEA}").location == f"/reservations/{LEA}/{WEEK}"


def test_a_child_enrolled_only_later_opens_on_its_first_open_week(office: Office, claire: Person):
    gone = [week_of(MONDAY + timedelta(weeks=n)) for n in range(2)]
    office.publish(*(view(ViewKind.WEEK, f"{LEA}:{name}", FAMILY, None) for name in gone), *club(HOLIDAYS, opens=True))
    assert claire.get(f"/reservations/{LEA}").location == f"/reservations/{LEA}/{week_of(HOLIDAYS)}"


def test_the_dashboard_says_the_next_bookings_however_far(office: Office, claire: Person):
    empty = view(ViewKind.WEEK, f"{LEA}:{WEEK}", FAMILY, week())
    office.publish(empty)
    claire.get("/")
    assert "Rien de réservé pour le moment" in claire.words
    far = []
    for monday in (HOLIDAYS, HOLIDAYS + timedelta(weeks=1)):
        shared, mine = club(monday, opens=True)
        booked = [cell(CANTEEN, monday + timedelta(days=1)), cell(CANTEEN, monday, CellState.REFUSED)]
        cells = [one.model_dump(mode="json") for one in booked]
        far += [shared, mine.model_copy(update={"body": {**mine.body, "cells": cells}})]
    office.publish(*far)
    claire.get("/")
    assert "Mardi 5 janvier : Repas, Léa" in claire.words
    assert "12 janvier" not in claire.words
    assert "Rien de réservé" not in claire.words
