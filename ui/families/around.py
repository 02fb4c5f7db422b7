"""Who is around a child: their lines in its card, and the form that writes one of them."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backoffice.families.around import Around
from backoffice.families.file import ChildRow, PickupRow
from resources.french import NARROW, listed, of_name
from ui.common.dialogs import Confirmation, FormDialog
from ui.common.forms import choice_field, text_field
from ui.common.parts import button, row_of
from ui.families.words import sentence
from ui.shell.theme import em

AskAround = Callable[[PickupRow | None], object]  # none: somebody to add
BOTH, CONTACT, PICKUP, BARRED = "both", "contact", "pickup", "barred"
ROLES = {
    PICKUP: "Peut venir chercher l'enfant",
    CONTACT: "À prévenir, ne vient pas chercher l'enfant",
    BOTH: "À prévenir, et peut venir chercher l'enfant",
    BARRED: "Ne doit pas venir chercher l'enfant",
}
MEANINGS = {(True, False): PICKUP, (False, True): CONTACT, (True, True): BOTH, (False, False): BARRED}


class AroundList(QWidget):
    """A line for each person, with what corrects it."""

    def __init__(self, people: Iterable[PickupRow], ask: AskAround) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(0.2))
        for person in people:
            edit = button("Modifier", partial(ask, person), icon="edit", look="quiet")
            edit.setAccessibleName(f"Modifier {person.name}")
            row = QHBoxLayout()
            row.addWidget(sentence(f"{_person(person)}{NARROW}: {_role(person)}."), 1)
            row.addWidget(edit)
            column.addLayout(row)


class AroundDialog(FormDialog):
    """Name, link, telephone, and what somebody is for the child; who is known already can be taken away."""

    def __init__(self, child: ChildRow, seen: PickupRow | None, parent: QWidget | None = None) -> None:
        title = f"{seen.name}, pour {child.first_name}" if seen else f"Ajouter une personne pour {child.first_name}"
        super().__init__(title, "Enregistrer", parent=parent)
        self.child, self.seen = child, seen
        self.name = self.form.add("name", "Prénom et &nom", text_field(seen.name if seen else ""), required=True)
        relation = text_field(seen.relation if seen else "", example="grand-mère, voisin…")
        self.relation = self.form.add("relation", "&Lien avec l'enfant", relation, required=True)
        self.phone = self.form.add(
            "phone", "&Téléphone", text_field((seen and seen.phone) or "", example="06 12 34 56 78"),
            help_text="Nécessaire, sauf pour qui ne doit pas venir.",
        )  # fmt: skip
        chosen = MEANINGS[seen.allowed, seen.contact] if seen else PICKUP
        self.role = self.form.add(
            "role", "&Rôle", choice_field(ROLES, chosen),
            help_text="La famille ne voit jamais, sur le portail, qui ne doit pas venir.",
        )  # fmt: skip
        self.remove = button("Retirer du dossier", icon="cross", look="quiet")
        self.remove.setVisible(seen is not None)
        self.body.addWidget(row_of(self.remove, stretch_after=0))
        self.explain_stars()

    @property
    def wished(self) -> Around:
        """Give what was typed."""
        role = self.role.currentData()
        return Around(
            self.name.text(), self.relation.text(), self.phone.text(),
            allowed=role in {PICKUP, BOTH}, contact=role in {CONTACT, BOTH},
        )  # fmt: skip

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  a presenter's view takes it so
        super().show_busy(busy)
        self.remove.setDisabled(busy)


class RemoveDialog(Confirmation):
    """Asks before somebody leaves a child's file."""

    def __init__(self, child: ChildRow, seen: PickupRow, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Retirer {seen.name} du dossier",
            f"{seen.name} ({_role(seen)}) ne sera plus au dossier {of_name(child.first_name)}. Le journal garde qui l'a retiré.",
            "Retirer",
            danger=True,
            parent=parent,
        )


def pickup_words(people: Iterable[PickupRow]) -> Iterable[str]:
    """Say in a few sentences who is around a child, to whoever may only look."""
    people = tuple(people)
    called = [_person(person) for person in people if person.contact]
    allowed = [_person(person) for person in people if person.allowed]
    barred = [_person(person) for person in people if not person.allowed and not person.contact]
    if called:
        yield f"À prévenir{NARROW}: {listed(called)}."
    if allowed:
        yield f"Peuvent venir chercher l'enfant{NARROW}: {listed(allowed)}."
    if barred:
        yield f"Ne doivent pas venir chercher l'enfant{NARROW}: {listed(barred)}."


def _role(person: PickupRow) -> str:
    """Say what somebody is for the child, in a sentence."""
    words = ROLES[MEANINGS[person.allowed, person.contact]]
    return words[0].lower() + words[1:]


def _person(person: PickupRow) -> str:
    phone = f", {person.phone}" if person.phone else ""
    return f"{person.name} ({person.relation}{phone})"
