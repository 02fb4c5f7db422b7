"""« Calendrier » with its real database, its threads, its mouse and its keyboard."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from sqlalchemy import delete

from backoffice.calendar.edit import write_entry
from backoffice.calendar.entries import Entry, EntryKind
from backoffice.calendar.lists import entries, read_year
from backoffice.office import Office, Work
from backoffice.permissions import Agent
from models.office.structure import School, SchoolHoliday
from models.vocabulary import Role
from tests.factories import AGENT, TODAY, Town, booked
from tests.ui.at_desk import OffGui, nameless
from ui.calendar.dialogs import EntryDialog, WeekDialog, ZoneDialog
from ui.calendar.screen import LINES, PLACES, QUARRELS, YEAR, CalendarScreen, calendar_screen
from ui.calendar.table import LOOKS
from ui.calendar.year import DAY, YearTable
from ui.common.changes import Changes
from ui.common.dialogs import Confirmation
from ui.common.tasks import Tasks
from ui.shell.theme import State, theme

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton
FRIDAY = date(2026, 11, 27)


def opened(qtbot: QtBot, office: Office, tasks: Tasks, *, agent: Agent = AGENT) -> CalendarScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = calendar_screen(office, agent, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: screen.grid.chosen() == TODAY and screen.panel.page is not None)
    screen.grid.setFocus()
    return screen


def dialog_of(screen: QWidget, kind: type[QDialog]) -> QDialog | None:
    return next((dialog for dialog in screen.findChildren(kind) if dialog.isVisible()), None)


def entry_dialog(screen: CalendarScreen) -> EntryDialog:
    dialog = dialog_of(screen, EntryDialog)
    assert isinstance(dialog, EntryDialog)
    return dialog


def click_day(qtbot: QtBot, screen: CalendarScreen, day: date) -> None:
    box = screen.grid.visualRect(screen.grid.table.index_of(day))
    qtbot.mouseClick(screen.grid.viewport(), LEFT, pos=box.center())
    qtbot.waitUntil(lambda: screen.panel.page is not None and screen.panel.page.day.day == day)


def choose(field: QWidget, code: str) -> None:
    field.setCurrentIndex(field.findData(code))


def test_a_bridge_is_added_from_the_year_with_the_mouse(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    booked(office, town.home.child_id, town.meal_id, FRIDAY)
    said: list[str] = []
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        screen.said.connect(lambda sentence, _state: said.append(sentence))
        click_day(qtbot, screen, FRIDAY)
        qtbot.mouseClick(screen.panel.add_button, LEFT)
        dialog = entry_dialog(screen)
        qtbot.mouseClick(dialog.submit, LEFT)
        assert "obligatoire" in dialog.form.fields["name"].fault.sentence()
        qtbot.keyClicks(dialog.name, "Pont des vendanges")
        qtbot.mouseClick(dialog.submit, LEFT)
        qtbot.waitUntil(lambda: screen._form is None)
        qtbot.waitUntil(lambda: "Pont des vendanges" in screen.panel.said.text())
        index = screen.grid.table.index_of(FRIDAY)
        qtbot.waitUntil(lambda: "pont ou jour sans classe" in index.data(Qt.ItemDataRole.AccessibleTextRole))
        assert tasks.drain()
    assert "1 réservation tombe" in said[-1]
    written = next(entry for entry in office.read(entries) if entry.first == FRIDAY)
    assert (written.kind, written.name) == (EntryKind.NO_CLASS, "Pont des vendanges")


def test_the_year_is_walked_with_the_arrows_from_month_to_month(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    grid = screen.grid
    grid.choose(date(2026, 11, 30))
    for key, day in (
        (Qt.Key.Key_Down, date(2026, 12, 1)),
        (Qt.Key.Key_Up, date(2026, 11, 30)),
        (Qt.Key.Key_Right, date(2026, 12, 30)),
        (Qt.Key.Key_Right, date(2027, 1, 30)),
        (Qt.Key.Key_Right, date(2027, 2, 28)),
        (Qt.Key.Key_Left, date(2027, 1, 28)),
    ):
        qtbot.keyClick(grid, key)
        assert grid.chosen() == day
    qtbot.waitUntil(lambda: screen.panel.named.text() == "Jeudi 28 janvier 2027")
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert screen._form is not None, "Enter adds a line on the day"
    assert entry_dialog(screen).wished().first == date(2027, 1, 28)
    entry_dialog(screen).reject()


def test_a_closure_of_one_place_is_written_then_corrected_then_taken_away(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    qtbot.mouseClick(screen.add_button, LEFT)
    dialog = entry_dialog(screen)
    choose(dialog.kind, EntryKind.CLOSED.value)
    assert [dialog.place.itemText(at) for at in range(dialog.place.count())] == [
        "Tous les établissements", "Accueil du Stade",
    ]  # fmt: skip
    choose(dialog.place, town.facility_id)
    qtbot.keyClicks(dialog.name, "Travaux")
    dialog.last.setDate(dialog.first.date().addDays(-1))
    qtbot.mouseClick(dialog.submit, LEFT)
    assert "précède" in dialog.form.fields["last"].fault.sentence()
    dialog.last.setDate(dialog.first.date().addDays(2))
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: screen._form is None)
    screen.tabs.setCurrentIndex(LINES)
    choose(screen.lines.filter, EntryKind.CLOSED)
    table = screen.lines.table
    qtbot.waitUntil(lambda: [row.entry.name for row in table.model_of_rows.rows] == ["Travaux"])
    table.choose_first()
    qtbot.mouseClick(screen.lines.edit_button, LEFT)
    dialog = entry_dialog(screen)
    dialog.name.setText("Grands travaux")
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: [row.entry.name for row in table.model_of_rows.rows] == ["Grands travaux"])
    table.choose_first()
    qtbot.mouseClick(screen.lines.remove_button, LEFT)
    asked = dialog_of(screen, Confirmation)
    assert isinstance(asked, Confirmation)
    qtbot.mouseClick(asked.confirm, LEFT)
    qtbot.waitUntil(lambda: not table.model_of_rows.rows)
    assert not [entry for entry in office.read(entries) if entry.kind is EntryKind.CLOSED]


def test_what_another_agent_wrote_meanwhile_keeps_the_form_open(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    qtbot.mouseClick(screen.add_button, LEFT)
    dialog = entry_dialog(screen)
    choose(dialog.kind, EntryKind.PUBLIC.value)
    assert not dialog.form.fields["last"].isVisible()
    qtbot.keyClicks(dialog.name, "Foire")
    dialog._check = lambda _wished, _seen: None  # this desk has not heard of it yet
    office.write(write_entry, AGENT, Entry(EntryKind.PUBLIC, TODAY, TODAY, "Marché"))
    qtbot.mouseClick(dialog.submit, LEFT)
    fault = dialog.form.fields["first"].fault
    qtbot.waitUntil(lambda: "déjà férié" in fault.sentence() and "Marché" in fault.sentence())
    assert dialog.name.text() == "Foire"
    dialog.reject()


def test_a_school_week_and_the_zone_are_changed(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    screen.tabs.setCurrentIndex(PLACES)
    qtbot.mouseClick(screen.places.week_button, LEFT)
    dialog = dialog_of(screen, WeekDialog)
    assert isinstance(dialog, WeekDialog)
    assert nameless(dialog) == []
    qtbot.mouseClick(dialog.days[2], LEFT, pos=QPoint(8, dialog.days[2].height() // 2))
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: 2 in screen.places.schools.model_of_rows.rows[0].weekdays)
    assert office.read(lambda session: session.get_one(School, town.school_id).weekdays) == "12345"
    qtbot.mouseClick(screen.places.zone_button, LEFT)
    zone = dialog_of(screen, ZoneDialog)
    assert isinstance(zone, ZoneDialog)
    choose(zone.zone, "A")
    qtbot.mouseClick(zone.submit, LEFT)
    qtbot.waitUntil(lambda: screen.zone.text() == "Zone A")
    assert any("règlement intérieur en vigueur dit zone B" in told for told in screen.notices.sentences)


def test_a_calendar_about_to_end_is_completed_by_one_button(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    def forget(work: Work) -> None:
        work.session.execute(delete(SchoolHoliday).where(SchoolHoliday.starts > date(2027, 1, 1)))

    office.write(forget, AGENT)
    screen = opened(qtbot, office, tasks)
    assert screen.notices.isVisible()
    assert "finit dans moins de six mois" in screen.notices.sentences[0]
    qtbot.mouseClick(screen.complete_button, LEFT)
    qtbot.waitUntil(screen.notices.isHidden)
    assert [entry for entry in office.read(entries) if entry.first == date(2028, 7, 4)]


def test_the_sources_disagree_and_the_other_dates_are_taken(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    screen.tabs.setCurrentIndex(QUARRELS)
    assert screen.tabs.tabText(QUARRELS).endswith("(4)")
    published, computed = screen.quarrels.take_buttons
    row = next(row for row in screen.quarrels.table.model_of_rows.rows if row.last == date(2027, 9, 1))
    screen.quarrels.table.choose(row.id)
    assert (published.isEnabled(), computed.isEnabled()) == (False, True)
    qtbot.mouseClick(computed, LEFT)
    dialog = entry_dialog(screen)
    assert dialog.wished().last == date(2027, 9, 1)
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(published.isEnabled)
    assert not computed.isEnabled()


def test_a_year_is_read_again_after_a_confirmation(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    office.write(write_entry, AGENT, Entry(EntryKind.PUBLIC, FRIDAY, FRIDAY, "Foire"))
    screen = opened(qtbot, office, tasks)
    qtbot.mouseClick(screen.reread_button, LEFT)
    qtbot.waitUntil(lambda: dialog_of(screen, Confirmation) is not None)
    asked = dialog_of(screen, Confirmation)
    assert isinstance(asked, Confirmation)
    qtbot.mouseClick(asked.confirm, LEFT)
    index = screen.grid.table.index_of(FRIDAY)
    qtbot.waitUntil(lambda: index.data(DAY).name == "")
    assert not [entry for entry in office.read(entries) if entry.name == "Foire"]


def test_the_next_year_is_one_click_away(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    qtbot.mouseClick(screen.following, LEFT)
    qtbot.waitUntil(lambda: screen.named.text() == "Année scolaire 2027-2028")
    qtbot.waitUntil(lambda: screen.grid.chosen() == date(2027, 11, 24))
    screen.abilities()["previous"]()
    qtbot.waitUntil(lambda: screen.named.text() == "Année scolaire 2026-2027")
    screen.visit(date(2027, 5, 6))
    qtbot.waitUntil(lambda: screen.panel.said.text() == "Ascension")


def test_who_is_no_administrator_only_reads(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks, agent=replace(AGENT, roles=frozenset({Role.DIRECTOR})))
    assert screen.role.isVisible()
    for at in (YEAR, LINES, PLACES, QUARRELS):
        screen.tabs.setCurrentIndex(at)
        screen.lines.table.choose_first()
        able = [made.text() for made in screen.findChildren(QPushButton) if made.isVisible() and made.isEnabled()]
        assert able == ["Aujourd'hui"]
    assert "new" not in screen.abilities()


def test_everything_the_keyboard_reaches_has_a_name(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    for at in (YEAR, LINES, PLACES, QUARRELS):
        screen.tabs.setCurrentIndex(at)
        assert nameless(screen) == []
    qtbot.mouseClick(screen.add_button, LEFT)
    assert nameless(entry_dialog(screen)) == []
    entry_dialog(screen).reject()


def test_a_day_says_what_it_is_in_letters_and_not_in_colours_alone(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    letters = [look.letter for look in LOOKS.values()]
    assert len(set(letters)) == len(letters)
    screen = opened(qtbot, office, tasks)
    day = date(2026, 12, 28)
    office.write(write_entry, AGENT, Entry(EntryKind.CLOSED, day, day, "Inventaire"))
    index = screen.grid.table.index_of(day)
    qtbot.waitUntil(lambda: "fermeture" in index.data(Qt.ItemDataRole.AccessibleTextRole))
    box = screen.grid.visualRect(index)
    picture = screen.grid.viewport().grab().toImage()
    edge, bar = theme().ink(State.LATE), QColor(picture.pixel(box.left() + 1, box.center().y()))
    assert (bar.red(), bar.green(), bar.blue()) == (edge.red(), edge.green(), edge.blue())


def test_the_year_keeps_what_qt_expects(qtmodeltester: ModelTester, office: Office, town: Town) -> None:
    table = YearTable()
    table.show(office.read(read_year, date(2027, 9, 1), TODAY).days)
    assert table.index_of(date(2028, 2, 29)).isValid()
    assert table.day_at(table.index(30, 9)) is None
    qtmodeltester.check(table)
