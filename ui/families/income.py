"""The household's proofs of income: a card in the file, and the dialog that enters one."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from PySide6.QtWidgets import QCheckBox, QWidget

from backoffice.families.file import FamilyFile, QuotientRow
from backoffice.families.income_rules import Income, Known, cents_typed, ended_by, faults_of, same_start
from resources.french import NARROW, amount, capital, euros, number, plural, short_date
from ui.common.dialogs import FormDialog
from ui.common.forms import REQUIRED, date_field, date_in, number_field, text_field
from ui.common.parts import Card, button, hint, row_of
from ui.families.until import Until
from ui.families.words import Mark, sentence
from ui.shell.theme import State

AskIncome = Callable[[FamilyFile], object]
UNKNOWN = "Non renseigné"
UNTYPED = -1


class IncomeCard(Card):
    """The quotients over their dates, the resources of the current one, and the way to enter a proof."""

    def __init__(self, file: FamilyFile, *, may_edit: bool, ask: AskIncome) -> None:
        super().__init__("Quotient et ressources")
        for quotient in file.quotients:
            if quotient.current:
                self.column.addWidget(sentence(f"En vigueur{NARROW}: {quotient_words(quotient)}"))
                if told := resources_words(quotient):
                    self.column.addWidget(sentence(told))
            else:
                self.column.addWidget(hint(quotient_words(quotient)))
        if not any(quotient.current for quotient in file.quotients):
            self.column.addWidget(Mark("Sans quotient en vigueur", State.LATE, "warning"))
            self.column.addWidget(hint("Le tarif le plus élevé s'applique."))
        if may_edit:
            self.enter = button("Saisir un justificatif", lambda: ask(file), icon="edit")
            self.enter.setAccessibleName(f"Saisir un justificatif de la famille {file.name}")
            self.column.addWidget(row_of(self.enter, stretch_after=0))


class IncomeDialog(FormDialog):
    """A quotient, its dates, the resources it was found from; says which one it ends or corrects."""

    def __init__(
        self, file: FamilyFile, today: date, parent: QWidget | None = None, *, since: date | None = None
    ) -> None:
        super().__init__(f"Justificatif de la famille {file.name}", "Enregistrer", parent=parent, columns=2)
        self.file, self._today = file, today
        self.known = [Known(row.id, row.value, row.starts, row.ends) for row in file.quotients]
        last = next((row for row in file.quotients if row.current), None)
        self.value = self.form.add(
            "value",
            "&Quotient familial",
            number_field(last.value if last else UNTYPED, least=UNTYPED, most=99_999),
            required=True,
        )
        self.value.setSpecialValueText(" ")  # nothing is typed: 0 is a quotient, the lowest
        self.proved = self.form.add("proved_on", "Justificatif &reçu le", date_field(today))
        self.until = Until(self.form, starts_from(self.known, today, since, current=last is not None), None)
        self.resources = self.form.add(
            "resources", "Ressources du &mois, en euros", text_field(_typed(last), example="1 850,50"),
            help_text="Pour les taux d'effort (crèche)\u202f; rien sinon.",
        )  # fmt: skip
        self.dependent = self.form.add(
            "children", "&Enfants à charge", number_field(last.children or 0 if last else 0, most=20)
        )
        self.dependent.setSpecialValueText(UNKNOWN)
        words = "Un enfant &handicapé à charge"
        self.disabled_child = self.form.add("disabled", words, QCheckBox(words))
        self.disabled_child.setChecked(last is not None and last.disabled_child)
        self.effect = hint()
        self.body.addWidget(self.effect)
        self.until.begin.dateChanged.connect(self._tell)
        self._tell()

    @property
    def income(self) -> Income:
        """What was typed."""
        return Income(
            self.value.value(), self.until.starts, self.until.ends, date_in(self.proved),
            cents_typed(self.resources.text()), self.dependent.value() or None, self.disabled_child.isChecked(),
        )  # fmt: skip

    def is_complete(self) -> bool:
        faults = faults_of(self.income, self.known, self._today)
        if self.value.value() == UNTYPED:
            faults["value"] = REQUIRED
        if self.resources.text().strip() and cents_typed(self.resources.text()) is None:
            faults["resources"] = "Un montant s'écrit par exemple 1 850,50."
        if "ends" in faults:
            self.until.limited.setChecked(True)  # its field is hidden otherwise
        return self.form.show_faults(faults)

    def _tell(self) -> None:
        income = self.income
        corrected, former = same_start(income, self.known), ended_by(income, self.known)
        told = []
        if corrected is not None:
            told.append(f"Corrige le quotient {number(corrected.value)} qui commence ce jour-là.")
        if former is not None:
            told.append(f"Le quotient {number(former.value)} s'arrêtera la veille.")
        told.append("Les factures émises ne changent pas.")
        self.effect.setText(" ".join(told))


def starts_from(known: Sequence[Known], today: date, since: date | None, *, current: bool) -> date:
    """Propose the first day of a proof: the month that lacks one, without touching what is proved of it."""
    if since is None:
        return today if current else today.replace(day=1)
    first = since.replace(day=1)
    ends = [one.ends for one in known if one.ends is not None and first <= one.ends < since]
    return max(ends) + timedelta(days=1) if ends else first


def quotient_words(row: QuotientRow) -> str:
    """Write a quotient and its dates."""
    until = f"au {short_date(row.ends)}" if row.ends else "sans date de fin"
    return f"{number(row.value)} — du {short_date(row.starts)} {until}"


def resources_words(row: QuotientRow) -> str:
    """Write what a quotient was found from, and when the proof came."""
    told = []
    if row.resources_cents is not None:
        told.append(f"ressources {euros(row.resources_cents)} par mois")
    if row.children:
        told.append(f"{plural(row.children, 'enfant')} à charge")
    if row.disabled_child:
        told.append("un enfant handicapé à charge")
    if row.proved_on:
        told.append(f"justificatif reçu le {short_date(row.proved_on)}")
    return capital(", ".join(told))


def _typed(row: QuotientRow | None) -> str:
    return amount(row.resources_cents) if row is not None and row.resources_cents is not None else ""
