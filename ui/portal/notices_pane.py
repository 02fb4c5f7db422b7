"""« Mentions légales »: what the law asks the portal to say, a text at a time, beside what it says by itself."""

from collections.abc import Sequence
from operator import attrgetter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from backoffice.notices.lists import NoticeRow
from backoffice.office import Office
from backoffice.permissions import Agent
from ui.common.listing import TableView
from ui.common.pane import Pane
from ui.common.parts import button, heading, hint, primary_button, row_of
from ui.common.presenter import Lanes
from ui.common.screen import Screen
from ui.common.table import Column
from ui.portal.notices_presenter import NoticesPresenter
from ui.shell.theme import State, em

LOOK_ONLY = "Votre rôle permet de lire ces textes\u202f; l'administrateur les écrit."
PROPOSED, OWN = "Texte proposé", "Texte de la commune"

NOTICE_COLUMNS: tuple[Column[NoticeRow], ...] = (
    Column("Page", lambda row: row.page),
    Column("Texte", lambda row: row.title, stretch=True),
    Column(
        "État",
        lambda row: OWN if row.text else PROPOSED,
        state=lambda row: State.ACCEPTED if row.text else State.NEUTRAL,
    ),
)


class NoticesPane(Pane):
    """The texts on the left, the one chosen on the right."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._row: NoticeRow | None = None
        self._drafts: dict[str, str] = {}
        self._may_edit = False
        self.table: TableView[NoticeRow] = TableView(
            NOTICE_COLUMNS, name="Textes légaux du portail", empty="", key=attrgetter("code"), saved_as="notices"
        )
        self.setFocusProxy(self.table)
        self.title, self.about, self.told = heading("", 2), hint(), hint()
        self.editor = QPlainTextEdit()
        self.editor.setTabChangesFocus(True)
        self.save = primary_button("Enregistrer ce texte", self._save, "save")
        self.restore = button("Reprendre le texte proposé", self._restore, icon="undo")
        for made in (self.save, self.restore):
            made.setEnabled(False)
        self._lay_out()
        self.table.row_chosen.connect(self._chosen)
        self.editor.textChanged.connect(self._typed)

    def bind(self, presenter: NoticesPresenter) -> None:
        """Give each gesture its meaning."""
        self._presenter = presenter

    def refresh(self) -> None:
        """Read again."""
        self.table.show_loading()
        self._presenter.refresh()

    def show_rows(self, rows: Sequence[NoticeRow], *, may_edit: bool) -> None:
        """Show the texts; what is being written is kept."""
        self._may_edit = may_edit
        self.told.setText("" if may_edit else LOOK_ONLY)
        self.told.setVisible(not may_edit)
        self._row = None
        self.table.show_rows(rows)
        if self.table.chosen() is None:
            self.table.choose_first()
        self._chosen(self.table.chosen())

    def saved(self, code: str) -> None:
        """Forget the draft of a text that is written down."""
        self._drafts.pop(code, None)

    def _chosen(self, row: NoticeRow | None) -> None:
        if row is None or row == self._row:
            return
        self._row = row
        self.title.setText(row.title)
        self.about.setText(row.hint)
        self.editor.setAccessibleName(f"{row.page}, {row.title}")
        self._write(self._drafts.get(row.code, row.shown))

    def _write(self, text: str) -> None:
        self.editor.setPlainText(text)
        self._typed()

    def _typed(self) -> None:
        if (row := self._row) is None:
            return
        text = self.editor.toPlainText()
        changed = text.strip() != row.shown
        if changed:
            self._drafts[row.code] = text
        else:
            self._drafts.pop(row.code, None)
        self.editor.setReadOnly(not self._may_edit)
        self.save.setEnabled(self._may_edit and changed)
        self.restore.setEnabled(self._may_edit and text.strip() != row.default)

    def _save(self) -> None:
        if self._row is not None:
            self._presenter.save(self._row, self.editor.toPlainText())

    def _restore(self) -> None:
        if self._row is not None:
            self._write(self._row.default)
            self.editor.setFocus()

    def _lay_out(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(em(0.8), 0, 0, 0)
        column.setSpacing(em(0.5))
        self.title.setWordWrap(True)
        for widget in (self.title, self.about, self.told):
            column.addWidget(widget)
        column.addWidget(self.editor, 1)
        column.addWidget(row_of(self.restore, self.save, stretch_after=0))
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(em(0.5))
        self.table.setMinimumWidth(em(16))
        right.setMinimumWidth(em(18))
        both.addWidget(self.table)
        both.addWidget(right)
        both.setStretchFactor(1, 1)
        both.setSizes([em(27), em(28)])
        self.column.addWidget(both, 1)


def notices_pane(screen: Screen, lanes: Lanes, office: Office, agent: Agent) -> NoticesPane:
    """Join the page, its decisions and the office."""
    pane = NoticesPane(screen)
    pane.bind(NoticesPresenter(pane, lanes, office, agent))
    return pane
