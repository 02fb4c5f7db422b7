"""The portal on a port: a production server that also runs on Windows."""

import gc
import logging
import os
import select
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from socket import AF_INET, AF_INET6, socket
from socket import create_server as create_listener
from sys import setswitchinterval

from waitress import create_server

from backoffice.portal.app import create_app
from backoffice.portal.bodies import LARGEST_PUBLICATION, LARGEST_UPLOAD, Doorkeeper, channel_of
from backoffice.portal.connections import Connections, Dispatcher
from backoffice.portal.context import Portal
from backoffice.portal.housekeeping import Housekeeper
from backoffice.portal.poller import Poller
from backoffice.portal.settings import PortalSettings

THREADS = 16  # those who wait for the disk wait together
CONNECTIONS = 4096 if hasattr(select, "poll") else 480  # at an opening, each family has one; Windows selects among 512
SWITCH = 0.0005  # seconds that a page being drawn keeps the processor from the connections that come
WAITING = 2048  # connections that the system keeps for us meanwhile


def listen(host: str, port: int) -> socket:
    """Open a port; 0 takes a free one.

    Raises:
        OSError: the port is taken, or is not ours to open.
    """
    try:
        return create_listener((host, port), family=AF_INET6 if ":" in host else AF_INET, backlog=WAITING)
    except OSError as error:
        raise OSError(error.errno, os.strerror(error.errno or 0)) from error  # in the system's words alone


class Server:
    """A portal that listens from the moment it is made; port 0 takes a free one."""

    def __init__(
        self, settings: PortalSettings, host: str = "127.0.0.1", port: int = 0, *, beside: socket | None = None
    ) -> None:
        """Listen; `beside` is what another process listens on already, and keeps the house for."""
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue under load is no fault
        self.app = create_app(settings)
        self.listening = beside or listen(host, port)
        dispatcher = Dispatcher()
        dispatcher.set_thread_count(THREADS)
        self._waitress = create_server(
            self.app,
            map=Connections(),
            _dispatcher=dispatcher,
            sockets=[self.listening],
            backlog=WAITING,
            connection_limit=CONNECTIONS,
            asyncore_use_poll=hasattr(select, "poll"),  # select() itself sees no connection beyond the thousandth
            ident="",
            max_request_body_size=LARGEST_PUBLICATION,
            inbuf_overflow=LARGEST_UPLOAD,  # waitress puts larger bodies on the disk: no family's document is one
            clear_untrusted_proxy_headers=not settings.proxies,
        )
        self.host, self.port = host, int(self._waitress.effective_port)
        portal = self.app.extensions["marelle"]
        assert isinstance(portal, Portal)
        self._waitress.channel_class = channel_of(Doorkeeper(settings.sync_key, portal.cookie, portal.knows))
        self._portal, self._poller, self._housekeeper = portal, Poller(portal.payments), Housekeeper(portal.store)
        self._keeps_house = beside is None

    @property
    def address(self) -> str:
        """Where it is reached."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    def run(self) -> None:
        """Answer until closed."""
        if self._keeps_house:
            self._poller.start()
            self._housekeeper.start()
        setswitchinterval(SWITCH)
        self._waitress.run()

    def close(self) -> None:
        """Stop answering and let go of the database."""
        self._waitress.close()
        self._waitress.task_dispatcher.shutdown()
        for channel in list(self._waitress.active_channels.values()):
            channel.part()
        self._poller.stop()
        self._housekeeper.stop()
        self._portal.store.close()


def settle() -> None:
    """Let the collector of cycles forget what was loaded, which stays: it would go through all of it at an opening."""
    gc.collect()
    gc.freeze()


def run(
    settings: PortalSettings,
    host: str = "127.0.0.1",
    port: int = 8765,
    *,
    started: Callable[[str], object] = print,
    around: Callable[[socket], AbstractContextManager[None]] = lambda _listening: nullcontext(),
) -> None:
    """Serve the portal until interrupted; `started` is told its address once it listens, `around` its socket."""
    server = Server(settings, host, port)
    try:
        with around(server.listening):
            started(server.address)
            settle()
            server.run()
    finally:
        server.close()
