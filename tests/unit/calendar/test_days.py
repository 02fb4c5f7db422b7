"""What each day is, in words."""

from datetime import date

import pytest

from backoffice.calendar.days import (
    Nature,
    class_words,
    nature_of,
    opening_words,
    school_week_words,
    year_day,
)
from backoffice.rulebook.calendar import NATURES, Calendar, ExceptionalDays, OpeningDays, Span
from backoffice.rulebook.file.words import Exceptional, Period
from backoffice.rulebook.file.words import Nature as Kind
from resources.french import NARROW

FOUR, FIVE = frozenset({0, 1, 3, 4}), frozenset(range(5))


def told(kind: Exceptional, day: int, name: str, **where: str) -> ExceptionalDays:
    at = date(2027, 5, day)
    return ExceptionalDays(Span(at, at, name), kind, **where)


CALENDAR = Calendar(
    holidays={date(2027, 5, 6): "Ascension"},
    school_holidays=(Span(date(2027, 4, 17), date(2027, 5, 2), "Vacances de printemps"),),
    schools={"MAT": FOUR, "ELE": FIVE},
    exceptions=(
        told(Exceptional.NO_CLASS, 7, "Pont de l'Ascension"),
        told(Exceptional.CLASS, 8, "Classe du pont", school="ELE"),
        told(Exceptional.NO_CLASS, 10, "Formation", school="MAT"),
        told(Exceptional.CLOSED, 11, "Travaux", facility="LAC"),
        told(Exceptional.OPEN, 15, "Fête", facility="LAC"),
        told(Exceptional.CLOSED, 31, "Panne"),
    ),
)


@pytest.mark.parametrize(
    ("day", "nature", "name"),
    [
        (date(2027, 4, 20), Nature.VACATION, "Vacances de printemps"),
        (date(2027, 5, 3), Nature.CLASS, ""),
        (date(2027, 5, 5), Nature.SOME, ""),
        (date(2027, 5, 6), Nature.PUBLIC, "Ascension"),
        (date(2027, 5, 7), Nature.NO_CLASS, "Pont de l'Ascension"),
        (date(2027, 5, 8), Nature.CAUGHT_UP, "Classe du pont"),
        (date(2027, 5, 9), Nature.REST, ""),
        (date(2027, 5, 10), Nature.SOME, "Formation"),
    ],
)
def test_a_day_is_what_it_is_for_the_schools(day: date, nature: Nature, name: str) -> None:
    assert nature_of(CALENDAR, day) == (nature, name)


def test_without_any_school_a_day_is_nothing_but_what_everybody_knows() -> None:
    calendar = Calendar({}, CALENDAR.school_holidays, {})
    assert nature_of(calendar, date(2027, 5, 3)) == (Nature.REST, "")
    assert nature_of(calendar, date(2027, 4, 20))[0] is Nature.VACATION


def test_closures_and_openings_are_told_with_the_place() -> None:
    names = {"LAC": "Centre du Lac"}
    closed = year_day(CALENDAR, date(2027, 5, 11), names)
    assert closed.words == f"mardi 11 mai 2027{NARROW}: classe{NARROW}; fermeture{NARROW}: Centre du Lac, Travaux"
    assert year_day(CALENDAR, date(2027, 5, 15), names).openings == ("Centre du Lac, Fête",)
    assert year_day(CALENDAR, date(2027, 5, 31), names).closures == ("tous les établissements, Panne",)


@pytest.mark.parametrize(
    ("day", "school", "words"),
    [
        (date(2027, 5, 3), "MAT", "classe"),
        (date(2027, 5, 5), "MAT", "pas de classe ce jour de la semaine"),
        (date(2027, 5, 5), "ELE", "classe"),
        (date(2027, 5, 6), "ELE", "pas de classe, férié (Ascension)"),
        (date(2027, 5, 7), "ELE", "pas de classe (Pont de l'Ascension)"),
        (date(2027, 4, 20), "ELE", "pas de classe, vacances (Vacances de printemps)"),
        (date(2027, 5, 10), "ELE", "classe"),
    ],
)
def test_a_school_says_why_it_has_no_class(day: date, school: str, words: str) -> None:
    assert class_words(CALENDAR, day, school) == words


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        (NATURES[Kind.CANTEEN], "Les jours de classe"),
        (NATURES[Kind.WEDNESDAY], "Les mercredis de période scolaire"),
        (NATURES[Kind.HOLIDAYS], "Pendant les vacances scolaires, du lundi au vendredi"),
        (NATURES[Kind.CRECHE], "Toute l'année, du lundi au vendredi"),
        (OpeningDays(frozenset({Period.SUMMER}), frozenset({0, 3}), with_class=False), "L'été, le lundi et le jeudi"),
        (
            OpeningDays(frozenset({Period.SCHOOL, Period.WEDNESDAY, Period.SUMMER}), FIVE, with_class=False),
            "En période scolaire et l'été, du lundi au vendredi",
        ),
        (
            OpeningDays(frozenset(Period) - {Period.SUMMER}, frozenset({0, 1}), with_class=True),
            "Les jours de classe, le lundi et le mardi, et pendant les petites vacances",
        ),
    ],
)
def test_opening_days_are_said_in_french(opening: OpeningDays, words: str) -> None:
    assert opening_words(opening) == words


def test_a_school_week_is_said_in_french() -> None:
    assert school_week_words(FOUR) == "4 jours (lundi, mardi, jeudi et vendredi)"
    assert school_week_words(FIVE).startswith("4 jours et demi")
    assert school_week_words(frozenset({3})) == "1 jour (jeudi)"
