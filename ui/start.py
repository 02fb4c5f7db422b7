"""The door of the desktop: it says so when there is no screen, and loads Qt only when there is one."""

import sys
from pathlib import Path

from backoffice.screen import NO_SCREEN, has_screen

UNAVAILABLE = 3


def open_window(data: Path | None) -> int:
    """Open the desktop on a data folder, and give the exit code when it closes."""
    if not has_screen():
        return _refuse(NO_SCREEN)
    try:
        from ui.opening import open_desktop  # noqa: PLC0415 Qt is loaded by those who have a screen
    except ImportError as error:
        if "shared object" not in str(error):
            raise
        missing = str(error).partition(":")[0]
        return _refuse(f"La fenêtre ne s'ouvre pas, il manque {missing} à ce poste. {NO_SCREEN}")
    return open_desktop(data)


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return UNAVAILABLE
