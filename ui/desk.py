"""One agent at work: the window, the embedded portal, and the exchange with it."""

import platform
import threading
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import PySide6
from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from backoffice.commune import CommuneRow
from backoffice.demonstration.account import SAMPLE_PASSWORD
from backoffice.demonstration.people import SAMPLE_EMAIL
from backoffice.errors import Unavailable
from backoffice.folders import log_folder
from backoffice.mail.lists import MailRow, troubled_mails
from backoffice.mail.retry import send_again
from backoffice.mail.transport import transport_of
from backoffice.messages.lists import unread_threads
from backoffice.office import Changed, Office
from backoffice.permissions import ROLE_NAMES, Agent
from backoffice.requests.lists import RequestCounts, request_counts
from backoffice.sync.client import portal_client
from backoffice.sync.embedded import EmbeddedPortal
from backoffice.sync.lists import sync_state
from backoffice.sync.loop import SyncReport, synchronise
from models.vocabulary import MailState, Role
from resources.french import NARROW, listed, plural
from ui.common.changes import Changes
from ui.common.errors import Surface, Trouble, trouble_of
from ui.common.tasks import Tasks
from ui.shell.identity import Identity
from ui.shell.pulse import Pulse
from ui.shell.sync_state import SyncKind, SyncState
from ui.shell.theme import State
from ui.shell.window import MainWindow
from ui.wiring import screens

EVERY_S = 5
SOON_MS = 400
HIGHEST_FIRST = (Role.ADMINISTRATOR, Role.CASHIER, Role.DIRECTOR, Role.AGENT)
NAMED_MAILS = 3


class Desk(QObject):
    """Joins an open office to its window, and keeps both in step with the portal."""

    exchanged = Signal(object)  # SyncReport
    faltered = Signal(object)  # Trouble: why an exchange did not go through
    soon_asked = Signal()

    def __init__(self, office: Office, agent: Agent, commune: CommuneRow | None, tasks: Tasks) -> None:
        super().__init__()
        self._office, self._agent, self._tasks = office, agent, tasks
        self._portal = (
            EmbeddedPortal(office.folder, office.settings, office.secrets) if office.settings.portal_embedded else None
        )
        self._exchanging: int | None = None  # the thread of the exchange: what it changes asks for no other
        self._left, self._told, self._asked = 0, "", True
        self._state = SyncState()
        self.changes = Changes(self)
        self.window = MainWindow(_identity(office, agent, commune), screens(office, agent, tasks, self.changes))
        self.pulse = Pulse(tasks, self.changes, self._exchange, office.now, every_s=EVERY_S, parent=self)
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._connect()
        office.on_change(self._changed)
        if commune is None:
            self.window.say(
                f"Ce dossier ne contient encore aucune commune{NARROW}: «\xa0main.py demo\xa0» en ouvre une de "
                "démonstration.",
                State.LATE,
            )

    def start(self) -> None:
        """Begin to exchange with the portal."""
        self.pulse.start()
        self._count()

    def close(self) -> None:
        """Stop our portal and let go of the folder; every write has been done."""
        self.pulse.stop()
        if self._portal is not None:
            self._portal.stop()
        self._office.close()

    def _connect(self) -> None:
        self.pulse.stood.connect(self._stood)
        self.pulse.troubled.connect(self.window.show_trouble)
        self.window.sync_asked.connect(self._ask)
        self.window.portal_asked.connect(self._open_portal)
        self.window.closing.connect(self.pulse.stop)
        self.window.closing.connect(self._soon.stop)
        self.changes.changed.connect(self._on_changes)
        self.exchanged.connect(self._on_exchanged, Qt.ConnectionType.QueuedConnection)
        self.faltered.connect(self._on_faltered, Qt.ConnectionType.QueuedConnection)
        self.soon_asked.connect(self._soon.start, Qt.ConnectionType.QueuedConnection)
        self._soon.timeout.connect(self._ask_unless_away)

    def _exchange(self) -> Iterable[str]:
        """Play one full turn, off the GUI thread; the office itself tells what it changed."""
        self._exchanging = threading.get_ident()
        try:
            report = self._turn()
        except (Unavailable, OSError) as error:
            self.faltered.emit(trouble_of(error))
            self._left = self._office.read(sync_state).stale
            raise
        finally:
            self._exchanging = None
        self._left = 0
        self.exchanged.emit(report)
        return ()

    def _turn(self) -> SyncReport:
        """Wake our portal if it sleeps, then exchange; e-mails leave even when it does not wake."""
        asleep: Unavailable | None = None
        if self._portal is not None and not self._portal.running:
            try:
                self._portal.start()
            except Unavailable as error:
                asleep = error
        try:
            with portal_client(self._office.settings, self._office.secrets) as client:
                transport = transport_of(self._office.settings, self._office.secrets)
                return synchronise(self._office, client, transport)
        except Unavailable as error:
            raise asleep or error from error

    def _changed(self, kinds: frozenset[Changed]) -> None:
        """Hear, on the thread that wrote, what a write changed."""
        self.changes.announce(kinds)
        if kinds & {Changed.PORTAL, Changed.MAIL} and threading.get_ident() != self._exchanging:
            self.soon_asked.emit()

    @Slot(frozenset)
    def _on_changes(self, kinds: frozenset[str]) -> None:
        if kinds & {Changed.REQUESTS, Changed.MESSAGES}:
            self._count()

    def _count(self) -> None:
        def show(counts: RequestCounts) -> None:
            self.window.show_badge("requests", counts.waiting)

        self._tasks.read(self, lambda: self._office.read(request_counts), show, lambda _: None)
        unread = partial(self.window.show_badge, "messages")
        self._tasks.read(self, lambda: self._office.read(unread_threads), unread, lambda _: None)

    @Slot()
    def _ask(self) -> None:
        self._asked = True
        self.pulse.ask()

    @Slot()
    def _ask_unless_away(self) -> None:
        """Send at once what an agent just decided, unless the portal is known to be away."""
        if self._state.kind is not SyncKind.UNREACHABLE:
            self.pulse.ask()

    @Slot(object)
    def _stood(self, state: SyncState) -> None:
        """Show how the portal stands; the regular exchange of a portal that is there is not worth a flicker."""
        if state.kind is SyncKind.RUNNING and not self._asked:
            return
        self._asked = state.kind is SyncKind.RUNNING
        self._state = replace(state, waiting=self._left if state.kind is SyncKind.UNREACHABLE else 0)
        self.window.show_sync(self._state)

    @Slot(object)
    def _on_exchanged(self, report: SyncReport) -> None:
        mails = report.mails
        if mails.failed or mails.uncertain:
            self._tasks.read(self, lambda: self._office.read(troubled_mails), self._tell_mails, lambda _: None)
        if mails.postponed:
            waiting = plural(mails.waiting, "e-mail attend", "e-mails attendent")
            self._tell_once(f"Le serveur de messagerie ne répond pas{NARROW}: {waiting}, ils partiront d'eux-mêmes.")
        elif report.warning:
            self._tell_once(report.warning)
        else:
            self._told = ""

    @Slot(object)
    def _on_faltered(self, trouble: Trouble) -> None:
        """Say once why the portal is away; the status bar counts until the next try."""
        if self._told != trouble.sentence:
            self._told = trouble.sentence
            self.window.show_trouble(replace(trouble, retry=self._ask))

    def _tell_once(self, sentence: str) -> None:
        if self._told != sentence:
            self._told = sentence
            self.window.say(sentence, State.LATE)

    def _tell_mails(self, rows: Iterable[MailRow]) -> None:
        """Name the e-mails that did not leave; trying again is the agent's decision."""
        troubled = list(rows)
        if not troubled:
            return
        named = listed(row.recipient for row in troubled[:NAMED_MAILS])
        more = f" et {plural(len(troubled) - NAMED_MAILS, 'autre')}" if len(troubled) > NAMED_MAILS else ""
        sure = all(row.state is MailState.FAILED for row in troubled)
        verb = "n'est pas parti" if sure else "n'est peut-être pas parti"
        sentence = f"Un e-mail {verb}{NARROW}: {named}{more}. Vérifiez l'adresse, puis réessayez."
        self.window.show_trouble(
            Trouble(Unavailable(sentence), Surface.WORLD, sentence, lambda: self._send_again(troubled))
        )

    def _send_again(self, rows: Iterable[MailRow]) -> None:
        for row in rows:
            work = partial(self._office.write, send_again, self._agent, row.id)
            self._tasks.write(self, work, lambda _: None, lambda error: self.window.show_trouble(trouble_of(error)))

    @Slot()
    def _open_portal(self) -> None:
        QDesktopServices.openUrl(QUrl(self._office.settings.public_url))


def _identity(office: Office, agent: Agent, commune: CommuneRow | None) -> Identity:
    role = next((ROLE_NAMES[role] for role in HIGHEST_FIRST if role in agent.roles), "consultation seule")
    return Identity(
        town=commune.name if commune else "commune à créer",
        agent_name=agent.name,
        agent_role=f"{role[:1].upper()}{role[1:]}",
        data_folder=office.folder,
        log_folder=log_folder(),
        versions={"Marelle": _version(), "Python": platform.python_version(), "Qt": PySide6.__version__},
        demonstration=commune is not None and commune.demonstration,
        way_in=f"Au portail{NARROW}: {SAMPLE_EMAIL}, mot de passe {SAMPLE_PASSWORD}"
        if office.settings.demonstration
        else "",
    )


def _version() -> str:
    file = Path(__file__).resolve().parents[1] / "pyproject.toml"
    return str(tomllib.loads(file.read_text("utf-8"))["project"]["version"]) if file.exists() else ""
