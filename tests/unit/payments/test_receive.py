"""One payment over several invoices: the oldest first, or as chosen; what is above becomes a credit."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from backoffice.billing.draft import draft_month
from backoffice.billing.lists import invoices_of
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Work
from backoffice.payments.book import Share
from backoffice.payments.dues import dues_of_invoice
from backoffice.payments.receive import receive
from backoffice.permissions import Agent
from models.office.billing import Invoice
from models.office.structure import Regie, Service
from models.office.treasury import Closing
from models.vocabulary import ClosingKind, InvoiceStatus, PaymentMeans, Role
from tests.factories import AGENT, another_child, another_family
from tests.months import SCHOOL_DAYS, an_issued_invoice, seen
from tests.unit.payments.household import CHEQUE, TODAY, Owed


def close(owed: Owed, day: date) -> None:
    """Close a régie's books behind the rules' back."""

    def write(work: Work) -> None:
        work.session.add(
            Closing(
                regie_id=owed.town.regie_id, kind=ClosingKind.DAY, day=day, made_at=work.now, made_by="X", content={},
                digest="",
            )
        )  # fmt: skip

    owed.office.write(write, AGENT)


def test_one_cheque_pays_both_invoices(owed: Owed) -> None:
    report = owed.pay(4730, **CHEQUE)
    assert (report.due_cents, report.credit_cents) == (0, 0)
    assert "2 factures sont payées" in report.sentence
    assert owed.allocations() == [(report.payment_id, owed.canteen.id, 4150), (report.payment_id, owed.care.id, 580)]
    assert owed.dues().invoices == ()
    assert owed.count() == 1


def test_too_little_settles_the_oldest_first(owed: Owed) -> None:
    report = owed.pay(4200)
    assert [(one.number, one.cents, one.status) for one in report.settled] == [
        ("CANTINE-2026-000001", 4150, InvoiceStatus.PAID),
        ("PERI-2026-000001", 50, InvoiceStatus.PARTLY_PAID),
    ]
    assert report.due_cents == 530


def test_the_invoices_may_be_chosen(owed: Owed) -> None:
    owed.pay(1000, shares=[Share(owed.care.id, 580), Share(owed.canteen.id, 420)])
    assert [(one.number, one.due_cents) for one in owed.dues().invoices] == [("CANTINE-2026-000001", 3730)]


def test_what_is_above_is_refused_then_kept_when_the_agent_says_so(owed: Owed) -> None:
    with pytest.raises(RefusedByRule, match=r"47,30.*est trop.*Rien n'a été enregistré"):
        owed.pay(5000)
    assert owed.count() == 0
    report = owed.pay(5000, keep_excess=True)
    assert report.credit_cents == owed.dues().credit_cents == 270
    assert "2,70" in report.sentence


def test_money_in_advance_is_a_credit_whole(owed: Owed) -> None:
    report = owed.pay(3000, shares=[], keep_excess=True)
    assert (report.settled, owed.dues().credit_cents, owed.dues().due_cents) == ((), 3000, 4730)


def test_the_second_agent_reads_again(owed: Owed) -> None:
    seen_due = {invoice.id: invoice.due_cents for invoice in owed.dues().invoices}
    owed.pay(1000)
    with pytest.raises(StaleRecord, match="il reste 37,30"):
        owed.pay(1000, seen=seen_due)
    assert owed.count() == 1


def test_only_what_the_act_allows_is_offered_and_received(owed: Owed) -> None:
    brother = another_child(owed.office, owed.town, owed.town.home.family_id, born=date(2021, 5, 4))
    seen(owed.office, brother, owed.town.morning_id, *SCHOOL_DAYS[:2])
    assert owed.dues().accepted == (
        PaymentMeans.CASH, PaymentMeans.CHEQUE, PaymentMeans.CARD, PaymentMeans.TRANSFER, PaymentMeans.CESU,
    )  # fmt: skip
    assert [invoice.ceilings.get(PaymentMeans.CESU) for invoice in owed.dues().invoices] == [None, 0], "Léa is seven"
    with pytest.raises(RefusedByRule, match="n'autorise pas le paiement par CESU pour «\xa0Restauration scolaire"):
        owed.pay(100, means=PaymentMeans.CESU)
    with pytest.raises(RefusedByRule, match="l'âge des enfants"):
        owed.pay(100, means=PaymentMeans.CESU, shares=[Share(owed.care.id, 100)])


def test_cesu_pay_the_care_of_the_youngest_and_no_more(office, town) -> None:
    brother = another_child(office, town, town.home.family_id, born=date(2021, 5, 4))
    for child, days in ((brother, 3), (town.home.child_id, 5)):
        seen(office, child, town.morning_id, *SCHOOL_DAYS[:days])
    invoice = an_issued_invoice(office, town, meals=1)
    owed = Owed(office, town, invoice, invoice)
    (care,) = (one for one in owed.dues().invoices if one.number.startswith("PERI"))
    assert (care.due_cents, care.ceilings[PaymentMeans.CESU]) == (8 * 145, 3 * 145)
    titles = {"means": PaymentMeans.CESU, "reference": "2"}
    with pytest.raises(RefusedByRule, match="Au plus 4,35"):
        owed.pay(500, shares=[Share(care.id, 500)], **titles)
    owed.pay(300, shares=[Share(care.id, 300)], **titles)
    with pytest.raises(RefusedByRule, match="Au plus 1,35"):
        owed.pay(136, shares=[Share(care.id, 136)], **titles)
    owed.pay(135, shares=[Share(care.id, 135)], **titles)


def test_nothing_is_received_inside_a_closed_day(owed: Owed) -> None:
    close(owed, TODAY)
    owed.office.clock.move(hours=24)
    with pytest.raises(RefusedByRule, match="arrêtée jusqu'au mardi 3 novembre 2026"):
        owed.pay(100, received_on=TODAY)
    owed.pay(100)
    assert owed.count() == 1


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (InvoiceStatus.HANDED_OVER, "transmise au Trésor"),
        (InvoiceStatus.CANCELLED, "annulée par un avoir"),
        (InvoiceStatus.WRITTEN_OFF, "non-valeur"),
        (InvoiceStatus.PAID, "déjà payée"),
    ],
)
def test_an_invoice_that_ended_is_no_longer_paid(owed: Owed, status: InvoiceStatus, sentence: str) -> None:
    owed.office.write(lambda work: work.session.execute(update(Invoice).values(status=status)), AGENT)
    with pytest.raises(RefusedByRule, match=sentence):
        owed.pay(100, shares=[Share(owed.care.id, 100)])
    with pytest.raises(RefusedByRule, match=sentence):
        owed.office.read(dues_of_invoice, owed.care.id)
    with pytest.raises(RefusedByRule, match="Cochez la facture payée"):
        owed.pay(100)
    assert owed.count() == 0


def test_a_draft_another_family_another_regie_are_refused(owed: Owed) -> None:
    other = another_family(owed.office, owed.town)
    seen(owed.office, owed.town.home.child_id, owed.town.meal_id, date(2026, 11, 2))
    owed.office.write(draft_month, AGENT, date(2026, 11, 1))
    (draft,) = owed.office.read(invoices_of, date(2026, 11, 1))
    with pytest.raises(RefusedByRule, match="brouillon"):
        owed.pay(100, shares=[Share(draft.id, 100)])
    wish = {"means": PaymentMeans.CASH, "amount_cents": 100, "received_on": TODAY, "shares": [Share(owed.care.id, 100)]}
    with pytest.raises(RefusedByRule, match="brouillon"):
        owed.office.write(
            receive, AGENT, regie_id=owed.town.regie_id, family_id=other.family_id,
            **(wish | {"shares": [Share(draft.id, 100)]}),
        )  # fmt: skip
    with pytest.raises(RefusedByRule, match="n'est pas celle de la famille Petit"):
        owed.office.write(receive, AGENT, regie_id=owed.town.regie_id, family_id=other.family_id, **wish)

    def another_regie(work: Work) -> int:
        old = work.session.get_one(Regie, owed.town.regie_id)
        named = {"code": "PE", "name": "Petite enfance", "due_days": 30, "mentions": ""}
        kept = {name: getattr(old, name) for name in ("street", "postal_code", "city", "phone", "email")}
        regie = Regie(**named, **kept)
        work.session.add(regie)
        work.session.flush()
        work.session.execute(update(Service).where(Service.code == "PERI").values(regie_id=regie.id))
        return regie.id

    elsewhere = owed.office.write(another_regie, AGENT)
    with pytest.raises(RefusedByRule, match="se paie à une autre régie"):
        owed.pay(100, shares=[Share(owed.care.id, 100)])
    family_id = owed.town.home.family_id
    report = owed.office.write(receive, AGENT, regie_id=elsewhere, family_id=family_id, **wish)
    assert report.receipt_number == "Q-PE-2026-000001", "each régie has its own series"


def test_the_drawer_of_a_cheque_is_the_payer_unless_said(owed: Owed) -> None:
    from backoffice.payments.lists import receipt

    one, two = owed.pay(100, **CHEQUE), owed.pay(100, drawer="Mamie Martin", **CHEQUE)
    drawers = [owed.office.read(receipt, report.payment_id).drawer for report in (one, two)]
    assert drawers == ["Camille Martin", "Mamie Martin"]
    assert "Mamie Martin" in owed.office.read(receipt, two.payment_id).detail


def test_cashing_wants_the_cashier(owed: Owed) -> None:
    stranger = Agent("x", "X", frozenset({Role.AGENT}), "P")
    with pytest.raises(NotAllowed):
        owed.office.write(
            receive, stranger, regie_id=1, family_id=1, means=PaymentMeans.CASH, amount_cents=1,
            received_on=TODAY - timedelta(days=1),
        )  # fmt: skip
