"""Going from day to day, week to week, month to month; and searching as one types."""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QDate, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QWidget

from resources.french import NARROW, capital, day_and_month, month_name
from ui.common.forms import date_field, date_in
from ui.common.icons import dress
from ui.common.parts import button, icon_button
from ui.shell.theme import em

SEARCH_AFTER_MS = 200
MONTHS_AROUND = 6


class SearchField(QLineEdit):
    """A line that asks its question when the typing stops, or at once on Enter."""

    searched = Signal(str)

    def __init__(self, example: str, name: str = "Rechercher", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(example)
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(em(14))
        lens = QAction(self)
        dress(lens, "search", "muted")
        self.addAction(lens, QLineEdit.ActionPosition.LeadingPosition)
        self._asked = ""
        self._timer = QTimer(self, interval=SEARCH_AFTER_MS, singleShot=True)
        self._timer.timeout.connect(self._ask)
        self.textChanged.connect(lambda *_: self._timer.start())
        self.returnPressed.connect(self._ask)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def _ask(self) -> None:
        self._timer.stop()
        if (text := self.text().strip()) != self._asked:
            self._asked = text
            self.searched.emit(text)


class _Picker(QWidget):
    """Previous, what is shown, next."""

    def __init__(self, previous: str, following: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.previous = icon_button("previous", previous, lambda: self.step(-1))
        self.following = icon_button("next", following, lambda: self.step(1))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(em(0.2))

    def step(self, count: int) -> None:
        """Go `count` periods forward, or back."""
        raise NotImplementedError

    def _lay_out(self, *middle: QWidget, after: QWidget | None = None) -> None:
        for widget in (self.previous, *middle, self.following):
            self._row.addWidget(widget)
        if after is not None:
            self._row.addSpacing(em(0.4))
            self._row.addWidget(after)


class MonthPicker(_Picker):
    """A month, by its first day."""

    month_chosen = Signal(object)

    def __init__(self, month: date, parent: QWidget | None = None) -> None:
        super().__init__("Mois précédent", "Mois suivant", parent)
        self._month = month.replace(day=1)
        self.named = _menu_button(em(9))
        self.named.menu().aboutToShow.connect(self._fill)
        self._lay_out(self.named)
        self._write()

    @property
    def month(self) -> date:
        """The first day of the month shown."""
        return self._month

    def show_month(self, month: date) -> None:
        """Show a month, telling whoever listens when it is another one."""
        first = month.replace(day=1)
        if first != self._month:
            self._month = first
            self._write()
            self.month_chosen.emit(first)

    def step(self, count: int) -> None:
        self.show_month(month_after(self._month, count))

    def _write(self) -> None:
        self.named.setText(capital(month_name(self._month)))
        self.named.setAccessibleName(f"Mois affiché{NARROW}: {month_name(self._month)}")

    def _fill(self) -> None:
        menu = self.named.menu()
        menu.clear()
        for offset in range(-MONTHS_AROUND, MONTHS_AROUND + 1):
            month = month_after(self._month, offset)
            menu.addAction(capital(month_name(month)), _bound(self.show_month, month))


class WeekPicker(_Picker):
    """A week, by its Monday."""

    week_chosen = Signal(object)

    def __init__(self, day: date, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__("Semaine précédente", "Semaine suivante", parent)
        self._monday = monday_of(day)
        self.named = _menu_button(em(14))
        self.named.menu().aboutToShow.connect(self._fill)
        self.today = button("Cette semaine", lambda: self.show_week(today()), look="quiet")
        self._lay_out(self.named, after=self.today)
        self._write()

    @property
    def monday(self) -> date:
        """The Monday of the week shown."""
        return self._monday

    def show_week(self, day: date) -> None:
        """Show the week of a day, telling whoever listens when it is another one."""
        if (monday := monday_of(day)) != self._monday:
            self._monday = monday
            self._write()
            self.week_chosen.emit(monday)

    def step(self, count: int) -> None:
        self.show_week(self._monday + timedelta(weeks=count))

    def _write(self) -> None:
        self.named.setText(capital(week_name(self._monday)))
        self.named.setAccessibleName(f"Semaine affichée{NARROW}: {week_name(self._monday)}")

    def _fill(self) -> None:
        menu = self.named.menu()
        menu.clear()
        for offset in range(-4, 9):
            monday = self._monday + timedelta(weeks=offset)
            menu.addAction(capital(week_name(monday)), _bound(self.show_week, monday))


class DayPicker(_Picker):
    """A day, with a calendar to unfold and the way back to today."""

    day_chosen = Signal(object)

    def __init__(self, day: date, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__("Jour précédent", "Jour suivant", parent)
        self.field = date_field(day)
        self.field.setDisplayFormat("dddd d MMMM yyyy")
        self.field.setAccessibleName("Jour affiché")
        self.field.setMinimumWidth(em(13))
        self.today = button("Aujourd'hui", lambda: self.show_day(today()), look="quiet")
        self._lay_out(self.field, after=self.today)
        self.field.dateChanged.connect(lambda: self.day_chosen.emit(self.day))

    @property
    def day(self) -> date:
        """The day shown."""
        return date_in(self.field)

    def show_day(self, day: date) -> None:
        """Show a day, telling whoever listens when it is another one."""
        self.field.setDate(QDate(day.year, day.month, day.day))

    def step(self, count: int) -> None:
        self.show_day(self.day + timedelta(days=count))


def month_after(month: date, count: int) -> date:
    """Give the first day of the month `count` months later.

    >>> month_after(date(2026, 11, 24), 2)
    datetime.date(2027, 1, 1)
    """
    rank = month.year * 12 + month.month - 1 + count
    return date(rank // 12, rank % 12 + 1, 1)


def monday_of(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_name(monday: date) -> str:
    """Write a week: semaine du 23 au 29 novembre 2026.

    >>> week_name(date(2026, 11, 30))
    'semaine du 30 novembre au 6 décembre 2026'
    """
    sunday = monday + timedelta(days=6)
    last = day_and_month(sunday).split(" ", 1)[1]
    first = day_and_month(monday).split(" ", 1)[1]
    if monday.month == sunday.month:
        first = first.split(" ", 1)[0]
    elif monday.year != sunday.year:
        first = f"{first} {monday.year}"
    return f"semaine du {first} au {last} {sunday.year}"


def _menu_button(width: int) -> QToolButton:
    made = QToolButton()
    made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    made.setMenu(QMenu(made))
    made.setMinimumWidth(width)
    return made


def _bound(show: Callable[[date], None], day: date) -> Callable[[], None]:
    return lambda: show(day)
