"""The portal on a port: a production server that also runs on Windows."""

import logging
from collections.abc import Callable

from waitress import create_server

from backoffice.portal.app import create_app
from backoffice.portal.context import Portal
from backoffice.portal.settings import PortalSettings

THREADS = 8
LARGEST_BODY = 256 * 1024 * 1024


class Server:
    """A portal that listens from the moment it is made; port 0 takes a free one."""

    def __init__(self, settings: PortalSettings, host: str = "127.0.0.1", port: int = 0) -> None:
        self.app = create_app(settings)
        self._waitress = create_server(
            self.app,
            host=host,
            port=port,
            ipv4=":" not in host,  # one address, hence one port
            ipv6=":" in host,
            threads=THREADS,
            ident="",
            max_request_body_size=LARGEST_BODY,
            clear_untrusted_proxy_headers=not settings.proxies,
        )
        self.host, self.port = host, int(self._waitress.effective_port)

    @property
    def address(self) -> str:
        """Where it is reached."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    def run(self) -> None:
        """Answer until closed."""
        self._waitress.run()

    def close(self) -> None:
        """Stop answering and let go of the database."""
        self._waitress.close()
        self._waitress.task_dispatcher.shutdown()
        portal = self.app.extensions["marelle"]
        assert isinstance(portal, Portal)
        portal.store.close()


def run(
    settings: PortalSettings,
    host: str = "127.0.0.1",
    port: int = 8765,
    *,
    started: Callable[[str], object] = print,
) -> None:
    """Serve the portal until interrupted; `started` is told its address once it listens."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue under load is no fault
    server = Server(settings, host, port)
    started(server.address)
    try:
        server.run()
    finally:
        server.close()
