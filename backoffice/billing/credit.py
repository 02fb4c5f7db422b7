"""Crediting an issued invoice, whole or line by line: the only way to take back what was invoiced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select, update

from backoffice.agreements.aids import give_back
from backoffice.billing.credit_note import NOTHING, NoteLine, counted, refuse_closed_invoice, write_note
from backoffice.billing.remains import Left, remains
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.treasury.periods import hold_regie
from models.office.billing import CarryOver, Invoice, InvoiceLine
from models.office.bookings import Attendance
from models.office.debits import DirectDebit
from models.office.structure import Service
from models.vocabulary import DebitState, InvoiceKind, InvoiceStatus, Role
from resources.french import NARROW, euros, plural


@dataclass(frozen=True, slots=True)
class CreditReport:
    """A credit note, and what it changed."""

    note_id: int
    number: str
    invoice_number: str
    total_cents: int
    due_cents: int  # of the invoice, from now on
    credit_cents: int  # paid already: the family's from now on
    units: int  # attended, that may be billed again
    presented: bool = False  # its debit: the bank takes what was announced

    @property
    def sentence(self) -> str:
        """Say it in French."""
        told = [f"Avoir {self.number} de {euros(self.total_cents)} établi sur la facture {self.invoice_number}."]
        told.append(f"Reste dû{NARROW}: {euros(self.due_cents)}.")
        if self.credit_cents:
            told.append(f"{euros(self.credit_cents)} déjà payés restent au crédit de la famille.")
        if self.presented:
            told.append(
                f"Son prélèvement est déjà présenté à la banque{NARROW}: ce qu'il prendra de trop restera au crédit de la famille."
            )
        if self.units:
            can = "peut être refacturé" if self.units == 1 else "peuvent être refacturés"
            told.append(f"{plural(self.units, 'pointage')} {can}{NARROW}: préparez de nouveau le mois.")
        return " ".join(told)


def credit(
    work: Work,
    invoice_id: int,
    *,
    reason: str,
    seen_cents: int,
    lines: Mapping[int, int] | None = None,
    free: bool = False,
) -> CreditReport:
    """Write a credit note on an issued invoice: whole, or some cents of some lines (by id).

    What remains of a line is net of aids and of earlier credit notes. What was paid too much becomes the family's
    credit. `free`, of a whole credit note, lets the attendance and the months be billed again. `seen_cents` is what
    remained of the invoice when the agent looked.

    Raises:
        StaleRecord: somebody else credited the invoice meanwhile.
        RefusedByRule: a draft, no reason, an amount above its line or its invoice, a closed day…
    """
    work.agent.must_be(Role.CASHIER)
    invoice = _held(work, invoice_id)
    _refuse(invoice, reason, seen_cents)
    left = remains(work.session, [invoice_id])[invoice_id]
    given = [(one, one.cents) for one in left if one.cents] if lines is None else _chosen(invoice, left, lines)
    whole = sum(cents for _, cents in given) == invoice.net_cents - invoice.credited_cents
    if free:
        _refuse_freeing(work, invoice, whole=whole)
    lowered = [_line(one, cents) for one, cents in given]
    written = write_note(work, invoice, lowered, reason=reason.strip(), freed=free and whole)
    _give_aids_back(work, left if whole else [one for one, cents in given if cents == one.cents])
    return CreditReport(
        note_id=written.note.id,
        number=written.note.number,
        invoice_number=invoice.number or "",
        total_cents=written.note.total_cents,
        due_cents=invoice.due_cents,
        credit_cents=written.freed_cents,
        units=_let_go(work, invoice, free=free) if whole else 0,
        presented=_is_presented(work, invoice_id),
    )


def _is_presented(work: Work, invoice_id: int) -> bool:
    """Tell whether the bank was asked, and has not answered, for an invoice or for the one that asks for it."""
    asking = select(CarryOver.into_id).where(CarryOver.invoice_id == invoice_id)
    awaited = exists().where(
        or_(DirectDebit.invoice_id == invoice_id, DirectDebit.invoice_id.in_(asking)),
        DirectDebit.state == DebitState.PRESENTED,
    )
    return bool(work.session.scalar(select(awaited)))


def _held(work: Work, invoice_id: int) -> Invoice:
    """Read an invoice whose régie is held until the end."""
    regie_id = work.session.scalar(
        select(Service.regie_id).join(Invoice, Invoice.service_id == Service.id).where(Invoice.id == invoice_id)
    )
    if regie_id is None:
        message = f"Cette facture n'existe plus{NARROW}: le mois a été préparé de nouveau. {NOTHING} Relisez la liste."
        raise RefusedByRule(message)
    hold_regie(work.session, regie_id)
    return work.session.scalars(select(Invoice).where(Invoice.id == invoice_id).with_for_update()).one()


def _refuse(invoice: Invoice, reason: str, seen_cents: int) -> None:
    refuse_closed_invoice(invoice)
    remaining = invoice.net_cents - invoice.credited_cents
    if remaining != seen_cents:
        message = (
            f"La facture {invoice.number} a été créditée entre-temps{NARROW}: il en reste {euros(remaining)}, "
            f"et non {euros(seen_cents)}. {NOTHING} Relisez la facture."
        )
        raise StaleRecord(message)
    if not reason.strip():
        message = f"Le motif de l'avoir manque. {NOTHING} Écrivez pourquoi la facture {invoice.number} est créditée."
        raise RefusedByRule(message)


def _chosen(invoice: Invoice, left: Sequence[Left], lines: Mapping[int, int]) -> list[tuple[Left, int]]:
    """Check amounts against the lines that they are to lower."""
    known = {one.line_id: one for one in left if one.line_id is not None}
    if not lines:
        message = f"Aucune ligne n'est à créditer. {NOTHING} Donnez le montant d'une ligne au moins."
        raise RefusedByRule(message)
    for line_id, cents in lines.items():
        if line_id not in known:
            message = f"Une ligne à créditer n'est pas de la facture {invoice.number}. {NOTHING} Relisez la facture."
            raise RefusedByRule(message)
        one = known[line_id]
        named = f"«\xa0{one.label}\xa0» ({one.child_name})"
        if cents <= 0:
            message = f"Ligne {named}{NARROW}: un avoir est d'un montant supérieur à zéro. {NOTHING}"
            raise RefusedByRule(message)
        if cents > one.cents:
            message = (
                f"Ligne {named}{NARROW}: {euros(cents)} dépassent ce qui en reste, {euros(max(one.cents, 0))}. {NOTHING} "
                "Baissez le montant."
            )
            raise RefusedByRule(message)
    return [(known[line_id], lines[line_id]) for line_id in known if line_id in lines]


def _refuse_freeing(work: Work, invoice: Invoice, *, whole: bool) -> None:
    """Refuse to bill days again when only a part is credited, or when another invoice asks a part of them too."""
    if not whole:
        message = (
            f"Ces journées ne peuvent être refacturées que si la facture est créditée en entier. {NOTHING} "
            "Créditez-la en entier, ou renoncez à refacturer."
        )
        raise RefusedByRule(message)
    if invoice.kind is InvoiceKind.ADJUSTMENT:
        message = (
            f"La facture {invoice.number} est un complément{NARROW}: ses journées sont celles de la facture du mois. {NOTHING} "
            "Créditez-la sans refacturer."
        )
        raise RefusedByRule(message)
    if not work.session.scalar(select(exists().where(Attendance.invoice_id == invoice.id))):
        return
    if number := _also_asking(work, invoice):
        message = (
            f"La facture {number} fait payer aussi une part de ces journées (autre foyer, ou complément){NARROW}: "
            f"les refacturer les ferait payer deux fois. {NOTHING} Créditez d'abord cette facture en entier."
        )
        raise RefusedByRule(message)


def _also_asking(work: Work, invoice: Invoice) -> str | None:
    """Find another invoice that asks a part of the same days: of a household that shares them, or a complement."""
    shared = select(InvoiceLine.child_id).where(
        InvoiceLine.invoice_id == invoice.id, InvoiceLine.share_percent.is_not(None)
    )
    of_other = exists().where(
        InvoiceLine.invoice_id == Invoice.id,
        InvoiceLine.share_percent.is_not(None),
        InvoiceLine.child_id.in_(shared),
    )
    return work.session.scalar(
        select(Invoice.number)
        .where(
            Invoice.service_id == invoice.service_id,
            Invoice.month == invoice.month,
            Invoice.number.is_not(None),
            Invoice.status != InvoiceStatus.CANCELLED,
            or_(
                and_(Invoice.family_id != invoice.family_id, of_other),
                and_(Invoice.family_id == invoice.family_id, Invoice.kind == InvoiceKind.ADJUSTMENT),
            ),
        )
        .order_by(Invoice.id)
        .limit(1)
    )


def _line(one: Left, cents: int) -> NoteLine:
    quantity, unit, price, exact = counted(cents, one)
    return NoteLine(
        line_id=one.line_id,
        child_id=one.child_id,
        child_name=one.child_name,
        section=one.section,
        activity=one.activity,
        label=one.label,
        tariff=one.tariff,
        days=tuple(sorted(one.days)) if cents == one.cents else (),
        quantity_hundredths=quantity,
        quantity_unit=unit,
        unit_price_cents=price,
        unit_price_exact=exact,
        cents=cents,
    )


def _give_aids_back(work: Work, credited: Sequence[Left]) -> None:
    """Give back to the organisations what they took off lines credited whole."""
    for one in credited:
        if one.aid_cents > 0:
            give_back(work.session, one.invoice_id, one.position, one.aid_cents)


def _let_go(work: Work, invoice: Invoice, *, free: bool) -> int:
    """Free the attendance of an invoice credited whole, or at least ask no more to make it good; count what is freed."""
    written = update(Attendance).where(Attendance.invoice_id == invoice.id)
    if free:
        written = written.values(invoice_id=None, corrected_at=None, version=Attendance.version + 1)
    else:
        written = written.where(Attendance.corrected_at.is_not(None))
        written = written.values(corrected_at=None, version=Attendance.version + 1)
    freed = work.session.execute(written.returning(Attendance.id).execution_options(synchronize_session=False)).all()
    if freed:
        work.changed(Changed.ATTENDANCE)
    return len(freed) if free else 0
