"""What a payment at the desk must say to be received, and what the régie's act lets each means pay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.payments.book import Share
from backoffice.payments.means import AT_DESK, by_means
from models.vocabulary import InvoiceStatus, PaymentMeans, Section
from resources.french import NARROW, age_on, euros, listed, long_date, plural, short_date

REFERENCES: Mapping[PaymentMeans, str] = {
    PaymentMeans.CHEQUE: "Numéro du chèque",
    PaymentMeans.CARD: "Numéro du ticket",
    PaymentMeans.TRANSFER: "Référence du virement",
    PaymentMeans.CESU: "Nombre de titres",
    PaymentMeans.ANCV: "Nombre de titres",
    PaymentMeans.AID: "Référence de l'aide",
}
IN_TITLES = frozenset({PaymentMeans.CESU, PaymentMeans.ANCV})
ENDED: Mapping[InvoiceStatus, str] = {
    InvoiceStatus.DRAFT: "Un brouillon ne se paie pas. Émettez d'abord la facture.",
    InvoiceStatus.PAID: "Cette facture est déjà payée.",
    InvoiceStatus.CANCELLED: f"Cette facture est annulée par un avoir{NARROW}: rien n'y est dû.",
    InvoiceStatus.HANDED_OVER: f"Cette facture a été transmise au Trésor{NARROW}: elle ne se paie plus à la régie.",
    InvoiceStatus.WRITTEN_OFF: f"Cette facture est admise en non-valeur{NARROW}: elle ne se paie plus à la régie.",
}


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of an invoice as the act looks at it: whose, for what, and what is left of it after aids and credits."""

    born: date
    section: Section
    canteen: bool
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """An invoice that the family may still pay here, and what each means that the act allows may pay of it."""

    id: int
    number: str
    service: str
    month: date
    issued_on: date
    due_on: date | None
    payer: str
    due_cents: int
    ceilings: Mapping[PaymentMeans, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """What the family hands over, as the agent enters it."""

    means: PaymentMeans
    amount_cents: int
    received_on: date
    reference: str | None = None
    bank: str | None = None
    drawer: str | None = None
    keep_excess: bool = False  # what is above the amount due stays the family's


def needs_bank(means: PaymentMeans) -> bool:
    """Tell whether the bank and the drawer must be noted."""
    return means is PaymentMeans.CHEQUE


def reference_label(means: PaymentMeans) -> str | None:
    """Name the reference of a means; None when it has none."""
    return REFERENCES.get(means)


def reference_required(means: PaymentMeans) -> bool:
    """Tell whether the reference must be given."""
    return means is PaymentMeans.CHEQUE


def ceiling(
    means: PaymentMeans,
    below_age: int | None,
    due_cents: int,
    lines: Iterable[BilledLine],
    *,
    month: date,
    given_cents: int = 0,
) -> int:
    """Say how much of an invoice an accepted means may still pay, `given_cents` being what it has paid already.

    Most means pay whatever is due. A means kept for young children pays their care and their meals alone, their age
    being that of the first day of the month. CESU pay care given outside the home: never the canteen, whatever the age.
    """
    if not is_limited(means, below_age):
        return max(0, due_cents)
    eligible = sum(line.cents for line in lines if _may_pay(means, below_age, line, month))
    return max(0, min(due_cents, eligible - given_cents))


def is_limited(means: PaymentMeans, below_age: int | None) -> bool:
    """Tell whether what a means may pay depends on the lines of the invoice."""
    return below_age is not None or means is PaymentMeans.CESU


def oldest_first(invoices: Iterable[Payable]) -> list[Payable]:
    """Sort invoices as a payment settles them when nobody chooses."""
    return sorted(invoices, key=lambda invoice: (invoice.issued_on, invoice.month, invoice.id))


def spread(
    invoices: Iterable[Payable], means: PaymentMeans, amount_cents: int, limits: Mapping[int, int] | None = None
) -> tuple[Share, ...]:
    """Share an amount out between invoices, the oldest first, each up to what the means may pay of it.

    `limits` says, by invoice, what was chosen to settle at most.
    """
    shares, left = [], amount_cents
    for invoice in oldest_first(invoices):
        cents = min(left, invoice.ceilings.get(means, 0))
        if limits is not None:
            cents = min(cents, limits.get(invoice.id, 0))
        if cents > 0:
            shares.append(Share(invoice.id, cents))
            left -= cents
    return tuple(shares)


def faults(
    tender: Tender,
    invoices: Sequence[Payable],
    shares: Sequence[Share],
    *,
    accepted: Iterable[PaymentMeans],
    today: date,
    closed: date | None = None,
) -> dict[str, str]:
    """Say in French, field by field, why a payment of these invoices cannot be received; empty when it can.

    `accepted` is what the act allows for any service of the régie: it matters when no invoice is paid.
    """
    means = _wrong_means(tender.means, invoices, accepted)
    found = {
        "means": means,
        "amount": _wrong_amount(tender, invoices) or (None if means else _wrong_shares(tender, invoices, shares)),
        "received": wrong_day(tender.received_on, _paid(invoices, shares), today=today, closed=closed),
        "reference": _wrong_reference(tender),
        "bank": "Notez la banque du chèque." if needs_bank(tender.means) and not _said(tender.bank) else None,
    }
    return {code: sentence for code, sentence in found.items() if sentence}


def wrong_day(day: date, invoices: Iterable[Payable], *, today: date, closed: date | None) -> str | None:
    """Say why money cannot be dated of a day."""
    if day > today:
        return f"Le {short_date(day)} n'est pas encore venu{NARROW}: notez le jour où l'argent a été reçu."
    if closed is not None and day <= closed:
        return f"La régie est arrêtée jusqu'au {long_date(closed)}{NARROW}: datez le paiement d'un jour suivant."
    late = max(invoices, key=lambda invoice: invoice.issued_on, default=None)
    if late is not None and day < late.issued_on:
        issued = short_date(late.issued_on)
        return f"La facture {late.number} a été émise le {issued}{NARROW}: un paiement ne peut pas la précéder."
    return None


def ended(status: InvoiceStatus) -> str | None:
    """Say why an invoice of this status takes no payment; None when it does."""
    return ENDED.get(status)


def reference_words(means: PaymentMeans, reference: str | None) -> str:
    """Write a reference after its means: « n° 0001234 », « 12 titres »."""
    if not reference:
        return ""
    return plural(int(reference), "titre") if means in IN_TITLES and reference.isdecimal() else f"n°\xa0{reference}"


def _may_pay(means: PaymentMeans, below_age: int | None, line: BilledLine, month: date) -> bool:
    if line.section is Section.PENALTY or (means is PaymentMeans.CESU and line.canteen):
        return False
    return below_age is None or age_on(line.born, month) < below_age


def _wrong_means(means: PaymentMeans, invoices: Sequence[Payable], accepted: Iterable[PaymentMeans]) -> str | None:
    if means not in AT_DESK:
        return "Ce moyen de paiement s'enregistre de lui-même, depuis PayFiP ou depuis la banque."
    if not invoices:
        allowed = means in set(accepted)
        return None if allowed else f"L'acte de la régie n'autorise pas le paiement {by_means(means)}."
    refused = list(dict.fromkeys(invoice.service for invoice in invoices if means not in invoice.ceilings))
    if refused:
        return f"L'acte de la régie n'autorise pas le paiement {by_means(means)} pour «\xa0{listed(refused)}\xa0»."
    if any(invoice.due_cents for invoice in invoices) and not any(invoice.ceilings[means] for invoice in invoices):
        return f"Rien de ces factures ne peut être payé {by_means(means)}{NARROW}: l'âge des enfants, ou la cantine, l'exclut."
    return None


def _wrong_amount(tender: Tender, invoices: Sequence[Payable]) -> str | None:
    amount, due = tender.amount_cents, sum(invoice.due_cents for invoice in invoices)
    if amount <= 0:
        return "Le montant reçu doit être supérieur à zéro."
    if tender.keep_excess:
        return None
    if not invoices:
        return "Cochez la facture payée, ou gardez ce montant en avance."
    if amount > due:
        return f"Il reste {euros(due)} à payer{NARROW}: {euros(amount)} est trop."
    payable = sum(invoice.ceilings.get(tender.means, 0) for invoice in invoices)
    if payable and amount > payable:
        return f"Au plus {euros(payable)} de ce qui est dû peuvent être payés {by_means(tender.means)}."
    return None


def _wrong_shares(tender: Tender, invoices: Sequence[Payable], shares: Sequence[Share]) -> str | None:
    known, total = {invoice.id: invoice for invoice in invoices}, sum(share.cents for share in shares)
    if len({share.invoice_id for share in shares}) < len(shares):
        return "Une même facture est payée deux fois\u202f: donnez-lui une seule part."
    for share in shares:
        invoice = known[share.invoice_id]
        if share.cents <= 0:
            return f"La part de la facture {invoice.number} doit être supérieure à zéro."
        if share.cents > (most := invoice.ceilings.get(tender.means, invoice.due_cents)):
            return f"Au plus {euros(most)} de la facture {invoice.number} peuvent être payés {by_means(tender.means)}."
    if total > tender.amount_cents:
        return f"Les parts des factures font {euros(total)}{NARROW}: c'est plus que {euros(tender.amount_cents)} reçus."
    if total < tender.amount_cents and not tender.keep_excess:
        return f"{euros(tender.amount_cents - total)} ne vont à aucune facture{NARROW}: complétez les parts."
    return None


def _paid(invoices: Iterable[Payable], shares: Iterable[Share]) -> list[Payable]:
    ids = {share.invoice_id for share in shares}
    return [invoice for invoice in invoices if invoice.id in ids]


def _wrong_reference(tender: Tender) -> str | None:
    label = reference_label(tender.means)
    if label and reference_required(tender.means) and not _said(tender.reference):
        return f"Notez le {label[0].lower()}{label[1:]}."
    if tender.means in IN_TITLES and _said(tender.reference) and not _said(tender.reference).isdecimal():
        return "Écrivez le nombre de titres en chiffres, par exemple 12."
    return None


def _said(text: str | None) -> str:
    return (text or "").strip()
