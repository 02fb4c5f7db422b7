"""Decides for « Documents demandés »: what the structure asks for, and the old files that serve no more."""

from collections.abc import Callable, Sequence
from typing import Protocol

from backoffice.documents.desk import OldFile, old_files, throw_old_files
from backoffice.documents.kinds import KindDraft, KindRow, add_kind, asked_kinds, change_kind, order_kinds, retire_kind
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from resources.french import plural
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State

CHANGED = ("documents", "portal", "families")


class DocumentsView(View, Protocol):
    """What the presenter asks of the page."""

    def show_rows(
        self, rows: Sequence[KindRow], old: Sequence[OldFile], *, may_edit: bool, may_throw: bool
    ) -> None: ...
    def open_form(self, row: KindRow | None) -> None: ...
    def refuse_form(self, error: RefusedByRule) -> None: ...
    def free_form(self) -> None: ...
    def close_form(self) -> None: ...


class DocumentsPresenter(Presenter[DocumentsView]):
    """One form at a time; a refusal keeps what was typed."""

    def __init__(self, view: DocumentsView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent

    @property
    def may_edit(self) -> bool:
        """Tell whether the agent's role lets her decide what is asked."""
        return Role.ADMINISTRATOR in self._agent.roles

    def refresh(self) -> None:
        """Read what is asked again."""

        def both() -> tuple[Sequence[KindRow], Sequence[OldFile]]:
            return self._office.read(asked_kinds), self._office.read(old_files, self._office.today())

        self.read("rows", both, self._show)

    def ask_new(self) -> None:
        """Open the form of a new document."""
        if self.may_edit:
            self.view.open_form(None)

    def ask_edit(self, row: KindRow) -> None:
        """Open the form of a document."""
        if self.may_edit:
            self.view.open_form(row)

    def save(self, row: KindRow | None, draft: KindDraft) -> None:
        """Ask for it, or change what is asked."""
        name = draft.name.strip()
        if row is None:
            self._write(lambda: self._office.write(add_kind, self._agent, draft), f"«\xa0{name}\xa0» est demandé.")
        else:
            self._write(
                lambda: self._office.write(change_kind, self._agent, row.id, draft, seen=row),
                f"«\xa0{name}\xa0» est enregistré.",
            )

    def retire(self, row: KindRow) -> None:
        """Ask for it no more."""
        self._write(
            lambda: self._office.write(retire_kind, self._agent, row.id), f"«\xa0{row.name}\xa0» n'est plus demandé."
        )

    def move(self, rows: Sequence[KindRow], row: KindRow, step: int) -> None:
        """Put a document higher or lower."""
        ids = [one.id for one in rows]
        at = ids.index(row.id)
        to = min(max(at + step, 0), len(ids) - 1)
        if to != at:
            ids.insert(to, ids.pop(at))
            self._write(lambda: self._office.write(order_kinds, self._agent, ids), "")

    def throw_away(self) -> None:
        """Throw away the files that serve no more."""
        self.write(
            lambda: self._office.write(throw_old_files, self._agent),
            lambda count: self._done(f"{plural(count, 'fichier effacé', 'fichiers effacés')}."),
            changes=CHANGED,
            unsaved="l'effacement des anciens fichiers",
        )

    def _write(self, act: Callable[[], object], sentence: str) -> None:
        self.write(act, lambda _: self._done(sentence), changes=CHANGED, failed=self._failed)

    def _show(self, both: tuple[Sequence[KindRow], Sequence[OldFile]]) -> None:
        rows, old = both
        self.view.show_rows(rows, old, may_edit=self.may_edit, may_throw=Role.AGENT in self._agent.roles)

    def _done(self, sentence: str) -> None:
        self.view.close_form()
        if sentence:
            self.view.say(sentence, State.ACCEPTED)
        self.refresh()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, RefusedByRule):
            self.view.refuse_form(error)
            return
        self.view.free_form()
        self.view.report(error, unsaved="ce document")
