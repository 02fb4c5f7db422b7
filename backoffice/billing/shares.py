"""Who pays for a child when it is not one household: by percent, or by alternate ISO weeks; told to the cent."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from backoffice.billing.rules import Line
from backoffice.clock import days_between
from backoffice.rulebook.values import cents as rounded
from models.office.billing import Invoice, InvoiceLine, PayerShare
from models.office.bookings import Enrolment
from models.vocabulary import CustodyWeeks, InvoiceStatus
from resources.french import NARROW, euros

Subject = tuple[int, int]  # child, service
HALF = 50  # of what a month costs whatever its days, when two households pay alternate weeks
OF_ANOTHER = (  # what prices a household, its quotient first, is nobody else's to read
    "Prix trouvé comme pour le foyer de l'inscription\u202f: son détail est sur la facture de ce foyer.",
)


class Share(NamedTuple):
    """What a household takes on of a child in a service, over some days."""

    child_id: int
    service_id: int
    family_id: int
    starts: date
    ends: date | None
    percent: int | None
    weeks: CustodyWeeks | None

    def covers(self, day: date) -> bool:
        """Tell whether it counts on a day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


class Parts(NamedTuple):
    """How a price is shared: the parts of the other households; the enrolment's takes the rest."""

    others: tuple[tuple[int, int], ...]  # household, percent
    rest: int  # percent

    def of(self, cents: int) -> Iterator[tuple[int, int, int]]:
        """Give each other household, its percent and its part, rounded half up; several together, never a cent apart."""
        reached = before = 0
        for family_id, percent in self.others:
            reached += percent
            until = rounded(Decimal(cents) * reached / 10_000)
            yield family_id, percent, until - before
            before = until


def weeks_of(day: date) -> CustodyWeeks:
    """Give the parity of a day's ISO week; a year of 53 weeks is followed by two odd weeks."""
    return CustodyWeeks.ODD if day.isocalendar().week % 2 else CustodyWeeks.EVEN


def week_ranges(month: date, last: date, weeks: CustodyWeeks) -> list[tuple[date, date]]:
    """List the runs of days of a month that fall in even, or in odd, ISO weeks."""
    found = []
    for of, run in groupby(days_between(month, last), weeks_of):
        days = list(run)
        if of is weeks:
            found.append((days[0], days[-1]))
    return found


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of a month, of all services."""

    by_subject: Mapping[Subject, Sequence[Share]]
    month: tuple[date, date]

    def __bool__(self) -> bool:
        return bool(self.by_subject)

    @property
    def alternate(self) -> bool:
        """Tell whether somebody pays by alternate weeks."""
        return any(share.weeks for shares in self.by_subject.values() for share in shares)

    def children(self, family_ids: Collection[int] | None = None) -> set[int]:
        """Give the children whom some households pay for together, or all of them."""
        return {
            child_id
            for (child_id, _), shares in self.by_subject.items()
            if family_ids is None or any(share.family_id in family_ids for share in shares)
        }

    def week_payer(self, holder_id: int, child_id: int, service_id: int, day: date) -> int | None:
        """Give the household that pays the week of a day, when the enrolment's alternates with another."""
        shares = self.by_subject.get((child_id, service_id))
        if shares is None:
            return None
        now = [share for share in shares if share.weeks is not None and share.covers(day)]
        if all(share.family_id != holder_id for share in now):
            return None
        return next((share.family_id for share in now if share.weeks is weeks_of(day)), None)

    def parts(self, holder_id: int, child_id: int, service_id: int, day: date | None) -> Parts | None:
        """Say how a price of a day, or of the month, is shared by the enrolment's household; none: it is not.

        What is due by the month follows what is agreed on its last day; alternate weeks halve it.
        """
        shares = self.by_subject.get((child_id, service_id))
        if shares is None:
            return None
        asked = day or self.month[1]
        now = [share for share in shares if share.covers(asked)]
        if day is not None:
            now = [share for share in now if share.percent is not None]
        if not any(share.family_id == holder_id for share in now):
            return None
        others = [(one.family_id, one.percent or HALF) for one in now if one.family_id != holder_id]
        return Parts(tuple(sorted(others)), 100 - sum(percent for _, percent in others)) if others else None

    def apart(self, account: tuple[int, int]) -> Callable[[int, date | None], Parts | None] | None:
        """Tell apart the days of a child that an account shares otherwise; none: nothing is shared."""
        holder_id, service_id = account
        if not self:
            return None
        return lambda child_id, day: self.parts(holder_id, child_id, service_id, day)

    def kept(self, account: tuple[int, int], line: Line) -> Line:
        """Give what is left of a line to the household of the enrolment, which holds it."""
        parts = self._parts_of(account, line)
        return line if parts is None else _rest(line, parts)

    def taken(self, account: tuple[int, int], holder: tuple[int, int], lines: Iterable[Line]) -> list[Line]:
        """Give what another household takes of the lines that an account holds."""
        found = []
        for line in lines:
            parts = self._parts_of(holder, line)
            for family_id, percent, cents in parts.of(line.amount_cents) if parts else ():
                if family_id == account[0]:
                    found.append(_part(replace(line, steps=OF_ANOTHER), percent, cents))
        return found

    def _parts_of(self, holder: tuple[int, int], line: Line) -> Parts | None:
        return self.parts(holder[0], line.child_id, holder[1], line.days[0] if line.days else None)

    def words(self, family_id: int, service_id: int) -> list[str]:
        """Tell all that a household shares in a service this month, for the basis of its invoice."""
        first, last = self.month
        return [
            " ".join(map(str, (*one[:3], max(one.starts, first), min(one.ends or last, last), one.percent, one.weeks)))
            for (_, service), shares in sorted(self.by_subject.items())
            if service == service_id and any(share.family_id == family_id for share in shares)
            for one in shares
        ]

    def partners(self, family_id: int, service_ids: Collection[int]) -> set[int]:
        """Give the households with which one shares what some services cost."""
        return {
            share.family_id
            for (_, service_id), shares in self.by_subject.items()
            if service_id in service_ids and any(share.family_id == family_id for share in shares)
            for share in shares
        }


def read_shares(session: Session, month: date, last: date) -> Shares:
    """Read the shares that count some day of a month."""
    rows = session.execute(
        select(
            PayerShare.child_id,
            PayerShare.service_id,
            PayerShare.family_id,
            PayerShare.starts,
            PayerShare.ends,
            PayerShare.percent,
            PayerShare.weeks,
        )
        .where(PayerShare.starts <= last, or_(PayerShare.ends.is_(None), PayerShare.ends >= month))
        .order_by(PayerShare.child_id, PayerShare.service_id, PayerShare.starts, PayerShare.family_id)
    )
    found: dict[Subject, list[Share]] = defaultdict(list)
    for row in rows:
        found[row.child_id, row.service_id].append(Share(*row))
    return Shares(dict(found), (month, last))


def household_and_partners(
    session: Session, shares: Shares, family_id: int, service_ids: Collection[int]
) -> frozenset[int]:
    """Give a household and those whose invoices depend on its own, because they share a child's price, or did."""
    found, asked = {family_id}, [family_id]
    while asked:
        one = asked.pop()
        near = shares.partners(one, service_ids)
        near.update(session.scalars(_drafted_with(shares, one, service_ids)))
        if children := sorted(shares.children([one])):  # the enrolment may have changed hands since
            enrolled = select(Enrolment.payer_family_id).where(
                Enrolment.child_id.in_(children),
                Enrolment.starts <= shares.month[1],
                Enrolment.ends >= shares.month[0],
            )
            near.update(session.scalars(enrolled))
        asked += sorted(near - found)
        found |= near
    return frozenset(found)


def _drafted_with(shares: Shares, family_id: int, service_ids: Collection[int]) -> Select[tuple[int]]:
    """Find the households whose drafts name a child that is also on a household's own."""
    drafts = (
        select(Invoice.family_id, InvoiceLine.child_id, Invoice.service_id)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(
            Invoice.status == InvoiceStatus.DRAFT,
            Invoice.month == shares.month[0],
            Invoice.service_id.in_(sorted(service_ids)),
        )
    )
    mine = drafts.where(Invoice.family_id == family_id).subquery()
    theirs = drafts.subquery()
    same = (theirs.c.child_id == mine.c.child_id) & (theirs.c.service_id == mine.c.service_id)
    return select(theirs.c.family_id).join(mine, same).distinct()


def _rest(line: Line, parts: Parts) -> Line:
    others = sum(cents for *_, cents in parts.of(line.amount_cents))
    return _part(line, parts.rest, line.amount_cents - others)


def _part(line: Line, percent: int, cents: int) -> Line:
    share = f"part de {percent}{NARROW}%"
    whole = f"Prix entier{NARROW}: {euros(line.amount_cents)}, partagé entre les payeurs de l'enfant."
    return replace(
        line,
        kind=line.kind._replace(label=f"{line.kind.label}, {share}"),
        amount_cents=cents,
        steps=(*line.steps, whole, f"{share.capitalize()}{NARROW}: {euros(cents)}."),
        share_percent=percent,
    )


def runs(shares: Shares, holder_id: int, subject: Subject, first: date, last: date) -> Iterator[tuple[int, date, date]]:
    """Cut days into the runs that another household than the enrolment's pays for, by alternate weeks."""
    days = days_between(first, last)
    for payer, run in groupby(days, lambda day: shares.week_payer(holder_id, *subject, day)):
        of_payer = list(run)
        if payer is not None and payer != holder_id:
            yield payer, of_payer[0], of_payer[-1]
