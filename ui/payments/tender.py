"""What is typed of a payment: the means that the act allows, the amount, and only what that means must say."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from backoffice.payments.book import Share
from backoffice.payments.dues import Dues
from backoffice.payments.means import MEANS_WORDS
from backoffice.payments.rules import (
    Payable,
    Tender,
    faults,
    needs_bank,
    reference_label,
    reference_required,
    spread,
)
from models.vocabulary import PaymentMeans
from resources.french import amount
from ui.billing.amounts import read_amount
from ui.common.forms import Form, choice_field, date_field, date_in, text_field
from ui.shell.theme import em

NO_MEANS = "Aucun moyen de paiement n'est accepté à la fois pour les factures cochées\u202f: payez-les séparément."


class TenderFields(QObject):
    """The fields of a payment in a form, for a household's chosen invoices."""

    changed = Signal()

    def __init__(self, form: Form, today: date) -> None:
        super().__init__(form)
        self.form, self._today = form, today
        self._dues: Dues | None = None
        self._chosen: tuple[Payable, ...] = ()
        self._proposed = ""
        self.means = form.add("means", "&Moyen de paiement", choice_field({}), required=True)
        self.amount = form.add("amount", "M&ontant", text_field(longest=12), required=True)
        self.received = form.add("received", "&Reçu le", date_field(today), required=True)
        self.reference = form.add("reference", "&Numéro", text_field(longest=40))
        self.bank = form.add("bank", "&Banque", text_field(longest=60, example="Nom de la banque"))
        self.drawer = form.add("drawer", "&Tireur du chèque", text_field(longest=100))
        QWidget.setTabOrder(self.amount, self.reference)  # the day is most often today: asked last
        for before, after in ((self.reference, self.bank), (self.bank, self.drawer), (self.drawer, self.received)):
            QWidget.setTabOrder(before, after)
        self.keep = form.add("keep", "", QCheckBox("&Garder ce qui dépasse au crédit de la famille"), wide=True)
        self.keep.setAccessibleName("Garder ce qui dépasse au crédit de la famille")
        self.means.currentIndexChanged.connect(lambda _: self._follow_means())
        self.amount.textChanged.connect(lambda _: self._follow_amount())
        self._follow_means()

    @property
    def chosen_means(self) -> PaymentMeans | None:
        """The means chosen; none when no means is allowed."""
        code = self.means.currentData()
        return None if code is None else PaymentMeans(code)

    def show_dues(self, dues: Dues, chosen: Sequence[Payable]) -> None:
        """Offer what the act allows for these invoices, and propose the amount due."""
        if self._dues is None or self._dues.family_id != dues.family_id:
            self.clear()
            self.drawer.setText(dues.payer)
        self._dues, self._chosen = dues, tuple(chosen)
        self._offer_means()
        self._proposed = self.amount.text()  # other invoices: another amount is due
        self._follow_means()

    def clear(self) -> None:
        """Forget the last payment; the means stays, for the next one is often the same."""
        with QSignalBlocker(self.amount):
            for field in (self.amount, self.reference, self.bank, self.drawer):
                field.clear()
        self._proposed = ""
        self._dues, self._chosen = None, ()
        self.keep.setChecked(False)
        self.form.show_faults({})

    def tender(self) -> Tender:
        """Read what was typed.

        Raises:
            ValueError: the amount is none; the sentence says how to write one.
        """
        means = self.chosen_means
        if means is None:
            raise ValueError(NO_MEANS)
        cheque = needs_bank(means)
        return Tender(
            means=means,
            amount_cents=read_amount(self.amount.text()),
            received_on=date_in(self.received),
            reference=_typed(self.reference.text()) if reference_label(means) else None,
            bank=_typed(self.bank.text()) if cheque else None,
            drawer=_typed(self.drawer.text()) if cheque else None,
            keep_excess=self.keep.isVisibleTo(self.form) and self.keep.isChecked(),
        )

    def shares(self) -> tuple[Share, ...]:
        """Say what goes to each chosen invoice, the oldest first."""
        try:
            tender = self.tender()
        except ValueError:
            return ()
        return spread(self._chosen, tender.means, tender.amount_cents)

    def faults(self) -> dict[str, str]:
        """Say what is wrong, field by field, in the words of the rules."""
        if self.chosen_means is None:
            return {"means": NO_MEANS}
        try:
            tender = self.tender()
        except ValueError as error:
            return {"amount": str(error)}
        if self._dues is None:
            return {}
        return faults(
            tender, self._chosen, self.shares(), accepted=self._dues.accepted, today=self._today,
            closed=self._dues.closed_until,
        )  # fmt: skip

    def is_complete(self) -> bool:
        """Write each fault under its field; True when there is none."""
        return self.form.show_faults(self.faults())

    def _offer_means(self) -> None:
        assert self._dues is not None, "means are those of a household"
        held, offered = self.chosen_means, allowed_means(self._dues, self._chosen)
        with QSignalBlocker(self.means):
            self.means.clear()
            for means in offered:
                self.means.addItem(MEANS_WORDS[means], means.value)
            self.means.setCurrentIndex(offered.index(held) if held in offered else 0 if offered else -1)

    def _follow_means(self) -> None:
        """Ask only what the means needs, and propose what it may pay."""
        means = self.chosen_means
        label = reference_label(means) if means else None
        required = means is not None and reference_required(means)
        reference = self.form.fields["reference"]
        reference.label.setText(f"{label or ''}{' *' if required else ''}")
        self.reference.setAccessibleName(f"{label or 'Numéro'}{', obligatoire' if required else ''}")
        self.reference.setPlaceholderText("Facultatif" if label and not required else "")
        reference.setVisible(label is not None)
        cheque = means is not None and needs_bank(means)
        for code, words in (("bank", "&Banque *"), ("drawer", "&Tireur du chèque")):
            self.form.fields[code].label.setText(words)
            self.form.fields[code].setVisible(cheque)
        self.bank.setAccessibleName("Banque, obligatoire")
        self._propose(means)
        self._follow_amount()

    def _propose(self, means: PaymentMeans | None) -> None:
        if self.amount.text() != self._proposed:
            return
        cents = sum(invoice.ceilings.get(means, 0) for invoice in self._chosen) if means else 0
        self._proposed = amount(cents) if cents else ""
        with QSignalBlocker(self.amount):
            self.amount.setText(self._proposed)

    def _follow_amount(self) -> None:
        """Offer to keep what is above what is due, when something is."""
        means = self.chosen_means
        try:
            cents = read_amount(self.amount.text())
        except ValueError:
            cents = 0
        most = sum(invoice.ceilings.get(means, 0) for invoice in self._chosen) if means else 0
        self.form.fields["keep"].setVisible(cents > most)
        self.changed.emit()


def allowed_means(dues: Dues, chosen: Sequence[Payable]) -> list[PaymentMeans]:
    """List the means that may pay all the chosen invoices together; without any, those of the régie."""
    return [
        means
        for means in dues.accepted
        if all(means in invoice.ceilings for invoice in chosen)
        and (not chosen or any(invoice.ceilings[means] for invoice in chosen))
    ]


def topped(form: Form) -> QWidget:
    """Keep a form's lines together at the top of a page that is taller."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, em(0.4), em(0.4), 0)
    column.addWidget(form)
    column.addStretch(1)
    return page


def _typed(text: str) -> str | None:
    return text.strip() or None
