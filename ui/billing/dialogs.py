"""Receiving money for an invoice."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QLabel, QWidget

from backoffice.billing.lists import InvoiceRow
from backoffice.payments.means import AT_DESK, MEANS_WORDS
from backoffice.payments.record import PaymentReport
from backoffice.payments.rules import needs_bank, reference_label, reference_required, refusal
from models.vocabulary import PaymentMeans
from resources.french import NARROW, amount, euros
from ui.billing.amounts import read_amount
from ui.billing.invoice_presenter import PaymentInput
from ui.common.dialogs import FormDialog
from ui.common.forms import choice_field, date_field, date_in, text_field
from ui.common.parts import Card, StatePill, figure, hint
from ui.shell.theme import State

FILLED = "x"


class PaymentDialog(FormDialog):
    """Asks by which means, how much, when; then shows the receipt's number."""

    def __init__(self, row: InvoiceRow, today: date, parent: QWidget | None = None) -> None:
        super().__init__(f"Encaisser la facture {row.number}", "Encaisser", parent=parent, columns=2)
        self.row, self._today = row, today
        told = QLabel(f"Famille {row.family}, {row.payer}. Reste dû{NARROW}: {euros(row.due_cents)}.")
        told.setWordWrap(True)
        self.body.insertWidget(0, told)
        words = {means.value: MEANS_WORDS[means] for means in AT_DESK}
        self.means = self.form.add("means", "&Moyen de paiement", choice_field(words), required=True)
        self.amount = self.form.add("amount", "M&ontant", text_field(amount(row.due_cents), longest=12), required=True)
        self.received = self.form.add("received", "&Reçu le", date_field(today), required=True)
        self.received.lineEdit().setAccessibleName("Reçu le, obligatoire")
        self.reference = self.form.add("reference", "&Numéro", text_field(longest=40))
        self.bank = self.form.add("bank", "&Banque", text_field(longest=60, example="Nom de la banque"))
        self.explain_stars()
        self.receipt = self._receipt()
        self.means.currentIndexChanged.connect(lambda _: self._follow_means())
        self._follow_means()
        self.amount.selectAll()

    @property
    def chosen_means(self) -> PaymentMeans:
        """The means chosen."""
        return PaymentMeans(self.means.currentData())

    def typed(self) -> PaymentInput:
        """Give what was typed; call it once the dialog is complete."""
        means = self.chosen_means
        return PaymentInput(
            means=means,
            amount_cents=read_amount(self.amount.text()),
            received_on=date_in(self.received),
            reference=(self.reference.text().strip() or None) if reference_label(means) else None,
            bank=(self.bank.text().strip() or None) if needs_bank(means) else None,
        )

    def is_complete(self) -> bool:
        return self.form.show_faults(self.faults())

    def faults(self) -> dict[str, str]:
        """Say what is wrong, field by field, in the words of the rule."""
        try:
            cents = read_amount(self.amount.text())
        except ValueError as error:
            return {"amount": str(error)}
        means, reference, bank = self.chosen_means, self.reference.text(), self.bank.text()
        due, day = self.row.due_cents, self._issued_on()
        checks: dict[str, Callable[[], str | None]] = {
            "amount": lambda: self._refusal(PaymentMeans.CASH, cents, day),
            "received": lambda: self._refusal(PaymentMeans.CASH, due, date_in(self.received)),
            "reference": lambda: self._refusal(means, due, day, reference, FILLED),
            "bank": lambda: self._refusal(means, due, day, FILLED, bank),
        }
        found = {code: check() for code, check in checks.items()}
        return {code: sentence for code, sentence in found.items() if sentence}

    def show_receipt(self, report: PaymentReport) -> None:
        """Say that it is done, with the number to write on the cheque or to give the family."""
        for at in range(self.body.count()):
            if (item := self.body.itemAt(at)) is not None and (shown := item.widget()) is not None:
                shown.setVisible(shown is self.receipt)
        self.submit.hide()
        self.fault.hide()
        self._number.setText(report.receipt_number)
        self._told.setText(report.sentence)
        self.close_button.setText("Fermer")
        self.close_button.setDefault(True)
        self.close_button.setFocus()
        self.adjustSize()

    def _receipt(self) -> Card:
        self._number, self._told = figure(), hint()
        card = Card("Quittance")
        card.column.insertWidget(0, StatePill("Paiement enregistré", State.ACCEPTED))
        card.column.addWidget(self._number)
        card.column.addWidget(self._told)
        card.hide()
        self.body.addWidget(card)
        return card

    def _refusal(
        self, means: PaymentMeans, cents: int, day: date, reference: str = FILLED, bank: str = FILLED
    ) -> str | None:
        return refusal(
            means,
            cents,
            self.row.due_cents,
            received_on=day,
            issued_on=self._issued_on(),
            today=self._today,
            reference=reference,
            bank=bank,
        )

    def _issued_on(self) -> date:
        return self.row.issued_on or self._today

    def _follow_means(self) -> None:
        """Ask only what the means needs."""
        means = self.chosen_means
        label, reference, bank = reference_label(means), self.form.fields["reference"], self.form.fields["bank"]
        star = " *" if reference_required(means) else ""
        reference.label.setText(f"{label or ''}{star}")
        self.reference.setAccessibleName(f"{label or 'Numéro'}{', obligatoire' if star else ''}")
        reference.setVisible(label is not None)
        bank.label.setText("&Banque *")
        self.bank.setAccessibleName("Banque, obligatoire")
        bank.setVisible(needs_bank(means))
