"""Payments on PayFiP that the portal tells: once and only once, nothing lost, nothing doubled."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backoffice.audit import first_broken_entry
from backoffice.billing.credit import credit
from backoffice.billing.render import render_missing
from backoffice.office import Work
from backoffice.payments.ask import note_answer
from backoffice.payments.lists import ReceiptRow, receipts
from backoffice.payments.online import book_day, split
from backoffice.payments.online_rules import Finding
from backoffice.payments.reverse import reverse
from backoffice.permissions import SYSTEM
from backoffice.reminders.hand_over import hand_over
from backoffice.requests.receive import receive
from backoffice.sync.collect import FAULTY, collect
from backoffice.sync.contract import BasketLine, ViewKind
from backoffice.sync.publish import publish
from backoffice.treasury.close import close, propose_closing
from models.office.billing import Invoice
from models.office.families import Guardian
from models.office.house import AuditEntry
from models.office.payments import OnlinePayment
from models.vocabulary import ClosingKind, InvoiceStatus, OnlineState, PaymentMeans, Place
from tests.factories import AGENT, another_family
from tests.letterbox import Letterbox, an_action
from tests.unit.payments.household import Owed
from tests.unit.payments.payfip import BOTH, IDOP, Answers, a_client_number, ask, paid, rows, tell, told


@pytest.fixture(autouse=True)
def at_payfip(owed: Owed) -> None:
    a_client_number(owed.office)


def received(owed: Owed) -> tuple[ReceiptRow, ...]:
    return owed.office.read(receipts, owed.town.regie_id)


def kept(owed: Owed) -> OnlinePayment:
    return owed.office.read(lambda session: session.scalars(select(OnlinePayment)).one())


def status(owed: Owed, invoice_id: int) -> InvoiceStatus:
    return owed.office.read(lambda session: session.get_one(Invoice, invoice_id).status)


def finding(owed: Owed) -> Finding:
    (row,) = rows(owed)
    return row.verdict.finding


def test_a_paid_basket_becomes_one_receipt_that_settles_its_invoices(owed: Owed) -> None:
    tell(owed, told(owed, "started"))
    assert (owed.count(), finding(owed)) == (0, Finding.WAITING)
    _, done = tell(owed, told(owed, "paid", means="debit"))
    (row,) = received(owed)
    assert done.outcome == f"payé\u202f: 47,30\u202f€, quittance {row.receipt_number}"
    assert (row.means, row.place, row.amount_cents, row.credit_cents) == (
        PaymentMeans.ONLINE_DEBIT,
        Place.ACCOUNT,
        BOTH,
        0,
    )
    assert (row.reference, row.payer, row.received_on) == ("PANIER0001", "Camille Martin", date(2026, 11, 3))
    assert set(row.invoices) == {owed.canteen.number, owed.care.number}
    assert {status(owed, owed.canteen.id), status(owed, owed.care.id)} == {InvoiceStatus.PAID}
    assert (kept(owed).state, kept(owed).payment_id, len(kept(owed).told)) == (OnlineState.PAID, row.id, 2)
    assert finding(owed) is Finding.UNCHECKED


def test_the_same_message_twice_and_the_same_payment_told_twice_are_one_receipt(owed: Owed) -> None:
    action, _ = tell(owed, told(owed))
    assert not owed.office.write(receive, SYSTEM, action).applied
    tell(owed, told(owed))  # another action, the same idop
    assert ask(owed, Answers({IDOP: paid()})).receipts == ()
    assert owed.count() == 1
    assert len(kept(owed).told) == 2
    assert finding(owed) is Finding.AGREED


def test_it_travels_from_the_portal_and_the_family_sees_its_invoices_paid(owed: Owed, tmp_path) -> None:
    render_missing(owed.office, AGENT)
    portal = Letterbox(tmp_path, owed.office)
    portal.send(owed.town.home, told(owed))
    with portal.client() as client:
        assert collect(owed.office, client).applied == 1
        assert collect(owed.office, client).applied == 0
        publish(owed.office, client)
    body = portal.body(ViewKind.INVOICE, str(owed.canteen.id), owed.town.home.family_id)
    portal.close()
    (row,) = received(owed)
    assert body is not None
    assert (body["state"], body["due_cents"], body["receipts"]) == (
        "paid",
        0,
        [{"number": row.receipt_number, "day": "2026-11-03", "cents": 4150}],
    )


def test_paid_at_the_desk_meanwhile_leaves_a_credit_and_loses_nothing(owed: Owed) -> None:
    tell(owed, told(owed, "started"))
    owed.pay(4150, shares=None)
    tell(owed, told(owed))
    online = next(row for row in received(owed) if row.means is PaymentMeans.ONLINE_CARD)
    assert (online.settled_cents, online.credit_cents) == (580, 4150)
    assert owed.dues().credit_cents == 4150
    (row,) = rows(owed)
    assert (row.verdict.finding, row.verdict.look) == (Finding.EXCESS, True)
    assert "41,50\u202f€" in row.verdict.sentence


def test_credited_or_handed_over_meanwhile_the_money_is_the_familys(owed: Owed) -> None:
    tell(owed, told(owed, "started"))
    owed.office.write(credit, AGENT, owed.care.id, reason="Erreur", seen_cents=580)
    owed.office.clock.move(days=90)
    owed.office.write(hand_over, AGENT, owed.town.regie_id, [owed.canteen.id], {owed.canteen.id: 4150})
    tell(owed, told(owed))
    (row,) = received(owed)
    assert (row.amount_cents, row.settled_cents, row.credit_cents) == (BOTH, 0, BOTH)
    assert status(owed, owed.canteen.id) is InvoiceStatus.HANDED_OVER
    assert finding(owed) is Finding.EXCESS


@pytest.mark.parametrize("state", ["refused", "cancelled"])
def test_a_payment_refused_or_given_up_is_kept_and_can_still_be_made(owed: Owed, state: str) -> None:
    tell(owed, told(owed, "started"))
    tell(owed, told(owed, state))
    assert (owed.count(), finding(owed)) == (0, Finding.ENDED)
    tell(owed, told(owed))
    assert (owed.count(), kept(owed).state) == (1, OnlineState.PAID)


def test_paid_then_given_up_keeps_the_money_and_is_looked_at_until_payfip_answers(owed: Owed) -> None:
    tell(owed, told(owed))
    tell(owed, told(owed, "cancelled"))
    assert (owed.count(), kept(owed).state) == (1, OnlineState.PAID)
    (row,) = rows(owed)
    assert row.verdict.finding is Finding.CONTRADICTION
    assert "payé, puis abandonné" in row.verdict.sentence
    ask(owed, Answers({IDOP: paid()}))
    assert finding(owed) is Finding.AGREED


def test_a_message_of_another_amount_changes_nothing_in_the_books(owed: Owed) -> None:
    tell(owed, told(owed))
    tell(owed, told(owed, amount_cents=99_999))
    assert [row.amount_cents for row in received(owed)] == [BOTH]
    assert finding(owed) is Finding.CONTRADICTION


def test_a_forged_amount_shows_as_soon_as_payfip_is_asked(owed: Owed) -> None:
    tell(owed, told(owed, amount_cents=400_000))
    assert owed.dues().credit_cents == 400_000 - BOTH  # nothing beyond the basket settles an invoice
    assert finding(owed) is Finding.CONTRADICTION
    ask(owed, Answers({IDOP: paid()}))
    (row,) = rows(owed)
    assert row.verdict.finding is Finding.AMOUNT
    assert "4\u202f000,00\u202f€, PayFiP 47,30\u202f€" in row.verdict.sentence


def test_the_invoice_of_another_household_is_not_settled(owed: Owed) -> None:
    other = another_family(owed.office, owed.town, "Petit")
    tell(owed, told(owed, idop="autre-foyer"), other)
    (row,) = received(owed)
    assert (row.family, row.settled_cents, row.credit_cents) == ("Petit", 0, BOTH)
    assert owed.dues().due_cents == BOTH
    assert finding(owed) is Finding.STRANGER
    tell(owed, told(owed))  # its own household pays it: once
    assert {row.family: row.verdict.finding for row in rows(owed)} == {
        "Petit": Finding.STRANGER,
        "Martin": Finding.UNCHECKED,
    }


def test_an_unknown_invoice_and_an_unknown_regie_lose_nothing(owed: Owed) -> None:
    basket = (BasketLine(invoice_id=999_999, cents=1000), BasketLine(invoice_id=owed.care.id, cents=580))
    tell(owed, told(owed, basket=basket, amount_cents=1580, regie_id=77))
    (row,) = received(owed)
    assert (row.regie_id, row.settled_cents, row.credit_cents) == (owed.town.regie_id, 580, 1000)
    (found,) = rows(owed)
    assert found.verdict.finding is Finding.STRANGER
    assert "facture inconnue (999999)" in found.verdict.sentence


def test_another_household_that_tells_the_same_payment_takes_nothing(owed: Owed) -> None:
    tell(owed, told(owed, "started"))
    other = another_family(owed.office, owed.town, "Petit")
    tell(owed, told(owed), other)
    (row,) = received(owed)
    assert (row.family, row.settled_cents) == ("Martin", BOTH)
    ask(owed, Answers({IDOP: paid()}))
    assert finding(owed) is Finding.CONTRADICTION


def test_who_left_the_household_meanwhile_has_paid_all_the_same(owed: Owed) -> None:
    other = another_family(owed.office, owed.town, "Petit")

    def leave(work: Work) -> None:
        work.session.get_one(Guardian, owed.town.home.guardian_id).family_id = other.family_id

    owed.office.write(leave, AGENT)
    tell(owed, told(owed))
    assert [row.family for row in received(owed)] == ["Martin"]
    assert kept(owed).told[0]["guardian"] is False


def test_two_payments_of_the_same_invoices_are_both_in_the_books_and_told(owed: Owed) -> None:
    tell(owed, told(owed))
    tell(owed, told(owed, idop="second", reference="PANIER0002"))
    assert owed.dues().credit_cents == BOTH
    assert [row.verdict.finding for row in rows(owed)] == [Finding.TWICE, Finding.TWICE]
    second = received(owed)[0]
    owed.office.write(reverse, AGENT, second.id, reason="Rendu par PayFiP", even_online=True)
    assert {row.verdict.finding for row in rows(owed)} == {Finding.UNCHECKED, Finding.REVERSED}


def test_nobody_known_is_set_aside_with_all_that_was_told(owed: Owed, tmp_path) -> None:
    portal = Letterbox(tmp_path, owed.office)
    stranger = type(owed.town.home)(99_999, 99_999, 99_999)
    portal.send(stranger, told(owed, basket=(BasketLine(invoice_id=999_999, cents=BOTH),)))
    with portal.client() as client:
        assert collect(owed.office, client).set_aside == 1
    portal.close()
    entry = owed.office.read(
        lambda session: session.scalars(select(AuditEntry).where(AuditEntry.action == "set_aside")).one()
    )
    assert (entry.new["sentence"], entry.new["idop"], entry.new["amount_cents"]) == (FAULTY, IDOP, BOTH)
    assert owed.office.read(first_broken_entry) is None


def test_a_payment_of_a_closed_day_is_dated_the_first_open_day(owed: Owed) -> None:
    before = owed.office.now()
    owed.office.clock.move(days=1)
    day = date(2026, 11, 3)
    seen = owed.office.read(propose_closing, owed.town.regie_id, ClosingKind.DAY, day, today=owed.office.today())
    owed.office.write(close, AGENT, owed.town.regie_id, ClosingKind.DAY, day, seen=seen.seen)
    tell(owed, told(owed, paid_at=before))
    assert [row.received_on for row in received(owed)] == [date(2026, 11, 4)]


@pytest.mark.parametrize(
    ("paid_on", "today", "closed", "day"),
    [
        (date(2026, 11, 3), date(2026, 11, 5), None, date(2026, 11, 3)),
        (date(2026, 11, 3), date(2026, 11, 5), date(2026, 11, 2), date(2026, 11, 3)),
        (date(2026, 11, 3), date(2026, 11, 5), date(2026, 11, 3), date(2026, 11, 5)),
        (date(2026, 11, 5), date(2026, 11, 5), date(2026, 11, 5), date(2026, 11, 6)),  # closed this very evening
        (date(2027, 11, 5), date(2026, 11, 5), None, date(2026, 11, 5)),  # a clock that is off
    ],
)
def test_the_day_in_the_books(paid_on: date, today: date, closed: date | None, day: date) -> None:
    assert book_day(paid_on, today, closed) == day


def test_the_day_is_that_of_paris(owed: Owed) -> None:
    owed.office.clock.move(days=3)
    tell(owed, told(owed, paid_at=datetime(2026, 11, 3, 23, 30, tzinfo=UTC)))
    assert [row.received_on for row in received(owed)] == [date(2026, 11, 4)]


def test_an_invoice_named_twice_is_settled_once() -> None:
    assert [share.cents for share in split([(1, 500), (1, 500)], {1: 500}, 1000)] == [500]
    assert split([(1, 500), (2, 500)], {2: 300}, 200)[0].cents == 200


def test_all_of_it_is_signed(owed: Owed) -> None:
    tell(owed, told(owed))
    ask(owed, Answers({IDOP: paid()}))
    signed = owed.office.read(
        lambda session: list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq.desc()).limit(3)))
    )
    assert signed == ["online.asked", "payment.record", "online.told"]


def test_an_action_of_the_contract_is_read_whole(owed: Owed) -> None:
    message = told(owed)
    action = an_action(owed.town.home, message, at=owed.office.now())
    assert type(action).model_validate_json(action.model_dump_json()).payload == message


MESSAGES = st.lists(
    st.tuples(
        st.sampled_from(["started", "paid", "refused", "cancelled", "desk", "payfip"]),
        st.sampled_from([BOTH, 4150, 580]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=MESSAGES)
def test_whatever_comes_in_whatever_order_the_money_is_there_once(owed: Owed, acts: list[tuple[str, int]]) -> None:
    idop, before = f"essai-{uuid4()}", owed.count()
    desk, paid_once = 0, None
    tell(owed, told(owed, "started", idop=idop))
    for act, cents in acts:
        if act == "desk":
            owed.pay(cents, keep_excess=True)
            desk += 1
        elif act == "payfip":
            owed.office.write(note_answer, AGENT, idop, paid(cents, at=owed.office.now()))
        else:
            tell(owed, told(owed, act, idop=idop, amount_cents=cents))
        if act in {"paid", "payfip"}:
            paid_once = paid_once or cents
    mine = [row for row in rows(owed) if row.id == idop]
    assert owed.count() == before + desk + (paid_once is not None)
    assert [row.booked.cents if row.booked else None for row in mine] == [paid_once]
    receipts_cents = sum(row.amount_cents for row in received(owed))
    dues = owed.dues()
    assert receipts_cents == BOTH - dues.due_cents + dues.credit_cents


def test_a_payment_of_the_test_line_never_enters_the_books(owed: Owed) -> None:
    before = owed.count()
    for state in ("started", "paid"):
        tell(owed, told(owed, state, mode="T"))
    owed.office.write(note_answer, AGENT, told(owed).idop, paid(at=owed.office.now()))
    assert owed.count() == before
    (row,) = rows(owed)
    assert (row.verdict.finding, row.verdict.look) == (Finding.ENDED, False)
    assert "Paiement d'essai" in row.verdict.sentence
    assert owed.dues().due_cents == BOTH


def test_a_payment_that_activates_the_line_enters_the_books(owed: Owed) -> None:
    before = owed.count()
    for state in ("started", "paid"):
        tell(owed, told(owed, state, mode="X"))
    assert owed.count() == before + 1
