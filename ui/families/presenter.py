"""Decides for « Familles »: whose file is open, what a correction or an invitation does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from backoffice.agreements.lists import Agreements, agreements_of
from backoffice.billing.credit_lists import CreditNoteRow, family_credit_notes
from backoffice.billing.lists import InvoiceRow, family_invoices
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.families.edit import EditReport, edit_person
from backoffice.families.fields import Subject
from backoffice.families.file import ChildRow, FamilyFile, FieldRow, GuardianRow, family_file
from backoffice.families.invite import InviteReport, invite
from backoffice.families.lists import FamilyRow, families
from backoffice.office import Office
from backoffice.payments.book import credits_of
from backoffice.permissions import Agent
from backoffice.regie.lists import regies
from models.vocabulary import Role
from resources.french import NARROW, listed, of_name
from ui.common.presenter import Lanes, Presenter, View
from ui.shell.theme import State

HEALTH_ROLES = frozenset({Role.DIRECTOR})  # those who care for the children


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a family, as an agent corrects it."""

    subject: Subject
    id: int
    name: str
    fields: tuple[FieldRow, ...]
    version: int

    @classmethod
    def of(cls, row: GuardianRow | ChildRow) -> "Person":
        """Take what is corrected of a row of the file."""
        subject = Subject.GUARDIAN if isinstance(row, GuardianRow) else Subject.CHILD
        return cls(subject, row.id, row.name, row.fields, row.version)


@dataclass(frozen=True, slots=True)
class Held:
    """What a régie keeps for a household: paid too much."""

    regie_id: int
    regie: str
    credit_cents: int


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """A family's file with what it was billed, and what is agreed for its children."""

    file: FamilyFile
    invoices: tuple[InvoiceRow, ...]
    agreements: Agreements | None = None
    notes: tuple[CreditNoteRow, ...] = ()
    held: tuple[Held, ...] = ()  # one for each régie


class FamiliesView(View, Protocol):
    """What the presenter asks of the screen."""

    def show_rows(self, rows: Sequence[FamilyRow], *, searched: bool) -> None: ...
    def choose(self, family_id: int) -> None: ...
    def show_page(self, page: FamilyPage | None, *, may_edit: bool) -> None: ...
    def open_form(self, person: Person) -> None: ...
    def refuse_form(self, sentence: str) -> None: ...
    def show_conflict(self, fresh: Person, sentence: str) -> None: ...
    def free_form(self) -> None: ...
    def close_form(self) -> None: ...
    def ask_invite(self, guardian: GuardianRow) -> None: ...
    def ask_income(self, file: FamilyFile, since: date | None) -> None: ...


class FamiliesPresenter(Presenter[FamiliesView]):
    """One list, one file open."""

    def __init__(self, view: FamiliesView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent, self._search = office, agent, ""
        self._current: int | None = None
        self._page: FamilyPage | None = None
        self._income_of: tuple[int, date | None] | None = None  # whose proof another screen asks to enter, since when

    @property
    def may_edit(self) -> bool:
        """Tell whether the agent's role lets her correct a file."""
        return Role.AGENT in self._agent.roles

    def refresh(self) -> None:
        """Read the list again, and the file that is open."""
        search = self._search
        self.read("rows", lambda: self._office.read(families, search), self._show_rows)
        self._read_page()

    def search(self, text: str) -> None:
        """List the families whose file holds every word."""
        self._search = text
        self.read("rows", lambda: self._office.read(families, text), self._show_rows)

    def choose(self, row: FamilyRow | None) -> None:
        """Open a family of the list."""
        if row is not None and row.id != self._current:
            self.visit(row.id)

    def visit(self, family_id: int, *, income: bool = False, since: date | None = None) -> None:
        """Open a family, be it in the list or not; straight at its proof of income if asked, from a day that lacks it."""
        self._current, self._income_of = family_id, (family_id, since) if income else None
        self.view.choose(family_id)
        self._read_page()

    def edit(self, row: GuardianRow | ChildRow) -> None:
        """Correct a person."""
        if self.may_edit:
            self.view.open_form(Person.of(row))

    def save(self, person: Person, changes: Mapping[str, str]) -> None:
        """Save what was typed; nothing is lost if somebody else was faster."""
        if not changes:
            self.view.close_form()
            return
        self.write(
            lambda: self._office.write(
                edit_person, self._agent, person.subject, person.id, changes, version=person.version
            ),
            lambda report: self._saved(person, report),
            failed=lambda error: self._not_saved(person, error),
        )

    def ask_invite(self, guardian: GuardianRow) -> None:
        """Say to whom the link would go."""
        if not self.may_edit:
            return
        if guardian.email:
            self.view.ask_invite(guardian)
        else:
            self.view.say(f"{guardian.name} n'a pas d'adresse e-mail{NARROW}: ajoutez-la à sa fiche.", State.REFUSED)

    def invite(self, guardian: GuardianRow) -> None:
        """Send a guardian the link to the portal."""
        self.write(
            lambda: self._office.write(invite, self._agent, guardian.id),
            self._invited,
            unsaved=f"l'invitation {of_name(guardian.name)}",
        )

    def _show_rows(self, rows: tuple[FamilyRow, ...]) -> None:
        self.view.show_rows(rows, searched=bool(self._search))
        if self._current is None and rows:
            self._current = rows[0].id
            self._read_page()
        if self._current is not None:
            self.view.choose(self._current)
        else:
            self.view.show_page(None, may_edit=False)

    def _read_page(self) -> None:
        if (family_id := self._current) is None:
            return
        sealer = self._office.sealer if self._agent.roles & HEALTH_ROLES else None
        today = self._office.today()

        def whole() -> FamilyPage:
            return FamilyPage(
                self._office.read(family_file, family_id, today, sealer),
                self._office.read(family_invoices, family_id),
                self._office.read(agreements_of, family_id, today),
                self._office.read(family_credit_notes, family_id),
                self._held(family_id),
            )

        self.read("page", whole, self._show_page)

    def _held(self, family_id: int) -> tuple[Held, ...]:
        """Say what each régie keeps for a household."""
        kept = ((row, self._office.read(credits_of, row.id, [family_id])) for row in self._office.read(regies))
        return tuple(Held(row.id, row.name, cents.get(family_id, 0)) for row, cents in kept)

    def _show_page(self, page: FamilyPage) -> None:
        if page.file.id == self._current:
            self._page = page
            self.view.show_page(page, may_edit=self.may_edit)
            if (asked := self._income_of) is not None and asked[0] == page.file.id:
                self._income_of = None
                self.view.ask_income(page.file, asked[1])

    def _saved(self, person: Person, report: EditReport) -> None:
        self.view.close_form()
        if report.changed:
            what = listed(label.lower() for label in report.changed)
            self.view.say(f"Fiche {of_name(person.name)} enregistrée{NARROW}: {what}.", State.ACCEPTED)
        self.refresh()

    def _not_saved(self, person: Person, error: Exception) -> None:
        if isinstance(error, StaleRecord) and (family_id := self._current) is not None:
            self.read("fresh", lambda: self._again(person, family_id), lambda fresh: self._compare(fresh, str(error)))
        elif isinstance(error, RefusedByRule):
            self.view.refuse_form(str(error))
        else:
            self.view.free_form()
            self.view.report(error, unsaved=f"la fiche {of_name(person.name)}, restée ouverte")

    def _again(self, person: Person, family_id: int) -> Person | None:
        file = self._office.read(family_file, family_id, self._office.today())
        people: Sequence[GuardianRow | ChildRow] = (
            file.guardians if person.subject is Subject.GUARDIAN else file.children
        )
        return next((Person.of(row) for row in people if row.id == person.id), None)

    def _compare(self, fresh: Person | None, sentence: str) -> None:
        if fresh is None:
            self.view.refuse_form(sentence)
        else:
            told = "Un collègue a modifié cette fiche entre-temps. Rien n'a été enregistré. Relisez, puis enregistrez."
            self.view.show_conflict(fresh, told)

    def _invited(self, report: InviteReport) -> None:
        self.view.say(report.sentence, State.ACCEPTED)
        self._read_page()
