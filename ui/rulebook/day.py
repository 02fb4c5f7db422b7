"""One day of the bench, explained: its price, its limits, and what becomes of a request."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from backoffice.rulebook.bench import BenchDay, BenchLimit
from backoffice.rulebook.file.wording import money
from backoffice.rulebook.file.words import Operation, Per
from backoffice.rulebook.tariffs.presence import clock
from backoffice.rulebook.values import PriceLine, Quote
from resources.french import NARROW, capital, euros, instant_text, long_date, number
from ui.common.label import PlainLabel
from ui.common.parts import Card, StatePill, heading, hint, line, scrolling
from ui.rulebook.words import told, units_text, until_text
from ui.shell.theme import State, em

WORDS = {Operation.BOOK: "Réserver", Operation.CANCEL: "Annuler"}
SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


class DayPane(Card):
    """Tells everything of a day, in the order that a family asks it: how much, until when, and now?"""

    def __init__(self) -> None:
        super().__init__()
        self.named = heading("", 3)
        self.named.setWordWrap(True)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, em(0.4), 0)
        self._column.setSpacing(em(0.4))
        self._inside = QWidget()
        self._inside.setLayout(self._column)
        self.area = scrolling(self._inside)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setAccessibleName("Explication du jour")
        self.column.addWidget(self.named)
        self.column.addWidget(self.area, 1)

    def show_day(self, day: BenchDay | None, moment: datetime | None, package: Quote | None = None) -> None:
        """Explain a day, as if a request came at that moment; none: now."""
        self._clear()
        self.named.setText(capital(long_date(day.day)) if day else "")
        if day is not None:
            self._fill(day, moment, package)
        self._column.addStretch(1)
        self.area.verticalScrollBar().setValue(0)
        self.area.setAccessibleDescription(self.text())

    def text(self) -> str:
        """Read all that is written."""
        return "\n".join(label.text() for label in self._inside.findChildren(QLabel) if label.text())

    def _fill(self, day: BenchDay, moment: datetime | None, package: Quote | None) -> None:
        if day.closed:
            self._column.addWidget(StatePill("Fermé ce jour", State.NEUTRAL))
            self._column.addWidget(_words(f"{day.closed}."))
        else:
            self._price(day, package)
            for operation in Operation:
                self._limits([limit for limit in day.limits if limit.operation is operation], moment)
        if package is not None:
            self._column.addWidget(line())
            self._column.addWidget(_title(f"Forfait du mois{NARROW}: {euros(package.cents)}"))
            self._lines(package.lines)

    def _price(self, day: BenchDay, package: Quote | None) -> None:
        if day.quote is None:
            self._column.addWidget(_title("Pas de prix"))
            self._column.addWidget(_words(day.refusal))
            return
        packaged = package is not None and not day.quote.lines
        self._column.addWidget(
            _title(f"Prix{NARROW}: {'compris dans le forfait du mois' if packaged else euros(day.quote.cents)}")
        )
        self._lines(day.quote.lines)

    def _lines(self, lines: Sequence[PriceLine]) -> None:
        for priced in lines:
            if len(lines) > 1 or priced.quantity != 1:
                self._column.addWidget(_words(_line_text(priced)))
            self._column.addWidget(_steps(priced.steps))

    def _limits(self, limits: Sequence[BenchLimit], moment: datetime | None) -> None:
        for limit in limits:
            self._column.addWidget(line())
            units = f" ({units_text(limit).lower()})" if len(limits) > 1 else ""
            self._column.addWidget(_title(f"{WORDS[limit.operation]}{units}{NARROW}: {_after(until_text(limit))}"))
            when = f"le {instant_text(moment)}" if moment else "maintenant"
            self._column.addWidget(hint(f"Si la demande arrivait {when}{NARROW}:"))
            words = told(limit)
            self._column.addWidget(StatePill(words.sentence, words.state))
            self._column.addWidget(_steps(limit.limit.steps))

    def _clear(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()


def _title(text: str) -> QLabel:
    label = heading(text, 3)
    label.setWordWrap(True)
    return label


def _words(text: str) -> QLabel:
    label = PlainLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(SELECTABLE)
    return label


def _steps(steps: Sequence[str]) -> QLabel:
    """Write the steps one under the other, numbered, ready to be copied into a letter."""
    label = hint("\n".join(f"{rank}.\xa0{step}" for rank, step in enumerate(steps, start=1)))
    label.setTextInteractionFlags(SELECTABLE)
    return label


def _line_text(priced: PriceLine) -> str:
    """Write a line as an invoice does: Matin : 2 × 1,45 € = 2,90 €; hours as a clock tells them."""
    hourly = priced.per is Per.HOUR
    count = clock(round(priced.quantity * 60)) if hourly else number(priced.quantity)
    price = f"{money(priced.unit_price)} l'heure" if hourly else money(priced.unit_price)
    return f"{priced.title}{NARROW}: {count} × {price} = {euros(priced.amount_cents)}"


def _after(text: str) -> str:
    return text.partition(" ")[2]
