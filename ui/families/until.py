"""A first day and perhaps a last one, in a form."""

from datetime import date

from PySide6.QtWidgets import QCheckBox

from ui.common.forms import Form, date_field, date_in


class Until:
    """Two dates; the second counts only when its box is ticked."""

    def __init__(self, form: Form, starts: date, ends: date | None, *, begin: str = "&Début") -> None:
        self.begin = form.add("starts", begin, date_field(starts), required=True)
        self.limited = form.add("limited", "S'arrête à une &date", QCheckBox("S'arrête à une &date"))
        self.limited.setChecked(ends is not None)
        self.end = form.add("ends", "Dernier &jour", date_field(ends or starts), wide=True)
        self._field = form.fields["ends"]
        self.limited.toggled.connect(self._field.setVisible)
        self._field.setVisible(ends is not None)

    @property
    def starts(self) -> date:
        """The first day."""
        return date_in(self.begin)

    @property
    def ends(self) -> date | None:
        """The last day, if there is one."""
        return date_in(self.end) if self.limited.isChecked() else None
