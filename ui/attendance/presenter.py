"""What the roll call's screen decides, apart from how it looks."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from backoffice.attendance.lists import DaySheet, day_sheet
from backoffice.attendance.record import RecordReport, record
from backoffice.attendance.roll_call import print_roll_call
from backoffice.attendance.rules import day_problem
from backoffice.bookings.lists import ActivityRow, activities
from backoffice.errors import StaleRecord
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from resources.french import NARROW, long_date, plural
from ui.attendance.sheet import Conflict, Key, Sheet
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State

MET = f"Un collègue a modifié les mêmes cases{NARROW}: choisissez ce qui reste. Vos saisies sont toujours là."
NO_ROLE = "Vous pouvez lire cette feuille, mais le pointage demande le rôle de directrice ou directeur."


class AttendanceView(View, Protocol):
    """What the presenter asks of the roll call's screen."""

    def show_activities(self, activities: Sequence[ActivityRow], chosen: int | None) -> None: ...
    def show_sheet(self, sheet: Sheet) -> None: ...
    def show_empty(self, sentence: str) -> None: ...
    def show_choice(self, activity: int | None, day: date) -> None: ...
    def ask_unsaved(self, unsaved: int, then: Callable[[], None]) -> None: ...
    def show_conflicts(self, sentence: str, conflicts: Sequence[Conflict]) -> None: ...
    def go_to(self, key: Key) -> None: ...
    def show_pdf(self, title: str, content: bytes, name: str) -> None: ...


class AttendancePresenter(Presenter[AttendanceView]):
    """Drives the grid of one activity's day."""

    def __init__(self, view: AttendanceView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._activity: int | None = None
        self._day = office.today()
        self._group: int | None = None
        self.sheet: Sheet | None = None

    def today(self) -> date:
        """Give the civil date in the town hall."""
        return self._office.today()

    @property
    def unsaved(self) -> int:
        """How many cells wait to be saved."""
        return self.sheet.unsaved if self.sheet else 0

    def refresh(self) -> None:
        """Read the activities, then the day."""
        self.read("activities", lambda: self._office.read(activities), self._activities_read)

    def choose(self, activity: int | None, day: date) -> None:
        """Show another activity or day, once nothing unsaved would be lost."""
        if (activity, day) == (self._activity, self._day):
            return
        if self.unsaved:
            self.view.show_choice(self._activity, self._day)
            self.view.ask_unsaved(self.unsaved, lambda: self._go(activity, day))
        else:
            self._go(activity, day)

    def choose_group(self, group: int | None) -> None:
        """Show one group, or all; nothing is lost."""
        self._group = group
        if self.sheet is not None:
            self.sheet.group = group
            self._show()

    def add_child(self, child_id: int) -> None:
        """Add a child whom nobody expected."""
        if self.sheet is not None:
            self.sheet.added.add(child_id)
            self._show()
            if self.sheet.day.units:
                self.view.go_to((child_id, self.sheet.day.units[0].id))

    def all_present(self) -> None:
        """Write present in every cell that nobody pointed."""
        if self.sheet is None:
            return
        done = self.sheet.all_present()
        self.view.show_sheet(self.sheet)
        if done:
            said = plural(done, "case remplie", "cases remplies")
            self.view.say(f"{said} aux heures habituelles{NARROW}: à enregistrer (Ctrl+S).", State.INFO)
        else:
            self.view.say("Tous les enfants attendus sont déjà pointés.", State.INFO)

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save every edit in one action, then go on."""
        sheet = self.sheet
        if sheet is None or not sheet.unsaved:
            self.view.say("Il n'y a rien à enregistrer.", State.INFO)
            return
        if wrong := sheet.problems():
            key, sentence = next(iter(wrong.items()))
            self.view.go_to(key)
            self.view.say(f"{sheet.words(key)}. {sentence}", State.REFUSED)
            return
        entries = sheet.entries()
        self.write(
            lambda: self._office.write(record, self._agent, entries),
            lambda report: self._saved(report, then),
            changes=("attendance",),
            unsaved=plural(len(entries), "pointage"),
            failed=self._not_saved,
        )

    def forget(self) -> None:
        """Drop what was typed."""
        if self.sheet is not None:
            self.sheet.forget()
            self._show()

    def settle(self, *, keep_mine: bool) -> None:
        """End the conflicts one way or the other."""
        if self.sheet is not None:
            self.sheet.settle(keep_mine=keep_mine)
            self._show()

    def print(self) -> None:
        """Make the roll call's paper, which bears health pictograms."""
        activity, day, office = self._activity, self._day, self._office
        if activity is None or self.sheet is None:
            return
        title = f"Feuille d'appel — {self.sheet.day.activity}, {long_date(day)}"
        name = f"feuille-appel-{day:%Y-%m-%d}.pdf"

        def work() -> bytes:
            self._agent.must_be(Role.DIRECTOR)
            return office.read(print_roll_call, activity, day, office.sealer)

        self.read("paper", work, lambda content: self.view.show_pdf(title, content, name))

    def _go(self, activity: int | None, day: date) -> None:
        if activity != self._activity:
            self._group = None
        self._activity, self._day, self.sheet = activity, day, None
        self.view.show_choice(activity, day)
        self._read_sheet()

    def _activities_read(self, rows: Sequence[ActivityRow]) -> None:
        if self._activity not in {row.id for row in rows}:
            self._activity = rows[0].id if rows else None
        self.view.show_activities(rows, self._activity)
        if rows:
            self._read_sheet()
        else:
            self.view.show_empty("Aucune activité n'est encore définie dans la structure.")

    def _read_sheet(self) -> None:
        activity, day = self._activity, self._day
        sealer = self._office.sealer if Role.DIRECTOR in self._agent.roles else None
        if activity is not None:
            self.read("sheet", lambda: self._office.read(day_sheet, activity, day, sealer), self._sheet_read)

    def _sheet_read(self, day: DaySheet) -> None:
        if self.sheet is not None and (self.sheet.day.activity_id, self.sheet.day.day) == (day.activity_id, day.day):
            self.sheet.read_again(day)
        else:
            self.sheet = Sheet(day, self._read_only(day))
        self.sheet.group = self._group
        self._show()
        if conflicts := self.sheet.conflicts():
            self.view.show_conflicts(MET, conflicts)

    def _read_only(self, day: DaySheet) -> str:
        if Role.DIRECTOR not in self._agent.roles:
            return NO_ROLE
        return day_problem(day.day, self.today()) or ""

    def _show(self) -> None:
        assert self.sheet is not None
        self.view.show_sheet(self.sheet)
        if not self.sheet.rows():
            day = self.sheet.day
            self.view.show_empty(
                f"{day.closed}." if day.closed else f"Aucun enfant n'est attendu le {long_date(day.day)}."
            )

    def _saved(self, report: RecordReport, then: Callable[[], None] | None) -> None:
        if self.sheet is not None:
            self.sheet.forget()
        self.view.say(report.sentence, State.ACCEPTED)
        if then is not None:
            then()
        else:
            self._read_sheet()

    def _not_saved(self, error: Exception) -> None:
        if not isinstance(error, StaleRecord):
            self.view.report(error, unsaved=plural(self.unsaved, "pointage"))
            return
        told = str(error)
        activity, day = self._activity, self._day
        sealer = self._office.sealer
        if activity is not None:
            self.read(
                "sheet",
                lambda: self._office.read(day_sheet, activity, day, sealer),
                lambda read: self._met(told, read),
            )

    def _met(self, told: str, day: DaySheet) -> None:
        assert self.sheet is not None
        self.sheet.read_again(day)
        self._show()
        if conflicts := self.sheet.conflicts():
            self.view.show_conflicts(f"{told} Vos saisies sont toujours là.", conflicts)
        else:
            self.view.say(told, State.REFUSED)
