"""The house's own files, as the architecture tests read them."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("backoffice", "models", "reports", "resources", "tests", "ui")
SHIPPED = tuple(room for room in ROOMS if room != "tests")


def files(*rooms: str) -> list[Path]:
    """List the Python files of some rooms, or of the whole house with its door."""
    doors = [] if rooms else [ROOT / "main.py"]
    return doors + sorted(path for room in rooms or ROOMS for path in (ROOT / room).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """Parse a file once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Walk everything a file says, once for all tests."""
    return tuple(ast.walk(tree(path)))


def place(path: Path, node: ast.expr | ast.stmt | ast.arg | None = None) -> str:
    """Name a file, and a line of it, the way an editor opens it."""
    name = path.relative_to(ROOT).as_posix()
    return f"{name}:{node.lineno}" if node else name


def nothing(offenders: Iterable[object]) -> None:
    """Fail with the whole list of offenders, one a line, where pytest would cut it short."""
    listed = "\n".join(str(offender) for offender in offenders)
    assert not listed, f"\n{listed}"
