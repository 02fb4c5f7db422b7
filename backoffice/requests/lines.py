"""The lines of requests with their French names, for many requests in the same few queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.families.fields import Subject, field_of
from backoffice.families.lists import full_name
from backoffice.requests import words
from backoffice.requests.waiting import CELL
from models.office.families import Child, FamilyChild, Guardian
from models.office.requests import Request, RequestItem
from models.office.structure import Activity, Unit
from models.vocabulary import Verdict

UNKNOWN_CELL = "case inconnue"


@dataclass(frozen=True, slots=True)
class Line:
    """One field or one cell of a request, as it is told."""

    item_id: int
    key: str
    subject: str
    subject_id: int
    field: str
    label: str
    person: str
    day: date | None
    text: str
    then: str
    wished: str
    wished_value: str
    verdict: Verdict
    why: str
    limit_at: datetime | None
    rule: str | None
    steps: tuple[str, ...]
    unit_code: str | None = None
    activity_code: str | None = None

    @property
    def unit_id(self) -> int:
        """Tell which unit a cell is of."""
        return int(self.field)

    @property
    def books(self) -> bool:
        """Tell whether the family wishes to book this cell."""
        return self.wished_value == "booked"


@dataclass(frozen=True, slots=True)
class Names:
    """What people and units are called; a person is named to her own households only."""

    guardians: dict[tuple[int, int], str]  # family, guardian
    children: dict[tuple[int, int], str]  # family, child
    units: dict[int, tuple[str, str | None, str | None]]  # unit's name, its code, its activity's code

    def person(self, family_id: int, item: RequestItem) -> str:
        """Name the person that an item is about."""
        known = self.guardians if item.subject == Subject.GUARDIAN else self.children
        return known.get((family_id, item.subject_id), words.UNKNOWN_PERSON)


def lines_of(session: Session, requests: Iterable[Request]) -> dict[UUID, tuple[Line, ...]]:
    """Read the lines of some requests."""
    families = {request.id: request.family_id for request in requests}
    query = select(RequestItem).where(RequestItem.request_id.in_(families))
    items = session.scalars(query.order_by(RequestItem.request_id, RequestItem.position)).all()
    names = read_names(session, set(families.values()), items)
    found: dict[UUID, list[Line]] = {}
    for item in items:
        found.setdefault(item.request_id, []).append(_line(item, families[item.request_id], names))
    return {request_id: tuple(lines) for request_id, lines in found.items()}


def read_names(session: Session, family_ids: Collection[int], items: Sequence[RequestItem]) -> Names:
    """Read the names that some items need."""
    units = {int(item.field) for item in items if item.subject == CELL and item.field.isdecimal()}
    guardians = session.scalars(select(Guardian).where(Guardian.family_id.in_(family_ids)))
    children = session.execute(
        select(FamilyChild.family_id, Child)
        .join(Child, Child.id == FamilyChild.child_id)
        .where(FamilyChild.family_id.in_(family_ids))
    )
    codes = select(Unit.id, Unit.name, Unit.code, Activity.code).join(Activity, Activity.id == Unit.activity_id)
    return Names(
        {(guardian.family_id, guardian.id): full_name(guardian) for guardian in guardians},
        {(family_id, child.id): child.first_name for family_id, child in children},
        {
            number: (name, unit, activity)
            for number, name, unit, activity in session.execute(codes.where(Unit.id.in_(units)))
        },
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """How one item is told."""

    label: str
    text: str
    then: str
    wished: str
    unit_code: str | None = None
    activity_code: str | None = None


def _line(item: RequestItem, family_id: int, names: Names) -> Line:
    person = names.person(family_id, item)
    told = _told_cell(item, person, names) if item.subject == CELL else _told_field(item, person)
    return Line(
        item_id=item.id,
        key=cell_key(item),
        subject=item.subject,
        subject_id=item.subject_id,
        field=item.field,
        label=told.label,
        person=person,
        day=item.day,
        text=told.text,
        then=told.then,
        wished=told.wished,
        wished_value=item.wished or "",
        verdict=item.verdict,
        why=item.why,
        limit_at=item.limit_at,
        rule=item.rule,
        steps=tuple(item.explanation),
        unit_code=told.unit_code,
        activity_code=told.activity_code,
    )


def _told_cell(item: RequestItem, person: str, names: Names) -> _Told:
    assert item.day is not None
    name, unit, activity = names.units.get(int(item.field), (UNKNOWN_CELL, None, None))
    then, wished = item.then or "", item.wished or ""
    text = words.cell_text(item.day, name, person)
    return _Told(name, text, words.CELL_WORDS.get(then, then), words.WISH_WORDS.get(wished, wished), unit, activity)


def _told_field(item: RequestItem, person: str) -> _Told:
    field, then, wished = field_of(Subject(item.subject), item.field), item.then or "", item.wished or ""
    if field is None:
        return _Told("Champ inconnu", words.field_text("Champ inconnu", person), then, wished)
    return _Told(field.label, words.field_text(field.label, person), field.in_words(then), field.in_words(wished))


def cell_key(item: RequestItem) -> str:
    """Name an item among those of its request."""
    return f"{item.field}:{item.day}" if item.day else item.field
