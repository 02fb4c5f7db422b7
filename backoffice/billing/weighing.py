"""Weighing corrected attendance: what it costs now, beside what was invoiced for it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from backoffice.billing.aids import Aids
from backoffice.billing.differences import Difference, Now, Thing, differences, thing_of
from backoffice.billing.ledger import Books, Packages, read_books, read_children
from backoffice.billing.prices import PriceList
from backoffice.billing.remains import Left, remains
from backoffice.billing.rules import Line
from backoffice.billing.scope import Scope, billable
from backoffice.errors import RefusedByRule
from models.office.billing import Invoice
from models.office.bookings import Attendance
from models.office.contracts import AidUse
from models.office.structure import Activity, Unit
from resources.french import NARROW, month_name

Pair = tuple[int, str]  # child, activity's code


class Cell(NamedTuple):
    """A corrected cell, and where it was billed."""

    id: int
    child_id: int
    activity: str
    day: date
    family_id: int
    service_id: int
    month: date
    number: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """The corrected cells that one decision makes good: those of an account, and of whoever shares them."""

    family_id: int
    service_id: int
    month: date
    cells: Sequence[Cell]

    @property
    def pairs(self) -> set[Pair]:
        """The children touched, each in its activity."""
        return {(cell.child_id, cell.activity) for cell in self.cells}


def groups(session: Session, family_id: int | None = None) -> list[Group]:
    """Read the corrected cells by account; a child whom two accounts hold goes whole to one of them."""
    rows = session.execute(
        select(
            Attendance.id, Attendance.child_id, Activity.code, Attendance.day, Invoice.family_id, Invoice.service_id,
            Invoice.month, Invoice.number,
        )
        .join(Unit, Attendance.unit_id == Unit.id)
        .join(Activity, Unit.activity_id == Activity.id)
        .join(Invoice, Attendance.invoice_id == Invoice.id)
        .where(Attendance.corrected_at.is_not(None))
        .order_by(Invoice.month, Invoice.service_id, Attendance.day, Attendance.id)
    )  # fmt: skip
    cells = [Cell(*row) for row in rows]
    holders: dict[tuple[int, str, date], int] = {}
    for cell in cells:
        key = cell.child_id, cell.activity, cell.month
        holders[key] = min(holders.get(key, cell.family_id), cell.family_id)
    found: dict[tuple[date, int, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        holder = holders[cell.child_id, cell.activity, cell.month]
        found[cell.month, cell.service_id, holder].append(cell)
    return [
        Group(holder, service_id, month, of_account)
        for (month, service_id, holder), of_account in found.items()
        if family_id in {None, holder}
    ]


def weigh(
    session: Session, scope: Scope, group: Group, families: Collection[int]
) -> Mapping[int, tuple[Difference, ...]]:
    """Price again what the children touched had, as billed; take off what was invoiced for them, net of credit notes.

    Raises:
        RefusedByRule: a child is no longer enrolled, or the rulebook lacks a price.
    """
    near = replace(scope, family_ids=frozenset(families))
    books = _books(session, near, group)
    prices = PriceList(session, near, books)
    children = read_children(session, sorted({child_id for child_id, _ in group.pairs}))
    names = {child_id: child.name for child_id, child in children.items()}
    touched: dict[Pair, set[int]] = defaultdict(set)
    for cell in group.cells:
        touched[cell.child_id, cell.activity].add(cell.day.day)
    invoices = session.execute(
        select(Invoice.id, Invoice.family_id).where(issued(group), Invoice.family_id.in_(families))
    ).all()
    left = remains(session, [row.id for row in invoices])
    found = {}
    for family_id in families:
        mine = [one for row in invoices if row.family_id == family_id for one in left[row.id]]
        before = [one for one in mine if not one.monthly and (one.child_id, one.activity) in group.pairs]
        account = family_id, group.service_id
        now = _priced(prices.lines(account), group.pairs)
        aided: dict[Thing, int] = defaultdict(int)
        for rank, taken in _without(session, books.aids, before).take(account, now, prices).items():
            aided[thing_of(now[rank])] += sum(one.cents for one in taken)
        found[family_id] = tuple(differences(before, Now(now, aided, touched, names)))
    return found


def _books(session: Session, scope: Scope, group: Group) -> Books:
    """Read what invoices of the account bill of the children touched, and nothing else."""
    children = {child_id for child_id, _ in group.pairs}

    def rows(of: Scope, *columns: Any) -> Select[*tuple[Any, ...]]:
        bound = select(Invoice.id).where(issued(group))
        everybody = billable(replace(of, family_ids=None), *columns)
        return everybody.where(Attendance.invoice_id.in_(bound), Attendance.child_id.in_(children))

    books = read_books(session, scope, rows)
    activities = {unit.id: scope.activities[unit.activity_id].code for unit in scope.units.values()}
    if any((unit.child_id, activities[unit.unit_id]) in group.pairs for unit in books.strays):
        message = (
            f"{month_name(group.month).capitalize()}{NARROW}: un enfant n'est plus inscrit un jour qui lui a été facturé. "
            "Rétablissez son inscription, ou établissez un avoir sur la facture."
        )
        raise RefusedByRule(message)
    return replace(books, packages=_contracts(books.packages, children))  # a month does not depend on its days


def _without(session: Session, aids: Aids, before: Sequence[Left]) -> Aids:
    """Give the aids as if they had taken nothing off some lines."""
    places = {(one.invoice_id, one.position) for one in before if one.aid_cents}
    if not places:
        return replace(aids, drafts={})
    rows = session.execute(
        select(AidUse.grant_id, AidUse.invoice_id, AidUse.position, func.sum(AidUse.amount_cents).label("cents"))
        .where(AidUse.invoice_id.in_({invoice_id for invoice_id, _ in places}))
        .group_by(AidUse.grant_id, AidUse.invoice_id, AidUse.position)
    )
    uses = {grant_id: list(of_grant) for grant_id, of_grant in aids.uses.items()}
    for row in rows:
        if (row.invoice_id, row.position) in places:
            uses.setdefault(row.grant_id, []).append((row.invoice_id, -int(row.cents)))
    return replace(aids, uses=uses, drafts={})


def issued(group: Group) -> ColumnElement[bool]:
    """Say which invoices of a service and month are issued."""
    return (Invoice.service_id == group.service_id) & (Invoice.month == group.month) & (Invoice.number.is_not(None))


def _contracts(packages: Packages, children: Collection[int]) -> Packages:
    """Keep the contracts, whose absences may be deducted."""
    kept = {
        account: [one for one in of_account if one.contract is not None and one.child_id in children]
        for account, of_account in packages.items()
    }
    return {account: of_account for account, of_account in kept.items() if of_account}


def _priced(lines: Iterable[Line], pairs: Collection[Pair]) -> list[Line]:
    return [
        line for line in lines if (line.days or line.kind.contract_id) and (line.child_id, line.kind.activity) in pairs
    ]
