"""What is on the régie's account is paid over to the public accountant, with its statement per product code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal, select, union_all
from sqlalchemy.orm import Session

from backoffice.billing.letterhead import letterhead_of_regie
from backoffice.billing.numbers import REMITTANCES, numbered
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.papers import keep
from backoffice.treasury.periods import hold_regie, refuse_closed
from backoffice.treasury.statements import remittance_document
from models.office.billing import Invoice
from models.office.payments import Allocation, Payment
from models.office.structure import Regie, Service
from models.office.treasury import Deposit, DepositItem, Remittance, RemittanceItem
from models.vocabulary import PaperKind, PaymentMeans, Place, Role
from reports.pdf.remittance import render_remittance
from resources.french import NARROW, euros, listed, long_date, plural, short_date


@dataclass(frozen=True, slots=True)
class ProductLine:
    """What is paid over under one account and product code."""

    account: str
    product_code: str
    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class MeansLine:
    """What is paid over of one means, counter-entries deducted."""

    means: PaymentMeans
    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What would be paid over on a day, and under which products."""

    made_on: date
    amount_cents: int
    count: int
    lines: tuple[ProductLine, ...]
    credit_cents: int  # what families paid and no invoice needs
    means: tuple[MeansLine, ...]
    cumulative: Mapping[str, int]  # by service, since the beginning
    last_allocation: int  # what the next statement looks at begins after these
    last_payment: int
    last_deposit: int


@dataclass(frozen=True, slots=True)
class RemittanceReport:
    """A payment over that was made."""

    remittance_id: int
    number: str
    amount_cents: int
    count: int

    @property
    def sentence(self) -> str:
        """Say it in French."""
        moved = plural(self.count, "opération")
        return f"Versement {self.number}{NARROW}: {euros(self.amount_cents)} versés au comptable public, {moved}."


def propose_remittance(session: Session, regie_id: int, made_on: date) -> Statement:
    """Show what paying over on a day would take from the account."""
    last = _last(session, regie_id)
    ready = _ready(regie_id, made_on, last)
    means = _means(session, ready)
    amount = sum(line.cents for line in means)
    moved = _moved(session, ready, last)
    before: Mapping[str, int] = last.content["cumulative"] if last else {}
    lines = _lines(session, moved)
    return Statement(
        made_on=made_on,
        amount_cents=amount,
        count=sum(line.count for line in means),
        lines=lines,
        credit_cents=amount - sum(line.cents for line in lines),
        means=means,
        cumulative={code: before.get(code, 0) + moved.get(code, 0) for code in sorted({*before, *moved})},
        last_allocation=_last_id(session, Allocation),
        last_payment=_last_id(session, Payment),
        last_deposit=_last_id(session, Deposit),
    )


def remit(work: Work, regie_id: int, *, made_on: date, seen_cents: int) -> RemittanceReport:
    """Pay over everything that is on the account on a day and was not paid over yet.

    Raises:
        RefusedByRule: nothing to pay over, or a wrong day.
        StaleRecord: the sum is no longer what the agent read.
    """
    work.agent.must_be(Role.CASHIER)
    regie = hold_regie(work.session, regie_id)
    _refuse_day(work, regie_id, made_on)
    found = propose_remittance(work.session, regie_id, made_on)
    if found.amount_cents != seen_cents:
        message = (
            f"Il y a maintenant {euros(found.amount_cents)} à verser, et non {euros(seen_cents)}. "
            "Rien n'a été enregistré. Relisez l'état de versement."
        )
        raise StaleRecord(message)
    _refuse_nothing(found)
    made = _write(work, regie, found)
    return RemittanceReport(made.id, made.number, found.amount_cents, found.count)


def _refuse_day(work: Work, regie_id: int, made_on: date) -> None:
    if made_on > work.today:
        message = f"Le {long_date(made_on)} n'est pas encore venu. Rien n'a été enregistré. Datez le versement du jour où il est fait."
        raise RefusedByRule(message)
    refuse_closed(work.session, regie_id, made_on)
    last = work.session.scalar(select(func.max(Remittance.made_on)).where(Remittance.regie_id == regie_id))
    if last is not None and made_on < last:
        message = (
            f"Le dernier versement est du {short_date(last)}{NARROW}: un autre ne peut pas le précéder. "
            "Rien n'a été enregistré. Datez-le au plus tôt de ce jour."
        )
        raise RefusedByRule(message)


def _refuse_nothing(found: Statement) -> None:
    if found.amount_cents < 0:
        message = (
            f"Les annulations dépassent les encaissements de {euros(-found.amount_cents)}{NARROW}: il n'y a rien à verser. "
            "Rien n'a été enregistré. Attendez que le compte soit de nouveau créditeur."
        )
        raise RefusedByRule(message)
    if not found.amount_cents:
        message = (
            f"Il n'y a rien à verser au {long_date(found.made_on)}{NARROW}: le compte de la régie est vide. "
            "Rien n'a été enregistré. Remettez d'abord les espèces et les valeurs en main."
        )
        raise RefusedByRule(message)


def _last(session: Session, regie_id: int) -> Remittance | None:
    return session.scalar(
        select(Remittance).where(Remittance.regie_id == regie_id).order_by(Remittance.id.desc()).limit(1)
    )


def _last_id(session: Session, table: type[Allocation | Payment | Deposit]) -> int:
    return session.scalar(select(func.max(table.id))) or 0


def _ready(regie_id: int, made_on: date, last: Remittance | None) -> ColumnElement[bool]:
    """On the account by a day, directly or by a slip, and not paid over yet.

    The last payment over took all that was there: only what was written since, or is dated after it, can be left. What
    was written since is told by its number, given while the régie is held: clocks differ, and an instant is taken before.
    """
    direct = select(Payment.id).where(
        Payment.regie_id == regie_id, Payment.place == Place.ACCOUNT, Payment.received_on <= made_on
    )
    by_slip = (
        select(DepositItem.payment_id)
        .join(Deposit, DepositItem.deposit_id == Deposit.id)
        .where(Deposit.regie_id == regie_id, Deposit.made_on <= made_on)
    )
    if last is not None:
        direct = direct.where((Payment.received_on > last.made_on) | (Payment.id > last.content["last_payment"]))
        by_slip = by_slip.where((Deposit.made_on > last.made_on) | (Deposit.id > last.content["last_deposit"]))
    there = union_all(direct, by_slip).subquery()
    gone = select(RemittanceItem.payment_id).where(RemittanceItem.payment_id == Payment.id).exists()
    return Payment.id.in_(select(there.c[0])) & ~gone


def _means(session: Session, ready: ColumnElement[bool]) -> tuple[MeansLine, ...]:
    rows = session.execute(
        select(Payment.means, func.count(), func.sum(Payment.amount_cents)).where(ready).group_by(Payment.means)
    )
    found = {means: MeansLine(means, count, int(cents)) for means, count, cents in rows}
    return tuple(found[means] for means in PaymentMeans if means in found)


def _moved(session: Session, ready: ColumnElement[bool], last: Remittance | None) -> dict[str, int]:
    """Add up by service what the payments settle, and what those paid over before have settled or given back since."""
    sums: dict[str, int] = {}
    over = select(RemittanceItem.payment_id).where(RemittanceItem.payment_id == Payment.id).exists()
    since = Allocation.id > (last.content["last_allocation"] if last else 0)
    of_regie = [Payment.regie_id == last.regie_id, since, over] if last else []
    for conditions in ([ready], of_regie):
        if not conditions:
            continue
        rows = session.execute(
            select(Service.code, func.sum(Allocation.amount_cents))
            .join(Invoice, Invoice.service_id == Service.id)
            .join(Allocation, Allocation.invoice_id == Invoice.id)
            .join(Payment, Allocation.payment_id == Payment.id)
            .where(*conditions)
            .group_by(Service.code)
        )
        for code, cents in rows:
            sums[code] = sums.get(code, 0) + int(cents)
    return sums


def _lines(session: Session, moved: Mapping[str, int]) -> tuple[ProductLine, ...]:
    """Gather services under their account and product code."""
    services = session.execute(
        select(Service.code, Service.account, Service.product_code, Service.name)
        .where(Service.code.in_([code for code, cents in moved.items() if cents]))
        .order_by(Service.account, Service.product_code, Service.position)
    )
    gathered: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for code, account, product, name in services:
        gathered.setdefault((account, product), []).append((name, moved[code]))
    return tuple(
        ProductLine(account, product, listed(name for name, _ in parts), sum(cents for _, cents in parts))
        for (account, product), parts in gathered.items()
    )


def _write(work: Work, regie: Regie, found: Statement) -> Remittance:
    session = work.session
    ((_, number),) = numbered(session, REMITTANCES, regie.code, work.today.year)
    content: dict[str, Any] = {
        "letterhead": letterhead_of_regie(session, regie.id).as_json(),
        "number": number,
        "made_on": found.made_on.isoformat(),
        "made_by": work.agent.name,
        "amount_cents": found.amount_cents,
        "count": found.count,
        "lines": [
            {"account": line.account, "product_code": line.product_code, "label": line.label, "cents": line.cents}
            for line in found.lines
        ],
        "credit_cents": found.credit_cents,
        "means": [{"means": line.means.value, "count": line.count, "cents": line.cents} for line in found.means],
        "cumulative": dict(found.cumulative),
        "last_allocation": found.last_allocation,
        "last_payment": found.last_payment,
        "last_deposit": found.last_deposit,
    }
    made = Remittance(
        regie_id=regie.id, number=number, made_on=found.made_on, made_at=work.now, made_by=work.agent.name,
        amount_cents=found.amount_cents, content=content,
    )  # fmt: skip
    ready = _ready(regie.id, found.made_on, _last(session, regie.id))
    session.add(made)
    session.flush()
    session.execute(
        insert(RemittanceItem).from_select(
            ["payment_id", "remittance_id"],
            select(Payment.id, literal(made.id)).where(ready),
        )
    )
    keep(session, PaperKind.REMITTANCE, {made.id: render_remittance(remittance_document(content))})
    work.changed(Changed.TREASURY)
    told = {"number": number, "made_on": found.made_on.isoformat(), "amount_cents": found.amount_cents}
    work.sign("remittance.make", "remittance", made.id, new={**told, "count": found.count})
    return made
