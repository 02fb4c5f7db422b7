"""The household: a card for each guardian and each child."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from backoffice.families.file import ChildRow, FamilyFile, FieldRow, GuardianRow, HealthRow, PickupRow
from backoffice.families.lists import ACCOUNT_WORDS, AccountState
from models.vocabulary import Diet
from resources.french import NARROW, instant_text, of_name, plural
from ui.common.parts import Card, StatePill, button, heading, hint
from ui.families.agreements import AgreementActs
from ui.families.around import AroundList, AskAround, pickup_words
from ui.families.income import AskIncome, IncomeCard
from ui.families.payers import AskDetach, AskPayers, PayersCard
from ui.families.table import ACCOUNT_STATES, DIET_WORDS
from ui.families.words import Mark, sentence
from ui.shell.theme import State, em

LABEL_EM, NARROWEST_EM, TWO_COLUMNS_EM = 6.7, 20, 38
NOT_SHOWN = {"last_name", "first_name", "leaves_alone", "diet"}  # in the title, or among the marks
INVITE_WORDS = {
    AccountState.NONE: "Inviter au portail",
    AccountState.INVITED: "Renvoyer l'invitation",
    AccountState.OPEN: "Envoyer un nouveau lien",
}
Edit = Callable[[GuardianRow | ChildRow], object]
Invite = Callable[[GuardianRow], object]
Around = Callable[[int, ChildRow, PickupRow | None], object]  # the household, its child, and who


@dataclass(frozen=True, slots=True)
class Acts:
    """What the buttons of a file do; none is shown to who may only look."""

    may_edit: bool
    edit: Edit
    invite: Invite
    payers: AskPayers
    income: AskIncome
    attach: AskPayers
    detach: AskDetach
    around: Around
    agreements: AgreementActs | None = None


class Household(QWidget):
    """Guardians and income on the left, children and who pays for them on the right."""

    def __init__(self, file: FamilyFile, acts: Acts, more: Sequence[QWidget] = ()) -> None:
        super().__init__()
        self.setProperty("family", file.id)
        left: list[QWidget] = [
            GuardianCard(row, may_edit=acts.may_edit, edit=acts.edit, invite=acts.invite) for row in file.guardians
        ]
        left.append(IncomeCard(file, may_edit=acts.may_edit, ask=acts.income))
        right: list[QWidget] = []
        for child in file.children:
            right.append(
                ChildCard(child, may_edit=acts.may_edit, edit=acts.edit, around=partial(acts.around, file.id, child))
            )
            if paid := [row for row in file.payers if row.child_id == child.id]:
                right.append(
                    PayersCard(paid, may_edit=acts.may_edit, ask=acts.payers, attach=acts.attach, detach=acts.detach)
                )
        if not right:
            right.append(hint("Aucun enfant n'est rattaché à ce foyer."))
        right += more
        row = self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(0, em(0.6), 0, em(0.4))
        row.setSpacing(em(0.8))
        for widgets in (left, right):
            column = QVBoxLayout()
            column.setSpacing(em(0.7))
            for widget in widgets:
                column.addWidget(widget)
            column.addStretch(1)
            row.addLayout(column, 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(em(NARROWEST_EM), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        wide = self.width() >= em(TWO_COLUMNS_EM)
        self._columns.setDirection(directions.LeftToRight if wide else directions.TopToBottom)


class GuardianCard(Card):
    """How to reach a guardian, and whether the portal is open to her."""

    def __init__(self, row: GuardianRow, *, may_edit: bool, edit: Edit, invite: Invite) -> None:
        super().__init__()
        self.row = row
        pill = StatePill(ACCOUNT_WORDS[row.account], ACCOUNT_STATES[row.account])
        self.column.addWidget(_top(row.name, "Reçoit les factures" if row.is_payer else "", [pill]))
        self.column.addWidget(_facts(row.fields))
        if row.account is AccountState.INVITED and row.link_until is not None:
            self.column.addWidget(hint(f"Lien d'invitation valable jusqu'au {instant_text(row.link_until)}."))
        if may_edit:
            self.edit = button("Modifier", lambda: edit(row), icon="edit")
            self.edit.setAccessibleName(f"Modifier la fiche {of_name(row.name)}")
            self.invite = button(INVITE_WORDS[row.account], lambda: invite(row), icon="mail")
            self.invite.setAccessibleName(f"{INVITE_WORDS[row.account]}, {row.name}")
            self.invite.setEnabled(bool(row.email))
            self.column.addWidget(_buttons(self.edit, self.invite))
            if not row.email:
                self.column.addWidget(hint("Sans adresse e-mail, pas d'accès au portail."))


class ChildCard(Card):
    """A child's class, diet, health for those who care for it, and who may collect it."""

    def __init__(self, row: ChildRow, *, may_edit: bool, edit: Edit, around: AskAround) -> None:
        super().__init__()
        self.row = row
        place = ", ".join(part for part in (row.class_name, row.school) if part)
        about = " — ".join(part for part in (f"{plural(row.age, 'an')}", place) if part)
        self.column.addWidget(_top(row.name, about, []))
        marks = list(_marks(row))
        if marks:
            self.column.addWidget(_pills(marks))
        if row.health is not None and row.health.needs:
            self.column.addWidget(sentence(f"Besoins{NARROW}: {row.health.needs}"))
        elif row.has_health and row.health is None:
            self.column.addWidget(hint("Des consignes de santé existent. Votre rôle ne permet pas de les lire."))
        self.column.addWidget(_facts(row.fields))
        if may_edit:
            self.column.addWidget(AroundList(row.pickup, around))
            self.add = button("Ajouter une personne", lambda: around(None), icon="add")
            self.add.setAccessibleName(f"Ajouter une personne pour {row.name}")
            self.add.setToolTip("À prévenir, autorisée à venir chercher l'enfant, ou qui ne doit pas venir")
            self.edit = button("Modifier", lambda: edit(row), icon="edit")
            self.edit.setAccessibleName(f"Modifier la fiche {of_name(row.name)}")
            self.column.addWidget(_buttons(self.edit, self.add))
        else:
            for words in pickup_words(row.pickup):
                self.column.addWidget(sentence(words))


def _marks(row: ChildRow) -> Iterable[StatePill]:
    if row.health is not None:
        yield from _health(row.health)
    if row.diet is not Diet.NONE:
        yield Mark(DIET_WORDS[row.diet], State.INFO, "diet")
    if row.leaves_alone:
        yield Mark("Part seul", State.NEUTRAL, "leaves")


def _health(health: HealthRow) -> Iterable[StatePill]:
    if health.pai:
        yield Mark("PAI", State.REFUSED, "health")
    for allergy in health.allergies:
        yield Mark(f"Allergie{NARROW}: {allergy}", State.LATE, "warning")


def _top(name: str, about: str, pills: list[StatePill]) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    words = QVBoxLayout()
    words.setSpacing(0)
    title = heading(name, level=3)
    title.setWordWrap(True)
    words.addWidget(title)
    if about:
        words.addWidget(hint(about))
    row.addLayout(words, 1)
    for pill in pills:
        row.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
    return box


def _facts(fields: tuple[FieldRow, ...]) -> QWidget:
    """Write each field beside its name, and under it what the family wishes."""
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(em(0.8))
    grid.setVerticalSpacing(em(0.15))
    grid.setColumnStretch(1, 1)
    for line, (label, value, waiting) in enumerate(_lines(fields)):
        name = hint(label)
        name.setFixedWidth(em(LABEL_EM))
        shown = sentence(value or "—")
        grid.addWidget(name, 2 * line, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(shown, 2 * line, 1)
        if waiting:
            grid.addWidget(StatePill(f"Souhaite{NARROW}: {waiting}", State.WAITING), 2 * line + 1, 1)
    return box


def _lines(fields: tuple[FieldRow, ...]) -> Iterable[tuple[str, str, str | None]]:
    """Give label, value and wish of each field; the address is one line."""
    known = {field.name: field for field in fields}
    for field in fields:
        if field.name == "street":
            town = " ".join(known[name].value for name in ("postal_code", "city") if name in known)
            wishes = [
                wish
                for name in ("street", "postal_code", "city")
                if name in known and (wish := known[name].waiting) is not None
            ]
            yield field.label, f"{field.value}\n{town}".strip(), ", ".join(wishes) or None
        elif field.name not in NOT_SHOWN | {"postal_code", "city"}:
            yield field.label, field.value, field.waiting


def _pills(pills: Iterable[StatePill]) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(em(0.4))
    for pill in pills:
        row.addWidget(pill)
    row.addStretch(1)
    return box


def _buttons(*made: QWidget) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, em(0.2), 0, 0)
    row.setSpacing(em(0.5))
    for one in made:
        row.addWidget(one)
    row.addStretch(1)
    return box
