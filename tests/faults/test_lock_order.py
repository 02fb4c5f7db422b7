"""Everybody at the régie presses at once: some are told to read again, nobody is stopped by the others' locks."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from backoffice.attendance.correct import correct
from backoffice.attendance.record import AttendanceEntry, record
from backoffice.billing.credit import credit
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.proposals import proposals
from backoffice.billing.regularise import regularise
from backoffice.debits.candidates import candidates
from backoffice.debits.mandates import MandateEntry, enter_mandate, suspend_mandate
from backoffice.debits.run import make_run
from backoffice.debits.settle import settle_due
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.payments.receive import receive
from backoffice.treasury.close import close, propose_closing
from backoffice.treasury.soundness import check_closings, check_series, check_sums
from models.office.billing import Invoice
from models.office.bookings import Attendance
from models.office.debits import Mandate
from models.vocabulary import AttendanceState, ClosingKind, InvoiceStatus, PaymentMeans
from tests.factories import AGENT, COLLEAGUE, Town, a_commune, another_family
from tests.faults.desks import together
from tests.months import OCTOBER, SCHOOL_DAYS, seen

NOVEMBER = date(2026, 11, 1)
AWAY = AttendanceState.UNJUSTIFIED
LATER = datetime(2026, 12, 4, 9, tzinfo=UTC)  # the day after the debits


def test_a_busy_morning_ends_with_sound_books(desks: tuple[Office, Office]) -> None:
    """October is issued, corrected, debited; November is drafted: then all of it moves at the same moment.

    A deadlock would be Unavailable: neither an answer nor a refusal, and the test would end there.
    """
    one, two = desks
    town = a_commune(one)
    _live(one, town)
    for office in desks:
        office.clock.set(LATER)
    answers = together(*_acts(one, two, town))
    told = [answer for answer in answers if isinstance(answer, RefusedByRule)]
    assert len(told) < len(answers), "somebody wins"
    one.write(settle_due, AGENT)
    assert all(one.read(question).good for question in (check_series, check_closings, check_sums))


def _live(office: Office, town: Town) -> None:
    homes = [town.home, *(another_family(office, town, f"N{at}") for at in range(5))]
    for home in homes:
        seen(office, home.child_id, town.meal_id, *SCHOOL_DAYS[:6])
        seen(office, home.child_id, town.morning_id, *SCHOOL_DAYS[:3])
        seen(office, home.child_id, town.meal_id, *(NOVEMBER + timedelta(days=at) for at in range(1, 6)))
    for home in homes[:2]:
        entry = MandateEntry(
            family_id=home.family_id, regie_id=town.regie_id, holder="Camille Martin", iban="FR7630006000011234567890189",
            signed_on=office.today(), signed_at_place="Contrexéville",
        )  # fmt: skip
        office.write(enter_mandate, AGENT, entry)
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    debit_on = date(2026, 12, 3)
    ready = office.read(candidates, office.sealer, town.regie_id, debit_on)
    office.write(make_run, AGENT, town.regie_id, debit_on, [row.invoice_id for row in ready])
    for home in homes[3:]:
        entry = AttendanceEntry(home.child_id, town.meal_id, SCHOOL_DAYS[0], AttendanceState.JUSTIFIED, version=2)
        office.write(correct, AGENT, entry, reason="Certificat remis")
    office.write(draft_month, AGENT, NOVEMBER)


def _acts(one: Office, two: Office, town: Town) -> list[Callable[[], Any]]:
    """Prepare what each does, from what each has read."""
    yesterday = one.today() - timedelta(days=1)
    kind = ClosingKind.DAY
    frozen = one.read(propose_closing, town.regie_id, kind, yesterday, today=one.today())
    due = select(Invoice).where(Invoice.status == InvoiceStatus.ISSUED)
    invoices = one.read(lambda session: session.scalars(due).all())
    lower, paid = invoices[-1], invoices[-3:]
    pointed = select(Attendance).where(Attendance.day >= NOVEMBER).order_by(Attendance.id.desc())
    cells = one.read(lambda session: session.scalars(pointed).all())
    sheet = [AttendanceEntry(row.child_id, row.unit_id, row.day, AWAY, version=row.version) for row in cells[:20]]
    mandate = one.read(lambda session: session.scalars(select(Mandate.id)).first())
    good = one.read(proposals)
    return [
        lambda: one.write(issue_month, AGENT, NOVEMBER),
        lambda: two.write(settle_due, COLLEAGUE),
        lambda: two.write(close, COLLEAGUE, town.regie_id, kind, yesterday, seen=frozen.seen),
        lambda: one.write(record, AGENT, sheet),
        lambda: two.write(draft_month, COLLEAGUE, NOVEMBER),
        lambda: one.write(credit, AGENT, lower.id, reason="Geste", seen_cents=lower.net_cents),
        lambda: two.write(suspend_mandate, COLLEAGUE, mandate, "Demandé"),
        *(
            lambda found=found: two.write(
                regularise, COLLEAGUE, found.family_id, found.service_id, found.month, seen_cents=found.cents
            )
            for found in good[:3]
        ),
        *(
            lambda invoice=invoice: one.write(
                receive, AGENT, regie_id=town.regie_id, family_id=invoice.family_id, means=PaymentMeans.CASH,
                amount_cents=invoice.net_cents, received_on=one.today(),
            )
            for invoice in paid
        ),
    ]  # fmt: skip
