"""What the régie holds, and where: cash, values in hand, its account, what it has paid over; at any instant or day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from models.office.payments import Payment
from models.office.structure import Regie
from models.office.treasury import Closing, Deposit, DepositItem, Remittance, RemittanceItem
from models.vocabulary import PaymentMeans, Place
from resources.french import euros

MOMENTS: Mapping[type[Any], tuple[Any, Any]] = {  # when it was recorded, its day in the books
    Payment: (Payment.recorded_at, Payment.received_on),
    Deposit: (Deposit.made_at, Deposit.made_on),
    Remittance: (Remittance.made_at, Remittance.made_on),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What is in hand of one means."""

    means: PaymentMeans
    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Where all the money received is."""

    till_cents: int = 0  # cash
    values: tuple[Held, ...] = ()  # cheques, card slips, vouchers; only what is not empty
    account_cents: int = 0
    paid_over_cents: int = 0
    receipts_cents: int = 0

    @property
    def values_cents(self) -> int:
        """What is in hand, of all means."""
        return sum(held.cents for held in self.values)

    @property
    def kept_cents(self) -> int:
        """What is still to be paid over."""
        return self.till_cents + self.values_cents + self.account_cents

    @property
    def is_exact(self) -> bool:
        """Tell whether every cent received is somewhere: slips' and statements' own sums enter here beside their items'."""
        return self.kept_cents + self.paid_over_cents == self.receipts_cents

    def as_json(self) -> dict[str, Any]:
        """Give what a closing freezes."""
        return {
            "till_cents": self.till_cents,
            "values": [{"means": held.means.value, "count": held.count, "cents": held.cents} for held in self.values],
            "values_cents": self.values_cents,
            "account_cents": self.account_cents,
            "paid_over_cents": self.paid_over_cents,
            "receipts_cents": self.receipts_cents,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Balance":
        """Read what a closing froze."""
        return cls(
            till_cents=content["till_cents"],
            values=tuple(Held(PaymentMeans(row["means"]), row["count"], row["cents"]) for row in content["values"]),
            account_cents=content["account_cents"],
            paid_over_cents=content["paid_over_cents"],
            receipts_cents=content["receipts_cents"],
        )


@dataclass(frozen=True, slots=True)
class _Span:
    """Which movements are added to what."""

    regie_id: int
    after: date | None  # what was closed by this day is in the balance to start from
    at: datetime | None
    day: date | None

    def of(self, table: type[Any]) -> Sequence[ColumnElement[bool]]:
        written, booked = MOMENTS[table]
        return [
            table.regie_id == self.regie_id,
            *([booked > self.after] if self.after else []),
            *([written <= self.at] if self.at else []),
            *([booked <= self.day] if self.day else []),
        ]


def balance(
    session: Session,
    regie_id: int,
    *,
    at: datetime | None = None,
    day: date | None = None,
    from_the_beginning: bool = False,
) -> Balance:
    """Add up where a régie's money is now, at an instant (as it was recorded) or at the end of a day of the books.

    It starts from the last closing, whose days nothing can enter any more, unless all the history is to be added again.
    """
    after, start = (None, Balance()) if from_the_beginning else _start(session, regie_id, at, day)
    span = _Span(regie_id, after, at, day)
    received, deposited = _received(session, span), _deposited(session, span)
    values = {held.means: (held.count, held.cents) for held in start.values}
    for (place, means), moved in [*received.items(), *((key, _less(moved)) for key, moved in deposited.items())]:
        if place is Place.VALUES:
            values[means] = _plus(values.get(means, (0, 0)), moved)
    over, left = _sum(session, Remittance.amount_cents, *span.of(Remittance)), _remitted(session, span)
    return Balance(
        till_cents=start.till_cents + _at(Place.TILL, received) - _at(Place.TILL, deposited),
        values=tuple(Held(means, *values[means]) for means in PaymentMeans if any(values.get(means, ()))),
        account_cents=start.account_cents
        + _at(Place.ACCOUNT, received)
        + _sum(session, Deposit.amount_cents, *span.of(Deposit))
        - left,
        paid_over_cents=start.paid_over_cents + over,
        receipts_cents=start.receipts_cents + sum(cents for _, cents in received.values()),
    )


def warnings(regie: Regie, found: Balance) -> tuple[str, ...]:
    """Say in French which ceilings of the régie's act are exceeded."""
    told = []
    cash, whole = regie.cash_ceiling_cents, regie.ceiling_cents
    if cash is not None and found.till_cents > cash:
        told.append(
            f"Il y a {euros(found.till_cents)} en caisse, au-delà du plafond de {euros(cash)}. "
            "Remettez des espèces sur le compte de la régie."
        )
    if whole is not None and found.kept_cents > whole:
        told.append(
            f"La régie détient {euros(found.kept_cents)} en tout, au-delà du plafond d'encaisse de {euros(whole)}. "
            "Versez au comptable public ce qui est sur le compte."
        )
    return tuple(told)


_Sums = dict[tuple[Place, PaymentMeans], tuple[int, int]]


def _start(session: Session, regie_id: int, at: datetime | None, day: date | None) -> tuple[date | None, Balance]:
    """Read the last closing that all of the question comes after."""
    found = session.execute(
        select(Closing.day, Closing.content)
        .where(
            Closing.regie_id == regie_id,
            *([Closing.made_at <= at] if at else []),
            *([Closing.day <= day] if day else []),
        )
        .order_by(Closing.day.desc())
        .limit(1)
    ).one_or_none()
    return (found.day, Balance.from_json(found.content["closing"])) if found else (None, Balance())


def _received(session: Session, span: _Span) -> _Sums:
    """Add payments up; a payment and its counter-entry made while in hand count for nothing."""
    counted = func.sum(case((Payment.amount_cents > 0, 1), else_=-1))
    rows = session.execute(
        select(Payment.place, Payment.means, counted, func.sum(Payment.amount_cents))
        .where(*span.of(Payment))
        .group_by(Payment.place, Payment.means)
    )
    return {(place, means): (int(count), int(cents)) for place, means, count, cents in rows}


def _deposited(session: Session, span: _Span) -> _Sums:
    rows = session.execute(
        select(Payment.place, Payment.means, func.count(), func.sum(Payment.amount_cents))
        .join(DepositItem, DepositItem.payment_id == Payment.id)
        .join(Deposit, DepositItem.deposit_id == Deposit.id)
        .where(*span.of(Deposit))
        .group_by(Payment.place, Payment.means)
    )
    return {(place, means): (int(count), int(cents)) for place, means, count, cents in rows}


def _remitted(session: Session, span: _Span) -> int:
    of_items = RemittanceItem.payment_id == Payment.id, RemittanceItem.remittance_id == Remittance.id
    return _sum(session, Payment.amount_cents, *of_items, *span.of(Remittance))


def _sum(session: Session, cents: Any, *conditions: ColumnElement[bool]) -> int:
    return int(session.scalar(select(func.coalesce(func.sum(cents), 0)).where(*conditions)) or 0)


def _at(place: Place, sums: _Sums) -> int:
    return sum(cents for (where, _), (_, cents) in sums.items() if where is place)


def _plus(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _less(one: tuple[int, int]) -> tuple[int, int]:
    return -one[0], -one[1]
