"""Drafting: what each household would owe for a month, service by service, explained line by line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from backoffice.billing.aids import Taken, hold_aids, write_uses
from backoffice.billing.ledger import Account, Books, ChildName, Payer, read_books, read_children, read_payers
from backoffice.billing.once import explanations
from backoffice.billing.prices import PriceList
from backoffice.billing.rules import Line, days_text, total_cents
from backoffice.billing.scope import Scope, drafts, hold_books, scope_of
from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from models.office.billing import Invoice, InvoiceLine
from models.vocabulary import InvoiceKind, InvoiceStatus, Role
from resources.french import NARROW, euros, month_name, of_month, plural

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
    taken: Mapping[int, Sequence[Taken]]  # by aids, by rank of the line

    @property
    def aid_cents(self) -> int:
        """What aids take off it."""
        return sum(map(self.aid_of, self.taken))

    def aid_of(self, rank: int) -> int:
        """Give what aids take off a line."""
        return sum(one.cents for one in self.taken.get(rank, ()))


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

    With one family come those that share a child's price with it: their drafts are redone together.
    `progress` is told how many accounts are done, of how many; it may raise Cancelled, and then nothing is kept.

    Raises:
        RefusedByRule: the month is yet to come, the service does not exist, or the rulebook lacks a price.
    """
    work.agent.must_be(Role.CASHIER)
    session = work.session
    scope = scope_of(session, month, service_code, family_id)
    _refuse_future_month(scope, work.today)
    scope = hold_books(session, scope)
    hold_aids(session, scope)
    session.execute(delete(Invoice).where(drafts(scope)).execution_options(synchronize_session=False))
    books = read_books(session, scope)
    tally = _draft_all(work, scope, books, progress)
    report = DraftReport(
        month=scope.month,
        drafts=tally.drafts,
        lines=tally.lines,
        units=sum(map(len, books.ledger.values())),
        total_cents=tally.total_cents,
        empty=tally.empty,
    )
    _sign(work, scope, report)
    return report


def _refuse_future_month(scope: Scope, today: date) -> None:
    if scope.month > today:
        message = f"Le mois {of_month(scope.month)} n'a pas commencé{NARROW}: il n'y a rien à facturer."
        raise RefusedByRule(message)


def _draft_all(work: Work, scope: Scope, books: Books, progress: Progress | None) -> _Tally:
    """Price and write all accounts, some at once."""
    prices = PriceList(work.session, scope, books)
    tally, accounts = _Tally(), iter(books.accounts)
    done, whole = 0, len(books.accounts)
    while chunk := list(islice(accounts, CHUNK)):
        tally.add(_draft_accounts(work, scope, books, prices, chunk))
        done += len(chunk)
        if progress:
            progress(done, whole)
    return tally


def _draft_accounts(
    work: Work, scope: Scope, books: Books, prices: PriceList, accounts: Sequence[Account]
) -> list[_Draft]:
    """Price and write some accounts; one that owes nothing, not even a line at 0 €, gets no draft."""
    priced = {account: lines for account in accounts if (lines := prices.lines(account))}
    payers = read_payers(work.session, sorted({family_id for family_id, _ in priced}))
    children = read_children(work.session, sorted({line.child_id for lines in priced.values() for line in lines}))
    written = []
    for account, lines in priced.items():
        ordered = sorted(lines, key=_order(children))
        taken = books.aids.take(account, ordered, prices)
        written.append(_Draft(account, payers[account[0]], ordered, books.basis(account), taken))
    if written:
        found = dict(zip(_write_invoices(work, scope, written), written, strict=True))
        _write_lines(work.session, children, found)
        write_uses(work.session, {invoice_id: draft.taken for invoice_id, draft in found.items()})
    return written


def _order(children: Mapping[int, ChildName]) -> Callable[[Line], Any]:
    """Put lines by child; care, meals, then penalties; in the order of the activities."""

    def key(line: Line) -> Any:
        kind = line.kind
        return (
            children[line.child_id].sort_key,
            line.child_id,
            kind.section,
            kind.order,
            kind.unit,
            kind.absence or "",
            line.days,
        )

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
            "aid_cents": draft.aid_cents,
            "paid_cents": 0,
            "drafted_at": work.now,
            "basis": draft.basis,
        }
        for draft in written
    ]
    work.session.execute(insert(Invoice), rows)
    query = select(Invoice.family_id, Invoice.service_id, Invoice.id).where(
        drafts(scope), Invoice.kind == InvoiceKind.MONTH, Invoice.family_id.in_({row["family_id"] for row in rows})
    )  # one at most an account: asked together, ids come faster than row by row
    ids = {(family_id, service_id): at for family_id, service_id, at in work.session.execute(query)}
    return [ids[draft.account] for draft in written]


def _write_lines(session: Session, children: Mapping[int, ChildName], written: Mapping[int, _Draft]) -> None:
    told = explanations(session, {line.steps for draft in written.values() for line in draft.lines})
    rows = [
        {
            "invoice_id": invoice_id,
            "position": position,
            "child_id": line.child_id,
            "child_name": children[line.child_id].name,
            "section": line.kind.section,
            "activity": line.kind.activity,
            "label": line.kind.label,
            "days": days_text(line.days),
            "quantity_hundredths": int(line.quantity * 100),
            "quantity_unit": line.quantity_unit,
            "unit_price_cents": line.unit_price_cents,
            "unit_price_exact": line.unit_price_exact,
            "amount_cents": line.amount_cents,
            "aid_cents": draft.aid_of(position - 1),
            "share_percent": line.share_percent,
            "contract_id": line.kind.contract_id,
            "tariff": line.kind.tariff,
            "explanation_id": told[line.steps],
        }
        for invoice_id, draft in written.items()
        for position, line in enumerate(draft.lines, start=1)
    ]
    session.execute(insert(InvoiceLine), rows)


def _sign(work: Work, scope: Scope, report: DraftReport) -> None:
    told: dict[str, Any] = {"services": sorted(scope.services.values()), "drafts": report.drafts}
    if scope.family_ids is not None:
        told["families"] = sorted(scope.family_ids)
    work.sign("invoice.draft", "month", f"{scope.month:%Y-%m}", new={**told, "total_cents": report.total_cents})
    work.changed(Changed.INVOICES)
