"""Credit notes: exact, numbered in their own series, and nothing of the issued invoice moves."""

import hashlib
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from backoffice.billing.credit import CreditReport, credit
from backoffice.billing.credit_lists import credit_note_pdf, credit_notes_of, family_credit_notes
from backoffice.billing.credit_note import times
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import InvoiceFile, InvoiceRow, invoice_file, invoice_pdf, invoices_of, months
from backoffice.billing.render import render_missing
from backoffice.errors import NotAllowed, RefusedByRule, StaleRecord
from backoffice.office import Office, Work
from backoffice.payments.book import Money, Share, credits_of, enter
from backoffice.permissions import Agent
from backoffice.treasury.periods import hold_regie
from models.office.billing import CreditNote, Invoice, InvoiceLine, InvoicePdf
from models.office.bookings import Attendance
from models.office.house import Mail
from models.office.treasury import Closing
from models.vocabulary import ClosingKind, InvoiceStatus, PaymentMeans, Role
from tests.factories import AGENT, COLLEAGUE, Town, a_commune, an_office, another_child
from tests.months import IN_NOVEMBER, OCTOBER, SCHOOL_DAYS, an_issued_invoice, seen
from tests.unit.debits.books import a_mandate, presented, settled, the_invoice
from tests.unit.treasury.test_deposit import words

ERROR = "Erreur de saisie"
MOVING = {"status", "paid_cents", "credited_cents", "version"}


def credited(office: Office, invoice_id: int, **asked: Any) -> CreditReport:
    """Credit an invoice as it stands now."""
    row = office.read(invoice_file, invoice_id).row
    return office.write(
        credit, AGENT, invoice_id, **{"reason": ERROR, "seen_cents": row.net_cents - row.credited_cents, **asked}
    )


def paid(office: Office, town: Town, row: InvoiceRow, cents: int) -> None:
    """Receive cash for an invoice."""

    def pay(work: Work) -> None:
        money = Money(
            family_id=row.family_id, payer_name=row.payer, means=PaymentMeans.CASH, cents=cents, received_on=work.today
        )
        enter(work, hold_regie(work.session, town.regie_id), money, [Share(row.id, cents)])

    office.write(pay, AGENT)


def line_ids(office: Office, invoice_id: int) -> list[int]:
    return [line.id for line in office.read(invoice_file, invoice_id).lines]


def frozen(office: Office) -> str:
    """Digest all that an issued invoice says, and its papers."""

    def read(session: Any) -> str:
        told = []
        for table in (Invoice, InvoiceLine, InvoicePdf):
            columns = [column for column in table.__table__.columns if column.name not in MOVING]
            told.append(session.execute(select(*columns).order_by(*table.__table__.primary_key)).all())
        return hashlib.sha256(repr(told).encode()).hexdigest()

    return office.read(read)


def state(office: Office, invoice_id: int) -> tuple[InvoiceStatus, int, int, int]:
    row = office.read(invoice_file, invoice_id).row
    return row.status, row.paid_cents, row.credited_cents, row.due_cents


def test_a_whole_credit_note_cancels_the_invoice(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=17)
    report = credited(office, invoice.id)
    assert (report.number, report.total_cents, report.due_cents) == ("AV-CANTINE-2026-000001", 7055, 0)
    assert state(office, invoice.id) == (InvoiceStatus.CANCELLED, 0, 7055, 0)
    (note,) = office.read(credit_notes_of, invoice.id)
    assert (note.number, note.issued_on, note.total_cents, note.reason, note.freed) == (
        report.number, date(2026, 11, 3), 7055, ERROR, False,
    )  # fmt: skip
    assert [(line.label, line.amount_cents, line.quantity_hundredths) for line in note.lines] == [
        ("Restauration scolaire, repas", 7055, 1700)
    ]


def test_a_line_is_credited_in_part_then_whole(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=17)
    (line,) = line_ids(office, invoice.id)
    credited(office, invoice.id, lines={line: 830})
    assert state(office, invoice.id) == (InvoiceStatus.ISSUED, 0, 830, 6225)
    report = credited(office, invoice.id)
    assert (report.number, report.total_cents) == ("AV-CANTINE-2026-000002", 6225)
    assert state(office, invoice.id) == (InvoiceStatus.CANCELLED, 0, 7055, 0)
    notes = office.read(family_credit_notes, town.home.family_id)
    assert [(note.total_cents, note.lines[0].quantity_hundredths, note.invoice_number) for note in notes] == [
        (6225, 1500, invoice.number),
        (830, 200, invoice.number),
    ]


def test_what_was_paid_too_much_becomes_the_familys_credit(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=2)
    paid(office, town, invoice, 830)
    (line,) = line_ids(office, invoice.id)
    report = credited(office, invoice.id, lines={line: 415})
    assert report.credit_cents == 415
    assert "4,15\u202f€ déjà payés restent au crédit" in report.sentence
    assert state(office, invoice.id) == (InvoiceStatus.PAID, 415, 415, 0)
    assert office.read(credits_of, town.regie_id) == {town.home.family_id: 415}


def test_a_part_paid_invoice_gives_back_only_what_is_too_much(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=4)
    paid(office, town, invoice, 830)
    (line,) = line_ids(office, invoice.id)
    assert credited(office, invoice.id, lines={line: 415}).credit_cents == 0
    assert state(office, invoice.id) == (InvoiceStatus.PARTLY_PAID, 830, 415, 415)
    assert credited(office, invoice.id).credit_cents == 830
    assert state(office, invoice.id) == (InvoiceStatus.CANCELLED, 0, 1660, 0)


def test_nothing_of_the_issued_invoice_changes(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=5)
    render_missing(office, AGENT)
    before = frozen(office)
    (line,) = line_ids(office, invoice.id)
    credited(office, invoice.id, lines={line: 100})
    credited(office, invoice.id)
    assert frozen(office) == before


def test_freed_days_are_billed_again_under_another_number(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=3)
    report = credited(office, invoice.id, free=True)
    assert report.units == 3
    assert "3 pointages peuvent être refacturés" in report.sentence
    bound = office.read(lambda session: session.execute(select(Attendance.invoice_id, Attendance.corrected_at)).all())
    assert [tuple(row) for row in bound] == [(None, None)] * 3
    office.write(draft_month, AGENT, OCTOBER)
    assert office.write(issue_month, AGENT, OCTOBER).numbers == ("CANTINE-2026-000002",)
    rows = office.read(invoices_of, OCTOBER)
    assert [(row.status, row.total_cents) for row in rows] == [
        (InvoiceStatus.CANCELLED, 1245),
        (InvoiceStatus.ISSUED, 1245),
    ]


def test_without_freeing_the_days_stay_billed(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=3)
    assert credited(office, invoice.id).units == 0
    assert office.write(draft_month, AGENT, OCTOBER).drafts == 0


def test_the_family_is_told_and_the_paper_is_kept(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=3)
    report = credited(office, invoice.id)
    assert office.read(credit_note_pdf, report.note_id).startswith(b"%PDF")
    mail = office.read(lambda session: session.scalars(select(Mail)).one())
    body = office.sealer.unseal(mail.body_sealed)
    assert (mail.cause, mail.recipient) == (f"credit:{report.note_id}", "camille.martin@exemple.fr")
    assert "AV-CANTINE-2026-000001" in body
    assert "Vous n'avez plus rien à payer sur cette facture." in body


def test_each_service_has_its_series_and_each_year_begins_again(office: Office, town: Town) -> None:
    for unit in (town.meal_id, town.morning_id):
        seen(office, town.home.child_id, unit, *SCHOOL_DAYS[:2])
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    meals, care = office.read(invoices_of, OCTOBER)
    (line,) = line_ids(office, meals.id)
    assert credited(office, meals.id, lines={line: 100}).number == "AV-CANTINE-2026-000001"
    assert credited(office, care.id).number == "AV-PERI-2026-000001"
    office.clock.move(days=80)
    assert credited(office, meals.id).number == "AV-CANTINE-2027-000001"


def test_months_and_rows_count_what_was_credited(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=10)
    paid(office, town, invoice, 1000)
    (line,) = line_ids(office, invoice.id)
    credited(office, invoice.id, lines={line: 830})
    month = office.read(months)[0]
    assert (month.issued_cents, month.credited_cents, month.due_cents) == (4150, 830, 4150 - 830 - 1000)
    file: InvoiceFile = office.read(invoice_file, invoice.id)
    assert (file.row.net_cents, file.row.credited_cents, file.lines[0].left_cents) == (4150, 830, 3320)
    assert [note.total_cents for note in file.credit_notes] == [830]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"reason": " "}, "Le motif de l'avoir manque"),
        ({"lines": {}}, "Aucune ligne n'est à créditer"),
        ({"lines": {0: 0}}, "supérieur à zéro"),
        ({"lines": {0: -5}}, "supérieur à zéro"),
        ({"lines": {0: 831}}, r"8,31.*dépassent ce qui en reste, 8,30"),
        ({"lines": {99999: 10}}, "n'est pas de la facture"),
        ({"lines": {0: 415}, "free": True}, "créditée en entier"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    office: Office, town: Town, asked: dict[str, Any], why: str
) -> None:
    invoice = an_issued_invoice(office, town, meals=2)
    (line,) = line_ids(office, invoice.id)
    lines = asked.get("lines")
    if lines is not None:
        asked = {**asked, "lines": {line if at == 0 else at: cents for at, cents in lines.items()}}
    with pytest.raises(RefusedByRule, match=why) as refusal:
        credited(office, invoice.id, **asked)
    assert "Rien n'a été enregistré." in str(refusal.value)
    assert office.read(credit_notes_of, invoice.id) == ()
    assert state(office, invoice.id) == (InvoiceStatus.ISSUED, 0, 0, 830)


def test_a_draft_is_redone_not_credited(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    (draft,) = office.read(invoices_of, OCTOBER)
    with pytest.raises(RefusedByRule, match="est un brouillon"):
        credited(office, draft.id)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (InvoiceStatus.HANDED_OVER, "transmise au Trésor public"),
        (InvoiceStatus.WRITTEN_OFF, "admise en non-valeur"),
    ],
)
def test_what_has_left_the_regie_is_not_credited_here(
    office: Office, town: Town, status: InvoiceStatus, why: str
) -> None:
    invoice = an_issued_invoice(office, town, meals=2)

    def leave(work: Work) -> None:
        work.session.get_one(Invoice, invoice.id).status = status

    office.write(leave, AGENT)
    with pytest.raises(RefusedByRule, match=why):
        credited(office, invoice.id)


def test_an_invoice_credited_whole_is_not_credited_again(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=2)
    credited(office, invoice.id)
    with pytest.raises(RefusedByRule, match="déjà créditée en entier"):
        credited(office, invoice.id)


def test_a_closed_day_takes_no_credit_note(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=2)

    def close(work: Work) -> None:
        work.session.add(
            Closing(
                regie_id=town.regie_id, kind=ClosingKind.DAY, day=work.today, made_at=work.now, made_by="x",
                content={}, digest="0" * 64,
            )
        )  # fmt: skip

    office.write(close, AGENT)
    with pytest.raises(RefusedByRule, match="est arrêtée jusqu'au"):
        credited(office, invoice.id)


def test_who_has_not_seen_the_last_credit_note_is_told(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=2)
    (line,) = line_ids(office, invoice.id)
    credited(office, invoice.id, lines={line: 415})
    with pytest.raises(StaleRecord, match="a été créditée entre-temps"):
        office.write(credit, COLLEAGUE, invoice.id, reason=ERROR, seen_cents=830, lines={line: 415})


def test_crediting_wants_the_cashier(office: Office, town: Town) -> None:
    invoice = an_issued_invoice(office, town, meals=1)
    with pytest.raises(NotAllowed, match="régisseur"):
        office.write(
            credit, Agent("x", "Xavier", frozenset({Role.DIRECTOR}), "P1"), invoice.id, reason=ERROR, seen_cents=415
        )


@given(st.integers(-10_000, 10_000), st.integers(-500, 500))
def test_a_quantity_times_its_price_is_the_amount(cents: int, price: int) -> None:
    quantity, unit = times(cents, price)
    assert quantity * unit == 100 * cents


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_credits_never_exceed_their_line_nor_their_invoice(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    office = an_office(tmp_path_factory.mktemp("credits"), now=IN_NOVEMBER)
    town = a_commune(office)
    brother = another_child(office, town, town.home.family_id)
    seen(office, brother, town.meal_id, *SCHOOL_DAYS[:3])
    invoice = an_issued_invoice(office, town, meals=5)
    if paid_cents := data.draw(st.integers(0, 3320)):
        paid(office, town, invoice, paid_cents)
    ids = line_ids(office, invoice.id)
    for _ in range(data.draw(st.integers(1, 4))):
        chosen = data.draw(st.dictionaries(st.sampled_from(ids), st.integers(-10, 2300), max_size=2) | st.none())
        try:
            credited(office, invoice.id, lines=chosen)
        except RefusedByRule:
            continue
    file = office.read(invoice_file, invoice.id)
    given_back = dict.fromkeys(ids, 0)
    for note in file.credit_notes:
        assert note.total_cents == sum(line.amount_cents for line in note.lines) > 0
        for line in note.lines:
            given_back[line.invoice_line_id or 0] += line.amount_cents
    assert all(0 <= given_back[line.id] <= line.amount_cents for line in file.lines)
    assert [line.left_cents for line in file.lines] == [line.amount_cents - given_back[line.id] for line in file.lines]
    assert file.row.credited_cents == sum(given_back.values()) <= file.row.net_cents
    assert file.row.due_cents == file.row.net_cents - file.row.credited_cents - file.row.paid_cents >= 0
    credit_of_family = office.read(credits_of, town.regie_id).get(town.home.family_id, 0)
    assert credit_of_family + file.row.paid_cents == paid_cents
    ranks = office.read(lambda session: session.scalars(select(CreditNote.rank).order_by(CreditNote.rank)).all())
    assert list(ranks) == list(range(1, len(ranks) + 1))
    office.close()


def test_what_the_bank_was_asked_already_is_told_and_stays_a_credit(office: Office, town: Town) -> None:
    a_mandate(office, town)
    invoice = an_issued_invoice(office, town, meals=3)
    assert invoice.debit_on
    run = presented(office, town, invoice.id, debit_on=invoice.debit_on)
    told = credited(office, invoice.id)
    assert "déjà présenté à la banque" in told.sentence
    settled(office, run)
    assert office.read(credits_of, town.regie_id) == {town.home.family_id: invoice.total_cents}
    assert the_invoice(office, invoice.id).status is InvoiceStatus.CANCELLED


def test_a_credit_note_asks_for_no_payment(office: Office, town: Town) -> None:
    """The régie's own mention is on its invoices: « Paiement intégral. »."""
    invoice = an_issued_invoice(office, town, meals=3)
    render_missing(office, AGENT)
    note = office.read(credit_note_pdf, credited(office, invoice.id).note_id)
    assert "Paiement intégral" in words(office.read(invoice_pdf, invoice.id))
    assert "Paiement intégral" not in words(note)
    assert "Voies de recours" in words(note)
