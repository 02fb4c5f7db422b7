"""What no database decides: ages, groups, dates that cross."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.enrolments.rules import (
    AskedFacts,
    Group,
    OpeningDraft,
    group_for,
    opening_faults,
    refusal,
    suits,
)
from resources.french import age_on, birthday

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
DRAFT = OpeningDraft(
    activity_id=1, words="", starts=date(2027, 1, 4), ends=date(2027, 7, 3), opens_at=NOW - DAY, closes_at=NOW + DAY,
    age_from=6, age_to=11,
)  # fmt: skip
ages = st.none() | st.integers(0, 20)


def draft(**changes: object) -> OpeningDraft:
    values = {name: getattr(DRAFT, name) for name in OpeningDraft.__dataclass_fields__}
    return OpeningDraft(**values | changes)


def asked(**changes: object) -> AskedFacts:
    values = {
        "child": "Léa", "born": date(2019, 3, 2), "resident": True, "opening": DRAFT, "starts": DRAFT.starts,
        "received_at": NOW, "enrolled": False, "asked_at": None,
    }  # fmt: skip
    return AskedFacts(**values | changes)


@given(born=st.dates(date(2000, 1, 1), date(2026, 1, 1)), age=st.integers(0, 25))
@settings(max_examples=60)
def test_a_birthday_is_the_first_day_of_an_age(born, age):
    day = birthday(born, age)
    assert age_on(born, day) == age
    assert age_on(born, day - DAY) == age - 1


@given(groups=st.lists(st.tuples(ages, ages), max_size=5), age=st.integers(0, 20))
@settings(max_examples=60)
def test_a_group_is_proposed_only_to_an_age_that_it_is_for(groups, age):
    rows = [Group(number, *pair) for number, pair in enumerate(groups, start=1)]
    chosen = group_for(rows, age)
    fitting = [row.id for row in rows if suits(age, row.age_from, row.age_to)]
    assert chosen is None or chosen in fitting
    assert chosen is not None or len(fitting) != 1


def test_the_narrowest_group_wins_and_two_alike_are_left_to_the_agent():
    assert group_for([Group(1, None, None), Group(2, 6, 11)], 7) == 2
    assert group_for([Group(1, None, None), Group(2, 6, 11)], 4) == 1
    assert group_for([Group(1, 6, 11), Group(2, 6, 11)], 7) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends": date(2027, 1, 3)}, "ends"),
        ({"ends": date(2030, 2, 1)}, "ends"),
        ({"starts": date(2026, 1, 1), "ends": date(2026, 6, 1), "closes_at": NOW - DAY / 2}, "ends"),
        ({"closes_at": NOW - DAY}, "closes"),
        ({"closes_at": datetime(2027, 7, 4, 8, tzinfo=UTC)}, "closes"),
        ({"age_from": 12}, "age_to"),
        ({"age_to": 120}, "age_to"),
        ({"words": "x" * 2001}, "words"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(changes, field):
    assert list(opening_faults(draft(**changes), [], today=TODAY)) == [field]


def test_the_same_thing_is_not_offered_twice_but_residents_may_go_first():
    everybody = draft(opens_at=NOW + DAY, closes_at=NOW + 2 * DAY)
    assert opening_faults(draft(residents_only=True), [everybody], today=TODAY) == {}
    assert opening_faults(draft(age_from=3, age_to=5), [DRAFT], today=TODAY) == {}
    assert opening_faults(draft(starts=date(2027, 7, 3)), [DRAFT], today=TODAY).keys() == {"opens"}
    assert opening_faults(draft(age_from=None, age_to=6), [DRAFT], today=TODAY).keys() == {"opens"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"child": None}, "pas de votre foyer"),
        ({"opening": None}, "plus, proposée"),
        ({"received_at": NOW - DAY - timedelta(seconds=1)}, "n'ouvrent que le lundi 23 novembre à 9"),
        ({"received_at": NOW + DAY}, "étaient possibles jusqu'au mercredi 25 novembre à 9"),
        ({"opening": draft(residents_only=True), "resident": False}, "réservée aux habitants"),
        ({"starts": date(2027, 7, 4)}, "entre le 04/01/2027 et le 03/07/2027"),
        ({"opening": draft(starts=date(2026, 9, 1)), "starts": date(2026, 11, 23)}, "déjà passé"),
        ({"born": date(2021, 1, 5)}, "Léa aura 5"),
        ({"enrolled": True}, "a déjà une inscription"),
        ({"asked_at": NOW - DAY}, "déjà été demandée le lundi 23 novembre"),
    ],
)
def test_a_family_reads_why_it_may_not_ask(changes, words):
    assert words in refusal(asked(**changes)).replace("\xa0", " ")


def test_the_first_and_the_last_instants_count_as_in_time():
    assert refusal(asked(received_at=NOW - DAY)) == ""
    assert refusal(asked(received_at=NOW + DAY - timedelta(microseconds=1))) == ""
    assert refusal(asked(born=date(2021, 1, 4))) == ""  # six on the very day
