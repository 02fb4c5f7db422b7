"""What the structure decides of people's files on the portal: fields shown, editable, required, checked; who may be added."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import StaleRecord
from backoffice.families.fields import FIELDS, PersonField, Subject
from backoffice.office import Work
from backoffice.sync.contract import SHARED, ViewKind
from models.office.families import Family, FieldRule
from models.office.structure import Commune
from models.vocabulary import Role

Addable = Literal["child", "contact", "pickup"]
ADD: Final = "add"  # the subject of the rows that say who may be added, by their `shown`
ADDABLE: Final[Mapping[Addable, str]] = {
    "child": "Un enfant",
    "contact": "Un contact à prévenir",
    "pickup": "Une personne autorisée à venir chercher l'enfant",
}
Key = tuple[str, str]  # subject, name


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """How families meet one field: the four boxes, and those that the house holds ticked."""

    subject: Subject
    name: str
    label: str
    shown: bool
    editable: bool
    required: bool
    needs_approval: bool
    required_held: bool
    approval_held: bool


@dataclass(frozen=True, slots=True)
class PortalFiles:
    """All that the structure decides of people's files."""

    fields: tuple[FieldChoice, ...]
    addable: tuple[Addable, ...]


class FieldRules:
    """The fields as families meet them, and whom they may add."""

    def __init__(self, rows: Mapping[Key, FieldRule]) -> None:
        self._rows = rows

    def of(self, subject: Subject, name: str) -> PersonField | None:
        """Find a field by its name, as the structure wants it."""
        found = next((field for field in FIELDS[subject] if field.name == name), None)
        return self._ruled(subject, found) if found else None

    def fields(self, subject: Subject) -> tuple[PersonField, ...]:
        """Give the fields of a guardian or of a child, hidden ones too."""
        return tuple(self._ruled(subject, field) for field in FIELDS[subject])

    def shown(self, subject: Subject) -> tuple[PersonField, ...]:
        """Give the fields that families see: the others are not published at all."""
        return tuple(field for field in self.fields(subject) if field.shown)

    @property
    def addable(self) -> tuple[Addable, ...]:
        """Say whom families may add; without a word from the structure, everybody."""
        return tuple(kind for kind in ADDABLE if (row := self._rows.get((ADD, kind))) is None or row.shown)

    def _ruled(self, subject: Subject, field: PersonField) -> PersonField:
        row = self._rows.get((subject, field.name))
        if row is None:
            return field
        return replace(
            field,
            shown=row.shown,
            family_may_edit=row.shown and row.editable,
            required=field.required or row.required,
            needs_approval=field.always_approved or row.needs_approval,
        )


def read_field_rules(session: Session) -> FieldRules:
    """Read what the structure decides, in one query."""
    return FieldRules(_rows(session))


def portal_files(session: Session) -> PortalFiles:
    """Read what the structure decides, as its page shows it."""
    rules = read_field_rules(session)
    choices = [_choice(subject, field) for subject in Subject for field in rules.fields(subject)]
    return PortalFiles(tuple(choices), rules.addable)


def save_portal_files(work: Work, wished: PortalFiles, *, seen: PortalFiles) -> PortalFiles:
    """Decide what families see and change of their files, and show it to all of them.

    What the house holds stays held: a field that a file cannot lack stays required, and nobody's name, birth date or
    e-mail address changes without the régie's eye.

    Raises:
        StaleRecord: somebody else decided meanwhile.
    """
    work.agent.must_be(Role.ADMINISTRATOR)
    work.session.execute(select(Commune.id).with_for_update()).all()  # one administrator at a time
    before = portal_files(work.session)
    if before != seen:
        raise StaleRecord(
            "Ces réglages ont été modifiés entre-temps. Rien n'a été enregistré. Relisez-les, puis recommencez."
        )
    rows, house = _rows(work.session), FieldRules({})
    for choice in wished.fields:
        default = house.of(choice.subject, choice.name)
        if default is not None:
            key, shown = (str(choice.subject), choice.name), choice.shown
            values = (shown, shown and choice.editable, choice.required, choice.needs_approval)
            _keep(work.session, rows, key, values, _boxes(default))
    for kind in ADDABLE:
        _keep(
            work.session, rows, (ADD, kind), (kind in wished.addable, False, False, False), (True, False, False, False)
        )
    work.session.flush()
    after = portal_files(work.session)
    if after != before:
        _tell(work, before, after)
    return after


def _rows(session: Session) -> dict[Key, FieldRule]:
    return {(row.subject, row.name): row for row in session.scalars(select(FieldRule))}


def _boxes(field: PersonField) -> tuple[bool, bool, bool, bool]:
    return field.shown, field.shown and field.family_may_edit, field.required, field.needs_approval


def _choice(subject: Subject, field: PersonField) -> FieldChoice:
    house = next(one for one in FIELDS[subject] if one.name == field.name)
    return FieldChoice(subject, field.name, field.label, *_boxes(field), house.required, house.always_approved)


def _keep(
    session: Session,
    rows: Mapping[Key, FieldRule],
    key: Key,
    values: tuple[bool, bool, bool, bool],
    default: tuple[bool, bool, bool, bool],
) -> None:
    """Write a row where the structure differs from the house, and none elsewhere."""
    row = rows.get(key)
    if values == default:
        if row is not None:
            session.delete(row)
        return
    if row is None:
        row = FieldRule(subject=key[0], name=key[1])
        session.add(row)
    row.shown, row.editable, row.required, row.needs_approval = values


def _tell(work: Work, before: PortalFiles, after: PortalFiles) -> None:
    """Sign what changed, and show it to every household."""
    old, new = _words(before), _words(after)
    changed = [name for name in old if old[name] != new[name]]
    work.sign(
        "field_rules", "portal", "fields",
        old={name: old[name] for name in changed}, new={name: new[name] for name in changed},
    )  # fmt: skip
    work.show(ViewKind.STRUCTURE, "", SHARED)
    for family_id in work.session.scalars(select(Family.id)):
        work.show(ViewKind.FAMILY, "", family_id)


def _words(files: PortalFiles) -> dict[str, str]:
    fields = {
        f"{choice.subject}.{choice.name}": ", ".join(
            word
            for holds, word in (
                (choice.shown, "visible"),
                (choice.editable, "modifiable"),
                (choice.required, "obligatoire"),
                (choice.needs_approval, "vérifié"),
            )
            if holds
        )
        for choice in files.fields
    }
    return fields | {f"{ADD}.{kind}": "oui" if kind in files.addable else "non" for kind in ADDABLE}
