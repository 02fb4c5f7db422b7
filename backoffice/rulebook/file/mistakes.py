"""What is wrong in a rulebook's file: the line, the key as the agent wrote it, and what to write instead."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from backoffice.errors import RefusedByRule
from backoffice.rulebook.file.positions import Path, line_of, positions
from backoffice.rulebook.file.remedies import Fault, expected, remedy
from backoffice.rulebook.file.spelling import nearest
from backoffice.rulebook.file.unreadable import unreadable
from backoffice.rulebook.file.words import Mode
from resources.french import NARROW, plural

ENDLESS = re.compile(r"\d{1000}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake of the file: where, and the sentence that says what is wrong and what to write."""

    line: int | None
    key: str  # « delai n° 2 (cantine) › limite › heure »; empty: the whole file, or the whole line
    sentence: str

    @property
    def text(self) -> str:
        """Write the mistake as one line of a list."""
        place = [f"ligne {self.line}"] if self.line is not None else []
        where = ", ".join([*place, *([self.key] if self.key else [])])
        return f"{where}{NARROW}: {self.sentence}" if where else self.sentence


class WrongRulebook(RefusedByRule):
    """A rulebook's file has mistakes: nothing of it was loaded."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        told = "\n".join(f"– {mistake.text}" for mistake in self.mistakes)
        count = plural(len(self.mistakes), "erreur")
        super().__init__(
            f"Ce fichier ne peut pas être appliqué. Rien n'en a été chargé. {count} à corriger{NARROW}:\n{told}"
        )


def mistakes_of(source: str, error: tomllib.TOMLDecodeError | ValidationError) -> list[Mistake]:
    """Give the mistakes of a file, in the order of its lines.

    A text that is not TOML has one: what follows it cannot be read.
    """
    if isinstance(error, tomllib.TOMLDecodeError):
        return [Mistake(*unreadable(source, str(error)))]
    data, places = tomllib.loads(source, parse_float=Decimal), positions(source)
    found = [
        Mistake(line_of(places, path), _label(data, path), sentence)
        for detail in _without_echoes(error.errors(include_url=False))
        for path, sentence in _told(data, detail)
    ]
    return sorted(found, key=lambda mistake: mistake.line or 0)


def too_much(source: str, error: RecursionError | ValueError) -> Mistake:
    """Give the mistake of a text that is TOML, and more than can be read: endless brackets, a number without end."""
    if isinstance(error, RecursionError):
        return Mistake(None, "", "Trop de crochets ou d'accolades les uns dans les autres\u202f: retirez-en.")
    found = ENDLESS.search(source)
    line = source.count("\n", 0, found.start()) + 1 if found else None
    return Mistake(line, "", "Ce nombre est beaucoup trop long\u202f: raccourcissez-le.")


def refusal(mistakes: Sequence[Mistake]) -> WrongRulebook:
    """Make the refusal that tells every mistake."""
    return WrongRulebook(mistakes)


def _told(data: Mapping[str, Any], detail: ErrorDetails) -> Iterator[tuple[Path, str]]:
    """Give the place and the sentence of a mistake; a validator of ours may tell several."""
    limits = detail.get("ctx", {})
    if detail["type"] == "marelle":
        for sentence, path in limits["wrongs"]:
            yield _written(data, (*_untagged(detail["loc"]), *path)), sentence
        return
    loc = (*detail["loc"], "mode") if detail["type"] == "union_tag_invalid" else detail["loc"]
    models, field = expected(loc)
    steps = [step for step in loc if isinstance(step, str)]
    key = (field.alias if field else None) or steps[-1]
    fault = Fault(detail["type"], key, detail["input"], limits, models, field, item=isinstance(loc[-1], int))
    yield _written(data, _untagged(loc)), remedy(fault)


def _written(data: Mapping[str, Any], loc: Path) -> Path:
    """Keep of a place what the file writes: no name of a union's branch, no rank in a list that is not one."""
    path: Path = ()
    value: Any = data
    for step in loc:
        if isinstance(value, dict) and isinstance(step, str):
            path = (*path, step)
            if step not in value:
                return path
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            path, value = (*path, step), value[step]
    return path


def _untagged(loc: Path) -> Path:
    """Drop the mode that pydantic puts after a price list's rank, and its mark of a wrong key."""
    tagged = loc[:1] == ("tarif",) and len(loc) > 2 and loc[2] in list(Mode)
    return tuple(step for step in ((*loc[:2], *loc[3:]) if tagged else loc) if step != "[key]")


def _without_echoes(details: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out what only echoes another mistake: a key missing because misspelt, a list short of its wrong items."""
    slips: dict[Path, list[str]] = {}
    for detail in details:
        if detail["type"] == "extra_forbidden":
            slips.setdefault(detail["loc"][:-1], []).append(str(detail["loc"][-1]))

    def echo(detail: ErrorDetails) -> bool:
        if detail["type"] == "too_short":
            return bool(len(detail["input"]) >= detail["ctx"]["min_length"])
        written = slips.get(detail["loc"][:-1], [])
        return detail["type"] == "missing" and any(nearest(slip, [str(detail["loc"][-1])]) for slip in written)

    return [detail for detail in details if not echo(detail)]


def _label(data: Mapping[str, Any], path: Path) -> str:
    """Name a place as the agent wrote it: delai n° 2 (cantine) › limite › heure."""
    steps: list[str] = []
    value: Any = data
    for step in path:
        if isinstance(step, int):
            value = value[step]
            code = (
                next((value[key] for key in ("code", "titre") if value.get(key)), None)
                if isinstance(value, dict)
                else None
            )
            steps[-1] += f" n°\xa0{step + 1}" + (f" ({code})" if isinstance(code, str) else "")
        else:
            value = value.get(step) if isinstance(value, dict) else None
            steps.append(step)
    return " › ".join(steps)
