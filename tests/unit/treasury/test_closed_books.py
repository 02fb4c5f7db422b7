"""Once the day is closed, no use-case of the money writes anything in it; the next day, each can."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from backoffice.billing.credit import credit
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.payments.record import record_payment
from backoffice.payments.reverse import reverse
from backoffice.payments.use_credit import use_credit
from backoffice.reminders.hand_over import write_off
from models.vocabulary import PaymentMeans
from tests.factories import AGENT, reached
from tests.months import OCTOBER, SCHOOL_DAYS, an_issued_invoice, seen
from tests.unit.treasury.books import CHEQUE, TRANSFER, Books

Ids = Mapping[str, int]


@pytest.fixture
def ids(books: Books, office: Office) -> Ids:
    """Give a régie that has everything to do, and whose day is closed."""

    def fill() -> Ids:
        town, first = books.town, an_issued_invoice(office, books.town, meals=3)
        seen(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0])
        office.write(draft_month, AGENT, OCTOBER)
        found = {"invoice": first.id, "cents": first.due_cents}
        found["cheque"] = books.receive(300, CHEQUE)
        books.receive(200, TRANSFER)
        books.close()
        return found

    return dict(reached(office, "closed books", fill))


def pay(office: Office, ids: Ids) -> Any:
    wish = {"means": PaymentMeans.CASH, "amount_cents": 100, "received_on": office.today()}
    return office.write(record_payment, AGENT, ids["invoice"], **wish)


ACTS: Mapping[str, Callable[[Books, Ids], Any]] = {
    "issue": lambda books, _ids: books.office.write(issue_month, AGENT, OCTOBER),
    "pay": lambda books, ids: pay(books.office, ids),
    "reverse": lambda books, ids: books.office.write(reverse, AGENT, ids["cheque"], reason="Erreur"),
    "use a credit": lambda books, _ids: books.office.write(
        use_credit, AGENT, books.town.regie_id, books.town.home.family_id
    ),
    "credit": lambda books, ids: books.office.write(
        credit, AGENT, ids["invoice"], reason="Erreur", seen_cents=ids["cents"]
    ),
    "write off": lambda books, ids: books.office.write(write_off, AGENT, ids["invoice"], "Décès"),
    "deposit": lambda books, _ids: books.deposit(CHEQUE, on=books.office.today()),
    "remit": lambda books, _ids: books.remit(on=books.office.today()),
    "close": lambda books, _ids: books.close(books.office.today()),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_closed_day_takes_nothing_more(books: Books, office: Office, ids: Ids, act: str) -> None:
    before = books.balance()
    with pytest.raises(RefusedByRule, match="La régie est arrêtée jusqu'au mardi 3 novembre 2026"):
        ACTS[act](books, ids)
    assert books.balance() == before
    office.clock.move(days=1)
    assert ACTS[act](books, ids) is not None
