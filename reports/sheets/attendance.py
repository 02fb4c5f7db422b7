"""The month's attendance as a workbook: a summary to read, and every line to check it with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from reports.sheets.book import Book, Column, Formula, Sheet, Value, distinct
from resources import french
from resources.french import NARROW

State = Literal["present", "justified", "unjustified", "unrecorded"]
STATES: dict[State, str] = {
    "present": "présent",
    "justified": "absence justifiée",
    "unjustified": "absence non justifiée",
    "unrecorded": "non pointé",
}
SIX = 6

DETAIL = (
    Column("Jour", 12, "date"),
    Column("Nom", 24),
    Column("Prénom", 20),
    Column("Date de naissance", 12, "date"),
    Column("Âge ce jour-là", 9, "age"),
    Column("Classe", 12),
    Column("Prestation", 24),
    Column("Réservé", 9),
    Column("État", 22),
    Column("Arrivée", 9, "time"),
    Column("Départ", 9, "time"),
    Column("Heures", 10, "hours"),
)
STATE_RANK, HOURS_RANK = 8, 11
SUMMARY = (
    Column("Groupe", 42),
    Column("Enfants", 10, "count"),
    Column("Jours d'ouverture", 12, "count"),
    Column("Présences", 12, "count"),
    Column(f"Présences, moins de 6{NARROW}ans", 13, "count"),
    Column(f"Présences, 6{NARROW}ans et plus", 13, "count"),
    Column("Absences justifiées", 13, "count"),
    Column("Absences non justifiées", 16, "count"),
    Column("Non pointés", 13, "count"),
    Column("Heures", 12, "hours"),
    Column(f"Heures, moins de 6{NARROW}ans", 13, "hours"),
    Column(f"Heures, 6{NARROW}ans et plus", 13, "hours"),
)
FIRST_SUM = 3


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """What became of one child, one day, for one unit."""

    last_name: str
    first_name: str
    birth_date: date
    day: date
    class_name: str
    unit: str
    booked: bool
    state: State
    arrived_at: time | None = None
    left_at: time | None = None
    hours: Decimal = Decimal(0)

    @property
    def child(self) -> tuple[str, str, date]:
        return self.last_name, self.first_name, self.birth_date

    @property
    def age(self) -> int:
        return french.age_on(self.birth_date, self.day)


@dataclass(frozen=True, slots=True)
class AttendanceGroup:
    """A group's month, and how many days it was open."""

    name: str
    days_open: int
    rows: tuple[AttendanceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceDocument:
    """A service's month; the days that it was open are counted once, whatever the groups."""

    commune: str
    facility: str
    service: str
    month: date
    days_open: int
    groups: tuple[AttendanceGroup, ...]
    made_at: datetime


def render_attendance(document: AttendanceDocument) -> bytes:
    """Write the month as an XLSX workbook; the same document gives the same bytes."""
    month = french.month_name(document.month)
    book = Book(f"Présences — {document.service}, {month}", document.commune, document.made_at)
    _write_summary(document, book)
    for group in document.groups:
        _write_group(document, group, book)
    return book.to_bytes()


def _notes(document: AttendanceDocument, heading: str) -> tuple[str, ...]:
    return (
        heading,
        f"{document.service}, {french.month_name(document.month)}",
        f"{document.commune} — {document.facility} — établi le {french.short_instant(document.made_at)}",
    )


def _write_summary(document: AttendanceDocument, book: Book) -> None:
    sheet = book.sheet("Synthèse", SUMMARY, _notes(document, "Synthèse des présences"))
    for group in document.groups:
        sheet.add(_summary_values(group))
    children = distinct(row.child for group in document.groups for row in group.rows)
    sums = [sheet.sum(rank) for rank in range(FIRST_SUM, len(SUMMARY))]
    sheet.total(["Ensemble du service", children, document.days_open, *sums])
    sheet.note("Un enfant de deux groupes compte une fois dans l'ensemble du service. L'âge est celui du jour même.")


def _summary_values(group: AttendanceGroup) -> list[Value]:
    rows = group.rows
    present = [row for row in rows if row.state == "present"]
    younger = [row for row in present if row.age < SIX]
    older = [row for row in present if row.age >= SIX]
    return [
        group.name,
        distinct(row.child for row in rows),
        group.days_open,
        len(present),
        len(younger),
        len(older),
        *(sum(row.state == state for row in rows) for state in ("justified", "unjustified", "unrecorded")),
        *(_hours(some) for some in (rows, younger, older)),
    ]


def _hours(rows: Iterable[AttendanceRow]) -> Decimal:
    return sum((row.hours for row in rows), Decimal(0))


def _write_group(document: AttendanceDocument, group: AttendanceGroup, book: Book) -> None:
    sheet = book.sheet(group.name, DETAIL, _notes(document, group.name))
    for row in group.rows:
        sheet.add(_detail_values(row))
    sheet.total(list(_detail_total(sheet)))


def _detail_values(row: AttendanceRow) -> list[Value]:
    return [
        row.day,
        row.last_name,
        row.first_name,
        row.birth_date,
        row.age,
        row.class_name,
        row.unit,
        "oui" if row.booked else "non",
        STATES[row.state],
        row.arrived_at,
        row.left_at,
        row.hours or None,
    ]


def _detail_total(sheet: Sheet) -> Iterator[Value | Formula]:
    for rank in range(len(DETAIL)):
        if rank == 1:
            yield "Total"
        elif rank == STATE_RANK:
            yield sheet.count(rank, STATES["present"], shown_as='[<2]0" présence";0" présences"')
        elif rank == HOURS_RANK:
            yield sheet.sum(rank)
        else:
            yield None
