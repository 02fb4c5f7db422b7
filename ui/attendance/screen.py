"""The roll call: a day of an activity, filled at the keyboard."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from backoffice.bookings.lists import ActivityRow
from backoffice.office import Office
from backoffice.permissions import Agent
from resources.french import NARROW, long_date, plural
from ui.attendance.correct_desk import CorrectDesk, CorrectPresenter
from ui.attendance.dialogs import ChildDialog, ConflictDialog, UnsavedDialog, open_note
from ui.attendance.grid import SheetView
from ui.attendance.heads import HeadCards
from ui.attendance.presenter import AttendancePresenter
from ui.attendance.sheet import Conflict, Key, Sheet
from ui.common.changes import Changes
from ui.common.choices import ChoiceBox
from ui.common.forms import Fault
from ui.common.papers import PaperScreen
from ui.common.parts import StatePill, button, hint, icon_button, primary_button, row_of
from ui.common.pickers import DayPicker
from ui.common.presenter import BoundLanes
from ui.common.tasks import Tasks
from ui.shell.theme import State

EVERYBODY = "Tous les groupes"
KEYS = (
    "P présent · J absence justifiée{reason} · A absence non justifiée · Espace présent aux heures habituelles · "
    "0815 une heure · Suppr efface · Entrée descend · F2 remarque · Ctrl+Z revient"
)
REASON_KEY = ", M son motif"


class AttendanceScreen(PaperScreen):
    """Chooses an activity, a group and a day; shows its grid; saves what was typed in one action."""

    kinds = frozenset({"attendance", "bookings", "structure", "invoices"})

    def __init__(self, changes: Changes, today: date) -> None:
        super().__init__(changes)
        self._wanted_child: int | None = None
        self._held_back: Sheet | None = None
        self.correcting = CorrectDesk(self, self._note)
        self.activity, self.group = ChoiceBox("Activité", 11), ChoiceBox("Groupe d'âge", 9)
        self.day = DayPicker(today, self._present_day)
        self.day.field.lineEdit().setAccessibleName("Jour affiché")
        self.grid = SheetView()
        self.setFocusProxy(self.grid)
        self.print_button = icon_button("print", "Imprimer la feuille d'appel (Ctrl+P)", self._print)
        self.print_button.setProperty("look", "")
        self.column.addWidget(row_of(self.activity, self.group, self.day, self.print_button, stretch_after=2))
        self.column.addWidget(self._actions())
        self.heads = HeadCards()
        self.column.addWidget(self.heads)
        self.column.addWidget(self.grid, 1)
        self.keys, self.fault = hint(KEYS.format(reason="")), Fault()
        self.keys.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.column.addWidget(self.keys)
        self.column.addWidget(self.fault)
        self._connect()

    def bind(self, presenter: AttendancePresenter, correct: CorrectPresenter) -> None:
        """Take the presenters that decide."""
        self._presenter = presenter
        self.correcting.bind(correct)

    def refresh(self) -> None:
        self.grid.show_loading()
        self._presenter.refresh()

    def visit(self, wanted: object) -> None:
        """Show (activity, day), or (activity, day, child)."""
        match wanted:
            case (int() as activity, date() as day, *rest):
                self._wanted_child = rest[0] if rest and isinstance(rest[0], int) else None
                self._presenter.choose(activity, day)

    def may_leave(self) -> bool:
        if not self._presenter.unsaved:
            return True
        self.ask_unsaved(self._presenter.unsaved, lambda: None)
        return False

    def show_activities(self, activities: Sequence[ActivityRow], chosen: int | None) -> None:
        self.activity.fill([(row.name, row.id) for row in activities], chosen)

    def show_choice(self, activity: int | None, day: date) -> None:
        self.activity.choose(activity)
        self.day.field.blockSignals(True)
        self.day.show_day(day)
        self.day.field.blockSignals(False)

    def show_sheet(self, sheet: Sheet) -> None:
        if self.grid.is_typing():
            self._held_back = sheet  # shown once the hour under the hand is written
            return
        self._held_back = None
        index, place = self.grid.currentIndex(), self.grid.verticalScrollBar().value()
        line, column = max(index.row(), 0), max(index.column(), 0)
        held = self._wanted_child or (key[0] if (key := self.grid.table.key(index)) else None)
        self._fill_groups(sheet)
        self.grid.table.show(sheet)
        found = None if held is None else self.grid.table.line_of(held)
        if self.grid.table.rows:
            self.grid.choose_cell(line if found is None else found, column)
            if self._wanted_child is None:
                self.grid.verticalScrollBar().setValue(place)
            self._wanted_child = None
        self._show_unsaved()

    def show_empty(self, sentence: str) -> None:
        self.grid.say_when_empty(sentence)

    def ask_unsaved(self, unsaved: int, then: Callable[[], None]) -> None:
        def drop() -> None:
            self._presenter.forget()
            then()

        UnsavedDialog(unsaved, lambda: self._presenter.save(then), drop, self).open()

    def show_conflicts(self, sentence: str, conflicts: Sequence[Conflict]) -> None:
        dialog = ConflictDialog(sentence, conflicts, self)
        dialog.settled.connect(lambda keep: self._presenter.settle(keep_mine=keep))
        dialog.open()

    def go_to(self, key: Key) -> None:
        self.grid.go_to(key[0])
        self.grid.setFocus()

    def _connect(self) -> None:
        self.activity.currentIndexChanged.connect(lambda _: self._choose())
        self.day.day_chosen.connect(lambda _: self._choose())
        self.group.currentIndexChanged.connect(lambda _: self._presenter.choose_group(self.group.currentData()))
        self.grid.table.edited.connect(self._show_unsaved)
        self.grid.table.edited.connect(lambda: self._tell(""))
        self.grid.cell_chosen.connect(lambda _: self._cell_chosen())
        self.grid.table.refused.connect(self._tell)
        self.grid.correct_asked.connect(lambda key: self.correcting.ask(self._presenter.sheet, key))
        self.grid.typing_ended.connect(self._show_held_back)
        self.offer("save", self._save, enabled=False)
        self.offer("print", self._print)
        self.offer("new", self._add_child)
        self.offer("edit", self._note)
        self.offer("previous", lambda: self.day.step(-1))
        self.offer("next", lambda: self.day.step(1))
        self.offer("today", lambda: self.day.show_day(self._present_day()))

    def _actions(self) -> QWidget:
        self.told = hint()
        self.told.setWordWrap(False)
        self.all_button = button("&Tous présents", self._all_present, icon="check")
        self.all_button.setToolTip("Écrit présent, aux heures habituelles, dans les cases pas encore pointées")
        self.add_button = button("Enfant &inattendu…", self._add_child, icon="add")
        self.unsaved = StatePill()
        self.save_button: QPushButton = primary_button("&Enregistrer", self._save, "save")
        self.save_button.setToolTip("Enregistrer toutes les saisies (Ctrl+S)")
        buttons = (self.correcting.button, self.add_button, self.all_button, self.save_button)
        return row_of(self.told, self.unsaved, *buttons, stretch_after=0)

    def _fill_groups(self, sheet: Sheet) -> None:
        groups = [(group.name, group.id) for group in sheet.day.groups]
        self.group.fill([(EVERYBODY, None), *groups], sheet.group)

    def _show_unsaved(self) -> None:
        """Follow each edit: figures, and what is not saved yet."""
        sheet = self._presenter.sheet
        unsaved = sheet.unsaved if sheet else 0
        self.unsaved.show_state(plural(unsaved, "saisie non enregistrée", "saisies non enregistrées"), State.WAITING)
        self.unsaved.setVisible(bool(unsaved))
        self.save_button.setEnabled(bool(unsaved))
        self.enable("save", enabled=bool(unsaved))
        able = sheet is not None and not sheet.read_only
        self.all_button.setEnabled(able and bool(self.grid.table.rows))
        self.add_button.setEnabled(able)
        if sheet is not None:
            self.keys.setText(KEYS.format(reason=REASON_KEY if len(sheet.day.reasons) > 1 else ""))
            self.heads.show_heads(sheet.heads())
            day = sheet.day.closed or sheet.read_only
            self.told.setText(day or f"{sheet.day.facility}, {long_date(sheet.day.day)}")

    def _show_held_back(self) -> None:
        if self._held_back is not None:
            self.show_sheet(self._held_back)

    def _present_day(self) -> date:
        return self._presenter.today()

    def _choose(self) -> None:
        self._presenter.choose(self.activity.currentData(), self.day.day)

    def _save(self) -> None:
        self._presenter.save()

    def _print(self) -> None:
        self._presenter.print()

    def _all_present(self) -> None:
        self._presenter.all_present()

    def _add_child(self) -> None:
        if (sheet := self._presenter.sheet) is not None and not sheet.read_only:
            dialog = ChildDialog(sheet.unexpected(), self)
            dialog.child_chosen.connect(self._presenter.add_child)
            dialog.open()

    def _note(self) -> None:
        sheet, keys = self._presenter.sheet, self.grid.keys()
        if sheet is None or not keys:
            return
        key = keys[0]
        if sheet.can_correct(key):
            self.correcting.ask(sheet, key)
        elif why := sheet.locked(key):
            self._tell(why)
        elif sheet.seen(key).state is None:
            self._tell(f"Pointez d'abord la case{NARROW}: la remarque l'accompagne.")
        else:
            open_note(sheet, key, self.grid.table.repaint, self)

    def _cell_chosen(self) -> None:
        self._tell("")
        self.correcting.follow(self._presenter.sheet, self.grid.keys())

    def _tell(self, sentence: str) -> None:
        """Say what is wrong under the grid, in place of the keys, so that nothing moves."""
        self.fault.show_sentence(sentence)
        self.keys.setVisible(not sentence)


def attendance_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> AttendanceScreen:
    """Join the roll call, its decisions and the open office."""
    screen = AttendanceScreen(changes, office.today())
    lanes = BoundLanes(tasks, screen, changes)
    screen.bind(
        AttendancePresenter(screen, lanes, office, agent), CorrectPresenter(screen.correcting, lanes, office, agent)
    )
    return screen
