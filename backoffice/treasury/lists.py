"""The slips, closings and payments over of a régie, as frozen rows; and the régies to choose from."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.papers import kept
from backoffice.treasury.balance import Balance, balance, warnings
from backoffice.treasury.deposit import WaitingRow, waiting
from backoffice.treasury.periods import closed_until
from models.office.structure import Regie
from models.office.treasury import Closing, Deposit, DepositItem, Remittance
from models.vocabulary import ClosingKind, PaperKind, PaymentMeans
from resources.french import NARROW


@dataclass(frozen=True, slots=True)
class RegieRow:
    """A régie to choose."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class TreasuryPage:
    """A régie's money now: where it is, what exceeds its act, what waits to be deposited."""

    regie_id: int
    balance: Balance
    warnings: tuple[str, ...]
    waiting: tuple[WaitingRow, ...]
    closed_until: date | None
    cash_ceiling_cents: int | None = None  # what the till may hold
    ceiling_cents: int | None = None  # what the régie may


@dataclass(frozen=True, slots=True)
class DepositRow:
    """A slip that was made."""

    id: int
    number: str
    means: PaymentMeans
    made_on: date
    made_by: str
    count: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class ClosingRow:
    """A day or a month closed."""

    id: int
    kind: ClosingKind
    first: date
    day: date
    made_at: datetime
    made_by: str
    receipts_cents: int
    digest: str


@dataclass(frozen=True, slots=True)
class RemittanceRow:
    """A payment over."""

    id: int
    number: str
    made_on: date
    made_by: str
    count: int
    amount_cents: int


def regies(session: Session) -> tuple[RegieRow, ...]:
    """List the commune's régies."""
    return tuple(RegieRow(*row) for row in session.execute(select(Regie.id, Regie.code, Regie.name).order_by(Regie.id)))


def treasury_page(session: Session, regie_id: int) -> TreasuryPage:
    """Read where a régie's money is now."""
    now, regie = balance(session, regie_id), session.get_one(Regie, regie_id)
    return TreasuryPage(
        regie_id, now, warnings(regie, now), waiting(session, regie_id), closed_until(session, regie_id),
        regie.cash_ceiling_cents, regie.ceiling_cents,
    )  # fmt: skip


def deposits(session: Session, regie_id: int, first: date, last: date) -> tuple[DepositRow, ...]:
    """List the slips dated between two days, the latest first."""
    rows = session.execute(
        select(
            Deposit.id, Deposit.number, Deposit.means, Deposit.made_on, Deposit.made_by, func.count(),
            Deposit.amount_cents,
        )
        .join(DepositItem, DepositItem.deposit_id == Deposit.id)
        .where(Deposit.regie_id == regie_id, Deposit.made_on.between(first, last))
        .group_by(Deposit.id)
        .order_by(Deposit.made_on.desc(), Deposit.id.desc())
    )  # fmt: skip
    return tuple(DepositRow(*row) for row in rows)


def closings(session: Session, regie_id: int) -> tuple[ClosingRow, ...]:
    """List what was closed, the latest first."""
    rows = session.scalars(
        select(Closing).where(Closing.regie_id == regie_id).order_by(Closing.day.desc(), Closing.id.desc())
    )
    return tuple(
        ClosingRow(
            one.id, one.kind, date.fromisoformat(one.content["first"]), one.day, one.made_at, one.made_by,
            int(one.content["receipts_cents"]), one.digest,
        )
        for one in rows
    )  # fmt: skip


def remittances(session: Session, regie_id: int) -> tuple[RemittanceRow, ...]:
    """List what was paid over, the latest first."""
    rows = session.scalars(select(Remittance).where(Remittance.regie_id == regie_id).order_by(Remittance.id.desc()))
    return tuple(
        RemittanceRow(one.id, one.number, one.made_on, one.made_by, int(one.content["count"]), one.amount_cents)
        for one in rows
    )


def reprint(session: Session, kind: PaperKind, subject_id: int) -> bytes:
    """Give a slip, a closing or a statement of payment over as it was kept.

    Raises:
        RefusedByRule: there is none, or it is no longer what was kept.
    """
    content = kept(session, kind, subject_id)
    if content is None:
        message = f"Ce document n'est plus conservé{NARROW}: l'administrateur le retrouvera dans une sauvegarde."
        raise RefusedByRule(message)
    return content
