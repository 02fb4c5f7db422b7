"""Decides for « Fiches »: what is being changed, and what saving it does."""

from dataclasses import replace
from typing import Protocol

from backoffice.errors import StaleRecord
from backoffice.families.field_rules import ADDABLE, FieldChoice, PortalFiles, portal_files, save_portal_files
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State

SAVED = "Réglages enregistrés. Les familles les verront dans un instant."
MERGED = (
    "Un collègue a modifié ces réglages. Rien n'a été enregistré. Vos changements sont reportés sur les siens\u202f: relisez, "
    "puis enregistrez."
)
BOXES = ("shown", "editable", "required", "needs_approval")


class FieldsPageView(View, Protocol):
    """What the presenter asks of the page."""

    def show_files(self, files: PortalFiles, *, may_edit: bool) -> None: ...
    def show_changed(self, changed: int) -> None: ...


class FieldsPresenter(Presenter[FieldsPageView]):
    """What was read, and what the agent makes of it until she saves."""

    def __init__(self, view: FieldsPageView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._seen: PortalFiles | None = None
        self._wished: PortalFiles | None = None

    @property
    def may_edit(self) -> bool:
        """Tell whether the agent's role lets her decide."""
        return Role.ADMINISTRATOR in self._agent.roles

    def refresh(self) -> None:
        """Read again; what is being changed is kept."""
        self.read("files", lambda: self._office.read(portal_files), self._read_files)

    def change(self, wished: PortalFiles) -> None:
        """Take what the boxes say now."""
        self._wished = wished
        self.view.show_changed(self._count())

    def restore(self) -> None:
        """Go back to what is saved."""
        if self._seen is not None:
            self._show(self._seen, self._seen)

    def save(self) -> None:
        """Write what changed."""
        seen, wished = self._seen, self._wished
        if seen is not None and wished is not None and wished != seen:
            self.write(
                lambda: self._office.write(save_portal_files, self._agent, wished, seen=seen),
                self._saved,
                changes=("structure",),
                unsaved="les réglages des fiches",
                failed=self._not_saved,
            )

    def _read_files(self, files: PortalFiles) -> None:
        if self._wished is None or self._wished == self._seen:
            self._show(files, files)

    def _show(self, seen: PortalFiles, wished: PortalFiles) -> None:
        self._seen, self._wished = seen, wished
        self.view.show_files(wished, may_edit=self.may_edit)
        self.view.show_changed(self._count())

    def _saved(self, files: PortalFiles) -> None:
        self._show(files, files)
        self.view.say(SAVED, State.ACCEPTED)

    def _not_saved(self, error: Exception) -> None:
        if isinstance(error, StaleRecord):
            self.read("files", lambda: self._office.read(portal_files), self._merge)
        else:
            self.view.report(error, retry=self.save, unsaved="les réglages des fiches")

    def _merge(self, fresh: PortalFiles) -> None:
        """Put this agent's changes on her colleague's: nothing is lost, and she reads before she saves."""
        seen, wished = self._seen, self._wished
        assert seen is not None
        assert wished is not None
        before = {(one.subject, one.name): one for one in seen.fields}
        mine = {(one.subject, one.name): one for one in wished.fields}
        merged = tuple(_merged(one, before[one.subject, one.name], mine[one.subject, one.name]) for one in fresh.fields)
        added = {kind for kind in ADDABLE if (kind in seen.addable) is not (kind in wished.addable)}
        addable = tuple(kind for kind in ADDABLE if (kind in fresh.addable) is not (kind in added))
        self._show(fresh, PortalFiles(merged, addable))
        self.view.say(MERGED, State.LATE)

    def _count(self) -> int:
        seen, wished = self._seen, self._wished
        if seen is None or wished is None:
            return 0
        lines = sum(one != other for one, other in zip(seen.fields, wished.fields, strict=True))
        return lines + len(set(seen.addable) ^ set(wished.addable))


def _merged(fresh: FieldChoice, before: FieldChoice, mine: FieldChoice) -> FieldChoice:
    changed = {box: getattr(mine, box) for box in BOXES if getattr(mine, box) != getattr(before, box)}
    return replace(fresh, **changed)
