"""The dialog that corrects a day already billed, and says what will follow."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from backoffice.attendance.lists import DayCell
from backoffice.attendance.reasons import AbsenceReason
from backoffice.attendance.record import AttendanceEntry
from backoffice.attendance.rules import STATE_WORDS, problem
from models.vocabulary import AttendanceState
from ui.attendance.hours import hour_text, read_hour
from ui.attendance.sheet import Key
from ui.common.dialogs import FormDialog
from ui.common.forms import choice_field, note_field, text_field

FOLLOWS = (
    "La facture {number} ne change pas. La différence de prix sera proposée à la régie, qui établira un avoir ou une "
    "facture complémentaire (Facturation, onglet Régularisations)."
)
REASON_HELP = "Reste dans le journal. N'écrivez rien sur la santé de l'enfant."


class CorrectDialog(FormDialog):
    """Asks what really happened in a billed cell, and why it is corrected."""

    def __init__(
        self, words: str, key: Key, cell: DayCell, reasons: Sequence[AbsenceReason], parent: QWidget | None = None
    ) -> None:
        super().__init__("Corriger une journée facturée", "Corriger", parent=parent, columns=2, danger=True)
        self.key, self._cell = key, cell
        self.tell(f"{words}.\n{FOLLOWS.format(number=cell.invoice_number or '')}")
        states = {state.value: STATE_WORDS[state] for state in AttendanceState}
        now = cell.state.value if cell.state else None
        self.state = self.form.add("state", "&Ce qui s'est passé", choice_field(states, now), required=True, wide=True)
        self.arrived = self.form.add("arrived", "A&rrivée", text_field(hour_text(cell.arrived), example="0815"))
        self.left = self.form.add("left", "&Départ", text_field(hour_text(cell.left), example="1730"))
        codes = {reason.code: reason.title for reason in reasons}
        chosen = cell.absence.code if cell.absence else None
        self.absence = self.form.add(
            "absence", "Motif de l'a&bsence", choice_field(codes, chosen, blank="Aucun motif précisé"), wide=True
        )
        self.reason = self.form.add(
            "reason", "&Pourquoi cette correction", note_field(lines=2), required=True, help_text=REASON_HELP, wide=True
        )
        self.explain_stars()
        self._reasons = bool(codes)
        self.state.currentIndexChanged.connect(lambda _: self._follow())
        self._follow()

    @property
    def chosen_state(self) -> AttendanceState:
        """What the agent says happened."""
        return AttendanceState(self.state.currentData())

    def why(self) -> str:
        """Give the reason of the correction."""
        return self.reason.toPlainText().strip()

    def entry(self, day: date) -> AttendanceEntry:
        """Give the cell as corrected; call it once the dialog is complete."""
        present = self.chosen_state is AttendanceState.PRESENT
        justified = self.chosen_state is AttendanceState.JUSTIFIED
        return AttendanceEntry(
            child_id=self.key[0],
            unit_id=self.key[1],
            day=day,
            state=self.chosen_state,
            arrived=read_hour(self.arrived.text()) if present else None,
            left=read_hour(self.left.text()) if present else None,
            note=self._cell.note,
            version=self._cell.version,
            absence=self.absence.currentData() if justified else None,
        )

    def is_complete(self) -> bool:
        return self.form.check_filled() and self.form.show_faults(self._faults())

    def _faults(self) -> dict[str, str]:
        """Say which hour is wrong."""
        if self.chosen_state is not AttendanceState.PRESENT:
            return {}
        hours, found = {}, {}
        for code, field in (("arrived", self.arrived), ("left", self.left)):
            try:
                hours[code] = read_hour(field.text())
            except ValueError as error:
                found[code] = str(error)
        wrong = None if found else problem(self.chosen_state, hours["arrived"], hours["left"])
        return {**found, **({"left": wrong} if wrong else {})}

    def _follow(self) -> None:
        """Ask only what the state needs."""
        present = self.chosen_state is AttendanceState.PRESENT
        for code in ("arrived", "left"):
            self.form.fields[code].setVisible(present)
        justified = self.chosen_state is AttendanceState.JUSTIFIED
        self.form.fields["absence"].setVisible(justified and self._reasons)
