"""One invoice: its lines by child, how each price was found, what was paid."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from backoffice.billing.lists import InvoiceFile, InvoiceRow, LineRow
from backoffice.payments.lists import PaymentRow
from backoffice.payments.means import MEANS_WORDS
from models.vocabulary import InvoiceStatus, Section
from resources.french import NARROW, amount, euros, listed, short_date
from ui.billing.table import status_state, status_words
from ui.common.grid import Index
from ui.common.parts import Card, StatePill, button, heading, hint, icon_button, line, primary_button, scrolling
from ui.shell.theme import em

SECTIONS = {Section.CARE: "Accueil", Section.MEALS: "Repas", Section.PENALTY: "Pénalités"}
HEADS = ("Prestation", "Montant")
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LINE = Qt.ItemDataRole.UserRole
NO_LINE = "Choisissez une ligne pour voir comment son prix a été trouvé."


class InvoiceDetail(Card):
    """What the régisseur needs to answer a family on the phone, cent by cent."""

    pay_asked = Signal()
    preview_asked = Signal()
    save_asked = Signal()
    family_asked = Signal()

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self.file: InvoiceFile | None = None
        self.title, self.state = heading("", 2), StatePill()
        self.title.setWordWrap(True)
        self.payer = hint()
        self.family_button = button("&Famille", self.family_asked.emit, icon="families", look="quiet")
        self.tree = _LinesTree()
        self.tree.currentItemChanged.connect(lambda item, _: self._explain(item))
        self.how, self.totals = hint(NO_LINE), QLabel()
        self.how.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.totals.setAlignment(RIGHT)
        self.totals.setProperty("look", "h3")
        self.pay_button = primary_button("&Encaisser…", self.pay_asked.emit, "money")
        self.preview_button = button("&Aperçu PDF", self.preview_asked.emit, icon="document")
        self.save_button = icon_button("save", "Enregistrer le PDF sous…", self.save_asked.emit)
        self.save_button.setProperty("look", "")
        self._lay_out()
        self.show_file(None)

    def can_pay(self) -> bool:
        """Tell whether money may be received for the invoice shown."""
        row = self.file.row if self.file else None
        return row is not None and row.status is not InvoiceStatus.DRAFT and row.due_cents > 0

    def show_file(self, file: InvoiceFile | None) -> None:
        """Show an invoice, or that none is chosen."""
        held = self.tree.place()
        same = file is not None and self.file is not None and file.row.id == self.file.row.id
        self.file = file
        self.tree.clear()
        able = file is not None
        for widget in self._of_invoice:
            widget.setVisible(able)
        self.pay_button.setVisible(file is not None and file.row.status is not InvoiceStatus.DRAFT)
        if file is None:
            self.title.setText("Aucune facture choisie")
            self.payer.setText("Choisissez une facture pour en voir les lignes, les prix expliqués et les paiements.")
            self.how.setText("")
            return
        self._show_head(file)
        self.tree.show_lines(file.lines, file.payments)
        self.tree.go_to(held if same else (0, 0))
        self.pay_button.setEnabled(self.can_pay())

    def _show_head(self, file: InvoiceFile) -> None:
        row = file.row
        self.title.setText(row.number or f"Brouillon {row.service_code}")
        today = self._today()
        self.state.show_state(status_words(row, today), status_state(row, today))
        self.state.setVisible(row.number is not None)
        told = [f"Famille {row.family}, {row.family_number} · {row.service}"]
        told.append(f"Payeur{NARROW}: {', '.join([row.payer, *file.address[-1:]])}")
        if row.issued_on:
            told.append(f"Émise le {short_date(row.issued_on)}, à payer avant le {short_date(row.due_on)}")
        self.payer.setText("\n".join(told))
        self.totals.setText(_totals(row))

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
        row = QHBoxLayout()
        row.setSpacing(em(0.4))
        row.addWidget(self.save_button)
        row.addWidget(self.preview_button)
        row.addStretch(1)
        row.addWidget(self.pay_button)
        self.column.addLayout(row)
        self.column.addStretch(0)
        shown = (self.state, self.family_button, self.tree, self.totals, self.preview_button, self.save_button)
        self._of_invoice: tuple[QWidget, ...] = (*shown, separation, explained)

    def _explain(self, item: QTreeWidgetItem | None) -> None:
        found = item.data(0, LINE) if item is not None else None
        if isinstance(found, LineRow):
            self.how.setText(explanation(found))
        elif isinstance(found, PaymentRow):
            self.how.setText(payment_words(found))
        else:
            self.how.setText(NO_LINE)


class _LinesTree(QTreeWidget):
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

    def show_lines(self, lines: Sequence[LineRow], payments: Sequence[PaymentRow]) -> None:
        """Show an invoice's lines, then its payments."""
        for (child, section), group in groupby(lines, key=lambda found: (found.child, found.section)):
            of_group = tuple(group)
            total = sum(found.amount_cents for found in of_group)
            self._group(f"{child} — {SECTIONS[section]}", total, (_line_item(found) for found in of_group))
        if payments:
            total = sum(payment.amount_cents for payment in payments)
            self._group("Encaissements", total, (_payment_item(payment) for payment in payments))
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


def _line_item(found: LineRow) -> QTreeWidgetItem:
    counted = f"{found.quantity_text} × {found.unit_price_text}"
    return _item(f"{found.label}\n{counted}", found.amount_cents, found, found.tariff)


def _payment_item(payment: PaymentRow) -> QTreeWidgetItem:
    label = f"{MEANS_WORDS[payment.means]}, {short_date(payment.received_on)}"
    return _item(label, payment.amount_cents, payment, payment_words(payment))


def _item(label: str, cents: int, found: object, tip: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem([label, amount(cents)])
    item.setData(0, LINE, found)
    item.setToolTip(0, f"{label}\n{tip}")
    item.setTextAlignment(1, RIGHT)
    return item


def _totals(row: InvoiceRow) -> str:
    parts = [f"Total {euros(row.total_cents)}"]
    if row.paid_cents:
        parts.append(f"encaissé {euros(row.paid_cents)}")
    if row.status is not InvoiceStatus.DRAFT:
        parts.append(f"reste dû {euros(row.due_cents)}")
    return " · ".join(parts)
