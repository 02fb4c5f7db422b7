"""Adopting a draft with open eyes: from when, in place of what, and what to beware of."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from backoffice.rulebook.adopt import Adopted
from resources.french import NARROW, capital, plural
from ui.common.dialogs import Confirmation
from ui.common.parts import Notice
from ui.shell.theme import State, em

FOR_EVER = "Son texte est gardé pour toujours, et les familles voient aussitôt ses délais et ses prix."
WIDE_EM = 36
AT = 2  # after the title and the sentence


class AdoptDialog(Confirmation):
    """Says what adopting does; the warnings stand out."""

    def __init__(self, told: Adopted, parent: QWidget | None = None) -> None:
        count = plural(len(told.differences), "changement")
        sentence = capital(told.sentence)
        super().__init__(
            f"Adopter la version {told.version}{NARROW}?",
            f"{sentence}\n\n{count}. {FOR_EVER}",
            "Adopter",
            keep="Ne rien changer",
            danger=bool(told.warnings),
            parent=parent,
        )
        column = self.layout()
        if told.warnings and isinstance(column, QVBoxLayout):
            column.insertWidget(AT, Notice(list(told.warnings), State.LATE))
        wide = em(WIDE_EM)
        self.setMinimumSize(wide, column.totalHeightForWidth(wide) if column is not None else 0)
