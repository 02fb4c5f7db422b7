"""Drafting a month."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import InvoiceRow, invoice_file, invoices_of, months
from backoffice.errors import Cancelled, NotAllowed, RefusedByRule
from backoffice.office import Office, Work
from backoffice.permissions import Agent
from models.office.billing import Explanation, InvoiceLine
from models.office.bookings import Enrolment
from models.office.families import Family, Quotient
from models.vocabulary import AttendanceState, InvoiceStatus, Role, Section
from tests.factories import AGENT, Town, a_commune, an_office, another_child, another_family, booked
from tests.months import OCTOBER, SCHOOL_DAYS, seen


def rows(office: Office) -> tuple[InvoiceRow, ...]:
    return office.read(invoices_of, OCTOBER)


def count(office: Office, table: type) -> int:
    return office.read(lambda session: session.scalar(select(func.count()).select_from(table))) or 0


def test_each_family_has_one_draft_a_service_explained_line_by_line(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:17])
    seen(office, town.home.child_id, town.morning_id, *SCHOOL_DAYS[:2])

    report = office.write(draft_month, AGENT, date(2026, 10, 20))

    assert (report.drafts, report.units, report.total_cents) == (2, 19, 7055 + 290)
    canteen, care = rows(office)
    assert (canteen.service_code, canteen.total_cents, canteen.status) == ("CANTINE", 7055, InvoiceStatus.DRAFT)
    assert canteen.payer == "Camille Martin"
    assert care.total_cents == 290
    file = office.read(invoice_file, canteen.id)
    (line,) = file.lines
    assert line.days == SCHOOL_DAYS[:17]
    assert (line.label, line.section) == ("Restauration scolaire, repas", Section.MEALS)
    assert (line.quantity, line.unit_price_cents, line.amount_cents) == (17, 415, 7055)
    assert "900" in line.steps[1]
    assert file.address == ("3 rue des Tilleuls", "88140 Contrexéville")


def test_what_is_billed_is_presence_and_unjustified_absence(office: Office, town: Town) -> None:
    child = town.home.child_id
    seen(office, child, town.meal_id, SCHOOL_DAYS[0])
    seen(office, child, town.meal_id, SCHOOL_DAYS[1], state=AttendanceState.UNJUSTIFIED)
    seen(office, child, town.meal_id, SCHOOL_DAYS[2], state=AttendanceState.JUSTIFIED)
    booked(office, child, town.meal_id, SCHOOL_DAYS[3])

    report = office.write(draft_month, AGENT, OCTOBER)

    assert report.total_cents == 2 * 415
    (draft,) = rows(office)
    labels = [line.label for line in office.read(invoice_file, draft.id).lines]
    assert labels == ["Restauration scolaire, repas", "Restauration scolaire, repas, absence non justifiée"]


def test_drafting_again_replaces_drafts_and_leaves_what_is_issued(office: Office, town: Town) -> None:
    other = another_family(office, town)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:3])
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    seen(office, other.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    seen(office, other.child_id, town.meal_id, SCHOOL_DAYS[1])

    report = office.write(draft_month, AGENT, OCTOBER)

    assert (report.drafts, report.total_cents) == (1, 720)
    assert [(row.family, row.total_cents) for row in rows(office)] == [("Martin", 1245), ("Petit", 720)]
    assert count(office, InvoiceLine) == 2


def test_one_family_or_one_service_is_drafted_without_the_others(office: Office, town: Town) -> None:
    other = another_family(office, town)
    for child in (town.home.child_id, other.child_id):
        seen(office, child, town.meal_id, SCHOOL_DAYS[0])
        seen(office, child, town.morning_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    office.clock.move(hours=1)

    report = office.write(draft_month, AGENT, OCTOBER, family_id=other.family_id, service_code="PERI")

    assert report.drafts == 1
    files = [office.read(invoice_file, row.id) for row in rows(office)]
    fresh = [(file.row.family, file.row.service_code) for file in files if file.drafted_at == office.now()]
    assert fresh == [("Petit", "PERI")]
    assert len(files) == 4


def test_lines_follow_children_then_care_before_meals(office: Office, town: Town) -> None:
    noe = another_child(office, town, town.home.family_id)
    for child in (noe, town.home.child_id):
        seen(office, child, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    (draft,) = rows(office)
    assert [line.child for line in office.read(invoice_file, draft.id).lines] == ["Léa Martin", "Noé Martin"]


def test_the_quotient_of_the_day_counts(office: Office, town: Town) -> None:
    def change(work: Work) -> None:
        work.session.execute(update(Quotient).values(ends=date(2026, 10, 14)))
        work.session.add(Quotient(family_id=town.home.family_id, value=500, starts=date(2026, 10, 15), ends=None))

    office.write(change, AGENT)
    seen(office, town.home.child_id, town.meal_id, date(2026, 10, 13), date(2026, 10, 15))
    assert office.write(draft_month, AGENT, OCTOBER).total_cents == 415 + 360


def test_without_a_proof_of_income_the_price_is_the_highest_and_says_so(office: Office, town: Town) -> None:
    other = another_family(office, town, quotient=None)
    seen(office, other.child_id, town.meal_id, SCHOOL_DAYS[0])
    assert office.write(draft_month, AGENT, OCTOBER).total_cents == 455
    (draft,) = rows(office)
    (line,) = office.read(invoice_file, draft.id).lines
    assert "prix le plus élevé" in line.steps[1]


def test_a_family_from_outside_pays_the_outside_price(office: Office, town: Town) -> None:
    office.write(lambda work: work.session.execute(update(Family).values(resident=False)) and None, AGENT)
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    assert office.write(draft_month, AGENT, OCTOBER).total_cents == 580


def test_the_household_of_the_enrolment_pays(office: Office, town: Town) -> None:
    father = another_family(office, town, "Durand")

    def move(work: Work) -> None:
        work.session.execute(
            update(Enrolment).where(Enrolment.child_id == town.home.child_id).values(payer_family_id=father.family_id)
        )

    office.write(move, AGENT)
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    assert [row.family for row in rows(office)] == ["Durand"]


def test_two_enrolments_that_overlap_bill_once_to_the_latest(office: Office, town: Town) -> None:
    father = another_family(office, town, "Durand")
    office.write(
        lambda work: work.session.add(
            Enrolment(
                child_id=town.home.child_id,
                activity_id=town.canteen_id,
                age_group_id=town.canteen_group_id,
                payer_family_id=father.family_id,
                starts=date(2026, 10, 5),
                ends=date(2026, 12, 1),
            )
        ),
        AGENT,
    )
    seen(office, town.home.child_id, town.meal_id, date(2026, 10, 2), date(2026, 10, 5))
    report = office.write(draft_month, AGENT, OCTOBER)
    assert report.units == 2
    assert [(row.family, row.total_cents) for row in rows(office)] == [("Durand", 360), ("Martin", 415)]


def test_an_explanation_is_stored_once_however_many_lines_share_it(office: Office, town: Town) -> None:
    for name in ("Petit", "Durand", "Weber"):
        seen(office, another_family(office, town, name).child_id, town.meal_id, *SCHOOL_DAYS[:3])
    office.write(draft_month, AGENT, OCTOBER)
    office.write(draft_month, AGENT, OCTOBER)
    assert count(office, InvoiceLine) == 3
    assert count(office, Explanation) == 1


def test_a_month_stopped_halfway_keeps_the_drafts_of_before(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    before = rows(office)

    def stop(done: int, total: int) -> None:
        assert (done, total) == (1, 1)
        raise Cancelled

    with pytest.raises(Cancelled):
        office.write(draft_month, AGENT, OCTOBER, progress=stop)
    assert rows(office) == before


def test_refusals_write_nothing(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    with pytest.raises(RefusedByRule, match=r"Les services sont.: CANTINE, PERI"):
        office.write(draft_month, AGENT, OCTOBER, service_code="PISCINE")
    with pytest.raises(RefusedByRule, match="Le mois d'avril 2027 n'a pas commencé"):
        office.write(draft_month, AGENT, date(2027, 4, 1))
    with pytest.raises(RefusedByRule, match="décembre 2026 n'a pas commencé"):
        office.write(draft_month, AGENT, date(2026, 12, 1))
    with pytest.raises(NotAllowed):
        office.write(draft_month, Agent("x", "Xavier", frozenset({Role.DIRECTOR}), "P1"), OCTOBER)
    assert rows(office) == ()


def test_a_price_that_is_missing_is_named(tmp_path: Path) -> None:
    office = an_office(tmp_path, now=datetime(2027, 1, 5, 9, tzinfo=UTC))
    town = a_commune(office)
    seen(office, town.home.child_id, town.meal_id, date(2025, 12, 1))
    office.write(lambda work: work.session.execute(update(Enrolment).values(starts=date(2025, 9, 1))) and None, AGENT)
    with pytest.raises(RefusedByRule, match="Aucun règlement intérieur n'est en vigueur le 01/12/2025"):
        office.write(draft_month, AGENT, date(2025, 12, 1))
    office.close()


def test_months_go_from_the_first_attendance_to_the_last(office: Office, town: Town) -> None:
    assert office.read(months) == ()
    seen(office, town.home.child_id, town.meal_id, date(2026, 9, 3), SCHOOL_DAYS[0], date(2026, 11, 2))
    office.write(draft_month, AGENT, OCTOBER)
    found = office.read(months)
    assert [row.month for row in found] == [date(2026, 11, 1), OCTOBER, date(2026, 9, 1)]
    assert (found[1].drafts, found[1].drafted_cents, found[1].issued) == (1, 415, 0)
