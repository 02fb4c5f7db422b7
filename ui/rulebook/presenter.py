"""What the versions and the draft decide, apart from how they look."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.rulebook.adopt import Adopted, adopt
from backoffice.rulebook.drafts import Draft, changes_since, draft_of
from backoffice.rulebook.file.compare import Difference
from backoffice.rulebook.lists import VersionRow, source_of, versions
from models.vocabulary import Role
from resources.french import NARROW, capital, plural
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State


class RulebookView(View, Protocol):
    """What the presenter asks of the screen."""

    def show_versions(self, rows: Sequence[VersionRow], in_force: VersionRow | None) -> None: ...
    def show_draft(self, draft: Draft | None) -> None: ...
    def show_comparison(self, old: str, new: str, changes: Sequence[Difference]) -> None: ...
    def ask_adopt(self, told: Adopted) -> None: ...


class RulebookPresenter(Presenter[RulebookView]):
    """Reads the versions; opens, compares and adopts a draft; gives a version's file back."""

    def __init__(self, view: RulebookView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._path: Path | None = None
        self._in_force: VersionRow | None = None
        self.draft: Draft | None = None

    def today(self) -> date:
        """Give the civil date in the town hall."""
        return self._office.today()

    @property
    def may_adopt(self) -> bool:
        """Tell whether the agent holds the role that adopts."""
        return Role.ADMINISTRATOR in self._agent.roles

    def refresh(self) -> None:
        """Read the versions again, and the draft from its file."""
        self.read("versions", lambda: self._office.read(versions), self._versions_read)
        self.read_again()

    def open(self, path: Path) -> None:
        """Read a draft, off the window's thread: the file may be on a slow share."""
        self._path = path
        today = self.today()
        self.read("draft", lambda: self._office.read(draft_of, path.name, path.read_bytes(), today), self._draft_read)

    def read_again(self) -> None:
        """Read the draft as it was saved since."""
        if self._path is not None:
            self.open(self._path)

    def close(self) -> None:
        """Forget the draft; its file stays where it is."""
        self._path = None
        self._draft_read(None)

    def compare(self, row: VersionRow) -> None:
        """Say what changed from a version to the one in force."""
        now, today = self._in_force, self.today()
        if now is None or row.version == now.version:
            self.view.say(f"C'est la version en vigueur{NARROW}: choisissez-en une autre à lui comparer.", State.INFO)
            return
        self.read(
            "comparison",
            lambda: self._office.read(changes_since, row.version, today),
            lambda changes: self.view.show_comparison(row.version, now.version, changes),
        )

    def save(self, row: VersionRow, path: Path) -> None:
        """Write a version's file back, to the byte."""
        today = self.today()

        def write() -> None:
            _, source = self._office.read(source_of, row.version, today=today)
            path.write_bytes(source.encode())

        self.outside(write, lambda _: self.view.say(f"Enregistré{NARROW}: {path}", State.ACCEPTED))

    def ask_adopt(self) -> None:
        """Show what adopting the draft does, to be confirmed."""
        if self.draft is not None and self.draft.adoptable and self.draft.foreseen is not None:
            self.view.ask_adopt(self.draft.foreseen)

    def adopt(self) -> None:
        """Adopt the draft, as it was shown."""
        if (draft := self.draft) is not None:
            self.write(
                lambda: self._office.write(adopt, self._agent, draft.source),
                self._adopted,
                changes=("structure", "bookings"),
                unsaved=f"l'adoption de la version {draft.version}",
            )

    def _versions_read(self, rows: Sequence[VersionRow]) -> None:
        today = self.today()
        self._in_force = next((row for row in rows if row.applies_on(today)), None)
        self.view.show_versions(rows, self._in_force)

    def _draft_read(self, draft: Draft | None) -> None:
        if draft is not None and draft == self.draft:
            return
        mended = draft is not None and draft.usable and self.draft is not None and not self.draft.usable
        self.draft = draft
        self.view.show_draft(draft)
        if draft is not None and draft.mistakes:
            wrong = plural(len(draft.mistakes), "erreur")
            self.view.say(f"{wrong} dans {draft.file}{NARROW}: rien ne peut en être essayé.", State.INFO)
        elif draft is not None and mended:
            self.view.say(
                f"{draft.file} n'a plus d'erreur{NARROW}: essayez-le, comparez-le, adoptez-le.", State.ACCEPTED
            )

    def _adopted(self, told: Adopted) -> None:
        self.close()
        sentence = capital(told.sentence)
        self.view.say(" ".join((sentence, *told.warnings)), State.ACCEPTED)
