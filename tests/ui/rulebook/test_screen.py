"""« Règlement intérieur » with its real database, its threads, its mouse and its keyboard."""

from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QDate, Qt, QTime
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from backoffice.office import Office
from backoffice.rulebook.adopt import adopt
from backoffice.rulebook.bench import BenchQuestion, bench_month
from backoffice.rulebook.bench_people import Enrolled, Imaginary
from tests.factories import AGENT, NOW, RULEBOOK, THURSDAY, TODAY, Town, another_family
from tests.months import OCTOBER, SCHOOL_DAYS, seen
from tests.ui.at_desk import OffGui, nameless
from ui.common.changes import Changes
from ui.common.tasks import Tasks
from ui.rulebook.calendar import MonthTable
from ui.rulebook.dialogs import AdoptDialog
from ui.rulebook.flow import flow_of
from ui.rulebook.screen import RulebookScreen, rulebook_screen
from ui.rulebook.table import signed
from ui.shell.theme import State, em

pytestmark = pytest.mark.window
LEFT, KEYS = Qt.MouseButton.LeftButton, Qt.Key
DRAFT = (
    RULEBOOK.replace('"2026-1"', '"2027-1"').replace("4.15", "4.30").replace("effet = 2026-01-01", "effet = 2027-01-01")
)
BENCH, VERSIONS, IMPACT = 0, 1, 2
D = TypeVar("D", bound=QDialog)


def opened(qtbot: QtBot, office: Office, tasks: Tasks) -> RulebookScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = rulebook_screen(office, AGENT, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: bool(screen.bench.calendar.table.days))
    screen.enter()
    return screen


def turned(qtbot: QtBot, screen: RulebookScreen, page: int) -> None:
    """Click a tab."""
    bar = screen.tabs.tabBar()
    qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(page).center())


def chosen_file(qtbot: QtBot, screen: RulebookScreen, path: Path) -> None:
    """Open a draft through the dialog."""
    qtbot.mouseClick(screen.open_button, LEFT)
    asked = dialog_of(qtbot, screen, QFileDialog)
    asked.setDirectory(str(path.parent))
    asked.selectFile(path.name)
    asked.accept()


def dialog_of(qtbot: QtBot, screen: RulebookScreen, kind: type[D]) -> D:
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in screen.findChildren(kind)))
    return next(dialog for dialog in screen.findChildren(kind) if dialog.isVisible())


def written(folder: Path, text: str = DRAFT, name: str = "brouillon.toml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def price_on(screen: RulebookScreen, day: date) -> int | None:
    found = next((row for row in screen.bench.calendar.table.days if row.day == day), None)
    return found.quote.cents if found and found.quote else None


def test_an_imaginary_child_is_tried_at_the_keyboard(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        assert price_on(screen, THURSDAY) == 415
        quotient = screen.bench.who.quotient
        quotient.selectAll()
        qtbot.keyClicks(quotient, "500")
        qtbot.waitUntil(lambda: price_on(screen, THURSDAY) == 360)
        screen.bench.who.residence.setFocus()
        qtbot.keyClick(screen.bench.who.residence, KEYS.Key_Down)
        qtbot.waitUntil(lambda: price_on(screen, THURSDAY) == 580)
    assert "extérieur" in screen.bench.told.text()


def test_arrows_go_from_day_to_day_and_each_is_explained(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    view = screen.bench.calendar
    assert view.hasFocus()
    assert view.chosen() is not None
    assert view.chosen().day == TODAY
    assert "Hors délai, réservation refusée" in screen.bench.day.text()
    qtbot.keyClick(view, KEYS.Key_Right)
    assert "Pas d'école ce jour." in screen.bench.day.text()
    qtbot.keyClick(view, KEYS.Key_Right)
    told = screen.bench.day.text()
    assert screen.bench.day.named.text() == "Jeudi 26 novembre 2026"
    assert "jusqu'au mardi 24 novembre à 10\xa0h" in told
    assert "Réservation acceptée" in told
    assert "2 jours ouvrés avant, 10 h" in told
    for _ in range(4):
        qtbot.keyClick(view, KEYS.Key_Right)
    assert view.chosen().day == date(2026, 11, 30), "across the week-end"
    qtbot.keyClick(view, KEYS.Key_Right)
    assert view.chosen().day == date(2026, 11, 30), "and no further than the month"
    qtbot.keyClick(view, KEYS.Key_Home)
    qtbot.keyClick(view, KEYS.Key_Down)
    assert view.chosen().day == date(2026, 11, 8)


def test_a_click_chooses_a_day_and_enter_goes_to_its_explanation(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    screen = opened(qtbot, office, tasks)
    view = screen.bench.calendar
    qtbot.mouseClick(view.viewport(), LEFT, pos=view.visualRect(view.table.index_of(THURSDAY)).center())
    assert view.chosen() is not None
    assert view.chosen().day == THURSDAY
    qtbot.keyClick(view, KEYS.Key_Return)
    assert screen.bench.day.area.hasFocus()


def test_another_moment_gives_another_verdict(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    screen.bench.received.setFocus()
    qtbot.keyClick(screen.bench.received, KEYS.Key_Down)
    screen.bench.received_day.setDate(QDate(2026, 11, 2))
    screen.bench.received_hour.setTime(QTime(8, 0))
    qtbot.waitUntil(lambda: "Si la demande arrivait le lundi 2 novembre à 8\xa0h" in screen.bench.day.text())
    assert "Réservation acceptée" in screen.bench.day.text()


def test_a_child_of_the_commune_is_found_by_name(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    other = another_family(office, town, "Évrard", quotient=1300)
    screen = opened(qtbot, office, tasks)
    screen.abilities()["find"]()
    assert screen.bench.who.search.hasFocus()
    qtbot.waitUntil(lambda: screen.bench.calendar.accessibleDescription().startswith("Cherchez un enfant"))
    qtbot.keyClicks(screen.bench.who.search, "evrard")
    qtbot.keyClick(screen.bench.who.search, KEYS.Key_Return)
    qtbot.waitUntil(lambda: price_on(screen, THURSDAY) == 455)
    assert screen.bench.who.who() == Enrolled(other.child_id, other.family_id)
    assert "Léa Évrard" in screen.bench.told.text()


def test_a_unit_must_be_ticked(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    (box,) = screen.bench._boxes.values()
    box.setFocus()
    qtbot.keyClick(box, KEYS.Key_Space)
    qtbot.waitUntil(lambda: not screen.bench.calendar.table.days)
    assert screen.bench.calendar.accessibleDescription() == "Cochez au moins une unité."


def test_another_activity_and_another_month(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    screen.bench.activity.setFocus()
    qtbot.keyClick(screen.bench.activity, KEYS.Key_Down)
    qtbot.waitUntil(lambda: price_on(screen, THURSDAY) == 145)
    screen.abilities()["next"]()
    qtbot.waitUntil(lambda: price_on(screen, date(2026, 12, 1)) == 145)
    assert any("Noël" in (day.closed or "") for day in screen.bench.calendar.table.days)
    screen.abilities()["today"]()
    qtbot.waitUntil(lambda: price_on(screen, THURSDAY) == 145)


def test_a_draft_is_tried_then_closed(qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path) -> None:
    path = written(tmp_path)
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        chosen_file(qtbot, screen, path)
        qtbot.waitUntil(lambda: price_on(screen, THURSDAY) == 430)
        assert "Brouillon 2027-1" in screen.pill.text()
        qtbot.mouseClick(screen.close_button, LEFT)
        qtbot.waitUntil(lambda: price_on(screen, THURSDAY) == 415)
    assert not screen.pill.isVisible()
    assert not screen.bench.rulebook.isEnabled()


def test_a_wrong_draft_says_where_and_is_read_again_once_mended(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path
) -> None:
    path = written(tmp_path, DRAFT.replace("4.30", '"quatre"').replace('"ouvré", heure = 17', '"ouvrit", heure = 17'))
    screen = opened(qtbot, office, tasks)
    chosen_file(qtbot, screen, path)
    qtbot.waitUntil(screen.versions.mistakes.isVisible)
    assert screen.tabs.currentWidget() is screen.versions
    rows = screen.versions.mistakes.model_of_rows.rows
    lines = DRAFT.splitlines()
    assert {lines[row.line - 1].split(" ")[0] for row in rows} == {"limite", "prix.REPAS"}
    assert screen.versions.detail.text() == rows[0].sentence
    assert not screen.versions.adopt.isVisible()
    assert price_on(screen, THURSDAY) == 415, "the bench stays under the rulebook in force"
    written(tmp_path)
    qtbot.mouseClick(screen.again, LEFT)
    qtbot.waitUntil(screen.versions.differences.isVisible)
    assert screen.versions.adopt.isEnabled()


def test_a_draft_is_adopted_with_open_eyes(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path
) -> None:
    path = written(tmp_path, DRAFT.replace("effet = 2027-01-01", "effet = 2026-11-01"))
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        turned(qtbot, screen, VERSIONS)
        chosen_file(qtbot, screen, path)
        qtbot.waitUntil(screen.versions.adopt.isVisible)
        sentences = [row.sentence for row in screen.versions.differences.model_of_rows.rows]
        assert any("4,15" in sentence and "4,30" in sentence for sentence in sentences)
        qtbot.mouseClick(screen.versions.adopt, LEFT)
        dialog = dialog_of(qtbot, screen, AdoptDialog)
        assert dialog.keep.isDefault(), "there is a warning: the date of effect is past"
        qtbot.mouseClick(dialog.keep, LEFT)
        assert "2026-1" in screen.in_force.text()
        screen.abilities()["accept"]()
        with qtbot.waitSignal(screen.said, check_params_cb=lambda _, state: state == State.ACCEPTED.value):
            qtbot.mouseClick(dialog_of(qtbot, screen, AdoptDialog).confirm, LEFT)
        qtbot.waitUntil(lambda: "2027-1" in screen.in_force.text())
        qtbot.waitUntil(lambda: price_on(screen, THURSDAY) == 430)
    assert [row.version for row in screen.versions.versions.model_of_rows.rows] == ["2027-1", "2026-1"]
    assert not screen.versions.adopt.isVisible()


def test_a_version_is_kept_in_a_file_and_compared(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path
) -> None:
    screen = opened(qtbot, office, tasks)
    turned(qtbot, screen, VERSIONS)
    qtbot.waitUntil(screen.versions.save.isEnabled)
    screen.abilities()["save"]()
    asked = dialog_of(qtbot, screen, QFileDialog)
    asked.setDirectory(str(tmp_path))
    with qtbot.waitSignal(screen.said):
        asked.accept()
    assert (tmp_path / "reglement-interieur-2026-1.toml").read_bytes() == RULEBOOK.encode()
    with qtbot.waitSignal(screen.said, check_params_cb=lambda sentence, _: "version en vigueur" in sentence):
        qtbot.mouseClick(screen.versions.compare, LEFT)


def test_an_older_version_is_compared_and_the_draft_comes_back(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path
) -> None:
    office.write(adopt, AGENT, DRAFT.replace("effet = 2027-01-01", "effet = 2026-02-01"))
    path = written(tmp_path, DRAFT.replace("2027-1", "2028-1").replace("2027-01-01", "2028-01-01"))
    screen = opened(qtbot, office, tasks)
    turned(qtbot, screen, VERSIONS)
    chosen_file(qtbot, screen, path)
    qtbot.waitUntil(screen.versions.adopt.isVisible)
    screen.versions.versions.choose("2026-1")
    qtbot.keyClick(screen.versions.versions, KEYS.Key_Return)
    qtbot.waitUntil(lambda: screen.versions.title.text() == "De la version 2026-1 à la version 2027-1, en vigueur")
    assert any("4,30" in row.after for row in screen.versions.differences.model_of_rows.rows)
    assert not screen.versions.adopt.isVisible()
    qtbot.mouseClick(screen.versions.back, LEFT)
    assert "2028-1" in screen.versions.title.text()
    assert screen.versions.adopt.isVisible()


def test_a_package_covers_the_days_of_its_month(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path
) -> None:
    package = '\n[[tarif]]\ncode = "forfait"\ntitre = "Forfait"\npriorite = 1\nactivites = ["CANTINE"]\nmode = "mensuel"\nprix = 60\n'
    path = written(tmp_path, DRAFT + package)
    screen = opened(qtbot, office, tasks)
    chosen_file(qtbot, screen, path)
    qtbot.waitUntil(lambda: "Forfait du mois\u202f: 60,00\u202f€" in screen.bench.day.text())
    assert "Prix\u202f: compris dans le forfait du mois" in screen.bench.day.text()
    spoken = screen.bench.calendar.table.index_of(THURSDAY).data(Qt.ItemDataRole.AccessibleTextRole)
    assert ": forfait," in spoken


def test_the_effect_of_a_draft_is_weighed_and_leads_to_the_family(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path
) -> None:
    poor = another_family(office, town)
    for child in (town.home.child_id, poor.child_id):
        seen(office, child, town.meal_id, *SCHOOL_DAYS[:10])
    path = written(tmp_path)
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        turned(qtbot, screen, IMPACT)
        assert not screen.impact.compute.isEnabled()
        chosen_file(qtbot, screen, path)
        qtbot.waitUntil(screen.impact.compute.isEnabled)
        assert screen.impact.month.month == OCTOBER, "last month"
        qtbot.mouseClick(screen.impact.compute, LEFT)
        qtbot.waitUntil(screen.impact.families.isVisible)
        families = screen.impact.families
        assert [(row.name, row.difference_cents) for row in families.model_of_rows.rows] == [
            ("Martin", 150),
            ("Petit", 0),
        ]
        assert screen.impact.up.text().startswith("En hausse, 1 famille")
        with qtbot.waitSignal(screen.visit_asked) as asked:
            qtbot.keyClick(families, KEYS.Key_Return)
    assert asked.args == ["families", town.home.family_id]
    screen.impact.month.step(-1)
    assert not families.isVisible(), "an effect is of one month"


def test_a_difference_is_written_with_its_sign() -> None:
    assert [signed(cents) for cents in (150, -5, 0)] == ["+\u202f1,50\u202f€", "−\u202f0,05\u202f€", "="]


def test_fields_go_on_to_the_next_line_in_a_narrow_window(qtbot: QtBot) -> None:
    fields = [QLineEdit() for _ in range(4)]
    hidden = QLineEdit()
    box = flow_of(*fields, hidden)
    qtbot.addWidget(box)
    one, gap = fields[0].sizeHint().width(), em(0.5)
    box.resize(4 * one + 3 * gap, 500)
    box.show()
    hidden.hide()
    box.layout().activate()
    assert len({field.y() for field in fields}) == 1
    box.resize(2 * one + gap, 500)
    assert [field.x() for field in fields] == [0, one + gap, 0, one + gap]
    assert fields[2].y() >= fields[0].y() + fields[0].height()
    assert box.heightForWidth(2 * one + gap) > box.heightForWidth(4 * one + 3 * gap)


def test_everything_the_keyboard_reaches_has_a_name(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks, tmp_path: Path
) -> None:
    path = written(tmp_path)
    screen = opened(qtbot, office, tasks)
    chosen_file(qtbot, screen, path)
    qtbot.waitUntil(screen.impact.compute.isEnabled)
    for page in (BENCH, VERSIONS, IMPACT):
        turned(qtbot, screen, page)
        assert nameless(screen) == []


def test_the_calendar_keeps_what_qt_expects(qtmodeltester: ModelTester, office: Office, town: Town) -> None:
    question = BenchQuestion(Imaginary(quotient=900), "CANTINE", ("REPAS",), date(2026, 11, 1))
    table = MonthTable()
    qtmodeltester.check(table)
    table.show(office.read(bench_month, question, now=NOW), TODAY)
    assert (table.rowCount(), table.columnCount()) == (6, 7)
    qtmodeltester.check(table)
    spoken = table.index_of(THURSDAY).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == (
        "jeudi 26 novembre\u202f: 4,15\u202f€, réservable jusqu'au mardi 24 novembre à 10\xa0h, réservation acceptée."
    )
    assert table.index_of(TODAY).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Aujourd'hui, mardi")
