"""Whatever the office sends or asks: an answer in the contract's words or a refusal in French, and never a fault of ours.

Bodies are drawn from the contract's own JSON schemas, then damaged. `MARELLE_FUZZ=5000 python -m tests tests/portal/test_fuzz.py`
looks longer.
"""

import json
import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backoffice.sync.contract import BODIES, Collected, Message, Publication, ViewKind
from tests.portal.conftest import Office
from tests.portal.published import FAMILY

TRIES = int(os.environ.get("MARELLE_FUZZ", "60"))
QUIETLY = settings(
    max_examples=TRIES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate] if TRIES <= 60 else list(Phase),  # a long look shrinks what it finds
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
INTEGERS = st.one_of(st.integers(-2, 40), st.sampled_from([2**31 - 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30]))
TEXTS = st.one_of(
    st.sampled_from(["", "2026-W48", "21:2026-W48", "é", "\0", "x" * 300, "<b>", "' OR 1=1 --", "2026-02-30"]),
    st.text(max_size=12),
)
INSTANTS = st.sampled_from(
    ["2026-11-24T08:30:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-24T08:30:00", "hier"]
)
DAYS = st.sampled_from(["2026-11-24", "0001-01-01", "9999-12-31", "2026-02-30"])
UUIDS = st.uuids().map(str)
ANYTHING = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
ENGLISH = re.compile(r"\b(the|input|should|not found|invalid|field|extra|out of|against its)\b", re.IGNORECASE)
SENTENCE = re.compile(r"^[A-ZÉÀÊÎÔ«“<].*[.!?…»]$", re.DOTALL)


def drawn(schema: dict[str, Any], defined: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Draw what a JSON schema of pydantic's asks for, with values from the edges of what it allows."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return st.deferred(lambda: drawn(defined[name], defined))
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema or "oneOf" in schema:
        return st.one_of([drawn(one, defined) for one in schema.get("anyOf", schema.get("oneOf"))])
    return KINDS.get(schema.get("type", ""), _anything)(schema, defined)


def _anything(_schema: dict[str, Any], _defined: dict[str, Any]) -> st.SearchStrategy[Any]:
    return ANYTHING


def _text(schema: dict[str, Any], _defined: dict[str, Any]) -> st.SearchStrategy[Any]:
    return {"date-time": INSTANTS, "date": DAYS, "uuid": UUIDS}.get(schema.get("format", ""), TEXTS)


def _list(schema: dict[str, Any], defined: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "prefixItems" in schema:
        return st.tuples(*(drawn(one, defined) for one in schema["prefixItems"])).map(list)
    return st.lists(drawn(schema.get("items", {}), defined), max_size=2)


def _object(schema: dict[str, Any], defined: dict[str, Any]) -> st.SearchStrategy[Any]:
    named = schema.get("properties")
    if named is None:
        values = schema.get("additionalProperties")
        return st.dictionaries(TEXTS, drawn(values, defined) if isinstance(values, dict) else ANYTHING, max_size=2)
    needed = set(schema.get("required", ()))
    fields = {name: drawn(one, defined) for name, one in named.items()}
    return st.fixed_dictionaries(
        {name: one for name, one in fields.items() if name in needed},
        optional={name: one for name, one in fields.items() if name not in needed},
    )


KINDS: dict[str, Callable[[dict[str, Any], dict[str, Any]], st.SearchStrategy[Any]]] = {
    "object": _object,
    "array": _list,
    "string": _text,
    "integer": lambda _schema, _defined: INTEGERS,
    "number": lambda _schema, _defined: st.floats(allow_nan=False, allow_infinity=False),
    "boolean": lambda _schema, _defined: st.booleans(),
    "null": lambda _schema, _defined: st.none(),
}


def of(model: type[Message]) -> st.SearchStrategy[Any]:
    schema = model.model_json_schema()
    return drawn(schema, schema.get("$defs", {}))


def a_view(kind: ViewKind) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {
            "kind": st.just(str(kind)),
            "key": st.sampled_from(["", "11", "21:2026-W48", "1:2026-W48", "00000000-0000-7000-8000-000000000000"])
            | TEXTS,
            "family_id": st.sampled_from([0, FAMILY]) | INTEGERS,
            "version": st.integers(1, 9) | INTEGERS,
            "body": of(BODIES[kind]) | st.none() | ANYTHING,
        },
        optional={"file": of_file()},
    )


def of_file() -> st.SearchStrategy[Any]:
    schema = Publication.model_json_schema()
    return drawn(schema["$defs"]["AttachedFile"], schema["$defs"])


PUBLICATIONS = st.fixed_dictionaries(
    {"contract": st.just(3), "views": st.lists(st.sampled_from(list(ViewKind)).flatmap(a_view), max_size=3)}
)
MESSAGES = {"/sync/views": PUBLICATIONS | of(Publication), "/sync/collected": of(Collected)}


@st.composite
def damaged(draw: st.DrawFn, message: st.SearchStrategy[Any]) -> str:
    """Write a message, whole more often than not; else with a part gone, changed, added, or cut short."""
    said = draw(message)
    how = draw(st.sampled_from(["", "", "", "gone", "changed", "added", "short", "other"]))
    if isinstance(said, dict) and said and how in {"gone", "changed", "added"}:
        name = draw(st.sampled_from(sorted(said)))
        said = {key: value for key, value in said.items() if key != name or how != "gone"}
        said |= {"changed": {name: draw(ANYTHING)}, "added": {draw(TEXTS): draw(ANYTHING)}}.get(how, {})
    text = json.dumps(draw(ANYTHING) if how == "other" else said)
    return text[: draw(st.integers(0, len(text)))] if how == "short" else text


def look_at(response: Any) -> None:
    """Never a fault of ours; a refusal is a sentence in French."""
    assert response.status_code < 500, response.text
    assert response.mimetype in {"application/json", "application/octet-stream"}
    if response.status_code >= 400:
        sentence = response.json["error"]
        assert SENTENCE.match(sentence), sentence
        assert not ENGLISH.search(sentence), sentence


def routes(app: Flask) -> list[Any]:
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/sync/")]


@pytest.mark.parametrize("path", list(MESSAGES))
def test_any_message_is_taken_or_refused_in_french(app: Flask, path: str) -> None:
    office = Office(app)

    @QUIETLY
    @given(body=damaged(MESSAGES[path]))
    def try_one(body: str) -> None:
        look_at(office.post(path, body))
        state = office.get("/sync/state")
        assert state.status_code == 200

    try_one()


def test_any_question_is_answered_or_refused_in_french(app: Flask, office: Office) -> None:
    asked = [rule for rule in routes(app) if "GET" in rule.methods]
    assert len(asked) >= 2

    @QUIETLY
    @given(
        rule=st.sampled_from(asked),
        names=st.dictionaries(st.sampled_from(["limit", "after", "x"]), TEXTS | INTEGERS.map(str), max_size=2),
        part=st.one_of(UUIDS, TEXTS, INTEGERS.map(str)),
    )
    def try_one(rule: Any, names: dict[str, str], part: str) -> None:
        path = re.sub("<[^>]*>", lambda _: part.replace("/", "_").replace("?", "_") or "x", rule.rule)
        look_at(office.client.get(path, query_string=names, headers=office.headers))

    try_one()


def test_the_wrong_verb_and_the_wrong_address_are_refused_in_french(app: Flask, office: Office) -> None:
    for rule in routes(app):
        path = re.sub("<[^>]*>", "x", rule.rule)
        for verb in {"get", "post", "put", "delete"} - {method.lower() for method in rule.methods}:
            look_at(getattr(office.client, verb)(path, headers=office.headers))
    assert set(MESSAGES) == {rule.rule for rule in routes(app) if "POST" in rule.methods}
