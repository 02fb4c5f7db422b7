"""A rulebook at work: each answer is found once, and it is the answer."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.errors import RefusedByRule
from backoffice.rulebook import applied as room
from backoffice.rulebook.applied import Applied
from backoffice.rulebook.load import parse
from backoffice.rulebook.notices.notice import limit
from backoffice.rulebook.tariffs.tariff import deduction, lacks_proof, month_quote, quote, rate_of, rates
from backoffice.rulebook.values import Contract, Situation
from tests.unit.rulebook.books import example
from tests.unit.rulebook.field import BOOK, CALENDAR, rulebook
from tests.unit.rulebook.grid import MEAL, MIXED, PACKAGE, SITUATIONS, THURSDAY, late

DATED = rulebook(
    '[[tarif]]\ncode = "a"\ntitre = "A"\nactivites = ["CANTINE"]\nau = 2026-11-15\nprix.REPAS = 4.00\n'
    '[[tarif]]\ncode = "b"\ntitre = "B"\nactivites = ["CANTINE"]\ndu = 2026-11-16\nprix.REPAS = 4.20\n'
    '[[tarif]]\ncode = "e"\ntitre = "E"\nactivites = ["CANTINE"]\npriorite = 1\nperiodes = ["été"]\nprix.REPAS = 6.00\n'
    '[[modification]]\ncode = "m"\ntitre = "M"\njours = ["mercredi"]\npourcent = 10\n'
)
ALL = parse(example("toutes-les-formes"))
PACKS = Applied(rulebook(PACKAGE + "par_jours = { 1 = 9.00, 2 = 17.00 }\nprorata = true\n"), CALENDAR)
COSTS = st.sampled_from(
    [None, late(effet="majorer", pourcent=10), late(effet="prix spécial", prix=5), late(effet="refuser")]
)
FULL = st.builds(
    Situation,
    resident=st.booleans(),
    quotient=st.none() | st.integers(-10, 2500).map(Decimal),
    resources=st.none() | st.integers(0, 9000).map(Decimal),
    children=st.integers(1, 4),
    disabled_child=st.booleans(),
    rank=st.integers(1, 4),
    age=st.none() | st.integers(0, 11),
    category=st.sampled_from([None, "adulte", "autre"]),
    minutes=st.none() | st.integers(0, 600),
    late=COSTS,
    is_late=st.booleans(),
    unbooked=st.booleans(),
    pickup_minutes=st.integers(0, 40),
    absent=st.booleans(),
    justified=st.booleans(),
    absence_day=st.integers(1, 4),
    days_a_week=st.sampled_from([None, 1, 2]),
    contract=st.none() | st.just(Contract(Decimal(10), Decimal(44), 11)),
)
ASKED = st.sampled_from([(unit.code, part.code) for part in ALL.activity_list for unit in part.units])
DAYS = st.dates(date(2025, 12, 1), date(2027, 3, 1))
WARM = Applied(ALL, CALENDAR)


def answer(ask: Any, **question: Any) -> Any:
    """Give the answer, or the refusal's sentence."""
    try:
        return ask(**question)
    except RefusedByRule as error:
        return str(error)


@settings(max_examples=30)
@given(ASKED, DAYS, FULL, FULL)
def test_remembering_changes_no_price(asked: tuple[str, str], day: date, one: Situation, other: Situation) -> None:
    for situation in (one, other, one):
        question = {"activity": asked[1], "units": [asked[0]], "day": day, "situation": situation}
        assert answer(WARM.quote, **question) == answer(lambda **told: quote(ALL, WARM.calendar, **told), **question)
        month = {"activity": asked[1], "month": day.replace(day=1), "situation": situation}
        assert answer(WARM.month_quote, **month) == answer(
            lambda **told: month_quote(ALL, WARM.calendar, **told), **month
        )


@settings(max_examples=30)
@given(ASKED, DAYS, FULL)
def test_remembering_changes_nothing_that_the_portal_is_told(
    asked: tuple[str, str], day: date, situation: Situation
) -> None:
    question = {"activity": asked[1], "day": day, "situation": situation}
    assert WARM.rate_of(**question) == rate_of(ALL, **question)
    told = {"activity": asked[1], "unit": asked[0], "day": day}
    assert WARM.rates(**told) == rates(ALL, WARM.calendar, **told)


@settings(max_examples=8)
@given(ASKED, DAYS, FULL)
def test_remembering_changes_nobodys_missing_proof(asked: tuple[str, str], day: date, situation: Situation) -> None:
    question = {"activity": asked[1], "day": day, "situation": situation}
    assert WARM.lacks_proof(**question) == lacks_proof(ALL, **question)


def test_prices_follow_the_dates_the_weekdays_and_the_periods_of_the_rules() -> None:
    applied = Applied(DATED, CALENDAR)
    days = {day: date(2026, 11, day) for day in (13, 15, 16, 18, 20)} | {7: date(2026, 7, 9), 8: date(2026, 7, 8)}
    found = {
        at: applied.quote(activity="CANTINE", units=["REPAS"], day=day, situation=Situation()).cents
        for at, day in days.items()
    }
    assert found == {13: 400, 15: 400, 16: 420, 18: 462, 20: 420, 7: 600, 8: 660}


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[Any]:
    """Count how often the room really asks."""
    asked: list[Any] = []
    real = getattr(room, name)
    monkeypatch.setattr(room, name, lambda *told, **question: asked.append(question) or real(*told, **question))
    return asked


def test_a_month_is_priced_with_few_computations(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch, "quote")
    applied = Applied(MIXED, CALENDAR)
    for child in range(50):
        situation = Situation(quotient=Decimal(child % 5 * 400), rank=1 + child % 2, age=6 + child % 4, minutes=child)
        for at in range(20):
            day = date(2026, 11, 2) + timedelta(days=at)
            applied.quote(activity="CANTINE", units=["REPAS"], day=day, situation=situation)
            applied.quote(activity="PERI", units=("SOIR",), day=day, situation=situation)
    assert len(asked) == 5 + 5 * 2  # the canteen looks at the quotient alone; the care at the rank too


def test_a_refusal_is_remembered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch, "quote")
    applied = Applied(rulebook(MEAL), CALENDAR)
    question = {"activity": "CANTINE", "units": ["PANIER"], "situation": Situation()}
    for day in (THURSDAY, THURSDAY + timedelta(days=1)):
        with pytest.raises(RefusedByRule, match="PANIER"):
            applied.quote(day=day, **question)
    assert len(asked) == 1


def test_an_activity_that_the_rulebook_does_not_know_is_refused_or_without_a_rate() -> None:
    applied = Applied(rulebook(MEAL), CALENDAR)
    with pytest.raises(RefusedByRule, match="POTERIE"):
        applied.quote(activity="POTERIE", units=["X"], day=THURSDAY, situation=Situation())
    assert applied.rate_of(activity="POTERIE", day=THURSDAY, situation=Situation()) == ""
    assert applied.rates(activity="POTERIE", unit="X", day=THURSDAY) == {}


def test_a_limit_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch, "limit")
    applied = Applied(ALL, CALENDAR)
    question = {"activity": "CANTINE", "operation": BOOK, "day": THURSDAY, "unit": "REPAS"}
    first = applied.limit(**question)
    assert applied.limit(**question) is first
    assert first == limit(ALL, applied.calendar, **question)
    applied.limit(**{**question, "resident": False})
    assert len(asked) == 2


def test_the_table_of_prices_given_out_is_a_copy() -> None:
    applied = Applied(rulebook(MEAL), CALENDAR)
    question = {"activity": "CANTINE", "unit": "REPAS", "day": THURSDAY}
    applied.rates(**question).clear()
    assert applied.rates(**question) == {"r0": 400}
    assert applied.rates(**question, late=late(effet="majorer", pourcent=10)) == {"r0": 440}


def test_a_package_remembers_its_dates_and_its_refusals() -> None:
    question = {"activity": "PERI", "month": date(2026, 11, 1), "situation": Situation(days_a_week=1)}
    assert [PACKS.month_quote(**question, **span).cents for span in ({}, {"first": date(2026, 11, 16)})] == [900, 450]
    for _ in range(2):
        with pytest.raises(RefusedByRule, match="5 jours"):
            PACKS.month_quote(**{**question, "situation": Situation(days_a_week=5)})


def test_a_contract_may_lean_on_the_hourly_price_of_another_activity() -> None:
    rules = (
        '[[tarif]]\ncode = "h"\ntitre = "H"\nactivites = ["PERI"]\nmode = "effort"\nbareme = "psu"\n'
        '[[tarif]]\ncode = "c"\ntitre = "C"\nactivites = ["CANTINE"]\nmode = "contrat"\ntarif_horaire = "h"\n'
    )
    applied = Applied(rulebook(rules), CALENDAR)
    question = {"activity": "CANTINE", "month": date(2026, 11, 1)}
    contract = Contract(Decimal(10), Decimal(44), 11)
    found = [
        applied.month_quote(**question, situation=Situation(resources=Decimal(amount), contract=contract)).cents
        for amount in (1000, 3000)
    ]
    assert found == [40 * 62, 40 * 186]
    for _ in range(2):
        assert applied.lacks_proof(activity="CANTINE", day=THURSDAY, situation=Situation(contract=contract))


def test_who_has_every_proof_lacks_none() -> None:
    known = Situation(quotient=Decimal(1), resources=Decimal(1))
    assert not WARM.lacks_proof(activity="CRECHE", day=THURSDAY, situation=known)


def test_a_contract_is_less_by_the_absences_excused() -> None:
    applied = Applied(parse(example("creche-psu")), CALENDAR)
    situation = Situation(
        resources=Decimal(2000), contract=Contract(Decimal(45), Decimal(44), 11), absent=True, justified=True,
        absence="hospitalisation",
    )  # fmt: skip
    question = {"activity": "CRECHE", "units": ["ACCUEIL"], "day": THURSDAY, "situation": situation}
    assert applied.deduction(**question) == deduction(applied.book, applied.calendar, **question) == 540
    month = {"activity": "CRECHE", "month": date(2026, 11, 1), "situation": situation}
    whole, less = (applied.month_quote(**month, deducted_minutes=minutes).cents for minutes in (0, 540))
    assert whole - less == 9 * 124


@settings(max_examples=12)
@given(st.sampled_from(["REPAS", "MATIN"]), SITUATIONS, DAYS)
def test_the_memory_of_a_child_does_not_serve_another(unit: str, situation: Situation, day: date) -> None:
    applied = Applied(MIXED, CALENDAR)
    activity = MIXED.units[unit][0].code
    for asked in (Situation(), situation, Situation(), situation):
        found = applied.quote(activity=activity, units=[unit], day=day, situation=asked)
        assert found == quote(MIXED, applied.calendar, activity=activity, units=[unit], day=day, situation=asked)
