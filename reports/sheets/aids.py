"""What third parties owe for a month's aids, as a workbook: a sheet for each organisation, to send it."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.sheets.book import Book, Column, distinct, money
from resources import french

COLUMNS = (
    Column("Aide", 30),
    Column("Référence", 18),
    Column("Enfant", 26),
    Column("Famille", 24),
    Column("Facture", 24),
    Column("Montant", 14, "money"),
)
AMOUNT_RANK = 5
SUMMARY = (Column("Organisme", 42), Column("Factures", 12, "count"), Column("Montant", 16, "money"))


@dataclass(frozen=True, slots=True)
class AidRow:
    """What an aid took off an invoice for a child."""

    title: str
    reference: str
    child: str
    family: str
    number: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AidsDocument:
    """A month's aids, by organisation."""

    commune: str
    month: date
    organisations: tuple[tuple[str, tuple[AidRow, ...]], ...]
    made_at: datetime


def render_aids(document: AidsDocument) -> bytes:
    """Write the month as an XLSX workbook; the same document gives the same bytes."""
    book = Book(f"Aides à réclamer — {french.month_name(document.month)}", document.commune, document.made_at)
    summary = book.sheet("Synthèse", SUMMARY, _notes(document, "Aides à réclamer aux organismes"))
    for name, rows in document.organisations:
        summary.add([name, distinct(row.number for row in rows), money(sum(row.cents for row in rows))])
    summary.total(["Ensemble", None, summary.sum(2)])
    for name, rows in document.organisations:
        sheet = book.sheet(name, COLUMNS, _notes(document, name))
        for row in rows:
            sheet.add([row.title, row.reference, row.child, row.family, row.number, money(row.cents)])
        sheet.total(["Total", None, None, None, None, sheet.sum(AMOUNT_RANK)])
    return book.to_bytes()


def _notes(document: AidsDocument, heading: str) -> tuple[str, ...]:
    return (
        heading,
        f"Factures {french.of_month(document.month)}, avoirs déduits",
        f"{document.commune} — établi le {french.short_instant(document.made_at)}",
    )
