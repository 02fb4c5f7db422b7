"""Aids on the drafts of a real database: vouchers of 1 €, balances that no two drafts spend twice, what is given back."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from backoffice.agreements.aids import aids_to_claim, claims_sheet, give_back
from backoffice.agreements.grant import AidTerms, change_aid, grant_aid
from backoffice.agreements.lists import agreements_of
from backoffice.billing.aids import Aids, Grant
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.rules import Kind, Line
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Office, Work
from backoffice.rulebook.file.parts import Occasion
from backoffice.rulebook.file.words import Per, Period
from backoffice.rulebook.load import parsed
from models.office.billing import Invoice, InvoiceLine, PayerShare
from models.office.contracts import AidGrant, AidUse
from models.office.families import FamilyChild
from models.office.structure import RulebookVersion
from models.vocabulary import Section
from tests.factories import AGENT, RULEBOOK, Town, another_child, another_family
from tests.months import OCTOBER, SCHOOL_DAYS, seen

NOVEMBER = date(2026, 11, 1)
NOVEMBER_DAYS = tuple(date(2026, 11, day) for day in (2, 3, 5, 6, 9, 10, 12, 13))
VOUCHERS = """
[[aide]]
code = "bons"
titre = "Bons de 1 €"
organisme = "CAF des Vosges"
activites = ["CANTINE"]
montant = 3.00
par = "jour"
solde = 90.00
"""
YEAR = (date(2026, 9, 1), date(2027, 8, 31))


def adopt(office: Office, source: str = RULEBOOK + VOUCHERS) -> None:
    office.write(lambda work: work.session.execute(update(RulebookVersion).values(source=source)) and None, AGENT)


def grant(office: Office, town: Town, child_id: int | None = None, *, cents: int | None = 9000) -> int:
    terms = AidTerms("bons", *YEAR, cents)
    child = child_id or town.home.child_id
    return office.write(grant_aid, AGENT, child, town.home.family_id, terms).grant_id


def used(office: Office, grant_id: int) -> int:
    query = select(func.coalesce(func.sum(AidUse.amount_cents), 0)).where(AidUse.grant_id == grant_id)
    return int(office.read(lambda session: session.scalar(query)) or 0)


def lines(office: Office, month: date) -> list[tuple[int, int]]:
    """Give the amount and the aid of each line of a month, of the Martins first."""
    query = (
        select(InvoiceLine.amount_cents, InvoiceLine.aid_cents)
        .join(Invoice, InvoiceLine.invoice_id == Invoice.id)
        .where(Invoice.month == month)
        .order_by(Invoice.family_id, Invoice.id, InvoiceLine.position)
    )
    return [tuple(row) for row in office.read(lambda session: session.execute(query).all())]


def draft_and_issue(office: Office, month: date) -> None:
    office.write(draft_month, AGENT, month)
    office.write(issue_month, AGENT, month)


def test_vouchers_are_taken_day_by_day_until_the_ninety_are_spent_for_each_child(office: Office, town: Town):
    adopt(office)
    second = another_child(office, town, town.home.family_id)
    mine, hers = grant(office, town), grant(office, town, second)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS)
    seen(office, second, town.meal_id, *SCHOOL_DAYS[:4])
    seen(office, town.home.child_id, town.meal_id, *NOVEMBER_DAYS)
    draft_and_issue(office, OCTOBER)
    office.write(draft_month, AGENT, NOVEMBER)
    assert lines(office, OCTOBER) == [(18 * 415, 5400), (4 * 415, 1200)]  # 3 € a day, of 4,15
    assert lines(office, NOVEMBER) == [(8 * 415, 2400)]
    assert (used(office, mine), used(office, hers)) == (7800, 1200)


def test_an_aid_stops_at_its_balance_and_two_drafts_of_two_months_never_spend_the_same_euro(office: Office, town: Town):
    adopt(office)
    one = grant(office, town, cents=6000)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS, *NOVEMBER_DAYS)
    office.write(draft_month, AGENT, OCTOBER)
    office.write(draft_month, AGENT, NOVEMBER)
    assert [aid for _, aid in lines(office, OCTOBER) + lines(office, NOVEMBER)] == [5400, 600]
    assert used(office, one) == 6000


def test_redoing_the_first_month_makes_the_second_out_of_date(office: Office, town: Town):
    adopt(office)
    grant(office, town, cents=6000)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS, *NOVEMBER_DAYS)
    office.write(draft_month, AGENT, OCTOBER)
    office.write(draft_month, AGENT, NOVEMBER)
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    with pytest.raises(StaleRecord):
        office.write(issue_month, AGENT, NOVEMBER)
    draft_and_issue(office, NOVEMBER)
    assert [aid for _, aid in lines(office, OCTOBER) + lines(office, NOVEMBER)] == [5400, 600]


def test_an_invoice_owes_what_aids_leave_and_keeps_it(office: Office, town: Town):
    adopt(office)
    grant(office, town)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:4])
    draft_and_issue(office, OCTOBER)
    (invoice,) = office.read(lambda session: session.scalars(select(Invoice)).all())
    assert (invoice.total_cents, invoice.aid_cents, invoice.net_cents, invoice.due_cents) == (1660, 1200, 460, 460)


def test_an_aid_changed_since_the_draft_makes_it_out_of_date(office: Office, town: Town):
    adopt(office)
    one = grant(office, town)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:4])
    office.write(draft_month, AGENT, OCTOBER)
    office.write(change_aid, AGENT, one, AidTerms("bons", *YEAR, 1000), version=1)
    with pytest.raises(StaleRecord):
        office.write(issue_month, AGENT, OCTOBER)
    draft_and_issue(office, OCTOBER)
    assert used(office, one) == 1000


def test_an_aid_helps_only_its_household_its_child_and_its_days(office: Office, town: Town):
    adopt(office)
    other = another_family(office, town)
    terms = AidTerms("bons", SCHOOL_DAYS[2], SCHOOL_DAYS[3], None)
    office.write(grant_aid, AGENT, other.child_id, other.family_id, terms)
    for child in (town.home.child_id, other.child_id):
        seen(office, child, town.meal_id, *SCHOOL_DAYS[:5])
    office.write(draft_month, AGENT, OCTOBER)
    assert lines(office, OCTOBER) == [(5 * 415, 0), (5 * 360, 600)]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (AidTerms("inconnue", *YEAR, 100), "code"),
        (AidTerms("bons", YEAR[1], YEAR[0], 100), "ends"),
        (AidTerms("bons", *YEAR, 0), "amount"),
    ],
)
def test_an_aid_that_cannot_be_is_refused_by_field_and_nothing_is_written(
    office: Office, town: Town, terms: AidTerms, field: str
):
    adopt(office)
    with pytest.raises(RefusedByRule) as refused:
        office.write(grant_aid, AGENT, town.home.child_id, town.home.family_id, terms)
    assert field in refused.value.faults
    assert office.read(lambda session: session.scalars(select(AidGrant)).all()) == []


def test_an_aid_never_goes_below_what_issued_invoices_took(office: Office, town: Town):
    adopt(office)
    one = grant(office, town)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:4])
    draft_and_issue(office, OCTOBER)
    with pytest.raises(RefusedByRule) as refused:
        office.write(change_aid, AGENT, one, AidTerms("bons", *YEAR, 1199), version=1)
    assert "12,00" in refused.value.faults["amount"]
    for days, field in (((date(2026, 11, 1), YEAR[1]), "starts"), ((YEAR[0], date(2026, 9, 30)), "ends")):
        with pytest.raises(RefusedByRule, match="Une facture d'octobre 2026 en a déjà déduit une part") as refused:
            office.write(change_aid, AGENT, one, AidTerms("bons", *days, 1200), version=1)
        assert list(refused.value.faults) == [field]
    office.write(change_aid, AGENT, one, AidTerms("bons", *YEAR, 1200), version=1)
    with pytest.raises(StaleRecord):
        office.write(change_aid, AGENT, one, AidTerms("bons", *YEAR, 1300), version=1)


def test_one_decision_entered_twice_is_not_two_balances(office: Office, town: Town):
    adopt(office)
    one = grant(office, town)
    with pytest.raises(RefusedByRule, match=r"a déjà cette aide du 01/09/2026 au 31/08/2027.*Rien n'a été enregistré"):
        grant(office, town)
    other = AidTerms("bons", date(2027, 9, 1), date(2027, 12, 31), 9000)
    after = office.write(grant_aid, AGENT, town.home.child_id, town.home.family_id, other).grant_id
    again = AidTerms("bons", *YEAR, 9000, "CAF 2026-44")
    office.write(grant_aid, AGENT, town.home.child_id, town.home.family_id, again)  # another decision
    with pytest.raises(RefusedByRule) as refused:
        office.write(change_aid, AGENT, after, AidTerms("bons", *YEAR, 9000), version=1)
    assert list(refused.value.faults) == ["starts"]
    office.write(change_aid, AGENT, one, AidTerms("bons", *YEAR, 8000), version=1)


def test_what_is_given_back_may_be_used_again_and_never_exceeds_what_was_taken(office: Office, town: Town):
    adopt(office)
    one = grant(office, town, cents=1200)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:4])
    draft_and_issue(office, OCTOBER)
    (invoice,) = office.read(lambda session: session.scalars(select(Invoice.id)).all())
    with pytest.raises(RefusedByRule):
        office.write(lambda work: give_back(work.session, invoice, 1, 1201), AGENT)
    office.write(lambda work: give_back(work.session, invoice, 1, 500), AGENT)
    assert used(office, one) == 700
    seen(office, town.home.child_id, town.meal_id, *NOVEMBER_DAYS)
    office.write(draft_month, AGENT, NOVEMBER)
    assert lines(office, NOVEMBER) == [(8 * 415, 500)]


def test_the_organisation_is_asked_for_what_its_aids_took(office: Office, town: Town):
    adopt(office)
    grant(office, town)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:4])
    draft_and_issue(office, OCTOBER)
    (row,) = office.read(aids_to_claim, OCTOBER)
    assert (row.organisation, row.child, row.cents) == ("CAF des Vosges", "Léa Martin", 1200)
    written = office.read(claims_sheet, OCTOBER, office.now())
    assert office.read(claims_sheet, OCTOBER, office.now()) == written
    book = load_workbook(BytesIO(written))
    assert book.sheetnames == ["Synthèse", "CAF des Vosges"]
    assert 12 in [cell.value for cell in book["CAF des Vosges"]["F"]]


def test_the_file_shows_what_is_left(office: Office, town: Town):
    adopt(office)
    grant(office, town)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:4])
    draft_and_issue(office, OCTOBER)
    (row,) = office.read(agreements_of, town.home.family_id, office.today()).aids
    assert (row.title, row.organisation, row.used_cents, row.left_cents) == (
        "Bons de 1 €",
        "CAF des Vosges",
        1200,
        7800,
    )


def test_a_shared_line_is_helped_only_for_the_part_of_the_household_that_has_the_aid(office: Office, town: Town):
    adopt(office)
    other = another_family(office, town)

    def share(work: Work) -> None:
        work.session.add(FamilyChild(family_id=other.family_id, child_id=town.home.child_id))
        for family_id, percent in ((town.home.family_id, 50), (other.family_id, 50)):
            work.session.add(
                PayerShare(
                    child_id=town.home.child_id, service_id=town.canteen_service_id, family_id=family_id,
                    starts=YEAR[0], ends=None, percent=percent, weeks=None,
                )
            )  # fmt: skip

    office.write(share, AGENT)
    office.write(grant_aid, AGENT, town.home.child_id, other.family_id, AidTerms("bons", *YEAR, None))
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:4])
    draft_and_issue(office, OCTOBER)
    assert lines(office, OCTOBER) == [(830, 0), (830, 830)]  # 2,075 € a day, which 3 € cover whole


def test_services_that_one_aid_helps_share_its_balance(office: Office, town: Town):
    adopt(office, RULEBOOK + VOUCHERS.replace('activites = ["CANTINE"]\n', "").replace("3.00", "1.00"))
    one = grant(office, town, cents=500)
    for unit in (town.meal_id, town.morning_id):
        seen(office, town.home.child_id, unit, *SCHOOL_DAYS[:4])
    draft_and_issue(office, OCTOBER)
    assert lines(office, OCTOBER) == [(1660, 400), (580, 100)]
    assert used(office, one) == 500


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(1, 900), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 28), st.integers(1, 28)), min_size=1, max_size=3),
)
def test_whatever_the_lines_and_the_grants_neither_is_exceeded(prices: list[int], told: list[tuple[int, int, int]]):
    account, book = (1, 1), parsed(RULEBOOK + VOUCHERS)
    part = book.activities["CANTINE"]
    days = tuple(date(2026, 10, 1 + at) for at in range(28))
    made = [
        Line(
            1, Kind("CANTINE", "REPAS", str(at), Section.MEALS, Decimal(cents).scaleb(-2), "", Per.UNIT, None, (1, 1)),
            Decimal(len(days)), cents * len(days), days, (),
        )
        for at, cents in enumerate(prices)
    ]  # fmt: skip
    grants = [
        Grant(at, 1, 1, "bons", date(2026, 10, min(pair)), date(2026, 10, max(pair)), cents)
        for at, (cents, *pair) in enumerate(told)
    ]

    class Fake:
        def entries(self, _account: object) -> list[object]:
            return []

        def occasion(self, _account: object, _child: int, kind: Kind, day: date) -> object:
            return book, Occasion(day, Period.SCHOOL, part.code, part.service, kind.unit)

    taken = Aids({account: grants}, {}, {}).take(account, made, Fake())
    spent = {grant.id: 0 for grant in grants}
    for at, of_line in taken.items():
        assert 0 < sum(one.cents for one in of_line) <= made[at].amount_cents
        for one in of_line:
            spent[one.grant_id] += one.cents
    assert all(spent[grant.id] <= (grant.amount_cents or 0) for grant in grants)
    covered = {day for grant in grants for day in days if grant.starts <= day <= grant.ends and grant.amount_cents}
    assert sum(spent.values()) <= 300 * len(covered)
