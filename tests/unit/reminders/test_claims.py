"""« À titrer »: who goes to the Treasury, what the list says, what handing over and giving up close."""

import csv
import hashlib
from datetime import date
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backoffice.billing.lists import InvoiceRow
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Office, Work
from backoffice.payments.receive import receive
from backoffice.payments.record import record_payment
from backoffice.permissions import Agent
from backoffice.reminders.claims import ClaimPage, claimable, preview
from backoffice.reminders.hand_over import hand_over, write_off
from backoffice.reminders.lists import claim_lists, claim_workbook, claimed
from backoffice.reminders.remind import remind
from backoffice.reminders.stops import stop_reminders
from models.office.billing import Invoice
from models.office.families import Guardian
from models.office.house import PublishedView
from models.office.reminders import ClaimList, TreasuryClaim, WriteOff
from models.office.structure import Regie
from models.office.treasury import Closing
from models.vocabulary import ClosingKind, DebitState, InvoiceStatus, PaymentMeans, Role
from tests.factories import AGENT, Town
from tests.unit.reminders.conftest import DUE_ON, go
from tests.unit.reminders.test_remind import a_debit, a_mandate, pay


def page(office: Office, town: Town) -> ClaimPage:
    return office.read(claimable, town.regie_id, office.today())


def status(office: Office, invoice: InvoiceRow) -> InvoiceStatus:
    return office.read(lambda session: session.get_one(Invoice, invoice.id).status)


def another_guardian(work: Work, town: Town) -> None:
    work.session.add(
        Guardian(
            family_id=town.home.family_id, position=2, is_payer=False, last_name="Durand", first_name="Sacha",
            email=None, mobile=None, work_phone=None, street="8 rue du Parc", postal_code="88800", city="Vittel",
        )
    )  # fmt: skip


def test_a_debt_is_claimed_from_its_day_on(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 49)
    assert page(office, town).ready == ()
    go(office, 50)
    (debtor,) = page(office, town).ready
    assert debtor.seen == {invoice.id: 7055}


def test_a_small_debt_is_shown_apart_with_the_reason(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 50)
    pay(office, invoice, 5600)
    found = page(office, town)
    assert found.ready == ()
    assert found.apart[0].apart.replace("\u202f", " ") == "Dette de 14,55 €, sous le seuil de 15,00 € par débiteur."
    office.write(lambda work: work.session.execute(update(Regie).values(claim_floor_cents=1455)), AGENT)
    assert len(page(office, town).ready) == 1


def test_a_household_under_a_stop_is_shown_apart(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 50)
    office.write(stop_reminders, AGENT, town.home.family_id, town.regie_id, None, "Litige")
    assert "Litige" in page(office, town).apart[0].apart


def test_the_list_says_all_that_the_treasury_asks_and_runs_no_formula(
    office: Office, town: Town, invoice: InvoiceRow
) -> None:
    office.write(lambda work: another_guardian(work, town), AGENT)
    office.write(
        lambda work: work.session.execute(update(Guardian).where(Guardian.position == 1).values(street="=1+1")), AGENT
    )
    go(office, 8)
    office.write(remind, AGENT, town.regie_id)
    pay(office, invoice, 1000)
    go(office, 50)
    files = office.read(preview, town.regie_id, office.today(), now=office.now())
    sheet = load_workbook(BytesIO(files["xlsx"])).active
    heads, row = map(list, sheet.iter_rows(min_row=5, max_row=6))
    said = {head.value: cell.value for head, cell in zip(heads, row, strict=True)}
    assert said["N° de facture"] == "CANTINE-2026-000001"
    assert (said["Exercice"], said["Code produit"], said["Compte"]) == (2026, "R1", "7067")
    assert said["Date de facture"].date() == date(2026, 11, 3)
    assert (said["Nom"], said["Prénom"], said["Codébiteur"]) == ("Martin", "Camille", "Sacha Durand")
    assert (float(said["Montant"]), float(said["Payé"]), float(said["Reste dû"])) == (70.55, 10, 60.55)
    assert said["Relances"] == "11/12/2026"
    assert said["Né(e) le"] is None
    address = next(cell for cell in row if cell.value and str(cell.value).startswith("=1+1"))
    assert address.data_type == "s"
    text = files["csv"].decode("utf-8-sig")
    assert files["csv"].startswith(b"\xef\xbb\xbf")
    (line,) = csv.DictReader(StringIO(text), delimiter=";")
    assert (line["Reste dû"], line["Échéance"]) == ("60,55", "03/12/2026")
    assert line["Adresse"].startswith("'=1+1")


def test_handing_over_numbers_a_list_keeps_it_and_closes_the_payment(
    office: Office, town: Town, invoice: InvoiceRow
) -> None:
    go(office, 50)
    seen = page(office, town).ready[0].seen

    def wanted(session: Session) -> int:
        query = select(PublishedView.wanted).where(
            PublishedView.kind == "invoice", PublishedView.key == str(invoice.id)
        )
        return session.scalar(query) or 0

    before = office.read(wanted)
    made = office.write(hand_over, AGENT, town.regie_id, list(seen), seen)
    assert (made.number, made.amount_cents) == ("T-ENF-2027-000001", 7055)
    assert status(office, invoice) is InvoiceStatus.HANDED_OVER
    assert office.read(wanted) == before + 1
    workbook = office.read(claim_workbook, made.id)
    assert hashlib.sha256(workbook).hexdigest() == made.sha256
    assert load_workbook(BytesIO(workbook)).active["A1"].value == "Liste à titrer T-ENF-2027-000001"
    assert [row.number for row in office.read(claim_lists, town.regie_id)] == [made.number]
    assert [row.cents for row in office.read(claimed, town.regie_id)] == [7055]
    assert page(office, town).ready == ()
    with pytest.raises(RefusedByRule):
        pay(office, invoice, 7055)
    with pytest.raises(RefusedByRule):
        office.write(hand_over, AGENT, town.regie_id, list(seen), seen)


def test_a_list_touched_behind_marelles_back_is_not_shown(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 50)
    seen = page(office, town).ready[0].seen
    made = office.write(hand_over, AGENT, town.regie_id, list(seen), seen)
    office.write(lambda work: work.session.execute(update(ClaimList).values(workbook=b"PK")), AGENT)
    with pytest.raises(RefusedByRule, match="modifiée en dehors"):
        office.read(claim_workbook, made.id)


def refused(office: Office, town: Town, seen: dict[int, int], said: str) -> None:
    """Check that handing over is refused and that nothing was written."""
    with pytest.raises(RefusedByRule, match=said) as refusal:
        office.write(hand_over, AGENT, town.regie_id, list(seen), seen)
    assert isinstance(refusal.value, StaleRecord) == ("a changé" in said)
    assert office.read(lambda session: session.scalars(select(TreasuryClaim.invoice_id)).all()) == []


def test_what_was_paid_meanwhile_is_not_handed_over(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 50)
    seen = page(office, town).ready[0].seen
    pay(office, invoice, 100)
    refused(office, town, seen, "a changé")


def test_neither_a_debt_too_small_nor_too_young_nor_in_the_bank(
    office: Office, town: Town, invoice: InvoiceRow
) -> None:
    go(office, 49)
    refused(office, town, {invoice.id: 7055}, "pas en retard de 50 jours")
    go(office, 50)
    office.write(lambda work: work.session.execute(update(Regie).values(claim_floor_cents=10000)), AGENT)
    refused(office, town, {invoice.id: 7055}, "sous le seuil")
    office.write(lambda work: work.session.execute(update(Regie).values(claim_floor_cents=1500)), AGENT)
    refused(office, town, {}, "Aucune facture")
    mandate = office.write(lambda work: a_mandate(work, town, invoice.id, DUE_ON), AGENT)
    office.write(lambda work: a_debit(work, town, (invoice.id, mandate), DebitState.PRESENTED, DUE_ON), AGENT)
    refused(office, town, {invoice.id: 7055}, "présenté à la banque")
    with pytest.raises(RefusedByRule, match="présentée à la banque"):
        office.write(write_off, AGENT, invoice.id, "Surendettement")


def test_a_stop_decided_since_the_list_was_read_is_heeded(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 50)
    seen = page(office, town).ready[0].seen
    office.write(stop_reminders, AGENT, town.home.family_id, town.regie_id, None, "Échéancier")
    refused(office, town, seen, "Échéancier.*Retirez")


def test_a_household_whose_own_money_covers_its_debt_is_not_handed_over(
    office: Office, town: Town, invoice: InvoiceRow
) -> None:
    def in_advance(cents: int) -> None:
        office.write(
            receive, AGENT, regie_id=town.regie_id, family_id=town.home.family_id, means=PaymentMeans.CASH,
            amount_cents=cents, received_on=office.today(), shares=[], keep_excess=True,
        )  # fmt: skip

    go(office, 50)
    in_advance(7054)
    seen = page(office, town).ready[0].seen
    in_advance(1)
    assert page(office, town).ready == ()
    assert "crédit" in page(office, town).apart[0].apart
    refused(office, town, seen, "crédit.*Retirez")


def test_nothing_is_handed_over_on_a_closed_day(office: Office, town: Town, invoice: InvoiceRow) -> None:
    day = go(office, 50)

    def close(work: Work) -> None:
        work.session.add(
            Closing(regie_id=town.regie_id, kind=ClosingKind.DAY, day=day, made_at=work.now, made_by="x", content={},
                    digest="0" * 64)
        )  # fmt: skip

    office.write(close, AGENT)
    refused(office, town, {invoice.id: 7055}, "arrêtée")
    with pytest.raises(RefusedByRule, match="arrêtée"):
        office.write(write_off, AGENT, invoice.id, "Surendettement")


@pytest.mark.parametrize("handed", [False, True])
def test_what_cannot_be_recovered_is_written_off_with_its_reason(
    office: Office, town: Town, invoice: InvoiceRow, handed: bool
) -> None:
    go(office, 50)
    pay(office, invoice, 55)
    if handed:
        seen = page(office, town).ready[0].seen
        office.write(hand_over, AGENT, town.regie_id, list(seen), seen)
    with pytest.raises(RefusedByRule, match="motif"):
        office.write(write_off, AGENT, invoice.id, " ")
    assert office.write(write_off, AGENT, invoice.id, "Délibération du 12 janvier 2027") == 7000
    assert status(office, invoice) is InvoiceStatus.WRITTEN_OFF
    assert office.read(lambda session: session.scalar(select(WriteOff.amount_cents))) == 7000
    assert office.read(claimed, town.regie_id) == ()
    with pytest.raises(RefusedByRule, match="Il ne reste rien"):
        office.write(write_off, AGENT, invoice.id, "Encore")


def test_a_draft_is_not_written_off(office: Office, town: Town, invoice: InvoiceRow) -> None:
    draft = {"status": InvoiceStatus.DRAFT, "number": None}
    office.write(lambda work: work.session.execute(update(Invoice).values(draft)), AGENT)
    with pytest.raises(RefusedByRule, match="Un brouillon ne s'admet pas en non-valeur"):
        office.write(write_off, AGENT, invoice.id, "Erreur")


def test_only_the_cashier_hands_over(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 50)
    clerk = Agent("zoe", "Zoé Clerc", frozenset({Role.AGENT}), "ACCUEIL-3")
    with pytest.raises(NotAllowed):
        office.write(hand_over, clerk, town.regie_id, [invoice.id], {invoice.id: 7055})


def test_a_payment_at_the_desk_is_refused_once_written_off(office: Office, town: Town, invoice: InvoiceRow) -> None:
    go(office, 50)
    office.write(write_off, AGENT, invoice.id, "Insolvable")
    with pytest.raises(RefusedByRule):
        office.write(
            record_payment, AGENT, invoice.id, means=PaymentMeans.CASH, amount_cents=100, received_on=office.today()
        )
