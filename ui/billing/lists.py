"""The month's lists: its invoices, what is to mend before they are issued, what was corrected after."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from backoffice.billing.alerts import AlertKind, AlertRow
from backoffice.billing.lists import STATUS_WORDS, InvoiceRow
from models.vocabulary import InvoiceStatus
from resources.french import plural
from ui.billing.figures import Figures
from ui.billing.regularisations import RegularisationPage
from ui.billing.table import ALERTS, invoice_columns
from ui.common.choices import ChoiceBox
from ui.common.listing import TableView
from ui.common.parts import FigureCard, button, hint, row_of
from ui.common.pickers import SearchField
from ui.shell.theme import em

EVERY_STATUS = "Tous les états"
REDRAFT = frozenset({AlertKind.NO_DRAFT, AlertKind.OUTDATED})
NOTHING_WRONG = "Rien à vérifier dans ce mois."


class FigureCards(QWidget):
    """The month in figures."""

    def __init__(self) -> None:
        super().__init__()
        self._drafted, self._issued = FigureCard("Brouillons"), FigureCard("Émises")
        self._paid, self._due = FigureCard("Encaissé"), FigureCard("Reste dû")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(em(0.6))
        for card in (self._drafted, self._issued, self._paid, self._due):
            row.addWidget(card, 1)

    def show_figures(self, figures: Figures) -> None:
        """Write them."""
        self._drafted.show_figure(str(figures.drafts), figures.drafted_cents)
        self._issued.show_figure(str(figures.issued), figures.issued_cents)
        self._paid.show_figure("", figures.paid_cents)
        self._due.show_figure(f"{figures.unpaid} à payer" if figures.unpaid else "", figures.due_cents)


class MonthLists(QTabWidget):
    """Invoices on the first page, what is to mend on the second, what is to make good on the third."""

    filtered = Signal()
    mend_asked = Signal(object)  # AlertRow

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self.setAccessibleName("Factures et points à vérifier")
        self.search = SearchField("Famille, enfant ou n°", "Rechercher une facture")
        self._status = ChoiceBox("État des factures", 8)
        states = [(words, status.value) for status, words in STATUS_WORDS.items()]
        self._status.fill([(EVERY_STATUS, None), *states], None)
        self.invoices = TableView(
            invoice_columns(today), name="Factures du mois", empty="Aucune facture.", saved_as="invoices"
        )
        self.alerts: TableView[AlertRow] = TableView(
            ALERTS, name="Points à vérifier", empty=NOTHING_WRONG, key=lambda row: row
        )
        self._told = hint()
        self.mend = button("&Ouvrir pour corriger", self._mend, icon="edit")
        foot = QHBoxLayout()
        foot.addWidget(self._told, 1)
        foot.addWidget(self.mend)
        self.addTab(_page(row_of(self.search, self._status, stretch_after=0), self.invoices), "Factures")
        self.addTab(_page(self.alerts, foot=foot), "À vérifier")
        self.corrections = RegularisationPage()
        self.addTab(self.corrections, "Régularisations")
        self.search.searched.connect(lambda _: self.filtered.emit())
        self._status.currentIndexChanged.connect(lambda _: self.filtered.emit())
        self.alerts.row_chosen.connect(self._describe)
        self.alerts.row_opened.connect(lambda _: self._mend())
        self._describe(None)

    @property
    def status(self) -> InvoiceStatus | None:
        """The status chosen, if one is."""
        code = self._status.currentData()
        return InvoiceStatus(code) if code else None

    def show_loading(self) -> None:
        """Say that rows are coming."""
        self.invoices.show_loading()
        self.alerts.show_loading()

    def show_rows(self, rows: Sequence[InvoiceRow], when_empty: str) -> None:
        """Show the month's invoices."""
        self.invoices.say_when_empty(when_empty)
        self.invoices.show_rows(rows)
        self.setTabText(0, plural(len(rows), "facture"))

    def show_alerts(self, alerts: Sequence[AlertRow]) -> None:
        """Show what is to mend."""
        self.alerts.show_rows(alerts)
        self.setTabText(1, f"À vérifier ({len(alerts)})" if alerts else "Rien à vérifier")
        self._describe(self.alerts.chosen())

    def show_corrections(self, count: int) -> None:
        """Say how many accounts await a regularisation, in all months."""
        self.setTabText(2, f"Régularisations ({count})" if count else "Régularisations")

    def _describe(self, alert: AlertRow | None) -> None:
        again = alert is not None and alert.kind in REDRAFT
        self.mend.setEnabled(alert is not None)
        self.mend.setText("&Préparer le mois" if again else "&Ouvrir pour corriger")
        self._told.setText(alert.sentence if alert else "")

    def _mend(self) -> None:
        if (alert := self.alerts.chosen()) is not None:
            self.mend_asked.emit(alert)


def _page(*widgets: QWidget, foot: QHBoxLayout | None = None) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, em(0.5), 0, 0)
    column.setSpacing(em(0.5))
    for widget in widgets:
        column.addWidget(widget, int(isinstance(widget, TableView)))
    if foot is not None:
        column.addLayout(foot)
    return page
