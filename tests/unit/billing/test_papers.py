"""What the paper and the e-mail of an invoice say of what was frozen: aids, amounts carried over, debits, complements."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader
from sqlalchemy import select, update

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import invoice_pdf
from backoffice.billing.render import render_missing
from backoffice.office import Office, Work
from models.office.billing import Invoice, InvoiceLine
from models.office.contracts import AidGrant, AidUse
from models.office.house import Mail
from models.vocabulary import InvoiceKind
from tests.factories import AGENT, Town
from tests.months import OCTOBER, SCHOOL_DAYS
from tests.unit.billing.issued import (
    IN_DECEMBER,
    NOVEMBER,
    NOVEMBER_DAYS,
    a_mandate,
    invoice,
    issued,
    meals,
    set_regie,
)


def plain(text: str) -> str:
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\xa0", " ").split())


def paper(office: Office, number: str) -> str:
    render_missing(office, AGENT)
    content = office.read(invoice_pdf, invoice(office, number).id)
    return plain(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def letter(office: Office, number: str) -> str:
    sealed = office.read(lambda session: session.scalars(select(Mail).where(Mail.subject == f"Facture {number}")).one())
    return plain(office.sealer.unseal(sealed.body_sealed))


def drafted_with(office: Office, **values: Any) -> None:
    office.write(draft_month, AGENT, OCTOBER)
    office.write(lambda work: work.session.execute(update(Invoice).values(**values)) and None, AGENT)


def aid(office: Office, town: Town, cents: int, title: str = "Bons CAF des Vosges") -> None:
    def use(work: Work) -> None:
        grant = AidGrant(
            child_id=town.home.child_id, family_id=town.home.family_id, code="bons", starts=OCTOBER, ends=OCTOBER
        )
        work.session.add(grant)
        work.session.flush()
        draft = work.session.scalars(select(Invoice).where(Invoice.number.is_(None))).one()
        work.session.add(AidUse(grant_id=grant.id, invoice_id=draft.id, position=1, title=title, amount_cents=cents))

    office.write(use, AGENT)


def test_aids_are_deducted_under_the_name_of_who_gives_them(office: Office, town: Town) -> None:
    meals(office, town, *SCHOOL_DAYS[:2])
    drafted_with(office, aid_cents=300)
    aid(office, town, 300)
    office.write(issue_month, AGENT, OCTOBER)
    words = paper(office, "CANTINE-2026-000001")
    for fact in ("Total de la facture 8,30 €", "Bons CAF des Vosges -3,00 €", "Montant à payer 5,30 €"):
        assert fact in words
    assert "Montant : 5,30 €" in letter(office, "CANTINE-2026-000001")


def test_an_invoice_that_aids_cover_says_that_nothing_is_to_be_paid(office: Office, town: Town) -> None:
    meals(office, town, SCHOOL_DAYS[0])
    drafted_with(office, aid_cents=415)
    aid(office, town, 415)
    office.write(issue_month, AGENT, OCTOBER)
    assert "entièrement couverte : ne payez rien" in paper(office, "CANTINE-2026-000001")
    assert "entièrement couverte par vos aides : ne payez rien." in letter(office, "CANTINE-2026-000001")


def test_a_small_invoice_asks_nothing_and_the_next_one_says_what_it_takes(office: Office, town: Town) -> None:
    set_regie(office, carry_below_cents=500)
    meals(office, town, SCHOOL_DAYS[0])
    issued(office)
    waits = paper(office, "CANTINE-2026-000001")
    assert "Montant inférieur à 5,00 € : reporté sur votre prochaine facture, ne payez rien." in waits
    assert "Paiement intégral" not in waits
    assert "Reporté sur votre prochaine facture -4,15 €" in waits
    assert "Montant à payer 0,00 €" in waits
    assert "Coupon" not in waits
    told = letter(office, "CANTINE-2026-000001")
    assert "reporté sur votre prochaine facture" in told
    assert "À régler" not in told

    office.clock.set(IN_DECEMBER)
    meals(office, town, *NOVEMBER_DAYS[:2])
    issued(office, NOVEMBER)
    takes = paper(office, "CANTINE-2026-000002")
    assert "Report de la facture n° CANTINE-2026-000001 4,15 €" in takes
    assert "Montant à payer 12,45 €" in takes
    assert "Solde antérieur" not in takes
    told = letter(office, "CANTINE-2026-000002")
    assert "Montant : 12,45 € (dont 4,15 € reportés de vos factures précédentes)" in told
    assert "À régler avant le : vendredi 1er janvier 2027" in told


def test_a_debit_is_announced_on_paper_and_by_mail(office: Office, town: Town) -> None:
    a_mandate(office, town)
    set_regie(office, payfip_client="881140")
    meals(office, town, SCHOOL_DAYS[0])
    issued(office)
    words = paper(office, "CANTINE-2026-000001")
    for fact in ("Le jeudi 3 décembre 2026, 4,15 € seront prélevés", "4321", "FR98ZZZ881140", "Montant prélevé 4,15 €"):
        assert fact in words
    assert "PayFiP :" not in words
    told = letter(office, "CANTINE-2026-000001")
    assert "Ce montant sera prélevé sur votre compte le jeudi 3 décembre 2026." in told
    assert "À régler" not in told


def test_what_families_pay_online_bears_its_reference_and_its_address(office: Office, town: Town) -> None:
    set_regie(office, payfip_client="881140")
    meals(office, town, SCHOOL_DAYS[0])
    issued(office)
    words = paper(office, "CANTINE-2026-000001")
    assert "En ligne : http://127.0.0.1:8765" in words
    assert "Référence PayFiP : CANTINE2026000001" in words


def test_what_is_due_of_before_is_recalled_apart(office: Office, town: Town) -> None:
    meals(office, town, SCHOOL_DAYS[0])
    issued(office)
    office.clock.set(IN_DECEMBER)
    meals(office, town, NOVEMBER_DAYS[0])
    issued(office, NOVEMBER)
    words = paper(office, "CANTINE-2026-000002")
    assert "Solde antérieur encore dû : 4,15 €, rappelé pour mémoire et non compris dans ce montant." in words
    assert "Montant à payer 4,15 €" in words


def test_a_complement_is_named_so_and_a_share_is_said(office: Office, town: Town) -> None:
    meals(office, town, SCHOOL_DAYS[0])
    drafted_with(office, kind=InvoiceKind.ADJUSTMENT)
    office.write(lambda work: work.session.execute(update(InvoiceLine).values(share_percent=60)) and None, AGENT)
    office.write(issue_month, AGENT, OCTOBER)
    words = paper(office, "CANTINE-2026-000001")
    assert "Facture complémentaire n° CANTINE-2026-000001" in words
    assert "part de 60 %" in words


def test_what_the_law_wants_is_said_even_when_the_regie_says_nothing(office: Office, town: Town) -> None:
    set_regie(office, mentions="Merci de votre confiance.")
    meals(office, town, SCHOOL_DAYS[0])
    issued(office)
    words = paper(office, "CANTINE-2026-000001")
    for fact in ("Merci de votre confiance.", "Paiement intégral", "Voies de recours"):
        assert fact in words
