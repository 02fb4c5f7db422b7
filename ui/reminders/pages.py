"""The pages of « Relances »: what is unpaid, what was reminded, what goes to the Treasury, the tax certificates."""

from collections.abc import Callable, Sequence
from datetime import date
from operator import attrgetter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu, QSplitter, QToolButton, QVBoxLayout, QWidget

from backoffice.certificates.lists import CertificateRow
from backoffice.reminders.claims import ClaimDebtor, ClaimPage
from backoffice.reminders.lists import ClaimedRow, ClaimListRow, ReminderRow, UnpaidRow
from backoffice.reminders.rules import Owed
from resources.french import NARROW, euros, plural, search_key
from ui.common.choices import ChoiceBox
from ui.common.listing import TableView
from ui.common.parts import Page, button, heading, hint, primary_button, row_of
from ui.common.pickers import SearchField
from ui.reminders.table import CERTIFICATES, CLAIMED, CLAIMS, INVOICES, LISTS, MADE, UNPAID
from ui.shell.theme import em

NO_REMINDER = "Aucune relance n'a été faite\u202f: le plan relance de lui-même, ou bien «\xa0Relancer maintenant…\xa0»."
NO_CERTIFICATE = (
    "Aucune attestation pour cette année\u202f: «\xa0Préparer les attestations\xa0» en fait une par payeur."
)


class UnpaidPage(Page):
    """Who is late, household by household, and the invoices of the one chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[UnpaidRow] = ()
        self.search = SearchField("Nom ou n° de famille", "Rechercher un foyer")
        self.counted = _on_one_line()
        self.table: TableView[UnpaidRow] = TableView(
            UNPAID, name="Impayés", empty="Aucune facture en retard.", key=attrgetter("family_id"), saved_as="unpaid",
            multiple=True,
        )  # fmt: skip
        self.invoices: TableView[Owed] = TableView(
            INVOICES, name="Factures en retard du foyer", empty="Choisissez un foyer.", key=attrgetter("invoice_id"),
            saved_as="unpaid-invoices",
        )  # fmt: skip
        self.family_button = button("&Ouvrir le dossier", icon="families")
        self.stop_button = button("&Suspendre les relances…")
        self.remind_button = primary_button("&Relancer maintenant…", icon="mail")
        self.write_off_button = button("Admettre en &non-valeur…", look="danger")
        bar = (self.search, self.counted, self.family_button, self.stop_button, self.remind_button)
        self.column.addWidget(row_of(*bar, stretch_after=1))
        self.column.addWidget(_split(self.table, self._below()), 1)
        self.search.searched.connect(lambda _: self._fill())
        self.table.row_chosen.connect(lambda _: self._follow())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._follow())
        self.invoices.row_chosen.connect(lambda row: self.write_off_button.setEnabled(row is not None))
        self._follow()

    def show_rows(self, rows: Sequence[UnpaidRow]) -> None:
        """Show these households."""
        self._rows = rows
        self._fill()

    def _below(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, em(0.4), 0, 0)
        column.setSpacing(em(0.4))
        column.addWidget(row_of(heading("Factures en retard du foyer", 3), self.write_off_button, stretch_after=0))
        column.addWidget(self.invoices, 1)
        return box

    def _fill(self) -> None:
        words = search_key(self.search.text()).split()
        rows = [row for row in self._rows if all(word in _keys(row) for word in words)]
        self.table.say_when_empty("Aucun foyer ne correspond." if words else "Aucune facture en retard.")
        self.table.show_rows(rows)
        total = euros(sum(row.due_cents for row in rows))
        self.counted.setText(f"{plural(len(rows), 'foyer')} en retard, {total}" if rows else "")
        self._follow()

    def _follow(self) -> None:
        row, chosen = self.table.chosen(), self.table.chosen_rows()
        self.invoices.show_rows(row.invoices if row else ())
        self.remind_button.setEnabled(bool(chosen))
        self.family_button.setEnabled(row is not None)
        self.stop_button.setEnabled(row is not None)
        self.stop_button.setText("&Reprendre les relances" if row and row.stop else "&Suspendre les relances…")
        self.write_off_button.setEnabled(self.invoices.chosen() is not None)


class MadePage(Page):
    """The reminders made, to see and print again."""

    def __init__(self) -> None:
        super().__init__()
        self.counted = _on_one_line("Plusieurs lettres choisies s'impriment en un seul document.")
        self.table: TableView[ReminderRow] = TableView(
            MADE, name="Relances faites", empty=NO_REMINDER, saved_as="reminders", multiple=True
        )
        self.save_button = button("&Enregistrer…", icon="save")
        self.show_button = primary_button("&Voir et imprimer…", icon="print")
        self.column.addWidget(row_of(self.counted, self.save_button, self.show_button, stretch_after=0))
        self.column.addWidget(self.table, 1)
        _able(self.table, self.save_button, self.show_button)


class ClaimsPage(Page):
    """« À titrer »: who may be handed over, and what the Treasury has in hand."""

    def __init__(self) -> None:
        super().__init__()
        self.page: ClaimPage | None = None
        self.told = hint()
        self.table: TableView[ClaimDebtor] = TableView(
            CLAIMS, name="À titrer", empty="Aucun débiteur n'est à transmettre.", key=attrgetter("family_id"),
            saved_as="claims", multiple=True,
        )  # fmt: skip
        self.claimed: TableView[ClaimedRow] = TableView(
            CLAIMED, name="Factures transmises", empty="Aucune facture n'est chez le Trésor public.",
            key=attrgetter("invoice_id"), saved_as="claimed",
        )  # fmt: skip
        self.lists: TableView[ClaimListRow] = TableView(
            LISTS, name="Listes transmises", empty="Aucune liste n'a été transmise.", saved_as="claim-lists"
        )
        self.export = QToolButton()
        self.export.setText("E&xporter le projet")
        self.export.setAccessibleName("Exporter le projet de liste")
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.setMenu(QMenu(self.export))
        self.hand_button = primary_button("&Transmettre au Trésor…", icon="export")
        self.list_button = button("Enregistrer la &liste…", icon="save")
        self.write_off_button = button("Admettre en &non-valeur…", look="danger")
        title = heading("Débiteurs en retard", 3)
        self.column.addWidget(row_of(title, self.export, self.hand_button, stretch_after=0))
        self.column.addWidget(self.told)
        self.column.addWidget(_split(self.table, self._below()), 1)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._follow())
        _able(self.lists, self.list_button)
        _able(self.claimed, self.write_off_button)
        self._follow()

    def offer_exports(self, export: Callable[[str], None]) -> None:
        """Offer the kinds of file."""
        self.export.menu().addAction("Classeur (XLSX)…", lambda: export("xlsx"))
        self.export.menu().addAction("Fichier CSV…", lambda: export("csv"))

    def show_page(self, page: ClaimPage) -> None:
        """Show who may be handed over, then who is left apart."""
        self.page = page
        self.table.show_rows((*page.ready, *page.apart))
        self.told.setText(
            f"{plural(len(page.ready), 'débiteur')} à transmettre, {euros(page.cents)}{NARROW}: retard de "
            f"{plural(page.claim_days, 'jour')} au moins, {euros(page.floor_cents)} au moins par débiteur. "
            "Sans choix dans la liste, tous sont transmis."
        )
        self._follow()

    def chosen(self) -> Sequence[ClaimDebtor]:
        """Give the debtors chosen among those that may go; all of them when none is."""
        picked = [row for row in self.table.chosen_rows() if not row.apart]
        return picked or (self.page.ready if self.page and not self.table.chosen_rows() else ())

    def _below(self) -> QWidget:
        left, right = QWidget(), QWidget()
        for box, title, action, table in (
            (left, "Listes transmises", self.list_button, self.lists),
            (right, "Factures transmises, pas encore soldées", self.write_off_button, self.claimed),
        ):
            column = QVBoxLayout(box)
            column.setContentsMargins(0, em(0.4), 0, 0)
            column.setSpacing(em(0.4))
            column.addWidget(row_of(heading(title, 3), action, stretch_after=0))
            column.addWidget(table, 1)
        return _split(left, right, Qt.Orientation.Horizontal, (1, 1))

    def _follow(self) -> None:
        self.hand_button.setEnabled(bool(self.chosen()))
        self.export.setEnabled(bool(self.page and self.page.ready))


class CertificatesPage(Page):
    """The tax certificates of a year."""

    def __init__(self) -> None:
        super().__init__()
        self.year = ChoiceBox("Année", 6)
        self.told = _on_one_line()
        self.table: TableView[CertificateRow] = TableView(
            CERTIFICATES, name="Attestations fiscales", empty=NO_CERTIFICATE,
            saved_as="certificates", multiple=True,
        )  # fmt: skip
        self.save_button = button("&Enregistrer…", icon="save")
        self.show_button = button("&Voir et imprimer…", icon="print")
        self.make_button = primary_button("&Préparer les attestations", icon="document")
        bar = (self.year, self.told, self.save_button, self.show_button, self.make_button)
        self.column.addWidget(row_of(*bar, stretch_after=1))
        self.column.addWidget(self.table, 1)
        _able(self.table, self.save_button, self.show_button)

    def show_rows(self, rows: Sequence[CertificateRow], today: date) -> None:
        """Show a year's certificates."""
        self.table.show_rows(rows)
        total = euros(sum(row.cents for row in rows))
        said = f"{plural(len(rows), 'attestation')}, {total}." if rows else ""
        if self.year.currentData() == today.year:
            said = f"{said} L'année n'est pas terminée{NARROW}: ces attestations seront à refaire en janvier.".strip()
        self.told.setText(said)


def _on_one_line(words: str = "") -> QLabel:
    label = hint(words)
    label.setWordWrap(False)
    return label


def _keys(row: UnpaidRow) -> str:
    return f"{row.sort_key} {search_key(row.payer)} {row.family_number.lower()}"


def _able(table: TableView[ReminderRow] | TableView[ClaimListRow] | TableView[ClaimedRow] | TableView[CertificateRow],
          *buttons: QWidget) -> None:  # fmt: skip
    """Let buttons be pressed while something is chosen."""

    def follow() -> None:
        for one in buttons:
            one.setEnabled(bool(table.chosen_rows()))

    table.selectionModel().selectionChanged.connect(lambda *_: follow())
    table.model().modelReset.connect(follow)
    follow()


def _split(
    first: QWidget,
    second: QWidget,
    way: Qt.Orientation = Qt.Orientation.Vertical,
    shares: tuple[int, int] = (3, 2),
) -> QSplitter:
    split = QSplitter(way)
    split.setHandleWidth(em(0.6))
    split.setChildrenCollapsible(False)
    for at, (widget, share) in enumerate(zip((first, second), shares, strict=True)):
        split.addWidget(widget)
        split.setStretchFactor(at, share)
    split.setSizes([em(10 * share) for share in shares])
    return split
