"""Collecting: what families did is applied in receipt order, exactly once, answered, then acknowledged."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from uuid import UUID

from backoffice.bookings.cells import hold_places
from backoffice.documents.arrive import Kept, UnusableUpload, open_upload
from backoffice.errors import StaleRecord, Unavailable
from backoffice.office import Office, Work
from backoffice.permissions import SYSTEM
from backoffice.requests.receive import Receipt, is_applied, receive, set_aside
from backoffice.sync.client import PortalClient, Unreadable
from backoffice.sync.contract import Action, BookingsChange, DocumentSent
from backoffice.sync.publish import publish

PAGE = 200
TOGETHER = 25  # bookings of one transaction: an agent who saves meanwhile waits a quarter of a second
TRIES = 3
UNREADABLE = "Cette demande n'a pas pu être lue. Contactez la régie."
FAULTY = "Cette demande n'a pas pu être appliquée. Contactez la régie."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What a collect did."""

    applied: int = 0
    waiting_requests: int = 0
    set_aside: int = 0
    published: int = 0

    def __add__(self, other: "CollectReport") -> "CollectReport":
        """Count what two collects did."""
        return CollectReport(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))


def collect(office: Office, client: PortalClient) -> CollectReport:
    """Fetch, apply each action in a transaction, publish the answers, and only then acknowledge.

    Bookings that follow one another share a transaction, in receipt order: an opening brings two thousand.
    Kill either side anywhere and run again: an action fetched twice is applied once, and nothing is acknowledged that is
    not applied.

    Raises:
        Unavailable: the portal or the database does not answer; what was applied stays so.
    """
    applied = waiting = aside = published = 0
    seen: set[UUID] = set()
    while True:
        fetched = client.actions(PAGE)
        fresh = [action for action in fetched.actions if action.id not in seen]
        if fetched.nameless:
            log.error("%s action(s) without an id stay on the portal", fetched.nameless)
        if not fresh:
            return CollectReport(applied, waiting, aside, published)
        for together in _runs(fresh):
            for receipt, poisonous in _apply_all(office, client, together):
                applied += receipt.applied and not poisonous
                waiting += receipt.waits
                aside += receipt.applied and poisonous
        published += publish(office, client, batches=1).sent
        client.collected([action.id for action in fresh])
        seen.update(action.id for action in fresh)
        if not fetched.more:
            return CollectReport(applied, waiting, aside, published)


def _runs(actions: Iterable[Action | Unreadable]) -> Iterator[list[Action | Unreadable]]:
    """Cut actions into what one transaction applies: some bookings that follow one another, or one of anything else."""
    run: list[Action | Unreadable] = []
    for action in actions:
        books = isinstance(action, Action) and isinstance(action.payload, BookingsChange)
        if run and (not books or len(run) == TOGETHER):
            yield run
            run = []
        if books:
            run.append(action)
        else:
            yield [action]
    if run:
        yield run


def _apply_all(
    office: Office, client: PortalClient, actions: Sequence[Action | Unreadable]
) -> list[tuple[Receipt, bool]]:
    """Apply a run; when something is wrong with one of them, nothing of the run is kept and each is applied alone."""
    bookings = [action for action in actions if isinstance(action, Action)]
    if len(actions) > 1 and len(bookings) == len(actions):
        try:
            return [(receipt, False) for receipt in office.write(_receive_all, SYSTEM, bookings)]
        except Unavailable:
            raise
        except Exception:  # whatever is wrong with one of them, the others must pass
            log.exception("%s actions cannot be applied together", len(actions))
    return [_apply(office, client, action) for action in actions]


def _receive_all(work: Work, actions: Sequence[Action]) -> list[Receipt]:
    """Apply bookings in receipt order; the places of them all are held first, in the order that everybody takes."""
    changes = [action.payload for action in actions if isinstance(action.payload, BookingsChange)]
    hold_places(work.session, {wish.unit_id for change in changes for wish in change.cells})
    return [receive(work, action) for action in actions]


def _apply(office: Office, client: PortalClient, action: Action | Unreadable) -> tuple[Receipt, bool]:
    """Apply one action; one that fails again and again is set aside, so that those behind it pass."""
    if isinstance(action, Unreadable):
        at = action.received_at or office.now()
        return office.write(set_aside, SYSTEM, action.id, at, UNREADABLE), True
    try:
        document = _fetch(office, client, action)
    except UnusableUpload as trouble:
        return office.write(set_aside, SYSTEM, action.id, action.received_at, str(trouble), action=action), True
    for last in (n == TRIES - 1 for n in range(TRIES)):
        try:
            return office.write(receive, SYSTEM, action, document), False
        except Unavailable:
            raise
        except StaleRecord as error:
            if last:  # agents are busy with this very file: the next turn will find it free
                raise Unavailable(str(error)) from error
        except Exception:  # whatever is wrong with it, the actions behind it must pass
            log.exception("action %s cannot be applied", action.id)
    return office.write(set_aside, SYSTEM, action.id, action.received_at, FAULTY, action=action), True


def _fetch(office: Office, client: PortalClient, action: Action) -> Kept | None:
    """Fetch the document that an action tells of, before any transaction; the portal keeps it until we say we have it."""
    if not isinstance(action.payload, DocumentSent) or office.read(is_applied, action.id):
        return None
    return open_upload(office, action.payload, client.upload(action.payload.upload))
