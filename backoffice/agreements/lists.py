"""The contracts and the aids of a household, what is left of them; and what to look at: overlaps, hours billed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.agreements.sign import contract_activities
from backoffice.billing.contracts import terms_of
from backoffice.clock import month_start, previous_month
from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.tariff_parts import ContractTariff
from backoffice.rulebook.file.words import Per
from backoffice.rulebook.in_force import Rules, read_rules
from backoffice.rulebook.values import Situation
from models.office.bookings import Enrolment
from models.office.contracts import AidGrant, AidUse, Contract
from models.office.families import Child, FamilyChild
from models.office.structure import Activity


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract, with the hours a month that the rules find."""

    id: int
    child_id: int
    child: str
    activity_id: int
    activity: str
    starts: date
    ends: date
    agreed_ends: date
    minutes_a_week: int
    weeks_hundredths: int
    months: int
    monthly_minutes: int | None  # none: the rulebook has no price list of contracts for it
    over: bool  # since before last month: there is nothing left to end
    version: int

    @property
    def ended(self) -> bool:
        """Tell whether it was ended before what was signed."""
        return self.ends < self.agreed_ends


@dataclass(frozen=True, slots=True)
class AidGrantRow:
    """An aid of a child, with what invoices and drafts took from it."""

    id: int
    child_id: int
    child: str
    code: str
    title: str
    organisation: str
    reference: str
    starts: date
    ends: date
    amount_cents: int | None
    used_cents: int
    version: int

    @property
    def left_cents(self) -> int | None:
        """Give what is left; none: no limit but the price."""
        return None if self.amount_cents is None else self.amount_cents - self.used_cents


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A child in an activity that may have contracts, and the days of its enrolment."""

    child_id: int
    child: str
    activity_id: int
    activity: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class KnownAid:
    """An aid of the rulebook, and what a child has of it at first."""

    code: str
    title: str
    organisation: str
    balance_cents: int | None


@dataclass(frozen=True, slots=True)
class Agreements:
    """All that is agreed for the children of a household, and what may be."""

    family_id: int
    contracts: tuple[ContractRow, ...]
    aids: tuple[AidGrantRow, ...]
    children: tuple[tuple[int, str], ...]
    courses: tuple[CourseRow, ...]
    known_aids: tuple[KnownAid, ...]


def agreements_of(session: Session, family_id: int, today: date) -> Agreements:
    """Read the contracts and the aids of a household's children, the latest first."""
    rules = read_rules(session)
    children = {
        row.id: row.first_name
        for row in session.execute(
            select(Child.id, Child.first_name)
            .join(FamilyChild, FamilyChild.child_id == Child.id)
            .where(FamilyChild.family_id == family_id)
            .order_by(Child.birth_date, Child.id)
        )
    }
    return Agreements(
        family_id=family_id,
        contracts=_contracts(session, rules, children, previous_month(month_start(today))),
        aids=_aids(session, rules, family_id, today),
        children=tuple(children.items()),
        courses=_courses(session, children, today),
        known_aids=_known(rules, today),
    )


def _contracts(session: Session, rules: Rules, children: dict[int, str], since: date) -> tuple[ContractRow, ...]:
    rows = session.execute(
        select(Contract, Activity.code, Activity.name)
        .join(Activity, Activity.id == Contract.activity_id)
        .where(Contract.child_id.in_(children))
        .order_by(Contract.starts.desc(), Contract.id.desc())
    )
    return tuple(
        ContractRow(
            id=row.id,
            child_id=row.child_id,
            child=children[row.child_id],
            activity_id=row.activity_id,
            activity=name,
            starts=row.starts,
            ends=row.ends,
            agreed_ends=row.agreed_ends or row.ends,
            minutes_a_week=row.minutes_a_week,
            weeks_hundredths=row.weeks_hundredths,
            months=row.months,
            monthly_minutes=_monthly(rules, row, code),
            over=row.ends < since,
            version=row.version,
        )
        for row, code, name in rows
    )


def _monthly(rules: Rules, row: Contract, code: str) -> int | None:
    """Ask the rules in force at its beginning for the hours of a levelled month."""
    applied = rules.on(row.starts)
    if applied is None or code not in applied.book.activities:
        return None
    titles = {tariff.title for tariff in applied.book.tariffs if isinstance(tariff, ContractTariff)}
    situation = Situation(contract=terms_of(row).contract)
    try:
        quote = applied.month_quote(activity=code, month=month_start(row.starts), situation=situation, first=row.starts)
    except RefusedByRule:  # the price list is not complete: its hours are not known
        return None
    found = (line for line in quote.lines if line.title in titles and line.per is Per.HOUR)
    return next((round(line.quantity * 60) for line in found), None)


def _aids(session: Session, rules: Rules, family_id: int, today: date) -> tuple[AidGrantRow, ...]:
    used = select(func.coalesce(func.sum(AidUse.amount_cents), 0)).where(AidUse.grant_id == AidGrant.id)
    rows = session.execute(
        select(AidGrant, Child.first_name, used.correlate(AidGrant).scalar_subquery())
        .join(Child, Child.id == AidGrant.child_id)
        .where(AidGrant.family_id == family_id)
        .order_by(AidGrant.ends.desc(), AidGrant.id)
    ).all()
    words = {day: _known(rules, day) for day in {today, *(row.AidGrant.starts for row in rows)}}
    found = []
    for row, child, taken in rows:
        told = next((aid for day in (row.starts, today) for aid in words[day] if aid.code == row.code), None)
        found.append(
            AidGrantRow(
                row.id, row.child_id, child, row.code, told.title if told else row.code,
                told.organisation if told else "", row.reference or "", row.starts, row.ends, row.amount_cents,
                int(taken), row.version,
            )
        )  # fmt: skip
    return tuple(found)


def _known(rules: Rules, day: date) -> tuple[KnownAid, ...]:
    applied = rules.on(day)
    return tuple(
        KnownAid(aid.code, aid.title, aid.organisation, None if aid.balance is None else int(aid.balance * 100))
        for aid in (applied.book.aids if applied else ())
    )


def _courses(session: Session, children: dict[int, str], today: date) -> tuple[CourseRow, ...]:
    """List the enrolments that go on, in the activities that may have contracts."""
    codes = contract_activities(session, today)
    rows = session.execute(
        select(Enrolment.child_id, Activity.id, Activity.name, func.min(Enrolment.starts), func.max(Enrolment.ends))
        .join(Activity, Activity.id == Enrolment.activity_id)
        .where(Enrolment.child_id.in_(children), Activity.code.in_(codes))
        .group_by(Enrolment.child_id, Activity.id, Activity.name, Activity.position)
        .order_by(Activity.position)
    )
    return tuple(
        CourseRow(child_id, children[child_id], activity_id, name, starts, ends)
        for child_id, activity_id, name, starts, ends in rows
    )
