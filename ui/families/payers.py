"""Who pays for each child, service by service: a card in the file, and the dialog that agrees it."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtWidgets import QPushButton, QSpinBox, QWidget

from backoffice.families.payer_rules import WAY_WORDS, WEEK_WORDS, Household, Part, Way, faults_of, way_of
from backoffice.families.payers import PayerRow, PeriodRow
from models.vocabulary import CustodyWeeks
from resources.french import NARROW, of_name, short_date
from ui.common.dialogs import FormDialog
from ui.common.forms import choice_field, number_field
from ui.common.parts import Card, button, hint, row_of
from ui.families.until import Until
from ui.families.words import beside, sentence

AskPayers = Callable[[PayerRow], object]
AskDetach = Callable[[PayerRow, Household], object]


class PayersCard(Card):
    """Who pays for a child: a line a service, and the way to change it."""

    def __init__(
        self, rows: Sequence[PayerRow], *, may_edit: bool, ask: AskPayers, attach: AskPayers, detach: AskDetach
    ) -> None:
        super().__init__(f"Payeurs {of_name(rows[0].child)}")
        self.edits: dict[str, QPushButton] = {}
        for row in rows:
            told = sentence(f"{row.service}{NARROW}: {now_words(row)}")
            if may_edit and (len(row.households) > 1 or row.periods):
                self.edits[row.service] = edit = button("Modifier", partial(ask, row), icon="edit")
                edit.setAccessibleName(f"Modifier les payeurs {of_name(row.child)}, {row.service}")
                self.column.addWidget(beside(told, edit))
            else:
                self.column.addWidget(told)
            for period in row.periods:
                if period.coming:
                    self.column.addWidget(hint(f"À partir du {short_date(period.starts)}{NARROW}: {period.words}."))
        if may_edit:
            self.attach = button("Rattacher à un autre foyer", partial(attach, rows[0]), icon="add")
            self.attach.setAccessibleName(f"Rattacher {rows[0].child} à un autre foyer")
            self.detach = [self._detach(rows[0], one, detach) for one in _idle(rows)]
            for one in (self.attach, *self.detach):
                self.column.addWidget(row_of(one, stretch_after=0))

    @staticmethod
    def _detach(row: PayerRow, household: Household, detach: AskDetach) -> QPushButton:
        made = button(f"Détacher de la famille {household.name}", partial(detach, row, household), icon="cross")
        made.setAccessibleName(f"Détacher {row.child} de la famille {household.name}")
        return made


def _idle(rows: Sequence[PayerRow]) -> list[Household]:
    """Find the households that pay for nothing of a child."""
    busy = {one.id for row in rows for one in row.households if one.enrols}
    busy |= {part.family_id for row in rows for period in row.periods for part in period.parts}
    return [one for one in rows[0].households if one.id not in busy]


class PayersDialog(FormDialog):
    """Agrees who pays from a day on: one household, parts in percent, or alternate weeks."""

    def __init__(self, row: PayerRow, starts: date, parent: QWidget | None = None) -> None:
        super().__init__(f"Payeurs {of_name(row.child)}, {row.service}", "Enregistrer", parent=parent)
        self.row = row
        now = row.now.parts if row.now else ()
        self.body.insertWidget(0, hint(f"Aujourd'hui{NARROW}: {now_words(row)}."))
        ways = Way if len(row.households) > 1 else (Way.ONE,)
        self.way = self.form.add("way", "&Qui paie", choice_field({way: WAY_WORDS[way] for way in ways}, way_of(now)))
        self.percents = {one.id: self._percent(one.id, one.name, now) for one in row.households}
        names = {str(one.id): one.name for one in row.households}
        self.weeks = {
            weeks: self.form.add(
                weeks.value, WEEK_WORDS[weeks].capitalize(), choice_field(names, _of_weeks(weeks, row, now))
            )
            for weeks in CustodyWeeks
        }
        self.until = Until(self.form, starts, None, begin="À &partir du")
        self.way.currentIndexChanged.connect(self._show_way)
        self._show_way()

    @property
    def parts(self) -> tuple[Part, ...]:
        """What each household takes on."""
        match self.way.currentData():
            case Way.PERCENT:
                return tuple(Part(one, percent=box.value()) for one, box in self.percents.items() if box.value())
            case Way.WEEKS:
                return tuple(Part(int(box.currentData()), weeks=weeks) for weeks, box in self.weeks.items())
        return ()

    def is_complete(self) -> bool:
        faults = faults_of(self.parts, self.until.starts, self.until.ends, self.row.households, self.row.billed)
        if "shares" in faults:
            faults["way"] = faults.pop("shares")
        return self.form.show_faults(faults)

    def _percent(self, family_id: int, name: str, now: Sequence[Part]) -> QSpinBox:
        known = next((part.percent for part in now if part.family_id == family_id and part.percent), None)
        whole = 100 // max(len(self.row.households), 1)
        box = number_field(whole if known is None else known, most=100, suffix=f"{NARROW}%")
        return self.form.add(str(family_id), f"Part de la famille {name}", box)

    def _show_way(self) -> None:
        way = self.way.currentData()
        for family_id in self.percents:
            self.form.fields[str(family_id)].setVisible(way == Way.PERCENT)
        for weeks in CustodyWeeks:
            self.form.fields[weeks.value].setVisible(way == Way.WEEKS)
        self.form.show_faults({})
        self.adjustSize()


def now_words(row: PayerRow) -> str:
    """Say who pays today."""
    return _ending(row.now) if row.now else f"{row.holder} (foyer de l'inscription)"


def _ending(period: PeriodRow) -> str:
    return f"{period.words}, jusqu'au {short_date(period.ends)}" if period.ends else period.words


def _of_weeks(weeks: CustodyWeeks, row: PayerRow, now: Sequence[Part]) -> str:
    """Propose the household of those weeks: today's, else that of the enrolment for the even ones."""
    known = next((part.family_id for part in now if part.weeks is weeks), None)
    if known is None:
        of_enrolment = weeks is CustodyWeeks.EVEN
        known = next((one.id for one in row.households if one.enrols is of_enrolment), row.households[0].id)
    return str(known)
