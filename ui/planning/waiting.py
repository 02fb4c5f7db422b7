"""The windows of the waiting lists: who waits for a day, and how the list of an activity works."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QVBoxLayout, QWidget

from backoffice.bookings.waiting_desk import WaitingQueue, WaitingRow
from backoffice.bookings.waiting_rules import offered_words
from backoffice.bookings.waiting_settings import LONGEST_HOURS, WaitingSettings
from resources.french import NARROW, day_and_month, plural, short_instant
from ui.common.dialogs import FormDialog, refused_in
from ui.common.forms import choice_field, note_field, number_field
from ui.common.listing import TableView
from ui.common.parts import Notice, button, heading, hint, row_of
from ui.common.screen import Screen
from ui.common.table import Column
from ui.planning.waiting_presenter import WaitingPresenter
from ui.shell.theme import State, em

NOBODY = "Personne n'attend plus ce jour-là."
GIVEN, OFFERED = "given", "offered"
WAYS = {
    GIVEN: "La donner aussitôt au premier de la liste",
    OFFERED: "La proposer au premier, qui répond dans un délai",
}
HOURS = 24
ORDER = "Passent d'abord les familles de la commune, puis les frères et sœurs d'un enfant déjà réservé ce jour-là."


def _place(row: WaitingRow) -> str:
    return f"Place proposée jusqu'au {short_instant(row.until)}" if row.until else "Attend"


COLUMNS: tuple[Column[WaitingRow], ...] = (
    Column("Rang", lambda row: row.rank, number=True),
    Column("Enfant", lambda row: row.child, stretch=True),
    Column("Famille", lambda row: row.family),
    Column("Groupe", lambda row: row.group),
    Column("Priorité", lambda row: row.priority),
    Column("Demandé le", lambda row: row.asked_at),
    Column("État", _place, state=lambda row: State.ACCEPTED if row.until else State.WAITING),
)


class QueueDialog(QDialog):
    """Who waits for a unit of a day, in the order in which places are given."""

    propose_asked = Signal(object)
    remove_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.title, self.told = heading(""), hint("")
        self.table = TableView(COLUMNS, name="Liste d'attente", empty=NOBODY, saved_as="waiting_list")
        self.propose = button("&Proposer la place", lambda: self._ask(self.propose_asked.emit), icon="check")
        self.remove = button("&Retirer de la liste…", lambda: self._ask(self.remove_asked.emit), look="danger")
        column = QVBoxLayout(self)
        column.setContentsMargins(em(1.3), em(1.1), em(1.3), em(1.1))
        column.setSpacing(em(0.7))
        column.addWidget(self.title)
        column.addWidget(self.told)
        column.addWidget(self.table, 1)
        column.addWidget(hint(ORDER))
        column.addWidget(row_of(self.remove, self.propose, button("&Fermer", self.reject), stretch_after=0))
        self.resize(em(60), em(28))
        self.table.row_chosen.connect(lambda _row: self._follow())
        self._queue: WaitingQueue | None = None

    def show_queue(self, queue: WaitingQueue) -> None:
        """Show a list; the chosen child stays so."""
        self._queue = queue
        title = f"Liste d'attente{NARROW}: {queue.unit}, {day_and_month(queue.day)}"
        self.setWindowTitle(title)
        self.title.setText(title)
        self.propose.setText("&Donner la place" if queue.given else "&Proposer la place")
        free = plural(queue.free, "place libre", "places libres")
        self.told.setText(f"{queue.activity}. {free if queue.free else 'Aucune place libre'}.")
        self.table.show_rows(queue.rows)
        if self.table.chosen() is None and queue.rows:
            self.table.choose_first()
        self._follow()

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  a presenter's view takes it so
        """Wait for the answer."""
        self.table.setDisabled(busy)
        if busy:
            self.propose.setDisabled(True)
            self.remove.setDisabled(True)
        else:
            self._follow()

    def _follow(self) -> None:
        row, free = self.table.chosen(), bool(self._queue and self._queue.free)
        self.propose.setEnabled(row is not None and row.until is None and free)
        self.remove.setEnabled(row is not None)

    def _ask(self, ask: Callable[[WaitingRow], None]) -> None:
        if (row := self.table.chosen()) is not None:
            ask(row)


class WhyDialog(FormDialog):
    """Asks why a child goes before others, or leaves the list."""

    def __init__(self, title: str, verb: str, label: str, help_text: str, *, danger: bool, parent: QWidget) -> None:
        super().__init__(title, verb, parent=parent, danger=danger)
        self._note = self.form.add("note", label, note_field(lines=2), required=True, help_text=help_text)

    @property
    def note(self) -> str:
        """What the agent wrote."""
        return self._note.toPlainText().strip()


class WaitingSettingsDialog(FormDialog):
    """Asks whether full days keep those who ask, and how a place freed goes to the next."""

    def __init__(self, settings: WaitingSettings, parent: QWidget | None = None) -> None:
        super().__init__(f"Liste d'attente{NARROW}: {settings.activity}", "Enregistrer", parent=parent)
        self.settings = settings
        hours = settings.answer_hours
        self.opened = self.form.add(
            "opened", "Liste ouverte", QCheckBox("&Mettre en liste d'attente qui demande un jour complet")
        )
        self.way = self.form.add(
            "way", "&Quand une place se libère", choice_field(WAYS, GIVEN if hours is None else OFFERED)
        )
        self.hours = self.form.add(
            "hours", "&Délai pour répondre", number_field(hours or HOURS, least=1, most=LONGEST_HOURS, suffix=" h"),
            help_text="Sans réponse, la place est proposée au suivant.",
        )  # fmt: skip
        self.body.addWidget(hint(ORDER))
        if settings.listed:
            kept = plural(settings.listed, "enfant est sur cette liste", "enfants sont sur cette liste")
            self.body.addWidget(
                Notice([f"{kept}{NARROW}: ils y gardent leur rang, même si vous la fermez."], State.INFO)
            )
        self.opened.setChecked(settings.waiting_list)
        self.opened.toggled.connect(lambda _: self._follow())
        self.way.currentIndexChanged.connect(lambda _: self._follow())
        self._follow()

    @property
    def answer_hours(self) -> int | None:
        """How long a family has to answer; none: the place is given at once."""
        return self.hours.value() if self.way.currentData() == OFFERED else None

    def _follow(self) -> None:
        self.hours.setEnabled(self.way.currentData() == OFFERED)


class WaitingWindows:
    """Opens these windows over a screen, and does there what their presenter says."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.queue: QueueDialog | None = None
        self.form: WhyDialog | WaitingSettingsDialog | None = None

    def bind(self, presenter: WaitingPresenter) -> None:
        """Take the presenter that decides."""
        self.presenter = presenter

    def show_queue(self, queue: WaitingQueue) -> None:
        if self.queue is None:
            dialog = self.queue = QueueDialog(self._screen)
            dialog.propose_asked.connect(self.presenter.wish_to_propose)
            dialog.remove_asked.connect(self.ask_remove)
            dialog.finished.connect(lambda _: self._closed())
            dialog.open()
        self.queue.show_queue(queue)

    def show_settings(self, settings: WaitingSettings) -> None:
        dialog = WaitingSettingsDialog(settings, self._screen)
        self._open(
            dialog,
            lambda: self.presenter.save_settings(
                settings, waiting_list=dialog.opened.isChecked(), answer_hours=dialog.answer_hours
            ),
        )

    def ask_over(self, row: WaitingRow) -> None:
        dialog = WhyDialog(
            f"Faire passer {row.child} devant les autres", "Proposer la place", "&Pourquoi", "Signé de votre nom.",
            danger=True, parent=self._over(),
        )  # fmt: skip
        self._open(dialog, lambda: self.presenter.propose(row, dialog.note))

    def ask_remove(self, row: WaitingRow) -> None:
        """Ask why a child leaves the list."""
        dialog = WhyDialog(
            f"Retirer {row.child} de la liste d'attente", "Retirer de la liste", "&Pourquoi", "La famille lira ces mots.",
            danger=True, parent=self._over(),
        )  # fmt: skip
        if row.until is not None:
            dialog.tell(f"{offered_words(row.until)} Elle ira au suivant.")
        self._open(dialog, lambda: self.presenter.remove(row, dialog.note))

    def waiting_done(self) -> None:
        if self.form is not None:
            self.form.accept()
            self.form = None

    def waiting_refused(self, error: Exception) -> None:
        if not refused_in(self.form, error):
            self._screen.report(error, unsaved="la liste d'attente")

    def show_busy(self, busy: bool) -> None:  # noqa: FBT001  a presenter's view takes it so
        self._screen.show_busy(busy)
        if self.queue is not None:
            self.queue.show_busy(busy)

    def say(self, sentence: str, state: State = State.INFO) -> None:
        self._screen.say(sentence, state)

    def report(self, error: Exception, *, retry: Callable[[], None] | None = None, unsaved: str = "") -> None:
        self._screen.report(error, retry=retry, unsaved=unsaved)

    def _open(self, dialog: WhyDialog | WaitingSettingsDialog, submitted: Callable[[], None]) -> None:
        self.form = dialog
        dialog.submitted.connect(submitted)
        dialog.open()

    def _over(self) -> QWidget:
        return self.queue or self._screen

    def _closed(self) -> None:
        self.queue = None
        self.presenter.close_queue()
