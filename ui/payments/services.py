"""What is set of one service: how the accountant knows it, and what its families may pay with."""

from collections.abc import Mapping

from PySide6.QtWidgets import QCheckBox, QGridLayout, QSpinBox

from backoffice.payments.means import MEANS_WORDS
from backoffice.regie.lists import ServiceSettings
from backoffice.regie.rules import ServiceValues
from models.vocabulary import PaymentMeans
from resources.french import NARROW
from ui.common.forms import Fault, Form, number_field, text_field
from ui.common.parts import Card, hint
from ui.shell.theme import em

COLUMNS = 2
NO_AGE = "tous les âges"


class ServiceBox(Card):
    """One service: its codes, and a tick for each means, with the age under which it may pay."""

    def __init__(self, service: ServiceSettings) -> None:
        super().__init__(f"{service.name} ({service.code})")
        self.service = service
        form = self._form = Form(2)
        values = service.values
        self.product = form.add("product_code", "Code produit", text_field(values.product_code, longest=40))
        self.account = form.add("account", "Compte", text_field(values.account, longest=20))
        self.product.setAccessibleName(f"Code produit{NARROW}: {service.name}")
        self.account.setAccessibleName(f"Compte{NARROW}: {service.name}")
        self.ticks: dict[PaymentMeans, QCheckBox] = {}
        self.ages: dict[PaymentMeans, QSpinBox] = {}
        self.fault = Fault()
        grid = QGridLayout()
        grid.setHorizontalSpacing(em(1))
        grid.setVerticalSpacing(em(0.25))
        for at, (means, words) in enumerate(MEANS_WORDS.items()):
            self._add(grid, at, means, words)
        self.column.addWidget(form)
        self.column.addLayout(grid)
        self.column.addWidget(
            hint("Un âge limite l'emploi d'un moyen aux enfants plus jeunes le premier jour du mois.")
        )
        self.column.addWidget(self.fault)

    def values(self) -> ServiceValues:
        """Read what was typed."""
        return ServiceValues(
            product_code=self.product.text().strip(),
            account=self.account.text().strip(),
            accepted={
                means: self.ages[means].value() or None for means, tick in self.ticks.items() if tick.isChecked()
            },
        )

    def show_faults(self, faults: Mapping[str, str]) -> bool:
        """Write what is wrong; True when something is."""
        self._form.show_faults(faults)
        self.fault.show_sentence(faults.get("accepted", ""))
        return bool(faults)

    def _add(self, grid: QGridLayout, at: int, means: PaymentMeans, words: str) -> None:
        accepted = self.service.values.accepted
        tick, age = QCheckBox(words), number_field(accepted.get(means) or 0, most=18)
        tick.setChecked(means in accepted)
        tick.setAccessibleName(f"{words}{NARROW}: {self.service.name}")
        age.setSpecialValueText(NO_AGE)
        age.setPrefix("moins de ")
        age.setSuffix(" ans")
        age.setEnabled(tick.isChecked())
        age.setAccessibleName(f"Âge limite, {words}{NARROW}: {self.service.name}")
        tick.toggled.connect(age.setEnabled)
        self.ticks[means], self.ages[means] = tick, age
        line, column = divmod(at, COLUMNS)
        grid.addWidget(tick, line, 2 * column)
        grid.addWidget(age, line, 2 * column + 1)
