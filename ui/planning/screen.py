"""The planning: an activity's week, child by child."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, QSize, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from backoffice.bookings.lists import ActivityRow, PlanRow, WeekPlan
from backoffice.office import Office
from backoffice.permissions import Agent
from resources.french import capital, plural
from ui.common.changes import Changes
from ui.common.choices import ChoiceBox
from ui.common.dialogs import refused_in
from ui.common.grid import GridView, draw_mark
from ui.common.label import PlainLabel
from ui.common.parts import Card, button, hint, row_of
from ui.common.pickers import SearchField, WeekPicker
from ui.common.presenter import BoundLanes
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.planning.dialogs import ChangeDialog
from ui.planning.presenter import PlanningPresenter, Wish
from ui.planning.table import LEGEND, LOOKS, Kind, Place, PlanDelegate, PlanTable, announced
from ui.planning.waiting import WaitingWindows
from ui.planning.waiting_presenter import WaitingPresenter
from ui.shell.theme import em, theme

LOOK_AFTER_MS = 120
NARROWEST_EM, CLOSED_EM = 2.8, 4.4
EVERYBODY = "Tous les groupes"
NAMED = {Kind.ASKED: "En attente de décision"}  # in the legend


class PlanView(GridView):
    """The grid of the week: its columns share the width, those of closed days take the least."""

    def __init__(self) -> None:
        super().__init__("Réservations de la semaine", "Aucun enfant.", lines=3)
        self.table = PlanTable(self)
        self.setModel(self.table)
        self.setItemDelegate(PlanDelegate(self))
        self.watch()
        self.table.modelReset.connect(self.share_width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_width()

    def share_width(self) -> None:
        """Give each column its width."""
        self.size_names()
        columns = self.table.columns
        closed = sum(column.unit is None for column in columns)
        opened = len(columns) - closed
        room = self.viewport().width() - closed * em(CLOSED_EM)
        if not opened:
            closed, room = 0, self.viewport().width()
        wide = max(em(NARROWEST_EM), room // max(opened or len(columns), 1))
        for at, column in enumerate(columns):
            self.setColumnWidth(at, wide if column.unit or not opened else em(CLOSED_EM))

    def places(self) -> list[Place]:
        """Give the selected cells of the current line, the current one first."""
        current = self.currentIndex()
        indexes = [index for index in self.selectedIndexes() if index.row() == current.row() and index != current]
        found = [self.table.place(index) for index in (current, *sorted(indexes))]
        return [place for place in found if place is not None]


class Legend(QWidget):
    """What each kind of cell looks like, in a line."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(em(0.35))
        for kind in LEGEND:
            row.addWidget(_Swatch(kind))
            named = NAMED.get(kind, LOOKS[kind].words)
            row.addWidget(hint_of(named))
            row.addSpacing(em(0.5))
        row.addStretch(1)


class _Swatch(QWidget):
    """One kind of cell, drawn as in the grid."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._look = LOOKS[kind]
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(em(1.3), em(1.1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme().colour("border"))
        state = self._look.state
        painter.setBrush(theme().paper(state) if state else theme().colour("surface"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), em(0.2), em(0.2))
        side = em(0.6)
        middle = self.rect().center()
        box = QRect(middle.x() - side // 2 + 1, middle.y() - side // 2 + 1, side, side)
        ink = theme().ink(state) if state else theme().colour("outline")
        draw_mark(painter, box if state else self.rect().adjusted(2, 2, -2, -2), self._look.mark, ink)
        painter.end()


class PlanningScreen(Screen):
    """Chooses an activity, a group and a week; shows its grid; books or cancels for a family."""

    kinds = frozenset({"bookings", "attendance", "structure", "requests"})

    def __init__(self, changes: Changes, today: date) -> None:
        super().__init__(changes)
        self._today = today
        self._wanted: tuple[int | None, int | None] = (None, None)  # activity, child
        self._dialog: ChangeDialog | None = None
        self.activity, self.group = ChoiceBox("Activité", 11), ChoiceBox("Groupe d'âge", 9)
        self.week = WeekPicker(today, self._present_day)
        self.search = SearchField("Nom de l'enfant", "Rechercher un enfant du planning")
        self.grid = PlanView()
        self.setFocusProxy(self.grid)
        self.waiting = WaitingWindows(self)
        self.settings_button = button("Liste d'at&tente…", self._open_settings, icon="settings")
        self.column.addWidget(row_of(self.activity, self.group, self.week, self.settings_button, stretch_after=2))
        self.column.addWidget(row_of(Legend(), self._count(), self.search, stretch_after=0))
        self.column.addWidget(self.grid, 1)
        self.column.addWidget(self._foot())
        self._looking = QTimer(self, interval=LOOK_AFTER_MS, singleShot=True)
        self._looking.timeout.connect(self._look)
        self._connect()

    def bind(self, presenter: PlanningPresenter) -> None:
        """Take the presenter that decides."""
        self._presenter = presenter
        self.search.searched.connect(presenter.search)

    def refresh(self) -> None:
        self.grid.show_loading()
        self._presenter.refresh()

    def visit(self, wanted: object) -> None:
        """Show (activity, day), or (activity, day, child)."""
        match wanted:
            case (int() as activity, date() as day, *rest):
                child = rest[0] if rest and isinstance(rest[0], int) else None
                self._wanted = (activity, child)
                self.search.clear()
                self.week.show_week(day)
                self.activity.choose(activity)
                self.group.fill([(EVERYBODY, None)], None)
                self._choose()

    def show_activities(self, activities: Sequence[ActivityRow], chosen: int | None) -> None:
        wanted = self._wanted[0] or chosen
        self.activity.fill([(row.name, row.id) for row in activities], wanted)
        if wanted != chosen:
            self._choose()

    def show_plan(self, plan: WeekPlan, rows: Sequence[PlanRow], today: date) -> None:
        held, self._today = self._held(), today
        place = self.grid.verticalScrollBar().value()
        self._fill_groups(plan)
        self.grid.table.show(plan, rows, today)
        children = plural(len(rows), "enfant")
        self.counted_label.setText(children if len(rows) == len(plan.rows) else f"{children} sur {len(plan.rows)}")
        if not self._restore(held):
            self.grid.verticalScrollBar().setValue(place)

    def show_empty(self, sentence: str) -> None:
        self.grid.say_when_empty(sentence)

    def show_limit(self, place: Place, sentence: str) -> None:
        current = self.grid.table.place(self.grid.currentIndex())
        if current is not None and (current.row.child_id, current.key) == (place.row.child_id, place.key):
            self.limit.setText(sentence)

    def ask_change(self, wish: Wish) -> None:
        dialog = self._dialog = ChangeDialog(wish, self)
        dialog.submitted.connect(lambda: self._presenter.change(dialog.wish, dialog.note))
        dialog.listing_asked.connect(lambda: self._presenter.put_on_list(dialog.wish))
        dialog.open()

    def change_done(self) -> None:
        if self._dialog is not None:
            self._dialog.accept()

    def change_refused(self, error: Exception) -> None:
        if not refused_in(self._dialog, error):
            self.report(error, unsaved="la réservation")

    def open_attendance(self, activity: int, day: date, child_id: int) -> None:
        self.visit_asked.emit("attendance", (activity, day, child_id))

    def open_request(self, request_id: UUID) -> None:
        self.visit_asked.emit("requests", request_id)

    def _connect(self) -> None:
        self.activity.currentIndexChanged.connect(self._activity_chosen)
        self.group.currentIndexChanged.connect(lambda _: self._choose())
        self.week.week_chosen.connect(lambda _: self._choose())
        self.grid.cell_chosen.connect(self._chosen)
        self.grid.cell_opened.connect(lambda _: self._open())
        self.offer("find", self.search.setFocus)
        self.offer("previous", lambda: self.week.step(-1))
        self.offer("next", lambda: self.week.step(1))
        self.offer("today", lambda: self.week.show_week(self._present_day()))
        self.offer("open", self._open_family, enabled=False)
        self.offer("edit", self._open, enabled=False)

    def _present_day(self) -> date:
        return self._presenter.today()

    def _count(self) -> QLabel:
        self.counted_label = hint_of("")
        return self.counted_label

    def _foot(self) -> Card:
        self.named, self.limit = PlainLabel(), hint()
        self.named.setProperty("look", "h3")
        self.list_button = button("Qui atte&nd…", self._open_queue, icon="clock")
        self.family_button = button("Ouvrir la &famille", self._open_family, icon="families")
        self.change_button = button("&Réserver…", self._open, icon="edit")
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(em(0.8))
        row.addWidget(self.named)
        row.addWidget(self.limit, 1)
        row.addWidget(self.list_button)
        row.addWidget(self.family_button)
        row.addWidget(self.change_button)
        card.column.setContentsMargins(em(0.9), em(0.4), em(0.6), em(0.4))
        card.column.addLayout(row)
        self._describe(None)
        return card

    def _activity_chosen(self, _at: int) -> None:
        self.group.fill([(EVERYBODY, None)], None)
        self._choose()

    def _choose(self) -> None:
        self.grid.show_loading()
        self._presenter.choose(
            activity=self.activity.currentData(), group=self.group.currentData(), monday=self.week.monday
        )

    def _fill_groups(self, plan: WeekPlan) -> None:
        groups = [(group.name, group.id) for group in plan.groups]
        self.group.fill([(EVERYBODY, None), *groups], self.group.currentData())

    def _held(self) -> tuple[int | None, int]:
        place = self.grid.table.place(self.grid.currentIndex())
        column = max(self.grid.currentIndex().column(), 0)
        return (self._wanted[1] or (place.row.child_id if place else None)), column

    def _restore(self, held: tuple[int | None, int]) -> bool:
        """Go back to the child and the column held; tell whether the agent is to be led to a child."""
        led = self._wanted[1] is not None
        self._wanted = (None, None)
        child, column = held
        rows = self.grid.table.rows
        line = next((at for at, row in enumerate(rows) if row.child_id == child), 0)
        index = self.grid.table.index(line, min(column, len(self.grid.table.columns) - 1)) if rows else QModelIndex()
        self.grid.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._chosen(index)
        return led

    def _chosen(self, index: QModelIndex) -> None:
        self._describe(self.grid.table.place(index))
        self._looking.start()

    def _look(self) -> None:
        if (place := self.grid.table.place(self.grid.currentIndex())) is not None:
            self._presenter.look_at(place)

    def _describe(self, place: Place | None) -> None:
        able = place is not None
        self.named.setText(f"{place.row.child} — {place.column.words}" if place else "")
        away = place is not None and announced(place, self._present_day())
        self.limit.setText(_said(place, away=away) if place else "Choisissez une case du planning.")
        self.change_button.setText(_verb(place, away=away))
        self.change_button.setEnabled(place is not None and place.kind not in {Kind.CLOSED, Kind.OUT})
        self.family_button.setEnabled(able)
        self.list_button.setVisible(place is not None and self.grid.table.waited(place))
        self.enable("open", enabled=able)
        self.enable("edit", enabled=self.change_button.isEnabled())

    def _open(self) -> None:
        if places := self.grid.places():
            self._presenter.open(places)

    def _open_queue(self) -> None:
        place = self.grid.table.place(self.grid.currentIndex())
        if place is not None and place.key is not None:
            self.waiting.presenter.open_queue(*place.key)

    def _open_settings(self) -> None:
        if (activity := self.activity.currentData()) is not None:
            self.waiting.presenter.open_settings(activity)

    def _open_family(self) -> None:
        if (place := self.grid.table.place(self.grid.currentIndex())) is not None:
            self.visit_asked.emit("families", place.row.family_id)


def hint_of(text: str) -> QLabel:
    """Make a line of help that never wraps."""
    label = hint(text)
    label.setWordWrap(False)
    return label


def _verb(place: Place | None, *, away: bool) -> str:
    match place.kind if place else None:
        case Kind.BOOKED:
            return "&Annuler la réservation…"
        case Kind.ASKED | Kind.LEAVING:
            return "&Voir la demande"
        case Kind.PRESENT | Kind.ABSENT if not away:
            return "&Voir le pointage"
    return "&Réserver…"


def _said(place: Place, *, away: bool) -> str:
    look = "Absence annoncée" if away else LOOKS[place.kind].words
    if place.kind in {Kind.LISTED, Kind.OFFERED}:
        look = capital(place.said)
    return f"{look}. {place.column.day.closed}." if place.column.day.closed else f"{look}."


def planning_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> PlanningScreen:
    """Join the planning, its decisions and the open office."""
    screen = PlanningScreen(changes, office.today())
    lanes = BoundLanes(tasks, screen, changes)
    screen.bind(PlanningPresenter(screen, lanes, office, agent))
    screen.waiting.bind(WaitingPresenter(screen.waiting, lanes, office, agent))
    return screen
