"""When a child was there, from what was pointed unit by unit."""

from datetime import date, time

from backoffice.billing.hours import AS_PLANNED, Hours, hours_of
from backoffice.billing.rules import AttendedUnit, Facts, Terms
from backoffice.billing.scope import UnitFacts
from models.vocabulary import AttendanceState

DAY = date(2026, 10, 1)
UNITS = {
    at: UnitFacts(at, f"U{at}", 1, 1, starts, ends, (1, at))
    for at, (starts, ends) in enumerate(
        [(time(7, 30), time(13)), (time(13), time(18, 30)), (time(16, 30), time(18))], start=1
    )
}


def there(unit: int, arrived: time | None = None, left: time | None = None) -> AttendedUnit:
    return AttendedUnit(1, unit, DAY, Facts(Terms(AttendanceState.PRESENT), arrived, left))


def hours(*units: AttendedUnit, day: tuple[AttendedUnit, ...] = ()) -> Hours:
    return hours_of(units, day or units, UNITS)


def test_nothing_pointed_leaves_the_hours_of_the_units() -> None:
    assert hours(there(1), there(2)) == AS_PLANNED


def test_one_unit_says_what_was_pointed_and_no_more() -> None:
    assert hours(there(1, time(8))) == Hours(None, time(8), None, 0)


def test_two_units_end_to_end_are_one_presence() -> None:
    assert hours(there(1, time(8)), there(2, None, time(17))) == Hours(None, time(8), time(17), 0)


def test_a_gap_between_two_units_is_no_presence_and_an_overlap_counts_once() -> None:
    assert hours(there(1, time(8), time(12)), there(3, time(16, 30), time(17))) == Hours(270, time(8), time(17), 0)
    assert hours(there(2, time(13), time(17)), there(3, time(16, 30), time(18))) == Hours(None, time(13), time(18), 0)


def test_only_the_last_unit_of_the_day_can_end_late() -> None:
    morning, evening = there(1, time(8), time(13, 20)), there(2, time(13, 20), time(18, 50))
    assert hours(morning, evening).pickup_minutes == 20
    assert hours(morning, day=(morning, evening)).pickup_minutes == 0
    assert hours(morning).pickup_minutes == 20
