"""A family's account at a régie: all that was asked and received, in time order, with its running balance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import accumulate

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from backoffice.payments.book import credits_of
from backoffice.payments.means import MEANS_WORDS
from models.office.billing import PAYABLE, CreditNote, Invoice
from models.office.families import Family
from models.office.payments import Allocation, Payment
from models.office.reminders import ClaimList, TreasuryClaim, WriteOff
from models.office.structure import Service
from models.vocabulary import InvoiceStatus
from resources.french import NARROW, month_name

GIVEN_UP = (InvoiceStatus.HANDED_OVER, InvoiceStatus.WRITTEN_OFF)


class EntryKind(StrEnum):
    """What moves an account."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    COUNTER = "counter"
    CLAIM = "claim"  # handed over to the Treasury: no longer asked here
    WRITE_OFF = "write_off"


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement: what the family owes more, or less."""

    day: date
    kind: EntryKind
    subject_id: int  # of the invoice, the credit note or the payment
    number: str
    label: str
    cents: int  # positive: asked; negative: received or given up
    balance_cents: int = 0  # after it; negative: the family is ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyAccount:
    """What a household owes at a régie, and how it came to that."""

    regie_id: int
    family_id: int
    family_number: str
    family: str
    entries: tuple[Entry, ...]
    due_cents: int
    credit_cents: int

    @property
    def balance_cents(self) -> int:
        """What is due, the credit taken off."""
        return self.due_cents - self.credit_cents


def family_account(session: Session, regie_id: int, family_id: int) -> FamilyAccount:
    """Read a household's account as a statement, the oldest movement first."""
    family = session.get_one(Family, family_id)
    found = sorted(
        [
            *_invoices(session, regie_id, family_id),
            *_credit_notes(session, regie_id, family_id),
            *_payments(session, regie_id, family_id),
            *_given_up(session, regie_id, family_id),
        ],
        key=lambda entry: (entry.day, list(EntryKind).index(entry.kind), entry.subject_id),
    )
    balances = accumulate(entry.cents for entry in found)
    due = Invoice.total_cents - Invoice.aid_cents - Invoice.credited_cents - Invoice.paid_cents
    owed = session.scalar(
        select(func.sum(due))
        .join(Service, Invoice.service_id == Service.id)
        .where(Service.regie_id == regie_id, Invoice.family_id == family_id, Invoice.status.in_(PAYABLE))
    )
    return FamilyAccount(
        regie_id=regie_id,
        family_id=family_id,
        family_number=family.number,
        family=family.name,
        entries=tuple(
            Entry(one.day, one.kind, one.subject_id, one.number, one.label, one.cents, balance)
            for one, balance in zip(found, balances, strict=True)
        ),
        due_cents=int(owed or 0),
        credit_cents=credits_of(session, regie_id, [family_id]).get(family_id, 0),
    )


def _invoices(session: Session, regie_id: int, family_id: int) -> Iterator[Entry]:
    rows = session.execute(
        select(Invoice, Service.name)
        .join(Service, Invoice.service_id == Service.id)
        .where(Service.regie_id == regie_id, Invoice.family_id == family_id, Invoice.status != InvoiceStatus.DRAFT)
    )
    for invoice, service in rows:
        label = f"{service}, {month_name(invoice.month)}"
        yield Entry(
            invoice.issued_on or invoice.month, EntryKind.INVOICE, invoice.id, invoice.number or "", label,
            invoice.net_cents,
        )  # fmt: skip


def _credit_notes(session: Session, regie_id: int, family_id: int) -> Iterator[Entry]:
    rows = session.execute(
        select(CreditNote, Invoice.number)
        .join(Invoice, CreditNote.invoice_id == Invoice.id)
        .join(Service, CreditNote.service_id == Service.id)
        .where(Service.regie_id == regie_id, CreditNote.family_id == family_id)
    )
    for note, number in rows:
        label = f"Avoir sur la facture {number}"
        yield Entry(note.issued_on, EntryKind.CREDIT_NOTE, note.id, note.number, label, -note.total_cents)


def _payments(session: Session, regie_id: int, family_id: int) -> Iterator[Entry]:
    reversed_one = aliased(Payment)
    rows = session.execute(
        select(Payment, reversed_one.receipt_number)
        .outerjoin(reversed_one, Payment.reverses_id == reversed_one.id)
        .where(Payment.regie_id == regie_id, Payment.family_id == family_id)
    )
    for payment, reverses in rows:
        kind = EntryKind.COUNTER if reverses else EntryKind.PAYMENT
        label = f"Annule la quittance {reverses}" if reverses else MEANS_WORDS[payment.means]
        yield Entry(payment.received_on, kind, payment.id, payment.receipt_number, label, -payment.amount_cents)


def _given_up(session: Session, regie_id: int, family_id: int) -> Iterator[Entry]:
    """Tell what the régie no longer asks: each invoice leaves the account once, whole, and what is taken back since too."""
    rows = session.execute(
        select(Invoice, TreasuryClaim.amount_cents, ClaimList, WriteOff)
        .join(Service, Invoice.service_id == Service.id)
        .outerjoin(TreasuryClaim, TreasuryClaim.invoice_id == Invoice.id)
        .outerjoin(ClaimList, TreasuryClaim.list_id == ClaimList.id)
        .outerjoin(WriteOff, WriteOff.invoice_id == Invoice.id)
        .where(Service.regie_id == regie_id, Invoice.family_id == family_id, Invoice.status.in_(GIVEN_UP))
    )
    for invoice, claimed, handed, given_up in rows:
        told, day, kind, number = 0, invoice.issued_on or invoice.month, EntryKind.CLAIM, invoice.number or ""
        if handed is not None:
            told, day, number = claimed, handed.made_on, handed.number
            yield Entry(day, kind, invoice.id, number, f"Facture {invoice.number} transmise au Trésor", -claimed)
        if given_up is not None:
            label = f"Facture {invoice.number} admise en non-valeur"
            day, kind, number = given_up.decided_on, EntryKind.WRITE_OFF, invoice.number or ""
            yield Entry(day, kind, invoice.id, number, label, told - given_up.amount_cents)
            told = given_up.amount_cents
        if since := invoice.balance_cents - told:
            moved = session.scalar(select(func.max(Allocation.made_on)).where(Allocation.invoice_id == invoice.id))
            label = f"Facture {invoice.number}, paiement annulé depuis{NARROW}: n'est plus demandé à la régie"
            yield Entry(max(day, moved or day), kind, invoice.id, number, label, -since)
