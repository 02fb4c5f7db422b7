"""Accepting an enrolment that a family asks for: the group with its places, the dates, the documents that lack."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QCheckBox, QWidget

from backoffice.enrolments.choices import AskedChoices, asked_choices
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.requests.file import RequestFile
from resources.french import NARROW, listed, short_date
from ui.common.forms import note_field
from ui.common.seats import SeatFields, age_words
from ui.requests.way import TermsDialog

WITHOUT = "&Accepter sans attendre ces documents"


class EnrolmentDialog(TermsDialog):
    """Proposes what the family asks for; the agent confirms the group, may move the dates, or do without a document."""

    def __init__(self, file: RequestFile, known: AskedChoices, parent: QWidget) -> None:
        super().__init__(f"Inscrire {known.child.name}", "Accepter", parent=parent, columns=2)
        self.known = known
        self.tell(
            f"{known.activity.name}{NARROW}: {age_words(known.child, known.starts)} au {short_date(known.starts)}. "
            f"Famille {file.row.family}."
        )
        self.seat = SeatFields(self.form, known.starts, known.ends)
        self.without: QCheckBox | None = None
        if known.lacking:
            self.without = self.form.add(
                "without", WITHOUT.replace("&", ""), QCheckBox(WITHOUT), wide=True,
                help_text=f"Il manque{NARROW}: {listed(known.lacking)}.",
            )  # fmt: skip
        self.words = self.form.add(
            "note", "&Mot à la famille", note_field(lines=2), wide=True,
            help_text=f"{file.row.guardian} le lit sur le portail." if file.row.guardian else "",
        )  # fmt: skip
        self.explain_stars()
        self.seat.show_choice(known.child, known.activity)

    @property
    def values(self) -> Mapping[str, Any]:
        starts, ends = self.seat.dates
        without = self.without is not None and self.without.isChecked()
        return {"group_id": self.seat.group_id, "starts": starts, "ends": ends, "without_documents": without}

    @property
    def note(self) -> str:
        return self.words.toPlainText().strip()

    def is_complete(self) -> bool:
        if not self.form.check_filled():
            return False
        faults = self.seat.faults()
        if self.without is not None and not self.without.isChecked():
            faults["without"] = (
                f"Il manque{NARROW}: {listed(self.known.lacking)}. Cochez pour accepter sans attendre, ou revenez à la "
                "demande plus tard."
            )
        return self.form.show_faults(faults)


def read_choices(office: Office, agent: Agent, request_id: UUID) -> AskedChoices | None:
    """Read what the dialog proposes, on a worker lane."""
    del agent  # whoever may open « À traiter » may read this
    return office.read(asked_choices, request_id, office.today())


def ask_terms(file: RequestFile, known: AskedChoices | None, parent: QWidget) -> TermsDialog:
    """Make the dialog of an acceptance; where nothing can be accepted, the office says why."""
    return EnrolmentDialog(file, known, parent) if known else TermsDialog(file.row.title, "Accepter", parent=parent)
