"""A contract is signed: hours a week over some weeks, paid in equal months; and it is ended, on its day or before."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.agreements.faults import NOTHING_DONE, refuse
from backoffice.agreements.rules import terms_faults
from backoffice.billing.scope import freed
from backoffice.clock import month_start
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.rulebook.file.tariff_parts import ContractTariff
from backoffice.rulebook.in_force import read_rules
from backoffice.rulebook.tariffs.factors import covers
from models.office.billing import Invoice, InvoiceLine
from models.office.bookings import Enrolment
from models.office.contracts import Contract
from models.office.families import Child
from models.office.structure import Activity, Service
from models.vocabulary import InvoiceKind, Role
from resources.french import NARROW, long_date, of_month, short_date

ONE_DAY = timedelta(days=1)
Days = tuple[date, date]  # first, last


@dataclass(frozen=True, slots=True)
class ContractReport:
    """The contract signed or ended."""

    contract_id: int
    sentence: str


def sign_contract(
    work: Work,
    child_id: int,
    activity_id: int,
    *,
    starts: date,
    ends: date,
    minutes_a_week: int,
    weeks_hundredths: int,
    months: int,
) -> ContractReport:
    """Sign a contract for a child in an activity, at the expense of the household of its enrolment.

    Raises:
        Faulty: a field cannot be so; its `faults` say which and why.
    """
    work.agent.must_be(Role.AGENT)
    session = work.session
    child, activity = session.get(Child, child_id), session.get(Activity, activity_id)
    if child is None or activity is None:
        raise RefusedByRule(f"Cet enfant ou cette activité n'existe plus. {NOTHING_DONE}")
    _hold(session, activity)
    faults = terms_faults(starts, ends, minutes_a_week, weeks_hundredths, months)
    if "ends" not in faults:
        faults |= _conflicts(session, child, activity, starts, ends)
    refuse(faults)
    contract = Contract(
        child_id=child_id, activity_id=activity_id, starts=starts, ends=ends, agreed_ends=None,
        minutes_a_week=minutes_a_week, weeks_hundredths=weeks_hundredths, months=months,
    )  # fmt: skip
    session.add(contract)
    session.flush()
    told = {
        "child": child_id, "activity": activity.code, "starts": starts.isoformat(), "ends": ends.isoformat(),
        "minutes_a_week": minutes_a_week, "weeks_hundredths": weeks_hundredths, "months": months,
    }  # fmt: skip
    work.sign("contract.sign", "contract", contract.id, new=told)
    work.changed(Changed.FAMILIES, Changed.INVOICES)
    dates = f"du {short_date(starts)} au {short_date(ends)}"
    return ContractReport(contract.id, f"Contrat de {child.first_name} enregistré, {activity.name}, {dates}.")


def end_contract(work: Work, contract_id: int, ends: date, *, version: int) -> ContractReport:
    """End a contract before what was signed; its last month will bear the regularisation.

    Raises:
        StaleRecord: somebody else changed it meanwhile.
        Faulty: the date cannot be so.
    """
    work.agent.must_be(Role.AGENT)
    session = work.session
    contract = session.get(Contract, contract_id)
    if contract is None:
        raise RefusedByRule(f"Ce contrat n'existe plus. {NOTHING_DONE}")
    _hold(session, session.get_one(Activity, contract.activity_id))
    if contract.version != version:
        message = f"Ce contrat a été modifié entre-temps. {NOTHING_DONE} Relisez-le, puis recommencez."
        raise StaleRecord(message)
    child, activity = session.get_one(Child, contract.child_id), session.get_one(Activity, contract.activity_id)
    old, agreed = contract.ends, contract.agreed_ends or contract.ends
    refuse(_end_faults(session, contract, ends, agreed, activity.code))
    contract.ends, contract.agreed_ends = ends, None if ends == agreed else agreed
    session.flush()
    work.sign("contract.end", "contract", contract_id, old={"ends": old.isoformat()}, new={"ends": ends.isoformat()})
    work.changed(Changed.FAMILIES, Changed.INVOICES)
    told = f"Contrat de {child.first_name} terminé le {long_date(ends)}"
    return ContractReport(contract_id, f"{told}{NARROW}; la facture {of_month(ends)} portera sa régularisation.")


def contract_activities(session: Session, day: date) -> frozenset[str]:
    """Give the codes of the activities that the rulebook of a day prices by contract."""
    applied = read_rules(session).on(day)
    if applied is None:
        return frozenset()
    contracts = [tariff for tariff in applied.book.tariffs if isinstance(tariff, ContractTariff)]
    return frozenset(
        code for code, part in applied.book.activities.items() if any(covers(tariff, part) for tariff in contracts)
    )


def issued_months(session: Session, child_id: int, activity: str, since: date) -> Sequence[date]:
    """List the months from one on in which a child's activity is on an issued invoice that still stands."""
    query = (
        select(Invoice.month)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(
            InvoiceLine.child_id == child_id,
            InvoiceLine.activity == activity,
            Invoice.month >= month_start(since),
            Invoice.number.is_not(None),
            Invoice.kind == InvoiceKind.MONTH,
            ~freed(),
        )
    )
    return sorted(set(session.scalars(query)))


def _hold(session: Session, activity: Activity) -> None:
    """Let one at a time sign, end or bill the contracts of a service."""
    session.execute(select(Service.id).where(Service.id == activity.service_id).with_for_update(key_share=True))


def _conflicts(session: Session, child: Child, activity: Activity, starts: date, ends: date) -> dict[str, str]:
    """Say what stands in the way of a contract, by field."""
    faults: dict[str, str] = {}
    if activity.code not in contract_activities(session, starts):
        faults["activity"] = (
            f"Le règlement intérieur en vigueur le {short_date(starts)} n'a pas de tarif de mode «\xa0contrat\xa0» "
            f"pour {activity.name}."
        )
    enrolled = enrolled_days(session, [child.id]).get((child.id, activity.id), ())
    missing = first_day_not_enrolled(enrolled, starts, ends)
    if missing is not None:
        day = "starts" if missing == starts else "ends"
        faults[day] = f"{child.first_name} n'a pas d'inscription à {activity.name} le {short_date(missing)}."
    other = session.scalars(
        select(Contract)
        .where(
            Contract.child_id == child.id,
            Contract.activity_id == activity.id,
            Contract.starts <= ends,
            Contract.ends >= starts,
        )
        .order_by(Contract.starts)
    ).first()
    if other is not None:
        dates = f"du {short_date(other.starts)} au {short_date(other.ends)}"
        faults["starts"] = f"{child.first_name} a déjà un contrat {dates}{NARROW}: terminez-le d'abord."
    elif issued := issued_months(session, child.id, activity.code, starts):
        faults["starts"] = (
            f"Le mois {of_month(issued[-1])} est déjà facturé{NARROW}: "
            f"faites commencer le contrat plus tard, ou annulez la facture par un avoir."
        )
    return faults


def enrolled_days(session: Session, child_ids: Collection[int]) -> Mapping[tuple[int, int], Sequence[Days]]:
    """Read from when to when some children are enrolled, by child and activity, the earliest first."""
    found: dict[tuple[int, int], list[Days]] = defaultdict(list)
    query = select(Enrolment.child_id, Enrolment.activity_id, Enrolment.starts, Enrolment.ends)
    rows = session.execute(query.where(Enrolment.child_id.in_(child_ids)).order_by(Enrolment.starts))
    for child_id, activity_id, starts, ends in rows:
        found[child_id, activity_id].append((starts, ends))
    return found


def first_day_not_enrolled(spans: Iterable[Days], starts: date, ends: date) -> date | None:
    """Give the first day of some that no enrolment covers, the earliest given first; none: they all are."""
    reached = starts
    for first, last in spans:
        if first <= reached <= last:
            reached = last + ONE_DAY
    return reached if reached <= ends else None


def _end_faults(session: Session, contract: Contract, ends: date, agreed: date, activity: str) -> dict[str, str]:
    if ends < contract.starts:
        return {"ends": f"Le contrat commence le {short_date(contract.starts)}{NARROW}: il ne peut pas finir avant."}
    if ends > agreed:
        return {"ends": f"Le contrat finit le {short_date(agreed)}{NARROW}: signez-en un autre pour la suite."}
    since = min(ends, contract.ends)
    if issued := issued_months(session, contract.child_id, activity, since):
        told = f"Le mois {of_month(issued[-1])} est déjà facturé"
        return {"ends": f"{told}{NARROW}: donnez une date après lui, ou annulez la facture par un avoir."}
    return {}
