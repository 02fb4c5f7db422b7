"""What « À traiter » asks before it answers a family."""

from collections.abc import Sequence

from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from backoffice.requests.file import RequestFile
from backoffice.requests.kinds.kind import ItemRow
from backoffice.requests.lists import ReasonRow
from resources.french import NARROW, capital, plural
from ui.common.dialogs import Confirmation, FormDialog, ReasonDialog
from ui.common.forms import note_field
from ui.common.listing import TableView
from ui.common.table import Column
from ui.requests.table import shown
from ui.shell.theme import State, em

CHANGED_COLUMNS: tuple[Column[ItemRow], ...] = (
    Column("Demande", lambda item: capital(item.text), stretch=True),
    Column("Vu par la famille", lambda item: shown(item.then)),
    Column("Aujourd'hui", lambda item: shown(item.now)),
    Column("Souhaité", lambda item: shown(item.wished)),
    Column("Constat", lambda item: "Modifié depuis" if item.stale else "Complet", state=lambda _: State.LATE),
)
LINES_SHOWN = 8


class ChangedDialog(Confirmation):
    """Shows what changed since the family asked: then, now, wished; and asks whether to accept anyway."""

    def __init__(self, file: RequestFile, changed: Sequence[ItemRow], parent: QWidget | None = None) -> None:
        super().__init__(
            f"Le dossier a changé depuis la demande de {file.row.guardian}",
            f"{_what(changed)} Rien n'a été enregistré. Comparez, puis décidez{NARROW}: accepter remplace la "
            "valeur d'aujourd'hui par celle que la famille souhaite.",
            "Accepter quand même",
            keep="Revenir à la demande",
            parent=parent,
        )
        self.table = TableView(CHANGED_COLUMNS, name="Ce qui a changé", empty="", key=lambda item: item.key)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.show_rows(changed)
        self.table.setMinimumHeight(em(2.6 + 2 * min(len(changed), LINES_SHOWN)))
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(2, self.table, 1)
        self.setMinimumWidth(em(46))


class RefusalDialog(ReasonDialog):
    """Asks the reason of a refusal, and a sentence that the family reads."""

    def __init__(self, file: RequestFile, reasons: Sequence[ReasonRow], parent: QWidget | None = None) -> None:
        told = f" {file.email} reçoit aussi un e-mail." if file.email else ""
        super().__init__(
            "Refuser la demande",
            "Refuser",
            {str(reason.id): reason.label for reason in reasons},
            sentence=f"{file.row.title}, famille {file.row.family}. La famille lit le motif et votre mot "
            f"sur le portail.{told}",
            note_label="Mot à la &famille",
            parent=parent,
        )
        self.explain_stars()


class ProofDialog(FormDialog):
    """Asks what a family brought, before the absence that it announced too late is justified."""

    def __init__(self, file: RequestFile, items: Sequence[ItemRow], parent: QWidget | None = None) -> None:
        super().__init__("Accepter avec un justificatif", "Accepter", parent=parent)
        self.tell("\n".join(f"• {capital(item.text)}" for item in items[:LINES_SHOWN]))
        self._note = self.form.add(
            "note",
            "&Justificatif fourni",
            note_field(lines=2),
            required=True,
            help_text=f"Gardé avec l'absence justifiée{NARROW}; {file.row.guardian} le lit sur le portail.",
        )
        self.explain_stars()

    @property
    def note(self) -> str:
        """What the agent wrote."""
        return self._note.toPlainText().strip()


def _what(changed: Sequence[ItemRow]) -> str:
    stale, full = sum(item.stale for item in changed), sum(item.full and not item.stale for item in changed)
    said = []
    if stale:
        said.append(f"{plural(stale, 'valeur')} {'a été modifiée' if stale == 1 else 'ont été modifiées'} depuis.")
    if full:
        said.append(f"{plural(full, 'jour')} {'est complet' if full == 1 else 'sont complets'}.")
    return " ".join(said)
