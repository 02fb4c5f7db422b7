"""One draft done again without the rest, and what that changed."""

from datetime import date

import pytest
from sqlalchemy import delete, select, update

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import invoices_of
from backoffice.billing.redraft import LineChange, redraft
from backoffice.errors import NotAllowed, RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from models.office.billing import Invoice, PayerShare
from models.office.bookings import Attendance
from models.office.families import Quotient
from models.vocabulary import AttendanceState, Role
from resources.french import NARROW
from tests.factories import AGENT, Town, another_family
from tests.months import OCTOBER, SCHOOL_DAYS, seen
from tests.unit.billing.books import plain
from tests.unit.billing.sharing import other_parent, share


def unseen(office: Office, day: date) -> None:
    gone = delete(Attendance).where(Attendance.day == day)
    office.write(lambda work: work.session.execute(gone) and None, AGENT)


def draft_of(office: Office, family: str, service: str = "CANTINE") -> int:
    rows = office.read(invoices_of, OCTOBER, service)
    return next(row.id for row in rows if row.family == family)


def stored(office: Office) -> dict[int, tuple[int, int]]:
    rows = select(Invoice.id, Invoice.version, Invoice.total_cents)
    return {row.id: (row.version, row.total_cents) for row in office.read(lambda session: session.execute(rows).all())}


def test_a_day_taken_away_is_told_and_the_other_drafts_are_not_touched(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:17])
    seen(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0])
    seen(office, another_family(office, town).child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    mine = draft_of(office, "Martin")
    before = stored(office)
    unseen(office, SCHOOL_DAYS[16])

    report = office.write(redraft, AGENT, mine)

    (row,) = report.rows
    assert (row.kind, row.family, row.child) == (LineChange.CHANGED, "Martin", "Léa Martin")
    assert plain(row.sentence) == "Restauration scolaire, repas : 17 → 16, −4,15 €"
    assert (report.before_cents, report.after_cents, report.unchanged) == (7055, 6640, 0)
    assert plain(report.sentence) == (
        "Martin, Restauration scolaire, octobre 2026 : brouillon refait, 1 ligne change. 70,55 € → 66,40 €."
    )
    after = stored(office)
    assert report.invoice_id in after
    assert {one: told for one, told in after.items() if one != report.invoice_id} == {
        one: told for one, told in before.items() if one != mine
    }
    assert len(office.write(issue_month, AGENT, OCTOBER).issued) == 3


def test_lines_added_removed_and_left_alone_are_counted(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.morning_id, *SCHOOL_DAYS[:2])
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:2])
    office.write(draft_month, AGENT, OCTOBER)
    change = update(Attendance).where(Attendance.day == SCHOOL_DAYS[1], Attendance.unit_id == town.meal_id)
    office.write(lambda work: work.session.execute(change.values(state=AttendanceState.UNJUSTIFIED)) and None, AGENT)
    report = office.write(redraft, AGENT, draft_of(office, "Martin"))
    assert [plain(row.sentence) for row in report.rows] == [
        "Restauration scolaire, repas : 2 → 1, −4,15 €",
        "Restauration scolaire, repas, absence non justifiée : ligne ajoutée, 1 × 4,15 €, +4,15 €",
    ]
    again = office.write(redraft, AGENT, draft_of(office, "Martin"))
    assert (again.rows, again.unchanged) == ((), 2)
    assert "rien ne change" in again.sentence


def test_another_price_shows_both(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:2])
    office.write(draft_month, AGENT, OCTOBER)
    office.write(lambda work: work.session.execute(update(Quotient).values(value=300)) and None, AGENT)
    report = office.write(redraft, AGENT, draft_of(office, "Martin"))
    (row,) = report.rows
    assert plain(row.sentence) == "Restauration scolaire, repas : 2 × 4,15 € → 2 × 3,60 €, −1,10 €"


def test_a_draft_that_owes_nothing_any_more_is_taken_away(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    unseen(office, SCHOOL_DAYS[0])
    report = office.write(redraft, AGENT, draft_of(office, "Martin"))
    assert (report.invoice_id, report.after_cents, report.rows[0].kind) == (None, 0, LineChange.REMOVED)
    assert "plus rien à facturer" in report.sentence
    assert stored(office) == {}


def test_co_payers_are_redone_with_it_even_when_they_share_no_more(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    share(office, town, (town.home.family_id, 50), (father, 50))
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:2])
    office.write(draft_month, AGENT, OCTOBER)
    unseen(office, SCHOOL_DAYS[1])
    report = office.write(redraft, AGENT, draft_of(office, "Martin"))
    assert report.partners == ("Durand",)
    assert [(row.family, row.difference_cents) for row in report.rows] == [("Martin", -208), ("Durand", -207)]
    office.write(lambda work: work.session.execute(delete(PayerShare)) and None, AGENT)
    report = office.write(redraft, AGENT, draft_of(office, "Martin"))
    assert [row.family for row in office.read(invoices_of, OCTOBER)] == ["Martin"]
    assert report.after_cents == 415


def test_what_is_issued_or_gone_is_refused(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    mine = draft_of(office, "Martin")
    with pytest.raises(NotAllowed):
        office.write(redraft, Agent("x", "Xavier", frozenset({Role.DIRECTOR}), "P1"), mine)
    office.write(issue_month, AGENT, OCTOBER)
    with pytest.raises(RefusedByRule, match=f"CANTINE-2026-000001 est émise. Rien n'a été refait{NARROW}:"):
        office.write(redraft, AGENT, mine)
    with pytest.raises(RefusedByRule, match="n'existe plus"):
        office.write(redraft, AGENT, 999)
