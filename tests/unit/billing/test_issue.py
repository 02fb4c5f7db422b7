"""Issuing a month: gap-free numbers, exactly what was drafted, for ever."""

from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from backoffice.attendance.record import AttendanceEntry, record
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import invoice_file, invoices_of
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.permissions import Agent
from models.office.billing import Invoice
from models.office.bookings import Attendance, Enrolment
from models.office.house import AuditEntry
from models.vocabulary import AttendanceState, InvoiceStatus, Role
from tests.factories import AGENT, COLLEAGUE, Town, a_commune, an_office, another_child, another_family
from tests.months import IN_NOVEMBER, OCTOBER, SCHOOL_DAYS, an_issued_invoice, seen


def numbers(office: Office) -> list[str | None]:
    return [row.number for row in office.read(invoices_of, OCTOBER)]


def drafted(office: Office, town: Town, *names: str) -> None:
    for name in names:
        seen(office, another_family(office, town, name).child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)


def test_numbers_follow_the_families_in_french_order_service_by_service(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0])
    drafted(office, town, "Zola", "Évrard", "Denis")

    report = office.write(issue_month, AGENT, OCTOBER)

    rows = office.read(invoices_of, OCTOBER)
    assert [(row.family, row.number) for row in rows] == [
        ("Denis", "CANTINE-2026-000001"),
        ("Évrard", "CANTINE-2026-000002"),
        ("Zola", "CANTINE-2026-000003"),
        ("Martin", "PERI-2026-000001"),
    ]
    assert report.numbers == tuple(row.number for row in rows)
    assert report.issued == tuple(row.id for row in rows)
    assert report.total_cents == 3 * 360 + 145
    assert {(row.status, row.issued_on, row.due_on) for row in rows} == {
        (InvoiceStatus.ISSUED, date(2026, 11, 3), date(2026, 12, 3))
    }


def test_issuing_locks_what_was_billed(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=3)
    billed = office.read(lambda session: session.execute(select(Attendance.invoice_id, Attendance.version)).all())
    assert [tuple(row) for row in billed] == [(invoice.id, 2)] * 3


def test_a_free_month_stays_a_draft(office: Office, town: Town) -> None:
    drafted(office, town, "Denis")
    office.write(lambda work: work.session.execute(update(Invoice).values(total_cents=0)) and None, AGENT)
    report = office.write(issue_month, AGENT, OCTOBER)
    assert (report.issued, len(report.left_empty)) == ((), 1)
    assert numbers(office) == [None]


def test_a_month_still_running_is_refused(office: Office, town: Town) -> None:
    with pytest.raises(RefusedByRule, match=r"novembre 2026 n'est pas terminé.*à partir du mardi 1er décembre 2026"):
        office.write(issue_month, AGENT, date(2026, 11, 1))


def test_issuing_wants_the_cashier(office: Office, town: Town) -> None:
    with pytest.raises(NotAllowed, match="régisseur"):
        office.write(issue_month, Agent("x", "Xavier", frozenset({Role.DIRECTOR}), "P1"), OCTOBER)


def test_the_series_goes_on_with_the_next_month_and_begins_again_with_the_year(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=1)
    office.clock.set(datetime(2026, 12, 31, 22, tzinfo=UTC))
    seen(office, town.home.child_id, town.meal_id, date(2026, 11, 3))
    office.write(draft_month, AGENT, date(2026, 11, 1))
    assert office.write(issue_month, AGENT, date(2026, 11, 1)).numbers == ("CANTINE-2026-000002",)
    office.clock.move(hours=2)  # past midnight in Paris
    seen(office, town.home.child_id, town.meal_id, date(2026, 12, 3))
    office.write(draft_month, AGENT, date(2026, 12, 1))
    assert office.write(issue_month, AGENT, date(2026, 12, 1)).numbers == ("CANTINE-2027-000001",)


def test_attendance_that_changed_since_the_draft_stops_the_issue(office: Office, town: Town) -> None:
    drafted(office, town, "Denis")
    child = another_child(office, town, office.read(invoices_of, OCTOBER)[0].family_id, "Zoé")
    seen(office, child, town.meal_id, SCHOOL_DAYS[1])

    with pytest.raises(StaleRecord, match="Le brouillon de Denis n'est plus à jour"):
        office.write(issue_month, AGENT, OCTOBER)

    assert numbers(office) == [None]
    office.write(draft_month, AGENT, OCTOBER)
    assert office.write(issue_month, AGENT, OCTOBER).numbers == ("CANTINE-2026-000001",)


def test_a_payer_that_changed_since_the_draft_stops_the_issue(office: Office, town: Town) -> None:
    drafted(office, town, "Denis")
    office.write(
        lambda work: work.session.execute(update(Enrolment).values(payer_family_id=town.home.family_id)) and None, AGENT
    )
    with pytest.raises(StaleRecord, match="le payeur a changé"):
        office.write(issue_month, AGENT, OCTOBER)


def test_what_is_billed_cannot_be_pointed_otherwise(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=1)
    entry = AttendanceEntry(town.home.child_id, town.meal_id, SCHOOL_DAYS[0], AttendanceState.JUSTIFIED, version=2)
    with pytest.raises(RefusedByRule, match=f"Léa Martin, Repas, 01/10/2026 \\(facture {invoice.number}\\)"):
        office.write(record, AGENT, [entry])


def test_what_comes_after_the_issue_makes_a_complement(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=2)
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[5])
    office.write(draft_month, AGENT, OCTOBER)
    assert office.write(issue_month, AGENT, OCTOBER).numbers == ("CANTINE-2026-000002",)
    assert [row.total_cents for row in office.read(invoices_of, OCTOBER)] == [830, 415]


def test_the_issue_is_signed_with_its_numbers(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=2)
    deed = office.read(
        lambda session: session.scalars(select(AuditEntry).where(AuditEntry.action == "invoice.issue")).one()
    )
    assert (deed.agent, deed.subject_id, deed.new["service"]) == ("Claire Aubry", "2026-10", "CANTINE")
    assert (deed.new["first"], deed.new["last"], deed.new["count"]) == ("CANTINE-2026-000001",) * 2 + (1,)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), max_size=6), min_size=1, max_size=6))
def test_no_gap_whatever_the_drafts(months: list[list[int]]) -> None:
    """Each round points some days of some families, drafts, issues twice: numbers never miss, money never drifts."""
    with TemporaryDirectory() as folder:
        office = an_office(Path(folder), now=IN_NOVEMBER)
        town = a_commune(office)
        children = [another_family(office, town, name).child_id for name in ("Alix", "Bart", "Cyr", "Dax", "Eve")]
        for turn, families in enumerate(months):
            for at in set(families):
                seen(office, children[at], town.meal_id, SCHOOL_DAYS[turn])
            office.write(draft_month, COLLEAGUE, OCTOBER)
            report = office.write(issue_month, AGENT, OCTOBER)
            assert len(report.issued) == len(set(families))
            assert office.write(issue_month, AGENT, OCTOBER).issued == ()
        issued = sorted(number for number in numbers(office) if number)
        assert issued == [f"CANTINE-2026-{rank:06}" for rank in range(1, len(issued) + 1)]
        for row in office.read(invoices_of, OCTOBER):
            lines = office.read(invoice_file, row.id).lines
            assert row.total_cents == sum(line.amount_cents for line in lines) == 360 * sum(len(x.days) for x in lines)
        office.close()
