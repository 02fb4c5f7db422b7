"""The bank gives a debit back."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from backoffice.debits.lists import mandates
from backoffice.debits.mandates import resume_mandate
from backoffice.debits.reasons import REASONS, Effect, is_code, reason_of
from backoffice.debits.reject import AlreadyRejected, RejectionReport, reject
from backoffice.errors import NotAllowed, RefusedByRule
from backoffice.office import Office, Work
from backoffice.payments.book import counter, credits_of
from backoffice.permissions import Agent
from models.office.house import AuditEntry, Mail, PublishedView
from models.office.payments import Payment
from models.office.structure import Regie
from models.vocabulary import DebitState, InvoiceStatus, MandateState, Role
from tests.factories import AGENT, Town, reached
from tests.unit.debits.books import (
    DEBIT_ON,
    a_mandate,
    an_announced_invoice,
    at,
    plain,
    presented,
    settled,
    the_debits,
    the_invoice,
    the_mandate,
)
from tests.unit.debits.test_settle import closes, payments

MONDAY = date(2026, 12, 7)


@pytest.fixture
def mandate(office: Office, town: Town) -> int:
    return reached(office, "a mandate", lambda: a_mandate(office, town))


@pytest.fixture
def invoice(office: Office, town: Town, mandate: int) -> int:
    return reached(office, ("announced", mandate), lambda: an_announced_invoice(office, town, mandate))


def given_back(office: Office, code: str = "AM04", on: date = MONDAY) -> RejectionReport:
    return office.write(reject, AGENT, the_debits(office)[-1].id, code, on)


def mails(office: Office) -> list[Mail]:
    return list(office.read(lambda session: session.scalars(select(Mail)).all()))


def test_before_its_day_no_receipt_will_be_written(office: Office, town: Town, invoice: int) -> None:
    report = presented(office, town, invoice)
    told = given_back(office, "am04", office.today())
    assert (told.counter_receipt, told.mandate_state, told.stopped) == (None, MandateState.ACTIVE, False)
    assert "aucun encaissement ne sera écrit" in told.sentence
    settled(office, report)
    assert payments(office) == []
    assert the_invoice(office, invoice).due_cents == 4150


def test_after_its_day_a_counter_entry_makes_the_invoice_due_again(
    office: Office, town: Town, mandate: int, invoice: int
) -> None:
    settled(office, presented(office, town, invoice))
    at(office, MONDAY)
    told = given_back(office)
    assert told.counter_receipt == "Q-ENF-2026-000002"
    assert "de nouveau due" in told.sentence
    first, second = payments(office)
    assert (second.amount_cents, second.reverses_id, second.received_on) == (-4150, first.id, MONDAY)
    assert second.reason is not None
    assert "AM04, provision insuffisante" in second.reason
    found = the_invoice(office, invoice)
    assert (found.status, found.due_cents, found.paid_cents) == (InvoiceStatus.ISSUED, 4150, 0)
    (debit,) = the_debits(office)
    assert (debit.state, debit.rejected_on, debit.reject_code) == (DebitState.REJECTED, MONDAY, "AM04")
    assert the_mandate(office, mandate).rejections == 1
    assert office.read(credits_of, town.regie_id) == {}
    views = office.read(lambda session: session.scalars(select(PublishedView.kind)).all())
    assert "invoice" in views
    deed = office.read(lambda s: s.scalars(select(AuditEntry).where(AuditEntry.action == "debit.reject")).one())
    assert (deed.new["code"], deed.new["amount_cents"]) == ("AM04", 4150)


def test_the_family_is_written_to_once(office: Office, town: Town, invoice: int) -> None:
    settled(office, presented(office, town, invoice))
    at(office, MONDAY)
    assert given_back(office).mailed
    (mail,) = mails(office)
    body = plain(office.sealer.unseal(mail.body_sealed))
    assert mail.cause == f"debit:{the_debits(office)[0].id}"
    assert "CANTINE-2026-000001" in mail.subject
    for word in (
        "41,50 €",
        "jeudi 3 décembre 2026",
        "rejeté par votre banque : provision insuffisante",
        "reste à payer",
    ):
        assert word in body
    assert "suspendu" not in body


def test_a_death_is_told_by_a_voice(office: Office, town: Town, mandate: int, invoice: int) -> None:
    presented(office, town, invoice)
    told = given_back(office, "MD07", office.today())
    assert (told.mailed, told.mandate_state, mails(office)) == (False, MandateState.REVOKED, [])


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("AM04", (MandateState.ACTIVE, 1)),
        ("MD06", (MandateState.ACTIVE, 1)),
        ("ZZ99", (MandateState.ACTIVE, 1)),
        ("AC04", (MandateState.SUSPENDED, 1)),
        ("AC06", (MandateState.SUSPENDED, 1)),
        ("MD02", (MandateState.SUSPENDED, 1)),
        ("MD01", (MandateState.REVOKED, 1)),
        ("BE05", (MandateState.ACTIVE, 0)),
        ("CNOR", (MandateState.ACTIVE, 0)),
    ],
)
def test_each_code_has_its_effect(office: Office, town: Town, code: str, left: tuple[MandateState, int]) -> None:
    mandate = a_mandate(office, town)
    presented(office, town, an_announced_invoice(office, town, mandate))
    told = given_back(office, code, office.today())
    found = the_mandate(office, mandate)
    assert (found.state, found.rejections) == left
    assert told.stopped is (found.state is not MandateState.ACTIVE)
    if told.stopped:
        assert found.state_reason is not None
        assert code in found.state_reason
        assert "suspendu" in office.sealer.unseal(mails(office)[0].body_sealed)


def test_the_second_in_a_row_suspends(office: Office, town: Town, mandate: int) -> None:
    for rank, day in ((1, DEBIT_ON), (2, date(2026, 12, 4))):
        invoice = an_announced_invoice(office, town, mandate, rank=rank)
        settled(office, presented(office, town, invoice, debit_on=day))
        told = given_back(office, "AM04", office.today())
    assert (told.stopped, told.mandate_state) == (True, MandateState.SUSPENDED)
    assert "Le mandat est suspendu" in told.sentence
    (row,) = office.read(mandates, office.sealer, town.regie_id)
    assert row.rejections == 2
    assert "AM04" in (row.reason or "")
    office.write(resume_mandate, AGENT, mandate)
    assert the_mandate(office, mandate).rejections == 0


def test_a_debit_that_stayed_paid_breaks_the_row(office: Office, town: Town, mandate: int) -> None:
    days = (DEBIT_ON, date(2026, 12, 4), MONDAY, date(2026, 12, 8))
    for rank, day in enumerate(days, start=1):
        invoice = an_announced_invoice(office, town, mandate, rank=rank)
        settled(office, presented(office, town, invoice, debit_on=day))
        if rank in {1, 4}:
            given_back(office, "AM04", office.today())
    found = the_mandate(office, mandate)
    assert (found.state, found.rejections) == (MandateState.ACTIVE, 1)


def test_a_rejected_debit_is_not_presented_by_itself_but_may_be(office: Office, town: Town, invoice: int) -> None:
    settled(office, presented(office, town, invoice))
    at(office, MONDAY)
    given_back(office)
    again = presented(office, town, invoice, debit_on=date(2026, 12, 9))
    settled(office, again)
    assert the_invoice(office, invoice).status is InvoiceStatus.PAID
    assert [payment.amount_cents for payment in payments(office)] == [4150, -4150, 4150]


def test_a_day_that_is_closed_gets_no_counter_entry(office: Office, town: Town, invoice: int) -> None:
    settled(office, presented(office, town, invoice))
    at(office, date(2026, 12, 9))
    closes(office, town, date(2026, 12, 8))
    given_back(office)
    assert [payment.received_on for payment in payments(office)] == [DEBIT_ON, date(2026, 12, 9)]
    assert the_debits(office)[0].rejected_on == MONDAY


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (("AM", MONDAY), "quatre lettres"),
        (("provision", MONDAY), "quatre lettres"),
        (("AM04", date(2026, 12, 8)), "aujourd'hui"),
        (("AM04", date(2026, 11, 2)), "entre le 03/11/2026"),
    ],
)
def test_a_wrong_rejection_is_refused(
    office: Office, town: Town, invoice: int, wish: tuple[str, date], sentence: str
) -> None:
    settled(office, presented(office, town, invoice))
    at(office, MONDAY)
    with pytest.raises(RefusedByRule, match=sentence):
        given_back(office, *wish)
    assert len(payments(office)) == 1


def test_a_rejection_is_recorded_once_and_by_the_cashier(office: Office, town: Town, invoice: int) -> None:
    settled(office, presented(office, town, invoice))
    at(office, MONDAY)
    with pytest.raises(NotAllowed):
        office.write(reject, Agent("x", "X", frozenset({Role.AGENT}), "P"), the_debits(office)[0].id, "AM04", MONDAY)
    given_back(office)
    with pytest.raises(AlreadyRejected, match="déjà enregistré"):
        given_back(office)
    assert len(payments(office)) == 2


def test_a_receipt_reversed_by_hand_is_not_reversed_twice(office: Office, town: Town, invoice: int) -> None:
    settled(office, presented(office, town, invoice))
    at(office, MONDAY)

    def reverse(work: Work) -> None:
        payment = work.session.get_one(Payment, payments(office)[0].id)
        counter(work, work.session.get_one(Regie, town.regie_id), payment, reason="erreur", on=MONDAY)

    office.write(reverse, AGENT)
    told = given_back(office)
    assert told.counter_receipt == "Q-ENF-2026-000002"
    assert [payment.amount_cents for payment in payments(office)] == [4150, -4150]


def test_every_code_is_named_in_french() -> None:
    assert set(REASONS) >= {
        "AC01", "AC04", "AC06", "AG01", "AM04", "MD01", "MD02", "MD06", "MD07", "MS02", "MS03", "SL01", "BE05",
    }  # fmt: skip
    assert all(is_code(code) and reason.words for code, reason in REASONS.items())
    assert reason_of("QQ11").effect is Effect.COUNT
    assert not is_code("am04")
    facts: Any = REASONS["AC04"]
    assert (facts.words, facts.told) == ("compte clos", True)
