"""Which views of the portal a change concerns, and those that the passing weeks bring or take away."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session

from backoffice.clock import monday
from backoffice.office import ViewKey, Work
from backoffice.sync.contract import SHARED, ViewKind, week_of
from backoffice.sync.horizon import horizon
from backoffice.sync.paper_marks import mandate_keys, paper_keys
from models.office.billing import Invoice, InvoicePdf
from models.office.bookings import Enrolment
from models.office.documents import Publication
from models.office.families import Family, FamilyChild, Guardian
from models.office.house import Message, PublishedView
from models.office.requests import Request
from models.office.structure import Activity, Unit
from models.vocabulary import EnrolmentStatus, RequestKind

REQUESTS_SHOWN = timedelta(days=90)
WITHDRAWN = "withdrawn"  # the digest of a view that the portal no longer has


def mark_family(work: Work, family_id: int) -> None:
    """All that a household sees of its people and of their weeks may have changed."""
    guardians = work.session.scalars(select(Guardian.id).where(Guardian.family_id == family_id))
    _show_all(work, {(ViewKind.ACCOUNT, str(guardian_id), family_id) for guardian_id in guardians})
    _show_all(work, _file_keys([family_id]) | _told_keys(work, [family_id]))
    _show_all(work, _week_keys(work.session, _weeks(work), family_ids=[family_id]))


def mark_child(work: Work, child_id: int) -> None:
    """What a child's households see of it may have changed, and what its brothers and sisters pay there: its rank counts."""
    session = work.session
    families = set(session.scalars(select(FamilyChild.family_id).where(FamilyChild.child_id == child_id)))
    payers = set(session.scalars(select(Enrolment.payer_family_id).where(Enrolment.child_id == child_id)))
    _show_all(work, _file_keys(families) | _told_keys(work, families))
    _show_all(work, _week_keys(session, _weeks(work), family_ids=payers))


def mark_cells(work: Work, cells: Iterable[tuple[int, int, date]]) -> None:
    """Cells (child, unit, day) have changed: the weeks of those children, and the places left that all families see."""
    weeks = _weeks(work)
    touched = {(child_id, unit_id, day) for child_id, unit_id, day in cells if monday(day) in weeks}
    if not touched:
        return
    activity_of = _activities_of(work, {unit_id for _, unit_id, _ in touched})
    payers: dict[int, set[int]] = {}
    for child_id, family_id in work.session.execute(
        select(Enrolment.child_id, Enrolment.payer_family_id)
        .where(Enrolment.child_id.in_({child_id for child_id, _, _ in touched}))
        .distinct()
    ):
        payers.setdefault(child_id, set()).add(family_id)
    for child_id, unit_id, day in touched:
        week = week_of(day)
        work.show(ViewKind.ACTIVITY_WEEK, f"{activity_of[unit_id]}:{week}", SHARED)
        for family_id in payers.get(child_id, ()):
            work.show(ViewKind.WEEK, f"{child_id}:{week}", family_id)


def mark_activity(work: Work, activity_id: int) -> None:
    """What an activity offers to all families in each week may have changed."""
    for day in _weeks(work):
        work.show(ViewKind.ACTIVITY_WEEK, f"{activity_id}:{week_of(day)}", SHARED)


def mark_weeks(work: Work) -> None:
    """Every limit and every price that families see may have changed."""
    weeks = _weeks(work)
    _show_all(work, _activity_keys(work.session, weeks) | _week_keys(work.session, weeks))
    _show_all(work, _request_keys(work, Request.kind == RequestKind.BOOKINGS))


def mark_everything(work: Work) -> int:
    """All that the portal must show: its first publication, or its repair."""
    session, weeks = work.session, _weeks(work)
    families = session.scalars(select(Family.id)).all()
    keys: set[ViewKey] = {(ViewKind.STRUCTURE, "", SHARED), (ViewKind.OFFERS, "", SHARED)} | _file_keys(families)
    keys |= {
        (ViewKind.ACCOUNT, str(guardian_id), family_id)
        for guardian_id, family_id in session.execute(select(Guardian.id, Guardian.family_id))
    }
    keys |= _activity_keys(session, weeks) | _week_keys(session, weeks)
    keys |= {
        (ViewKind.INVOICE, str(invoice_id), family_id)
        for invoice_id, family_id in session.execute(
            select(Invoice.id, Invoice.family_id).join(InvoicePdf, InvoicePdf.invoice_id == Invoice.id)
        )
    }
    keys |= _request_keys(work)
    keys |= {(ViewKind.THREAD, "", family_id) for family_id in session.scalars(select(Message.family_id).distinct())}
    keys |= {(ViewKind.PUBLICATION, str(number), SHARED) for number in session.scalars(select(Publication.id))}
    keys |= paper_keys(session, work.today) | mandate_keys(session)
    published = select(PublishedView.kind, PublishedView.key, PublishedView.family_id)
    keys |= {(ViewKind(kind), key, family_id) for kind, key, family_id in session.execute(published)}
    session.execute(update(PublishedView).values(digest=None))  # nothing is taken for shown: the portal may be another
    _show_all(work, keys)
    return len(keys)


def weeks_are_missing(session: Session, today: date) -> bool:
    """Tell whether a week has entered or left what families see and nothing follows it, or nothing was ever published."""
    if _never_published(session):
        return True
    weeks = horizon(session, today)
    left, known = _moved(session, weeks, ViewKind.ACTIVITY_WEEK)
    return bool(left) or not _activity_keys(session, weeks) <= known


def roll_weeks(work: Work) -> int:
    """Bring in the weeks that the horizon has reached, and take away those that it has left behind."""
    if _never_published(work.session):
        return mark_everything(work)
    weeks = _weeks(work)
    left, known = _moved(work.session, weeks, ViewKind.ACTIVITY_WEEK, ViewKind.WEEK)
    entered = (_activity_keys(work.session, weeks) | _week_keys(work.session, weeks)) - known
    _show_all(work, left | entered)
    return len(left) + len(entered)


def _weeks(work: Work) -> list[date]:
    """List the weeks that families see, read once a transaction."""
    if horizon not in work.memo:
        work.memo[horizon] = horizon(work.session, work.today)
    weeks: list[date] = work.memo[horizon]
    return weeks


def _moved(session: Session, weeks: Collection[date], *kinds: ViewKind) -> tuple[set[ViewKey], set[ViewKey]]:
    """Find the weeks that are to be taken away, and all those that are shown; what waits will be drawn as it must be."""
    names, waits = {week_of(day) for day in weeks}, PublishedView.wanted > PublishedView.sent
    columns = PublishedView.kind, PublishedView.key, PublishedView.family_id, waits, PublishedView.digest
    left, known = set[ViewKey](), set[ViewKey]()
    for kind, key, family_id, waiting, digest in session.execute(select(*columns).where(PublishedView.kind.in_(kinds))):
        if waiting or digest != WITHDRAWN:
            known.add((ViewKind(kind), key, family_id))
            if not waiting and key.partition(":")[2] not in names:
                left.add((ViewKind(kind), key, family_id))
    return left, known


def _activities_of(work: Work, unit_ids: set[int]) -> dict[int, int]:
    """Tell which activity each unit belongs to, which never changes: read once a transaction."""
    known: dict[int, int] = work.memo.setdefault(Unit, {})
    if not unit_ids <= known.keys():
        known.update(work.session.execute(select(Unit.id, Unit.activity_id).where(Unit.id.in_(unit_ids))).all())
    return known


def _never_published(session: Session) -> bool:
    """Tell whether all is to be shown: nothing was, or by a version before there were offers; its views lack fields."""
    published = (exists().where(PublishedView.kind == kind) for kind in (ViewKind.STRUCTURE, ViewKind.OFFERS))
    return not session.scalar(select(and_(*published)))


def _file_keys(family_ids: Iterable[int]) -> set[ViewKey]:
    kinds = (ViewKind.FAMILY, ViewKind.ENROLMENTS, ViewKind.DOCUMENTS)
    return {(kind, "", family_id) for family_id in family_ids for kind in kinds}


def _told_keys(work: Work, family_ids: Collection[int]) -> set[ViewKey]:
    """Name what tells of a household's people by their names: its requests, priced as it pays, and its thread."""
    writing = select(Message.family_id).where(Message.family_id.in_(family_ids)).distinct()
    threads: set[ViewKey] = {(ViewKind.THREAD, "", family_id) for family_id in work.session.scalars(writing)}
    return threads | _request_keys(work, Request.family_id.in_(family_ids))


def _request_keys(work: Work, *conditions: ColumnElement[bool]) -> set[ViewKey]:
    query = select(Request.id, Request.family_id).where(Request.received_at >= work.now - REQUESTS_SHOWN, *conditions)
    return {(ViewKind.REQUEST, str(request_id), family_id) for request_id, family_id in work.session.execute(query)}


def _activity_keys(session: Session, weeks: Collection[date]) -> set[ViewKey]:
    names, numbers = [week_of(day) for day in weeks], session.scalars(select(Activity.id))
    return {(ViewKind.ACTIVITY_WEEK, f"{number}:{name}", SHARED) for number in numbers for name in names}


def _week_keys(session: Session, weeks: Collection[date], *, family_ids: Collection[int] | None = None) -> set[ViewKey]:
    """Name the weeks of the enrolled children, for the household that pays."""
    query = select(Enrolment.child_id, Enrolment.payer_family_id, Enrolment.starts, Enrolment.ends).where(
        Enrolment.status == EnrolmentStatus.ACTIVE,
        Enrolment.starts <= max(weeks) + timedelta(days=6),
        Enrolment.ends >= min(weeks),
    )
    if family_ids is not None:
        query = query.where(Enrolment.payer_family_id.in_(family_ids))
    return {
        (ViewKind.WEEK, f"{child_id}:{week_of(day)}", family_id)
        for child_id, family_id, starts, ends in session.execute(query)
        for day in weeks
        if starts <= day + timedelta(days=6) and ends >= day
    }


def _show_all(work: Work, keys: Iterable[ViewKey]) -> None:
    for kind, key, family_id in keys:
        work.show(kind, key, family_id)
