"""What remains of issued lines once aids and earlier credit notes are taken off."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.office.billing import CreditNote, CreditNoteLine, InvoiceLine
from models.office.contracts import AidUse
from models.vocabulary import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What remains of a line; without a line, what earlier credit notes charged in passing."""

    invoice_id: int
    line_id: int | None
    position: int
    child_id: int
    child_name: str
    section: Section
    activity: str | None
    label: str
    tariff: str
    days: frozenset[int]  # of the month, that are still invoiced
    monthly: bool  # the month itself, not days of it nor a contract's hours
    contract_id: int | None
    quantity_hundredths: int
    quantity_unit: str | None
    unit_price_cents: int
    unit_price_exact: str | None
    share_percent: int | None
    aid_cents: int  # that still lowers it
    untouched: bool  # no credit note bears on it
    cents: int  # that may still be given back


def remains(session: Session, invoice_ids: Iterable[int]) -> Mapping[int, Sequence[Left]]:
    """Give what remains of each invoice, line by line; what earlier credit notes charged comes last."""
    ids = sorted(set(invoice_ids))
    given = _given(session, ids)
    aids = _aids(session, ids)
    found: dict[int, list[Left]] = {invoice_id: [] for invoice_id in ids}
    lines = session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.invoice_id.in_(ids))
        .order_by(InvoiceLine.invoice_id, InvoiceLine.position)
    )
    for line in lines:
        back = given.pop((line.invoice_id, line.id), ())
        found[line.invoice_id].append(_left(line, back, aids.get((line.invoice_id, line.position), 0)))
    for (invoice_id, _), charged in given.items():
        found[invoice_id] += _charged(invoice_id, charged)
    return found


def days_in(text: str) -> frozenset[int]:
    """Read the days of a month as a line keeps them."""
    return frozenset(int(day) for day in text.split(",") if day)


def _given(session: Session, ids: Sequence[int]) -> dict[tuple[int, int | None], list[CreditNoteLine]]:
    """Read what credit notes gave back, by invoice and line; what they charged has no line."""
    found: dict[tuple[int, int | None], list[CreditNoteLine]] = defaultdict(list)
    rows = session.execute(
        select(CreditNote.invoice_id, CreditNoteLine)
        .join(CreditNoteLine, CreditNoteLine.credit_note_id == CreditNote.id)
        .where(CreditNote.invoice_id.in_(ids))
        .order_by(CreditNoteLine.id)
    )
    for invoice_id, line in rows:
        found[invoice_id, line.invoice_line_id].append(line)
    return found


def _aids(session: Session, ids: Sequence[int]) -> Mapping[tuple[int, int], int]:
    """Read what aids still take off each line: what they took, less what was given back to them."""
    rows = session.execute(
        select(AidUse.invoice_id, AidUse.position, func.sum(AidUse.amount_cents))
        .where(AidUse.invoice_id.in_(ids))
        .group_by(AidUse.invoice_id, AidUse.position)
    )
    return {(invoice_id, position): int(cents) for invoice_id, position, cents in rows}


def _left(line: InvoiceLine, back: Sequence[CreditNoteLine], aid_cents: int) -> Left:
    days = days_in(line.days)
    return Left(
        invoice_id=line.invoice_id,
        line_id=line.id,
        position=line.position,
        child_id=line.child_id,
        child_name=line.child_name,
        section=line.section,
        activity=line.activity,
        label=line.label,
        tariff=line.tariff,
        days=days.difference(*(days_in(credited.days) for credited in back)),
        monthly=not days and line.contract_id is None,
        contract_id=line.contract_id,
        quantity_hundredths=line.quantity_hundredths,
        quantity_unit=line.quantity_unit,
        unit_price_cents=line.unit_price_cents,
        unit_price_exact=line.unit_price_exact,
        share_percent=line.share_percent,
        aid_cents=aid_cents,
        untouched=not back and not line.aid_cents,
        cents=line.amount_cents - line.aid_cents - sum(credited.amount_cents for credited in back),
    )


def _charged(invoice_id: int, lines: Sequence[CreditNoteLine]) -> list[Left]:
    """Put together what was charged, and perhaps given back since, for the same thing."""
    things: dict[tuple[object, ...], list[CreditNoteLine]] = defaultdict(list)
    for line in lines:
        things[line.child_id, line.activity, line.section, line.label, line.tariff].append(line)
    return [left for same in things.values() if (left := _charge(invoice_id, same)).cents]


def _charge(invoice_id: int, same: Sequence[CreditNoteLine]) -> Left:
    first, days = same[0], set[int]()
    for line in same:
        days = days | days_in(line.days) if line.amount_cents < 0 else days - days_in(line.days)
    cents = -sum(line.amount_cents for line in same)
    return Left(
        invoice_id=invoice_id,
        line_id=None,
        position=0,
        child_id=first.child_id,
        child_name=first.child_name,
        section=first.section,
        activity=first.activity,
        label=first.label,
        tariff=first.tariff,
        days=frozenset(days),
        monthly=False,
        contract_id=None,
        quantity_hundredths=100,
        quantity_unit=None,
        unit_price_cents=cents,
        unit_price_exact=None,
        share_percent=None,
        aid_cents=0,
        untouched=False,
        cents=cents,
    )
