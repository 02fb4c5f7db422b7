"""The documents of a family, in its file: reading one, going to what waits, writing down one that was brought."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from backoffice.documents.lists import DocumentRow
from models.vocabulary import DocumentState
from ui.common.parts import button, row_of
from ui.families.billing_pane import FileTable
from ui.families.table import DOCUMENT_COLUMNS
from ui.shell.theme import em


class DocumentsPage(QWidget):
    """The documents asked of a household, and what can be done with each."""

    record_asked = Signal(object)  # the row chosen, or none
    file_asked = Signal(object)  # the row whose file is to be shown
    request_asked = Signal(object)  # the id of what waits

    def __init__(self) -> None:
        super().__init__()
        self._may_edit = False
        self.table: FileTable[DocumentRow] = FileTable(
            DOCUMENT_COLUMNS,
            name="Documents",
            empty="Aucun document n'est demandé.",
            key=lambda row: (row.kind_id, row.child_id),
        )
        self.setFocusProxy(self.table)
        self.record = button("&Enregistrer un document reçu…", self._record, icon="add")
        self.open = button("&Voir", self._open, icon="document")
        self.decide = button("&Traiter l'envoi", self._decide, icon="inbox")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(0.4))
        column.addWidget(self.table, 1)
        column.addWidget(row_of(self.record, self.open, self.decide, stretch_after=2))
        self.table.row_chosen.connect(lambda _: self._enable())
        self.table.row_opened.connect(self._act)

    def show_rows(self, rows: Sequence[DocumentRow], *, may_edit: bool) -> None:
        """Show what is asked, and where it stands."""
        self._may_edit = may_edit
        self.table.show_rows(rows)
        self._enable()

    def _act(self, row: DocumentRow) -> None:
        """Do what a row asks for: decide what waits, else show what there is."""
        if row.state is DocumentState.RECEIVED:
            self._decide()
        elif self.open.isEnabled():
            self._open()

    def _record(self) -> None:
        self.record_asked.emit(self.table.chosen())

    def _open(self) -> None:
        if (row := self.table.chosen()) is not None and row.file_id is not None:
            self.file_asked.emit(row)

    def _decide(self) -> None:
        if (row := self.table.chosen()) is not None and row.request_id:
            self.request_asked.emit(UUID(row.request_id))

    def _enable(self) -> None:
        row = self.table.chosen()
        self.record.setVisible(self._may_edit)
        self.record.setEnabled(self._may_edit and bool(self.table.model_of_rows.rows))
        self.open.setEnabled(self._may_edit and row is not None and row.file_id is not None)
        self.decide.setEnabled(row is not None and bool(row.request_id))
