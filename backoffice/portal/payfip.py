"""The portal's line to PayFiP: it opens payments and asks where they stand, always outside any transaction."""

import logging
import threading
import time
from datetime import datetime

from backoffice.errors import RefusedByRule, Unavailable
from backoffice.payfip.client import PayfipClient
from backoffice.payfip.rules import Mode, Order, plain_subject
from backoffice.portal import payment
from backoffice.portal.payment import Asked, Frozen, Payer, Review
from backoffice.portal.settings import PortalSettings
from backoffice.portal.store import Store

READS_WITHIN = 6.0  # seconds a page waits for PayFiP; opening and the poller have longer
QUIET = 15.0  # seconds without a question once PayFiP was found silent
MOST_AT_ONCE = 50
log = logging.getLogger("marelle.portal")


class Payments:
    """Opens payments and asks PayFiP of them; safe from any thread, and from any place where the power is cut."""

    def __init__(self, store: Store, settings: PortalSettings) -> None:
        self._store, self._address = store, settings.payfip_url
        self._own = threading.local()  # a client a thread: zeep's is not safe
        self._silent_until = 0.0
        self.woken = threading.Event()

    def open(self, payer: Payer, asked: Asked, *, notify_url: str, return_url: str) -> Frozen | Review | None:
        """Freeze a basket, then ask PayFiP to open its payment; `return_url` holds {id}.

        An earlier payment of the same invoices is asked about first: it may have been made without our knowing.
        """
        for earlier in self._store.read(payment.unsettled, payer.family_id, asked.keys):
            self.look(earlier)
        frozen = self._store.write(payment.freeze, payer, asked)
        if not isinstance(frozen, Frozen) or not frozen.fresh:
            return frozen
        assert frozen.basket is not None
        order = Order(
            client=frozen.basket.regie.payfip_client or "",
            reference=frozen.reference,
            cents=frozen.basket.cents,
            email=payer.email,
            subject=plain_subject(frozen.basket.subject),
            year=frozen.basket.year,
            notify_url=notify_url,
            return_url=return_url.format(id=frozen.id),
            mode=Mode(frozen.basket.regie.payfip_mode),
        )
        try:
            idop = self._client().create(order)
        except (RefusedByRule, Unavailable) as error:
            log.warning("PayFiP opens no payment: %s", error)
            self._store.write(payment.note_failed, frozen.id)
        else:
            self._store.write(payment.note_started, frozen.id, idop)
        return frozen

    def look(self, payment_id: str) -> None:
        """Ask where a payment stands, for somebody who waits: not too often, and without a word when PayFiP is silent."""
        idop, asked_at = self._store.read(payment.idop_of, payment_id)
        if idop is None or self._is_fresh(asked_at) or time.monotonic() < self._silent_until:
            return
        try:
            self._ask(payment_id, idop, within=READS_WITHIN)
        except Unavailable as error:
            self._silent_until = time.monotonic() + QUIET
            log.warning("PayFiP is silent: %s", error)

    def hear(self, idop: str) -> None:
        """Take a notification for what it is: a hint that a payment which we opened is worth asking about.

        The hint is in the store: the process that hears it may be another than the one that asks.
        """
        known = self._store.read(payment.unheard, idop)
        if known is not None:
            self._store.write(payment.note_hint, known)
            self.woken.set()

    def ask_pending(self) -> int:
        """Ask about every payment that is due, and about those that were notified; give how many were asked."""
        if self._store.read(payment.fallen):
            self._store.write(payment.expire_fallen)
        asked = 0
        for payment_id in self._store.read(payment.due)[:MOST_AT_ONCE]:
            idop, _ = self._store.read(payment.idop_of, payment_id)
            assert idop is not None, "what is due was opened"
            try:
                self._ask(payment_id, idop, within=None)
            except Unavailable as error:  # the next turn asks again
                log.warning("PayFiP is silent: %s", error)
                break
            asked += 1
        return asked

    def _is_fresh(self, asked_at: datetime | None) -> bool:
        """Tell whether PayFiP has just been asked."""
        return payment.just_asked(asked_at, self._store.clock())

    def _ask(self, payment_id: str, idop: str, *, within: float | None) -> None:
        answer = self._client().detail(idop, within=within)
        self._store.write(payment.note_answer, payment_id, answer)

    def _client(self) -> PayfipClient:
        client: PayfipClient | None = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = PayfipClient(self._address)
        return client
