"""The power goes off at any statement of a deposit, a closing, a payment over: all of it is there, or nothing."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backoffice.audit import first_broken_entry
from backoffice.office import Office
from backoffice.treasury.close import close, propose_closing
from backoffice.treasury.remit import remit
from backoffice.treasury.soundness import check_closings, check_papers, check_series, check_sums
from models.office.treasury import Closing, Deposit, DepositItem, Paper, Remittance, RemittanceItem
from models.vocabulary import ClosingKind
from tests.factories import AGENT, a_commune, an_office
from tests.faults.cuts import Cut, cut_at, one_in
from tests.months import IN_NOVEMBER
from tests.unit.treasury.books import CHEQUE, DAY, TRANSFER, Books

Act = Callable[[], Any]


def a_deposit(books: Books) -> Act:
    return lambda: books.deposit(CHEQUE)


def a_closing(books: Books) -> Act:
    office, regie_id = books.office, books.town.regie_id
    found = office.read(propose_closing, regie_id, ClosingKind.DAY, DAY, today=DAY)
    return lambda: office.write(close, AGENT, regie_id, ClosingKind.DAY, DAY, seen=found.seen)


def a_payment_over(books: Books) -> Act:
    return lambda: books.office.write(remit, AGENT, books.town.regie_id, made_on=DAY, seen_cents=2000)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """Give books with a cheque in hand and a transfer on the account."""
    office = an_office(tmp_path, now=IN_NOVEMBER)
    books = Books(office, a_commune(office))
    books.receive(5000, CHEQUE)
    books.receive(2000, TRANSFER)
    yield books
    office.close()


def written(office: Office) -> list[Any]:
    """Read all that these use-cases write."""
    queries = (
        select(Deposit.number, Deposit.amount_cents),
        select(DepositItem.payment_id),
        select(Closing.day, Closing.digest),
        select(Remittance.number, Remittance.amount_cents),
        select(RemittanceItem.payment_id),
        select(Paper.kind, Paper.sha256),
    )
    return [list(map(tuple, office.read(lambda session, q=query: session.execute(q).all()))) for query in queries]


@one_in(3)
@pytest.mark.parametrize("prepare", [a_deposit, a_closing, a_payment_over])
def test_a_cut_at_one_statement_or_another_leaves_nothing_and_the_next_try_all(
    books: Books, prepare: Callable[[Books], Act], step: int
) -> None:
    office, act = books.office, prepare(books)
    nothing, moments, cut = written(office), count(1, step), True
    while cut:
        with cut_at(office, next(moments)) as left:
            try:
                act()
            except Cut:
                assert written(office) == nothing
        cut = left[0] <= 0
    assert next(moments) > 10
    assert [len(rows) for rows in written(office)] != [len(rows) for rows in nothing]
    for check in (check_series, check_papers, check_closings, check_sums):
        assert office.read(check).good
    assert office.read(first_broken_entry) is None
