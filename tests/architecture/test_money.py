"""Money is integer cents and decimals, never a float."""

import ast
from typing import TypeGuard

import pytest

from tests.architecture.house import SHIPPED, files, nodes, nothing, place

MONEY = ("backoffice/billing", "backoffice/payments", "backoffice/rulebook", "models")


def floating_cents(node: ast.AST) -> bool:
    """Tell whether a name that counts cents is declared as a float."""
    match node:
        case ast.arg(arg=name, annotation=ast.expr() as kind):
            return name.endswith("_cents") and "float" in ast.unparse(kind)
        case ast.AnnAssign(target=ast.Name(id=name) | ast.Attribute(attr=name), annotation=kind):
            return name.endswith("_cents") and "float" in ast.unparse(kind)
        case ast.FunctionDef(name=name, returns=ast.expr() as kind):
            return name.endswith("_cents") and "float" in ast.unparse(kind)
    return False


def test_cents_are_never_declared_as_floats() -> None:
    nothing(place(path) for path in files(*SHIPPED) for node in nodes(path) if floating_cents(node))


@pytest.mark.parametrize("room", MONEY)
def test_rooms_that_count_money_know_no_float(room: str) -> None:
    nothing(place(path, node) for path in files(room) for node in nodes(path) if is_float(node))


def is_float(node: ast.AST) -> TypeGuard[ast.expr]:
    """Tell whether a node is the type float, or a number written with a point."""
    return (isinstance(node, ast.Name) and node.id == "float") or (
        isinstance(node, ast.Constant) and isinstance(node.value, float)
    )


def test_the_guard_itself_sees_a_float() -> None:
    code = ast.parse("def total(price_cents: float | None) -> int: ...\nrow.paid_cents: float = 1.5")
    assert sum(floating_cents(node) for node in ast.walk(code)) == 2
    assert sum(is_float(node) for node in ast.walk(code)) == 3
