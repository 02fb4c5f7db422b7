"""Money received: what the régie may accept, payments and their receipts, what they settle, payments made online."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Cents, OfficeBase
from models.vocabulary import OnlineState, PaymentMeans, Place


class AcceptedMeans(OfficeBase):
    """A means that the régie's act allows for a service; what is not here is refused."""

    __tablename__ = "accepted_means"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    means: Mapped[PaymentMeans] = mapped_column(primary_key=True)
    below_age: Mapped[int | None]  # only for the lines of children under this age on the first day of the month


class Payment(OfficeBase):
    """Money received from a household, with its numbered receipt; never edited: a wrong one gets a counter-entry."""

    __tablename__ = "payment"
    __table_args__ = (Index("ix_payment_regie_received", "regie_id", "received_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    receipt_number: Mapped[str] = mapped_column(unique=True)
    means: Mapped[PaymentMeans]
    place: Mapped[Place]  # where it came in
    amount_cents: Mapped[Cents]  # negative: a counter-entry
    received_on: Mapped[date]  # its day in the books
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    recorded_by: Mapped[str]
    payer_name: Mapped[str]
    reference: Mapped[str | None]  # number of the cheque, of the card slip or of the transfer
    bank: Mapped[str | None]
    drawer: Mapped[str | None]  # of a cheque, when it is not the payer
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    reason: Mapped[str | None] = mapped_column(Text)  # of a counter-entry
    letterhead_id: Mapped[int] = mapped_column(ForeignKey("letterhead.id"))


class Allocation(OfficeBase):
    """What a payment settles of an invoice; negative: given back to the payment. What is not allocated is a credit."""

    __tablename__ = "allocation"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    amount_cents: Mapped[Cents]
    made_on: Mapped[date]
    made_at: Mapped[datetime]


class OnlinePayment(OfficeBase):
    """A basket paid on PayFiP, as the portal tells it; its receipt is written once."""

    __tablename__ = "online_payment"

    idop: Mapped[str] = mapped_column(primary_key=True)  # PayFiP's own number
    regie_id: Mapped[int] = mapped_column(ForeignKey("regie.id"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    reference: Mapped[str]  # refdet: of the invoice, or of the basket
    amount_cents: Mapped[Cents]
    basket: Mapped[list[Any]] = mapped_column(JSON)  # [invoice id, cents], as frozen before the call
    state: Mapped[OnlineState]
    means: Mapped[PaymentMeans | None]
    started_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    told_at: Mapped[datetime]  # by the portal
    told: Mapped[list[Any]] = mapped_column(JSON, default=list)  # its messages, in the order received; none is dropped
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    payfip: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # what PayFiP itself last answered
    asked_at: Mapped[datetime | None]  # when PayFiP was last asked
