"""Hours as they are typed in a hurry: 0815, 8h15, 8:15, 8."""

import re
from datetime import time

from resources.french import NARROW

SHAPES = (
    re.compile(r"(?P<hour>\d{1,2})\s*[h:.,]\s*(?P<minute>\d{2})?"),  # 8h15, 8:15, 8 h
    re.compile(r"(?P<hour>\d{1,2})(?P<minute>\d{2})"),  # 815, 0815
    re.compile(r"(?P<hour>\d{1,2})(?P<minute>)"),  # 8
)


def read_hour(text: str) -> time | None:
    """Read an hour; nothing when nothing is written.

    >>> read_hour("0815") == read_hour("8h15") == read_hour("8:15") == time(8, 15)
    True

    Raises:
        ValueError: it is no hour; the sentence says how to write one.
    """
    flat = "".join(text.split()).lower()
    if not flat:
        return None
    for shape in SHAPES:
        if found := shape.fullmatch(flat):
            hour, minute = int(found["hour"]), int(found["minute"] or 0)
            if hour < 24 and minute < 60:
                return time(hour, minute)
            break
    message = f"«\xa0{text.strip()}\xa0» n'est pas une heure{NARROW}: écrivez 0815, 8h15 ou 8:15."
    raise ValueError(message)


def hour_text(hour: time | None) -> str:
    """Write an hour in a column: 08:15."""
    return f"{hour:%H:%M}" if hour else ""
