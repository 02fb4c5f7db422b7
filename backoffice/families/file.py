"""One family's whole file, as the desk reads it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.documents.lists import DocumentRow, documents_of
from backoffice.enrolments.lists import EnrolmentRow, enrolments_of
from backoffice.errors import RefusedByRule
from backoffice.families.fields import FIELDS, Shape, Subject
from backoffice.families.lists import AccountState, account_state, children_of, full_name, guardians_of
from backoffice.families.payers import PayerRow, payers_of
from backoffice.requests.lists import RequestRow, requests_of_family
from backoffice.requests.waiting import Waiting, waiting_fields
from backoffice.sealing import Sealer
from models.office.billing import PAYABLE, Invoice
from models.office.families import Child, Family, Guardian, PickupPerson, Quotient
from models.office.structure import School
from models.vocabulary import Diet, FamilyKind
from resources.french import age_on


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of a person, and what waits for it."""

    name: str
    label: str
    value: str
    stored: str
    shape: Shape
    choices: tuple[tuple[str, str], ...]
    required: bool
    family_may_edit: bool
    needs_approval: bool
    waiting: str | None


@dataclass(frozen=True, slots=True)
class GuardianRow:
    """A guardian, and where the access to the portal stands."""

    id: int
    name: str
    is_payer: bool
    email: str | None
    account: AccountState
    link_until: datetime | None
    address: str
    fields: tuple[FieldRow, ...]
    version: int


@dataclass(frozen=True, slots=True)
class HealthRow:
    """What those who care for a child must know; unsealed only for who may read it."""

    pai: bool
    allergies: tuple[str, ...]
    needs: str


@dataclass(frozen=True, slots=True)
class PickupRow:
    """Who may, or may not, collect a child."""

    id: int
    name: str
    relation: str
    phone: str | None
    allowed: bool
    contact: bool = False  # to call


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A child's part of the file."""

    id: int
    name: str
    first_name: str
    birth_date: date
    age: int
    school: str | None
    class_name: str | None
    diet: Diet
    leaves_alone: bool
    photo_allowed: bool
    doctor: str | None
    has_health: bool
    health: HealthRow | None
    pickup: tuple[PickupRow, ...]
    fields: tuple[FieldRow, ...]
    version: int


@dataclass(frozen=True, slots=True)
class QuotientRow:
    """A quotient familial over its dates, and what it was found from."""

    id: int
    value: int
    starts: date
    ends: date | None
    current: bool
    proved_on: date | None
    resources_cents: int | None
    children: int | None
    disabled_child: bool


@dataclass(frozen=True, slots=True)
class FamilyFile:
    """All that the desk knows of a household."""

    id: int
    number: str
    name: str
    kind: FamilyKind
    resident: bool
    quotients: tuple[QuotientRow, ...]
    guardians: tuple[GuardianRow, ...]
    children: tuple[ChildRow, ...]
    payers: tuple[PayerRow, ...]
    enrolments: tuple[EnrolmentRow, ...]
    documents: tuple[DocumentRow, ...]
    requests: tuple[RequestRow, ...]
    due_cents: int
    issued_count: int
    version: int


def family_file(session: Session, family_id: int, today: date, sealer: Sealer | None = None) -> FamilyFile:
    """Read a household's file; health only with the means to unseal it.

    Raises:
        RefusedByRule: there is no such family.
    """
    family = session.get(Family, family_id)
    if family is None:
        raise RefusedByRule("Cette famille n'existe pas, ou n'existe plus.")
    waiting = {key[1:]: wish for key, wish in waiting_fields(session, [family_id]).items()}
    balance = Invoice.total_cents - Invoice.aid_cents - Invoice.credited_cents - Invoice.paid_cents
    issued, due = session.execute(
        select(func.count(), func.coalesce(func.sum(balance).filter(Invoice.status.in_(PAYABLE)), 0)).where(
            Invoice.family_id == family_id, Invoice.number.is_not(None)
        )
    ).one()
    return FamilyFile(
        family.id, family.number, family.name, family.kind, family.resident, _quotients(session, family_id, today),
        tuple(_guardian(guardian, waiting) for guardian in guardians_of(session, [family_id]).get(family_id, [])),
        _children(session, family_id, today, waiting, sealer), payers_of(session, family_id, today),
        enrolments_of(session, family_id, today), documents_of(session, family_id, today),
        requests_of_family(session, family_id), int(due), issued, family.version,
    )  # fmt: skip


def health_of(child: Child, sealer: Sealer) -> HealthRow | None:
    """Unseal what concerns a child's health."""
    if child.health_sealed is None:
        return None
    known = json.loads(sealer.unseal(child.health_sealed))
    return HealthRow(bool(known.get("pai")), tuple(known.get("allergies", ())), known.get("needs", ""))


def _quotients(session: Session, family_id: int, today: date) -> tuple[QuotientRow, ...]:
    rows = session.scalars(select(Quotient).where(Quotient.family_id == family_id).order_by(Quotient.starts.desc()))
    valid = [(row, row.starts <= today and (row.ends is None or row.ends >= today)) for row in rows]
    current = next((row for row, is_valid in valid if is_valid), None)
    return tuple(
        QuotientRow(
            row.id, row.value, row.starts, row.ends, row is current,
            row.proved_on, row.resources_cents, row.children, row.disabled_child,
        )
        for row, _ in valid
    )  # fmt: skip


def _guardian(guardian: Guardian, waiting: Mapping[tuple[str, int, str], Waiting]) -> GuardianRow:
    return GuardianRow(
        guardian.id, full_name(guardian), guardian.is_payer, guardian.email, account_state(guardian),
        guardian.link_until, f"{guardian.street}, {guardian.postal_code} {guardian.city}",
        _fields(Subject.GUARDIAN, guardian, waiting), guardian.version,
    )  # fmt: skip


def _children(
    session: Session,
    family_id: int,
    today: date,
    waiting: Mapping[tuple[str, int, str], Waiting],
    sealer: Sealer | None,
) -> tuple[ChildRow, ...]:
    children = children_of(session, [family_id]).get(family_id, [])
    schools = dict(session.execute(select(School.id, School.name)).all())
    pickup = _pickup(session, [child.id for child in children])
    return tuple(
        ChildRow(
            child.id, full_name(child), child.first_name, child.birth_date, age_on(child.birth_date, today),
            schools.get(child.school_id or 0), child.class_name, child.diet, child.leaves_alone, child.photo_allowed,
            child.doctor, child.health_sealed is not None, health_of(child, sealer) if sealer else None,
            tuple(pickup.get(child.id, ())), _fields(Subject.CHILD, child, waiting), child.version,
        )
        for child in children
    )  # fmt: skip


def _pickup(session: Session, child_ids: Sequence[int]) -> dict[int, list[PickupRow]]:
    found: dict[int, list[PickupRow]] = {}
    query = select(PickupPerson).where(PickupPerson.child_id.in_(child_ids))
    for person in session.scalars(query.order_by(PickupPerson.allowed.desc(), PickupPerson.name, PickupPerson.id)):
        found.setdefault(person.child_id, []).append(pickup_row(person))
    return found


def pickup_row(person: PickupPerson) -> PickupRow:
    """Give what is read of somebody around a child."""
    return PickupRow(person.id, person.name, person.relation, person.phone, person.allowed, person.contact)


def _fields(
    subject: Subject, person: Guardian | Child, waiting: Mapping[tuple[str, int, str], Waiting]
) -> tuple[FieldRow, ...]:
    rows = []
    for field in FIELDS[subject]:
        stored, wish = field.of(person), waiting.get((subject, person.id, field.name))
        rows.append(
            FieldRow(
                field.name, field.label, field.in_words(stored), stored, field.shape, field.choices, field.required,
                field.family_may_edit, field.needs_approval, field.in_words(wish.wished) if wish else None,
            )
        )  # fmt: skip
    return tuple(rows)
