"""The page of online payments, with its real database, its threads and its mouse, and PayFiP's double over HTTP."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from backoffice.demonstration.payfip import PayfipDouble
from backoffice.payments.online_rules import Finding
from tests.factories import AGENT
from tests.ui.at_desk import OffGui, nameless
from tests.unit.payments.household import Owed
from tests.unit.payments.payfip import BOTH, Answers, a_client_number, ask, paid, rows, tell, told
from ui.common.changes import Changes
from ui.common.dialogs import Confirmation, ProgressDialog
from ui.common.errors import Trouble
from ui.common.table import RowTable
from ui.common.tasks import Tasks
from ui.payments.online_table import ONLINE
from ui.payments.screen import ONLINE as PAGE
from ui.payments.screen import PaymentsScreen, payments_screen

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def payfip(owed: Owed) -> Iterator[PayfipDouble]:
    a_client_number(owed.office)
    with PayfipDouble(clock=owed.office.now) as double:
        owed.office.settings = owed.office.settings.model_copy(update={"payfip_url": double.service})
        yield double


def begun(owed: Owed, payfip: PayfipDouble, reference: str, result: str | None = None) -> str:
    """Start a payment on the portal and, perhaps, decide it on PayFiP's page."""
    idop = payfip.open(montant=str(BOTH), refdet=reference, numcli="881140")
    tell(owed, told(owed, "started", idop=idop, reference=reference))
    if result:
        payfip.decide(idop, result)
    return idop


def opened(qtbot: QtBot, owed: Owed, tasks: Tasks, count: int) -> PaymentsScreen:
    changes = Changes(tasks)
    owed.office.on_change(changes.announce)
    screen = payments_screen(owed.office, AGENT, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1150, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    screen.tabs.setCurrentIndex(PAGE)
    qtbot.waitUntil(lambda: screen.online.table.model_of_rows.rowCount() == count)
    return screen


def findings(screen: PaymentsScreen) -> set[Finding]:
    return {row.verdict.finding for row in screen.online.table.model_of_rows.rows}


def test_payfip_is_asked_and_the_page_says_what_each_says(
    qtbot: QtBot, owed: Owed, payfip: PayfipDouble, tasks: Tasks
) -> None:
    begun(owed, payfip, "PANIER0001", "P")
    begun(owed, payfip, "PANIER0002", "R")
    begun(owed, payfip, "PANIER0003")
    with OffGui(owed.office):
        screen = opened(qtbot, owed, tasks, 3)
        pane = screen.online
        assert findings(screen) == {Finding.WAITING}
        with qtbot.waitSignal(screen.said, timeout=10_000) as said:
            qtbot.mouseClick(pane.check_button, LEFT)
        assert "Régie de démonstration" in said.args[0]
        qtbot.mouseClick(pane.ask_button, LEFT)
        qtbot.waitUntil(lambda: findings(screen) == {Finding.AGREED, Finding.ENDED, Finding.WAITING}, timeout=10_000)
        assert not [dialog for dialog in screen.findChildren(ProgressDialog) if dialog.isVisible()]
        pane.table.choose_first()
        assert pane.verdict.text() == pane.table.chosen().verdict.sentence
        with qtbot.waitSignal(screen.visit_asked) as visit:
            qtbot.mouseClick(pane.open_button, LEFT)
        assert visit.args == ["families", owed.town.home.family_id]
        assert not nameless(screen)
    assert owed.count() == 1


def test_what_must_be_looked_at_is_alone_and_the_books_follow_payfip(
    qtbot: QtBot, owed: Owed, payfip: PayfipDouble, tasks: Tasks
) -> None:
    tell(owed, told(owed, idop="forge", amount_cents=400_000))
    tell(owed, told(owed, "refused", idop="autre", reference="PANIER0009"))
    ask(owed, Answers({"forge": paid(at=owed.office.now())}))
    with OffGui(owed.office):
        screen = opened(qtbot, owed, tasks, 2)
        pane = screen.online
        assert pane.count.text() == "2 paiements, dont 1 à vérifier"
        pane.filter.setCurrentIndex(1)
        assert findings(screen) == {Finding.AMOUNT}
        assert not pane.follow_button.isEnabled()
        pane.table.choose_first()
        qtbot.mouseClick(pane.follow_button, LEFT)
        (dialog,) = [one for one in screen.findChildren(Confirmation) if one.isVisible()]
        dialog.accept()
        qtbot.waitUntil(lambda: findings(screen) == set())
        pane.filter.setCurrentIndex(0)
        assert pane.table.model_of_rows.rowCount() == 2
    assert owed.dues().credit_cents == 0


def test_a_payfip_that_is_away_is_told_and_nothing_is_lost(
    qtbot: QtBot, owed: Owed, payfip: PayfipDouble, tasks: Tasks
) -> None:
    begun(owed, payfip, "PANIER0001", "P")
    payfip.stop()
    with OffGui(owed.office):
        screen = opened(qtbot, owed, tasks, 1)
        troubles: list[Trouble] = []
        screen.troubled.connect(troubles.append)
        qtbot.mouseClick(screen.online.ask_button, LEFT)
        qtbot.waitUntil(lambda: bool(troubles), timeout=10_000)
        assert "PayFiP ne répond pas" in troubles[0].sentence
        assert troubles[0].retry is not None
    assert owed.count() == 0


def test_the_months_are_walked(qtbot: QtBot, owed: Owed, payfip: PayfipDouble, tasks: Tasks) -> None:
    begun(owed, payfip, "PANIER0001")
    with OffGui(owed.office):
        screen = opened(qtbot, owed, tasks, 1)
        screen.abilities()["previous"]()
        qtbot.waitUntil(lambda: screen.online.table.model_of_rows.rowCount() == 0)
        screen.abilities()["today"]()
        qtbot.waitUntil(lambda: screen.online.table.model_of_rows.rowCount() == 1)


def test_the_table_is_a_sound_model(owed: Owed, payfip: PayfipDouble, qtmodeltester: ModelTester) -> None:
    tell(owed, told(owed))
    (row,) = rows(owed)
    model: RowTable = RowTable(ONLINE)
    model.show([row, replace(row, id="x", booked=None, payfip=None, told_state=None)])
    qtmodeltester.check(model, force_py=True)
