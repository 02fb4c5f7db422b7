"""An opening: many families wish the same few places at the same second; for figures, and for a smaller test."""

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from backoffice.clock import SetClock
from backoffice.office import Office, Work
from backoffice.permissions import SYSTEM
from backoffice.portal import outbox
from backoffice.portal.outbox import Author, Form
from backoffice.portal.store import Store
from backoffice.portal.store import Work as StoreWork
from backoffice.sync.client import PortalClient
from backoffice.sync.collect import collect
from backoffice.sync.contract import BookingsChange, CellState, CellWish
from backoffice.sync.mark import mark_everything
from backoffice.sync.publish import publish
from models.office.bookings import Booking, Enrolment, WaitingEntry
from models.office.families import Child, Family, FamilyChild, Guardian
from models.office.structure import Activity
from models.vocabulary import BookingState, EnrolmentStatus, FamilyKind, WaitingState
from tests.factories import AGENT, NEXT_MONDAY, NOW, TODAY, Town, a_commune
from tests.live import LiveTown

FIRST = 1001  # the ids of the families, of their guardians and of their children


@dataclass(frozen=True, slots=True)
class Race:
    """Who got a place and who waits, in order, and how long the office took."""

    families: int
    seconds: float
    booked: list[int]
    listed: list[int]

    @property
    def fair(self) -> bool:
        """Tell whether the first received are booked, and all the others wait in the order of their receipt."""
        arrived = [*range(FIRST, FIRST + self.families)]
        return self.booked + self.listed == arrived

    @property
    def ms_an_action(self) -> float:
        """Give the time that the office takes for an action: applied, answered, published, acknowledged."""
        return 1000 * self.seconds / self.families


def race(folder: Path, families: int = 2000, places: int = 60) -> Race:
    """Let families race for places, on the loopback; the first publication is not counted."""
    with LiveTown(folder, clock=SetClock(NOW)) as live:
        town = a_commune(live.office, capacity=places)
        fill(live.office, town, families)
        with live.client() as client:
            live.office.write(mark_everything, SYSTEM)
            publish(live.office, client)
            ask(live.server.app.extensions["marelle"].store, town, families)
            return run(live.office, client, families)


def run(office: Office, client: PortalClient, families: int) -> Race:
    """Collect what the families asked."""
    start = time.perf_counter()
    report = collect(office, client)
    seconds = time.perf_counter() - start
    assert (report.applied, report.set_aside) == (families, 0)
    return Race(families, seconds, *office.read(_result))


def fill(office: Office, town: Town, families: int) -> None:
    """Insert families of one child each, enrolled in the canteen, whose waiting list is open."""
    ids = range(FIRST, FIRST + families)

    def write(work: Work) -> None:
        work.session.execute(update(Activity).values(waiting_list=True))
        work.session.execute(insert(Family), [_family(at) for at in ids])
        work.session.execute(insert(Guardian), [_guardian(at) for at in ids])
        work.session.execute(insert(Child), [_child(town, at) for at in ids])
        work.session.execute(insert(FamilyChild), [{"family_id": at, "child_id": at} for at in ids])
        work.session.execute(insert(Enrolment), [_enrolment(town, at) for at in ids])

    office.write(write, AGENT)


def ask(store: Store, town: Town, families: int) -> None:
    """Write down on the portal that each family wishes next Monday's meal, in the order of their ids."""

    def write(work: StoreWork) -> None:
        wish = CellWish(unit_id=town.meal_id, day=NEXT_MONDAY, seen=CellState.FREE, wished=CellState.BOOKED)
        for at in range(FIRST, FIRST + families):
            payload = BookingsChange(child_id=at, cells=(wish,))
            outbox.append(work, Author(at, at), payload, Form.of(outbox.new_form_key(), [str(at)]))

    store.write(write)


def _result(session: Session) -> tuple[list[int], list[int]]:
    booked = select(Booking.child_id).where(Booking.state == BookingState.BOOKED).order_by(Booking.id)
    listed = select(WaitingEntry.child_id).where(WaitingEntry.state == WaitingState.WAITING)
    ordered = listed.order_by(WaitingEntry.priority, WaitingEntry.id)
    return list(session.scalars(booked)), list(session.scalars(ordered))


def _family(at: int) -> dict[str, object]:
    key = f"foyer {at}"
    return {
        "id": at, "number": f"G{at:06}", "name": f"Foyer {at}", "search_key": key, "kind": FamilyKind.TOGETHER,
        "resident": True,
    }  # fmt: skip


def _guardian(at: int) -> dict[str, object]:
    return {
        "id": at, "family_id": at, "position": 1, "is_payer": True, "last_name": f"Foyer {at}", "first_name": "Camille",
        "email": f"foyer.{at}@exemple.fr", "street": "1 rue des Tilleuls", "postal_code": "88140", "city": "Contrexéville",
        "account_opened": False,
    }  # fmt: skip


def _child(town: Town, at: int) -> dict[str, object]:
    return {
        "id": at, "last_name": f"Foyer {at}", "first_name": "Léa", "search_key": f"foyer {at} lea",
        "birth_date": TODAY.replace(year=2019), "school_id": town.school_id, "class_name": "CE1",
    }  # fmt: skip


def _enrolment(town: Town, at: int) -> dict[str, object]:
    return {
        "child_id": at, "activity_id": town.canteen_id, "age_group_id": town.canteen_group_id, "payer_family_id": at,
        "starts": TODAY.replace(month=9, day=1), "ends": TODAY.replace(year=2027, month=7, day=3),
        "status": EnrolmentStatus.ACTIVE,
    }  # fmt: skip
