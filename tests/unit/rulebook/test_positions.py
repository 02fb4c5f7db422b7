"""The line of each key and each item of a TOML text, however it is written."""

import tomllib
from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.rulebook.file.positions import Path, line_of, positions
from tests.unit.rulebook.bad_rulebooks import GOOD

DEMONSTRATION = File(__file__).parents[3] / "resources" / "rulebooks" / "demonstration.toml"

TWISTED = '''# a comment with [brackets] and "quotes
a = 1
"b c".d = [ # é ] "
  2, "]",
  # a comment
  {e = {f = "}"}, g.h = [[3],
  [4 , 5,],]},
]
s = """
x ] = 6 \\"""
""""" # closed by five quotes
[t] # x
'q"' = 'C:\\'
[[t.u]]
k = 07:15:00
[[t.u]]
k=1979-05-27 07:32:00Z
[t.u.v]
w = []
z = {}
[[t.u.v.l]]
[x.y]
m = ""
n = \'\'\'a''\'\'\'
'''


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, held in inner:
        yield from paths(held, (*path, step))


def test_every_key_and_item_of_a_twisted_text_has_its_line() -> None:
    found = positions(TWISTED)
    assert set(found) == set(paths(tomllib.loads(TWISTED)))
    expected = {
        ("a",): 2,
        ("b c", "d"): 3,
        ("b c", "d", 1): 4,
        ("b c", "d", 2, "e", "f"): 6,
        ("b c", "d", 2, "g", "h", 1, 1): 7,
        ("s",): 9,
        ("t",): 12,
        ("t", 'q"'): 13,
        ("t", "u", 0): 14,
        ("t", "u", 1, "k"): 17,
        ("t", "u", 1, "v", "z"): 20,
        ("t", "u", 1, "v", "l", 0): 21,
        ("x", "y", "n"): 24,
    }
    assert {path: found[path] for path in expected} == expected


@pytest.mark.parametrize("source", [GOOD, DEMONSTRATION.read_text("utf-8").replace("@EFFECTIVE@", "2026-09-01")])
def test_every_key_and_item_of_a_rulebook_has_its_line(source: str) -> None:
    assert set(positions(source)) == set(paths(tomllib.loads(source)))


def test_what_is_absent_is_at_the_line_of_its_nearest_parent() -> None:
    places = positions(TWISTED)
    assert line_of(places, ("t", "u", 1, "v", "absent", "deeper")) == 18
    assert line_of(places, ("absent",)) == 1


KEYS = st.sampled_from(["a", "b-1", "C_D", "1", "é", "x y", "p.q", "[", '"', "#"])
LEAVES = st.sampled_from(["]", "# no", 'say "x"', "a\\b", "", "{"]) | st.just(0)
TREES = st.dictionaries(
    KEYS,
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)),
    min_size=1,
    max_size=4,
)


class Writer:
    """Writes a tree as TOML in ways drawn at random; each 0 becomes a number of its own, found again on its line."""

    def __init__(self, draw: Any) -> None:
        self.draw, self.count, self.lines = draw, 1000, list[str]()

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def key(self, key: str) -> str:
        bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
        literal = '"' in key or self.chance()
        return key if bare and self.chance() else f"'{key}'" if literal else f'"{key}"'

    def value(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{ " + ", ".join(f"{self.key(key)} = {self.value(held)}" for key, held in value.items()) + " }"
        if isinstance(value, list):
            gap = self.draw(st.sampled_from(["", "\n", " # ] \n  ", "\n\n"]))
            return "[" + gap + ("," + gap).join(self.value(held) for held in value) + ("," if value else "") + gap + "]"
        if isinstance(value, str):
            return self.text(value)
        self.count += 1
        return str(self.count)

    def text(self, value: str) -> str:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return self.draw(st.sampled_from([f'"{escaped}"', f"'{value}'", f'"""\n{escaped}"""', f"'''{value}'''"]))

    def table(self, table: dict[str, Any], name: str) -> None:
        later = []
        for key, value in table.items():
            items = isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
            if (items or isinstance(value, dict)) and self.chance():
                later.append((key, value))
            elif isinstance(value, dict) and value and self.chance():
                self.lines += [f"{self.key(key)} . {self.key(k)} = {self.value(v)} # x" for k, v in value.items()]
            else:
                self.lines.append(f"{self.key(key)} = {self.value(value)}")
        for key, value in later:
            full = f"{name}.{self.key(key)}" if name else self.key(key)
            for item in value if isinstance(value, list) else [value]:
                self.lines.append(f"\n[[{full}]]" if isinstance(value, list) else f"[ {full} ] # [")
                self.table(item, full)


@given(tree=TREES, data=st.data())
@settings(max_examples=30, deadline=None)
def test_any_text_gives_each_key_a_line_that_writes_it(tree: dict[str, Any], data: Any) -> None:
    writer = Writer(data.draw)
    writer.table(tree, "")
    source = "\n".join(writer.lines)
    read, found, lines = tomllib.loads(source), positions(source), source.split("\n")
    assert set(found) == set(paths(read))
    for path, line in found.items():
        value: Any = read
        for step in path:
            value = value[step]
        if path and isinstance(path[-1], str):
            assert path[-1] in lines[line - 1]
        if isinstance(value, int) and path and isinstance(path[-1], int):
            assert str(value) in lines[line - 1]
