"""How requests and what they ask are written in lists, words beside every colour."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Qt, Signal

from backoffice.requests.kinds import HANDLERS, KIND_WORDS
from backoffice.requests.kinds.kind import ItemRow
from backoffice.requests.lists import RequestRow
from backoffice.requests.words import AUTOMATIC, STATUS_WORDS, VERDICT_WORDS
from models.vocabulary import RequestKind, RequestStatus, Verdict
from resources.french import NARROW, clock_text, in_paris, plural, short_instant
from ui.common.cards import Face
from ui.common.table import Column, Index, RowTable
from ui.requests.kinds import WAYS
from ui.shell.theme import State

LATE_AFTER = timedelta(days=5)
STATUS_STATES = {
    RequestStatus.WAITING: State.WAITING,
    RequestStatus.ACCEPTED: State.ACCEPTED,
    RequestStatus.PARTLY: State.INFO,
    RequestStatus.REFUSED: State.REFUSED,
    RequestStatus.LISTED: State.INFO,
    RequestStatus.WITHDRAWN: State.NEUTRAL,
}
VERDICT_STATES = {
    Verdict.WAITING: State.WAITING,
    Verdict.ACCEPTED: State.ACCEPTED,
    Verdict.REFUSED: State.REFUSED,
    Verdict.LISTED: State.INFO,
    Verdict.WITHDRAWN: State.NEUTRAL,
}
BLANK = "(vide)"


def age_of(received_at: datetime, now: datetime) -> tuple[str, State]:
    """Say since when a request waits, and whether that is too long."""
    days = (in_paris(now).date() - in_paris(received_at).date()).days
    if now - received_at >= LATE_AFTER:
        return f"En retard, {plural(days, 'jour')}", State.LATE
    if days <= 0:
        return f"à {clock_text(in_paris(received_at).time())}", State.NEUTRAL
    return ("hier" if days == 1 else f"{days} jours"), State.NEUTRAL


def waiting_face(row: RequestRow, now: datetime) -> Face:
    """Show a request that waits."""
    mark, state = age_of(row.received_at, now)
    return Face(row.family, row.title, WAYS[row.kind].icon, mark, state)


def decided_face(row: RequestRow) -> Face:
    """Show a request that has its answer."""
    when = f"{in_paris(row.decided_at):%d/%m} " if row.decided_at else ""
    by = "Automatique" if row.decided_by == AUTOMATIC else row.decided_by or ""
    by = "" if row.status is RequestStatus.WITHDRAWN else by
    detail = " — ".join(filter(None, (f"{when}{by}".strip(), row.title)))
    return Face(row.family, detail, WAYS[row.kind].icon, STATUS_WORDS[row.status], STATUS_STATES[row.status])


def _spoken(row: RequestRow) -> str:
    received = f"reçue le {short_instant(row.received_at)}"
    return f"{row.title}, famille {row.family}, {row.guardian}, {received}, {STATUS_WORDS[row.status]}. {row.summary}"


REQUEST_COLUMNS: tuple[Column[RequestRow], ...] = (
    Column("Demande", lambda row: row.title, spoken=_spoken, tip=lambda row: row.summary, stretch=True),
)


def finding_of(item: ItemRow, received_at: datetime) -> tuple[str, State]:
    """Say in two or three words what an agent must know of a field or a cell before deciding."""
    if item.verdict is not Verdict.WAITING:
        return VERDICT_WORDS[item.verdict].capitalize(), VERDICT_STATES[item.verdict]
    in_time = item.limit_at is not None and received_at < item.limit_at
    findings = (
        (bool(item.blocked), "Impossible", State.REFUSED),
        (item.stale, "Modifié depuis", State.LATE),
        (item.now == item.wished, "Déjà ainsi", State.NEUTRAL),
        (item.full, "Complet", State.LATE),
        (item.limit_at is None, "Nouvelle valeur", State.INFO),
        (in_time, "Dans le délai", State.ACCEPTED),
        (True, "Hors délai", State.LATE),
    )
    return next((words, state) for found, words, state in findings if found)


def compares(item: ItemRow, row: RequestRow) -> bool:
    """Tell whether there is something to compare: of somebody or something new, there is not."""
    return bool(item.then or item.now) or not HANDLERS[row.kind].whole


def shown(value: str) -> str:
    """Write a value, and say so when there is none."""
    return value or BLANK


def breakable(value: str) -> str:
    """Let a long e-mail address go to the next line after its @ and its dots."""
    return value.replace("@", "@\u200b").replace(".", ".\u200b") if "@" in value else value


def short_text(item: ItemRow, row: RequestRow) -> str:
    """Name a field or a cell without the person, whom the request's title names."""
    if row.kind is RequestKind.BOOKINGS:
        return item.text.rpartition(", ")[0] or item.text
    if row.kind is not RequestKind.FIELDS:
        return item.text
    whose = row.title.removeprefix(KIND_WORDS[row.kind]).partition(NARROW)[0]
    return item.text.removesuffix(whose)


def item_columns(
    text: Callable[[ItemRow], str], finding: Callable[[ItemRow], tuple[str, State]]
) -> tuple[Column[ItemRow], ...]:
    """Give the columns that compare then, now and wished, and say in words what differs."""
    return (
        Column("Demande", text, spoken=lambda item: item.text, stretch=True),
        Column("Avant", lambda item: shown(item.then)),
        Column("Aujourd'hui", lambda item: shown(item.now), icon=lambda item: "warning" if item.stale else None),
        Column("Souhaité", lambda item: shown(item.wished)),
        Column("Constat", lambda item: finding(item)[0], state=lambda item: finding(item)[1]),
    )


class ItemTable(RowTable[ItemRow]):
    """The fields or cells of one request, each with a box to tick while it waits."""

    ticked_changed = Signal()

    def __init__(self, columns: Sequence[Column[ItemRow]], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._unticked: set[str] = set()
        self._may_tick = False

    def renew(self, *, may_tick: bool, anew: bool) -> None:
        """Get ready for a request's items; `anew` ticks them all again."""
        self._may_tick = may_tick
        if anew:
            self._unticked.clear()

    def waiting(self) -> list[ItemRow]:
        """Give the items still to decide."""
        return [item for item in self.rows if item.verdict is Verdict.WAITING]

    def ticked(self) -> list[ItemRow]:
        """Give those that would be accepted: all that can be, but the ones that the agent unticked."""
        return [item for item in self.waiting() if not item.blocked and item.key not in self._unticked]

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if self._has_box(index) else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.CheckStateRole:
            if not self._has_box(index):
                return None
            ticked = self.row_at(index).key not in self._unticked
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not self._has_box(index):
            return False
        key = self.row_at(index).key
        if Qt.CheckState(value) is Qt.CheckState.Checked:
            self._unticked.discard(key)
        else:
            self._unticked.add(key)
        self.dataChanged.emit(index, index, [role])
        self.ticked_changed.emit()
        return True

    def _has_box(self, index: Index) -> bool:
        item = self.row_at(index)
        return self._may_tick and index.column() == 0 and item.verdict is Verdict.WAITING and not item.blocked
