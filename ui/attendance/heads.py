"""The children of a day counted unit by unit, as the agent types."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from resources.french import NARROW, plural
from ui.attendance.sheet import Heads
from ui.common.label import PlainLabel
from ui.common.parts import Card, StatePill, heading
from ui.shell.theme import State, em


class UnitHeads(Card):
    """One unit's children, counted as the agent types."""

    def __init__(self, heads: Heads) -> None:
        super().__init__()
        self.column.setContentsMargins(em(0.8), em(0.4), em(0.8), em(0.45))
        self.column.setSpacing(em(0.1))
        self._title, self._told, self._left = heading("", 3), PlainLabel(), StatePill()
        self._told.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self._title, 1)
        row.addWidget(self._left)
        self.column.addLayout(row)
        self.column.addWidget(self._told)
        self.show_heads(heads)

    def show_heads(self, heads: Heads) -> None:
        """Write the figures."""
        self._title.setText(heads.unit.name)
        figures = (
            plural(heads.expected, "attendu"),
            f"{plural(heads.present, 'présent')} (−6 ans{NARROW}: {heads.present_under_6})",
            plural(heads.absent, "absent"),
        )
        self._told.setText(" · ".join(figure.replace(" ", "\xa0") for figure in figures))
        if heads.not_pointed:
            self._left.show_state(f"{heads.not_pointed} à pointer", State.WAITING)
        elif heads.expected or heads.present:
            self._left.show_state("Tout est pointé", State.ACCEPTED)
        else:
            self._left.show_state("Personne d'attendu", State.NEUTRAL)


class HeadCards(QWidget):
    """A card for each unit, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[UnitHeads] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(em(0.6))

    def show_heads(self, counted: Sequence[Heads]) -> None:
        """Write the figures of every unit."""
        while len(self.cards) > len(counted):
            self.cards.pop().deleteLater()
        for at, heads in enumerate(counted):
            if at < len(self.cards):
                self.cards[at].show_heads(heads)
            else:
                self.cards.append(UnitHeads(heads))
                self._row.addWidget(self.cards[at], 1)
