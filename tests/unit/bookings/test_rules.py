"""One cell, one moment: what the rules answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.bookings.late import cost_words, kept
from backoffice.bookings.rules import CellFacts, CellNow, Effect, judge_cell
from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.words import InTime, LateEffect, Operation
from backoffice.rulebook.values import Limit
from models.vocabulary import Verdict

DAY = date(2026, 11, 26)
OPENS = datetime(2026, 11, 2, 8, tzinfo=UTC)
UNTIL = datetime(2026, 11, 24, 9, tzinfo=UTC)
STAFF = datetime(2026, 11, 26, 7, tzinfo=UTC)
BEFORE, AFTER, NEVER = UNTIL - timedelta(seconds=1), UNTIL + timedelta(seconds=1), STAFF + timedelta(seconds=1)

REFUSE, ASK = Late(), Late.model_validate({"effet": "demander"})
DEARER = Late.model_validate({"effet": "majorer", "montant": 2})
SPECIAL = Late.model_validate({"effet": "prix spécial", "prix": "8.5"})
BILL = Late.model_validate({"effet": "facturer l'absence"})
PROOF = Late.model_validate({"effet": "justifier l'absence"})


def limits(late: Late, *, in_time: InTime = InTime.ACCEPT, staff: datetime | None = None) -> dict[Operation, Limit]:
    steps = ("Jour demandé.", "Limite.")
    bound = Limit(UNTIL, in_time, late, "cantine", "2 jours ouvrés avant, 10 h", "2026-1", steps, OPENS, staff)
    return dict.fromkeys(Operation, bound)


FREE = CellFacts(
    day=DAY, child="Léa", unit="Repas", activity="Cantine", online=True, enrolled=True, closed=None, now=CellNow.FREE,
    asked=False, places=3, capacity=24, group_id=1, limits=limits(REFUSE),
)  # fmt: skip
BOOKED = replace(FREE, now=CellNow.BOOKED)
VALIDATED = limits(REFUSE, in_time=InTime.ASK)


@pytest.mark.parametrize(
    ("wish", "verdict", "effect", "words"),
    [
        ((FREE, True, BEFORE), Verdict.ACCEPTED, Effect.BOOK, "Réservé dans le délai"),
        ((BOOKED, False, BEFORE), Verdict.ACCEPTED, Effect.CANCEL, "Annulé dans le délai"),
        ((FREE, True, UNTIL), Verdict.REFUSED, Effect.NOTHING, "Trop tard pour réserver"),
        ((BOOKED, False, AFTER), Verdict.REFUSED, Effect.NOTHING, "Trop tard pour annuler"),
        ((FREE, True, OPENS), Verdict.ACCEPTED, Effect.BOOK, "Réservé"),
        (
            (FREE, True, OPENS - timedelta(seconds=1)), Verdict.REFUSED, Effect.NOTHING,
            "Les réservations ouvrent le lundi 2 novembre à 9\xa0h.",
        ),
        ((replace(FREE, limits=VALIDATED), True, BEFORE), Verdict.WAITING, Effect.HOLD, "la régie valide chaque rés"),
        ((replace(BOOKED, limits=VALIDATED), False, BEFORE), Verdict.WAITING, Effect.NOTHING, "valide chaque annul"),
        ((replace(FREE, limits=limits(ASK)), True, AFTER), Verdict.WAITING, Effect.HOLD, "La régie décide"),
        ((replace(BOOKED, limits=limits(ASK)), False, AFTER), Verdict.WAITING, Effect.NOTHING, "La régie décide"),
        (
            (replace(FREE, limits=limits(DEARER)), True, AFTER), Verdict.ACCEPTED, Effect.BOOK,
            "Réservé après la limite du mardi 24 novembre à 10\xa0h\u202f: majoré de 2,00\u202f€ par unité.",
        ),
        ((replace(FREE, limits=limits(SPECIAL)), True, AFTER), Verdict.ACCEPTED, Effect.BOOK, "au prix de 8,50\u202f€"),
        (
            (replace(BOOKED, limits=limits(BILL)), False, AFTER), Verdict.ACCEPTED, Effect.BILL,
            "Annulé après la limite du mardi 24 novembre à 10\xa0h\u202f: l'absence reste facturée.",
        ),
        (
            (replace(BOOKED, limits=limits(PROOF)), False, AFTER), Verdict.WAITING, Effect.NOTHING,
            "Un justificatif est demandé",
        ),
        ((replace(FREE, places=0), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "Complet"),
        ((replace(FREE, places=-1, limits=limits(ASK)), True, AFTER), Verdict.REFUSED, Effect.NOTHING, "Complet"),
        ((replace(FREE, places=0, limits=limits(DEARER)), True, AFTER), Verdict.REFUSED, Effect.NOTHING, "Complet"),
        ((replace(FREE, places=0, limits=VALIDATED), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "Complet"),
        ((replace(BOOKED, places=0), False, BEFORE), Verdict.ACCEPTED, Effect.CANCEL, "Annulé"),
        ((BOOKED, True, AFTER), Verdict.ACCEPTED, Effect.NOTHING, "Déjà réservé"),
        ((FREE, False, AFTER), Verdict.ACCEPTED, Effect.NOTHING, "Déjà libre"),
        ((replace(FREE, enrolled=False), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "Pas d'inscription de Léa"),
        ((replace(FREE, closed="Férié"), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "Férié"),
        ((replace(BOOKED, closed="Férié"), False, BEFORE), Verdict.ACCEPTED, Effect.CANCEL, "Annulé"),
        ((replace(FREE, online=False), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "auprès de la régie"),
        ((replace(FREE, asked=True), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "attend déjà"),
        ((replace(FREE, now=CellNow.PRESENT), False, BEFORE), Verdict.REFUSED, Effect.NOTHING, "pointage"),
        ((replace(FREE, now=CellNow.ABSENT), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "absence de ce jour"),
        ((replace(FREE, limits={}), True, BEFORE), Verdict.REFUSED, Effect.NOTHING, "Aucun règlement"),
    ],
)  # fmt: skip
def test_a_wish_is_judged(wish, verdict, effect, words) -> None:
    facts, book, at = wish
    judgement = judge_cell(facts, book=book, at=at)
    assert (judgement.verdict, judgement.effect) == (verdict, effect)
    assert words in judgement.why


def test_a_day_that_is_over_is_over_even_where_late_wishes_are_asked() -> None:
    tomorrow = datetime(2026, 11, 27, 8, tzinfo=UTC)
    judgement = judge_cell(replace(FREE, limits=limits(ASK)), book=True, at=tomorrow)
    assert judgement.verdict is Verdict.REFUSED
    assert "Ce jour est passé" in judgement.why


@pytest.mark.parametrize("late", [REFUSE, ASK])
def test_the_desk_may_override_a_limit_and_a_full_group_only(late: Late) -> None:
    facts = replace(FREE, limits=limits(late))
    assert judge_cell(facts, book=True, at=AFTER, by_family=False).overridable
    assert judge_cell(replace(facts, places=0), book=True, at=BEFORE, by_family=False).overridable
    assert judge_cell(replace(facts, online=False), book=True, at=BEFORE, by_family=False).effect is Effect.BOOK
    for never in (replace(facts, closed="Férié"), replace(facts, enrolled=False), replace(facts, asked=True)):
        assert not judge_cell(never, book=True, at=AFTER, by_family=False).overridable


@pytest.mark.parametrize(
    ("facts", "book", "at", "effect", "late"),
    [
        (replace(FREE, limits=VALIDATED), True, BEFORE, Effect.BOOK, None),
        (replace(FREE, limits=limits(DEARER)), True, AFTER, Effect.BOOK, DEARER),
        (replace(BOOKED, limits=limits(BILL)), False, AFTER, Effect.BILL, None),
    ],
    ids=["the desk validates", "a late booking is dearer", "a late cancellation is billed"],
)
def test_the_desk_needs_no_note_for_what_the_rule_allows(facts, book, at, effect, late) -> None:
    judgement = judge_cell(facts, book=book, at=at, by_family=False)
    assert (judgement.verdict, judgement.effect, judgement.grant.late) == (Verdict.ACCEPTED, effect, late)


@pytest.mark.parametrize(
    ("facts", "book", "at", "granted", "late"),
    [
        (FREE, True, OPENS - timedelta(days=1), Effect.BOOK, None),
        (FREE, True, AFTER, Effect.BOOK, REFUSE),
        (replace(FREE, limits=limits(ASK)), True, AFTER, Effect.BOOK, ASK),
        (BOOKED, False, AFTER, Effect.CANCEL, None),
        (replace(BOOKED, limits=limits(PROOF)), False, AFTER, Effect.EXCUSE, None),
        (replace(FREE, now=CellNow.ABSENT), True, BEFORE, Effect.RETURN, None),
    ],
    ids=["too early", "refused", "asked", "cancelled", "proved", "back on an absence"],
)
def test_what_a_yes_of_the_desk_does(facts, book, at, granted, late) -> None:
    judgement = judge_cell(facts, book=book, at=at, by_family=False)
    assert judgement.overridable or judgement.verdict is Verdict.ACCEPTED
    assert (judgement.grant.effect, judgement.grant.late) == (granted, late)


@pytest.mark.parametrize(
    ("facts", "book"),
    [
        (replace(FREE, limits=limits(ASK, staff=STAFF)), True),
        (replace(FREE, limits=limits(DEARER, staff=STAFF)), True),
        (replace(BOOKED, limits=limits(REFUSE, staff=STAFF)), False),
        (replace(BOOKED, limits=limits(PROOF, staff=STAFF)), False),
    ],
)
def test_after_its_own_limit_the_desk_decides_no_more(facts, book) -> None:
    judgement = judge_cell(facts, book=book, at=NEVER, by_family=False)
    assert (judgement.verdict, judgement.overridable) == (Verdict.REFUSED, False)
    assert "même auprès de la régie\u202f: sa limite était le jeudi 26 novembre à 8\xa0h." in judgement.why
    before = judge_cell(facts, book=book, at=STAFF - timedelta(seconds=1), by_family=False)
    assert before.overridable or before.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("late", [REFUSE, ASK, DEARER, SPECIAL, BILL, PROOF])
def test_what_a_booking_keeps_of_its_lateness_is_read_back(late: Late) -> None:
    written = kept(late)
    assert written
    assert Late.model_validate(written) == late
    assert kept(None) is None
    assert bool(cost_words(late)) is (late.effect not in {LateEffect.REFUSE, LateEffect.ASK})


@given(
    st.builds(
        replace,
        st.sampled_from([FREE, BOOKED]),
        places=st.integers(-2, 5),
        enrolled=st.booleans(),
        asked=st.booleans(),
        online=st.booleans(),
        closed=st.sampled_from([None, "Férié"]),
        limits=st.sampled_from([limits(late) for late in (REFUSE, ASK, DEARER, BILL, PROOF)]),
    ),
    st.booleans(),
    st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 given in UTC
)
def test_no_wish_fills_a_group_beyond_its_places_nor_passes_a_limit_free_of_charge(facts, book, at) -> None:
    judgement = judge_cell(facts, book=book, at=at)
    if judgement.effect is Effect.BOOK:
        assert facts.places > 0
        assert facts.enrolled
        assert facts.closed is None
        assert at >= OPENS
        assert (at < UNTIL) is (judgement.grant.late is None)
    if judgement.effect is Effect.CANCEL:
        assert at < UNTIL
    assert judgement.why.endswith(".")
