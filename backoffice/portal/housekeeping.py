"""What the portal need not keep any longer goes, a little every day; what the office has not taken stays, however old."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select

from backoffice.portal.guesses import FORGET_GUESSES
from backoffice.portal.outbox import FAMILY_KINDS
from backoffice.portal.settings import IDLE, KEPT_CONNECTIONS, LONGEST
from backoffice.portal.store import Store, Work
from backoffice.portal.thread import SHOWN_MEANWHILE
from backoffice.sync.contract import ViewKind
from models.base import PortalBase
from models.portal import Account, Connection, Feed, Guess, OnlinePayment, OutboxAction, ShownView, SignIn, Upload

KEPT_ACTIONS = timedelta(days=90)  # as long as the office shows a request; one that still waits is kept longer
KEPT_BETWEEN_US = timedelta(days=30)  # what only the two programs told each other
KEPT_PAYMENTS = timedelta(days=400)  # thirteen months: as long as a bank may contest a card payment
KEPT_FEEDS = timedelta(days=400)  # unused
EVERY = timedelta(days=1)
OPEN_PAYMENTS = ("opening", "started")
EMPTIED = ""
log = logging.getLogger("marelle.portal")


@dataclass(frozen=True, slots=True)
class Tidied:
    """How much of each thing went, or would go."""

    connections: int = 0
    guesses: int = 0
    sign_ins: int = 0
    actions: int = 0
    emptied: int = 0  # messages and mandates whose text or account is no longer here
    uploads: int = 0
    feeds: int = 0
    payments: int = 0

    @property
    def total(self) -> int:
        """Count all of it."""
        return sum(getattr(self, name) for name in self.__slots__)


def tidy(work: Work, *, dry: bool = False) -> Tidied:
    """Let go of what has served; `dry` only counts it."""
    emptied = _empty(work, dry=dry)

    def drop(table: type[PortalBase], *which: ColumnElement[bool]) -> int:
        count = work.session.scalar(select(func.count()).select_from(table).where(*which)) or 0
        if count and not dry:
            work.session.execute(delete(table).where(*which).execution_options(synchronize_session=False))
        return count

    now = work.now
    return Tidied(
        connections=drop(Connection, Connection.at < now - KEPT_CONNECTIONS),
        guesses=drop(Guess, Guess.at < now - FORGET_GUESSES),
        sign_ins=drop(SignIn, or_(SignIn.until <= now, SignIn.seen_at <= now - IDLE)),
        uploads=drop(Upload, _is_taken(Upload.action_id)),
        feeds=drop(Feed, _is_forgotten(work)),
        payments=drop(
            OnlinePayment,
            OnlinePayment.state.not_in(OPEN_PAYMENTS),
            OnlinePayment.started_at < now - KEPT_PAYMENTS,
            or_(OnlinePayment.told_id.is_(None), ~_waits(OnlinePayment.told_id)),
        ),
        actions=drop(OutboxAction, *_has_served(work)),
        emptied=emptied,
    )


def _has_served(work: Work) -> tuple[ColumnElement[bool], ...]:
    """Select the actions that the office has taken and that no page needs: never one that it has not."""
    waits = exists().where(
        ShownView.kind == ViewKind.REQUEST,
        ShownView.key == OutboxAction.id,
        ShownView.family_id == OutboxAction.family_id,
        or_(ShownView.body["status"].as_string() == "waiting", ShownView.body["status"].as_string() == "listed"),
    )
    of_family = OutboxAction.kind.in_(FAMILY_KINDS)
    return (
        OutboxAction.collected_at.is_not(None),
        or_(
            of_family & (OutboxAction.collected_at < work.now - KEPT_ACTIONS) & ~waits,
            ~of_family & (OutboxAction.collected_at < work.now - KEPT_BETWEEN_US),
        ),
    )


def _is_forgotten(work: Work) -> ColumnElement[bool]:
    closed = exists().where(Account.guardian_id == Feed.guardian_id, ~Account.open)
    unused = func.coalesce(Feed.used_at, Feed.created_at) < work.now - KEPT_FEEDS
    return or_(closed, unused, Feed.revoked_at < work.now - LONGEST)  # no form of a sign-in outlives it


def _is_taken(action_id: Any) -> ColumnElement[bool]:
    return exists().where(OutboxAction.id == action_id, OutboxAction.collected_at.is_not(None))


def _waits(action_id: Any) -> ColumnElement[bool]:
    return exists().where(OutboxAction.id == action_id, OutboxAction.collected_at.is_(None))


def _empty(work: Work, *, dry: bool) -> int:
    """Take the words out of the messages, and the sealed accounts out of the mandates, that the office has taken."""
    count = 0
    for kind, word, kept in (("message", "text", SHOWN_MEANWHILE), ("mandate", "sealed", timedelta(0))):
        query = select(OutboxAction).where(
            OutboxAction.kind == kind,
            OutboxAction.collected_at <= work.now - kept,
            OutboxAction.payload[word].as_string() != EMPTIED,
        )
        actions: Sequence[OutboxAction] = work.session.scalars(query).all()
        count += len(actions)
        if not dry:
            for action in actions:
                action.payload = {**action.payload, word: EMPTIED}
    work.session.flush()
    return count


class Housekeeper:
    """Tidies when the portal starts, then every day, on a thread of its own."""

    def __init__(self, store: Store) -> None:
        self._store, self._over = store, threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, once what is being done is done."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _run(self) -> None:
        while True:
            try:
                gone = self._store.write(tidy)
                log.info("housekeeping: %s rows", gone.total)
            except Exception:  # a fault here closes no page: tomorrow is another day
                log.exception("housekeeping failed")
            if self._over.wait(EVERY.total_seconds()):
                return
