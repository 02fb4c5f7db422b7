"""The « Factures » page of a family's file: credit notes, the account at the régie, the mandates, what is kept."""

from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backoffice.billing.credit import credit
from backoffice.billing.lists import InvoiceRow
from backoffice.office import Office
from backoffice.payments.record import record_payment
from models.vocabulary import PaymentMeans
from tests.factories import AGENT, Town
from tests.months import IN_NOVEMBER, an_issued_invoice
from tests.ui.at_desk import OffGui, nameless
from tests.ui.families.test_screen import opened, words
from ui.common.pdf_preview import PdfPreview
from ui.common.tasks import Tasks
from ui.families.screen import FamiliesScreen
from ui.payments.dialogs import AccountDialog

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def now() -> datetime:
    return IN_NOVEMBER


def too_much(office: Office, town: Town) -> InvoiceRow:
    """Pay an invoice whole, then credit it: all that was paid is kept."""
    row = an_issued_invoice(office, town, meals=2)
    office.write(
        record_payment, AGENT, row.id, means=PaymentMeans.CASH, amount_cents=row.due_cents, received_on=office.today()
    )
    office.write(credit, AGENT, row.id, reason="Enfant absent", seen_cents=row.due_cents)
    return row


def billed(qtbot: QtBot, office: Office, tasks: Tasks) -> FamiliesScreen:
    screen = opened(qtbot, office, tasks)
    screen.panel.tabs.setCurrentWidget(screen.panel.billing)
    return screen


def test_credit_notes_the_account_and_the_credit_are_read_in_the_file(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    too_much(office, town)
    with OffGui(office):
        screen = billed(qtbot, office, tasks)
        pane = screen.panel.billing
        assert nameless(screen) == []
        assert "Crédit\u202f: 8,30\u202f€" in words(screen.panel)
        assert "payés de trop, gardés par la régie" in pane.credit.text()
        pane.notes.choose_first()
        qtbot.keyClick(pane.notes, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(screen.findChildren(PdfPreview)))
        screen.findChildren(PdfPreview)[0].reject()
        qtbot.mouseClick(pane.account, LEFT)
        qtbot.waitUntil(lambda: bool(screen.findChildren(AccountDialog)))
        account = screen.findChildren(AccountDialog)[0]
        assert account.table.model_of_rows.rowCount() == 3
        assert "payé de trop" in words(account)
        account.reject()
        assert tasks.drain()


def test_a_family_that_nothing_was_credited_sees_no_empty_list(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    screen = billed(qtbot, office, tasks)
    assert not screen.panel.billing.notes.isVisible()
    assert not screen.panel.billing.credit.isVisible()


def test_the_mandates_of_the_family_are_one_press_away(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = billed(qtbot, office, tasks)
    with qtbot.waitSignal(screen.visit_asked) as asked:
        qtbot.mouseClick(screen.panel.billing.debits, LEFT)
    assert asked.args == ["debits", "FMARTIN"]


def test_an_alert_on_documents_opens_their_page(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    screen.visit((town.home.family_id, "documents"))
    assert screen.panel.documents.isVisible()
