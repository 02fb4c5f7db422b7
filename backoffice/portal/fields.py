"""What a browser sends back of a person's file: cleaned, checked for shape, compared with what is published."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from backoffice.sync.contract import FieldView, FieldWish, PersonView
from resources.french import short_date

LONGEST = 200
PHONE = re.compile(r"(?:\+33|0033|0)([1-9])(\d{8})", re.ASCII)
FOREIGN_PHONE = re.compile(r"\+(?!33)[1-9]\d{6,14}", re.ASCII)
EMAIL = re.compile(r"[^@\s<>()\",;:]+@[^@\s<>()\",;:.]+(\.[^@\s<>()\",;:.]+)+")
POSTAL_CODE = re.compile(r"\d{5}", re.ASCII)

REQUIRED = "Ce champ est obligatoire."
CHANGED = "Ce champ a changé entre-temps. La valeur publiée est maintenant « {value} » : vérifiez la vôtre et enregistrez de nouveau."
SENT = "Une modification de ce champ est en cours d'enregistrement : attendez sa réponse."


class WrongShape(Exception):
    """What was typed cannot be what the field holds; the sentence says what is expected."""


@dataclass(frozen=True, slots=True)
class FieldsJudged:
    """The wishes that may leave, and the sentences for the fields that keep them back."""

    wishes: tuple[FieldWish, ...]
    troubles: dict[str, str]


def cleaned(text: str) -> str:
    """Take out what nobody means to type: line breaks, control characters, doubled spaces."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def normalized(field: FieldView, text: str) -> str:
    """Write a value as the structure keeps it.

    Raises:
        WrongShape: with the sentence to show beside the field.
    """
    value = cleaned(text)
    if not value:
        if field.required:
            raise WrongShape(REQUIRED)
        return ""
    if len(value) > LONGEST:
        raise WrongShape(f"Ce champ tient en {LONGEST} caractères.")
    if field.shape == "choice":
        return _choice(field, value)
    return SHAPES.get(field.shape, str)(value)


def judge(
    person: PersonView, typed: Mapping[str, str], seen: Mapping[str, str], sent: Mapping[str, str]
) -> FieldsJudged:
    """Keep the changes of the fields that this family may change; what else a browser sends is not looked at."""
    wishes: list[FieldWish] = []
    troubles: dict[str, str] = {}
    for field in person.fields:
        if not field.editable or field.name not in typed:
            continue
        if cleaned(typed[field.name]) == cleaned(field.value):
            continue
        try:
            value = normalized(field, typed[field.name])
        except WrongShape as error:
            troubles[field.name] = str(error)
            continue
        if value == _as_kept(field):
            continue
        if field.name in sent:
            troubles[field.name] = SENT
        elif seen.get(field.name, field.value) != field.value:
            troubles[field.name] = CHANGED.format(value=in_words(field, field.value))
        else:
            wishes.append(FieldWish(name=field.name, seen=field.value, wished=value))
    return FieldsJudged(tuple(wishes), troubles)


def in_words(field: FieldView, value: str) -> str:
    """Write a value as it is read: the words of a choice, a French date."""
    if field.shape == "choice":
        return dict(field.choices).get(value, value)
    if field.shape == "date" and (day := _iso(value)):
        return short_date(day)
    return value


def _as_kept(field: FieldView) -> str:
    try:
        return normalized(field, field.value)
    except WrongShape:
        return field.value


def _phone(value: str) -> str:
    digits = re.sub(r"[\s.\-()/]", "", value.replace("(0)", ""))
    if FOREIGN_PHONE.fullmatch(digits):
        return digits
    if not (found := PHONE.fullmatch(digits)):
        raise WrongShape("Un numéro de téléphone français a dix chiffres, par exemple 06 12 34 56 78.")
    number = f"0{found[1]}{found[2]}"
    return " ".join(number[start : start + 2] for start in range(0, 10, 2))


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value):
        raise WrongShape("Une adresse e-mail s'écrit par exemple prenom.nom@exemple.fr.")
    return value.lower()


def _postal_code(value: str) -> str:
    code = value.replace(" ", "")
    if not POSTAL_CODE.fullmatch(code):
        raise WrongShape("Un code postal a cinq chiffres, par exemple 88140.")
    return code


def _date(value: str) -> str:
    day = _iso(value) or _french_date(value)
    if day is None:
        raise WrongShape("Une date s'écrit jour/mois/année, par exemple 05/09/2019.")
    return day.isoformat()


def _choice(field: FieldView, value: str) -> str:
    if value not in dict(field.choices):
        raise WrongShape("Choisissez une des réponses proposées.")
    return value


def _iso(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _french_date(value: str) -> date | None:
    found = re.fullmatch(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", value, re.ASCII)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


SHAPES = {"phone": _phone, "email": _email, "postal_code": _postal_code, "date": _date}
