"""Drafting: what each household would owe for a month, service by service, explained line by line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from backoffice.billing.ledger import Account, ChildName, Ledger, Payer, read_children, read_ledger, read_payers
from backoffice.billing.once import explanations
from backoffice.billing.prices import PriceList
from backoffice.billing.rules import AttendedUnit, Line, basis_of, days_text, lines_of, total_cents
from backoffice.billing.scope import Scope, drafts, hold_books, scope_of
from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from models.office.billing import Invoice, InvoiceLine
from models.vocabulary import InvoiceStatus, Role
from resources.french import NARROW, euros, month_name, plural

Progress = Callable[[int, int], None]
CHUNK = 500  # accounts priced and written at once


@dataclass(frozen=True, slots=True)
class DraftReport:
    """What a drafting run wrote."""

    month: date
    drafts: int
    lines: int
    units: int
    total_cents: int
    empty: int  # drafts at 0 €, which are never issued

    @property
    def sentence(self) -> str:
        """Say it in French."""
        empty = f", dont {plural(self.empty, 'vide', 'vides')}" if self.empty else ""
        return (
            f"{month_name(self.month).capitalize()}{NARROW}: {plural(self.drafts, 'brouillon')}{empty}, "
            f"{plural(self.units, 'unité')}, {euros(self.total_cents)}."
        )


@dataclass(frozen=True, slots=True)
class _Draft:
    """An invoice before it is written."""

    account: Account
    payer: Payer
    lines: Sequence[Line]
    basis: str


@dataclass(slots=True)
class _Tally:
    drafts: int = 0
    lines: int = 0
    total_cents: int = 0
    empty: int = 0

    def add(self, written: Sequence[_Draft]) -> None:
        """Count what was written."""
        for draft in written:
            total = total_cents(draft.lines)
            self.drafts += 1
            self.lines += len(draft.lines)
            self.total_cents += total
            self.empty += total == 0


def draft_month(
    work: Work,
    month: date,
    *,
    service_code: str | None = None,
    family_id: int | None = None,
    progress: Progress | None = None,
) -> DraftReport:
    """Replace the drafts of a month by fresh ones; what is issued is never touched.

    `progress` is told how many accounts are done, of how many; it may raise Cancelled, and then nothing is kept.

    Raises:
        RefusedByRule: the month is yet to come, the service does not exist, or the rulebook lacks a price.
    """
    work.agent.must_be(Role.CASHIER)
    session = work.session
    scope = scope_of(session, month, service_code, family_id)
    _refuse_future_month(scope, work.today)
    hold_books(session, scope)
    session.execute(delete(Invoice).where(drafts(scope)).execution_options(synchronize_session=False))
    ledger = read_ledger(session, scope)
    prices = PriceList(session, scope.units)
    tally, accounts = _Tally(), iter(ledger)
    while chunk := list(islice(accounts, CHUNK)):
        tally.add(_draft_accounts(work, scope, prices, {account: ledger[account] for account in chunk}))
        if progress:
            progress(tally.drafts, len(ledger))
    report = DraftReport(
        month=scope.month,
        drafts=tally.drafts,
        lines=tally.lines,
        units=sum(map(len, ledger.values())),
        total_cents=tally.total_cents,
        empty=tally.empty,
    )
    _sign(work, scope, report)
    return report


def _refuse_future_month(scope: Scope, today: date) -> None:
    if scope.month > today:
        message = f"Le mois de {month_name(scope.month)} n'a pas commencé{NARROW}: il n'y a rien à facturer."
        raise RefusedByRule(message)


def _draft_accounts(work: Work, scope: Scope, prices: PriceList, ledger: Ledger) -> list[_Draft]:
    payers = read_payers(work.session, sorted({family_id for family_id, _ in ledger}))
    children = read_children(work.session, sorted({unit.child_id for units in ledger.values() for unit in units}))
    written = [
        _price_account(account, units, payers[account[0]], prices, _order(scope, children))
        for account, units in ledger.items()
    ]
    ids = _write_invoices(work, scope, written)
    _write_lines(work.session, scope, children, dict(zip(ids, written, strict=True)))
    return written


def _price_account(
    account: Account, units: Sequence[AttendedUnit], payer: Payer, prices: PriceList, order: Callable[[Line], Any]
) -> _Draft:
    family_id, resident = account[0], payer.resident
    lines = lines_of(units, lambda unit: prices.price(unit.unit_id, unit.day, family_id, resident=resident))
    return _Draft(account, payer, sorted(lines, key=order), basis_of(units))


def _order(scope: Scope, children: Mapping[int, ChildName]) -> Callable[[Line], Any]:
    """Put lines by child, care before meals, in the order of the activities."""

    def key(line: Line) -> Any:
        unit = scope.units[line.unit_id]
        child = children[line.child_id].sort_key
        return child, line.child_id, unit.section, unit.order, line.unit_id, line.absent, line.days

    return key


def _write_invoices(work: Work, scope: Scope, written: Sequence[_Draft]) -> Sequence[int]:
    rows = [
        {
            "family_id": draft.account[0],
            "service_id": draft.account[1],
            "month": scope.month,
            "status": InvoiceStatus.DRAFT,
            "payer_name": draft.payer.name,
            "payer_address": draft.payer.address,
            "total_cents": total_cents(draft.lines),
            "paid_cents": 0,
            "drafted_at": work.now,
            "basis": draft.basis,
        }
        for draft in written
    ]
    return work.session.scalars(insert(Invoice).returning(Invoice.id, sort_by_parameter_order=True), rows).all()


def _write_lines(
    session: Session, scope: Scope, children: Mapping[int, ChildName], written: Mapping[int, _Draft]
) -> None:
    told = explanations(session, {line.price.steps for draft in written.values() for line in draft.lines})
    rows = [
        {
            "invoice_id": invoice_id,
            "position": position,
            "child_id": line.child_id,
            "child_name": children[line.child_id].name,
            "section": scope.units[line.unit_id].section,
            "label": scope.units[line.unit_id].label + (", absence non justifiée" if line.absent else ""),
            "days": days_text(line.days),
            "quantity_hundredths": int(line.quantity * 100),
            "unit_price_cents": line.price.cents,
            "amount_cents": line.amount_cents,
            "tariff": line.price.label,
            "explanation_id": told[line.price.steps],
        }
        for invoice_id, draft in written.items()
        for position, line in enumerate(draft.lines, start=1)
    ]
    session.execute(insert(InvoiceLine), rows)


def _sign(work: Work, scope: Scope, report: DraftReport) -> None:
    told: dict[str, Any] = {"services": sorted(scope.services.values()), "drafts": report.drafts}
    if scope.family_id is not None:
        told["family"] = scope.family_id
    work.sign("invoice.draft", "month", f"{scope.month:%Y-%m}", new={**told, "total_cents": report.total_cents})
    work.changed(Changed.INVOICES)
