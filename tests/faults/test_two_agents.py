"""Two agents press at once: one series without a gap, nothing billed or paid twice."""

from typing import Any

from backoffice.attendance.record import AttendanceEntry, record
from backoffice.audit import first_broken_entry
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import invoice_file, invoices_of
from backoffice.billing.render import render_missing
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.payments.lists import receipts
from backoffice.payments.receipts import receipt_pdf
from backoffice.payments.receive import PaymentReport, receive
from backoffice.payments.reverse import reverse
from backoffice.payments.use_credit import use_credit
from models.vocabulary import AttendanceState, PaymentMeans
from tests.factories import AGENT, COLLEAGUE, Town, a_commune, another_family
from tests.faults.desks import together
from tests.months import OCTOBER, SCHOOL_DAYS, an_issued_invoice, seen


def a_month(office: Office, families: int = 12) -> Town:
    town = a_commune(office)
    for at in range(families):
        child = another_family(office, town, f"N{at:02}").child_id
        seen(office, child, town.meal_id, *SCHOOL_DAYS[:2])
        seen(office, child, town.morning_id, SCHOOL_DAYS[0])
    return town


def check_series(office: Office, count: int) -> None:
    rows = office.read(invoices_of, OCTOBER)
    for code in ("CANTINE", "PERI"):
        numbers = [row.number for row in rows if row.service_code == code]
        assert numbers == [f"{code}-2026-{rank:06}" for rank in range(1, count + 1)]
    assert office.read(first_broken_entry) is None


def pay(office: Office, town: Town, cents: int, **more: Any) -> PaymentReport:
    """Receive cash from the Martin family."""
    money = {"means": PaymentMeans.CASH, "amount_cents": cents, "received_on": office.today(), **more}
    return office.write(receive, AGENT, regie_id=town.regie_id, family_id=town.home.family_id, **money)


def test_two_agents_issue_at_once(desks: tuple[Office, Office]) -> None:
    one, two = desks
    a_month(one)
    one.write(draft_month, AGENT, OCTOBER)
    reports = together(
        lambda: one.write(issue_month, AGENT, OCTOBER), lambda: two.write(issue_month, COLLEAGUE, OCTOBER)
    )
    assert sorted(len(report.issued) for report in reports) == [0, 24]
    check_series(one, 12)


def test_two_agents_issue_a_service_each(desks: tuple[Office, Office]) -> None:
    one, two = desks
    a_month(one)
    one.write(draft_month, AGENT, OCTOBER)
    together(
        lambda: one.write(issue_month, AGENT, OCTOBER, service_code="PERI"),
        lambda: two.write(issue_month, COLLEAGUE, OCTOBER, service_code="CANTINE"),
    )
    check_series(one, 12)


def test_two_agents_draft_at_once(desks: tuple[Office, Office]) -> None:
    one, two = desks
    a_month(one)
    together(lambda: one.write(draft_month, AGENT, OCTOBER), lambda: two.write(draft_month, COLLEAGUE, OCTOBER))
    assert len(one.read(invoices_of, OCTOBER)) == 24
    one.write(issue_month, AGENT, OCTOBER)
    check_series(two, 12)


def test_one_drafts_while_the_other_issues(desks: tuple[Office, Office]) -> None:
    one, two = desks
    a_month(one)
    one.write(draft_month, AGENT, OCTOBER)
    together(lambda: one.write(issue_month, AGENT, OCTOBER), lambda: two.write(draft_month, COLLEAGUE, OCTOBER))
    one.write(issue_month, AGENT, OCTOBER)
    check_series(one, 12)


def test_a_director_points_while_the_month_is_issued(desks: tuple[Office, Office]) -> None:
    """Either she is first and the issue is refused, or she is told that the cell is billed: never both."""
    one, two = desks
    town = a_commune(one)
    seen(one, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    one.write(draft_month, AGENT, OCTOBER)
    change = AttendanceEntry(town.home.child_id, town.meal_id, SCHOOL_DAYS[0], AttendanceState.UNJUSTIFIED, version=1)
    issued, pointed = together(
        lambda: one.write(issue_month, AGENT, OCTOBER), lambda: two.write(record, COLLEAGUE, [change])
    )
    assert isinstance(issued, StaleRecord) != isinstance(pointed, RefusedByRule)


def test_two_directors_point_the_same_empty_cell(desks: tuple[Office, Office]) -> None:
    one, two = desks
    town = a_commune(one)
    here = AttendanceEntry(town.home.child_id, town.meal_id, SCHOOL_DAYS[0], AttendanceState.PRESENT)
    answers = together(lambda: one.write(record, AGENT, [here]), lambda: two.write(record, COLLEAGUE, [here]))
    assert sum(isinstance(answer, StaleRecord) for answer in answers) == 1


def test_two_cashiers_receive_the_same_money(desks: tuple[Office, Office]) -> None:
    one, two = desks
    town = a_commune(one)
    invoice = an_issued_invoice(one, town)
    answers = together(lambda: pay(one, town, invoice.due_cents), lambda: pay(two, town, invoice.due_cents))
    assert sum(isinstance(answer, RefusedByRule) for answer in answers) == 1
    file = one.read(invoice_file, invoice.id)
    assert file.row.due_cents == 0
    assert [payment.receipt_number for payment in file.payments] == ["Q-ENF-2026-000001"]


def test_two_cashiers_reverse_the_same_payment(desks: tuple[Office, Office]) -> None:
    one, two = desks
    town = a_commune(one)
    invoice = an_issued_invoice(one, town)
    payment = pay(one, town, invoice.due_cents)
    answers = together(
        lambda: one.write(reverse, AGENT, payment.payment_id, reason="erreur"),
        lambda: two.write(reverse, COLLEAGUE, payment.payment_id, reason="erreur"),
    )
    assert sum(isinstance(answer, StaleRecord) for answer in answers) == 1
    assert [row.amount_cents for row in one.read(receipts, town.regie_id)] == [-invoice.due_cents, invoice.due_cents]
    assert one.read(invoice_file, invoice.id).row.due_cents == invoice.due_cents


def test_two_cashiers_use_the_same_credit(desks: tuple[Office, Office]) -> None:
    one, two = desks
    town = a_commune(one)
    invoice = an_issued_invoice(one, town)
    pay(one, town, 1000, shares=[], keep_excess=True)
    answers = together(
        lambda: one.write(use_credit, AGENT, town.regie_id, town.home.family_id),
        lambda: two.write(use_credit, COLLEAGUE, town.regie_id, town.home.family_id),
    )
    assert sum(isinstance(answer, RefusedByRule) for answer in answers) == 1
    assert one.read(invoice_file, invoice.id).row.paid_cents == 1000


def test_two_workstations_print_the_same_receipt(desks: tuple[Office, Office]) -> None:
    one, two = desks
    town = a_commune(one)
    an_issued_invoice(one, town)
    payment = pay(one, town, 1000)
    first, second = together(
        lambda: one.write(receipt_pdf, AGENT, payment.payment_id),
        lambda: two.write(receipt_pdf, COLLEAGUE, payment.payment_id),
    )
    assert first == second


def test_two_workstations_render_the_same_month(desks: tuple[Office, Office]) -> None:
    one, two = desks
    a_month(one, families=4)
    one.write(draft_month, AGENT, OCTOBER)
    one.write(issue_month, AGENT, OCTOBER)
    reports = together(lambda: render_missing(one, AGENT), lambda: render_missing(two, COLLEAGUE))
    assert sum(report.rendered for report in reports) == sum(report.mailed for report in reports) == 8
