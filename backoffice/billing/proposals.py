"""What attendance corrected after it was billed changes, account by account: what to give back, or to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.credit_note import GONE
from backoffice.billing.differences import Difference, note_lines, shared_out
from backoffice.billing.scope import Scope, scope_of, weighed
from backoffice.billing.weighing import Group, groups, issued, weigh
from backoffice.errors import RefusedByRule
from models.office.billing import Invoice, InvoiceLine
from models.office.bookings import Enrolment
from models.office.families import Family
from models.office.structure import Activity, Service
from models.vocabulary import InvoiceStatus
from resources.french import NARROW, listed, plural


@dataclass(frozen=True, slots=True)
class HouseholdDifference:
    """What a correction changes for one household, thing by thing."""

    family_id: int
    family: str
    lines: tuple[Difference, ...]

    @property
    def cents(self) -> int:
        """What is to be asked; negative: given back."""
        return sum(line.cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An account with corrected attendance, and the difference for each household that pays for it."""

    family_id: int
    family: str
    service_id: int
    service_code: str
    service: str
    month: date
    invoice_numbers: tuple[str, ...]
    units: int  # corrected
    households: tuple[HouseholdDifference, ...]
    refusal: str = ""  # why it cannot be made good here

    @property
    def cents(self) -> int:
        """What is to be asked in all; negative: given back."""
        return sum(household.cents for household in self.households)

    @property
    def sentence(self) -> str:
        """Say in French what would be written."""
        if self.refusal:
            return self.refusal
        if not any(household.cents for household in self.households):
            return f"Le prix ne change pas{NARROW}: la correction est seulement classée."
        down = sum(household.cents < 0 for household in self.households)
        up = sum(household.cents > 0 for household in self.households)
        parts = [plural(down, "avoir")] if down else []
        parts += [plural(up, "facture complémentaire", "factures complémentaires")] if up else []
        return f"À établir{NARROW}: {listed(parts)}."


def proposals(session: Session) -> tuple[Proposal, ...]:
    """List the accounts with corrected attendance, oldest month first, with the difference line by line."""
    scopes: dict[tuple[int, date], Scope] = {}
    found = []
    for group in groups(session):
        key = group.service_id, group.month
        if key not in scopes:
            code = session.get_one(Service, group.service_id).code
            scopes[key] = weighed(scope_of(session, group.month, code))
        found.append(proposal(session, scopes[key], group))
    return tuple(found)


def proposal(session: Session, scope: Scope, group: Group) -> Proposal:
    """Weigh one account; what the rulebook cannot price is told as a refusal."""
    families = _families(session, scope, group)
    names = {row.id: row.name for row in session.execute(select(Family.id, Family.name).where(Family.id.in_(families)))}
    service = session.get_one(Service, group.service_id)
    households: tuple[HouseholdDifference, ...] = ()
    try:
        households = tuple(
            HouseholdDifference(family_id, names[family_id], lines)
            for family_id, lines in weigh(session, scope, group, families).items()
            if lines or family_id == group.family_id
        )
        refusal = _refusal(session, households)
    except RefusedByRule as error:
        refusal = str(error)
    return Proposal(
        family_id=group.family_id,
        family=names[group.family_id],
        service_id=service.id,
        service_code=service.code,
        service=service.name,
        month=group.month,
        invoice_numbers=tuple(sorted({cell.number for cell in group.cells if cell.number})),
        units=len(group.cells),
        households=households,
        refusal=refusal,
    )


def _families(session: Session, scope: Scope, group: Group) -> list[int]:
    """Find whoever pays, or was invoiced, for the children touched."""
    children = {child_id for child_id, _ in group.pairs}
    enrolled = session.scalars(
        select(Enrolment.payer_family_id)
        .join(Activity, Enrolment.activity_id == Activity.id)
        .where(
            Enrolment.child_id.in_(children),
            Activity.service_id == group.service_id,
            Enrolment.starts <= scope.last_day,
            Enrolment.ends >= scope.month,
        )
    ).all()
    invoiced = session.scalars(
        select(Invoice.family_id)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(issued(group), InvoiceLine.child_id.in_(children))
    ).all()
    sharing = {
        share.family_id
        for child_id in children
        for share in scope.shares.by_subject.get((child_id, group.service_id), ())
    }
    return sorted({group.family_id, *enrolled, *invoiced, *sharing})


def _refusal(session: Session, households: Sequence[HouseholdDifference]) -> str:
    """Say why what is to be given back cannot be credited here; nothing when it can."""
    for household in households:
        if household.cents >= 0:
            continue
        notes = shared_out(note_lines(household.lines))
        if notes is None:
            return (
                "Ce qui est à rendre et à demander touche plusieurs factures. "
                "Établissez un avoir sur chacune, puis classez la correction."
            )
        rows = session.execute(select(Invoice.id, Invoice.number, Invoice.status).where(Invoice.id.in_(notes)))
        for row in rows:
            if row.status in GONE and row.status is not InvoiceStatus.CANCELLED:
                return f"La facture {row.number} {GONE[row.status].format(colon=NARROW)}."
    return ""
