"""Writing a credit note: whole or by line, why, and what it changes, before it is written."""

from PySide6.QtWidgets import QCheckBox, QWidget

from backoffice.billing.credit import CreditReport
from backoffice.billing.lists import InvoiceFile
from models.vocabulary import InvoiceKind
from resources.french import NARROW, amount
from ui.billing.amounts import read_amount
from ui.billing.crediting import CreditInput, creditable, effect_of, line_fault
from ui.common.dialogs import FormDialog
from ui.common.forms import Form, choice_field, note_field, text_field
from ui.common.parts import Card, StatePill, button, figure, hint, scrolling
from ui.shell.theme import State, em

WHOLE, LINES = "whole", "lines"
FREE_HELP = "Les journées ne seront plus facturées{colon} le prochain brouillon du mois les reprendra."


class CreditDialog(FormDialog):
    """Asks what to credit and why; then shows the credit note's number."""

    def __init__(self, file: InvoiceFile, parent: QWidget | None = None) -> None:
        row = file.row
        super().__init__(f"Établir un avoir sur la facture {row.number}", "Établir l'avoir", parent=parent, danger=True)
        self.file = file
        self._lines = creditable(file)
        self._may_free = row.kind is InvoiceKind.MONTH  # the days of a complement are the month's
        self.tell(f"Famille {row.family}, {row.payer}. Un avoir ne se supprime pas et porte son propre numéro.")
        words = {WHOLE: "La facture entière (ce qu'il en reste)", LINES: "Certaines lignes"}
        self.what = self.form.add("what", "&Créditer", choice_field(words, WHOLE), required=True)
        self.lines = Form()
        self.amounts = {
            line_id: self.lines.add(str(line_id), words, text_field("", example="0,00", longest=12))
            for line_id, (words, _) in self._lines.items()
        }
        for field in self.lines.fields.values():
            field.label.setWordWrap(True)  # the name of a line may be longer than the dialog
        self._area = scrolling(self.lines)
        self._area.setMinimumHeight(em(min(3.6 * len(self._lines), 14)))
        self.body.insertWidget(2, self._area)
        self.after = Form()
        self.reason = self.after.add("reason", "&Motif, imprimé sur l'avoir", note_field(lines=2), required=True)
        self.free = QCheckBox("&Refacturer ces journées")
        self.after.add("free", "Refacturer ces journées", self.free, help_text=FREE_HELP.format(colon=f"{NARROW}:"))
        self.body.insertWidget(3, self.after)
        self.effect = hint()
        self.body.addWidget(self.effect)
        self.explain_stars()
        self.open_note = button("&Voir l'avoir", icon="document")
        self.ended = self._done_card()
        self.what.currentIndexChanged.connect(lambda _: self._follow())
        for line in self.amounts.values():
            line.textChanged.connect(lambda _: self._say_effect())
        self.setMinimumWidth(em(34))
        self._follow()

    @property
    def by_line(self) -> bool:
        """Whether some lines only are credited."""
        return bool(self.what.currentData() == LINES)

    def typed(self) -> CreditInput:
        """Give what was asked; call it once the dialog is complete."""
        free = self.free.isChecked() and not self.by_line
        return CreditInput(self.reason.toPlainText().strip(), self._amounts() if self.by_line else None, free)

    def is_complete(self) -> bool:
        filled = self.after.check_filled()  # first, so that the keyboard goes to what is wrong above
        faults = self._faults() if self.by_line else {}
        right = self.lines.show_faults(faults)
        if right and self.by_line and not self._amounts():
            right = self.lines.show_faults({next(iter(self.lines.fields)): effect_of(self.file.row, 0)})
        return filled and right

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  a presenter's view takes it so
        super().show_busy(busy)
        self._area.setDisabled(busy)
        self.after.setDisabled(busy)

    def show_note(self, report: CreditReport) -> None:
        """Say that it is done, with the number of the credit note."""
        self._number.setText(report.number)
        self._told.setText(report.sentence)
        self.show_done(self.ended)

    def _done_card(self) -> Card:
        self._number, self._told = figure(), hint()
        card = Card("Avoir")
        card.column.insertWidget(0, StatePill("Avoir établi", State.ACCEPTED))
        card.column.addWidget(self._number)
        card.column.addWidget(self._told)
        card.column.addWidget(self.open_note)
        card.hide()
        self.body.addWidget(card)
        return card

    def _faults(self) -> dict[str, str]:
        """Say what is wrong, line by line."""
        found = {}
        for line_id, field in self.amounts.items():
            try:
                cents = read_amount(field.text()) if field.text().strip() else 0
            except ValueError as error:
                found[str(line_id)] = str(error)
            else:
                if fault := line_fault(cents, self._lines[line_id][1]):
                    found[str(line_id)] = fault
        return found

    def _amounts(self) -> dict[int, int]:
        """Read the amounts that can be read."""
        found = {}
        for line_id, field in self.amounts.items():
            try:
                cents = read_amount(field.text())
            except ValueError:
                continue
            if cents:
                found[line_id] = cents
        return found

    def _follow(self) -> None:
        """Ask only what the choice needs; a line chosen begins with all that remains of it."""
        self._area.setVisible(self.by_line)
        self.after.fields["free"].setVisible(not self.by_line and self._may_free)
        if self.by_line and len(self.amounts) == 1:
            ((line_id, field),) = self.amounts.items()
            if not field.text():
                field.setText(amount(self._lines[line_id][1]))
        self._say_effect()

    def _say_effect(self) -> None:
        row = self.file.row
        cents = sum(self._amounts().values()) if self.by_line else row.left_cents
        self.effect.setText(effect_of(row, cents))
