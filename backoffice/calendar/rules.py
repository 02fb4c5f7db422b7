"""What the calendar lacks, where it ends, and how the packages and the commune disagree; no session, no clock."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from backoffice.calendar.entries import Entry, EntryKind, span_words
from backoffice.clock import days_between
from backoffice.rulebook.calendar import Calendar, Span
from resources.french import NARROW, listed, plural, short_date

MONTHS_AHEAD = 6
SHOWN = 3  # days that a sentence names before it counts them
SILENT, UNPUBLISHED, NOTHING = "n'en parle pas", "pas encore publié", "rien"
NO_EFFECT = "Sans effet"  # on the schools and on the activities


@dataclass(frozen=True, slots=True)
class Source:
    """What a package says: school holidays in order, and public holidays if it knows them."""

    name: str
    school_holidays: tuple[Span, ...]
    holidays: Mapping[date, str] | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Days on which the packages and the commune's calendar do not say the same."""

    kind: EntryKind
    name: str
    first: date
    last: date
    said: tuple[str, ...]  # by each source, in their order
    ours: str
    stakes: str  # what it changes
    matters: bool  # it changes something
    among_sources: bool  # else the commune alone differs
    theirs: tuple[tuple[Span, ...], ...] = ()  # by each source
    mine: tuple[Span, ...] = ()

    @property
    def id(self) -> tuple[EntryKind, date, str]:
        """Name the row."""
        return self.kind, self.first, self.name


def school_year(day: date) -> date:
    """Give the 1 September that begins a day's school year."""
    return date(day.year if day.month >= 9 else day.year - 1, 9, 1)


def year_end(first: date) -> date:
    """Give the 31 August that ends a school year."""
    return date(first.year + 1, 8, 31)


def months_after(day: date, count: int) -> date:
    """Give the same day so many months later, or the month's last.

    >>> months_after(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    rank = day.year * 12 + day.month - 1 + count
    year, month = rank // 12, rank % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def missing(ours: Sequence[Entry], found: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give what the sources know after the last entry of each school year, so that no correction is undone.

    What an agent removed before that last entry stays removed; what she moved stays moved.
    """
    last: dict[tuple[EntryKind, date], date] = {}
    for entry in ours:
        key = entry.kind, school_year(entry.first)
        last[key] = max(last.get(key, date.min), entry.last)
    return tuple(
        entry
        for entry in found
        if entry.first > last.get((entry.kind, school_year(entry.first)), date.min)
        and not any(entry.kind is other.kind and entry.meets(other) for other in ours)
    )


def ends(calendar: Calendar) -> tuple[date | None, date | None]:
    """Give the last day on which school holidays, and public holidays, are known."""
    school = max((span.last for span in calendar.school_holidays), default=None)
    public = max(calendar.holidays, default=None)
    return school, date(public.year, 12, 31) if public else None


def ends_soon(calendar: Calendar, today: date) -> str | None:
    """Say that the calendar ends within six months, and what of it."""
    school, public = ends(calendar)
    soon = months_after(today, MONTHS_AHEAD)
    told = [
        f"les {what} ne sont connu{agreed} que jusqu'au {short_date(end)}"
        if end
        else f"les {what} ne sont pas connu{agreed}"
        for what, agreed, end in (("vacances scolaires", "es", school), ("jours fériés", "s", public))
        if end is None or end < soon
    ]
    if not told:
        return None
    known = [end for end in (school, public) if end is not None]
    over = len(known) < 2 or min(known) < today
    head = "Le calendrier ne couvre plus aujourd'hui" if over else "Le calendrier finit dans moins de six mois"
    return f"{head}\u202f: {f'{NARROW}; '.join(told)}."


def disagreements(ours: Calendar, sources: Sequence[Source], since: date) -> tuple[Disagreement, ...]:
    """Compare the sources with one another and with the calendar kept, over the years kept."""
    rows = [*_of_school_holidays(ours, sources, since), *_of_public_holidays(ours, sources, since)]
    return tuple(sorted(rows, key=lambda row: (row.first, row.kind)))


def _of_school_holidays(ours: Calendar, sources: Sequence[Source], since: date) -> Iterable[Disagreement]:
    until = ends(ours)[0]
    if until is None:
        return
    told = [*(source.school_holidays for source in sources), ours.school_holidays]
    published = [{school_year(span.first) for span in spans} for spans in told]
    for group in _together(told):
        spans = [span for some in group for span in some]
        first, last = min(span.first for span in spans), max(span.last for span in spans)
        if last < since or first > until:
            continue
        year = school_year(first)
        known = [some for some, years in zip(group[:-1], published, strict=False) if year in years]
        mine = group[-1]
        if len({_days(some) for some in (*known, mine)}) == 1 or (not mine and len(known) < len(sources)):
            continue
        yield _row(ours, group, [year in years for years in published[:-1]])


def _row(ours: Calendar, group: Sequence[tuple[Span, ...]], known: Sequence[bool]) -> Disagreement:
    *theirs, mine = group
    heard = [some for some, published in zip(theirs, known, strict=True) if published]
    days = [_days(some) for some in (*heard, mine)]
    disputed = sorted(frozenset.union(*days) - frozenset.intersection(*days))
    changed = [day for day in disputed if _changes(ours, (*heard, mine), day)]
    spans = [span for some in (mine, *theirs) for span in some]
    return Disagreement(
        kind=EntryKind.VACATION,
        name=spans[0].name,
        first=disputed[0],
        last=disputed[-1],
        said=tuple(_said(some) if published else UNPUBLISHED for some, published in zip(theirs, known, strict=True)),
        ours=_said(mine),
        stakes=_stakes(changed),
        matters=bool(changed),
        among_sources=len({_days(some) for some in heard}) > 1,
        theirs=tuple(theirs),
        mine=mine,
    )


def _of_public_holidays(ours: Calendar, sources: Sequence[Source], since: date) -> Iterable[Disagreement]:
    until = ends(ours)[1]
    if until is None:
        return
    heard = [source.holidays for source in sources if source.holidays is not None]
    days = {day for some in (*heard, ours.holidays) for day in some if since <= day <= until}
    for day in sorted(days):
        answers = {day in some for some in (*heard, ours.holidays)}
        if len(answers) == 1:
            continue
        name = ours.holidays.get(day) or next(some[day] for some in heard if day in some)
        yield Disagreement(
            kind=EntryKind.PUBLIC,
            name=name,
            first=day,
            last=day,
            said=tuple(SILENT if source.holidays is None else _is_public(source.holidays, day) for source in sources),
            ours=_is_public(ours.holidays, day),
            stakes=_stakes([day] if day.weekday() < 5 else []),
            matters=day.weekday() < 5,
            among_sources=len({day in some for some in heard}) > 1,
            theirs=tuple(_one_day(source.holidays or {}, day) for source in sources),
            mine=_one_day(ours.holidays, day),
        )


def _together(told: Sequence[Iterable[Span]]) -> Iterable[list[tuple[Span, ...]]]:
    """Gather the spans that overlap, whoever tells them: the same holidays, with other dates."""
    spans = sorted(
        ((span.first, span.last, at, span) for at, some in enumerate(told) for span in some), key=lambda s: s[:3]
    )
    group: list[list[Span]] = [[] for _ in told]
    reached = date.min
    for first, last, at, span in spans:
        if first > reached and any(group):
            yield [tuple(some) for some in group]
            group = [[] for _ in told]
        group[at].append(span)
        reached = max(reached, last)
    if any(group):
        yield [tuple(some) for some in group]


def _days(spans: Iterable[Span]) -> frozenset[date]:
    return frozenset(day for span in spans for day in days_between(span.first, span.last))


def _changes(ours: Calendar, told: Sequence[tuple[Span, ...]], day: date) -> bool:
    """Tell whether a school or an activity would not do the same on a day, according to whom one believes."""
    worlds = [replace(ours, school_holidays=some) for some in told]
    seen = {
        (world.is_school_day(day), *(world.closed(code, day) is None for code in world.activities)) for world in worlds
    }
    return len(seen) > 1


def _said(spans: Sequence[Span]) -> str:
    return listed(span_words(span.first, span.last) for span in spans) if spans else NOTHING


def _is_public(holidays: Mapping[date, str], day: date) -> str:
    return "férié" if day in holidays else "jour ordinaire"


def _one_day(holidays: Mapping[date, str], day: date) -> tuple[Span, ...]:
    return (Span(day, day, holidays[day]),) if day in holidays else ()


def _stakes(days: Sequence[date]) -> str:
    if not days:
        return NO_EFFECT
    if len(days) > SHOWN:
        return f"Change {plural(len(days), 'jour')}"
    return f"Change {listed(f'le {day:%d/%m}' for day in days)}"
