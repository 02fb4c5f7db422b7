"""What the engines of one run may share: a statement is compiled once, not once for each test's own database."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Dialect

_dialects: dict[str, Dialect] = {}
_compiled: dict[Any, Any] = {}


def compile_once(engine: Engine) -> Engine:
    """Give an engine that has already connected the compiled statements of those before it."""
    engine.dialect = _dialects.setdefault(engine.dialect.name, engine.dialect)
    engine.update_execution_options(compiled_cache=_compiled)
    return engine
