"""The lines of an invoice under their child and section, its credit notes and payments under theirs."""

from collections.abc import Iterable
from itertools import groupby

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
)

from backoffice.billing.credit_lists import CreditNoteRow
from backoffice.billing.lists import InvoiceFile, LineRow
from backoffice.payments.lists import PaymentRow
from backoffice.payments.means import MEANS_WORDS
from models.vocabulary import Section
from resources.french import NARROW, amount, euros, listed, short_date
from ui.common.grid import Index
from ui.common.label import plain_tip
from ui.shell.theme import em

SECTIONS = {Section.CARE: "Accueil", Section.MEALS: "Repas", Section.PENALTY: "Pénalités"}
HEADS = ("Prestation", "Montant")
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LINE = Qt.ItemDataRole.UserRole


class LinesTree(QTreeWidget):
    """Lines under their child and section, each above what it multiplies; payments under theirs; amounts on the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Lignes de la facture")
        self.setColumnCount(len(HEADS))
        self.setItemDelegate(_LabelDelegate(self))
        self.setHeaderLabels(HEADS)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(em(0.6))
        self.setWordWrap(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        heads = self.header()
        heads.setStretchLastSection(False)
        heads.setSectionsMovable(False)
        heads.sectionResized.connect(lambda *_: self.scheduleDelayedItemsLayout())
        heads.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(HEADS)):
            heads.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
            self.headerItem().setTextAlignment(column, RIGHT)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), em(11))

    def show_lines(self, file: InvoiceFile) -> None:
        """Show an invoice's lines, then its credit notes and payments."""
        self.clear()
        for (child, section), group in groupby(file.lines, key=lambda found: (found.child, found.section)):
            of_group = tuple(group)
            total = sum(found.amount_cents for found in of_group)
            self._group(f"{child} — {SECTIONS[section]}", total, (_line_item(found) for found in of_group))
        if file.credit_notes:
            total = -sum(note.total_cents for note in file.credit_notes)
            self._group("Avoirs", total, (_note_item(note) for note in file.credit_notes))
        if file.payments:
            total = sum(payment.amount_cents for payment in file.payments)
            self._group("Encaissements", total, (_payment_item(payment) for payment in file.payments))
        self.expandAll()

    def place(self) -> tuple[int, int]:
        """Tell which line is the current one."""
        item = self.currentItem()
        if item is None or (parent := item.parent()) is None:
            return 0, 0
        return self.indexOfTopLevelItem(parent), parent.indexOfChild(item)

    def go_to(self, place: tuple[int, int]) -> None:
        """Make a line the current one, as near as there is one."""
        group = self.topLevelItem(min(place[0], self.topLevelItemCount() - 1))
        if group is None:
            return
        if (item := group.child(min(place[1], group.childCount() - 1))) is not None:
            self.setCurrentItem(item)

    def _group(self, title: str, cents: int, items: Iterable[QTreeWidgetItem]) -> None:
        head = QTreeWidgetItem([title, amount(cents)])
        font = head.font(0)
        font.setBold(True)
        for column in range(len(HEADS)):
            head.setFont(column, font)
            head.setTextAlignment(
                column, RIGHT if column else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            )
        self.addTopLevelItem(head)
        head.addChildren(list(items))


class _LabelDelegate(QStyledItemDelegate):
    """Lets a label go on below: its end tells its line from the others."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size, view = super().sizeHint(option, index), self.parent()
        if index.column() == 0 and isinstance(view, QTreeWidget):
            text, free = str(index.data()), option.fontMetrics.boundingRect
            room = QRect(0, 0, view.columnWidth(0) - view.indentation() - em(1.1), 0)
            wrapped, plain = free(room, Qt.TextFlag.TextWordWrap, text), free(QRect(), 0, text)
            size.setHeight(size.height() + max(wrapped.height() - plain.height(), 0))
        return size


def explanation(found: LineRow) -> str:
    """Say how a line's price was found, step by step, and for which days."""
    days = listed(str(day.day) for day in found.days)
    steps = [f"{at}. {step}" for at, step in enumerate(found.steps, start=1)]
    sum_up = f"{found.quantity_text} × {found.unit_price_text} = {euros(found.amount_cents)}"
    dated = [f"Jours du mois{NARROW}: {days}."] if found.days else []
    return "\n".join([f"{found.tariff} — {sum_up}", *dated, *steps])


def payment_words(payment: PaymentRow) -> str:
    """Say a payment in full."""
    means = MEANS_WORDS[payment.means]
    about = [part for part in (payment.reference and f"n° {payment.reference}", payment.bank) if part]
    return (
        f"Quittance {payment.receipt_number}{NARROW}: {euros(payment.amount_cents)}, {means.lower()}"
        f"{' (' + ', '.join(about) + ')' if about else ''}, reçu le {short_date(payment.received_on)}, "
        f"enregistré par {payment.recorded_by}."
    )


def note_words(note: CreditNoteRow) -> str:
    """Say a credit note in full."""
    freed = [f"Journées à refacturer{NARROW}: oui."] if note.freed else []
    lines = [f"{line.child}, {line.label}{NARROW}: {euros(line.amount_cents)}" for line in note.lines]
    head = (
        f"Avoir {note.number} du {short_date(note.issued_on)}{NARROW}: {euros(note.total_cents)}, par {note.issued_by}."
    )
    return "\n".join([head, f"Motif{NARROW}: {note.reason}", *lines, *freed])


def _line_item(found: LineRow) -> QTreeWidgetItem:
    counted = f"{found.quantity_text} × {found.unit_price_text}"
    return _item(f"{found.label}\n{counted}", found.amount_cents, found, found.tariff)


def _payment_item(payment: PaymentRow) -> QTreeWidgetItem:
    label = f"{MEANS_WORDS[payment.means]}, {short_date(payment.received_on)}"
    return _item(label, payment.amount_cents, payment, payment_words(payment))


def _note_item(note: CreditNoteRow) -> QTreeWidgetItem:
    return _item(
        f"Avoir {note.number}, {short_date(note.issued_on)}\n{note.reason}", -note.total_cents, note, note_words(note)
    )


def _item(label: str, cents: int, found: object, tip: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem([label, amount(cents)])
    item.setData(0, LINE, found)
    item.setToolTip(0, plain_tip(f"{label}\n{tip}"))
    item.setTextAlignment(1, RIGHT)
    return item
