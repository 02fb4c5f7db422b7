"""What an invoice asks: small ones that wait, references, days of debit."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.billing.asking import Ask, carry, debit_day, is_void, payfip_reference

BELOW = 500


@pytest.mark.parametrize(
    ("nets", "waiting", "small", "taker"),
    [
        ([360], 0, {0}, None),
        ([500], 0, set(), None),
        ([4150], 360, set(), 0),
        ([360, 4150], 0, {0}, 1),
        ([360], 140, set(), 0),  # together they reach the threshold
        ([360], 139, {0}, None),
        ([300, 200], 0, {1}, 0),
        ([300, 199], 0, {0, 1}, None),
        ([0, 360], 0, {1}, None),  # what aids cover asks nothing and takes nothing
        ([0], 600, set(), None),
    ],
)
def test_small_invoices_wait_for_one_that_asks(nets: list[int], waiting: int, small: set[int], taker: int | None):
    decided = carry([Ask(place, net) for place, net in enumerate(nets)], waiting, BELOW)
    assert (set(decided.waiting), decided.taker) == (small, taker)


def test_without_a_threshold_nothing_waits_and_what_waited_is_asked() -> None:
    assert carry([Ask(0, 1)], 0, 0).waiting == frozenset()
    assert carry([Ask(0, 1)], 200, 0).taker == 0


@settings(max_examples=60)
@given(st.lists(st.integers(0, 900), max_size=5), st.integers(0, 499))
def test_what_a_run_asks_is_nothing_or_worth_asking(nets: list[int], waiting: int) -> None:
    decided = carry([Ask(place, net) for place, net in enumerate(nets)], waiting, BELOW)
    asked = {place: net for place, net in enumerate(nets) if net and place not in decided.waiting}
    kept = waiting + sum(nets[place] for place in decided.waiting)
    if decided.taker is not None:
        asked[decided.taker] += kept
        kept = 0
    assert all(cents >= BELOW for cents in asked.values())
    assert sum(asked.values()) + kept == waiting + sum(nets)


@pytest.mark.parametrize(
    ("number", "reference"),
    [
        ("CANTINE-2026-000012", "CANTINE2026000012"),
        ("A-1-2", "000A12"),
        ("ABCDEFGHIJKLMNOPQRST-2026-000001", "ABCDEFGHIJKLMNOPQRST2026000001"),
    ],
)
def test_a_reference_is_the_number_without_its_hyphens(number: str, reference: str) -> None:
    assert payfip_reference(number) == reference


def test_numbers_that_lose_letters_or_are_cut_keep_references_of_their_own() -> None:
    long = "RESTAURATION.SCOLAIRE.DES.ÉCOLES"
    numbers = [f"{code}-2026-000001" for code in ("CRÈCHE", "CR-CHE", "CRCHE", long, f"{long}S", "A_B", "A-B", "AB")]
    numbers += [f"{long}-2026-000002"]
    references = [payfip_reference(number) for number in numbers]
    assert len(set(references)) == len(numbers)
    for reference in references:
        assert reference.isascii()
        assert reference.isalnum()
        assert 6 <= len(reference) <= 30


def test_a_debit_waits_for_the_due_date_and_for_the_end_of_its_notice() -> None:
    issued = date(2026, 11, 3)
    assert debit_day(issued, date(2026, 12, 3), 14) == date(2026, 12, 3)
    assert debit_day(issued, date(2026, 11, 10), 14) == date(2026, 11, 17)


def test_a_mandate_unused_for_three_years_is_void() -> None:
    assert not is_void(date(2024, 2, 29), date(2027, 2, 28))
    assert is_void(date(2024, 2, 29), date(2027, 3, 1))
    assert is_void(date(2020, 1, 1), date(2026, 1, 1))
