"""October 2026, then the money of November and December: Marelle finds, to the cent, what the spreadsheet found."""

from collections import defaultdict
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.credit import credit
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.remains import remains
from backoffice.clock import paris_instant
from backoffice.debits.candidates import candidates
from backoffice.debits.mandates import MandateEntry, enter_mandate
from backoffice.debits.reject import reject
from backoffice.debits.run import make_run
from backoffice.debits.settle import settle_due
from backoffice.office import Office
from backoffice.payments.book import Share, credits_of
from backoffice.payments.means import PRINTED
from backoffice.payments.receive import receive
from backoffice.payments.reverse import reverse
from backoffice.treasury.balance import balance
from backoffice.treasury.close import close, propose_closing
from backoffice.treasury.deposit import deposit, waiting
from backoffice.treasury.remit import propose_remittance, remit
from models.office.billing import Invoice, InvoiceLine
from models.office.debits import DirectDebit
from models.office.families import Child, Family
from models.office.payments import Payment
from models.office.structure import Service
from models.vocabulary import ClosingKind, PaymentMeans
from tests.factories import AGENT, an_office
from tests.golden import sheet
from tests.golden.commune import Golden, build
from tests.invariants import books
from tests.months import OCTOBER

ISSUED, END_OF_NOVEMBER, DEBITED = date(2026, 11, 3), date(2026, 11, 30), date(2026, 12, 3)
MEANS = {
    "espèces": PaymentMeans.CASH, "chèque": PaymentMeans.CHEQUE, "carte": PaymentMeans.CARD,
    "chèques-vacances": PaymentMeans.ANCV, "virement": PaymentMeans.TRANSFER, "prélèvement": PaymentMeans.SEPA_DEBIT,
}  # fmt: skip
OF_CHEQUE = {"reference": "0001234", "bank": "Crédit vosgien"}
IBANS = {"Aubert": "FR7630006000011234567890189", "Caron": "FR1420041010050500013M02606"}


@pytest.fixture
def office(tmp_path: Path):
    opened = an_office(tmp_path, now=paris_instant(ISSUED, time(9)))
    yield opened
    opened.close()


@pytest.fixture
def golden(office: Office) -> Golden:
    made = build(office)
    for family, iban in IBANS.items():
        mandate = MandateEntry(
            family_id=made.families[family], regie_id=made.regie_id, holder=f"Camille {family}", iban=iban,
            signed_on=date(2026, 9, 1), signed_at_place="Contrexéville",
        )  # fmt: skip
        office.write(enter_mandate, AGENT, mandate)
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    return made


def test_each_line_and_each_invoice_is_the_spreadsheets(office: Office, golden: Golden) -> None:
    found, totals = defaultdict(list), {}
    rows = office.read(
        lambda session: session.execute(
            select(Family.name, Service.code, Child.first_name, InvoiceLine, Invoice)
            .join(Invoice, InvoiceLine.invoice_id == Invoice.id)
            .join(Family, Invoice.family_id == Family.id)
            .join(Service, Invoice.service_id == Service.id)
            .join(Child, InvoiceLine.child_id == Child.id)
        ).all()
    )
    for family, service, child, line, invoice in rows:
        found[family, service].append((child, line.quantity_hundredths / 100, line.amount_cents))
        totals[family, service] = invoice.total_cents, invoice.aid_cents, invoice.net_cents
    assert totals == sheet.invoices()
    assert {key: sorted(lines) for key, lines in found.items()} == {
        key: sorted((child, float(quantity), cents) for child, quantity, cents in lines)
        for key, lines in sheet.lines().items()
    }


def test_the_money_of_two_months_is_the_spreadsheets(office: Office, golden: Golden) -> None:
    _play(office, golden, until=END_OF_NOVEMBER)
    _bring_to_the_bank(office, golden, END_OF_NOVEMBER)
    assert _products(office, golden) == {name: then for name, (then, _) in sheet.products().items() if then}
    november = _close_november(office, golden)
    receipts = {name: then for name, (then, _) in sheet.receipts().items() if then}
    assert november["receipts_cents"] == receipts.pop("Total")
    told = {line["means"]: line["cents"] - line["reversed_cents"] for line in november["receipts"]}
    assert {means.value: told[means.value] for means in MEANS.values() if means.value in told} == {
        MEANS[name].value: cents for name, cents in receipts.items()
    }
    _play(office, golden, since=END_OF_NOVEMBER)
    _bring_to_the_bank(office, golden, office.today())
    assert _products(office, golden) == {name: whole for name, (_, whole) in sheet.products().items()}
    assert _balances(office, golden) == {name: row for name, row in sheet.balances().items() if name != "Total"}
    held = office.read(balance, golden.regie_id)
    assert (held.kept_cents, held.paid_over_cents) == (0, sheet.receipts()["Total"][1])
    for check in (books.check_invoices, books.check_payments, books.check_series, books.places):
        office.read(check)


def _play(office: Office, golden: Golden, *, since: date = ISSUED, until: date = date.max) -> None:
    """Do what the spreadsheet says, day after day; an overpayment is one payment with what it settles."""
    moves = [move for move in sheet.moves() if since < move.day <= until]
    kept = {(move.day, move.family): move.cents for move in moves if move.nature == "trop-perçu"}
    cheques: dict[tuple[date, str], list[sheet.Move]] = defaultdict(list)
    for move in moves:
        if move.nature == "paiement" and move.means == "chèque" and move.cents > 0:
            cheques[move.day, move.family].append(move)
    for move in moves:
        _come_to(office, golden, move.day)
        if move.nature == "avoir":
            _credit(office, golden, move)
        elif move.means == "prélèvement":
            _debit(office, golden, move)
        elif move.nature == "paiement" and move.cents < 0:
            office.write(reverse, AGENT, _last_payment(office, golden, move.family), reason="Chèque sans provision")
        elif move.nature == "paiement":
            together = cheques.pop((move.day, move.family), [move]) if move.means == "chèque" else [move]
            if together:
                _receive(office, golden, together, kept.get((move.day, move.family), 0))
            if move.means == "chèque":
                cheques[move.day, move.family] = []  # one cheque pays both invoices


def _come_to(office: Office, golden: Golden, day: date) -> None:
    if day >= DEBITED > office.today():  # the file is given to the bank the day before
        office.clock.set(paris_instant(date(2026, 12, 2), time(9)))
        ready = office.read(candidates, office.sealer, golden.regie_id, DEBITED)
        assert sorted(row.family for row in ready if not row.troubles) == sorted(IBANS)
        office.write(make_run, AGENT, golden.regie_id, DEBITED, [row.invoice_id for row in ready])
    office.clock.set(paris_instant(day, time(10)))
    office.write(settle_due, AGENT)


def _receive(office: Office, golden: Golden, together: list[sheet.Move], excess: int) -> None:
    first = together[0]
    means = MEANS[first.means or ""]
    office.write(
        receive, AGENT, regie_id=golden.regie_id, family_id=golden.families[first.family], means=means,
        amount_cents=sum(move.cents for move in together) + excess, received_on=first.day, keep_excess=bool(excess),
        shares=None if excess else [Share(_invoice(office, golden, move), move.cents) for move in together],
        **(OF_CHEQUE if means is PaymentMeans.CHEQUE else {}),
    )  # fmt: skip


def _credit(office: Office, golden: Golden, move: sheet.Move) -> None:
    invoice = _invoice(office, golden, move)
    left = office.read(remains, [invoice])[invoice]
    line = next(one for one in left if one.cents >= move.cents)
    office.write(
        credit, AGENT, invoice, reason="Erreur de pointage", seen_cents=sum(one.cents for one in left),
        lines={line.line_id: move.cents},
    )  # fmt: skip


def _debit(office: Office, golden: Golden, move: sheet.Move) -> None:
    """A debit was settled as its day came; a negative one is the bank's rejection."""
    debit = office.read(
        lambda s: s.scalars(select(DirectDebit).where(DirectDebit.invoice_id == _invoice(office, golden, move))).one()
    )
    assert debit.amount_cents == abs(move.cents)
    if move.cents < 0:
        office.write(reject, AGENT, debit.id, "AM04", move.day)


def _bring_to_the_bank(office: Office, golden: Golden, day: date) -> None:
    office.clock.set(paris_instant(day, time(16)))
    rows = office.read(waiting, golden.regie_id)
    for means in dict.fromkeys(row.means for row in rows):
        of_means = [row for row in rows if row.means is means]
        ids, cents = [row.id for row in of_means], sum(row.amount_cents for row in of_means)
        office.write(deposit, AGENT, golden.regie_id, means, ids, made_on=day, seen_cents=cents)
    cents = office.read(propose_remittance, golden.regie_id, day).amount_cents
    office.write(remit, AGENT, golden.regie_id, made_on=day, seen_cents=cents)


def _close_november(office: Office, golden: Golden) -> dict[str, Any]:
    found = office.read(propose_closing, golden.regie_id, ClosingKind.MONTH, END_OF_NOVEMBER, today=END_OF_NOVEMBER)
    office.write(close, AGENT, golden.regie_id, ClosingKind.MONTH, END_OF_NOVEMBER, seen=found.seen)
    return found.figures


def _products(office: Office, golden: Golden) -> dict[str, int]:
    """Add up the statements of all remittances, by product."""
    from models.office.treasury import Remittance

    found: dict[str, int] = defaultdict(int)
    contents = office.read(lambda s: s.scalars(select(Remittance.content).order_by(Remittance.id)).all())
    for content in contents:
        for line in content["lines"]:
            found[line["product_code"]] += line["cents"]
        found["trop-perçus"] += content["credit_cents"]
    found["Total"] = sum(found.values())
    return dict(found)


def _balances(office: Office, golden: Golden) -> dict[str, tuple[int, ...]]:
    def read(session: Session) -> dict[str, tuple[int, ...]]:
        kept, found = credits_of(session, golden.regie_id), {}
        for name, family_id in golden.families.items():
            mine = session.scalars(select(Invoice).where(Invoice.family_id == family_id)).all()
            sums = [sum(values) for values in zip(*[_of_invoice(one) for one in mine], strict=True)]
            found[name] = (*sums, kept.get(family_id, 0))
        return found

    return office.read(read)


def _of_invoice(invoice: Invoice) -> tuple[int, int, int, int]:
    return invoice.net_cents, invoice.credited_cents, invoice.paid_cents, invoice.due_cents


def _invoice(office: Office, golden: Golden, move: sheet.Move) -> int:
    query = select(Invoice.id).where(
        Invoice.family_id == golden.families[move.family], Invoice.service_id == golden.services[move.service or ""]
    )
    return office.read(lambda s: s.scalars(query).one())


def _last_payment(office: Office, golden: Golden, family: str) -> int:
    query = select(func.max(Payment.id)).where(Payment.family_id == golden.families[family])
    return office.read(lambda s: s.scalars(query).one())


def test_every_means_of_the_spreadsheet_has_a_name() -> None:
    assert {move.means for move in sheet.moves() if move.means} <= set(MEANS)
    assert set(MEANS.values()) <= set(PRINTED)
