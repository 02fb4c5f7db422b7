"""The month's attendance, read back."""

from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from reports.sheets.attendance import AttendanceGroup, render_attendance
from tests.reports.samples import ATTENDANCE, attendance_row

FIRST = 6  # a title, two lines of context, a blank line, the heads


@pytest.fixture(scope="module")
def book():
    return load_workbook(BytesIO(render_attendance(ATTENDANCE)))


def values(sheet, row: int) -> list[object]:
    return [cell.value for cell in sheet[row]]


def test_each_group_has_a_sheet_under_a_title_that_excel_accepts(book) -> None:
    assert book.sheetnames == ["Synthèse", "Petits 3 5 ans école maternelle", "Grands", "GRANDS (2)"]
    assert all(len(title) <= 31 for title in book.sheetnames)
    assert book["Petits 3 5 ans école maternelle"]["A1"].value == "Petits [3/5 ans] : école maternelle du Centre"


def test_dates_times_and_hours_are_real(book) -> None:
    row = book["Grands"][FIRST]
    assert row[0].value == datetime(2026, 11, 12)  # noqa: DTZ001  # a sheet knows no zone
    assert row[0].number_format == "dd/mm/yyyy"
    assert row[3].is_date
    assert (row[9].value, row[9].number_format) == (time(16, 30), "hh:mm")
    assert (row[11].value, row[11].data_type, row[11].number_format) == (1.5, "n", "#,##0.00")


def test_the_age_is_that_of_the_day(book) -> None:
    ages = [book.worksheets[1].cell(row, 5).value for row in range(FIRST, FIRST + 4)]
    assert ages == [5, 5, 6, 6]  # the birthday is on the 10th


@pytest.mark.parametrize("text", ["=1+1", "+33", "-Évrard", "@Zola", "\tx", "#N/A", "=HYPERLINK(1)"])
def test_a_text_never_runs(text: str) -> None:
    group = AttendanceGroup(text, 1, (attendance_row(text, class_name=text),))
    book = load_workbook(BytesIO(render_attendance(replace(ATTENDANCE, groups=(group,)))))
    for cell in (book["Synthèse"].cell(FIRST, 1), book.worksheets[1].cell(FIRST, 2), book.worksheets[1].cell(FIRST, 6)):
        assert (cell.value, cell.data_type) == (text, "s")
        assert bool(cell.quotePrefix) == (text[0] != "#")


def test_a_name_after_a_dangerous_one_is_plain_again(book) -> None:
    sheet = book["Grands"]
    assert (sheet.cell(FIRST, 2).value, sheet.cell(FIRST, 3).quotePrefix) == ("-Évrard", False)


def test_states_are_words_and_the_absent_have_no_hours(book) -> None:
    absent = values(book.worksheets[1], FIRST + 3)
    assert absent[7:] == ["oui", "absence non justifiée", None, None, None]
    assert values(book["Grands"], FIRST + 1)[7:9] == ["non", "présent"]


def test_the_summary_counts_each_group_and_adds_up(book) -> None:
    sheet = book["Synthèse"]
    assert values(sheet, FIRST)[1:] == [3, 16, 3, 2, 1, 0, 1, 0, 4.5, 3, 1.5]
    assert values(sheet, FIRST + 1)[1:] == [2, 18, 2, 0, 2, 0, 0, 0, 3, 0, 3]
    total = values(sheet, FIRST + 3)
    assert total[:3] == ["Ensemble du service", 4, 18]  # -Évrard is in both groups
    assert total[3:] == [f"=SUM({letter}6:{letter}8)" for letter in "DEFGHIJKL"]


def test_the_detail_ends_with_sums_out_of_the_filter(book) -> None:
    sheet = book.worksheets[1]
    assert sheet["L10"].value == "=SUM(L6:L9)"
    assert sheet["I10"].value == '=COUNTIF(I6:I9,"présent")'
    assert sheet.auto_filter.ref == "A5:L9"
    assert values(book["GRANDS (2)"], FIRST)[11] == 0  # an empty sum would run round in circles


def test_sheets_read_and_print_well(book) -> None:
    for sheet in book:
        assert sheet.freeze_panes == "A6"
        assert sheet.print_title_rows == "$5:$5"
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)


def test_the_same_month_gives_the_same_bytes_dated_by_the_document() -> None:
    first = render_attendance(ATTENDANCE)
    assert first == render_attendance(ATTENDANCE)
    properties = load_workbook(BytesIO(first)).properties
    assert properties.created.replace(tzinfo=UTC) == ATTENDANCE.made_at
    assert properties.modified.replace(tzinfo=UTC) == ATTENDANCE.made_at
    assert {member.date_time for member in ZipFile(BytesIO(first)).infolist()} == {(2026, 12, 1, 9, 5, 8)}


def test_what_a_sheet_cannot_hold_is_left_out() -> None:
    group = AttendanceGroup("''\x07[]", 1, (attendance_row("Mar\x00tin", hours=Decimal("0.25")),))
    book = load_workbook(BytesIO(render_attendance(replace(ATTENDANCE, groups=(group,)))))
    assert book.sheetnames[1] == "Groupe"
    assert book["Groupe"].cell(FIRST, 2).value == "Martin"
