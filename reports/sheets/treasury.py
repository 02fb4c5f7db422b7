"""The day book as a workbook: every movement of a period, and what it leaves in the till, in hand and on the account."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.sheets.book import Book, Column, Value, money
from resources import french

COLUMNS = (
    Column("Jour", 12, "date"),
    Column("Opération", 16),
    Column("Numéro", 24),
    Column("Moyen", 22),
    Column("Libellé", 44),
    Column("Montant", 16, "money"),
    Column("Espèces en caisse", 16, "money"),
    Column("Valeurs en main", 16, "money"),
    Column("Compte de la régie", 16, "money"),
)
Left = tuple[int, int, int]  # cents in the till, in hand, on the account


@dataclass(frozen=True, slots=True)
class DayBookRow:
    """A movement, and what it leaves."""

    day: date
    kind: str
    number: str
    means: str
    label: str
    cents: int
    left: Left


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBookDocument:
    """A period of a régie's books."""

    commune: str
    regie: str
    first: date
    last: date
    opening: Left
    rows: tuple[DayBookRow, ...]
    made_at: datetime


def render_day_book(document: DayBookDocument) -> bytes:
    """Write the period as an XLSX workbook; the same document gives the same bytes."""
    period = f"du {french.short_date(document.first)} au {french.short_date(document.last)}"
    book = Book(f"Journal de caisse {period}", document.commune, document.made_at)
    notes = (
        f"Journal de caisse {period}",
        document.regie,
        f"{document.commune} — établi le {french.short_instant(document.made_at)}",
    )
    sheet = book.sheet("Journal", COLUMNS, notes)
    opening: list[Value] = [document.first, "Report", "", "", "Soldes à l'ouverture", None]
    sheet.add([*opening, *map(money, document.opening)])
    for row in document.rows:
        values: list[Value] = [row.day, row.kind, row.number, row.means, row.label, money(row.cents)]
        sheet.add([*values, *map(money, row.left)])
    left = document.rows[-1].left if document.rows else document.opening
    sheet.total(["", "Clôture", "", "", "Soldes à la clôture", None, *map(money, left)])
    sheet.note("Une annulation porte un montant négatif. Une remise va de la caisse ou des valeurs vers le compte.")
    return book.to_bytes()
