"""What the calendar's screen decides, without a window."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete

from backoffice.calendar.edit import RefusedEntry, write_entry
from backoffice.calendar.entries import Entry, EntryKind
from backoffice.calendar.lists import DayPage, Rereading, YearPage, entries
from backoffice.errors import StaleRecord
from backoffice.office import Office, Work
from models.office.structure import SchoolHoliday
from models.vocabulary import Role
from tests.factories import AGENT, COLLEAGUE, TODAY, Town, booked
from tests.ui.immediate import ImmediateLanes
from ui.calendar.presenter import CalendarPresenter
from ui.shell.theme import State

FRIDAY = date(2026, 11, 27)
PUBLIC, VACATION, NO_CLASS, CLASS, CLOSED, OPEN = EntryKind


class FakeView:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.page: YearPage | None = None
        self.day: DayPage | None = None
        self.shown: date | None = None
        self.asked: tuple[YearPage, Entry, Entry | None] | None = None
        self.change: Rereading | None = None
        self.closed = 0
        self.refused: Exception | None = None
        self.may_edit = False
        self.said: list[tuple[str, State]] = []

    def show_year(self, page, today, day, *, may_edit) -> None:
        self.page, self.shown, self.may_edit = page, day, may_edit

    def show_day(self, page, *, may_edit) -> None:
        self.day = page

    def ask_entry(self, page, wished, seen) -> None:
        self.asked = (page, wished, seen)

    def ask_reread(self, change) -> None:
        self.change = change

    def close_form(self) -> None:
        self.closed += 1

    def refuse_form(self, error) -> None:
        self.refused = error

    def show_busy(self, busy) -> None: ...

    def say(self, sentence, state=State.INFO) -> None:
        self.said.append((sentence, state))

    def report(self, error, *, retry=None, unsaved="") -> None:
        raise error


def desk(office: Office, agent: Any = AGENT) -> tuple[FakeView, CalendarPresenter]:
    view = FakeView()
    presenter = CalendarPresenter(view, ImmediateLanes(), office, agent)
    presenter.refresh()
    return view, presenter


def test_it_opens_on_today_and_its_school_year(office: Office, town: Town) -> None:
    view, presenter = desk(office)
    assert view.page is not None
    assert view.day is not None
    assert (view.page.first, view.day.day.day, view.may_edit) == (date(2026, 9, 1), TODAY, True)
    presenter.choose_day(FRIDAY)
    assert view.day.day.day == FRIDAY


def test_another_year_keeps_the_day_of_the_year(office: Office, town: Town) -> None:
    view, presenter = desk(office)
    presenter.step(1)
    assert view.page is not None
    assert (view.page.first, view.shown) == (date(2027, 9, 1), date(2027, 11, 24))
    presenter.go_to(date(2028, 2, 29))
    presenter.step(-1)
    assert (view.page.first, view.shown) == (date(2026, 9, 1), date(2027, 2, 28))
    presenter.show_today()
    assert view.shown == TODAY


def test_bookings_to_tell_of_are_said_louder(office: Office, town: Town) -> None:
    booked(office, town.home.child_id, town.meal_id, FRIDAY)
    view, presenter = desk(office)
    presenter.choose_day(FRIDAY)
    presenter.add()
    assert view.asked is not None
    assert view.asked[1].first == FRIDAY
    presenter.save(replace(view.asked[1], name="Pont"), None)
    assert view.closed == 1
    assert view.said[-1][1] is State.LATE
    presenter.save(Entry(CLOSED, TODAY, TODAY, "Panne", facility_id=town.facility_id), None)
    assert view.said[-1][1] is State.ACCEPTED


def test_what_is_wrong_is_said_before_anything_is_written(office: Office, town: Town) -> None:
    _, presenter = desk(office)
    wrong = presenter.fault(Entry(PUBLIC, date(2026, 12, 25), date(2026, 12, 25), "Noël"), None)
    assert wrong is not None
    assert "déjà férié" in wrong[1]


def test_a_refusal_of_the_office_keeps_the_form(office: Office, town: Town) -> None:
    view, presenter = desk(office)
    presenter.save(Entry(VACATION, date(2026, 12, 10), date(2026, 12, 20), "Avent"), None)
    assert isinstance(view.refused, RefusedEntry)
    christmas = next(entry for entry in office.read(entries) if entry.first == date(2026, 12, 19))
    office.write(write_entry, COLLEAGUE, replace(christmas, name="Noël"), seen=christmas)
    presenter.remove(christmas)
    assert isinstance(view.refused, StaleRecord)
    assert view.closed == 0


def test_the_other_dates_of_a_disagreement_are_offered_to_be_written(office: Office, town: Town) -> None:
    view, presenter = desk(office)
    assert view.page is not None
    summer = next(row for row in view.page.disagreements if row.last == date(2027, 9, 1))
    presenter.take(summer, 1)
    assert view.asked is not None
    _, wished, seen = view.asked
    assert seen is not None
    assert (wished.last, seen.last) == (date(2027, 9, 1), date(2027, 8, 31))
    presenter.save(wished, seen)
    presenter.refresh()
    after = next(row for row in view.page.disagreements if row.last == date(2027, 9, 1))
    assert (after.ours, after.among_sources) == (after.said[1], True)


def test_dates_that_the_commune_does_not_have_are_added(office: Office, town: Town) -> None:
    view, presenter = desk(office)
    winter = next(entry for entry in office.read(entries) if entry.first == date(2027, 2, 20))
    presenter.remove(winter)
    presenter.refresh()
    assert view.page is not None
    row = next(row for row in view.page.disagreements if row.name == "Vacances d'hiver")
    presenter.take(row, 0)
    assert view.asked is not None
    assert (view.asked[1].first, view.asked[2]) == (winter.first, None)


def test_a_year_is_read_again_only_after_its_changes_were_shown(office: Office, town: Town) -> None:
    view, presenter = desk(office)
    presenter.ask_reread()
    assert view.change is None
    assert view.said[-1][1] is State.INFO
    presenter.remove(next(entry for entry in office.read(entries) if entry.first == date(2026, 12, 25)))
    presenter.ask_reread()
    assert view.change is not None
    assert [entry.name for entry in view.change.added] == ["Noël"]
    presenter.reread(view.change.first)
    assert "1 ligne ajoutée" in view.said[-1][0]


def test_the_calendar_is_completed(office: Office, town: Town) -> None:
    def forget(work: Work) -> None:
        work.session.execute(delete(SchoolHoliday).where(SchoolHoliday.starts > date(2027, 1, 1)))

    office.write(forget, AGENT)
    view, presenter = desk(office)
    assert view.page is not None
    assert view.page.warnings[0].may_complete
    presenter.complete()
    presenter.refresh()
    assert view.page.warnings == ()


def test_who_is_no_administrator_reads(office: Office, town: Town) -> None:
    view, presenter = desk(office, replace(AGENT, roles=frozenset({Role.AGENT})))
    presenter.add()
    presenter.edit(office.read(entries)[0])
    assert view.page is not None
    presenter.take(view.page.disagreements[0], 1)
    assert (view.may_edit, view.asked) == (False, None)
