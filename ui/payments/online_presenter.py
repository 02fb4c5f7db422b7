"""What the page of online payments decides: what it shows, when PayFiP is asked, when the books follow it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from backoffice.office import Office
from backoffice.payments.ask import AskReport, ask_payfip, check_line, follow_payfip
from backoffice.payments.online_rules import Finding
from backoffice.payments.reconcile import OnlineRow, reconciliation
from backoffice.permissions import Agent
from ui.common.presenter import Lanes, Presenter, View
from ui.common.tasks import Progress
from ui.shell.theme import State

MONEY = ("payments", "invoices", "treasury")
TO_FOLLOW = frozenset({Finding.AMOUNT, Finding.NOT_AT_PAYFIP})


@dataclass(frozen=True, slots=True)
class Span:
    """The days shown."""

    first: date
    last: date


class OnlineView(View, Protocol):
    """What the presenter asks of the page."""

    def show_online(self, rows: Sequence[OnlineRow]) -> None: ...
    def begin_progress(self) -> None: ...
    def show_progress(self, done: int, total: int, label: str) -> None: ...
    def end_progress(self) -> None: ...


class OnlinePresenter(Presenter[OnlineView]):
    """Drives the reconciliation of online payments."""

    def __init__(self, view: OnlineView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._regie: int | None = None
        self._span = Span(office.today(), office.today())
        self._running: Progress | None = None

    def show(self, regie_id: int, span: Span) -> None:
        """Show the payments of a régie begun in some days."""
        self._regie, self._span = regie_id, span
        self.refresh()

    def refresh(self) -> None:
        """Read them again."""
        regie, span, now = self._regie, self._span, self._office.now()
        if regie is not None:
            self.read(
                "online",
                lambda: self._office.read(reconciliation, regie, span.first, span.last, now=now),
                self.view.show_online,
            )

    def ask(self) -> None:
        """Ask PayFiP, with progress; what it answered before a stop is kept."""
        regie, span = self._regie, self._span
        if regie is None or self._running is not None:
            return
        self.view.begin_progress()
        self._running = self.long(
            lambda progress: ask_payfip(self._office, self._agent, regie, span.first, span.last, progress=progress),
            self._answered,
            self.view.show_progress,
            changes=MONEY,
            unsaved="les réponses de PayFiP",
            failed=self._not_asked,
            writes=False,  # each answer is a short transaction of its own: a slow PayFiP delays nobody
        )

    def cancel(self) -> None:
        """Stop asking at the next payment."""
        if self._running is not None:
            self._running.cancel()

    def check(self) -> None:
        """Test the line with PayFiP."""
        if (regie := self._regie) is not None:
            self.outside(
                lambda: check_line(self._office, regie), lambda sentence: self.view.say(sentence, State.ACCEPTED)
            )

    def follow(self, row: OnlineRow) -> None:
        """Make the books say what PayFiP says of a payment."""
        self.write(
            lambda: self._office.write(follow_payfip, self._agent, row.id),
            lambda sentence: self.view.say(sentence, State.ACCEPTED),
            changes=MONEY,
            unsaved=f"la correction du paiement {row.reference}",
        )

    def _answered(self, report: AskReport) -> None:
        self._ended()
        self.view.say(report.sentence, State.ACCEPTED)

    def _not_asked(self, error: Exception) -> None:
        self._ended()
        self.view.report(error, retry=self.ask)
        self.refresh()

    def _ended(self) -> None:
        self._running = None
        self.view.end_progress()


def may_follow(row: OnlineRow | None) -> bool:
    """Tell whether the books may be made to say what PayFiP says."""
    return row is not None and row.verdict.finding in TO_FOLLOW
