"""« Documents demandés »: what the structure asks of each household or child, in the order in which it is listed."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from backoffice.documents.desk import KEPT_DAYS, OldFile
from backoffice.documents.kinds import LONGEST_BLOCKS, LONGEST_LIFE, LONGEST_NAME, KindDraft, KindRow
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.scans.rules import megabytes
from resources.french import NARROW, plural
from ui.common.dialogs import Confirmation, FormDialog
from ui.common.forms import choice_field, number_field, text_field
from ui.common.listing import TableView
from ui.common.pane import FormPane
from ui.common.parts import button, hint, primary_button, row_of
from ui.common.presenter import Lanes
from ui.common.screen import Screen
from ui.common.table import Column
from ui.portal.documents_presenter import DocumentsPresenter
from ui.shell.theme import State

TOLD = "Les familles voient cette liste dans «\xa0Mes documents\xa0» et envoient chaque document depuis le portail."
LOOK_ONLY = f"{TOLD} Votre rôle permet de la lire{NARROW}; l'administrateur la modifie."
CHILD, HOUSEHOLD = "child", "family"
OWNERS = {CHILD: "Chaque enfant", HOUSEHOLD: "La famille"}


def life_of(row: KindRow) -> str:
    """Write how long it is good."""
    return plural(row.months_valid, "mois", "mois") if row.months_valid else "Selon le document"


KIND_COLUMNS: tuple[Column[KindRow], ...] = (
    Column("Document", lambda row: row.name, stretch=True),
    Column("De", lambda row: OWNERS[CHILD if row.per_child else HOUSEHOLD]),
    Column(
        "Obligation", lambda row: "Obligatoire" if row.mandatory else "Facultatif",
        state=lambda row: State.INFO if row.mandatory else State.NEUTRAL,
    ),
    Column("Nécessaire pour", lambda row: row.blocks, tip=lambda row: row.blocks),
    Column("Valable", life_of, order=lambda row: row.months_valid or 0),
    Column("Reçus", lambda row: row.held, number=True),
)  # fmt: skip


class KindDialog(FormDialog):
    """What is asked, of whom, what waits for it, how long it is good."""

    def __init__(self, row: KindRow | None, parent: QWidget | None = None) -> None:
        title = "Demander un document" if row is None else "Modifier un document demandé"
        super().__init__(title, "Demander" if row is None else "Enregistrer", parent=parent)
        self.row = row
        self.name = self.form.add(
            "name", "&Nom", text_field(row.name if row else "", example="Assurance scolaire", longest=LONGEST_NAME),
            required=True,
        )  # fmt: skip
        self.owner = self.form.add(
            "owner", "&De qui", choice_field(OWNERS, HOUSEHOLD if row and not row.per_child else CHILD), required=True
        )
        self.mandatory = self.form.add("mandatory", "Obligatoire", QCheckBox("&Obligatoire"))
        self.mandatory.setChecked(row is None or row.mandatory)
        self.blocks = self.form.add(
            "blocks", "Nécessaire &pour", text_field(row.blocks if row else "", example="les sorties", longest=LONGEST_BLOCKS),
            help_text="La famille lit ce qui attend ce document.",
        )  # fmt: skip
        self.months = self.form.add(
            "months", "&Valable", number_field((row.months_valid or 0) if row else 12, most=LONGEST_LIFE, suffix=" mois"),
            help_text="La fin est proposée quand un agent accepte un document. 0\u202f: selon le document.",
        )  # fmt: skip
        self.months.setSpecialValueText("Selon le document")
        self.explain_stars()

    @property
    def draft(self) -> KindDraft:
        """What was typed."""
        return KindDraft(
            self.name.text(),
            per_child=self.owner.currentData() == CHILD,
            mandatory=self.mandatory.isChecked(),
            blocks=self.blocks.text(),
            months_valid=self.months.value() or None,
        )


class DocumentsPane(FormPane):
    """What is asked, and under it the files that serve no more."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._may_edit, self._may_throw = False, False
        self._old: Sequence[OldFile] = ()
        self.table: TableView[KindRow] = TableView(
            KIND_COLUMNS, name="Documents demandés", empty="Aucun document n'est demandé.", saved_as="document_kinds"
        )
        self.table.setSortingEnabled(False)
        self.setFocusProxy(self.table)
        self.told, self.old = hint(), hint()
        self.old.setWordWrap(False)
        self.new = primary_button("&Demander un document…", self._ask_new, "add")
        self.edit = button("&Modifier…", lambda: self._with_row(self._presenter.ask_edit), icon="edit")
        self.up = button("Mon&ter", lambda: self._move(-1), icon="up")
        self.down = button("&Descendre", lambda: self._move(1), icon="down")
        self.retire = button("Ne &plus demander…", lambda: self._with_row(self._ask_retire), icon="cross")
        self.throw = button("&Effacer les anciens fichiers…", self._ask_throw)
        self.column.addWidget(self.told)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(row_of(self.new, self.edit, self.up, self.down, self.retire, stretch_after=0))
        self.column.addWidget(row_of(self.old, self.throw, stretch_after=0))

    def bind(self, presenter: DocumentsPresenter) -> None:
        """Give each gesture its meaning."""
        self._presenter = presenter
        self.table.row_chosen.connect(lambda _: self._enable())
        self.table.row_opened.connect(presenter.ask_edit)

    def refresh(self) -> None:
        """Read the page anew."""
        self._presenter.refresh()

    def show_rows(self, rows: Sequence[KindRow], old: Sequence[OldFile], *, may_edit: bool, may_throw: bool) -> None:
        self._may_edit, self._may_throw, self._old = may_edit, may_throw, old
        self.told.setText(TOLD if may_edit else LOOK_ONLY)
        self.table.show_rows(rows)
        weight = megabytes(sum(one.size for one in old))
        words = (
            f"{plural(len(old), 'fichier ne sert', 'fichiers ne servent')} plus depuis {KEPT_DAYS} jours ({weight})."
        )
        self.old.setText(
            words
            if old
            else f"Un fichier refusé, remplacé ou expiré est gardé {KEPT_DAYS} jours, puis effacé dans la semaine."
        )
        self._enable()

    def open_form(self, row: KindRow | None) -> None:
        form = KindDialog(row, self)
        self._open(form, lambda: self._presenter.save(form.row, form.draft))

    def _ask_new(self) -> None:
        self._presenter.ask_new()

    def _with_row(self, act: Callable[[KindRow], None]) -> None:
        if (row := self.table.chosen()) is not None:
            act(row)

    def _move(self, step: int) -> None:
        if (row := self.table.chosen()) is not None:
            self._presenter.move(self.table.model_of_rows.rows, row, step)

    def _ask_retire(self, row: KindRow) -> None:
        self._confirm(
            f"Ne plus demander «\xa0{row.name}\xa0»{NARROW}?",
            "Les familles ne le verront plus dans leur liste. Ce qui a été reçu est gardé.",
            "Ne plus demander",
            lambda: self._presenter.retire(row),
        )

    def _ask_throw(self) -> None:
        names = "\n".join(f"• {one.document}, famille {one.family}{NARROW}: {one.name}" for one in self._old[:8])
        more = f"\net {len(self._old) - 8} autres" if len(self._old) > 8 else ""
        self._confirm(
            f"Effacer {plural(len(self._old), 'ancien fichier', 'anciens fichiers')}{NARROW}?",
            f"{names}{more}\n\nLeur contenu est perdu. Que ces documents ont été reçus reste écrit.",
            "Effacer",
            self._presenter.throw_away,
        )

    def _confirm(self, title: str, sentence: str, verb: str, act: Callable[[], None]) -> None:
        asked = Confirmation(title, sentence, verb, danger=True, parent=self)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(act)
        asked.open()

    def _enable(self) -> None:
        row, rows = self.table.chosen(), self.table.model_of_rows.rows
        self.new.setEnabled(self._may_edit)
        for act in (self.edit, self.retire):
            act.setEnabled(self._may_edit and row is not None)
        self.up.setEnabled(self._may_edit and row is not None and rows.index(row) > 0)
        self.down.setEnabled(self._may_edit and row is not None and rows.index(row) < len(rows) - 1)
        self.throw.setVisible(self._may_throw and bool(self._old))


def documents_pane(screen: Screen, lanes: Lanes, office: Office, agent: Agent) -> DocumentsPane:
    """Join the page, its decisions and the office."""
    pane = DocumentsPane(screen)
    pane.bind(DocumentsPresenter(pane, lanes, office, agent))
    return pane
