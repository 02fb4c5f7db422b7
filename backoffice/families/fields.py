"""The fields of a person: what each is called, holds and requires, and who may change it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from backoffice.errors import RefusedByRule
from models.office.families import Child, Guardian
from models.vocabulary import Diet
from resources.french import PARIS, short_date

LONGEST = 200
PHONE = re.compile(r"(?:\+33|0033|0)([1-9]\d{8})", re.ASCII)
FOREIGN_PHONE = re.compile(r"(?:\+|00)([1-9]\d{6,14})", re.ASCII)
EMAIL = re.compile(r"[^@\s<>()\",;:]+@[^@\s<>()\",;:.]+(\.[^@\s<>()\",;:.]+)+")
YES_NO = (("oui", "Oui"), ("non", "Non"))
DIETS = (
    (Diet.NONE, "Sans régime"),
    (Diet.NO_PORK, "Sans porc"),
    (Diet.VEGETARIAN, "Végétarien"),
)  # never a health fact

Shape = Literal["text", "phone", "email", "postal_code", "date", "choice"]


class Subject(StrEnum):
    """Whose field it is."""

    GUARDIAN = "guardian"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class PersonField:
    """One field of a guardian or of a child; what families see and do is the structure's to decide: `field_rules`."""

    name: str
    label: str
    shape: Shape = "text"
    required: bool = False
    family_may_edit: bool = True
    needs_approval: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    kept_as: type[StrEnum] | None = None  # of a choice; none: yes or no
    shown: bool = True  # to families
    always_approved: bool = False  # who somebody is, and the way in: never changed by a family alone

    def read(self, text: str) -> str:
        """Write what somebody typed as the field keeps it.

        Raises:
            RefusedByRule: it cannot be what the field holds.
        """
        value = cleaned(text)
        if not value:
            if self.required:
                raise RefusedByRule(f"Le champ «\xa0{self.label}\xa0» est obligatoire.")
            return ""
        if len(value) > LONGEST:
            raise RefusedByRule(f"Le champ «\xa0{self.label}\xa0» tient en {LONGEST} caractères.")
        if self.shape == "choice":
            return self._choice(value)
        return READERS[self.shape](value)

    def of(self, person: Guardian | Child) -> str:
        """Give a person's value as text: « oui » or « non », an ISO date, nothing when there is none."""
        value = getattr(person, self.name)
        if isinstance(value, bool):
            return "oui" if value else "non"
        return value.isoformat() if isinstance(value, date) else str(value or "")

    def put(self, person: Guardian | Child, value: str) -> None:
        """Give a person the value that `read` made of a text."""
        if self.shape == "choice":
            setattr(person, self.name, self.kept_as(value) if self.kept_as else value == "oui")
        elif self.shape == "date":
            setattr(person, self.name, date.fromisoformat(value))
        else:
            setattr(person, self.name, value if value or self.required else None)

    def in_words(self, value: str | None) -> str:
        """Write a kept value as it is read: the words of a choice, a French date."""
        if self.shape == "choice":
            return dict(self.choices).get(value or "", value or "")
        if self.shape == "date" and value and (day := _iso(value)):
            return short_date(day)
        return value or ""

    def _choice(self, value: str) -> str:
        if value not in dict(self.choices):
            words = ", ".join(word for _, word in self.choices)
            raise RefusedByRule(f"Le champ «\xa0{self.label}\xa0» attend une de ces réponses\u202f: {words}.")
        return value


def _held(name: str, label: str, shape: Shape = "text") -> PersonField:
    """Say who somebody is: the régie's to write, and to check if the structure lets families ask."""
    return PersonField(
        name, label, shape, required=True, family_may_edit=False, needs_approval=True, always_approved=True
    )


FIELDS: dict[Subject, tuple[PersonField, ...]] = {
    Subject.GUARDIAN: (
        _held("last_name", "Nom"),
        _held("first_name", "Prénom"),
        PersonField("email", "Adresse e-mail", "email", required=True, needs_approval=True, always_approved=True),
        PersonField("mobile", "Téléphone mobile", "phone"),
        PersonField("work_phone", "Téléphone professionnel", "phone"),
        PersonField("street", "Adresse", required=True, needs_approval=True),
        PersonField("postal_code", "Code postal", "postal_code", required=True, needs_approval=True),
        PersonField("city", "Commune", required=True, needs_approval=True),
    ),
    Subject.CHILD: (
        _held("last_name", "Nom"),
        _held("first_name", "Prénom"),
        _held("birth_date", "Date de naissance", "date"),
        PersonField("class_name", "Classe", needs_approval=True),
        PersonField("doctor", "Médecin traitant"),
        PersonField("photo_allowed", "Photos autorisées", "choice", required=True, choices=YES_NO),
        PersonField(
            "leaves_alone", "Part seul", "choice", required=True, choices=YES_NO,
            shown=False, family_may_edit=False, needs_approval=True,
        ),
        PersonField(
            "diet", "Régime alimentaire", "choice", required=True, choices=DIETS, kept_as=Diet,
            shown=False, family_may_edit=False, needs_approval=True,
        ),
    ),
}  # fmt: skip
BY_NAME = {(subject, field.name): field for subject, fields in FIELDS.items() for field in fields}


def field_of(subject: Subject, name: str) -> PersonField | None:
    """Find a field by its name."""
    return BY_NAME.get((subject, name))


def cleaned(text: str) -> str:
    """Take out what nobody means to type: line breaks, control characters, doubled spaces."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _phone(value: str) -> str:
    digits = re.sub(r"[\s.\-()/]", "", value.replace("(0)", ""))
    if found := PHONE.fullmatch(digits):
        number = f"0{found[1]}"
        return " ".join(number[start : start + 2] for start in range(0, 10, 2))
    if (found := FOREIGN_PHONE.fullmatch(digits)) and not found[1].startswith("33"):
        return f"+{found[1]}"
    raise RefusedByRule("Un numéro de téléphone français a dix chiffres, par exemple 06 12 34 56 78.")


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value):
        raise RefusedByRule("Une adresse e-mail s'écrit par exemple prenom.nom@exemple.fr.")
    return value.casefold()


def _postal_code(value: str) -> str:
    code = value.replace(" ", "")
    if not (code.isascii() and code.isdecimal() and len(code) == 5):
        raise RefusedByRule("Un code postal a cinq chiffres, par exemple 88140.")
    return code


def _date(value: str) -> str:
    day = _iso(value) or _french_date(value)
    if day is None:
        raise RefusedByRule("Une date s'écrit jour/mois/année, par exemple 05/09/2019.")
    return day.isoformat()


def _iso(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _french_date(value: str) -> date | None:
    try:
        return datetime.strptime(value, "%d/%m/%Y").replace(tzinfo=PARIS).date()
    except ValueError:
        return None


def _text(value: str) -> str:
    return value


READERS: dict[str, Callable[[str], str]] = {
    "text": _text,
    "phone": _phone,
    "email": _email,
    "postal_code": _postal_code,
    "date": _date,
}
