"""A child enters an activity, or leaves it: the one place where enrolments are made and ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from backoffice.bookings.book import change_cell
from backoffice.bookings.cells import hold_places
from backoffice.bookings.rules import Effect, Grant
from backoffice.bookings.waiting_entries import LIVING, close_entry
from backoffice.bookings.waiting_list import NOT_ENROLLED, serve_activity
from backoffice.clock import month_start
from backoffice.enrolments.rules import period_faults
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.families.lists import full_name
from backoffice.office import Changed, Work
from backoffice.sync.mark import mark_cells, mark_child
from models.office.billing import Invoice, InvoiceLine
from models.office.bookings import Attendance, Booking, Enrolment, WaitingEntry
from models.office.contracts import Contract
from models.office.families import Child, FamilyChild
from models.office.structure import Activity, AgeGroup, Unit
from models.vocabulary import BookingState, EnrolmentStatus, InvoiceStatus, Origin, Role, Verdict, WaitingState
from resources.french import long_date, of_name, plural, short_date

ONE_DAY = timedelta(days=1)
CANCEL = Grant(Effect.CANCEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A child in a group of an activity, between two dates, at a household's expense."""

    child_id: int
    family_id: int
    activity_id: int
    group_id: int
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class EnrolReport:
    """The enrolment, and what was done."""

    enrolment_id: int
    sentence: str


class SeatRefused(RefusedByRule):
    """An enrolment cannot be: what is wrong, by field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(f"{next(iter(faults.values()))} Rien n'a été enregistré.")
        self.faults = faults


class BookingsRemain(RefusedByRule):
    """Days are booked after the last one: the agent says whether they are to be cancelled."""

    def __init__(self, child: str, days: Sequence[date]) -> None:
        self.count = len(days)
        last = f", jusqu'au {short_date(days[-1])}" if len(days) > 1 else ""
        super().__init__(
            f"{child} a encore {plural(len(days), 'réservation')} après cette date, à partir du {short_date(days[0])}"
            f"{last}. Rien n'a été modifié. Cochez leur annulation, ou choisissez une autre date."
        )


def enrol(work: Work, wished: Seat) -> EnrolReport:
    """Enrol a child in an activity: its household may then book.

    Raises:
        SeatRefused: the child is not of the household, the group not of the activity, or it is enrolled there already.
    """
    work.agent.must_be(Role.AGENT)
    session = work.session
    child = _held(session, wished.child_id)
    activity, group = session.get(Activity, wished.activity_id), session.get(AgeGroup, wished.group_id)
    if activity is None or group is None or group.activity_id != activity.id:
        raise SeatRefused({"group": "Choisissez un groupe de cette activité."})
    if session.get(FamilyChild, (wished.family_id, child.id)) is None:
        raise SeatRefused({"child": f"{full_name(child)} n'appartient pas à ce foyer."})
    if faults := period_faults(wished.starts, wished.ends):
        raise SeatRefused(faults)
    if (other := enrolled_between(session, child.id, activity.id, wished.starts, wished.ends)) is not None:
        raise SeatRefused({"starts": _already(child, activity, other)})
    enrolment = Enrolment(
        child_id=child.id, activity_id=activity.id, age_group_id=group.id, payer_family_id=wished.family_id,
        starts=wished.starts, ends=wished.ends, status=EnrolmentStatus.ACTIVE,
    )  # fmt: skip
    session.add(enrolment)
    session.flush()
    mark_child(work, child.id)
    told = {"child_id": child.id, "activity": activity.code, "group": group.code, "family_id": wished.family_id}
    dates = {"starts": str(wished.starts), "ends": str(wished.ends)}
    work.sign("enrol", "enrolment", enrolment.id, new=told | dates)
    _changed(work)
    period = f"du {short_date(wished.starts)} au {short_date(wished.ends)}"
    return EnrolReport(enrolment.id, f"{child.first_name}\u202f: {activity.name}, {group.name}, {period}.")


def end_enrolment(
    work: Work, enrolment_id: int, on: date, *, cancel_bookings: bool = False, seen: date | None = None
) -> EnrolReport:
    """End an enrolment after a day; before its first day, it is taken away as if it had never been.

    What is booked after that day is cancelled if the agent says so, and the places go to those who wait for them.
    `seen` is the last day that the agent had before her eyes.

    Raises:
        StaleRecord: somebody else has changed it since it was read.
        BookingsRemain: days are booked after that one.
        RefusedByRule: the child was seen after that day, a contract runs, or it is billed.
    """
    work.agent.must_be(Role.AGENT)
    enrolment = _running(work.session, enrolment_id, seen)
    child, activity = _held(work.session, enrolment.child_id), work.session.get_one(Activity, enrolment.activity_id)
    on = max(on, enrolment.starts - ONE_DAY)
    _may_end(work.session, enrolment, child, activity, on)
    booked = _booked_after(work.session, enrolment, on)
    if booked and not cancel_bookings:
        raise BookingsRemain(child.first_name, sorted({day for _, _, day in booked}))
    mark_child(work, child.id)  # the weeks that it leaves, too
    _cancel(work, booked)
    _leave_lists(work, enrolment, on)
    done = _cut(work, enrolment, activity, on, cancelled=len(booked))
    serve_activity(work, activity.id)  # those who wait for the places that are left
    mark_child(work, child.id)
    _changed(work)
    cancelled = f" {plural(len(booked), 'réservation annulée', 'réservations annulées')}." if booked else ""
    return EnrolReport(enrolment_id, f"{child.first_name}, {activity.name}\u202f: {done}.{cancelled}")


def enrolled_between(session: Session, child_id: int, activity_id: int, first: date, last: date) -> Enrolment | None:
    """Find an enrolment of a child in an activity that has a day between two, whichever household made it."""
    query = select(Enrolment).where(
        Enrolment.child_id == child_id,
        Enrolment.activity_id == activity_id,
        Enrolment.status == EnrolmentStatus.ACTIVE,
        Enrolment.starts <= last,
        Enrolment.ends >= first,
    )
    return session.scalars(query.order_by(Enrolment.starts).limit(1)).first()


def hold_child(session: Session, child_id: int) -> Child | None:
    """Let one transaction at a time say where a child is enrolled."""
    return session.get(Child, child_id, with_for_update={"key_share": True})


def _held(session: Session, child_id: int) -> Child:
    child = hold_child(session, child_id)
    if child is None:
        raise SeatRefused({"child": "Cet enfant n'existe pas, ou n'existe plus."})
    return child


def _running(session: Session, enrolment_id: int, seen: date | None) -> Enrolment:
    """Take an enrolment, alone, as the agent saw it."""
    enrolment = session.get(Enrolment, enrolment_id, with_for_update=True)
    if enrolment is None or enrolment.status is not EnrolmentStatus.ACTIVE:
        raise RefusedByRule(
            "Cette inscription n'existe pas, ou n'existe plus. Rien n'a été modifié. Relisez le dossier."
        )
    if seen is not None and seen != enrolment.ends:
        raise StaleRecord("Cette inscription a été modifiée entre-temps. Rien n'a été enregistré. Relisez le dossier.")
    return enrolment


def _cut(work: Work, enrolment: Enrolment, activity: Activity, on: date, *, cancelled: int) -> str:
    """Write the last day, sign it, and say what was done."""
    dates = {"starts": str(enrolment.starts), "ends": str(enrolment.ends)}
    old = {**dates, "child_id": enrolment.child_id, "activity": activity.code}
    work.sign("end", "enrolment", enrolment.id, old=old, new={"ends": str(on), "cancelled": cancelled})
    if on < enrolment.starts:
        work.session.delete(enrolment)
        done = "l'inscription est annulée"
    else:
        enrolment.ends = on
        done = f"l'inscription se termine le {long_date(on)}"
    work.session.flush()
    return done


def _may_end(session: Session, enrolment: Enrolment, child: Child, activity: Activity, on: date) -> None:
    """Check that nothing happened after the last day that an enrolment must cover."""
    if on >= enrolment.ends:
        raise RefusedByRule(
            f"Cette inscription se termine déjà le {short_date(enrolment.ends)}. Rien n'a été modifié. "
            "Choisissez un jour d'avant."
        )
    seen = session.scalar(
        select(func.max(Attendance.day))
        .join(Unit, Unit.id == Attendance.unit_id)
        .where(Attendance.child_id == child.id, Unit.activity_id == activity.id)
        .where(Attendance.day > on, Attendance.day <= enrolment.ends, ~_covered(enrolment, Attendance))
    )
    if seen is not None:
        raise RefusedByRule(
            f"Le pointage {of_name(child.first_name)} est fait le {short_date(seen)}. Rien n'a été modifié. "
            "Choisissez ce jour, ou un jour d'après."
        )
    running = session.scalar(
        select(func.max(Contract.ends)).where(
            Contract.child_id == child.id, Contract.activity_id == activity.id,
            Contract.ends > on, Contract.starts <= enrolment.ends,
        )
    )  # fmt: skip
    if running is not None:
        raise RefusedByRule(
            f"Un contrat {of_name(child.first_name)} court jusqu'au {short_date(running)}\u202f: terminez-le d'abord. "
            "Rien n'a été modifié."
        )
    if on < enrolment.starts and _billed(session, enrolment, activity):
        raise RefusedByRule(
            "Cette inscription a déjà été facturée\u202f: elle ne peut plus être annulée. Rien n'a été modifié. "
            "Terminez-la un jour plus tard."
        )


def _billed(session: Session, enrolment: Enrolment, activity: Activity) -> bool:
    query = (
        select(InvoiceLine.id)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.child_id == enrolment.child_id, InvoiceLine.activity == activity.code)
        .where(Invoice.status != InvoiceStatus.DRAFT)
        .where(Invoice.month.between(month_start(enrolment.starts), enrolment.ends))
    )
    return session.scalar(query.limit(1)) is not None


def _covered(enrolment: Enrolment, happened: type[Attendance | Booking | WaitingEntry]) -> ColumnElement[bool]:
    """Select what another enrolment in the same activity covers: it stays."""
    return (
        exists()
        .where(Enrolment.child_id == enrolment.child_id, Enrolment.activity_id == enrolment.activity_id)
        .where(Enrolment.id != enrolment.id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .where(Enrolment.starts <= happened.day, Enrolment.ends >= happened.day)
    )


def _booked_after(session: Session, enrolment: Enrolment, on: date) -> list[tuple[int, int, date]]:
    query = (
        select(Booking.child_id, Booking.unit_id, Booking.day)
        .join(Unit, Unit.id == Booking.unit_id)
        .where(Booking.child_id == enrolment.child_id, Unit.activity_id == enrolment.activity_id)
        .where(Booking.day > on, Booking.day <= enrolment.ends)
        .where(Booking.state != BookingState.CANCELLED, ~_covered(enrolment, Booking))
    )
    rows = session.execute(query.order_by(Booking.day, Booking.unit_id))
    return [(child_id, unit_id, day) for child_id, unit_id, day in rows]


def _cancel(work: Work, cells: Sequence[tuple[int, int, date]]) -> None:
    """Free what is booked, while the enrolment still says of which group."""
    if cells:
        hold_places(work.session, {unit_id for _, unit_id, _ in cells})
        for cell in cells:
            change_cell(work, cell, CANCEL, origin=Origin.DESK)
        mark_cells(work, cells)


def _leave_lists(work: Work, enrolment: Enrolment, on: date) -> None:
    """Take the child off the waiting lists of the days that it leaves."""
    query = (
        select(WaitingEntry)
        .join(Unit, Unit.id == WaitingEntry.unit_id)
        .where(WaitingEntry.child_id == enrolment.child_id, Unit.activity_id == enrolment.activity_id, LIVING)
        .where(WaitingEntry.day > on, WaitingEntry.day <= enrolment.ends, ~_covered(enrolment, WaitingEntry))
    )
    for entry in work.session.scalars(query.order_by(WaitingEntry.id)).all():
        close_entry(work, entry, WaitingState.LEFT, Verdict.REFUSED, NOT_ENROLLED)


def _already(child: Child, activity: Activity, other: Enrolment) -> str:
    period = f"du {short_date(other.starts)} au {short_date(other.ends)}"
    return f"{child.first_name} a déjà une inscription à l'activité «\xa0{activity.name}\xa0» {period}."


def _changed(work: Work) -> None:
    work.changed(Changed.FAMILIES, Changed.BOOKINGS, Changed.INVOICES)
