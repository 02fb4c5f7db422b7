"""The calendar as the office reads it: a school year at a glance, a day in full, what the sources would change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.calendar.days import YearDay, class_words, opening_words, year_day
from backoffice.calendar.entries import OF_PLACES, OF_SCHOOLS, Entry, EntryKind
from backoffice.calendar.rules import Disagreement, Source, disagreements, ends_soon, missing, school_year, year_end
from backoffice.clock import days_between
from backoffice.rulebook import seed
from backoffice.rulebook.calendar import Calendar, Span
from backoffice.rulebook.file.calendar_parts import ExceptionPart
from backoffice.rulebook.in_force import Rules, read_rules
from models.office.structure import Activity, Commune, ExceptionalDay, Facility, Holiday, School, SchoolHoliday
from resources.french import NARROW, short_date

YEARS_AHEAD = 2  # public holidays are known for ever: this far is enough
EVERY_SCHOOL, EVERY_PLACE, EVERYONE = "Toutes les écoles", "Tous les établissements", "Toute la commune"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as a list shows it; those of the rulebook are changed there."""

    entry: Entry
    place: str
    from_rulebook: bool = False

    @property
    def id(self) -> tuple[EntryKind, date, int | None, str, bool]:
        """Name the row."""
        return self.entry.kind, self.entry.first, self.entry.id, self.place, self.from_rulebook


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """A school, and the weekdays on which it has class; Monday is 0."""

    id: int
    code: str
    name: str
    weekdays: frozenset[int]


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """A place that receives children."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """When an activity receives children, by the rulebook in force or by its kind."""

    id: int
    activity: str
    facility: str
    words: str
    from_rulebook: bool


@dataclass(frozen=True, slots=True)
class CalendarWarning:
    """What the calendar needs, and whether completing it from the sources would help."""

    sentence: str
    may_complete: bool


@dataclass(frozen=True, slots=True)
class YearPage:
    """A school year, from 1 September to 31 August."""

    first: date
    zone: str
    days: tuple[YearDay, ...]
    entries: tuple[EntryRow, ...]
    schools: tuple[SchoolRow, ...]
    facilities: tuple[FacilityRow, ...]
    openings: tuple[OpeningRow, ...]
    sources: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]
    warnings: tuple[CalendarWarning, ...]


@dataclass(frozen=True, slots=True)
class ActivityDay:
    """Whether an activity receives children on a day."""

    activity: str
    facility: str
    closed: str | None  # why it does not


@dataclass(frozen=True, slots=True)
class DayPage:
    """A day in full."""

    day: YearDay
    schools: tuple[tuple[str, str], ...]  # name, and what it does
    activities: tuple[ActivityDay, ...]
    entries: tuple[EntryRow, ...]

    @property
    def sentence(self) -> str:
        """Say it in one breath: Le 14/05/2027 : férié (Ascension) ; École du Parc, pas de classe ; Cantine fermé."""
        told = [self.day.said]
        told += [f"{name}\u202f: {words}" for name, words in self.schools]
        told += [f"{row.activity} {'fermé' if row.closed else 'ouvert'}" for row in self.activities]
        return f"Le {short_date(self.day.day)}\u202f: {f'{NARROW}; '.join(told)}."


@dataclass(frozen=True, slots=True)
class Rereading:
    """What reading a school year again from the sources would take away and bring."""

    first: date
    removed: tuple[Entry, ...]
    added: tuple[Entry, ...]
    published: bool  # the school holidays of that year; else they stay as they are


def read_year(session: Session, first: date, today: date) -> YearPage:
    """Read a school year, which begins on `first`."""
    rules, last, places = read_rules(session), year_end(first), _read_places(session)
    rows = (*places.rows(entries(session)), *_of_rulebooks(rules, first, last, places))
    sources, since = read_sources(session, rules, today), school_year(today)
    return YearPage(
        first=first,
        zone=zone_of(session),
        days=tuple(year_day(_on(rules, day), day, places.facility_names) for day in days_between(first, last)),
        entries=tuple(
            sorted(
                (row for row in rows if _touches(row, first, last)),
                key=lambda row: (row.entry.first, row.entry.kind),
            )
        ),
        schools=places.schools,
        facilities=places.facilities,
        openings=_openings(session, rules, today),
        sources=tuple(source.name for source in sources),
        disagreements=disagreements(_on(rules, today), sources, since),
        warnings=calendar_warnings(session, today),
    )


def read_day(session: Session, day: date) -> DayPage:
    """Read what a day is for each school and each activity."""
    rules = read_rules(session)
    calendar = _on(rules, day)
    places = _read_places(session)
    rows = (*places.rows(entries(session)), *_of_rulebooks(rules, day, day, places))
    activities = session.execute(
        select(Activity.code, Activity.name, Facility.name.label("facility"))
        .join(Facility, Facility.id == Activity.facility_id)
        .order_by(Activity.position, Activity.id)
    )
    return DayPage(
        day=year_day(calendar, day, places.facility_names),
        schools=tuple((school.name, class_words(calendar, day, school.code)) for school in places.schools),
        activities=tuple(
            ActivityDay(row.name, row.facility, rules.closed(row.code, day)) for row in activities
        ),
        entries=tuple(row for row in rows if _touches(row, day, day)),
    )  # fmt: skip


def calendar_warnings(session: Session, today: date) -> tuple[CalendarWarning, ...]:
    """Say that the calendar ends within six months, or that it is not the rulebook's zone; for any screen."""
    rules, warnings = read_rules(session), []
    if told := ends_soon(rules.calendar, today):
        helps = bool(to_complete(session, today, rules))
        advice = (
            "Complétez-le depuis les sources officielles."
            if helps
            else "Les sources que Marelle connaît ne vont pas plus loin\u202f: mettez le logiciel à jour, "
            "ou saisissez les dates dès leur parution."
        )
        warnings.append(CalendarWarning(f"{told} {advice}", helps))
    applied, zone = rules.on(today), zone_of(session)
    if applied is not None and applied.book.calendar.zone != zone:
        wanted = applied.book.calendar.zone
        sentence = f"La commune est en zone {zone}, mais le règlement intérieur en vigueur dit zone {wanted}\u202f: corrigez l'un ou l'autre."
        warnings.append(CalendarWarning(sentence, may_complete=False))
    return tuple(warnings)


def entries(session: Session) -> tuple[Entry, ...]:
    """Read every entry of the snapshot, whatever table keeps it."""
    public = [
        Entry(EntryKind.PUBLIC, day, day, name) for day, name in session.execute(select(Holiday.day, Holiday.name))
    ]
    spans = [
        Entry(EntryKind.VACATION, row.starts, row.ends, row.name, id=row.id)
        for row in session.scalars(select(SchoolHoliday))
    ]
    special = [
        Entry(EntryKind(row.kind.value), row.starts, row.ends, row.reason, row.school_id, row.facility_id, row.id)
        for row in session.scalars(select(ExceptionalDay))
    ]
    return tuple(sorted((*public, *spans, *special), key=lambda entry: (entry.first, entry.kind, entry.id or 0)))


def zone_of(session: Session) -> str:
    """Give the commune's zone of school holidays."""
    return session.scalar(select(Commune.zone)) or "B"


def read_sources(session: Session, rules: Rules, today: date) -> tuple[Source, Source]:
    """Ask both packages about the commune's zone, from this school year on."""
    zone, first = zone_of(session), school_year(today).year
    last = max([first, *(span.last.year for span in rules.calendar.school_holidays)])
    return (
        Source(seed.PUBLISHED, _spans(seed.school_holidays(zone, first, last))),
        Source(
            seed.COMPUTED,
            _spans(seed.computed_school_holidays(zone, first, last)),
            dict(seed.public_holidays(first, last, alsace_moselle=_is_alsace_moselle(rules, today))),
        ),
    )


def to_complete(session: Session, today: date, rules: Rules | None = None) -> tuple[Entry, ...]:
    """List what completing the calendar would add: what follows what is known, and undoes no correction."""
    rules = rules or read_rules(session)
    first = school_year(today).year - 1
    found = _from_sources(session, rules, today, first, today.year + YEARS_AHEAD)
    return missing(entries(session), (entry for entry in found if entry.first >= date(first, 9, 1)))


def rereading(session: Session, first: date, today: date) -> Rereading:
    """Say what reading a school year again would change: only public holidays and school holidays."""
    found = [
        entry
        for entry in _from_sources(session, read_rules(session), today, first.year, first.year + 1)
        if school_year(entry.first) == first
    ]
    published = any(entry.kind is EntryKind.VACATION for entry in found)
    kinds = {EntryKind.PUBLIC, EntryKind.VACATION} if published else {EntryKind.PUBLIC}
    ours = [entry for entry in entries(session) if entry.kind in kinds and school_year(entry.first) == first]
    said = {_said(entry) for entry in found}
    had = {_said(entry) for entry in ours}
    return Rereading(
        first,
        tuple(entry for entry in ours if _said(entry) not in said),
        tuple(entry for entry in found if _said(entry) not in had),
        published,
    )


def _from_sources(session: Session, rules: Rules, today: date, first_year: int, last_year: int) -> Iterable[Entry]:
    alsace_moselle = _is_alsace_moselle(rules, today)
    for day, name in seed.public_holidays(first_year, last_year, alsace_moselle=alsace_moselle):
        yield Entry(EntryKind.PUBLIC, day, day, name)
    for name, first, last in seed.school_holidays(zone_of(session), first_year, last_year + YEARS_AHEAD):
        yield Entry(EntryKind.VACATION, first, last, name)


def _is_alsace_moselle(rules: Rules, today: date) -> bool:
    applied = rules.on(today)
    return applied is not None and applied.book.calendar.alsace_moselle


def _said(entry: Entry) -> tuple[EntryKind, date, date, str]:
    return entry.kind, entry.first, entry.last, entry.name


def _on(rules: Rules, day: date) -> Calendar:
    applied = rules.on(day)
    return applied.calendar if applied else rules.calendar


def _spans(found: Iterable[tuple[str, date, date]]) -> tuple[Span, ...]:
    return tuple(Span(first, last, name) for name, first, last in found)


def _touches(row: EntryRow, first: date, last: date) -> bool:
    return row.entry.first <= last and row.entry.last >= first


@dataclass(frozen=True, slots=True)
class _Places:
    """Where an entry applies: the schools and the facilities."""

    schools: tuple[SchoolRow, ...]
    facilities: tuple[FacilityRow, ...]

    @property
    def facility_names(self) -> dict[str, str]:
        return {row.code: row.name for row in self.facilities}

    def rows(self, found: Iterable[Entry]) -> tuple[EntryRow, ...]:
        """Show entries with the names of their places."""
        names = {(EntryKind.CLASS, row.id): row.name for row in self.schools}
        names |= {(EntryKind.OPEN, row.id): row.name for row in self.facilities}

        def place(entry: Entry) -> str:
            if entry.school_id is not None:
                return names[EntryKind.CLASS, entry.school_id]
            if entry.facility_id is not None:
                return names[EntryKind.OPEN, entry.facility_id]
            return _everywhere(entry.kind)

        return tuple(EntryRow(entry, place(entry)) for entry in found)

    def named(self, part: ExceptionPart) -> str:
        """Name the place of a rulebook's exceptional day, by its code where the office does not know it."""
        rows: tuple[SchoolRow | FacilityRow, ...] = self.facilities if part.facility else self.schools
        code = part.facility or part.school
        if code is None:
            return _everywhere(EntryKind[part.kind.name])
        return next((row.name for row in rows if row.code == code), code)


def _read_places(session: Session) -> _Places:
    return _Places(
        tuple(
            SchoolRow(row.id, row.code, row.name, frozenset(int(weekday) - 1 for weekday in row.weekdays))
            for row in session.scalars(select(School).order_by(School.name))
        ),
        tuple(
            FacilityRow(row.id, row.code, row.name) for row in session.scalars(select(Facility).order_by(Facility.name))
        ),
    )


def _of_rulebooks(rules: Rules, first: date, last: date, places: _Places) -> tuple[EntryRow, ...]:
    """List the exceptional days that the rulebooks in force say, which are corrected there."""
    found: dict[tuple[object, ...], EntryRow] = {}
    for day in (first, last, *(told.effective for told in rules.versions if first < told.effective <= last)):
        applied = rules.on(day)
        for part in applied.book.calendar.exceptions if applied else ():
            entry = Entry(EntryKind[part.kind.name], part.first, part.last or part.first, part.reason)
            row = EntryRow(entry, places.named(part), from_rulebook=True)
            if rules.on(max(entry.first, first)) is applied and _touches(row, first, last):
                found[row.id] = row
    return tuple(found.values())


def _everywhere(kind: EntryKind) -> str:
    return EVERY_SCHOOL if kind in OF_SCHOOLS else EVERY_PLACE if kind in OF_PLACES else EVERYONE


def _openings(session: Session, rules: Rules, today: date) -> tuple[OpeningRow, ...]:
    calendar, applied = _on(rules, today), rules.on(today)
    query = (
        select(Activity.id, Activity.code, Activity.name, Facility.name.label("facility"))
        .join(Facility, Facility.id == Activity.facility_id)
        .order_by(Activity.position, Activity.id)
    )
    return tuple(
        OpeningRow(
            row.id,
            row.name,
            row.facility,
            opening_words(calendar.activities[row.code]),
            applied is not None and row.code in applied.book.activities,
        )
        for row in session.execute(query)
    )
