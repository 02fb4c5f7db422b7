"""The terms of an enrolment: its category in the price lists, its days a week."""

from PySide6.QtWidgets import QWidget

from backoffice.enrolments.edit import EnrolmentTerms, terms_faults
from resources.french import of_name, plural
from ui.common.dialogs import FormDialog
from ui.common.forms import choice_field
from ui.common.parts import hint


class TermsDialog(FormDialog):
    """Chooses among what the rulebook knows; what was there already may stay."""

    def __init__(self, terms: EnrolmentTerms, parent: QWidget | None = None) -> None:
        super().__init__(f"Inscription {of_name(terms.child)}, {terms.activity}", "Enregistrer", parent=parent)
        self.terms = terms
        categories = dict.fromkeys((*terms.categories, *filter(None, [terms.category])))
        days = sorted({*terms.days, *filter(None, [terms.days_a_week])})
        self.category = self.form.add(
            "category", "&Catégorie",
            choice_field({code: code for code in categories}, terms.category, blank="Sans catégorie"),
        )  # fmt: skip
        self.days = self.form.add(
            "days", "&Jours par semaine",
            choice_field(
                {str(count): plural(count, "jour") for count in days},
                None if terms.days_a_week is None else str(terms.days_a_week),
                blank="Non précisé",
            ),
        )  # fmt: skip
        if not categories and not days:
            self.body.addWidget(
                hint("Le règlement intérieur n'a pour cette activité ni catégorie ni forfait par jours.")
            )
        self.body.addWidget(hint("Les factures émises ne changent pas\u202f; refaites les brouillons."))

    @property
    def chosen(self) -> tuple[str | None, int | None]:
        """The category and the days a week."""
        category, days = self.category.currentData(), self.days.currentData()
        return None if category is None else str(category), None if days is None else int(days)

    def is_complete(self) -> bool:
        return self.form.show_faults(terms_faults(self.terms, *self.chosen))
