"""What a family types to change many days at once, read with a sentence beside each mistake."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from werkzeug.datastructures import MultiDict

from backoffice.portal.periods import Gesture, Slot, Wanted
from backoffice.portal.spans import monday
from backoffice.sync.contract import monday_of, week_of
from resources.french import PARIS, day_and_month

LONGEST = timedelta(days=366)
MOST_WEEKS = 8
ONE_DAY = timedelta(days=1)
FIELDS = ("semaine", "du", "au", "fin", "nombre", "mode", "activite", "t")  # what the form asks, and nothing else
NEXT_PAGE = "des"  # from which day a long preview goes on
UNREADABLE = "Cette date ne se lit pas\u202f: écrivez-la jj/mm/aaaa, par exemple 04/01/2027."


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was typed: what it wants, or what must be said beside its fields."""

    values: dict[str, str]
    ticked: frozenset[Slot]
    source: date | None  # the Monday of the week to repeat
    wanted: Wanted | None = None
    troubles: dict[str, str] = field(default_factory=dict)

    def shape(self, name: str) -> str:
        """A date that no calendar has is shown again as it was typed, which a browser's own calendar would not do."""
        return "text" if self.troubles.get(name) == UNREADABLE else "date"


def read_form(gesture: Gesture, args: MultiDict[str, str], today: date) -> Typed:
    """Read the form of a gesture; one that was only opened is filled with what most families want."""
    source = _source(args.get("semaine", ""), today) if gesture is Gesture.REPEAT else None
    ticked = frozenset(slot for text in args.getlist("t") if (slot := _slot(text)))
    typed = Typed(_values(args, source, today), ticked, source)
    if "du" not in args and "fin" not in args:
        return typed
    troubles: dict[str, str] = {}
    first = source + timedelta(days=7) if source else _day(typed.values["du"], "du", troubles)
    last = _last(source, typed.values, troubles)
    if first and last:
        _check_period(first, last, today, source, troubles)
    if gesture is Gesture.TYPICAL and not ticked:
        troubles["t"] = "Cochez au moins une case de la semaine type."
    if troubles or not first or not last:
        return replace(typed, troubles=troubles)
    replaces = typed.values["mode"] == "remplacer"
    begins = max(first, today, _read(args.get(NEXT_PAGE, "")) or today)
    wanted = Wanted(begins, last, ticked, replaces or gesture is Gesture.CLEAR, _number(args, "activite"))
    return replace(typed, wanted=wanted)


def _values(args: MultiDict[str, str], source: date | None, today: date) -> dict[str, str]:
    start = monday(today) + timedelta(days=7)
    usual = {
        "du": start.isoformat(),
        "au": ((source or start) + timedelta(days=7 * 4 + 4)).isoformat(),
        "fin": "semaines",
        "nombre": "4",
        "mode": "ajouter",
        "activite": "",
        "semaine": week_of(source) if source else "",
    }
    return usual | {name: args[name].strip()[:40] for name in usual if name in args and name != "semaine"}


def _last(source: date | None, values: dict[str, str], troubles: dict[str, str]) -> date | None:
    if source and values["fin"] != "date":
        number = values["nombre"]
        if number.isdecimal() and 1 <= int(number[:4]) <= MOST_WEEKS:
            return source + timedelta(days=7 * int(number) + 6)
        troubles["nombre"] = f"Choisissez de 1 à {MOST_WEEKS} semaines."
        return None
    return _day(values["au"], "au", troubles)


def _check_period(first: date, last: date, today: date, source: date | None, troubles: dict[str, str]) -> None:
    if last < first:
        troubles["au"] = (
            f"Choisissez une date à partir du {day_and_month(first)}\u202f: la semaine d'après."
            if source
            else "La fin vient avant le début\u202f: choisissez une date plus tardive."
        )
    elif last < today:
        troubles["au"] = f"Cette période est passée\u202f: choisissez une date à partir du {day_and_month(today)}."
    elif last - max(first, today) > LONGEST:
        troubles["au"] = "Choisissez une période d'un an au plus."


def _day(text: str, name: str, troubles: dict[str, str]) -> date | None:
    day = _read(text)
    if day is None:
        troubles[name] = UNREADABLE if text else "Indiquez une date."
    return day


def _read(text: str) -> date | None:
    """Read a date as a browser sends it, or as a person types it."""
    for layout in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(text, layout).replace(tzinfo=PARIS).date()
        except ValueError:
            continue
        if 2000 <= day.year <= 2100:
            return day
    return None


def _source(name: str, today: date) -> date:
    try:
        day = monday_of(name)
    except ValueError:
        return monday(today)
    return day if abs(day - today) <= LONGEST else monday(today)


def _slot(text: str) -> Slot | None:
    unit, _, weekday = text.partition(":")
    good = unit.isdecimal() and len(unit) < 10 and weekday.isdecimal() and len(weekday) == 1 and int(weekday) < 7
    return (int(unit), int(weekday)) if good else None


def _number(args: MultiDict[str, str], name: str) -> int | None:
    text = args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
