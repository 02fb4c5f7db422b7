"""The day's grid as a table: three columns a unit, and how each cell looks."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal

from backoffice.attendance.lists import DayRow
from models.vocabulary import AttendanceState, BookingState, Diet
from resources.french import NARROW, clock_text, listed, plural
from ui.attendance.hours import hour_text, read_hour
from ui.attendance.sheet import Key, Seen, Sheet
from ui.common.grid import HEAD, Head, Index, Label
from ui.common.label import plain_tip
from ui.common.table import NOWHERE
from ui.shell.theme import State

SPOT = Qt.ItemDataRole(Qt.ItemDataRole.UserRole + 12)  # the Spot of a cell
COLUMNS_A_UNIT = 3
LETTERS = {AttendanceState.PRESENT: "P", AttendanceState.JUSTIFIED: "J", AttendanceState.UNJUSTIFIED: "A"}
SHORT_WORDS = {
    AttendanceState.PRESENT: "Présent",
    AttendanceState.JUSTIFIED: "Abs. justifiée",
    AttendanceState.UNJUSTIFIED: "Abs. non justifiée",
}
STATES = {
    AttendanceState.PRESENT: State.ACCEPTED,
    AttendanceState.JUSTIFIED: State.INFO,
    AttendanceState.UNJUSTIFIED: State.REFUSED,
}
DIETS = {Diet.NO_PORK: "Sans porc", Diet.VEGETARIAN: "Végétarien"}


class Part(Enum):
    """What a column of a unit holds."""

    STATE = "État"
    ARRIVED = "Arrivée"
    LEFT = "Départ"


PARTS = tuple(Part)


@dataclass(frozen=True, slots=True)
class Spot:
    """All that the drawing of a cell needs."""

    part: Part
    seen: Seen
    expected: bool
    waiting: bool  # a booking that the régie has not decided
    edited: bool
    locked: bool
    wrong: bool
    corrected: bool = False  # since it was billed


class SheetTable(QAbstractTableModel):
    """Shows a sheet and writes in it; each change tells `edited`."""

    edited = Signal()
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sheet: Sheet | None = None
        self.rows: tuple[DayRow, ...] = ()

    def show(self, sheet: Sheet) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.sheet, self.rows = sheet, sheet.rows()
        self.endResetModel()

    def repaint(self) -> None:
        """Show what an edit changed, wherever it is."""
        if self.rows and self.columnCount():
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, self.columnCount() - 1))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
        self.edited.emit()

    def key(self, index: Index) -> Key | None:
        """Give the child and the unit of a cell."""
        if self.sheet is None or not index.isValid() or index.row() >= len(self.rows):
            return None
        return self.rows[index.row()].child_id, self.sheet.day.units[index.column() // COLUMNS_A_UNIT].id

    @staticmethod
    def part(index: Index) -> Part:
        """Give what a cell's column holds."""
        return PARTS[index.column() % COLUMNS_A_UNIT]

    def line_of(self, child_id: int) -> int | None:
        """Find a child's line."""
        return next((at for at, row in enumerate(self.rows) if row.child_id == child_id), None)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() or self.sheet is None else len(self.sheet.day.units) * COLUMNS_A_UNIT

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        key = self.key(index)
        if key is not None and self.sheet is not None and self.part(index) is not Part.STATE:
            return flags if self.sheet.locked(key) else flags | Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        key = self.key(index)
        if key is None or self.sheet is None:
            return None
        seen, part = self.sheet.seen(key), self.part(index)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return _text(seen, part)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.sheet.words(key)} — {part.value}"
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self._tip(key))
            case _ if role == SPOT:
                return self._spot(key, part)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        key = self.key(index)
        if key is None or self.sheet is None or role != Qt.ItemDataRole.EditRole:
            return False
        try:
            hour = read_hour(str(value))
        except ValueError as error:
            self.refused.emit(str(error))
            return False
        part = self.part(index)
        if part is Part.STATE or not self.sheet.set_hour(key, arrival=part is Part.ARRIVED, hour=hour):
            return False
        self.repaint()
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.sheet is None:
            return None
        if orientation is Qt.Orientation.Vertical:
            return self._line_head(section, role) if section < len(self.rows) else None
        if section >= self.columnCount():
            return None
        unit, part = self.sheet.day.units[section // COLUMNS_A_UNIT], PARTS[section % COLUMNS_A_UNIT]
        if role == HEAD:
            hours = f"{clock_text(unit.starts)} – {clock_text(unit.ends)}"
            return Head(f"{unit.name} · {hours}", part.value)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{unit.name}, {part.value}"
        return None

    def _line_head(self, section: int, role: int) -> Any:
        row = self.rows[section]
        if role == HEAD:
            return Label(row.name, row.class_name or plural(row.age, "an"), tuple(icon for icon, _ in cautions(row)))
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            told = [row.name, plural(row.age, "an"), row.class_name, row.group, *(said for _, said in cautions(row))]
            words = "\n".join(part for part in told if part)
            return plain_tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return None

    def _spot(self, key: Key, part: Part) -> Spot:
        assert self.sheet is not None
        cell = self.sheet.cell(key)
        return Spot(
            part=part,
            seen=self.sheet.seen(key),
            expected=cell.booking is BookingState.BOOKED,
            waiting=cell.booking is BookingState.WAITING,
            edited=self.sheet.is_edited(key),
            locked=bool(self.sheet.locked(key)),
            wrong=self.sheet.problem(key) is not None,
            corrected=cell.corrected,
        )

    def _tip(self, key: Key) -> str:
        assert self.sheet is not None
        cell, seen = self.sheet.cell(key), self.sheet.seen(key)
        told = [f"{self.sheet.words(key)}."]
        if cell.booking is BookingState.WAITING:
            told.append("Réservation demandée hors délai, en attente de décision.")
        elif cell.booking is None and seen.state is not None:
            told.append("Venu sans réservation.")
        told += [f"Remarque{NARROW}: {seen.note}"] if seen.note else []
        told += [sentence for sentence in (self.sheet.problem(key), self.sheet.locked(key)) if sentence]
        return "\n".join(told)


def cautions(row: DayRow) -> tuple[tuple[tuple[str, State], str], ...]:
    """Give the pictograms of a child, each with its words; health is there only for who may read it."""
    found: list[tuple[tuple[str, State], str]] = []
    if row.health is not None and row.health.pai:
        found.append((("health", State.REFUSED), f"PAI{NARROW}: voir le protocole de l'enfant"))
    if row.health is not None and row.health.allergies:
        found.append((("warning", State.LATE), f"Allergie{NARROW}: {listed(row.health.allergies)}"))
    if row.diet in DIETS:
        found.append((("diet", State.INFO), DIETS[row.diet]))
    if row.leaves_alone:
        found.append((("leaves", State.NEUTRAL), "Autorisé à partir seul"))
    return tuple(found)


def _text(seen: Seen, part: Part) -> str:
    match part:
        case Part.STATE:
            if seen.state is None:
                return ""
            return f"{LETTERS[seen.state]} {seen.absence.title if seen.absence else SHORT_WORDS[seen.state]}"
        case Part.ARRIVED:
            return hour_text(seen.arrived)
        case Part.LEFT:
            return hour_text(seen.left)
