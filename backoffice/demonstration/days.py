"""What happens in the commune: enrolments, bookings to come, attendance of the past days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from backoffice.attendance.reasons import ranks
from backoffice.bookings.late import kept
from backoffice.clock import days_between, paris_instant
from backoffice.demonstration.commune import Place, Season
from backoffice.demonstration.people import Kid, Town
from backoffice.office import Changed, Work
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.in_force import Rules, read_rules
from models.office.bookings import Attendance, Booking, Enrolment
from models.vocabulary import AttendanceState, BookingState, EnrolmentStatus, Origin

AHEAD = timedelta(weeks=5)  # bookings are known so far ahead
LATE = 0.04  # of the holidays' bookings come after their limit
LEFT_LATE = {"MER-JOURNEE", "ALSH-JOURNEE", "ALSH-SOIREE"}  # from where some parents come after the closing
Habit = dict[str, frozenset[int]]  # unit → weekdays, Monday is 0


@dataclass(slots=True)
class Diary:
    """What is drawn of one commune, as rows to insert in bulk."""

    place: Place
    season: Season
    rules: Rules
    random: Random
    enrolments: list[dict[str, Any]]
    bookings: list[dict[str, Any]]
    attendance: list[dict[str, Any]]


def build_days(work: Work, place: Place, town: Town) -> dict[int, int]:
    """Enrol each child by its age, book its usual weeks, point the days that are past; give the crèche's half-days a week."""
    diary, creche = Diary(place, town.season, read_rules(work.session), town.random, [], [], []), {}
    for kid in town.kids:
        for activity, habit in _habits(kid, town):
            if activity == "CRECHE":
                creche[kid.id] = sum(map(len, habit.values()))
            _enrol(diary, kid, activity)
            _book(diary, kid, activity, habit)
    for table, rows in ((Enrolment, diary.enrolments), (Booking, diary.bookings), (Attendance, diary.attendance)):
        for start in range(0, len(rows), 20_000):
            work.session.execute(insert(table), rows[start : start + 20_000])
    work.changed(Changed.BOOKINGS, Changed.ATTENDANCE)
    return creche


def _habits(kid: Kid, town: Town) -> Iterator[tuple[str, Habit]]:
    """Draw in which activities a child is enrolled, and its usual days."""
    draw, age = town.random, kid.age_in(town.season)
    school = [0, 1, 3, 4]
    if kid.id == 1:  # the sample family's Léa: Thursday's canteen is hers to book
        yield "CANTINE", {"REPAS": frozenset({0, 1})}
        yield "PERI", {"PERI-MATIN": frozenset({0, 3}), "PERI-SOIR": frozenset()}
        yield "MERCREDI", {"MER-JOURNEE": frozenset(), "MER-APRES-MIDI": frozenset({2})}
        return
    if age < 3:
        days = frozenset(draw.sample(range(5), k=draw.randint(2, 5)))
        yield "CRECHE", {"CRECHE-MATIN": days, "CRECHE-APRES-MIDI": frozenset(d for d in days if draw.random() < 0.8)}
        return
    if age > 10:
        yield "VACANCES", {"ALSH-JOURNEE": frozenset(range(5)), "ALSH-SOIREE": frozenset()}
        return
    if draw.random() < 0.82:
        yield "CANTINE", {"REPAS": frozenset(d for d in school if draw.random() < 0.72)}
    if draw.random() < 0.6:
        morning = frozenset(d for d in school if draw.random() < 0.3)
        yield "PERI", {"PERI-MATIN": morning, "PERI-SOIR": frozenset(d for d in school if draw.random() < 0.5)}
    if draw.random() < 0.38:
        unit = "MER-JOURNEE" if draw.random() < 0.7 else "MER-APRES-MIDI"
        yield "MERCREDI", {unit: frozenset({2})}
    if draw.random() < 0.36:
        days = frozenset(draw.sample(range(5), k=draw.randint(2, 5)))
        evening = frozenset(d for d in days if draw.random() < 0.2)
        yield "VACANCES", {"ALSH-JOURNEE": days, "ALSH-SOIREE": evening}


def _enrol(diary: Diary, kid: Kid, activity: str) -> None:
    age = kid.age_in(diary.season)
    small = {"CRECHE": age < 2}.get(activity, age < 6)
    groups = {True: "BEBES", False: "GRANDS"} if activity == "CRECHE" else {True: "MAT", False: "ELE"}
    diary.enrolments.append(
        {
            "child_id": kid.id,
            "activity_id": diary.place.activities[activity],
            "age_group_id": diary.place.groups[f"{activity}-{groups[small]}"],
            "payer_family_id": kid.payer_family_id,
            "starts": diary.season.starts,
            "ends": diary.season.ends,
            "status": EnrolmentStatus.ACTIVE,
        }
    )


def _book(diary: Diary, kid: Kid, activity: str, habit: Habit) -> None:
    season, draw, begun = diary.season, diary.random, len(diary.attendance)
    last = min(season.today + AHEAD, season.ends)
    away = {season.starts + timedelta(days=draw.randrange(120)) for _ in range(2)} if kid.id > 1 else set()
    for day in days_between(season.months[0], last):
        if not any(day.weekday() in days for days in habit.values()) or diary.rules.closed(activity, day):
            continue
        for code, days in habit.items():
            if day.weekday() in days and day not in away and draw.random() < 0.96:
                _one_unit(diary, kid, code, day)
    _number_absences(diary.attendance[begun:])


def _one_unit(diary: Diary, kid: Kid, code: str, day: date) -> None:
    unit, season = diary.place.units[code], diary.season
    booked_at = paris_instant(max(season.starts, day - timedelta(days=20)), time(20, 15))
    key = {"child_id": kid.id, "unit_id": unit.id, "day": day}
    booking = {**key, "state": BookingState.BOOKED, "origin": Origin.PORTAL, "request_id": None, "late": None}
    diary.bookings.append({**booking, "changed_at": booked_at})
    fate = diary.random.random()
    if code.startswith("ALSH") and fate < LATE:
        _book_late(diary, day)
    forgotten = day >= season.months[2] and fate > 0.992  # this month and the last have days not pointed yet
    if day >= season.today or forgotten:
        return
    state = (
        AttendanceState.PRESENT
        if fate < 0.945
        else AttendanceState.JUSTIFIED
        if fate < 0.975
        else AttendanceState.UNJUSTIFIED
    )
    present = state is AttendanceState.PRESENT
    slow = code in LEFT_LATE and fate < LATE / 2
    arrived = _around(diary.random, unit.starts, 12) if present else None
    left = _around(diary.random, unit.ends, 25 if slow else -14) if present else None
    ill = state is AttendanceState.JUSTIFIED and code.startswith("CRECHE")
    diary.attendance.append(
        {
            **key,
            "state": state,
            "arrived": unit.starts if present and code == "CRECHE-APRES-MIDI" else arrived,
            "left": unit.ends if present and code == "CRECHE-MATIN" else left,
            "note": None,
            "absence": "creche-maladie" if ill else None,
            "absence_day": None,
            "invoice_id": None,
            "version": 1,
        }
    )


def _book_late(diary: Diary, day: date) -> None:
    """Let the last booking have come after its limit, if that limit is past, with what the rulebook makes it cost."""
    applied = diary.rules.on(day)
    bound = applied.limit(activity="VACANCES", operation=Operation.BOOK, day=day) if applied else None
    if bound is None or bound.until is None:
        return
    booked_at = bound.until + timedelta(days=1)
    if booked_at < paris_instant(diary.season.today, time(8)):
        diary.bookings[-1].update(late=kept(bound.late), changed_at=booked_at)


def _number_absences(rows: Sequence[dict[str, Any]]) -> None:
    """Count the days of each absence of a child from an activity."""
    seen: dict[date, tuple[bool, bool]] = {}
    for row in rows:
        present, absent = seen.get(row["day"], (False, False))
        here = row["state"] is AttendanceState.PRESENT
        seen[row["day"]] = present or here, absent or not here
    numbers = ranks(seen)
    for row in rows:
        row["absence_day"] = None if row["state"] is AttendanceState.PRESENT else numbers[row["day"]]


def _around(random: Random, hour: time, minutes: int) -> time:
    """Draw an hour between `hour` and so many minutes after it, or before it."""
    moved = datetime.combine(date(2000, 1, 1), hour) + timedelta(
        minutes=random.randrange(abs(minutes)) * (1 if minutes > 0 else -1)
    )
    return moved.time()
