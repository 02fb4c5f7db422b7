"""What the packages say of French holidays."""

from datetime import date
from pathlib import Path

import pytest

from backoffice.office import Work
from backoffice.rulebook.file.calendar_parts import CalendarPart
from backoffice.rulebook.seed import (
    calendar_from_packages,
    computed_school_holidays,
    public_holidays,
    school_holidays,
    seed_calendar,
)
from backoffice.rulebook.snapshot import read_calendar
from tests.factories import AGENT, an_office

CHRISTMAS = ("Vacances de Noël", date(2026, 12, 19), date(2027, 1, 3))


def test_metropolitan_france_has_eleven_public_holidays() -> None:
    found = dict(public_holidays(2026, 2026))
    assert len(found) == 11
    assert found[date(2026, 5, 14)] == "Ascension"
    assert date(2026, 12, 26) not in found, "Alsace and Moselle alone"


def test_alsace_and_moselle_have_two_more() -> None:
    more = dict(public_holidays(2026, 2026, alsace_moselle=True)).keys() - dict(public_holidays(2026, 2026)).keys()
    assert more == {date(2026, 4, 3), date(2026, 12, 26)}


@pytest.mark.parametrize("year", [2026, 2027])
def test_holidays_over_the_new_year_are_never_cut(year: int) -> None:
    assert CHRISTMAS in school_holidays("B", year, year)


@pytest.mark.parametrize(
    ("zone", "winter"),
    [("A", date(2027, 2, 13)), ("B", date(2027, 2, 20)), ("C", date(2027, 2, 6))],
)
def test_each_zone_has_its_own_winter(zone: str, winter: date) -> None:
    found = {name: first for name, first, _ in school_holidays(zone, 2027, 2027)}
    assert found["Vacances d'hiver"] == winter


def test_years_that_are_not_published_are_left_out_and_the_other_package_reckons_them() -> None:
    assert not [span for span in school_holidays("B", 2030, 2031) if span[1].year > 2029]
    assert [span for span in computed_school_holidays("B", 2030, 2030) if span[1].year == 2030]


def test_the_two_packages_disagree_on_a_bridge_and_on_the_end_of_a_summer() -> None:
    published, computed = school_holidays("B", 2026, 2027), computed_school_holidays("B", 2026, 2027)
    bridge = ("Pont de l'Ascension", date(2026, 5, 14), date(2026, 5, 17))
    assert (bridge in published, bridge in computed) == (False, True)
    summers = {last for name, first, last in (*published, *computed) if name == "Vacances d'été" and first.year == 2027}
    assert summers == {date(2027, 8, 31), date(2027, 9, 1)}


def test_a_rulebook_without_a_database_has_its_calendar() -> None:
    part = CalendarPart.model_validate({"zone": "B", "alsace_moselle": True})
    calendar = calendar_from_packages(part, 2026, 2026)
    assert calendar.holidays[date(2026, 12, 26)] == "Saint-Étienne"
    assert calendar.school_holiday(date(2026, 10, 20)) == "Vacances de la Toussaint"
    assert calendar.school_holiday(date(2027, 1, 2)) == "Vacances de Noël"


def test_a_new_commune_begins_with_what_the_packages_say(tmp_path: Path) -> None:
    office = an_office(tmp_path)

    def fill(work: Work) -> None:
        for _ in range(2):
            seed_calendar(work.session, zone="B", first_year=2026, last_year=2027)

    office.write(fill, AGENT)
    calendar = office.read(read_calendar)
    assert len(calendar.holidays) == 22
    assert CHRISTMAS in [(span.name, span.first, span.last) for span in calendar.school_holidays]
    office.close()
