"""Booking or cancelling for a family, with what the rules say before it is done."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from models.vocabulary import Verdict
from resources.french import NARROW, plural
from ui.common.dialogs import FormDialog
from ui.common.forms import note_field
from ui.common.parts import Notice, button, row_of
from ui.planning.presenter import Wish, days_of, limit_sentence
from ui.shell.theme import State

SHOWN = 6


class ChangeDialog(FormDialog):
    """Says who, what, and what the rules say; against a rule it wants a note, which is signed.

    Where the day is full and keeps those who ask, the child may be put on its waiting list instead.
    """

    listing_asked = Signal()

    def __init__(self, wish: Wish, parent: QWidget | None = None) -> None:
        done = "Réserver" if wish.book else "Annuler la réservation"
        verb = f"{done} malgré la règle" if wish.against_rule else done
        super().__init__(f"{done} pour {wish.row.child}", verb, parent=parent, danger=wish.against_rule)
        self.wish = wish
        self.close_button.setText("Ne rien changer")
        self.tell(_told(wish))
        self.body.insertWidget(1, Notice(_sentences(wish), State.LATE if wish.against_rule else State.INFO))
        self._note = self.form.add(
            "note",
            "&Pourquoi la régie passe outre" if wish.against_rule else "&Note pour le journal",
            note_field(lines=2),
            required=wish.against_rule,
            help_text="Signée de votre nom, avec la date et le poste." if wish.against_rule else "",
        )
        self.listing = (
            button("Mettre sur la &liste d'attente", self._ask_listing, icon="clock") if wish.listable else None
        )
        if self.listing is not None:
            self.body.addWidget(row_of(self.listing, stretch_after=0))

    def _ask_listing(self) -> None:
        self.show_busy(True)
        self.listing_asked.emit()

    @property
    def note(self) -> str:
        """What the agent wrote."""
        return self._note.toPlainText().strip()


def _told(wish: Wish) -> str:
    if len(wish.places) == 1:
        unit = wish.places[0].column.unit
        hours = f" ({unit.hours})" if unit else ""
        words = days_of(wish)
        return f"{words[:1].upper()}{words[1:]}{hours}."
    named = [f"• {place.column.words}" for place in wish.places[:SHOWN]]
    left = len(wish.places) - SHOWN
    return "\n".join([*named, *([f"• et {plural(left, 'autre')}"] if left > 0 else [])])


def _sentences(wish: Wish) -> list[str]:
    """Give each thing the rules say once, what they refuse first."""
    judged = sorted(wish.judgements, key=lambda judgement: judgement.verdict is Verdict.ACCEPTED)
    said = list(dict.fromkeys(limit_sentence(judgement, book=wish.book) for judgement in judged))
    if wish.against_rule:
        said = list(
            dict.fromkeys(limit_sentence(j, book=wish.book) for j in judged if j.verdict is not Verdict.ACCEPTED)
        )
    return said[:SHOWN] or [f"Aucune règle ne s'y oppose{NARROW}: c'est permis."]
