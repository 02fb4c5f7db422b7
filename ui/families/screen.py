"""Familles: find a household, read its file, correct it, invite it to the portal."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from backoffice.billing.lists import InvoiceRow
from backoffice.documents.lists import DocumentRow
from backoffice.families.file import FamilyFile, GuardianRow
from backoffice.families.lists import FamilyRow
from backoffice.office import Office
from backoffice.payments.account import FamilyAccount
from backoffice.permissions import Agent
from resources.french import NARROW, plural
from ui.common.cards import as_cards
from ui.common.changes import Changes
from ui.common.listing import TableView
from ui.common.papers import PaperScreen
from ui.common.parts import hint
from ui.common.pickers import SearchField
from ui.common.presenter import BoundLanes
from ui.common.tasks import Tasks
from ui.families.account_presenter import AccountPresenter
from ui.families.agreements_forms import AgreementsForms
from ui.families.agreements_presenter import AgreementsPresenter
from ui.families.around_desk import AroundForms, AroundPresenter
from ui.families.dialogs import InviteDialog, PersonDialog
from ui.families.documents_desk import DocumentsDeskPresenter, DocumentsForms
from ui.families.enrol_dialog import EnrolForms, EnrolPresenter
from ui.families.file import FamilyPanel
from ui.families.forms import MoneyForms
from ui.families.money import MoneyPresenter
from ui.families.people import Acts, ChildCard, GuardianCard
from ui.families.presenter import FamiliesPresenter, FamilyPage, Person
from ui.families.table import FAMILY_COLUMNS, family_face
from ui.payments.dialogs import AccountDialog
from ui.shell.theme import em

NONE_YET = "Aucune famille dans ce dossier."
AT_MOST = 500  # the list stops there
TOO_MANY = f"{NARROW}: les premières, précisez la recherche"
NOT_FOUND = "Aucune famille ne correspond à cette recherche."


class FamiliesScreen(PaperScreen):
    """The list on the left, the file on the right."""

    kinds = frozenset({"families", "requests", "documents", "invoices", "bookings"})

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes)
        self._showing = False
        self._form: PersonDialog | None = None
        self.forms = MoneyForms(self)
        self.enrolling = EnrolForms(self)
        self.agreements = AgreementsForms(self)
        self.documents = DocumentsForms(self)
        self.around = AroundForms(self)
        self.search = SearchField("Nom, enfant, n° de dossier…", "Rechercher une famille")
        self.table: TableView[FamilyRow] = TableView(FAMILY_COLUMNS, name="Familles", empty=NONE_YET)
        as_cards(self.table, family_face)
        self.count = hint()
        self.panel = FamilyPanel()
        self.setFocusProxy(self.table)
        self._lay_out()

    def bind(
        self,
        presenter: FamiliesPresenter,
        money: MoneyPresenter,
        agreements: AgreementsPresenter,
        account: AccountPresenter,
    ) -> None:
        """Give each gesture its meaning."""
        self._presenter, self._money = presenter, money
        self.forms.bind(money)
        self._acts = Acts(
            may_edit=money.may_edit,
            edit=presenter.edit,
            invite=presenter.ask_invite,
            payers=money.ask_payers,
            income=money.ask_income,
            attach=money.ask_attach,
            detach=money.ask_detach,
            around=self.around.ask,
            agreements=agreements.acts,
        )
        self.agreements.bind(agreements)
        self.panel.terms_asked.connect(money.ask_terms)
        self.table.row_chosen.connect(self._chosen)
        self.table.row_opened.connect(lambda _: self.panel.tabs.tabBar().setFocus())
        self.search.searched.connect(presenter.search)
        self.search.returnPressed.connect(self.table.setFocus)
        self.panel.request_asked.connect(partial(self.visit_asked.emit, "requests"))
        self.panel.messages_asked.connect(partial(self.visit_asked.emit, "messages"))
        self.panel.billing.invoice_asked.connect(self._open_invoice)
        self.panel.billing.note_asked.connect(account.open_note)
        self.panel.billing.account_asked.connect(lambda regie_id: self._with_family(account.open_account, regie_id))
        self.panel.billing.debits_asked.connect(self._open_debits)
        self.offer("find", self._find)
        self.offer("edit", self._edit, enabled=False)

    def bind_documents(self, presenter: DocumentsDeskPresenter) -> None:
        """Give the gestures on documents their meaning."""
        self._desk = presenter
        self.documents.bind(presenter)
        self.panel.documents.record_asked.connect(self._record_document)
        self.panel.documents.file_asked.connect(presenter.open_file)
        self.panel.documents.request_asked.connect(partial(self.visit_asked.emit, "requests"))

    def refresh(self) -> None:
        self.table.show_loading()
        self._presenter.refresh()

    def visit(self, wanted: Any) -> None:
        match wanted:
            case int():
                self._presenter.visit(wanted)
            case (int() as family_id, "income", *since):
                self._presenter.visit(family_id, income=True, since=since[0] if since else None)
            case (int() as family_id, "documents"):
                self.panel.tabs.setCurrentWidget(self.panel.documents)
                self._presenter.visit(family_id)

    def show_rows(self, rows: Sequence[FamilyRow], *, searched: bool) -> None:
        self.table.say_when_empty(NOT_FOUND if searched else NONE_YET)
        self._showing = True
        self.table.show_rows(rows)
        self._showing = False
        found = " trouvée" if searched and len(rows) < 2 else " trouvées" if searched else ""
        self.count.setText(f"{plural(len(rows), 'famille')}{found}{TOO_MANY if len(rows) >= AT_MOST else ''}")

    def choose(self, family_id: int) -> None:
        self._showing = True
        if not self.table.choose(family_id):
            self.table.selectionModel().clear()
        self._showing = False

    def show_page(self, page: FamilyPage | None, *, may_edit: bool) -> None:
        self.enable("edit", enabled=page is not None and may_edit)
        if page is None:
            self.panel.show_nothing(NONE_YET)
        else:
            self.panel.show_page(page, replace(self._acts, may_edit=may_edit))

    def open_form(self, person: Person) -> None:
        self._form = form = PersonDialog(person, self)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.submitted.connect(self._save)
        form.finished.connect(self._form_closed)
        form.open()

    def refuse_form(self, sentence: str) -> None:
        if self._form is not None:
            self._form.refuse(sentence)

    def show_conflict(self, fresh: Person, sentence: str) -> None:
        if self._form is not None:
            self._form.show_conflict(fresh, sentence)

    def free_form(self) -> None:
        if self._form is not None:
            self._form.show_busy(False)

    def close_form(self) -> None:
        if self._form is not None:
            self._form.accept()

    def ask_invite(self, guardian: GuardianRow) -> None:
        asked = InviteDialog(guardian, self)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.accepted.connect(partial(self._presenter.invite, guardian))
        asked.open()

    def ask_income(self, file: FamilyFile, since: date | None) -> None:
        self._money.ask_income(file, since)

    def show_account(self, account: FamilyAccount) -> None:
        AccountDialog(account, self).open()

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, em(0.3), 0)
        column.setSpacing(em(0.4))
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addWidget(self.count)
        both = QSplitter()
        both.setChildrenCollapsible(False)
        both.setHandleWidth(em(0.5))
        for widget, share in ((left, 2), (self.panel, 5)):
            both.addWidget(widget)
            both.setStretchFactor(both.count() - 1, share)
        left.setMinimumWidth(em(16))
        self.panel.setMinimumWidth(em(26))
        both.setSizes([em(17), em(43)])
        self.column.addWidget(both, 1)

    def _chosen(self, row: FamilyRow | None) -> None:
        if not self._showing:
            self._presenter.choose(row)

    def _save(self) -> None:
        if (form := self._form) is not None:
            self._presenter.save(form.person, form.changes())

    def _form_closed(self) -> None:
        self._form = None

    def _edit(self) -> None:
        """Correct the person whose card has the keyboard, else the first guardian."""
        household = self.panel.household
        if household is None:
            return
        cards: list[GuardianCard | ChildCard] = [
            *household.findChildren(GuardianCard),
            *household.findChildren(ChildCard),
        ]
        held = QApplication.focusWidget()
        card = next((card for card in cards if held is not None and card.isAncestorOf(held)), None)
        if cards:
            self._presenter.edit((card or cards[0]).row)

    def _record_document(self, row: DocumentRow | None) -> None:
        if (file := self.panel.file) is not None:
            self._desk.ask_record(file, row)

    def _open_invoice(self, row: InvoiceRow) -> None:
        self.visit_asked.emit("billing", row.id)

    def _open_debits(self) -> None:
        if (file := self.panel.file) is not None:
            self.visit_asked.emit("debits", file.number)

    def _with_family(self, act: Callable[[int, int], None], regie_id: int) -> None:
        if (file := self.panel.file) is not None:
            act(regie_id, file.id)

    def _find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()


def families_screen(office: Office, agent: Agent, tasks: Tasks, changes: Changes) -> FamiliesScreen:
    """Join the screen, its decisions and the office."""
    screen = FamiliesScreen(changes)
    lanes = BoundLanes(tasks, screen, changes)
    money = MoneyPresenter(screen.forms, lanes, office, agent)
    agreements = AgreementsPresenter(screen.agreements, lanes, office, agent)
    account = AccountPresenter(screen, lanes, office)
    screen.enrolling.bind(EnrolPresenter(screen.enrolling, lanes, office, agent), screen.panel)
    screen.around.bind(AroundPresenter(screen.around, lanes, office, agent))
    screen.bind(FamiliesPresenter(screen, lanes, office, agent), money, agreements, account)
    screen.bind_documents(DocumentsDeskPresenter(screen.documents, lanes, office, agent))
    return screen
