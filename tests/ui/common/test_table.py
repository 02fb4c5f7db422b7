"""Lists: French order, states, keyboard, copy, emptiness."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from pytestqt.qtbot import QtBot

from resources.french import euros
from ui.common.listing import TableView
from ui.common.table import ROW, STATE, Column, RowTable
from ui.shell.theme import State, theme

pytestmark = pytest.mark.window


class Status(StrEnum):
    A_REFUSED = "a"
    B_ACCEPTED = "b"


WORDS = {Status.A_REFUSED: "Refusée", Status.B_ACCEPTED: "Acceptée"}
STATES = {Status.A_REFUSED: State.REFUSED, Status.B_ACCEPTED: State.ACCEPTED}


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    name: str | None
    cents: int
    status: Status = Status.A_REFUSED
    born: date | None = None


COLUMNS: tuple[Column[Row], ...] = (
    Column("Nom", lambda row: row.name, stretch=True, tip=lambda row: f"n° {row.id}"),
    Column("Montant", lambda row: row.cents, euros, number=True),
    Column("État", lambda row: row.status, WORDS.__getitem__, state=lambda row: STATES[row.status]),
    Column("Né le", lambda row: row.born, spoken=lambda row: "né le 1er mars" if row.born else "sans date"),
)
ROWS = [
    Row(1, "Zola", 500),
    Row(2, "Évrard", 12_50, Status.B_ACCEPTED, date(2019, 3, 1)),
    Row(3, None, -300),
    Row(4, "Œuvrard", 0),
    Row(5, "evrard-petit", 100, Status.B_ACCEPTED),
]
UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


def a_list(qtbot: QtBot, **options: Any) -> TableView[Row]:
    view: TableView[Row] = TableView(COLUMNS, name="Familles", empty="Aucune famille.", **options)
    qtbot.addWidget(view)
    view.resize(900, 400)
    return view


def ids(table: RowTable[Row]) -> list[int]:
    return [row.id for row in table.rows]


def test_the_model_keeps_qts_rules(qtmodeltester: Any) -> None:
    table: RowTable[Row] = RowTable(COLUMNS)
    qtmodeltester.check(table)
    table.show(ROWS)
    table.sort(0)
    qtmodeltester.check(table)


def test_names_are_sorted_as_a_french_dictionary_blanks_first(qapp: object) -> None:
    table: RowTable[Row] = RowTable(COLUMNS)
    table.show(ROWS)
    table.sort(0, UP)
    assert ids(table) == [3, 2, 5, 4, 1]
    table.sort(1, DOWN)
    assert ids(table) == [2, 1, 5, 4, 3]
    table.sort(2, UP)
    assert [row.status for row in table.rows] == [Status.B_ACCEPTED] * 2 + [Status.A_REFUSED] * 3
    table.sort(3, UP)
    assert ids(table)[-1] == 2
    table.sort(-1, UP)
    assert ids(table) == [1, 2, 3, 4, 5]


def test_new_rows_keep_the_order_asked_for(qapp: object) -> None:
    table: RowTable[Row] = RowTable(COLUMNS)
    table.show(ROWS)
    table.sort(1, UP)
    table.show([*ROWS, Row(6, "Aubert", 1)])
    assert ids(table) == [3, 4, 6, 5, 1, 2]


def test_a_cell_says_all_it_has_to_say(qapp: object) -> None:
    table: RowTable[Row] = RowTable(COLUMNS)
    table.show(ROWS)
    amount, state, born = table.index(1, 1), table.index(1, 2), table.index(1, 3)
    assert amount.data() == euros(12_50)
    assert amount.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert table.headerData(1, Qt.Orientation.Horizontal) == "Montant"
    assert State(state.data(STATE)) is State.ACCEPTED
    assert state.data(Qt.ItemDataRole.ForegroundRole) == theme().ink(State.ACCEPTED)
    assert born.data() == "01/03/2019"
    assert born.data(Qt.ItemDataRole.AccessibleTextRole) == "né le 1er mars"
    assert table.index(2, 0).data() == ""
    assert table.index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == "n° 1"
    assert table.index(0, 0).data(ROW) is ROWS[0]


def test_an_empty_list_says_so_to_the_eye_and_to_a_screen_reader(qtbot: QtBot) -> None:
    view = a_list(qtbot)
    view.show_loading()
    assert view.accessibleDescription() == "Chargement…"
    view.show_rows([])
    assert view.accessibleDescription() == "Aucune famille."
    said = view.grab().toImage()
    view.say_when_empty("")
    assert view.grab().toImage() != said
    view.show_rows(ROWS)
    assert view.accessibleDescription() == ""
    named = QAccessible.queryAccessibleInterface(view)
    assert named is not None
    assert named.text(QAccessible.Text.Name) == "Familles"


def test_a_refresh_keeps_the_row_the_agent_was_on(qtbot: QtBot) -> None:
    view = a_list(qtbot)
    view.show_rows(ROWS)
    assert view.choose(4)
    chosen: list[Row | None] = []
    view.row_chosen.connect(chosen.append)
    view.show_rows([Row(9, "Nouveau", 1), *ROWS])
    assert view.chosen() == ROWS[3]
    assert chosen == [ROWS[3]]
    view.show_rows(ROWS[:2])
    assert view.chosen() is None
    assert chosen[-1] is None
    view.choose_first()
    assert view.chosen() == ROWS[0]


def test_enter_and_a_double_click_open_a_row(qtbot: QtBot) -> None:
    view = a_list(qtbot)
    view.show_rows(ROWS)
    view.choose(2)
    view.show()
    opened: list[Row] = []
    view.row_opened.connect(opened.append)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    where = view.visualRect(view.model_of_rows.index(0, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened == [ROWS[1], ROWS[0]]


def test_copied_rows_go_to_a_sheet_and_never_run(qtbot: QtBot) -> None:
    view = a_list(qtbot, multiple=True)
    view.show_rows([Row(1, "=HYPERLINK(1)", -300), Row(2, "Évrard\tPetit", 1)])
    view.show()
    view.selectAll()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert lines[0] == ["Nom", "Montant", "État", "Né le"]
    assert lines[1][:2] == ["'=HYPERLINK(1)", "-3,00 €"]
    assert lines[2][0] == "Évrard Petit"
    assert len(view.chosen_rows()) == 2


def test_the_width_given_to_a_column_is_remembered(qtbot: QtBot) -> None:
    view = a_list(qtbot, saved_as="families")
    view.show()
    view.show_rows(ROWS)
    view.setColumnWidth(1, 222)
    qtbot.waitUntil(lambda: QSettings().contains("columns/families"))
    other = a_list(qtbot, saved_as="families")
    other.show()
    other.show_rows(ROWS)
    assert other.columnWidth(1) == 222


def test_the_list_fills_its_width(qtbot: QtBot) -> None:
    view = a_list(qtbot)
    view.show()
    view.show_rows(ROWS)
    assert sum(view.columnWidth(at) for at in range(4)) == view.viewport().width()
    assert len(view.grab().toImage().size().toTuple()) == 2


def test_a_column_grows_with_the_rows_that_are_scrolled_to(qtbot: QtBot) -> None:
    view = a_list(qtbot)
    view.show()
    view.show_rows([replace(ROWS[0], id=at, cents=100) for at in range(3000)])
    view.show_rows([replace(ROWS[0], id=at, cents=100 if at < 2999 else 12_345_678_900) for at in range(3000)])
    before = view.columnWidth(1)
    view.scrollToBottom()
    qtbot.waitUntil(lambda: view.columnWidth(1) > before)


def test_a_column_grows_with_what_it_comes_to_hold_until_the_agent_sizes_it(qtbot: QtBot) -> None:
    view = a_list(qtbot)
    view.show()
    view.show_rows(ROWS)
    before, wider = view.columnWidth(1), [replace(row, cents=12_345_678_900) for row in ROWS]
    view.show_rows(wider)
    assert view.columnWidth(1) > before
    assert sum(view.columnWidth(at) for at in range(4)) == view.viewport().width()
    view.setColumnWidth(1, before)
    view.show_rows(wider)
    assert view.columnWidth(1) == before
