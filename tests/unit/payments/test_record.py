"""The régisseur receives money for one invoice."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from backoffice.billing.draft import draft_month
from backoffice.billing.lists import InvoiceRow, invoice_file, invoices_of
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Office
from backoffice.payments.lists import receipts
from backoffice.payments.record import record_payment
from backoffice.permissions import Agent
from models.office.house import AuditEntry, PublishedView
from models.office.payments import Payment
from models.vocabulary import InvoiceStatus, PaymentMeans, Role
from tests.factories import AGENT, Town
from tests.months import OCTOBER, SCHOOL_DAYS, an_issued_invoice, seen

CASH = {"means": PaymentMeans.CASH, "received_on": date(2026, 11, 3)}
CHEQUE = {**CASH, "means": PaymentMeans.CHEQUE, "reference": "0001234", "bank": "Crédit vosgien"}


@pytest.fixture
def invoice(office: Office, town: Town) -> InvoiceRow:
    return an_issued_invoice(office, town)


def received(office: Office) -> int:
    return office.read(lambda session: session.scalar(select(func.count()).select_from(Payment))) or 0


def test_a_payment_in_two_parts_pays_the_invoice(office: Office, town: Town, invoice: InvoiceRow) -> None:
    first = office.write(record_payment, AGENT, invoice.id, amount_cents=5000, **CHEQUE)
    assert (first.receipt_number, first.due_cents) == ("Q-ENF-2026-000001", 2055)
    assert "il reste 20,55" in first.sentence
    second = office.write(record_payment, AGENT, invoice.id, amount_cents=2055, seen_due_cents=2055, **CASH)
    assert (second.receipt_number, second.due_cents) == ("Q-ENF-2026-000002", 0)
    assert "la facture est payée" in second.sentence
    file = office.read(invoice_file, invoice.id)
    assert (file.row.status, file.row.due_cents) == (InvoiceStatus.PAID, 0)
    assert [(p.amount_cents, p.reference, p.bank, p.recorded_by) for p in file.payments] == [
        (5000, "0001234", "Crédit vosgien", "Claire Aubry"),
        (2055, None, None, "Claire Aubry"),
    ]
    rows = office.read(receipts, town.regie_id, OCTOBER, date(2026, 11, 3))
    assert [(row.amount_cents, row.drawer) for row in rows] == [(2055, None), (5000, "Camille Martin")]


def test_a_payment_is_signed_and_shown(office: Office, invoice: InvoiceRow, town: Town) -> None:
    office.write(record_payment, AGENT, invoice.id, amount_cents=7055, **CASH)
    deed = office.read(
        lambda session: session.scalars(select(AuditEntry).where(AuditEntry.action == "payment.record")).one()
    )
    assert (deed.new["receipt"], deed.new["amount_cents"]) == ("Q-ENF-2026-000001", 7055)
    view = office.read(
        lambda session: session.scalars(select(PublishedView).where(PublishedView.kind == "invoice")).one()
    )
    assert (view.key, view.family_id) == (str(invoice.id), town.home.family_id)


def test_a_receipt_bears_the_year_in_which_it_is_written(office: Office, invoice: InvoiceRow) -> None:
    office.clock.set(datetime(2027, 1, 4, 9, tzinfo=UTC))
    report = office.write(record_payment, AGENT, invoice.id, amount_cents=100, **CASH)
    assert report.receipt_number == "Q-ENF-2027-000001"


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({**CASH, "amount_cents": 0}, "supérieur à zéro"),
        ({**CASH, "amount_cents": -500}, "supérieur à zéro"),
        ({**CASH, "amount_cents": 7056}, "70,56.*est trop"),
        ({**CHEQUE, "amount_cents": 100, "reference": " "}, "numéro du chèque"),
        ({**CHEQUE, "amount_cents": 100, "bank": None}, "banque du chèque"),
        ({**CASH, "amount_cents": 100, "received_on": date(2026, 11, 4)}, "pas encore venu"),
        ({**CASH, "amount_cents": 100, "received_on": date(2026, 11, 2)}, "ne peut pas la précéder"),
        ({**CASH, "amount_cents": 100, "means": PaymentMeans.ANCV}, "n'autorise pas le paiement en chèques-vacances"),
        ({**CASH, "amount_cents": 100, "means": PaymentMeans.CESU}, "n'autorise pas le paiement par CESU"),
        ({**CASH, "amount_cents": 100, "means": PaymentMeans.SEPA_DEBIT}, "s'enregistre de lui-même"),
    ],
)
def test_a_wrong_payment_is_refused_and_takes_no_number(
    office: Office, invoice: InvoiceRow, wish: dict, sentence: str
) -> None:
    with pytest.raises(RefusedByRule, match=sentence):
        office.write(record_payment, AGENT, invoice.id, **wish)
    assert received(office) == 0
    report = office.write(record_payment, AGENT, invoice.id, amount_cents=100, **CASH)
    assert report.receipt_number == "Q-ENF-2026-000001"


def test_a_paid_invoice_is_not_paid_again(office: Office, invoice: InvoiceRow) -> None:
    office.write(record_payment, AGENT, invoice.id, amount_cents=7055, **CASH)
    with pytest.raises(RefusedByRule, match="déjà payée"):
        office.write(record_payment, AGENT, invoice.id, amount_cents=1, **CASH)


def test_the_second_cashier_is_told(office: Office, invoice: InvoiceRow) -> None:
    office.write(record_payment, AGENT, invoice.id, amount_cents=1000, seen_due_cents=7055, **CASH)
    with pytest.raises(StaleRecord, match="il reste 60,55"):
        office.write(record_payment, AGENT, invoice.id, amount_cents=1000, seen_due_cents=7055, **CASH)
    assert received(office) == 1


def test_a_draft_is_not_paid(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    (draft,) = office.read(invoices_of, OCTOBER)
    for unknown in (draft.id, 999):
        with pytest.raises(RefusedByRule, match="Un brouillon ne se paie pas"):
            office.write(record_payment, AGENT, unknown, amount_cents=100, **CASH)


def test_cashing_wants_the_cashier(office: Office, invoice: InvoiceRow) -> None:
    with pytest.raises(NotAllowed):
        office.write(record_payment, Agent("x", "X", frozenset({Role.AGENT}), "P"), invoice.id, amount_cents=1, **CASH)
