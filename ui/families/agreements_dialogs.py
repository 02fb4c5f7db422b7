"""The dialogs that sign and end a contract, and that grant an aid or change it."""

from datetime import date
from decimal import Decimal

from PySide6.QtWidgets import QWidget

from backoffice.agreements.grant import AidTerms
from backoffice.agreements.lists import Agreements, AidGrantRow, ContractRow, CourseRow
from backoffice.agreements.rules import terms_faults, touched_months
from backoffice.families.income_rules import cents_typed
from backoffice.rulebook.tariffs.presence import clock
from resources.french import NARROW, amount, of_name, short_date
from ui.common.dialogs import FormDialog
from ui.common.forms import choice_field, date_field, date_in, number_field, text_field
from ui.common.parts import hint

YEAR = 12  # months over which a contract is levelled, most often


class SignDialog(FormDialog):
    """Hours a week, weeks and months, between two dates; what it comes to a month is told as it is typed."""

    def __init__(self, agreed: Agreements, today: date, parent: QWidget | None = None) -> None:
        super().__init__("Signer un contrat", "Enregistrer", parent=parent, columns=2)
        self._courses = {str(at): course for at, course in enumerate(agreed.courses)}
        names = {at: f"{one.child}, {one.activity}" for at, one in self._courses.items()}
        self._today = today
        self.whose = self.form.add("activity", "&Enfant et activité", choice_field(names), required=True, wide=True)
        self.starts = self.form.add("starts", "&Premier jour", date_field(today), required=True)
        self.ends = self.form.add("ends", "&Dernier jour", date_field(today), required=True)
        self.hours = self.form.add("hours", "&Heures par semaine", text_field(example="30"), required=True)
        self.weeks = self.form.add("weeks", "&Semaines", text_field(example="47"), required=True)
        self.months = self.form.add("months", "Nombre de &mois", number_field(YEAR, least=1, most=24))
        self._propose()
        self.effect = hint()
        self.body.addWidget(self.effect)
        self.explain_stars()
        for field in (self.hours, self.weeks):
            field.textChanged.connect(self._tell)
        self.months.valueChanged.connect(self._tell)
        self.whose.currentIndexChanged.connect(self._propose)

    @property
    def course(self) -> CourseRow:
        """The child and the activity."""
        return self._courses[str(self.whose.currentData())]

    @property
    def terms(self) -> dict[str, int]:
        """What was typed, as it is kept; zero where it cannot be read."""
        return {
            "minutes_a_week": _hundredths(self.hours.text()) * 60 // 100,
            "weeks_hundredths": _hundredths(self.weeks.text()),
            "months": self.months.value(),
        }

    @property
    def dates(self) -> tuple[date, date]:
        """The first day and the last."""
        return date_in(self.starts), date_in(self.ends)

    def is_complete(self) -> bool:
        terms = self.terms
        faults = terms_faults(*self.dates, terms["minutes_a_week"], terms["weeks_hundredths"], terms["months"])
        return self.form.check_filled() and self.form.show_faults(faults)

    def _propose(self) -> None:
        """Give the days left of the enrolment, over a year at most."""
        course = self.course
        starts = min(max(self._today.replace(day=1), course.starts), course.ends)
        self.starts.setDate(date_field(starts).date())
        self.ends.setDate(date_field(course.ends).date())
        self.months.setValue(min(YEAR, touched_months(starts, course.ends)))

    def _tell(self) -> None:
        terms = self.terms
        whole = Decimal(terms["minutes_a_week"]) * terms["weeks_hundredths"] / 100 / terms["months"]
        self.effect.setText(
            f"Soit {clock(round(whole))} par mois, avant l'arrondi du règlement intérieur." if whole else ""
        )


class EndDialog(FormDialog):
    """The last day of a contract; what follows is told."""

    def __init__(self, row: ContractRow, today: date, parent: QWidget | None = None) -> None:
        super().__init__(f"Terminer le contrat {of_name(row.child)}", "Terminer", parent=parent)
        self.row = row
        dates = f"du {short_date(row.starts)} au {short_date(row.agreed_ends)}"
        self.body.insertWidget(0, hint(f"{row.activity}, {dates}."))
        last = min(max(today, row.starts), row.ends)
        self.ends = self.form.add("ends", "&Dernier jour du contrat", date_field(last), required=True)
        self.body.addWidget(
            hint("La facture de ce mois portera la régularisation. Les factures émises ne changent pas.")
        )


class AidDialog(FormDialog):
    """Whose aid, which, from when to when, for how much."""

    def __init__(
        self, agreed: Agreements, today: date, row: AidGrantRow | None = None, parent: QWidget | None = None
    ) -> None:
        title = f"Aide {of_name(row.child)}" if row else "Accorder une aide"
        super().__init__(title, "Enregistrer", parent=parent, columns=2)
        self.row, self.agreed = row, agreed
        self._balances = {aid.code: aid.balance_cents for aid in agreed.known_aids}
        children = {
            str(child_id): name for child_id, name in agreed.children if row is None or child_id == row.child_id
        }
        self.child = self.form.add("child", "&Enfant", choice_field(children), required=True)
        codes = {aid.code: f"{aid.title} ({aid.organisation})" for aid in agreed.known_aids}
        if row is not None:
            codes.setdefault(row.code, row.title)
        self.code = self.form.add("code", "&Aide", choice_field(codes, row.code if row else None), required=True)
        starts, ends = (row.starts, row.ends) if row else (today.replace(day=1), date(today.year, 12, 31))
        self.starts = self.form.add("starts", "&Premier jour", date_field(starts), required=True)
        self.ends = self.form.add("ends", "&Dernier jour", date_field(ends), required=True)
        self.amount = self.form.add(
            "amount", "&Montant, en euros", text_field(_typed(row.amount_cents if row else None), example="90,00"),
            help_text="Rien s'il n'y a pas de limite.",
        )  # fmt: skip
        self.reference = self.form.add(
            "reference", "&Référence de l'organisme", text_field(row.reference if row else "")
        )
        self.body.addWidget(hint(f"Les factures émises ne changent pas{NARROW}; refaites les brouillons."))
        self.explain_stars()
        self.code.currentIndexChanged.connect(self._propose)
        if row is None:
            self._propose()

    @property
    def child_id(self) -> int:
        """The child helped."""
        return int(self.child.currentData())

    @property
    def terms(self) -> AidTerms:
        """What was typed."""
        typed = cents_typed(self.amount.text()) if self.amount.text().strip() else None
        return AidTerms(
            str(self.code.currentData()), date_in(self.starts), date_in(self.ends), typed, self.reference.text()
        )

    def is_complete(self) -> bool:
        faults = {}
        if self.amount.text().strip() and not cents_typed(self.amount.text()):
            faults["amount"] = "Un montant s'écrit par exemple 90,00. Rien s'il n'y a pas de limite."
        if date_in(self.ends) < date_in(self.starts):
            faults["ends"] = "La fin de l'aide est avant son début."
        return self.form.check_filled() and self.form.show_faults(faults)

    def _propose(self) -> None:
        self.amount.setText(_typed(self._balances.get(str(self.code.currentData()))))


def _typed(cents: int | None) -> str:
    return "" if cents is None else amount(cents)


def _hundredths(text: str) -> int:
    return cents_typed(text) or 0
