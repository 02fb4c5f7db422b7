"""Decides for « Documentation »: the files that families are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from backoffice.documents.publications import (
    GivenFile,
    PublicationRow,
    change_publication,
    given_file,
    order_publications,
    publications,
    publish_file,
    read_given,
    withdraw_publication,
)
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from resources.french import NARROW
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State

CHANGED = ("documents", "portal")


@dataclass(frozen=True, slots=True)
class WishedPublication:
    """What was typed of a file."""

    name: str
    words: str
    to_return: bool
    path: Path | None  # of another file


class DocumentationView(View, Protocol):
    """What the presenter asks of the page."""

    def show_rows(self, rows: Sequence[PublicationRow], *, may_edit: bool) -> None: ...
    def open_form(self, row: PublicationRow | None) -> None: ...
    def refuse_form(self, error: RefusedByRule) -> None: ...
    def free_form(self) -> None: ...
    def close_form(self) -> None: ...
    def show_file(self, title: str, file: GivenFile) -> None: ...


class DocumentationPresenter(Presenter[DocumentationView]):
    """One form at a time; a refusal keeps what was typed."""

    def __init__(self, view: DocumentationView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent

    @property
    def may_edit(self) -> bool:
        """Tell whether the agent's role lets her publish."""
        return Role.AGENT in self._agent.roles

    def refresh(self) -> None:
        """Read the files again."""
        self.read(
            "rows",
            lambda: self._office.read(publications),
            lambda rows: self.view.show_rows(rows, may_edit=self.may_edit),
        )

    def ask_new(self) -> None:
        """Open the form of a new file."""
        if self.may_edit:
            self.view.open_form(None)

    def ask_edit(self, row: PublicationRow) -> None:
        """Open the form of a file."""
        if self.may_edit:
            self.view.open_form(row)

    def save(self, row: PublicationRow | None, wished: WishedPublication) -> None:
        """Publish, or change what is published."""
        done = "publié" if row is None else "enregistré"
        self.write(
            lambda: self._save(row, wished),
            lambda _: self._done(
                f"«\xa0{wished.name.strip()}\xa0» est {done}{NARROW}: les familles le verront bientôt."
            ),
            changes=CHANGED,
            failed=lambda error: self._failed(error, f"«\xa0{wished.name.strip()}\xa0»"),
        )

    def withdraw(self, row: PublicationRow) -> None:
        """Take a file away from families."""
        self.write(
            lambda: self._office.write(withdraw_publication, self._agent, row.id, version=row.version),
            lambda _: self._done(f"«\xa0{row.name}\xa0» est retiré."),
            changes=CHANGED,
            unsaved=f"le retrait de «\xa0{row.name}\xa0»",
        )

    def move(self, rows: Sequence[PublicationRow], row: PublicationRow, step: int) -> None:
        """Put a file higher or lower."""
        ids = [one.id for one in rows]
        at = ids.index(row.id)
        to = min(max(at + step, 0), len(ids) - 1)
        if to != at:
            ids.insert(to, ids.pop(at))
            self.write(
                lambda: self._office.write(order_publications, self._agent, ids),
                lambda _: self.refresh(),
                changes=CHANGED,
                unsaved="l'ordre des documents",
            )

    def open_file(self, row: PublicationRow) -> None:
        """Show the file as families get it."""
        self.read(
            "file", lambda: self._office.read(given_file, row.id), lambda file: self.view.show_file(row.name, file)
        )

    def _save(self, row: PublicationRow | None, wished: WishedPublication) -> None:
        file = read_given(wished.path.name, wished.path.read_bytes()) if wished.path else None
        told = {"name": wished.name, "words": wished.words}
        if row is None:
            assert file is not None  # the form asks for it
            self._office.write(publish_file, self._agent, **told, to_return=wished.to_return, file=file)
        else:
            self._office.write(
                change_publication, self._agent, row.id, version=row.version, **told, to_return=wished.to_return,
                file=file,
            )  # fmt: skip

    def _done(self, sentence: str) -> None:
        self.view.close_form()
        self.view.say(sentence, State.ACCEPTED)
        self.refresh()

    def _failed(self, error: Exception, what: str) -> None:
        if isinstance(error, RefusedByRule):
            self.view.refuse_form(error)
            return
        self.view.free_form()
        self.view.report(error, unsaved=what)
