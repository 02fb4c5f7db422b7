"""The thread that asks PayFiP of every payment that has no answer: its notifications may never come."""

import logging
import threading

from backoffice.portal.payfip import Payments

EVERY = 5.0  # seconds
log = logging.getLogger("marelle.portal")


class Poller:
    """Asks until stopped; what it has not asked when it stops, it asks after the next start."""

    def __init__(self, payments: Payments, every: float = EVERY) -> None:
        self._payments, self._every = payments, every
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to ask, on a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="payfip", daemon=True)
        self._thread.start()

    def stop(self, within: float = 5.0) -> None:
        """Stop asking; a question that PayFiP is slow to answer is left alone."""
        self._over.set()
        self._payments.woken.set()
        if self._thread is not None:
            self._thread.join(within)
            self._thread = None

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._payments.ask_pending()
            except Exception:
                if self._over.is_set():  # the store was closed meanwhile
                    return
                log.exception("payments cannot be asked about")
            self._payments.woken.wait(self._every)
            self._payments.woken.clear()
