"""A family's file: its people, enrolments, documents, invoices and requests, a tab each."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from backoffice.enrolments.lists import EnrolmentRow
from backoffice.families.file import FamilyFile
from backoffice.requests.lists import RequestRow
from models.vocabulary import DocumentState, EnrolmentStatus, RequestStatus
from resources.french import NARROW, euros, number, plural
from ui.common.blank import Blank
from ui.common.label import plain_tip
from ui.common.listing import TableView
from ui.common.parts import button, heading, hint, row_of, scrolling
from ui.families.agreements import agreement_cards
from ui.families.billing_pane import BillingPane, FileTable, credit_words
from ui.families.documents import DocumentsPage
from ui.families.people import Acts, Household
from ui.families.presenter import FamilyPage
from ui.families.table import (
    ENROLMENT_COLUMNS,
    KIND_WORDS,
    REQUEST_COLUMNS,
)
from ui.families.words import Mark
from ui.shell.theme import State, em

GIVEN = {DocumentState.PROVIDED, DocumentState.RECEIVED}
TABS = ("Foyer", "Inscriptions", "Documents", "Factures", "Demandes")


class FamilyPanel(QStackedWidget):
    """The file of the family chosen, or why there is none."""

    request_asked = Signal(object)  # the id of a request that waits
    terms_asked = Signal(object)  # the id of an enrolment
    enrol_asked = Signal(int)  # the id of the family
    end_asked = Signal(object)  # an enrolment
    messages_asked = Signal(int)  # the id of the family

    def __init__(self) -> None:
        super().__init__()
        self.household: Household | None = None
        self._family_id: int | None = None
        self._shown: tuple[FamilyPage, bool] | None = None
        self._name, self._about = heading(""), hint()
        self._name.setWordWrap(True)
        self._marks = QHBoxLayout()
        self._marks.setSpacing(em(0.4))
        self._people = scrolling(QWidget())
        self._blank = Blank("families")
        self.enrolments: TableView[EnrolmentRow] = FileTable(
            ENROLMENT_COLUMNS, name="Inscriptions", empty="Aucune inscription."
        )
        self.documents = DocumentsPage()
        self.billing = BillingPane()
        self.invoices = self.billing.invoices
        self.requests: TableView[RequestRow] = FileTable(
            REQUEST_COLUMNS, name="Demandes de la famille", empty="Aucune demande."
        )
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for named in (self.tabs, self.tabs.tabBar()):
            named.setAccessibleName("Parties du dossier")
        self.terms = button("Modifier les conditions", self._ask_terms, icon="edit")
        self.terms.setToolTip("Catégorie et nombre de jours par semaine, pour les tarifs")
        self.enrol = button("Inscrire à une activité…", self._ask_enrol, icon="add")
        self.end = button("Terminer l'inscription…", self._ask_end, icon="cross")
        enrolled = _over(self.enrolments, self.enrol, self.terms, self.end)
        pages: tuple[QWidget, ...] = (self._people, enrolled, self.documents, self.billing, self.requests)
        for title, page in zip(TABS, pages, strict=True):
            self.tabs.addTab(page, title)
        self.enrolments.row_chosen.connect(self._enable_terms)
        self.enrolments.row_opened.connect(self._ask_terms)
        self.requests.row_opened.connect(self._open_request)
        self.addWidget(self._blank)
        self.addWidget(self._laid_out())

    @property
    def file(self) -> FamilyFile | None:
        """The file shown."""
        return self._shown[0].file if self._shown else None

    def show_nothing(self, sentence: str) -> None:
        """Say why no family is shown."""
        self._family_id = self._shown = None
        self._blank.say(sentence)
        self.setCurrentIndex(0)

    def show_page(self, page: FamilyPage, acts: Acts) -> None:
        """Show a family's file; the tab and the scroll stay where they are for the same family."""
        if (page, acts.may_edit) == self._shown:
            return
        self._shown, file = (page, acts.may_edit), page.file
        place = self._people.verticalScrollBar().value() if self._family_id == file.id else 0
        self._family_id = file.id
        self._name.setText(f"Famille {file.name}")
        living = "Résidents de la commune" if file.resident else "Hors commune"
        self._about.setText(f"Dossier n°\xa0{file.number} — {KIND_WORDS[file.kind]} — {living}")
        self._show_marks(page)
        held = self._held()
        self.household = Household(file, acts, _more_cards(page, acts))
        self._people.setWidget(self.household)
        self._people.verticalScrollBar().setValue(place)
        self._hold(held)
        self.enrolments.show_rows(file.enrolments)
        self.documents.show_rows(file.documents, may_edit=acts.may_edit)
        self.billing.show_page(page)
        self.requests.show_rows(file.requests)
        counts = (0, len(file.enrolments), len(file.documents), len(page.invoices), len(file.requests))
        for at, (title, count) in enumerate(zip(TABS, counts, strict=True)):
            self.tabs.setTabText(at, f"{title} ({count})" if count else title)
        self._enable_terms()
        self.setCurrentIndex(1)

    def _held(self) -> str:
        """Name the button of a card that has the keyboard, if one has."""
        held = QApplication.focusWidget()
        inside = held is not None and self.household is not None and self.household.isAncestorOf(held)
        return held.accessibleName() if inside and held is not None else ""

    def _hold(self, name: str) -> None:
        """Give the keyboard back to the button of that name."""
        if name and self.household is not None:
            found = (one for one in self.household.findChildren(QPushButton) if one.accessibleName() == name)
            if (again := next(found, None)) is not None:
                again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_marks(self, page: FamilyPage) -> None:
        while (item := self._marks.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for words, state, about in _marks_of(page.file):
            self._marks.addWidget(Mark(words, state, about))
        for held in page.held:
            if held.credit_cents:
                mark = Mark(f"Crédit{NARROW}: {euros(held.credit_cents)}", State.INFO, "money")
                mark.setToolTip(plain_tip(credit_words(held, several=len(page.held) > 1)))
                self._marks.insertWidget(1, mark)
        self._marks.addStretch(1)

    def _enable_terms(self, *_: object) -> None:
        may_edit = self._shown is not None and self._shown[1]
        row = self.enrolments.chosen()
        for act in (self.enrol, self.terms, self.end):
            act.setVisible(may_edit)
        self.terms.setEnabled(may_edit and row is not None)
        self.end.setEnabled(may_edit and row is not None and row.status is EnrolmentStatus.ACTIVE)

    def _ask_terms(self, *_: object) -> None:
        if (row := self.enrolments.chosen()) is not None:
            self.terms_asked.emit(row.id)

    def _ask_enrol(self) -> None:
        if (file := self.file) is not None:
            self.enrol_asked.emit(file.id)

    def _ask_end(self) -> None:
        if (row := self.enrolments.chosen()) is not None:
            self.end_asked.emit(row)

    def _open_request(self, row: RequestRow) -> None:
        if row.status is RequestStatus.WAITING:
            self.request_asked.emit(row.id)

    def _ask_messages(self) -> None:
        if self._family_id is not None:
            self.messages_asked.emit(self._family_id)

    def _laid_out(self) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(em(0.5), 0, 0, 0)
        column.setSpacing(em(0.35))
        self.messages = button("Messages", self._ask_messages, icon="message")
        self.messages.setToolTip("Lire ce que la famille a écrit, lui écrire")
        column.addWidget(row_of(self._name, self.messages, stretch_after=0))
        column.addWidget(self._about)
        column.addLayout(self._marks)
        column.addSpacing(em(0.2))
        column.addWidget(self.tabs, 1)
        return whole


def _more_cards(page: FamilyPage, acts: Acts) -> list[QWidget]:
    """Give the cards that stand under those of the people: what is agreed beforehand."""
    return agreement_cards(page.agreements, acts.agreements if acts.may_edit else None)


def _over(table: QWidget, *buttons: QWidget) -> QWidget:
    """Put a table over its buttons."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(em(0.4))
    column.addWidget(table, 1)
    column.addWidget(row_of(*buttons, stretch_after=len(buttons) - 1))
    return whole


def _marks_of(file: FamilyFile) -> list[tuple[str, State, str]]:
    """Say in a few pills what an agent asks first: what is due, what waits, what is missing."""
    due = (
        (f"Reste dû{NARROW}: {euros(file.due_cents)}", State.LATE, "money")
        if file.due_cents > 0
        else ("Rien à payer", State.ACCEPTED, "check")
    )
    marks = [due]
    if waiting := sum(row.status is RequestStatus.WAITING for row in file.requests):
        marks.append((f"{plural(waiting, 'demande')} à traiter", State.WAITING, "inbox"))
    lacking = [row for row in file.documents if row.mandatory and row.state not in GIVEN]
    if lacking:
        marks.append((f"{plural(len(lacking), 'document')} à fournir", State.LATE, "document"))
    current = next((quotient for quotient in file.quotients if quotient.current), None)
    if current is None:
        marks.append(("Sans quotient", State.LATE, "warning"))
    else:
        marks.append((f"Quotient {number(current.value)}", State.NEUTRAL, "info"))
    return marks
