"""A file and a function fit in a reader's head."""

import ast

from tests.architecture.house import ROOT, files, nodes, nothing, place, tree

MOST_LINES = {ast.FunctionDef: 40, ast.AsyncFunctionDef: 40, ast.ClassDef: 200}


def test_a_file_has_at_most_400_lines() -> None:
    sizes = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files()}
    nothing(f"{name} {size}" for name, size in sizes.items() if size > 400)


def test_a_function_has_at_most_40_lines_and_a_class_200() -> None:
    long = []
    for path in files():
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                if size > MOST_LINES[type(node)]:
                    long.append(f"{place(path, node)} {node.name} {size}")
    nothing(long)


def test_the_door_has_less_than_80_lines() -> None:
    assert len((ROOT / "main.py").read_text(encoding="utf-8").splitlines()) < 80


def test_every_file_says_in_one_line_what_it_is_for() -> None:
    first_lines = {place(path): (ast.get_docstring(tree(path)) or "").partition("\n")[0] for path in files()}
    nothing(name for name, line in first_lines.items() if not line)
