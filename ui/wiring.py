"""The screens of Marelle, in the order of the navigation; each is loaded the first time it is shown."""

from collections.abc import Sequence
from functools import partial
from importlib import import_module

from backoffice.office import Office
from backoffice.permissions import Agent
from ui.common.changes import Changes
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.shell.window import ScreenSpec

SUBJECTS = (
    ("requests", "À traiter", "inbox"),
    ("families", "Familles", "families"),
    ("messages", "Messages", "message"),
    ("planning", "Planning", "planning"),
    ("attendance", "Pointage", "attendance"),
    ("billing", "Facturation", "invoice"),
    ("payments", "Encaissements", "money"),
    ("treasury", "Caisse", "till"),
    ("debits", "Prélèvements", "debit"),
    ("reminders", "Relances", "reminder"),
    ("portal", "Portail", "portal"),
    ("calendar", "Calendrier", "calendar"),
    ("rulebook", "Règlement intérieur", "rulebook"),
)


def screens(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> Sequence[ScreenSpec]:
    """Name every screen, and how it is made."""

    def build(code: str) -> Screen:
        """Call `requests_screen` of `ui.requests.screen`, and so on."""
        made: Screen = getattr(import_module(f"ui.{code}.screen"), f"{code}_screen")(office, agent, tasks, changes)
        return made

    return [ScreenSpec(code, title, icon, partial(build, code)) for code, title, icon in SUBJECTS]
