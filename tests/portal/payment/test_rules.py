"""What may be paid together, what holds an invoice back, references, and when PayFiP is asked again: pure rules."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backoffice.payfip.rules import reference_fault, subject_fault
from backoffice.portal.payment import clean_keys
from backoffice.portal.payment_rules import (
    ALPHABET,
    LIVES,
    MARK,
    Attempt,
    Basket,
    Bill,
    State,
    holder,
    is_due,
    is_over,
    judge,
    reference_of,
)
from backoffice.sync.contract import InvoiceState, RegieView
from tests.portal.published import NOW, invoice

REGIE = RegieView(id=1, name="Régie enfance", payfip_client="881140")


def bill(key: str = "101", **changes: object) -> Bill:
    values = {"regie_id": 1, "online": True, "reference": "CANTINE2026000101"} | changes
    return Bill(key, invoice(f"2026-000{key}", **values), NOW)


@pytest.mark.parametrize(
    ("state", "minutes", "holds"),
    [
        (State.OPENING, 0, True), (State.OPENING, 1, False), (State.STARTED, 14, True), (State.STARTED, 15, False),
        (State.PAID, 600, True), (State.REFUSED, 0, False), (State.CANCELLED, 0, False), (State.EXPIRED, 0, False),
        (State.FAILED, 0, False),
    ],
)  # fmt: skip
def test_what_holds_an_invoice_back(state: State, minutes: int, holds: bool) -> None:
    attempt = Attempt("a", state, frozenset({"101"}), NOW, NOW if state is State.PAID else None)
    later = NOW + timedelta(minutes=minutes)
    assert (holder(bill(), [attempt], later) is attempt) is holds
    assert holder(bill("102"), [attempt], later) is None


@given(st.lists(st.sampled_from(["101", "102", "103"]), min_size=1, max_size=3, unique=True), st.text(max_size=40))
@hypothesis_settings(max_examples=40, deadline=None)
def test_a_reference_is_always_one_that_payfip_takes(keys: list[str], own: str) -> None:
    basket = judge([bill(key, reference=own) for key in keys], {1: REGIE}, {})
    assert isinstance(basket, Basket)
    mark = ALPHABET[-MARK:]
    reference = reference_of(basket, NOW, mark)
    assert reference_fault(reference) is None
    assert reference.endswith(mark)


def test_more_than_payfip_takes_at_once_is_refused() -> None:
    refused = judge([bill(total_cents=100_000_01, due_cents=100_000_01)], {1: REGIE}, {})
    assert isinstance(refused, tuple)
    assert "va jusqu'à 100\u202f000,00\u202f€" in refused[0]
    many = [bill(str(number)) for number in range(1, 102)]
    assert isinstance(judge(many, {1: REGIE}, {}), tuple)


def test_an_invoice_whose_regie_is_not_published_is_not_paid() -> None:
    assert judge([bill()], {}, {}) == (
        "Facture 2026-000101\u202f: elle ne se paie pas en ligne, mais auprès de la régie.",
    )


@pytest.mark.parametrize("state", [state for state in InvoiceState if state not in {"to_pay", "partly_paid"}])
def test_no_other_state_is_ever_paid(state: InvoiceState) -> None:
    assert isinstance(judge([bill(state=state, due_cents=7049)], {1: REGIE}, {}), tuple)


def test_payfip_is_asked_often_at_first_then_seldom() -> None:
    waits = []
    for age in (timedelta(0), timedelta(minutes=5), timedelta(hours=1), timedelta(hours=5), timedelta(days=3)):
        now = NOW + age
        steps = [timedelta(seconds=10 * n) for n in range(1, 3000)]
        waits.append(next(step for step in steps if is_due(NOW, now - step, now)))
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=10), timedelta(hours=6))
    assert is_due(NOW, None, NOW)


def test_nothing_is_over_while_it_lives() -> None:
    for unknown in (True, False):
        assert not is_over(State.STARTED, NOW, NOW + LIVES, unknown=unknown)
        assert is_over(State.STARTED, NOW, NOW + timedelta(days=2), unknown=unknown)
        assert not is_over(State.REFUSED, NOW, NOW + timedelta(days=2), unknown=unknown)


@given(st.lists(st.text(max_size=12), max_size=6))
@hypothesis_settings(max_examples=60, deadline=None)
def test_only_what_may_be_a_key_is_kept(given_keys: list[str]) -> None:
    kept = clean_keys([*given_keys, "7", "007", "2147483648"])
    assert "7" in kept
    assert len(set(kept)) == len(kept)
    assert all(re.fullmatch(r"\d{1,10}", key) and int(key) < 2**31 for key in kept)


def test_a_basket_says_what_is_paid_and_names_nobody() -> None:
    basket = judge([bill("101"), bill("102", service="Accueil de l'été", children=("Léa",))], {1: REGIE}, {})
    assert isinstance(basket, Basket)
    assert "Léa" not in basket.subject
    assert subject_fault("Restauration scolaire octobre 2026 Accueil de l ete") is None
