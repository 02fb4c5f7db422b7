"""Where data and logs live on each platform; cheap to ask, before anything heavier is loaded."""

from pathlib import Path

from platformdirs import user_data_path, user_log_path


def default_folder() -> Path:
    """Name the platform's data folder."""
    return user_data_path("Marelle", appauthor=False)


def log_folder() -> Path:
    """Name the platform's log folder."""
    return user_log_path("Marelle", appauthor=False)
