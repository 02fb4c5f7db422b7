"""The grid of a day, its roll call, and the month's workbook."""

import json
from datetime import date, time
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import update

from backoffice.attendance.export import export_attendance, month_attendance
from backoffice.attendance.lists import DayProgress, Health, day_sheet, pointed_days
from backoffice.attendance.record import AttendanceEntry, record
from backoffice.attendance.roll_call import print_roll_call, roll_call
from backoffice.attendance.rules import hours_of, suggested_hours
from backoffice.errors import RefusedByRule
from backoffice.office import Office, Work
from models.office.families import Child, PickupPerson
from models.vocabulary import ActivityKind, AttendanceState, BookingState, Diet
from resources.french import NARROW
from tests.factories import AGENT, THURSDAY, TODAY, Town, another_child, another_family, booked

MONDAY = date(2026, 11, 23)
PRESENT, AWAY = AttendanceState.PRESENT, AttendanceState.UNJUSTIFIED


def watch(office: Office, child_id: int) -> None:
    """Give a child an allergy, a diet, and somebody who may not collect it."""

    def change(work: Work) -> None:
        told = json.dumps({"pai": True, "allergies": ["arachide"], "needs": "trousse au bureau"})
        work.session.execute(
            update(Child).where(Child.id == child_id).values(health_sealed=work.sealer.seal(told), diet=Diet.NO_PORK)
        )
        work.session.add(PickupPerson(child_id=child_id, name="X", relation="oncle", phone=None, allowed=False))

    office.write(change, AGENT)


def test_the_sheet_counts_whom_it_expects_and_whom_it_sees(office: Office, town: Town) -> None:
    noe = another_child(office, town, town.home.family_id)  # five years old
    zoe = another_child(office, town, town.home.family_id, "Zoé")
    booked(office, town.home.child_id, town.meal_id, TODAY)
    booked(office, noe, town.meal_id, TODAY)
    booked(office, zoe, town.meal_id, TODAY, state=BookingState.CANCELLED)
    office.write(record, AGENT, [AttendanceEntry(noe, town.meal_id, TODAY, PRESENT, time(12), None, "goûter")])

    sheet = office.read(day_sheet, town.canteen_id, TODAY)

    assert [(row.first_name, row.age, row.expected, row.enrolled) for row in sheet.rows] == [
        ("Léa", 7, True, True),
        ("Noé", 5, True, True),
        ("Zoé", 5, False, True),
    ]
    lea, other = sheet.rows[0].cells[0], sheet.rows[1].cells[0]
    assert (lea.booking, lea.state, lea.version) == (BookingState.BOOKED, None, None)
    assert (other.state, other.arrived, other.note, other.version) == (PRESENT, time(12), "goûter", 1)
    (count,) = sheet.counts
    assert (count.expected, count.present, count.absent, count.not_pointed) == (2, 1, 0, 1)
    assert (count.expected_under_6, count.expected_from_6, count.present_under_6, count.present_from_6) == (1, 1, 1, 0)
    assert sheet.closed is None
    assert office.read(day_sheet, town.canteen_id, date(2026, 12, 25)).closed == f"Férié{NARROW}: Noël"


def test_health_is_read_with_the_key_only(office: Office, town: Town) -> None:
    watch(office, town.home.child_id)
    (row,) = office.read(day_sheet, town.canteen_id, TODAY).rows
    assert row.health is None
    (row,) = office.read(day_sheet, town.canteen_id, TODAY, office.sealer).rows
    assert row.health == Health(pai=True, allergies=("arachide",), needs="trousse au bureau")


def test_a_child_pointed_without_an_enrolment_is_still_shown(office: Office, town: Town) -> None:
    office.write(record, AGENT, [AttendanceEntry(town.home.child_id, town.meal_id, TODAY, AWAY)])
    with office.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM enrolment")
    (row,) = office.read(day_sheet, town.canteen_id, TODAY).rows
    assert (row.expected, row.enrolled, row.group) == (True, False, "")
    assert office.read(day_sheet, town.canteen_id, TODAY, None, town.canteen_group_id).rows == ()


def test_progress_tells_days_that_wait(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.meal_id, MONDAY, TODAY)
    office.write(record, AGENT, [AttendanceEntry(town.home.child_id, town.meal_id, MONDAY, PRESENT)])
    found = office.read(pointed_days, town.canteen_id, MONDAY, THURSDAY)
    assert found == {MONDAY: DayProgress(1, 1), TODAY: DayProgress(1, 0)}


def test_an_unknown_activity_is_refused(office: Office, town: Town) -> None:
    with pytest.raises(RefusedByRule):
        office.read(day_sheet, 999, TODAY)


def test_the_roll_call_says_what_to_watch_and_never_why(office: Office, town: Town) -> None:
    watch(office, town.home.child_id)
    another_family(office, town)
    booked(office, town.home.child_id, town.meal_id, TODAY)

    (document,) = office.read(roll_call, town.canteen_id, TODAY, office.sealer)

    (row,) = document.rows
    assert (document.group, document.units, document.expected_count) == ("Tous", ("Repas",), 1)
    assert (row.number, row.last_name, row.expected) == (1, "Martin", (True,))
    assert (row.has_pai, row.has_allergy, row.diet, row.has_forbidden_person) == (True, True, "sans porc", True)
    text = " ".join(
        page.extract_text()
        for page in PdfReader(BytesIO(office.read(print_roll_call, town.canteen_id, TODAY, office.sealer))).pages
    )
    assert "Martin" in text
    assert "Petit" not in text
    assert "arachide" not in text


def test_the_months_workbook_holds_every_line_with_real_dates(office: Office, town: Town) -> None:
    other = another_family(office, town)
    booked(office, town.home.child_id, town.meal_id, MONDAY, TODAY, THURSDAY)
    office.write(
        record,
        AGENT,
        [
            AttendanceEntry(town.home.child_id, town.meal_id, MONDAY, PRESENT, time(12), time(12, 30)),
            AttendanceEntry(other.child_id, town.meal_id, TODAY, AWAY),
        ],
    )

    document = office.read(month_attendance, "CANTINE", TODAY, now=office.now())

    (group,) = document.groups
    assert document.days_open == group.days_open == 14  # school days of November up to today
    assert [(row.last_name, row.day, row.booked, row.state, str(row.hours)) for row in group.rows] == [
        ("Martin", MONDAY, True, "present", "1.50"),
        ("Martin", TODAY, True, "unrecorded", "0"),
        ("Petit", TODAY, False, "unjustified", "0"),
    ]
    book = load_workbook(BytesIO(office.read(export_attendance, "CANTINE", TODAY, now=office.now())))
    assert book.sheetnames == ["Synthèse", "Tous"]
    with pytest.raises(RefusedByRule, match=r"Les services sont.: CANTINE et PERI"):
        office.read(export_attendance, "PISCINE", TODAY, now=office.now())


def test_hours_are_the_bands_or_the_childs_own() -> None:
    band = time(7, 30), time(13)
    assert str(hours_of(ActivityKind.PERISCOLAIRE, band, (time(8), time(9)))) == "5.50"
    assert str(hours_of(ActivityKind.CRECHE, band, (time(8), time(9, 20)))) == "1.33"
    assert str(hours_of(ActivityKind.CRECHE, band, (time(8), None))) == "5.50"


def test_hours_are_proposed_to_children_who_were_there() -> None:
    assert suggested_hours(PRESENT, time(12), time(13)) == (time(12), time(13))
    assert suggested_hours(AWAY, time(12), time(13)) == (None, None)
