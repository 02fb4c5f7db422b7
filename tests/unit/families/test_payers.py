"""Agreeing who pays for a child."""

from datetime import date

import pytest
from sqlalchemy import select

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.families.payer_rules import Part, Way, way_of
from backoffice.families.payers import PayerRow, payers_of, set_payers
from backoffice.office import Changed, Office
from backoffice.permissions import Agent
from models.office.billing import PayerShare
from models.office.house import AuditEntry
from models.vocabulary import CustodyWeeks, Role
from resources.french import NARROW
from tests.factories import AGENT, TODAY, Town, a_commune, an_office, another_family
from tests.months import IN_NOVEMBER, OCTOBER, SCHOOL_DAYS, seen
from tests.unit.billing.sharing import other_parent

SEPTEMBER, NOVEMBER = date(2026, 9, 1), date(2026, 11, 1)


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path, now=IN_NOVEMBER)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


def agree(office: Office, town: Town, *shares: Part, starts: date = SEPTEMBER, ends: date | None = None, **told) -> str:
    report = office.write(
        set_payers, AGENT, town.home.child_id, town.canteen_service_id, starts=starts, ends=ends, shares=shares, **told
    )
    return report.sentence


def row(office: Office, family_id: int, service: str = "Restauration scolaire") -> PayerRow:
    rows = office.read(payers_of, family_id, TODAY)
    return next(one for one in rows if one.service == service and one.child == "Léa")


def halves(town: Town, other: int) -> tuple[Part, Part]:
    return Part(town.home.family_id, percent=50), Part(other, percent=50)


def test_both_households_see_what_was_agreed(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    heard: list[frozenset[Changed]] = []
    office.on_change(heard.append)
    told = agree(office, town, Part(town.home.family_id, percent=60), Part(father, percent=40))
    assert told == (
        f"Léa, Restauration scolaire, à partir du 01/09/2026{NARROW}: Martin 60{NARROW}% et Durand 40{NARROW}%."
    )
    assert {Changed.FAMILIES, Changed.INVOICES} <= heard[-1]
    for family in (town.home.family_id, father):
        shown = row(office, family)
        assert shown.now is not None
        assert shown.now.words == f"Martin 60{NARROW}% et Durand 40{NARROW}%"
        assert [(one.name, one.enrols) for one in shown.households] == [("Durand", False), ("Martin", True)]
        assert row(office, family, "Accueil périscolaire").now is None
    deed = office.read(lambda session: session.scalars(select(AuditEntry).where(AuditEntry.action == "payers")).one())
    assert [part["percent"] for part in deed.new["shares"]] == [60, 40]


def test_what_was_agreed_before_ends_the_day_before(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    agree(office, town, *halves(town, father))
    agree(office, town, *halves(town, father), starts=date(2027, 1, 1))
    weeks = Part(father, weeks=CustodyWeeks.EVEN), Part(town.home.family_id, weeks=CustodyWeeks.ODD)
    agree(office, town, *weeks, starts=NOVEMBER)
    shown = row(office, town.home.family_id)
    assert [(period.starts, period.ends, way_of(period.parts)) for period in shown.periods] == [
        (NOVEMBER, None, Way.WEEKS),
        (SEPTEMBER, date(2026, 10, 31), Way.PERCENT),
    ]
    assert shown.now is not None
    assert shown.now.words == "Durand les semaines paires et Martin les semaines impaires"
    assert "le foyer de l'inscription paie tout" in agree(office, town, starts=date(2026, 12, 1))
    assert [period.ends for period in row(office, father).periods] == [date(2026, 11, 30), date(2026, 10, 31)]


def test_a_later_agreement_stays_when_this_one_ends_before(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    agree(office, town, *halves(town, father), starts=date(2027, 1, 1))
    agree(office, town, *halves(town, father), ends=date(2026, 12, 31))
    assert [period.starts for period in row(office, father).periods] == [date(2027, 1, 1), SEPTEMBER]


def test_what_was_agreed_goes_on_after_an_agreement_that_ends(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    agree(office, town, *halves(town, father))
    agree(office, town, *halves(town, father), starts=date(2027, 3, 1))
    weeks = Part(father, weeks=CustodyWeeks.EVEN), Part(town.home.family_id, weeks=CustodyWeeks.ODD)
    told = agree(office, town, *weeks, starts=date(2027, 2, 1), ends=date(2027, 3, 31))
    assert "Ce qui était convenu reprend le 01/04/2027" in told
    periods = [(one.starts, one.ends, way_of(one.parts)) for one in row(office, father).periods]
    assert periods == [
        (date(2027, 4, 1), None, Way.PERCENT),
        (date(2027, 2, 1), date(2027, 3, 31), Way.WEEKS),
        (SEPTEMBER, date(2027, 1, 31), Way.PERCENT),
    ]


def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_written(office: Office, town: Town) -> None:
    father, home = other_parent(office, town), town.home.family_id
    stranger = another_family(office, town, "Petit").family_id
    even = CustodyWeeks.EVEN
    for shares, sentence in (
        ((Part(home, percent=60), Part(father, percent=30)), f"font 90{NARROW}%"),
        ((Part(home, percent=100), Part(father, percent=0)), "de 1 à 99"),
        ((Part(home, percent=50), Part(stranger, percent=50)), "n'est pas rattaché à ce foyer"),
        ((Part(home, percent=50), Part(home, percent=50)), "nommé deux fois"),
        ((Part(home, weeks=even), Part(father, weeks=even)), "exactement deux foyers"),
        ((Part(home, weeks=even),), "exactement deux foyers"),
        ((Part(father, percent=99),), f"font 99{NARROW}%"),
    ):
        with pytest.raises(RefusedByRule, match=f"{sentence}.*Rien n'a été enregistré"):
            agree(office, town, *shares)
    with pytest.raises(RefusedByRule, match="La fin vient avant le début"):
        agree(office, town, *halves(town, father), ends=date(2026, 8, 1))
    with pytest.raises(RefusedByRule, match="n'a pas d'inscription à ces dates"):
        agree(office, town, *halves(town, father), starts=date(2028, 1, 1))
    with pytest.raises(NotAllowed):
        office.write(
            set_payers, Agent("x", "Xavier", frozenset({Role.DIRECTOR}), "P1"), town.home.child_id,
            town.canteen_service_id, starts=SEPTEMBER,
        )  # fmt: skip
    assert office.read(lambda session: session.scalars(select(PayerShare)).all()) == []


def test_the_household_of_the_enrolment_pays_a_part(office: Office, town: Town) -> None:
    father, mother = other_parent(office, town), other_parent(office, town, "Zola")
    with pytest.raises(RefusedByRule, match=r"Le foyer de l'inscription doit payer une part.*Martin"):
        agree(office, town, Part(father, percent=50), Part(mother, percent=50))


def test_a_month_that_is_issued_is_not_shared_again(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    agree(office, town, *halves(town, father), starts=OCTOBER)
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    with pytest.raises(RefusedByRule, match="Le mois d'octobre 2026 est déjà facturé"):
        agree(office, town, starts=date(2026, 10, 31))
    with pytest.raises(RefusedByRule, match="déjà facturé"):
        agree(office, town, starts=SEPTEMBER)
    agree(office, town, starts=NOVEMBER)
    assert row(office, father).billed == OCTOBER


def test_two_agents_do_not_overwrite_each_other(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    before = row(office, father).known
    agree(office, town, *halves(town, father), known=before)
    with pytest.raises(StaleRecord, match="Les payeurs de Léa Martin ont été modifiés entre-temps"):
        agree(office, town, starts=NOVEMBER, known=before)
