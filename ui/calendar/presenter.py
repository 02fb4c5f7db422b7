"""What the calendar's screen decides, apart from how it looks."""

from collections.abc import Callable
from datetime import date
from typing import Protocol, TypeVar

from backoffice.calendar.edit import (
    CalendarReport,
    complete,
    remove_entry,
    reread_year,
    set_school_week,
    set_zone,
    write_entry,
)
from backoffice.calendar.entries import Entry, EntryKind, refusal
from backoffice.calendar.lists import DayPage, Rereading, SchoolRow, YearPage, read_day, read_year, rereading
from backoffice.calendar.rules import Disagreement, months_after, school_year
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State

T = TypeVar("T")
SAME_YEAR = "Cette année dit déjà ce que disent les sources officielles."


class CalendarView(View, Protocol):
    """What the presenter asks of the calendar's screen."""

    def show_year(self, page: YearPage, today: date, day: date, *, may_edit: bool) -> None: ...
    def show_day(self, page: DayPage, *, may_edit: bool) -> None: ...
    def ask_entry(self, page: YearPage, wished: Entry, seen: Entry | None) -> None: ...
    def ask_reread(self, change: Rereading) -> None: ...
    def close_form(self) -> None: ...
    def refuse_form(self, error: Exception) -> None: ...


class CalendarPresenter(Presenter[CalendarView]):
    """Drives a school year and its corrections."""

    def __init__(self, view: CalendarView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._day = office.today()
        self._year = school_year(self._day)
        self.page: YearPage | None = None

    @property
    def may_edit(self) -> bool:
        """Tell whether this agent may correct the calendar."""
        return Role.ADMINISTRATOR in self._agent.roles

    def today(self) -> date:
        """Give the civil date in the town hall."""
        return self._office.today()

    def refresh(self) -> None:
        """Read the year and the day shown."""
        year = self._year
        self.read("year", lambda: self._office.read(read_year, year, self.today()), self._year_read)
        self._read_day()

    def show_today(self) -> None:
        """Go to the present day."""
        self.go_to(self.today())

    def step(self, count: int) -> None:
        """Go to another school year, on its day of the same date."""
        self.go_to(months_after(self._day, 12 * count))

    def go_to(self, day: date) -> None:
        """Show a day, and its school year."""
        self._day, self._year = day, school_year(day)
        self.refresh()

    def choose_day(self, day: date) -> None:
        """Show what another day of the year is."""
        if day != self._day:
            self._day = day
            self._read_day()

    def add(self, day: date | None = None) -> None:
        """Ask what to add, first on the day shown."""
        if self.page is not None and self.may_edit:
            day = day or self._day
            self.view.ask_entry(self.page, Entry(EntryKind.NO_CLASS, day, day, ""), None)

    def edit(self, entry: Entry) -> None:
        """Ask how to correct an entry."""
        if self.page is not None and self.may_edit:
            self.view.ask_entry(self.page, entry, entry)

    def take(self, row: Disagreement, source: int) -> None:
        """Ask whether to write what a source says, over what the commune says if it is one line."""
        if self.page is None or not self.may_edit:
            return
        seen = next((found.entry for found in self.page.entries if self._is_of(found.entry, row)), None)
        told = row.theirs[source]
        if told:
            wished = Entry(row.kind, told[0].first, told[0].last, told[0].name)
            self.view.ask_entry(self.page, wished, seen)
        elif seen is not None:
            self.view.ask_entry(self.page, seen, seen)

    def fault(self, wished: Entry, seen: Entry | None) -> tuple[str, str] | None:
        """Say at once what is wrong with what was typed, beside the entries of the year shown."""
        rows = self.page.entries if self.page else ()
        others = [row.entry for row in rows if not row.from_rulebook and row.entry != seen]
        return refusal(wished, others, self.today())

    def save(self, wished: Entry, seen: Entry | None) -> None:
        """Write an entry."""
        self._change(lambda: self._office.write(write_entry, self._agent, wished, seen=seen), "la ligne du calendrier")

    def remove(self, entry: Entry) -> None:
        """Take an entry away."""
        self._change(lambda: self._office.write(remove_entry, self._agent, entry), "le retrait")

    def set_week(self, school: SchoolRow, weekdays: frozenset[int]) -> None:
        """Say on which days a school has class."""
        self._change(
            lambda: self._office.write(set_school_week, self._agent, school.id, weekdays, seen=school.weekdays),
            f"la semaine de {school.name}",
        )

    def set_zone(self, zone: str) -> None:
        """Say in which zone the commune is."""
        self._change(lambda: self._office.write(set_zone, self._agent, zone), "la zone")

    def complete(self) -> None:
        """Add the years that are missing."""
        self._change(lambda: self._office.write(complete, self._agent), "les années ajoutées")

    def ask_reread(self) -> None:
        """Show what reading the year again would change, before doing it."""
        year = self._year
        self.read("reread", lambda: self._office.read(rereading, year, self.today()), self._rereading_read)

    def reread(self, first: date) -> None:
        """Read a year again from the sources."""
        self._change(lambda: self._office.write(reread_year, self._agent, first), "la relecture")

    def _change(self, work: Callable[[], CalendarReport], unsaved: str) -> None:
        self.write(work, self._changed, changes=("structure",), unsaved=unsaved, failed=self.view.refuse_form)

    def _changed(self, report: CalendarReport) -> None:
        self.view.close_form()
        self.view.say(report.sentence, State.LATE if report.bookings else State.ACCEPTED)

    def _year_read(self, page: YearPage) -> None:
        self.page = page
        self.view.show_year(page, self.today(), self._day, may_edit=self.may_edit)

    def _read_day(self) -> None:
        day = self._day
        self.read(
            "day",
            lambda: self._office.read(read_day, day),
            lambda page: self.view.show_day(page, may_edit=self.may_edit),
        )

    def _rereading_read(self, change: Rereading) -> None:
        if change.removed or change.added:
            self.view.ask_reread(change)
        else:
            self.view.say(SAME_YEAR, State.INFO)

    @staticmethod
    def _is_of(entry: Entry, row: Disagreement) -> bool:
        return (
            len(row.mine) == 1
            and entry.kind is row.kind
            and (entry.first, entry.last) == (row.mine[0].first, row.mine[0].last)
        )
