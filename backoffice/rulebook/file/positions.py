"""On which line of a TOML text each key and each item of a list is written."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

STRINGS = (
    r'"""(?:\\[\s\S]|(?!""")[^\\])*"""(?:"{0,2})',
    r"'''(?:(?!''')[\s\S])*'''(?:'{0,2})",
    r'"(?:\\.|[^"\\\n])*"',
    r"'[^'\n]*'",
)
STRING = re.compile("|".join(STRINGS))
COMMENT = r"#[^\n]*"
BLANK = re.compile(rf"(?:[ \t]|{COMMENT})*")
BLANKS = re.compile(rf"(?:\s|{COMMENT})*")
KEY = re.compile(rf"{STRINGS[2]}|{STRINGS[3]}|[A-Za-z0-9_-]+")
SCALAR = re.compile(rf"(?:{STRING.pattern})|[^,\]}}#\n]+")


def positions(source: str) -> dict[Path, int]:
    """Give the line of every table, key and item of a correct TOML text; the first one, for what is written twice."""
    found: dict[Path, int] = {(): 1}
    for path, line in written(source):
        found.setdefault(path, line)
    return found


def line_of(places: Mapping[Path, int], path: Path) -> int:
    """Give the line of a path, or of its nearest parent that is written: a missing key is missing from its table."""
    while path not in places:
        path = path[:-1]
    return places[path]


def written(source: str) -> Iterator[tuple[Path, int]]:
    """Read a correct TOML text from top to bottom, and give each path where it is written, parents first."""
    text = source.replace("\r\n", "\n")
    reader = _Reader(text)
    while reader.more():
        yield from reader.header() if text[reader.at] == "[" else reader.assignment(reader.table)


@dataclass
class _Reader:
    """Where the reading is, the table that the next keys belong to, and how many items each list of tables has."""

    text: str
    at: int = 0
    table: Path = ()
    counts: dict[Path, int] = field(default_factory=dict)

    def more(self) -> bool:
        """Go to the next table or key, if there is one."""
        self._skip(BLANKS)
        return self.at < len(self.text)

    def header(self) -> Iterator[tuple[Path, int]]:
        """Read [a.b] or [[a.b]]."""
        line, several = self._line(), self.text.startswith("[[", self.at)
        self.at += 2 if several else 1
        *parents, last = self._key()
        self.at += 2 if several else 1
        path: Path = ()
        for part in parents:
            path = self._last_item((*path, part))
            yield path, line
        path = (*path, last)
        yield path, line
        if several:
            self.counts[path] = self.counts.get(path, 0) + 1
            yield self._last_item(path), line
        self.table = self._last_item(path)

    def assignment(self, table: Path) -> Iterator[tuple[Path, int]]:
        """Read key = value, dotted or not."""
        line, path = self._line(), table
        for part in self._key():
            path = (*path, part)
            yield path, line
        self.at += 1  # =
        self._skip(BLANK)
        yield from self._value(path)

    def _value(self, path: Path) -> Iterator[tuple[Path, int]]:
        match self.text[self.at]:
            case "[":
                yield from self._list(path)
            case "{":
                yield from self._inline(path)
            case _:
                self._skip(SCALAR)

    def _list(self, path: Path) -> Iterator[tuple[Path, int]]:
        rank = 0
        while self._enter("]"):
            yield (*path, rank), self._line()
            yield from self._value((*path, rank))
            rank += 1
        self.at += 1

    def _inline(self, path: Path) -> Iterator[tuple[Path, int]]:
        while self._enter("}"):
            yield from self.assignment(path)
        self.at += 1

    def _enter(self, end: str) -> bool:
        """Step over what opens or parts the items; tell whether there is one more."""
        self._skip(BLANKS)
        if self.text[self.at] in "[{,":
            self.at += 1
            self._skip(BLANKS)
        return self.text[self.at] != end

    def _key(self) -> list[str]:
        """Read a key's parts, and stop at what follows."""
        parts = []
        while True:
            self._skip(BLANK)
            start = self.at
            self._skip(KEY)
            raw = self.text[start : self.at]
            parts.append(tomllib.loads(f"key = {raw}")["key"] if raw[0] in "\"'" else raw)
            self._skip(BLANK)
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _last_item(self, path: Path) -> Path:
        return (*path, self.counts[path] - 1) if path in self.counts else path

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found is None:
            message = f"not TOML at character {self.at}"
            raise ValueError(message)
        self.at = found.end()

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1
