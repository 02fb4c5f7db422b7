"""« Versions »: those that were loaded, and what a draft would change, or what is wrong in it."""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from backoffice.rulebook.drafts import Draft
from backoffice.rulebook.file.compare import Difference
from backoffice.rulebook.file.mistakes import Mistake
from backoffice.rulebook.lists import VersionRow
from resources.french import NARROW, capital, plural
from ui.common.blank import Blank
from ui.common.label import PlainLabel
from ui.common.listing import TableView
from ui.common.pane import Pane
from ui.common.parts import button, heading, hint, primary_button, row_of
from ui.common.screen import Screen
from ui.rulebook.table import DIFFERENCES, MISTAKES, version_columns
from ui.shell.theme import em

NO_DRAFT = "Ouvrez un brouillon pour voir ce qu'il change, ou choisissez une version et comparez-la à celle qui est en vigueur."
WARNED = 2
SAME = "Les deux disent la même chose."


class VersionsPane(Pane):
    """The versions above; below, differences or mistakes, and the way to adopt the draft."""

    adopt_asked = Signal()
    save_asked = Signal(object)  # VersionRow
    compare_asked = Signal(object)  # VersionRow

    def __init__(self, screen: Screen, today: date, *, may_adopt: bool) -> None:
        super().__init__(screen)
        self._may_adopt = may_adopt
        self._draft: Draft | None = None
        self.versions: TableView[VersionRow] = TableView(
            version_columns(today),
            name="Versions du règlement intérieur",
            empty="Aucun règlement intérieur n'est chargé.",
            key=attrgetter("version"),
            saved_as="rulebooks",
        )
        self.setFocusProxy(self.versions)
        self.mistakes: TableView[Mistake] = TableView(
            MISTAKES, name="Erreurs du brouillon", empty="", key=lambda row: row
        )
        self.differences: TableView[Difference] = TableView(
            DIFFERENCES, name="Ce qui change", empty=SAME, key=lambda row: row, saved_as="differences"
        )
        self.blank = Blank("compare")
        self.blank.say(NO_DRAFT)
        both = QSplitter(Qt.Orientation.Vertical)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(em(0.6))
        both.addWidget(self._above())
        both.addWidget(self._below())
        both.setStretchFactor(0, 2)
        both.setStretchFactor(1, 3)
        both.setSizes([em(10), em(21)])
        self.column.addWidget(both, 1)
        self._connect()

    def show_versions(self, rows: Sequence[VersionRow]) -> None:
        self.versions.show_rows(rows)
        if self.versions.chosen() is None:
            self.versions.choose_first()

    def show_draft(self, draft: Draft | None) -> None:
        """Show what is wrong in a draft, or what it changes; None: there is none any more."""
        self._draft = draft
        self.back.hide()
        if draft is None:
            self._show("", "", self.blank)
        elif draft.mistakes:
            count = plural(len(draft.mistakes), "erreur")
            self.mistakes.show_rows(draft.mistakes)
            self.mistakes.choose_first()
            said = "Corrigez-le dans votre éditeur de texte, enregistrez, puis relisez-le ici."
            self._show(f"{count} dans {draft.file}", said, self.mistakes)
        else:
            self._show_changes(draft)
        self.adopt.setVisible(draft is not None and not draft.mistakes)
        self.adopt.setEnabled(draft is not None and draft.adoptable and self._may_adopt)

    def show_comparison(self, old: str, new: str, changes: Sequence[Difference]) -> None:
        """Show what changed from a version to the one in force."""
        self._fill(changes)
        self._show(f"De la version {old} à la version {new}, en vigueur", _counted(changes), self.differences)
        self.adopt.hide()
        self.back.setVisible(self._draft is not None)

    def _show_changes(self, draft: Draft) -> None:
        told = draft.foreseen
        changes = told.differences if told else ()
        self._fill(changes)
        if told is None:
            self.differences.say_when_empty(draft.obstacle)
            self._show(f"Brouillon {draft.version}", draft.obstacle, self.differences)
        elif not told.stored:
            self.differences.say_when_empty(SAME)
            self._show(f"Brouillon {draft.version}", told.sentence, self.differences)
        else:
            title = f"Ce que change le brouillon {draft.version}"
            title += f" à la version {told.replaced}" if told.replaced else ""
            warned = "".join(f"\nAttention{NARROW}: {warning}" for warning in told.warnings[:WARNED])
            if (more := len(told.warnings) - WARNED) > 0:
                warned += f"\nEt {plural(more, 'autre avertissement', 'autres avertissements')}, avant l'adoption."
            self._show(title, f"{_counted(changes)} {capital(told.sentence)}{warned}", self.differences)

    def _fill(self, changes: Sequence[Difference]) -> None:
        self.differences.say_when_empty(SAME)
        self.differences.show_rows(changes)
        self.differences.choose_first()

    def _show(self, title: str, sentence: str, shown: QWidget) -> None:
        self.title.setText(title)
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))
        self.stack.setCurrentWidget(shown)
        self._describe()

    def _above(self) -> QWidget:
        self.save = button("&Enregistrer dans un fichier…", self._save, icon="save")
        self.compare = button("&Comparer à la version en vigueur", self._compare, icon="compare")
        return _column(self.versions, row_of(self.compare, self.save, stretch_after=1))

    def _below(self) -> QWidget:
        self.title, self.told, self.detail = heading("", 3), hint(), PlainLabel()
        self.title.setWordWrap(True)
        self.detail.setWordWrap(True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.adopt = primary_button("&Adopter…", self.adopt_asked.emit, "check")
        self.adopt.hide()
        self.back = button("&Revenir au brouillon", lambda: self.show_draft(self._draft), icon="undo")
        self.back.hide()
        if not self._may_adopt:
            self.adopt.setToolTip("L'adoption demande le rôle d'administrateur.")
        self.stack = QStackedWidget()
        for widget in (self.blank, self.mistakes, self.differences):
            self.stack.addWidget(widget)
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(em(0.5))
        row.addWidget(self.title, 1)
        row.addWidget(self.back)
        row.addWidget(self.adopt)
        return _column(head, self.told, self.stack, self.detail)

    def _connect(self) -> None:
        self.versions.row_chosen.connect(self._able)
        self.versions.row_opened.connect(lambda _: self._compare())
        self.mistakes.row_chosen.connect(lambda _: self._describe())
        self.differences.row_chosen.connect(lambda _: self._describe())
        self._able(None)

    def _able(self, row: VersionRow | None) -> None:
        self.save.setEnabled(row is not None)
        self.compare.setEnabled(row is not None)

    def _describe(self) -> None:
        """Write the current row in full under the table, where columns may cut it."""
        shown = self.stack.currentWidget()
        row = shown.chosen() if isinstance(shown, TableView) else None
        self.detail.setText(row.sentence if row is not None else "")
        self.detail.setVisible(row is not None)

    def _save(self) -> None:
        if (row := self.versions.chosen()) is not None:
            self.save_asked.emit(row)

    def _compare(self) -> None:
        if (row := self.versions.chosen()) is not None:
            self.compare_asked.emit(row)


def _counted(changes: Sequence[Difference]) -> str:
    return f"{plural(len(changes), 'changement')}." if changes else "Aucun changement."


def _column(*widgets: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(em(0.4))
    for widget in widgets:
        column.addWidget(widget, int(isinstance(widget, TableView | QStackedWidget)))
    return made
