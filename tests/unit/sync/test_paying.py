"""A payment from the portal to the books and back: PayFiP's double over HTTP, the office's receipts, the family's pages."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from backoffice.billing.render import render_missing
from backoffice.demonstration.payfip import PayfipDouble
from backoffice.office import Office
from backoffice.payments.online_rules import Finding
from backoffice.portal import payment
from backoffice.portal.payfip import Payments
from backoffice.portal.payment import Asked, Frozen, Payer, Review
from backoffice.sync.contract import ViewKind
from models.office.structure import Regie
from tests.factories import AGENT, Town, a_commune
from tests.letterbox import Letterbox
from tests.unit.payments.household import Owed, two_invoices
from tests.unit.payments.payfip import rows

BOTH = 4150 + 580


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


@pytest.fixture
def owed(office: Office, town: Town) -> Owed:
    office.write(_a_line_in_production, AGENT)
    found = two_invoices(office, town)
    render_missing(office, AGENT)
    return found


@pytest.fixture
def payfip(office: Office) -> Iterator[PayfipDouble]:
    with PayfipDouble(clock=office.now) as double:
        yield double


@pytest.fixture
def line(office: Office, portal: Letterbox, owed: Owed, payfip: PayfipDouble) -> Payments:
    """The portal's line to PayFiP, once the invoices are published."""
    turn(office, portal)
    settings = portal.app.extensions["marelle"].settings
    return Payments(portal.store, replace(settings, payfip_url=payfip.service))


def _a_line_in_production(work) -> None:
    regie = work.session.query(Regie).one()
    regie.payfip_client, regie.payfip_mode = "881140", "W"


def turn(office: Office, portal: Letterbox) -> None:
    office.clock.move(seconds=20)
    portal.turn(office)


def pay(line: Payments, owed: Owed, form_key: str = "formulaire") -> Frozen | Review | None:
    home = owed.town.home
    asked = Asked((str(owed.canteen.id), str(owed.care.id)), BOTH, form_key)
    urls = {"notify_url": "http://127.0.0.1:9/n", "return_url": "http://127.0.0.1:9/paiement/{id}/retour"}
    return line.open(Payer(home.guardian_id, home.family_id, "camille.martin@exemple.fr"), asked, **urls)


def test_what_is_paid_online_is_in_the_books_once_and_the_page_says_so(
    office: Office, portal: Letterbox, owed: Owed, payfip: PayfipDouble, line: Payments
) -> None:
    before = owed.count()
    assert isinstance(pay(line, owed), Frozen)
    turn(office, portal)
    assert [row.verdict.finding for row in rows(owed)] == [Finding.WAITING]
    (idop,) = payfip.operations
    payfip.decide(idop, "P")
    line.ask_pending()
    for _ in range(2):
        turn(office, portal)
    assert owed.count() == before + 1
    assert owed.dues().due_cents == 0
    family = owed.town.home.family_id
    assert portal.body(ViewKind.INVOICE, str(owed.canteen.id), family)["state"] == "paid"
    receipt = portal.body(ViewKind.PAPER, f"receipt:{before + 1}", family)
    assert (receipt["cents"], receipt["online"], receipt["means"]) == (BOTH, True, "PayFiP, carte")


def test_the_desk_and_the_page_paid_together_leave_a_credit_and_no_lost_payment(
    office: Office, portal: Letterbox, owed: Owed, payfip: PayfipDouble, line: Payments
) -> None:
    pay(line, owed)
    owed.pay(4150)  # the other parent, in cash, while PayFiP's page is open
    turn(office, portal)
    (idop,) = payfip.operations
    payfip.decide(idop, "P")
    line.ask_pending()
    turn(office, portal)
    assert (owed.dues().due_cents, owed.dues().credit_cents) == (0, 4150)
    family = owed.town.home.family_id
    views = [portal.body(ViewKind.INVOICE, str(one.id), family) for one in (owed.canteen, owed.care)]
    assert [view["state"] for view in views] == ["paid", "paid"]
    found = portal.store.read(payment.review, Payer(1, family, "camille.martin@exemple.fr"), [str(owed.care.id)])
    assert found is not None
    assert found.faults == (f"Facture {owed.care.number}\u202f: elle est déjà payée.",)


def test_an_invoice_paid_at_the_desk_before_is_not_opened(
    office: Office, portal: Letterbox, owed: Owed, payfip: PayfipDouble, line: Payments
) -> None:
    owed.pay(4150)
    turn(office, portal)
    refused = pay(line, owed)
    assert isinstance(refused, Review)
    assert "elle est déjà payée" in " ".join(refused.faults)
    assert not payfip.operations
