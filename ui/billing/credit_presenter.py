"""What the billing screen decides of credit notes, of one draft done again, and of regularisations."""

from collections.abc import Sequence
from typing import Protocol

from backoffice.billing.credit import CreditReport, credit
from backoffice.billing.credit_lists import credit_note_pdf
from backoffice.billing.lists import InvoiceRow
from backoffice.billing.proposals import Proposal, proposals
from backoffice.billing.redraft import RedraftReport, redraft
from backoffice.billing.regularise import RegulariseReport, regularise_and_render, set_aside
from backoffice.billing.render import RenderReport
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from resources.french import NARROW, euros, plural
from ui.billing.crediting import CreditInput
from ui.common.presenter import Lanes, Presenter, View
from ui.common.tasks import Progress
from ui.shell.theme import State

CHANGES = ("invoices", "attendance", "payments")


class CreditView(View, Protocol):
    """What the presenter asks of the billing screen about corrections."""

    def credit_done(self, report: CreditReport) -> None: ...
    def credit_refused(self, error: Exception) -> None: ...
    def redraft_done(self, report: RedraftReport) -> None: ...
    def show_proposals(self, found: Sequence[Proposal]) -> None: ...
    def begin_progress(self, title: str) -> None: ...
    def show_progress(self, done: int, total: int, label: str) -> None: ...
    def end_progress(self) -> None: ...
    def show_pdf(self, title: str, content: bytes, name: str) -> None: ...


class CreditPresenter(Presenter[CreditView]):
    """Corrects what is issued, by papers of its own."""

    def __init__(self, view: CreditView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._running: Progress | None = None

    def refresh(self) -> None:
        """Read what awaits a regularisation."""
        self.read("proposals", lambda: self._office.read(proposals), self.view.show_proposals)

    def credit(self, row: InvoiceRow, typed: CreditInput) -> None:
        """Write a credit note on the invoice shown."""
        self.write(
            lambda: self._office.write(
                credit,
                self._agent,
                row.id,
                reason=typed.reason,
                lines=typed.lines,
                free=typed.free,
                seen_cents=row.left_cents,
            ),
            self.view.credit_done,
            changes=CHANGES,
            unsaved=f"l'avoir sur la facture {row.number}",
            failed=self.view.credit_refused,
        )

    def open_note(self, note_id: int, number: str) -> None:
        """Show the paper of a credit note."""
        self.read(
            "note",
            lambda: self._office.read(credit_note_pdf, note_id),
            lambda content: self.view.show_pdf(f"Avoir {number}", content, f"avoir-{number}.pdf"),
        )

    def redraft(self, row: InvoiceRow) -> None:
        """Do one draft again, and say what changed."""
        self.write(
            lambda: self._office.write(redraft, self._agent, row.id),
            self.view.redraft_done,
            changes=("invoices",),
            unsaved=f"le brouillon de la famille {row.family}",
        )

    def make_good(self, asked: Sequence[Proposal]) -> None:
        """Write the credit notes and complements of some accounts, one after the other."""

        def work(progress: Progress) -> list[tuple[RegulariseReport, RenderReport] | str]:
            done: list[tuple[RegulariseReport, RenderReport] | str] = []
            for at, one in enumerate(asked, start=1):
                try:
                    done.append(regularise_and_render(self._office, self._agent, one))
                except RefusedByRule as refusal:
                    done.append(f"Famille {one.family}{NARROW}: {refusal}")
                progress(at, len(asked), "Régularisations")
            return done

        self.view.begin_progress("Établir les régularisations")
        self._running = self.long(work, self._made_good, self.view.show_progress, changes=CHANGES, failed=self._ended)

    def set_aside(self, one: Proposal, reason: str) -> None:
        """Close a correction without a paper."""
        self.write(
            lambda: self._office.write(set_aside, self._agent, one.family_id, one.service_id, one.month, reason=reason),
            lambda said: self.view.say(said, State.ACCEPTED),
            changes=CHANGES,
            unsaved=f"la correction de la famille {one.family}",
        )

    def cancel(self) -> None:
        """Ask the long work under way to stop."""
        if self._running is not None:
            self._running.cancel()

    def _made_good(self, done: Sequence[tuple[RegulariseReport, RenderReport] | str]) -> None:
        self.view.end_progress()
        reports = [one[0] for one in done if not isinstance(one, str)]
        refused = [one for one in done if isinstance(one, str)]
        if refused:
            before = (
                f"{plural(len(reports), 'régularisation établie', 'régularisations établies')}. " if reports else ""
            )
            self.view.say(f"{before}{refused[0]}", State.REFUSED)
        elif len(reports) == 1:
            self.view.say(reports[0].sentence, State.ACCEPTED)
        else:
            back = sum(cents for one in reports for *_, cents in one.credit_notes)
            asked = sum(cents for one in reports for *_, cents in one.invoices)
            counted = plural(len(reports), "régularisation établie", "régularisations établies")
            self.view.say(f"{counted}{NARROW}: {euros(back)} d'avoirs, {euros(asked)} de compléments.", State.ACCEPTED)

    def _ended(self, error: Exception) -> None:
        self.view.end_progress()
        self.view.report(error)
