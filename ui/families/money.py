"""Decides for what the prices of a family look at: who pays, its income, the terms of its enrolments."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from backoffice.clock import month_start, next_month
from backoffice.enrolments.edit import EnrolmentTerms, TermsReport, edit_terms, enrolment_terms
from backoffice.errors import RefusedByRule
from backoffice.families.belong import BelongReport, attach_child, detach_child
from backoffice.families.file import FamilyFile
from backoffice.families.income import IncomeReport, prove_income
from backoffice.families.income_rules import Income
from backoffice.families.payer_rules import Household, Part
from backoffice.families.payers import PayerRow, PayersReport, set_payers
from backoffice.office import Office
from backoffice.permissions import Agent
from models.vocabulary import Role
from resources.french import NARROW, of_name
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State


class MoneyView(View, Protocol):
    """The forms that the presenter opens, refuses and closes."""

    def open_payers(self, row: PayerRow, starts: date) -> None: ...
    def open_income(self, file: FamilyFile, today: date, since: date | None) -> None: ...
    def open_terms(self, terms: EnrolmentTerms) -> None: ...
    def open_attach(self, row: PayerRow) -> None: ...
    def ask_detach(self, row: PayerRow, household: Household) -> None: ...
    def refuse_form(self, sentence: str) -> None: ...
    def free_form(self) -> None: ...
    def close_form(self) -> None: ...


class MoneyPresenter(Presenter[MoneyView]):
    """One form at a time; a refusal keeps what was typed."""

    def __init__(self, view: MoneyView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent

    @property
    def may_edit(self) -> bool:
        """Tell whether the agent's role lets her change a file."""
        return Role.AGENT in self._agent.roles

    def ask_payers(self, row: PayerRow) -> None:
        """Open who pays for a child in a service, from the first month that is not issued."""
        if self.may_edit:
            starts = month_start(self._office.today())
            if row.billed is not None and row.billed >= starts:
                starts = next_month(row.billed)
            self.view.open_payers(row, starts)

    def ask_income(self, file: FamilyFile, since: date | None = None) -> None:
        """Open a proof of income, from a day that lacks one if it is known."""
        if self.may_edit:
            self.view.open_income(file, self._office.today(), since)

    def ask_terms(self, enrolment_id: int) -> None:
        """Open the terms of an enrolment."""
        if self.may_edit:
            self.read("terms", lambda: self._office.read(enrolment_terms, enrolment_id), self.view.open_terms)

    def ask_attach(self, row: PayerRow) -> None:
        """Open the form that makes a child belong to another household too."""
        if self.may_edit:
            self.view.open_attach(row)

    def ask_detach(self, row: PayerRow, household: Household) -> None:
        """Ask before a household loses sight of a child."""
        if self.may_edit:
            self.view.ask_detach(row, household)

    def attach(self, row: PayerRow, number: str) -> None:
        """Make a child belong to another household too."""
        self.write(
            lambda: self._office.write(attach_child, self._agent, row.child_id, number),
            self._saved,
            failed=lambda error: self._failed(error, f"le rattachement {of_name(row.child)}"),
        )

    def detach(self, row: PayerRow, household: Household) -> None:
        """Take a child out of a household."""
        self.write(
            lambda: self._office.write(detach_child, self._agent, row.child_id, household.id),
            self._saved,
            unsaved=f"le détachement {of_name(row.child)}",
        )

    def save_payers(self, row: PayerRow, parts: Sequence[Part], starts: date, ends: date | None) -> None:
        """Agree who pays."""
        self.write(
            lambda: self._office.write(
                set_payers, self._agent, row.child_id, row.service_id,
                starts=starts, ends=ends, shares=parts, known=row.known,
            ),
            self._saved,
            failed=lambda error: self._failed(error, f"les payeurs {of_name(row.child)}"),
        )  # fmt: skip

    def save_income(self, file: FamilyFile, income: Income) -> None:
        """Enter a proof of income."""
        known = [row.id for row in file.quotients]
        self.write(
            lambda: self._office.write(prove_income, self._agent, file.id, income, known=known),
            self._saved,
            failed=lambda error: self._failed(error, f"le justificatif de la famille {file.name}"),
        )

    def save_terms(self, terms: EnrolmentTerms, category: str | None, days: int | None) -> None:
        """Change the terms of an enrolment."""
        self.write(
            lambda: self._office.write(
                edit_terms, self._agent, terms.id, category=category, days_a_week=days, seen=terms
            ),
            self._saved,
            failed=lambda error: self._failed(error, f"l'inscription {of_name(terms.child)}"),
        )

    def _saved(self, report: PayersReport | IncomeReport | TermsReport | BelongReport) -> None:
        self.view.close_form()
        self.view.say(report.sentence, State.ACCEPTED)

    def _failed(self, error: Exception, what: str) -> None:
        if isinstance(error, RefusedByRule):
            self.view.refuse_form(str(error))
        else:
            self.view.free_form()
            self.view.report(error, unsaved=f"{what}{NARROW}: le formulaire reste ouvert")
