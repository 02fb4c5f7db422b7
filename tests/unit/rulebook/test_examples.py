"""The rulebooks that we ship, with their worked answers: real rules, around holidays, bridges, year ends, summer time."""

import tomllib
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from backoffice.rulebook.answers import applied_around
from backoffice.rulebook.applied import Applied
from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.parts import Occasion
from backoffice.rulebook.file.review import gaps
from backoffice.rulebook.file.words import KEYS, LateEffect, Operation
from backoffice.rulebook.notices.notice import desk_may, judge
from backoffice.rulebook.tariffs import aids
from backoffice.rulebook.values import Contract, Grant, Judgement, Limit, Situation
from resources.french import PARIS
from tests.unit.rulebook.books import EXAMPLES, example

BOOK, CANCEL = Operation.BOOK, Operation.CANCEL
LIMITS = [
    # the Thursday 10:00 for Monday and Tuesday, the Tuesday 10:00 for Thursday and Friday
    ("saint-jean-du-bois", "CANTINE", "2026-11-02", "2026-10-29T10:00+01:00"),  # the first day after the holidays
    ("saint-jean-du-bois", "CANTINE", "2026-11-03", "2026-10-29T10:00+01:00"),
    ("saint-jean-du-bois", "CANTINE", "2026-11-12", "2026-11-10T10:00+01:00"),
    ("saint-jean-du-bois", "CANTINE", "2026-11-13", "2026-11-10T10:00+01:00"),
    ("saint-jean-du-bois", "CANTINE", "2026-03-30", "2026-03-26T10:00+01:00"),  # summer time begins on the 29th
    ("saint-jean-du-bois", "CANTINE", "2026-04-02", "2026-03-31T10:00+02:00"),
    ("saint-jean-du-bois", "CANTINE", "2027-01-04", "2026-12-31T10:00+01:00"),
    # the Thursday before the week, to the end of the day
    ("vigneux", "PERI", "2026-11-12", "2026-11-06T00:00+01:00"),
    ("vigneux", "PERI", "2026-11-02", "2026-10-30T00:00+01:00"),
    ("vigneux", "PERI", "2026-12-01", "2026-11-27T00:00+01:00"),
    ("vigneux", "PERI", "2026-04-03", "2026-03-27T00:00+01:00"),
    # the Thursday 09:00 of the week before
    ("boisemont", "CANTINE", "2026-11-12", "2026-11-05T09:00+01:00"),
    ("boisemont", "CANTINE", "2026-11-02", "2026-10-29T09:00+01:00"),
    ("boisemont", "CANTINE", "2027-01-04", "2026-12-31T09:00+01:00"),
    # 8 days before
    ("le-cres", "CANTINE", "2026-11-12", "2026-11-05T00:00+01:00"),
    ("le-cres", "CANTINE", "2026-11-02", "2026-10-26T00:00+01:00"),  # Sunday 25 October has 25 hours
    ("le-cres", "CANTINE", "2026-04-07", "2026-03-31T00:00+02:00"),
    ("le-cres", "CANTINE", "2027-01-05", "2026-12-29T00:00+01:00"),
    # the Wednesday midnight for the next week, of a whole service
    ("montagnac", "CANTINE", "2026-11-12", "2026-11-05T00:00+01:00"),
    ("montagnac", "SOIR", "2026-11-02", "2026-10-29T00:00+01:00"),
    ("montagnac", "SOIR", "2026-12-01", "2026-11-26T00:00+01:00"),
    ("montagnac", "CANTINE", "2027-01-04", "2026-12-31T00:00+01:00"),
    # the day before 17:00, whatever that day is
    ("altkirch", "CRECHE", "2026-11-12", "2026-11-11T17:00+01:00"),
    ("altkirch", "CRECHE", "2026-10-26", "2026-10-25T17:00+01:00"),  # summer time ended that night
    ("altkirch", "CRECHE", "2026-03-30", "2026-03-29T17:00+02:00"),
    ("altkirch", "CRECHE", "2026-12-28", "2026-12-27T17:00+01:00"),
    # 2 working days, to the end of the day
    ("villeneuve", "CANTINE", "2026-11-12", "2026-11-10T00:00+01:00"),
    ("villeneuve", "CANTINE", "2026-11-02", "2026-10-30T00:00+01:00"),
    ("villeneuve", "CANTINE", "2026-12-01", "2026-11-28T00:00+01:00"),
    ("villeneuve", "CANTINE", "2026-05-18", "2026-05-14T00:00+02:00"),  # Ascension is the 14th, the 15th is worked
    ("villeneuve", "CANTINE", "2026-05-26", "2026-05-22T00:00+02:00"),  # Whit Monday is the 25th
    ("villeneuve", "CANTINE", "2027-01-04", "2026-12-31T00:00+01:00"),
    # asked in month M, valid from M+1
    ("le-rove", "PERI", "2027-02-15", "2027-02-01T00:00+01:00"),
    ("le-rove", "PERI", "2026-12-01", "2026-12-01T00:00+01:00"),
    ("le-rove", "PERI", "2026-03-31", "2026-03-01T00:00+01:00"),
    ("le-rove", "PERI", "2027-01-05", "2027-01-01T00:00+01:00"),
    ("le-rove", "PERI", "2026-10-01", "2026-10-01T00:00+02:00"),
    # one school day before, 09:00
    ("chasselas", "CANTINE", "2026-11-12", "2026-11-10T09:00+01:00"),
    ("chasselas", "CANTINE", "2026-11-02", "2026-10-16T09:00+02:00"),
    ("chasselas", "CANTINE", "2026-12-01", "2026-11-30T09:00+01:00"),
    ("chasselas", "CANTINE", "2027-01-04", "2026-12-18T09:00+01:00"),
    # the 15 of the month before each return from the holidays: of a cycle, not of the month
    ("de-vacances-a-vacances", "CANTINE", "2026-11-12", "2026-10-16T00:00+02:00"),
    ("de-vacances-a-vacances", "CANTINE", "2027-01-04", "2026-12-16T00:00+01:00"),
    ("de-vacances-a-vacances", "CANTINE", "2028-02-29", "2028-01-16T00:00+01:00"),
    ("de-vacances-a-vacances", "CANTINE", "2026-10-01", "2026-08-16T00:00+02:00"),
    # the summer before 1 June, every year; the other holidays two weeks before
    ("ete-avant-juin", "VACANCES", "2027-07-15", "2027-06-01T00:00+02:00"),
    ("ete-avant-juin", "VACANCES", "2028-08-02", "2028-06-01T00:00+02:00"),
    ("ete-avant-juin", "VACANCES", "2026-12-28", "2026-12-06T00:00+01:00"),
    # the Wednesday noon for Thursday and Friday, the Friday noon for Monday and Tuesday; the 20 of the month before
    ("matin-et-soir", "PERI", "2026-11-05", "2026-11-04T12:00+01:00"),
    ("matin-et-soir", "PERI", "2026-11-13", "2026-11-10T12:00+01:00"),  # the 11th is a public holiday
    ("matin-et-soir", "PERI", "2027-01-05", "2026-12-31T12:00+01:00"),  # 1 January is a Friday
    ("matin-et-soir", "PERI", "2027-03-30", "2027-03-26T12:00+01:00"),  # summer time begins on the 28th
    ("matin-et-soir", "GARDERIE", "2027-01-05", "2026-12-19T00:00+01:00"),  # the 20th is a Sunday
    # the others
    ("herserange", "LOISIRS", "2026-10-26", "2026-10-19T12:00+02:00"),
    ("creche-psu", "CRECHE", "2026-08-24", "2026-08-20T17:00+02:00"),
    ("caf-des-vosges", "LOISIRS", "2024-10-22", "2024-10-15T12:00+02:00"),
]
CANCELLED = [
    ("villeneuve", "CANTINE", "2026-11-12", "2026-11-10T00:00+01:00"),
    ("la-pinede", "LOISIRS", "2026-10-22", "2026-10-15T00:00+02:00"),
    ("la-pinede", "LOISIRS", "2026-12-28", "2026-12-21T00:00+01:00"),
    ("de-vacances-a-vacances", "CANTINE", "2026-11-02", "2026-10-29T12:00+01:00"),  # 48 worked hours
    ("de-vacances-a-vacances", "CANTINE", "2026-11-12", "2026-11-09T12:00+01:00"),
    ("ete-avant-juin", "VACANCES", "2026-10-28", "2026-10-21T00:00+02:00"),
]
ALL_FORMS = [
    ("CANTINE", "REPAS", BOOK, "2026-11-12", "2026-11-09T10:00+01:00"),
    ("CANTINE", "REPAS", CANCEL, "2026-11-02", "2026-10-16T10:00+02:00"),
    ("CANTINE", "REPAS", CANCEL, "2026-11-19", "2026-11-18T10:00+01:00"),  # the École du Bois has class on Wednesdays
    ("CANTINE", "PANIER", BOOK, "2026-11-12", "2026-10-31T12:00+01:00"),  # 8 clear days, Monday to Saturday
    ("PERI", "SOIR", BOOK, "2026-11-12", "2026-11-12T04:30+01:00"),
    ("PERI", "MATIN", BOOK, "2026-11-02", "2026-10-16T17:00+02:00"),
    ("MERCREDI", "MER-MATIN", BOOK, "2026-11-18", "2026-11-13T00:00+01:00"),  # 23:59 holds to the end of its minute
    ("VACANCES", None, BOOK, "2026-10-19", "2026-10-03T00:00+02:00"),
    ("VACANCES", None, BOOK, "2026-10-28", "2026-10-03T00:00+02:00"),
    ("VACANCES", None, BOOK, "2026-12-21", "2026-12-05T00:00+01:00"),
    ("VACANCES", None, BOOK, "2026-07-08", "2026-06-26T12:00+02:00"),
    ("VACANCES", None, CANCEL, "2026-10-28", "2026-10-21T00:00+02:00"),
    ("SEJOUR", None, BOOK, "2026-07-15", "2026-06-01T00:00+02:00"),
    ("CRECHE", None, BOOK, "2026-03-10", "2026-02-20T12:00+01:00"),
    ("CRECHE", None, BOOK, "2027-01-15", "2026-12-20T12:00+01:00"),
    ("HALTE", None, BOOK, "2026-11-13", "2026-11-10T10:00+01:00"),
]


@cache
def applied(name: str, year: int = 2026) -> Applied:
    return applied_around(example(name), date(year, 6, 1))


def bound(name: str, activity: str, day: str, operation: Operation = BOOK, unit: str | None = None, **of: Any) -> Limit:
    on = date.fromisoformat(day)
    return applied(name, on.year).limit(activity=activity, operation=operation, day=on, unit=unit, **of)


def at(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=PARIS)


@pytest.mark.parametrize(("name", "activity", "day", "until"), LIMITS)
def test_a_day_is_booked_until(name: str, activity: str, day: str, until: str) -> None:
    assert bound(name, activity, day).until == at(until)


@pytest.mark.parametrize(("name", "activity", "day", "until"), CANCELLED)
def test_a_day_is_cancelled_until(name: str, activity: str, day: str, until: str) -> None:
    assert bound(name, activity, day, CANCEL).until == at(until)


@pytest.mark.parametrize(("activity", "unit", "operation", "day", "until"), ALL_FORMS)
def test_every_form_of_limit(activity: str, unit: str | None, operation: Operation, day: str, until: str) -> None:
    assert bound("toutes-les-formes", activity, day, operation, unit).until == at(until)


@pytest.mark.parametrize(
    ("name", "activity", "operation", "received", "verdict"),
    [  # for Thursday 12 November 2026
        ("villeneuve", "CANTINE", BOOK, "2026-11-09T23:59:59", Judgement.IN_TIME),
        ("villeneuve", "CANTINE", BOOK, "2026-11-10T00:00", Judgement.LATE_REFUSED),
        ("boisemont", "CANTINE", BOOK, "2026-11-05T08:59:59", Judgement.IN_TIME),
        ("boisemont", "CANTINE", BOOK, "2026-11-05T09:00", Judgement.LATE_REFUSED),
        ("altkirch", "CRECHE", BOOK, "2026-11-11T16:59", Judgement.IN_TIME_ASK),
        ("altkirch", "CRECHE", BOOK, "2026-11-11T17:00", Judgement.LATE_ASK),
        ("la-pinede", "LOISIRS", CANCEL, "2026-11-05T00:00", Judgement.LATE_PROOF),
        ("toutes-les-formes", "CANTINE", CANCEL, "2026-11-12T08:00", Judgement.LATE_BILLED),
        ("toutes-les-formes", "PERI", BOOK, "2026-11-12T06:30", Judgement.LATE_CHARGED),
    ],
)
def test_the_moment_of_receipt_is_judged(
    name: str, activity: str, operation: Operation, received: str, verdict: Judgement
) -> None:
    assert judge(bound(name, activity, "2026-11-12", operation), at(received)) is verdict


def test_residents_are_served_first_then_the_others_and_the_desk_ends_last() -> None:
    name, day = "toutes-les-formes", "2026-10-19"
    assert bound(name, "VACANCES", day).opens == at("2026-09-05T08:00")
    assert bound(name, "VACANCES", day, resident=False).opens == at("2026-09-19T08:00")
    assert judge(bound(name, "VACANCES", day), at("2026-09-05T07:59")) is Judgement.TOO_EARLY
    assert bound(name, "MERCREDI", "2026-11-18", resident=False).until == at("2026-11-09T12:00")
    meal = bound(name, "CANTINE", "2026-11-12", unit="REPAS")
    assert desk_may(meal, at("2026-11-12T08:59"))
    assert not desk_may(meal, at("2026-11-12T09:00"))


def test_the_summer_opens_in_may_every_year_to_residents_first() -> None:
    name = "ete-avant-juin"
    assert bound(name, "VACANCES", "2027-07-15").opens == at("2027-05-01T08:00")
    assert bound(name, "VACANCES", "2027-07-15", resident=False).opens == at("2027-05-15T08:00")
    assert bound(name, "VACANCES", "2028-08-02", resident=False).opens == at("2028-05-15T08:00")
    assert bound(name, "VACANCES", "2026-12-28").opens is None
    assert applied(name, 2027).calendar.closed("VACANCES", date(2027, 5, 7)) is not None


def test_what_is_not_written_has_the_eve_for_limit() -> None:
    found = bound("la-pinede", "LOISIRS", "2026-10-22")
    assert (found.code, found.until) == (None, at("2026-10-22T00:00"))
    assert gaps(applied("la-pinede").book) != ()


def test_alsace_is_closed_on_good_friday() -> None:
    assert applied("altkirch").calendar.closed("CRECHE", date(2026, 4, 3)) is not None
    assert applied("creche-psu").calendar.closed("CRECHE", date(2026, 4, 3)) is None
    assert applied("creche-psu").calendar.closed("CRECHE", date(2026, 8, 10)) is not None  # its summer closure


def test_a_bridge_is_caught_up_by_one_school() -> None:
    calendar = applied("toutes-les-formes").calendar
    assert not calendar.is_school_day(date(2026, 5, 15))
    assert calendar.is_school_day(date(2026, 5, 20), "CENTRE")
    assert not calendar.is_school_day(date(2026, 5, 27), "CENTRE")
    assert calendar.closed("CRECHE", date(2026, 12, 5)) is None  # the Saturday of the families
    assert calendar.closed("VACANCES", date(2026, 12, 28)) is not None


TERM, HOLIDAYS = "2026-11-12", "2026-10-19"
PRICES: list[tuple[str, str, str, str, dict[str, Any], int]] = [
    ("herserange", "LOISIRS", "JOURNEE", HOLIDAYS, {"quotient": 0}, 1400),
    ("herserange", "LOISIRS", "JOURNEE", HOLIDAYS, {"quotient": 800}, 1400),
    ("herserange", "LOISIRS", "JOURNEE", HOLIDAYS, {"quotient": 801}, 1660),
    ("herserange", "LOISIRS", "JOURNEE", HOLIDAYS, {}, 1660),  # no proof of income: the highest price
    ("herserange", "LOISIRS", "APRES-MIDI", HOLIDAYS, {"quotient": 800}, 450),
    ("herserange", "LOISIRS", "APRES-MIDI", HOLIDAYS, {"quotient": 1500}, 550),
    ("herserange", "LOISIRS", "JOURNEE,SOIREE", HOLIDAYS, {"quotient": 300}, 1700),
    ("herserange", "LOISIRS", "JOURNEE,SOIREE", HOLIDAYS, {"quotient": 900}, 2010),
    ("chasselas", "CANTINE", "REPAS", TERM, {}, 455),
    ("chasselas", "CANTINE", "REPAS", TERM, {"rank": 2}, 455),
    ("chasselas", "CANTINE", "REPAS", TERM, {"rank": 3}, 355),
    ("chasselas", "CANTINE", "REPAS", TERM, {"category": "occasionnel"}, 580),
    ("chasselas", "CANTINE", "REPAS", TERM, {"category": "occasionnel", "rank": 3}, 580),
    ("chasselas", "CANTINE", "REPAS", TERM, {"category": "adulte"}, 545),
    ("boisemont", "CANTINE", "REPAS", TERM, {"absence": "maladie"}, 410),  # the first day of illness is due
    ("boisemont", "CANTINE", "REPAS", TERM, {"absence": "maladie", "absence_day": 2}, 0),
    ("boisemont", "CANTINE", "REPAS", TERM, {"absence": "sans-motif"}, 410),
    ("le-cres", "CANTINE", "REPAS", TERM, {"absence": "greve"}, 0),
    ("le-cres", "CANTINE", "REPAS", TERM, {"absence": "maladie"}, 0),
    ("le-cres", "CANTINE", "REPAS", TERM, {"absence": "enseignant"}, 0),
    ("le-cres", "CANTINE", "REPAS", TERM, {"absence": "sans-motif"}, 385),
    ("la-pinede", "LOISIRS", "JOURNEE", HOLIDAYS, {"absence": "certificat"}, 0),
    ("la-pinede", "LOISIRS", "JOURNEE", HOLIDAYS, {"absence": "sans-certificat"}, 1800),
    # PSU: 9 hours, 3 000 € a month
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 2}, 1395),  # 1.548 → 1.55
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 2, "minutes": 480}, 1240),
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 2, "minutes": 490}, 1240),  # tolerated
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 2, "minutes": 491}, 1318),  # 8 h 30
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 3}, 1116),
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 2, "disabled_child": True}, 1116),
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 5}, 837),
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 9}, 558),
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 7, "disabled_child": True}, 558),
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 500}, 450),  # the floor: 814.62 € → 0.50 an hour
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 20000}, 4734),  # the ceiling: 8 500 € → 5.26
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {}, 4734),
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 2, "absence": "hospitalisation"}, 0),
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 2, "absence": "maladie", "absence_day": 3}, 1395),
    ("creche-psu", "CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 2, "absence": "maladie", "absence_day": 4}, 0),
    ("de-vacances-a-vacances", "CANTINE", "REPAS", TERM, {"quotient": 399}, 120),
    ("de-vacances-a-vacances", "CANTINE", "REPAS", TERM, {"quotient": 777}, 264),  # 1.20 + 377 × 4.20 ÷ 1 100 = 2.639…
    ("de-vacances-a-vacances", "CANTINE", "REPAS", TERM, {"quotient": 950}, 330),
    ("de-vacances-a-vacances", "CANTINE", "REPAS", TERM, {}, 540),
    ("de-vacances-a-vacances", "CANTINE", "PANIER", TERM, {"quotient": 777}, 132),
    ("de-vacances-a-vacances", "CANTINE", "REPAS", TERM, {"quotient": 300, "unbooked": True}, 320),
    ("de-vacances-a-vacances", "CANTINE", "REPAS", TERM, {"category": "enseignant"}, 720),
    ("ete-avant-juin", "VACANCES", "JOURNEE", HOLIDAYS, {"quotient": 700, "age": 5}, 1400),
    ("ete-avant-juin", "VACANCES", "JOURNEE", HOLIDAYS, {"quotient": 699, "age": 5, "resident": False}, 1300),
    ("ete-avant-juin", "VACANCES", "APRES-MIDI", HOLIDAYS, {"absence": "sans-prevenir"}, 350),
    ("ete-avant-juin", "VACANCES", "APRES-MIDI", HOLIDAYS, {"absence": "maladie", "absence_day": 2}, 700),
    ("ete-avant-juin", "VACANCES", "APRES-MIDI", HOLIDAYS, {"absence": "maladie", "absence_day": 3}, 0),
    ("matin-et-soir", "PERI", "MATIN", TERM, {"arrived": time(8, 19)}, 150),
    ("matin-et-soir", "PERI", "MATIN", TERM, {"arrived": time(8, 20)}, 0),
    ("matin-et-soir", "PERI", "SOIR", TERM, {"quotient": 899, "left": time(17, 31)}, 300),
    ("matin-et-soir", "PERI", "SOIR", TERM, {"pickup_minutes": 10}, 480),
    ("matin-et-soir", "PERI", "SOIR", TERM, {"pickup_minutes": 11}, 980),
    ("matin-et-soir", "PERI", "SOIR", TERM, {"pickup_minutes": 26}, 1480),
]  # fmt: skip
ALL_PRICES: list[tuple[str, str, str, dict[str, Any], int]] = [
    ("CANTINE", "REPAS", TERM, {"quotient": 800}, 360),
    ("CANTINE", "REPAS", TERM, {"quotient": 801}, 415),
    ("CANTINE", "REPAS", TERM, {}, 455),
    ("CANTINE", "REPAS", TERM, {"resident": False}, 580),
    ("CANTINE", "REPAS", TERM, {"category": "adulte"}, 620),
    ("CANTINE", "REPAS", TERM, {"quotient": 300, "unbooked": True}, 700),
    ("CANTINE", "PANIER", TERM, {"quotient": 300}, 150),
    ("PERI", "SOIR", TERM, {"quotient": 700}, 220),  # both bands
    ("PERI", "SOIR", TERM, {"quotient": 700, "left": time(17, 34)}, 120),  # 5 minutes' tolerance
    ("PERI", "SOIR", TERM, {"quotient": 700, "left": time(17, 40)}, 220),
    ("PERI", "SOIR", TERM, {"quotient": 700, "pickup_minutes": 20}, 1220),  # two slices begun
    ("ETUDE", "ETUDE", TERM, {}, 300),
    ("ETUDE", "ETUDE", TERM, {"minutes": 80}, 250),
    ("ETUDE", "ETUDE", TERM, {"minutes": 8}, 0),
    ("ETUDE", "ETUDE", TERM, {"minutes": 150}, 400),
    ("ETUDE", "ETUDE", TERM, {"resident": False}, 450),
    ("MERCREDI", "MER-MATIN,MER-REPAS,MER-APRES-MIDI", "2026-11-18", {"quotient": 500}, 1200),
    ("MERCREDI", "MER-MATIN,MER-REPAS", "2026-11-18", {"quotient": 500}, 860),
    ("VACANCES", "JOURNEE", HOLIDAYS, {"quotient": 500, "age": 8}, 1400),
    ("VACANCES", "JOURNEE", HOLIDAYS, {"quotient": 500, "age": 8, "resident": False}, 2100),
    ("VACANCES", "JOURNEE", HOLIDAYS, {"quotient": 500, "age": 8, "rank": 2}, 1120),
    ("VACANCES", "JOURNEE", HOLIDAYS, {"quotient": 500, "age": 5, "rank": 2}, 970),
    ("VACANCES", "JOURNEE", HOLIDAYS, {"quotient": 500, "age": 8, "is_late": True}, 1540),
    ("VACANCES", "JOURNEE", "2026-07-10", {"quotient": 500, "age": 8}, 1600),  # a Friday of summer
    ("VACANCES", "JOURNEE", HOLIDAYS, {"quotient": 500, "age": 8, "absence": "vacances-moitie"}, 700),
    ("SEJOUR", "NUITEE", "2026-07-15", {"quotient": 600}, 2200),
    ("SEJOUR", "NUITEE", "2026-07-15", {"quotient": 300}, 1500),
    ("SEJOUR", "NUITEE", "2026-07-15", {}, 4500),
    ("SEJOUR", "NUITEE", "2026-07-15", {"quotient": 600, "resident": False}, 2860),
    ("CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 2}, 1393),  # 1.548 × 9, rounded after
    ("CRECHE", "ACCUEIL", TERM, {"resources": 3000, "children": 2, "disabled_child": True}, 1115),
    ("HALTE", "HALTE", TERM, {"resources": 2000}, 360),
    ("HALTE", "HALTE", TERM, {"resources": 2000, "minutes": 140}, 240),
    ("HALTE", "HALTE", TERM, {"resources": 2000, "minutes": 150}, 360),
    ("HALTE", "HALTE", TERM, {}, 1080),
]


def situation(**facts: Any) -> Situation:
    """Make a situation; a reason of absence tells whether it is justified."""
    absence = facts.get("absence")
    exact = {key: Decimal(facts[key]) for key in ("quotient", "resources") if key in facts}
    excused = absence is not None and not absence.startswith("sans-")
    return Situation(**{**facts, **exact, "absent": absence is not None, "justified": excused})


def cents(name: str, activity: str, units: str, day: str, **facts: Any) -> int:
    found = applied(name).quote(
        activity=activity, units=units.split(","), day=date.fromisoformat(day), situation=situation(**facts)
    )
    assert found.cents == sum(line.amount_cents for line in found.lines)
    return found.cents


@pytest.mark.parametrize("answer", PRICES, ids=lambda answer: "-".join(map(str, answer)))
def test_a_day_costs(answer: tuple[str, str, str, str, dict[str, Any], int]) -> None:
    name, activity, units, day, facts, price = answer
    assert cents(name, activity, units, day, **facts) == price


@pytest.mark.parametrize(("activity", "units", "day", "facts", "price"), ALL_PRICES)
def test_every_form_of_price(activity: str, units: str, day: str, facts: dict[str, Any], price: int) -> None:
    assert cents("toutes-les-formes", activity, units, day, **facts) == price


def test_what_is_booked_late_costs_what_the_limit_says() -> None:
    name, day = "toutes-les-formes", "2026-11-18"
    late = bound(name, "MERCREDI", day, unit="MER-MATIN").late
    assert late == Late(effet=LateEffect.SURCHARGE, montant=Decimal(3))
    assert cents(name, "MERCREDI", "MER-MATIN", day, quotient=500, late=late, is_late=True) == 800
    evening, morning = (bound(name, "PERI", TERM, unit=unit).late for unit in ("SOIR", "MATIN"))
    assert cents(name, "PERI", "SOIR", TERM, quotient=700, late=evening, is_late=True) == 264  # 20 % more
    assert cents(name, "PERI", "MATIN", TERM, quotient=700, late=morning, is_late=True) == 300


def test_a_month_costs_its_package_or_its_contract() -> None:
    november = date(2026, 11, 1)
    forms, creche = applied("toutes-les-formes"), applied("creche-psu")
    twice = situation(quotient=900, days_a_week=2)
    assert forms.month_quote(activity="GARDERIE", month=november, situation=twice).cents == 2000
    for rank, sum_due in ((1, 2700), (2, 2430), (3, 2160)):
        third = situation(quotient=600, days_a_week=3, rank=rank)
        assert (
            applied("matin-et-soir").month_quote(activity="GARDERIE", month=november, situation=third).cents == sum_due
        )
    agreed = situation(resources=3000, children=2, contract=Contract(Decimal(30), Decimal(44), 12))
    assert creche.month_quote(activity="CRECHE", month=november, situation=agreed).cents == 17050  # 110 h × 1.55
    assert forms.month_quote(activity="CRECHE", month=november, situation=agreed).cents == 17028  # 110 h × 1.548


@pytest.mark.parametrize(
    ("code", "quotient", "left", "taken"),
    [
        ("bons-130", 450, "130", 500),
        ("bons-130", 450, "3", 300),
        ("bons-90", 700, "90", 500),
        ("bons-90", 450, "90", 0),
    ],
)
def test_vouchers_are_consumed_line_by_line(code: str, quotient: int, left: str, taken: int) -> None:
    rules, day = applied("caf-des-vosges", 2024), date(2024, 10, 22)
    quote = rules.quote(activity="LOISIRS", units=["JOURNEE"], day=day, situation=situation(quotient=quotient))
    occasion = Occasion(day, rules.calendar.period(day), "LOISIRS", "LOISIRS", "JOURNEE", quotient=Decimal(quotient))
    helped = aids.apply(rules.book, [(quote.lines[0], occasion)], [Grant(code, Decimal(left))])
    assert helped.cents == 1400 - taken
    assert helped.grants[0].balance == Decimal(left) - Decimal(taken) / 100


def test_every_example_is_checked_here() -> None:
    asked = {row[0] for row in (*LIMITS, *CANCELLED, *PRICES)} | {"toutes-les-formes"}
    assert {file.stem for file in EXAMPLES} == asked


def test_the_file_of_all_forms_uses_every_key() -> None:
    used: set[str] = set()

    def walk(value: object) -> None:
        for key, inner in value.items() if isinstance(value, dict) else ():
            used.add(key)
            walk(inner)
        for inner in value if isinstance(value, list) else ():
            walk(inner)

    walk(tomllib.loads(example("toutes-les-formes")))
    assert set(KEYS.values()) - used == set()
