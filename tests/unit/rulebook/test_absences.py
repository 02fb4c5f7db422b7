"""Absences: which rule excuses one, what its first days and its proof cost, and why."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.parts import Occasion
from backoffice.rulebook.file.words import Period
from backoffice.rulebook.notices.absences import Billed, billed
from tests.unit.rulebook.field import CANCEL, bound, paris, plain, rule, rulebook

MONDAY = date(2026, 11, 16)


def absence(code: str, *, justified: bool, **more: str) -> str:
    lines = [f"{key} = {value}" for key, value in more.items()]
    head = [
        "[[absence]]",
        f'code = "{code}"',
        f'titre = "{code.capitalize()}"',
        f"justifiee = {str(justified).lower()}",
    ]
    return "\n".join([*head, *lines, ""])


def cost(
    rules: str,
    day: date = MONDAY,
    *,
    justified: bool = True,
    code: str | None = None,
    day_rank: int = 1,
    first_day: date | None = None,
    told_at: datetime | None = None,
    proof_at: datetime | None = None,
    activity: str = "CANTINE",
    resident: bool = True,
) -> Billed:
    service = "ENFANCE" if activity in {"CANTINE", "PERI"} else "ALSH"
    return billed(
        rulebook(rules),
        Occasion(day, Period.SCHOOL, activity, service, resident=resident),
        justified=justified, code=code, day_rank=day_rank, first_day=first_day, told_at=told_at, proof_at=proof_at,
    )  # fmt: skip


# Boisemont: sick, the first day is billed, the next ones are cancellable if told before 10:00 that day
BOISEMONT = absence("maladie", justified=True, jours_factures="1", prevenir_avant="10:00:00")
# Le Crès: strike, illness with proof within 48 h, teacher absent
LE_CRES = (
    absence("greve", justified=True)
    + absence("maladie", justified=True, preuve_heures="48")
    + absence("enseignant", justified=True)
)


@pytest.mark.parametrize(("justified", "percent"), [(True, 0), (False, 100)])
def test_without_any_rule_only_a_justified_absence_is_free(justified: bool, percent: int) -> None:
    found = cost("", justified=justified)
    assert (found.percent, found.rule, found.code) == (percent, None, None)
    assert "faute de règle contraire" in plain(found.steps)


def test_boisemont_bills_the_first_day_of_an_illness() -> None:
    first = cost(BOISEMONT, first_day=MONDAY, told_at=paris("2026-11-16 08:00"))
    assert (first.percent, first.rule, first.code) == (100, "Maladie", "maladie")
    assert plain(first.steps) == "Absence justifiée, « Maladie », jour 1 : le premier jour est dû."


@pytest.mark.parametrize(
    ("told_at", "percent"),
    [
        ("2026-11-16 20:00", 0),
        ("2026-11-17 09:59:59", 0),
        ("2026-11-17 10:00", 100),
        ("2026-11-18 08:00", 100),
        (None, 0),  # nothing says that it was late
    ],
)
def test_boisemont_frees_the_next_days_when_told_before_ten(told_at: str | None, percent: int) -> None:
    told = paris(told_at) if told_at else None
    assert cost(BOISEMONT, MONDAY + timedelta(1), first_day=MONDAY, told_at=told).percent == percent


def test_the_steps_tell_when_the_family_warned_and_by_when_it_had_to() -> None:
    late = cost(BOISEMONT, MONDAY + timedelta(1), first_day=MONDAY, told_at=paris("2026-11-17 10:05"))
    told = "« Maladie », prévenue le mardi 17 novembre à 10 h 05, après 10 h le jour même : la journée est due."
    assert told in plain(late.steps)
    free = cost(BOISEMONT, MONDAY + timedelta(1), first_day=MONDAY)
    assert plain(free.steps) == "Absence justifiée, « Maladie » : non facturée."


def test_nine_fifty_nine_holds_to_the_end_of_its_minute() -> None:
    rules = absence("maladie", justified=True, prevenir_avant="09:59:00")
    assert cost(rules, told_at=paris("2026-11-16 09:59:59")).percent == 0
    assert cost(rules, told_at=paris("2026-11-16 10:00")).percent == 100


@pytest.mark.parametrize("code", ["greve", "enseignant", "maladie"])
def test_le_cres_bills_none_of_its_excuses(code: str) -> None:
    found = cost(LE_CRES, code=code)
    assert (found.percent, found.code) == (0, code)


@pytest.mark.parametrize(
    ("proof_at", "percent", "code"),
    [
        (None, 0, "maladie"),
        ("2026-11-17 12:00", 0, "maladie"),
        ("2026-11-18 00:00", 0, "maladie"),
        ("2026-11-18 00:01", 100, None),
    ],
)
def test_a_proof_that_comes_after_its_delay_justifies_nothing(
    proof_at: str | None, percent: int, code: str | None
) -> None:
    found = cost(LE_CRES, code="maladie", proof_at=paris(proof_at) if proof_at else None)
    assert (found.percent, found.code) == (percent, code)


def test_the_delay_of_a_proof_runs_from_the_first_day_and_over_the_change_of_hour() -> None:
    friday = date(2026, 10, 23)  # the clocks go back on Sunday 25
    rules = absence("maladie", justified=True, preuve_heures="72")
    due = paris("2026-10-25 23:00")
    days = [(friday, 1, None), (friday + timedelta(3), 4, None), (friday + timedelta(3), 1, friday)]
    for day, rank, first in days:
        ask = [
            cost(rules, day, day_rank=rank, first_day=first, proof_at=due + late).percent
            for late in (timedelta(), timedelta(minutes=1))
        ]
        assert ask == [0, 100]


def test_the_steps_tell_that_the_proof_was_late_then_what_applies() -> None:
    rules = LE_CRES + absence("sans-motif", justified=False, facture="80")
    found = cost(rules, code="maladie", proof_at=paris("2026-11-20 09:00"))
    assert (found.percent, found.rule, found.code) == (80, "Sans-motif", "sans-motif")
    assert plain(found.steps).splitlines() == [
        "Le justificatif « Maladie », attendu sous 48 heures (jusqu'au mardi 17 novembre à minuit), est arrivé le vendredi 20 novembre à 9 h : trop tard.",
        "Absence non justifiée, « Sans-motif » : facturée à 80 %.",
    ]


def test_a_rule_that_asks_no_proof_takes_one_at_any_time() -> None:
    assert cost(LE_CRES, code="greve", proof_at=paris("2027-01-01 09:00")).percent == 0


def test_an_unjustified_absence_expects_no_proof() -> None:
    rules = absence("sans-motif", justified=False, facture="50", preuve_heures="24")
    assert cost(rules, justified=False, proof_at=paris("2027-01-01 09:00")).percent == 50


@pytest.mark.parametrize(("rank", "percent"), [(1, 100), (3, 100), (4, 20), (40, 20)])
def test_the_first_calendar_days_are_due(rank: int, percent: int) -> None:
    """The crèche's waiting days: three calendar days, then the certificate excuses."""
    rules = absence("maladie", justified=True, jours_factures="3", facture="20")
    by_rank = cost(rules, day_rank=rank)
    by_date = cost(rules, first_day=MONDAY - timedelta(rank - 1))
    assert by_rank == by_date
    assert by_rank.percent == percent
    assert ("jour 3 : les 3 premiers jours sont dus." in plain(by_rank.steps)) == (rank == 3)


def test_a_code_that_the_rulebook_does_not_know_is_refused_with_those_it_knows() -> None:
    with pytest.raises(RefusedByRule) as refused:
        cost(LE_CRES, code="rhume")
    told = "Aucun motif d'absence n'a le code « rhume ». Ceux qui existent : enseignant, greve, maladie."
    assert plain([str(refused.value)]) == told
    with pytest.raises(RefusedByRule, match="n'en déclare aucun"):
        cost("", code="rhume")


def test_the_best_rule_of_its_nature_applies_when_no_code_is_told() -> None:
    rules = (
        absence("large", justified=True, facture="10")
        + absence("cantine", justified=True, facture="20", activites='["CANTINE"]')
        + absence("autre", justified=True, facture="30", activites='["CANTINE"]')  # the first written wins
        + absence("dehors", justified=True, facture="40", activites='["CANTINE"]', public='"extérieurs"', priorite="1")
        + absence("sans-motif", justified=False, facture="90")
    )
    assert cost(rules).code == "cantine"
    assert cost(rules, resident=False).code == "dehors"
    assert cost(rules, activity="LOISIRS").code == "large"
    assert cost(rules, justified=False).code == "sans-motif"


def test_a_code_names_its_rule_whatever_is_said_of_the_proof() -> None:
    assert cost(LE_CRES, code="greve", justified=False).percent == 0


def test_a_part_of_the_price_may_be_due() -> None:
    found = cost(absence("maladie", justified=True, facture="12.5"))
    assert found.percent == Decimal("12.5")
    assert plain(found.steps) == "Absence justifiée, « Maladie » : facturée à 12,5 %."


MOMENTS = st.one_of(
    st.none(), st.integers(0, 400).map(lambda hours: paris("2026-11-10 00:00") + timedelta(hours=hours))
)


@settings(max_examples=60)
@given(st.integers(1, 10), MOMENTS, MOMENTS, st.integers(0, 2000))
def test_telling_or_proving_later_never_costs_less(
    rank: int, told: datetime | None, proof: datetime | None, more: int
) -> None:
    rules = absence(
        "maladie", justified=True, jours_factures="2", prevenir_avant="10:00:00", preuve_heures="48", facture="25"
    )
    later = timedelta(minutes=more)
    before = cost(rules, day_rank=rank, told_at=told, proof_at=proof).percent
    after = cost(rules, day_rank=rank, told_at=told and told + later, proof_at=proof and proof + later).percent
    assert 25 <= before <= after <= 100


@pytest.mark.parametrize(
    ("more", "told"),
    [({"facture": "50"}, "annulé, mais facturé (à 50 %)."), ({"facture": "100"}, "annulé, mais facturé.")],
)
def test_a_late_cancelling_says_before_the_click_what_share_is_due(more: dict[str, str], told: str) -> None:
    late = rule("nombre = 8", operations="['annuler']", retard='"facturer l\'absence"')
    found = bound(late + "\n" + absence("sans-prevenir", justified=False, **more), MONDAY, operation=CANCEL)
    assert told in plain(found.steps)
