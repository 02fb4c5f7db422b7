"""What the screen of reminders decides about who is late, the reminders made and the plan."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Protocol

from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from backoffice.reminders.hand_over import write_off
from backoffice.reminders.levels import levels_of, save_levels
from backoffice.reminders.lists import ReminderRow, UnpaidRow, regies, reminder_pdf, reminders_made, unpaid
from backoffice.reminders.plan import offer
from backoffice.reminders.remind import RemindReport, remind
from backoffice.reminders.rules import Level
from backoffice.reminders.stops import lift_stop, stop_reminders
from resources.french import NARROW, euros, plural
from ui.common.presenter import Lanes, Presenter, View
from ui.reminders.bundle import bundle
from ui.shell.theme import State

CHANGES = ("reminders", "mail")


class RemindersView(View, Protocol):
    """What the presenter asks of the screen."""

    def show_regies(self, regies: Sequence[tuple[str, int]], chosen: int | None) -> None: ...
    def show_unpaid(self, rows: Sequence[UnpaidRow]) -> None: ...
    def show_made(self, rows: Sequence[ReminderRow]) -> None: ...
    def show_plan(self, sentence: str) -> None: ...
    def ask_remind(self, sentence: str, family_ids: Collection[int]) -> None: ...
    def ask_levels(self, regie: str, levels: Sequence[Level]) -> None: ...
    def close_form(self) -> None: ...
    def refuse_form(self, error: Exception) -> None: ...
    def show_pdf(self, title: str, content: bytes, name: str) -> None: ...
    def save_file(self, title: str, content: bytes, name: str) -> None: ...


class RemindersPresenter(Presenter[RemindersView]):
    """Drives what is late at a régie, and what is done about it."""

    def __init__(self, view: RemindersView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent
        self._regies: Sequence[tuple[str, int]] = ()
        self.regie_id: int | None = None

    def today(self) -> date:
        """Give the civil date in the town hall."""
        return self._office.today()

    def refresh(self) -> None:
        """Read the régies; the screen then reads its page."""
        self.read("regies", lambda: self._office.read(regies), self._regies_read)

    def read_unpaid(self) -> None:
        """Read who is late."""
        if (regie_id := self.regie_id) is not None:
            today = self.today()
            self.read("unpaid", lambda: self._office.read(unpaid, regie_id, today), self.view.show_unpaid)
            self.read("levels", lambda: self._office.read(levels_of, regie_id), self._levels_read)

    def read_made(self) -> None:
        """Read the reminders made."""
        if (regie_id := self.regie_id) is not None:
            self.read("made", lambda: self._office.read(reminders_made, regie_id), self.view.show_made)

    def ask_remind(self, rows: Sequence[UnpaidRow]) -> None:
        """Say what reminding these households now would send, or why nothing would."""
        regie_id, today, ids = self._regie(), self.today(), [row.family_id for row in rows]

        def told(found: tuple[int, str]) -> None:
            count, sentence = found
            if count:
                self.view.ask_remind(sentence, ids)
            else:
                self.view.say(sentence, State.INFO)

        self.read("offer", lambda: self._office.read(offer, regie_id, today, ids), told)

    def remind(self, family_ids: Collection[int]) -> None:
        """Remind these households now."""
        regie_id = self._regie()
        self.write(
            lambda: self._office.write(remind, self._agent, regie_id, family_ids=family_ids),
            self._reminded,
            changes=CHANGES,
            unsaved="les relances",
        )

    def stop(self, row: UnpaidRow, until: date | None, reason: str) -> None:
        """Leave a household in peace."""
        regie_id = self._regie()

        def done(_: None) -> None:
            self.view.close_form()
            self.view.say(f"Les relances de la famille {row.family} sont suspendues.", State.ACCEPTED)

        self.write(
            lambda: self._office.write(stop_reminders, self._agent, row.family_id, regie_id, until, reason),
            done,
            changes=("reminders",),
            unsaved=f"la suspension des relances de la famille {row.family}",
            failed=self.view.refuse_form,
        )

    def lift(self, row: UnpaidRow) -> None:
        """Let a household be reminded again."""
        regie_id = self._regie()
        self.write(
            lambda: self._office.write(lift_stop, self._agent, row.family_id, regie_id),
            lambda _: self.view.say(f"Les relances de la famille {row.family} reprennent.", State.ACCEPTED),
            changes=("reminders",),
            unsaved=f"la reprise des relances de la famille {row.family}",
        )

    def ask_levels(self) -> None:
        """Read the plan, to change it."""
        regie_id = self._regie()
        name = next((words for words, code in self._regies if code == regie_id), "")
        self.read(
            "plan", lambda: self._office.read(levels_of, regie_id), lambda levels: self.view.ask_levels(name, levels)
        )

    def save_levels(self, levels: Sequence[Level]) -> None:
        """Keep a plan."""
        regie_id = self._regie()

        def done(_: None) -> None:
            self.view.close_form()
            said = f"{plural(len(levels), 'niveau enregistré', 'niveaux enregistrés')}, à partir de demain."
            self.view.say(said if levels else "Le plan est vide. Personne n'est plus relancé.", State.ACCEPTED)

        self.write(
            lambda: self._office.write(save_levels, self._agent, regie_id, levels),
            done,
            changes=("reminders",),
            unsaved="les niveaux de relance",
            failed=self.view.refuse_form,
        )

    def write_off(self, invoice_id: int, number: str, reason: str) -> None:
        """Give up what is left of an invoice."""

        def done(cents: int) -> None:
            self.view.close_form()
            self.view.say(f"Facture {number} admise en non-valeur{NARROW}: {euros(cents)}.", State.ACCEPTED)

        self.write(
            lambda: self._office.write(write_off, self._agent, invoice_id, reason),
            done,
            changes=("reminders", "invoices"),
            unsaved=f"la non-valeur de la facture {number}",
            failed=self.view.refuse_form,
        )

    def show_letters(self, rows: Sequence[ReminderRow]) -> None:
        """Show letters as one document, to print them."""
        title = f"Relance de {rows[0].family}" if len(rows) == 1 else f"{len(rows)} lettres de relance"
        self._read_letters(rows, lambda content: self.view.show_pdf(title, content, _name(rows)))

    def save_letters(self, rows: Sequence[ReminderRow]) -> None:
        """Keep a copy of letters, as one document."""
        self._read_letters(rows, lambda content: self.view.save_file("Enregistrer les lettres", content, _name(rows)))

    def _read_letters(self, rows: Sequence[ReminderRow], done: Callable[[bytes], None]) -> None:
        ids = [row.id for row in rows]
        if ids:
            self.read("letters", lambda: bundle([self._office.read(reminder_pdf, at) for at in ids]), done)

    def _regie(self) -> int:
        if self.regie_id is None:
            raise RefusedByRule("Aucune régie n'est enregistrée.")
        return self.regie_id

    def _regies_read(self, found: Sequence[tuple[str, int]]) -> None:
        self._regies = found
        if self.regie_id not in {code for _, code in found}:
            self.regie_id = found[0][1] if found else None
        self.view.show_regies(found, self.regie_id)

    def _levels_read(self, levels: Sequence[Level]) -> None:
        if levels:
            days = ", ".join(f"J+{level.days_late}" for level in levels)
            self.view.show_plan(f"Le plan relance de lui-même, chaque jour{NARROW}: {days}.")
        else:
            self.view.show_plan(f"Aucun niveau{NARROW}: personne n'est relancé.")

    def _reminded(self, report: RemindReport) -> None:
        self.view.say(report.sentence, State.ACCEPTED)


def _name(rows: Sequence[ReminderRow]) -> str:
    made = rows[0].made_at
    return f"relance-{rows[0].family_number}-{made:%Y-%m-%d}.pdf" if len(rows) == 1 else f"relances-{made:%Y-%m-%d}.pdf"
