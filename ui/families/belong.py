"""Making a child belong to another household too, or no more."""

from PySide6.QtWidgets import QWidget

from backoffice.families.payer_rules import Household
from backoffice.families.payers import PayerRow
from resources.french import of_name
from ui.common.dialogs import Confirmation, FormDialog
from ui.common.forms import text_field
from ui.common.parts import hint


class AttachDialog(FormDialog):
    """Asks for the number of the other household's file."""

    def __init__(self, row: PayerRow, parent: QWidget | None = None) -> None:
        super().__init__(f"Rattacher {row.child} à un autre foyer", "Rattacher", parent=parent)
        self.row = row
        self.number = self.form.add("number", "&Numéro de dossier de l'autre foyer", text_field(), required=True)
        self.body.addWidget(
            hint(
                f"Ce foyer verra la fiche {of_name(row.child)} sur le portail, et pourra payer une part. "
                "Chaque foyer ne voit que ses propres factures et sa propre adresse."
            )
        )


class DetachDialog(Confirmation):
    """Asks before a household loses sight of a child."""

    def __init__(self, row: PayerRow, household: Household, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Détacher {row.child} de la famille {household.name}",
            f"La famille {household.name} ne verra plus la fiche {of_name(row.child)}.",
            "Détacher",
            danger=True,
            parent=parent,
        )
        self.row, self.household = row, household
