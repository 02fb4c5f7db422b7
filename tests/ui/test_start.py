"""The desktop from its door to its close: no screen, a folder that does not open, a portal that comes and goes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backoffice.commune import read_commune
from backoffice.errors import Unavailable
from backoffice.families.invite import invite
from backoffice.office import Office
from backoffice.portal import outbox
from backoffice.portal.context import Portal
from backoffice.portal.outbox import Author, Form
from backoffice.settings import Settings
from tests.factories import AGENT, NOW, Town, a_commune, an_office
from tests.letterbox import new_fields
from tests.live import LiveTown
from ui.common.tasks import Tasks
from ui.desk import Desk
from ui.opening import Opened, Opening, open_folder
from ui.requests.screen import RequestsScreen
from ui.shell.sync_state import SyncKind
from ui.start import open_window
from ui.wiring import SUBJECTS, screens

pytestmark = pytest.mark.window
ROOT = Path(__file__).parents[2]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveTown]:
    with LiveTown(tmp_path / "commune") as town:
        yield town


def at_work(qtbot: QtBot, office: Office, tasks: Tasks) -> Desk:
    desk = Desk(office, AGENT, office.read(read_commune), tasks)
    qtbot.addWidget(desk.window)
    desk.window.show()
    desk.start()
    return desk


def test_without_a_screen_a_sentence_says_so(tmp_path: Path) -> None:
    program = f"import sys; from ui.start import open_window; sys.exit(open_window({str(tmp_path)!r}))"
    bare = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    if sys.platform != "linux":
        pytest.skip("un poste sans écran n'existe que sous Linux")
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=bare, capture_output=True, check=False)
    assert done.returncode == 3
    assert done.stderr.decode().startswith("Aucun écran n'est disponible")
    assert list(tmp_path.iterdir()) == []


def test_without_qt_s_libraries_a_sentence_says_which(monkeypatch, capsys) -> None:
    class Broken:
        def find_spec(self, name, *_):
            if name == "ui.opening":
                message = "libEGL.so.1: cannot open shared object file"
                raise ImportError(message)

    monkeypatch.delitem(sys.modules, "ui.opening")
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    assert open_window(None) == 3
    assert "il manque libEGL.so.1" in capsys.readouterr().err


def test_the_first_picture_waits_for_the_folder(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    a_folder(tmp_path)
    opening = Opening(tmp_path, tasks, open_folder)
    qtbot.addWidget(opening)
    opened = opening.wait()
    assert opened is not None
    assert opened.commune is not None
    assert opened.commune.name == "Contrexéville"
    opened.office.close()


def test_a_folder_that_does_not_open_says_why_and_is_tried_again(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    a_folder(tmp_path)
    tries = []

    def once_refused(folder: Path | None) -> Opened:
        tries.append(folder)
        if len(tries) == 1:
            message = "Le dossier est sur un partage réseau."
            raise Unavailable(message)
        return open_folder(folder)

    opening = Opening(tmp_path, tasks, once_refused)
    qtbot.addWidget(opening)
    opening.show()
    qtbot.waitUntil(lambda: opening.retry.isVisible() and bool(tries))
    assert opening._told.text() == "Le dossier est sur un partage réseau."
    qtbot.mouseClick(opening.retry, LEFT)
    qtbot.waitUntil(lambda: opening.opened is not None)
    assert opening.opened is not None
    opening.opened.office.close()


def test_the_screens_are_in_the_agents_order(qapp: object, tmp_path: Path, tasks: Tasks) -> None:
    from ui.common.changes import Changes

    office = an_office(tmp_path)
    specs = screens(office, AGENT, tasks, Changes(tasks))
    assert [spec.title for spec in specs] == [
        "À traiter", "Familles", "Messages", "Planning", "Pointage", "Facturation", "Encaissements", "Caisse", "Prélèvements",
        "Relances", "Portail", "Calendrier", "Règlement intérieur",
    ]  # fmt: skip
    assert [spec.code for spec in specs] == [code for code, _, _ in SUBJECTS]
    office.close()


def test_what_a_family_asks_comes_by_itself_and_its_answer_leaves(qtbot: QtBot, live: LiveTown, tasks: Tasks) -> None:
    town = a_commune(live.office)
    desk = at_work(qtbot, live.office, tasks)
    qtbot.waitUntil(lambda: desk.window.sync.sentence().startswith("Portail à jour"), timeout=15_000)
    sends(live, town)
    desk.window.sync_asked.emit()
    qtbot.waitUntil(lambda: desk.window.navigation.badge("requests") == 1, timeout=15_000)
    screen = desk.window.built_screen("requests")
    assert isinstance(screen, RequestsScreen)
    qtbot.waitUntil(lambda: screen.panel.file is not None)
    qtbot.mouseClick(screen.panel.accept, LEFT)
    qtbot.waitUntil(lambda: desk.window.navigation.badge("requests") == 0)
    letters = live.office.folder / "courriels"
    qtbot.waitUntil(lambda: letters.exists() and len(list(letters.iterdir())) == 1, timeout=15_000)
    desk.window.close()
    assert tasks.drain()


def test_a_portal_that_is_away_is_said_once(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    office = an_office(tmp_path, settings=Settings(portal_url="http://127.0.0.1:9", portal_embedded=False))
    a_commune(office)
    desk = at_work(qtbot, office, tasks)
    qtbot.waitUntil(lambda: desk._state.kind is SyncKind.UNREACHABLE, timeout=15_000)
    qtbot.waitUntil(lambda: bool(desk.window.banners.banners()))
    desk.window.sync_asked.emit()
    qtbot.waitUntil(lambda: desk._state.kind is SyncKind.UNREACHABLE, timeout=15_000)
    [banner] = desk.window.banners.banners()
    assert "ne répond pas" in banner.sentence
    assert banner.retry.isVisible()
    desk.window.close()
    assert tasks.drain()
    desk.close()


def test_an_e_mail_refused_for_good_is_named(qtbot: QtBot, live: LiveTown, tasks: Tasks, smtp) -> None:
    town = a_commune(live.office)

    async def nobody(*_: object) -> str:
        return "550 5.1.1 Boite inconnue"

    smtp.handle_RCPT = nobody
    live.office.settings = live.office.settings.model_copy(
        update={"mail_folder": None, "smtp_host": smtp.host, "smtp_port": smtp.port}
    )
    live.office.write(invite, AGENT, town.home.guardian_id)
    desk = at_work(qtbot, live.office, tasks)
    qtbot.waitUntil(lambda: bool(desk.window.banners.banners()), timeout=15_000)
    [banner] = desk.window.banners.banners()
    assert "camille.martin@exemple.fr" in banner.sentence
    desk.window.close()
    assert tasks.drain()


def test_an_empty_folder_says_how_to_begin(qtbot: QtBot, tmp_path: Path, tasks: Tasks) -> None:
    office = an_office(tmp_path, settings=Settings(portal_embedded=False))
    desk = Desk(office, AGENT, None, tasks)
    qtbot.addWidget(desk.window)
    desk.window.show()
    [banner] = desk.window.banners.banners()
    assert "main.py demo" in banner.sentence
    desk.window.close()
    assert tasks.drain()
    office.close()


def a_folder(folder: Path) -> None:
    """Make a data folder whose keys need no keyring."""
    from backoffice.settings import write_settings

    write_settings(folder, Settings(demonstration=True))
    office = an_office(folder, now=NOW, settings=Settings(demonstration=True))
    a_commune(office)
    office.close()


def sends(live: LiveTown, town: Town) -> None:
    """Do as the family's page does."""
    portal = live.server.app.extensions["marelle"]
    assert isinstance(portal, Portal)
    payload = new_fields(town.home, street=("3 rue des Tilleuls", "5 rue du Lac"))
    author = Author(town.home.guardian_id, town.home.family_id)
    portal.store.write(outbox.append, author, payload, Form.of(outbox.new_form_key(), [payload.model_dump_json()]))
