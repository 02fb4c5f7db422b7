"""Payments leave the hand for the account, on a slip."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.treasury.deposit import deposit, waiting
from backoffice.treasury.lists import deposits, reprint
from backoffice.treasury.statements import deposit_document
from models.office.house import AuditEntry
from models.office.treasury import Deposit
from models.vocabulary import PaperKind, PaymentMeans, Role
from reports.pdf.deposit import render_deposit
from tests.factories import AGENT
from tests.unit.treasury.books import CASH, CHEQUE, DAY, TRANSFER, Books

EVE, MORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)


def words(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_cheque_slip_names_each_cheque_and_is_kept(books: Books, office: Office) -> None:
    books.receive(7055, CHEQUE)
    books.receive(1230, CHEQUE, payer="Denis Petit")
    report = books.deposit(CHEQUE)
    assert (report.number, report.count, report.amount_cents) == ("B-ENF-2026-000001", 2, 8285)
    pdf = office.read(reprint, PaperKind.DEPOSIT, report.deposit_id)
    told = words(pdf)
    for word in (
        "Bordereau de remise de chèques",
        "Denis Petit",
        "Crédit vosgien",
        "1000002",
        "70,55 €",
        "82,85 €",
        "2 chèques",
    ):
        assert word in told
    content = office.read(lambda session: session.get_one(Deposit, report.deposit_id).content)
    assert render_deposit(deposit_document(content)) == pdf
    (row,) = office.read(deposits, books.town.regie_id, DAY, DAY)
    assert (row.number, row.count, row.amount_cents) == (report.number, 2, 8285)
    deed = office.read(lambda s: s.scalars(select(AuditEntry).where(AuditEntry.action == "deposit.make")).one())
    assert deed.new["amount_cents"] == 8285


def test_what_was_reversed_or_deposited_no_longer_waits(books: Books, office: Office) -> None:
    books.reverse(books.receive(100, CHEQUE))
    books.receive(200, CHEQUE)
    books.deposit(CHEQUE)
    kept = books.receive(300, CHEQUE)
    books.receive(400)
    books.receive(500, TRANSFER)
    assert [row.id for row in office.read(waiting, books.town.regie_id, CHEQUE)] == [kept]
    assert [row.amount_cents for row in office.read(waiting, books.town.regie_id)] == [300, 400]


def test_cash_is_counted_in_notes_and_coins(books: Books, office: Office) -> None:
    cash = books.receive(6_250)

    def put(counted: dict[int, int]) -> int:
        return office.write(
            deposit, AGENT, books.town.regie_id, CASH, [cash], made_on=DAY, seen_cents=6250, notes_and_coins=counted
        ).deposit_id

    with pytest.raises(RefusedByRule, match="comptés font 62,00"):
        put({5000: 1, 1000: 1, 200: 1})
    with pytest.raises(RefusedByRule, match="en billets et en pièces"):
        put({6250: 1})
    told = words(office.read(reprint, PaperKind.DEPOSIT, put({5000: 1, 1000: 1, 200: 1, 50: 1, 1: 0})))
    for word in ("Billets de 50,00 €", "Pièces de 0,50 €", "Total compté", "62,50 €"):
        assert word in told
    assert "0,01 €" not in told


def test_a_wrong_deposit_is_refused_and_takes_no_number(books: Books, office: Office) -> None:
    cheque, cash = books.receive(100, CHEQUE), books.receive(50)

    def put(ids: list[int], means: PaymentMeans = CHEQUE, **other: object) -> object:
        wish = {"made_on": DAY, "seen_cents": 100, **other}
        return office.write(deposit, AGENT, books.town.regie_id, means, ids, **wish)

    for wish, sentence in (
        (lambda: put([]), "Aucun paiement"),
        (lambda: put([cheque], made_on=EVE), "ne peut pas la précéder"),
        (lambda: put([cheque], made_on=MORROW), "pas encore venu"),
        (lambda: put([cheque], TRANSFER), "ne se remet pas"),
        (lambda: put([cheque], notes_and_coins={100: 1}), "Seules des espèces"),
    ):
        with pytest.raises(RefusedByRule, match=sentence):
            wish()
    for stale in (lambda: put([cheque], seen_cents=99), lambda: put([cheque, cash]), lambda: put([999])):
        with pytest.raises(StaleRecord):
            stale()
    with pytest.raises(NotAllowed):
        office.write(
            deposit, Agent("x", "X", frozenset({Role.AGENT}), "P"), books.town.regie_id, CHEQUE, [cheque], made_on=DAY,
            seen_cents=100,
        )  # fmt: skip
    assert office.read(lambda session: session.scalar(select(func.count()).select_from(Deposit))) == 0
    assert put([cheque]).number == "B-ENF-2026-000001"
    with pytest.raises(StaleRecord, match="n'est plus à remettre"):
        put([cheque])


def test_nothing_is_deposited_in_a_closed_day(books: Books, office: Office) -> None:
    books.receive(100, CHEQUE)
    books.close(DAY)
    with pytest.raises(RefusedByRule, match="arrêtée jusqu'au mardi 3 novembre"):
        books.deposit(CHEQUE)
    office.clock.move(days=1)
    assert books.deposit(CHEQUE, on=MORROW).count == 1
