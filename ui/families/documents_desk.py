"""Writing down a document that a family brought, with its scan; and opening those that were sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from backoffice.documents.desk import Brought, OpenedFile, open_file, record_document, scan_files
from backoffice.documents.kinds import KindRow, asked_kinds
from backoffice.documents.lists import DocumentRow
from backoffice.documents.rules import default_until
from backoffice.errors import RefusedByRule
from backoffice.families.file import FamilyFile
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from resources.french import NARROW, short_date
from ui.common.dialogs import FormDialog
from ui.common.file_field import FileField, read_all
from ui.common.forms import choice_field, note_field
from ui.common.over import FormsOverScreen
from ui.common.papers import PaperScreen
from ui.common.presenter import Lanes, Presenter, View
from ui.common.until import LastDay
from ui.shell.theme import State

SORTS = "Documents (*.pdf *.jpg *.jpeg *.png *.heic)"
YES, NO = "provided", "refused"
ANSWERS = {YES: "Accepté", NO: "Refusé"}
CHANGED = ("documents", "families", "portal")
NO_REASON = "Dites à la famille pourquoi."


@dataclass(frozen=True, slots=True)
class Wished:
    """What was typed of a document brought."""

    row: DocumentRow
    refused: str
    valid_until: date | None
    paths: tuple[Path, ...]


class RecordDialog(FormDialog):
    """Which document, accepted until when or refused, and its scan."""

    def __init__(
        self, file: FamilyFile, row: DocumentRow | None, lives: Mapping[int, int | None], today: date,
        parent: PaperScreen | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"Document reçu, famille {file.name}", "Enregistrer", parent=parent)
        self.family_id, self._lives, self._today = file.id, lives, today
        self._rows = {str(at): one for at, one in enumerate(file.documents)}
        named = {code: f"{one.name}, {one.owner}" for code, one in self._rows.items()}
        chosen = next((code for code, one in self._rows.items() if one == row), None)
        self.document = self.form.add(
            "document", "&Document", choice_field(named, chosen, blank="Choisissez…"), required=True
        )
        self.answer = self.form.add("answer", "&Réponse", choice_field(ANSWERS, YES), required=True)
        self.last = LastDay(self.form, None, today)
        self.reason = self.form.add("reason", "&Motif du refus", note_field(lines=2), help_text="La famille le lit.")
        self.files = self.form.add(
            "files", "&Numérisation", FileField("Document numérisé", SORTS, several=True),
            help_text="PDF ou photos, facultatif. Plusieurs fichiers deviennent un seul document.",
        )  # fmt: skip
        self.explain_stars()
        self.document.currentIndexChanged.connect(lambda _: self._follow())
        self.answer.currentIndexChanged.connect(lambda _: self._show_fields())
        self._follow()
        self._show_fields()

    @property
    def wished(self) -> Wished:
        """What was typed; ask once it is complete."""
        refused = self.answer.currentData() == NO
        reason = self.reason.toPlainText().strip() if refused else ""
        return Wished(self._rows[self.document.currentData()], reason, self.last.day, self.files.paths)

    def is_complete(self) -> bool:
        if not self.form.check_filled():
            return False
        refused, day = self.answer.currentData() == NO, self.last.day
        faults = {}
        if refused and not self.reason.toPlainText().strip():
            faults["reason"] = NO_REASON
        if not refused and day is not None and day < self._today:
            faults["until"] = f"Il n'est plus valable depuis le {short_date(day)}{NARROW}: corrigez, ou refusez-le."
        return self.form.show_faults(faults)

    def _follow(self) -> None:
        row = self._rows.get(self.document.currentData())
        if row is not None:
            self.last.propose(default_until(self._lives.get(row.kind_id), self._today))

    def _show_fields(self) -> None:
        refused = self.answer.currentData() == NO
        self.form.fields["reason"].setVisible(refused)
        for code in ("until", "endless"):
            self.form.fields[code].setVisible(not refused)


class DocumentsDeskView(View, Protocol):
    """What the presenter opens, refuses and closes."""

    def open_record(
        self, file: FamilyFile, row: DocumentRow | None, lives: Mapping[int, int | None], today: date
    ) -> None: ...
    def refuse_form(self, error: RefusedByRule) -> None: ...
    def free_form(self) -> None: ...
    def close_form(self) -> None: ...
    def show_document(self, title: str, file: OpenedFile) -> None: ...


class DocumentsDeskPresenter(Presenter[DocumentsDeskView]):
    """One form at a time; a refusal keeps what was typed."""

    def __init__(self, view: DocumentsDeskView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent

    def ask_record(self, file: FamilyFile, row: DocumentRow | None) -> None:
        """Open the form of a document brought."""
        if Role.AGENT in self._agent.roles:
            today = self._office.today()

            def show(kinds: Sequence[KindRow]) -> None:
                self.view.open_record(file, row, {kind.id: kind.months_valid for kind in kinds}, today)

            self.read("kinds", lambda: self._office.read(asked_kinds), show)

    def record(self, family_id: int, wished: Wished) -> None:
        """Check its scan, and write it down."""
        self.write(
            lambda: self._record(family_id, wished),
            lambda _: self._done(wished),
            changes=CHANGED,
            failed=lambda error: self._failed(error, wished),
        )

    def open_file(self, row: DocumentRow) -> None:
        """Show a document; the journal says who read it."""
        if (file_id := row.file_id) is not None:
            self.write(
                lambda: self._office.write(open_file, self._agent, file_id),
                lambda file: self.view.show_document(f"{row.name}, {row.owner}", file),
                changes=(),
                unsaved=f"l'ouverture de «\xa0{row.name}\xa0»",
            )

    def _record(self, family_id: int, wished: Wished) -> None:
        kept = scan_files(self._office, read_all(wished.paths)) if wished.paths else None
        name = f"{wished.paths[0].stem}.pdf" if len(wished.paths) == 1 else ""
        brought = Brought(wished.row.kind_id, wished.row.child_id, wished.valid_until, wished.refused, name)
        self._office.write(record_document, self._agent, family_id, brought, kept)

    def _done(self, wished: Wished) -> None:
        self.view.close_form()
        what = "refusé" if wished.refused else "enregistré"
        self.view.say(f"{wished.row.name}, {wished.row.owner}{NARROW}: {what}.", State.ACCEPTED)

    def _failed(self, error: Exception, wished: Wished) -> None:
        if isinstance(error, RefusedByRule):
            self.view.refuse_form(error)
        else:
            self.view.free_form()
            self.view.report(error, unsaved=f"«\xa0{wished.row.name}\xa0»{NARROW}: le formulaire reste ouvert")


class DocumentsForms(FormsOverScreen):
    """The view of `DocumentsDeskPresenter`: its forms stand over the screen, which says the rest."""

    _screen: PaperScreen

    def bind(self, presenter: DocumentsDeskPresenter) -> None:
        """Give the form its meaning."""
        self.presenter = presenter

    def open_record(
        self, file: FamilyFile, row: DocumentRow | None, lives: Mapping[int, int | None], today: date
    ) -> None:
        form = RecordDialog(file, row, lives, today, self._screen)
        self._open(form, lambda: self.presenter.record(form.family_id, form.wished))

    def refuse_form(self, error: RefusedByRule) -> None:
        if self.form is not None:
            self.form.refuse(str(error))

    def show_document(self, title: str, file: OpenedFile) -> None:
        self._screen.show_pdf(title, file.content, file.name)
