"""What the calendar lacks, where it ends, and where the packages and the commune disagree."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from backoffice.calendar.entries import Entry, EntryKind
from backoffice.calendar.rules import (
    NOTHING,
    SILENT,
    UNPUBLISHED,
    Source,
    disagreements,
    ends_soon,
    missing,
    months_after,
    school_year,
)
from backoffice.rulebook.calendar import NATURES, Calendar, ExceptionalDays, Span
from backoffice.rulebook.file.words import Exceptional, Nature
from backoffice.rulebook.seed import (
    COMPUTED,
    PUBLISHED,
    computed_school_holidays,
    public_holidays,
    school_holidays,
)

SINCE = date(2026, 9, 1)
WEEK = frozenset({0, 1, 3, 4})
SCHOOLS = {"ELE": WEEK}
OPENINGS = {"CANTINE": NATURES[Nature.CANTEEN]}
TOUSSAINT = Span(date(2026, 10, 17), date(2026, 11, 1), "Vacances de la Toussaint")
SUMMER = Span(date(2027, 7, 3), date(2027, 8, 31), "Vacances d'été")
BRIDGE = Span(date(2027, 5, 6), date(2027, 5, 9), "Pont de l'Ascension")
PUBLIC, VACATION = EntryKind.PUBLIC, EntryKind.VACATION


def kept(*spans: Span, holidays: dict[date, str] | None = None) -> Calendar:
    return Calendar(holidays or {}, spans, SCHOOLS, activities=OPENINGS)


def spans(found: list[tuple[str, date, date]]) -> tuple[Span, ...]:
    return tuple(Span(first, last, name) for name, first, last in found)


def test_sources_that_agree_with_the_commune_say_nothing() -> None:
    sources = (Source("a", (TOUSSAINT, SUMMER)), Source("b", (TOUSSAINT, SUMMER)))
    assert disagreements(kept(TOUSSAINT, SUMMER), sources, SINCE) == ()


def test_another_end_of_the_summer_says_who_says_what_and_what_it_changes() -> None:
    longer = replace(SUMMER, last=date(2027, 9, 2))
    row, *others = disagreements(kept(SUMMER), (Source("a", (SUMMER,)), Source("b", (longer,))), SINCE)
    assert not others
    assert (row.name, row.first, row.last) == ("Vacances d'été", date(2027, 9, 1), date(2027, 9, 2))
    assert row.said == ("du 03/07/2027 au 31/08/2027", "du 03/07/2027 au 02/09/2027")
    assert row.ours == "du 03/07/2027 au 31/08/2027"
    assert row.stakes == "Change le 02/09", "the first of September is a Wednesday: no class either way"
    assert row.among_sources


def test_a_weekend_more_or_less_has_no_effect() -> None:
    shorter = replace(BRIDGE, last=date(2027, 5, 7))
    row = disagreements(kept(shorter, SUMMER), (Source("a", (shorter, SUMMER)), Source("b", (BRIDGE, SUMMER))), SINCE)[
        0
    ]
    assert (row.matters, row.first, row.last) == (False, date(2027, 5, 8), date(2027, 5, 9))


def test_a_bridge_that_the_commune_keeps_as_a_day_without_class_changes_nothing_more() -> None:
    told = (Source("a", (SUMMER,)), Source("b", (BRIDGE, SUMMER)))
    off = ExceptionalDays(Span(date(2027, 5, 6), date(2027, 5, 7), "Pont"), Exceptional.NO_CLASS)
    without, bridged = kept(SUMMER), replace(kept(SUMMER), exceptions=(off,))
    assert [row.matters for row in disagreements(without, told, SINCE)] == [True]
    assert [row.matters for row in disagreements(bridged, told, SINCE)] == [False]


def test_a_correction_of_the_commune_is_told_apart_from_a_quarrel_of_the_packages() -> None:
    ours = replace(SUMMER, first=date(2027, 7, 7))
    row = disagreements(kept(ours), (Source("a", (SUMMER,)), Source("b", (SUMMER,))), SINCE)[0]
    assert (row.among_sources, row.ours) == (False, "du 07/07/2027 au 31/08/2027")


def test_what_the_commune_removed_or_added_is_told() -> None:
    fair = Span(date(2027, 6, 10), date(2027, 6, 11), "Foire")
    rows = disagreements(
        kept(fair, SUMMER), (Source("a", (TOUSSAINT, SUMMER)), Source("b", (TOUSSAINT, SUMMER))), SINCE
    )
    assert [(row.name, row.said[0], row.ours) for row in rows] == [
        ("Vacances de la Toussaint", "du 17/10/2026 au 01/11/2026", NOTHING),
        ("Foire", NOTHING, "du 10/06/2027 au 11/06/2027"),
    ]


def test_a_year_that_is_not_published_is_no_quarrel_until_the_commune_writes_it() -> None:
    reckoned = Span(date(2028, 10, 21), date(2028, 11, 5), "Vacances de la Toussaint")
    ours = replace(reckoned, last=date(2028, 11, 8))
    sources = (Source("a", (SUMMER,)), Source("b", (SUMMER, reckoned)))
    assert disagreements(kept(SUMMER), sources, SINCE) == ()
    row = disagreements(kept(SUMMER, ours), sources, SINCE)[0]
    assert row.said == (UNPUBLISHED, "du 21/10/2028 au 05/11/2028")


def test_years_gone_by_are_not_discussed_again() -> None:
    sources = (Source("a", (TOUSSAINT,)), Source("b", ()))
    assert disagreements(kept(TOUSSAINT), sources, date(2027, 9, 1)) == ()


def test_a_public_holiday_missing_or_added_is_told_over_the_years_kept() -> None:
    armistice, fair, later = date(2026, 11, 11), date(2026, 12, 8), date(2027, 1, 1)
    source = Source("b", (), {armistice: "Armistice", date(2026, 12, 25): "Noël", later: "Jour de l'an"})
    ours = kept(holidays={fair: "Foire", date(2026, 12, 25): "Noël"})
    rows = disagreements(ours, (Source("a", ()), source), SINCE)
    assert [(row.name, row.said, row.ours) for row in rows] == [
        ("Armistice", (SILENT, "férié"), "jour ordinaire"),
        ("Foire", (SILENT, "jour ordinaire"), "férié"),
    ]


@pytest.mark.parametrize("zone", ["A", "B", "C"])
def test_the_real_packages_disagree_on_bridges_and_on_the_ends_of_summers(zone: str) -> None:
    ours = replace(
        kept(*spans(school_holidays(zone, 2026, 2028))), holidays=dict(public_holidays(2026, 2028)), activities={}
    )
    sources = (
        Source(PUBLISHED, spans(school_holidays(zone, 2026, 2028))),
        Source(COMPUTED, spans(computed_school_holidays(zone, 2026, 2028)), dict(public_holidays(2026, 2028))),
    )
    rows = disagreements(ours, sources, date(2025, 9, 1))
    assert {row.name for row in rows} == {"Pont de l'Ascension", "Vacances d'été"}
    bridge = next(row for row in rows if row.first == date(2026, 5, 14))
    assert (bridge.ours, bridge.stakes) == (NOTHING, "Change le 15/05")
    summer = next(row for row in rows if row.last == date(2028, 9, 3))
    assert summer.stakes == "Change le 04/07 et le 01/09"


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2027, 2, 27), None),
        (date(2027, 3, 1), "finit dans moins de six mois"),
        (date(2027, 9, 1), "ne couvre plus aujourd'hui"),
    ],
)
def test_a_calendar_that_ends_within_six_months_is_told(today: date, told: str | None) -> None:
    calendar = kept(SUMMER, holidays={date(2028, 12, 25): "Noël"})
    said = ends_soon(calendar, today)
    assert said is None if told is None else said is not None and told in said and "31/08/2027" in said
    assert said is None or "fériés" not in said


def test_an_empty_calendar_says_both_things_that_it_lacks() -> None:
    said = ends_soon(kept(), SINCE)
    assert said is not None
    assert "vacances scolaires ne sont pas connues" in said
    assert "jours fériés ne sont pas connus" in said


def test_public_holidays_alone_may_end() -> None:
    said = ends_soon(kept(replace(SUMMER, last=date(2029, 8, 31)), holidays={date(2026, 11, 11): "Armistice"}), SINCE)
    assert said is not None
    assert "jours fériés ne sont connus que jusqu'au 31/12/2026" in said


def test_completing_adds_what_follows_and_undoes_no_correction() -> None:
    def public(day: date) -> Entry:
        return Entry(PUBLIC, day, day, "Férié")

    toussaint = Entry(VACATION, TOUSSAINT.first, TOUSSAINT.last, TOUSSAINT.name)
    moved = Entry(VACATION, date(2026, 12, 18), date(2027, 1, 4), "Noël", id=3)
    found = [
        toussaint,  # removed by hand
        Entry(VACATION, date(2026, 12, 19), date(2027, 1, 3), "Vacances de Noël"),  # moved by hand
        Entry(VACATION, date(2027, 2, 20), date(2027, 3, 7), "Vacances d'hiver"),
        Entry(VACATION, date(2027, 10, 23), date(2027, 11, 7), TOUSSAINT.name),
        public(date(2026, 11, 11)),  # removed by hand
        public(date(2026, 12, 25)),
        public(date(2027, 1, 1)),
    ]
    ours = [moved, public(date(2026, 12, 25))]
    assert [entry.first for entry in missing(ours, found)] == [
        date(2027, 2, 20), date(2027, 10, 23), date(2027, 1, 1),
    ]  # fmt: skip
    assert missing([], found) == tuple(found)


@settings(max_examples=40)
@given(some.sets(some.integers(0, 15)))
def test_completing_twice_adds_nothing_more(kept_ones: set[int]) -> None:
    found = [Entry(VACATION, first, last, name) for name, first, last in school_holidays("B", 2025, 2028)]
    ours = [entry for at, entry in enumerate(found) if at in kept_ones]
    once = [*ours, *missing(ours, found)]
    assert missing(once, found) == ()
    assert not [one for one in once if any(one.meets(other) for other in once if other is not one)]


@pytest.mark.parametrize(
    ("day", "first"),
    [(date(2026, 8, 31), date(2025, 9, 1)), (date(2026, 9, 1), SINCE), (date(2027, 1, 1), SINCE)],
)
def test_a_school_year_begins_in_september(day: date, first: date) -> None:
    assert school_year(day) == first


def test_six_months_after_the_end_of_august_is_the_end_of_february() -> None:
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
