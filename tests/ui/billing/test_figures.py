"""A month in figures and in sentences, and amounts as they are typed."""

from dataclasses import replace
from datetime import date

import pytest

from backoffice.billing.alerts import AlertKind, AlertRow
from backoffice.billing.lists import InvoiceRow
from models.vocabulary import InvoiceKind, InvoiceStatus
from tests.months import OCTOBER
from ui.billing.amounts import read_amount
from ui.billing.figures import Figures, Offer, figures_of, issue_offer, pdf_name
from ui.billing.table import is_overdue, status_words

NOVEMBER_3 = date(2026, 11, 3)
DRAFT = InvoiceRow(
    id=1, number=None, family_id=1, family_number="F1", family="Évrard", payer="Léa Évrard", service_code="PERI",
    service="Périscolaire", month=OCTOBER, kind=InvoiceKind.MONTH, status=InvoiceStatus.DRAFT, total_cents=1250, aid_cents=0,
    credited_cents=0, paid_cents=0, due_cents=1250, issued_on=None, due_on=None, has_pdf=False, carried=False,
    debit_on=None, sort_key="evrard",
)  # fmt: skip
ISSUED = replace(
    DRAFT, id=2, number="PERI-2026-000001", status=InvoiceStatus.PARTLY_PAID, total_cents=2000, paid_cents=500,
    due_cents=1500, issued_on=NOVEMBER_3, due_on=date(2026, 12, 3), has_pdf=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("12,50", 1250), ("12.5", 1250), ("12", 1200), ("1 234,56 €", 123456), ("1\u202f234,56", 123456), ("0,05", 5)],
)
def test_an_amount_is_read_as_it_is_typed(typed: str, cents: int) -> None:
    assert read_amount(typed) == cents


@pytest.mark.parametrize("typed", ["", "douze", "12,345", "-5", "1,2,3"])
def test_what_is_no_amount_is_told(typed: str) -> None:
    with pytest.raises(ValueError, match="écrivez par exemple 12,50"):
        read_amount(typed)


def test_a_month_is_added_up() -> None:
    empty = replace(DRAFT, id=3, total_cents=0, due_cents=0)
    assert figures_of([DRAFT, ISSUED, empty]) == Figures(
        drafts=2, drafted_cents=1250, ready=1, issued=1, issued_cents=2000, paid_cents=500, due_cents=1500, unpaid=1,
        without_pdf=0,
    )  # fmt: skip


def test_issuing_is_said_in_one_breath() -> None:
    offer = issue_offer(OCTOBER, figures_of([DRAFT, replace(DRAFT, id=3)]), (), NOVEMBER_3)
    assert isinstance(offer, Offer)
    assert offer.verb == "Émettre 2 factures"
    for word in ("Pour octobre 2026, 2 factures", "25,00", "sans trou", "courriel"):
        assert word in offer.sentence
    assert "irréversible" in offer.sentence


def test_one_invoice_speaks_of_itself_alone() -> None:
    offer = issue_offer(OCTOBER, figures_of([DRAFT]), (), NOVEMBER_3)
    assert isinstance(offer, Offer)
    assert "va recevoir son numéro définitif" in offer.sentence


def test_a_month_under_way_or_out_of_date_or_empty_is_not_issued() -> None:
    behind = AlertRow(AlertKind.OUTDATED, "…", "PERI", blocking=True)
    figures = figures_of([DRAFT])
    assert "n'est pas terminé" in str(issue_offer(OCTOBER, figures, (), date(2026, 10, 31)))
    assert "n'est plus à jour" in str(issue_offer(OCTOBER, figures, (behind,), NOVEMBER_3))
    assert "Aucun brouillon" in str(issue_offer(OCTOBER, figures_of([ISSUED]), (), NOVEMBER_3))


def test_papers_that_a_cut_left_out_are_made_good() -> None:
    offer = issue_offer(OCTOBER, figures_of([replace(ISSUED, has_pdf=False)]), (), NOVEMBER_3)
    assert isinstance(offer, Offer)
    assert offer.verb == "Préparer les PDF"


def test_an_invoice_is_late_the_day_after_it_was_due() -> None:
    due = date(2026, 12, 3)
    assert (is_overdue(ISSUED, due), is_overdue(ISSUED, date(2026, 12, 4))) == (False, True)
    assert (status_words(ISSUED, due), status_words(ISSUED, date(2027, 1, 1))) == ("Payée en partie", "En retard")
    assert not is_overdue(DRAFT, date(2027, 1, 1))


def test_a_file_is_named_after_its_number_or_its_family() -> None:
    assert (pdf_name(ISSUED), pdf_name(DRAFT)) == ("facture-PERI-2026-000001.pdf", "brouillon-F1-2026-10.pdf")
