"""What to write instead: a French sentence for each kind of mistake that pydantic finds in a rulebook."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from backoffice.rulebook.file.notice_parts import MIDNIGHT, Deadline
from backoffice.rulebook.file.parts import Case, Part
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.spelling import as_date, as_hour, nearest, quoted
from backoffice.rulebook.file.tariff_parts import Tariff, UnitTariff
from backoffice.rulebook.file.words import Mode

LONG = 60  # characters of a value that a sentence repeats

EXAMPLES = {
    "a": "a = 18:30:00",
    "activite": '[[activite]], puis code = "CANTINE"',
    "calendrier": '[calendrier], puis zone = "B"',
    "code": 'code = "CANTINE"',
    "de": "de = 16:30:00",
    "donne": 'donne = "JOURNEE"',
    "du": "du = 2026-05-15",
    "effet": "effet = 2026-09-01",
    "ensemble": 'ensemble = ["MATIN", "REPAS", "APRES-MIDI"]',
    "justifiee": "justifiee = true",
    "limite": 'limite = { nombre = 2, unite = "ouvré", heure = 10:00:00 }',
    "mode": 'mode = "unité"',
    "montant": "montant = 1.00",
    "motif": 'motif = "Pont de l\'Ascension"',
    "nature": 'nature = "cantine"',
    "nom": 'nom = "Restauration scolaire"',
    "organisme": 'organisme = "CAF des Vosges"',
    "ouvre": "ouvre = { nombre = 30, heure = 08:00:00 }",
    "plages": 'plages = [{ titre = "Soir", de = 16:30:00, a = 18:00:00, prix = 2.10 }]',
    "prix": "prix = 3.60",
    "retard": 'retard = "refuser"',
    "service": 'service = "CANTINE"',
    "tarif_horaire": 'tarif_horaire = "creche"',
    "titre": 'titre = "2 jours ouvrés avant, 10 h"',
    "unites": 'unites = [{ code = "REPAS", nom = "Repas" }]',
    "version": 'version = "2026-1"',
    "zone": 'zone = "B"',
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake as pydantic sees it: its type, the key, what was written, and the field that was expected there."""

    kind: str
    key: str
    value: object
    limits: Mapping[str, Any]
    models: tuple[type[Part], ...]  # the kinds of table that the key could belong to
    field: FieldInfo | None  # none: no such key
    item: bool = False  # it is an item of a list


def remedy(fault: Fault) -> str:
    """Say in French what is wrong and what to write."""
    return REMEDIES.get(fault.kind, _other)(fault)


def keys(model: type[Part]) -> dict[str, FieldInfo]:
    """Give the keys that a table accepts, as the file writes them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def expected(loc: tuple[str | int, ...]) -> tuple[tuple[type[Part], ...], FieldInfo | None]:
    """Follow a place through the schema: the table that holds its key, and the field, if there is such a key."""
    holders: tuple[type[Part], ...] = ()
    inside: tuple[type[Part], ...] = (Rulebook,)
    field: FieldInfo | None = None
    for step in loc:
        if isinstance(step, int) or not inside:
            continue
        if len(inside) > 1 and (chosen := [m for m in inside if step in get_args(m.model_fields["mode"].annotation)]):
            inside = tuple(chosen)
            continue
        holders = inside
        field = next((keys(model)[step] for model in inside if step in keys(model)), None)
        inside = tuple(tables(field.annotation)) if field else ()
    return holders, field


def tables(annotation: Any) -> Iterator[type[Part]]:
    """Give the kinds of table that a field holds."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from tables(inner)


def _words(annotation: Any) -> Iterator[str]:
    """Give the words of the closed list that a field accepts."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (str(member.value) for member in annotation)
    elif get_origin(annotation) is Literal:
        yield from (str(word) for word in get_args(annotation))
    else:
        for inner in get_args(annotation):
            yield from _words(inner)


# The keys that most tables share: a list of keys ends with them.
COMMON = frozenset(keys(Case))


def _missing(fault: Fault) -> str:
    by_unit = fault.key == "prix" and UnitTariff in fault.models
    example = "prix.REPAS = 3.60" if by_unit else EXAMPLES.get(fault.key)
    return f"Il manque {quoted(fault.key)}" + (f"\u202f: ajoutez par exemple {example}." if example else ".")


def _unknown(fault: Fault) -> str:
    told = f"Clé inconnue {quoted(fault.key)}"
    allowed = sorted((key for model in fault.models for key in keys(model)), key=COMMON.__contains__)
    near = nearest(fault.key, allowed)
    choices = f"Clés possibles ici\u202f: {', '.join(dict.fromkeys(allowed))}."
    if all(issubclass(model, Tariff) for model in fault.models) and (modes := _modes_with(fault.key)):
        wanted = ", ".join(f'"{mode}"' for mode in modes)
        return f"{told} dans ce mode\u202f: elle demande mode = {wanted.replace(', ', ' ou ')}. {choices}"
    if near:
        return f"{told}\u202f: vouliez-vous {quoted(near)}\u202f? {choices}"
    if fault.key in keys(Rulebook) and Rulebook not in fault.models:
        return f"{told} ici\u202f: {quoted(fault.key)} s'écrit au premier niveau{_where(fault.key)}. {choices}"
    return f"{told}\u202f: retirez-la. {choices}"


def _where(key: str) -> str:
    if any(tables(keys(Rulebook)[key].annotation)):
        return ""
    return ", en tête du fichier, avant la première ligne entre crochets"


def _modes_with(key: str) -> list[str]:
    """Give the modes of a price list that know a key."""
    tariffs = tables(keys(Rulebook)["tarif"].annotation)
    return [get_args(model.model_fields["mode"].annotation)[0].value for model in tariffs if key in keys(model)]


def _word(fault: Fault) -> str:
    words = list(dict.fromkeys(_words(fault.field.annotation))) if fault.field else []
    return _choose(fault.value, words)


def _mode(fault: Fault) -> str:
    return _choose(fault.limits["tag"], [mode.value for mode in Mode])


def _choose(value: object, words: list[str]) -> str:
    near = nearest(value, words) if isinstance(value, str) else None
    meant = f" Vouliez-vous {quoted(near)}\u202f?" if near else ""
    return f"{_shown(value)} n'est pas un mot permis ici.{meant} Mots possibles\u202f: {', '.join(words)}."


def _text(fault: Fault) -> str:
    fits = isinstance(fault.value, int | Decimal) and not isinstance(fault.value, bool)
    value = f'"{fault.value if fits else "…"}"'
    example = f"{fault.key} = {f'[{value}]' if fault.item else value}"
    return f"Écrivez un texte entre guillemets\u202f: {example}."


def _empty(fault: Fault) -> str:
    return (
        f"Ce texte est vide\u202f: écrivez-le entre les guillemets, par exemple {EXAMPLES.get(fault.key, fault.key)}."
    )


def _long(fault: Fault) -> str:
    return f"Ce texte compte {len(str(fault.value))} caractères\u202f: raccourcissez-le à {fault.limits['max_length']} au plus."


def _code(fault: Fault) -> str:
    told = f"{_shown(fault.value)} n'est pas un code" if fault.value else "Ce code est vide"
    return (
        f"{told}\u202f: des lettres, des chiffres, «\xa0-\xa0», «\xa0_\xa0» ou «\xa0.\xa0», "
        "sans espace, une lettre ou un chiffre d'abord, 40 caractères au plus."
    )


def _whole(fault: Fault) -> str:
    found = re.fullmatch(r"\s*(-?\d+)\s*", fault.value) if isinstance(fault.value, str) else None
    example = found[1] if found else "2"
    if fault.key == "par_jours":
        return f"{_shown(fault.value)} n'est pas un nombre de jours par semaine\u202f: écrivez par exemple par_jours.4 = 85.00."
    return f"{_instead(fault.value)} un nombre entier, sans guillemets\u202f: par exemple {example}."


def _amount(fault: Fault) -> str:
    if isinstance(fault.value, dict):
        by_unit = ' Pour un prix par unité, choisissez mode = "unité".' if fault.key in {"prix", "exterieurs"} else ""
        return f"Un seul montant est attendu ici\u202f: {fault.key} = 3.60.{by_unit}"
    found = re.search(r"-?\d+(?:[.,]\d+)?", fault.value) if isinstance(fault.value, str) else None
    example = found[0].replace(",", ".") if found else "3.60"
    return f"{_instead(fault.value)} un nombre, sans guillemets, avec un point pour les décimales\u202f: par exemple {example}."


def _too_small(fault: Fault) -> str:
    strict = "gt" in fault.limits
    bound = f"plus de {fault.limits['gt']}" if strict else f"{fault.limits.get('ge')} au moins"
    return f"{_shown(fault.value)} est trop petit\u202f: écrivez {bound}."


def _too_big(fault: Fault) -> str:
    return f"{_shown(fault.value)} est trop grand\u202f: écrivez {fault.limits.get('le')} au plus."


def _decimals(fault: Fault) -> str:
    return f"{_shown(fault.value)} a trop de décimales\u202f: {fault.limits['decimal_places']} au plus."


def _yes_or_no(fault: Fault) -> str:
    return f"{_instead(fault.value)} true (oui) ou false (non), sans guillemets."


def _date(fault: Fault) -> str:
    example = as_date(str(fault.value)) or "2026-09-01"
    return f"{_instead(fault.value)} une date année-mois-jour, sans guillemets ni heure\u202f: par exemple {example}."


def _hour(fault: Fault) -> str:
    example = as_hour(str(fault.value)) or "10:00:00"
    midnight = f' (ou "{MIDNIGHT}", la fin de la journée)' if Deadline in fault.models else ""
    return f"{_instead(fault.value)} une heure, avec ses secondes et sans guillemets\u202f: {example}{midnight}."


def _list(fault: Fault) -> str:
    if fault.field is not None and any(tables(fault.field.annotation)):
        if fault.key in {"plages", "unites"}:
            return f"Écrivez une liste de tables, entre crochets\u202f: {EXAMPLES[fault.key]}."
        name = f"calendrier.{fault.key}" if fault.key not in keys(Rulebook) else fault.key
        return f"Écrivez [[{name}]], avec deux crochets\u202f: il peut y en avoir plusieurs."
    value = f'"{fault.value}"' if isinstance(fault.value, str) else str(fault.value)
    shown = value if isinstance(fault.value, str | int | Decimal) and not isinstance(fault.value, bool) else "…"
    return f"Écrivez une liste, entre crochets\u202f: {fault.key} = [{shown}]."


def _too_short(fault: Fault) -> str:
    least = fault.limits.get("min_length", 1)
    example = f", par exemple {EXAMPLES[fault.key]}" if fault.key in EXAMPLES else ""
    if fault.limits.get("actual_length") == 0:
        count = "une valeur" if least == 1 else f"{least} valeurs"
        needed = fault.item or (fault.field is not None and fault.field.is_required())
        instead = "" if needed else ", ou retirez la clé"
        return f"Rien n'est écrit ici\u202f: donnez au moins {count}{example}{instead}."
    return f"La liste est trop courte\u202f: donnez au moins {least} valeurs{example}."


def _table(fault: Fault) -> str:
    if fault.key in {"prix", "exterieurs"}:
        value = fault.value if isinstance(fault.value, int | Decimal) and not isinstance(fault.value, bool) else "3.60"
        return f'Écrivez un prix par unité\u202f: {fault.key}.REPAS = {value}. Pour un prix unique, choisissez mode = "jour".'
    if fault.key == "par_jours":
        return "Écrivez un prix par nombre de jours\u202f: par_jours.4 = 85.00."
    if fault.key == "retard":
        return f"Écrivez un mot, ou une table entre accolades\u202f: {EXAMPLES['retard']}."
    if fault.key in keys(Rulebook) and isinstance(fault.value, list):
        return f"Écrivez [{fault.key}], avec un seul crochet\u202f: il n'y en a qu'un."
    if fault.key in keys(Rulebook):
        several = fault.kind == "model_type" and fault.key not in {"calendrier", "fratrie", "quotient"}
        return f"Écrivez une table\u202f: {f'[[{fault.key}]]' if several else f'[{fault.key}]'}, puis ses clés, une par ligne."
    return f"Écrivez une table, entre accolades\u202f: {EXAMPLES.get(fault.key, fault.key + ' = { … }')}."


def _other(fault: Fault) -> str:
    return (
        f"{_shown(fault.value)} ne convient pas ici\u202f: corrigez d'après le guide (resources/rulebooks/README.md)."
    )


def _shown(value: object) -> str:
    """Quote a value as the file writes it."""
    if isinstance(value, bool):
        return quoted("true" if value else "false")
    if isinstance(value, dict):
        return "Une table"
    if isinstance(value, list | tuple):
        return "Une liste"
    text = str(value)
    return quoted(text if len(text) <= LONG else text[:LONG] + "…")


def _instead(value: object) -> str:
    return f"{_shown(value)} ne convient pas\u202f: écrivez"


REMEDIES: dict[str, Callable[[Fault], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "enum": _word,
    "literal_error": _word,
    "union_tag_invalid": _mode,
    "string_type": _text,
    "string_too_short": _empty,
    "string_too_long": _long,
    "string_pattern_mismatch": _code,
    "int_type": _whole,
    "int_parsing": _whole,
    "int_from_float": _whole,
    "decimal_type": _amount,
    "decimal_parsing": _amount,
    "finite_number": _amount,
    "decimal_max_places": _decimals,
    "decimal_max_digits": lambda fault: (
        f"{_shown(fault.value)} a trop de chiffres\u202f: {fault.limits['max_digits']} au plus."
    ),
    "decimal_whole_digits": lambda fault: (
        f"{_shown(fault.value)} est trop grand\u202f: {fault.limits['whole_digits']} chiffres avant le point, au plus."
    ),
    "greater_than": _too_small,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_big,
    "bool_type": _yes_or_no,
    "date_type": _date,
    "time_type": _hour,
    "tuple_type": _list,
    "too_short": _too_short,
    "dict_type": _table,
    "mapping_type": _table,
    "model_type": _table,
    "model_attributes_type": _table,
}
