"""An invoice paid from the billing screen, and what a dialog says before anything is sent."""

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from backoffice.errors import StaleRecord, Unavailable
from backoffice.payments.book import Money, enter
from backoffice.payments.dues import dues_of_invoice
from backoffice.payments.lists import receipts
from backoffice.treasury.periods import hold_regie
from models.vocabulary import PaymentMeans
from tests.factories import AGENT, another_child
from tests.months import OCTOBER, SCHOOL_DAYS, seen
from tests.ui.at_desk import nameless
from tests.ui.immediate import ImmediateLanes
from tests.unit.payments.household import Owed
from ui.common.pdf_preview import PdfPreview
from ui.common.screen import Screen
from ui.payments.dialogs import PaymentDialog, ReverseDialog
from ui.payments.of_invoice import InvoicePayment
from ui.payments.tender import allowed_means

pytestmark = pytest.mark.window


def a_dialog(qtbot: QtBot, owed: Owed, invoice_id: int | None = None) -> PaymentDialog:
    dues = owed.office.read(dues_of_invoice, invoice_id or owed.canteen.id)
    dialog = PaymentDialog(dues, owed.office.today())
    qtbot.addWidget(dialog)
    return dialog


@pytest.fixture
def desk(qtbot: QtBot, owed: Owed) -> InvoicePayment:
    screen = Screen()
    qtbot.addWidget(screen)
    return InvoicePayment(screen, ImmediateLanes(), owed.office, AGENT)


def asked(desk: InvoicePayment, invoice_id: int) -> PaymentDialog:
    desk.ask(invoice_id)
    assert desk.dialog is not None
    return desk.dialog


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("beaucoup", "n'est pas un montant"),
        ("0", "supérieur à zéro"),
        ("900", "est trop"),
        ("", "n'est pas un montant"),
    ],
)
def test_a_wrong_amount_is_told_under_its_field(qtbot: QtBot, owed: Owed, typed: str, fault: str) -> None:
    dialog = a_dialog(qtbot, owed)
    dialog.fields.amount.setText(typed)
    assert fault in dialog.fields.faults()["amount"]


def test_only_what_a_means_needs_is_asked(qtbot: QtBot, owed: Owed) -> None:
    dialog = a_dialog(qtbot, owed)
    dialog.show()
    asked_of = {}
    for at in range(dialog.fields.means.count()):
        dialog.fields.means.setCurrentIndex(at)
        fields = dialog.form.fields
        shown = [code for code in ("reference", "bank", "drawer") if fields[code].isVisible()]
        asked_of[dialog.fields.means.currentText()] = shown
        assert nameless(dialog) == []
    assert asked_of == {
        "Espèces": [],
        "Chèque": ["reference", "bank", "drawer"],
        "Carte bancaire": ["reference"],
        "Virement": ["reference"],
    }


def test_cesu_propose_what_they_may_pay(qtbot: QtBot, owed: Owed) -> None:
    from backoffice.billing.draft import draft_month
    from backoffice.billing.issue import issue_month

    november = OCTOBER.replace(month=11)
    office, town = owed.office, owed.town
    brother = another_child(office, town, town.home.family_id)
    seen(office, brother, town.morning_id, *(day.replace(month=11) for day in SCHOOL_DAYS[:2]))
    seen(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0].replace(month=11))
    office.clock.move(hours=24 * 30)
    office.write(draft_month, AGENT, november)
    office.write(issue_month, AGENT, november)
    (care,) = (invoice for invoice in owed.dues().invoices if invoice.month == november)
    dialog = a_dialog(qtbot, owed, care.id)
    fields = dialog.fields
    assert fields.amount.text() == "4,35"
    fields.means.setCurrentIndex(fields.means.findData(PaymentMeans.CESU.value))
    assert fields.amount.text() == "2,90", "the brother's mornings alone"
    assert fields.is_complete()
    fields.amount.setText("3,00")
    fields.means.setCurrentIndex(0)
    assert fields.amount.text() == "3,00", "what was typed stays"
    canteen = [invoice for invoice in owed.dues().invoices if invoice.id == owed.canteen.id]
    assert PaymentMeans.CESU not in allowed_means(owed.dues(), [*canteen, care])


def test_a_payment_gives_its_receipt_to_print(owed: Owed, desk: InvoicePayment) -> None:
    dialog = asked(desk, owed.care.id)
    dialog._submit()
    assert dialog.receipt_number == "Q-ENF-2026-000001"
    dialog.print_button.click()
    (preview,) = desk.view.findChildren(PdfPreview)
    assert "Q-ENF-2026-000001" in preview.windowTitle()
    preview.reject()
    (row,) = owed.office.read(receipts, owed.town.regie_id)
    assert (row.amount_cents, row.invoices) == (580, (owed.care.number,))


def test_a_stale_payment_is_told_in_the_dialog(owed: Owed, desk: InvoicePayment) -> None:
    dialog = asked(desk, owed.care.id)
    owed.pay(4200)
    dialog._submit()
    assert "vient de changer" in dialog.fault.sentence()
    assert not dialog.receipt_number


def test_an_invoice_that_ended_is_not_asked(owed: Owed, desk: InvoicePayment) -> None:
    owed.pay(4730)
    told: list[Any] = []
    desk.view.troubled.connect(told.append)
    desk.ask(owed.care.id)
    assert desk.dialog is None
    assert "déjà payée" in str(told[0])


@pytest.mark.parametrize("error", [StaleRecord("relisez"), Unavailable("coupé")])
def test_a_failure_loses_nothing_of_what_was_typed(owed: Owed, desk: InvoicePayment, error: Exception) -> None:
    dialog = asked(desk, owed.care.id)
    dialog.fields.amount.setText("1,23")
    desk._refused(error)
    assert dialog.isVisible()
    assert dialog.submit.isEnabled()
    assert dialog.fields.amount.text() == "1,23"


def test_an_online_payment_is_reversed_only_if_its_money_was_given_back(qtbot: QtBot, owed: Owed) -> None:
    money = Money(
        family_id=owed.town.home.family_id, payer_name="Camille", means=PaymentMeans.ONLINE_CARD, cents=100,
        received_on=owed.office.today(),
    )  # fmt: skip
    owed.office.write(lambda work: enter(work, hold_regie(work.session, owed.town.regie_id), money, []).id, AGENT)
    (row,) = owed.office.read(receipts, owed.town.regie_id)
    dialog = ReverseDialog(row, owed.office.today())
    qtbot.addWidget(dialog)
    dialog.reason.setPlainText("remboursé")
    assert not dialog.is_complete()
    assert "PayFiP" in dialog.fault.sentence()
    dialog.online.setChecked(True)
    assert dialog.is_complete()
