"""Before a child is added: is it one that another household has already, as separated parents' are, and where does it go?"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.requests.file import RequestFile
from backoffice.requests.kinds.person import CHILD_ID, SCHOOL_ID, ChildAsked, child_asked
from resources.french import NARROW
from ui.common.forms import choice_field
from ui.requests.way import TermsDialog

NEW = "new"


class NewChildDialog(TermsDialog):
    """Asks which child it is, when one of that name is known, and its school, when the family has not named one of ours."""

    def __init__(self, file: RequestFile, known: ChildAsked, parent: QWidget | None = None) -> None:
        super().__init__("Ajouter l'enfant au foyer", "Accepter", parent=parent)
        self._same = self._school = None
        told = f"{file.row.title}, famille {file.row.family}."
        if known.twins:
            told += (
                " Un enfant du même nom, né le même jour, a déjà un dossier. Si c'est le même, les deux foyers partageront sa "
                f"fiche{NARROW}; chacun garde ses factures et son adresse."
            )
            choices = {str(twin.child_id): f"C'est {twin.text}" for twin in known.twins} | {
                NEW: "C'est un autre enfant"
            }
            self._same = self.form.add(
                "child", "&Enfant", choice_field(choices, blank="Choisissez…"), required=True, wide=True
            )
        if known.school_id is None and known.schools:
            named = next((item.wished for item in file.items if item.key == "school"), "")
            help_text = f"La famille a écrit{NARROW}: {named}." if named else "La famille n'en a pas nommé."
            schools = {str(number): name for number, name in known.schools.items()}
            control = choice_field(schools, blank="Aucune pour l'instant")
            self._school = self.form.add("school", "É&cole", control, help_text=help_text, wide=True)
        self.tell(told)
        if known.twins:
            self.explain_stars()

    @property
    def values(self) -> Mapping[str, Any]:
        """Which child joins the household (None: a new one is written), and its school."""
        same = NEW if self._same is None else self._same.currentData()
        school = None if self._school is None else self._school.currentData()
        return {CHILD_ID: None if same == NEW else int(same), SCHOOL_ID: int(school) if school else None}


def read_child(office: Office, agent: Agent, request_id: UUID) -> ChildAsked | None:
    """Read what must be asked."""
    del agent
    return office.read(child_asked, request_id)


def asks_child(known: Any) -> bool:
    """Tell whether anything must be."""
    return isinstance(known, ChildAsked) and not known.clear


def ask_child(file: RequestFile, known: Any, parent: QWidget) -> TermsDialog:
    """Ask it."""
    assert isinstance(known, ChildAsked)
    return NewChildDialog(file, known, parent)
