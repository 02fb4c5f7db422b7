"""What guessers try first: the passwords that everybody takes, and what anybody knows of the person or the commune."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache

from resources import FOLDER

SHORTEST_WORD = 3  # of a name or a commune
LEAST_LETTERS = 4  # what stands around digits and signs is compared when it has so many
EDGE = 6  # digits and signs tried as letters at each end: « P@ssw0rd », « m0td3p@ss3 »
LEET = tuple(str.maketrans("@4380$5!179", letters) for letters in ("aaebossiltg", "aaebossllzg"))
RUNS = ("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
WORDS = FOLDER / "portal" / "common_words.txt"


def is_guessable(password: str, personal: Collection[str] = ()) -> str | None:
    """Tell whether nothing but common words holds a password up, whatever digits and signs dress them.

    Gives « common », or « personal » when what it says is known of the person.
    """
    own = {word for text in personal for word in words_of(text)}
    for core in _cores(_plain(password)):
        if _made_of(core, own):
            return "personal"
        if core in _common() or _made_of(core, own | _french() | _runs()):
            return "personal" if any(word in core for word in own) else "common"
        half = core[: len(core) // 2]
        if half + half == core and half in _common():
            return "common"
    return None


def words_of(text: str) -> set[str]:
    """Take the words of a name, an address or a commune, apart and together."""
    words = [word for word in re.split(r"[^a-z]+", _plain(text)) if word]
    return {word for word in [*words, "".join(words)] if len(word) >= SHORTEST_WORD}


def _plain(text: str) -> str:
    """Write a text without case, accents or spaces."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter) and not letter.isspace())


def _cores(plain: str) -> Iterator[str]:
    """Give the letters that a password dresses: its ends cut, its digits and signs read as letters or left out."""
    inner = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)
    start = plain.find(inner) if inner else 0
    head, tail = plain[:start], plain[start + len(inner) :]
    seen = set()
    for before in range(min(len(head), EDGE) + 1):
        for after in range(min(len(tail), EDGE) + 1):
            dressed = head[len(head) - before :] + inner + tail[:after]
            for read in (*(dressed.translate(table) for table in LEET), dressed):
                core = re.sub(r"[^a-z]", "", read)
                if len(core) >= LEAST_LETTERS and core not in seen:
                    seen.add(core)
                    yield core


def _made_of(core: str, words: Collection[str]) -> bool:
    """Tell whether some words, end to end, make the whole."""
    if not words:
        return False
    longest = max(map(len, words))
    reached = {0}
    for end in range(1, len(core) + 1):
        if any(start in reached and core[start:end] in words for start in range(max(0, end - longest), end)):
            reached.add(end)
    return len(core) in reached


@cache
def _runs() -> frozenset[str]:
    """List the pieces of keyboard rows, and of the alphabet, forwards and backwards."""
    rows = [*RUNS, *(row[::-1] for row in RUNS)]
    return frozenset(
        row[start:end] for row in rows for start in range(len(row)) for end in range(start + 4, len(row) + 1)
    )


@cache
def _french() -> frozenset[str]:
    """Read the words that the English lists lack."""
    return frozenset(WORDS.read_text(encoding="utf-8").split())


@cache
def _common() -> frozenset[str]:
    """Read the lists of common passwords, once somebody chooses a password: signing in never waits for them."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 30 ms and some megabytes, of no use elsewhere

    listed = (re.sub(r"[^a-z]", "", word) for word in FREQUENCY_LISTS["passwords"])
    given = (*FREQUENCY_LISTS["female_names"], *FREQUENCY_LISTS["male_names"])
    return _french() | {word for word in listed if len(word) >= LEAST_LETTERS} | frozenset(given)
