"""The long repetitions are left out of a run that does not ask for them."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import leave_out_thorough, try_chance_longer


@pytest.mark.parametrize(
    ("thorough", "expression", "kept"),
    [
        (False, "", ["short"]),
        (True, "", ["short", "long"]),
        (False, "thorough", ["short", "long"]),  # pytest itself then leaves the short ones out
        (False, "postgres", ["short"]),
    ],
)
def test_a_long_repetition_is_played_when_asked_for(thorough: bool, expression: str, kept: list[str]) -> None:
    said: list[Any] = []
    items: list[Any] = [
        SimpleNamespace(name=name, get_closest_marker=lambda _, name=name: name == "long", add_marker=print)
        for name in ("short", "long")
    ]
    option = SimpleNamespace(thorough=thorough, markexpr=expression)
    hook = SimpleNamespace(pytest_deselected=lambda items: said.extend(items))  # noqa: PLW0108 pytest names it
    leave_out_thorough(SimpleNamespace(option=option, hook=hook), items)
    assert [item.name for item in items] == kept
    assert [item.name for item in said] == [name for name in ("short", "long") if name not in kept]


def test_a_property_is_then_tried_on_ten_times_as_many_examples() -> None:
    @settings(max_examples=7)
    @given(st.integers())
    def holds(_number: int) -> None: ...

    marked: list[str] = []
    items: list[Any] = [SimpleNamespace(obj=holds, function=holds, cls=None, add_marker=marked.append)] * 2
    try_chance_longer(items)
    assert (marked, holds._hypothesis_internal_use_settings.max_examples) == (["thorough"] * 2, 70)
