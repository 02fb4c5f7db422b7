"""Collecting: what families did is applied in receipt order, exactly once, answered, then acknowledged."""

import logging
from dataclasses import dataclass
from uuid import UUID

from backoffice.errors import StaleRecord, Unavailable
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.requests.receive import Receipt, receive, set_aside
from backoffice.sync.client import PortalClient, Unreadable
from backoffice.sync.contract import Action
from backoffice.sync.publish import publish

PAGE = 200
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


def collect(office: Office, client: PortalClient) -> CollectReport:
    """Fetch, apply each action in its own transaction, publish the answers, and only then acknowledge.

    Kill either side anywhere and run again: an action fetched twice is applied once, and nothing is acknowledged that
    is not applied.

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
        for action in fresh:
            receipt, poisonous = _apply(office, action)
            applied += receipt.applied and not poisonous
            waiting += receipt.waits
            aside += receipt.applied and poisonous
        published += publish(office, client, batches=1).sent
        client.collected([action.id for action in fresh])
        seen.update(action.id for action in fresh)
        if not fetched.more:
            return CollectReport(applied, waiting, aside, published)


def _apply(office: Office, action: Action | Unreadable) -> tuple[Receipt, bool]:
    """Apply one action; one that fails again and again is set aside, so that those behind it pass."""
    if isinstance(action, Unreadable):
        at = action.received_at or office.now()
        return office.write(set_aside, SYSTEM, action.id, at, UNREADABLE), True
    for last in (n == TRIES - 1 for n in range(TRIES)):
        try:
            return office.write(receive, SYSTEM, action), False
        except Unavailable:
            raise
        except StaleRecord as error:
            if last:  # agents are busy with this very file: the next turn will find it free
                raise Unavailable(str(error)) from error
        except Exception:  # whatever is wrong with it, the actions behind it must pass
            log.exception("action %s cannot be applied", action.id)
    return office.write(set_aside, SYSTEM, action.id, action.received_at, FAULTY, action=action), True
