"""The four pages of the debits: mandates, what to debit, the runs, what the bank gave back."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from backoffice.debits.calendar import is_target_day, target_day
from backoffice.debits.candidates import Candidate
from backoffice.debits.lists import BankFileRow, DebitRow, MandateRow, RunRow
from backoffice.debits.pain import SCHEMES
from backoffice.debits.rules import MANDATE_WORDS
from models.vocabulary import DebitState, MandateState
from resources.french import NARROW, euros, long_date, plural
from ui.common.choices import ChoiceBox
from ui.common.label import PlainLabel
from ui.common.listing import TableView
from ui.common.parts import button, heading, hint, primary_button, row_of
from ui.common.pickers import DayPicker, SearchField
from ui.debits.table import CANDIDATES, DEBITS, FILES, MANDATES, REJECTIONS, run_columns
from ui.debits.ticks import CandidateView
from ui.shell.theme import em

EVERY_STATE = "Tous les états"
NO_MANDATE = "Aucun mandat. Une fois signé, il fait annoncer le prélèvement sur chaque facture de la famille."
NOTHING_DUE = "Aucune facture n'annonce de prélèvement jusqu'à ce jour\u202f: c'est l'émission qui l'annonce."
NO_RUN = "Aucune remise\u202f: elle se prépare dans «\xa0À prélever\xa0», et son fichier se dépose à la banque."
OPEN = frozenset({MandateState.UNSIGNED, MandateState.ACTIVE, MandateState.SUSPENDED})


class MandatesPage(QWidget):
    """The mandates: searched, chosen, moved from a state to another."""

    filtered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.search = SearchField("Famille, titulaire ou RUM", "Rechercher un mandat")
        self._state = ChoiceBox("État des mandats", 9)
        self._state.fill([(EVERY_STATE, None), *((words, code.value) for code, words in MANDATE_WORDS.items())], None)
        self.new = primary_button("&Nouveau mandat…", icon="add")
        self.table = TableView(MANDATES, name="Mandats", empty=NO_MANDATE, saved_as="mandates")
        self.told = hint()
        self.sign, self.resume = button("&Signer…", icon="check"), button("&Reprendre", icon="undo")
        self.suspend = button("Sus&pendre…", icon="clock")
        self.revoke = button("Ré&voquer…", icon="cross", look="danger")
        self.form, self.family = button("&Imprimer…", icon="print"), button("&Ouvrir le dossier", icon="families")
        self._rows: Sequence[MandateRow] = ()
        _stack(self, row_of(self.search, self._state, self.new, stretch_after=1), self.table, self.told,
               _right(self.family, self.form, self.suspend, self.resume, self.revoke, self.sign))  # fmt: skip
        self.search.searched.connect(lambda _: self.filtered.emit())
        self._state.currentIndexChanged.connect(lambda _: self._show())
        self.table.row_chosen.connect(self._able)
        self._able(None)

    def show_rows(self, rows: Sequence[MandateRow]) -> None:
        """Show the mandates that the search found."""
        self._rows = rows
        self._show()

    def _show(self) -> None:
        state = self._state.currentData()
        shown = [row for row in self._rows if state in {None, row.state.value}]
        searched = bool(self.search.text().strip() or state)
        self.table.say_when_empty("Aucun mandat ne correspond à ce filtre." if searched else NO_MANDATE)
        self.table.show_rows(shown)
        self._able(self.table.chosen())

    def _able(self, row: MandateRow | None) -> None:
        state = row.state if row else None
        self.sign.setEnabled(state is MandateState.UNSIGNED)
        self.suspend.setVisible(state is not MandateState.SUSPENDED)
        self.suspend.setEnabled(state is MandateState.ACTIVE)
        self.resume.setVisible(state is MandateState.SUSPENDED)
        self.revoke.setEnabled(state in OPEN)
        for widget in (self.form, self.family):
            widget.setEnabled(row is not None)
        self.told.setText(_mandate_words(row))


class DuePage(QWidget):
    """What may be debited on a day; the families to call are named."""

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self.day = DayPicker(target_day(today()), today)
        self.day.today.hide()
        for named in (self.day.field, self.day.field.lineEdit()):
            named.setAccessibleName("Jour du prélèvement")
        self.scheme = ChoiceBox("Format du fichier", 11)
        self.scheme.fill([(name, name) for name in SCHEMES], SCHEMES[0])
        self.closed = hint()
        self.closed.setWordWrap(False)
        self.table = CandidateView(
            CANDIDATES,
            name="Factures à prélever",
            empty=NOTHING_DUE,
            saved_as="candidates",
        )
        self.told, self.total = hint(), heading("", 3)
        self.family = button("&Ouvrir le dossier", icon="families")
        self.last = button("&Dernier prélèvement du mandat")
        self.last.setCheckable(True)
        self.last.setToolTip("Séquence FNAL\u202f: le mandat prend fin avec ce prélèvement")
        self.none = button("Tout dé&cocher", lambda: self.table.ticks.tick_all(ticked=False))
        self.all = button("&Tout cocher", lambda: self.table.ticks.tick_all(ticked=True))
        self.make = primary_button("&Préparer la remise…", icon="check")
        _stack(self, row_of(self.day, self.closed, PlainLabel("Format"), self.scheme, stretch_after=1), self.table, self.told,
               _right(self.all, self.none, self.family, self.last, self.total, self.make))  # fmt: skip
        self.table.row_chosen.connect(self._describe)
        self.table.ticked_changed.connect(self._sum)
        self._describe(None)
        self._sum()

    def show_day(self, day: date) -> None:
        """Show a day without telling that it was chosen."""
        self.day.blockSignals(True)
        self.day.show_day(day)
        self.day.blockSignals(False)
        wrong = (
            ""
            if is_target_day(day)
            else f"Les banques ne prélèvent pas ce jour{NARROW}: voir le {long_date(target_day(day))}."
        )
        self.closed.setText(wrong)

    def show_rows(self, rows: Sequence[Candidate]) -> None:
        """Show what was announced."""
        self.table.show_rows(rows)
        self._describe(self.table.chosen())

    def _describe(self, row: Candidate | None) -> None:
        self.family.setEnabled(row is not None)
        self.last.setEnabled(row is not None and row.is_ready and not row.one_off)
        self.last.setChecked(row is not None and row.is_ready and row.sequence == "FNAL")
        self.told.setText(row.sentence or f"Famille {row.family}, {row.account}, mandat {row.rum}." if row else "")

    def _sum(self) -> None:
        ticked = self.table.ticks.ticked()
        self.total.setText(f"{plural(len(ticked), 'facture')}, {euros(sum(row.amount_cents for row in ticked))}")
        self.make.setEnabled(bool(ticked))


class RunsPage(QWidget):
    """The runs, and the debits of the one chosen."""

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self.runs = TableView(run_columns(today), name="Remises", empty=NO_RUN, saved_as="runs")
        self.debits = TableView(
            DEBITS, name="Prélèvements de la remise", empty="Choisissez une remise.", saved_as="debits"
        )
        self.save = button("&Enregistrer le fichier…", icon="save")
        self.settle = primary_button("Enc&aisser", icon="money")
        self.settle.setToolTip("Écrire les quittances des prélèvements dont le jour est venu")
        self.reject = button("Saisir un &rejet…", icon="cross", look="danger")
        self.family = button("&Ouvrir le dossier", icon="families")
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(em(0.6))
        self.waits = hint()
        self.waits.setWordWrap(False)
        halves = (
            ("Remises à la banque", self.runs, (self.waits, self.save, self.settle)),
            ("Prélèvements de la remise choisie", self.debits, (self.family, self.reject)),
        )
        for title, table, buttons in halves:
            part = QWidget()
            _stack(part, heading(title, 3), table, _right(*buttons))
            split.addWidget(part)
        _stack(self, split)
        self.runs.row_chosen.connect(self._able)
        self.debits.row_chosen.connect(self._able_debit)
        self._able(None)
        self._able_debit(None)

    def show_debits(self, rows: Sequence[DebitRow]) -> None:
        """Show the debits of the run chosen."""
        self.debits.show_rows(rows)
        self._able_debit(self.debits.chosen())

    def _able(self, row: RunRow | None) -> None:
        self.save.setEnabled(row is not None)
        due = row is not None and row.debit_on <= self._today()
        self.settle.setEnabled(row is not None and row.settled_at is None and due)
        early = row is not None and row.settled_at is None and not due
        self.waits.setText(f"S'encaisse à partir du {long_date(row.debit_on)}." if row and early else "")

    def _able_debit(self, row: DebitRow | None) -> None:
        self.family.setEnabled(row is not None)
        self.reject.setEnabled(row is not None and row.state is not DebitState.REJECTED)


class RejectionsPage(QWidget):
    """What the bank gave back, and the files in which it said so."""

    def __init__(self) -> None:
        super().__init__()
        self.read = primary_button("&Lire un fichier de la banque…", icon="document")
        self.reject = button("Saisir un &rejet…", icon="edit")
        self.family = button("&Ouvrir le dossier", icon="families")
        self.table = TableView(
            REJECTIONS, name="Rejets", empty="Aucun prélèvement n'a été rejeté.", saved_as="rejections"
        )
        self.files = TableView(
            FILES, name="Fichiers lus", empty="Aucun fichier de la banque n'a été lu.", saved_as="bank_files"
        )
        told = hint("Fichiers pain.002 (rejets) et camt.054 (avis de débit) que donne le site de la banque.")
        told.setWordWrap(False)
        _stack(self, row_of(told, self.family, self.reject, self.read, stretch_after=0), self.table, heading("Fichiers lus", 3),
               self.files)  # fmt: skip
        self.files.setFixedHeight(em(9))
        self.family.setEnabled(False)
        self.table.row_chosen.connect(lambda row: self.family.setEnabled(row is not None))

    def show_rows(self, rows: Sequence[DebitRow], files: Sequence[BankFileRow]) -> None:
        """Show both lists."""
        self.table.show_rows(rows)
        self.files.show_rows(files)


def _mandate_words(row: MandateRow | None) -> str:
    if row is None:
        return ""
    parts = [f"Famille {row.family}{f', {row.phone}' if row.phone else ''}", row.account]
    if row.signed_on:
        parts.append(f"signé le {long_date(row.signed_on)} à {row.signed_at_place}")
    if row.reason:
        parts.append(f"{MANDATE_WORDS[row.state].lower()}{NARROW}: {row.reason}")
    return " · ".join(parts)


def _stack(page: QWidget, *widgets: QWidget) -> None:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, em(0.5), 0, 0)
    column.setSpacing(em(0.5))
    for widget in widgets:
        column.addWidget(widget, int(isinstance(widget, TableView | QSplitter)))


def _right(*widgets: QPushButton | QLabel) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(em(0.5))
    row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget)
    return box
