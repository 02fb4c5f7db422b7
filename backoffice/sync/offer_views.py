"""The views of enrolments: those of each household, and those that families may ask for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.clock import paris_day
from backoffice.enrolments.asked import AskedRow, asked_by_families
from backoffice.enrolments.lists import EnrolmentRow, enrolments_of_families
from backoffice.families.lists import children_of
from backoffice.office import ViewKey
from backoffice.sync.contract import (
    AskedLine,
    EnrollableChild,
    EnrolmentLine,
    EnrolmentsView,
    OfferLine,
    OffersView,
)
from backoffice.sync.frame import Frame, Shown
from models.office.bookings import EnrolmentOpening, OpeningDocument
from models.office.documents import DocumentKind
from models.office.families import Child, Family
from models.office.structure import Activity, Facility, Service
from models.vocabulary import EnrolmentStatus

SOON, LATELY = timedelta(days=60), timedelta(days=7)  # how long before it opens, and after it closes, an offer is shown


def enrolments(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the households' enrolments, what they have asked for, and for whom they may ask."""
    ids = [family_id for _, _, family_id in keys]
    rows, asked, children = (
        enrolments_of_families(frame.session, ids),
        asked_by_families(frame.session, ids),
        children_of(frame.session, ids),
    )
    residents = dict(frame.session.execute(select(Family.id, Family.resident).where(Family.id.in_(ids))).all())
    return {
        key: Shown(
            EnrolmentsView(
                lines=tuple(_line(row) for row in rows.get(key[2], ()) if row.status is EnrolmentStatus.ACTIVE),
                asked=tuple(_asked(row) for row in asked.get(key[2], ())),
                children=tuple(_child(child) for child in children.get(key[2], ())),
                resident=residents.get(key[2], True),
            )
        )
        for key in keys
    }


def offers(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build what families may ask for: open now, soon, or lately; the portal compares each window with its clock."""
    return dict.fromkeys(keys, Shown(OffersView(lines=_offers(frame.session, frame.now))))


def _line(row: EnrolmentRow) -> EnrolmentLine:
    return EnrolmentLine(
        child_id=row.child_id,
        child=row.child,
        activity=row.activity,
        place=row.facility,
        group=row.group,
        starts=row.starts,
        ends=row.ends,
        online=row.online,
        activity_id=row.activity_id,
    )


def _asked(row: AskedRow) -> AskedLine:
    return AskedLine(
        request_id=str(row.request_id),
        opening_id=row.opening_id,
        child_id=row.child_id,
        child=row.child,
        activity=row.activity,
        place=row.place,
        starts=row.starts,
        since=row.since,
    )


def _child(child: Child) -> EnrollableChild:
    return EnrollableChild(id=child.id, name=child.first_name, born=child.birth_date)


def _offers(session: Session, now: datetime) -> tuple[OfferLine, ...]:
    query = (
        select(EnrolmentOpening, Activity.name, Facility.name, Service.name)
        .join(Activity, Activity.id == EnrolmentOpening.activity_id)
        .join(Facility, Facility.id == Activity.facility_id)
        .join(Service, Service.id == Activity.service_id)
        .where(EnrolmentOpening.opens_at <= now + SOON, EnrolmentOpening.closes_at > now - LATELY)
        .where(EnrolmentOpening.ends >= paris_day(now))
        .order_by(Activity.position, EnrolmentOpening.starts, EnrolmentOpening.id)
    )
    found = session.execute(query).all()
    needed: dict[int, list[tuple[int, str]]] = {}
    for opening_id, kind_id, name in session.execute(
        select(OpeningDocument.opening_id, DocumentKind.id, DocumentKind.name)
        .join(DocumentKind, DocumentKind.id == OpeningDocument.kind_id)
        .where(OpeningDocument.opening_id.in_([opening.id for opening, *_ in found]), DocumentKind.asked)
        .order_by(DocumentKind.position, DocumentKind.id)
    ):
        needed.setdefault(opening_id, []).append((kind_id, name))
    return tuple(_offer(*row, needed.get(row[0].id, [])) for row in found)


def _offer(
    opening: EnrolmentOpening, activity: str, place: str, service: str, needed: Sequence[tuple[int, str]]
) -> OfferLine:
    return OfferLine(
        id=opening.id,
        activity_id=opening.activity_id,
        activity=activity,
        place=place,
        service=service,
        words=opening.words,
        starts=opening.starts,
        ends=opening.ends,
        opens=opening.opens_at,
        closes=opening.closes_at,
        age_from=opening.age_from,
        age_to=opening.age_to,
        residents_only=opening.residents_only,
        documents=tuple(name for _, name in needed),
        document_kinds=tuple(kind_id for kind_id, _ in needed),
    )
