"""Issuing: the moment drafts become invoices, numbered without a gap and frozen for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from backoffice.billing.freeze import Draft, Frozen, freeze, open_books
from backoffice.billing.ledger import Account, read_books
from backoffice.billing.scope import Scope, billable, drafts, hold_books, locked, payer, scope_of
from backoffice.clock import next_month
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from models.office.billing import Invoice
from models.office.bookings import Attendance
from models.office.families import Family
from models.office.structure import Activity, Unit
from models.vocabulary import Role
from resources.french import NARROW, euros, long_date, month_name, of_month, plural

SHOWN = 5  # families that a refusal names before it counts the others


@dataclass(frozen=True, slots=True)
class IssueReport:
    """What an issuing run did: the invoices by id, in the order of their numbers."""

    month: date
    issued: tuple[int, ...]
    numbers: tuple[str, ...]
    total_cents: int
    left_empty: tuple[int, ...]
    carried: int = 0  # too small to be asked alone
    debited: int = 0  # announced as direct debits
    aid_cents: int = 0  # what third parties take off the total

    @property
    def sentence(self) -> str:
        """Say it in French."""
        month = month_name(self.month).capitalize()
        if not self.issued:
            return f"{month}{NARROW}: aucune facture à émettre."
        told = [plural(len(self.issued), "facture émise", "factures émises"), euros(self.total_cents - self.aid_cents)]
        if self.aid_cents:
            told.append(f"{euros(self.aid_cents)} d'aides déduites")
        if self.debited:
            told.append(f"dont {plural(self.debited, 'prélevée', 'prélevées')}")
        if self.carried:
            told.append(f"dont {plural(self.carried, 'reportée', 'reportées')} sur la prochaine")
        return f"{month}{NARROW}: {', '.join(told)}."


@dataclass(frozen=True, slots=True)
class _Row:
    """A draft about to be issued, whose it is, and what it was made from."""

    draft: Draft
    family: str
    basis: str

    @property
    def account(self) -> Account:
        return self.draft.family_id, self.draft.service_id


def issue_month(work: Work, month: date, *, service_code: str | None = None) -> IssueReport:
    """Number and freeze every draft of a month: all of them, or none.

    What is issued is exactly what was drafted: the attendance is locked first, then compared with what the drafts
    were made from. A draft at 0 € stays a draft: the Treasury rejects such an invoice. One that aids cover whole is
    issued, and paid at once.

    Raises:
        StaleRecord: attendance, who pays, the household or the rulebook changed since a draft was prepared.
        RefusedByRule: the month is not over, today is closed at the régie, or the service does not exist.
    """
    work.agent.must_be(Role.CASHIER)
    session = work.session
    scope = scope_of(session, month, service_code)
    _refuse_running_month(scope, work.today)
    open_books(session, scope.services, work.today)
    scope = hold_books(session, scope)
    found = _read_drafts(session, scope)
    ready = [row for row in found if row.draft.total_cents]
    _lock_attendance(session, scope)
    _refuse_outdated(session, scope, ready)
    frozen = freeze(work, [row.draft for row in ready])
    if ready:
        _sign(work, scope, ready, frozen)
        work.changed(Changed.INVOICES, Changed.ATTENDANCE)
    return IssueReport(
        month=scope.month,
        issued=tuple(one.id for one in frozen),
        numbers=tuple(one.number for one in frozen),
        total_cents=sum(row.draft.total_cents for row in ready),
        left_empty=tuple(row.draft.id for row in found if not row.draft.total_cents),
        carried=sum(one.carried for one in frozen),
        debited=sum(one.debit_on is not None for one in frozen),
        aid_cents=sum(row.draft.aid_cents for row in ready),
    )


def _refuse_running_month(scope: Scope, today: date) -> None:
    over = next_month(scope.month)
    if today < over:
        message = (
            f"Le mois {of_month(scope.month)} n'est pas terminé. Rien n'a été émis. "
            f"Émettez-le à partir du {long_date(over)}."
        )
        raise RefusedByRule(message)


def _read_drafts(session: Session, scope: Scope) -> list[_Row]:
    """Read the drafts by service, then in the French order of the families."""
    rows = session.execute(
        select(
            Invoice.id,
            Invoice.family_id,
            Invoice.service_id,
            Invoice.total_cents,
            Invoice.aid_cents,
            Family.name,
            Invoice.basis,
        )
        .join(Family, Invoice.family_id == Family.id)
        .where(drafts(scope))
        .order_by(Invoice.service_id, Family.search_key, Family.id)
    )
    return [_Row(Draft(*told), name, basis) for *told, name, basis in rows]


def _lock_attendance(session: Session, scope: Scope) -> None:
    """Bind to each draft the attendance it bills, in one statement; nobody can write these rows any more."""
    owed = (
        billable(scope, Attendance.id, payer(scope).label("family_id"), Activity.service_id)
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


def _refuse_outdated(session: Session, scope: Scope, ready: Sequence[_Row]) -> None:
    """Compare what is locked, and all that its prices look at, with what was drafted."""
    books = read_books(session, scope, locked)
    outdated = [row for row in ready if books.basis(row.account) != row.basis]
    if outdated:
        names = ", ".join(row.family for row in outdated[:SHOWN])
        others = f" et de {plural(len(outdated) - SHOWN, 'autre famille')}" if len(outdated) > SHOWN else ""
        message = (
            f"Le brouillon de {names}{others} n'est plus à jour{NARROW}: le pointage, une réservation, le règlement intérieur, le foyer ou le payeur a changé depuis. "
            "Rien n'a été émis. Préparez de nouveau le mois, puis émettez-le."
        )
        raise StaleRecord(message)


def _sign(work: Work, scope: Scope, ready: Sequence[_Row], frozen: Sequence[Frozen]) -> None:
    """Sign the issue of each service, from which number to which."""
    for service_id, code in scope.services.items():
        of_service = [(row, one) for row, one in zip(ready, frozen, strict=True) if row.draft.service_id == service_id]
        if not of_service:
            continue
        told = {
            "service": code,
            "first": of_service[0][1].number,
            "last": of_service[-1][1].number,
            "count": len(of_service),
            "total_cents": sum(row.draft.total_cents for row, _ in of_service),
        }
        if aids := sum(row.draft.aid_cents for row, _ in of_service):
            told["aid_cents"] = aids
        work.sign("invoice.issue", "month", f"{scope.month:%Y-%m}", new=told)
