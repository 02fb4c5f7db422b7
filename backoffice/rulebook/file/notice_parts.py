"""The parts of a rulebook about time: limits, notice periods, opening windows, absences."""

from datetime import time
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from backoffice.rulebook.file.parts import (
    Case,
    Code,
    Day,
    Euros,
    Hour,
    Part,
    Percent,
    Scope,
    Title,
    Whole,
    Yes,
    wrong,
    wrongs,
)
from backoffice.rulebook.file.words import Anchor, ClosedDay, DayKind, InTime, LateEffect, Operation, Weekday

MIDNIGHT = "minuit"
DATED = {Anchor.MONTH, Anchor.PERIOD}  # a day of a month is counted from their first day


def _hour(value: object) -> object:
    """Read « minuit », the end of the day, as the absence of an hour."""
    return None if isinstance(value, str) and value.strip().lower() == MIDNIGHT else value


def _effect(value: object) -> object:
    """Read retard = "refuser" as retard = { effet = "refuser" }."""
    return {"effet": value} if isinstance(value, str) else value


class Deadline(Part):
    """Until when, counted back from the service (ancre, nombre, unite, jour…), to an hour; « minuit » is the end of the day."""

    anchor: Anchor = Anchor.DAY
    count: Whole = Field(default=0, ge=0, le=400)
    unit: DayKind = DayKind.CALENDAR
    free_days: Yes = False  # « francs »: both ends excluded, one more day
    weekday: Weekday | None = None  # the last such day before the anchor, `weeks` weeks back
    weeks: Whole = Field(default=1, ge=0, le=26)  # 0: in the anchor's own week
    block: tuple[Weekday, ...] = ()
    day_of_month: Whole | None = Field(default=None, ge=1, le=31)
    months_before: Whole = Field(default=1, ge=0, le=12)
    date: Day | None = None
    at: Annotated[Hour | None, BeforeValidator(_hour)] = None  # none: the end of the day
    closed_day: ClosedDay = ClosedDay.KEEP

    @model_validator(mode="after")
    def _coherent(self) -> "Deadline":
        if found := [(sentence, (key,)) for holds, sentence, key in _incoherences(self) if holds]:
            raise wrongs(found)
        return self


def _incoherences(limit: Deadline) -> tuple[tuple[bool, str, str], ...]:
    hours, block, given = limit.unit is DayKind.HOUR, limit.anchor is Anchor.BLOCK, limit.model_fields_set
    return (
        (block != bool(limit.block), '«\xa0bloc\xa0» et ancre = "bloc" vont ensemble\u202f: donnez la liste des jours du bloc.', "bloc"),
        ((limit.anchor is Anchor.DATE) != (limit.date is not None), '«\xa0date\xa0» et ancre = "date" vont ensemble\u202f: donnez la date.', "date"),
        (limit.day_of_month is not None and limit.anchor not in DATED, '«\xa0jour_du_mois\xa0» demande ancre = "mois" ou "période"\u202f: ajoutez-la.', "jour_du_mois"),
        ("unit" in given and "count" not in given, "«\xa0unite\xa0» dit ce que compte «\xa0nombre\xa0»\u202f: donnez «\xa0nombre\xa0», ou retirez «\xa0unite\xa0».", "unite"),
        ("months_before" in given and limit.day_of_month is None, "«\xa0mois\xa0» demande «\xa0jour_du_mois\xa0»\u202f: donnez-le, ou retirez «\xa0mois\xa0».", "mois"),
        ("weeks" in given and limit.weekday is None, "«\xa0semaines\xa0» demande «\xa0jour\xa0»\u202f: donnez le jour de la semaine, ou retirez «\xa0semaines\xa0».", "semaines"),
        (limit.weekday is not None and ("count" in given or limit.day_of_month is not None), "Choisissez entre «\xa0jour\xa0», «\xa0nombre\xa0» et «\xa0jour_du_mois\xa0»\u202f: un seul des trois.", "jour"),
        (limit.day_of_month is not None and "count" in given, "Choisissez entre «\xa0jour_du_mois\xa0» et «\xa0nombre\xa0»\u202f: un seul des deux.", "jour_du_mois"),
        (hours and "at" in given, "Un délai en heures n'a pas d'«\xa0heure\xa0»\u202f: il court depuis le début de l'unité. Retirez-la.", "heure"),
        (hours and limit.free_days, "Un délai en heures ne peut pas être en jours francs\u202f: retirez «\xa0francs\xa0».", "francs"),
        (limit.free_days and limit.count == 0, "Un délai franc compte au moins un jour\u202f: donnez «\xa0nombre\xa0».", "francs"),
    )  # fmt: skip


class Late(Part):
    """What happens after the limit: an effect, and what it costs."""

    effect: LateEffect = LateEffect.REFUSE
    percent: Percent | None = None  # of the price, added to it
    amount: Euros | None = None  # euros a unit, added to the price
    price: Euros | None = None  # euros a unit, instead of the price

    @model_validator(mode="after")
    def _complete(self) -> "Late":
        surcharge = self.effect is LateEffect.SURCHARGE
        if surcharge and (self.percent is None) == (self.amount is None):
            raise wrong("Une majoration donne «\xa0pourcent\xa0» ou «\xa0montant\xa0», l'un des deux.", "effet")
        if self.percent is not None and self.percent < 0:
            raise wrong(
                "Une majoration ne baisse pas le prix\u202f: écrivez «\xa0pourcent\xa0» sans le signe moins.",
                "pourcent",
            )
        if not surcharge and (self.percent is not None or self.amount is not None):
            raise wrong(
                '«\xa0pourcent\xa0» et «\xa0montant\xa0» demandent effet = "majorer"\u202f: écrivez-le, ou retirez-les.',
                "effet",
            )
        if (self.effect is LateEffect.PRICE) != (self.price is not None):
            raise wrong(
                '«\xa0prix\xa0» et effet = "prix spécial" vont ensemble\u202f: ajoutez celui qui manque.', "effet"
            )
        return self


class NoticeRule(Scope):
    """A notice period (délai de prévenance): what it limits, until when, and what happens before and after."""

    code: Code
    title: Title
    operations: tuple[Operation, ...] = Field(default=(Operation.BOOK, Operation.CANCEL), min_length=1)
    limit: Deadline
    in_time: InTime = InTime.ACCEPT
    late: Annotated[Late, BeforeValidator(_effect)] = Late()
    staff_limit: Deadline | None = None  # later: until when the régie may still decide

    @model_validator(mode="after")
    def _possible(self) -> "NoticeRule":
        for key, limit in (("limite", self.limit), ("limite_regie", self.staff_limit)):
            if limit is not None and limit.at == time.min:
                raise wrong('0 h est le début du jour\u202f: pour sa fin, écrivez heure = "minuit".', key, "heure")
        said = "operations" if "operations" in self.model_fields_set else "retard"
        bills = self.late.effect in {LateEffect.BILL, LateEffect.PROOF}
        costs = self.late.effect in {LateEffect.SURCHARGE, LateEffect.PRICE}
        if bills and Operation.BOOK in self.operations:
            raise wrong('Une absence ne se facture qu\'en annulant\u202f: operations = ["annuler"].', said)
        if costs and Operation.CANCEL in self.operations:
            raise wrong('Un retard ne se majore qu\'en réservant\u202f: operations = ["réserver"].', said)
        return self

    @model_validator(mode="after")
    def _of_its_block(self) -> "NoticeRule":
        """Keep a limit by block to the days of the block, so that each block has its own without saying them twice."""
        block = self.limit.block
        if block and not set(self.days) <= set(block):
            raise wrong(
                "«\xa0jours\xa0» sort du bloc\u202f: ôtez-le, un délai par bloc vaut pour les jours du bloc.", "jours"
            )
        if block and not self.days:
            object.__setattr__(self, "days", block)  # frozen, and not yet given to anybody
        return self


class Opening(Scope):
    """An opening window: from when a service's days can be booked, residents first."""

    code: Code
    title: Title
    opening_at: Deadline

    @model_validator(mode="after")
    def _exact(self) -> "Opening":
        if self.opening_at.at is None:
            raise wrong("Une ouverture a une heure précise\u202f: donnez «\xa0heure\xa0».", "ouvre", "heure")
        return self


class Absence(Case):
    """How an absence is billed: by what share, after which unpaid or billed first days, on which proof."""

    code: Code
    title: Title
    justified: Yes
    billed_percent: Percent = Field(default=Decimal(0), ge=0, le=100)
    billed_days: Whole = Field(default=0, ge=0, le=60)  # « carence »: the first days, billed whole
    proof_hours: Whole | None = Field(default=None, ge=1, le=2000)  # after the first day begins; none: no proof asked
    told_before: Hour | None = None  # the régie is told before this hour of the day itself
