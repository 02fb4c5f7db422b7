"""Who the bench is about: an imaginary child, whose facts are at hand, or a child of the commune, found by name."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QSpinBox, QVBoxLayout, QWidget

from backoffice.rulebook.bench import BenchActivity
from backoffice.rulebook.bench_people import ChildFound, Enrolled, Imaginary
from resources.french import NARROW
from ui.common.choices import ChoiceBox
from ui.common.forms import number_field
from ui.common.pickers import SearchField
from ui.rulebook.flow import flow_of

IMAGINARY, ENROLLED = "imaginary", "enrolled"
UNKNOWN = -1
NOBODY = "Aucun enfant de ce nom"


class WhoFields(QWidget):
    """One or two lines of fields; those that the activity's prices never look at are hidden."""

    changed = Signal()
    searched = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.kind = ChoiceBox("Pour qui", 11)
        self.kind.fill([("Enfant imaginaire", IMAGINARY), ("Enfant de la commune", ENROLLED)], IMAGINARY)
        self._make_facts()
        self.search = SearchField("Nom de l'enfant ou de la famille", "Rechercher un enfant")
        self.found = ChoiceBox("Enfant choisi", 18)
        self.found.setPlaceholderText("Cherchez un enfant par son nom")
        self._usual: tuple[QWidget, ...] = (self.residence, self.quotient)
        self._rare: tuple[QWidget, ...] = (
            self.rank, self.age, self.resources, self.dependent, self.disabled, self.category, self.days,
        )  # fmt: skip
        self._finder: tuple[QWidget, ...] = (self.search, self.found)
        self._looked_at: frozenset[QWidget] = frozenset()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(flow_of(self.kind, *self._usual, *self._rare, *self._finder))
        self._connect()
        self._choose()

    def show_activity(self, row: BenchActivity) -> None:
        """Offer the facts that the prices of an activity look at."""
        self.category.fill([("Sans catégorie", None), *((code, code) for code in row.categories)], self._category())
        looked_at: dict[QWidget, bool] = {self.rank: row.rank, self.age: row.age, self.days: row.days_a_week}
        looked_at |= dict.fromkeys((self.resources, self.dependent, self.disabled), row.resources)
        looked_at[self.category] = bool(row.categories)
        self._looked_at = frozenset(widget for widget, wanted in looked_at.items() if wanted)
        self._show_fields()

    def show_children(self, rows: Sequence[ChildFound]) -> None:
        """Offer the children found; the first is chosen, unless the one before is still there."""
        held = self.found.currentData()
        lines = [(row.words, Enrolled(row.child_id, row.family_id)) for row in rows]
        codes = [code for _, code in lines]
        self.found.fill(lines, held if held in codes else codes[0] if codes else None)
        self.found.setPlaceholderText(NOBODY if self.search.text().strip() else "Cherchez un enfant par son nom")
        if self.found.currentData() != held:
            self.changed.emit()

    def who(self) -> Imaginary | Enrolled | None:
        """Say who the bench is about; None while nobody is found."""
        if not self._imagines():
            found = self.found.currentData()
            return found if isinstance(found, Enrolled) else None
        told = self._looked_at
        return Imaginary(
            resident=bool(self.residence.currentData()),
            quotient=_known(self.quotient),
            resources=_known(self.resources) if self.resources in told else None,
            children=self.dependent.value() if self.dependent in told else 1,
            disabled_child=self.disabled in told and self.disabled.isChecked(),
            rank=self.rank.value() if self.rank in told else 1,
            age=_known(self.age) if self.age in told else None,
            category=self._category(),
            days_a_week=self.days.value() or None if self.days in told else None,
        )

    def look_for(self) -> None:
        """Go and look for a child of the commune."""
        self.kind.choose(ENROLLED)
        self._choose()
        self.search.setFocus()

    def _make_facts(self) -> None:
        self.residence = ChoiceBox("Résidence", 7)
        self.residence.fill([("Résident", True), ("Extérieur", False)], True)
        self.quotient = _number("Quotient familial", 900, UNKNOWN, 9_999, "Sans quotient", prefix=f"QF{NARROW}: ")
        self.quotient.setSingleStep(50)
        self.rank = _number("Rang dans la fratrie", 1, 1, 20, prefix=f"Rang{NARROW}: ")
        self.age = _number("Âge de l'enfant", UNKNOWN, UNKNOWN, 120, "Âge inconnu", suffix=" ans")
        self.resources = _number(
            "Ressources mensuelles du foyer", UNKNOWN, UNKNOWN, 99_999, "Sans ressources", suffix=f"{NARROW}€ par mois"
        )
        self.resources.setSingleStep(100)
        self.dependent = _number("Enfants à charge", 1, 1, 20, prefix=f"À charge{NARROW}: ")
        self.disabled = QCheckBox("Handicap au foyer")
        self.category = ChoiceBox("Catégorie", 9)
        self.days = _number("Jours par semaine", 0, 0, 7, "Jours par semaine", suffix=" j par semaine")

    def _connect(self) -> None:
        numbers = (self.quotient, self.rank, self.age, self.resources, self.dependent, self.days)
        for field in numbers:
            field.valueChanged.connect(lambda *_: self.changed.emit())
        for box in (self.residence, self.category, self.found):
            box.currentIndexChanged.connect(lambda *_: self.changed.emit())
        self.disabled.toggled.connect(lambda *_: self.changed.emit())
        self.kind.currentIndexChanged.connect(lambda *_: self._choose())
        self.search.searched.connect(self.searched)

    def _choose(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _show_fields(self) -> None:
        imagined = self._imagines()
        for widget in self._usual:
            widget.setVisible(imagined)
        for widget in self._rare:
            widget.setVisible(imagined and widget in self._looked_at)
        for widget in self._finder:
            widget.setVisible(not imagined)

    def _imagines(self) -> bool:
        return bool(self.kind.currentData() == IMAGINARY)

    def _category(self) -> str | None:
        code = self.category.currentData()
        return None if code is None else str(code)


def _number(
    name: str, value: int, least: int, most: int, unknown: str = "", *, prefix: str = "", suffix: str = ""
) -> QSpinBox:
    """Make a number that says what it counts; its least value is « unknown »."""
    field = number_field(value, least=least, most=most, suffix=suffix)
    field.setPrefix(prefix)
    field.setSpecialValueText(unknown)
    field.setAccessibleName(name)
    field.lineEdit().setAccessibleName(name)
    field.setToolTip(name)
    return field


def _known(field: QSpinBox) -> int | None:
    return None if field.value() == UNKNOWN else field.value()
