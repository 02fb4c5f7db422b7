"""A last day that there may not be."""

from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QCheckBox

from ui.common.forms import Form, date_field, date_in


class LastDay:
    """« Valable jusqu'au », or without an end."""

    def __init__(self, form: Form, day: date | None, today: date) -> None:
        endless = QCheckBox("Sans date de &fin")
        self.until = form.add("until", "&Valable jusqu'au", date_field(day or date(today.year + 1, 8, 31)))
        self.endless = form.add("endless", "Sans date de &fin", endless)
        self.endless.toggled.connect(self.until.setDisabled)
        self.propose(day)

    def propose(self, day: date | None) -> None:
        """Put a day, or none."""
        self.endless.setChecked(day is None)
        if day is not None:
            self.until.setDate(QDate(day.year, day.month, day.day))

    @property
    def day(self) -> date | None:
        """The last day, if there is one."""
        return None if self.endless.isChecked() else date_in(self.until)
