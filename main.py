"""The one door of Marelle: set up what is missing, then open the window or run one command."""

import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path

from resources.installer import bootstrap


def open_window(data: "Path | None" = None) -> int:
    """Open the desktop on a data folder, and give the exit code when it closes.

    The command line is below the windows and cannot import them: it is given this door.
    """
    from ui.start import open_window as opened  # noqa: PLC0415 -- Qt is loaded by those who open a window

    return opened(data)


def main(arguments: "Sequence[str]") -> int:
    """Run one command, on a machine that has had none yet if need be.

    A portal host has no screen, and does without the desktop's packages.
    """
    multiprocessing.freeze_support()
    words = arguments[2:] if "--data" in arguments[:1] else arguments
    bootstrap.enter("portal" if "portal" in words[:1] else "desktop")
    from backoffice.commands import main as run  # noqa: PLC0415 -- its packages may have just been installed

    return run(arguments, open_window=open_window)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
