"""A contract levelled by month, on a real database: its months, its absences, its end."""

from datetime import date

import pytest
from sqlalchemy import select, update

from backoffice.agreements.lists import agreements_of
from backoffice.agreements.sign import end_contract, sign_contract
from backoffice.agreements.watch import (
    contracts_without_enrolment,
    hours_ratio,
    overlapping_contracts,
    regularisations_left,
)
from backoffice.billing.credit import credit
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import InvoiceFile, invoice_file, invoices_of
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Office, Work
from models.office.billing import InvoiceLine, PayerShare
from models.office.bookings import Attendance, Enrolment
from models.office.contracts import Contract
from models.office.families import FamilyChild, Quotient
from tests.factories import AGENT, Town, another_family
from tests.unit.agreements.creche import ENDS, MONTHS, STARTS, a_creche, away, draft, issued, sign, there

SEPTEMBER, OCTOBER = MONTHS[:2]
LEVEL = 18213  # 30 h × 47 ÷ 12 = 117,5 h; × 1,55 = 182,125 €, half up
CLOSED = [date(2026, 10, day) for day in (5, 6, 7, 8, 9)]


def words(file: InvoiceFile) -> str:
    return "\n".join(step for line in file.lines for step in line.steps).replace("\u202f", " ").replace("\xa0", " ")


def amounts(file: InvoiceFile) -> list[int]:
    return [line.amount_cents for line in file.lines]


def test_a_month_of_the_contract_is_levelled_and_the_days_attended_are_not_billed_again(office: Office, town: Town):
    a_creche(office, town)
    sign(office, town)
    there(office, town, *[date(2026, 10, day) for day in (1, 2, 5, 6)])
    file = draft(office, OCTOBER)
    (line,) = file.lines
    assert line.quantity_text.replace("\u202f", " ") == "117,5 h"
    assert (line.amount_cents, line.days) == (LEVEL, ())


def test_a_closure_and_an_illness_after_three_days_lower_the_month(office: Office, town: Town):
    a_creche(office, town)
    sign(office, town)
    away(office, town, *CLOSED, absence="fermeture")
    away(office, town, *[date(2026, 10, day) for day in (12, 13, 14, 15, 16)], absence="maladie")
    file = draft(office, OCTOBER)
    assert amounts(file) == [11703]  # 117,5 − 5 × 6 − 2 × 6 = 75,5 h; × 1,55 = 117,025
    assert "Absences déduites : 42 h." in words(file)


def test_the_year_comes_to_the_hours_due_to_the_cent(office: Office, town: Town):
    a_creche(office, town)
    sign(office, town)
    away(office, town, *CLOSED, absence="fermeture")
    files = [issued(office, month) for month in MONTHS]
    assert sum(file.row.total_cents for file in files) == 213900  # (1 410 − 30) × 1,55
    assert files[-1].lines[-1].label.endswith("régularisation du contrat")
    assert amounts(files[-1]) == [LEVEL, 213900 - 12 * LEVEL + 4650]
    assert "Heures dues : 1380 h × 1,55 € l'heure = 2 139,00 €." in words(files[-1])


def test_a_contract_that_begins_inside_a_month_is_levelled_over_its_months_and_regularised_in_its_last(
    office: Office, town: Town
):
    a_creche(office, town)
    sign(office, town, starts=date(2026, 9, 15), ends=date(2026, 11, 14), weeks_hundredths=825, months=2)
    there(office, town, date(2026, 11, 9))
    files = [issued(office, month) for month in MONTHS[:2]] + [draft(office, MONTHS[2])]
    # 30 × 8,25 ÷ 2 = 123 h 45, to the half hour above 124 h: 192,20 €; in all 247,5 h are 383,63 €: 0,77 € too much
    assert [amounts(file) for file in files] == [[19220], [19220], [0]]
    assert "Restent 0,77 €, à rendre par un avoir" in words(files[-1])


def test_a_contract_ended_early_gives_back_no_more_than_its_last_month_asks(office: Office, town: Town):
    a_creche(office, town)
    signed = sign(office, town)
    issued(office, SEPTEMBER)
    office.write(end_contract, AGENT, signed.contract_id, date(2026, 10, 20), version=1)
    file = draft(office, OCTOBER)
    # 50 days of 365: 1 410 h × 50 ÷ 365 = 193 h 09 (193,15 h): 299,38 €, less two months of 182,13 €
    assert amounts(file) == [LEVEL, 29938 - 2 * LEVEL]
    assert "50 jours sur 365" in words(file)


def test_what_a_last_month_cannot_give_back_is_told_and_left_to_a_credit_note(office: Office, town: Town):
    a_creche(office, town)
    signed = sign(office, town, weeks_hundredths=1000, months=2)
    for month in MONTHS[:2]:
        issued(office, month)
    office.write(end_contract, AGENT, signed.contract_id, date(2026, 11, 9), version=1)
    file = draft(office, MONTHS[2])
    # 70 days of 365: 57 h 32 of 300 h, 89,18 €; two months of 232,50 € were billed
    assert amounts(file) == [0]
    assert "0,00 € rendus ici. Restent 375,82 €, à rendre par un avoir sur une facture précédente." in words(file)
    assert office.write(issue_month, AGENT, MONTHS[2]).left_empty == (file.row.id,)
    (left,) = office.read(regularisations_left, MONTHS[2])
    assert (left.invoice_id, left.child) == (file.row.id, "Léa Martin")
    second = office.read(invoices_of, MONTHS[1])[0]
    (line,) = office.read(invoice_file, second.id).lines
    given = {"reason": "Régularisation", "seen_cents": 23250, "lines": {line.id: 23250}}
    office.write(credit, AGENT, second.id, **given)
    assert "Restent 143,32 €" in words(draft(office, MONTHS[2]))


def test_the_price_of_each_month_stays_its_own_when_resources_change(office: Office, town: Town):
    a_creche(office, town)
    sign(office, town, starts=date(2026, 11, 1), ends=date(2027, 2, 28), weeks_hundredths=1600, months=4)

    def richer(work: Work) -> None:
        mine = Quotient.family_id == town.home.family_id
        work.session.execute(update(Quotient).where(mine).values(ends=date(2026, 12, 31)))
        work.session.add(
            Quotient(
                family_id=town.home.family_id, value=900, starts=date(2027, 1, 1), ends=None, resources_cents=300000,
                children=1,
            )
        )  # fmt: skip

    office.write(richer, AGENT)
    away(office, town, date(2026, 11, 9), absence="fermeture")
    files = [issued(office, month) for month in MONTHS[2:6]]
    # 120 h a month: 186,00 − 9,30 in November, 186,00, then 120 × 1,86 = 223,20 twice; nothing is left to regularise
    assert [amounts(file) for file in files] == [[17670], [18600], [22320], [22320]]


def test_the_absences_are_locked_with_the_month_and_nothing_is_asked_twice(office: Office, town: Town):
    a_creche(office, town)
    sign(office, town)
    away(office, town, date(2026, 10, 5), absence="fermeture")
    there(office, town, date(2026, 10, 6))
    file = issued(office, OCTOBER)
    assert set(office.read(lambda session: session.scalars(select(Attendance.invoice_id)).all())) == {file.row.id}
    office.write(draft_month, AGENT, OCTOBER)
    assert [row.id for row in office.read(invoices_of, OCTOBER)] == [file.row.id]


def test_a_contract_signed_since_the_draft_makes_it_out_of_date(office: Office, town: Town):
    a_creche(office, town)
    there(office, town, date(2026, 10, 6))
    assert amounts(draft(office, OCTOBER)) == [930]
    sign(office, town)
    with pytest.raises(StaleRecord):
        office.write(issue_month, AGENT, OCTOBER)
    assert amounts(issued(office, OCTOBER)) == [LEVEL]


def test_an_absence_pointed_since_the_draft_makes_it_out_of_date(office: Office, town: Town):
    a_creche(office, town)
    sign(office, town)
    draft(office, OCTOBER)
    away(office, town, *CLOSED, absence="fermeture")
    with pytest.raises(StaleRecord):
        office.write(issue_month, AGENT, OCTOBER)


def test_two_households_share_a_contract_and_its_end_to_the_cent(office: Office, town: Town):
    a_creche(office, town)
    other = another_family(office, town)

    def share(work: Work) -> None:
        work.session.add(FamilyChild(family_id=other.family_id, child_id=town.home.child_id))
        for family_id, percent in ((town.home.family_id, 60), (other.family_id, 40)):
            work.session.add(
                PayerShare(
                    child_id=town.home.child_id, service_id=town.care_service_id, family_id=family_id, starts=STARTS,
                    ends=None, percent=percent, weeks=None,
                )
            )  # fmt: skip

    office.write(share, AGENT)
    sign(office, town, ends=date(2026, 10, 31), weeks_hundredths=825, months=2)
    for month in MONTHS[:2]:
        office.write(draft_month, AGENT, month)
        office.write(issue_month, AGENT, month)
    found = office.read(
        lambda session: session.execute(select(InvoiceLine.amount_cents, InvoiceLine.contract_id)).all()
    )
    assert sum(amount for amount, _ in found) == 38363  # 247,5 h × 1,55 = 383,625
    assert len(found) == 6


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"starts": ENDS, "ends": STARTS}, "ends"),
        ({"minutes_a_week": 0}, "hours"),
        ({"minutes_a_week": 1801}, "hours"),
        ({"weeks_hundredths": 5400}, "weeks"),
        ({"months": 13}, "months"),
        ({"starts": date(2026, 8, 31)}, "starts"),
        ({"ends": date(2027, 9, 1)}, "ends"),
    ],
)
def test_a_contract_that_cannot_be_is_refused_by_field(office: Office, town: Town, told: dict[str, object], field: str):
    a_creche(office, town)
    with pytest.raises(RefusedByRule) as refused:
        sign(office, town, **told)
    assert field in refused.value.faults
    assert office.read(lambda session: session.scalars(select(Contract)).all()) == []


def test_a_contract_over_another_in_an_activity_without_price_list_or_in_an_issued_month_is_refused(
    office: Office, town: Town
):
    a_creche(office, town)
    there(office, town, date(2026, 10, 6))
    issued(office, OCTOBER)
    with pytest.raises(RefusedByRule, match="Le mois d'octobre 2026 est déjà facturé"):
        sign(office, town)
    later = {"starts": date(2026, 11, 1), "months": 10}
    sign(office, town, **later)
    with pytest.raises(RefusedByRule, match="a déjà un contrat"):
        sign(office, town, **later)
    with pytest.raises(RefusedByRule, match="n'a pas de tarif de mode"):
        office.write(
            sign_contract, AGENT, town.home.child_id, town.canteen_id, starts=date(2026, 11, 1), ends=date(2027, 7, 3),
            minutes_a_week=600, weeks_hundredths=3000, months=8,
        )  # fmt: skip


def test_a_contract_is_not_ended_in_an_issued_month_nor_from_an_old_reading(office: Office, town: Town):
    a_creche(office, town)
    signed = sign(office, town)
    issued(office, SEPTEMBER)
    with pytest.raises(RefusedByRule, match="déjà facturé"):
        office.write(end_contract, AGENT, signed.contract_id, date(2026, 9, 20), version=1)
    office.write(end_contract, AGENT, signed.contract_id, date(2026, 10, 20), version=1)
    with pytest.raises(StaleRecord):
        office.write(end_contract, AGENT, signed.contract_id, date(2026, 10, 22), version=1)
    (row,) = office.read(agreements_of, town.home.family_id, date(2026, 10, 1)).contracts
    assert (row.ends, row.agreed_ends, row.ended) == (date(2026, 10, 20), ENDS, True)


def test_contracts_that_overlap_behind_the_rules_are_listed(office: Office, town: Town):
    a_creche(office, town)
    signed = sign(office, town)
    copy = Contract(
        child_id=town.home.child_id, activity_id=town.care_id, starts=date(2026, 10, 10), ends=date(2026, 10, 20),
        agreed_ends=None, minutes_a_week=600, weeks_hundredths=100, months=1,
    )  # fmt: skip
    office.write(lambda work: work.session.add(copy), AGENT)
    (row,) = office.read(overlapping_contracts, OCTOBER)
    assert (row.first_id, row.from_day, row.to_day) == (signed.contract_id, date(2026, 10, 10), date(2026, 10, 20))
    assert office.read(overlapping_contracts, SEPTEMBER) == ()


def test_hours_billed_far_above_the_hours_attended_are_shown(office: Office, town: Town):
    a_creche(office, town)
    sign(office, town)
    there(office, town, *[date(2026, 10, day) for day in range(1, 31) if date(2026, 10, day).weekday() < 5])
    issued(office, OCTOBER)
    assert office.read(hours_ratio, town.care_id, OCTOBER, above=100) != ()
    whole, child = office.read(hours_ratio, town.care_id, OCTOBER)
    assert (whole.child_id, child.child) == (None, "Léa Martin")
    assert whole.billed_minutes == 7050


def test_an_issued_invoice_does_not_change_when_its_contract_ends(office: Office, town: Town):
    a_creche(office, town)
    signed = sign(office, town)
    before = issued(office, SEPTEMBER)
    office.write(end_contract, AGENT, signed.contract_id, date(2026, 10, 20), version=1)
    issued(office, OCTOBER)
    assert office.read(invoice_file, before.row.id) == before


def test_a_contract_whose_enrolment_stopped_is_listed(office: Office, town: Town):
    a_creche(office, town)
    signed = sign(office, town)

    def stop(work: Work) -> None:
        care = Enrolment.activity_id == town.care_id
        work.session.execute(update(Enrolment).where(care).values(ends=date(2026, 10, 20)))

    office.write(stop, AGENT)
    (row,) = office.read(contracts_without_enrolment, OCTOBER)
    assert (row.contract_id, row.since) == (signed.contract_id, date(2026, 10, 21))
    assert office.read(contracts_without_enrolment, SEPTEMBER) == ()


def test_a_contract_amended_inside_a_month_comes_to_both_contracts_hours(office: Office, town: Town):
    a_creche(office, town)
    signed = sign(office, town, ends=date(2026, 11, 30), weeks_hundredths=1300, months=3)
    issued(office, SEPTEMBER)
    office.write(end_contract, AGENT, signed.contract_id, date(2026, 10, 15), version=1)
    sign(
        office, town, starts=date(2026, 10, 16), ends=date(2026, 11, 30), minutes_a_week=1200, weeks_hundredths=600,
        months=2,
    )  # fmt: skip
    there(office, town, date(2026, 10, 14), date(2026, 10, 19))
    files = [issued(office, month) for month in MONTHS[1:3]]
    # 390 h × 45 days of 91 are 192 h 51, 298,92 €; then 20 h × 6 are 120 h, 186,00 €; September billed 130 h, 201,50 €
    assert sum(sum(amounts(file)) for file in files) == 29892 + 18600 - 20150
    assert len(files[0].lines) == 3


def test_a_month_credited_and_freed_is_levelled_again_and_the_end_still_comes_to_the_hours_due(
    office: Office, town: Town
):
    a_creche(office, town)
    sign(office, town, ends=date(2026, 10, 31), weeks_hundredths=825, months=2)
    first = issued(office, SEPTEMBER)
    office.write(credit, AGENT, first.row.id, reason="Erreur", seen_cents=first.row.total_cents, free=True)
    assert amounts(issued(office, SEPTEMBER)) == [19220]
    assert sum(amounts(issued(office, OCTOBER))) == 38363 - 19220
