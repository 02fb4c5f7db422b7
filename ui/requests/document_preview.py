"""Deciding of a document that a family sent: it is shown, and accepting asks until when it is good."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from backoffice.documents.desk import OpenedFile, open_file, sent_document
from backoffice.errors import NotAllowed, Unavailable
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.requests.file import RequestFile
from models.vocabulary import RequestStatus
from resources.french import NARROW, short_date
from ui.common.forms import note_field
from ui.common.parts import button, hint, row_of
from ui.common.pdf_preview import Pages, Pdf, PdfPreview
from ui.common.until import LastDay
from ui.requests.way import Besides, TermsDialog
from ui.shell.theme import em

GONE = "Ce fichier n'est plus conservé."
NOT_YOURS = "Votre rôle ne permet pas d'ouvrir ce document."


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """What was read of a document sent, before it is shown."""

    name: str
    today: date
    valid_until: date | None
    file: OpenedFile | None
    sentence: str = ""  # why there is no file


def read_document(office: Office, agent: Agent, request_id: UUID) -> ReadDocument | None:
    """Open the document, on a worker lane; the journal says who did."""
    sent = office.read(sent_document, request_id)
    if sent is None:
        return None
    file, sentence = None, GONE
    if sent.file_id is not None:
        try:
            file = office.write(open_file, agent, sent.file_id)
        except NotAllowed:
            sentence = NOT_YOURS
        except Unavailable as error:
            sentence = str(error)
    return ReadDocument(sent.name, office.today(), sent.valid_until, file, sentence)


class AcceptDocument(TermsDialog):
    """Asks until when the document is good."""

    def __init__(self, file: RequestFile, known: ReadDocument, parent: QWidget) -> None:
        super().__init__(f"Accepter{NARROW}: {known.name}", "Accepter", parent=parent)
        self.tell(f"Famille {file.row.family}. La date est celle que porte le document, ou celle qui est proposée.")
        self._today = known.today
        self.last = LastDay(self.form, known.valid_until, known.today)
        self.words = self.form.add(
            "note", "&Mot à la famille", note_field(lines=2),
            help_text=f"{file.row.guardian} le lit sur le portail." if file.row.guardian else "",
        )  # fmt: skip

    @property
    def values(self) -> Mapping[str, Any]:
        return {"valid_until": self.last.day}

    @property
    def note(self) -> str:
        return self.words.toPlainText().strip()

    def is_complete(self) -> bool:
        day = self.last.day
        late = f"Ce document n'est plus valable depuis le {short_date(day)}{NARROW}: corrigez la date, ou refusez-le."
        return self.form.show_faults({"until": late} if day is not None and day < self._today else {})


def ask_until(file: RequestFile, known: ReadDocument | None, parent: QWidget) -> TermsDialog:
    """Make the dialog of an acceptance; where nothing is left to accept, the office says why."""
    return AcceptDocument(file, known, parent) if known else TermsDialog(file.row.title, "Accepter", parent=parent)


class DocumentBesides(Besides):
    """The document itself, page under page, under its lines."""

    def __init__(self) -> None:
        super().__init__()
        self._pdf: Pdf | None = None
        self._shown: OpenedFile | None = None
        self._title = ""
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setMinimumHeight(em(22))
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.said = hint()
        self.larger = button("&Voir en grand…", self.open_large, icon="zoom_in")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(0.4))
        column.addWidget(row_of(self.said, self.larger, stretch_after=0))
        column.addWidget(self.area, 1)

    def show_request(self, file: RequestFile, known: Any) -> None:
        opened = known.file if isinstance(known, ReadDocument) else None
        self._title = file.row.title
        waits = file.row.status is RequestStatus.WAITING
        self.said.setText("" if opened else known.sentence if known else GONE)
        self.said.setVisible(bool(self.said.text()) and (waits or known is not None))
        self.larger.setVisible(opened is not None)
        self.area.setVisible(opened is not None)
        if opened is None or self._shown is None or opened.content != self._shown.content:
            self._draw(opened)

    def open_large(self) -> None:
        """Show it in a window of its own, to read, print or save."""
        if self._shown is not None:
            PdfPreview(self._title, self._shown.content, self._shown.name, self).open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _draw(self, opened: OpenedFile | None) -> None:
        pages = self.area.takeWidget()
        if pages is not None:
            pages.deleteLater()
        if self._pdf is not None:
            self._pdf.close()
        self._shown, self._pdf = opened, Pdf(opened.content) if opened else None
        if self._pdf is not None:
            drawn = Pages(self._pdf)
            self.area.setAccessibleName(drawn.accessibleName())
            self.area.setWidget(drawn)
            self._fit()

    def _fit(self) -> None:
        """Show the widest page at the width of the panel."""
        pages = self.area.widget()
        if isinstance(pages, Pages):
            room, whole = self.area.viewport().width() - 2 * em(1), pages.width_at(1) - 2 * em(1)
            pages.set_zoom(max(0.2, min(2.0, room / max(whole, 1))))
