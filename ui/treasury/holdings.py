"""Where the régie's money is, at a glance, and what exceeds its act."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from backoffice.payments.means import MEANS_WORDS
from backoffice.treasury.balance import Balance
from resources.french import euros, plural
from ui.common.parts import FigureCard, Notice
from ui.shell.theme import State, em


class HoldingCard(FigureCard):
    """One place, and what is there."""

    def show_sum(self, cents: int, about: str = "", tip: str = "") -> None:
        """Write it."""
        self.show_figure(about, cents)
        self.setToolTip(tip)
        self.setAccessibleName(f"{self.counted.text()}\u202f: {euros(cents)}")


class Holdings(QWidget):
    """The till, the values in hand, the account, and all that is still to be paid over."""

    def __init__(self) -> None:
        super().__init__()
        self.till, self.values = HoldingCard("Espèces en caisse"), HoldingCard("Valeurs en main")
        self.account, self.kept = HoldingCard("Compte de la régie"), HoldingCard("Reste à verser")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(em(0.6))
        for card in (self.till, self.values, self.account, self.kept):
            row.addWidget(card, 1)

    def show_balance(self, found: Balance, cash_ceiling: int | None, ceiling: int | None) -> None:
        """Write them, beside what the régie's act allows; amounts in cents."""
        count = sum(held.count for held in found.values)
        by_means = "\n".join(
            f"{MEANS_WORDS[held.means]}\u202f: {plural(held.count, 'paiement')}, {euros(held.cents)}"
            for held in found.values
        )
        self.till.show_sum(found.till_cents, _allowed(cash_ceiling))
        self.values.show_sum(found.values_cents, plural(count, "paiement") if count else "", by_means)
        self.account.show_sum(found.account_cents)
        self.kept.show_sum(found.kept_cents, _allowed(ceiling) or "en tout")


def _allowed(ceiling: int | None) -> str:
    return f"plafond {euros(ceiling)}" if ceiling is not None else ""


class Warnings(QWidget):
    """What exceeds the régie's act, each with what to do."""

    def __init__(self) -> None:
        super().__init__()
        self.sentences: tuple[str, ...] = ()
        self._notice: Notice | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_sentences(self, sentences: Sequence[str]) -> None:
        """Show these, and nothing of before."""
        self.sentences = tuple(sentences)
        if self._notice is not None:
            self._notice.deleteLater()
            self._notice = None
        if sentences:
            self._notice = Notice(list(sentences), State.LATE)
            self._column.addWidget(self._notice)
        self.setVisible(bool(sentences))
