"""Issuing: the moment drafts become invoices, numbered without a gap and frozen for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.orm import Session

from backoffice.billing.ledger import Account, read_books
from backoffice.billing.letterhead import letterhead_of
from backoffice.billing.numbers import INVOICES, take_numbers
from backoffice.billing.once import letterhead
from backoffice.billing.rules import invoice_number
from backoffice.billing.scope import Scope, billable, drafts, hold_books, locked, payer, scope_of
from backoffice.clock import next_month
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from models.office.billing import Invoice
from models.office.bookings import Attendance
from models.office.families import Family
from models.office.structure import Activity, Unit
from models.vocabulary import InvoiceStatus, Role
from resources.french import NARROW, euros, long_date, month_name, plural

SHOWN = 5  # families that a refusal names before it counts the others


@dataclass(frozen=True, slots=True)
class IssueReport:
    """What an issuing run did: the invoices by id, in the order of their numbers."""

    month: date
    issued: tuple[int, ...]
    numbers: tuple[str, ...]
    total_cents: int
    left_empty: tuple[int, ...]

    @property
    def sentence(self) -> str:
        """Say it in French."""
        if not self.issued:
            return f"{month_name(self.month).capitalize()}{NARROW}: aucune facture à émettre."
        return (
            f"{month_name(self.month).capitalize()}{NARROW}: {plural(len(self.issued), 'facture émise', 'factures émises')}"
            f", {euros(self.total_cents)}."
        )


@dataclass(frozen=True, slots=True)
class _Draft:
    """A draft about to be issued."""

    id: int
    account: Account
    family: str
    total_cents: int
    basis: str


def issue_month(work: Work, month: date, *, service_code: str | None = None) -> IssueReport:
    """Number and freeze every draft of a month: all of them, or none.

    What is issued is exactly what was drafted: the attendance is locked first, then compared with what the drafts
    were made from. A draft at 0 € stays a draft: the Treasury rejects such an invoice.

    Raises:
        StaleRecord: attendance, who pays, the household or the rulebook changed since a draft was prepared.
        RefusedByRule: the month is not over, or the service does not exist.
    """
    work.agent.must_be(Role.CASHIER)
    session = work.session
    scope = scope_of(session, month, service_code)
    _refuse_running_month(scope, work.today)
    hold_books(session, scope)
    found = _read_drafts(session, scope)
    ready = [draft for draft in found if draft.total_cents]
    _lock_attendance(session, scope)
    _refuse_outdated(session, scope, ready)
    numbers: list[str] = []
    for service_id in scope.services:
        of_service = [draft for draft in ready if draft.account[1] == service_id]
        if of_service:
            numbers += _issue_service(work, scope, service_id, of_service)
    if ready:
        work.changed(Changed.INVOICES, Changed.ATTENDANCE)
    return IssueReport(
        month=scope.month,
        issued=tuple(draft.id for draft in ready),
        numbers=tuple(numbers),
        total_cents=sum(draft.total_cents for draft in ready),
        left_empty=tuple(draft.id for draft in found if not draft.total_cents),
    )


def _refuse_running_month(scope: Scope, today: date) -> None:
    over = next_month(scope.month)
    if today < over:
        message = (
            f"Le mois de {month_name(scope.month)} n'est pas terminé. Rien n'a été émis. "
            f"Émettez-le à partir du {long_date(over)}."
        )
        raise RefusedByRule(message)


def _read_drafts(session: Session, scope: Scope) -> list[_Draft]:
    """Read the drafts by service, then in the French order of the families."""
    rows = session.execute(
        select(Invoice.id, Invoice.family_id, Invoice.service_id, Family.name, Invoice.total_cents, Invoice.basis)
        .join(Family, Invoice.family_id == Family.id)
        .where(drafts(scope))
        .order_by(Invoice.service_id, Family.search_key, Family.id)
    )
    return [_Draft(row.id, (row.family_id, row.service_id), row.name, row.total_cents, row.basis) for row in rows]


def _lock_attendance(session: Session, scope: Scope) -> None:
    """Bind to each draft the attendance it bills, in one statement; nobody can write these rows any more."""
    owed = (
        billable(scope, Attendance.id, payer().label("family_id"), Activity.service_id)
        .join(Activity, Unit.activity_id == Activity.id)
        .cte("owed")
        .prefix_with("MATERIALIZED")  # who pays is found once a unit, whatever the server knows of the tables
    )
    billed = (
        select(owed.c.id.label("attendance_id"), Invoice.id.label("invoice_id"))
        .join(Invoice, and_(Invoice.family_id == owed.c.family_id, Invoice.service_id == owed.c.service_id))
        .where(drafts(scope), Invoice.total_cents > 0)
        .subquery()
    )
    session.execute(
        update(Attendance)
        .where(Attendance.id == billed.c.attendance_id)
        .values(invoice_id=billed.c.invoice_id, version=Attendance.version + 1)
        .execution_options(synchronize_session=False)
    )


def _refuse_outdated(session: Session, scope: Scope, ready: Sequence[_Draft]) -> None:
    """Compare what is locked, and all that its prices look at, with what was drafted."""
    books = read_books(session, scope, locked)
    outdated = [draft for draft in ready if books.basis(draft.account) != draft.basis]
    if outdated:
        names = ", ".join(draft.family for draft in outdated[:SHOWN])
        others = f" et de {plural(len(outdated) - SHOWN, 'autre famille')}" if len(outdated) > SHOWN else ""
        message = (
            f"Le brouillon de {names}{others} n'est plus à jour{NARROW}: le pointage, une réservation, le règlement intérieur, le foyer ou le payeur a changé depuis. "
            "Rien n'a été émis. Préparez de nouveau le mois, puis émettez-le."
        )
        raise StaleRecord(message)


def _issue_service(work: Work, scope: Scope, service_id: int, ready: Sequence[_Draft]) -> list[str]:
    """Number the drafts of one service, in the order given, and freeze what their papers will say of the régie."""
    code, year = scope.services[service_id], work.today.year
    content = letterhead_of(work.session, service_id)
    ranks = take_numbers(work.session, INVOICES, code, year, len(ready))
    numbers = [invoice_number(code, year, rank) for rank in ranks]
    frozen = {
        "status": InvoiceStatus.ISSUED,
        "year": year,
        "issued_on": work.today,
        "due_on": work.today + timedelta(days=content.due_days),
        "letterhead_id": letterhead(work.session, content.as_json()),
        "version": Invoice.version + 1,
    }
    statement = update(Invoice).where(Invoice.id == bindparam("draft_id"))
    work.session.connection().execute(
        statement.values(number=bindparam("given"), rank=bindparam("place"), **frozen),
        [
            {"draft_id": draft.id, "given": number, "place": rank}
            for draft, number, rank in zip(ready, numbers, ranks, strict=True)
        ],
    )
    work.sign(
        "invoice.issue",
        "month",
        f"{scope.month:%Y-%m}",
        new={
            "service": code,
            "first": numbers[0],
            "last": numbers[-1],
            "count": len(numbers),
            "total_cents": sum(draft.total_cents for draft in ready),
        },
    )
    return numbers
