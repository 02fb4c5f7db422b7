"""`main.py demo`: build the commune of today, then open its window, or play its month and serve its portal."""

import json
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from backoffice.clock import SystemClock, paris_day
from backoffice.demonstration.account import SAMPLE_PASSWORD, open_sample_account
from backoffice.demonstration.build import MAILS, build, clear, demonstration_folder, is_of_today
from backoffice.demonstration.online import pay_some
from backoffice.demonstration.people import SAMPLE_EMAIL
from backoffice.demonstration.show import Shown, play_month
from backoffice.errors import Unavailable
from backoffice.mail.transport import transport_of
from backoffice.office import Office
from backoffice.settings import Settings
from backoffice.sync.client import portal_client
from backoffice.sync.embedded import EmbeddedPortal
from backoffice.sync.loop import synchronise
from resources.french import NARROW, euros, of_month, plural

EVERY = 3.0  # seconds between two turns
PORT, PAYFIP_PORT = 8765, 8766


def run_demonstration(
    folder: Path | None,
    *,
    families: int,
    once: bool,
    as_json: bool,
    open_window: Callable[[Path | None], int] | None,
) -> int:
    """Build if need be, show what to try, then serve until the window closes or Ctrl+C; give the exit code."""
    folder = (folder or demonstration_folder()).resolve()
    prepare(folder, families=families)
    office = Office(folder)
    portal = EmbeddedPortal(folder, office.settings, office.secrets)
    try:
        address = portal.start()
        _synchronise(office)
        with portal_client(office.settings, office.secrets) as client:
            open_sample_account(office, client, pay_some)
        _synchronise(office)
        if open_window is not None:
            _say(_ways_in(folder, address))
            return open_window(folder)
        shown = play_month(office)
        _synchronise(office)
        print(_as_json(folder, address, shown) if as_json else _as_text(folder, address, shown), flush=True)  # noqa: T201 the command's answer
        if not once:
            _say("Le portail est servi. Ctrl+C pour finir.")
            _serve(office)
    finally:
        portal.stop()
        office.close()
    return 0


def prepare(folder: Path, *, families: int) -> None:
    """Make the folder hold the demonstration of today."""
    if is_of_today(folder, families, paris_day(SystemClock().now())):
        return
    clear(folder)
    settings = Settings(
        demonstration=True,
        mail_folder=str(folder / MAILS),
        mail_from="regie@contrexeville.example",
        portal_url=f"http://127.0.0.1:{_free_port(PORT)}",
        payfip_url=f"http://127.0.0.1:{_free_port(PAYFIP_PORT)}/securite",  # its double, held by the portal
    )
    build(folder, families=families, settings=settings, say=_say)


def _synchronise(office: Office) -> None:
    with portal_client(office.settings, office.secrets) as client:
        synchronise(office, client, transport_of(office.settings, office.secrets))


def _serve(office: Office) -> None:
    while True:
        time.sleep(EVERY)
        try:
            _synchronise(office)
        except Unavailable as trouble:
            _say(str(trouble))


def _free_port(wished: int) -> int:
    for port in (wished, 0):
        with socket.socket() as door:
            try:
                door.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(door.getsockname()[1])
    message = "Aucun port n'est libre sur cette machine pour le portail de démonstration."
    raise Unavailable(message)


def _ways_in(folder: Path, address: str) -> str:
    return (
        f"Portail des familles{NARROW}: {address}\n"
        f"Famille de démonstration{NARROW}: {SAMPLE_EMAIL}, mot de passe {SAMPLE_PASSWORD}\n"
        f"Données{NARROW}: {folder}\n"
        f"Courriels envoyés (aucun ne quitte cette machine){NARROW}: {folder / MAILS}"
    )


def _as_text(folder: Path, address: str, shown: Shown) -> str:
    month = of_month(shown.month)
    lines = [
        _ways_in(folder, address),
        f"Factures {month}{NARROW}: {plural(shown.issued, 'émise', 'émises')}, {euros(shown.total_cents)}. Par exemple{NARROW}:",
        *(f"  {file}" for file in shown.invoices),
        f"Feuille d'appel{NARROW}:",
        f"  {shown.roll_call}",
        f"Présences {month}{NARROW}:",
        *(f"  {file}" for file in shown.sheets),
    ]
    return "\n".join(lines)


def _as_json(folder: Path, address: str, shown: Shown) -> str:
    return json.dumps(
        {
            "portal": address,
            "login": SAMPLE_EMAIL,
            "password": SAMPLE_PASSWORD,
            "data": str(folder),
            "mails": str(folder / MAILS),
            "month": f"{shown.month:%Y-%m}",
            "issued": shown.issued,
            "total_cents": shown.total_cents,
            "invoices": [str(file) for file in shown.invoices],
            "roll_call": str(shown.roll_call),
            "sheets": [str(file) for file in shown.sheets],
        },
        ensure_ascii=False,
    )


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201 progress, apart from the answer
