"""What a payment at the desk must say to be received."""

from collections.abc import Mapping
from datetime import date

from models.vocabulary import PaymentMeans
from resources.french import NARROW, euros, short_date

REFERENCES: Mapping[PaymentMeans, str] = {
    PaymentMeans.CHEQUE: "Numéro du chèque",
    PaymentMeans.CARD: "Numéro du ticket",
    PaymentMeans.TRANSFER: "Référence du virement",
}


def needs_bank(means: PaymentMeans) -> bool:
    """Tell whether the bank must be noted."""
    return means is PaymentMeans.CHEQUE


def reference_label(means: PaymentMeans) -> str | None:
    """Name the reference of a means; None when it has none."""
    return REFERENCES.get(means)


def reference_required(means: PaymentMeans) -> bool:
    """Tell whether the reference must be given."""
    return means is PaymentMeans.CHEQUE


def refusal(
    means: PaymentMeans,
    amount_cents: int,
    due_cents: int,
    *,
    received_on: date,
    issued_on: date,
    today: date,
    reference: str | None = None,
    bank: str | None = None,
) -> str | None:
    """Say in French why a payment cannot be received; None when it can."""
    return (
        _wrong_amount(amount_cents, due_cents)
        or _wrong_day(received_on, issued_on, today)
        or _missing_word(means, reference, bank)
    )


def _wrong_amount(amount_cents: int, due_cents: int) -> str | None:
    if due_cents <= 0:
        return "Cette facture est déjà payée."
    if amount_cents <= 0:
        return "Le montant reçu doit être supérieur à zéro."
    if amount_cents > due_cents:
        return f"Il reste {euros(due_cents)} à payer{NARROW}: {euros(amount_cents)} est trop."
    return None


def _wrong_day(received_on: date, issued_on: date, today: date) -> str | None:
    if received_on > today:
        return f"Le {short_date(received_on)} n'est pas encore venu{NARROW}: notez le jour où l'argent a été reçu."
    if received_on < issued_on:
        return f"La facture a été émise le {short_date(issued_on)}{NARROW}: un paiement ne peut pas la précéder."
    return None


def _missing_word(means: PaymentMeans, reference: str | None, bank: str | None) -> str | None:
    if reference_required(means) and not (reference or "").strip():
        return f"Notez le {REFERENCES[means][0].lower()}{REFERENCES[means][1:]}."
    if needs_bank(means) and not (bank or "").strip():
        return "Notez la banque du chèque."
    return None
