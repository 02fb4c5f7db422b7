"""What the roll call asks: an unexpected child, a remark, unsaved edits, two hands on one cell."""

from collections.abc import Callable, Sequence
from operator import attrgetter

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from backoffice.attendance.lists import DayRow
from resources.french import NARROW, plural, search_key
from ui.attendance.sheet import Conflict, Key, Sheet
from ui.common.dialogs import FormDialog
from ui.common.forms import note_field
from ui.common.label import PlainLabel
from ui.common.listing import TableView
from ui.common.parts import button, heading, hint
from ui.common.pickers import SearchField
from ui.common.table import Column
from ui.shell.theme import em

CHILDREN: tuple[Column[DayRow], ...] = (
    Column("Enfant", lambda row: row.name, stretch=True),
    Column("Âge", lambda row: row.age, lambda age: plural(age, "an"), number=True),
    Column("Classe", lambda row: row.class_name),
    Column("Groupe", lambda row: row.group),
)
CONFLICTS: tuple[Column[Conflict], ...] = (
    Column("Enfant", lambda conflict: conflict.child, stretch=True),
    Column("Unité", lambda conflict: conflict.unit),
    Column("Votre saisie", lambda conflict: conflict.mine.words),
    Column("Écrit par votre collègue", lambda conflict: conflict.theirs.words),
)


class ChildDialog(QDialog):
    """Finds an enrolled child whom nobody expected today."""

    child_chosen = Signal(int)

    def __init__(self, rows: Sequence[DayRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Ajouter un enfant inattendu")
        self.setModal(True)
        self._rows = rows
        self.search = SearchField("Nom ou prénom", "Rechercher un enfant inscrit")
        self.table = TableView(
            CHILDREN, name="Enfants inscrits", empty="Aucun autre enfant inscrit.", key=attrgetter("child_id")
        )
        self.add = button("&Ajouter", self._add, look="primary")
        self.add.setDefault(True)
        self.add.setEnabled(False)
        _lay_out(
            self,
            "Ajouter un enfant inattendu",
            hint("Enfants inscrits à l'activité, sans réservation ce jour-là."),
            self.search,
            self.table,
            buttons=(button("Annuler", self.reject), self.add),
        )
        self.setMinimumSize(em(30), em(24))
        self.search.searched.connect(self._filter)
        self.table.row_chosen.connect(lambda row: self.add.setEnabled(row is not None))
        self.table.row_opened.connect(lambda _: self._add())
        self._filter("")

    def _filter(self, text: str) -> None:
        words = search_key(text).split()
        found = [row for row in self._rows if all(word in search_key(row.name) for word in words)]
        self.table.say_when_empty("Aucun enfant inscrit ne porte ce nom." if words else "Aucun autre enfant inscrit.")
        self.table.show_rows(found)
        self.table.choose_first()

    def _add(self) -> None:
        if (row := self.table.chosen()) is not None:
            self.accept()
            self.child_chosen.emit(row.child_id)


class NoteDialog(FormDialog):
    """A remark beside what was seen."""

    def __init__(self, title: str, note: str, parent: QWidget | None = None) -> None:
        super().__init__(title, "Garder la remarque", parent=parent)
        self._note = self.form.add(
            "note", "&Remarque", note_field(note), help_text="Visible du personnel seulement, jamais de la famille."
        )

    @property
    def note(self) -> str:
        """What the agent wrote."""
        return self._note.toPlainText().strip()


def open_note(sheet: Sheet, key: Key, written: Callable[[], None], parent: QWidget) -> None:
    """Ask for the remark of a cell, then write it in the sheet."""
    dialog = NoteDialog(sheet.words(key), sheet.seen(key).note or "", parent)

    def keep() -> None:
        sheet.set_note(key, dialog.note)
        written()
        dialog.accept()

    dialog.submitted.connect(keep)
    dialog.open()


class UnsavedDialog(QDialog):
    """Asks what becomes of unsaved edits."""

    def __init__(
        self, unsaved: int, save: Callable[[], None], drop: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Pointages non enregistrés")
        self.setModal(True)
        self.save = button("&Enregistrer", lambda: self._end(save), look="primary")
        self.drop = button("&Abandonner les saisies", lambda: self._end(drop), look="danger")
        self.stay = button("&Continuer la saisie", self.reject)
        self.save.setDefault(True)
        cells = plural(unsaved, "case remplie n'est pas enregistrée", "cases remplies ne sont pas enregistrées")
        told = PlainLabel(f"{cells}. Que faut-il en faire{NARROW}?")
        told.setWordWrap(True)
        _lay_out(self, "Pointages non enregistrés", told, buttons=(self.stay, self.drop, self.save))
        self.setMinimumWidth(em(30))

    def _end(self, act: Callable[[], None]) -> None:
        self.accept()
        act()


class ConflictDialog(QDialog):
    """Shows both hands on the same cells; nothing is lost before the agent has chosen."""

    settled = Signal(bool)  # keep mine

    def __init__(self, sentence: str, conflicts: Sequence[Conflict], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Deux saisies pour les mêmes cases")
        self.setModal(True)
        told = PlainLabel(sentence)
        told.setWordWrap(True)
        self.table = TableView(CONFLICTS, name="Cases en conflit", empty="", key=attrgetter("key"))
        self.table.show_rows(conflicts)
        self.mine = button("Garder &mes saisies", lambda: self._end(keep_mine=True))
        self.theirs = button("Prendre ce que le &collègue a écrit", lambda: self._end(keep_mine=False))
        self.later = button("Décider plus &tard", self.reject, look="quiet")
        _lay_out(
            self,
            "Deux saisies pour les mêmes cases",
            told,
            self.table,
            hint("Vos autres saisies restent en place. Rien n'est enregistré avant «\xa0Enregistrer\xa0»."),
            buttons=(self.later, self.theirs, self.mine),
        )
        self.setMinimumSize(em(44), em(20))

    def _end(self, *, keep_mine: bool) -> None:
        self.accept()
        self.settled.emit(keep_mine)


def _lay_out(dialog: QDialog, title: str, *widgets: QWidget, buttons: Sequence[QPushButton]) -> None:
    column = QVBoxLayout(dialog)
    column.setContentsMargins(em(1.3), em(1.1), em(1.3), em(1.1))
    column.setSpacing(em(0.7))
    column.addWidget(heading(title))
    for widget in widgets:
        column.addWidget(widget, int(isinstance(widget, TableView)))
    row = QHBoxLayout()
    row.setSpacing(em(0.5))
    row.addStretch(1)
    for made in buttons:
        row.addWidget(made)
    column.addLayout(row)
