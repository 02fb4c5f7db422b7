"""The power goes off at any statement of a payment, a slip, a closing, a debit…: nothing of it remains, and it is done again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from backoffice.attendance.correct import correct
from backoffice.attendance.record import AttendanceEntry
from backoffice.audit import first_broken_entry
from backoffice.billing.bill import bill
from backoffice.billing.credit import credit
from backoffice.billing.proposals import proposals
from backoffice.billing.regularise import regularise
from backoffice.billing.remains import remains
from backoffice.debits.candidates import candidates
from backoffice.debits.mandates import MandateEntry, enter_mandate
from backoffice.debits.reject import reject
from backoffice.debits.run import make_run
from backoffice.debits.settle import settle_run
from backoffice.office import Office
from backoffice.payments.receive import receive
from backoffice.payments.reverse import reverse
from backoffice.payments.use_credit import use_credit
from backoffice.reminders.hand_over import write_off
from backoffice.treasury.close import close, propose_closing
from backoffice.treasury.deposit import deposit, waiting
from backoffice.treasury.remit import propose_remittance, remit
from models.office.billing import Invoice
from models.office.bookings import Attendance
from models.office.debits import DebitRun, DirectDebit
from models.office.families import FamilyChild
from models.office.house import AuditEntry, Mail
from models.office.payments import Payment
from models.vocabulary import AttendanceState, ClosingKind, PaymentMeans
from tests.factories import AGENT, Town, a_commune, an_office, another_family
from tests.faults.cuts import Cut, cut_at, one_in
from tests.invariants import books
from tests.months import IN_NOVEMBER, OCTOBER, SCHOOL_DAYS, seen

IBAN = "FR7630006000011234567890189"
Act = Callable[[Office, Town], Callable[[], Any]]


@one_in(7)
def test_a_cut_leaves_nothing_half_done(tmp_path: Path, step: int) -> None:
    office = an_office(tmp_path, now=IN_NOVEMBER)
    town = _issued(office)
    for at, act in enumerate(ACTS):
        first = 1 + at % step
        assert _cut_everywhere(office, act(office, town), first=first, step=step) > max(5, first), (
            f"{act.__name__} writes"
        )
    for check in (books.check_invoices, books.check_payments, books.check_series, books.places):
        office.read(check)
    assert office.read(first_broken_entry) is None
    office.close()


def _issued(office: Office) -> Town:
    town = a_commune(office)
    other = another_family(office, town).child_id
    mandate = MandateEntry(
        family_id=town.home.family_id, regie_id=town.regie_id, holder="Camille Martin", iban=IBAN,
        signed_on=date(2026, 9, 1), signed_at_place="Contrexéville",
    )  # fmt: skip
    office.write(enter_mandate, AGENT, mandate)
    for child in (town.home.child_id, other):
        seen(office, child, town.meal_id, *SCHOOL_DAYS[:4])
        seen(office, child, town.morning_id, SCHOOL_DAYS[0])
    bill(office, AGENT, OCTOBER, issue=True)
    return town


def _cut_everywhere(office: Office, act: Callable[[], Any], *, first: int, step: int) -> int:
    """Cut the act at one statement or another; at last it is done. Give at which it could not be cut."""
    before = office.read(_state)
    for moment in count(first, step):
        with cut_at(office, moment) as left:
            try:
                act()
            except Cut:
                assert left[0] <= 0
            else:
                break
        assert office.read(_state) == before, f"cut at statement {moment}"
    assert office.read(_state) != before
    return moment


def _state(session: Any) -> Any:
    counts = [session.scalar(select(func.count()).select_from(table)) for table in (AuditEntry, Mail, DirectDebit)]
    moving = session.execute(select(Invoice.id, Invoice.status, Invoice.paid_cents, Invoice.credited_cents)).all()
    return books.prints(session), counts, moving


def _receive(office: Office, town: Town) -> Callable[[], Any]:
    family = office.read(lambda s: s.scalars(select(Invoice.family_id).order_by(Invoice.id.desc())).first())
    money = {"means": PaymentMeans.CHEQUE, "reference": "0001234", "bank": "Crédit vosgien", "keep_excess": True}
    return lambda: office.write(
        receive, AGENT, regie_id=town.regie_id, family_id=family, amount_cents=5000, received_on=office.today(), **money
    )


def _reverse(office: Office, _town: Town) -> Callable[[], Any]:
    payment = office.read(lambda s: s.scalars(select(Payment.id)).one())
    return lambda: office.write(reverse, AGENT, payment, reason="Erreur de famille")


def _credit(office: Office, _town: Town) -> Callable[[], Any]:
    invoice = office.read(lambda s: s.scalars(select(Invoice.id).where(Invoice.paid_cents > 0)).first())
    seen_cents = sum(one.cents for one in office.read(remains, [invoice])[invoice])
    return lambda: office.write(credit, AGENT, invoice, reason="Erreur", seen_cents=seen_cents)


def _use_credit(office: Office, town: Town) -> Callable[[], Any]:
    family = office.read(lambda s: s.scalars(select(Payment.family_id)).first())
    seen(office, _child(office, family), town.meal_id, *SCHOOL_DAYS[5:7])
    bill(office, AGENT, OCTOBER, issue=True)
    return lambda: office.write(use_credit, AGENT, town.regie_id, family)


def _child(office: Office, family_id: int | None) -> int:
    return office.read(
        lambda s: s.scalars(select(FamilyChild.child_id).where(FamilyChild.family_id == family_id)).one()
    )


def _regularise(office: Office, town: Town) -> Callable[[], Any]:
    entry = AttendanceEntry(town.home.child_id, town.meal_id, SCHOOL_DAYS[0], AttendanceState.JUSTIFIED, version=2)
    version = office.read(
        lambda s: s.scalars(
            select(Attendance.version).where(
                Attendance.child_id == entry.child_id, Attendance.unit_id == entry.unit_id, Attendance.day == entry.day
            )
        ).one()
    )
    office.write(correct, AGENT, replace(entry, version=version), reason="Certificat médical")
    (found,) = office.read(proposals)
    return lambda: office.write(
        regularise, AGENT, found.family_id, found.service_id, found.month, seen_cents=found.cents
    )


def _deposit(office: Office, town: Town) -> Callable[[], Any]:
    rows = office.read(waiting, town.regie_id, PaymentMeans.CHEQUE)
    ids, cents = [row.id for row in rows], sum(row.amount_cents for row in rows)
    return lambda: office.write(
        deposit, AGENT, town.regie_id, PaymentMeans.CHEQUE, ids, made_on=office.today(), seen_cents=cents
    )


def _remit(office: Office, town: Town) -> Callable[[], Any]:
    cents = office.read(propose_remittance, town.regie_id, office.today()).amount_cents
    return lambda: office.write(remit, AGENT, town.regie_id, made_on=office.today(), seen_cents=cents)


def _close(office: Office, town: Town) -> Callable[[], Any]:
    found = office.read(propose_closing, town.regie_id, ClosingKind.DAY, office.today(), today=office.today())
    return lambda: office.write(close, AGENT, town.regie_id, ClosingKind.DAY, office.today(), seen=found.seen)


def _make_run(office: Office, town: Town) -> Callable[[], Any]:
    office.clock.set(datetime(2026, 12, 2, 9, tzinfo=UTC))
    day = date(2026, 12, 3)
    ready = [row.invoice_id for row in office.read(candidates, office.sealer, town.regie_id, day) if not row.troubles]
    return lambda: office.write(make_run, AGENT, town.regie_id, day, ready)


def _settle(office: Office, _town: Town) -> Callable[[], Any]:
    office.clock.set(datetime(2026, 12, 3, 9, tzinfo=UTC))
    run = office.read(lambda s: s.scalars(select(DebitRun.id)).one())
    return lambda: office.write(settle_run, AGENT, run)


def _reject(office: Office, _town: Town) -> Callable[[], Any]:
    debit = office.read(lambda s: s.scalars(select(DirectDebit.id).order_by(DirectDebit.id)).first())
    return lambda: office.write(reject, AGENT, debit, "AM04", office.today())


def _write_off(office: Office, _town: Town) -> Callable[[], Any]:
    invoice = office.read(lambda s: s.scalars(select(DirectDebit.invoice_id).order_by(DirectDebit.id)).first())
    return lambda: office.write(write_off, AGENT, invoice, "Insolvable")


ACTS: tuple[Act, ...] = (
    _receive, _reverse, _receive, _credit, _use_credit, _regularise, _deposit, _remit, _close, _make_run, _settle, _reject,
    _write_off,
)  # fmt: skip
