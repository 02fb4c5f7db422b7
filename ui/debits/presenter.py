"""What the debits' mandates decide, apart from how they look."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from backoffice.debits.form import mandate_form
from backoffice.debits.lists import MandateRow, Payer, RegieRow, mandates, payer_of, regies
from backoffice.debits.mandates import (
    MandateEntry,
    MandateReport,
    enter_mandate,
    resume_mandate,
    revoke_mandate,
    sign_mandate,
    suspend_mandate,
)
from backoffice.families.lists import FamilyRow, families
from backoffice.office import Office
from backoffice.permissions import Agent
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State

CHANGES = ("debits",)
FOUND = 30  # families offered by a search


class MandatesView(View, Protocol):
    """What the presenter asks of the screen about mandates."""

    def show_regies(self, rows: Sequence[RegieRow], chosen: int) -> None: ...
    def show_no_regie(self) -> None: ...
    def regie_chosen(self) -> None: ...
    def show_mandates(self, rows: Sequence[MandateRow]) -> None: ...
    def show_families(self, rows: Sequence[FamilyRow]) -> None: ...
    def show_payer(self, payer: Payer) -> None: ...
    def close_form(self) -> None: ...
    def refuse_form(self, error: Exception) -> None: ...
    def show_pdf(self, title: str, content: bytes, name: str) -> None: ...


class MandatesPresenter(Presenter[MandatesView]):
    """Drives the régie's mandates."""

    def __init__(self, view: MandatesView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self.regie_id: int | None = None
        self._search = ""

    def today(self) -> date:
        """Give the civil date in the town hall."""
        return self._office.today()

    def refresh(self) -> None:
        """Read which régies debit, then the mandates of the one chosen."""
        self.read("regies", lambda: self._office.read(regies), self._regies_read)

    def choose_regie(self, regie_id: int) -> None:
        """Show another régie."""
        self.regie_id = regie_id
        self._read()
        self.view.regie_chosen()

    def search(self, words: str) -> None:
        """Keep the mandates that a search finds."""
        self._search = words
        self._read()

    def search_family(self, words: str) -> None:
        """Find households to enter a mandate for."""
        self.read("families", lambda: self._office.read(families, words, limit=FOUND), self.view.show_families)

    def choose_family(self, family_id: int) -> None:
        """Read who pays for a household."""
        self.read("payer", lambda: self._office.read(payer_of, family_id), self.view.show_payer)

    def enter(self, entry: MandateEntry) -> None:
        """Enter a mandate."""
        self._do(lambda: self._office.write(enter_mandate, self._agent, entry))

    def sign(self, row: MandateRow, *, signed_on: date, place: str) -> None:
        """Note a mandate's signature."""
        self._do(lambda: self._office.write(sign_mandate, self._agent, row.id, signed_on=signed_on, place=place))

    def suspend(self, row: MandateRow, reason: str) -> None:
        """Stop debiting for a while."""
        self._do(lambda: self._office.write(suspend_mandate, self._agent, row.id, reason))

    def resume(self, row: MandateRow) -> None:
        """Debit again."""
        self._do(lambda: self._office.write(resume_mandate, self._agent, row.id))

    def revoke(self, row: MandateRow, reason: str) -> None:
        """End a mandate."""
        self._do(lambda: self._office.write(revoke_mandate, self._agent, row.id, reason))

    def preview(self, row: MandateRow) -> None:
        """Show the form to have signed."""
        today, title = self._office.today(), f"Mandat {row.rum}"
        self.read(
            "form",
            lambda: self._office.read(mandate_form, self._office.sealer, row.id, today),
            lambda content: self.view.show_pdf(title, content, f"mandat-{row.rum.replace('/', '-')}.pdf"),
        )

    def _regies_read(self, rows: Sequence[RegieRow]) -> None:
        if self.regie_id is None and rows:
            self.regie_id = rows[0].id
        if self.regie_id is None:
            self.view.show_no_regie()
            return
        self.view.show_regies(rows, self.regie_id)
        self._read()
        self.view.regie_chosen()

    def _read(self) -> None:
        regie_id, search = self.regie_id, self._search
        if regie_id is not None:
            sealer = self._office.sealer
            self.read(
                "mandates",
                lambda: self._office.read(mandates, sealer, regie_id, search),
                self.view.show_mandates,
            )

    def _do(self, work: Callable[[], MandateReport]) -> None:
        self.write(work, self._done, changes=CHANGES, failed=self.view.refuse_form)

    def _done(self, report: MandateReport) -> None:
        self.view.close_form()
        self.view.say(report.sentence, State.ACCEPTED)
