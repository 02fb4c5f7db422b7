"""What an agent probably meant: the nearest of the words allowed, and how a sentence quotes words."""

import re
from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher

from resources.french import search_key


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Give the allowed word that is most like what was written; accents, capitals and « - _ » are forgiven.

    >>> nearest("Priorité", ["titre", "priorite"]), nearest("zzz", ["titre"])
    ('priorite', None)
    """
    likeness = {known: SequenceMatcher(None, _fold(word), _fold(known)).ratio() for known in allowed}
    best = max(likeness, key=likeness.__getitem__, default=None)
    return best if best is not None and likeness[best] * 10 >= 7 else None


def quoted(word: object) -> str:
    """Put a word between French quotes."""
    return f"«\xa0{word}\xa0»"


def _fold(word: str) -> str:
    return search_key(word.replace("_", " ").replace("-", " "))


def as_hour(text: str) -> str | None:
    """Write what looks like an hour as the file does.

    >>> as_hour("10h"), as_hour("7:15"), as_hour("25h")
    ('10:00:00', '07:15:00', None)
    """
    found = re.fullmatch(r"\s*(\d{1,2})\s*(?:[hH:]\s*(\d{2})?(?:[:mn]\d*)?)?\s*", text)
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return f"{int(found[1]):02}:{int(found[2] or 0):02}:00"


def as_date(text: str) -> str | None:
    """Write what looks like a date as the file does.

    >>> as_date("1/9/2026"), as_date("2026/09/01"), as_date("demain")
    ('2026-09-01', '2026-09-01', None)
    """
    found = re.match(r"\s*(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})", text)
    if not found:
        return None
    year, month, day = (found[1], found[2], found[3]) if len(found[1]) == 4 else (found[3], found[2], found[1])
    try:
        return date(int(year), int(month), int(day)).isoformat() if len(year) == 4 else None
    except ValueError:
        return None
