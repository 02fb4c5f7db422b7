"""What a payment must say, and what the act lets each means pay: by examples, then for any amounts."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.payments.book import Share
from backoffice.payments.means import AT_DESK, BY, MEANS_WORDS, PLACES
from backoffice.payments.rules import (
    BilledLine,
    Payable,
    Tender,
    ceiling,
    ended,
    faults,
    needs_bank,
    reference_label,
    reference_required,
    reference_words,
    spread,
)
from models.vocabulary import InvoiceStatus, PaymentMeans, Section

OCTOBER, TODAY = date(2026, 10, 1), date(2026, 11, 3)
FIVE, SIX_TODAY, SIX_LATER = date(2021, 5, 4), date(2020, 10, 1), date(2020, 10, 2)
CASH, CHEQUE, CESU, ANCV = PaymentMeans.CASH, PaymentMeans.CHEQUE, PaymentMeans.CESU, PaymentMeans.ANCV


def care(born: date, cents: int, section: Section = Section.CARE, *, canteen: bool = False) -> BilledLine:
    return BilledLine(born, section, canteen, cents)


def invoice(at: int = 1, due: int = 5000, issued: date = TODAY, **ceilings: int) -> Payable:
    allowed = {PaymentMeans(means): cents for means, cents in ceilings.items()} or {CASH: due, CHEQUE: due}
    return Payable(
        id=at, number=f"PERI-2026-{at:06}", service="Accueil périscolaire", month=OCTOBER, issued_on=issued, due_on=None,
        payer="Camille Martin", due_cents=due, ceilings=allowed,
    )  # fmt: skip


def told(tender: Tender, *invoices: Payable, shares: list[Share] | None = None, closed: date | None = None) -> dict:
    split = spread(invoices, tender.means, tender.amount_cents) if shares is None else shares
    return faults(tender, invoices, split, accepted=AT_DESK, today=TODAY, closed=closed)


def cash(cents: int, **more: object) -> Tender:
    return Tender(**{"means": CASH, "amount_cents": cents, "received_on": TODAY, **more})


@pytest.mark.parametrize(
    ("means", "below_age", "lines", "paid", "most"),
    [
        (CASH, None, [care(FIVE, 3000)], 0, 5000),  # cash pays all that is due
        (CESU, 6, [care(FIVE, 3000), care(SIX_TODAY, 2000)], 0, 3000),  # the brother of six is not for CESU
        (CESU, 6, [care(SIX_LATER, 3000), care(SIX_TODAY, 2000)], 0, 3000),  # six tomorrow: not yet on the first
        (CESU, 6, [care(FIVE, 3000), care(FIVE, 900, Section.MEALS)], 0, 3900),  # the centre's own meals go with care
        (CESU, 6, [care(FIVE, 3000), care(FIVE, 900, Section.MEALS, canteen=True)], 0, 3000),  # never the canteen
        (CESU, None, [care(FIVE, 900, Section.MEALS, canteen=True)], 0, 0),  # whatever the age
        (CESU, None, [care(SIX_TODAY, 3000)], 0, 3000),  # the crèche: no age
        (CESU, 6, [care(FIVE, 3000), care(FIVE, 500, Section.PENALTY)], 0, 3000),  # a late pick-up is no care
        (CESU, 6, [care(FIVE, 3000)], 1000, 2000),  # what CESU have paid already counts
        (CESU, 6, [care(FIVE, 9000)], 0, 5000),  # never more than what is due
        (CESU, 6, [], 0, 0),
        (ANCV, 18, [care(FIVE, 3000, canteen=True)], 0, 3000),  # only CESU are refused by the canteen
    ],
)
def test_a_means_pays_what_the_act_lets_it(
    means: PaymentMeans, below_age: int | None, lines: list[BilledLine], paid: int, most: int
) -> None:
    assert ceiling(means, below_age, 5000, lines, month=OCTOBER, given_cents=paid) == most


def test_the_oldest_is_settled_first_each_up_to_what_the_means_may_pay() -> None:
    old, new = invoice(2, 3000, date(2026, 10, 5), cash=3000, cesu=1000), invoice(1, 5000, cash=5000, cesu=5000)
    assert spread([new, old], CASH, 4000) == (Share(2, 3000), Share(1, 1000))
    assert spread([new, old], CESU, 4000) == (Share(2, 1000), Share(1, 3000))
    assert spread([new, old], CASH, 4000, {1: 500}) == (Share(1, 500),)
    assert spread([new, old], ANCV, 4000) == ()


@settings(max_examples=60)
@given(st.integers(-10, 20_000), st.lists(st.integers(1, 6000), max_size=4), st.booleans())
def test_a_payment_is_received_up_to_what_is_due_and_above_only_as_credit(
    amount: int, dues: list[int], keep: bool
) -> None:
    invoices = [invoice(at, due) for at, due in enumerate(dues, start=1)]
    split = spread(invoices, CASH, amount)
    assert all(0 < share.cents <= dues[share.invoice_id - 1] for share in split)
    assert sum(share.cents for share in split) == max(0, min(amount, sum(dues)))
    accepted = not told(cash(amount, keep_excess=keep), *invoices)
    assert accepted == (amount > 0 and (keep or amount <= sum(dues)))


@pytest.mark.parametrize(
    ("tender", "code", "sentence"),
    [
        (cash(0), "amount", "supérieur à zéro"),
        (cash(5001), "amount", "est trop"),
        (cash(100, received_on=date(2026, 11, 4)), "received", "pas encore venu"),
        (cash(100, received_on=date(2026, 11, 2)), "received", "précéder"),
        (cash(100, means=CHEQUE, bank="Banque"), "reference", "numéro du chèque"),
        (cash(100, means=CHEQUE, reference="12"), "bank", "banque du chèque"),
        (cash(100, means=ANCV), "means", "n'autorise pas le paiement en chèques-vacances"),
        (cash(100, means=PaymentMeans.ONLINE_CARD), "means", "de lui-même"),
    ],
)
def test_what_is_wrong_is_told_under_its_field(tender: Tender, code: str, sentence: str) -> None:
    found = told(tender, invoice())
    assert list(found) == [code]
    assert sentence in found[code]


def test_nothing_is_dated_inside_a_closed_day() -> None:
    assert "arrêtée jusqu'au mardi 3 novembre 2026" in told(cash(100), invoice(), closed=TODAY)["received"]
    assert not told(cash(100), invoice(), closed=date(2026, 11, 2))


def test_titles_are_counted_in_figures() -> None:
    cesu = invoice(cesu=5000)
    assert "en chiffres" in told(cash(100, means=CESU, reference="douze"), cesu)["reference"]
    assert not told(cash(100, means=CESU, reference="12"), cesu)
    assert not told(cash(100, means=CESU), cesu), "their number is not required"
    assert reference_words(CESU, "12") == "12 titres"
    assert reference_words(CHEQUE, "0001234") == "n°\xa00001234"


def test_what_the_age_leaves_out_is_said() -> None:
    partly, none = invoice(cesu=1200), invoice(cesu=0)
    assert "Au plus 12,00" in told(cash(1300, means=CESU), partly)["amount"]
    assert not told(cash(1300, means=CESU, keep_excess=True), partly), "the family may keep it as credit"
    assert "l'âge des enfants" in told(cash(100, means=CESU), none)["means"]


def test_parts_that_are_chosen_fit_their_invoices_and_the_amount() -> None:
    one, two = invoice(1), invoice(2)
    assert not told(cash(300), one, two, shares=[Share(1, 100), Share(2, 200)])
    assert "supérieure à zéro" in told(cash(300), one, two, shares=[Share(1, 300), Share(2, 0)])["amount"]
    assert "Au plus 50,00" in told(cash(6000), one, two, shares=[Share(1, 6000)])["amount"]
    assert "c'est plus que" in told(cash(300), one, two, shares=[Share(1, 200), Share(2, 200)])["amount"]
    assert "ne vont à aucune facture" in told(cash(300), one, two, shares=[Share(1, 200)])["amount"]
    assert not told(cash(300, keep_excess=True), one, two, shares=[Share(1, 200)])
    assert "deux fois" in told(cash(6000), one, two, shares=[Share(1, 3000), Share(1, 3000)])["amount"]


def test_money_in_advance_must_be_said_so() -> None:
    assert "en avance" in told(cash(300))["amount"]
    assert not told(cash(300, keep_excess=True))
    assert "n'autorise pas" in faults(cash(300, keep_excess=True), (), (), accepted=(), today=TODAY)["means"]


def test_each_status_that_ends_an_invoice_says_why() -> None:
    assert [status for status in InvoiceStatus if ended(status) is None] == [
        InvoiceStatus.ISSUED,
        InvoiceStatus.PARTLY_PAID,
    ]


def test_each_means_says_what_it_needs() -> None:
    assert set(MEANS_WORDS) == set(PLACES) == set(BY) == set(PaymentMeans)
    assert [means for means in PaymentMeans if needs_bank(means)] == [CHEQUE]
    assert [means for means in PaymentMeans if reference_required(means)] == [CHEQUE]
    assert reference_label(CASH) is None
    assert reference_label(PaymentMeans.TRANSFER) == "Référence du virement"
