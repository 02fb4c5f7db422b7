"""What families read of their invoices: each life that an invoice may have, and whether it may be paid online."""

from datetime import date

import pytest

from backoffice.billing.credit import credit
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import family_invoices
from backoffice.billing.render import render_missing
from backoffice.debits.mandates import change_state
from backoffice.office import Office, Work
from backoffice.reminders.hand_over import hand_over, write_off
from backoffice.sync.contract import SHARED, InvoiceState, InvoiceView, ViewKind
from backoffice.sync.frame import Frame
from backoffice.sync.invoice_views import invoices
from backoffice.sync.views import build_views
from models.office.billing import CarryOver, Invoice
from models.office.debits import DebitRun, DirectDebit, Mandate
from models.office.house import PublishedView
from models.office.structure import Regie
from models.vocabulary import DebitSequence, DebitState, MandateState
from tests.factories import AGENT, a_commune, an_office
from tests.months import IN_NOVEMBER, OCTOBER, SCHOOL_DAYS, seen
from tests.unit.payments.household import Owed, two_invoices
from tests.unit.payments.payfip import a_client_number


@pytest.fixture
def owed(tmp_path):
    office = an_office(tmp_path, now=IN_NOVEMBER)
    town = a_commune(office)
    a_client_number(office)
    made = two_invoices(office, town)
    office.write(credit, AGENT, made.care.id, reason="Essai", seen_cents=580)
    render_missing(office, AGENT)
    yield made
    office.close()


def shown(owed: Owed, invoice_id: int | None = None) -> InvoiceView:
    office: Office = owed.office
    key = (ViewKind.INVOICE, str(invoice_id or owed.canteen.id), owed.town.home.family_id)
    built = office.read(lambda session: invoices(Frame(session, office.now(), office.today()), [key]))
    body = built[key].body
    assert isinstance(body, InvoiceView)
    return body


def wanted(owed: Owed) -> int:
    key = ("invoice", str(owed.canteen.id), owed.town.home.family_id)
    return owed.office.read(lambda session: session.get_one(PublishedView, key).wanted)


def change(owed: Owed, **values: object) -> None:
    def put(work: Work) -> None:
        invoice = work.session.get_one(Invoice, owed.canteen.id)
        for name, value in values.items():
            setattr(invoice, name, value)

    owed.office.write(put, AGENT)


def a_mandate(owed: Owed, state: MandateState = MandateState.ACTIVE) -> int:
    def put(work: Work) -> int:
        mandate = Mandate(
            regie_id=owed.town.regie_id, family_id=owed.town.home.family_id, rum="ENF-MARTIN-01", state=state,
            one_off=False, holder="Camille Martin", iban_sealed=b"x", iban_ending="2325", signed_on=date(2026, 9, 1),
            created_at=work.now, rejections=0,
        )  # fmt: skip
        work.session.add(mandate)
        work.session.flush()
        invoice = work.session.get_one(Invoice, owed.canteen.id)
        invoice.debit_on, invoice.mandate_id = date(2026, 12, 3), mandate.id
        return mandate.id

    return owed.office.write(put, AGENT)


def presented(owed: Owed, mandate_id: int, state: DebitState) -> None:
    def put(work: Work) -> None:
        run = DebitRun(
            regie_id=owed.town.regie_id, number=f"P-{state}", scheme="pain.008.001.08", debit_on=date(2026, 12, 3),
            made_at=work.now, made_by="", count=1, amount_cents=4150, file_sealed=b"", sha256="",
        )  # fmt: skip
        work.session.add(run)
        work.session.flush()
        work.session.add(
            DirectDebit(
                run_id=run.id, mandate_id=mandate_id, invoice_id=owed.canteen.id, sequence=DebitSequence.FIRST,
                end_to_end=f"E-{state}", amount_cents=4150, state=state,
            )
        )  # fmt: skip

    owed.office.write(put, AGENT)


def test_an_invoice_to_pay_may_be_paid_online_under_its_reference(owed: Owed) -> None:
    body = shown(owed)
    assert (body.state, body.online, body.reference, body.regie_id) == (
        InvoiceState.TO_PAY,
        True,
        "CANTINE2026000001",
        owed.town.regie_id,
    )
    assert (body.total_cents, body.due_cents, body.balance_cents) == (4150, 4150, 4150)
    report = owed.pay(1000)
    body = shown(owed)
    assert (body.state, body.due_cents, body.online) == (InvoiceState.PARTLY_PAID, 3150, True)
    assert [(line.number, line.cents) for line in body.receipts] == [(report.receipt_number, 1000)]


def test_a_credit_note_is_told_and_nothing_is_left_to_pay(owed: Owed) -> None:
    body = shown(owed, owed.care.id)
    assert (body.state, body.due_cents, body.online) == (InvoiceState.CANCELLED, 0, False)
    assert [(line.cents, line.day) for line in body.credits] == [(580, date(2026, 11, 3))]


def test_hand_over_closes_the_payment_on_the_portal(owed: Owed) -> None:
    before = wanted(owed)
    owed.office.clock.move(days=90)
    owed.office.write(hand_over, AGENT, owed.town.regie_id, [owed.canteen.id], {owed.canteen.id: 4150})
    body = shown(owed)
    assert (body.state, body.due_cents, body.balance_cents, body.online) == (InvoiceState.HANDED_OVER, 0, 4150, False)
    assert wanted(owed) == before + 1  # its view is to be sent
    owed.office.write(write_off, AGENT, owed.canteen.id, "Surendettement")
    assert (shown(owed).state, shown(owed).online) == (InvoiceState.WRITTEN_OFF, False)


def test_what_a_debit_will_pay_is_not_paid_online(owed: Owed) -> None:
    mandate_id = a_mandate(owed)
    body = shown(owed)
    assert (body.state, body.debit_on, body.online, body.due_cents) == (
        InvoiceState.DEBITED,
        date(2026, 12, 3),
        False,
        4150,
    )
    presented(owed, mandate_id, DebitState.REJECTED)
    assert (shown(owed).state, shown(owed).online, shown(owed).debit_on) == (InvoiceState.TO_PAY, True, None)
    presented(owed, mandate_id, DebitState.PRESENTED)
    assert (shown(owed).state, shown(owed).online) == (InvoiceState.DEBITED, False)


@pytest.mark.parametrize("state", [MandateState.SUSPENDED, MandateState.REVOKED])
def test_a_mandate_that_stands_no_more_lets_the_family_pay(owed: Owed, state: MandateState) -> None:
    a_mandate(owed, state)
    assert (shown(owed).state, shown(owed).online) == (InvoiceState.TO_PAY, True)


def test_a_small_invoice_waits_until_another_asks_for_it(owed: Owed) -> None:
    change(owed, carried=True)
    assert (shown(owed).state, shown(owed).online) == (InvoiceState.CARRIED, False)

    def take(work: Work) -> None:
        work.session.add(CarryOver(invoice_id=owed.canteen.id, into_id=owed.care.id, cents=4150))

    owed.office.write(take, AGENT)
    body = shown(owed)
    assert (body.state, body.online, body.carried_into) == (InvoiceState.TO_PAY, True, owed.care.number)


def test_without_a_client_number_or_a_reference_nothing_is_paid_online(owed: Owed) -> None:
    change(owed, payfip_reference=None)
    assert shown(owed).online is False


def test_the_structure_names_its_regies_and_no_secret(owed: Owed) -> None:
    office = owed.office
    key = (ViewKind.STRUCTURE, "", SHARED)
    built = office.read(lambda session: build_views(Frame(session, office.now(), office.today()), [key]))
    body = built[key].body
    assert body is not None
    name = "Régie des services à l'enfance"
    assert body["regies"] == [{"id": owed.town.regie_id, "name": name, "payfip_client": "881140", "debits": True}]


def test_a_mandate_stopped_or_resumed_is_shown_again(owed: Owed) -> None:
    mandate_id, before = a_mandate(owed), wanted(owed)

    def stop(work: Work) -> None:
        change_state(work, work.session.get_one(Mandate, mandate_id), MandateState.SUSPENDED, "deux rejets")

    owed.office.write(stop, AGENT)
    assert wanted(owed) == before + 1
    assert shown(owed).online is True


def test_a_small_invoice_that_a_later_one_asks_for_is_shown_again(tmp_path) -> None:
    office = an_office(tmp_path, now=IN_NOVEMBER)
    town = a_commune(office)

    def carry(work: Work) -> None:
        work.session.get_one(Regie, town.regie_id).carry_below_cents = 1000

    office.write(carry, AGENT)
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    render_missing(office, AGENT)
    small = office.read(family_invoices, town.home.family_id)[0]
    made = Owed(office, town, small, small)
    assert shown(made).state is InvoiceState.CARRIED
    before = wanted(made)
    office.clock.move(days=30)
    seen(office, town.home.child_id, town.meal_id, *(date(2026, 11, day) for day in (3, 5, 6, 9)))
    office.write(draft_month, AGENT, date(2026, 11, 1))
    office.write(issue_month, AGENT, date(2026, 11, 1))
    assert wanted(made) == before + 1
    assert (shown(made).state, shown(made).carried_into) == (InvoiceState.TO_PAY, "CANTINE-2026-000002")
    office.close()
