"""What tests of a real screen share: a desk with requests, a watch on the GUI thread, and names for a screen reader."""

import threading
from datetime import timedelta
from typing import Self
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from sqlalchemy import event, update

from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.requests.receive import receive
from backoffice.sync.contract import BookingsChange, CellState, CellWish, Payload
from models.office.structure import RulebookVersion
from tests.factories import NOW, RULEBOOK, THURSDAY, TODAY, Household, Town, booked
from tests.letterbox import an_action, new_fields


class OffGui:
    """Hears a query made on the GUI thread; use as a context, after the data of the test are there."""

    def __init__(self, office: Office) -> None:
        self._engine, self.heard = office.engine, 0

    def __enter__(self) -> Self:
        event.listen(self._engine, "before_cursor_execute", self._hear)
        return self

    def __exit__(self, kind: object, *_error: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._hear)
        assert kind is not None or not self.heard, "the window asked the database itself"

    def _hear(self, *_: object) -> None:
        self.heard += threading.current_thread() is threading.main_thread()


def asks(office: Office, home: Household, payload: Payload, *, hours_ago: float = 0) -> UUID:
    """Let a family ask something."""
    action = an_action(home, payload, at=NOW - timedelta(hours=hours_ago))
    office.write(receive, SYSTEM, action)
    return action.id


def asks_to_move(office: Office, home: Household, street: str = "5 rue du Lac", *, hours_ago: float = 0) -> UUID:
    """Let a family ask for another address."""
    return asks(office, home, new_fields(home, street=("3 rue des Tilleuls", street)), hours_ago=hours_ago)


def asks_late_morning(office: Office, town: Town, home: Household, *, hours_ago: float = 0) -> UUID:
    """Let a family book this very morning, which only the régie may still accept."""
    cell = CellWish(unit_id=town.morning_id, day=TODAY, seen=CellState.FREE, wished=CellState.BOOKED)
    return asks(office, home, BookingsChange(child_id=home.child_id, cells=(cell,)), hours_ago=hours_ago)


def asks_late_cancellation(office: Office, town: Town, home: Household) -> UUID:
    """Let a family cancel Thursday's meal, too late under rules that then want a proof."""
    rules = RULEBOOK.replace('retard = "refuser"', 'operations = ["annuler"]\nretard = "justifier l\'absence"')
    rules = rules.replace("heure = 10:00:00", "heure = 08:00:00")
    office.write(lambda work: work.session.execute(update(RulebookVersion).values(source=rules)), SYSTEM)
    booked(office, home.child_id, town.meal_id, THURSDAY)
    cell = CellWish(unit_id=town.meal_id, day=THURSDAY, seen=CellState.BOOKED, wished=CellState.FREE)
    return asks(office, home, BookingsChange(child_id=home.child_id, cells=(cell,)))


def nameless(screen: QWidget) -> list[str]:
    """List what the keyboard reaches and a screen reader cannot name."""
    found = []
    for widget in screen.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisibleTo(screen):
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if face is not None and not face.text(QAccessible.Text.Name):
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found
