"""A morning's worth of requests: what families sent to the portal since yesterday evening, as the office receives it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from backoffice.clock import monday
from backoffice.demonstration.commune import Place
from backoffice.demonstration.people import Household, Town
from backoffice.office import Work
from backoffice.requests.receive import receive
from backoffice.rulebook.in_force import read_rules
from backoffice.sync.contract import Action, BookingsChange, CellState, CellWish, FieldsChange, FieldWish, Payload
from models.office.bookings import Booking, Enrolment
from models.office.families import Child, Guardian

MORNING = 14  # requests that wait when the agent arrives
Wish = Callable[[Work, Town, Place, Household], Payload | None]


def build_requests(work: Work, place: Place, town: Town) -> int:
    """Let families ask: new addresses, e-mails and classes, bookings past their limit, and some in time."""
    wishes: tuple[Wish, ...] = (_address, _late_booking, _email, _late_cancel, _class, _phone, _in_time)
    draw, made = Random(town.random.random()), 0  # noqa: S311 a demonstration
    askers = [household for household in town.households[1:] if household.children]
    draw.shuffle(askers)
    for at, household in enumerate(askers[: MORNING * 3]):
        payload = wishes[at % len(wishes)](work, town, place, household)
        if payload is None or made >= MORNING:
            continue
        made += 1
        moment = work.now - timedelta(minutes=(MORNING - made) * 47 + draw.randrange(40))
        receive(work, Action(id=action_id(moment, draw), received_at=moment, guardian_id=household.guardians[0],
                             family_id=household.id, payload=payload))  # fmt: skip
    return made


def _address(work: Work, town: Town, place: Place, household: Household) -> Payload:  # noqa: ARG001 one shape for all wishes
    guardian = work.session.get_one(Guardian, household.guardians[0])
    street = f"{town.random.randrange(1, 60)} {town.random.choice(town.words['streets'])}"
    return _fields("guardian", guardian.id, ("street", guardian.street, street))


def _email(work: Work, town: Town, place: Place, household: Household) -> Payload:  # noqa: ARG001 see _address
    guardian = work.session.get_one(Guardian, household.guardians[0])
    name, _, domain = (guardian.email or "").partition("@")
    return _fields("guardian", guardian.id, ("email", guardian.email or "", f"{name}.nouveau@{domain}"))


def _phone(work: Work, town: Town, place: Place, household: Household) -> Payload:  # noqa: ARG001 see _address
    guardian = work.session.get_one(Guardian, household.guardians[0])
    phone = f"06 39 98 {town.random.randrange(100):02} {town.random.randrange(100):02}"
    return _fields("guardian", guardian.id, ("mobile", guardian.mobile or "", phone))


def _class(work: Work, town: Town, place: Place, household: Household) -> Payload | None:  # noqa: ARG001 see _address
    child = work.session.get_one(Child, household.children[0].id)
    following = {"PS": "MS", "MS": "GS", "CP": "CE1", "CE1": "CE2", "CE2": "CM1", "CM1": "CM2"}.get(
        child.class_name or ""
    )
    return _fields("child", child.id, ("class_name", child.class_name or "", following)) if following else None


def _late_booking(work: Work, town: Town, place: Place, household: Household) -> Payload | None:
    """The next day's care, asked after its limit: the régie decides."""
    return _cell(
        work, town, place, household, ("PERI-SOIR", "PERI-MATIN", "CRECHE-APRES-MIDI"), days=0, wished=CellState.BOOKED
    )


def _late_cancel(work: Work, town: Town, place: Place, household: Household) -> Payload | None:
    return _cell(
        work, town, place, household, ("PERI-SOIR", "MER-JOURNEE", "CRECHE-MATIN"), days=0, wished=CellState.FREE
    )


def _in_time(work: Work, town: Town, place: Place, household: Household) -> Payload | None:
    return _cell(work, town, place, household, ("REPAS", "PERI-SOIR", "PERI-MATIN"), days=14, wished=CellState.BOOKED)


def _cell(
    work: Work, town: Town, place: Place, household: Household, units: tuple[str, ...], *, days: int, wished: CellState
) -> Payload | None:
    """Find the first day, from so many days on, on which a child of the household can wish so."""
    rules, kid = read_rules(work.session), household.children[0]
    for code in units:
        unit = place.units[code]
        activity = next(name for name, at in place.activities.items() if at == unit.activity_id)
        enrolled = work.session.scalar(
            select(Enrolment.id).where(Enrolment.child_id == kid.id, Enrolment.activity_id == unit.activity_id)
        )
        for day in _days(town.season.today + timedelta(days=days)) if enrolled else ():
            booked = work.session.scalar(
                select(Booking.id).where(Booking.child_id == kid.id, Booking.unit_id == unit.id, Booking.day == day)
            )
            closed = rules.closed(activity, day)
            if not closed and bool(booked) == (wished is CellState.FREE):
                seen = CellState.BOOKED if booked else CellState.FREE
                cell = CellWish(unit_id=unit.id, day=day, seen=seen, wished=wished)
                return BookingsChange(child_id=kid.id, cells=(cell,))
    return None


def _days(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(8) if monday(first + timedelta(days=n)) >= monday(first)]


def _fields(subject: str, subject_id: int, *fields: tuple[str, str, str]) -> FieldsChange:
    wishes = tuple(FieldWish(name=name, seen=seen, wished=wished) for name, seen, wished in fields)
    return FieldsChange(subject=subject, subject_id=subject_id, fields=wishes)


def action_id(moment: datetime, draw: Random) -> UUID:
    """Make a UUIDv7 of a moment of the past, the same every time."""
    value = int(moment.timestamp() * 1000) << 80 | 7 << 76 | draw.getrandbits(12) << 64 | 2 << 62 | draw.getrandbits(62)
    return UUID(int=value)
