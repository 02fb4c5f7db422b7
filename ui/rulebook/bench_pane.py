"""« Banc d'essai »: who, for what, when; the month as a calendar, the current day explained beside it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time

from PySide6.QtCore import QTime, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QTimeEdit, QWidget

from backoffice.clock import paris_instant
from backoffice.rulebook.bench import BenchActivity, BenchMonth, BenchQuestion, Circumstance
from backoffice.rulebook.bench_people import ChildFound
from resources.french import NARROW, euros, in_paris, plural
from ui.common.choices import ChoiceBox
from ui.common.forms import date_field, date_in, number_field
from ui.common.pane import Pane
from ui.common.parts import hint
from ui.common.pickers import MonthPicker
from ui.common.screen import Screen
from ui.rulebook.calendar import MonthView
from ui.rulebook.day import DayPane
from ui.rulebook.flow import flow_of
from ui.rulebook.who import WhoFields
from ui.rulebook.words import CIRCUMSTANCES
from ui.shell.theme import em

ASK_AFTER_MS = 150
IN_FORCE, DRAFT = "in_force", "draft"
NOW, LATER = "now", "later"
NO_UNIT = "Cochez au moins une unité."
NO_CHILD = "Cherchez un enfant par son nom, ou essayez un enfant imaginaire."
NO_BOOK = "Aucun règlement intérieur n'est en vigueur ce mois-là."


class BenchPane(Pane):
    """Asks again at each change, once the hand rests."""

    asked = Signal()  # another question, of the same rulebook
    book_asked = Signal()  # another month, or another rulebook
    searched = Signal(str)

    def __init__(self, screen: Screen, now: Callable[[], datetime]) -> None:
        super().__init__(screen)
        self._now = now
        self._activities: dict[str, BenchActivity] = {}
        self._month: BenchMonth | None = None
        self._held: date | None = in_paris(now()).date()
        self.who = WhoFields()
        self.calendar, self.day = MonthView(), DayPane()
        self.setFocusProxy(self.calendar)
        self.told = hint()
        self.column.addWidget(self.who)
        self.column.addWidget(self._what())
        self.column.addWidget(self._when())
        self.column.addWidget(self.told)
        self.column.addWidget(self._both(), 1)
        self._resting = QTimer(self, interval=ASK_AFTER_MS, singleShot=True)
        self._resting.timeout.connect(self.asked)
        self._connect()

    @property
    def under_draft(self) -> bool:
        """Tell whether the draft is asked, not the rulebook in force."""
        return bool(self.rulebook.currentData() == DRAFT)

    @property
    def moment(self) -> datetime | None:
        """When the request would come; None: now."""
        if self.received.currentData() != LATER:
            return None
        hour = self.received_hour.time()
        return paris_instant(date_in(self.received_day), time(hour.hour(), hour.minute()))

    def question(self) -> BenchQuestion | None:
        """Say what is asked; None, and why beside, while something lacks."""
        row, who = self._activities.get(self.activity.currentData()), self.who.who()
        units = tuple(code for code, box in self._boxes.items() if box.isChecked())
        if row is None or who is None or not units:
            self._show_nothing(NO_BOOK if row is None else NO_UNIT if who is not None else NO_CHILD)
            return None
        return BenchQuestion(
            who=who,
            activity=row.code,
            units=units,
            month=self.month.month,
            circumstance=Circumstance(self.circumstance.currentData()),
            minutes=self.minutes.value() or None if row.minutes else None,
        )

    def show_activities(self, rows: Sequence[BenchActivity]) -> None:
        """Offer what a rulebook knows."""
        self._activities = {row.code: row for row in rows}
        self.activity.fill([(row.name, row.code) for row in rows], self.activity.currentData())
        self._show_activity()

    def show_draft(self, name: str | None) -> None:
        """Offer the draft beside the rulebook in force, and choose it; None: there is none any more."""
        held = self.rulebook.currentData()
        lines = [("Règlement intérieur en vigueur", IN_FORCE)]
        if name is not None:
            lines.append((f"Brouillon {name}", DRAFT))
        self.rulebook.fill(lines, DRAFT if name is not None else IN_FORCE)
        self.rulebook.setEnabled(name is not None)
        if name is not None or held == DRAFT:
            self.book_asked.emit()

    def show_children(self, rows: Sequence[ChildFound]) -> None:
        self.who.show_children(rows)

    def show_month(self, month: BenchMonth) -> None:
        """Show the answer, on the day that was looked at."""
        self._month = month
        held = self._held
        self.calendar.show_month(month, held, in_paris(self._now()).date())
        opened = sum(day.closed is None for day in month.days)
        total = f" En venant tous les jours ouverts{NARROW}: {euros(month.total_cents)}." if opened else ""
        days = f"{plural(opened, 'jour ouvert', 'jours ouverts')}." if opened else "Fermé tout le mois."
        self.told.setText(f"Version {month.version}. {month.who}. {days}{total}")
        self._show_day()

    def step(self, count: int) -> None:
        self.month.step(count)

    def show_today(self) -> None:
        self._held = in_paris(self._now()).date()
        self.month.show_month(self._held)
        if self._month is not None:
            self.calendar.show_month(self._month, self._held, self._held)

    def _what(self) -> QWidget:
        self.activity = ChoiceBox("Activité", 13)
        self.circumstance = ChoiceBox("Ce qui se passe", 13)
        self.circumstance.fill([(words, code) for code, words in CIRCUMSTANCES.items()], Circumstance.IN_TIME)
        self.minutes = number_field(0, most=1440, suffix=" min de présence")
        self.minutes.setSpecialValueText("Durée des unités")
        self.minutes.setSingleStep(15)
        for widget in (self.minutes, self.minutes.lineEdit()):
            widget.setAccessibleName("Durée de présence")
        self.minutes.hide()
        self._boxes: dict[str, QCheckBox] = {}
        self._units = QWidget()
        self._units_row = QHBoxLayout(self._units)
        self._units_row.setContentsMargins(0, 0, 0, 0)
        self._units_row.setSpacing(em(0.5))
        return flow_of(self.activity, self._units, self.minutes, self.circumstance)

    def _when(self) -> QWidget:
        now = in_paris(self._now())
        self.month = MonthPicker(now.date())
        self.rulebook = ChoiceBox("Règlement intérieur essayé", 14)
        self.rulebook.fill([("Règlement intérieur en vigueur", IN_FORCE)], IN_FORCE)
        self.rulebook.setEnabled(False)
        self.received = ChoiceBox("La demande arrive", 11)
        self.received.fill([("Demande reçue maintenant", NOW), ("Demande reçue le…", LATER)], NOW)
        self.received_day = date_field(now.date())
        self.received_hour = QTimeEdit(QTime(now.hour, now.minute))
        self.received_hour.setDisplayFormat("HH:mm")
        for field, name in ((self.received_day, "Jour de la demande"), (self.received_hour, "Heure de la demande")):
            field.setAccessibleName(name)
            field.lineEdit().setAccessibleName(name)
            field.lineEdit().setTextMargins(em(0.3), 0, 0, 0)
            field.hide()
        return flow_of(self.month, self.rulebook, self.received, self.received_day, self.received_hour)

    def _both(self) -> QSplitter:
        both = QSplitter()
        both.setChildrenCollapsible(False)
        both.setHandleWidth(em(0.6))
        both.addWidget(self.calendar)
        both.addWidget(self.day)
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        self.calendar.setMinimumWidth(em(24))
        self.day.setMinimumWidth(em(16))
        both.setSizes([em(34), em(22)])
        return both

    def _connect(self) -> None:
        self.who.changed.connect(self._resting.start)
        self.who.searched.connect(self.searched)
        self.activity.currentIndexChanged.connect(lambda *_: self._show_activity())
        self.circumstance.currentIndexChanged.connect(lambda *_: self._resting.start())
        self.minutes.valueChanged.connect(lambda *_: self._resting.start())
        self.month.month_chosen.connect(lambda _: self.book_asked.emit())
        self.rulebook.currentIndexChanged.connect(lambda *_: self.book_asked.emit())
        self.received.currentIndexChanged.connect(self._receive)
        self.received_day.dateChanged.connect(lambda *_: self._resting.start())
        self.received_hour.timeChanged.connect(lambda *_: self._resting.start())
        self.calendar.cell_chosen.connect(lambda _: self._show_day())
        self.calendar.cell_opened.connect(lambda _: self.day.area.setFocus())

    def _receive(self) -> None:
        for field in (self.received_day, self.received_hour):
            field.setVisible(self.received.currentData() == LATER)
        self.asked.emit()

    def _show_activity(self) -> None:
        """Offer the units of the activity, ticked as they were, the first ticked at least, and what its prices look at."""
        row = self._activities.get(self.activity.currentData())
        units = row.units if row else ()
        self.minutes.setVisible(row is not None and row.minutes)
        if row is not None:
            self.who.show_activity(row)
        if [code for code, _ in units] != list(self._boxes):
            for box in self._boxes.values():
                self._units_row.removeWidget(box)
                box.hide()
                box.deleteLater()
            self._boxes = {code: QCheckBox(name) for code, name in units}
            for at, box in enumerate(self._boxes.values()):
                box.setChecked(at == 0)
                box.toggled.connect(lambda *_: self._resting.start())
                self._units_row.addWidget(box)
        self._resting.start()

    def _show_day(self) -> None:
        day = self.calendar.chosen()
        if day is not None:
            self._held = day.day
        month = self._month
        later = month is not None and self.received.currentData() == LATER
        self.day.show_day(day, month.moment if month and later else None, month.package if month else None)

    def _show_nothing(self, why: str) -> None:
        self._month = None
        self.told.setText("")
        self.calendar.show_month(None, None)
        self.calendar.say_when_empty(why)
        self.day.show_day(None, None)
