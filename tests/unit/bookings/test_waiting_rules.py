"""Who goes first, and until when a place is offered."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.bookings.waiting_rules import Listed, is_given, offer_end, priority_of, priority_words
from models.vocabulary import WaitingState

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOURS = st.one_of(st.none(), st.integers(1, 336))
AROUND = st.integers(-500, 500).map(lambda hours: NOW + timedelta(hours=hours))


def test_the_four_classes_in_their_order() -> None:
    classes = [(True, True), (True, False), (False, True), (False, False)]
    told = [priority_of(resident=resident, sibling=sibling) for resident, sibling in classes]
    assert told == sorted(told)
    assert [priority_words(priority) for priority in told] == [
        "commune, fratrie", "commune", "hors commune, fratrie", "hors commune"
    ]  # fmt: skip


@settings(max_examples=60)
@given(hours=HOURS, cancel_until=st.one_of(st.none(), AROUND), day_starts=AROUND)
def test_an_offer_ends_before_the_day_and_before_the_limit_that_is_to_come(
    hours: int | None, cancel_until: datetime | None, day_starts: datetime
) -> None:
    until = offer_end(NOW, answer_hours=hours, cancel_until=cancel_until, day_starts=day_starts)
    assert (until is None) == (day_starts <= NOW)
    if until is not None:
        assert NOW < until <= day_starts
        assert cancel_until is None or cancel_until <= NOW or until <= cancel_until
        assert hours is None or until <= NOW + timedelta(hours=hours)


@settings(max_examples=60)
@given(hours=HOURS, cancel_until=st.one_of(st.none(), AROUND))
def test_a_place_is_given_only_to_who_may_still_give_it_back(hours: int | None, cancel_until: datetime | None) -> None:
    given_at_once = is_given(NOW, answer_hours=hours, cancel_until=cancel_until)
    assert given_at_once == (hours is None and cancel_until is not None and cancel_until > NOW)


def test_an_offer_stands_until_its_very_instant() -> None:
    offer = Listed(1, WaitingState.OFFERED, 0, NOW, NOW - timedelta(days=1))
    assert offer.stands(NOW - timedelta(seconds=1))
    assert not offer.stands(NOW)
    assert not Listed(1, WaitingState.WAITING, 1, None, NOW).stands(NOW - timedelta(days=1))
