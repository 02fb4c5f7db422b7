"""Who pays for a child, service by service: one household, several by percent, or two by alternate weeks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.families.lists import full_name
from backoffice.families.payer_rules import Household, Part, Way, faults_of, way_of
from backoffice.office import Changed, Work
from backoffice.sync.mark import mark_child
from models.office.billing import Invoice, InvoiceLine, PayerShare
from models.office.bookings import Enrolment
from models.office.families import Child, Family, FamilyChild
from models.office.structure import Activity, Service
from models.vocabulary import InvoiceStatus, Role
from resources.french import NARROW, listed, short_date

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PayersReport:
    """What was agreed, in a sentence."""

    sentence: str


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """Who pays over some days: the parts by household, in French order."""

    starts: date
    ends: date | None
    parts: tuple[Part, ...]
    words: str
    current: bool
    coming: bool


@dataclass(frozen=True, slots=True)
class PayerRow:
    """Who pays for a child in a service, and who may: as the file and its dialog show it."""

    child_id: int
    child: str
    service_id: int
    service: str
    households: tuple[Household, ...]
    holder: str  # the household of the latest enrolment
    periods: tuple[PeriodRow, ...]  # newest first
    billed: date | None  # the last month issued
    known: frozenset[int]  # the shares that were read

    @property
    def now(self) -> PeriodRow | None:
        """Give what is agreed today; none: the household of the enrolment pays."""
        return next((period for period in self.periods if period.current), None)


def set_payers(
    work: Work,
    child_id: int,
    service_id: int,
    *,
    starts: date,
    ends: date | None = None,
    shares: Sequence[Part] = (),
    known: Collection[int] | None = None,
) -> PayersReport:
    """Agree who pays for a child in a service from a day on; no share: the household of the enrolment pays again.

    What was agreed before ends the day before, and goes on after `ends` if it went further.
    `known` are the shares that the agent had before her eyes.

    Raises:
        StaleRecord: somebody else agreed something since.
        RefusedByRule: the parts do not make a whole, a household is not the child's, or the month is issued.
    """
    work.agent.must_be(Role.AGENT)
    session = work.session
    child, service = _held(session, child_id, service_id)
    found = _shares(session, child_id, service_id)
    if known is not None and {row.id for row in found} != set(known):
        raise StaleRecord(
            f"Les payeurs de {full_name(child)} ont été modifiés entre-temps. Rien n'a été enregistré. "
            "Relisez-les, puis recommencez."
        )
    _refuse_faults(session, child, service, (starts, ends), shares)
    before, resumed = _put_an_end(session, [row for row in found if _overlaps(row, starts, ends)], starts, ends)
    session.add_all(_row(child_id, service_id, starts, ends, share) for share in shares)
    session.flush()
    mark_child(work, child_id)
    new = {"starts": str(starts), "ends": str(ends or ""), "shares": [_part(share) for share in shares]}
    work.sign("payers", "child", child_id, old={"shares": before}, new={"service": service.code, **new})
    work.changed(Changed.FAMILIES, Changed.INVOICES)
    return PayersReport(_sentence(session, child, service, starts, shares) + resumed)


def _held(session: Session, child_id: int, service_id: int) -> tuple[Child, Service]:
    """Let one at a time say who pays for a child in a service, and no invoice of it be written meanwhile."""
    child = session.get(Child, child_id, with_for_update={"key_share": True})  # nobody takes it out of a household
    service = session.get(Service, service_id)
    if child is None or service is None:
        message = (
            "Cet enfant ou ce service n'existe pas, ou n'existe plus. Rien n'a été enregistré. Relisez le dossier."
        )
        raise RefusedByRule(message)
    session.execute(select(Service.id).where(Service.id == service_id).with_for_update(key_share=True))
    return child, service


def _put_an_end(
    session: Session, replaced: Sequence[PayerShare], starts: date, ends: date | None
) -> tuple[list[dict[str, object]], str]:
    """Make room for another agreement: what it replaces ends the day before, and goes on the day after if it did.

    Tell what they were, and what goes on.
    """
    told = [_told(row) for row in replaced]
    rest = [
        _row(row.child_id, row.service_id, ends + ONE_DAY, row.ends, Part(row.family_id, row.percent, row.weeks))
        for row in replaced
        if ends is not None and (row.ends is None or row.ends > ends)
    ]
    for row in replaced:
        if row.starts < starts:
            row.ends = starts - ONE_DAY
        else:
            session.delete(row)
    session.flush()
    session.add_all(rest)
    return told, f" Ce qui était convenu reprend le {short_date(rest[0].starts)}." if rest else ""


def payers_of(session: Session, family_id: int, today: date) -> tuple[PayerRow, ...]:
    """List who pays for the children of a household, by child and service, whichever household enrols them."""
    rows = session.execute(
        select(
            Child.id, Child.first_name, Service.id, Service.name,
            Enrolment.payer_family_id, Family.name, Enrolment.ends,
        )
        .join(FamilyChild, FamilyChild.child_id == Child.id)
        .join(Enrolment, Enrolment.child_id == Child.id)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .join(Service, Service.id == Activity.service_id)
        .join(Family, Family.id == Enrolment.payer_family_id)
        .where(FamilyChild.family_id == family_id, Enrolment.ends >= today - timedelta(days=366))
        .order_by(Child.birth_date, Child.id, Service.position, Service.id, Enrolment.ends)
    ).all()  # fmt: skip
    subjects = dict.fromkeys((row[0], row[2]) for row in rows)
    children = sorted({child_id for child_id, _ in subjects})
    names, belongs = _belonging(session, children)
    shares, billed = _shares_of(session, children), _billed(session, children)
    found = []
    for child_id, service_id in subjects:
        mine = [row for row in rows if (row[0], row[2]) == (child_id, service_id)]
        enrols = {row[4] for row in mine if row[6] >= today} or {mine[-1][4]}
        households = tuple(Household(one, names[one], one in enrols) for one in belongs[child_id])
        agreed = [row for row in shares if (row.child_id, row.service_id) == (child_id, service_id)]
        found.append(
            PayerRow(
                child_id, mine[0][1], service_id, mine[0][3], households, mine[-1][5],
                _periods(agreed, names, today), billed.get((child_id, service_id)), frozenset(row.id for row in agreed),
            )
        )  # fmt: skip
    return tuple(found)


def parts_words(parts: Sequence[Part], names: dict[int, str]) -> str:
    """Write who pays what: Martin 60 %, Durand 40 %."""
    return listed(f"{names.get(part.family_id, '?')} {part.words}" for part in parts)


def _refuse_faults(
    session: Session, child: Child, service: Service, days: tuple[date, date | None], shares: Sequence[Part]
) -> None:
    starts, ends = days
    query = (
        select(Enrolment.payer_family_id)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .where(Enrolment.child_id == child.id, Activity.service_id == service.id, Enrolment.ends >= starts)
    )
    if ends is not None:
        query = query.where(Enrolment.starts <= ends)
    enrols = set(session.scalars(query))
    names, belongs = _belonging(session, [child.id])
    households = [Household(one, names[one], one in enrols) for one in belongs.get(child.id, ())]
    households += [
        Household(one, session.get_one(Family, one).name, enrols=True)
        for one in sorted(enrols - set(belongs.get(child.id, ())))
    ]
    billed = _billed(session, [child.id]).get((child.id, service.id))
    faults = faults_of(shares, starts, ends, households, billed)
    if faults:
        raise RefusedByRule(f"{next(iter(faults.values()))} Rien n'a été enregistré.")
    if shares and not enrols:
        message = f"{full_name(child)} n'a pas d'inscription à ces dates dans le service «\xa0{service.name}\xa0». Rien n'a été enregistré."
        raise RefusedByRule(message)


def _shares(session: Session, child_id: int, service_id: int) -> Sequence[PayerShare]:
    query = select(PayerShare).where(PayerShare.child_id == child_id, PayerShare.service_id == service_id)
    return session.scalars(query.order_by(PayerShare.starts, PayerShare.id)).all()


def _shares_of(session: Session, child_ids: Sequence[int]) -> Sequence[PayerShare]:
    query = select(PayerShare).where(PayerShare.child_id.in_(child_ids))
    return session.scalars(query.order_by(PayerShare.starts.desc(), PayerShare.id)).all()


def _belonging(session: Session, child_ids: Sequence[int]) -> tuple[dict[int, str], dict[int, list[int]]]:
    """Read the names of the households that children belong to, and which they are."""
    names: dict[int, str] = {}
    belongs: dict[int, list[int]] = {}
    for child_id, family_id, name in session.execute(
        select(FamilyChild.child_id, Family.id, Family.name)
        .join(Family, Family.id == FamilyChild.family_id)
        .where(FamilyChild.child_id.in_(child_ids))
        .order_by(Family.search_key, Family.id)
    ):
        names[family_id] = name
        belongs.setdefault(child_id, []).append(family_id)
    return names, belongs


def _billed(session: Session, child_ids: Sequence[int]) -> dict[tuple[int, int], date]:
    """Read the last month issued, by child and service; an invoice cancelled whole no longer counts."""
    rows = session.execute(
        select(InvoiceLine.child_id, Invoice.service_id, func.max(Invoice.month))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(
            InvoiceLine.child_id.in_(child_ids),
            Invoice.number.is_not(None),
            Invoice.status != InvoiceStatus.CANCELLED,
        )
        .group_by(InvoiceLine.child_id, Invoice.service_id)
    )
    return {(child_id, service_id): month for child_id, service_id, month in rows}


def _overlaps(row: PayerShare, starts: date, ends: date | None) -> bool:
    return (row.ends is None or row.ends >= starts) and (ends is None or row.starts <= ends)


def _periods(shares: Sequence[PayerShare], names: dict[int, str], today: date) -> tuple[PeriodRow, ...]:
    found: dict[tuple[date, date | None], list[Part]] = {}
    for row in shares:
        found.setdefault((row.starts, row.ends), []).append(Part(row.family_id, row.percent, row.weeks))
    return tuple(
        PeriodRow(
            starts=starts,
            ends=ends,
            parts=tuple(parts),
            words=parts_words(parts, names),
            current=starts <= today and (ends is None or today <= ends),
            coming=starts > today,
        )
        for (starts, ends), parts in found.items()
    )


def _row(child_id: int, service_id: int, starts: date, ends: date | None, share: Part) -> PayerShare:
    return PayerShare(
        child_id=child_id, service_id=service_id, family_id=share.family_id, starts=starts, ends=ends,
        percent=share.percent, weeks=share.weeks,
    )  # fmt: skip


def _told(row: PayerShare) -> dict[str, object]:
    part = _part(Part(row.family_id, row.percent, row.weeks))
    return {**part, "starts": str(row.starts), "ends": str(row.ends or "")}


def _part(share: Part) -> dict[str, object]:
    return {"family": share.family_id, "percent": share.percent, "weeks": share.weeks}


def _sentence(session: Session, child: Child, service: Service, starts: date, shares: Sequence[Part]) -> str:
    where = f"{child.first_name}, {service.name}, à partir du {short_date(starts)}{NARROW}:"
    if way_of(shares) is Way.ONE:
        return f"{where} le foyer de l'inscription paie tout."
    names = {share.family_id: session.get_one(Family, share.family_id).name for share in shares}
    return f"{where} {parts_words(shares, names)}."
