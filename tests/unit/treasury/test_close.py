"""A day, a month is closed: its figures are frozen, and nothing is dated inside any more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from backoffice.billing.rules import digest_of
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.treasury.close import close, propose_closing
from backoffice.treasury.lists import closings, reprint
from backoffice.treasury.statements import closing_document
from models.office.treasury import Closing
from models.vocabulary import ClosingKind, PaperKind, PaymentMeans
from reports.pdf.closing import render_closing
from tests.factories import AGENT
from tests.unit.treasury.books import CASH, CHEQUE, DAY, TRANSFER, Books
from tests.unit.treasury.test_deposit import words

MONTH, A_DAY = ClosingKind.MONTH, ClosingKind.DAY
EVE, MORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
DECEMBER = datetime(2026, 12, 1, 9, tzinfo=UTC)


def frozen(office: Office, closing_id: int) -> dict:
    return office.read(lambda session: session.get_one(Closing, closing_id).content)


def test_a_closing_freezes_what_came_in_and_what_is_held(books: Books, office: Office) -> None:
    meals, care = books.invoice(3000), books.invoice(1200, books.town.care_service_id)
    books.receive(500, CASH, (meals, 500), on=EVE)
    books.close(EVE)
    books.receive(2500, CHEQUE, (meals, 2500))
    books.receive(2000, TRANSFER, (care, 1200))
    books.reverse(books.receive(300, CASH))
    slip = books.deposit(CHEQUE)
    over = books.remit()
    content = frozen(office, books.close().closing_id)
    assert (content["first"], content["last"]) == (DAY.isoformat(), DAY.isoformat())
    assert content["receipts"] == [
        {"means": "cash", "count": 1, "cents": 300, "reversed_count": 1, "reversed_cents": 300},
        {"means": "cheque", "count": 1, "cents": 2500, "reversed_count": 0, "reversed_cents": 0},
        {"means": "transfer", "count": 1, "cents": 2000, "reversed_count": 0, "reversed_cents": 0},
    ]
    assert [(line["product_code"], line["cents"]) for line in content["products"]] == [("R1", 2500), ("R2", 1200)]
    assert (content["unallocated_cents"], content["receipts_cents"]) == (800, 4500)
    assert content["receipt_numbers"] == {"count": 4, "first": "Q-ENF-2026-000002", "last": "Q-ENF-2026-000005"}
    assert [(line["number"], line["cents"]) for line in content["deposits"]] == [(slip.number, 2500)]
    assert [(line["number"], line["cents"]) for line in content["remittances"]] == [(over.number, 4500)]
    assert [(line["service"], line["count"], line["cents"], line["first"]) for line in content["invoices"]] == [
        ("CANTINE", 1, 3000, "CANTINE-2026-000001"),
        ("PERI", 1, 1200, "PERI-2026-000001"),
    ]
    assert (content["opening"]["till_cents"], content["closing"]["till_cents"]) == (500, 500)
    assert (content["closing"]["account_cents"], content["closing"]["paid_over_cents"]) == (0, 4500)


def test_closings_follow_one_another_and_leave_no_day_out(books: Books, office: Office) -> None:
    books.receive(100, on=EVE)
    books.close(EVE)
    office.clock.move(days=5)
    books.receive(200, on=MORROW)
    report = books.close(MORROW + timedelta(days=1))
    assert (report.first, report.last, report.receipts_cents) == (DAY, MORROW + timedelta(days=1), 200)
    rows = office.read(closings, books.town.regie_id)
    assert [(row.first, row.day, row.receipts_cents) for row in rows] == [(DAY, report.last, 200), (EVE, EVE, 100)]
    assert "3 novembre 2026 au jeudi 5" in words(office.read(reprint, PaperKind.CLOSING, report.closing_id))


def test_a_month_closes_its_days(books: Books, office: Office) -> None:
    books.receive(100)
    books.close()
    office.clock.set(DECEMBER)
    books.receive(50, on=MORROW)
    report = books.close(DAY, MONTH)
    assert (report.first, report.last, report.receipts_cents) == (date(2026, 11, 1), date(2026, 11, 30), 150)
    with pytest.raises(RefusedByRule, match="lundi 30 novembre 2026"):
        books.receive(10, on=date(2026, 11, 30))
    with pytest.raises(RefusedByRule, match="arrêtée"):
        books.close(date(2026, 11, 30))
    with pytest.raises(RefusedByRule, match="Novembre 2026 est déjà arrêté"):
        books.close(DAY, MONTH)
    assert books.receive(10, on=date(2026, 12, 1))


def test_a_closed_month_is_reprinted_identical_whatever_happens_since(books: Books, office: Office) -> None:
    invoice = books.invoice(1000)
    payment = books.receive(1500, CHEQUE, (invoice, 1000))
    office.clock.set(DECEMBER)
    report = books.close(DAY, MONTH)
    pdf = office.read(reprint, PaperKind.CLOSING, report.closing_id)
    content = frozen(office, report.closing_id)
    books.reverse(payment, on=office.today())
    books.receive(700, on=office.today())
    office.clock.move(days=31)
    books.close(date(2026, 12, 31), MONTH)
    assert office.read(reprint, PaperKind.CLOSING, report.closing_id) == pdf
    assert frozen(office, report.closing_id) == content
    digest = office.read(lambda session: session.get_one(Closing, report.closing_id).digest)
    assert digest_of(content) == digest
    assert render_closing(closing_document(content, digest)) == pdf
    told = words(pdf)
    for word in ("Arrêté de caisse du mois de novembre 2026", "Trop-perçus", "15,00 €", digest):
        assert word in told


def test_what_moves_after_a_closing_belongs_to_the_day_of_the_move(books: Books, office: Office) -> None:
    meals = books.invoice(1000)
    payment = books.receive(1000, CHEQUE, (meals, 1000))
    books.close()
    office.clock.move(days=1)
    books.reverse(payment, on=MORROW)
    content = frozen(office, books.close(MORROW).closing_id)
    assert [line["cents"] for line in content["products"]] == [-1000]
    assert (content["receipts_cents"], content["unallocated_cents"]) == (-1000, 0)


def test_a_closing_of_what_is_not_over_is_refused(books: Books, office: Office) -> None:
    for kind, day, sentence in (
        (A_DAY, MORROW, "mercredi 4 novembre 2026 n'est pas encore venu"),
        (MONTH, DAY, "novembre 2026 n'est pas terminé"),
    ):
        with pytest.raises(RefusedByRule, match=sentence):
            books.close(day, kind)
    books.close()
    with pytest.raises(RefusedByRule, match="arrêtée jusqu'au"):
        books.close(EVE)
    assert len(office.read(closings, books.town.regie_id)) == 1


def test_a_payment_received_since_the_sums_were_read_stops_the_closing(books: Books, office: Office) -> None:
    found = office.read(propose_closing, books.town.regie_id, A_DAY, DAY, today=DAY)
    books.receive(100)
    with pytest.raises(StaleRecord, match="Relisez les sommes"):
        office.write(close, AGENT, books.town.regie_id, A_DAY, DAY, seen=found.seen)
    assert office.read(closings, books.town.regie_id) == ()


def test_nothing_is_dated_in_a_closed_day(books: Books, office: Office) -> None:
    payment = books.receive(100, TRANSFER)
    books.close()
    office.clock.move(days=1)
    for act in (
        lambda: books.receive(100),
        lambda: books.reverse(payment),
        lambda: books.deposit(CHEQUE, payment),
        books.remit,
        lambda: books.close(DAY),
    ):
        with pytest.raises(RefusedByRule, match="arrêtée jusqu'au mardi 3 novembre 2026"):
            act()
    assert books.remit(on=MORROW).amount_cents == 100


def test_an_empty_day_closes_too(books: Books, office: Office) -> None:
    report = books.close()
    told = words(office.read(reprint, PaperKind.CLOSING, report.closing_id))
    for word in ("Aucun encaissement", "Aucune remise", "Aucun versement", "Aucune facture émise", "Aucun avoir"):
        assert word in told


def test_every_means_has_its_words_on_a_closing(books: Books, office: Office) -> None:
    for means in PaymentMeans:
        books.receive(100, means)
    told = words(office.read(reprint, PaperKind.CLOSING, books.close().closing_id))
    assert all(word in told for word in ("CESU", "Chèques-vacances", "PayFiP, carte", "Prélèvement SEPA", "10,00 €"))
    assert office.read(lambda session: session.scalars(select(Closing.kind)).all()) == [A_DAY]
