"""Online payments: what the portal, PayFiP and the books each say, what must be looked at, and PayFiP asked again."""

from collections.abc import Sequence
from datetime import date, timedelta
from operator import attrgetter

from PySide6.QtWidgets import QVBoxLayout, QWidget

from backoffice.office import Office
from backoffice.payments.reconcile import OnlineRow
from backoffice.permissions import Agent
from resources.french import plural
from ui.common.changes import Changes
from ui.common.choices import ChoiceBox
from ui.common.dialogs import Confirmation
from ui.common.listing import TableView
from ui.common.over import OverScreen, ShowsProgress
from ui.common.parts import button, hint, primary_button, row_of
from ui.common.pickers import MonthPicker, month_after
from ui.common.presenter import BoundLanes
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.payments.online_presenter import OnlinePresenter, Span, may_follow
from ui.payments.online_table import ONLINE
from ui.shell.theme import em

ALL, TO_LOOK = "all", "look"
TITLE = "Paiements en ligne"
EMPTY = (
    "Aucun paiement en ligne dans ce mois. Chacun y est comparé\u202f: "
    "ce que dit le portail, ce que répond PayFiP, ce que tiennent les comptes."
)
ALL_WELL = "Rien à vérifier dans ce mois."


class OnlinePane(OverScreen, ShowsProgress, QWidget):
    """A month's online payments; it says and reports on the screen that holds it."""

    def __init__(self, screen: Screen, today: date) -> None:
        super().__init__()
        self._screen, self._today = screen, today
        self._regie: int | None = None
        self._rows: tuple[OnlineRow, ...] = ()
        self.month = MonthPicker(today)
        self.filter = ChoiceBox("Paiements à montrer", 9)
        self.filter.fill([("Tous", ALL), ("À vérifier", TO_LOOK)], ALL)
        self.count = hint()
        self.count.setWordWrap(False)
        self.table: TableView[OnlineRow] = TableView(
            ONLINE, name=TITLE, empty=EMPTY, key=attrgetter("id"), saved_as="online"
        )
        self.verdict = hint()
        self.ask_button = primary_button("&Interroger PayFiP", self._ask, "sync")
        self.check_button = button("&Tester la liaison", self._check, look="quiet")
        self.follow_button = button("&Suivre PayFiP…", self._ask_follow, icon="undo", look="danger")
        self.open_button = button("&Ouvrir le dossier", self._open, icon="families")
        self.setFocusProxy(self.table)
        self._lay_out()

    def bind(self, presenter: OnlinePresenter) -> None:
        """Take the presenter that decides, and answer the widgets."""
        self._presenter = presenter
        self.month.month_chosen.connect(lambda _: self._read())
        self.filter.currentIndexChanged.connect(lambda _: self._show())
        self.table.row_chosen.connect(self._chosen)
        self.table.row_opened.connect(lambda _: self._open())
        self._chosen(None)

    def show_regie(self, regie_id: int) -> None:
        """Show the payments of a régie."""
        self._regie = regie_id
        self._read()

    def step(self, count: int) -> None:
        """Show the month before or after."""
        self.month.step(count)

    def show_day(self, day: date) -> None:
        """Show the month of a day."""
        self.month.show_month(day)

    def show_online(self, rows: Sequence[OnlineRow]) -> None:
        self._rows = tuple(rows)
        self._show()

    def begin_progress(self) -> None:
        self._open_progress("Interroger PayFiP", self._screen, self._presenter.cancel)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, em(0.5), 0, 0)
        column.setSpacing(em(0.5))
        column.addWidget(row_of(self.month, self.filter, self.check_button, stretch_after=1))
        column.addWidget(self.table, 1)
        column.addWidget(self.verdict)
        foot = (self.count, self.open_button, self.follow_button, self.ask_button)
        column.addWidget(row_of(*foot, stretch_after=0))

    def _read(self) -> None:
        if self._regie is not None:
            first = self.month.month
            self._presenter.show(self._regie, Span(first, month_after(first, 1) - timedelta(days=1)))

    def _show(self) -> None:
        looked_at = [row for row in self._rows if row.verdict.look]
        wanted = looked_at if self.filter.currentData() == TO_LOOK else self._rows
        self.table.say_when_empty(ALL_WELL if self._rows and self.filter.currentData() == TO_LOOK else EMPTY)
        self.table.show_rows(wanted)
        told = plural(len(self._rows), "paiement")
        self.count.setText(f"{told}, dont {len(looked_at)} à vérifier" if looked_at else told)
        self._chosen(self.table.chosen())

    def _chosen(self, row: OnlineRow | None) -> None:
        self.verdict.setText(row.verdict.sentence if row else "")
        self.open_button.setEnabled(row is not None)
        self.follow_button.setEnabled(may_follow(row))

    def _check(self) -> None:
        self._presenter.check()

    def _ask(self) -> None:
        self._presenter.ask()

    def _ask_follow(self) -> None:
        row = self.table.chosen()
        if row is None:
            return
        dialog = Confirmation(
            "Suivre PayFiP",
            f"{row.verdict.sentence}\n\nLa quittance est annulée par une contre-écriture, et les comptes reprennent ce que "
            "PayFiP a répondu.",
            "Suivre PayFiP",
            danger=True,
            parent=self._screen,
        )
        dialog.accepted.connect(lambda: self._presenter.follow(row))
        dialog.open()

    def _open(self) -> None:
        if (row := self.table.chosen()) is not None:
            self._screen.visit_asked.emit("families", row.family_id)


def online_pane(screen: Screen, office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> OnlinePane:
    """Join the page, its decisions and the open office."""
    pane = OnlinePane(screen, office.today())
    pane.bind(OnlinePresenter(pane, BoundLanes(tasks, pane, changes), office, agent))
    return pane
