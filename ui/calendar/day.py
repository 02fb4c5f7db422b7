"""A day of the calendar in full, beside the year."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from backoffice.calendar.entries import KIND_WORDS, Entry
from backoffice.calendar.lists import DayPage
from resources.french import capital, long_date
from ui.calendar.table import LOOKS
from ui.calendar.year import Legend
from ui.common.label import PlainLabel
from ui.common.parts import Card, StatePill, button, heading, hint, line, scrolling
from ui.shell.theme import State, em

Edit = Callable[[Entry], None]


class DayPanel(Card):
    """What a day is: for the commune, for each school, for each activity; and what says so."""

    def __init__(self, add: Callable[[], None]) -> None:
        super().__init__()
        self.page: DayPage | None = None
        self.named = heading("", level=3)
        self.named.setWordWrap(True)
        self.pill, self.said = StatePill(), hint()
        self.add_button = button("A&jouter ce jour…", add, icon="add")
        self._body: QWidget | None = None
        self._area = scrolling(QWidget())
        for widget in (self.named, self.pill, self.said):
            self.column.addWidget(widget)
        self.column.addWidget(self._area, 1)
        self.column.addWidget(self.add_button)
        self.column.addWidget(line())
        self.column.addWidget(Legend())
        self.setFixedWidth(em(18))

    def show_day(self, page: DayPage, edit: Edit, *, may_edit: bool) -> None:
        """Show a day."""
        self.page = page
        day, look = page.day, LOOKS[page.day.nature]
        self.named.setText(capital(long_date(day.day)))
        self.pill.show_state(look.words, look.state or State.NEUTRAL)
        self.said.setText(day.name)
        self.said.setVisible(bool(day.name))
        self.add_button.setEnabled(may_edit)
        self.setAccessibleDescription(page.sentence)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, em(0.4), 0)
        column.setSpacing(em(0.35))
        if page.schools:
            column.addWidget(heading("Écoles", level=3))
            column.addLayout(_lines([(name, words) for name, words in page.schools]))
        column.addWidget(heading("Accueils", level=3))
        column.addLayout(_lines([(row.activity, row.closed or "Ouvert") for row in page.activities]))
        if page.entries:
            column.addWidget(heading("Inscrit au calendrier", level=3))
        for row in page.entries:
            told = f"{KIND_WORDS[row.entry.kind]} {row.entry.words}, {row.place}"
            if row.from_rulebook or not may_edit:
                column.addWidget(hint(f"{told}, selon le règlement" if row.from_rulebook else told))
            else:
                column.addWidget(_entry_button(told, partial(edit, row.entry)))
        column.addStretch(1)
        self._area.setWidget(body)
        body.setAutoFillBackground(False)


def _entry_button(told: str, pressed: Callable[[], None]) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(hint(told))
    made = button("Modifier…", pressed, icon="edit", look="quiet")
    made.setAccessibleName(f"Modifier {told}")
    column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
    return box


def _lines(lines: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(em(0.6))
    grid.setVerticalSpacing(em(0.2))
    for at, (name, words) in enumerate(lines):
        for column, text in enumerate((name, words)):
            label = PlainLabel(text) if column == 0 else hint(text)
            label.setWordWrap(True)
            grid.addWidget(label, at, column, Qt.AlignmentFlag.AlignTop)
    for column in range(2):
        grid.setColumnStretch(column, 1)
    return grid
