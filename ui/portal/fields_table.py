"""The table of « Fiches »: a line a field, four boxes; those that the house holds are ticked and cannot be moved."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from backoffice.families.field_rules import FieldChoice
from backoffice.families.fields import Subject
from ui.common.listing import TableView
from ui.common.table import Column, Index, RowTable
from ui.common.ticks import BOX, TickDelegate

WHOSE = {Subject.GUARDIAN: "Responsable", Subject.CHILD: "Enfant"}
BOXES = ("shown", "editable", "required", "needs_approval")
TITLES = {
    "shown": "Visible",
    "editable": "Modifiable",
    "required": "Obligatoire",
    "needs_approval": "Vérifié par la régie",
}
TIPS = {
    "shown": "Décoché, le champ n'est pas envoyé au portail.",
    "editable": "Les familles peuvent demander à le changer.",
    "required": "Les familles ne peuvent pas le laisser vide\u202f; au guichet, un agent le peut.",
    "needs_approval": "Un changement attend la régie dans «\xa0À traiter\xa0»\u202f; décoché, il est écrit aussitôt.",
}
HELD_TIP = "Toujours ainsi, quel que soit le réglage."


def is_held(choice: FieldChoice, box: str) -> bool:
    """Tell whether the house holds a box of a field."""
    return {"required": choice.required_held, "needs_approval": choice.approval_held}.get(box, False)


def moved(choice: FieldChoice, box: str, *, ticked: bool) -> FieldChoice:
    """Move a box, and what goes with it: nothing hidden can be changed."""
    if is_held(choice, box):
        return choice
    changes: dict[str, Any] = {box: ticked}
    if box == "shown" and not ticked:
        changes["editable"] = False
    if box == "editable" and ticked:
        changes["shown"] = True
    return replace(choice, **changes)


def _box(box: str) -> Column[FieldChoice]:
    def words(choice: FieldChoice) -> str:
        return "toujours" if is_held(choice, box) else ""

    def spoken(choice: FieldChoice) -> str:
        return f"{TITLES[box]}\u202f: {'oui' if getattr(choice, box) else 'non'} {words(choice)}".rstrip()

    def tip(choice: FieldChoice) -> str:
        return HELD_TIP if is_held(choice, box) else TIPS[box]

    return Column(TITLES[box], words, tip=tip, spoken=spoken)


COLUMNS: tuple[Column[FieldChoice], ...] = (
    Column("Fiche", lambda choice: WHOSE[choice.subject]),
    Column("Champ", lambda choice: choice.label, stretch=True),
    *(_box(box) for box in BOXES),
)
FIRST_BOX = len(COLUMNS) - len(BOXES)


class FieldsTable(RowTable[FieldChoice]):
    """Rows that hold their boxes; a box moved makes a new row."""

    moved = Signal()

    def __init__(self, columns: Sequence[Column[FieldChoice]], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self.may_move = False

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        box = self._box_at(index)
        if box is None or not self.may_move or is_held(self.row_at(index), box):
            return flags
        return flags | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == BOX and (box := self._box_at(index)) is not None:
            return Qt.CheckState.Checked if getattr(self.row_at(index), box) else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        box = self._box_at(index)
        if role != BOX or box is None or not self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        row = moved(self.row_at(index), box, ticked=Qt.CheckState(value) is Qt.CheckState.Checked)
        self._rows = [*self._rows[: index.row()], row, *self._rows[index.row() + 1 :]]
        self._given = [row if (one.subject, one.name) == (row.subject, row.name) else one for one in self._given]
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), len(self.columns) - 1), [BOX])
        self.moved.emit()
        return True

    def choices(self) -> tuple[FieldChoice, ...]:
        """Give the rows as the page was given them, with their boxes as they are now."""
        return tuple(self._given)

    def _box_at(self, index: Index) -> str | None:
        return BOXES[index.column() - FIRST_BOX] if index.isValid() and index.column() >= FIRST_BOX else None


class FieldsView(TableView[FieldChoice]):
    """The view: arrows go from box to box, Space moves the one under the cursor."""

    def __init__(self) -> None:
        super().__init__(
            COLUMNS, name="Champs des fiches", empty="", key=lambda row: (row.subject, row.name), saved_as="field_rules"
        )
        self.setItemDelegate(TickDelegate(self))
        self.setAccessibleDescription("Les flèches vont d'une case à l'autre, Espace la coche ou la décoche.")

    def make_model(self, columns: Sequence[Column[FieldChoice]]) -> RowTable[FieldChoice]:
        self.boxes = FieldsTable(columns, self)
        return self.boxes

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.isValid() and (state := index.data(BOX)) is not None:
            ticked = Qt.CheckState(state) is Qt.CheckState.Checked
            opposite = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
            self.boxes.setData(index, opposite.value, BOX)
        else:
            super().keyPressEvent(event)
