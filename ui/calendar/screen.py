"""« Calendrier »: the school year at a glance, its lines, its schools, and where the sources disagree."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from backoffice.calendar.edit import RefusedEntry
from backoffice.calendar.entries import Entry
from backoffice.calendar.lists import CalendarWarning, DayPage, Rereading, SchoolRow, YearPage
from backoffice.calendar.rules import Disagreement
from backoffice.office import Office
from backoffice.permissions import Agent
from ui.calendar.day import DayPanel
from ui.calendar.dialogs import EntryDialog, WeekDialog, ZoneDialog, removal, reread_confirmation
from ui.calendar.presenter import CalendarPresenter
from ui.calendar.tabs import LinesPage, PlacesPage, QuarrelsPage
from ui.calendar.year import YearView
from ui.common.asking import AskingScreen
from ui.common.changes import Changes
from ui.common.label import PlainLabel
from ui.common.parts import button, heading, hint, icon_button, primary_button, row_of
from ui.common.presenter import BoundLanes
from ui.common.tasks import Tasks
from ui.shell.theme import State, em

YEAR, LINES, PLACES, QUARRELS = range(4)
TABS = ("&Année", "&Jours et périodes", "É&coles et accueils", "Écarts des &sources")
NO_ROLE = "Vous pouvez lire le calendrier\u202f; le corriger demande le rôle d'administrateur."


class Notices(QWidget):
    """What the calendar needs, each with what to do."""

    def __init__(self, complete: QWidget) -> None:
        super().__init__()
        self._complete = complete
        self.sentences: list[str] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(em(0.3))
        complete.setParent(self)
        complete.hide()
        self.hide()

    def show_warnings(self, warnings: Sequence[CalendarWarning], *, may_edit: bool) -> None:
        """Show these, and nothing of before."""
        self.sentences = [warning.sentence for warning in warnings]
        self._complete.setParent(self)
        self._complete.hide()
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for warning in warnings:
            self._column.addWidget(self._banner(warning, may_edit=may_edit))
        self.setVisible(bool(warnings))

    def _banner(self, warning: CalendarWarning, *, may_edit: bool) -> QFrame:
        banner = QFrame()
        banner.setProperty("state", State.LATE.value)
        row = QHBoxLayout(banner)
        row.setContentsMargins(em(0.7), em(0.35), em(0.5), em(0.35))
        told = PlainLabel(warning.sentence)
        told.setWordWrap(True)
        row.addWidget(told, 1)
        if warning.may_complete:
            row.addWidget(self._complete)
            self._complete.setEnabled(may_edit)
            self._complete.show()
        return banner


class CalendarScreen(AskingScreen):
    """A school year, walked in day by day, corrected line by line."""

    kinds = frozenset({"structure"})

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes)
        self.grid = YearView()
        self.complete_button = button("&Compléter depuis les sources officielles", self._complete, icon="refresh")
        self.notices = Notices(self.complete_button)
        self.column.addWidget(self._head())
        self.column.addWidget(self.notices)
        self.panel = DayPanel(self._add)
        self.lines = LinesPage(self._edit, self._remove)
        self.places = PlacesPage(self._week, self._zone)
        self.quarrels = QuarrelsPage(self._take)
        self.tabs = self._tabs()
        self.column.addWidget(self.tabs, 1)
        self.setFocusProxy(self.grid)
        self.offer("new", self._add, enabled=False)
        self.offer("edit", self._edit_chosen)
        self.offer("previous", lambda: self._presenter.step(-1))
        self.offer("next", lambda: self._presenter.step(1))
        self.offer("today", self._today)

    def bind(self, presenter: CalendarPresenter) -> None:
        """Take the presenter that decides."""
        self._presenter = presenter
        self.grid.day_chosen.connect(presenter.choose_day)
        self.grid.day_opened.connect(presenter.add)

    def refresh(self) -> None:
        self._presenter.refresh()

    def visit(self, wanted: object) -> None:
        """Show a day."""
        if isinstance(wanted, date):
            self.tabs.setCurrentIndex(YEAR)
            self._presenter.go_to(wanted)

    def show_year(self, page: YearPage, today: date, day: date, *, may_edit: bool) -> None:
        self.named.setText(f"Année scolaire {page.first.year}-{page.first.year + 1}")
        self.zone.setText(f"Zone {page.zone}")
        self.role.setVisible(not may_edit)
        for made in (self.add_button, self.reread_button):
            made.setEnabled(may_edit)
        self.enable("new", enabled=may_edit)
        self.notices.show_warnings(page.warnings, may_edit=may_edit)
        self.grid.show_days(page.days, today)
        self.grid.choose(day)
        self.lines.show_rows(page.entries, may_edit=may_edit)
        self.places.show_page(page, may_edit=may_edit)
        self.quarrels.show_page(page, may_edit=may_edit)
        count = len(page.disagreements)
        self.tabs.setTabText(QUARRELS, f"{TABS[QUARRELS]} ({count})" if count else TABS[QUARRELS])
        self.counted.emit(len(page.warnings))

    def show_day(self, page: DayPage, *, may_edit: bool) -> None:
        self.panel.show_day(page, self._edit, may_edit=may_edit)

    def ask_entry(self, page: YearPage, wished: Entry, seen: Entry | None) -> None:
        presenter = self._presenter
        form = EntryDialog(page, wished, seen, presenter.fault, self)
        form.submitted.connect(lambda: presenter.save(form.wished(), seen))
        self._open(form)

    def ask_reread(self, change: Rereading) -> None:
        self._confirm(reread_confirmation(change, self), partial(self._presenter.reread, change.first))

    def faults_of(self, error: Exception) -> Mapping[str, str]:
        return {error.field: error.sentence} if isinstance(error, RefusedEntry) else {}

    def _head(self) -> QWidget:
        self.named, self.zone = heading("Année scolaire"), hint()
        self.role = hint(NO_ROLE)
        self.zone.setWordWrap(False)
        self.role.setWordWrap(False)
        self.role.hide()
        self.previous = icon_button("previous", "Année scolaire précédente", lambda: self._presenter.step(-1))
        self.following = icon_button("next", "Année scolaire suivante", lambda: self._presenter.step(1))
        self.today_button = button("Aujourd'hui", self._today, look="quiet")
        self.reread_button = button("&Relire l'année…", self._reread, icon="refresh")
        self.reread_button.setToolTip("Reprendre les jours fériés et les vacances des sources officielles")
        self.add_button = primary_button("A&jouter…", self._add, "add")
        return row_of(
            self.previous, self.named, self.following, self.zone, self.today_button, self.role,
            self.reread_button, self.add_button, stretch_after=5,
        )  # fmt: skip

    def _tabs(self) -> QTabWidget:
        year = QWidget()
        row = QHBoxLayout(year)
        row.setContentsMargins(0, em(0.5), 0, 0)
        row.setSpacing(em(0.7))
        row.addWidget(self.grid, 1)
        row.addWidget(self.panel)
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.tabBar().setDrawBase(False)
        for named in (tabs, tabs.tabBar()):
            named.setAccessibleName("Parties du calendrier")
        for title, page in zip(TABS, (year, self.lines, self.places, self.quarrels), strict=True):
            tabs.addTab(page, title)
        return tabs

    def _add(self) -> None:
        self._presenter.add()

    def _edit(self, entry: Entry) -> None:
        self._presenter.edit(entry)

    def _edit_chosen(self) -> None:
        """Correct the line chosen, or the first one of the day chosen."""
        entry = self.lines.editable() if self.tabs.currentIndex() == LINES else None
        if self.tabs.currentIndex() == YEAR and self.panel.page is not None:
            entry = next((row.entry for row in self.panel.page.entries if not row.from_rulebook), None)
        if entry is not None:
            self._edit(entry)

    def _remove(self, entry: Entry) -> None:
        self._confirm(removal(entry, self), partial(self._presenter.remove, entry))

    def _today(self) -> None:
        self._presenter.show_today()

    def _reread(self) -> None:
        self._presenter.ask_reread()

    def _take(self, row: Disagreement, source: int) -> None:
        self._presenter.take(row, source)

    def _complete(self) -> None:
        self._presenter.complete()

    def _week(self, school: SchoolRow) -> None:
        form = WeekDialog(school, self)
        form.submitted.connect(lambda: self._presenter.set_week(school, form.wished()))
        self._open(form)

    def _zone(self) -> None:
        if self._presenter.page is not None:
            form = ZoneDialog(self._presenter.page.zone, self)
            form.submitted.connect(lambda: self._presenter.set_zone(str(form.zone.currentData())))
            self._open(form)


def calendar_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> CalendarScreen:
    """Join the screen, its decisions and the open office."""
    screen = CalendarScreen(changes)
    screen.bind(CalendarPresenter(screen, BoundLanes(tasks, screen, changes), office, agent))
    return screen
