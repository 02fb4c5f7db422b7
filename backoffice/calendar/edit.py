"""An administrator corrects the calendar, completes it, or reads a year of it again from the sources."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from backoffice.calendar.days import school_week_words
from backoffice.calendar.entries import KIND_WORDS, Entry, EntryKind, refusal
from backoffice.calendar.lists import entries, rereading, to_complete, zone_of
from backoffice.calendar.rules import year_end
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.rulebook.in_force import read_rules
from backoffice.sync.horizon import horizon
from backoffice.sync.mark import mark_activity, roll_weeks
from models.office.bookings import Booking
from models.office.structure import Activity, Commune, ExceptionalDay, Facility, Holiday, School, SchoolHoliday, Unit
from models.vocabulary import BookingState, ExceptionalKind, Role
from resources.french import plural, short_date

ZONES = ("A", "B", "C")
KEPT = "Rien n'a été enregistré."


class RefusedEntry(RefusedByRule):
    """An entry cannot be written; `field` is what to correct: kind, first, last, name or place."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(f"{sentence} {KEPT}")
        self.field, self.sentence = field, sentence


@dataclass(frozen=True, slots=True)
class CalendarReport:
    """What was done, and how many bookings stand on days that it closes."""

    done: str
    bookings: int = 0

    @property
    def sentence(self) -> str:
        """Say it in French."""
        if not self.bookings:
            return self.done
        if self.bookings == 1:
            return f"{self.done} 1 réservation tombe un jour qui devient fermé\u202f: elle reste, prévenez la famille."
        count = plural(self.bookings, "réservation tombe", "réservations tombent")
        return f"{self.done} {count} un jour qui devient fermé\u202f: elles restent, prévenez les familles."


def write_entry(work: Work, wished: Entry, *, seen: Entry | None = None) -> CalendarReport:
    """Add an entry, or write it over the one that was seen.

    Raises:
        RefusedEntry: its days make no sense, or another entry already speaks of them.
        StaleRecord: somebody else changed or removed the entry seen.
    """
    work.agent.must_be(Role.ADMINISTRATOR)
    before = entries(work.session)
    _must_be_there(seen, before)
    _known_place(work, wished)
    if wrong := refusal(wished, [entry for entry in before if entry != seen], work.today):
        raise RefusedEntry(wrong[1], wrong[0])
    days = [wished] if seen is None else [wished, seen]

    def change() -> None:
        if seen is not None:
            _remove(work, seen)
        _add(work, wished)

    closed = _closing(work, change, min(e.first for e in days), max(e.last for e in days))
    verb = "calendar.add" if seen is None else "calendar.change"
    work.sign(verb, "calendar", wished.first.isoformat(), old=_told(seen), new=_told(wished))
    return CalendarReport(f"Enregistré\u202f: {KIND_WORDS[wished.kind].lower()} {wished.words}.", closed)


def remove_entry(work: Work, seen: Entry) -> CalendarReport:
    """Take an entry away.

    Raises:
        StaleRecord: somebody else changed or removed it.
    """
    work.agent.must_be(Role.ADMINISTRATOR)
    _must_be_there(seen, entries(work.session))
    closed = _closing(work, lambda: _remove(work, seen), seen.first, seen.last)
    work.sign("calendar.remove", "calendar", seen.first.isoformat(), old=_told(seen))
    return CalendarReport(f"Retiré\u202f: {KIND_WORDS[seen.kind].lower()} {seen.words}.", closed)


def set_school_week(work: Work, school_id: int, weekdays: Collection[int], *, seen: Collection[int]) -> CalendarReport:
    """Say on which weekdays a school has class, Monday being 0: 4 days, or 4½ with Wednesday.

    Raises:
        RefusedByRule: no day at all, or a Sunday.
        StaleRecord: somebody else changed this week.
    """
    work.agent.must_be(Role.ADMINISTRATOR)
    school = work.session.get(School, school_id)
    if school is None:
        raise RefusedByRule(f"Cette école n'existe plus. {KEPT}")
    if school.weekdays != _iso(seen):
        raise StaleRecord(f"La semaine de {school.name} a été modifiée entre-temps. {KEPT} Relisez-la.")
    if not weekdays or not set(weekdays) <= set(range(6)):
        raise RefusedByRule(f"Une école a classe un jour au moins, du lundi au samedi. {KEPT}")
    old, wished = school.weekdays, _iso(weekdays)

    def change() -> None:
        school.weekdays = wished

    closed = _closing(work, change, work.today, date.max)
    work.sign("calendar.week", "school", school.id, old={"weekdays": old}, new={"weekdays": wished})
    return CalendarReport(f"{school.name}\u202f: {school_week_words(frozenset(weekdays))}.", closed)


def set_zone(work: Work, zone: str) -> CalendarReport:
    """Change the commune's zone; the holidays kept stay as they are until the years are read again.

    Raises:
        RefusedByRule: there is no such zone.
    """
    work.agent.must_be(Role.ADMINISTRATOR)
    commune = work.session.scalar(select(Commune))
    if commune is None or zone not in ZONES:
        raise RefusedByRule(f"Une commune est en zone A, B ou C. {KEPT}")
    old, commune.zone = commune.zone, zone
    work.sign("calendar.zone", "commune", commune.id, old={"zone": old}, new={"zone": zone})
    work.changed(Changed.STRUCTURE)
    return CalendarReport(
        f"La commune est en zone {zone}. Relisez chaque année scolaire depuis les sources officielles."
    )


def complete(work: Work) -> CalendarReport:
    """Add the years that the calendar does not have yet; nothing that is there, or was removed, changes."""
    work.agent.must_be(Role.ADMINISTRATOR)
    found = to_complete(work.session, work.today)
    if not found:
        return CalendarReport("Rien à ajouter\u202f: les sources que Marelle connaît ne vont pas plus loin.")

    def change() -> None:
        for entry in found:
            _add(work, entry)

    closed = _closing(work, change, min(entry.first for entry in found), date.max)
    work.sign("calendar.complete", "calendar", zone_of(work.session), new=_listed(found))
    last = max(entry.last for entry in found)
    return CalendarReport(
        f"{_counted(found)} ajoutés, jusqu'au {short_date(last)}\u202f; vos corrections n'ont pas changé.", closed
    )


def reread_year(work: Work, first: date) -> CalendarReport:
    """Read the public holidays and the school holidays of a school year again: the agents' corrections of it are lost."""
    work.agent.must_be(Role.ADMINISTRATOR)
    change = rereading(work.session, first, work.today)
    year = f"{first.year}-{first.year + 1}"
    if not change.removed and not change.added:
        return CalendarReport(f"L'année {year} dit déjà ce que disent les sources officielles.")

    def replace() -> None:
        for entry in change.removed:
            _remove(work, entry)
        for entry in change.added:
            _add(work, entry)

    closed = _closing(work, replace, first, max(year_end(first), *(e.last for e in (*change.removed, *change.added))))
    work.sign("calendar.reread", "calendar", year, old=_listed(change.removed), new=_listed(change.added))
    removed = plural(len(change.removed), "ligne retirée", "lignes retirées")
    added = plural(len(change.added), "ligne ajoutée", "lignes ajoutées")
    return CalendarReport(f"Année {year} relue\u202f: {removed}, {added}.", closed)


def _closing(work: Work, change: Callable[[], None], first: date, last: date) -> int:
    """Change the calendar, show the weeks that depend on it, and count the bookings of days that it closes."""
    booked = _booked(work, max(first, work.today), last)
    before, shown = read_rules(work.session), horizon(work.session, work.today)
    change()
    work.session.flush()
    after = read_rules(work.session)
    for activity_id in work.session.scalars(select(Activity.id)):
        mark_activity(work, activity_id)
    if horizon(work.session, work.today) != shown:
        roll_weeks(work)  # the children's weeks come with those of the activities
    work.changed(Changed.STRUCTURE)
    return sum(
        count
        for (activity, day), count in booked.items()
        if before.closed(activity, day) is None and after.closed(activity, day) is not None
    )


def _booked(work: Work, first: date, last: date) -> Mapping[tuple[str, date], int]:
    query = (
        select(Activity.code, Booking.day, func.count())
        .join(Unit, Unit.id == Booking.unit_id)
        .join(Activity, Activity.id == Unit.activity_id)
        .where(Booking.day.between(first, last), Booking.state != BookingState.CANCELLED)
        .group_by(Activity.code, Booking.day)
    )
    return {(code, day): count for code, day, count in work.session.execute(query)}


def _must_be_there(seen: Entry | None, there: Collection[Entry]) -> None:
    if seen is not None and seen not in there:
        raise StaleRecord(f"{seen.words} a été modifié ou retiré entre-temps. {KEPT} Relisez le calendrier.")


def _known_place(work: Work, wished: Entry) -> None:
    school, facility = wished.school_id, wished.facility_id
    if (school is not None and work.session.get(School, school) is None) or (
        facility is not None and work.session.get(Facility, facility) is None
    ):
        raise RefusedEntry("Cette école ou cet établissement n'existe plus.", "place")


def _add(work: Work, entry: Entry) -> None:
    name = entry.name.strip()
    match entry.kind:
        case EntryKind.PUBLIC:
            work.session.add(Holiday(day=entry.first, name=name))
        case EntryKind.VACATION:
            work.session.add(SchoolHoliday(name=name, starts=entry.first, ends=entry.last))
        case _:
            work.session.add(
                ExceptionalDay(
                    kind=ExceptionalKind(entry.kind.value), school_id=entry.school_id, facility_id=entry.facility_id,
                    starts=entry.first, ends=entry.last, reason=name,
                )
            )  # fmt: skip


def _remove(work: Work, entry: Entry) -> None:
    tables = {EntryKind.PUBLIC: Holiday, EntryKind.VACATION: SchoolHoliday}
    key = entry.first if entry.kind is EntryKind.PUBLIC else entry.id
    work.session.delete(work.session.get_one(tables.get(entry.kind, ExceptionalDay), key))
    work.session.flush()  # the same day may be written again


def _told(entry: Entry | None) -> dict[str, object]:
    if entry is None:
        return {}
    told: dict[str, object] = {
        "kind": entry.kind.value, "first": entry.first.isoformat(), "last": entry.last.isoformat(), "name": entry.name,
    }  # fmt: skip
    places = {"school": entry.school_id, "facility": entry.facility_id}
    return told | {key: place for key, place in places.items() if place is not None}


def _listed(found: Collection[Entry]) -> dict[str, object]:
    return {
        f"{entry.kind.value} {entry.first.isoformat()}": f"{entry.name}, {entry.last.isoformat()}" for entry in found
    }


def _counted(found: Collection[Entry]) -> str:
    public = sum(entry.kind is EntryKind.PUBLIC for entry in found)
    spans = plural(len(found) - public, "période de vacances", "périodes de vacances")
    return f"{plural(public, 'jour férié', 'jours fériés')} et {spans}"


def _iso(weekdays: Collection[int]) -> str:
    return "".join(str(rank + 1) for rank in sorted(weekdays))
