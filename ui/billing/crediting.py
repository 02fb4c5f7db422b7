"""What a credit note would do, said before it is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from backoffice.billing.lists import InvoiceFile, InvoiceRow
from resources.french import NARROW, euros


@dataclass(frozen=True, slots=True)
class CreditInput:
    """What the agent asked: cents by line, or the whole invoice."""

    reason: str
    lines: Mapping[int, int] | None
    free: bool


def effect_of(row: InvoiceRow, cents: int) -> str:
    """Say what a credit note of some cents would change for the family."""
    if cents <= 0:
        return "Donnez un montant à une ligne au moins."
    left = row.net_cents - row.credited_cents - cents
    due, freed = max(0, left - row.paid_cents), max(0, row.paid_cents - left)
    told = [f"Avoir de {euros(cents)}. Reste dû{NARROW}: {euros(row.due_cents)} aujourd'hui, {euros(due)} ensuite."]
    if freed:
        told.append(f"{euros(freed)} déjà payés resteront au crédit de la famille.")
    return " ".join(told)


def line_fault(text_cents: int, left_cents: int) -> str:
    """Say what is wrong with the amount of a line; nothing when it is right."""
    if text_cents <= left_cents:
        return ""
    return f"Il ne reste que {euros(left_cents)} sur cette ligne."


def creditable(file: InvoiceFile) -> dict[int, tuple[str, int]]:
    """Name the lines of which something remains, with what remains of each."""
    return {
        line.id: (f"{line.child}, {line.label} — reste {euros(line.left_cents)}", line.left_cents)
        for line in file.lines
        if line.left_cents > 0
    }
