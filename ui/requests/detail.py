"""One field or cell of a request: then, now and wished side by side, then why, and each step on demand."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from backoffice.requests.kinds.kind import ItemRow
from backoffice.requests.lists import RequestRow
from backoffice.requests.stakes import Stake
from backoffice.requests.words import VERDICT_WORDS
from models.vocabulary import Verdict
from resources.french import NARROW, capital, euros, listed, plural, until_text
from ui.common.label import PlainLabel
from ui.common.parts import Card, StatePill, button, heading, hint, repolish
from ui.requests.table import VERDICT_STATES, breakable, compares, finding_of, shown
from ui.shell.theme import State, em


class Value(QFrame):
    """One of the three values: when it was so, what it is, and in words whether it differs."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self._caption, self._value, self._note = hint(caption), heading("", level=3), hint()
        self._value.setWordWrap(True)
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(em(0.7), em(0.5), em(0.7), em(0.5))
        column.setSpacing(em(0.15))
        for label in (self._caption, self._value, self._note):
            column.addWidget(label)
        column.addStretch(1)

    def show_value(self, value: str, note: str, state: State) -> None:
        """Show the value in the colours of what it means."""
        self._value.setText(breakable(shown(value)))
        self._note.setText(note)
        self.setProperty("state", state.value)
        repolish(self)


class ItemDetail(Card):
    """The comparison that the decision rests on."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._pill = heading("", level=3), StatePill()
        self._title.setWordWrap(True)
        self._then, self._now, self._wished = Value("Vu par la famille"), Value("Aujourd'hui"), Value("Souhaité")
        self._facts, self._steps = PlainLabel(), hint()
        self._facts.setWordWrap(True)
        self.explain = button("&Explication", icon="help", look="quiet")
        self.explain.setCheckable(True)
        self.explain.toggled.connect(self._unfold)
        top, values, bottom = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignTop)
        values.setSpacing(em(0.5))
        for value in (self._then, self._now, self._wished):
            values.addWidget(value, 1)
        bottom.addWidget(self.explain)
        bottom.addStretch(1)
        self.column.addLayout(top)
        self.column.addLayout(values)
        self.column.addWidget(self._facts)
        self.column.addLayout(bottom)
        self.column.addWidget(self._steps)

    def show_item(self, item: ItemRow, row: RequestRow, stake: Stake | None) -> None:
        """Compare and explain this one."""
        received_at = row.received_at
        words, state = finding_of(item, received_at)
        for value in (self._then, self._now):
            value.setVisible(compares(item, row))
        self._title.setText(capital(item.text))
        self._pill.show_state(words, state)
        self._show_values(item, new=not compares(item, row))
        self._facts.setText("\n".join(facts_of(item, received_at, stake)))
        steps = [*item.steps, *(stake.price.steps if stake and stake.price else ())]
        self._steps.setText("\n".join(f"{rank}. {step}" for rank, step in enumerate(steps, start=1)))
        self.explain.setVisible(bool(steps))
        self._unfold(self.explain.isChecked())

    def _show_values(self, item: ItemRow, *, new: bool) -> None:
        waits = item.verdict is Verdict.WAITING
        self._then.show_value(item.then, "au moment de la demande", State.NEUTRAL)
        if item.stale:
            self._now.show_value(item.now, "modifié depuis la demande", State.LATE)
        else:
            self._now.show_value(item.now, "inchangé" if item.now == item.then else "", State.NEUTRAL)
        if not waits:
            self._wished.show_value(item.wished, VERDICT_WORDS[item.verdict], VERDICT_STATES[item.verdict])
        elif item.now == item.wished:
            self._wished.show_value(item.wished, "déjà ainsi", State.NEUTRAL)
        else:
            self._wished.show_value(item.wished, "" if new else "différent", State.INFO)

    def _unfold(self, opened: bool) -> None:  # noqa: FBT001  a signal's value
        self._steps.setVisible(opened and bool(self._steps.text()))


def facts_of(item: ItemRow, received_at: datetime, stake: Stake | None) -> list[str]:
    """List what an agent weighs: why it waits, the limit and its side, the price, the places."""
    why = "" if item.verdict is Verdict.WITHDRAWN else item.why  # it speaks to the family
    facts = [item.blocked or why]
    if item.limit_at is not None:
        side = "demande reçue à temps" if received_at < item.limit_at else "demande reçue trop tard"
        facts.append(f"Limite{NARROW}: {until_text(item.limit_at)} — {side}.")
    if item.rule:
        facts.append(f"Règle{NARROW}: {item.rule}.")
    if stake is not None:
        facts.append(f"{_priced(stake)}{_places(stake)}.")
    if item.verdict is Verdict.WAITING and item.decide_by is not None:
        facts.append(f"La régie peut décider jusqu'au {until_text(item.decide_by)}.")
    if item.needs_proof:
        facts.append("Accepter écrit une absence justifiée, avec le justificatif que vous notez.")
    return [fact for fact in facts if fact]


def _priced(stake: Stake) -> str:
    if stake.price is None:
        return ""
    return f"Prix{NARROW}: {euros(stake.price.cents)} ({listed(line.label for line in stake.price.lines)}). "


def _places(stake: Stake) -> str:
    if stake.places <= 0:
        return f"Groupe complet ({plural(stake.capacity, 'place')})"
    return f"{plural(stake.places, 'place libre', 'places libres')} sur {stake.capacity}"
