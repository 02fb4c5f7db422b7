"""The day book: every movement of a régie's money in order, with what it leaves in the till, in hand and on the account."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.payments.means import MEANS_WORDS
from backoffice.treasury.balance import Balance, balance
from models.office.payments import Payment
from models.office.structure import Commune, Regie
from models.office.treasury import Deposit, DepositItem, Remittance
from models.vocabulary import PaymentMeans, Place
from reports.sheets.treasury import DayBookDocument, DayBookRow, render_day_book
from resources.french import plural


class MovementKind(StrEnum):
    """What moved."""

    RECEIPT = "receipt"
    COUNTER = "counter"
    DEPOSIT = "deposit"
    REMITTANCE = "remittance"


MOVEMENT_WORDS: Mapping[MovementKind, str] = {
    MovementKind.RECEIPT: "Encaissement",
    MovementKind.COUNTER: "Contre-écriture",
    MovementKind.DEPOSIT: "Remise",
    MovementKind.REMITTANCE: "Versement",
}
ORDER = tuple(MovementKind)


@dataclass(frozen=True, slots=True)
class Movement:
    """One line: what it adds to each place, and what is then there."""

    id: tuple[MovementKind, int]
    day: date
    at: datetime
    number: str
    means: PaymentMeans | None
    label: str
    cents: int
    till_cents: int  # what it leaves
    values_cents: int
    account_cents: int

    @property
    def kind(self) -> MovementKind:
        """Say what moved."""
        return self.id[0]

    @property
    def means_words(self) -> str:
        """Name the means, if it is of one."""
        return MEANS_WORDS[self.means] if self.means else ""


@dataclass(frozen=True, slots=True)
class DayBook:
    """A period of the books, between two balances."""

    first: date
    last: date
    opening: Balance
    movements: tuple[Movement, ...]
    closing: Balance


@dataclass(frozen=True, slots=True)
class _Step:
    kind: MovementKind
    id: int
    day: date
    at: datetime
    number: str
    means: PaymentMeans | None
    label: str
    cents: int
    moved: tuple[int, int, int]  # till, values, account

    @property
    def order(self) -> tuple[date, datetime, int, int]:
        return self.day, self.at, ORDER.index(self.kind), self.id


def day_book(session: Session, regie_id: int, first: date, last: date) -> DayBook:
    """Read every movement from a day to a day, by the days of the books, then as they were recorded."""
    opening = balance(session, regie_id, day=first - timedelta(days=1))
    steps = [
        *_payments(session, regie_id, first, last),
        *_deposits(session, regie_id, first, last),
        *_remittances(session, regie_id, first, last),
    ]
    steps.sort(key=lambda step: step.order)
    movements = tuple(_running(opening, steps))
    return DayBook(first, last, opening, movements, balance(session, regie_id, day=last))


def export_day_book(session: Session, regie_id: int, first: date, last: date, *, now: datetime) -> bytes:
    """Give a period of the books as XLSX."""
    book = day_book(session, regie_id, first, last)
    document = DayBookDocument(
        commune=session.scalar(select(Commune.name)) or "",
        regie=session.get_one(Regie, regie_id).name,
        first=first,
        last=last,
        opening=(book.opening.till_cents, book.opening.values_cents, book.opening.account_cents),
        rows=tuple(_row(movement) for movement in book.movements),
        made_at=now,
    )
    return render_day_book(document)


def _running(opening: Balance, steps: Sequence[_Step]) -> Iterator[Movement]:
    left = [opening.till_cents, opening.values_cents, opening.account_cents]
    for step in steps:
        left = [there + moved for there, moved in zip(left, step.moved, strict=True)]
        yield Movement((step.kind, step.id), step.day, step.at, step.number, step.means, step.label, step.cents, *left)


def _payments(session: Session, regie_id: int, first: date, last: date) -> Iterator[_Step]:
    rows = session.execute(
        select(
            Payment.id,
            Payment.received_on,
            Payment.recorded_at,
            Payment.receipt_number,
            Payment.means,
            Payment.payer_name,
            Payment.reason,
            Payment.amount_cents,
            Payment.place,
        ).where(Payment.regie_id == regie_id, Payment.received_on.between(first, last))
    )
    for row in rows:
        kind = MovementKind.RECEIPT if row.amount_cents > 0 else MovementKind.COUNTER
        label = f"{row.payer_name} ({row.reason})" if row.reason else row.payer_name
        moved = _at(row.place, row.amount_cents)
        yield _Step(
            kind,
            row.id,
            row.received_on,
            row.recorded_at,
            row.receipt_number,
            row.means,
            label,
            row.amount_cents,
            moved,
        )


def _deposits(session: Session, regie_id: int, first: date, last: date) -> Iterator[_Step]:
    rows = session.execute(
        select(
            Deposit.id, Deposit.made_on, Deposit.made_at, Deposit.number, Deposit.means, Deposit.amount_cents,
            func.count().label("items"),
        )
        .join(DepositItem, DepositItem.deposit_id == Deposit.id)
        .where(Deposit.regie_id == regie_id, Deposit.made_on.between(first, last))
        .group_by(Deposit.id)
    )  # fmt: skip
    for row in rows:
        left = _at(Place.TILL if row.means is PaymentMeans.CASH else Place.VALUES, -row.amount_cents)
        moved = (left[0], left[1], row.amount_cents)
        label = plural(row.items, "paiement")
        yield _Step(
            MovementKind.DEPOSIT,
            row.id,
            row.made_on,
            row.made_at,
            row.number,
            row.means,
            label,
            row.amount_cents,
            moved,
        )


def _remittances(session: Session, regie_id: int, first: date, last: date) -> Iterator[_Step]:
    rows = session.scalars(
        select(Remittance).where(Remittance.regie_id == regie_id, Remittance.made_on.between(first, last))
    )
    for one in rows:
        yield _Step(
            MovementKind.REMITTANCE, one.id, one.made_on, one.made_at, one.number, None, "Au comptable public",
            one.amount_cents, (0, 0, -one.amount_cents),
        )  # fmt: skip


def _at(place: Place, cents: int) -> tuple[int, int, int]:
    return (
        cents if place is Place.TILL else 0,
        cents if place is Place.VALUES else 0,
        cents if place is Place.ACCOUNT else 0,
    )


def _row(movement: Movement) -> DayBookRow:
    return DayBookRow(
        day=movement.day,
        kind=MOVEMENT_WORDS[movement.kind],
        number=movement.number,
        means=movement.means_words,
        label=movement.label,
        cents=movement.cents,
        left=(movement.till_cents, movement.values_cents, movement.account_cents),
    )
