"""What an invoice or a credit note says, frozen before it is laid out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reports.pdf.letterhead import RegieDocument

Section = Literal["care", "meals", "penalty"]


@dataclass(frozen=True, slots=True)
class InvoiceLineDocument:
    """What one child had at one price in the period."""

    child_name: str
    section: Section
    label: str
    dates: str
    quantity: Decimal
    unit_price_cents: int
    amount_cents: int
    tariff: str = ""
    unit: str = ""
    unit_price: str = ""  # as written, where the cents do not say it all
    share_percent: int | None = None  # of a price that several households share


@dataclass(frozen=True, slots=True)
class DebitNotice:
    """The notice of a direct debit: the invoice is one when it bears all of this."""

    debit_date: date
    creditor_identifier: str
    mandate_reference: str
    account_ending: str


@dataclass(frozen=True, slots=True)
class CreditedInvoice:
    """The invoice that a credit note corrects, and why."""

    number: str
    issue_date: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDocument:
    """An invoice; a draft when it has no number, a credit note when it names the invoice it corrects.

    Deductions are (label, cents) with positive cents: aids, and what was paid already. The small invoices that this one
    asks for are (number, cents). The previous balance is recalled, never added: positive when the family still owes,
    negative when it is owed. An invoice that waits for the next one says below which amount it does, and asks nothing.
    """

    regie: RegieDocument
    service: str
    number: str | None
    issue_date: date
    due_date: date | None
    period_month: date
    family_number: str
    payer_name: str
    payer_address: tuple[str, ...]
    lines: tuple[InvoiceLineDocument, ...]
    total_cents: int
    due_cents: int
    is_complement: bool = False
    deductions: tuple[tuple[str, int], ...] = ()
    carried_over: tuple[tuple[str, int], ...] = ()
    waits_below_cents: int | None = None
    previous_balance_cents: int = 0
    accepted_means: tuple[str, ...] = ()
    payfip_reference: str | None = None
    pay_online_at: str = ""
    mentions: tuple[str, ...] = ()
    debit: DebitNotice | None = None
    credited: CreditedInvoice | None = None

    @property
    def is_draft(self) -> bool:
        return self.number is None

    @property
    def kind(self) -> str:
        """Say what it is: Facture, Facture complémentaire, Avoir."""
        if self.credited:
            return "Avoir"
        return "Facture complémentaire" if self.is_complement else "Facture"

    @property
    def name(self) -> str:
        """Name the document: Facture n° …, Avoir n° …, Aperçu de facture."""
        return f"{self.kind} n°\N{NO-BREAK SPACE}{self.number}" if self.number else f"Aperçu {_of(self.kind)}"

    @property
    def net_cents(self) -> int:
        """What the household owes for it, deductions taken off."""
        return self.total_cents - sum(cents for _, cents in self.deductions)

    @property
    def awaits_payment(self) -> bool:
        """Say whether the family has to pay something by itself."""
        return self.due_cents > 0 and not (self.is_draft or self.debit or self.credited)


def _of(kind: str) -> str:
    return "d'avoir" if kind == "Avoir" else f"de {kind.lower()}"
