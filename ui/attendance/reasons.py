"""The reasons of a justified absence, chosen with one figure."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from backoffice.attendance.reasons import AbsenceReason
from ui.shell.theme import em


class ReasonMenu(QMenu):
    """Asks why a child is absent; Escape leaves the absence as it is."""

    reason_chosen = Signal(object)  # AbsenceReason

    def __init__(self, reasons: Sequence[AbsenceReason], chosen: AbsenceReason | None, parent: QWidget) -> None:
        super().__init__("Motif de l'absence", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Motif de l'absence")
        self.setMinimumWidth(em(14))
        head = self.addAction("Motif de l'absence justifiée")
        head.setEnabled(False)
        self.addSeparator()
        for rank, reason in enumerate(reasons, start=1):
            figure = f"&{rank}  " if rank < 10 else ""
            action = self.addAction(f"{figure}{reason.title.replace('&', '&&')}")
            action.setCheckable(True)
            action.setChecked(reason == chosen)
            action.triggered.connect(lambda _=False, told=reason: self.reason_chosen.emit(told))
            if reason == (chosen or reasons[0]):
                self.setActiveAction(action)
