"""Mes factures: what each state asks of a family, in plain French."""

from datetime import date

import pytest

from backoffice.sync.contract import InvoiceState, InvoiceView, PaperLine, ViewKind
from tests.portal.conftest import Office, Person
from tests.portal.published import FAMILY, invoice, pdf, view

NOTHING_ELSE = {  # the small commune's own invoices are all settled here
    101: InvoiceState.PAID,
    102: InvoiceState.PAID,
}


@pytest.fixture
def publish(office: Office):
    def send(**changes: object) -> None:
        shown = invoice("2026-000110", **changes)
        settled = [
            view(ViewKind.INVOICE, key, FAMILY, invoice(f"2026-000{key}", state), file=pdf(f"2026-000{key}"))
            for key, state in NOTHING_ELSE.items()
        ]
        office.publish(*settled, view(ViewKind.INVOICE, 110, FAMILY, shown, file=pdf("2026-000110")))

    return send


def test_what_is_at_the_treasury_is_not_asked_here_any_more(claire: Person, publish) -> None:
    publish(state=InvoiceState.HANDED_OVER, due_cents=0, balance_cents=7049)
    claire.get("/factures")
    assert "Transmise au Trésor public" in claire.words
    assert "ne se paie plus à la régie ni ici" in claire.words
    assert "Reste à payer <strong>0,00 €" in claire.words
    assert '<p class="big">70,49 €' in claire.words
    assert "Rien à payer" in claire.get("/").text


def test_what_will_be_debited_is_not_to_be_paid(claire: Person, publish) -> None:
    publish(state=InvoiceState.DEBITED, debit_on=date(2026, 12, 14))
    claire.get("/factures")
    assert "Prélèvement le 14/12/2026" in claire.words
    assert "Vous n'avez rien à faire : votre compte sera débité." in claire.words
    assert 'Reste à payer <strong>0,00 €</strong> <span class="muted">et 70,49 € seront prélevés' in claire.words


def test_a_small_invoice_waits_for_the_next_one(claire: Person, publish) -> None:
    publish(state=InvoiceState.CARRIED, total_cents=320, due_cents=320)
    claire.get("/factures")
    assert "une prochaine facture le demandera" in claire.words
    assert "Reste à payer <strong>0,00 €" in claire.words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (InvoiceState.CANCELLED, "Annulée par un avoir"),
        (InvoiceState.WRITTEN_OFF, "Plus rien ne vous est demandé"),
        (InvoiceState.PAID, "Soldée"),
    ],
)
def test_what_is_over_is_on_the_second_button(claire: Person, publish, state: InvoiceState, words: str) -> None:
    publish(state=state, due_cents=0)
    assert "2026-000110" not in claire.get("/factures").text
    claire.get("/factures?voir=soldees")
    assert words in claire.words


def test_credit_notes_and_receipts_are_told_with_their_numbers(claire: Person, publish) -> None:
    publish(
        state=InvoiceState.PARTLY_PAID,
        due_cents=5000,
        credits=(PaperLine(number="A-CANTINE-2026-000003", day=date(2026, 11, 10), cents=1049),),
        receipts=(PaperLine(number="Q-ENF-2026-000007", day=date(2026, 11, 12), cents=1000),),
        carried_into="2026-000111",
    )
    claire.get("/factures")
    for words in (
        "A-CANTINE-2026-000003</span> du 10/11/2026 : 10,49 € déduits",
        '10,00 € reçus le 12/11/2026, quittance <span class="number">Q-ENF-2026-000007',
        "50,00 €",
        "sur 70,49 €",
        'Elle est demandée avec la facture <span class="number">2026-000111',
    ):
        assert words in claire.words


def test_a_view_of_before_is_still_read() -> None:
    old = invoice("2026-000001").model_dump(
        exclude={"regie_id", "balance_cents", "online", "reference", "debit_on", "carried_into", "credits", "receipts"}
    )
    assert InvoiceView.model_validate(old).online is False
