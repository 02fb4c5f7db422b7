"""Online payments reconciled: what PayFiP, the portal and the books each say, one row per payment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from backoffice.clock import paris_instant
from backoffice.payfip.client import Answer
from backoffice.payments.book import allocated
from backoffice.payments.online_rules import Booked, Facts, Finding, Told, Verdict, judge
from models.office.billing import Invoice
from models.office.families import Family
from models.office.payments import OnlinePayment, Payment
from models.office.structure import Regie, Service
from models.vocabulary import OnlineState, PaymentMeans
from resources.french import NARROW

ONLINE = (PaymentMeans.ONLINE_CARD, PaymentMeans.ONLINE_DEBIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineRow:
    """A payment made online, as each of the three tells it."""

    id: str  # PayFiP's number; of what is in the books alone, the receipt's
    reference: str
    family_id: int
    family_number: str
    family: str
    sort_key: str
    started_at: datetime
    invoices: tuple[str, ...]  # of the basket
    told_state: OnlineState | None
    told_cents: int | None
    told_at: datetime | None
    booked: Booked | None
    received_on: date | None
    payfip: Answer | None
    asked_at: datetime | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Read:
    """What the rows of a period share."""

    invoices: Mapping[int, tuple[str, int, int]]  # number, family, régie
    payments: Mapping[int, tuple[Payment, str | None]]  # with the receipt that reverses it
    settled: Mapping[int, int]
    receipts: Mapping[tuple[int, int], Sequence[tuple[str, str]]]  # that stand, by household and invoice: idop, receipt


def reconciliation(session: Session, regie_id: int, first: date, last: date, *, now: datetime) -> tuple[OnlineRow, ...]:
    """Compare the online payments begun between two days, newest first."""
    regie = session.get_one(Regie, regie_id)
    starts, ends = paris_instant(first, time()), paris_instant(last + timedelta(days=1), time())
    query = (
        select(OnlinePayment, Family)
        .join(Family, OnlinePayment.family_id == Family.id)
        .where(OnlinePayment.regie_id == regie_id, OnlinePayment.started_at >= starts, OnlinePayment.started_at < ends)
        .order_by(OnlinePayment.started_at.desc(), OnlinePayment.idop)
    )
    found = [(payment, family) for payment, family in session.execute(query)]
    read = _read(session, [payment for payment, _ in found])
    rows = [_row(payment, family, regie, read, now) for payment, family in found]
    return (*rows, *_orphans(session, regie_id, first, last))


def _row(payment: OnlinePayment, family: Family, regie: Regie, read: _Read, now: datetime) -> OnlineRow:
    told = tuple(Told.from_json(message) for message in payment.told)
    answer = Answer.from_json(payment.payfip) if payment.payfip else None
    entered, booked = _booked(payment, read)
    basket = [invoice_id for invoice_id, _ in payment.basket]
    mine = (payment.family_id, regie.id)
    strangers = [at for at in basket if at not in read.invoices or read.invoices[at][1:] != mine]
    twins = {
        receipt
        for at in basket
        for idop, receipt in read.receipts.get((payment.family_id, at), ())
        if idop != payment.idop
    }
    facts = Facts(
        now=now, started_at=payment.started_at, reference=payment.reference, client=regie.payfip_client,
        family_id=payment.family_id, regie_id=payment.regie_id, told=told, booked=booked, payfip=answer,
        strangers=[_named(read, at) for at in strangers], twins=sorted(twins),
    )  # fmt: skip
    paid = next((message for message in told if message.state is OnlineState.PAID), told[-1] if told else None)
    return OnlineRow(
        id=payment.idop,
        reference=payment.reference,
        family_id=family.id,
        family_number=family.number,
        family=family.name,
        sort_key=family.search_key,
        started_at=payment.started_at,
        invoices=tuple(_named(read, at) for at in basket),
        told_state=payment.state if told else None,
        told_cents=paid.cents if paid else None,
        told_at=payment.told_at if told else None,
        booked=booked,
        received_on=entered.received_on if entered else None,
        payfip=answer,
        asked_at=payment.asked_at,
        verdict=judge(facts),
    )


def _booked(payment: OnlinePayment, read: _Read) -> tuple[Payment | None, Booked | None]:
    if payment.payment_id is None:
        return None, None
    entered, reversed_by = read.payments[payment.payment_id]
    settled = read.settled.get(entered.id, 0)
    return entered, Booked(entered.id, entered.receipt_number, entered.amount_cents, settled, reversed_by)


def _named(read: _Read, invoice_id: int) -> str:
    return read.invoices[invoice_id][0] if invoice_id in read.invoices else f"facture inconnue ({invoice_id})"


def _read(session: Session, payments: Sequence[OnlinePayment]) -> _Read:
    wanted = {invoice_id for payment in payments for invoice_id, _ in payment.basket}
    invoices = {
        row.id: (row.number or "", row.family_id, row.regie_id)
        for row in session.execute(
            select(Invoice.id, Invoice.number, Invoice.family_id, Service.regie_id)
            .join(Service, Invoice.service_id == Service.id)
            .where(Invoice.id.in_(wanted), Invoice.number.is_not(None))
        )
    }
    entered = _entered(session, [payment.payment_id for payment in payments if payment.payment_id])
    families = {payment.family_id for payment in payments}
    return _Read(invoices, entered, allocated(session, entered), _live(session, families))


def _entered(session: Session, payment_ids: Iterable[int]) -> Mapping[int, tuple[Payment, str | None]]:
    entry = aliased(Payment)
    rows = session.execute(
        select(Payment, entry.receipt_number)
        .outerjoin(entry, entry.reverses_id == Payment.id)
        .where(Payment.id.in_(list(payment_ids)))
    )
    return {payment.id: (payment, reversed_by) for payment, reversed_by in rows}


def _live(session: Session, families: Iterable[int]) -> Mapping[tuple[int, int], Sequence[tuple[str, str]]]:
    """List the receipts of online payments that stand, by household and invoice of their baskets."""
    entry = aliased(Payment)
    rows = session.execute(
        select(OnlinePayment.idop, OnlinePayment.family_id, OnlinePayment.basket, Payment.receipt_number)
        .join(Payment, OnlinePayment.payment_id == Payment.id)
        .outerjoin(entry, entry.reverses_id == Payment.id)
        .where(OnlinePayment.family_id.in_(list(families)), entry.id.is_(None))
        .order_by(Payment.id)
    )
    found = defaultdict[tuple[int, int], list[tuple[str, str]]](list)
    for idop, family_id, basket, receipt in rows:
        for invoice_id, _ in basket:
            found[family_id, invoice_id].append((idop, receipt))
    return found


def _orphans(session: Session, regie_id: int, first: date, last: date) -> tuple[OnlineRow, ...]:
    """List the online receipts that no message of the portal explains: of another software, before this one."""
    entry = aliased(Payment)
    rows = session.execute(
        select(Payment, Family)
        .join(Family, Payment.family_id == Family.id)
        .outerjoin(entry, entry.reverses_id == Payment.id)
        .outerjoin(OnlinePayment, OnlinePayment.payment_id == Payment.id)
        .where(
            Payment.regie_id == regie_id, Payment.means.in_(ONLINE), Payment.received_on.between(first, last),
            Payment.reverses_id.is_(None), entry.id.is_(None), OnlinePayment.idop.is_(None),
        )
        .order_by(Payment.id.desc())
    ).all()  # fmt: skip
    settled = allocated(session, [payment.id for payment, _ in rows])
    return tuple(
        OnlineRow(
            id=payment.receipt_number, reference=payment.reference or "", family_id=family.id,
            family_number=family.number, family=family.name, sort_key=family.search_key, started_at=payment.recorded_at,
            invoices=(), told_state=None, told_cents=None, told_at=None,
            booked=Booked(payment.id, payment.receipt_number, payment.amount_cents, settled.get(payment.id, 0)),
            received_on=payment.received_on, payfip=None, asked_at=None,
            verdict=Verdict(Finding.ORPHAN, f"Dans les comptes seulement{NARROW}: le portail n'en a rien dit."),
        )
        for payment, family in rows
    )  # fmt: skip


def unsettled(session: Session, regie_id: int) -> int:
    """Count the payments begun and not decided."""
    query = select(func.count()).where(
        OnlinePayment.regie_id == regie_id,
        OnlinePayment.payment_id.is_(None),
        OnlinePayment.state.in_([OnlineState.STARTED, OnlineState.PAID]),
    )
    return session.scalar(query) or 0
