"""Writing a credit note: its number, its frozen lines and paper, what it changes of its invoice, the family told."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backoffice.billing.heading import regie_document
from backoffice.billing.letterhead import LetterheadFacts, letterhead_of, without_payment
from backoffice.billing.numbers import CREDIT_NOTES, numbered
from backoffice.billing.once import letterhead
from backoffice.billing.remains import Left
from backoffice.errors import RefusedByRule
from backoffice.families.lists import paying_guardian
from backoffice.mail.queue import write_mail
from backoffice.office import Changed, Work
from backoffice.papers import keep
from backoffice.payments.book import free_excess, restate
from backoffice.rulebook.file.wording import money
from backoffice.sync.contract import ViewKind
from backoffice.treasury.periods import refuse_closed
from models.office.billing import CreditNote, CreditNoteLine, Invoice
from models.office.families import Family
from models.office.structure import Service
from models.vocabulary import InvoiceStatus, PaperKind, Section
from reports.pdf.invoice import CreditedInvoice, InvoiceDocument, InvoiceLineDocument, render_invoice
from resources.french import NARROW, euros

NOTHING = "Rien n'a été enregistré."
GONE = {
    InvoiceStatus.DRAFT: "est un brouillon{colon}: refaites-le au lieu de le créditer",
    InvoiceStatus.CANCELLED: "est déjà créditée en entier",
    InvoiceStatus.HANDED_OVER: "est transmise au Trésor public{colon}: demandez-lui une annulation ou une réduction du titre",
    InvoiceStatus.WRITTEN_OFF: "est admise en non-valeur{colon}: elle n'est plus à corriger",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLine:
    """A line to write: what is given back, or charged when it is negative."""

    line_id: int | None
    child_id: int
    child_name: str
    section: Section
    activity: str | None
    label: str
    tariff: str
    days: tuple[int, ...]
    quantity_hundredths: int
    quantity_unit: str | None
    unit_price_cents: int
    unit_price_exact: str | None
    cents: int


@dataclass(frozen=True, slots=True)
class Written:
    """A credit note just written, and what it did."""

    note: CreditNote
    freed_cents: int  # that had been paid, and are now the family's credit


def refuse_closed_invoice(invoice: Invoice) -> None:
    """Refuse what can no longer be credited.

    Raises:
        RefusedByRule: a draft, an invoice credited whole, handed over or written off.
    """
    why = GONE.get(invoice.status)
    if why:
        named = f"La facture {invoice.number}" if invoice.number else "Cette facture"
        message = f"{named} {why.format(colon=NARROW)}. {NOTHING}"
        raise RefusedByRule(message)


def counted(cents: int, left: Left) -> tuple[int, str | None, int, str | None]:
    """Say an amount as a quantity of the line's price where that is exact: quantity, its unit, price, exact price."""
    if left.untouched and cents == left.cents:
        return left.quantity_hundredths, left.quantity_unit, left.unit_price_cents, left.unit_price_exact
    quantity, price = times(cents, left.unit_price_cents if left.unit_price_exact is None else 0)
    return quantity, left.quantity_unit if price != cents else None, price, None


def times(cents: int, price: int) -> tuple[int, int]:
    """Say an amount as so many times a price, in hundredths, where that is exact.

    >>> times(830, 415), times(-415, 415), times(500, 415)
    ((200, 415), (-100, 415), (100, 500))
    """
    return (100 * (cents // price), price) if price > 0 and cents % price == 0 else (100, cents)


def write_note(work: Work, invoice: Invoice, lines: Sequence[NoteLine], *, reason: str, freed: bool = False) -> Written:
    """Number and freeze a credit note of today; the caller holds the régie and has checked the lines.

    Raises:
        RefusedByRule: today is closed, the invoice can no longer be credited, or the note is above what remains of it.
    """
    session, total = work.session, sum(line.cents for line in lines)
    service = session.get_one(Service, invoice.service_id)
    _refuse(work, invoice, service, total)
    content = letterhead_of(session, service.id)
    note = _new(work, invoice, service, letterhead(session, content.as_json()), (reason, total, freed))
    session.add_all(_row(note.id, position, line) for position, line in enumerate(lines, start=1))
    invoice.credited_cents += total
    session.flush()
    restate(work, invoice)
    freed_cents = free_excess(work, invoice)
    family = session.get_one(Family, invoice.family_id)
    paper = render_invoice(_document(note, invoice, content, family.number, lines))
    keep(session, PaperKind.CREDIT_NOTE, {note.id: paper})
    work.show(ViewKind.PAPER, f"credit_note:{note.id}", note.family_id)
    _tell(work, note, invoice, service.name, freed_cents)
    work.sign(
        "credit_note.issue",
        "invoice",
        invoice.id,
        old={"credited_cents": invoice.credited_cents - total},
        new={
            "number": note.number,
            "total_cents": total,
            "reason": reason,
            "freed": freed,
            "credit_cents": freed_cents,
        },
    )
    work.changed(Changed.INVOICES, Changed.PAYMENTS)
    return Written(note, freed_cents)


def _refuse(work: Work, invoice: Invoice, service: Service, total: int) -> None:
    refuse_closed_invoice(invoice)
    refuse_closed(work.session, service.regie_id, work.today)
    remaining = invoice.net_cents - invoice.credited_cents
    if not 0 < total <= remaining:
        message = (
            f"Un avoir est d'un montant positif et ne dépasse pas ce qui reste de sa facture{NARROW}: {euros(total)} demandés, "
            f"{euros(remaining)} restants sur la facture {invoice.number}. {NOTHING}"
        )
        raise RefusedByRule(message)


def _new(work: Work, invoice: Invoice, service: Service, letterhead_id: int, said: tuple[str, int, bool]) -> CreditNote:
    """Number a credit note of the day: its reason, its total, whether the days may be billed again."""
    reason, total, freed = said
    ((rank, number),) = numbered(work.session, CREDIT_NOTES, service.code, work.today.year)
    note = CreditNote(
        number=number,
        service_id=service.id,
        year=work.today.year,
        rank=rank,
        invoice_id=invoice.id,
        family_id=invoice.family_id,
        issued_on=work.today,
        issued_at=work.now,
        issued_by=work.agent.name,
        reason=reason,
        total_cents=total,
        freed=freed,
        letterhead_id=letterhead_id,
    )
    work.session.add(note)
    work.session.flush()
    return note


def _row(note_id: int, position: int, line: NoteLine) -> CreditNoteLine:
    return CreditNoteLine(
        credit_note_id=note_id,
        position=position,
        invoice_line_id=line.line_id,
        child_id=line.child_id,
        child_name=line.child_name,
        section=line.section,
        activity=line.activity,
        label=line.label,
        days=",".join(map(str, line.days)),
        quantity_hundredths=line.quantity_hundredths,
        quantity_unit=line.quantity_unit,
        unit_price_cents=line.unit_price_cents,
        amount_cents=line.cents,
        tariff=line.tariff,
    )


def _document(
    note: CreditNote, invoice: Invoice, regie: LetterheadFacts, family_number: str, lines: Sequence[NoteLine]
) -> InvoiceDocument:
    assert invoice.number, "only an issued invoice is credited"
    assert invoice.issued_on, "an issued invoice is dated"
    return InvoiceDocument(
        regie=regie_document(regie),
        service=regie.service,
        number=note.number,
        issue_date=note.issued_on,
        due_date=None,
        period_month=invoice.month,
        family_number=family_number,
        payer_name=invoice.payer_name,
        payer_address=tuple(invoice.payer_address.splitlines()),
        lines=tuple(_line(line) for line in lines),
        total_cents=note.total_cents,
        due_cents=note.total_cents,
        mentions=without_payment(regie.mentions),
        credited=CreditedInvoice(invoice.number, invoice.issued_on, note.reason),
    )


def _line(line: NoteLine) -> InvoiceLineDocument:
    return InvoiceLineDocument(
        child_name=line.child_name,
        section=line.section.value,
        label=line.label,
        dates=", ".join(map(str, line.days)),
        quantity=Decimal(line.quantity_hundredths).scaleb(-2),
        unit_price_cents=line.unit_price_cents,
        amount_cents=line.cents,
        tariff=line.tariff,
        unit=line.quantity_unit or "",
        unit_price=money(Decimal(line.unit_price_exact)) if line.unit_price_exact else "",
    )


def _tell(work: Work, note: CreditNote, invoice: Invoice, service: str, freed_cents: int) -> None:
    """Write to the guardian who pays, if there is an address."""
    payer = paying_guardian(work.session, invoice.family_id)
    if payer is None or not payer.email:
        return
    write_mail(
        work,
        cause=f"credit:{note.id}",
        recipient=payer.email,
        subject=f"Avoir {note.number}",
        template="credit_note",
        values={
            "first_name": payer.first_name,
            "number": note.number,
            "invoice": invoice.number,
            "service": service,
            "month": invoice.month,
            "total_cents": note.total_cents,
            "reason": note.reason,
            "due_cents": invoice.due_cents,
            "due_on": invoice.due_on,
            "credit_cents": freed_cents,
        },
    )
