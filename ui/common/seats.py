"""The fields of an enrolment: the group with its places, the first day and the last."""

from datetime import date

from PySide6.QtWidgets import QComboBox, QDateEdit

from backoffice.enrolments.choices import ActivityChoice, ChildChoice
from backoffice.enrolments.groups import GroupRow
from backoffice.enrolments.rules import period_faults
from resources.french import NARROW, age_on, plural, years_text
from ui.common.forms import Form, choice_field, date_field, date_in


class SeatFields:
    """Fields of a form; the group is proposed by the age on the first day, until the agent chooses one."""

    def __init__(self, form: Form, starts: date, ends: date) -> None:
        self._child: ChildChoice | None = None
        self._activity: ActivityChoice | None = None
        self._form = form
        self.group: QComboBox = form.add(
            "group", "&Groupe", choice_field({}, blank="Choisissez…"), required=True, wide=True
        )
        self.starts: QDateEdit = form.add("starts", "&Premier jour", date_field(starts), required=True)
        self.ends: QDateEdit = form.add("ends", "&Dernier jour", date_field(ends), required=True)
        self._chosen = False
        self.group.activated.connect(self._choose)
        self.starts.dateChanged.connect(lambda _: self._propose())

    @property
    def group_id(self) -> int | None:
        """The group chosen."""
        code = self.group.currentData()
        return None if code is None else int(code)

    @property
    def dates(self) -> tuple[date, date]:
        """The first day and the last."""
        return date_in(self.starts), date_in(self.ends)

    def show_choice(self, child: ChildChoice, activity: ActivityChoice) -> None:
        """Offer the groups of an activity to a child."""
        if activity != self._activity:
            self.group.clear()
            self.group.addItem("Choisissez…", None)
            for row in activity.groups:
                self.group.addItem(group_words(row), str(row.id))
            self._chosen = False
        self._child, self._activity = child, activity
        self._propose()

    def faults(self) -> dict[str, str]:
        """Say what is wrong, by field."""
        return period_faults(*self.dates)

    def _propose(self) -> None:
        if self._child is None or self._activity is None or self._chosen:
            return
        proposed = self._activity.group_for(self._child, date_in(self.starts))
        self.group.setCurrentIndex(max(self.group.findData(str(proposed)), 0))

    def _choose(self) -> None:
        self._chosen = True


def group_words(row: GroupRow) -> str:
    """Write a group to choose: Grands, de 6 à 11 ans : 20 places par jour, 12 enfants inscrits."""
    ages = f", {row.ages}" if row.ages else ""
    enrolled = plural(row.enrolled, "enfant inscrit", "enfants inscrits")
    return f"{row.name}{ages}{NARROW}: {plural(row.capacity, 'place')} par jour, {enrolled}"


def age_words(child: ChildChoice, day: date) -> str:
    """Write an age on a day: Léa, 7 ans."""
    return f"{child.name}, {years_text(max(age_on(child.born, day), 0))}"
