"""What is drawn once for all families: other values are drawn anew, and so are those of another portal."""

from jinja2 import DictLoader, Environment

from backoffice.portal.words import once

PAGE = "{% from 'macros' import greet %}{{ greet | once(name, place) }}"
MACROS = "{% macro greet(name, place) %}{{ count() }} {{ name }} {{ place }}{% endmacro %}"


def environment() -> Environment:
    """Give templates that count how often they are drawn."""
    made = Environment(loader=DictLoader({"page": PAGE, "macros": MACROS}), autoescape=True)
    drawn: list[int] = []
    made.globals["count"] = lambda: drawn.append(1) or len(drawn)
    made.filters["once"] = once
    return made


def test_the_same_values_are_drawn_once_and_others_anew():
    page = environment().get_template("page")
    asked = [("Léa", 1), ("Hugo", 1), ("Léa", 1), ("Léa", 2), ("Hugo", 1)]
    drawn = [page.render(name=name, place=place) for name, place in asked]
    assert drawn == ["1 Léa 1", "2 Hugo 1", "1 Léa 1", "3 Léa 2", "2 Hugo 1"]


def test_what_is_drawn_once_is_escaped_once():
    page = environment().get_template("page")
    assert [page.render(name="<b>", place=1) for _ in range(2)] == ["1 &lt;b&gt; 1"] * 2


def test_another_portal_draws_its_own():
    first, second = environment(), environment()
    for _ in range(2):
        first.get_template("page").render(name="Léa", place=1)
    assert second.get_template("page").render(name="Léa", place=1) == "1 Léa 1"
