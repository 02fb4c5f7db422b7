"""À traiter: what families ask, oldest first, answered with two keys."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QTabBar

from backoffice.clock import Clock
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.requests.file import RequestFile
from backoffice.requests.kinds.kind import ItemRow
from backoffice.requests.lists import ReasonRow, RequestRow
from resources.french import NARROW
from ui.common.cards import Face, as_cards
from ui.common.changes import Changes
from ui.common.listing import TableView
from ui.common.parts import beside
from ui.common.pickers import SearchField
from ui.common.presenter import BoundLanes
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.requests.dialogs import ChangedDialog, ProofDialog, RefusalDialog
from ui.requests.file import RequestPanel
from ui.requests.kinds import WAYS
from ui.requests.presenter import LOOK_ONLY, OpenRequest, RequestsPresenter, Shelf
from ui.requests.table import REQUEST_COLUMNS, decided_face, waiting_face
from ui.requests.way import TermsDialog

SHELVES = (Shelf.WAITING, Shelf.DECIDED)
ALL_DONE = f"Tout est traité{NARROW}: aucune demande n'attend de réponse."
NONE_WAITING = "Aucune demande en attente."
NONE_DECIDED = "Aucune demande n'a encore été traitée."
NOT_FOUND = "Aucune demande ne correspond à cette recherche."
BUILT_IN_KEYS = "A accepte, R refuse, Espace coche, les flèches changent de demande."


class RequestsScreen(Screen):
    """The list on the left, the file and its two answers on the right."""

    kinds = frozenset({"requests", "families", "bookings"})

    def __init__(self, changes: Changes, clock: Clock) -> None:
        super().__init__(changes)
        self._clock, self._shelf, self._showing = clock, Shelf.WAITING, False
        self._reason: RefusalDialog | ProofDialog | TermsDialog | None = None
        self.shelves = QTabBar()
        self.shelves.setAccessibleName("Demandes à lister")
        self.shelves.setDrawBase(False)
        for title in ("À traiter", "Traitées récemment"):
            self.shelves.addTab(title)
        self.search = SearchField("Nom, n° de dossier, mot…", "Rechercher une demande")
        self.table = TableView(REQUEST_COLUMNS, name="Demandes", empty=NONE_WAITING)
        self.table.setAccessibleDescription(BUILT_IN_KEYS)
        as_cards(self.table, self._face)
        self.panel = RequestPanel()
        self.setFocusProxy(self.table)
        self._lay_out()

    def bind(self, presenter: RequestsPresenter) -> None:
        """Give each gesture its meaning."""
        self._presenter = presenter
        self.table.row_chosen.connect(self._chosen)
        self.shelves.currentChanged.connect(lambda at: presenter.show_shelf(SHELVES[at]))
        self.search.searched.connect(presenter.search)
        self.panel.accept_asked.connect(self._accept)
        self.panel.refuse_asked.connect(presenter.ask_reason)
        self.panel.family_asked.connect(self._open_family)
        self.table.row_opened.connect(lambda _: self.panel.items.setFocus())
        self.offer("accept", self._accept, enabled=False)
        self.offer("refuse", presenter.ask_reason, enabled=False)
        self.offer("find", self._find)
        for key, perform in (("A", self._accept), ("R", presenter.ask_reason)):
            shortcut = QShortcut(QKeySequence(key), self, perform)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def refresh(self) -> None:
        self.table.show_loading()
        self._presenter.refresh()

    def visit(self, wanted: Any) -> None:
        if isinstance(wanted, UUID):
            self.search.clear()
            self.shelves.setCurrentIndex(SHELVES.index(Shelf.WAITING))
            self._presenter.visit(wanted)

    def show_rows(self, rows: Sequence[RequestRow], shelf: Shelf, *, searched: bool) -> None:
        self._shelf = shelf
        waiting = shelf is Shelf.WAITING
        self.table.say_when_empty(NOT_FOUND if searched else NONE_WAITING if waiting else NONE_DECIDED)
        self._showing = True
        self.table.show_rows(rows)
        self._showing = False
        if not rows:
            self.panel.show_nothing(ALL_DONE if waiting and not searched else "")

    def show_count(self, waiting: int) -> None:
        self.counted.emit(waiting)

    def choose(self, request_id: UUID | None) -> None:
        self._showing = True
        self.table.choose(request_id)
        self._showing = False

    def show_file(self, opened: OpenRequest | None, *, decidable: bool) -> None:
        self.enable("accept", enabled=decidable)
        self.enable("refuse", enabled=decidable)
        if opened is not None:
            waiting = self._shelf is Shelf.WAITING
            look_only = LOOK_ONLY if waiting and not decidable else ""
            self.panel.show_file(opened, self._clock.now(), decidable=decidable, look_only=look_only)

    def ask_reason(self, file: RequestFile, reasons: Sequence[ReasonRow]) -> None:
        asked = RefusalDialog(file, reasons, self)
        asked.submitted.connect(lambda: self._refuse(asked))
        self._ask(asked)

    def refuse_reason(self, sentence: str) -> None:
        if self._reason is not None:
            self._reason.refuse(sentence)

    def close_reason(self) -> None:
        if self._reason is not None:
            self._reason.close()

    def ask_anyway(self, file: RequestFile, changed: Sequence[ItemRow]) -> None:
        asked = ChangedDialog(file, changed, self)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(self._presenter.accept_anyway)
        asked.open()

    def ask_proof(self, file: RequestFile, items: Sequence[ItemRow]) -> None:
        asked = ProofDialog(file, items, self)
        asked.submitted.connect(lambda: self._presenter.accept_proved(asked.note))
        self._ask(asked)

    def ask_terms(self, opened: OpenRequest) -> None:
        if (ask := WAYS[opened.file.row.kind].ask) is not None:
            asked = ask(opened.file, opened.known, self)
            asked.submitted.connect(lambda: self._presenter.accept_on_terms(asked.values, asked.note))
            self._ask(asked)

    def _ask(self, asked: RefusalDialog | ProofDialog | TermsDialog) -> None:
        self.close_reason()
        self._reason = asked
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.finished.connect(self._reason_closed)
        asked.open()

    def _lay_out(self) -> None:
        self.column.addWidget(beside((self.shelves, self.search, self.table), self.panel, (19, 36)), 1)

    def _face(self, row: RequestRow) -> Face:
        return waiting_face(row, self._clock.now()) if self._shelf is Shelf.WAITING else decided_face(row)

    def _chosen(self, row: RequestRow | None) -> None:
        if not self._showing:
            self._presenter.choose(row)

    def _accept(self) -> None:
        self._presenter.accept(self.panel.ticked())

    def _refuse(self, asked: RefusalDialog) -> None:
        if asked.reason is not None:
            self._presenter.refuse(int(asked.reason), asked.note)

    def _open_family(self) -> None:
        if (file := self.panel.file) is not None:
            self.visit_asked.emit("families", file.row.family_id)

    def _reason_closed(self) -> None:
        self._reason = None
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()


def requests_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> RequestsScreen:
    """Join the screen, its decisions and the office."""
    screen = RequestsScreen(changes, office.clock)
    screen.bind(RequestsPresenter(screen, BoundLanes(tasks, screen, changes), office, agent))
    return screen
