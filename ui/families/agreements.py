"""What is agreed beforehand for the children of a household: a card in its file."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from backoffice.agreements.lists import Agreements, AidGrantRow, ContractRow
from backoffice.rulebook.tariffs.presence import clock
from resources.french import NARROW, euros, number, of_name, plural, short_date
from ui.common.parts import Card, button, hint, row_of
from ui.families.words import beside, sentence


@dataclass(frozen=True, slots=True)
class AgreementActs:
    """What the buttons of the card do."""

    sign: Callable[[Agreements], object]
    end: Callable[[ContractRow], object]
    grant: Callable[[Agreements], object]
    change: Callable[[Agreements, AidGrantRow], object]


class AgreementsCard(Card):
    """Contracts with the hours that the rules find, aids with what is left of them, and the way to change them."""

    def __init__(self, agreed: Agreements, *, acts: AgreementActs | None) -> None:
        super().__init__("Contrats et aides")
        self.ends: dict[int, QPushButton] = {}
        self.changes: dict[int, QPushButton] = {}
        for contract in agreed.contracts:
            self._show(contract_words(contract), self._end(contract, acts))
            self.column.addWidget(hint(contract_dates(contract)))
        for aid in agreed.aids:
            self._show(aid_words(aid), self._change(agreed, aid, acts))
            self.column.addWidget(hint(aid_balance(aid)))
        if not agreed.contracts and not agreed.aids:
            self.column.addWidget(hint("Aucun contrat, aucune aide."))
        if acts is not None:
            self._add_buttons(agreed, acts)

    def _add_buttons(self, agreed: Agreements, acts: AgreementActs) -> None:
        self.sign = button("Signer un contrat", partial(acts.sign, agreed), icon="edit")
        self.sign.setVisible(bool(agreed.courses))
        self.grant = button("Accorder une aide", partial(acts.grant, agreed), icon="add")
        self.grant.setVisible(bool(agreed.known_aids and agreed.children))
        self.column.addWidget(row_of(self.sign, self.grant, stretch_after=1))

    def _end(self, row: ContractRow, acts: AgreementActs | None) -> QPushButton | None:
        if acts is None or row.over:
            return None
        made = self.ends[row.id] = button("Terminer", partial(acts.end, row), icon="edit")
        made.setAccessibleName(f"Terminer le contrat {of_name(row.child)}, {row.activity}")
        return made

    def _change(self, agreed: Agreements, row: AidGrantRow, acts: AgreementActs | None) -> QPushButton | None:
        if acts is None:
            return None
        made = self.changes[row.id] = button("Modifier", partial(acts.change, agreed, row), icon="edit")
        made.setAccessibleName(f"Modifier l'aide {of_name(row.child)}, {row.title}")
        return made

    def _show(self, words: str, made: QPushButton | None) -> None:
        told = sentence(words)
        self.column.addWidget(told if made is None else beside(told, made))


def agreement_cards(agreed: Agreements | None, acts: AgreementActs | None) -> list[QWidget]:
    """Give the card, unless nothing is agreed and nothing may be."""
    if agreed is None or not (agreed.contracts or agreed.aids or agreed.courses or agreed.known_aids):
        return []
    return [AgreementsCard(agreed, acts=acts)]


def contract_words(row: ContractRow) -> str:
    """Say what was agreed, and the hours of a month."""
    weeks = number(Decimal(row.weeks_hundredths).scaleb(-2))
    told = f"{clock(row.minutes_a_week)} par semaine, {weeks} semaines sur {plural(row.months, 'mois', 'mois')}"
    month = "" if row.monthly_minutes is None else f", soit {clock(row.monthly_minutes)} par mois"
    return f"{row.child}, {row.activity}{NARROW}: {told}{month}"


def contract_dates(row: ContractRow) -> str:
    """Say from when to when, and whether it was ended before."""
    dates = f"Du {short_date(row.starts)} au {short_date(row.ends)}"
    return f"{dates}, terminé avant le {short_date(row.agreed_ends)} prévu" if row.ended else dates


def aid_words(row: AidGrantRow) -> str:
    """Say whose aid it is, and who pays it."""
    who = f" ({row.organisation})" if row.organisation else ""
    reference = f", n°\xa0{row.reference}" if row.reference else ""
    return f"{row.child}{NARROW}: {row.title}{who}{reference}"


def aid_balance(row: AidGrantRow) -> str:
    """Say what is left of an aid, until when."""
    dates = f"du {short_date(row.starts)} au {short_date(row.ends)}"
    if row.amount_cents is None or row.left_cents is None:
        return f"Sans limite de montant, {dates}{NARROW}; {euros(row.used_cents)} déduits"
    used = f"{euros(row.used_cents)} déduits"
    return f"{euros(row.amount_cents)} {dates}{NARROW}; {used}, reste {euros(row.left_cents)}"
