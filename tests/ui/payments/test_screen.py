"""The desk with its real database, its threads, its mouse and its keyboard."""

from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from backoffice.office import Office, Work
from backoffice.payments.lists import ReceiptRow, receipts
from backoffice.payments.reverse import reverse
from backoffice.permissions import Agent
from backoffice.regie.lists import regie_settings
from models.office.structure import Regie
from models.vocabulary import PaymentMeans, Role
from tests.factories import AGENT, COLLEAGUE, Town, another_family
from tests.ui.at_desk import OffGui, nameless
from tests.unit.payments.household import CHEQUE, Owed
from ui.common.changes import Changes
from ui.common.pdf_preview import PdfPreview
from ui.common.table import RowTable
from ui.common.tasks import Tasks
from ui.payments.dialogs import AccountDialog, ReverseDialog
from ui.payments.screen import JOURNAL, PaymentsScreen, payments_screen
from ui.payments.settings import SettingsDialog
from ui.payments.table import DEBTORS, RECEIPTS

pytestmark = pytest.mark.window
LEFT, ENTER, CTRL = Qt.MouseButton.LeftButton, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
D = TypeVar("D", bound=QDialog)


def opened(qtbot: QtBot, office: Office, tasks: Tasks, *, agent: Agent = AGENT, debtors: int = 1) -> PaymentsScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = payments_screen(office, agent, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1150, 700)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: screen.desk.table.model_of_rows.rowCount() == debtors)
    return screen


def dialog_of(qtbot: QtBot, screen: PaymentsScreen, kind: type[D]) -> D:
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in screen.findChildren(kind)))
    return next(dialog for dialog in screen.findChildren(kind) if dialog.isVisible())


def rows(owed: Owed) -> tuple[ReceiptRow, ...]:
    return owed.office.read(receipts, owed.town.regie_id)


def choose(qtbot: QtBot, screen: PaymentsScreen, name: str = "mart") -> None:
    """Find a family by keyboard alone."""
    screen.setFocus()
    qtbot.keyClicks(screen.desk.search, name)
    qtbot.keyClick(screen.desk.search, ENTER)
    qtbot.waitUntil(screen.desk.fields.means.hasFocus)


def test_a_cheque_is_recorded_in_a_few_keys(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    with OffGui(owed.office):
        screen = opened(qtbot, owed.office, tasks)
        assert screen.desk.search.hasFocus() or screen.focusProxy() is screen.desk
        choose(qtbot, screen)
        fields = screen.desk.fields
        assert fields.amount.text() == "47,30"
        qtbot.keyClicks(fields.means, "ch")
        assert fields.chosen_means is PaymentMeans.CHEQUE
        for typed in ("", "0001234", "Banque du Vair"):  # the amount stays as proposed
            qtbot.keyClick(screen.focusWidget(), Qt.Key.Key_Tab)
            focused = screen.focusWidget()
            assert isinstance(focused, QLineEdit)
            qtbot.keyClicks(focused, typed)
        qtbot.keyClick(screen.focusWidget(), ENTER)
        qtbot.waitUntil(screen.desk.done.isVisible)
        assert screen.desk.done.number.text() == "Q-ENF-2026-000001"
        assert "2 factures sont payées" in screen.desk.done.told.text()
        assert screen.desk.search.hasFocus(), "ready for the next family"
        qtbot.waitUntil(lambda: screen.desk.dues is not None and not screen.desk.dues.invoices)
        qtbot.mouseClick(screen.desk.done.print_button, LEFT)
        dialog_of(qtbot, screen, PdfPreview).reject()
    (row,) = rows(owed)
    assert (row.amount_cents, row.reference, row.bank, row.drawer) == (
        4730,
        "0001234",
        "Banque du Vair",
        "Camille Martin",
    )


def test_the_invoices_ticked_are_those_paid(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    screen = opened(qtbot, owed.office, tasks)
    choose(qtbot, screen)
    desk = screen.desk
    desk.ticks.tick(owed.canteen.id, ticked=False)
    assert desk.fields.amount.text() == "5,80"
    desk.ticks.tick(owed.canteen.id)
    desk.fields.amount.setText("42")
    shown = [desk.ticks.topLevelItem(at).text(4) for at in range(2)]
    assert shown == ["41,50", "0,50"], "the oldest first, as it is typed"
    assert "Il restera 5,30" in desk.total.text()
    desk.ticks.tick(owed.canteen.id, ticked=False)
    desk.fields.amount.setText("5,00")
    qtbot.mouseClick(desk.pay_button, LEFT)
    qtbot.waitUntil(desk.done.isVisible)
    assert rows(owed)[0].invoices == (owed.care.number,)


def test_what_is_wrong_is_told_under_its_field_and_nothing_is_sent(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    screen = opened(qtbot, owed.office, tasks)
    choose(qtbot, screen)
    fields = screen.desk.fields
    for typed, fault in (("beaucoup", "n'est pas un montant"), ("0", "supérieur à zéro"), ("60", "est trop")):
        fields.amount.setText(typed)
        qtbot.mouseClick(screen.desk.pay_button, LEFT)
        assert fault in fields.form.fields["amount"].fault.sentence()
    assert fields.keep.isVisible(), "what is above may be kept"
    fields.keep.setChecked(True)
    qtbot.mouseClick(screen.desk.pay_button, LEFT)
    qtbot.waitUntil(screen.desk.done.isVisible)
    assert (rows(owed)[0].amount_cents, rows(owed)[0].credit_cents) == (6000, 1270)


def test_only_the_means_of_the_act_are_offered_with_what_each_must_say(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    screen = opened(qtbot, owed.office, tasks)
    choose(qtbot, screen)
    fields, asked = screen.desk.fields, {}
    for at in range(fields.means.count()):
        fields.means.setCurrentIndex(at)
        shown = [code for code in ("reference", "bank", "drawer") if fields.form.fields[code].isVisible()]
        asked[fields.means.currentText()] = shown
        assert nameless(screen) == []
    assert asked == {
        "Espèces": [],
        "Chèque": ["reference", "bank", "drawer"],
        "Carte bancaire": ["reference"],
        "Virement": ["reference"],
    }


def test_a_payment_entered_elsewhere_meanwhile_is_told(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    changes = Changes(tasks)
    screen = payments_screen(owed.office, AGENT, tasks, changes)  # deaf to what others change
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(lambda: screen.desk.table.model_of_rows.rowCount() == 1)
    screen.desk.table.choose_first()
    qtbot.waitUntil(lambda: screen.desk.dues is not None)
    owed.pay(4150)
    troubles: list[object] = []
    screen.troubled.connect(troubles.append)
    screen.said.connect(lambda sentence, _: troubles.append(sentence))
    qtbot.mouseClick(screen.desk.pay_button, LEFT)
    qtbot.waitUntil(lambda: bool(troubles))
    assert "vient de changer" in str(troubles[0])
    qtbot.waitUntil(lambda: screen.desk.dues is not None and screen.desk.dues.due_cents == 580)
    assert len(rows(owed)) == 1


def test_what_is_typed_outlives_a_refresh(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    screen = opened(qtbot, owed.office, tasks)
    choose(qtbot, screen)
    screen.desk.ticks.tick(owed.canteen.id, ticked=False)
    screen.desk.fields.amount.setText("3,00")
    shown: list[object] = []
    show = screen.desk.show_dues
    screen.desk.show_dues = lambda dues: (show(dues), shown.append(dues))
    screen.refresh()
    qtbot.waitUntil(lambda: bool(shown))
    assert screen.desk.fields.amount.text() == "3,00"
    assert [invoice.id for invoice in screen.desk.ticks.chosen()] == [owed.care.id]


def test_each_regie_has_its_own_desk(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    def another_regie(work: Work) -> None:
        old = work.session.get_one(Regie, owed.town.regie_id)
        kept = {name: getattr(old, name) for name in ("street", "postal_code", "city", "phone", "email", "mentions")}
        work.session.add(Regie(code="PE", name="Petite enfance", due_days=30, **kept))

    screen = opened(qtbot, owed.office, tasks)
    assert not screen.regie.isVisible()
    owed.office.write(another_regie, AGENT)
    screen.refresh()
    qtbot.waitUntil(screen.regie.isVisible)
    choose(qtbot, screen)
    screen.regie.setCurrentIndex(1)
    model = screen.desk.table.model_of_rows
    qtbot.waitUntil(lambda: [row.due_cents for row in model.rows] == [0])  # found by its name, it owes nothing here
    qtbot.waitUntil(lambda: screen.desk.dues is not None)  # the row stays chosen: what it owes here is shown
    assert screen.desk.dues is not None
    assert (screen.desk.dues.regie_id, screen.desk.dues.invoices) == (screen.regie.currentData(), ())


def test_a_credit_settles_what_is_due(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    owed.pay(1000, shares=[], keep_excess=True)
    screen = opened(qtbot, owed.office, tasks)
    choose(qtbot, screen)
    qtbot.mouseClick(screen.desk.credit_button, LEFT)
    qtbot.waitUntil(lambda: screen.desk.dues is not None and screen.desk.dues.due_cents == 3730)
    assert not screen.desk.credit_button.isVisible()
    owed.pay(580, shares=[], keep_excess=True)
    qtbot.waitUntil(screen.desk.credit_button.isVisible)
    screen.desk.ticks.tick(owed.canteen.id, ticked=False)
    qtbot.mouseClick(screen.desk.credit_button, LEFT)
    qtbot.waitUntil(lambda: screen.desk.dues is not None and screen.desk.dues.due_cents == 3150)
    assert [invoice.id for invoice in owed.dues().invoices] == [owed.canteen.id]


def test_a_wrong_payment_is_reversed_from_the_journal(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    owed.pay(4730, **CHEQUE)
    screen = opened(qtbot, owed.office, tasks, debtors=0)
    screen.tabs.setCurrentIndex(JOURNAL)
    journal = screen.journal
    qtbot.waitUntil(lambda: journal.table.model_of_rows.rowCount() == 1)
    assert not journal.reverse_button.isEnabled()
    journal.table.choose_first()
    qtbot.mouseClick(journal.reverse_button, LEFT)
    dialog = dialog_of(qtbot, screen, ReverseDialog)
    qtbot.keyClick(dialog, ENTER, CTRL)
    assert dialog.form.fields["reason"].fault.sentence()
    qtbot.keyClicks(dialog.reason, "impaye")
    qtbot.keyClick(dialog, ENTER, CTRL)
    qtbot.waitUntil(lambda: journal.table.model_of_rows.rowCount() == 2)
    assert not dialog.isVisible()
    assert [row.reason for row in rows(owed)] == ["impaye", None]
    assert "0,00" in journal.total.text()
    journal.table.choose(rows(owed)[1].id)
    assert not journal.reverse_button.isEnabled()
    qtbot.mouseClick(journal.print_button, LEFT)
    dialog_of(qtbot, screen, PdfPreview).reject()


def test_two_agents_reverse_the_same_payment_the_second_is_told(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    payment = owed.pay(4730)
    screen = opened(qtbot, owed.office, tasks, debtors=0)
    screen.tabs.setCurrentIndex(JOURNAL)
    qtbot.waitUntil(lambda: screen.journal.table.model_of_rows.rowCount() == 1)
    screen.journal.table.choose_first()
    qtbot.mouseClick(screen.journal.reverse_button, LEFT)
    dialog = dialog_of(qtbot, screen, ReverseDialog)
    owed.office.write(reverse, COLLEAGUE, payment.payment_id, reason="erreur")
    qtbot.keyClicks(dialog.reason, "erreur")
    qtbot.keyClick(dialog, ENTER, CTRL)
    qtbot.waitUntil(dialog.fault.isVisible)
    assert "vient d'être annulée" in dialog.fault.sentence()
    assert len(rows(owed)) == 2


def test_the_journal_shows_a_period_a_means_a_search(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    owed.pay(100)
    owed.pay(200, **CHEQUE)
    screen = opened(qtbot, owed.office, tasks)
    screen.tabs.setCurrentIndex(JOURNAL)
    journal, model = screen.journal, screen.journal.table.model_of_rows
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    journal.means.setCurrentIndex(journal.means.findData(PaymentMeans.CHEQUE.value))
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    journal.means.setCurrentIndex(0)
    screen.abilities()["previous"]()
    qtbot.waitUntil(lambda: model.rowCount() == 0)
    journal.period.setCurrentIndex(1)
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    qtbot.keyClicks(journal.search, "0001234")
    qtbot.keyClick(journal.search, ENTER)
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert nameless(screen) == []


def test_an_account_is_shown_from_the_desk_and_from_the_journal(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    owed.pay(100)
    screen = opened(qtbot, owed.office, tasks)
    choose(qtbot, screen)
    screen.abilities()["history"]()
    dialog = dialog_of(qtbot, screen, AccountDialog)
    assert [row.balance_cents for row in dialog.table.model_of_rows.rows] == [4150, 4730, 4630]
    dialog.reject()
    screen.tabs.setCurrentIndex(JOURNAL)
    screen.journal.table.choose_first()
    qtbot.mouseClick(screen.journal.account_button, LEFT)
    assert nameless(dialog_of(qtbot, screen, AccountDialog)) == []


def test_the_settings_of_the_regie_are_kept_whole_or_not_at_all(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    screen = opened(qtbot, owed.office, tasks)
    qtbot.mouseClick(screen.settings_button, LEFT)
    dialog = dialog_of(qtbot, screen, SettingsDialog)
    assert nameless(dialog) == []
    fields = dialog.fields
    fields["due_days"].setValue(20)
    fields["cash_ceiling_cents"].setText("500")
    dialog.iban.setText("FR76 1007 1000 0088 0000 0012 326")
    qtbot.mouseClick(dialog.submit, LEFT)
    assert "IBAN n'est pas valide" in dialog.forms[1].fields["iban"].fault.sentence()
    assert dialog.tabs.currentIndex() == 2
    dialog.iban.setText("FR14 2004 1010 0505 0001 3M02 606")
    box = dialog.services[0]
    box.ticks[PaymentMeans.CESU].setChecked(True)
    qtbot.mouseClick(dialog.submit, LEFT)
    assert "jamais la cantine" in box.fault.sentence()
    assert dialog.tabs.currentIndex() == 1
    box.ticks[PaymentMeans.CESU].setChecked(False)
    box.ticks[PaymentMeans.ANCV].setChecked(True)
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    kept = owed.office.read(regie_settings, owed.town.regie_id)
    assert (kept.values.due_days, kept.values.cash_ceiling_cents, kept.iban_ending) == (20, 50_000, "2606")
    assert PaymentMeans.ANCV in kept.services[0].values.accepted


def test_settings_changed_elsewhere_meanwhile_are_not_overwritten(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    from dataclasses import replace

    from backoffice.regie.edit import edit_regie

    screen = opened(qtbot, owed.office, tasks)
    qtbot.mouseClick(screen.settings_button, LEFT)
    dialog = dialog_of(qtbot, screen, SettingsDialog)
    seen = dialog.settings.values
    owed.office.write(edit_regie, COLLEAGUE, owed.town.regie_id, replace(seen, due_days=15), seen=seen)
    dialog.fields["city"].setText("Vittel")
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(dialog.fault.isVisible)
    assert "quelqu'un d'autre" in dialog.fault.sentence()
    assert owed.office.read(regie_settings, owed.town.regie_id).values.city == "Contrexéville"


def test_settings_are_not_offered_to_those_who_may_not_set(qtbot: QtBot, owed: Owed, tasks: Tasks) -> None:
    screen = opened(qtbot, owed.office, tasks, agent=Agent("x", "X", frozenset({Role.AGENT}), "P"))
    assert not screen.settings_button.isVisible()


def test_a_family_asked_by_another_screen_comes_to_the_desk(qtbot: QtBot, owed: Owed, town: Town, tasks: Tasks) -> None:
    other = another_family(owed.office, town, "Évrard")
    screen = opened(qtbot, owed.office, tasks)
    screen.tabs.setCurrentIndex(JOURNAL)
    screen.visit(other.family_id)
    qtbot.waitUntil(lambda: screen.desk.dues is not None and screen.desk.dues.family == "Évrard")
    assert screen.desk.nothing.isVisible(), "an advance may be received"
    assert screen.desk.fields.amount.text() == ""


@pytest.mark.parametrize("columns", [DEBTORS, RECEIPTS])
def test_the_lists_keep_what_qt_expects(qtmodeltester: ModelTester, columns: object) -> None:
    table: RowTable[object] = RowTable(columns)
    table.show(())
    qtmodeltester.check(table)
