"""The list « à titrer »: what the Treasury needs to ask for what was not paid, as a workbook and as CSV."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.sheets.book import Book, Column, Formula, Value, money
from reports.sheets.delimited import csv_of
from resources import french

COLUMNS = (
    Column("Exercice", 9, "age"),
    Column("N° de facture", 22),
    Column("Date de facture", 12, "date"),
    Column("Échéance", 12, "date"),
    Column("Service", 24),
    Column("Période", 16),
    Column("Code produit", 12),
    Column("Compte", 10),
    Column("Objet", 40),
    Column("Civilité", 9),
    Column("Nom", 20),
    Column("Prénom", 18),
    Column("Adresse", 44),
    Column("Né(e) le", 12, "date"),
    Column("Montant", 12, "hours"),
    Column("Payé", 12, "hours"),
    Column("Reste dû", 12, "hours"),
    Column("Relances", 36),
    Column("Codébiteur", 26),
    Column("Adresse du codébiteur", 44),
    Column("Famille n°", 12),
)
AMOUNT, PAID, DUE = 14, 15, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """An invoice to hand over, and whom it is asked of."""

    number: str
    issued_on: date
    due_on: date
    service: str
    month: date
    product_code: str
    account: str
    last_name: str
    first_name: str
    address: tuple[str, ...]
    amount_cents: int
    paid_cents: int
    due_cents: int
    reminded: tuple[date, ...]
    other_name: str
    other_address: tuple[str, ...]
    family_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsDocument:
    """A list of claims; a preview has no number."""

    commune: str
    siret: str
    regie: str
    number: str
    made_at: datetime
    rows: tuple[ClaimRow, ...]


def render_claims(document: ClaimsDocument) -> bytes:
    """Write the list as an XLSX workbook; the same document gives the same bytes."""
    title = f"Liste à titrer {document.number}" if document.number else "Liste à titrer — projet"
    book = Book(title, document.commune, document.made_at)
    notes = (
        title,
        f"{document.commune}, SIRET {document.siret} — {document.regie}",
        f"Établie le {french.short_instant(document.made_at)}",
    )
    sheet = book.sheet("À titrer", COLUMNS, notes)
    for row in document.rows:
        sheet.add(_values(row))
    total: list[Value | Formula] = [None] * len(COLUMNS)
    total[1] = "Total"
    for rank in (AMOUNT, PAID, DUE):
        total[rank] = sheet.sum(rank)
    sheet.total(total)
    sheet.note(
        "La civilité et la date de naissance du débiteur ne sont pas connues de la régie\u202f: elles restent vides."
    )
    return book.to_bytes()


def claims_csv(document: ClaimsDocument) -> bytes:
    """Write the same lines as CSV."""
    return csv_of([column.head for column in COLUMNS], (_values(row) for row in document.rows))


def _values(row: ClaimRow) -> list[Value]:
    month = french.month_name(row.month)
    return [
        row.issued_on.year,
        row.number,
        row.issued_on,
        row.due_on,
        row.service,
        month,
        row.product_code,
        row.account,
        f"{row.service}, {month}",
        "",
        row.last_name,
        row.first_name,
        ", ".join(row.address),
        None,
        money(row.amount_cents),
        money(row.paid_cents),
        money(row.due_cents),
        ", ".join(french.short_date(day) for day in row.reminded),
        row.other_name,
        ", ".join(row.other_address),
        row.family_number,
    ]
