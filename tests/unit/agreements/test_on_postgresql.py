"""A contract's year and an aid's balance on the other database: the same cents."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backoffice.agreements.aids import aids_to_claim
from backoffice.agreements.grant import AidTerms, grant_aid
from backoffice.agreements.sign import end_contract
from backoffice.agreements.watch import contracts_without_enrolment, hours_ratio, overlapping_contracts
from models.office.contracts import AidUse
from tests.factories import AGENT, a_commune, an_office
from tests.faults.desks import together
from tests.unit.agreements.creche import ENDS, MONTHS, RULEBOOK, STARTS, a_creche, away, issued, sign, there

pytestmark = pytest.mark.postgres
AID = """
[[aide]]
code = "bons"
titre = "Bons de la CAF"
organisme = "CAF des Vosges"
activites = ["PERI"]
montant = 1.00
par = "heure"
"""


def test_a_contract_ended_early_with_an_aid(tmp_path: Path, new_postgres: Callable[[str], str]):
    office = an_office(tmp_path, now=datetime(2027, 9, 6, 9, tzinfo=UTC), database=new_postgres("office"))
    town = a_commune(office)
    a_creche(office, town, RULEBOOK + AID)
    signed = sign(office, town)
    terms = AidTerms("bons", STARTS, ENDS, 20000)
    office.write(grant_aid, AGENT, town.home.child_id, town.home.family_id, terms)
    away(office, town, date(2026, 10, 5), absence="fermeture")
    there(office, town, date(2026, 10, 6))
    issued(office, MONTHS[0])
    office.write(end_contract, AGENT, signed.contract_id, date(2026, 10, 20), version=1)
    file = issued(office, MONTHS[1])
    # 193 h 09 planned, less 6 h of closure: 187 h 09 at 1,55 € are 290,08 €
    assert file.row.total_cents == 29008 - 18213
    # 117,5 vouchers in September, then what the regularisation leaves to help in October, within the balance
    assert office.read(lambda session: session.scalar(select(func.sum(AidUse.amount_cents)))) == 20000
    assert sum(row.cents for row in office.read(aids_to_claim, MONTHS[1])) == 8250
    assert office.read(overlapping_contracts, MONTHS[1]) == office.read(contracts_without_enrolment, MONTHS[1]) == ()
    assert [row.billed_minutes for row in office.read(hours_ratio, town.care_id, MONTHS[1])] == [6690, 6690]
    office.close()


def test_two_agents_sign_a_contract_for_the_same_weeks(tmp_path: Path, new_postgres: Callable[[str], str]):
    url, now = new_postgres("office"), datetime(2026, 9, 1, 9, tzinfo=UTC)
    one, two = an_office(tmp_path, now=now, database=url), an_office(tmp_path, now=now, database=url)
    town = a_commune(one)
    a_creche(one, town)
    answers = together(lambda: sign(one, town), lambda: sign(two, town))
    assert sorted(type(answer).__name__ for answer in answers) == ["ContractReport", "Faulty"]
    assert one.read(overlapping_contracts, MONTHS[0]) == ()
    one.close()
    two.close()
