"""Two agents at the same till: one deposits, closes or pays over, the other is told; nothing twice."""

from typing import Any

import pytest

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.treasury.lists import closings, deposits, remittances
from backoffice.treasury.soundness import check_closings, check_series, check_sums
from tests.factories import a_commune
from tests.faults.desks import together
from tests.unit.treasury.books import CHEQUE, DAY, TRANSFER, Books


@pytest.fixture
def both(desks: tuple[Office, Office]) -> tuple[Books, Books]:
    """Give the books of one régie to two workstations."""
    one, two = desks
    town = a_commune(one)
    return Books(one, town), Books(two, town)


def refused(answers: list[Any], kind: type[Exception] = RefusedByRule) -> int:
    return sum(isinstance(answer, kind) for answer in answers)


def check(office: Office) -> None:
    found = [office.read(question) for question in (check_series, check_closings, check_sums)]
    assert all(one.good for one in found), found


def test_two_agents_deposit_the_same_cheque(both: tuple[Books, Books]) -> None:
    one, two = both
    cheque = one.receive(5000, CHEQUE)
    answers = together(lambda: one.deposit(CHEQUE, cheque), lambda: two.deposit(CHEQUE, cheque))
    assert refused(answers, StaleRecord) == 1
    assert [row.amount_cents for row in one.office.read(deposits, one.town.regie_id, DAY, DAY)] == [5000]
    assert one.balance().is_exact
    check(one.office)


def test_two_agents_close_the_same_day(both: tuple[Books, Books]) -> None:
    one, two = both
    one.receive(5000)
    assert refused(together(one.close, two.close)) == 1
    assert len(one.office.read(closings, one.town.regie_id)) == 1
    check(one.office)


def test_two_agents_pay_over_at_once(both: tuple[Books, Books]) -> None:
    one, two = both
    one.receive(5000, TRANSFER)
    assert refused(together(one.remit, two.remit)) == 1
    assert [row.amount_cents for row in two.office.read(remittances, two.town.regie_id)] == [5000]
    check(two.office)


def test_one_closes_the_day_while_the_other_receives_money(both: tuple[Books, Books]) -> None:
    """Either the payment is in what was closed, or it is refused, or the closing is: never dated inside unseen."""
    one, two = both
    one.receive(100)
    answers = together(one.close, lambda: two.receive(250))
    assert refused(answers) <= 1
    frozen = [row.receipts_cents for row in one.office.read(closings, one.town.regie_id)]
    assert frozen in ([], [one.balance().receipts_cents])
    check(one.office)


def test_one_deposits_a_cheque_while_the_other_reverses_it(both: tuple[Books, Books]) -> None:
    one, two = both
    cheque = one.receive(5000, CHEQUE)
    together(lambda: one.deposit(CHEQUE, cheque), lambda: two.reverse(cheque))
    left = one.balance()
    assert (left.values_cents, left.account_cents, left.receipts_cents) == (0, 0, 0)
    check(one.office)
