"""The régie's life since the first month: each thing on its day, by the use-cases that its windows call."""

import platform
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.bill import bill
from backoffice.clock import SetClock, days_between, month_start, next_month, paris_instant
from backoffice.demonstration.agreements import enter
from backoffice.demonstration.bank import announced, give_back, present, return_cheque
from backoffice.demonstration.commune import Season
from backoffice.demonstration.corrections import DAYS_LATE, correct_one_day, credit_some, leave_in_peace
from backoffice.demonstration.desk import end_month, fill_hand, week_at_desk
from backoffice.demonstration.people import Town
from backoffice.office import Office, Work
from backoffice.permissions import Agent
from backoffice.reminders.run import run_plan
from models.office.billing import Invoice
from models.office.debits import DirectDebit
from models.vocabulary import Role

REGISSEUR = Agent("*", "Dominique Régie", frozenset(Role), platform.node())
ISSUED_ON, PRESENTED_ON, PUT_RIGHT_ON = 5, 11, 18  # days of the following month
FRIDAY, WEEK = 4, timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at its moment."""

    at: datetime
    what: Callable[[], object]


@dataclass(slots=True)
class Regie:
    """The régie as it lives: its clock goes from one event to the next, and stops this morning."""

    office: Office
    clock: SetClock
    season: Season
    town: Town
    until: datetime

    def live(self, month: date) -> None:
        """Issue a month on its day in the next one, and live that one to its end."""
        first = next_month(month)
        issued_at = paris_instant(first.replace(day=ISSUED_ON), time(10))
        self._play(event for event in self._days(first) if event.at < issued_at)
        self.clock.set(issued_at)
        bill(self.office, REGISSEUR, month, issue=True)
        self._play(event for event in (*self._days(first), *self._after_issue(month)) if event.at > issued_at)

    def live_on(self) -> None:
        """Live the present month until this morning."""
        self._play(self._days(month_start(self.season.today)))
        self.clock.set(self.until)
        self._write(fill_hand, self.season)
        self._write(correct_one_day, self.season)

    def _play(self, events: Iterable[Event]) -> None:
        for event in sorted(events, key=lambda event: event.at):
            if event.at < self.until:
                self.clock.set(event.at)
                event.what()

    def _days(self, first: date) -> Iterator[Event]:
        """Give what comes back every month: Fridays at the desk, the plan's days, the last day."""
        last = next_month(first) - timedelta(days=1)
        for day in days_between(first, last):
            if day.weekday() == FRIDAY:
                yield self._use(day, time(16), week_at_desk, self.season, day - WEEK)
        for day in sorted(self.office.read(_plan_days)):
            if first <= day <= last:
                yield Event(paris_instant(day, time(7)), self._remind)
        if last < self.season.today:  # the last day of this month is left to the agent
            yield self._use(last, time(18), end_month)

    def _after_issue(self, month: date) -> Iterator[Event]:
        """Give what follows an issue: its debits, and in the last month what is put right."""
        first, again = next_month(month), month == self.season.months[1]
        debit_on = self.office.read(announced, month)
        if debit_on is not None:
            yield self._use(first.replace(day=PRESENTED_ON), time(9), present, month)
            yield Event(paris_instant(debit_on, time(7)), self._remind)  # and settles the debits whose day has come
            yield self._use(debit_on + timedelta(days=1), time(14), give_back, "AC04" if again else "AM04")
        if again:
            day = first.replace(day=PUT_RIGHT_ON)
            yield self._use(day, time(9), credit_some, self.season)
            yield self._use(day, time(10), return_cheque)
            yield self._use(day, time(11), leave_in_peace)
            yield self._use(day, time(14), self._unsigned)

    def _unsigned(self, work: Work) -> None:
        """Enter the mandate of a family that has not brought it back yet."""
        enter(work, self.town.households[1], rank=99, signed_on=None)

    def _remind(self) -> None:
        run_plan(self.office, REGISSEUR)

    def _write(self, use_case: Callable[..., object], *args: object) -> None:
        self.office.write(use_case, REGISSEUR, *args)

    def _use(self, day: date, hour: time, use_case: Callable[..., object], *args: object) -> Event:
        return Event(paris_instant(day, hour), partial(self._write, use_case, *args))


def _plan_days(session: Session) -> set[date]:
    """Find the days on which an invoice reaches a level, from its due date or from its debit given back."""
    since = [*session.scalars(select(Invoice.due_on).distinct()), *session.scalars(select(DirectDebit.rejected_on))]
    return {day + timedelta(days=late) for day in since if day for late in DAYS_LATE}
