"""One cell, one moment: what the rules answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.bookings.rules import CellFacts, CellNow, Effect, judge_cell
from backoffice.rulebook.load import Late, Operation
from backoffice.rulebook.notice import Limit
from models.vocabulary import Verdict

DAY = date(2026, 11, 26)
UNTIL = datetime(2026, 11, 24, 9, tzinfo=UTC)
BEFORE, AFTER = UNTIL - timedelta(seconds=1), UNTIL + timedelta(seconds=1)


def limits(late: Late) -> dict[Operation, Limit]:
    bound = Limit(UNTIL, late, "2 jours ouvrés avant, 10 h", "2026-1", ("Jour demandé.", "Limite."))
    return dict.fromkeys(Operation, bound)


FREE = CellFacts(
    day=DAY, child="Léa", unit="Repas", activity="Cantine", online=True, enrolled=True, closed=None, now=CellNow.FREE,
    asked=False, places=3, capacity=24, group_id=1, limits=limits(Late.REFUSE),
)  # fmt: skip
BOOKED = replace(FREE, now=CellNow.BOOKED)


@pytest.mark.parametrize(
    ("wish", "verdict", "effect", "words"),
    [
        ((FREE, True, BEFORE), Verdict.ACCEPTED, Effect.BOOK, "Réservé dans le délai"),
        ((BOOKED, False, BEFORE), Verdict.ACCEPTED, Effect.CANCEL, "Annulé dans le délai"),
        ((FREE, True, UNTIL), Verdict.REFUSED, Effect.NOTHING, "Trop tard pour réserver"),
        ((BOOKED, False, AFTER), Verdict.REFUSED, Effect.NOTHING, "Trop tard pour annuler"),
        ((replace(FREE, limits=limits(Late.ASK)), True, AFTER), Verdict.WAITING, Effect.HOLD, "La régie décide"),
        ((replace(BOOKED, limits=limits(Late.ASK)), False, AFTER), Verdict.WAITING, Effect.NOTHING, "La régie décide"),
        ((replace(FREE, places=0), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "Complet"),
        ((replace(FREE, places=-1, limits=limits(Late.ASK)), True, AFTER), Verdict.REFUSED, Effect.NOTHING, "Complet"),
        ((replace(BOOKED, places=0), False, BEFORE), Verdict.ACCEPTED, Effect.CANCEL, "Annulé"),
        ((BOOKED, True, AFTER), Verdict.ACCEPTED, Effect.NOTHING, "Déjà réservé"),
        ((FREE, False, AFTER), Verdict.ACCEPTED, Effect.NOTHING, "Déjà libre"),
        ((replace(FREE, enrolled=False), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "Pas d'inscription de Léa"),
        ((replace(FREE, closed="Férié"), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "Férié"),
        ((replace(BOOKED, closed="Férié"), False, BEFORE), Verdict.ACCEPTED, Effect.CANCEL, "Annulé"),
        ((replace(FREE, online=False), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "auprès de la régie"),
        ((replace(FREE, asked=True), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "attend déjà"),
        ((replace(FREE, now=CellNow.PRESENT), False, BEFORE), Verdict.REFUSED, Effect.NOTHING, "pointage"),
        ((replace(FREE, limits={}), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "Aucun règlement"),
    ],
)
def test_a_wish_is_judged(wish, verdict, effect, words) -> None:
    facts, book, at = wish
    judgement = judge_cell(facts, book=book, at=at)
    assert (judgement.verdict, judgement.effect) == (verdict, effect)
    assert words in judgement.why


def test_a_day_that_is_over_is_over_even_where_late_wishes_are_asked() -> None:
    tomorrow = datetime(2026, 11, 27, 8, tzinfo=UTC)
    judgement = judge_cell(replace(FREE, limits=limits(Late.ASK)), book=True, at=tomorrow)
    assert judgement.verdict is Verdict.REFUSED
    assert "Ce jour est passé" in judgement.why


@pytest.mark.parametrize("late", Late)
def test_the_desk_may_override_a_limit_and_a_full_group_only(late: Late) -> None:
    facts = replace(FREE, limits=limits(late))
    assert judge_cell(facts, book=True, at=AFTER, by_family=False).overridable
    assert judge_cell(replace(facts, places=0), book=True, at=BEFORE, by_family=False).overridable
    assert judge_cell(replace(facts, online=False), book=True, at=BEFORE, by_family=False).effect is Effect.BOOK
    for never in (replace(facts, closed="Férié"), replace(facts, enrolled=False), replace(facts, asked=True)):
        assert not judge_cell(never, book=True, at=AFTER, by_family=False).overridable


@given(
    st.builds(
        replace,
        st.sampled_from([FREE, BOOKED]),
        places=st.integers(-2, 5),
        enrolled=st.booleans(),
        asked=st.booleans(),
        online=st.booleans(),
        closed=st.sampled_from([None, "Férié"]),
        limits=st.sampled_from([limits(Late.ASK), limits(Late.REFUSE)]),
    ),
    st.booleans(),
    st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 given in UTC
)
def test_no_wish_fills_a_group_beyond_its_places_nor_passes_a_limit(facts, book, at) -> None:
    judgement = judge_cell(facts, book=book, at=at)
    if judgement.effect is Effect.BOOK:
        assert facts.places > 0
        assert facts.enrolled
        assert facts.closed is None
    if judgement.effect in {Effect.BOOK, Effect.CANCEL}:
        assert at < UNTIL
    assert judgement.why.endswith(".")
