"""What is put right after invoices were issued: credit notes, a billed day corrected, a household left in peace."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.attendance.correct import correct
from backoffice.attendance.record import AttendanceEntry
from backoffice.billing.credit import credit
from backoffice.billing.remains import remains
from backoffice.demonstration.commune import Season
from backoffice.demonstration.desk import FATES, SAMPLE, regie_of
from backoffice.office import Work
from backoffice.reminders.levels import DEFAULTS, save_levels
from backoffice.reminders.rules import Level
from backoffice.reminders.stops import stop_reminders
from models.office.billing import Invoice
from models.office.bookings import Attendance
from models.office.structure import Unit
from models.vocabulary import AttendanceState, InvoiceStatus

DAYS_LATE = (6, 13, 20)  # a level a week; a fortnight after the last one the Treasury may be asked
WHOLE = "Enfant hospitalisé tout le mois\u202f: remise accordée par la commune"
BY_LINE = "Sortie scolaire\u202f: service non rendu ce jour-là"
PROOF = "Certificat médical remis après l'émission de la facture"
IN_TWO = "Paiement en deux fois accordé par la régie"
DISPUTE = "Réclamation en cours d'examen"


def plan_reminders(work: Work) -> None:
    """Save the régie's plan, before anything is late."""
    levels = (
        Level(level.rank, days, level.title, level.text, by_mail=level.by_mail, by_letter=level.by_letter)
        for level, days in zip(DEFAULTS, DAYS_LATE, strict=True)
    )
    save_levels(work, regie_of(work.session), list(levels))


def leave_in_peace(work: Work) -> None:
    """Stop the reminders of the sample family, that pays in two times, and of one that contests its invoice."""
    regie_id, until = regie_of(work.session), work.today + timedelta(days=75)
    stop_reminders(work, SAMPLE, regie_id, until, IN_TWO)
    every, rest = FATES["never"]
    disputing = work.session.scalar(
        select(Invoice.family_id)
        .where(Invoice.status == InvoiceStatus.ISSUED, Invoice.family_id % every == rest)
        .order_by(Invoice.family_id.desc())
        .limit(1)
    )
    if disputing is not None and disputing > every:
        stop_reminders(work, disputing, regie_id, until, DISPUTE)


def credit_some(work: Work, season: Season) -> None:
    """Credit an unpaid invoice whole, and a line of two that are paid."""
    unpaid, paid = (_invoices(work.session, season, status) for status in (InvoiceStatus.ISSUED, InvoiceStatus.PAID))
    for invoice in unpaid[:1]:
        credit(work, invoice.id, reason=WHOLE, seen_cents=invoice.net_cents - invoice.credited_cents)
    for invoice in paid[:2]:
        line = next((one for one in remains(work.session, [invoice.id])[invoice.id] if one.untouched), None)
        if line is not None and line.line_id is not None:
            lines = {line.line_id: min(line.cents, line.unit_price_cents)}
            seen = invoice.net_cents - invoice.credited_cents
            credit(work, invoice.id, reason=BY_LINE, seen_cents=seen, lines=lines)


def _invoices(session: Session, season: Season, status: InvoiceStatus) -> list[Invoice]:
    """List the invoices of the month before last that no debit and no fate concerns."""
    every, rest = FATES["never"]
    found = session.scalars(
        select(Invoice)
        .where(Invoice.month == season.months[1], Invoice.status == status, Invoice.family_id > SAMPLE)
        .where(Invoice.debit_on.is_(None), ~Invoice.carried, Invoice.family_id % every != rest)
        .order_by(Invoice.id)
    )
    return list(found.all())


def correct_one_day(work: Work, season: Season) -> None:
    """Excuse an absence that a month billed, once its proof has come: the difference waits for the régisseur."""
    cell = work.session.scalar(
        select(Attendance)
        .join(Unit, Unit.id == Attendance.unit_id)
        .join(Invoice, Invoice.id == Attendance.invoice_id)
        .where(Invoice.month == season.months[1], Invoice.family_id > SAMPLE)
        .where(Attendance.state == AttendanceState.UNJUSTIFIED, Unit.code.not_like("CRECHE%"))
        .order_by(Attendance.day, Attendance.id)
        .limit(1)
    )
    if cell is not None:
        entry = AttendanceEntry(cell.child_id, cell.unit_id, cell.day, AttendanceState.JUSTIFIED, version=cell.version)
        correct(work, entry, reason=PROOF)
