"""Decides for « À traiter »: which request is open, what an answer does, and which comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.requests.accept import ChangedSince, accept
from backoffice.requests.decision import Decision
from backoffice.requests.file import RequestFile, request_file
from backoffice.requests.kinds.kind import ItemRow
from backoffice.requests.lists import ReasonRow, RequestRow, decided_requests, refusal_reasons, waiting_requests
from backoffice.requests.refuse import refuse
from backoffice.requests.stakes import Stake, stakes_of
from models.vocabulary import Role
from resources.french import capital, search_key
from ui.common.presenter import Lanes, Presenter, View
from ui.requests.kinds import WAYS
from ui.shell.theme import State

LOOK_ONLY = "Votre rôle permet de lire les demandes, pas d'y répondre."


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request's file, what is at stake in each of its cells, and what its kind knows besides."""

    file: RequestFile
    stakes: Mapping[str, Stake]
    known: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The yes that an agent is giving, to which request."""

    request_id: UUID | None = None
    fields: frozenset[str] | None = None  # none: all that waits
    note: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    on_terms: bool = False  # a dialog of the kind has asked, and stays open until it is written


class Shelf(Enum):
    """Which requests are listed."""

    WAITING = auto()
    DECIDED = auto()


class RequestsView(View, Protocol):
    """What the presenter asks of the screen."""

    def show_rows(self, rows: Sequence[RequestRow], shelf: Shelf, *, searched: bool) -> None: ...
    def show_count(self, waiting: int) -> None: ...
    def choose(self, request_id: UUID | None) -> None: ...
    def show_file(self, opened: OpenRequest | None, *, decidable: bool) -> None: ...
    def ask_reason(self, file: RequestFile, reasons: Sequence[ReasonRow]) -> None: ...
    def ask_anyway(self, file: RequestFile, changed: Sequence[ItemRow]) -> None: ...
    def ask_proof(self, file: RequestFile, items: Sequence[ItemRow]) -> None: ...
    def ask_terms(self, opened: OpenRequest) -> None: ...
    def refuse_reason(self, sentence: str) -> None: ...
    def close_reason(self) -> None: ...


class RequestsPresenter(Presenter[RequestsView]):
    """One list, one file open; an answer opens the next."""

    def __init__(self, view: RequestsView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._shelf, self._search = Shelf.WAITING, ""
        self._rows: tuple[RequestRow, ...] = ()
        self._shown: list[RequestRow] = []
        self._place = 0
        self._current: UUID | None = None
        self._opened: OpenRequest | None = None
        self._deciding = False
        self._answer = Answer()

    @property
    def _file(self) -> RequestFile | None:
        return None if self._opened is None else self._opened.file

    @property
    def may_decide(self) -> bool:
        """Tell whether the agent's role lets her answer."""
        return Role.AGENT in self._agent.roles

    def refresh(self) -> None:
        """Read the list again, and the file that is open."""
        shelf = self._shelf
        question = waiting_requests if shelf is Shelf.WAITING else decided_requests
        self.read("rows", lambda: self._office.read(question), lambda rows: self._read_rows(shelf, rows))

    def show_shelf(self, shelf: Shelf) -> None:
        """List those that wait, or those answered."""
        if shelf is not self._shelf:
            self._shelf, self._rows, self._current, self._place = shelf, (), None, 0
            self.refresh()

    def search(self, text: str) -> None:
        """List those in which every word is found."""
        self._search = text
        self._show()

    def visit(self, request_id: UUID) -> None:
        """Open one request among those that wait."""
        self._shelf, self._search, self._current = Shelf.WAITING, "", request_id
        self.refresh()

    def choose(self, row: RequestRow | None) -> None:
        """Open a request."""
        if row is None or row.id == self._current:
            return
        self._open(row)

    def accept(self, fields: frozenset[str] | None) -> None:
        """Accept what waits, or only the fields given."""
        if (opened := self._opened) is not None and self._may_answer() and fields != frozenset():
            file, self._answer = opened.file, Answer(opened.file.row.id, fields)
            if proofs := [item for item in file.items if item.needs_proof and (fields is None or item.key in fields)]:
                self.view.ask_proof(file, proofs)
            elif (way := WAYS[file.row.kind]).ask is not None and way.asks(opened.known):
                self.view.ask_terms(opened)
            else:
                self._accept(force=False)

    def accept_proved(self, note: str) -> None:
        """Accept what was ticked, now that the agent has written what the family brought."""
        if self._may_go_on():
            self._answer = replace(self._answer, note=note)
            self._accept(force=False)

    def accept_on_terms(self, values: Mapping[str, Any], note: str) -> None:
        """Accept, now that the agent has said what this kind of request asks her besides."""
        if self._may_go_on():
            self._answer = replace(self._answer, values=values, note=note, on_terms=True)
            self._accept(force=False)

    def accept_anyway(self) -> None:
        """Accept although the file changed since the family asked: the agent has seen the three values."""
        if self._may_go_on():
            self._accept(force=True)

    def ask_reason(self) -> None:
        """Ask why, before refusing."""
        if (file := self._file) is not None and self._may_answer():
            self.read(
                "reasons",
                lambda: self._office.read(refusal_reasons),
                lambda reasons: self.view.ask_reason(file, reasons),
            )

    def refuse(self, reason_id: int, note: str) -> None:
        """Refuse all that still waits."""
        if (file := self._file) is None or not self._may_answer():
            return
        self._deciding = True
        self.write(
            lambda: self._office.write(refuse, self._agent, file.row.id, reason_id=reason_id, note=note),
            lambda decision: self._decided(file, decision),
            unsaved=f"le refus de «\xa0{file.row.title}\xa0»",
            failed=self._not_refused,
        )

    def _accept(self, *, force: bool) -> None:
        file, answer = self._file, self._answer
        assert file is not None
        self._deciding = True
        fields, note, values = answer.fields, answer.note, answer.values
        self.write(
            lambda: self._office.write(
                accept, self._agent, file.row.id, fields=fields, note=note, force=force, values=values
            ),
            lambda decision: self._decided(file, decision),
            unsaved=f"l'acceptation de «\xa0{file.row.title}\xa0»",
            failed=lambda error: self._not_accepted(file, error, force=force),
        )

    def _may_answer(self) -> bool:
        """Let one answer through at a time, to a request that waits."""
        file = self._file
        return (
            self.may_decide
            and not self._deciding
            and self._shelf is Shelf.WAITING
            and file is not None
            and file.row.id == self._current
        )

    def _may_go_on(self) -> bool:
        """Let through what a dialog completes, if its request is still the one that is open."""
        return self._may_answer() and self._file is not None and self._answer.request_id == self._file.row.id

    def _read_rows(self, shelf: Shelf, rows: tuple[RequestRow, ...]) -> None:
        if shelf is self._shelf:
            self._rows = rows
            self._show()

    def _show(self) -> None:
        """Show the list; the current request stays open, else the one that took its place."""
        words = search_key(self._search).split()
        self._shown = [row for row in self._rows if all(word in _searched(row) for word in words)]
        self.view.show_rows(self._shown, self._shelf, searched=bool(words))
        if self._shelf is Shelf.WAITING:
            self.view.show_count(len(self._rows))
        ids = [row.id for row in self._shown]
        if not ids:
            self._current, self._opened = None, None
            self.view.show_file(None, decidable=False)
            return
        at = ids.index(self._current) if self._current in ids else min(self._place, len(ids) - 1)
        self._open(self._shown[at])
        self.view.choose(ids[at])

    def _open(self, row: RequestRow) -> None:
        self._current = row.id
        self._place = next((at for at, shown in enumerate(self._shown) if shown.id == row.id), 0)
        self.read("file", lambda: self._whole(row), self._read_file)

    def _whole(self, row: RequestRow) -> OpenRequest:
        read, file = WAYS[row.kind].read, self._office.read(request_file, row.id)
        known = read(self._office, self._agent, row.id) if read is not None else None
        return OpenRequest(file, self._office.read(stakes_of, row.id), known)

    def _read_file(self, opened: OpenRequest) -> None:
        if opened.file.row.id == self._current:
            self._opened = opened
            self.view.show_file(opened, decidable=self._shelf is Shelf.WAITING and self.may_decide)

    def _decided(self, file: RequestFile, decision: Decision) -> None:
        """Say what was done; open the next at once, without waiting for the list to be read again."""
        self._deciding = False
        self.view.close_reason()
        self.view.say(_told(file, decision), State.ACCEPTED if decision.accepted else State.INFO)
        if not decision.waiting:
            self._rows = tuple(row for row in self._rows if row.id != file.row.id)
            self._show()
        self.refresh()

    def _not_accepted(self, file: RequestFile, error: Exception, *, force: bool) -> None:
        self._deciding = False
        if isinstance(error, ChangedSince):
            self.view.close_reason()
            self.view.ask_anyway(file, error.items)
            return
        if isinstance(error, RefusedByRule) and self._answer.on_terms:
            self.view.refuse_reason(str(error))  # beside what was typed
            return
        self.view.close_reason()
        retry = partial(self._accept, force=force)
        self.view.report(error, retry=retry, unsaved=f"l'acceptation de «\xa0{file.row.title}\xa0»")
        if isinstance(error, RefusedByRule):
            self.refresh()

    def _not_refused(self, error: Exception) -> None:
        self._deciding = False
        if isinstance(error, RefusedByRule):
            self.view.refuse_reason(str(error))
        else:
            self.view.close_reason()
            self.view.report(error, unsaved="le refus")
        self.refresh()


def _told(file: RequestFile, decision: Decision) -> str:
    """Say what was done, of whom, and whether the family knows."""
    what = capital(file.items[0].text) if len(file.items) == 1 else file.row.title
    sentence = f"{what} — {decision.sentence[:1].lower()}{decision.sentence[1:]}"
    if decision.waiting:
        return sentence
    return f"{sentence} La famille {'est prévenue' if decision.mailed else 'le lira sur le portail'}."


def _searched(row: RequestRow) -> str:
    return search_key(f"{row.family} {row.number} {row.guardian} {row.title} {row.summary}")
