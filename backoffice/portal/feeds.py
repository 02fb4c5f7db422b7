"""A household's bookings in its own calendar: secret links, known here by their hash, and what they give."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from icalendar import Calendar, Event, Timezone, vDuration
from sqlalchemy import func, select, update

from backoffice.portal.accounts import digest
from backoffice.portal.outbox import Author
from backoffice.portal.shown import Document, keyed, of_kind, shown
from backoffice.portal.store import Work
from backoffice.portal.weeks import activity_keys
from backoffice.sync.contract import SHARED, CellState, UnitView, ViewKind, WeekView, week_of
from models.portal import Account, Feed
from models.upsert import insert_into
from resources.french import PARIS
from resources.plain import plain_text

MOST = 10  # links of one guardian
USED_EVERY = timedelta(days=1)  # how exactly « last used » is kept: reading a calendar seldom writes
REFRESH = timedelta(hours=4)
CLOCK = re.compile(r"(\d{1,2})\s*h(?:\s*(\d{2}))?")


class Made(Enum):
    """What became of a link that was asked for."""

    OPEN = auto()
    TOO_MANY = auto()
    REVOKED = auto()  # its form had served, and the link that it made was closed since


@dataclass(frozen=True, slots=True)
class Link:
    """A link as its owner sees it; the link itself is nowhere."""

    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One booked cell."""

    uid: str
    title: str
    activity: str
    place: str
    day: date
    hours: tuple[time, time] | None
    at: datetime  # when the office last said something of this week


def token_of(secret: str, guardian_id: int, form_key: str) -> str:
    """Give the secret of a link: one sending of a form gives one link, however often it arrives."""
    return hmac.new(secret.encode(), f"agenda {guardian_id} {form_key}".encode(), hashlib.sha256).hexdigest()


def create(work: Work, author: Author, token: str) -> Made:
    """Open a link, unless there are enough of them, or its form is sent again once it was closed."""
    query = select(Feed.token_hash, Feed.revoked_at).where(Feed.guardian_id == author.guardian_id)
    known = {row.token_hash: row.revoked_at for row in work.session.execute(query)}
    if digest(token) in known:
        return Made.OPEN if known[digest(token)] is None else Made.REVOKED
    if sum(revoked_at is None for revoked_at in known.values()) >= MOST:
        return Made.TOO_MANY
    row = {"token_hash": digest(token), "guardian_id": author.guardian_id, "created_at": work.now}
    work.session.execute(insert_into(work.session, Feed).values(row).on_conflict_do_nothing())
    return Made.OPEN


def links(work: Work, guardian_id: int) -> list[Link]:
    """List a guardian's links, the latest first."""
    mine = select(Feed).where(Feed.guardian_id == guardian_id, Feed.revoked_at.is_(None))
    query = mine.order_by(Feed.created_at.desc(), Feed.token_hash)
    return [Link(row.token_hash[:16], row.created_at, row.used_at) for row in work.session.scalars(query)]


def revoke(work: Work, guardian_id: int, name: str) -> bool:
    """Close a link; false when it is not this guardian's."""
    mine = update(Feed).where(Feed.guardian_id == guardian_id, Feed.token_hash.startswith(name, autoescape=True))
    closed = mine.where(Feed.revoked_at.is_(None)).values(revoked_at=work.now).returning(Feed.token_hash)
    return bool(work.session.execute(closed).all())


def revoke_all(work: Work, guardian_id: int) -> None:
    """Close all the links of a guardian."""
    mine = update(Feed).where(Feed.guardian_id == guardian_id, Feed.revoked_at.is_(None))
    work.session.execute(mine.values(revoked_at=work.now))


def open_links(work: Work, guardian_id: int) -> int:
    """Count a guardian's links."""
    mine = select(func.count()).where(Feed.guardian_id == guardian_id, Feed.revoked_at.is_(None))
    return work.session.scalar(mine) or 0


def owner(work: Work, token: str) -> tuple[int, bool] | None:
    """Find the household of a link, and whether its use should be written down; none of a closed account."""
    query = (
        select(Account.family_id, Feed.used_at)
        .join(Account, Account.guardian_id == Feed.guardian_id)
        .where(Feed.token_hash == digest(token), Feed.revoked_at.is_(None), Account.open)
    )
    if (row := work.session.execute(query).first()) is None:
        return None
    family_id, used_at = row
    return family_id, used_at is None or work.now - used_at > USED_EVERY


def remember_use(work: Work, token: str) -> None:
    """Write down that a link was used."""
    work.session.execute(update(Feed).where(Feed.token_hash == digest(token)).values(used_at=work.now))


def meetings(work: Work, family_id: int) -> list[Meeting]:
    """List all that is booked for a household's children, as far as it is published, in two questions."""
    weeks = [
        (WeekView.model_validate_json(document.text), document.at)
        for document in shown(work, family_id, of_kind(ViewKind.WEEK)).documents
    ]
    keys = {key for view, _ in weeks for key in activity_keys(view, week_of(view.monday))}
    offers = (
        {one.key: one for one in shown(work, SHARED, keyed(ViewKind.ACTIVITY_WEEK, keys)).documents} if keys else {}
    )
    found = [meeting for view, at in weeks for meeting in _booked(view, at, offers)]
    return sorted(found, key=lambda one: (one.day, one.hours or (time.min, time.min), one.uid))


def _booked(week: WeekView, at: datetime, offers: Mapping[str, Document]) -> Iterator[Meeting]:
    """List a week's booked cells; a place that closed since has nothing to go to."""
    wanted = {cell.unit_id: cell for cell in week.cells if cell.state is CellState.BOOKED}
    units: dict[int, tuple[UnitView, str, str]] = {}
    closed: set[tuple[int, str]] = set()
    for key in activity_keys(week, week_of(week.monday)) if wanted else ():
        if document := offers.get(key):
            body = document.body
            units |= {one.id: (one, body["activity"], body["place"]) for one in map(_unit, body["units"])}
            closed |= {(slot["unit_id"], slot["day"]) for slot in body["slots"] if slot.get("closed") is not None}
    for cell in week.cells:
        if cell.state is CellState.BOOKED and cell.unit_id in units and (cell.unit_id, str(cell.day)) not in closed:
            unit, activity, place = units[cell.unit_id]
            yield Meeting(
                f"{week.child_id}-{unit.id}-{cell.day}@marelle.espace-famille",
                f"{unit.name}, {week.child}",
                activity,
                place,
                cell.day,
                hours_of(unit.hours),
                at,
            )


def _unit(body: dict[str, Any]) -> UnitView:
    return UnitView.model_validate(body)


def hours_of(text: str) -> tuple[time, time] | None:
    """Read « 11 h 30 – 13 h 30 »; none when it is not told so."""
    told = [(int(hour), int(minute or 0)) for hour, minute in CLOCK.findall(text)]
    if len(told) != 2 or any(hour > 23 or minute > 59 for hour, minute in told) or told[0] >= told[1]:
        return None
    return time(*told[0]), time(*told[1])


def calendar(name: str, booked: Iterable[Meeting]) -> bytes:
    """Write a calendar; the same bookings give the same bytes."""
    found = Calendar()
    found.add("prodid", "-//Marelle//Espace famille//FR")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", _line(name))
    found.add("x-wr-timezone", "Europe/Paris")
    found.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", vDuration(REFRESH))
    events = sorted(booked, key=lambda one: one.day)
    for one in events:
        found.add_component(_event(one))
    days = [one.day for one in events]
    if any(one.hours for one in events):
        found.add_component(_timezone(days[0].year, days[-1].year))
    return bytes(found.to_ical())


def _line(text: str) -> str:
    """Write a text on one line: whoever named a child or a place adds no line to a calendar."""
    return " ".join(plain_text(text).split())


@lru_cache(maxsize=16)
def _timezone(first: int, last: int) -> Timezone:
    """Say what Paris's clocks do in some years; it takes longer to say than all the rest."""
    return Timezone.from_tzid("Europe/Paris", first_date=date(first, 1, 1), last_date=date(last + 1, 1, 1))


def _event(one: Meeting) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", 0)
    event.add("dtstamp", one.at)
    event.add("last-modified", one.at)
    event.add("summary", _line(one.title))
    event.add("location", _line(one.place))
    event.add("description", f"{_line(one.activity)}\u202f: réservé.")
    event.add("status", "CONFIRMED")
    if one.hours is None:
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
    else:
        event.add("dtstart", datetime.combine(one.day, one.hours[0], PARIS))
        event.add("dtend", datetime.combine(one.day, one.hours[1], PARIS))
    return event
