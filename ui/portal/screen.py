"""Portail: what the structure decides of what families see and may do there, one page a matter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QTabWidget, QWidget

from backoffice.office import Office
from backoffice.permissions import Agent
from ui.common.changes import Changes
from ui.common.presenter import BoundLanes, Lanes
from ui.common.screen import Screen
from ui.common.tasks import Tasks
from ui.portal.documentation_pane import documentation_pane
from ui.portal.documents_pane import documents_pane
from ui.portal.fields_pane import fields_pane
from ui.portal.horizon_pane import horizon_pane
from ui.portal.notices_pane import notices_pane
from ui.portal.openings_pane import openings_pane


class PortalPage(Protocol):
    """A page of this screen: a widget that reads itself anew."""

    def refresh(self) -> None: ...


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page's title, and how it is made."""

    title: str
    build: Callable[[Screen, Lanes, Office, Agent], PortalPage]


PAGES: tuple[PageSpec, ...] = (
    PageSpec("Fiches", fields_pane),
    PageSpec("Planning", horizon_pane),
    PageSpec("Inscriptions ouvertes", openings_pane),
    PageSpec("Documents demandés", documents_pane),
    PageSpec("Documentation", documentation_pane),
    PageSpec("Mentions légales", notices_pane),
)


class PortalScreen(Screen):
    """A tab for each matter; the one shown is read, the others when they are."""

    kinds = frozenset({"structure", "documents", "portal"})

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Pages du portail")
        self.column.addWidget(self.tabs, 1)
        self.setFocusProxy(self.tabs)
        self.pages: list[PortalPage] = []

    def bind(self, pages: Sequence[tuple[str, PortalPage]]) -> None:
        """Take the pages, made for this screen."""
        for title, page in pages:
            assert isinstance(page, QWidget)
            self.pages.append(page)
            self.tabs.addTab(page, title)
        self.tabs.currentChanged.connect(lambda _: self.refresh())

    def refresh(self) -> None:
        if self.pages:
            self.pages[self.tabs.currentIndex()].refresh()


def portal_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> PortalScreen:
    """Join the screen, its pages and the open office."""
    screen = PortalScreen(changes)
    lanes = BoundLanes(tasks, screen, changes)
    screen.bind([(spec.title, spec.build(screen, lanes, office, agent)) for spec in PAGES])
    return screen
