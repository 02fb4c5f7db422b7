"""The day of a run has come: its receipts."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from backoffice.debits.candidates import Candidate, candidates
from backoffice.debits.lists import debits_of, runs
from backoffice.debits.reject import reject
from backoffice.debits.settle import settle_due, settle_run
from backoffice.errors import RefusedByRule
from backoffice.office import Office, Work
from backoffice.payments.book import credits_of
from backoffice.payments.record import record_payment
from models.office.billing import CarryOver
from models.office.debits import DebitRun
from models.office.payments import Payment
from models.office.structure import Regie
from models.office.treasury import Closing
from models.vocabulary import (
    ClosingKind,
    DebitState,
    InvoiceStatus,
    PaymentMeans,
    Place,
)
from tests.factories import AGENT, Town, another_family
from tests.unit.debits.books import (
    DEBIT_ON,
    a_mandate,
    an_announced_invoice,
    at,
    plain,
    presented,
    settled,
    the_debits,
    the_invoice,
    the_mandate,
)


def found(office: Office, town: Town, day: date = DEBIT_ON, **wish: Any) -> tuple[Candidate, ...]:
    return office.read(candidates, office.sealer, town.regie_id, day, **wish)


def payments(office: Office) -> list[Payment]:
    return list(office.read(lambda session: session.scalars(select(Payment).order_by(Payment.id)).all()))


def closes(office: Office, town: Town, day: date) -> None:
    def close(work: Work) -> None:
        work.session.add(
            Closing(
                regie_id=town.regie_id, kind=ClosingKind.DAY, day=day, made_at=work.now, made_by="C", content={},
                digest="x" * 64,
            )
        )  # fmt: skip

    office.write(close, AGENT)


def test_a_run_is_settled_on_its_day_and_once(office: Office, town: Town) -> None:
    mandate = a_mandate(office, town)
    invoice = an_announced_invoice(office, town, mandate)
    report = presented(office, town, invoice)
    with pytest.raises(RefusedByRule, match="attendez ce jour"):
        office.write(settle_run, AGENT, report.run_id)
    assert office.write(settle_due, AGENT) == ()
    at(office, date(2026, 12, 7))
    (told,) = office.write(settle_due, AGENT)
    assert (told.count, told.amount_cents, told.received_on, told.credit_cents) == (1, 4150, DEBIT_ON, 0)
    assert office.write(settle_due, AGENT) == ()
    with pytest.raises(RefusedByRule, match="déjà encaissée"):
        office.write(settle_run, AGENT, report.run_id)
    (payment,) = payments(office)
    assert (payment.means, payment.place, payment.amount_cents) == (PaymentMeans.SEPA_DEBIT, Place.ACCOUNT, 4150)
    assert (payment.received_on, payment.reference) == (DEBIT_ON, "CANTINE-2026-000001")
    assert the_invoice(office, invoice).status is InvoiceStatus.PAID
    (debit,) = the_debits(office)
    assert (debit.state, debit.payment_id) == (DebitState.PAID, payment.id)
    used = the_mandate(office, mandate)
    assert (used.first_debit_on, used.last_debit_on) == (DEBIT_ON, DEBIT_ON)
    (row,) = office.read(runs, town.regie_id)
    assert (row.count, row.rejected, row.settled_at) == (1, 0, office.now())
    assert [line.settled for line in office.read(debits_of, town.regie_id, run_id=row.id)] == [True]


def test_regies_are_held_in_the_order_of_everybody(office: Office, town: Town) -> None:
    """Issuing holds them by number: settling the other way round would wait for it, and it for settling."""
    mandate = a_mandate(office, town)
    late = presented(office, town, an_announced_invoice(office, town, mandate), debit_on=date(2026, 12, 4))
    early = presented(office, town, an_announced_invoice(office, town, mandate, rank=2))

    def moves(work: Work) -> None:
        mine = {
            column.name: getattr(work.session.get_one(Regie, town.regie_id), column.name)
            for column in Regie.__table__.c
        }
        other = Regie(**{**mine, "id": town.regie_id + 1, "code": "AUTRE"})
        work.session.add(other)
        work.session.flush()
        work.session.get_one(DebitRun, early.run_id).regie_id = other.id

    office.write(moves, AGENT)
    at(office, date(2026, 12, 7))
    assert [told.number for told in office.write(settle_due, AGENT)] == [late.number, early.number]


def test_a_closed_day_gets_no_receipt(office: Office, town: Town) -> None:
    report = presented(office, town, an_announced_invoice(office, town, a_mandate(office, town)))
    at(office, date(2026, 12, 4))
    closes(office, town, date(2026, 12, 4))
    assert office.write(settle_due, AGENT) == (), "it waits for an open day"
    with pytest.raises(RefusedByRule, match="arrêtée"):
        office.write(settle_run, AGENT, report.run_id)
    at(office, date(2026, 12, 5))
    (told,) = office.write(settle_due, AGENT)
    assert told.received_on == date(2026, 12, 5)


def test_an_invoice_paid_meanwhile_leaves_a_credit(office: Office, town: Town) -> None:
    invoice = an_announced_invoice(office, town, a_mandate(office, town))
    report = presented(office, town, invoice)
    office.write(record_payment, AGENT, invoice, amount_cents=4000, means=PaymentMeans.CASH, received_on=office.today())
    at(office, DEBIT_ON)
    told = office.write(settle_run, AGENT, report.run_id)
    assert told.credit_cents == 4000
    assert "40,00" in plain(told.sentence)
    assert office.read(credits_of, town.regie_id) == {town.home.family_id: 4000}
    assert the_invoice(office, invoice).status is InvoiceStatus.PAID


def test_small_invoices_carried_over_are_debited_with_the_one_that_asks_for_them(office: Office, town: Town) -> None:
    mandate = a_mandate(office, town)
    big = an_announced_invoice(office, town, mandate, cents=4150, carried_cents=660)
    small, tiny = (
        an_announced_invoice(
            office, town, mandate, cents=cents, rank=rank, debit_on=None, debit_notice=None, carried=True
        )
        for cents, rank in ((360, 2), (300, 3))
    )

    def carry(work: Work) -> None:
        work.session.add_all([CarryOver(invoice_id=small, into_id=big), CarryOver(invoice_id=tiny, into_id=big)])

    office.write(carry, AGENT)
    (row,) = found(office, town)
    assert row.amount_cents == 4810
    settled(office, presented(office, town, big, seen={big: 4810}))
    assert {the_invoice(office, at).status for at in (big, small, tiny)} == {InvoiceStatus.PAID}
    assert [payment.amount_cents for payment in payments(office)] == [4810]
    assert office.read(credits_of, town.regie_id) == {}


def test_never_more_than_the_paper_announced(office: Office, town: Town) -> None:
    mandate = a_mandate(office, town)
    big = an_announced_invoice(office, town, mandate, cents=4150)  # its paper carries nothing
    small = an_announced_invoice(office, town, mandate, cents=360, rank=2, debit_on=None)
    office.write(lambda work: work.session.add(CarryOver(invoice_id=small, into_id=big)), AGENT)
    (row,) = found(office, town)
    assert row.amount_cents == 4150


def test_a_debit_rejected_before_its_day_gets_no_receipt(office: Office, town: Town) -> None:
    other = another_family(office, town)
    one = an_announced_invoice(office, town, a_mandate(office, town))
    two = an_announced_invoice(office, town, a_mandate(office, town, other), rank=2)
    report = presented(office, town, one, two)
    office.write(reject, AGENT, the_debits(office)[0].id, "AM04", office.today())
    settled(office, report)
    assert [payment.family_id for payment in payments(office)] == [other.family_id]
    (row,) = office.read(runs, town.regie_id)
    assert (row.count, row.rejected, row.rejected_cents) == (2, 1, 4150)
    states = {debit.state for debit in the_debits(office)}
    assert states == {DebitState.REJECTED, DebitState.PAID}
