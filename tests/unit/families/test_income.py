"""Entering a proof of income, and the terms of an enrolment."""

from datetime import date

import pytest
from sqlalchemy import select

from backoffice.enrolments.edit import edit_terms, enrolment_terms
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.families.file import family_file
from backoffice.families.income import prove_income
from backoffice.families.income_rules import Income
from backoffice.office import Changed, Office
from backoffice.permissions import Agent
from backoffice.sync.contract import ViewKind
from models.office.bookings import Enrolment
from models.office.families import Quotient
from models.office.house import AuditEntry, PublishedView
from models.vocabulary import Role
from tests.factories import AGENT, TODAY, Town, a_commune, an_office
from tests.unit.billing.books import adopt

JANUARY = date(2026, 1, 1)
PACKAGE = """[[tarif]]
code = "forfait"
titre = "Forfait"
activites = ["PERI"]
categories = ["occasionnel"]
priorite = 1
mode = "mensuel"
par_jours.2 = 20.00
par_jours.4 = 31.00
"""
NOBODY = Agent("x", "Xavier", frozenset({Role.DIRECTOR}), "P1")


@pytest.fixture
def office(tmp_path):
    opened = an_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


def proofs(office: Office, town: Town) -> list[tuple[int, date, date | None]]:
    rows = select(Quotient).where(Quotient.family_id == town.home.family_id).order_by(Quotient.starts)
    return [(row.value, row.starts, row.ends) for row in office.read(lambda session: session.scalars(rows).all())]


def test_a_new_proof_ends_the_one_before_and_says_so(office: Office, town: Town) -> None:
    heard: list[frozenset[Changed]] = []
    office.on_change(heard.append)
    income = Income(620, date(2026, 12, 1), None, TODAY, 185_050, 2, disabled_child=True)
    report = office.write(prove_income, AGENT, town.home.family_id, income)
    assert proofs(office, town) == [(900, JANUARY, date(2026, 11, 30)), (620, date(2026, 12, 1), None)]
    assert report.ended == date(2026, 11, 30)
    assert "Le précédent (900) s'arrête le 30/11/2026" in report.sentence
    newest = office.read(family_file, town.home.family_id, TODAY).quotients[0]
    assert (newest.proved_on, newest.resources_cents, newest.children, newest.disabled_child) == (
        TODAY, 185_050, 2, True,
    )  # fmt: skip
    assert {Changed.FAMILIES, Changed.INVOICES} <= heard[-1]
    kinds = set(office.read(lambda session: session.scalars(select(PublishedView.kind)).all()))
    assert {ViewKind.FAMILY, ViewKind.WEEK} <= kinds


def test_the_proof_that_begins_the_same_day_is_corrected(office: Office, town: Town) -> None:
    office.write(prove_income, AGENT, town.home.family_id, Income(950, JANUARY, date(2026, 12, 31)))
    assert proofs(office, town) == [(950, JANUARY, date(2026, 12, 31))]
    deed = office.read(lambda session: session.scalars(select(AuditEntry).where(AuditEntry.action == "income")).one())
    assert (deed.old["value"], deed.new["value"]) == (900, 950)


def test_the_journal_names_a_disabled_child_and_never_quotes_it(office: Office, town: Town) -> None:
    first, again = Income(620, TODAY, None, None, 185_050, 2), Income(630, TODAY, None, None, 185_050, 2, True)
    for income in (first, again, again):
        office.write(prove_income, AGENT, town.home.family_id, income)
    deeds = office.read(
        lambda session: session.scalars(
            select(AuditEntry).where(AuditEntry.action == "income").order_by(AuditEntry.seq)
        ).all()
    )
    assert [deed.new.get("disabled_child") for deed in deeds] == [None, "modifié", None]
    assert not any("disabled_child" in deed.old for deed in deeds)
    assert "True" not in repr(again)


def test_what_cannot_be_is_refused_and_nothing_is_written(office: Office, town: Town) -> None:
    later = date(2027, 1, 1)
    office.write(prove_income, AGENT, town.home.family_id, Income(700, later))
    for income, sentence in (
        (Income(-1, TODAY, TODAY), "de 0 à"),
        (Income(500, TODAY, date(2026, 11, 1)), "La fin vient avant le début"),
        (Income(500, TODAY), "Le quotient 700 commence le 01/01/2027"),
        (Income(500, TODAY, later), "donnez une fin avant ce jour"),
        (Income(500, later, proved_on=date(2026, 11, 25)), "pas dans le futur"),
        (Income(500, later, resources_cents=-1, children=1), "ne sont pas négatives"),
        (Income(500, later, resources_cents=100_000), "nombre d'enfants à charge"),
        (Income(500, later, children=0), "va de 1 à"),
    ):
        with pytest.raises(RefusedByRule, match=f"{sentence}.*Rien n'a été enregistré"):
            office.write(prove_income, AGENT, town.home.family_id, income)
    with pytest.raises(StaleRecord, match="Les quotients de la famille Martin ont été modifiés"):
        office.write(prove_income, AGENT, town.home.family_id, Income(500, later), known=[])
    with pytest.raises(NotAllowed):
        office.write(prove_income, NOBODY, town.home.family_id, Income(500, later))
    assert proofs(office, town) == [(900, JANUARY, date(2026, 12, 31)), (700, later, None)]


def test_the_terms_of_an_enrolment_are_those_of_the_rulebook(office: Office, town: Town) -> None:
    adopt(office, PACKAGE)
    mine = select(Enrolment.id).where(Enrolment.activity_id == town.care_id)
    enrolment = office.read(lambda session: session.scalars(mine).one())
    terms = office.read(enrolment_terms, enrolment)
    assert (terms.categories, terms.days) == (("occasionnel",), (2, 4))
    report = office.write(edit_terms, AGENT, enrolment, category="occasionnel", days_a_week=4, seen=terms)
    assert "occasionnel, 4 jours par semaine" in report.sentence
    row = next(one for one in office.read(family_file, town.home.family_id, TODAY).enrolments if one.id == enrolment)
    assert (row.category, row.days_a_week) == ("occasionnel", 4)
    with pytest.raises(StaleRecord):
        office.write(edit_terms, AGENT, enrolment, category=None, days_a_week=None, seen=terms)
    with pytest.raises(RefusedByRule, match="ne connaît pas cette catégorie"):
        office.write(edit_terms, AGENT, enrolment, category="adulte", days_a_week=None)
    with pytest.raises(RefusedByRule, match="Aucun forfait n'a ce nombre de jours"):
        office.write(edit_terms, AGENT, enrolment, category=None, days_a_week=3)
    with pytest.raises(NotAllowed):
        office.write(edit_terms, NOBODY, enrolment, category=None, days_a_week=None)
