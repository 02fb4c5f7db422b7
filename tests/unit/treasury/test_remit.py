"""What is on the account is paid over, with its statement per product code."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.payments.book import settle
from backoffice.treasury.lists import remittances, reprint
from backoffice.treasury.remit import propose_remittance, remit
from backoffice.treasury.statements import remittance_document
from models.office.billing import Invoice
from models.office.payments import Payment
from models.office.treasury import Remittance, RemittanceItem
from models.vocabulary import PaperKind
from reports.pdf.remittance import render_remittance
from tests.factories import AGENT
from tests.unit.treasury.books import CASH, CHEQUE, DAY, TRANSFER, Books
from tests.unit.treasury.test_deposit import words

EVE, MORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)


def statement(office: Office, remittance_id: int) -> tuple[list[tuple[str, int]], int]:
    content = office.read(lambda session: session.get_one(Remittance, remittance_id).content)
    lines = [(line["product_code"], line["cents"]) for line in content["lines"]]
    assert sum(cents for _, cents in lines) + content["credit_cents"] == content["amount_cents"]
    assert sum(line["cents"] for line in content["means"]) == content["amount_cents"]
    return lines, content["credit_cents"]


def test_what_is_paid_over_is_told_by_product_code(books: Books, office: Office) -> None:
    meals, care = books.invoice(3000), books.invoice(1200, books.town.care_service_id)
    books.receive(4000, TRANSFER, (meals, 2500), (care, 1200))
    books.receive(500, CHEQUE, (meals, 500))
    books.deposit(CHEQUE)
    books.receive(900, CASH)
    report = books.remit()
    assert (report.number, report.amount_cents, report.count) == ("V-ENF-2026-000001", 4500, 2)
    assert statement(office, report.remittance_id) == ([("R1", 3000), ("R2", 1200)], 300)
    pdf = office.read(reprint, PaperKind.REMITTANCE, report.remittance_id)
    told = words(pdf)
    for word in (
        "État de versement au comptable public",
        "7067",
        "R2",
        "Restauration scolaire",
        "Trop-perçus",
        "45,00 €",
        "Virement",
    ):
        assert word in told
    content = office.read(lambda session: session.get_one(Remittance, report.remittance_id).content)
    assert render_remittance(remittance_document(content)) == pdf
    (row,) = office.read(remittances, books.town.regie_id)
    assert (row.number, row.count, row.amount_cents) == (report.number, 2, 4500)


def test_each_payment_is_paid_over_once(books: Books, office: Office) -> None:
    books.receive(1000, TRANSFER)
    books.remit()
    books.receive(200, TRANSFER)
    assert books.remit().amount_cents == 200
    with pytest.raises(RefusedByRule, match="rien à verser"):
        books.remit()
    assert office.read(lambda session: session.scalar(select(func.count()).select_from(RemittanceItem))) == 2


def test_a_credit_used_later_moves_between_products(books: Books, office: Office) -> None:
    paid = books.receive(1000, TRANSFER)
    assert statement(office, books.remit().remittance_id) == ([], 1000)
    care = books.invoice(600, books.town.care_service_id)
    office.write(
        lambda work: settle(
            work, work.session.get_one(Payment, paid), work.session.get_one(Invoice, care), 600
        ),
        AGENT,
    )  # fmt: skip
    books.receive(50, TRANSFER)
    assert statement(office, books.remit().remittance_id) == ([("R2", 600)], -550)


def test_a_counter_entry_comes_off_what_is_paid_over(books: Books, office: Office) -> None:
    meals = books.invoice(1000)
    rejected = books.receive(1000, TRANSFER, (meals, 1000))
    books.remit()
    books.reverse(rejected)
    with pytest.raises(RefusedByRule, match="rien à verser"):
        books.remit()
    books.receive(1800, TRANSFER)
    report = books.remit()
    assert (report.amount_cents, report.count) == (800, 2)
    assert statement(office, report.remittance_id) == ([("R1", -1000)], 1800)
    assert books.balance().account_cents == 0


def test_only_what_is_on_the_account_by_the_day_is_paid_over(books: Books, office: Office) -> None:
    books.receive(100, TRANSFER, on=EVE)
    books.receive(200, TRANSFER)
    books.receive(400, CHEQUE, on=EVE)
    books.deposit(CHEQUE)
    assert books.remit(on=EVE).amount_cents == 100
    with pytest.raises(RefusedByRule, match="pas encore venu"):
        books.remit(on=MORROW)
    assert books.remit().amount_cents == 600
    books.receive(50, TRANSFER)
    with pytest.raises(RefusedByRule, match="ne peut pas le précéder"):
        books.remit(on=EVE)


def test_a_sum_that_changed_since_it_was_read_is_told(books: Books, office: Office) -> None:
    books.receive(100, TRANSFER)
    seen = office.read(propose_remittance, books.town.regie_id, DAY).amount_cents
    books.receive(50, TRANSFER)
    with pytest.raises(StaleRecord, match="maintenant 1,50"):
        office.write(remit, AGENT, books.town.regie_id, made_on=DAY, seen_cents=seen)
    assert office.read(remittances, books.town.regie_id) == ()


def test_what_a_workstation_that_runs_late_recorded_is_paid_over_too(books: Books, office: Office) -> None:
    """Whoever held the régie last wrote last, whatever the clocks say: an instant is taken before the wait."""
    books.receive(1000, TRANSFER)
    books.remit()
    office.clock.move(minutes=-5)
    books.receive(200, TRANSFER)
    books.receive(40, CHEQUE)
    books.deposit(CHEQUE)
    assert books.remit().amount_cents == 240
    assert books.balance().account_cents == 0
