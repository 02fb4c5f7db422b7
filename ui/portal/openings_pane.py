"""« Inscriptions ouvertes »: what families may ask for on the portal, and the groups that children enter."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from backoffice.enrolments.groups import GroupRow
from backoffice.enrolments.opening_lists import OpeningRow, OpeningsPage, Window
from backoffice.enrolments.rules import OpeningDraft
from backoffice.office import Office
from backoffice.permissions import Agent
from ui.common.dialogs import Confirmation
from ui.common.listing import TableView
from ui.common.pane import FormPane
from ui.common.parts import button, heading, hint, primary_button, row_of
from ui.common.presenter import Lanes
from ui.common.screen import Screen
from ui.portal.openings_dialogs import GroupDialog, OpeningDialog, closing, deletion
from ui.portal.openings_presenter import OpeningsPresenter
from ui.portal.openings_table import GROUP_COLUMNS, OPENING_COLUMNS
from ui.shell.theme import em

TOLD = "Les familles demandent ces inscriptions sur le portail\u202f; chaque demande arrive dans «\xa0À traiter\xa0»."
GROUPS = "Le groupe d'un enfant est proposé d'après son âge au premier jour."


class OpeningsPane(FormPane):
    """The openings above, the groups below."""

    def __init__(self, screen: Screen, office: Office) -> None:
        super().__init__(screen)
        self._office = office
        self._may_edit = False
        self.openings: TableView[OpeningRow] = TableView(
            OPENING_COLUMNS,
            name="Inscriptions ouvertes",
            empty="Aucune inscription n'est ouverte.",
            saved_as="openings",
        )
        self.groups: TableView[GroupRow] = TableView(
            GROUP_COLUMNS, name="Groupes des activités", empty="Aucun groupe.", saved_as="groups"
        )
        self.setFocusProxy(self.openings)
        self.new = primary_button("&Ouvrir des inscriptions…", self._ask_new, "add")
        self.edit = button("&Modifier…", lambda: self._with_opening(self._presenter.ask_edit), icon="edit")
        self.close_now = button("&Fermer maintenant…", lambda: self._with_opening(self._ask_close), icon="lock")
        self.delete = button("&Supprimer…", lambda: self._with_opening(self._ask_delete), icon="cross")
        self.edit_group = button("Modifier le &groupe…", self._ask_group, icon="edit")
        self._lay_out()

    def bind(self, presenter: OpeningsPresenter) -> None:
        """Give each gesture its meaning."""
        self._presenter = presenter
        self.openings.row_chosen.connect(lambda _: self._enable())
        self.groups.row_chosen.connect(lambda _: self._enable())
        self.openings.row_opened.connect(presenter.ask_edit)
        self.groups.row_opened.connect(presenter.ask_group)

    def refresh(self) -> None:
        """Read the page anew."""
        self._presenter.refresh()

    def show_page(self, page: OpeningsPage, *, may_edit: bool) -> None:
        self._may_edit = may_edit
        self.openings.show_rows(page.openings)
        self.groups.show_rows(page.groups)
        self._enable()

    def open_opening(self, page: OpeningsPage, draft: OpeningDraft, row: OpeningRow | None) -> None:
        form = OpeningDialog(page, draft, row, self._office.today(), self)
        self._open(form, lambda: self._presenter.save(form.row, form.wished))

    def open_group(self, row: GroupRow) -> None:
        form = GroupDialog(row, self)
        self._open(form, lambda: self._presenter.save_group(form.row, *form.wished))

    def _ask_new(self) -> None:
        self._presenter.ask_new()

    def _with_opening(self, act: Callable[[OpeningRow], None]) -> None:
        if (row := self.openings.chosen()) is not None:
            act(row)

    def _ask_close(self, row: OpeningRow) -> None:
        self._confirm(closing(row, self), lambda: self._presenter.close(row))

    def _ask_delete(self, row: OpeningRow) -> None:
        self._confirm(deletion(row, self), lambda: self._presenter.delete(row))

    def _confirm(self, asked: Confirmation, act: Callable[[], None]) -> None:
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(act)
        asked.open()

    def _ask_group(self) -> None:
        if (row := self.groups.chosen()) is not None:
            self._presenter.ask_group(row)

    def _enable(self) -> None:
        row = self.openings.chosen()
        self.new.setEnabled(self._may_edit)
        self.edit.setEnabled(self._may_edit and row is not None)
        self.close_now.setEnabled(self._may_edit and row is not None and row.window is Window.OPEN)
        self.delete.setEnabled(self._may_edit and row is not None and not row.received)
        self.edit_group.setEnabled(self._may_edit and self.groups.chosen() is not None)

    def _lay_out(self) -> None:
        both = QSplitter(Qt.Orientation.Vertical)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(em(0.6))
        acts = row_of(self.new, self.edit, self.close_now, self.delete, stretch_after=0)
        both.addWidget(_column(hint(TOLD), self.openings, acts))
        both.addWidget(
            _column(heading("Groupes", 3), hint(GROUPS), self.groups, row_of(self.edit_group, stretch_after=0))
        )
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        self.column.addWidget(both, 1)


def openings_pane(screen: Screen, lanes: Lanes, office: Office, agent: Agent) -> OpeningsPane:
    """Join the page, its decisions and the office."""
    pane = OpeningsPane(screen, office)
    pane.bind(OpeningsPresenter(pane, lanes, office, agent))
    return pane


def _column(*widgets: QWidget) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(em(0.4))
    for widget in widgets:
        column.addWidget(widget, 1 if isinstance(widget, TableView) else 0)
    return whole
