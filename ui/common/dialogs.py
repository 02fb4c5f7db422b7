"""Dialogs that keep what was typed until it is saved, and whose buttons say what they do."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from backoffice.errors import RefusedByRule
from resources.french import NARROW
from ui.common.forms import EXPLAINED, Fault, Form, choice_field, note_field
from ui.common.label import PlainLabel
from ui.common.parts import button, heading, hint
from ui.shell.theme import em


class FormDialog(QDialog):
    """A form to fill and send.

    `submitted` asks for the work; the dialog stays, busy, until its presenter says `accept()` or
    `refuse(sentence)`, so that a refusal loses nothing of what was typed.
    """

    submitted = Signal()

    def __init__(
        self, title: str, verb: str, *, parent: QWidget | None = None, columns: int = 1, danger: bool = False
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.form = Form(columns)
        self.body = QVBoxLayout()
        self.body.setSpacing(em(0.7))
        self.body.addWidget(self.form)
        self.fault = Fault()
        self.submit = button(verb, self._submit, look="danger" if danger else "primary")
        self.submit.setDefault(True)
        self.close_button = button("Annuler", self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(1.3), em(1.1), em(1.3), em(1.1))
        column.setSpacing(em(0.8))
        column.addWidget(heading(title))
        column.addLayout(self.body)
        column.addStretch(1)
        column.addWidget(self.fault)
        column.addLayout(_buttons(self.close_button, self.submit))
        self.setMinimumWidth(em(24 if columns == 1 else 34))

    def tell(self, sentence: str) -> None:
        """Say above the fields what it is about."""
        told = PlainLabel(sentence)
        told.setWordWrap(True)
        self.body.insertWidget(0, told)

    def explain_stars(self) -> None:
        """Say what the stars mean; call it after the last field."""
        self.body.addWidget(hint(EXPLAINED))

    def is_complete(self) -> bool:
        """Check before `submitted`: every required field, and what a subclass adds."""
        return self.form.check_filled()

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  a presenter's view takes it so
        """Wait for the answer: no second press, the text stays readable."""
        self.submit.setDisabled(busy)
        self.form.setDisabled(busy)

    def refuse(self, sentence: str, faults: Mapping[str, str] | None = None) -> None:
        """Say why it was not done, under the fields concerned or below all."""
        self.show_busy(False)
        self.fault.show_sentence(sentence)
        if faults:
            self.form.show_faults(faults)

    def show_done(self, result: QWidget) -> None:
        """Show of the body its result alone, and that there is nothing left but to close."""
        for at in range(self.body.count()):
            if (item := self.body.itemAt(at)) is not None and (shown := item.widget()) is not None:
                shown.setVisible(shown is result)
        self.submit.hide()
        self.fault.hide()
        self.close_button.setText("Fermer")
        self.close_button.setDefault(True)
        self.close_button.setFocus()
        self.adjustSize()

    def event(self, event: QEvent) -> bool:
        """Grow when a field or what is wrong with it takes lines that were not there."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest and self.isVisible():
            self._make_room()
        return done

    def _make_room(self) -> None:
        if (layout := self.layout()) is not None:
            needed = max(layout.totalHeightForWidth(self.width()), layout.totalMinimumSize().height())
            if needed > self.height():
                self.resize(self.width(), min(needed, self.screen().availableGeometry().height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entered = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if entered and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._submit()
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        self.fault.show_sentence("")
        if self.submit.isEnabled() and self.is_complete():
            self.show_busy(True)
            self.submitted.emit()


class ReasonDialog(FormDialog):
    """Asks for a reason among those of the règlement, and for a few words to the family."""

    def __init__(
        self,
        title: str,
        verb: str,
        reasons: Mapping[str, str],
        *,
        sentence: str = "",
        note_label: str = "Mot à la famille",
        note_required: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, verb, parent=parent, danger=True)
        if sentence:
            self.tell(sentence)
        self._reason = self.form.add(
            "reason", "&Motif", choice_field(reasons, blank="Choisissez un motif…"), required=True
        )
        self._note = self.form.add("note", note_label, note_field(), required=note_required)

    @property
    def reason(self) -> str | None:
        """The code of the reason chosen."""
        code = self._reason.currentData()
        return None if code is None else str(code)

    @property
    def note(self) -> str:
        """What the agent wrote."""
        return self._note.toPlainText().strip()


class Confirmation(QDialog):
    """Asks before what cannot be undone; the buttons are verbs. Open it with `open()`, listen to `accepted`."""

    def __init__(
        self,
        title: str,
        sentence: str,
        verb: str,
        *,
        keep: str = "Annuler",
        danger: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        told = PlainLabel(sentence)
        told.setWordWrap(True)
        self.confirm = button(verb, self.accept, look="danger" if danger else "primary")
        self.keep = button(keep, self.reject)
        (self.keep if danger else self.confirm).setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(1.3), em(1.1), em(1.3), em(1.1))
        column.setSpacing(em(0.8))
        column.addWidget(heading(title))
        column.addWidget(told)
        column.addLayout(_buttons(self.keep, self.confirm))
        self.setMinimumWidth(em(24))


class ProgressDialog(QDialog):
    """How far a long work is, and the way to stop it."""

    cancel_asked = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self._bar, self._step = QProgressBar(), PlainLabel("Préparation…")
        self._bar.setAccessibleName("Avancement")
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self.stop = button("Arrêter", self._ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(1.3), em(1.1), em(1.3), em(1.1))
        column.setSpacing(em(0.7))
        for widget in (heading(title), self._step, self._bar):
            column.addWidget(widget)
        column.addLayout(_buttons(self.stop))
        self.setMinimumWidth(em(24))

    def show_progress(self, done: int, total: int, label: str = "") -> None:
        """Show that `done` of `total` are done."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._step.setText(f"{label} ({done} sur {total})" if label else f"{done} sur {total}")

    def reject(self) -> None:
        """Escape asks to stop; the dialog leaves when the work has stopped (`accept()`)."""
        self._ask()

    def _ask(self) -> None:
        if self.stop.isEnabled():
            self.stop.setEnabled(False)
            self._step.setText(f"Arrêt en cours{NARROW}: l'opération engagée se termine…")
            self.cancel_asked.emit()


def refused_in(form: FormDialog | None, error: Exception, faults: Mapping[str, str] | None = None) -> bool:
    """Say in a form, under its fields where it has them, why it was not done.

    False: nobody refused it, or no form is open. What was typed stays, and the screen has to tell.
    """
    if form is None:
        return False
    if not isinstance(error, RefusedByRule):
        form.show_busy(False)
        return False
    if faults and set(faults) <= set(form.form.fields):
        form.refuse("", faults)
    else:
        form.refuse(str(error))
    return True


def _buttons(*made: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(em(0.5))
    row.addStretch(1)
    for one in made:
        row.addWidget(one)
    return row
