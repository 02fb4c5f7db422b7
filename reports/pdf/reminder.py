"""The letter that reminds a household of what it has not paid; its tone rises with the level."""

from dataclasses import dataclass
from datetime import date

from reports.pdf.letter import Column, Head, Letter, summary_of, written
from reports.pdf.letterhead import RegieDocument
from reports.pdf.page import NOTE, euros
from resources import french

COLUMNS = (
    Column("Facture n°", 40),
    Column("Service", 52),
    Column("Période", 30),
    Column("Échéance", 24),
    Column("Reste dû", 28, to_right=True),
)


@dataclass(frozen=True, slots=True)
class RemindedInvoice:
    """An invoice that the letter asks for."""

    number: str
    service: str
    month: date
    due_on: date
    due_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDocument:
    """What a reminder says, frozen on the day it was made."""

    regie: RegieDocument
    title: str
    made_on: date
    family_number: str
    addressee: tuple[str, ...]
    paragraphs: tuple[str, ...]
    invoices: tuple[RemindedInvoice, ...]
    how_to_pay: tuple[str, ...]
    whom_to_call: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def total_cents(self) -> int:
        """Give what the letter asks in all."""
        return sum(invoice.due_cents for invoice in self.invoices)


def render_reminder(document: ReminderDocument) -> bytes:
    """Lay the letter out as a PDF; the same document gives the same bytes."""
    subject = f"{document.title}, famille n° {document.family_number}"
    summary = summary_of(
        document.made_on,
        ("Famille n°", document.family_number),
        ("À payer", euros(document.total_cents)),
    )
    head = Head(document.regie, document.addressee, document.made_on, document.title, subject, summary)
    return written(head, lambda letter: _write(document, letter))


def _write(document: ReminderDocument, letter: Letter) -> None:
    letter.paragraph("Madame, Monsieur,")
    for paragraph in document.paragraphs:
        letter.paragraph(paragraph)
    letter.space(4)
    rows = [
        (
            invoice.number,
            invoice.service,
            french.month_name(invoice.month),
            french.short_date(invoice.due_on),
            euros(invoice.due_cents),
        )
        for invoice in document.invoices
    ]
    letter.table(COLUMNS, rows, ("Total à payer", euros(document.total_cents)))
    for note in document.notes:
        letter.paragraph(note, NOTE)
    letter.space(8)
    letter.box("Comment payer", document.how_to_pay)
    letter.box("Une question, une difficulté", document.whom_to_call)
    letter.signature(("Le régisseur,", document.regie.name))
