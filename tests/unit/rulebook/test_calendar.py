"""What is open on a day, from the packages' seed."""

from datetime import date, time
from pathlib import Path

import pytest

from backoffice.clock import SetClock, paris_instant
from backoffice.demonstration.commune import Season
from backoffice.office import Office, Work
from backoffice.permissions import SYSTEM
from backoffice.rulebook.calendar import Calendar, read_calendar
from backoffice.rulebook.seed import seed_calendar
from backoffice.secrets import DemonstrationSecrets
from models.office.structure import Closure, Facility, School
from models.vocabulary import ActivityKind


@pytest.fixture
def calendar(tmp_path: Path) -> Calendar:
    office = Office(
        tmp_path, clock=SetClock(paris_instant(date(2026, 11, 24), time(9))), secrets=DemonstrationSecrets()
    )

    def fill(work: Work) -> None:
        seed_calendar(work.session, zone="B", first_year=2026, last_year=2027)
        work.session.add(School(code="S", name="École", weekdays="1245"))
        place = Facility(id=1, code="F", name="Centre", street="", phone="", email="")
        work.session.add(place)
        work.session.flush()
        work.session.add(Closure(facility_id=1, starts=date(2026, 12, 24), ends=date(2027, 1, 1), reason="fin d'année"))

    office.write(fill, SYSTEM)
    found = office.read(read_calendar)
    office.close()
    return found


@pytest.mark.parametrize(
    ("kind", "day", "why"),
    [
        (ActivityKind.CANTEEN, date(2026, 11, 26), None),
        (ActivityKind.CANTEEN, date(2026, 11, 25), "Pas d'école ce jour"),
        (ActivityKind.CANTEEN, date(2026, 11, 11), "Férié : Armistice"),
        (ActivityKind.CANTEEN, date(2026, 10, 20), "Vacances : Vacances de la Toussaint"),
        (ActivityKind.WEDNESDAY, date(2026, 11, 25), None),
        (ActivityKind.WEDNESDAY, date(2026, 11, 26), "Ouvert le mercredi"),
        (ActivityKind.HOLIDAYS, date(2026, 10, 20), None),
        (ActivityKind.HOLIDAYS, date(2026, 10, 18), "Ouvert pendant les vacances, du lundi au vendredi"),
        (ActivityKind.HOLIDAYS, date(2026, 12, 28), "Fermé : fin d'année"),
        (ActivityKind.CRECHE, date(2026, 10, 20), None),
        (ActivityKind.CRECHE, date(2026, 11, 28), "Fermé le week-end"),
    ],
)
def test_each_activity_opens_on_its_own_days(
    calendar: Calendar, kind: ActivityKind, day: date, why: str | None
) -> None:
    told = calendar.closed(kind, 1, day)
    assert (told and told.replace("\u202f", " ")) == why


def test_alsace_moselle_holidays_are_not_those_of_the_vosges(calendar: Calendar) -> None:
    assert date(2026, 12, 26) not in calendar.holidays


def test_a_school_day_is_neither_a_wednesday_nor_a_holiday(calendar: Calendar) -> None:
    days = [date(2026, 11, 23), date(2026, 11, 25), date(2026, 10, 19), date(2026, 11, 11)]
    assert [calendar.is_school_day(day) for day in days] == [True, False, False, False]


@pytest.mark.parametrize(
    ("today", "starts", "ends"),
    [
        (date(2026, 11, 22), date(2026, 8, 1), date(2027, 8, 31)),
        (date(2027, 2, 10), date(2026, 9, 1), date(2027, 8, 31)),
        (date(2026, 9, 1), date(2026, 6, 1), date(2027, 8, 31)),
        (date(2026, 7, 14), date(2025, 9, 1), date(2026, 8, 31)),
    ],
)
def test_the_demonstration_follows_the_calendar(today: date, starts: date, ends: date) -> None:
    season = Season(today)
    assert (season.starts, season.ends) == (starts, ends)
