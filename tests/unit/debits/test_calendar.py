"""The days on which banks settle."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.debits.calendar import is_target_day, target_day

# as the European Central Bank publishes them
CLOSED = {
    2024: ["01-01", "03-29", "04-01", "05-01", "12-25", "12-26"],
    2025: ["01-01", "04-18", "04-21", "05-01", "12-25", "12-26"],
    2026: ["01-01", "04-03", "04-06", "05-01", "12-25", "12-26"],
    2027: ["01-01", "03-26", "03-29", "05-01", "12-25", "12-26"],
    2028: ["01-01", "04-14", "04-17", "05-01", "12-25", "12-26"],
}


@pytest.mark.parametrize("year", CLOSED)
def test_target_closes_on_weekends_and_on_six_days_a_year(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=at) for at in range(365)]
    working = [day for day in days if day.isoweekday() < 6]
    expected = {date.fromisoformat(f"{year}-{day}") for day in CLOSED[year]}
    assert {day for day in working if not is_target_day(day)} == {day for day in expected if day.isoweekday() < 6}
    assert not [day for day in days if day.isoweekday() >= 6 and is_target_day(day)]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (date(2026, 11, 24), date(2026, 11, 24)),
        (date(2026, 11, 28), date(2026, 11, 30)),  # a Saturday
        (date(2026, 12, 25), date(2026, 12, 28)),  # Christmas, a Friday, then the weekend
        (date(2026, 4, 3), date(2026, 4, 7)),  # from Good Friday to Easter Tuesday
        (date(2027, 1, 1), date(2027, 1, 4)),
        (date(2026, 7, 14), date(2026, 7, 14)),  # a French holiday on which banks settle
        (date(2026, 11, 11), date(2026, 11, 11)),
    ],
)
def test_a_debit_waits_for_the_next_day_on_which_banks_settle(asked: date, given: date) -> None:
    assert target_day(asked) == given


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)))
@settings(max_examples=60)
def test_a_target_day_is_near_and_stays_where_it_is(day: date) -> None:
    found = target_day(day)
    assert 0 <= (found - day).days <= 4
    assert target_day(found) == found
