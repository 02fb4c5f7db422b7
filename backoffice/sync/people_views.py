"""The views of a household: its ways in and its people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select

from backoffice.families.field_rules import FieldRules, read_field_rules
from backoffice.families.fields import Subject
from backoffice.families.lists import age_text, children_of, full_name, guardians_of
from backoffice.families.newcomers import is_named_by
from backoffice.notices.lists import notice_views
from backoffice.office import ViewKey
from backoffice.requests.kinds.person import NEW
from backoffice.requests.waiting import (
    FieldAnswered,
    FieldKey,
    PersonWaiting,
    Waiting,
    answered_fields,
    waiting_fields,
    waiting_people,
)
from backoffice.sync.contract import (
    AccountView,
    FamilyView,
    FieldAnswer,
    FieldView,
    PersonView,
    PlaceView,
    RegieView,
    StructureView,
    WaitingPerson,
)
from backoffice.sync.frame import NOTHING, Frame, Shown
from models.office.families import Child, Family, FamilyChild, Guardian, PickupPerson
from models.office.structure import Commune, Facility, Regie, School
from models.vocabulary import Verdict

ANSWERS_SHOWN = timedelta(days=30)  # beside their fields; « Mes demandes » keeps them longer


def structure(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the commune's view: whom to call, and its places."""
    commune = frame.session.scalars(select(Commune).limit(1)).first()
    regie = frame.session.scalars(select(Regie).order_by(Regie.id).limit(1)).first()
    if commune is None or regie is None:
        return dict.fromkeys(keys, NOTHING)
    facilities = frame.session.scalars(select(Facility).order_by(Facility.id))
    body = StructureView(
        commune=commune.name,
        regie=regie.name,
        street=regie.street,
        city=f"{regie.postal_code} {regie.city}",
        phone=regie.phone,
        email=regie.email,
        places=tuple(
            PlaceView(name=place.name, street=place.street, phone=place.phone, email=place.email)
            for place in facilities
        ),
        demonstration=commune.demonstration,
        upload_key=frame.upload_key,
        addable=read_field_rules(frame.session).addable,
        schools=tuple(frame.session.scalars(select(School.name).order_by(School.name))),
        notices=notice_views(frame.session),
        regies=tuple(
            RegieView(
                id=one.id,
                name=one.name,
                payfip_client=one.payfip_client,
                payfip_mode=one.payfip_mode,
                debits=bool(one.ics),
            )
            for one in frame.session.scalars(select(Regie).order_by(Regie.id))
        ),
    )
    return dict.fromkeys(keys, Shown(body))


def accounts(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the ways in of guardians who were invited; the others have none."""
    ids = {int(key) for _, key, _ in keys}
    found = {person.id: person for person in frame.session.scalars(select(Guardian).where(Guardian.id.in_(ids)))}
    return {key: _account(found.get(int(key[1])), key[2]) for key in keys}


def families(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the households' people: what the structure shows of them, what waits, what was answered lately."""
    ids = [family_id for _, _, family_id in keys]
    found = {family.id: family for family in frame.session.scalars(select(Family).where(Family.id.in_(ids)))}
    known = _read(frame, ids)
    return {key: Shown(_family(known, found[key[2]])) if key[2] in found else NOTHING for key in keys}


@dataclass(frozen=True, slots=True)
class Known:
    """What the files of some households are built from."""

    today: date
    rules: FieldRules
    guardians: Mapping[int, Sequence[Guardian]]
    children: Mapping[int, Sequence[Child]]
    around: Mapping[int, Sequence[PickupPerson]]  # by child
    households: Mapping[int, Sequence[int]]  # the same
    waiting: Mapping[FieldKey, Waiting]
    answers: Mapping[FieldKey, FieldAnswered]
    people: Mapping[int, Sequence[PersonWaiting]]


def _read(frame: Frame, ids: Sequence[int]) -> Known:
    session, children = frame.session, children_of(frame.session, ids)
    child_ids = {child.id for some in children.values() for child in some}
    around: dict[int, list[PickupPerson]] = {}
    query = select(PickupPerson).where(
        PickupPerson.child_id.in_(child_ids),
        PickupPerson.allowed | PickupPerson.contact,  # who must not come is never published
    )
    for person in session.scalars(query.order_by(PickupPerson.name, PickupPerson.id)):
        around.setdefault(person.child_id, []).append(person)
    households: dict[int, list[int]] = {}
    belong = select(FamilyChild.child_id, FamilyChild.family_id).where(FamilyChild.child_id.in_(child_ids))
    for child_id, family_id in session.execute(belong):
        households.setdefault(child_id, []).append(family_id)
    return Known(
        frame.today, read_field_rules(session), guardians_of(session, ids), children, around, households,
        waiting_fields(session, ids), answered_fields(session, ids, frame.now - ANSWERS_SHOWN),
        waiting_people(session, ids),
    )  # fmt: skip


def _family(known: Known, family: Family) -> FamilyView:
    waiting = known.people.get(family.id, ())
    leaving = {who.subject_id: str(who.request_id) for who in waiting if who.subject not in NEW}
    children = known.children.get(family.id, ())
    return FamilyView(
        number=family.number,
        name=family.name,
        people=(
            *(_guardian(known, family.id, guardian) for guardian in known.guardians.get(family.id, ())),
            *(_child(known, family.id, child) for child in children),
            *(
                _around(person, child, leaving)
                for child in children
                for person in known.around.get(child.id, ())
                if is_named_by(person, family.id, known.households[child.id])
            ),
        ),
        waiting=tuple(
            WaitingPerson(
                request_id=str(who.request_id),
                kind=NEW[who.subject],
                name=who.name,
                child_id=who.subject_id or None,
                since=who.since,
            )
            for who in waiting
            if who.subject in NEW
        ),
    )


def _guardian(known: Known, family_id: int, guardian: Guardian) -> PersonView:
    return PersonView(
        kind="guardian",
        id=guardian.id,
        name=full_name(guardian),
        role="responsable",
        fields=_fields(known, family_id, Subject.GUARDIAN, guardian),
    )


def _child(known: Known, family_id: int, child: Child) -> PersonView:
    return PersonView(
        kind="child",
        id=child.id,
        name=full_name(child),
        role=f"enfant, {age_text(child.birth_date, known.today)}",
        fields=_fields(known, family_id, Subject.CHILD, child),
    )


def _around(person: PickupPerson, child: Child, leaving: Mapping[int, str]) -> PersonView:
    """Show somebody to call, or who may collect a child."""
    phone = FieldView(
        name="phone", label="Téléphone", value=person.phone or "", editable=False, required=False, shape="phone"
    )
    parts = (("à prévenir", person.contact), (f"peut venir chercher {child.first_name}", person.allowed))
    return PersonView(
        kind="pickup" if person.allowed else "contact",
        id=person.id,
        name=person.name,
        role=", ".join([person.relation, *(words for words, holds in parts if holds)]),
        fields=(phone,) if person.phone else (),
        child_id=child.id,
        waiting_request=leaving.get(person.id),
    )


def _fields(known: Known, family_id: int, subject: Subject, person: Guardian | Child) -> tuple[FieldView, ...]:
    views = []
    for field in known.rules.shown(subject):
        key = (family_id, str(subject), person.id, field.name)
        wish, answer = known.waiting.get(key), known.answers.get(key)
        views.append(
            FieldView(
                name=field.name,
                label=field.label,
                value=field.of(person),
                editable=field.family_may_edit,
                required=field.required,
                shape=field.shape,
                choices=field.choices,
                needs_approval=field.needs_approval,
                waiting=wish.wished if wish else None,
                waiting_since=wish.since if wish else None,
                waiting_request=str(wish.request_id) if wish else None,
                answer=_answer(answer) if answer and not wish else None,
            )
        )
    return tuple(views)


def _answer(answer: FieldAnswered) -> FieldAnswer:
    verdict: Literal["accepted", "refused"] = "accepted" if answer.verdict is Verdict.ACCEPTED else "refused"
    return FieldAnswer(wished=answer.wished, verdict=verdict, why=answer.why, at=answer.at)


def _account(guardian: Guardian | None, family_id: int) -> Shown:
    if guardian is None or guardian.family_id != family_id or not guardian.email:
        return NOTHING
    if not (guardian.account_opened or guardian.link_sha256):
        return NOTHING
    return Shown(
        AccountView(
            email=guardian.email,
            name=full_name(guardian),
            open=True,
            link_sha256=guardian.link_sha256,
            link_until=guardian.link_until,
        )
    )
