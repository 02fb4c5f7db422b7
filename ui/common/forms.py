"""Fields with their label above, a star when they must be filled, and what is wrong written under them."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.common.icons import pixmap
from ui.common.label import PlainLabel
from ui.common.parts import hint, repolish
from ui.shell.theme import State, em, theme

W = TypeVar("W", bound=QWidget)
REQUIRED = "Ce renseignement est obligatoire."
EXPLAINED = "Les champs marqués d'un astérisque (*) sont obligatoires."


class Fault(QWidget):
    """What is wrong with a field: an icon and a sentence, never colour alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._sentence = PlainLabel(), PlainLabel()
        self._sentence.setProperty("look", "fault")
        self._sentence.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(em(0.3))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._sentence, 1)
        theme().changed.connect(self._draw)
        self._draw()
        self.hide()

    def show_sentence(self, sentence: str) -> None:
        """Show this sentence, or nothing."""
        self._sentence.setText(sentence)
        self.setVisible(bool(sentence))

    def sentence(self) -> str:
        return self._sentence.text()

    def _draw(self) -> None:
        self._icon.setPixmap(pixmap("warning", theme().ink(State.REFUSED), em(0.95), self.devicePixelRatioF()))


class Field(QWidget):
    """One control, its label, its help, and what is wrong with it."""

    def __init__(self, label: str, control: QWidget, *, required: bool = False, help_text: str = "") -> None:
        super().__init__()
        self.control, self.required, self._help = control, required, help_text
        self._plain = label.replace("&", "")
        self.label = PlainLabel(f"{label} *" if required else label)
        self.label.setBuddy(control)
        self.label.setProperty("look", "h3")
        self.fault = Fault(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(0.2))
        if not isinstance(control, QCheckBox):
            column.addWidget(self.label)
        column.addWidget(control)
        if help_text:
            column.addWidget(hint(help_text))
        column.addWidget(self.fault)
        self._describe("")

    def is_blank(self) -> bool:
        """Tell whether nothing was filled in."""
        match self.control:
            case QLineEdit():
                return not self.control.text().strip()
            case QPlainTextEdit():
                return not self.control.toPlainText().strip()
            case QComboBox():
                return self.control.currentIndex() < 0 or self.control.currentData() is None
            case QCheckBox():
                return not self.control.isChecked()
        return False

    def show_fault(self, sentence: str) -> None:
        """Say what is wrong, or that nothing is any more."""
        self.fault.show_sentence(sentence)
        self.control.setProperty("faulty", bool(sentence))
        repolish(self.control)
        self._describe(sentence)

    def _describe(self, sentence: str) -> None:
        named = f"{self._plain}, obligatoire" if self.required else self._plain
        self.control.setAccessibleName(named)
        for inner in self.control.findChildren(QLineEdit):  # a number's, a date's
            inner.setAccessibleName(named)
        self.control.setAccessibleDescription(" ".join(part for part in (sentence, self._help) if part))


class Form(QWidget):
    """Fields in reading order, on one or more columns, known by a code."""

    def __init__(self, columns: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, Field] = {}
        self._columns, self._at = columns, 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(em(1))
        self._grid.setVerticalSpacing(em(0.7))
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def add(
        self, code: str, label: str, control: W, *, required: bool = False, help_text: str = "", wide: bool = False
    ) -> W:
        """Add a field and give its control back; `wide` takes a whole line."""
        field = Field(label, control, required=required, help_text=help_text)
        self.fields[code] = field
        if wide and self._at % self._columns:
            self._at += self._columns - self._at % self._columns
        line, column = divmod(self._at, self._columns)
        self._grid.addWidget(field, line, column, 1, self._columns if wide else 1, Qt.AlignmentFlag.AlignTop)
        self._at += self._columns if wide else 1
        return control

    def show_faults(self, faults: Mapping[str, str]) -> bool:
        """Write each sentence under its field and go to the first; True when there is none."""
        for code, field in self.fields.items():
            field.show_fault(faults.get(code, ""))
        first = next((field for code, field in self.fields.items() if faults.get(code)), None)
        if first is not None:
            first.control.setFocus(Qt.FocusReason.OtherFocusReason)
        return first is None

    def check_filled(self) -> bool:
        """Say under each required field that it is blank; True when none is."""
        return self.show_faults({code: REQUIRED for code, field in self.fields.items() if self._lacks(field)})

    @staticmethod
    def _lacks(field: Field) -> bool:
        return field.required and field.is_blank()


def text_field(text: str = "", *, example: str = "", longest: int = 200) -> QLineEdit:
    """Make a line of text; the example says its shape, the label stays above."""
    field = QLineEdit(text)
    field.setPlaceholderText(example)
    field.setMaxLength(longest)
    return field


def note_field(text: str = "", lines: int = 3) -> QPlainTextEdit:
    """Make a few lines of text; Tab goes on to the next field."""
    field = QPlainTextEdit(text)
    field.setTabChangesFocus(True)
    field.setFixedHeight(em(lines + 0.9))
    return field


def choice_field(choices: Mapping[str, str], chosen: str | None = None, *, blank: str = "") -> QComboBox:
    """Make a list of words to choose from, known by their code; `blank` is the line of no choice."""
    field = QComboBox()
    if blank:
        field.addItem(blank, None)
    for code, text in choices.items():
        field.addItem(text, code)
    field.setCurrentIndex(max(field.findData(chosen), 0) if chosen is not None else 0)
    return field


def number_field(value: int = 0, *, least: int = 0, most: int = 9_999, suffix: str = "") -> QSpinBox:
    """Make a whole number between two bounds."""
    field = QSpinBox()
    field.setRange(least, most)
    field.setValue(value)
    field.setSuffix(suffix)
    field.lineEdit().setTextMargins(em(0.4), 0, 0, 0)
    return field


def date_field(day: date) -> QDateEdit:
    """Make a date written 26/11/2026, with a calendar to unfold."""
    field = QDateEdit(QDate(day.year, day.month, day.day))
    field.setCalendarPopup(True)
    field.setDisplayFormat("dd/MM/yyyy")
    calendar = field.calendarWidget()
    calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
    return field


def date_in(field: QDateEdit) -> date:
    """Give the date in a field."""
    shown = field.date()
    return date(shown.year(), shown.month(), shown.day())
