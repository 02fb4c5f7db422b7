"""What a family has paid too much, and what was paid by mistake."""

import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Work
from backoffice.payments.account import family_account
from backoffice.payments.book import Money, Share, enter
from backoffice.payments.lists import PaymentState, receipts
from backoffice.payments.reverse import reverse
from backoffice.payments.use_credit import use_credit
from backoffice.permissions import Agent
from backoffice.treasury.deposit import deposit
from backoffice.treasury.periods import hold_regie
from models.office.billing import Invoice
from models.office.house import AuditEntry
from models.vocabulary import InvoiceStatus, PaymentMeans
from tests.factories import AGENT, COLLEAGUE
from tests.unit.payments.household import TODAY, Owed
from tests.unit.payments.test_receive import close


def use(owed: Owed, shares: list[Share] | None = None, **more: object):
    return owed.office.write(use_credit, AGENT, owed.town.regie_id, owed.town.home.family_id, shares, **more)


def in_advance(owed: Owed, cents: int):
    return owed.pay(cents, shares=[], keep_excess=True)


def test_a_credit_settles_the_oldest_invoice_and_writes_no_receipt(owed: Owed) -> None:
    first, second = in_advance(owed, 1000), in_advance(owed, 3500)
    report = use(owed)
    assert (report.used_cents, report.left_cents) == (4500, 0)
    assert "il reste 2,30" in report.sentence
    assert owed.allocations() == [
        (first.payment_id, owed.canteen.id, 1000),
        (second.payment_id, owed.canteen.id, 3150),
        (second.payment_id, owed.care.id, 350),
    ]
    assert owed.count() == 2


def test_a_credit_may_be_used_in_part_and_where_wished(owed: Owed) -> None:
    in_advance(owed, 1000)
    report = use(owed, [Share(owed.care.id, 580)], seen={owed.care.id: 580})
    assert (report.used_cents, report.left_cents) == (580, 420)
    assert [one.status for one in report.settled] == [InvoiceStatus.PAID]


def test_a_credit_too_small_stale_or_none_is_refused(owed: Owed) -> None:
    with pytest.raises(RefusedByRule, match="Aucun crédit"):
        use(owed)
    in_advance(owed, 300)
    with pytest.raises(RefusedByRule, match=r"que 3,00.*sur 5,80"):
        use(owed, [Share(owed.care.id, 580)])
    with pytest.raises(StaleRecord):
        use(owed, seen={owed.care.id: 579})
    assert owed.dues().credit_cents == 300


def test_cesu_kept_as_credit_do_not_pay_the_canteen(owed: Owed) -> None:
    in_advance(owed, 500)
    owed.pay(2000, means=PaymentMeans.CESU, shares=[], keep_excess=True)
    report = use(owed)
    assert (report.used_cents, report.left_cents) == (500, 2000), "Léa is seven: CESU pay nothing for her"


def test_a_reversal_opens_the_invoices_again(owed: Owed) -> None:
    payment = owed.pay(4730)
    report = owed.office.write(reverse, AGENT, payment.payment_id, reason=" chèque rejeté ")
    assert (report.receipt_number, report.reopened, report.amount_cents) == ("Q-ENF-2026-000002", 2, -4730)
    assert "2 factures sont de nouveau à payer" in report.sentence
    assert owed.dues().due_cents == 4730
    assert owed.dues().credit_cents == 0
    counter, original = owed.office.read(receipts, owed.town.regie_id)
    assert (counter.reverses, counter.reason, counter.state) == (
        payment.receipt_number,
        "chèque rejeté",
        PaymentState.COUNTER,
    )
    assert (original.reversed_by, original.state, original.credit_cents) == (
        report.receipt_number,
        PaymentState.REVERSED,
        0,
    )
    with pytest.raises(RefusedByRule, match="Aucun crédit"):
        use(owed)
    deed = owed.office.read(
        lambda session: session.scalars(select(AuditEntry).where(AuditEntry.action == "payment.reverse")).one()
    )
    assert deed.new["reason"] == "chèque rejeté"


def test_a_payment_is_reversed_once(owed: Owed) -> None:
    payment = owed.pay(100)
    entry = owed.office.write(reverse, AGENT, payment.payment_id, reason="erreur")
    with pytest.raises(StaleRecord, match="vient d'être annulée"):
        owed.office.write(reverse, COLLEAGUE, payment.payment_id, reason="erreur")
    with pytest.raises(RefusedByRule, match="ne s'annule pas"):
        owed.office.write(reverse, AGENT, entry.payment_id, reason="erreur")
    assert owed.count() == 2


def test_a_reversal_wants_a_reason_an_open_day_and_the_cashier(owed: Owed) -> None:
    payment = owed.pay(100)
    with pytest.raises(RefusedByRule, match="Notez le motif"):
        owed.office.write(reverse, AGENT, payment.payment_id, reason="  ")
    with pytest.raises(RefusedByRule, match="pas encore venu"):
        owed.office.write(reverse, AGENT, payment.payment_id, reason="x", on=date(2026, 11, 4))
    with pytest.raises(RefusedByRule, match="ne peut pas le précéder"):
        owed.office.write(reverse, AGENT, payment.payment_id, reason="x", on=date(2026, 11, 2))
    with pytest.raises(NotAllowed):
        owed.office.write(reverse, Agent("x", "X", frozenset(), "P"), payment.payment_id, reason="x")
    close(owed, TODAY)
    with pytest.raises(RefusedByRule, match="arrêtée"):
        owed.office.write(reverse, AGENT, payment.payment_id, reason="x")
    owed.office.clock.move(hours=24)
    owed.office.write(reverse, AGENT, payment.payment_id, reason="x")


def test_what_is_deposited_is_not_reversed_before_its_slip(owed: Owed) -> None:
    payment = owed.pay(100)
    owed.office.clock.move(hours=48)
    slip = {"made_on": owed.office.today(), "seen_cents": 100, "notes_and_coins": {100: 1}}
    owed.office.write(deposit, AGENT, owed.town.regie_id, PaymentMeans.CASH, [payment.payment_id], **slip)
    with pytest.raises(RefusedByRule, match=r"déposé le 05/11/2026.*Rien n'a été enregistré"):
        owed.office.write(reverse, AGENT, payment.payment_id, reason="x", on=date(2026, 11, 4))
    owed.office.write(reverse, AGENT, payment.payment_id, reason="x", on=date(2026, 11, 5))


@pytest.mark.parametrize(
    ("given_up", "sentence"),
    [
        (InvoiceStatus.HANDED_OVER, "transmise au Trésor.*10,00.*compléter le titre"),
        (InvoiceStatus.WRITTEN_OFF, "admise en non-valeur.*10,00.*compléter la décision"),
    ],
)
def test_reversing_what_paid_an_invoice_given_up_says_who_must_ask_for_it(
    owed: Owed, given_up: InvoiceStatus, sentence: str
) -> None:
    payment = owed.pay(1000)

    def end(work: Work) -> None:
        work.session.execute(update(Invoice).where(Invoice.id == owed.canteen.id).values(status=given_up))

    owed.office.write(end, AGENT)
    report = owed.office.write(reverse, AGENT, payment.payment_id, reason="chèque rejeté")
    assert report.reopened == 0
    assert "de nouveau à payer" not in report.sentence
    assert re.search(sentence, report.sentence)
    assert owed.dues().due_cents == 580, "it is still not paid here"


@pytest.mark.parametrize(
    ("means", "sentence"),
    [(PaymentMeans.SEPA_DEBIT, "par son rejet"), (PaymentMeans.ONLINE_CARD, "que si PayFiP a rendu l'argent")],
)
def test_what_came_by_itself_is_not_reversed_by_hand(owed: Owed, means: PaymentMeans, sentence: str) -> None:
    money = Money(family_id=owed.town.home.family_id, payer_name="Camille", means=means, cents=100, received_on=TODAY)
    payment_id = owed.office.write(
        lambda work: enter(work, hold_regie(work.session, owed.town.regie_id), money, []).id, AGENT
    )
    with pytest.raises(RefusedByRule, match=sentence):
        owed.office.write(reverse, AGENT, payment_id, reason="x")
    if means is PaymentMeans.ONLINE_CARD:
        owed.office.write(reverse, AGENT, payment_id, reason="remboursé par PayFiP", even_online=True)
        assert owed.dues().credit_cents == 0


ACTS = st.lists(st.tuples(st.sampled_from(["pay", "keep", "credit", "reverse"]), st.integers(1, 3000)), max_size=7)


@settings(max_examples=7, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_the_account_always_adds_up(owed: Owed, acts: list[tuple[str, int]]) -> None:
    """The same office lives on from one example to the next: the sums hold whatever came before."""
    for act, cents in acts:
        try:
            if act == "pay":
                owed.pay(cents)
            elif act == "keep":
                owed.pay(cents, keep_excess=True)
            elif act == "credit":
                use(owed)
            elif rows := owed.office.read(receipts, owed.town.regie_id):
                owed.office.write(reverse, AGENT, rows[cents % len(rows)].id, reason="au hasard")
        except RefusedByRule:
            continue
    rows = owed.office.read(receipts, owed.town.regie_id)
    dues = owed.dues()
    assert all(0 <= row.settled_cents <= max(row.amount_cents, 0) for row in rows)
    assert all(invoice.due_cents > 0 for invoice in dues.invoices)
    assert dues.credit_cents == sum(row.credit_cents for row in rows)
    assert 4730 - dues.due_cents == sum(row.settled_cents for row in rows)
    account = owed.office.read(family_account, owed.town.regie_id, owed.town.home.family_id)
    assert account.entries[-1].balance_cents == account.balance_cents == dues.due_cents - dues.credit_cents
