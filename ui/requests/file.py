"""A request's file: who asks, then / now / wished side by side, why, and the two answers."""

from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from backoffice.requests.file import RequestFile
from backoffice.requests.kinds import HANDLERS
from backoffice.requests.kinds.kind import ItemRow
from backoffice.requests.lists import RequestRow
from backoffice.requests.words import AUTOMATIC, STATUS_WORDS
from models.vocabulary import RequestKind, RequestStatus, Verdict
from resources.french import NARROW, instant_text, plural
from ui.common.blank import Blank
from ui.common.label import PlainLabel
from ui.common.listing import TableView
from ui.common.parts import StatePill, button, heading, hint, primary_button, repolish, row_of, scrolling
from ui.requests.detail import ItemDetail
from ui.requests.kinds import WAYS
from ui.requests.presenter import OpenRequest
from ui.requests.table import STATUS_STATES, ItemTable, age_of, compares, finding_of, item_columns, short_text
from ui.requests.way import Besides
from ui.shell.theme import State, em

SHARES = (0.4, 0.2, 0.2, 0.2)  # of the width, beside the finding: what is asked, then, now, wished
NARROW_SHARES = (0.42, 0, 0.3, 0.28)  # in a small window; the comparison below shows all three
NEW_SHARES = (0.45, 0, 0, 0.55)  # of what is asked, there is nothing yet
NARROW_EM = 24
MANY = 100  # rows, each then of one line
FINDING_EM, TWO_LINES_EM = 8.6, 2.6


class ItemsView(TableView[ItemRow]):
    """The fields or cells asked, with boxes to tick, as tall as it needs to be."""

    def __init__(self) -> None:
        self._row: RequestRow | None = None
        columns = item_columns(self._short, self._finding)
        super().__init__(columns, name="Ce que la famille demande", empty="Rien.", key=lambda item: item.key)
        plain, plain_selection = self.model_of_rows, self.selectionModel()
        self.items = ItemTable(columns, self)
        self.model_of_rows = self.items
        self.setModel(self.items)
        self.selectionModel().currentRowChanged.connect(self._chosen)
        plain_selection.deleteLater()
        plain.deleteLater()
        self.setSortingEnabled(False)
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_items(self, file: RequestFile, *, decidable: bool, anew: bool) -> None:
        """Show a request's items; the first is the current one."""
        self._row = file.row
        together = HANDLERS[file.row.kind].whole
        self.items.renew(may_tick=decidable and len(file.items) > 1 and not together, anew=anew)
        self.show_rows(sorted(file.items, key=lambda item: item.verdict is not Verdict.WAITING))
        if self.chosen() is None:
            self.choose_first()
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.isValid():
            self._toggle(index.siblingAtColumn(0))
        else:
            super().keyPressEvent(event)

    def _toggle(self, box: QModelIndex) -> None:
        role = Qt.ItemDataRole.CheckStateRole
        if (ticked := box.data(role)) is not None:
            states = Qt.CheckState
            opposite = states.Unchecked if states(ticked) is states.Checked else states.Checked
            self.items.setData(box, opposite.value, role)

    def _short(self, item: ItemRow) -> str:
        return item.text if self._row is None else short_text(item, self._row)

    def _finding(self, item: ItemRow) -> tuple[str, State]:
        return ("", State.NEUTRAL) if self._row is None else finding_of(item, self._row.received_at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give long values two lines, and the table no more room than its rows."""
        room = self.viewport().width() - em(FINDING_EM)
        shares = SHARES if room > em(NARROW_EM) else NARROW_SHARES
        if self._row is not None and not any(compares(item, self._row) for item in self.items.rows):
            shares = NEW_SHARES
        for at, share in enumerate(shares):
            self.setColumnHidden(at, not share)
            self.setColumnWidth(at, round(room * share))
        self.setColumnWidth(len(shares), em(FINDING_EM))
        if self.items.rowCount() <= MANY:
            self.resizeRowsToContents()
            for at in range(self.items.rowCount()):
                self.setRowHeight(at, min(self.rowHeight(at), em(TWO_LINES_EM)))  # the comparison shows all of it
        rows = sum(self.rowHeight(at) for at in range(self.items.rowCount()))
        self.setMaximumHeight(self.horizontalHeader().height() + rows + em(0.5))
        self.setMinimumHeight(min(self.maximumHeight(), em(11)))


class Answer(QFrame):
    """What the régie answered, by whom, when, why."""

    def __init__(self) -> None:
        super().__init__()
        self._told = PlainLabel()
        self._told.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(em(0.8), em(0.5), em(0.8), em(0.5))
        row.addWidget(self._told, 1)

    def show_answer(self, file: RequestFile) -> None:
        """Show the answer, if there is one."""
        row = file.row
        self.setVisible(row.status is not RequestStatus.WAITING)
        when = f" le {instant_text(row.decided_at)}" if row.decided_at else ""
        lines = [f"{STATUS_WORDS[row.status]}{_decided_by(row)}{when}."]
        lines += [f"Motif{NARROW}: {file.reason}"] if file.reason else []
        lines += [f"Mot à la famille{NARROW}: «\xa0{file.note}\xa0»"] if file.note else []
        self._told.setText("\n".join(lines))
        self.setProperty("state", STATUS_STATES[row.status].value)
        repolish(self)


class RequestPanel(QStackedWidget):
    """The file of the request chosen, or why there is none."""

    accept_asked = Signal()
    refuse_asked = Signal()
    family_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._open: OpenRequest | None = None
        self.items, self.detail, self.answer = ItemsView(), ItemDetail(), Answer()
        self.accept: QPushButton = primary_button("Accepter (A)", self.accept_asked.emit, "check")
        self.refuse = button("Refuser (R)", self.refuse_asked.emit, icon="cross", look="danger")
        self.family = button("Dossier de la &famille", self.family_asked.emit, icon="families")
        self._title, self._pill, self._who, self._when = heading(""), StatePill(), PlainLabel(), hint()
        self._title.setWordWrap(True)
        self._who.setWordWrap(True)
        self._look_only = hint()
        self._besides: dict[RequestKind, Besides] = {
            kind: way.besides() for kind, way in WAYS.items() if way.besides is not None
        }
        self._blank = Blank("check")
        self.addWidget(self._blank)
        self.addWidget(self._laid_out())
        self.items.row_chosen.connect(self._explain)
        self.items.items.ticked_changed.connect(self._name_button)

    @property
    def file(self) -> RequestFile | None:
        """The file shown."""
        return None if self._open is None else self._open.file

    def show_nothing(self, sentence: str) -> None:
        """Say why no request is shown."""
        self._open = None
        self._blank.say(sentence)
        self.setCurrentIndex(0)

    def show_file(self, opened: OpenRequest, now: datetime, *, decidable: bool, look_only: str) -> None:
        """Show a request; the boxes keep their ticks while it stays the same one."""
        file, row = opened.file, opened.file.row
        anew = self.file is None or self.file.row.id != row.id
        self._open = opened
        self._title.setText(row.title)
        age, state = age_of(row.received_at, now)
        waits = row.status is RequestStatus.WAITING
        late = waits and state is State.LATE
        self._pill.show_state(age if late else STATUS_WORDS[row.status], state if late else STATUS_STATES[row.status])
        contact = f" — {file.email}" if file.email else ""
        self._who.setText(f"{row.guardian}, famille {row.family} (n°\xa0{row.number}){contact}")
        self._when.setText(f"Reçue sur le portail le {instant_text(row.received_at)}, heure de Paris.")
        self.answer.show_answer(file)
        self.items.show_items(file, decidable=decidable, anew=anew)
        self.items.setVisible(len(file.items) > 1)
        for kind, besides in self._besides.items():
            besides.setVisible(kind is row.kind)
            if kind is row.kind:
                besides.show_request(file, opened.known)
        self._explain(self.items.chosen())
        for shown in (self.accept, self.refuse):
            shown.setVisible(decidable)
        self._look_only.setText(look_only)
        self._look_only.setVisible(bool(look_only))
        self._name_button()
        self.setCurrentIndex(1)

    def ticked(self) -> frozenset[str] | None:
        """Give the items to accept; None when it is all that waits."""
        waiting, ticked = self.items.items.waiting(), self.items.items.ticked()
        if self.file is not None and HANDLERS[self.file.row.kind].whole:  # all or nothing
            return frozenset() if any(item.blocked for item in waiting) else None
        return None if len(ticked) == len(waiting) else frozenset(item.key for item in ticked)

    def _explain(self, item: ItemRow | None) -> None:
        if self._open is not None and item is not None:
            self.detail.show_item(item, self._open.file.row, self._open.stakes.get(item.key))

    def _name_button(self) -> None:
        """Say on the button what it accepts."""
        if self.file is None:
            return
        ticked = self.ticked()
        one = WAYS[self.file.row.kind].one
        whole = HANDLERS[self.file.row.kind].whole
        text = "Accepter (A)" if ticked is None or whole else f"Accepter {_ticked_words(len(ticked), one)} (A)"
        self.accept.setText(text)
        self.accept.setEnabled(ticked != frozenset())

    def _laid_out(self) -> QWidget:
        sheet = QWidget()
        inner = QVBoxLayout(sheet)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(em(0.6))
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignTop)
        inner.addLayout(top)
        for widget in (self._who, self._when, self.answer, self.items, *self._besides.values(), self.detail):
            inner.addWidget(widget)
        inner.addStretch(1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(em(0.5), 0, 0, 0)
        column.setSpacing(em(0.6))
        column.addWidget(scrolling(sheet), 1)
        column.addWidget(self._look_only)
        column.addWidget(row_of(self.family, self.refuse, self.accept, stretch_after=0))
        return whole


def _decided_by(row: RequestRow) -> str:
    if row.status is RequestStatus.WITHDRAWN:
        return ""  # its words say by whom
    return ", par le règlement, sans intervention" if row.decided_by == AUTOMATIC else f" par {row.decided_by}"


def _ticked_words(count: int, one: str) -> str:
    if count == 0:
        return f"(aucun {one} coché)"
    return f"le {one} coché" if count == 1 else f"les {plural(count, one)} cochés"
