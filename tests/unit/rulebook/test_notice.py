"""Notice periods, by the vectors of real règlements and by what must always hold."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.rulebook.calendar import Calendar, Span
from backoffice.rulebook.load import Late, Operation, Rulebook, parse
from backoffice.rulebook.notice import Judgement, judge, limit
from resources.french import PARIS

CALENDAR = Calendar(
    holidays={date(2026, 11, 1): "Toussaint", date(2026, 11, 11): "Armistice", date(2026, 12, 25): "Noël"},
    school_holidays=(Span(date(2026, 10, 17), date(2026, 11, 1), "Vacances de la Toussaint"),),
    school_weekdays=frozenset({0, 1, 3, 4}),
    closures={},
)


def rulebook(rule: str, *, late: str = "refuse", operations: str = '["book", "cancel"]') -> Rulebook:
    return parse(f"""
        name = "règlement"
        version = "7"
        effective = 2026-01-01
        [[notice]]
        code = "n"
        title = "Le délai"
        activities = ["A"]
        operations = {operations}
        limit = {rule}
        late = "{late}"
        [[tariff]]
        activity = "A"
        title = "A"
        bounds = [0]
        prices.U = [1.00]
    """)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def until(rule: str, day: date) -> datetime:
    found = limit(rulebook(rule), CALENDAR, activity="A", operation=Operation.BOOK, day=day).until
    assert found is not None
    return found


ONE_DAY = "{ kind = 'jours_ouvres', days = 1, at = 10:00:00 }"
TWO_DAYS = "{ kind = 'jours_ouvres', days = 2, at = 10:00:00 }"
THURSDAY_BEFORE = "{ kind = 'semaine', weekday = 'jeudi', weeks = 1, at = 10:00:00 }"


@pytest.mark.parametrize(
    ("rule", "day", "last"),
    [  # the field's own table, zone B
        (ONE_DAY, date(2026, 11, 12), "2026-11-10T10:00"),
        (TWO_DAYS, date(2026, 11, 12), "2026-11-09T10:00"),
        (THURSDAY_BEFORE, date(2026, 11, 12), "2026-11-05T10:00"),
        (ONE_DAY, date(2026, 11, 2), "2026-10-30T10:00"),
        (TWO_DAYS, date(2026, 11, 2), "2026-10-29T10:00"),
        (THURSDAY_BEFORE, date(2026, 11, 2), "2026-10-29T10:00"),
        (ONE_DAY, date(2026, 12, 1), "2026-11-30T10:00"),
        (TWO_DAYS, date(2026, 12, 1), "2026-11-27T10:00"),
        (THURSDAY_BEFORE, date(2026, 12, 1), "2026-11-26T10:00"),
    ],
)
def test_the_limit_is_that_of_the_regulations(rule: str, day: date, last: str) -> None:
    assert until(rule, day) == at(last)


def test_summer_time_ends_between_the_limit_and_the_day() -> None:
    """Sunday 25 October 2026: ten o'clock on Friday 23 is still summer time."""
    assert until(ONE_DAY, date(2026, 10, 26)) == datetime(2026, 10, 23, 8, tzinfo=UTC)
    assert until("{ kind = 'jours_ouvres', days = 1, at = 10:00:00 }", date(2026, 10, 27)) == datetime(
        2026, 10, 26, 9, tzinfo=UTC
    )


def test_one_minute_to_midnight_holds_to_the_end_of_its_minute() -> None:
    rules = rulebook("{ kind = 'semaine', weekday = 'jeudi', weeks = 1, at = 23:59:00 }")
    bound = limit(rules, CALENDAR, activity="A", operation=Operation.BOOK, day=date(2026, 11, 26))
    assert judge(bound, at("2026-11-19T23:59:59")) is Judgement.IN_TIME
    assert judge(bound, at("2026-11-20T00:00:00")) is Judgement.LATE_REFUSED


def test_ten_oclock_is_too_late_at_ten() -> None:
    bound = limit(rulebook(TWO_DAYS), CALENDAR, activity="A", operation=Operation.BOOK, day=date(2026, 11, 26))
    assert judge(bound, at("2026-11-24T09:59:59")) is Judgement.IN_TIME
    assert judge(bound, at("2026-11-24T10:00:00")) is Judgement.LATE_REFUSED


def test_late_may_mean_that_the_staff_decide() -> None:
    rules = rulebook(TWO_DAYS, late="ask")
    bound = limit(rules, CALENDAR, activity="A", operation=Operation.BOOK, day=date(2026, 11, 26))
    assert bound.late is Late.ASK
    assert judge(bound, at("2026-11-25T12:00")) is Judgement.LATE_ASK


def test_without_a_rule_the_eve_is_the_limit() -> None:
    rules = rulebook(TWO_DAYS, operations='["cancel"]')
    bound = limit(rules, CALENDAR, activity="A", operation=Operation.BOOK, day=date(2026, 11, 26))
    assert bound.until == at("2026-11-26T00:00")
    assert "veille" in bound.steps[0]


def test_the_steps_tell_the_rule_its_version_and_each_date() -> None:
    bound = limit(rulebook(TWO_DAYS), CALENDAR, activity="A", operation=Operation.BOOK, day=date(2026, 11, 12))
    told = "\n".join(bound.steps).replace("\u202f", " ").replace("\xa0", " ")
    assert "jeudi 12 novembre 2026" in told
    assert "« Le délai » du règlement (version 7)" in told
    assert "lundi 9 novembre 2026 (1 jour non ouvré passé)" in told
    assert "Limite pour réserver : lundi 9 novembre à 10 h" in told


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
RULES = st.one_of(
    st.builds(
        lambda days, hour: f"{{ kind = 'jours_ouvres', days = {days}, at = {hour:%H:%M}:00 }}",
        st.integers(0, 20),
        st.times(),
    ),
    st.builds(
        lambda weekday, weeks, hour: (
            f"{{ kind = 'semaine', weekday = '{weekday}', weeks = {weeks}, at = {hour:%H:%M}:00 }}"
        ),
        st.sampled_from(["lundi", "jeudi", "dimanche"]),
        st.integers(0, 5),
        st.times(),
    ),
)


@given(RULES, DAYS)
def test_a_limit_is_never_after_the_day_begins(rule: str, day: date) -> None:
    assert until(rule, day) <= datetime.combine(day, time.min, PARIS)


@given(RULES, DAYS, st.integers(-400_000, 400_000), st.integers(0, 400_000))
def test_later_never_allows_more(rule: str, day: date, start: int, more: int) -> None:
    bound = limit(rulebook(rule, late="ask"), CALENDAR, activity="A", operation=Operation.BOOK, day=day)
    first = datetime.combine(day, time.min, PARIS) + timedelta(seconds=start)
    order = [Judgement.IN_TIME, Judgement.LATE_ASK]
    assert order.index(judge(bound, first)) <= order.index(judge(bound, first + timedelta(seconds=more)))
