"""What is open, worked and taught on a day: the calendar as a value, and as a rulebook completes it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from backoffice.demonstration.commune import Season
from backoffice.rulebook.calendar import (
    NATURES,
    Calendar,
    ExceptionalDays,
    OpeningDays,
    Span,
)
from backoffice.rulebook.file.calendar_parts import CalendarPart
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import DayKind, Exceptional, Nature, Period
from backoffice.rulebook.load import parse
from backoffice.rulebook.seed import calendar_from_packages
from tests.unit.rulebook.field import CALENDAR, HEAD, rulebook

PACKAGES = calendar_from_packages(CalendarPart(zone="B"), 2026, 2027)


def activity(code: str, nature: str, **more: str) -> str:
    lines = [f"{key} = {value}" for key, value in more.items()]
    head = ["[[activite]]", f'code = "{code}"', 'nom = "A"', 'service = "S"', f'nature = "{nature}"']
    return "\n".join([*head, *lines, f'unites = [{{ code = "U-{code}", nom = "U" }}]', ""])


def exception(nature: str, first: str, **more: str) -> str:
    lines = [f'{key} = "{value}"' for key, value in more.items() if key != "au"]
    last = [f"au = {more['au']}"] if "au" in more else []
    return "\n".join(["[[calendrier.exception]]", f'nature = "{nature}"', f"du = {first}", *last, *lines, ""])


def under(activities: str, calendar: str = "", known: Calendar = CALENDAR) -> Calendar:
    return known.under(parse(HEAD + calendar + activities))


def school(code: str, days: str = '["lundi", "mardi", "jeudi", "vendredi"]') -> str:
    return f'[[calendrier.ecole]]\ncode = "{code}"\nnom = "École"\njours = {days}\n'


def closed(calendar: Calendar, code: str, day: date) -> str | None:
    told = calendar.closed(code, day)
    return told and told.replace("\u202f", " ")


EACH = "".join(
    activity(code, nature)
    for code, nature in (
        ("CANTINE", "cantine"), ("PERI", "périscolaire"), ("MERCREDI", "mercredi"), ("VACANCES", "vacances"), ("CRECHE", "crèche"),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "day", "why"),
    [
        ("CANTINE", date(2026, 11, 26), None),
        ("CANTINE", date(2026, 11, 25), "Pas d'école ce jour"),
        ("CANTINE", date(2026, 11, 28), "Pas d'école ce jour"),
        ("CANTINE", date(2026, 11, 11), "Férié : Armistice"),
        ("CANTINE", date(2026, 10, 20), "Vacances : Vacances de la Toussaint"),
        ("PERI", date(2026, 11, 26), None),
        ("MERCREDI", date(2026, 11, 25), None),
        ("MERCREDI", date(2026, 11, 26), "Ouvert le mercredi"),
        ("MERCREDI", date(2026, 10, 21), "Vacances : Vacances de la Toussaint"),
        ("VACANCES", date(2026, 10, 20), None),
        ("VACANCES", date(2026, 7, 20), None),
        ("VACANCES", date(2026, 10, 18), "Ouvert du lundi au vendredi"),
        ("VACANCES", date(2026, 11, 26), "Ouvert pendant les vacances scolaires"),
        ("VACANCES", date(2026, 7, 14), "Férié : Fête nationale"),
        ("CRECHE", date(2026, 10, 20), None),
        ("CRECHE", date(2026, 11, 26), None),
        ("CRECHE", date(2026, 11, 28), "Ouvert du lundi au vendredi"),
        ("INCONNUE", date(2026, 11, 28), None),
    ],
)
def test_each_activity_opens_on_its_own_days(code: str, day: date, why: str | None) -> None:
    assert closed(under(EACH), code, day) == why


@pytest.mark.parametrize(
    ("own", "day", "why"),
    [
        ({"jours": '["lundi", "jeudi"]'}, date(2026, 11, 26), None),
        ({"jours": '["lundi", "jeudi"]'}, date(2026, 11, 27), "Ouvert le lundi et jeudi"),
        ({"jours": '["lundi", "mercredi"]'}, date(2026, 11, 25), None),  # it also receives without class
        ({"jours": '["lundi", "mercredi"]'}, date(2026, 10, 21), "Vacances : Vacances de la Toussaint"),
        ({"periodes": '["école", "petites vacances"]'}, date(2026, 10, 20), "Pas d'école ce jour"),
    ],
)
def test_an_activity_of_the_school_may_name_its_days(own: dict[str, str], day: date, why: str | None) -> None:
    assert closed(under(activity("A", "cantine", **own)), "A", day) == why


@pytest.mark.parametrize(
    ("nature", "own", "day", "why"),
    [
        ("vacances", {"periodes": '["été"]'}, date(2026, 7, 20), None),
        ("vacances", {"periodes": '["été"]'}, date(2026, 10, 20), "Vacances : Vacances de la Toussaint"),
        ("vacances", {"jours": '["lundi", "samedi"]'}, date(2026, 10, 24), None),
        ("vacances", {"jours": '["lundi", "samedi"]'}, date(2026, 10, 20), "Ouvert le lundi et samedi"),
        (
            "crèche",
            {"periodes": '["école", "mercredi", "été"]'},
            date(2026, 10, 20),
            "Vacances : Vacances de la Toussaint",
        ),
        ("crèche", {"periodes": '["école"]'}, date(2026, 11, 25), "Ouvert du lundi au vendredi"),
    ],
)
def test_an_activity_may_name_its_periods_and_its_days(
    nature: str, own: dict[str, str], day: date, why: str | None
) -> None:
    assert closed(under(activity("A", nature, **own)), "A", day) == why


def test_an_exceptional_closure_is_that_of_its_facility() -> None:
    calendar = under(
        activity("A", "crèche", etablissement='"ICI"') + activity("B", "crèche", etablissement='"LA"'),
        exception("fermé", "2026-12-24", au="2026-12-31", motif="fin d'année", etablissement="ICI"),
    )
    days = [date(2026, 12, 23), date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 4)]
    assert [closed(calendar, "A", day) for day in days] == [None, "Fermé : fin d'année", "Fermé : fin d'année", None]
    assert [closed(calendar, "B", day) for day in days] == [None] * 4


def test_a_closure_without_a_facility_closes_all_and_wins_over_an_opening() -> None:
    calendar = under(
        EACH, exception("fermé", "2026-11-26", motif="Tempête") + exception("ouvert", "2026-11-26", motif="Fête")
    )
    assert {closed(calendar, code, date(2026, 11, 26)) for code in ("CANTINE", "CRECHE")} == {"Fermé : Tempête"}


def test_an_exceptional_opening_wins_over_the_season_and_a_public_holiday() -> None:
    calendar = under(
        EACH, exception("ouvert", "2026-11-11", motif="Fête") + exception("ouvert", "2026-11-28", motif="Fête")
    )
    assert closed(calendar, "CRECHE", date(2026, 11, 11)) is None
    assert closed(calendar, "VACANCES", date(2026, 11, 28)) is None


def test_a_bridge_stops_the_school_and_what_follows_it_but_not_the_creche() -> None:
    friday = date(2026, 5, 15)
    calendar = under(EACH, exception("sans classe", "2026-05-15", motif="Pont"))
    assert not calendar.is_school_day(friday)
    assert closed(calendar, "CANTINE", friday) == "Pas d'école : Pont"
    assert closed(calendar, "CRECHE", friday) is None


def test_a_day_caught_up_has_class_with_its_canteen() -> None:
    wednesday = date(2026, 5, 20)
    calendar = under(EACH, exception("classe", "2026-05-20", motif="Rattrapage"))
    assert calendar.is_school_day(wednesday)
    assert closed(calendar, "CANTINE", wednesday) is None
    assert closed(calendar, "MERCREDI", wednesday) is None


def test_each_school_has_its_week_and_its_days_off() -> None:
    half = '["lundi", "mardi", "mercredi", "jeudi", "vendredi"]'
    calendar = under(
        activity("A", "cantine", ecole='"QUATRE"')
        + activity("B", "cantine", ecole='"DEMI"')
        + activity("C", "cantine"),
        school("QUATRE")
        + school("DEMI", half)
        + exception("sans classe", "2026-11-26", motif="Formation", ecole="QUATRE"),
    )
    wednesday, thursday = date(2026, 11, 25), date(2026, 11, 26)
    assert [calendar.is_school_day(wednesday, code) for code in ("QUATRE", "DEMI", None)] == [False, True, True]
    assert [calendar.is_school_day(thursday, code) for code in ("QUATRE", "DEMI", None)] == [False, True, True]
    assert [closed(calendar, code, thursday) for code in "ABC"] == ["Pas d'école : Formation", None, None]
    assert [closed(calendar, code, wednesday) for code in "ABC"] == ["Pas d'école ce jour", None, None]


def test_a_school_day_is_neither_a_wednesday_nor_a_holiday() -> None:
    days = [date(2026, 11, 23), date(2026, 11, 25), date(2026, 10, 19), date(2026, 11, 11), date(2026, 11, 28)]
    assert [under(EACH).is_school_day(day) for day in days] == [True, False, False, False, False]


def test_the_commune_may_teach_on_wednesdays() -> None:
    week = HEAD + 'jours_ecole = ["lundi", "mardi", "mercredi", "jeudi", "vendredi"]\n'
    calendar = CALENDAR.under(parse(week + EACH))
    assert calendar.is_school_day(date(2026, 11, 25))


def test_the_schools_of_the_database_win_over_those_of_the_rulebook() -> None:
    known = replace(CALENDAR, schools={"S": frozenset({0, 1, 2})})
    assert under(EACH, known=known).is_school_day(date(2026, 11, 25))
    both = under(EACH, school("S") + school("T"), known=known)
    assert both.schools == {"S": frozenset({0, 1, 2}), "T": frozenset({0, 1, 3, 4})}


def test_the_database_keeps_what_the_rulebook_does_not_say() -> None:
    shut = ExceptionalDays(Span(date(2026, 11, 26), date(2026, 11, 26), "Travaux"), Exceptional.CLOSED, facility="F")
    opening = replace(NATURES[Nature.CRECHE], facility="F")
    known = replace(CALENDAR, exceptions=(shut,), activities={"CRECHE": opening, "AUTRE": opening})
    calendar = under(EACH, known=known)
    assert closed(calendar, "CRECHE", date(2026, 11, 26)) == "Fermé : Travaux"
    assert closed(calendar, "AUTRE", date(2026, 11, 26)) == "Fermé : Travaux"
    assert closed(calendar, "PERI", date(2026, 11, 26)) is None


def test_an_activity_without_weekdays_nor_class_opens_from_monday_to_friday() -> None:
    opening = OpeningDays(frozenset(Period), None, with_class=False)
    calendar = replace(CALENDAR, activities={"A": opening})
    assert [closed(calendar, "A", date(2026, 11, day)) for day in (27, 28)] == [None, "Ouvert du lundi au vendredi"]


@pytest.mark.parametrize(
    ("day", "period", "first"),
    [
        (date(2026, 11, 12), Period.SCHOOL, date(2026, 11, 2)),
        (date(2026, 11, 18), Period.WEDNESDAY, date(2026, 11, 2)),
        (date(2026, 10, 17), Period.SMALL_HOLIDAYS, date(2026, 10, 17)),
        (date(2026, 11, 1), Period.SMALL_HOLIDAYS, date(2026, 10, 17)),
        (date(2027, 1, 2), Period.SMALL_HOLIDAYS, date(2026, 12, 19)),  # over the year's end
        (date(2026, 7, 15), Period.SUMMER, date(2026, 7, 4)),
        (date(2026, 9, 1), Period.SCHOOL, date(2026, 9, 1)),
        (date(2027, 5, 7), Period.SMALL_HOLIDAYS, date(2027, 5, 6)),
        (date(2027, 5, 10), Period.SCHOOL, date(2027, 5, 3)),  # a bridge begins no new school time
    ],
)
@pytest.mark.parametrize("calendar", [CALENDAR, PACKAGES], ids=["written", "packages"])
def test_a_day_belongs_to_a_period_that_has_a_first_day(
    calendar: Calendar, day: date, period: Period, first: date
) -> None:
    assert (calendar.period(day), calendar.period_first(day)) == (period, first)


def test_the_school_year_begins_the_period_of_a_calendar_that_knows_no_holidays() -> None:
    bare = Calendar({}, (), {})
    assert bare.period_first(date(2026, 11, 12)) == date(2026, 9, 1)
    assert bare.period_first(date(2027, 3, 12)) == date(2026, 9, 1)
    assert bare.school_holiday(date(2026, 7, 20)) is None


def test_town_halls_work_from_monday_to_friday_and_weekdays_add_saturday() -> None:
    days = [date(2026, 11, day) for day in (10, 11, 14, 15)]
    assert [CALENDAR.is_working_day(day) for day in days] == [True, False, False, False]
    assert [CALENDAR.is_weekday(day) for day in days] == [True, False, True, False]


@pytest.mark.parametrize(
    ("kind", "count", "last"),
    [
        (DayKind.CALENDAR, 0, date(2026, 11, 2)),
        (DayKind.CALENDAR, 3, date(2026, 10, 30)),
        (DayKind.WORKING, 3, date(2026, 10, 28)),
        (DayKind.WEEKDAYS, 3, date(2026, 10, 29)),
        (DayKind.SCHOOL, 3, date(2026, 10, 13)),
        (DayKind.OPENING, 3, date(2026, 10, 13)),
        (DayKind.SCHOOL, 400, None),
    ],
)
def test_going_back_counts_the_days_of_a_kind(kind: DayKind, count: int, last: date | None) -> None:
    assert under(EACH).back(date(2026, 11, 2), count, kind, "CANTINE") == last


def test_an_offset_counts_the_days_of_the_activitys_school() -> None:
    half = '["mercredi"]'
    calendar = under(activity("A", "cantine", ecole='"D"') + activity("B", "cantine"), school("D", half) + school("Q"))
    assert calendar.back(date(2026, 11, 26), 1, DayKind.SCHOOL, "A") == date(2026, 11, 25)
    assert calendar.back(date(2026, 11, 25), 1, DayKind.SCHOOL, "A") == date(2026, 11, 18)
    assert calendar.back(date(2026, 11, 25), 1, DayKind.SCHOOL, "B") == date(2026, 11, 24)
    assert calendar.back(date(2026, 11, 25), 1, DayKind.SCHOOL, "INCONNUE") == date(2026, 11, 24)


def test_the_packages_agree_with_the_calendar_of_the_tests() -> None:
    book: Rulebook = rulebook("")
    day, wrong = date(2026, 2, 1), []
    written, packages = CALENDAR.under(book), PACKAGES.under(book)
    while day < date(2027, 5, 1):
        same = (written.is_working_day(day), written.period(day)) == (
            packages.is_working_day(day),
            packages.period(day),
        )
        wrong += [] if same or packages.holidays.get(day) == "Lundi de Pâques" else [day]
        day += timedelta(days=1)
    assert not wrong


def test_alsace_moselle_holidays_are_not_those_of_the_vosges() -> None:
    alsace = calendar_from_packages(CalendarPart(zone="B", alsace_moselle=True), 2026, 2026)
    assert [date(2026, 12, 26) in calendar.holidays for calendar in (PACKAGES, alsace)] == [False, True]


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
