"""Why a child is absent, and for how long."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from backoffice.attendance.lists import day_sheet
from backoffice.attendance.reasons import ranks
from backoffice.attendance.record import AttendanceEntry, record
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from models.office.billing import Invoice
from models.office.bookings import Attendance
from models.office.house import AuditEntry
from models.office.structure import RulebookVersion
from models.vocabulary import AttendanceState
from tests.factories import AGENT, RULEBOOK, TODAY, Town
from tests.months import an_issued_invoice

PRESENT, EXCUSED, AWAY = AttendanceState
MONDAY = date(2026, 11, 16)
ABSENT, HERE, BOTH = (False, True), (True, False), (True, True)
REASONS = """
[[absence]]
code = "maladie"
titre = "Maladie avec certificat"
activites = ["CANTINE"]
justifiee = true
jours_factures = 1

[[absence]]
code = "greve"
titre = "Grève"
justifiee = true

[[absence]]
code = "oubli"
titre = "Absence sans prévenir"
justifiee = false
"""


def days(**told: tuple[bool, bool]) -> dict[date, tuple[bool, bool]]:
    return {date(2026, 11, int(day[1:])): seen for day, seen in told.items()}


def numbered(told: dict[date, tuple[bool, bool]]) -> dict[int, int]:
    return {day.day: rank for day, rank in ranks(told).items()}


def test_calendar_days_are_counted_over_the_week_end() -> None:
    assert numbered(days(d06=ABSENT, d09=ABSENT, d10=ABSENT)) == {6: 1, 9: 4, 10: 5}


def test_a_presence_ends_an_absence_even_on_the_day_that_another_begins() -> None:
    assert numbered(days(d02=ABSENT, d03=HERE, d05=ABSENT)) == {2: 1, 5: 1}
    assert numbered(days(d02=ABSENT, d03=BOTH, d05=ABSENT)) == {2: 1, 3: 1, 5: 3}


def test_the_same_weekday_of_the_next_week_is_another_absence() -> None:
    assert numbered(days(d02=ABSENT, d09=ABSENT)) == {2: 1, 9: 1}


@given(st.dictionaries(st.integers(1, 28), st.sampled_from([ABSENT, HERE, BOTH])))
def test_each_absent_day_has_a_number_that_never_leaves_the_month(told: dict[int, tuple[bool, bool]]) -> None:
    found = numbered({date(2026, 11, day): seen for day, seen in told.items()})
    assert set(found) == {day for day, (_, absent) in told.items() if absent}
    assert all(1 <= rank <= day for day, rank in found.items())


def kept(office: Office) -> list[tuple[date, int | None, int]]:
    query = select(Attendance.day, Attendance.absence_day, Attendance.version).order_by(Attendance.day)
    return [tuple(row) for row in office.read(lambda session: session.execute(query).all())]


def write(office: Office, town: Town, after: int, state: AttendanceState | None, version: int | None = None) -> None:
    day = MONDAY + timedelta(days=after)
    entry = AttendanceEntry(town.home.child_id, town.meal_id, day, state, version=version)
    office.write(record, AGENT, [entry])


def test_a_forgotten_first_day_numbers_the_next_ones_again(office: Office, town: Town) -> None:
    write(office, town, 1, EXCUSED)
    write(office, town, 3, AWAY)
    write(office, town, 0, EXCUSED)
    assert [(day.day, rank) for day, rank, _ in kept(office)] == [(16, 1), (17, 2), (19, 4)]
    assert {version for *_, version in kept(office)} == {1}, "a number is no change of a colleague's cell"
    write(office, town, 1, PRESENT, version=1)
    assert [(day.day, rank) for day, rank, _ in kept(office)] == [(16, 1), (17, None), (19, 1)]
    write(office, town, 1, None, version=2)
    assert [(day.day, rank) for day, rank, _ in kept(office)] == [(16, 1), (19, 4)]


def test_what_is_billed_keeps_its_number(office: Office, town: Town) -> None:
    write(office, town, 1, EXCUSED)
    write(office, town, 2, EXCUSED)
    an_issued_invoice(office, town, meals=1)
    billed = update(Attendance).where(Attendance.day == MONDAY + timedelta(days=2))
    invoice = office.read(lambda session: session.scalars(select(Invoice.id)).one())
    office.write(lambda work: work.session.execute(billed.values(invoice_id=invoice)) and None, AGENT)
    write(office, town, 0, EXCUSED)
    assert [rank for day, rank, _ in kept(office) if day >= MONDAY] == [1, 2, 2]


def reasoned(office: Office) -> None:
    source = RULEBOOK + REASONS
    office.write(lambda work: work.session.execute(update(RulebookVersion).values(source=source)) and None, AGENT)


def test_the_sheet_offers_the_reasons_of_its_activity(office: Office, town: Town) -> None:
    assert office.read(day_sheet, town.canteen_id, TODAY).reasons == ()
    reasoned(office)
    canteen, care = (office.read(day_sheet, at, TODAY).reasons for at in (town.canteen_id, town.care_id))
    assert [(reason.code, reason.title) for reason in canteen] == [
        ("maladie", "Maladie avec certificat"),
        ("greve", "Grève"),
    ]
    assert [reason.code for reason in care] == ["greve"]
    assert office.read(day_sheet, town.canteen_id, date(2025, 12, 1)).reasons == (), "no rulebook yet"


def test_a_reason_is_kept_with_its_name(office: Office, town: Town) -> None:
    reasoned(office)
    entry = AttendanceEntry(town.home.child_id, town.meal_id, TODAY, EXCUSED, absence="greve")
    assert office.write(record, AGENT, [entry]).written == 1
    (row,) = office.read(day_sheet, town.canteen_id, TODAY).rows
    assert row.cells[0].absence is not None
    assert row.cells[0].absence.title == "Grève"


def test_the_signed_journal_never_tells_why_a_child_was_absent(office: Office, town: Town) -> None:
    reasoned(office)
    office.write(record, AGENT, [AttendanceEntry(town.home.child_id, town.meal_id, TODAY, EXCUSED, absence="maladie")])
    signed = office.read(
        lambda session: session.scalars(select(AuditEntry.new).where(AuditEntry.action == "attendance.record")).all()
    )
    assert "justified" in str(signed)
    assert "maladie" not in str(signed)


@pytest.mark.parametrize(
    ("state", "code", "sentence"),
    [
        (EXCUSED, "vacances", "n'est pas dans le règlement intérieur"),
        (EXCUSED, "oubli", "n'est pas dans le règlement intérieur"),
        (AWAY, "greve", "qu'à une absence justifiée"),
    ],
)
def test_a_reason_that_does_not_fit_is_refused(
    office: Office, town: Town, state: AttendanceState, code: str, sentence: str
) -> None:
    reasoned(office)
    with pytest.raises(RefusedByRule, match=sentence):
        office.write(record, AGENT, [AttendanceEntry(town.home.child_id, town.meal_id, TODAY, state, absence=code)])
    assert kept(office) == []
