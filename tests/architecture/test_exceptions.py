"""Whoever sets a rule aside says why, on the same line."""

import re

from tests.architecture.house import ROOT, files, nothing, place


def test_every_rule_left_out_of_the_gates_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if re.match(r'\s+"[A-Z]+[0-9]*",', line)]
    assert len(rules) > 20
    assert not [line for line in rules if not re.search(r"# \w.+", line)]


def test_every_line_left_out_of_the_gates_has_its_reason() -> None:
    bare = []
    for path in files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if (found := re.search(r"#\s*(noqa|type:\s*ignore)(.*)", line)) and not explained(found[2]):
                bare.append(f"{place(path)}:{number} {found[0]}")
    nothing(bare)


def explained(rest: str) -> bool:
    """Tell whether codes are named, and followed by a word at least."""
    codes = re.match(r":\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*|\[[\w\-, ]+\]", rest)
    return codes is not None and bool(re.search(r"[a-zA-Z]{3}", rest[codes.end() :]))


def test_the_guard_itself_wants_codes_and_words() -> None:
    assert explained(": S603 -- our own words, no shell")
    assert explained("[attr-defined]  # untyped in reportlab")
    assert not explained(": S603")
    assert not explained("")
