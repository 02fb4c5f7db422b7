"""The demonstration's régie lives: its books are sound, and there is one of everything that an agent may meet."""

from collections.abc import Iterator
from datetime import date, time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.weighing import groups
from backoffice.clock import SetClock, paris_instant
from backoffice.demonstration.build import build
from backoffice.demonstration.desk import SAMPLE
from backoffice.office import Office
from backoffice.payments.book import credits_of
from backoffice.payments.means import AT_DESK
from backoffice.reminders.claims import claimable
from backoffice.reminders.owed import stops_at
from backoffice.secrets import DemonstrationSecrets
from backoffice.settings import Settings
from backoffice.treasury.balance import balance, warnings
from backoffice.treasury.soundness import check_closings, check_papers, check_series, check_sums
from models.office.billing import CreditNote, Invoice, InvoiceLine, PayerShare
from models.office.contracts import AidUse
from models.office.debits import DebitRun, DirectDebit, Mandate
from models.office.payments import Payment
from models.office.reminders import Reminder
from models.office.structure import Regie
from models.office.treasury import Closing, Deposit, Remittance
from models.vocabulary import DebitState, InvoiceStatus, MandateState, PaymentMeans
from tests.factories import lay_empty
from tests.invariants.books import check_invoices, check_payments, places
from tests.invariants.books import check_series as check_numbers

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder, clock = tmp_path_factory.mktemp("regie"), SetClock(paris_instant(TODAY, time(9)))
    settings = Settings(demonstration=True)
    lay_empty(folder / "marelle.db", "office")
    build(folder, families=48, clock=clock, settings=settings)
    office = Office(folder, clock=clock, secrets=DemonstrationSecrets(), settings=settings)
    yield office
    office.close()


def test_its_books_are_sound(office: Office) -> None:
    for check in (check_invoices, check_payments, check_numbers):
        office.read(check)
    assert sum(office.read(places).values()) > 0
    found = [office.read(check) for check in (check_series, check_papers, check_closings, check_sums)]
    assert [finding.sentence for finding in found if not finding.good] == []


def test_money_came_by_every_means_of_the_desk_and_by_debit(office: Office) -> None:
    means = office.read(lambda s: set(s.scalars(select(Payment.means))))
    assert means >= {*AT_DESK, PaymentMeans.SEPA_DEBIT} - {PaymentMeans.AID, PaymentMeans.CESU}
    assert min(office.read(lambda s: s.scalars(select(Payment.amount_cents)).all())) < 0
    assert office.read(lambda s: credits_of(s, 1))


def test_the_past_months_are_paid_over_and_closed_and_this_morning_the_till_is_nearly_full(office: Office) -> None:
    assert office.read(lambda s: s.scalars(select(Closing.day).order_by(Closing.day)).all()) == [
        date(2026, 9, 30),
        date(2026, 10, 31),
    ]
    assert office.read(lambda s: s.scalars(select(Remittance.made_on).order_by(Remittance.id)).all()) == [
        date(2026, 9, 30),
        date(2026, 10, 31),
    ]
    assert office.read(lambda s: len(set(s.scalars(select(Deposit.made_on))))) >= 5
    held, regie = office.read(lambda s: (balance(s, 1), s.get_one(Regie, 1)))
    assert 0.9 * (regie.cash_ceiling_cents or 0) < held.till_cents < (regie.cash_ceiling_cents or 0)
    assert held.values
    assert warnings(regie, held) == ()


def test_mandates_are_debited_each_month_and_two_are_given_back(office: Office) -> None:
    runs, rejected = office.read(lambda s: (s.scalars(select(DebitRun)).all(), _count(s, DebitState.REJECTED)))
    assert (len(runs), rejected) == (2, 2)
    assert all(run.settled_at for run in runs)
    states = office.read(lambda s: set(s.scalars(select(Mandate.state))))
    assert states == {MandateState.ACTIVE, MandateState.SUSPENDED, MandateState.UNSIGNED}


def test_who_does_not_pay_is_reminded_and_may_be_handed_over(office: Office) -> None:
    assert office.read(lambda s: set(s.scalars(select(Reminder.rank)))) >= {1, 2}
    assert office.read(claimable, 1, TODAY).ready
    assert SAMPLE in office.read(stops_at, 1, TODAY)


def test_there_is_something_to_put_right(office: Office) -> None:
    notes = office.read(lambda s: s.scalars(select(CreditNote)).all())
    assert len(notes) >= 2
    assert office.read(lambda s: s.scalar(select(Invoice.id).where(Invoice.status == InvoiceStatus.CANCELLED)))
    assert len(office.read(groups)) == 1


def test_families_have_agreements_before_their_first_invoice(office: Office) -> None:
    shares = office.read(lambda s: s.scalars(select(PayerShare)).all())
    assert {share.percent for share in shares} == {60, 40, None}
    assert office.read(lambda s: s.scalar(select(func.count()).where(InvoiceLine.contract_id.is_not(None))))
    assert office.read(lambda s: s.scalar(select(func.sum(AidUse.amount_cents))))


def test_the_sample_family_has_an_invoice_to_pay_one_paid_in_part_and_a_receipt(office: Office) -> None:
    invoices = office.read(lambda s: s.scalars(select(Invoice).where(Invoice.family_id == SAMPLE)).all())
    assert {one.status for one in invoices} >= {InvoiceStatus.ISSUED, InvoiceStatus.PARTLY_PAID, InvoiceStatus.PAID}
    assert not any(one.carried for one in invoices)
    receipts = office.read(lambda s: s.scalars(select(Payment.receipt_number).where(Payment.family_id == SAMPLE)).all())
    assert len(receipts) >= 2


def _count(session: Session, state: DebitState) -> int:
    return len(session.scalars(select(DirectDebit.id).where(DirectDebit.state == state)).all())
