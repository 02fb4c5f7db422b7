"""The window and its keyboard."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from backoffice.errors import RefusedByRule, Unavailable
from tests.ui.shell.fakes import IDENTITY, Built, FakeScreen
from ui.common.errors import BugDialog
from ui.shell.help import AboutDialog, DiagnosticDialog, ShortcutsDialog
from ui.shell.sync_state import SyncKind, SyncState
from ui.shell.theme import Scheme, State, theme
from ui.shell.window import MainWindow, saved_scheme

pytestmark = pytest.mark.window
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def built(qtbot: QtBot) -> Built:
    made = Built()
    qtbot.addWidget(made.window)
    made.window.show()
    with qtbot.waitActive(made.window):
        made.window.activateWindow()
    return made


def nameless(window: QWidget) -> list[str]:
    found = []
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or isinstance(widget, QDialogButtonBox):
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if face is not None and not face.text(QAccessible.Text.Name):
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


def test_the_window_says_where_it_is_and_builds_only_what_is_seen(built: Built) -> None:
    assert built.window.windowTitle() == "À traiter — Marelle — Régie de Contrexéville"
    assert list(built.screens) == ["inbox"]
    assert built.screens["inbox"].refreshed == 1
    assert (built.window.minimumWidth(), built.window.minimumHeight()) == (1100, 700)


def test_screens_are_reached_from_the_keyboard(qtbot: QtBot, built: Built) -> None:
    qtbot.keyClick(built.window, Qt.Key.Key_2, CTRL)
    assert built.window.stack.currentWidget() is built.screens["families"]
    assert built.screens["families"].search.hasFocus()
    qtbot.keyClick(built.window, Qt.Key.Key_PageDown, CTRL)
    assert built.window.stack.currentWidget() is built.screens["planning"]
    built.window.navigation.list.setFocus()
    qtbot.keyClick(built.window.navigation.list, Qt.Key.Key_Up)
    qtbot.keyClick(built.window.navigation.list, Qt.Key.Key_Up)
    assert built.window.stack.currentWidget() is built.screens["inbox"]
    assert built.window.navigation.list.hasFocus()
    qtbot.keyClick(built.window.navigation.list, Qt.Key.Key_Return)
    assert built.screens["inbox"].search.hasFocus()


def test_unsaved_work_is_not_left_by_mistake(qtbot: QtBot, built: Built) -> None:
    built.screens["inbox"].stays = True
    qtbot.keyClick(built.window, Qt.Key.Key_2, CTRL)
    assert built.window.stack.currentWidget() is built.screens["inbox"]
    assert built.window.navigation.list.currentRow() == 0
    assert not built.window.close()
    built.screens["inbox"].stays = False
    assert built.window.close()


def test_an_action_is_the_shown_screens(qtbot: QtBot, built: Built) -> None:
    inbox, accept = built.screens["inbox"], built.window.menus.actions["accept"]
    assert not accept.isEnabled()
    inbox.offer("accept", inbox.accept, enabled=False)
    assert not accept.isEnabled()
    inbox.enable("accept")
    qtbot.keyClick(built.window, Qt.Key.Key_Return, CTRL)
    assert inbox.accepted == 1
    built.window.open_screen("families")
    assert not accept.isEnabled()
    refreshed = built.screens["families"].refreshed
    qtbot.keyClick(built.window, Qt.Key.Key_F5)
    assert built.screens["families"].refreshed == refreshed + 1


def test_one_screen_sends_to_another(built: Built) -> None:
    built.screens["inbox"].visit_asked.emit("families", 42)
    assert built.screens["families"].visited == [42]
    assert built.window.built_screen("families") is built.screens["families"]


def test_how_much_waits_is_written_and_said(built: Built) -> None:
    built.screens["inbox"].counted.emit(12)
    item = built.window.navigation.list.item(0)
    assert built.window.navigation.badge("inbox") == 12
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "À traiter, 12 en attente"
    built.screens["inbox"].counted.emit(0)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "À traiter"


def test_a_refusal_stays_and_a_failure_can_be_tried_again(built: Built) -> None:
    inbox, banners, tries = built.screens["inbox"], built.window.banners, []
    inbox.report(RefusedByRule("Hors délai."))
    inbox.report(Unavailable("La base ne répond pas."), retry=lambda: tries.append(1))
    inbox.report(Unavailable("La base ne répond pas."), retry=lambda: tries.append(2))
    assert [banner.sentence for banner in banners.banners()] == ["La base ne répond pas.", "Hors délai."]
    banners.banners()[0].retry.click()
    assert tries == [2]
    banners.banners()[0].close_button.click()
    assert not banners.isVisible()
    for rank in range(5):
        inbox.say(f"Refusée {rank}", State.REFUSED)
    inbox.say("Faite.", State.ACCEPTED)
    inbox.say("Refaite.", State.ACCEPTED)
    assert [banner.sentence for banner in banners.banners()] == ["Refaite.", "Refusée 4", "Refusée 3"]
    built.window.open_screen("families")
    assert banners.banners() == []


def test_a_bug_opens_one_dialog_however_often_it_comes(built: Built) -> None:
    for _ in range(3):
        built.screens["inbox"].report(ZeroDivisionError(), unsaved="la décision")
    dialogs = built.window.findChildren(BugDialog)
    assert len(dialogs) == 1
    dialogs[0].close()


def test_work_under_way_is_shown_when_it_lasts(qtbot: QtBot, built: Built) -> None:
    inbox = built.screens["inbox"]
    inbox.show_busy(True)
    assert built.window.working.isHidden()
    qtbot.waitUntil(built.window.working.isVisible)
    inbox.show_busy(False)
    assert built.window.working.isHidden()


def test_the_portals_state_is_one_sentence(built: Built) -> None:
    at = datetime(2026, 11, 24, 9, 42, tzinfo=UTC)
    for state, sentence in (
        (SyncState(), "Portail pas encore synchronisé"),
        (SyncState(SyncKind.RUNNING), "Synchronisation…"),
        (SyncState(SyncKind.FRESH, at), "Portail à jour, 10:42"),
        (SyncState(SyncKind.FRESH, at, waiting=2), "Portail à jour, 10:42 — 2 envois en attente"),
        (SyncState(SyncKind.UNREACHABLE, at, 30), "Portail injoignable\u202f: nouvelle tentative dans 30\xa0s"),
        (SyncState(SyncKind.REFUSED), "Le portail refuse la clé de la régie\u202f: voyez Aide › Diagnostic"),
    ):
        built.window.show_sync(state)
        assert built.window.sync.sentence() == sentence
        assert built.window.sync.now.isEnabled() is (state.kind is not SyncKind.RUNNING)


def test_the_portal_is_synchronised_on_demand(qtbot: QtBot, built: Built) -> None:
    with qtbot.waitSignal(built.window.sync_asked):
        qtbot.keyClick(built.window, Qt.Key.Key_F9)
    with qtbot.waitSignal(built.window.sync_asked):
        built.window.sync.now.click()


def test_everything_that_takes_the_keyboard_has_a_name(qtbot: QtBot, built: Built) -> None:
    built.window.banners.show_sentence("Portail injoignable.", State.LATE, lambda: None)
    assert nameless(built.window) == []
    for dialog in (
        ShortcutsDialog(["À traiter"], built.window),
        DiagnosticDialog(IDENTITY, "Portail à jour", built.window),
        AboutDialog(IDENTITY, built.window),
    ):
        qtbot.addWidget(dialog)
        assert nameless(dialog) == []


def test_the_diagnostic_is_copied_for_a_support_call(qtbot: QtBot, built: Built) -> None:
    dialog = DiagnosticDialog(IDENTITY, "Portail à jour", built.window)
    qtbot.addWidget(dialog)
    dialog.copy.click()
    text = QGuiApplication.clipboard().text()
    assert "Dossier des données\u202f: données" in text
    assert "Marelle\u202f: 0.1.0" in text


def test_help_opens_on_f1(qtbot: QtBot, built: Built) -> None:
    qtbot.keyClick(built.window, Qt.Key.Key_F1)
    (dialog,) = built.window.findChildren(ShortcutsDialog)
    assert dialog.isVisible()
    dialog.close()


def test_the_window_comes_back_where_it_was(qtbot: QtBot, built: Built) -> None:
    built.window.open_screen("planning")
    built.window.resize(1100, 740)
    built.window.menus.actions["scheme_dark"].trigger()
    assert theme().dark
    assert built.window.close()
    assert Path(QSettings().fileName()).suffix == ".ini"
    again = Built()
    qtbot.addWidget(again.window)
    assert again.window.size().toTuple() == (1100, 740)
    assert list(again.screens) == ["inbox"], "a day begins with what waits"
    assert saved_scheme() is Scheme.DARK
    again.window.menus.actions["scheme_light"].trigger()
    assert not theme().dark


def test_settings_that_were_damaged_are_forgotten(qtbot: QtBot) -> None:
    QSettings().setValue("window/geometry", "du bruit")
    QSettings().setValue("window/scheme", "rose")
    made = Built()
    qtbot.addWidget(made.window)
    assert list(made.screens) == ["inbox"]
    assert saved_scheme() is Scheme.SYSTEM


def test_tab_goes_down_the_page(built: Built) -> None:
    built.window.open_screen("families")
    banner = built.window.banners.show_sentence("La base ne répond pas.", State.LATE, lambda: None)
    screen, order = built.screens["families"], [built.window.navigation.list]
    for _ in range(200):
        order.append(order[-1].nextInFocusChain())
    stops = [widget for widget in order if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
    (accept,) = screen.findChildren(QPushButton)
    assert stops[:5] == [built.window.navigation.list, banner.retry, banner.close_button, screen.search, accept]


def test_the_window_opens_without_a_screen(qtbot: QtBot) -> None:
    window = MainWindow(IDENTITY, [])
    qtbot.addWidget(window)
    window.show()
    assert QApplication.topLevelWidgets()


def test_initials_are_two_letters() -> None:
    assert IDENTITY.initials == "CP"
    assert isinstance(FakeScreen, type)


def test_good_news_leaves_by_itself_unless_it_is_being_read(built: Built) -> None:
    banners = built.window.banners
    good = banners.show_sentence("Faite.", State.ACCEPTED)
    good.close_button.setFocus()
    good._leave_unless_read()
    assert banners.banners() == [good]
    built.screens["inbox"].search.setFocus()
    good._leave_unless_read()
    assert banners.banners() == []
