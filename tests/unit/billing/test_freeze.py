"""What issuing freezes besides the number: small amounts carried over, balances, debits, references, closed days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import IssueReport, issue_month
from backoffice.billing.lists import invoices_of
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from models.office.billing import Invoice
from models.office.payments import AcceptedMeans
from models.office.treasury import Closing
from models.vocabulary import ClosingKind, InvoiceStatus, MandateState, PaymentMeans
from tests.factories import AGENT, Town, a_commune, an_office, another_family
from tests.months import IN_NOVEMBER, OCTOBER, SCHOOL_DAYS, seen
from tests.unit.billing.issued import (
    IN_DECEMBER,
    NOVEMBER,
    NOVEMBER_DAYS,
    a_mandate,
    carried_into,
    invoice,
    issued,
    meals,
    pay,
    set_regie,
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    url = request.getfixturevalue("new_postgres")("office") if request.param == "postgres" else None
    opened = an_office(tmp_path, now=IN_NOVEMBER, database=url)
    yield opened
    opened.close()


def test_a_closed_day_refuses_the_issue(office: Office, town: Town) -> None:
    meals(office, town, SCHOOL_DAYS[0])
    today = office.today()
    closing = Closing(
        regie_id=town.regie_id,
        kind=ClosingKind.DAY,
        day=today,
        made_at=office.now(),
        made_by="x",
        content={},
        digest="",
    )
    office.write(lambda work: work.session.add(closing), AGENT)
    office.write(draft_month, AGENT, OCTOBER)
    with pytest.raises(RefusedByRule, match=r"arrêtée jusqu'au mardi 3 novembre 2026.*Rien n'a été enregistré"):
        office.write(issue_month, AGENT, OCTOBER)
    assert [row.number for row in office.read(invoices_of, OCTOBER)] == [None]
    office.clock.move(hours=24)
    assert office.write(issue_month, AGENT, OCTOBER).numbers == ("CANTINE-2026-000001",)


def test_a_mandate_makes_the_invoice_announce_its_debit(office: Office, town: Town) -> None:
    mandate_id = a_mandate(office, town)
    other = another_family(office, town)
    meals(office, town, SCHOOL_DAYS[0])
    seen(office, other.child_id, town.meal_id, SCHOOL_DAYS[0])
    set_regie(office, due_days=4)

    report = issued(office)

    mine, others = invoice(office, "CANTINE-2026-000001"), invoice(office, "CANTINE-2026-000002")
    assert (mine.mandate_id, mine.debit_on) == (mandate_id, date(2026, 11, 17))  # 14 days of notice
    assert mine.debit_notice == {"ics": "FR98ZZZ881140", "rum": f"ENF-{town.home.family_id}-0", "ending": "4321"}
    assert (others.mandate_id, others.debit_on, others.debit_notice) == (None, None, None)
    assert report.debited == 1
    assert "dont 1 prélevée" in report.sentence


def test_what_is_issued_is_told_as_it_is_asked() -> None:
    report = IssueReport(OCTOBER, (1,), ("CANTINE-2026-000001",), 1660, (), aid_cents=1200)
    said = report.sentence.replace("\u202f", " ")
    assert said == "Octobre 2026 : 1 facture émise, 4,60 €, 12,00 € d'aides déduites."


def test_a_debit_falls_on_a_day_of_target(office: Office, town: Town) -> None:
    a_mandate(office, town)
    meals(office, town, SCHOOL_DAYS[0])
    set_regie(office, due_days=52)  # 25 December, a Friday
    issued(office)
    assert invoice(office, "CANTINE-2026-000001").debit_on == date(2026, 12, 28)


@pytest.mark.parametrize(
    "why",
    [
        {"state": MandateState.UNSIGNED, "signed_on": None},
        {"state": MandateState.SUSPENDED},
        {"state": MandateState.REVOKED},
        {"signed_on": date(2023, 1, 2)},  # never used since
        {"one_off": True, "last_debit_on": date(2026, 10, 1)},
    ],
)
def test_a_mandate_that_may_not_be_used_announces_nothing(office: Office, town: Town, why: dict[str, Any]) -> None:
    a_mandate(office, town, **why)
    meals(office, town, SCHOOL_DAYS[0])
    issued(office)
    assert invoice(office, "CANTINE-2026-000001").debit_on is None


def test_no_debit_without_an_identifier_or_where_the_act_does_not_allow_it(office: Office, town: Town) -> None:
    a_mandate(office, town)
    meals(office, town, SCHOOL_DAYS[0])
    seen(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0])
    forbidden = AcceptedMeans(service_id=town.canteen_service_id, means=PaymentMeans.SEPA_DEBIT)
    office.write(
        lambda work: work.session.delete(work.session.get_one(AcceptedMeans, (forbidden.service_id, forbidden.means))),
        AGENT,
    )
    issued(office)
    assert invoice(office, "CANTINE-2026-000001").debit_on is None
    assert invoice(office, "PERI-2026-000001").debit_on
    set_regie(office, ics=None)
    office.clock.set(IN_DECEMBER)
    seen(office, town.home.child_id, town.morning_id, NOVEMBER_DAYS[0])
    issued(office, NOVEMBER)
    assert invoice(office, "PERI-2026-000002").debit_on is None


def test_a_mandate_that_serves_once_is_for_the_biggest_invoice(office: Office, town: Town) -> None:
    a_mandate(office, town, one_off=True)
    meals(office, town, SCHOOL_DAYS[0])
    seen(office, town.home.child_id, town.morning_id, *SCHOOL_DAYS[:4])
    issued(office)
    assert invoice(office, "PERI-2026-000001").debit_on
    assert invoice(office, "CANTINE-2026-000001").debit_on is None
    office.clock.set(IN_DECEMBER)
    meals(office, town, NOVEMBER_DAYS[0])
    issued(office, NOVEMBER)
    assert invoice(office, "CANTINE-2026-000002").debit_on is None  # announced once already


def test_a_payfip_reference_where_families_pay_online(office: Office, town: Town) -> None:
    meals(office, town, SCHOOL_DAYS[0])
    issued(office)
    assert invoice(office, "CANTINE-2026-000001").payfip_reference is None
    set_regie(office, payfip_client="881140")
    office.clock.set(IN_DECEMBER)
    meals(office, town, NOVEMBER_DAYS[0])
    issued(office, NOVEMBER)
    assert invoice(office, "CANTINE-2026-000002").payfip_reference == "CANTINE2026000002"


def test_a_small_invoice_waits_and_the_next_one_asks_for_it(any_office: Office) -> None:
    office, town = any_office, a_commune(any_office)
    set_regie(office, carry_below_cents=500)
    a_mandate(office, town)
    meals(office, town, SCHOOL_DAYS[0])
    report = issued(office)
    small = invoice(office, "CANTINE-2026-000001")
    assert (small.carried, small.status, small.net_cents, small.debit_on) == (True, InvoiceStatus.ISSUED, 415, None)
    assert (report.carried, report.debited) == (1, 0)
    assert "dont 1 reportée sur la prochaine" in report.sentence

    office.clock.set(IN_DECEMBER)
    seen(office, town.home.child_id, town.morning_id, NOVEMBER_DAYS[0])
    issued(office, NOVEMBER)
    next_one = invoice(office, "PERI-2026-000001")
    assert (next_one.carried, next_one.net_cents, next_one.carried_cents) == (False, 145, 415)
    assert (next_one.previous_balance_cents, next_one.debit_on) == (0, date(2027, 1, 4))
    assert carried_into(office) == {"CANTINE-2026-000001": "PERI-2026-000001"}


def test_the_bigger_service_of_a_run_asks_for_the_smaller(office: Office, town: Town) -> None:
    set_regie(office, carry_below_cents=500)
    meals(office, town, *SCHOOL_DAYS[:3])
    seen(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0])
    issued(office)
    assert invoice(office, "PERI-2026-000001").carried
    assert invoice(office, "CANTINE-2026-000001").carried_cents == 145
    assert invoice(office, "CANTINE-2026-000001").previous_balance_cents == 0


def test_a_small_invoice_paid_meanwhile_is_not_asked_again(office: Office, town: Town) -> None:
    set_regie(office, carry_below_cents=500)
    meals(office, town, SCHOOL_DAYS[0])
    issued(office)
    pay(office, "CANTINE-2026-000001", 400)
    office.clock.set(IN_DECEMBER)
    meals(office, town, *NOVEMBER_DAYS[:2])
    issued(office, NOVEMBER)
    assert invoice(office, "CANTINE-2026-000002").carried_cents == 15
    pay(office, "CANTINE-2026-000001", 15)
    meals(office, town, NOVEMBER_DAYS[2])
    issued(office, NOVEMBER)
    assert carried_into(office) == {"CANTINE-2026-000001": "CANTINE-2026-000002"}
    assert invoice(office, "CANTINE-2026-000003").carried


def test_what_is_still_due_is_recalled_and_never_added(office: Office, town: Town) -> None:
    meals(office, town, *SCHOOL_DAYS[:3])
    other = another_family(office, town)
    seen(office, other.child_id, town.meal_id, *SCHOOL_DAYS[:2])
    issued(office)
    pay(office, "CANTINE-2026-000001", 1000)
    office.clock.set(IN_DECEMBER)
    meals(office, town, *NOVEMBER_DAYS[:2])
    seen(office, town.home.child_id, town.morning_id, NOVEMBER_DAYS[0])
    issued(office, NOVEMBER)
    for number in ("CANTINE-2026-000003", "PERI-2026-000001"):
        assert invoice(office, number).previous_balance_cents == 3 * 415 - 1000  # its own run left out
    assert invoice(office, "CANTINE-2026-000003").carried_cents == 0


def test_what_will_be_debited_is_not_recalled_as_still_due(office: Office, town: Town) -> None:
    a_mandate(office, town)
    meals(office, town, *SCHOOL_DAYS[:3])
    issued(office)
    assert invoice(office, "CANTINE-2026-000001").debit_on == date(2026, 12, 3)
    office.clock.set(datetime(2026, 12, 1, 9, tzinfo=UTC))
    meals(office, town, NOVEMBER_DAYS[0])
    issued(office, NOVEMBER)
    assert invoice(office, "CANTINE-2026-000002").previous_balance_cents == 0


def test_an_invoice_that_aids_cover_whole_is_issued_and_paid_at_once(office: Office, town: Town) -> None:
    set_regie(office, payfip_client="881140", carry_below_cents=500)
    a_mandate(office, town)
    meals(office, town, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    office.write(lambda work: work.session.execute(update(Invoice).values(aid_cents=415)) and None, AGENT)
    office.write(issue_month, AGENT, OCTOBER)
    covered = invoice(office, "CANTINE-2026-000001")
    assert (covered.status, covered.carried, covered.net_cents) == (InvoiceStatus.PAID, False, 0)
    assert (covered.payfip_reference, covered.debit_on) == (None, None)


def test_a_run_asks_the_database_as_often_for_two_families_as_for_six(office: Office, town: Town) -> None:
    set_regie(office, carry_below_cents=500)

    def statements(month: date, day: date) -> int:
        for child in children:
            seen(office, child, town.meal_id, day)
        office.write(draft_month, AGENT, month)
        count = 0

        def tick(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(office.engine, "before_cursor_execute", tick)
        office.write(issue_month, AGENT, month)
        event.remove(office.engine, "before_cursor_execute", tick)
        return count

    children = [town.home.child_id, another_family(office, town).child_id]
    few = statements(OCTOBER, SCHOOL_DAYS[0])
    children += [another_family(office, town, name).child_id for name in ("Ay", "Bo", "Cy", "Di")]
    assert statements(OCTOBER, SCHOOL_DAYS[1]) - few in {0, 1, 2}  # those that wait are now taken, and shown again
