"""Règlement intérieur: tried on a child, compared, adopted, and weighed on a month's invoices."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QTabWidget, QWidget

from backoffice.clock import previous_month
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.rulebook.adopt import Adopted
from backoffice.rulebook.drafts import Draft
from backoffice.rulebook.file.compare import Difference
from backoffice.rulebook.lists import VersionRow
from models.vocabulary import Role
from resources.french import NARROW, plural, short_date
from ui.common.changes import Changes
from ui.common.parts import StatePill, button, hint, icon_button, row_of
from ui.common.presenter import BoundLanes
from ui.common.saving import ask_where, ask_which
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.rulebook.bench_pane import BenchPane
from ui.rulebook.bench_presenter import BenchPresenter
from ui.rulebook.dialogs import AdoptDialog
from ui.rulebook.impact_pane import ImpactPane
from ui.rulebook.impact_presenter import ImpactPresenter
from ui.rulebook.presenter import RulebookPresenter
from ui.rulebook.versions_pane import VersionsPane
from ui.shell.theme import State

NONE_YET = "Aucun règlement intérieur n'est en vigueur\u202f: ouvrez un fichier, puis adoptez-le."
OPEN = "Ouvrir un brouillon de règlement intérieur"


class RulebookScreen(Screen):
    """One draft for three pages: the bench tries it, the versions compare and adopt it, the third weighs it."""

    kinds = frozenset({"structure"})

    def __init__(self, changes: Changes, office: Office, agent: Agent) -> None:
        super().__init__(changes)
        today = office.today()
        self.bench = BenchPane(self, office.now)
        self.versions = VersionsPane(self, today, may_adopt=Role.ADMINISTRATOR in agent.roles)
        self.impact = ImpactPane(self, previous_month(today))
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Pages du règlement intérieur")
        for pane, title in (
            (self.bench, "Banc d'essai"),
            (self.versions, "Versions"),
            (self.impact, "Effet d'un changement"),
        ):
            self.tabs.addTab(pane, title)
        self.column.addWidget(self._bar())
        self.column.addWidget(self.tabs, 1)
        self.setFocusProxy(self.tabs)

    def bind(self, presenter: RulebookPresenter, bench: BenchPresenter, impact: ImpactPresenter) -> None:
        """Take the presenters that decide."""
        self._presenter, self._bench, self._impact = presenter, bench, impact
        self.again.clicked.connect(lambda *_: presenter.read_again())
        self.close_button.clicked.connect(lambda *_: presenter.close())
        self.bench.book_asked.connect(self._choose)
        self.bench.asked.connect(self._ask)
        self.bench.searched.connect(bench.search)
        self.versions.adopt_asked.connect(presenter.ask_adopt)
        self.versions.compare_asked.connect(presenter.compare)
        self.versions.save_asked.connect(self._save)
        self.impact.asked.connect(lambda month: self._with_draft(lambda draft: impact.weigh(draft, month)))
        self.impact.cancel_asked.connect(impact.cancel)
        self.impact.family_asked.connect(lambda family: self.visit_asked.emit("families", family))
        self.tabs.currentChanged.connect(lambda _: self._able())
        self.offer("open", self._open)
        self.offer("save", self.versions.save.click)
        self.offer("accept", presenter.ask_adopt)
        self.offer("find", self._find)
        self.offer("previous", lambda: self._step(-1))
        self.offer("next", lambda: self._step(1))
        self.offer("today", self._today)
        self._able()

    def refresh(self) -> None:
        self._presenter.refresh()
        self._choose()

    def enter(self) -> None:
        """Take the keyboard where the page wants it."""
        pane = self.tabs.currentWidget()
        (pane if pane is not None else self.tabs).setFocus()

    def show_versions(self, rows: Sequence[VersionRow], in_force: VersionRow | None) -> None:
        self.versions.show_versions(rows)
        since = (
            f"En vigueur{NARROW}: {in_force.version}, depuis le {short_date(in_force.effective)}" if in_force else ""
        )
        self.in_force.setText(since or NONE_YET)

    def show_draft(self, draft: Draft | None) -> None:
        usable = draft is not None and draft.usable
        self.versions.show_draft(draft)
        self.bench.show_draft(draft.version if draft and usable else None)
        self.impact.show_draft(draft.version if draft and usable else None)
        for widget in (self.pill, self.again, self.close_button):
            widget.setVisible(draft is not None)
        if draft is not None:
            self._describe(draft)
            if draft.mistakes:
                self.tabs.setCurrentWidget(self.versions)
        self._able()

    def open_draft(self, path: Path) -> None:
        """Read a draft, for all the pages."""
        self._presenter.open(path)

    def show_comparison(self, old: str, new: str, changes: Sequence[Difference]) -> None:
        self.versions.show_comparison(old, new, changes)

    def ask_adopt(self, told: Adopted) -> None:
        dialog = AdoptDialog(told, self)
        dialog.accepted.connect(self._presenter.adopt)
        dialog.open()

    def _bar(self) -> QWidget:
        self.in_force = hint()
        self.in_force.setWordWrap(False)
        self.pill = StatePill()
        self.again = icon_button("refresh", "Relire le fichier du brouillon")
        self.close_button = icon_button("cross", "Fermer le brouillon")
        self.open_button = button("&Ouvrir un brouillon…", self._open, icon="document")
        for widget in (self.pill, self.again, self.close_button):
            widget.hide()
        return row_of(self.in_force, self.pill, self.again, self.close_button, self.open_button, stretch_after=0)

    def _describe(self, draft: Draft) -> None:
        self.pill.setToolTip(draft.file)
        if draft.mistakes:
            self.pill.show_state(f"Brouillon{NARROW}: {plural(len(draft.mistakes), 'erreur')}", State.REFUSED)
        else:
            said = f"Brouillon {draft.version}, effet le {short_date(draft.effective)}"
            self.pill.show_state(said, State.WAITING)

    def _source(self) -> str | None:
        draft = self._presenter.draft
        return draft.source if draft is not None and draft.usable else None

    def _with_draft(self, act: Callable[[str], None]) -> None:
        if (source := self._source()) is not None:
            act(source)

    def _choose(self) -> None:
        self._bench.choose(self.bench.month.month, self._source() if self.bench.under_draft else None)

    def _ask(self) -> None:
        question = self.bench.question()
        if question is not None:
            draft = self._source() if self.bench.under_draft else None
            self._bench.ask(question, draft, self.bench.moment)

    def _open(self) -> None:
        ask_which(self, OPEN, ".toml", self.open_draft)

    def _save(self, row: VersionRow) -> None:
        name = f"reglement-interieur-{row.version}.toml"
        ask_where(self, f"Enregistrer la version {row.version}", name, lambda path: self._write(row, path))

    def _write(self, row: VersionRow, path: Path) -> None:
        self._presenter.save(row, path)

    def _find(self) -> None:
        self.tabs.setCurrentWidget(self.bench)
        self.bench.who.look_for()

    def _step(self, count: int) -> None:
        if self.tabs.currentWidget() is self.impact:
            self.impact.month.step(count)
        elif self.tabs.currentWidget() is self.bench:
            self.bench.step(count)

    def _today(self) -> None:
        self.tabs.setCurrentWidget(self.bench)
        self.bench.show_today()

    def _able(self) -> None:
        """Say what the window's menus can do on this page."""
        versions = self.tabs.currentWidget() is self.versions
        self.enable("save", enabled=versions)
        self.enable("accept", enabled=versions and self.versions.adopt.isEnabled())


def rulebook_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> RulebookScreen:
    """Join the screen, its decisions and the open office."""
    screen = RulebookScreen(changes, office, agent)
    lanes = BoundLanes(tasks, screen, changes)
    screen.bind(
        RulebookPresenter(screen, lanes, office, agent),
        BenchPresenter(screen.bench, lanes, office),
        ImpactPresenter(screen.impact, lanes, office),
    )
    return screen
