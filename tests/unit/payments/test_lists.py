"""What the desk reads: who owes, what came in, a family's account."""

from datetime import date

import pytest

from backoffice.payments.account import EntryKind, family_account
from backoffice.payments.debtors import debtors
from backoffice.payments.lists import PaymentState, payments_of, receipts
from backoffice.payments.reverse import reverse
from backoffice.reminders.hand_over import hand_over, write_off
from models.office.treasury import Deposit, DepositItem
from models.vocabulary import PaymentMeans
from tests.factories import AGENT, another_family
from tests.unit.payments.household import CHEQUE, TODAY, Owed


def test_those_who_owe_are_listed_and_a_search_finds_the_others(owed: Owed) -> None:
    another_family(owed.office, owed.town, "Évrard")
    regie = owed.town.regie_id

    def found(search: str = "") -> list[tuple[str, int, int]]:
        rows = owed.office.read(debtors, regie, search, today=date(2027, 1, 4))
        return [(row.family, row.due_cents, row.late_cents) for row in rows]

    martin = ("Martin", 4730, 4730)
    assert found() == [martin]
    assert found("evr") == [("Évrard", 0, 0)]
    for search in ("mart", "fmartin", "peri-2026-000001", "martin cantine"):
        assert found(search) == [martin]
    assert found("martin zola") == []
    assert owed.office.read(debtors, regie, today=TODAY)[0].late_cents == 0
    owed.pay(5000, keep_excess=True)
    assert found() == []
    assert owed.office.read(debtors, regie, "martin", today=TODAY)[0].credit_cents == 270


def test_receipts_are_found_by_period_means_family_and_words(owed: Owed) -> None:
    cash, cheque = owed.pay(100), owed.pay(200, **CHEQUE)
    regie, office = owed.town.regie_id, owed.office

    def found(*period: date, **filters: object) -> list[str]:
        return [row.receipt_number for row in office.read(receipts, regie, *period, **filters)]

    both = [cheque.receipt_number, cash.receipt_number]
    assert found() == found(TODAY, TODAY) == found(family_id=owed.town.home.family_id) == both
    assert found(date(2026, 11, 4)) == found(date(2026, 1, 1), date(2026, 11, 2)) == found(family_id=999) == []
    assert found(means=PaymentMeans.CHEQUE) == found(search="0001234") == [cheque.receipt_number]
    assert found(search="martin 000001") == both, "both settle the invoice of that number"
    assert found(search="q-enf-2026-000002") == [cheque.receipt_number]
    assert found(limit=1) == [cheque.receipt_number]


def test_a_receipt_says_where_its_money_is(owed: Owed) -> None:
    cash, transfer = owed.pay(100), owed.pay(200, means=PaymentMeans.TRANSFER)
    regie = owed.town.regie_id

    def states() -> list[PaymentState]:
        return [row.state for row in owed.office.read(receipts, regie)]

    assert states() == [PaymentState.ON_ACCOUNT, PaymentState.IN_HAND]

    def deposit(work) -> None:
        slip = Deposit(
            regie_id=regie, number="B-1", means=PaymentMeans.CASH, made_on=TODAY, made_at=work.now, made_by="X",
            amount_cents=100, content={},
        )  # fmt: skip
        work.session.add(slip)
        work.session.flush()
        work.session.add(DepositItem(payment_id=cash.payment_id, deposit_id=slip.id))

    owed.office.write(deposit, AGENT)
    assert states() == [PaymentState.ON_ACCOUNT, PaymentState.ON_ACCOUNT]
    owed.office.write(reverse, AGENT, transfer.payment_id, reason="x")
    assert states() == [PaymentState.COUNTER, PaymentState.REVERSED, PaymentState.ON_ACCOUNT]


def test_an_account_is_told_in_time_order_with_its_balance(owed: Owed) -> None:
    payment = owed.pay(5000, keep_excess=True)
    owed.office.clock.move(hours=24)
    owed.office.write(reverse, AGENT, payment.payment_id, reason="x")
    account = owed.office.read(family_account, owed.town.regie_id, owed.town.home.family_id)
    assert [(entry.kind, entry.cents, entry.balance_cents) for entry in account.entries] == [
        (EntryKind.INVOICE, 4150, 4150),
        (EntryKind.INVOICE, 580, 4730),
        (EntryKind.PAYMENT, -5000, -270),
        (EntryKind.COUNTER, 5000, 4730),
    ]
    assert (account.due_cents, account.credit_cents, account.balance_cents) == (4730, 0, 4730)
    assert account.entries[0].label == "Restauration scolaire, octobre 2026"


def test_what_is_given_up_leaves_the_account_once_whatever_happens_to_it_next(owed: Owed) -> None:
    office, regie, family = owed.office, owed.town.regie_id, owed.town.home.family_id

    def balance() -> tuple[int, int]:
        account = office.read(family_account, regie, family)
        return account.entries[-1].balance_cents, account.balance_cents

    payment = owed.pay(1000)
    office.clock.move(hours=24 * 100)
    seen = {owed.canteen.id: 3150}
    office.write(hand_over, AGENT, regie, list(seen), seen)
    assert balance() == (580, 580)
    office.write(reverse, AGENT, payment.payment_id, reason="chèque rejeté")
    assert balance() == (580, 580), "the Treasury must ask for it, not the régie"
    assert office.write(write_off, AGENT, owed.canteen.id, "Insolvable") == 4150
    assert balance() == (580, 580)
    kinds = [(entry.kind, entry.cents) for entry in office.read(family_account, regie, family).entries]
    assert kinds[-3:] == [(EntryKind.COUNTER, 1000), (EntryKind.CLAIM, -3150), (EntryKind.WRITE_OFF, -1000)]


@pytest.mark.parametrize("kept", [True, False])
def test_an_invoice_shows_what_pays_it_now(owed: Owed, kept: bool) -> None:
    payment = owed.pay(4730)
    if not kept:
        owed.office.write(reverse, AGENT, payment.payment_id, reason="x")
    rows = owed.office.read(payments_of, owed.care.id)
    assert [(row.amount_cents, row.invoice_number) for row in rows] == ([(580, "PERI-2026-000001")] if kept else [])
