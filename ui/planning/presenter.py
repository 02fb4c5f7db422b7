"""What the planning decides, apart from how it looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from backoffice.bookings.change import CellAnswer, CellChange, ChangeReport, change_bookings, check_bookings
from backoffice.bookings.lists import ActivityRow, PlanRow, WeekPlan, activities, week_plan
from backoffice.bookings.waiting_desk import put_on_list
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Verdict
from resources.french import NARROW, of_name, plural, search_key, until_text
from ui.common.pickers import monday_of
from ui.common.presenter import Lanes, Presenter, View
from ui.planning.table import Kind, Place, announced
from ui.shell.theme import State

TAKEN = frozenset({Kind.BOOKED})
POINTED = frozenset({Kind.PRESENT, Kind.ABSENT})
DECIDED = frozenset({Kind.ASKED, Kind.LEAVING})  # in the request that waits
CHANGEABLE = frozenset({Kind.FREE, Kind.BOOKED, Kind.LISTED, Kind.OFFERED})


@dataclass(frozen=True, slots=True)
class Wish:
    """What the agent wants to do for a family, and what the rules say of it."""

    row: PlanRow
    places: tuple[Place, ...]
    book: bool
    judgements: tuple[CellAnswer, ...]

    @property
    def changes(self) -> tuple[CellChange, ...]:
        """Say it as the use-case takes it."""
        return tuple(CellChange(*place.key, book=self.book) for place in self.places if place.key)

    @property
    def against_rule(self) -> bool:
        """Tell whether a limit or the places must be overridden."""
        return any(judgement.verdict is not Verdict.ACCEPTED for judgement in self.judgements)

    @property
    def listable(self) -> bool:
        """Tell whether the child may be put on the waiting list of all these cells."""
        return bool(self.judgements) and all(judgement.listable for judgement in self.judgements)

    @property
    def impossible(self) -> str:
        """Say what nobody may override."""
        refused = (j.why for j in self.judgements if j.verdict is not Verdict.ACCEPTED and not j.overridable)
        return next(refused, "")


class PlanningView(View, Protocol):
    """What the presenter asks of the planning's screen."""

    def show_activities(self, activities: Sequence[ActivityRow], chosen: int | None) -> None: ...
    def show_plan(self, plan: WeekPlan, rows: Sequence[PlanRow], today: date) -> None: ...
    def show_empty(self, sentence: str) -> None: ...
    def show_limit(self, place: Place, sentence: str) -> None: ...
    def ask_change(self, wish: Wish) -> None: ...
    def change_done(self) -> None: ...
    def change_refused(self, error: Exception) -> None: ...
    def open_request(self, request_id: UUID) -> None: ...
    def open_attendance(self, activity: int, day: date, child_id: int) -> None: ...


class PlanningPresenter(Presenter[PlanningView]):
    """Drives one week of one activity."""

    def __init__(self, view: PlanningView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._activity: int | None = None
        self._group: int | None = None
        self._monday = monday_of(office.today())
        self._search = ""
        self._plan: WeekPlan | None = None

    def today(self) -> date:
        """Give the civil date in the town hall."""
        return self._office.today()

    def refresh(self) -> None:
        """Read the activities, then the week."""
        self.read("activities", lambda: self._office.read(activities), self._activities_read)

    def choose(self, *, activity: int | None, group: int | None, monday: date) -> None:
        """Show another activity, group or week."""
        self._activity, self._group, self._monday = activity, group, monday
        self._read_plan()

    def search(self, text: str) -> None:
        """Keep the children whose name holds these letters."""
        self._search = text
        self._show()

    def look_at(self, place: Place) -> None:
        """Say until when a cell can change, and why."""
        key, child_id = place.key, place.row.child_id
        if key is None or not self._may_change(place):
            return
        change = CellChange(*key, book=place.kind is not Kind.BOOKED)
        now = self._office.now()
        self.read(
            "limit",
            lambda: self._office.read(check_bookings, child_id, [change], now=now),
            lambda judged: self.view.show_limit(place, limit_sentence(judged[0], book=change.book)) if judged else None,
        )

    def open(self, places: Sequence[Place]) -> None:
        """Book or cancel these cells of one child, as the first one says; others open what decides of them."""
        first = places[0]
        if first.kind in DECIDED and first.cell is not None and first.cell.request_id is not None:
            self.view.open_request(first.cell.request_id)
            return
        if first.kind in POINTED and self._activity is not None and not announced(first, self.today()):
            self.view.open_attendance(self._activity, first.column.day.day, first.row.child_id)
            return
        if not self._may_change(first):
            self.view.say(_untouchable(first), State.INFO)
            return
        alike = tuple(p for p in places if p.kind is first.kind and p.row is first.row and self._may_change(p))
        wish = Wish(first.row, alike, first.kind is not Kind.BOOKED, ())
        now = self._office.now()
        self.read(
            "wish",
            lambda: self._office.read(check_bookings, wish.row.child_id, wish.changes, now=now),
            lambda judged: self._judged(Wish(wish.row, wish.places, wish.book, tuple(judged))),
        )

    def change(self, wish: Wish, note: str) -> None:
        """Do what was wished; against a rule, the note signs it."""
        self.write(
            lambda: self._office.write(
                change_bookings, self._agent, wish.row.child_id, wish.changes, override=wish.against_rule, note=note
            ),
            self._changed,
            changes=("bookings",),
            unsaved=f"les réservations {of_name(wish.row.child)}",
            failed=self.view.change_refused,
        )

    def put_on_list(self, wish: Wish) -> None:
        """Put the child on the waiting list of the days that are full."""
        spots = [place.key for place in wish.places if place.key]
        self.write(
            lambda: self._office.write(put_on_list, self._agent, wish.row.child_id, spots),
            self._listed,
            changes=("bookings",),
            unsaved=f"la liste d'attente {of_name(wish.row.child)}",
            failed=self.view.change_refused,
        )

    def _listed(self, sentence: str) -> None:
        self.view.change_done()
        self.view.say(sentence, State.ACCEPTED)

    def _may_change(self, place: Place) -> bool:
        return place.kind in CHANGEABLE or announced(place, self.today())

    def _judged(self, wish: Wish) -> None:
        if wish.impossible:
            self.view.say(wish.impossible, State.REFUSED)
        else:
            self.view.ask_change(wish)

    def _changed(self, report: ChangeReport) -> None:
        self.view.change_done()
        self.view.say(report.sentence, State.ACCEPTED)

    def _activities_read(self, rows: Sequence[ActivityRow]) -> None:
        if self._activity not in {row.id for row in rows}:
            self._activity, self._group = (rows[0].id if rows else None), None
        self.view.show_activities(rows, self._activity)
        if rows:
            self._read_plan()
        else:
            self.view.show_empty("Aucune activité n'est encore définie dans la structure.")

    def _read_plan(self) -> None:
        activity, monday, group = self._activity, self._monday, self._group
        if activity is None:
            return
        self.read(
            "plan",
            lambda: self._office.read(week_plan, activity, monday, age_group_id=group),
            self._plan_read,
        )

    def _plan_read(self, plan: WeekPlan) -> None:
        self._plan = plan
        self._show()

    def _show(self) -> None:
        if self._plan is None:
            return
        words = search_key(self._search).split()
        rows = [row for row in self._plan.rows if all(word in search_key(row.child) for word in words)]
        self.view.show_plan(self._plan, rows, self.today())
        if not rows and words:
            self.view.show_empty(f"Aucun enfant de la liste ne s'appelle «\xa0{self._search}\xa0».")
        elif not rows:
            self.view.show_empty("Aucun enfant n'est inscrit à cette activité cette semaine-là.")


def limit_sentence(judgement: CellAnswer, *, book: bool) -> str:
    """Say what the rules say of a cell: until when it can change, or why not, and the rule it comes from."""
    why = judgement.why
    if judgement.verdict is Verdict.ACCEPTED and judgement.limit_at is not None and not judgement.late:
        why = f"{'Réservable' if book else 'Annulable'} jusqu'au {until_text(judgement.limit_at)}."
    rule = f" Règle «\xa0{judgement.rule}\xa0»." if judgement.rule else ""
    return f"{why}{rule}"


def days_of(wish: Wish) -> str:
    """Name the cells of a wish: one in full, several counted."""
    if len(wish.places) == 1:
        return wish.places[0].column.words
    return plural(len(wish.places), "case")


def _untouchable(place: Place) -> str:
    if place.kind is Kind.CLOSED:
        return f"{place.column.words}{NARROW}: {place.column.day.closed}."
    return f"{place.row.child} n'est pas inscrit à cette activité ce jour-là."
