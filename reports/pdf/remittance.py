"""The statement that goes with what is paid over to the public accountant, per product code."""

from dataclasses import dataclass
from datetime import date

from reports.pdf.closing import MeansLine, ProductLine, means_table, product_table
from reports.pdf.ledger import LedgerPaper, render_ledger
from reports.pdf.letterhead import RegieDocument
from reports.pdf.page import euros, number
from resources import french


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceDocument:
    """A statement as it was made."""

    regie: RegieDocument
    number: str
    made_on: date
    made_by: str
    amount_cents: int
    lines: tuple[ProductLine, ...]
    credit_cents: int
    means: tuple[MeansLine, ...]


def render_remittance(document: RemittanceDocument) -> bytes:
    """Lay a statement out as a PDF; the same document gives the same bytes."""
    count = sum(line.count for line in document.means)
    return render_ledger(
        LedgerPaper(
            regie=document.regie,
            title="État de versement au comptable public",
            subject=f"Versement {document.number}",
            made_on=document.made_on,
            facts=(
                ("Versement n°", document.number),
                ("Date", french.short_date(document.made_on)),
                ("Opérations", number(count)),
                ("Établi par", document.made_by),
            ),
            amount=("Montant versé", document.amount_cents),
            tables=(
                product_table(document.lines, document.credit_cents, document.amount_cents),
                means_table(
                    "Par moyen de paiement",
                    "Opérations",
                    document.means,
                    document.amount_cents,
                    note="Les annulations de paiements déjà versés viennent en déduction.",
                ),
            ),
            mentions=(f"Le présent état est arrêté à la somme de {euros(document.amount_cents)}.",),
            signatures=("Le régisseur", "Le comptable public"),
        )
    )
