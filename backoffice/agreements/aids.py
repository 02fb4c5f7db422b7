"""What a credit note gives back to aids, and what third parties owe for a month."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.clock import month_start
from backoffice.errors import RefusedByRule
from backoffice.rulebook.in_force import Rules, read_rules
from models.office.billing import Invoice, InvoiceLine
from models.office.contracts import AidGrant, AidUse
from models.office.families import Family
from models.office.structure import Commune
from reports.sheets.aids import AidRow, AidsDocument, render_aids
from resources.french import NARROW, euros

UNKNOWN = "Organisme inconnu"


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What an aid took off a line's invoice, given back left out: the organisation owes it."""

    organisation: str
    title: str
    reference: str
    child: str
    family: str
    number: str
    cents: int


def give_back(session: Session, invoice_id: int, position: int, cents: int) -> None:
    """Give back to the aids of a line what a credit note takes off it: the last used first.

    Raises:
        RefusedByRule: more than they took.
    """
    rows = session.execute(
        select(AidUse.grant_id, AidUse.title, func.sum(AidUse.amount_cents).label("taken"), func.max(AidUse.id))
        .where(AidUse.invoice_id == invoice_id, AidUse.position == position)
        .group_by(AidUse.grant_id, AidUse.title)
        .order_by(func.max(AidUse.id).desc())
    ).all()
    whole = sum(int(row.taken) for row in rows)
    if not 0 <= cents <= whole:
        message = (
            f"Les aides n'ont déduit que {euros(whole)} de cette ligne{NARROW}: on ne leur rend pas {euros(cents)}."
        )
        raise RefusedByRule(message)
    for row in rows:
        back = min(cents, int(row.taken))
        cents -= back
        if back:
            session.add(
                AidUse(
                    grant_id=row.grant_id, invoice_id=invoice_id, position=position, title=row.title, amount_cents=-back
                )
            )
    session.flush()


def aids_to_claim(session: Session, month: date) -> tuple[ClaimRow, ...]:
    """List what third parties owe for the invoices issued for a month, by organisation, aid and child."""
    rows = session.execute(
        select(
            AidGrant.code,
            AidGrant.reference,
            AidGrant.starts,
            AidUse.title,
            InvoiceLine.child_name,
            Family.name,
            Family.search_key,
            Invoice.number,
            func.sum(AidUse.amount_cents).label("cents"),
        )
        .join(AidGrant, AidUse.grant_id == AidGrant.id)
        .join(Invoice, AidUse.invoice_id == Invoice.id)
        .join(Family, Invoice.family_id == Family.id)
        .join(
            InvoiceLine, (InvoiceLine.invoice_id == AidUse.invoice_id) & (InvoiceLine.position == AidUse.position)
        )
        .where(Invoice.month == month_start(month), Invoice.number.is_not(None))
        .group_by(
            AidGrant.id, AidGrant.code, AidGrant.reference, AidGrant.starts, AidUse.title, InvoiceLine.child_name,
            Family.id, Family.name, Family.search_key, Invoice.id, Invoice.number,
        )
    ).all()  # fmt: skip
    rules = read_rules(session)
    found = [(row.search_key, _claim(rules, row, month_start(month))) for row in rows if row.cents]
    found.sort(key=lambda one: (one[1].organisation, one[1].title, one[0], one[1].child, one[1].number))
    return tuple(row for _, row in found)


def _claim(rules: Rules, row: Any, month: date) -> ClaimRow:
    return ClaimRow(
        organisation=_organisation(rules, row.code, month),
        title=row.title,
        reference=row.reference or "",
        child=row.child_name,
        family=row.name,
        number=row.number or "",
        cents=int(row.cents),
    )


def claims_sheet(session: Session, month: date, made_at: datetime) -> bytes:
    """Write what third parties owe for a month as an XLSX workbook, a sheet for each organisation."""
    groups: dict[str, list[AidRow]] = defaultdict(list)
    for row in aids_to_claim(session, month):
        groups[row.organisation].append(AidRow(row.title, row.reference, row.child, row.family, row.number, row.cents))
    commune = session.scalars(select(Commune.name)).first() or ""
    return render_aids(
        AidsDocument(
            commune=commune,
            month=month_start(month),
            organisations=tuple((name, tuple(rows)) for name, rows in groups.items()),
            made_at=made_at,
        )
    )


def _organisation(rules: Rules, code: str, month: date) -> str:
    """Name who pays an aid: as the rulebook of the month says, else any other that knows it."""
    days = [month, *(version.effective for version in rules.versions)]
    books = (applied.book for day in days if (applied := rules.on(day)) is not None)
    known = (aid.organisation for book in books for aid in book.aids if aid.code == code)
    return next(known, UNKNOWN)
