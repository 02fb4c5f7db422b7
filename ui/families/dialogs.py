"""Correcting a person's fields, and inviting a guardian to the portal."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QWidget

from backoffice.errors import RefusedByRule
from backoffice.families.fields import field_of
from backoffice.families.file import FieldRow, GuardianRow
from backoffice.families.invite import LINK_HOURS
from backoffice.families.lists import AccountState
from resources.french import NARROW, of_name
from ui.common.dialogs import Confirmation, FormDialog
from ui.common.forms import choice_field, date_field, date_in, text_field
from ui.families.presenter import Person

EXAMPLES = {"phone": "06 12 34 56 78", "email": "prenom.nom@exemple.fr", "postal_code": "88140"}
WIDE = {"email", "street"}
NOTHING = "(vide)"


class PersonDialog(FormDialog):
    """The fields of a guardian or of a child; what a colleague changed meanwhile is shown beside what was typed."""

    def __init__(self, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(f"Fiche {of_name(person.name)}", "Enregistrer", parent=parent, columns=2)
        self.person = person
        self._controls = {field.name: self._add(field) for field in person.fields}
        self.explain_stars()

    def changes(self) -> dict[str, str]:
        """Give what was typed, where it differs from what was read."""
        return {field.name: typed for field in self.person.fields if (typed := self._typed(field.name)) != field.stored}

    def is_complete(self) -> bool:
        return self.form.check_filled() and self.form.show_faults(self._faults())

    def show_conflict(self, fresh: Person, sentence: str) -> None:
        """Show what somebody else wrote since: taken where this agent typed nothing, compared where she did."""
        typed = self.changes()
        before = {field.name: field.stored for field in self.person.fields}
        self.person = fresh
        faults = {}
        for field in fresh.fields:
            if field.stored == before.get(field.name):
                continue
            if field.name in typed:
                faults[field.name] = (
                    f"Un collègue a écrit{NARROW}: {field.value or NOTHING}. Votre saisie le remplacera."
                )
            else:
                self._put(field)
                faults[field.name] = f"Repris de la saisie d'un collègue{NARROW}: {field.value or NOTHING}."
        self.submit.setText("Enregistrer ma saisie")
        self.refuse(sentence, faults)

    def _add(self, field: FieldRow) -> QWidget:
        help_text = f"La famille souhaite{NARROW}: {field.waiting} (à traiter)." if field.waiting is not None else ""
        return self.form.add(
            field.name,
            field.label,
            _control(field),
            required=field.required,
            help_text=help_text,
            wide=field.name in WIDE,
        )

    def _faults(self) -> Mapping[str, str]:
        faults = {}
        for name, text in self.changes().items():
            known = field_of(self.person.subject, name)
            try:
                if known is not None:
                    known.read(text)
            except RefusedByRule as error:
                faults[name] = str(error)
        return faults

    def _typed(self, name: str) -> str:
        match self._controls[name]:
            case QLineEdit() as line:
                return line.text().strip()
            case QComboBox() as choice:
                return str(choice.currentData() or "")
            case QDateEdit() as day:
                return date_in(day).isoformat()
        return ""

    def _put(self, field: FieldRow) -> None:
        match self._controls[field.name]:
            case QLineEdit() as line:
                line.setText(field.stored)
            case QComboBox() as choice:
                choice.setCurrentIndex(choice.findData(field.stored))
            case QDateEdit() as day:
                day.setDate(date_field(date.fromisoformat(field.stored)).date())


class InviteDialog(Confirmation):
    """Says to whom the link goes and how long it serves, before it is sent."""

    def __init__(self, guardian: GuardianRow, parent: QWidget | None = None) -> None:
        replaced = " Le lien envoyé précédemment ne servira plus." if guardian.account is AccountState.INVITED else ""
        forgotten = guardian.account is AccountState.OPEN
        purpose = "choisir un nouveau mot de passe" if forgotten else "créer son mot de passe"
        super().__init__(
            "Envoyer un nouveau lien" if forgotten else "Inviter au portail",
            f"{guardian.name} recevra à l'adresse {guardian.email} un lien pour {purpose}. "
            f"Lien valable {LINK_HOURS}\xa0h, une seule fois.{replaced}",
            "Envoyer le lien" if forgotten else "Envoyer l'invitation",
            parent=parent,
        )


def _control(field: FieldRow) -> QWidget:
    if field.shape == "choice":
        return choice_field(dict(field.choices), field.stored or None, blank="" if field.stored else "Choisissez…")
    if field.shape == "date" and field.stored:
        return date_field(date.fromisoformat(field.stored))
    return text_field(field.stored, example=EXAMPLES.get(field.shape, ""))
