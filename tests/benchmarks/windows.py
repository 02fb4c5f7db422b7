"""The desktop: from the start of its process to its painted window, and each screen's opening."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from backoffice.clock import SetClock
from backoffice.office import Office
from backoffice.secrets import DemonstrationSecrets
from backoffice.settings import Settings, write_settings
from tests.benchmarks.big_month import OCTOBER, fill
from tests.benchmarks.figures import Figure, timed
from tests.factories import AGENT, NOW, a_commune

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from ui.common.tasks import Tasks

STARTS = 5
TITLES = {
    "requests": "À traiter", "families": "Familles", "planning": "Planning",
    "attendance": "Pointage", "billing": "Facturation", "calendar": "Calendrier", "rulebook": "Règlement intérieur",
}  # fmt: skip


def measure(families: int) -> list[Figure]:
    """Measure one size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(demonstration=True, portal_embedded=False)
        write_settings(folder, settings)
        office = Office(folder, clock=SetClock(NOW), secrets=DemonstrationSecrets(), settings=settings)
        a_commune(office)
        fill(office, families, month=OCTOBER)
        bare = min(_process("pass") for _ in range(STARTS))
        bare_qt = min(_process(EMPTY_WINDOW) for _ in range(STARTS))
        picture = sorted(_process(PICTURE, str(folder)) for _ in range(STARTS))[STARTS // 2]
        start = sorted(_process(OPEN, str(folder)) for _ in range(STARTS))[STARTS // 2]
        figures = [
            Figure("ouverture : première image", families, picture, "s", bare_qt, "fenêtre Qt vide"),
            Figure("ouverture : fenêtre prête", families, start, "s", bare_qt, "fenêtre Qt vide"),
            Figure("  dont Python seul", families, bare, "s"),
            *_screens(office, families),
        ]
        office.close()
        return figures


def _screens(office: Office, families: int) -> list[Figure]:
    from backoffice.commune import read_commune
    from ui.common.tasks import Tasks
    from ui.desk import Desk
    from ui.shell.application import make_application

    app, tasks = make_application([]), Tasks()
    desk = Desk(office, AGENT, office.read(read_commune), tasks)
    desk.window.show()
    _settle(app, tasks)
    figures = []
    for code, title in TITLES.items():
        if code == "requests":
            desk.window.open_screen("families")
            _settle(app, tasks)
        with timed() as first:
            desk.window.open_screen(code)
            _settle(app, tasks)
        figures.append(Figure(f"écran « {title} »", families, first.seconds, "s"))
    desk.window.close()
    tasks.drain()
    return figures


def _settle(app: "QApplication", tasks: "Tasks") -> None:
    """Let the screen ask, be answered and paint, until nothing is under way."""
    quiet = 0
    while quiet < 3:
        app.processEvents()
        quiet = quiet + 1 if tasks.idle else 0
        time.sleep(0.001)


def _process(code: str, *arguments: str) -> float:
    """Give the seconds from the start of a process to what it prints: the moment it was ready."""
    start = time.time()
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport time; print(time.time())", *arguments],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    return float(done.stdout.splitlines()[-1]) - start


EMPTY_WINDOW = """
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget(); window.resize(1366, 768); window.show(); app.processEvents()
"""
PICTURE = """
import sys
from pathlib import Path
import ui.opening
def painted(opening):
    import time; print(time.time(), flush=True)
    import os; os._exit(0)
ui.opening.Opening._try = painted
ui.opening.open_desktop(Path(sys.argv[1]))
"""
OPEN = """
import sys
from pathlib import Path
import ui.opening
def run(app, window, tasks):
    window.resize(1366, 768); window.show()
    for _ in range(3):
        app.processEvents()
    import time; print(time.time(), flush=True)
    import os; os._exit(0)
ui.opening.run = run
ui.opening.open_desktop(Path(sys.argv[1]))
"""
