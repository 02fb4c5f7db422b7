"""The day's grid while it is filled."""

from datetime import time

from backoffice.attendance.lists import day_sheet
from backoffice.attendance.record import AttendanceEntry, record
from backoffice.office import Office
from models.vocabulary import AttendanceState
from tests.factories import AGENT, COLLEAGUE, TODAY, Household, Town, another_family, booked
from ui.attendance.sheet import Key, Seen, Sheet

PRESENT, JUSTIFIED = AttendanceState.PRESENT, AttendanceState.JUSTIFIED


def a_sheet(office: Office, town: Town, *homes: Household, read_only: str = "") -> Sheet:
    for home in homes:
        booked(office, home.child_id, town.morning_id, TODAY)
    return Sheet(office.read(day_sheet, town.care_id, TODAY), read_only)


def key_of(town: Town, home: Household) -> Key:
    return home.child_id, town.morning_id


def write(office: Office, town: Town, home: Household, state: AttendanceState) -> None:
    entry = AttendanceEntry(home.child_id, town.morning_id, TODAY, state)
    office.write(record, COLLEAGUE, [entry])


def test_the_space_bar_writes_the_usual_hours(office: Office, town: Town) -> None:
    sheet, key = a_sheet(office, town, town.home), key_of(town, town.home)
    sheet.set_state([key], PRESENT, usual_hours=True)
    assert sheet.seen(key) == Seen(PRESENT, time(7, 30), time(8, 30))
    assert (sheet.unsaved, sheet.is_edited(key)) == (1, True)


def test_an_absent_child_has_no_hours(office: Office, town: Town) -> None:
    sheet, key = a_sheet(office, town, town.home), key_of(town, town.home)
    sheet.set_hour(key, arrival=True, hour=time(7, 40))
    assert sheet.seen(key).state is PRESENT, "who has an hour was there"
    sheet.set_state([key], JUSTIFIED)
    assert sheet.seen(key) == Seen(JUSTIFIED)


def test_back_to_what_was_there_is_no_edit(office: Office, town: Town) -> None:
    sheet, key = a_sheet(office, town, town.home), key_of(town, town.home)
    sheet.set_state([key], PRESENT)
    sheet.set_state([key], None)
    assert sheet.unsaved == 0


def test_a_gesture_is_taken_back_whole(office: Office, town: Town) -> None:
    other = another_family(office, town)
    sheet = a_sheet(office, town, town.home, other)
    assert sheet.all_present() == 2
    assert sheet.heads()[0].present == 2
    assert sheet.undo()
    assert (sheet.unsaved, sheet.undo()) == (0, False)


def test_all_present_leaves_what_is_pointed(office: Office, town: Town) -> None:
    other = another_family(office, town)
    sheet = a_sheet(office, town, town.home, other)
    sheet.set_state([key_of(town, other)], JUSTIFIED)
    assert sheet.all_present() == 1
    heads = sheet.heads()[0]
    assert (heads.expected, heads.present, heads.absent, heads.not_pointed) == (2, 1, 1, 0)


def test_what_contradicts_itself_is_told(office: Office, town: Town) -> None:
    sheet, key = a_sheet(office, town, town.home), key_of(town, town.home)
    sheet.set_hour(key, arrival=True, hour=time(8))
    sheet.set_hour(key, arrival=False, hour=time(7))
    assert "doit suivre" in sheet.problems()[key]


def test_edits_outlive_another_reading(office: Office, town: Town) -> None:
    sheet, key = a_sheet(office, town, town.home), key_of(town, town.home)
    sheet.set_state([key], PRESENT)
    other = another_family(office, town)
    booked(office, other.child_id, town.morning_id, TODAY)
    sheet.read_again(office.read(day_sheet, town.care_id, TODAY))
    assert (len(sheet.rows()), sheet.unsaved, sheet.conflicts()) == (2, 1, ())


def test_two_hands_on_a_cell_are_both_shown(office: Office, town: Town) -> None:
    sheet, key = a_sheet(office, town, town.home), key_of(town, town.home)
    sheet.set_state([key], PRESENT)
    write(office, town, town.home, JUSTIFIED)
    sheet.read_again(office.read(day_sheet, town.care_id, TODAY))
    (conflict,) = sheet.conflicts()
    assert (conflict.mine.state, conflict.theirs.state) == (PRESENT, JUSTIFIED)
    sheet.settle(keep_mine=True)
    assert sheet.conflicts() == ()
    office.write(record, AGENT, sheet.entries())
    assert office.read(day_sheet, town.care_id, TODAY).rows[0].cells[0].state is PRESENT


def test_the_other_hand_may_be_kept(office: Office, town: Town) -> None:
    sheet, key = a_sheet(office, town, town.home), key_of(town, town.home)
    sheet.set_state([key], PRESENT)
    write(office, town, town.home, JUSTIFIED)
    sheet.read_again(office.read(day_sheet, town.care_id, TODAY))
    sheet.settle(keep_mine=False)
    assert (sheet.unsaved, sheet.seen(key).state) == (0, JUSTIFIED)


def test_the_same_word_from_both_hands_is_no_conflict(office: Office, town: Town) -> None:
    sheet, key = a_sheet(office, town, town.home), key_of(town, town.home)
    sheet.set_state([key], JUSTIFIED)
    write(office, town, town.home, JUSTIFIED)
    sheet.read_again(office.read(day_sheet, town.care_id, TODAY))
    assert (sheet.unsaved, sheet.conflicts()) == (0, ())


def test_a_sheet_that_may_not_change_says_why(office: Office, town: Town) -> None:
    sheet, key = a_sheet(office, town, town.home, read_only="Demain n'est pas venu."), key_of(town, town.home)
    assert not sheet.set_state([key], PRESENT)
    assert (sheet.unsaved, sheet.locked(key)) == (0, "Demain n'est pas venu.")


def test_an_unexpected_child_joins_the_grid(office: Office, town: Town) -> None:
    other = another_family(office, town)
    sheet = a_sheet(office, town, town.home)
    assert [row.child_id for row in sheet.unexpected()] == [other.child_id]
    sheet.added.add(other.child_id)
    assert [row.child_id for row in sheet.rows()] == [town.home.child_id, other.child_id]
    assert sheet.unexpected() == ()
