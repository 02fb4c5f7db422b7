"""What the house says, to its readers in French and to its authors in English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import ROOT, SHIPPED, files, nodes, nothing, place, tree

# « 12 € » with an ordinary space may break at the end of a line
LOOSE = re.compile(r"(?:^|[\w»)%}\]…]) [;:!?»€](?!\w)|« ")
MARKUP = re.compile(r"<(style|script)\b.*?</\1>|\{#.*?#\}|\{%.*?%\}", re.DOTALL)
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u26ff\u2705\u274c\ufe0f]")


def written(path: Path) -> Iterator[tuple[ast.Constant, str]]:
    """List the words of a file that somebody may read: its literals, without its docstrings."""
    silent = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node, node.value


def test_a_french_sign_never_goes_to_the_next_line() -> None:
    nothing(
        f"{place(path, node)} {text!r}"
        for path in files(*SHIPPED)
        for node, text in written(path)
        if LOOSE.search(text)
    )


def test_nor_in_a_page_or_a_letter() -> None:
    pages = [path for end in ("html", "txt", "j2") for path in (ROOT / "resources").rglob(f"*.{end}")]
    lines = ((path, line) for path in pages for line in MARKUP.sub("", path.read_text(encoding="utf-8")).splitlines())
    nothing(f"{place(path)} {line.strip()}" for path, line in lines if LOOSE.search(line.strip()))


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")  # this line is the only one
    lines = ((path, line) for path in files() for line in path.read_text(encoding="utf-8").splitlines())
    assert [place(path) for path, line in lines if later.search(line)] == [place(Path(__file__))]


def test_no_picture_among_the_words() -> None:
    assert not [place(path) for path in files() if EMOJI.search(path.read_text(encoding="utf-8"))]


def test_translated_words_are_not_f_strings() -> None:
    """The braces of `tr(f"…")` are extracted, and never match what is shown."""
    assert not [
        place(path, node)
        for path in files("ui")
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) or getattr(node.func, "id", None)) in {"tr", "translate"}
        and any(isinstance(argument, ast.JoinedStr) for argument in node.args)
    ]


def test_the_guard_itself_sees_a_loose_sign() -> None:
    assert LOOSE.search("Enregistré !")
    assert LOOSE.search("« Enregistrer\u202f»")
    assert not LOOSE.search("Enregistré\u202f! À 10:30, «\u202fjeudi\u202f» : {kind} = :kind".replace(" :", "\xa0:", 1))
    assert ast.get_docstring(tree(Path(__file__)))
