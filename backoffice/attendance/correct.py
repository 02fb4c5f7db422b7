"""Correcting a day that was billed: the invoice stays as it is, and the difference awaits to be made good."""

from dataclasses import dataclass

from sqlalchemy import select

from backoffice.attendance.absences import number_absences
from backoffice.attendance.record import (
    AttendanceEntry,
    Ground,
    cell_name,
    read_ground,
    refuse_impossible,
    refuse_stale,
    refuse_unknown_reasons,
    show_weeks,
    words_of,
)
from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from models.office.billing import Invoice
from models.office.bookings import Attendance
from models.vocabulary import AttendanceState, Role
from resources.french import NARROW

NOTHING = "Rien n'a été enregistré."


@dataclass(frozen=True, slots=True)
class CorrectReport:
    """A billed day corrected, and the invoice that it concerns."""

    words: str  # the cell
    invoice_number: str

    @property
    def sentence(self) -> str:
        """Say it in French."""
        return (
            f"{self.words}{NARROW}: journée corrigée. La facture {self.invoice_number} ne change pas{NARROW}; "
            "la différence est à régulariser par la régie."
        )


def correct(work: Work, entry: AttendanceEntry, *, reason: str) -> CorrectReport:
    """Write what really happened in one cell that an invoice bills; it stays bound to this invoice.

    The régisseur is then proposed the difference: see `backoffice.billing.proposals`.

    Raises:
        StaleRecord: somebody else wrote the cell meanwhile.
        RefusedByRule: the cell is not billed, nothing changes, no reason is given, hours contradict each other…
    """
    work.agent.must_be(Role.DIRECTOR)
    session, entries = work.session, [entry]
    ground = read_ground(session, entries)
    refuse_impossible(entries, ground, work.today)
    cell = _billed(ground, entry)
    refuse_stale(session, entries, ground)
    refuse_unknown_reasons(session, entries, ground)
    _refuse_unchanged(ground, entry, cell, reason)
    before = words_of(cell)
    assert entry.state is not None, "a billed cell is never erased"
    cell.state, cell.arrived, cell.left, cell.note, cell.absence = (
        entry.state, entry.arrived, entry.left, entry.note, entry.absence,
    )  # fmt: skip
    if entry.state is AttendanceState.PRESENT:
        cell.absence_day = None
    cell.corrected_at = work.now
    session.flush()
    number_absences(session, {entry.key}, corrected_at=work.now)
    number = session.scalar(select(Invoice.number).where(Invoice.id == cell.invoice_id)) or ""
    work.sign(
        "attendance.correct",
        "attendance",
        entry.day.isoformat(),
        old={cell_name(entry): before},
        new={cell_name(entry): words_of(entry), "invoice": number, "reason": reason.strip()},
    )
    show_weeks(work, entries)
    work.changed(Changed.INVOICES)
    return CorrectReport(ground.words(entry), number)


def _billed(ground: Ground, entry: AttendanceEntry) -> Attendance:
    """Find the cell, which an invoice must bill, and which must keep a state."""
    cell = ground.cells.get(entry.key)
    if cell is None or cell.invoice_id is None:
        message = f"{ground.words(entry)}{NARROW}: cette case n'est pas facturée. {NOTHING} Corrigez-la dans la feuille du jour."
        raise RefusedByRule(message)
    if entry.state is None:
        message = (
            f"{ground.words(entry)}{NARROW}: une journée facturée ne s'efface pas. {NOTHING} "
            "Dites si l'enfant était présent ou absent."
        )
        raise RefusedByRule(message)
    return cell


def _refuse_unchanged(ground: Ground, entry: AttendanceEntry, cell: Attendance, reason: str) -> None:
    """Refuse a correction of nothing, or for nothing."""
    if not reason.strip():
        message = f"{ground.words(entry)}{NARROW}: le motif de la correction manque. {NOTHING} Écrivez-le."
        raise RefusedByRule(message)
    now = (cell.state, cell.arrived, cell.left, cell.absence)  # a remark has no price
    if now == (entry.state, entry.arrived, entry.left, entry.absence):
        message = f"{ground.words(entry)}{NARROW}: la correction ne change rien. {NOTHING}"
        raise RefusedByRule(message)
