"""One household's thread: who wrote what and when, then the reply."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget

from backoffice.messages.lists import MessageRow, ThreadFile
from backoffice.messages.reply import LONGEST
from resources.french import capital, instant_text, number, plural
from ui.common.blank import Blank
from ui.common.forms import note_field
from ui.common.label import PlainLabel
from ui.common.parts import StatePill, button, heading, hint, primary_button, row_of, scrolling
from ui.shell.theme import State, em

CHOOSE = "Choisissez un foyer pour lire ses messages et y répondre."
CUT = "Les messages plus anciens ne sont pas montrés."
NOBODY = "Personne dans ce foyer n'a encore ouvert l'Espace famille\u202f: une réponse n'y serait pas lue."
LOOK_ONLY = "Votre rôle permet de lire les messages, pas d'y répondre."
SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


class Bubble(QFrame):
    """One message; the régie's stand to the right."""

    def __init__(self, message: MessageRow) -> None:
        super().__init__()
        if message.from_family:
            self.setProperty("look", "card")
        else:
            self.setProperty("state", State.INFO.value)
        who, text = heading(f"{message.name}", 3), PlainLabel(message.text)
        text.setWordWrap(True)
        text.setTextInteractionFlags(SELECTABLE)
        at = hint(capital(instant_text(message.at)))
        top = QHBoxLayout()
        top.addWidget(who, 1)
        if message.unread:
            top.addWidget(StatePill("Non lu", State.WAITING))
        column = QVBoxLayout(self)
        column.setContentsMargins(em(0.8), em(0.5), em(0.8), em(0.6))
        column.setSpacing(em(0.2))
        column.addLayout(top)
        column.addWidget(at)
        column.addWidget(text)
        self.setAccessibleName(f"{message.name}, {at.text()}")
        self.setAccessibleDescription(message.text)


class ThreadPanel(QStackedWidget):
    """The thread that is open, or how to open one."""

    reply_asked = Signal(str)
    unread_asked = Signal()
    family_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.file: ThreadFile | None = None
        self.bubbles: list[Bubble] = []
        self._drafts: dict[int, str] = {}
        self._may_write = False
        self.blank = Blank("message")
        self.blank.say(CHOOSE)
        self.title, self.number_of, self.told, self.left = heading("", 2), hint(), hint(), hint()
        self.family = button("&Dossier de la famille", self.family_asked.emit, icon="families")
        self.unread = button("Marquer &non lu", self.unread_asked.emit, icon="mail")
        self.field = note_field(lines=5)
        self.field.setAccessibleName("Réponse à la famille")
        self.field.setPlaceholderText("Votre réponse…")
        self.send = primary_button("&Envoyer (Ctrl+Entrée)", self._send, "mail")
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self.area = scrolling(self._list)
        self._lay_out()
        self.field.textChanged.connect(self._typed)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self.field, self._send)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._typed()

    def show_thread(self, file: ThreadFile | None, *, may_write: bool) -> None:
        """Show a thread; what was being written to this household is kept."""
        self._keep_draft()
        other = file is None or self.file is None or file.family_id != self.file.family_id
        changed = self.file != file
        self.file, self._may_write = file, may_write
        if file is None:
            self.setCurrentWidget(self.blank)
            return
        self.setCurrentIndex(1)
        if changed:
            self._fill(file)
        if other:
            self.field.setPlainText(self._drafts.get(file.family_id, ""))
        self.field.setReadOnly(not may_write)
        self.unread.setEnabled(may_write and any(message.from_family for message in file.messages))
        self.told.setText(LOOK_ONLY if not may_write else NOBODY if not file.readers else "")
        self.told.setVisible(bool(self.told.text()))
        self._typed()

    def sent(self, family_id: int) -> None:
        """Empty the field: what it said is on its way."""
        self._drafts.pop(family_id, None)
        if self.file is not None and self.file.family_id == family_id:
            self.field.clear()

    def _keep_draft(self) -> None:
        if self.file is not None:
            text = self.field.toPlainText()
            if text.strip():
                self._drafts[self.file.family_id] = text
            else:
                self._drafts.pop(self.file.family_id, None)

    def _fill(self, file: ThreadFile) -> None:
        self.title.setText(file.family)
        self.number_of.setText(f"{file.number} — {plural(len(file.messages), 'message')}")
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
            elif (row := item.layout()) is not None:
                _empty(row)
        if file.cut:
            self._rows.addWidget(hint(CUT))
        self.bubbles = [Bubble(message) for message in file.messages]
        for message, bubble in zip(file.messages, self.bubbles, strict=True):
            row = QHBoxLayout()
            row.addSpacing(0 if message.from_family else em(4))
            row.addWidget(bubble, 1)
            row.addSpacing(em(4) if message.from_family else 0)
            self._rows.addLayout(row)
        self._rows.addStretch(1)
        QTimer.singleShot(0, self._to_the_end)

    def _to_the_end(self) -> None:
        bar = self.area.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _typed(self) -> None:
        length = len(self.field.toPlainText().strip())
        over = length > LONGEST
        self.left.setText(
            f"{number(length - LONGEST)} caractères de trop"
            if over
            else f"{number(LONGEST - length)} caractères restants"
        )
        self.left.setVisible(length > LONGEST // 2)
        self.send.setEnabled(self._may_write and 0 < length <= LONGEST)

    def _send(self) -> None:
        if self.send.isEnabled():
            self.reply_asked.emit(self.field.toPlainText())

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(em(0.8), 0, 0, 0)
        column.setSpacing(em(0.5))
        self.title.setWordWrap(True)
        self._rows.setContentsMargins(0, 0, em(0.4), 0)
        self._rows.setSpacing(em(0.6))
        column.addWidget(row_of(self.title, self.unread, self.family, stretch_after=0))
        column.addWidget(self.number_of)
        column.addWidget(self.area, 1)
        column.addWidget(self.told)
        column.addWidget(self.field)
        column.addWidget(row_of(self.left, self.send, stretch_after=0))
        self.addWidget(self.blank)
        self.addWidget(page)


def _empty(row: QLayout) -> None:
    while (item := row.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.deleteLater()
    row.deleteLater()
