"""What the page of openings asks: an opening, a group, whether to close or to delete."""

from datetime import date, datetime

from PySide6.QtCore import QDate, QDateTime, QTime, QTimeZone
from PySide6.QtWidgets import QCheckBox, QDateTimeEdit, QSpinBox, QVBoxLayout, QWidget

from backoffice.clock import paris_instant
from backoffice.enrolments.groups import GroupRow, group_faults
from backoffice.enrolments.opening_lists import OpeningRow, OpeningsPage
from backoffice.enrolments.rules import OLDEST, OpeningDraft, opening_faults
from resources.french import NARROW, in_paris, plural, short_date
from ui.common.dialogs import Confirmation, FormDialog
from ui.common.forms import choice_field, date_field, date_in, note_field, number_field
from ui.portal.openings_table import period_of
from ui.shell.theme import em

NO_LIMIT = -1  # of an age
UTC = QTimeZone(QTimeZone.Initialization.UTC)


class Ticks(QWidget):
    """Boxes to tick, one under the other; named by its field."""

    def __init__(self, named: dict[int, str], ticked: frozenset[int]) -> None:
        super().__init__()
        self.boxes = {number: QCheckBox(name.replace("&", "&&")) for number, name in named.items()}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(em(0.25))
        for number, box in self.boxes.items():
            box.setChecked(number in ticked)
            column.addWidget(box)

    def ticked(self) -> frozenset[int]:
        """Give what is ticked."""
        return frozenset(number for number, box in self.boxes.items() if box.isChecked())


class OpeningDialog(FormDialog):
    """An opening: the activity, the dates of the enrolment, when families may ask, for whom, with which documents."""

    def __init__(
        self,
        page: OpeningsPage,
        draft: OpeningDraft,
        row: OpeningRow | None,
        today: date,
        parent: QWidget | None = None,
    ) -> None:
        title = "Ouvrir des inscriptions" if row is None else "Modifier les inscriptions ouvertes"
        super().__init__(title, "Ouvrir" if row is None else "Enregistrer", parent=parent, columns=2)
        self.row, self._draft, self._today = row, draft, today
        self._others = [one for one in page.openings if row is None or one.id != row.id]
        chosen = str(draft.activity_id) if draft.activity_id else None
        self.activity = self.form.add(
            "activity", "&Activité",
            choice_field({str(number): name for number, name in page.activities.items()}, chosen, blank="Choisissez…"),
            required=True, wide=True,
        )  # fmt: skip
        self.activity.setEnabled(row is None or not row.received)
        self.starts = self.form.add("starts", "Premier &jour de l'inscription", date_field(draft.starts), required=True)
        self.ends = self.form.add("ends", "&Dernier jour de l'inscription", date_field(draft.ends), required=True)
        self.opens = self.form.add("opens", "&Ouverture des demandes", instant_field(draft.opens_at), required=True)
        self.closes = self.form.add("closes", "&Fermeture des demandes", instant_field(draft.closes_at), required=True)
        self.age_from = self.form.add("age_from", "Â&ge minimum", age_field(draft.age_from))
        self.age_to = self.form.add("age_to", "Âge ma&ximum", age_field(draft.age_to))
        self.residents = self.form.add(
            "residents", "Habitants de la commune seulement", QCheckBox("&Habitants de la commune seulement"), wide=True
        )
        self.residents.setChecked(draft.residents_only)
        self.documents = self.form.add(
            "documents", "Documents nécessaires", Ticks(dict(page.documents), draft.documents), wide=True,
            help_text="Sans eux la demande est reçue, et attend.",
        )  # fmt: skip
        self.words = self.form.add(
            "words", "&Ce que les familles doivent savoir", note_field(draft.words, lines=3), wide=True
        )
        self.explain_stars()

    @property
    def wished(self) -> OpeningDraft:
        """What was typed; ask once an activity is chosen."""
        return OpeningDraft(
            activity_id=int(self.activity.currentData() or 0), words=self.words.toPlainText().strip(),
            starts=date_in(self.starts), ends=date_in(self.ends),
            opens_at=instant_in(self.opens, self._draft.opens_at), closes_at=instant_in(self.closes, self._draft.closes_at),
            age_from=age_in(self.age_from), age_to=age_in(self.age_to), residents_only=self.residents.isChecked(),
            documents=self.documents.ticked(),
        )  # fmt: skip

    def is_complete(self) -> bool:
        if not self.form.check_filled():
            return False
        wished = self.wished
        others = [one.draft for one in self._others if one.draft.activity_id == wished.activity_id]
        return self.form.show_faults(opening_faults(wished, others, today=self._today))


class GroupDialog(FormDialog):
    """The places a day of a group, and its ages."""

    def __init__(self, row: GroupRow, parent: QWidget | None = None) -> None:
        super().__init__(f"{row.activity}{NARROW}: {row.name}", "Enregistrer", parent=parent, columns=2)
        self.row = row
        self.capacity = self.form.add(
            "capacity", "&Places par jour", number_field(row.capacity, suffix=" places"), required=True, wide=True,
            help_text="Des places ajoutées vont d'abord à la liste d'attente.",
        )  # fmt: skip
        self.age_from = self.form.add("age_from", "Â&ge minimum", age_field(row.age_from))
        self.age_to = self.form.add("age_to", "Âge ma&ximum", age_field(row.age_to))
        self.explain_stars()

    @property
    def wished(self) -> tuple[int, int | None, int | None]:
        """The places and the ages."""
        return self.capacity.value(), age_in(self.age_from), age_in(self.age_to)

    def is_complete(self) -> bool:
        return self.form.show_faults(group_faults(*self.wished))


def closing(row: OpeningRow, parent: QWidget) -> Confirmation:
    """Ask before families may ask no more."""
    waiting = (
        f" {plural(row.waiting, 'demande reçue reste', 'demandes reçues restent')} à traiter." if row.waiting else ""
    )
    return Confirmation(
        "Fermer ces inscriptions",
        f"{row.activity}, {period_of(row)}{NARROW}: les familles ne pourront plus rien demander.{waiting}",
        "Fermer maintenant",
        parent=parent,
    )


def deletion(row: OpeningRow, parent: QWidget) -> Confirmation:
    """Ask before an opening that nobody has answered to is taken away."""
    return Confirmation(
        "Supprimer cette ouverture",
        f"{row.activity}, à partir du {short_date(row.draft.starts)}{NARROW}: aucune famille n'a rien demandé.",
        "Supprimer",
        danger=True,
        parent=parent,
    )


def instant_field(instant: datetime) -> QDateTimeEdit:
    """Make a day and an hour at the town hall."""
    local = in_paris(instant)
    shown = QDateTime(QDate(local.year, local.month, local.day), QTime(local.hour, local.minute), UTC)
    field = QDateTimeEdit()
    field.setTimeZone(UTC)  # the machine's own changes of hour have no part in this
    field.setDateTime(shown)
    field.setCalendarPopup(True)
    field.setDisplayFormat("dd/MM/yyyy HH:mm")
    return field


def instant_in(field: QDateTimeEdit, before: datetime) -> datetime:
    """Give the instant in a field; one that was not touched keeps its seconds."""
    day, hour = field.date(), field.time()
    typed = datetime(day.year(), day.month(), day.day(), hour.hour(), hour.minute())  # noqa: DTZ001 as on the town hall's wall
    if typed == in_paris(before).replace(second=0, microsecond=0, tzinfo=None):
        return before
    return paris_instant(typed.date(), typed.time())


def age_field(age: int | None) -> QSpinBox:
    """Make an age, or none."""
    field = number_field(NO_LIMIT if age is None else age, least=NO_LIMIT, most=OLDEST, suffix=" ans")
    field.setSpecialValueText("Sans limite")
    return field


def age_in(field: QSpinBox) -> int | None:
    """Give the age in a field, if there is one."""
    return None if field.value() == NO_LIMIT else field.value()
