"""The keyboard and the drawing of the day's grid."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QLineEdit,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from backoffice.attendance.reasons import AbsenceReason
from models.vocabulary import AttendanceState
from ui.attendance.hours import read_hour
from ui.attendance.reasons import ReasonMenu
from ui.attendance.sheet import Key
from ui.attendance.table import COLUMNS_A_UNIT, LETTERS, SHORT_WORDS, SPOT, STATES, Part, SheetTable, Spot
from ui.common.grid import ENTER, GridView, Index, Mark, draw_mark, small_icon, tell_at
from ui.common.label import plain_tip
from ui.common.parts import repolish
from ui.shell.theme import State, em, theme

REASON = "M"
BY_LETTER = {letter: state for state, letter in LETTERS.items()}
PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
SHARES = {Part.STATE: 2.1, Part.ARRIVED: 1.0, Part.LEFT: 1.0}
NARROWEST_EM = {Part.STATE: 5.2, Part.ARRIVED: 3.2, Part.LEFT: 3.2}


class SheetView(GridView):
    """The grid of a day, filled without a mouse.

    P, J, A write a state; the space bar, present at the usual hours; digits, an hour; Suppr erases;
    M chooses the reason of a justified absence, where the rulebook knows several;
    Enter goes down; Ctrl+Z takes the last gesture back. All act on every selected cell.
    """

    typing_ended = Signal()
    correct_asked = Signal(object)  # Key

    def __init__(self) -> None:
        super().__init__("Pointage du jour", "Aucun enfant attendu.", lines=2)
        self.table = SheetTable(self)
        self.setModel(self.table)
        delegate = SheetDelegate(self)
        self.setItemDelegate(delegate)
        delegate.closeEditor.connect(self.typing_ended, Qt.ConnectionType.QueuedConnection)
        self.watch()
        self.table.modelReset.connect(self.share_width)
        self.cell_opened.connect(self._opened)

    def is_typing(self) -> bool:
        """Tell whether an hour is being typed."""
        return self.state() is QAbstractItemView.State.EditingState

    def keys(self) -> list[Key]:
        """Give the children and units of the selected cells."""
        found = (self.table.key(index) for index in sorted(self.selectedIndexes()))
        return list(dict.fromkeys(key for key in found if key is not None))

    def go_to(self, child_id: int) -> None:
        """Make a child's first cell the current one."""
        if (line := self.table.line_of(child_id)) is not None:
            self.choose_cell(line, 0)

    def choose_cell(self, line: int, column: int) -> None:
        """Make a cell the current one, as near as there is one."""
        line = min(max(line, 0), self.table.rowCount() - 1)
        column = min(max(column, 0), self.table.columnCount() - 1)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(self.table.index(line, column), flag)

    def go_down(self) -> None:
        """Go to the next child, same column."""
        self.choose_cell(self.currentIndex().row() + 1, self.currentIndex().column())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self._undo()
        elif event.key() in ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.go_down()
        elif event.modifiers() & ~PLAIN or not self._typed(event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        key = self.table.key(self.indexAt(event.pos())) or self.table.key(self.currentIndex())
        if key is not None and self.table.sheet is not None and self.table.sheet.cell(key).billed:
            self.billed_menu(key).popup(event.globalPos())
        else:
            self.ask_reason()

    def billed_menu(self, key: Key) -> QMenu:
        """Offer what may still be done with a billed cell."""
        menu = QMenu("Journée facturée", self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = menu.addAction("&Corriger une journée facturée…")
        action.setEnabled(self.table.sheet is not None and self.table.sheet.can_correct(key))
        action.triggered.connect(lambda _=False: self.correct_asked.emit(key))
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_width()

    def share_width(self) -> None:
        """Share the width between the columns, the states taking more."""
        self.size_names()
        count, parts = self.table.columnCount(), tuple(Part)
        whole = sum(SHARES.values()) * count / COLUMNS_A_UNIT
        for at in range(count):
            part = parts[at % COLUMNS_A_UNIT]
            wide = int(self.viewport().width() * SHARES[part] / whole)
            self.setColumnWidth(at, max(em(NARROWEST_EM[part]), wide))

    def _typed(self, event: QKeyEvent) -> bool:
        """Answer a key; False when it means nothing here."""
        index, letter = self.currentIndex(), event.text().upper()
        if not index.isValid() or self.table.sheet is None:
            return False
        if letter in BY_LETTER:
            self._set(BY_LETTER[letter])
        elif event.key() == Qt.Key.Key_Space:
            self._set(AttendanceState.PRESENT, usual_hours=True)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._erase()
        elif letter.isdigit():
            self._type_hour(letter)
        elif letter != REASON:
            return False
        if letter in {REASON, LETTERS[AttendanceState.JUSTIFIED]}:
            self.ask_reason()
        return True

    def _set(self, state: AttendanceState | None, *, usual_hours: bool = False) -> None:
        sheet = self.table.sheet
        if sheet is not None and not sheet.set_state(self.keys(), state, usual_hours=usual_hours):
            self._say_locked()
        self.table.repaint()

    def ask_reason(self) -> None:
        """Ask why, when the rulebook gives the choice and some selected cell is a justified absence."""
        sheet = self.table.sheet
        keys = sheet.justified(self.keys()) if sheet is not None else ()
        if sheet is not None and keys and len(sheet.day.reasons) > 1:
            menu = ReasonMenu(sheet.day.reasons, sheet.seen(keys[0]).absence, self)
            menu.reason_chosen.connect(lambda reason: self._give_reason(keys, reason))
            box = self.visualRect(self.currentIndex())
            menu.popup(self.viewport().mapToGlobal(box.bottomLeft()))

    def _give_reason(self, keys: Sequence[Key], reason: AbsenceReason) -> None:
        if self.table.sheet is not None:
            self.table.sheet.set_reason(keys, reason)
            self.table.repaint()

    def _erase(self) -> None:
        sheet, index = self.table.sheet, self.currentIndex()
        part = self.table.part(index)
        if part is Part.STATE or sheet is None:
            self._set(None)
            return
        done = [sheet.set_hour(key, arrival=part is Part.ARRIVED, hour=None) for key in self.keys()]
        if not any(done):
            self._say_locked()
        self.table.repaint()

    def _type_hour(self, first: str) -> None:
        """Begin an hour with its first figure; from the state, it is the arrival's."""
        index = self.currentIndex()
        if self.table.part(index) is Part.STATE:
            self.choose_cell(index.row(), index.column() + 1)
            index = self.currentIndex()
        key = self.table.key(index)
        if key is None or self.table.sheet is None or self.table.sheet.locked(key):
            self._say_locked()
            return
        self.edit(index)
        if isinstance(editor := self.indexWidget(index), HourEditor):
            editor.setText(first)

    def _opened(self, index: QModelIndex) -> None:
        """A double-click types an hour, or goes through the states."""
        if self.table.part(index) is not Part.STATE:
            self.edit(index)
            return
        key, sheet = self.table.key(index), self.table.sheet
        if key is not None and sheet is not None:
            ring: Sequence[AttendanceState | None] = (*AttendanceState, None)
            self._set(ring[(ring.index(sheet.seen(key).state) + 1) % len(ring)])

    def _undo(self) -> None:
        if self.table.sheet is not None and self.table.sheet.undo():
            self.table.repaint()

    def _say_locked(self) -> None:
        key = self.table.key(self.currentIndex())
        if key is not None and self.table.sheet is not None and (why := self.table.sheet.locked(key)):
            tell_at(self, self.currentIndex(), why)
            self.table.refused.emit(why)


class HourEditor(QLineEdit):
    """Where an hour is typed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Heure, par exemple 0815")
        self.setMaxLength(7)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.textEdited.connect(lambda _: self.show_fault(""))

    def fault(self) -> str:
        """Say what is wrong with what is typed."""
        try:
            read_hour(self.text())
        except ValueError as error:
            return str(error)
        return ""

    def show_fault(self, sentence: str) -> None:
        """Mark the field, and say why."""
        if bool(self.property("faulty")) != bool(sentence):
            self.setProperty("faulty", bool(sentence))
            repolish(self)
        self.setToolTip(plain_tip(sentence))
        self.setAccessibleDescription(sentence)


class SheetDelegate(QStyledItemDelegate):
    """Draws states as letters and words, hours as figures, and marks what is not saved yet."""

    def __init__(self, view: SheetView) -> None:
        super().__init__(view)
        self._view = view

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index) -> QWidget:
        return HourEditor(parent)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        editor.setGeometry(option.rect)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Keep an editor open while its hour is wrong; Enter goes down when it is right."""
        if isinstance(editor, HourEditor) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            leaving = event.key() in ENTER | {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
            if leaving and (fault := editor.fault()):
                editor.show_fault(fault)
                self._view.table.refused.emit(fault)
                return True
            if event.key() in ENTER:
                self.commitData.emit(editor)
                self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
                self._view.go_down()
                return True
        return super().eventFilter(editor, event)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        spot = index.data(SPOT)
        box: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(box, theme().colour("soft" if chosen else "surface"))
        painter.setPen(theme().colour("hover"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if isinstance(spot, Spot):
            _draw_spot(painter, box, option, spot)
        if index.column() % COLUMNS_A_UNIT == 0:
            painter.setPen(theme().colour("border"))
            painter.drawLine(box.topLeft(), box.bottomLeft())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme().colour("accent_ink"))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            painter.drawRect(box.adjusted(1, 1, -2, -2))
        painter.restore()


def _draw_spot(painter: QPainter, box: QRect, option: QStyleOptionViewItem, spot: Spot) -> None:
    if spot.part is Part.STATE:
        _draw_state(painter, box, option, spot)
        return
    hour = spot.seen.arrived if spot.part is Part.ARRIVED else spot.seen.left
    painter.setPen(theme().colour("muted" if spot.locked else "ink"))
    if spot.wrong:
        painter.setPen(theme().ink(STATES[AttendanceState.UNJUSTIFIED]))
    text = f"{hour:%H:%M}" if hour else ""
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _draw_state(painter: QPainter, box: QRect, option: QStyleOptionViewItem, spot: Spot) -> None:
    side, gap = em(0.7), em(0.35)
    room = box.adjusted(gap, em(0.14), -gap, -em(0.18))
    if spot.edited:  # not saved yet: a mark in the corner, and words in the tool tip
        painter.fillRect(
            QRect(box.left() + 2, box.top() + em(0.2), em(0.16), box.height() - em(0.4)), theme().colour("accent_ink")
        )
    locked = "late" if spot.corrected else "lock"  # corrected since it was billed: it awaits the régie
    marks = [name for name, shown in ((locked, spot.locked or spot.corrected), ("edit", bool(spot.seen.note))) if shown]
    for name in marks:
        ink = theme().ink(State.LATE) if name == "late" else theme().colour("muted")
        drawn = small_icon(name, ink.rgb(), side, option.widget.devicePixelRatioF())
        painter.drawPixmap(room.right() - side, room.center().y() - side // 2 + 1, drawn)
        room.setRight(room.right() - side - gap // 2)
    if spot.seen.state is None:
        _draw_unseen(painter, room, option, spot)
        return
    state, letter = STATES[spot.seen.state], LETTERS[spot.seen.state]
    words = spot.seen.absence.title if spot.seen.absence else SHORT_WORDS[spot.seen.state]
    metrics, ink = option.fontMetrics, theme().ink(state)
    least = SHORT_WORDS[spot.seen.state]
    long = metrics.horizontalAdvance(least) + 2 * gap + em(1.2) <= room.width()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().paper(state))
    painter.drawRoundedRect(room, em(0.3), em(0.3))
    painter.setPen(ink)
    font = painter.font()
    font.setBold(True)
    painter.setFont(font)
    if not long:
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, letter)
        return
    painter.drawText(QRect(room.left(), room.top(), em(1.4), room.height()), Qt.AlignmentFlag.AlignCenter, letter)
    font.setBold(False)
    painter.setFont(font)
    written = room.adjusted(em(1.4), 0, -gap // 2, 0)
    words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, written.width())
    painter.drawText(written, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


def _draw_unseen(painter: QPainter, room: QRect, option: QStyleOptionViewItem, spot: Spot) -> None:
    painter.setPen(theme().colour("muted"))
    if not spot.expected and not spot.waiting:
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "–")
        return
    side = em(0.6)
    words = "À pointer" if spot.expected else "Demandé"
    box = QRect(room.left() + em(0.4), room.center().y() - side // 2 + 1, side, side)
    draw_mark(painter, box, Mark.RING if spot.expected else Mark.HALF, theme().colour("muted"))
    written = room.adjusted(em(1.4), 0, 0, 0)
    if option.fontMetrics.horizontalAdvance(words) <= written.width():
        painter.drawText(written, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
