"""Making a slip, closing, paying over: what is about to be frozen is shown first."""

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtWidgets import QSpinBox, QWidget

from backoffice.payments.means import MEANS_WORDS, named
from backoffice.treasury.close import Proposal
from backoffice.treasury.deposit import FACES, WaitingRow
from backoffice.treasury.remit import Statement
from backoffice.treasury.statements import period_words
from models.vocabulary import ClosingKind, PaymentMeans
from resources.french import euros, long_date, number, plural
from ui.common.dialogs import Confirmation, FormDialog
from ui.common.forms import date_field, date_in, number_field
from ui.common.parts import hint
from ui.shell.theme import em

NOTE_FROM = 500


class DepositDialog(FormDialog):
    """Asks on which day, and for cash how it is made up; then the slip is written."""

    def __init__(
        self, means: PaymentMeans, rows: Sequence[WaitingRow], today: date, parent: QWidget | None = None
    ) -> None:
        cash = means is PaymentMeans.CASH
        super().__init__("Établir le bordereau", "Établir le bordereau", parent=parent, columns=5 if cash else 1)
        self.means, self.ids = means, [row.id for row in rows]
        self.cents = sum(row.amount_cents for row in rows)
        self.tell(
            f"{plural(len(rows), 'paiement')} ({named(means)}), {euros(self.cents)}. Le bordereau reçoit son numéro et "
            "n'est plus modifié\u202f: ce qui y figure passe sur le compte de la régie."
        )
        self.made_on = self.form.add("made_on", "&Remis le", date_field(today), required=True, wide=True)
        self.counts: dict[int, QSpinBox] = {}
        self._counted = hint()
        if cash:
            self._ask_cash()

    @property
    def day(self) -> date:
        """The day typed."""
        return date_in(self.made_on)

    def counted(self) -> Mapping[int, int]:
        """Give how many of each note and coin were counted."""
        return {face: box.value() for face, box in self.counts.items() if box.value()}

    def _ask_cash(self) -> None:
        self.body.insertWidget(
            1, hint("Compter les billets et les pièces est facultatif\u202f; s'ils le sont, ils figurent au bordereau.")
        )
        for face in FACES:
            kind = "Billets" if face >= NOTE_FROM else "Pièces"
            words = euros(face).replace(",00", "")
            self.counts[face] = self.form.add(str(face), f"{kind} {words}", number_field(most=99_999))
            self.counts[face].valueChanged.connect(lambda _: self._add_up())
        self.body.addWidget(self._counted)
        self._add_up()
        self.setMinimumWidth(em(42))

    def _add_up(self) -> None:
        found = sum(face * count for face, count in self.counted().items())
        self._counted.setText(f"Compté\u202f: {euros(found)} sur {euros(self.cents)}.")


def closing_confirmation(found: Proposal, today: date, parent: QWidget) -> Confirmation:
    """Show the sums that a closing freezes, and ask."""
    figures = found.figures
    lines = [
        f"Encaissements nets\u202f: {euros(found.receipts_cents)}",
        *(
            f"    {MEANS_WORDS[PaymentMeans(row['means'])]}\u202f: {euros(row['cents'] - row['reversed_cents'])}"
            for row in figures["receipts"]
        ),
        f"Remises\u202f: {euros(sum(row['cents'] for row in figures['deposits']))}",
        f"Versements\u202f: {euros(sum(row['cents'] for row in figures['remittances']))}",
        f"Factures émises\u202f: {number(sum(row['count'] for row in figures['invoices']))}",
        f"En caisse à la clôture\u202f: {euros(figures['closing']['till_cents'])}",
        f"Valeurs en main\u202f: {euros(figures['closing']['values_cents'])}",
        f"Compte de la régie\u202f: {euros(figures['closing']['account_cents'])}",
    ]
    words = period_words(found.kind, found.first, found.last)
    sums = "\n".join(lines)
    late = " Plus rien ne pourra être encaissé aujourd'hui." if found.last == today else ""
    asked = Confirmation(
        "Arrêter le mois" if found.kind is ClosingKind.MONTH else "Arrêter la journée",
        f"Vous arrêtez {words}.\n\n{sums}\n\nC'est irréversible\u202f: ces chiffres sont figés, et rien ne pourra plus être daté "
        f"jusqu'au {long_date(found.last)} compris.{late}",
        "Arrêter",
        danger=True,
        parent=parent,
    )
    asked.setMinimumWidth(em(32))
    return asked


def remittance_confirmation(found: Statement, parent: QWidget) -> Confirmation:
    """Show what is paid over, and ask."""
    lines = [f"    {line.product_code or line.label}\u202f: {euros(line.cents)}" for line in found.lines]
    if found.credit_cents:
        lines.append(f"    Trop-perçus, non affectés\u202f: {euros(found.credit_cents)}")
    sums = "\n".join(lines)
    asked = Confirmation(
        "Verser au comptable public",
        f"Vous versez {euros(found.amount_cents)} ({plural(found.count, 'opération')}) le {long_date(found.made_on)}.\n\n"
        f"{sums}\n\nC'est irréversible\u202f: l'état de versement est numéroté et figé.",
        f"Verser {euros(found.amount_cents)}",
        danger=True,
        parent=parent,
    )
    asked.setMinimumWidth(em(32))
    return asked
