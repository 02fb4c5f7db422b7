"""A whole régie alive in one process: its office, its portal on a port of the loopback, its mail; for journeys and figures."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Self

from backoffice.clock import Clock, SystemClock
from backoffice.demonstration.payfip import PayfipDouble
from backoffice.mail.transport import transport_of
from backoffice.office import Office
from backoffice.portal.serve import Server
from backoffice.portal_host import portal_settings
from backoffice.secrets import DemonstrationSecrets
from backoffice.settings import Settings, write_settings
from backoffice.sync.client import PortalClient, portal_client
from backoffice.sync.loop import SyncReport, synchronise
from tests.engines import compile_once
from tests.factories import lay_empty
from tests.servers import MailServer


class LiveTown:
    """An office and its portal, each with its own database, on one clock; use as a context."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock | None = None,
        office_database: str | None = None,
        portal_database: str | None = None,
        smtp: MailServer | None = None,
        payfip: PayfipDouble | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = clock or SystemClock()
        settings = Settings(
            demonstration=True,
            database=office_database,
            portal_database=portal_database,
            portal_embedded=False,
            smtp_host=smtp.host if smtp else None,
            smtp_port=smtp.port if smtp else 25,
            smtp_starttls=False,
            mail_from="regie@contrexeville.example",
            mail_folder=None if smtp else str(folder / "courriels"),
            payfip_url=payfip.service if payfip else None,
        )
        write_settings(folder, settings)
        for side, database, name in (
            ("office", office_database, "marelle.db"),
            ("portal", portal_database, "portail.db"),
        ):
            if not database:
                lay_empty(folder / name, side)
        told = replace(portal_settings(folder, secure=False), clock=self.clock.now)
        self.server = Server(told, port=0)
        self._serving = threading.Thread(target=self.server.run, name="portal", daemon=True)
        self.settings = settings.model_copy(update={"portal_url": self.server.address})
        write_settings(folder, self.settings)
        self.office = Office(folder, clock=self.clock, secrets=DemonstrationSecrets(), settings=self.settings)
        compile_once(self.office.engine)

    def __enter__(self) -> Self:
        self._serving.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.close()
        self._serving.join(10)
        self.office.close()

    def client(self) -> PortalClient:
        """Open the office's line to the portal."""
        return portal_client(self.settings, self.office.secrets)

    def synchronise(self) -> SyncReport:
        """Play one full turn: collect, publish, send."""
        with self.client() as client:
            return synchronise(self.office, client, transport_of(self.settings, self.office.secrets))
