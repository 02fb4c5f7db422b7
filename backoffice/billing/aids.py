"""The aids of a month's drafts: taken line by line, the oldest day first, and never twice from one balance."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from backoffice.billing.rules import Item, Kind, Line
from backoffice.billing.scope import Scope, drafts
from backoffice.rulebook.file.parts import Occasion
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import Per
from backoffice.rulebook.tariffs.aids import apply
from backoffice.rulebook.tariffs.factors import covers
from backoffice.rulebook.values import Deduction, PriceLine, cents
from backoffice.rulebook.values import Grant as Left
from models.office.billing import Invoice
from models.office.contracts import AidGrant, AidUse
from models.vocabulary import Section

Account = tuple[int, int]  # family, service


class Grant(NamedTuple):
    """An aid given to a child of a household, over some days."""

    id: int
    child_id: int
    family_id: int
    code: str
    starts: date
    ends: date
    amount_cents: int | None


class Taken(NamedTuple):
    """What an aid takes off a line."""

    grant_id: int
    title: str
    cents: int


class Priced(Protocol):
    """What a month's price list says of what it priced."""

    def entries(self, account: Account) -> list[Item]: ...
    def occasion(
        self, account: Account, child_id: int, kind: Kind, day: date | None
    ) -> tuple[Rulebook, Occasion] | None: ...


class _Part(NamedTuple):
    """What a day adds to a line."""

    line: int
    day: date
    priced: PriceLine
    book: Rulebook
    occasion: Occasion


@dataclass(slots=True)
class Aids:
    """What the aids of a month still hold, as its drafts take it one after the other."""

    by_account: Mapping[Account, Sequence[Grant]]
    uses: Mapping[int, Sequence[tuple[int, int]]]  # invoice and cents, by grant
    drafts: Mapping[Account, int]  # the invoices already drafted
    _spent: dict[int, int] = field(default_factory=lambda: defaultdict(int))  # by this run
    _seen: dict[Account, list[str]] = field(default_factory=dict)

    def words(self, account: Account) -> list[str]:
        """Tell the aids of an account, and what those drafted before leave it: for the basis of its invoice."""
        if account in self._seen:
            return self._seen[account]
        grants = self.by_account.get(account, ())
        return [" ".join(map(str, ("aide", *grant, self._left(account, grant)))) for grant in grants]

    def take(self, account: Account, lines: Sequence[Line], priced: Priced) -> dict[int, list[Taken]]:
        """Take what the aids give off the lines of a draft, by rank of the line."""
        grants = self.by_account.get(account, ())
        if not grants:
            return {}
        self._seen[account] = self.words(account)
        left = {grant.id: self._left(account, grant) for grant in grants}
        owed, found = owed_of(lines), defaultdict(list)
        whole = _parts(account, lines, priced)
        for child_id in sorted({grant.child_id for grant in grants}):
            mine = [grant for grant in grants if grant.child_id == child_id]
            parts = [part for part in whole if lines[part.line].child_id == child_id]
            for day in sorted({part.day for part in parts}):
                valid = [grant for grant in mine if grant.starts <= day <= grant.ends]
                for line, taken in _of_day([part for part in parts if part.day == day], valid, left, owed):
                    found[line].append(taken)
                    self._spent[taken.grant_id] += taken.cents
        return {line: _added(taken) for line, taken in found.items()}

    def _left(self, account: Account, grant: Grant) -> int | None:
        """Give what is left of a grant for a draft: what older invoices took counts, what later ones took does not."""
        if grant.amount_cents is None:
            return None
        mine = self.drafts.get(account)
        used = sum(amount for invoice, amount in self.uses.get(grant.id, ()) if mine is None or invoice < mine)
        return max(0, grant.amount_cents - used - self._spent[grant.id])


def read_aids(session: Session, scope: Scope) -> Aids:
    """Read the aids of a month, and what is taken already."""
    query = select(
        AidGrant.id, AidGrant.child_id, AidGrant.family_id, AidGrant.code, AidGrant.starts, AidGrant.ends,
        AidGrant.amount_cents,
    ).where(AidGrant.starts <= scope.last_day, AidGrant.ends >= scope.month)  # fmt: skip
    if scope.family_ids is not None:
        query = query.where(AidGrant.family_id.in_(sorted(scope.family_ids)))
    grants = [Grant(*row) for row in session.execute(query.order_by(AidGrant.ends, AidGrant.id))]
    if not grants:
        return Aids({}, {}, {})
    found: dict[Account, list[Grant]] = defaultdict(list)
    helped = _services(scope)
    for grant in grants:
        for service_id in helped.get(grant.code, ()):
            found[grant.family_id, service_id].append(grant)
    uses: dict[int, list[tuple[int, int]]] = defaultdict(list)
    taken = (
        select(AidUse.grant_id, AidUse.invoice_id, func.sum(AidUse.amount_cents))
        .where(AidUse.grant_id.in_([grant.id for grant in grants]))
        .group_by(AidUse.grant_id, AidUse.invoice_id)
    )
    for grant_id, invoice_id, amount in session.execute(taken):
        uses[grant_id].append((invoice_id, int(amount)))
    known = session.execute(select(Invoice.family_id, Invoice.service_id, Invoice.id).where(drafts(scope)))
    return Aids(dict(found), dict(uses), {(family, service): invoice for family, service, invoice in known})


def hold_aids(session: Session, scope: Scope) -> None:
    """Let one run at a time spend the balances of a month, whatever the services."""
    session.execute(
        select(AidGrant.id)
        .where(AidGrant.starts <= scope.last_day, AidGrant.ends >= scope.month)
        .order_by(AidGrant.id)
        .with_for_update(key_share=True)
    )


def write_uses(session: Session, taken: Mapping[int, Mapping[int, Sequence[Taken]]]) -> None:
    """Keep what aids take off the lines of drafts: by invoice, then by rank of the line."""
    rows = [
        {
            "grant_id": one.grant_id,
            "invoice_id": invoice_id,
            "position": rank + 1,
            "title": one.title,
            "amount_cents": one.cents,
        }
        for invoice_id, of_invoice in taken.items()
        for rank, of_line in sorted(of_invoice.items())
        for one in of_line
    ]
    if rows:
        session.execute(insert(AidUse), rows)


def owed_of(lines: Sequence[Line]) -> list[int]:
    """Give what aids may take off each line: nothing of a penalty, and no more than what a regularisation leaves."""
    owed = [0 if line.kind.section is Section.PENALTY else max(0, line.amount_cents) for line in lines]
    for line in lines:
        given_back = max(0, -line.amount_cents)
        near = sorted(range(len(lines)), key=lambda at: (lines[at].child_id != line.child_id, at))
        for at in near if given_back else ():
            taken = min(owed[at], given_back)
            owed[at], given_back = owed[at] - taken, given_back - taken
    return owed


def _services(scope: Scope) -> Mapping[str, set[int]]:
    """Give the services that each aid of the month's rulebooks may help."""
    found: dict[str, set[int]] = defaultdict(set)
    for book in scope.books():
        for activity in scope.activities.values():
            part = book.activities.get(activity.code)
            for aid in book.aids if part is not None else ():
                if part is not None and covers(aid, part):
                    found[aid.code].add(activity.service_id)
    return found


def _parts(account: Account, lines: Sequence[Line], priced: Priced) -> list[_Part]:
    """Cut lines by day: what each day weighs comes from its entries, and the parts add up to the line."""
    weights: dict[tuple[int, object], dict[date | None, int]] = defaultdict(lambda: defaultdict(int))
    for item in priced.entries(account):
        weights[item.child_id, _same(item.entry.kind)][item.day] += int(item.entry.quantity * 100)
    found = []
    for at, line in enumerate(lines):
        if line.amount_cents <= 0:
            continue
        of_line = weights[line.child_id, _same(line.kind)]
        each = max(1, int(line.quantity * (60 if line.kind.per is Per.HOUR else 1) * 100 / max(1, len(line.days))))
        days: list[tuple[date | None, int]] = [(day, of_line.get(day) or each) for day in line.days] or [(None, each)]
        for day, weight, amount in _shared(line.amount_cents, days):
            told = priced.occasion(account, line.child_id, line.kind, day)
            if told is not None:
                found.append(_Part(at, told[1].day, _priced(line, day, weight, amount), *told))
    return found


def _priced(line: Line, day: date | None, weight: int, amount: int) -> PriceLine:
    """Write a day's part of a line as the rules take it."""
    kind, quantity = line.kind, line.quantity
    if day is not None:
        quantity = Decimal(weight).scaleb(-2) / (60 if kind.per is Per.HOUR else 1)
    return PriceLine(kind.unit, kind.label, kind.section, quantity, kind.price, amount, kind.tariff, (), kind.per)


def _same(kind: Kind) -> object:
    """Give what a line keeps of its entries, whatever the shares add to its label."""
    return kind._replace(label="")


def _shared(amount: int, days: Sequence[tuple[date | None, int]]) -> Iterable[tuple[date | None, int, int]]:
    """Share an amount out by weight, to the cent: the parts add up to it."""
    whole, reached, given = sum(weight for _, weight in days), 0, 0
    for day, weight in days:
        reached += weight
        upto = amount * reached // whole
        yield day, weight, upto - given
        given = upto


def _of_day(
    parts: Sequence[_Part], valid: Sequence[Grant], left: dict[int, int | None], owed: list[int]
) -> list[tuple[int, Taken]]:
    """Apply the aids of a day to its parts, within what is left of the grants and what the lines still owe."""
    if not valid or not parts:
        return []
    open_lines: list[tuple[PriceLine, Occasion]] = []
    reserved: dict[int, int] = defaultdict(int)
    for part in parts:
        amount = max(0, min(part.priced.amount_cents, owed[part.line] - reserved[part.line]))
        reserved[part.line] += amount
        open_lines.append((replace(part.priced, amount_cents=amount), part.occasion))
    grants = [Left(grant.code, _euros(left[grant.id])) for grant in valid]
    found = []
    for deduction in apply(parts[0].book, open_lines, grants).deductions:
        grant = _whose(deduction, valid, left)
        before = left[grant.id]
        left[grant.id] = None if before is None else before - deduction.amount_cents
        line = parts[deduction.line].line
        owed[line] -= deduction.amount_cents
        found.append((line, Taken(grant.id, deduction.title, deduction.amount_cents)))
    return found


def _whose(deduction: Deduction, valid: Sequence[Grant], left: Mapping[int, int | None]) -> Grant:
    """Find the grant that a deduction was taken from: the first that had it, and that now holds what is told."""
    after = None if deduction.left is None else cents(deduction.left)
    for grant in valid:
        held = left[grant.id]
        now = None if held is None else held - deduction.amount_cents
        if grant.code == deduction.code and now == after:
            return grant
    raise AssertionError("a deduction comes from a grant")


def _euros(amount: int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount).scaleb(-2)


def _added(taken: Sequence[Taken]) -> list[Taken]:
    """Add up what each grant takes off a line."""
    found: dict[tuple[int, str], int] = defaultdict(int)
    for one in taken:
        found[one.grant_id, one.title] += one.cents
    return [Taken(*key, amount) for key, amount in found.items()]
