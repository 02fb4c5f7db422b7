"""Decides for « Contrats et aides »: what is signed, ended, granted; a refusal keeps what was typed."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from backoffice.agreements.faults import Faulty
from backoffice.agreements.grant import AidTerms, GrantReport, change_aid, grant_aid
from backoffice.agreements.lists import Agreements, AidGrantRow, ContractRow, CourseRow
from backoffice.agreements.sign import ContractReport, end_contract, sign_contract
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from resources.french import of_name
from ui.common.presenter import Lanes, Presenter, View
from ui.families.agreements import AgreementActs
from ui.shell.theme import State


class AgreementsView(View, Protocol):
    """The forms that the presenter opens, refuses and closes."""

    def open_sign(self, agreed: Agreements, today: date) -> None: ...
    def open_end(self, row: ContractRow, today: date) -> None: ...
    def open_aid(self, agreed: Agreements, today: date, row: AidGrantRow | None) -> None: ...
    def refuse_form(self, sentence: str, faults: Mapping[str, str]) -> None: ...
    def free_form(self) -> None: ...
    def close_form(self) -> None: ...


class AgreementsPresenter(Presenter[AgreementsView]):
    """One form at a time."""

    def __init__(self, view: AgreementsView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent

    @property
    def acts(self) -> AgreementActs:
        """Give the buttons of the card their meaning."""
        today = self._office.today
        return AgreementActs(
            sign=lambda agreed: self.view.open_sign(agreed, today()),
            end=lambda row: self.view.open_end(row, today()),
            grant=lambda agreed: self.view.open_aid(agreed, today(), None),
            change=lambda agreed, row: self.view.open_aid(agreed, today(), row),
        )

    def sign(self, course: CourseRow, dates: tuple[date, date], terms: Mapping[str, int]) -> None:
        """Sign a contract."""
        starts, ends = dates
        self._write(
            lambda: self._office.write(
                sign_contract, self._agent, course.child_id, course.activity_id, starts=starts, ends=ends, **terms
            ),
            f"le contrat {of_name(course.child)}",
        )

    def end(self, row: ContractRow, ends: date) -> None:
        """End a contract."""
        self._write(
            lambda: self._office.write(end_contract, self._agent, row.id, ends, version=row.version),
            f"la fin du contrat {of_name(row.child)}",
        )

    def grant(self, family_id: int, child_id: int, terms: AidTerms) -> None:
        """Grant an aid."""
        self._write(lambda: self._office.write(grant_aid, self._agent, child_id, family_id, terms), "l'aide")

    def change(self, row: AidGrantRow, terms: AidTerms) -> None:
        """Change an aid."""
        self._write(
            lambda: self._office.write(change_aid, self._agent, row.id, terms, version=row.version),
            f"l'aide {of_name(row.child)}",
        )

    def _write(self, work: Callable[[], ContractReport | GrantReport], what: str) -> None:
        self.write(work, self._saved, failed=lambda error: self._failed(error, what))

    def _saved(self, report: ContractReport | GrantReport) -> None:
        self.view.close_form()
        self.view.say(report.sentence, State.ACCEPTED)

    def _failed(self, error: Exception, what: str) -> None:
        if isinstance(error, RefusedByRule):
            self.view.refuse_form(str(error), error.faults if isinstance(error, Faulty) else {})
        else:
            self.view.free_form()
            self.view.report(error, unsaved=f"{what}, dont la fiche reste ouverte")
