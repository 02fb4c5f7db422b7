"""Payments leave the till or the hand for the régie's account, on a numbered slip that is kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session, aliased

from backoffice.billing.letterhead import letterhead_of_regie
from backoffice.billing.numbers import DEPOSITS, numbered
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.papers import keep
from backoffice.payments.means import named
from backoffice.treasury.periods import hold_regie, refuse_closed
from backoffice.treasury.statements import deposit_document
from models.office.payments import Payment
from models.office.structure import Regie
from models.office.treasury import Deposit, DepositItem
from models.vocabulary import PaperKind, PaymentMeans, Place, Role
from reports.pdf.deposit import render_deposit
from resources.french import NARROW, euros, listed, long_date, plural, short_date

DEPOSITED = (PaymentMeans.CHEQUE, PaymentMeans.CASH, PaymentMeans.CARD, PaymentMeans.CESU, PaymentMeans.ANCV)
FACES = (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)  # notes and coins, in cents
SHOWN = 5  # receipts that a refusal names


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A payment in the till or in hand, to be deposited."""

    id: int
    receipt_number: str
    means: PaymentMeans
    amount_cents: int
    received_on: date
    payer: str
    drawer: str | None
    bank: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class DepositReport:
    """A slip that was made."""

    deposit_id: int
    number: str
    means: PaymentMeans
    count: int
    amount_cents: int

    @property
    def sentence(self) -> str:
        """Say it in French."""
        return f"Bordereau {self.number}{NARROW}: {plural(self.count, 'paiement')}, {euros(self.amount_cents)}."


def waiting(session: Session, regie_id: int, means: PaymentMeans | None = None) -> tuple[WaitingRow, ...]:
    """List what can be deposited, oldest first; what was reversed in hand, and its counter-entry, cancel out."""
    return _rows(session, regie_id, *([Payment.means == means] if means else []))


def _rows(session: Session, regie_id: int, *conditions: ColumnElement[bool]) -> tuple[WaitingRow, ...]:
    rows = session.execute(
        select(
            Payment.id,
            Payment.receipt_number,
            Payment.means,
            Payment.amount_cents,
            Payment.received_on,
            Payment.payer_name,
            Payment.drawer,
            Payment.bank,
            Payment.reference,
        )
        .where(_waiting(), Payment.regie_id == regie_id, *conditions)
        .order_by(Payment.received_on, Payment.id)
    )
    return tuple(WaitingRow(*row) for row in rows)


def deposit(
    work: Work,
    regie_id: int,
    means: PaymentMeans,
    payment_ids: Collection[int],
    *,
    made_on: date,
    seen_cents: int,
    notes_and_coins: Mapping[int, int] | None = None,
) -> DepositReport:
    """Put whole payments of one means on a slip; `notes_and_coins` counts cash by face value, in cents.

    Raises:
        StaleRecord: one of them was deposited or reversed meanwhile.
        RefusedByRule: nothing chosen, a wrong day, cash that does not add up.
    """
    work.agent.must_be(Role.CASHIER)
    regie = hold_regie(work.session, regie_id)
    _refuse_day(work, regie_id, made_on)
    rows = _chosen(work.session, regie_id, means, payment_ids)
    total = sum(row.amount_cents for row in rows)
    if total != seen_cents:
        message = (
            f"Les paiements choisis font {euros(total)}, et non {euros(seen_cents)}. Rien n'a été enregistré. "
            "Relisez la liste."
        )
        raise StaleRecord(message)
    _refuse_before(rows, made_on)
    counted = _counted(means, total, notes_and_coins or {})
    made = _write(work, regie, rows, made_on, counted)
    return DepositReport(made.id, made.number, means, len(rows), total)


def _waiting() -> ColumnElement[bool]:
    counter = aliased(Payment)
    reversed_one = select(counter.id).where(counter.reverses_id == Payment.id).exists()
    gone = select(DepositItem.payment_id).where(DepositItem.payment_id == Payment.id).exists()
    return Payment.place.in_([Place.TILL, Place.VALUES]) & (Payment.amount_cents > 0) & ~reversed_one & ~gone


def _refuse_day(work: Work, regie_id: int, made_on: date) -> None:
    if made_on > work.today:
        message = (
            f"Le {long_date(made_on)} n'est pas encore venu. Rien n'a été enregistré. "
            "Datez la remise du jour où elle est faite."
        )
        raise RefusedByRule(message)
    refuse_closed(work.session, regie_id, made_on)


def _chosen(session: Session, regie_id: int, means: PaymentMeans, payment_ids: Collection[int]) -> Sequence[WaitingRow]:
    if means not in DEPOSITED:
        message = (
            f"Ce moyen de paiement ({named(means)}) arrive directement sur le compte de la régie{NARROW}: "
            "il ne se remet pas. Rien n'a été enregistré."
        )
        raise RefusedByRule(message)
    wanted = set(payment_ids)
    if not wanted:
        raise RefusedByRule("Aucun paiement n'est choisi. Rien n'a été enregistré. Cochez ceux que vous remettez.")
    rows = _rows(session, regie_id, Payment.means == means, Payment.id.in_(wanted))
    missing = wanted - {row.id for row in rows}
    if missing:
        numbers = session.scalars(
            select(Payment.receipt_number).where(Payment.id.in_(missing)).order_by(Payment.id).limit(SHOWN)
        ).all()
        message = (
            f"La quittance {listed(numbers)} n'est plus à remettre{NARROW}: elle est déjà sur un bordereau, ou annulée, "
            f"ou n'est pas de ce moyen ({named(means)}). Rien n'a été enregistré. Relisez la liste."
        )
        raise StaleRecord(message)
    return rows


def _refuse_before(rows: Sequence[WaitingRow], made_on: date) -> None:
    latest = max(rows, key=lambda row: row.received_on)
    if made_on < latest.received_on:
        message = (
            f"La quittance {latest.receipt_number} est du {short_date(latest.received_on)}{NARROW}: une remise ne peut pas "
            f"la précéder. Rien n'a été enregistré. Datez la remise au plus tôt de ce jour."
        )
        raise RefusedByRule(message)


def _counted(means: PaymentMeans, total: int, notes_and_coins: Mapping[int, int]) -> list[list[int]]:
    """Check the cash that was counted, the largest first; nobody has to count it."""
    given = {face: count for face, count in notes_and_coins.items() if count}
    if not given:
        return []
    if means is not PaymentMeans.CASH or set(given) - set(FACES) or min(given.values()) < 0:
        raise RefusedByRule("Seules des espèces se comptent en billets et en pièces. Rien n'a été enregistré.")
    counted = [[face, given[face]] for face in FACES if face in given]
    found = sum(face * count for face, count in counted)
    if found != total:
        message = (
            f"Les billets et les pièces comptés font {euros(found)}, les paiements choisis {euros(total)}. "
            "Rien n'a été enregistré. Recomptez, ou choisissez d'autres paiements."
        )
        raise RefusedByRule(message)
    return counted


def _write(work: Work, regie: Regie, rows: Sequence[WaitingRow], made_on: date, counted: list[list[int]]) -> Deposit:
    session, means, total = work.session, rows[0].means, sum(row.amount_cents for row in rows)
    ((_, number),) = numbered(session, DEPOSITS, regie.code, work.today.year)
    content: dict[str, Any] = {
        "letterhead": letterhead_of_regie(session, regie.id).as_json(),
        "account_ending": regie.iban_ending,
        "number": number,
        "means": means.value,
        "made_on": made_on.isoformat(),
        "made_by": work.agent.name,
        "amount_cents": total,
        "lines": [_line(row) for row in rows],
        "notes_and_coins": counted,
    }
    made = Deposit(
        regie_id=regie.id, number=number, means=means, made_on=made_on, made_at=work.now, made_by=work.agent.name,
        amount_cents=total, content=content,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.execute(insert(DepositItem), [{"payment_id": row.id, "deposit_id": made.id} for row in rows])
    keep(session, PaperKind.DEPOSIT, {made.id: render_deposit(deposit_document(content))})
    work.changed(Changed.TREASURY, Changed.PAYMENTS)
    told = {"number": number, "means": means, "made_on": made_on.isoformat(), "amount_cents": total, "count": len(rows)}
    work.sign("deposit.make", "deposit", made.id, new=told)
    return made


def _line(row: WaitingRow) -> dict[str, Any]:
    return {
        "receipt": row.receipt_number,
        "received_on": row.received_on.isoformat(),
        "payer": row.payer,
        "drawer": row.drawer,
        "bank": row.bank,
        "reference": row.reference,
        "amount_cents": row.amount_cents,
    }
