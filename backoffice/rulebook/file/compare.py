"""What changes from one rulebook to another, rule by rule, in French."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from backoffice.rulebook.file.calendar_parts import ExceptionPart
from backoffice.rulebook.file.parts import Amounts, Part
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.tariff_parts import Band, BandTariff, Tariff
from backoffice.rulebook.file.wording import amounts, bracket, label, money, summary, text
from resources.french import NARROW, short_date


class DifferenceKind(StrEnum):
    """What became of a rule."""

    ADDED = "ajouté"
    REMOVED = "supprimé"
    CHANGED = "modifié"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes: of what, which key of it, before, after, and the sentence that says so."""

    kind: DifferenceKind
    subject: str  # Délai « cantine »
    key: str  # heure; nothing for a whole rule
    before: str
    after: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Noun:
    """How a list of the file is called."""

    one: str
    many: str
    feminine: bool = False


LISTS = {
    "activity_list": _Noun("Activité", "Activités", feminine=True),
    "notices": _Noun("Délai", "Délais"),
    "openings": _Noun("Ouverture", "Ouvertures", feminine=True),
    "absences": _Noun("Absence", "Absences", feminine=True),
    "tariffs": _Noun("Tarif", "Tarifs"),
    "combinations": _Noun("Combinaison", "Combinaisons", feminine=True),
    "modifiers": _Noun("Modification", "Modifications", feminine=True),
    "aids": _Noun("Aide", "Aides", feminine=True),
}
SCHOOL = _Noun("École", "Écoles", feminine=True)
UNIT = _Noun("unité", "unités", feminine=True)
WHOLE = {"calendar": "Calendrier", "siblings": "Fratrie", "quotient": "Quotient"}
UNNAMED = {"limit", "opening_at"}  # parts whose fields speak for themselves: « heure 10 h → 9 h »
ROWS = {"prices", "outside", "per_days"}
ARROW = "→"


def compare(old: Rulebook, new: Rulebook) -> tuple[Difference, ...]:
    """List what `new` adds, removes and changes; nothing when both say the same. Pure."""
    return tuple(_compare(old, new))


def _compare(old: Rulebook, new: Rulebook) -> Iterator[Difference]:
    for field in ("name", "version", "effective"):
        yield from _leaf("Règlement intérieur", label(field), field, getattr(old, field), getattr(new, field))
    for field, subject in WHOLE.items():
        yield from _part(subject, getattr(old, field), getattr(new, field))
    for field, noun in LISTS.items():
        yield from _list(noun, getattr(old, field), getattr(new, field))


def _list(noun: _Noun, old: Sequence[Any], new: Sequence[Any], within: str = "") -> Iterator[Difference]:
    """Compare rules that have a code: those that went, those that came, those that changed, and their order."""
    before, after = {rule.code: rule for rule in old}, {rule.code: rule for rule in new}
    for code, rule in before.items():
        if code not in after:
            yield _gone(_named(noun, code, within), _title(rule), noun)
    for code, rule in after.items():
        if code not in before:
            yield _come(_named(noun, code, within), _title(rule), noun)
        else:
            yield from _part(_named(noun, code, within), before[code], rule)
    kept = [code for code in before if code in after], [code for code in after if code in before]
    if kept[0] != kept[1]:
        yield _changed(f"{within}{noun.many}", "ordre", ", ".join(kept[0]), ", ".join(kept[1]))


def _part(subject: str, old: Part, new: Part, prefix: str = "") -> Iterator[Difference]:
    """Compare two parts field by field."""
    if type(old) is not type(new):  # a price list that counts otherwise
        yield _changed(subject, prefix or "mode", summary(old), summary(new))
        return
    for field in type(old).model_fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield from _field(subject, prefix, field, (old, new))


def _field(subject: str, prefix: str, field: str, parts: tuple[Part, Part]) -> Iterator[Difference]:
    old, new = parts
    before, after = getattr(old, field), getattr(new, field)
    name = f"{prefix}, {label(field)}" if prefix else label(field)
    if field in ROWS and isinstance(old, Tariff) and isinstance(new, Tariff):
        yield from _rows(subject, field, old, new)
    elif field == "bands" and isinstance(old, BandTariff) and isinstance(new, BandTariff):
        yield from _bands(subject, old, new)
    elif field in {"school_list", "units"} and all(isinstance(part, Part) for part in (*before, *after)):
        noun, within = (SCHOOL, "") if field == "school_list" else (UNIT, f"{subject}, ")
        yield from _list(noun, before, after, within)
    elif field == "exceptions":
        yield from _exceptions(before, after)
    elif isinstance(before, Part) and isinstance(after, Part):
        yield from _part(subject, before, after, prefix if field in UNNAMED else name)
    else:
        yield from _leaf(subject, name, field, before, after)


def _rows(subject: str, field: str, old: Tariff, new: Tariff) -> Iterator[Difference]:
    """Compare the prices of two lists, bracket by bracket where the brackets are the same."""
    before, after = _amounts_of(old, field), _amounts_of(new, field)
    for name in dict.fromkeys((*before, *after)):
        yield from _row(f"{subject}, {name}", (old.bounds, new.bounds), (before.get(name), after.get(name)))


def _amounts_of(tariff: Tariff, field: str) -> dict[str, Amounts]:
    value = getattr(tariff, field)
    if isinstance(value, Mapping):
        end = {"outside": ", extérieurs", "per_days": " jours par semaine"}.get(field, "")
        return {f"{key}{end}": row for key, row in value.items()}
    return {"prix extérieurs" if field == "outside" else "prix": value} if value else {}


def _row(
    subject: str, bounds: tuple[tuple[int, ...], tuple[int, ...]], rows: tuple[Amounts | None, Amounts | None]
) -> Iterator[Difference]:
    old, new = rows
    if old == new:
        return
    if old is None or new is None or bounds[0] != bounds[1]:
        yield _changed(subject, "", amounts(old), amounts(new))
        return
    count = len(bounds[0]) if max(len(old), len(new)) > 1 else 1
    for index, (before, after) in enumerate(zip_longest(_spread(old, count), _spread(new, count))):
        if before != after:
            where = bracket(bounds[0], index) if count > 1 else ""
            yield _changed(subject, where, money(before), money(after))


def _spread(row: Amounts, count: int) -> Amounts:
    return row * count if len(row) == 1 else row


def _bands(subject: str, old: BandTariff, new: BandTariff) -> Iterator[Difference]:
    before, after = ({band.title: band for band in tariff.bands} for tariff in (old, new))
    if len(before) < len(old.bands) or len(after) < len(new.bands):  # two of one title: nothing tells them apart
        yield _changed(subject, label("bands"), *(" · ".join(map(_band, tariff.bands)) for tariff in (old, new)))
        return
    for title in dict.fromkeys((*before, *after)):
        one, other = before.get(title), after.get(title)
        name = f"{subject}, plage «\xa0{title}\xa0»"
        if one is None or other is None:
            yield _changed(name, "", _band(one), _band(other))
            continue
        for field in ("from_time", "to_time"):
            yield from _leaf(name, label(field), field, getattr(one, field), getattr(other, field))
        yield from _row(name, (old.bounds, new.bounds), (one.prices, other.prices))


def _band(band: Band | None) -> str:
    if band is None:
        return text("bands", None)
    return f"de {text('from_time', band.from_time)} à {text('to_time', band.to_time)}, {amounts(band.prices)}"


def _exceptions(old: Iterable[ExceptionPart], new: Iterable[ExceptionPart]) -> Iterator[Difference]:
    noun = _Noun("Journée exceptionnelle", "Journées exceptionnelles", feminine=True)
    before, after = list(old), list(new)
    gone = [part for part in before if part not in after]
    come = [part for part in after if part not in before]
    yield from (_gone(noun.one, _days(part), noun) for part in gone)
    yield from (_come(noun.one, _days(part), noun) for part in come)
    if not gone and not come:
        yield _changed(noun.many, "ordre", *(", ".join(map(_days, parts)) for parts in (before, after)))


def _days(part: ExceptionPart) -> str:
    where = f", {part.school or part.facility}" if part.school or part.facility else ""
    days = short_date(part.first) + (f" au {short_date(part.last)}" if part.last else "")
    return f"{days}{where}, {part.kind}{NARROW}: {part.reason}"


def _leaf(subject: str, name: str, field: str, before: object, after: object) -> Iterator[Difference]:
    if before != after:
        yield _changed(subject, name, text(field, before), text(field, after))


def _changed(subject: str, key: str, before: str, after: str) -> Difference:
    """Say a change; a bracket stands after the prices, any other key before its values."""
    if key.startswith("QF "):
        sentence = f"{subject}{NARROW}: {before} {ARROW} {after} ({key})."
    else:
        sentence = (
            f"{subject}{NARROW}: {key} {before} {ARROW} {after}."
            if key
            else f"{subject}{NARROW}: {before} {ARROW} {after}."
        )
    return Difference(DifferenceKind.CHANGED, subject, key, before, after, sentence)


def _gone(subject: str, title: str, noun: _Noun) -> Difference:
    sentence = f"{subject} supprimé{'e' * noun.feminine}{NARROW}: {title}."
    return Difference(DifferenceKind.REMOVED, subject, "", title, "", sentence)


def _come(subject: str, title: str, noun: _Noun) -> Difference:
    sentence = f"{subject} ajouté{'e' * noun.feminine}{NARROW}: {title}."
    return Difference(DifferenceKind.ADDED, subject, "", "", title, sentence)


def _named(noun: _Noun, code: str, within: str) -> str:
    return f"{within}{noun.one} «\xa0{code}\xa0»"


def _title(rule: Any) -> str:
    """Give a rule's title; what it says when it has none."""
    return str(getattr(rule, "title", "") or getattr(rule, "name", "") or summary(rule))
