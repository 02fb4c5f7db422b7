"""What the settings of a régie decide: one action keeps them all, or none."""

from typing import Protocol

from backoffice.errors import RefusedByRule
from backoffice.office import Office, Work
from backoffice.permissions import Agent
from backoffice.regie.edit import edit_regie, edit_service
from backoffice.regie.lists import RegieSettings, regie_settings
from ui.common.presenter import Lanes, Presenter, View
from ui.payments.settings import Wished
from ui.shell.theme import State


class SettingsView(View, Protocol):
    """What the presenter asks of the screen."""

    def ask_settings(self, settings: RegieSettings) -> None: ...
    def settings_kept(self) -> None: ...
    def settings_refused(self, sentence: str) -> None: ...


class SettingsPresenter(Presenter[SettingsView]):
    """Drives the settings of one régie."""

    def __init__(self, view: SettingsView, lanes: Lanes, office: Office, agent: Agent) -> None:
        super().__init__(view, lanes)
        self._office, self._agent = office, agent

    def ask(self, regie_id: int) -> None:
        """Show a régie's settings."""
        self.read("settings", lambda: self._office.read(regie_settings, regie_id), self.view.ask_settings)

    def keep(self, seen: RegieSettings, wished: Wished) -> None:
        """Keep what was typed, all of it or nothing."""
        self.write(
            lambda: self._office.write(keep_settings, self._agent, seen, wished),
            self._kept,
            changes=("structure",),
            unsaved="les réglages de la régie",
            failed=self._not_kept,
        )

    def _kept(self, changed: int) -> None:
        self.view.settings_kept()
        told = "Réglages enregistrés\u202f: les papiers déjà émis gardent les leurs." if changed else "Rien n'a changé."
        self.view.say(told, State.ACCEPTED)

    def _not_kept(self, error: Exception) -> None:
        if isinstance(error, RefusedByRule):
            self.view.settings_refused(str(error))
        else:
            self.view.settings_refused("")
            self.view.report(error, unsaved="les réglages de la régie")


def keep_settings(work: Work, seen: RegieSettings, wished: Wished) -> int:
    """Set a régie and its services in one action; give how many values changed."""
    changed = edit_regie(work, seen.id, wished.values, seen=seen.values, iban=wished.iban, seen_ending=seen.iban_ending)
    told = len(changed)
    known = {service.id: service.values for service in seen.services}
    for service_id, values in wished.services.items():
        told += len(edit_service(work, service_id, values, seen=known[service_id]))
    return told
