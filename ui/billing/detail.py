"""One invoice: its lines by child, how each price was found, what was credited and paid."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QTreeWidgetItem, QWidget

from backoffice.billing.credit_lists import CreditNoteRow
from backoffice.billing.lists import InvoiceFile, InvoiceRow, LineRow
from backoffice.payments.lists import PaymentRow
from models.vocabulary import InvoiceKind, InvoiceStatus
from resources.french import NARROW, euros, short_date
from ui.billing.lines_tree import LINE, RIGHT, LinesTree, explanation, note_words, payment_words
from ui.billing.table import SHORT_WORDS, can_credit, status_state, status_words
from ui.common.label import PlainLabel
from ui.common.parts import Card, StatePill, button, heading, hint, icon_button, line, primary_button, scrolling
from ui.shell.theme import em

NO_LINE = "Choisissez une ligne pour voir comment son prix a été trouvé."


class InvoiceDetail(Card):
    """What the régisseur needs to answer a family on the phone, cent by cent."""

    pay_asked = Signal()
    preview_asked = Signal()
    save_asked = Signal()
    family_asked = Signal()
    credit_asked = Signal()
    redraft_asked = Signal()
    note_asked = Signal(object)  # CreditNoteRow

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self.file: InvoiceFile | None = None
        self.title, self.state = heading("", 2), StatePill()
        self.title.setWordWrap(True)
        self.payer = hint()
        self.family_button = button("&Famille", self.family_asked.emit, icon="families", look="quiet")
        self.tree = LinesTree()
        self.tree.currentItemChanged.connect(lambda item, _: self._explain(item))
        self.tree.itemActivated.connect(lambda *_: self._open_note())
        self.how, self.totals = hint(NO_LINE), PlainLabel()
        self.how.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.totals.setAlignment(RIGHT)
        self.totals.setWordWrap(True)
        self.totals.setProperty("look", "h3")
        self.pay_button = primary_button("&Encaisser…", self.pay_asked.emit, "money")
        self.credit_button = button("Établir un a&voir…", self.credit_asked.emit, icon="undo")
        self.redraft_button = button("&Refaire ce brouillon", self.redraft_asked.emit, icon="refresh")
        self.redraft_button.setToolTip("Recalculer ce seul brouillon à partir des pointages d'aujourd'hui")
        self.note_button = button("&Voir l'avoir", self._open_note, icon="document", look="quiet")
        self.preview_button = button("&Aperçu PDF", self.preview_asked.emit, icon="document")
        self.save_button = icon_button("save", "Enregistrer le PDF sous…", self.save_asked.emit)
        self.save_button.setProperty("look", "")
        self._lay_out()
        self.show_file(None)

    def can_pay(self) -> bool:
        """Tell whether money may be received for the invoice shown."""
        row = self.file.row if self.file else None
        return row is not None and row.status is not InvoiceStatus.DRAFT and row.due_cents > 0

    def note(self) -> CreditNoteRow | None:
        """Give the credit note that is the current line, if it is one."""
        item = self.tree.currentItem()
        found = item.data(0, LINE) if item is not None else None
        return found if isinstance(found, CreditNoteRow) else None

    def show_file(self, file: InvoiceFile | None) -> None:
        """Show an invoice, or that none is chosen."""
        held = self.tree.place()
        same = file is not None and self.file is not None and file.row.id == self.file.row.id
        self.file = file
        self.tree.clear()
        able = file is not None
        for widget in self._of_invoice:
            widget.setVisible(able)
        issued = file is not None and file.row.status is not InvoiceStatus.DRAFT
        self.pay_button.setVisible(issued)
        self.credit_button.setVisible(issued)
        self.redraft_button.setVisible(able and not issued)
        if file is None:
            self.title.setText("Aucune facture choisie")
            self.payer.setText("Choisissez une facture pour en voir les lignes, les prix expliqués et les paiements.")
            self.how.setText("")
            self.note_button.hide()
            return
        self._show_head(file)
        self.tree.show_lines(file)
        self.tree.go_to(held if same else (0, 0))
        self.pay_button.setEnabled(self.can_pay())
        self.credit_button.setEnabled(can_credit(file.row))

    def _show_head(self, file: InvoiceFile) -> None:
        row = file.row
        self.title.setText(row.number or f"Brouillon {row.service_code}")
        today = self._today()
        words = status_words(row, today)
        self.state.show_state(SHORT_WORDS.get(row.status, words), status_state(row, today))
        self.state.setToolTip(words)
        self.state.setVisible(row.number is not None)
        told = [f"Famille {row.family}, {row.family_number} · {row.service}"]
        told.append(f"Payeur{NARROW}: {', '.join([row.payer, *file.address[-1:]])}")
        if row.issued_on:
            told.append(f"Émise le {short_date(row.issued_on)}, à payer avant le {short_date(row.due_on)}")
        if row.kind is InvoiceKind.ADJUSTMENT:
            told.append("Complément d'un mois déjà facturé, après correction du pointage")
        self.payer.setText("\n".join(told))
        self.totals.setText(totals(row))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.state)
        head.addWidget(self.family_button)
        self.column.addLayout(head)
        self.column.addWidget(self.payer)
        self.column.addWidget(self.tree, 3)
        self.column.addWidget(self.totals)
        separation, explained = line(), scrolling(self.how)
        self.column.addWidget(separation)
        explained.setMinimumHeight(em(4.2))
        self.how.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(explained, 2)
        self.column.addLayout(_line_of((self.note_button,), (self.credit_button, self.redraft_button)))
        self.column.addLayout(_line_of((self.save_button, self.preview_button), (self.pay_button,)))
        self.column.addStretch(0)
        shown = (self.state, self.family_button, self.tree, self.totals, self.preview_button, self.save_button)
        self._of_invoice: tuple[QWidget, ...] = (*shown, separation, explained)

    def _explain(self, item: QTreeWidgetItem | None) -> None:
        found = item.data(0, LINE) if item is not None else None
        self.note_button.setVisible(isinstance(found, CreditNoteRow))
        match found:
            case LineRow():
                self.how.setText(explanation(found))
            case PaymentRow():
                self.how.setText(payment_words(found))
            case CreditNoteRow():
                self.how.setText(note_words(found))
            case _:
                self.how.setText(NO_LINE)

    def _open_note(self) -> None:
        if (note := self.note()) is not None:
            self.note_asked.emit(note)


def _line_of(left: tuple[QWidget, ...], right: tuple[QWidget, ...]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(em(0.4))
    for widget in left:
        row.addWidget(widget)
    row.addStretch(1)
    for widget in right:
        row.addWidget(widget)
    return row


def totals(row: InvoiceRow) -> str:
    """Sum an invoice up: what it asked, what was taken off it, what is still due."""
    parts = [f"Total {euros(row.total_cents)}"]
    if row.aid_cents:
        parts.append(f"aides {euros(row.aid_cents)}")
    if row.credited_cents:
        parts.append(f"avoirs {euros(row.credited_cents)}")
    if row.paid_cents:
        parts.append(f"encaissé {euros(row.paid_cents)}")
    if row.status is not InvoiceStatus.DRAFT:
        parts.append(f"reste dû {euros(row.due_cents)}")
    return " · ".join(parts)
