"""The views of a household: its ways in, its people, its enrolments and its documents."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from backoffice.documents.lists import documents_of_families
from backoffice.enrolments.lists import enrolments_of_families
from backoffice.families.fields import FIELDS, Subject
from backoffice.families.lists import age_text, children_of, full_name, guardians_of
from backoffice.office import ViewKey
from backoffice.requests.waiting import Waiting, waiting_fields
from backoffice.sync.contract import (
    AccountView,
    DocumentLine,
    DocumentsView,
    EnrolmentLine,
    EnrolmentsView,
    FamilyView,
    FieldView,
    PersonView,
    PlaceView,
    RegieView,
    StructureView,
)
from backoffice.sync.frame import NOTHING, Frame, Shown
from models.office.families import Child, Family, Guardian
from models.office.structure import Commune, Facility, Regie
from models.vocabulary import EnrolmentStatus

WaitingFields = Mapping[tuple[str, int, str], Waiting]


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
        regies=tuple(
            RegieView(id=one.id, name=one.name, payfip_client=one.payfip_client)
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
    """Build the households' people, with what waits of their fields."""
    ids = [family_id for _, _, family_id in keys]
    found = {family.id: family for family in frame.session.scalars(select(Family).where(Family.id.in_(ids)))}
    guardians, children = guardians_of(frame.session, ids), children_of(frame.session, ids)
    waiting = waiting_fields(frame.session, ids)
    built = {}
    for key in keys:
        family = found.get(key[2])
        people = _people(guardians.get(key[2], ()), children.get(key[2], ()), waiting, frame.today)
        built[key] = Shown(FamilyView(number=family.number, name=family.name, people=people)) if family else NOTHING
    return built


def enrolments(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the households' enrolments."""
    rows = enrolments_of_families(frame.session, [family_id for _, _, family_id in keys])
    return {
        key: Shown(
            EnrolmentsView(
                lines=tuple(
                    EnrolmentLine(
                        child_id=row.child_id,
                        child=row.child,
                        activity=row.activity,
                        place=row.facility,
                        group=row.group,
                        starts=row.starts,
                        ends=row.ends,
                        online=row.online,
                    )
                    for row in rows.get(key[2], ())
                    if row.status is EnrolmentStatus.ACTIVE
                )
            )
        )
        for key in keys
    }


def documents(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the documents asked of the households."""
    rows = documents_of_families(frame.session, [family_id for _, _, family_id in keys], frame.today)
    return {
        key: Shown(
            DocumentsView(
                lines=tuple(
                    DocumentLine(
                        owner=row.owner,
                        name=row.name,
                        mandatory=row.mandatory,
                        blocks=row.blocks,
                        state=row.state.value,
                        valid_until=row.valid_until,
                        reason=row.reason,
                    )
                    for row in rows[key[2]]
                )
            )
        )
        for key in keys
    }


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


def _people(
    guardians: Iterable[Guardian], children: Iterable[Child], waiting: WaitingFields, today: date
) -> tuple[PersonView, ...]:
    adults = tuple(
        PersonView(
            kind="guardian",
            id=guardian.id,
            name=full_name(guardian),
            role="responsable",
            fields=_fields(Subject.GUARDIAN, guardian, waiting),
        )
        for guardian in guardians
    )
    return adults + tuple(
        PersonView(
            kind="child",
            id=child.id,
            name=full_name(child),
            role=f"enfant, {age_text(child.birth_date, today)}",
            fields=_fields(Subject.CHILD, child, waiting),
        )
        for child in children
    )


def _fields(subject: Subject, person: Guardian | Child, waiting: WaitingFields) -> tuple[FieldView, ...]:
    views = []
    for field in FIELDS[subject]:
        wish = waiting.get((subject, person.id, field.name))
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
            )
        )
    return tuple(views)
