"""One family's draft done again without the rest, and what that changes, line by line."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.draft import draft_month
from backoffice.billing.lists import LineRow, invoice_file
from backoffice.billing.scope import drafts, scope_of
from backoffice.errors import RefusedByRule
from backoffice.office import Work
from models.office.billing import Invoice
from models.office.families import Family
from models.office.structure import Service
from models.vocabulary import InvoiceStatus
from resources.french import NARROW, euros, listed, month_name, plural


class LineChange(StrEnum):
    """What became of a line."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class RedraftRow:
    """A line that is no longer what it was, aids deducted; nothing before when new, nothing after when gone."""

    kind: LineChange
    family: str
    child: str
    label: str
    before: str  # 17 × 4,15 €
    after: str
    before_cents: int
    after_cents: int

    @property
    def difference_cents(self) -> int:
        """What it adds to the draft."""
        return self.after_cents - self.before_cents

    @property
    def sentence(self) -> str:
        """Say it: « Repas : 17 → 16, −4,15 € »."""
        told = {
            LineChange.CHANGED: f"{self.before} → {self.after}",
            LineChange.ADDED: f"ligne ajoutée, {self.after}",
            LineChange.REMOVED: f"ligne retirée, {self.before}",
        }[self.kind]
        return f"{self.label}{NARROW}: {told}, {signed_euros(self.difference_cents)}"


@dataclass(frozen=True, slots=True)
class RedraftReport:
    """What doing a draft again changed, for the family and for those that share its children's prices."""

    month: date
    family: str
    service: str
    invoice_id: int | None  # the new draft; none: nothing is due any more
    before_cents: int
    after_cents: int
    rows: tuple[RedraftRow, ...]
    unchanged: int
    partners: tuple[str, ...]  # households whose drafts were redone with this one

    @property
    def sentence(self) -> str:
        """Say it in French."""
        whose = f"{self.family}, {self.service}, {month_name(self.month)}{NARROW}:"
        others = f" Avec lui, ceux des autres payeurs{NARROW}: {listed(self.partners)}." if self.partners else ""
        if self.invoice_id is None:
            return f"{whose} plus rien à facturer, le brouillon est retiré.{others}"
        if not self.rows:
            return f"{whose} brouillon refait, rien ne change ({euros(self.after_cents)}).{others}"
        changed = plural(len(self.rows), "ligne change", "lignes changent")
        kept = f", {plural(self.unchanged, 'reste la même', 'restent les mêmes')}" if self.unchanged else ""
        totals = f"{euros(self.before_cents)} → {euros(self.after_cents)}"
        return f"{whose} brouillon refait, {changed}{kept}. {totals}.{others}"


class _Seen(NamedTuple):
    """The drafts of some households in a service, before or after."""

    ids: Mapping[int, int]  # by family
    totals: Mapping[int, int]
    lines: Mapping[tuple[int, int, str], Sequence[LineRow]]  # by family, child, label


def redraft(work: Work, invoice_id: int) -> RedraftReport:
    """Do one draft again, and those of the households that share a price with it; the others are not touched.

    Raises:
        RefusedByRule: it is issued, it is no more, or the rulebook lacks a price.
    """
    session = work.session
    invoice = session.get(Invoice, invoice_id)
    if invoice is None:
        message = (
            "Ce brouillon n'existe plus\u202f: le mois a été préparé de nouveau. Rien n'a été refait. Relisez la liste."
        )
        raise RefusedByRule(message)
    if invoice.status is not InvoiceStatus.DRAFT:
        message = f"La facture {invoice.number} est émise. Rien n'a été refait\u202f: corrigez-la par un avoir ou une régularisation."
        raise RefusedByRule(message)
    family_id, month = invoice.family_id, invoice.month
    service = session.get_one(Service, invoice.service_id)
    before = _seen(session, month, service.code, family_id)
    session.expunge(invoice)  # drafting takes it away
    draft_month(work, month, service_code=service.code, family_id=family_id)
    after = _seen(session, month, service.code, family_id)
    names = _names(session, {*before.ids, *after.ids})
    rows, unchanged = _compared(before, after, names, family_id)
    return RedraftReport(
        month=month,
        family=names[family_id],
        service=service.name,
        invoice_id=after.ids.get(family_id),
        before_cents=before.totals.get(family_id, 0),
        after_cents=after.totals.get(family_id, 0),
        rows=rows,
        unchanged=unchanged,
        partners=tuple(name for one, name in names.items() if one != family_id),
    )


def signed_euros(cents: int) -> str:
    """Write a difference with its sign: +4,15 €, −4,15 €."""
    return f"{'−' if cents < 0 else '+'}{euros(abs(cents))}"


def _seen(session: Session, month: date, service_code: str, family_id: int) -> _Seen:
    scope = scope_of(session, month, service_code, family_id)
    rows = session.execute(select(Invoice.id, Invoice.family_id).where(drafts(scope))).all()
    files = {row.family_id: invoice_file(session, row.id) for row in rows}
    lines: dict[tuple[int, int, str], list[LineRow]] = defaultdict(list)
    for family, file in files.items():
        for line in file.lines:
            lines[family, line.child_id, line.label].append(line)
    totals = {family: file.row.net_cents for family, file in files.items()}
    return _Seen({row.family_id: row.id for row in rows}, totals, lines)


def _names(session: Session, ids: set[int]) -> Mapping[int, str]:
    query = select(Family.id, Family.name).where(Family.id.in_(ids)).order_by(Family.search_key, Family.id)
    return {row.id: row.name for row in session.execute(query)}


def _compared(before: _Seen, after: _Seen, names: Mapping[int, str], first: int) -> tuple[tuple[RedraftRow, ...], int]:
    """Compare two drafts: the family asked first, then by household, child and thing."""
    rows: list[RedraftRow] = []
    unchanged = 0
    keys = dict.fromkeys([*before.lines, *after.lines])
    for key in sorted(keys, key=lambda one: one[0] != first):
        old, new = list(before.lines.get(key, ())), list(after.lines.get(key, ()))
        for line in list(old):
            same = next((other for other in new if _words(other) == _words(line)), None)
            if same is not None:
                old.remove(line)
                new.remove(same)
                unchanged += 1
        rows += [_row(names[key[0]], was, now) for was, now in _paired(old, new)]
    return tuple(rows), unchanged


def _paired(old: list[LineRow], new: list[LineRow]) -> list[tuple[LineRow | None, LineRow | None]]:
    """Put together the lines at one price, then those that are left, in their order."""
    found: list[tuple[LineRow | None, LineRow | None]] = []
    for line in list(old):
        same = next((other for other in new if other.unit_price_text == line.unit_price_text), None)
        if same is not None:
            found.append((line, same))
            old.remove(line)
            new.remove(same)
    return [*found, *zip_longest(old, new)]


def _row(family: str, was: LineRow | None, now: LineRow | None) -> RedraftRow:
    shown = now or was
    assert shown is not None, "one of the two is there"
    kind = LineChange.ADDED if was is None else LineChange.REMOVED if now is None else LineChange.CHANGED
    priced = was is None or now is None or was.unit_price_text != now.unit_price_text
    return RedraftRow(
        kind=kind,
        family=family,
        child=shown.child,
        label=shown.label,
        before=_quantity(was, priced=priced),
        after=_quantity(now, priced=priced),
        before_cents=was.left_cents if was else 0,
        after_cents=now.left_cents if now else 0,
    )


def _quantity(line: LineRow | None, *, priced: bool) -> str:
    """Write how many, and at which price where it is not the same on both sides."""
    if line is None:
        return ""
    return f"{line.quantity_text} × {line.unit_price_text}" if priced else line.quantity_text


def _words(line: LineRow) -> tuple[object, ...]:
    """Say all that a family reads of a line."""
    return (
        line.days,
        line.quantity_text,
        line.unit_price_text,
        line.amount_cents,
        line.aid_cents,
        line.tariff,
        line.steps,
    )
