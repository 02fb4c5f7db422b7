"""Writing in the calendar: an entry, a school's week, the zone; and asking before a year is read again."""

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QWidget

from backoffice.calendar.edit import ZONES
from backoffice.calendar.entries import KIND_WORDS, OF_PLACES, OF_SCHOOLS, Entry, EntryKind, span_words
from backoffice.calendar.lists import EVERY_PLACE, EVERY_SCHOOL, EVERYONE, Rereading, SchoolRow, YearPage
from backoffice.rulebook.file.words import Weekday
from ui.common.dialogs import Confirmation, FormDialog
from ui.common.forms import choice_field, date_field, date_in, text_field
from ui.common.label import PlainLabel
from ui.common.parts import hint

Check = Callable[[Entry, Entry | None], tuple[str, str] | None]
SHOWN = 8
HELP = {
    EntryKind.PUBLIC: "Un jour férié ferme tous les accueils et les écoles.",
    EntryKind.VACATION: "Du premier au dernier jour sans classe, compris.",
    EntryKind.NO_CLASS: "Les accueils des jours de classe ferment ce jour-là.",
    EntryKind.CLASS: "Un jour où l'on a classe par exception\u202f: un samedi, un mercredi.",
    EntryKind.CLOSED: "L'établissement n'accueille personne ces jours-là.",
    EntryKind.OPEN: "L'établissement accueille par exception, même un jour férié.",
}


class EntryDialog(FormDialog):
    """A line of the calendar: what, when, where."""

    def __init__(
        self, page: YearPage, wished: Entry, seen: Entry | None, check: Check, parent: QWidget | None = None
    ) -> None:
        title = "Ajouter au calendrier" if seen is None else "Modifier le calendrier"
        super().__init__(title, "Ajouter" if seen is None else "Enregistrer", parent=parent, columns=2)
        self.seen, self._check, self._page = seen, check, page
        kinds = {kind.value: words for kind, words in KIND_WORDS.items()}
        self.kind = self.form.add("kind", "&Nature", choice_field(kinds, wished.kind.value), required=True, wide=True)
        self.name = self.form.add(
            "name", "N&om", text_field(wished.name, example="Pont de l'Ascension"), required=True, wide=True
        )
        self.first = self.form.add("first", "&Premier jour", date_field(wished.first), required=True)
        self.last = self.form.add("last", "&Dernier jour", date_field(wished.last), required=True)
        for named, field in (("Premier jour", self.first), ("Dernier jour", self.last)):
            field.lineEdit().setAccessibleName(f"{named}, obligatoire")
        self.place = self.form.add("place", "&Où", choice_field({}), wide=True)
        self._help = hint()
        self.body.addWidget(self._help)
        self.explain_stars()
        self._lasting = self.last.date().toJulianDay() - self.first.date().toJulianDay()
        self.kind.currentIndexChanged.connect(lambda _: self._follow_kind())
        self.first.dateChanged.connect(lambda _: self._follow_first())
        self.last.dateChanged.connect(lambda _: self._keep_lasting())
        self._follow_kind()
        place = wished.school_id if wished.kind in OF_SCHOOLS else wished.facility_id
        self.place.setCurrentIndex(max(self.place.findData(place), 0))
        self.name.setFocus()

    def wished(self) -> Entry:
        """Give what was typed."""
        kind = EntryKind(self.kind.currentData())
        first, place = date_in(self.first), self.place.currentData()
        return Entry(
            kind=kind,
            first=first,
            last=first if kind is EntryKind.PUBLIC else date_in(self.last),
            name=self.name.text().strip(),
            school_id=place if kind in OF_SCHOOLS else None,
            facility_id=place if kind in OF_PLACES else None,
        )

    def is_complete(self) -> bool:
        if not self.form.check_filled():
            return False
        wrong = self._check(self.wished(), self.seen)
        return self.form.show_faults({wrong[0]: wrong[1]} if wrong else {})

    def _follow_kind(self) -> None:
        """Ask only what this nature needs."""
        kind = EntryKind(self.kind.currentData())
        places: list[tuple[str, int | None]] = [(EVERYONE, None)]
        if kind in OF_SCHOOLS:
            places = [(EVERY_SCHOOL, None), *((row.name, row.id) for row in self._page.schools)]
        elif kind in OF_PLACES:
            places = [(EVERY_PLACE, None), *((row.name, row.id) for row in self._page.facilities)]
        self.place.clear()
        for words, code in places:
            self.place.addItem(words, code)
        self.place.setEnabled(len(places) > 1)
        self.form.fields["last"].setVisible(kind is not EntryKind.PUBLIC)
        self._help.setText(HELP[kind])

    def _follow_first(self) -> None:
        """Move the last day with the first."""
        self.last.setDate(self.first.date().addDays(self._lasting))

    def _keep_lasting(self) -> None:
        self._lasting = max(self.last.date().toJulianDay() - self.first.date().toJulianDay(), 0)


class WeekDialog(FormDialog):
    """The days on which a school has class."""

    def __init__(self, school: SchoolRow, parent: QWidget | None = None) -> None:
        super().__init__("Semaine de classe", "Enregistrer", parent=parent, columns=3)
        self.body.insertWidget(0, PlainLabel(school.name))
        self.school = school
        self.days: dict[int, QCheckBox] = {}
        for rank, weekday in enumerate(list(Weekday)[:6]):
            box = QCheckBox(weekday.value.capitalize())
            box.setChecked(rank in school.weekdays)
            self.days[rank] = self.form.add(weekday.name, weekday.value.capitalize(), box)
        self.body.addWidget(
            hint("4 jours\u202f: sans le mercredi. 4 jours et demi\u202f: avec le mercredi, classe le matin seulement.")
        )

    def wished(self) -> frozenset[int]:
        """Give the days ticked; Monday is 0."""
        return frozenset(rank for rank, box in self.days.items() if box.isChecked())

    def is_complete(self) -> bool:
        if not self.wished():
            self.fault.show_sentence("Une école a classe un jour au moins.")
        return bool(self.wished())


class ZoneDialog(FormDialog):
    """The commune's zone of school holidays."""

    def __init__(self, zone: str, parent: QWidget | None = None) -> None:
        super().__init__("Zone de vacances scolaires", "Changer de zone", parent=parent)
        self.tell(
            "Les vacances déjà enregistrées ne changent pas d'elles-mêmes\u202f: relisez ensuite chaque année scolaire "
            "depuis les sources officielles."
        )
        self.zone = self.form.add("zone", "&Zone", choice_field({code: f"Zone {code}" for code in ZONES}, zone))


def removal(entry: Entry, parent: QWidget) -> Confirmation:
    """Ask before an entry is taken away."""
    return Confirmation(
        "Retirer du calendrier",
        f"{KIND_WORDS[entry.kind]} {entry.words} sera retiré du calendrier. Les portails des familles suivront.",
        "Retirer",
        danger=True,
        parent=parent,
    )


def reread_confirmation(change: Rereading, parent: QWidget) -> Confirmation:
    """Ask before a year is read again, with what it takes away and what it brings."""
    year = f"{change.first.year}-{change.first.year + 1}"
    told = [
        (
            f"Les jours fériés et les vacances de {year} redeviennent ceux des sources officielles. "
            "Les ponts, les fermetures et les semaines des écoles ne changent pas."
        )
    ]
    if change.removed:
        told.append(f"Retiré\u202f:\n{_lines(change.removed)}")
    if change.added:
        told.append(f"Ajouté\u202f:\n{_lines(change.added)}")
    if not change.published:
        told.append("Les vacances de cette année ne sont pas encore publiées\u202f: celles du calendrier restent.")
    return Confirmation(
        f"Relire {year} depuis les sources", "\n\n".join(told), "Relire l'année", danger=True, parent=parent
    )


def _lines(entries: tuple[Entry, ...]) -> str:
    lines = [f"– {entry.name}, {span_words(entry.first, entry.last)}" for entry in entries[:SHOWN]]
    if len(entries) > SHOWN:
        lines.append(f"– et {len(entries) - SHOWN} autres")
    return "\n".join(lines)
