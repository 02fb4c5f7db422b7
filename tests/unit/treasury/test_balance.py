"""Where the money is, at any instant, and how it moves."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.treasury.balance import balance, warnings
from backoffice.treasury.day_book import MovementKind, day_book
from models.office.structure import Regie
from models.vocabulary import PaymentMeans
from tests.factories import Town, a_commune, an_office
from tests.months import IN_NOVEMBER
from tests.unit.treasury.books import CASH, CHEQUE, DAY, TRANSFER, Books

CARD = PaymentMeans.CARD
EVE = DAY - timedelta(days=1)


def where(books: Books, day: date | None = None) -> tuple[int, int, int, int]:
    found = books.balance(day=day)
    assert found.is_exact
    return found.till_cents, found.values_cents, found.account_cents, found.paid_over_cents


def test_money_goes_from_the_till_to_the_account_then_to_the_accountant(books: Books) -> None:
    books.receive(1000)
    books.receive(2000, CHEQUE)
    books.receive(300, CARD)
    books.receive(4000, TRANSFER)
    assert where(books) == (1000, 2300, 4000, 0)
    books.deposit(CHEQUE)
    assert where(books) == (1000, 300, 6000, 0)
    assert [(held.means, held.count, held.cents) for held in books.balance().values] == [(CARD, 1, 300)]
    books.remit()
    assert where(books) == (1000, 300, 0, 6000)
    books.deposit(CASH)
    books.deposit(CARD)
    assert where(books) == (0, 0, 1300, 6000)
    assert books.balance().receipts_cents == 7300


def test_a_payment_reversed_in_hand_counts_for_nothing(books: Books) -> None:
    books.reverse(books.receive(1500, CHEQUE))
    books.receive(700, CHEQUE)
    assert [(held.count, held.cents) for held in books.balance().values] == [(1, 700)]


def test_a_payment_reversed_once_deposited_lowers_the_account(books: Books) -> None:
    cheque = books.receive(1500, CHEQUE)
    books.deposit(CHEQUE)
    books.remit()
    books.reverse(cheque)
    assert where(books) == (0, 0, -1500, 1500)


def test_the_balance_is_that_of_an_instant_or_of_a_day(office: Office, books: Books) -> None:
    books.receive(1000, on=EVE)
    before = office.now()
    office.clock.move(minutes=1)
    books.receive(200)
    books.deposit(CASH)
    assert where(books, EVE) == (1000, 0, 0, 0)
    assert where(books) == (0, 0, 1200, 0)
    then = office.read(balance, books.town.regie_id, at=before)
    assert (then.till_cents, then.account_cents, then.is_exact) == (1000, 0, True)


def test_the_ceilings_are_told_when_they_are_exceeded(books: Books) -> None:
    books.receive(5001)
    books.receive(1000, TRANSFER)
    found = books.balance()
    regie = Regie(cash_ceiling_cents=5000, ceiling_cents=6000)
    cash, whole = (sentence.replace("\u202f", " ") for sentence in warnings(regie, found))
    assert "50,01 € en caisse, au-delà du plafond de 50,00 €" in cash
    assert "60,01 € en tout, au-delà du plafond d'encaisse de 60,00 €" in whole
    assert warnings(Regie(cash_ceiling_cents=5001, ceiling_cents=6001), found) == ()
    assert warnings(Regie(cash_ceiling_cents=None, ceiling_cents=None), found) == ()


def test_the_balance_asks_as_many_questions_whatever_the_history(office: Office, books: Books) -> None:
    def questions() -> int:
        asked: list[str] = []
        event.listen(office.engine, "before_cursor_execute", listener := lambda *said: asked.append(said[2]))
        books.balance()
        event.remove(office.engine, "before_cursor_execute", listener)
        return sum(statement.lstrip().upper().startswith("SELECT") for statement in asked)

    books.receive(100)
    few = questions()
    for _ in range(12):
        books.receive(100)
        books.deposit(CASH)
    assert questions() == few


def test_the_day_book_tells_every_movement_and_what_it_leaves(books: Books, office: Office) -> None:
    books.receive(900, on=EVE)
    cheque = books.receive(2000, CHEQUE)
    books.receive(500)
    for step in (lambda: books.deposit(CASH), lambda: books.reverse(cheque), books.remit):
        office.clock.move(minutes=1)
        step()
    book = office.read(day_book, books.town.regie_id, DAY, DAY)
    told = [(move.kind, move.cents, move.till_cents, move.values_cents, move.account_cents) for move in book.movements]
    assert told == [
        (MovementKind.RECEIPT, 2000, 900, 2000, 0),
        (MovementKind.RECEIPT, 500, 1400, 2000, 0),
        (MovementKind.DEPOSIT, 1400, 0, 2000, 1400),
        (MovementKind.COUNTER, -2000, 0, 0, 1400),
        (MovementKind.REMITTANCE, 1400, 0, 0, 0),
    ]
    assert (book.opening.till_cents, book.closing.paid_over_cents) == (900, 1400)


MEANS = st.sampled_from([CASH, CHEQUE, CARD, TRANSFER])
STEPS = st.one_of(
    st.tuples(st.just("receive"), MEANS, st.integers(1, 9_999)),
    st.tuples(st.just("reverse"), st.integers(0, 9), st.none()),
    st.tuples(st.just("deposit"), st.sampled_from([CASH, CHEQUE, CARD]), st.none()),
    st.tuples(st.just("remit"), st.none(), st.none()),
    st.tuples(st.just("close"), st.none(), st.none()),
)


@pytest.fixture(scope="module")
def long_lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Town]:
    office = an_office(tmp_path_factory.mktemp("caisse"), now=IN_NOVEMBER)
    return office, a_commune(office)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=10))
def test_every_cent_received_is_somewhere_whatever_is_done(long_lived: tuple[Office, Town], steps: list) -> None:
    office, town = long_lived
    books, received = Books(office, town), []
    for name, what, cents in steps:
        office.clock.move(hours=5)
        today = office.today()
        try:
            match name:
                case "receive":
                    received.append(books.receive(cents, what, on=today))
                case "reverse" if what < len(received):
                    books.reverse(received[what], on=today)
                case "deposit":
                    books.deposit(what, on=today)
                case "remit":
                    books.remit(on=today)
                case "close":
                    books.close(today - timedelta(days=1))
        except RefusedByRule:
            pass
        now = books.balance()
        assert now.is_exact
        assert now == office.read(balance, town.regie_id, from_the_beginning=True)
        for when in ({"day": today - timedelta(days=1)}, {"at": office.now() - timedelta(hours=12)}):
            then = office.read(balance, town.regie_id, **when)
            assert then.is_exact
            assert then == office.read(balance, town.regie_id, from_the_beginning=True, **when)
        assert now.till_cents >= 0
        assert all(held.cents > 0 and held.count > 0 for held in now.values)
        book = office.read(day_book, town.regie_id, today, today)
        if book.movements:
            last = book.movements[-1]
            assert (last.till_cents, last.values_cents, last.account_cents) == (
                book.closing.till_cents, book.closing.values_cents, book.closing.account_cents,
            )  # fmt: skip
