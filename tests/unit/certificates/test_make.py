"""The batch of a year: one letter a household, a new edition only for what changed."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from backoffice.billing.lists import family_invoices
from backoffice.certificates.lists import certificate_pdf, certificates, years
from backoffice.certificates.make import make_certificates
from backoffice.clock import SetClock
from backoffice.errors import Cancelled, RefusedByRule
from backoffice.office import Office, Work
from backoffice.payments.book import Money, Share, counter, enter
from backoffice.treasury.periods import hold_regie
from models.migrate import Side
from models.office.billing import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from models.office.families import Child
from models.office.payments import Payment
from models.vocabulary import InvoiceStatus, PaymentMeans, Section
from tests.factories import AGENT, Town, a_commune, an_office, another_child, another_family
from tests.months import IN_NOVEMBER, SCHOOL_DAYS, an_issued_invoice, seen
from tests.unit.reminders.test_remind import pdf_text

JANUARY = datetime(2027, 1, 11, 9, tzinfo=UTC)


@pytest.fixture
def database() -> str | None:
    """Give where the books are; none: a file."""
    return None


@pytest.fixture
def office(tmp_path: Path, database: str | None) -> Iterator[Office]:
    opened = an_office(tmp_path, now=IN_NOVEMBER, database=database)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    made = a_commune(office)
    office.write(lambda work: work.session.execute(update(Child).values(birth_date=date(2022, 5, 1))), AGENT)
    return made


def rewritten(work: Work, invoice_id: int, lines: list[tuple[int, Section, int, int]]) -> None:
    """Put other lines on an issued invoice: child, section, amount, aid."""
    like = work.session.scalars(select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id)).first()
    assert like is not None
    told = like.explanation_id
    work.session.delete(like)
    work.session.flush()
    for at, (child_id, section, cents, aid) in enumerate(lines, start=1):
        work.session.add(
            InvoiceLine(
                invoice_id=invoice_id, position=at, child_id=child_id, child_name="x", section=section, activity=None,
                label="x", days="1", quantity_hundredths=100, quantity_unit=None, unit_price_cents=cents,
                unit_price_exact=None, amount_cents=cents, aid_cents=aid, share_percent=None, tariff="x",
                explanation_id=told,
            )
        )  # fmt: skip
    sums = {"total_cents": sum(line[2] for line in lines), "aid_cents": sum(line[3] for line in lines)}
    work.session.execute(update(Invoice).where(Invoice.id == invoice_id).values(**sums))


def paid(
    work: Work, town: Town, invoice_id: int, cents: int, on: date, *, means: PaymentMeans = PaymentMeans.CASH
) -> int:
    regie = hold_regie(work.session, town.regie_id)
    family_id = work.session.get_one(Invoice, invoice_id).family_id
    money = Money(family_id=family_id, payer_name="x", means=means, cents=cents, received_on=on)
    return enter(work, regie, money, [Share(invoice_id, cents)]).id


def the_example(office: Office, town: Town) -> int:
    """Lay the invoice of the rules' docstring: 30 € and 10 € of care, 20 € of meals; an aid takes 5 € more of care off."""
    invoice = an_issued_invoice(office, town)
    hugo = another_child(office, town, town.home.family_id, "Hugo", born=date(2017, 5, 1))
    lea = town.home.child_id
    lines = [(lea, Section.CARE, 3500, 500), (hugo, Section.CARE, 1000, 0), (lea, Section.MEALS, 2000, 0)]
    office.write(lambda work: rewritten(work, invoice.id, lines), AGENT)
    return invoice.id


def go(office: Office, moment: datetime = JANUARY) -> None:
    assert isinstance(office.clock, SetClock)
    office.clock.set(moment)


def make(office: Office, town: Town, year: int = 2026) -> list[tuple[int, int]]:
    make_certificates(office, AGENT, town.regie_id, year)
    return [(row.edition, row.cents) for row in office.read(certificates, town.regie_id, year)]


def test_the_example_by_hand_from_the_books_to_the_letter(office: Office, town: Town) -> None:
    invoice = the_example(office, town)
    office.write(paid, AGENT, town, invoice, 4500, date(2026, 12, 28))
    go(office)
    office.write(paid, AGENT, town, invoice, 1500, date(2027, 1, 5))
    report = make_certificates(office, AGENT, town.regie_id, 2026)
    assert report.sentence.replace("\u202f", " ") == "Année 2026 : 1 attestation préparée, 22,50 €."
    (row,) = office.read(certificates, town.regie_id, 2026)
    assert row.children == ("Léa Martin",)
    text = pdf_text(office.read(certificate_pdf, row.id))
    for words in ("Attestation de frais de garde, année 2026", "Camille Martin", "Léa Martin", "01/05/2022", "22,50 €",
                  "31 décembre 2026", "SIRET 218", "200 quater B", "Claire Aubry"):  # fmt: skip
        assert words in text.replace("\r\n", " ")
    assert "Hugo" not in text
    assert "provisoire" not in text
    assert make(office, town, 2027) == [(1, 750)]


def test_made_again_without_a_change_nothing_is_made(office: Office, town: Town) -> None:
    invoice = the_example(office, town)
    office.write(paid, AGENT, town, invoice, 4500, date(2026, 12, 28))
    go(office)
    assert make(office, town) == [(1, 2250)]
    assert make(office, town) == [(1, 2250)]
    assert "rien de nouveau" in make_certificates(office, AGENT, town.regie_id, 2026).sentence


def test_a_cheque_that_comes_back_makes_a_new_edition(office: Office, town: Town) -> None:
    invoice = the_example(office, town)
    first = office.write(paid, AGENT, town, invoice, 4500, date(2026, 12, 28))
    go(office)
    assert make(office, town) == [(1, 2250)]

    def reverse(work: Work) -> None:
        regie = hold_regie(work.session, town.regie_id)
        counter(work, regie, work.session.get_one(Payment, first), reason="Chèque impayé", on=work.today)

    office.write(reverse, AGENT)
    assert make(office, town) == [(2, 0)]
    (row,) = office.read(certificates, town.regie_id, 2026)
    assert "annule et remplace" in pdf_text(office.read(certificate_pdf, row.id)).replace("\r\n", " ")


def test_what_the_caf_paid_for_the_family_is_deducted(office: Office, town: Town) -> None:
    invoice = the_example(office, town)
    office.write(paid, AGENT, town, invoice, 3000, date(2026, 12, 28), means=PaymentMeans.AID)
    office.write(paid, AGENT, town, invoice, 3000, date(2026, 12, 29))
    go(office)
    assert make(office, town) == [(1, 1500)], "30,00 € of 60,00 €, half of which is Léa's care"


def test_a_credit_note_is_deducted(office: Office, town: Town) -> None:
    invoice = the_example(office, town)
    office.write(paid, AGENT, town, invoice, 2500, date(2026, 12, 28))

    def give_back(work: Work) -> None:
        line = work.session.scalars(select(InvoiceLine).where(InvoiceLine.position == 1)).one()
        head = work.session.get_one(Invoice, invoice)
        note = CreditNote(
            number="AV-1", service_id=head.service_id, year=2026, rank=1, invoice_id=invoice, family_id=head.family_id,
            issued_on=work.today, issued_at=work.now, issued_by="x", reason="x", total_cents=1000, freed=False,
            letterhead_id=head.letterhead_id,
        )  # fmt: skip
        work.session.add(note)
        work.session.flush()
        work.session.add(
            CreditNoteLine(
                credit_note_id=note.id, position=1, invoice_line_id=line.id, child_id=line.child_id, child_name="x",
                section=line.section, activity=None, label="x", days="", quantity_hundredths=100, quantity_unit=None,
                unit_price_cents=1000, amount_cents=1000, tariff="",
            )
        )  # fmt: skip
        head.credited_cents = 1000

    office.write(give_back, AGENT)
    go(office)
    assert make(office, town) == [(1, 1000)]  # 25,00 € shared between 20, 10 and 20


def test_while_the_year_runs_the_letter_says_so_and_is_made_again_after(office: Office, town: Town) -> None:
    invoice = the_example(office, town)
    office.write(paid, AGENT, town, invoice, 4500, date(2026, 11, 3))
    assert make(office, town) == [(1, 2250)]
    (row,) = office.read(certificates, town.regie_id, 2026)
    text = pdf_text(office.read(certificate_pdf, row.id)).replace("\r\n", " ")
    assert "3 novembre 2026" in text
    assert "provisoire" in text
    go(office)
    assert make(office, town) == [(2, 2250)]


def test_a_year_to_come_is_refused(office: Office, town: Town) -> None:
    with pytest.raises(RefusedByRule, match="2027"):
        make_certificates(office, AGENT, town.regie_id, 2027)
    assert office.read(years, town.regie_id, 2026) == [2026]


def test_a_batch_stopped_halfway_goes_on_from_there(
    office: Office, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backoffice.certificates.make.BATCH", 1)
    other = another_family(office, town)
    office.write(lambda work: work.session.execute(update(Child).values(birth_date=date(2022, 5, 1))), AGENT)
    seen(office, other.child_id, town.morning_id, *SCHOOL_DAYS[:4])
    mornings = 4 * 120
    invoice = the_example(office, town)
    (care,) = office.read(family_invoices, other.family_id)
    office.write(paid, AGENT, town, invoice, 4500, date(2026, 11, 3))
    office.write(paid, AGENT, town, care.id, mornings, date(2026, 11, 3))
    go(office)

    def stop(done: int, total: int) -> None:
        assert (done, total) == (1, 2)
        raise Cancelled

    with pytest.raises(Cancelled):
        make_certificates(office, AGENT, town.regie_id, 2026, stop)
    assert len(office.read(certificates, town.regie_id, 2026)) == 1
    assert make(office, town) == [(1, 2250), (1, mornings)]


def test_a_handed_over_invoice_certifies_what_was_paid_before(office: Office, town: Town) -> None:
    invoice = the_example(office, town)
    office.write(paid, AGENT, town, invoice, 4500, date(2026, 12, 28))
    closed = {"status": InvoiceStatus.HANDED_OVER}
    office.write(lambda work: work.session.execute(update(Invoice).values(closed)), AGENT)
    go(office)
    assert make(office, town) == [(1, 2250)]


class TestOnPostgresql:
    """The sums by year are said in the words of each database."""

    @pytest.fixture
    def database(self, new_postgres: Callable[[Side], str]) -> str:
        return new_postgres("office")

    @pytest.mark.postgres
    def test_the_example_by_hand(self, office: Office, town: Town) -> None:
        invoice = the_example(office, town)
        office.write(paid, AGENT, town, invoice, 4500, date(2026, 12, 28))
        go(office)
        office.write(paid, AGENT, town, invoice, 1500, date(2027, 1, 5))
        assert make(office, town) == [(1, 2250)]
        assert make(office, town, 2027) == [(1, 750)]
