"""« Documentation »: the files that families may download, in the order in which they see them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from backoffice.documents.publications import (
    LONGEST_NAME,
    GivenFile,
    PublicationRow,
)
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.scans.rules import PDF, megabytes
from resources.french import NARROW, short_instant
from ui.common.dialogs import Confirmation, FormDialog
from ui.common.file_field import FileField
from ui.common.forms import note_field, text_field
from ui.common.listing import TableView
from ui.common.pane import FormPane
from ui.common.parts import button, hint, primary_button, row_of
from ui.common.pdf_preview import PdfPreview
from ui.common.presenter import Lanes
from ui.common.saving import open_outside
from ui.common.screen import Screen
from ui.common.table import Column
from ui.portal.documentation_presenter import DocumentationPresenter, WishedPublication
from ui.shell.theme import State

TOLD = "Les familles téléchargent ces documents depuis la page «\xa0Documentation\xa0» du portail."
KINDS = "PDF et images (*.pdf *.jpg *.jpeg *.png)"
TO_RETURN = "À nous retourner"
NO_FILE = "Choisissez le fichier à publier."

PUBLICATION_COLUMNS: tuple[Column[PublicationRow], ...] = (
    Column("Document", lambda row: row.name, tip=lambda row: row.words, stretch=True),
    Column(
        "Retour",
        lambda row: TO_RETURN if row.to_return else "",
        state=lambda row: State.INFO if row.to_return else None,
    ),
    Column("Fichier", lambda row: row.file_name, tip=lambda row: row.file_name),
    Column("Taille", lambda row: row.size, megabytes, number=True),
    Column("Publié le", lambda row: row.published_at, short_instant),
)


class PublicationDialog(FormDialog):
    """What families read of a file, and the file."""

    def __init__(self, row: PublicationRow | None, parent: QWidget | None = None) -> None:
        title = "Publier un document" if row is None else "Modifier un document publié"
        super().__init__(title, "Publier" if row is None else "Enregistrer", parent=parent)
        self.row = row
        self.name = self.form.add(
            "name", "&Nom", text_field(row.name if row else "", example="Menus de décembre", longest=LONGEST_NAME),
            required=True,
        )  # fmt: skip
        self.words = self.form.add("words", "À quoi il &sert", note_field(row.words if row else "", lines=2))
        self.to_return = self.form.add("to_return", TO_RETURN, QCheckBox("À nous &retourner, une fois rempli"))
        self.to_return.setChecked(bool(row and row.to_return))
        told = f"Aujourd'hui{NARROW}: {row.file_name}. Choisissez-en un autre pour le remplacer." if row else ""
        self.file = self.form.add(
            "file", "&Fichier", FileField("Document à publier", KINDS), required=row is None,
            help_text=told or "PDF, JPEG ou PNG, 10 Mo au plus.",
        )  # fmt: skip
        self.explain_stars()

    @property
    def wished(self) -> WishedPublication:
        """What was typed."""
        path = self.file.paths[0] if self.file.paths else None
        return WishedPublication(self.name.text(), self.words.toPlainText(), self.to_return.isChecked(), path)

    def is_complete(self) -> bool:
        if not self.form.check_filled():
            return False
        return self.form.show_faults({"file": NO_FILE} if self.row is None and not self.file.paths else {})


class DocumentationPane(FormPane):
    """The files, and what can be done with each."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._may_edit = False
        self.table: TableView[PublicationRow] = TableView(
            PUBLICATION_COLUMNS, name="Documents publiés", empty="Aucun document n'est publié.", saved_as="publications"
        )
        self.table.setSortingEnabled(False)
        self.setFocusProxy(self.table)
        self.new = primary_button("&Publier un document…", self._ask_new, "add")
        self.edit = button("&Modifier…", lambda: self._with_row(self._presenter.ask_edit), icon="edit")
        self.open = button("&Voir", lambda: self._with_row(self._presenter.open_file), icon="document")
        self.up = button("Mon&ter", lambda: self._move(-1), icon="up")
        self.down = button("&Descendre", lambda: self._move(1), icon="down")
        self.withdraw = button("&Retirer…", lambda: self._with_row(self._ask_withdraw), icon="cross")
        self.column.addWidget(hint(TOLD))
        self.column.addWidget(self.table, 1)
        self.column.addWidget(
            row_of(self.new, self.edit, self.open, self.up, self.down, self.withdraw, stretch_after=0)
        )

    def bind(self, presenter: DocumentationPresenter) -> None:
        """Give each gesture its meaning."""
        self._presenter = presenter
        self.table.row_chosen.connect(lambda _: self._enable())
        self.table.row_opened.connect(presenter.open_file)

    def refresh(self) -> None:
        """Read the page anew."""
        self._presenter.refresh()

    def show_rows(self, rows: Sequence[PublicationRow], *, may_edit: bool) -> None:
        self._may_edit = may_edit
        self.table.show_rows(rows)
        self._enable()

    def open_form(self, row: PublicationRow | None) -> None:
        form = PublicationDialog(row, self)
        self._open(form, lambda: self._presenter.save(form.row, form.wished))

    def show_file(self, title: str, file: GivenFile) -> None:
        """Show a PDF here; an image with the system's program."""
        if file.media_type == PDF:
            PdfPreview(title, file.content, file.name, self).open()
        else:
            open_outside(file.name, file.content)

    def _ask_new(self) -> None:
        self._presenter.ask_new()

    def _with_row(self, act: Callable[[PublicationRow], None]) -> None:
        if (row := self.table.chosen()) is not None:
            act(row)

    def _move(self, step: int) -> None:
        if (row := self.table.chosen()) is not None:
            self._presenter.move(self.table.model_of_rows.rows, row, step)

    def _ask_withdraw(self, row: PublicationRow) -> None:
        asked = Confirmation(
            f"Retirer «\xa0{row.name}\xa0»{NARROW}?",
            "Les familles ne pourront plus le télécharger. Le fichier n'est pas gardé ici.",
            "Retirer",
            danger=True,
            parent=self,
        )
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(lambda: self._presenter.withdraw(row))
        asked.open()

    def _enable(self) -> None:
        row, rows = self.table.chosen(), self.table.model_of_rows.rows
        self.new.setEnabled(self._may_edit)
        self.open.setEnabled(row is not None)
        for act in (self.edit, self.withdraw):
            act.setEnabled(self._may_edit and row is not None)
        self.up.setEnabled(self._may_edit and row is not None and rows.index(row) > 0)
        self.down.setEnabled(self._may_edit and row is not None and rows.index(row) < len(rows) - 1)


def documentation_pane(screen: Screen, lanes: Lanes, office: Office, agent: Agent) -> DocumentationPane:
    """Join the page, its decisions and the office."""
    pane = DocumentationPane(screen)
    pane.bind(DocumentationPresenter(pane, lanes, office, agent))
    return pane
