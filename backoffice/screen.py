"""Is there a screen? Asked before Qt, which ends the programme when there is none."""

import os
import sys

NO_SCREEN = "Aucun écran n'est disponible ici : la fenêtre n'est pas ouverte."


def has_screen() -> bool:
    """Tell whether a window can be attempted."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
