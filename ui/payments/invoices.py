"""A household's open invoices, ticked when the payment settles them, with what it gives to each."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
)

from backoffice.payments.book import Share
from backoffice.payments.rules import Payable
from resources.french import amount, capital, euros, month_name, short_date
from ui.shell.theme import em

HEADS = ("Facture", "Service", "Échéance", "Reste dû", "Payé ici")
DUE, HERE = 3, 4
LEAST_SHOWN, MOST_SHOWN = 4, 8  # rows that the list takes the height of
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
INVOICE = Qt.ItemDataRole.UserRole
TICK = Qt.CheckState


class TickedNumber(QStyledItemDelegate):
    """Leaves room for the box, which is wider than what Qt counts for it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width() + em(0.9), size.height())


class InvoiceTicks(QTreeWidget):
    """The open invoices, the oldest first; Space ticks the current one."""

    ticked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Factures à payer")
        self.setColumnCount(len(HEADS))
        self.setHeaderLabels(HEADS)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setItemDelegateForColumn(0, TickedNumber(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        heads = self.header()
        heads.setStretchLastSection(False)
        heads.setSectionsMovable(False)
        for column in range(len(HEADS)):
            heads.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        heads.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column in (DUE, HERE):
            self.headerItem().setTextAlignment(column, RIGHT)
        self.itemChanged.connect(self._changed)

    def sizeHint(self) -> QSize:
        rows = min(MOST_SHOWN, max(LEAST_SHOWN, self.topLevelItemCount()))
        one = self.sizeHintForRow(0) if self.topLevelItemCount() else em(1.8)
        frame = 2 * self.frameWidth()
        return QSize(super().sizeHint().width(), self.header().sizeHint().height() + rows * one + frame + em(0.4))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), em(5.5))

    def show_invoices(self, invoices: Sequence[Payable]) -> None:
        """Show invoices, all ticked."""
        with QSignalBlocker(self):
            self.clear()
            self.addTopLevelItems([_item(invoice) for invoice in invoices])
            if (first := self.topLevelItem(0)) is not None:
                self.setCurrentItem(first)
        self.setMaximumHeight(self.sizeHint().height())

    def chosen(self) -> tuple[Payable, ...]:
        """Give the ticked ones."""
        return tuple(item.data(0, INVOICE) for item in self._items() if item.checkState(0) is TICK.Checked)

    def show_shares(self, shares: Iterable[Share]) -> None:
        """Write what the payment gives to each."""
        given = {share.invoice_id: share.cents for share in shares}
        with QSignalBlocker(self):
            for item in self._items():
                cents = given.get(item.data(0, INVOICE).id, 0)
                item.setText(HERE, amount(cents) if cents else "—")

    def tick(self, invoice_id: int, *, ticked: bool = True) -> None:
        """Tick an invoice, or not."""
        for item in self._items():
            if item.data(0, INVOICE).id == invoice_id:
                item.setCheckState(0, TICK.Checked if ticked else TICK.Unchecked)

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.topLevelItem(at) for at in range(self.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _changed(self, _item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            self.ticked.emit()


def _item(invoice: Payable) -> QTreeWidgetItem:
    service = f"{invoice.service}, {month_name(invoice.month)}"
    item = QTreeWidgetItem([invoice.number, service, short_date(invoice.due_on), amount(invoice.due_cents), "—"])
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(0, TICK.Checked)
    item.setData(0, INVOICE, invoice)
    item.setToolTip(1, f"{capital(service)}\nReste dû {euros(invoice.due_cents)}")
    for column in (DUE, HERE):
        item.setTextAlignment(column, RIGHT)
    return item
