"""What a régie may agree of who pays for a child: pure rules, each fault beside the field that it concerns."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.vocabulary import CustodyWeeks
from resources.french import NARROW, listed, month_name, of_month, short_date

WEEK_WORDS: Mapping[CustodyWeeks, str] = {CustodyWeeks.EVEN: "semaines paires", CustodyWeeks.ODD: "semaines impaires"}
WHOLE = 100


class Way(StrEnum):
    """How a child's invoices are shared."""

    ONE = "one"
    PERCENT = "percent"
    WEEKS = "weeks"


WAY_WORDS: Mapping[Way, str] = {
    Way.ONE: "Le foyer de l'inscription paie tout",
    Way.PERCENT: "Chaque foyer paie une part, en pourcentage",
    Way.WEEKS: "Les foyers paient une semaine sur deux",
}


@dataclass(frozen=True, slots=True)
class Part:
    """What a household takes on: a percentage, or one week in two."""

    family_id: int
    percent: int | None = None
    weeks: CustodyWeeks | None = None

    @property
    def words(self) -> str:
        """Say it in French."""
        if self.weeks is not None:
            return f"les {WEEK_WORDS[self.weeks]}"
        return f"{self.percent}{NARROW}%"


@dataclass(frozen=True, slots=True)
class Household:
    """A household that may pay for a child: it belongs to it."""

    id: int
    name: str
    enrols: bool  # it is the household of an enrolment


def way_of(parts: Collection[Part]) -> Way:
    """Tell how a child's invoices are shared."""
    if not parts:
        return Way.ONE
    return Way.WEEKS if any(part.weeks for part in parts) else Way.PERCENT


def faults_of(
    parts: Sequence[Part], starts: date, ends: date | None, households: Sequence[Household], billed: date | None
) -> dict[str, str]:
    """Say what is wrong, by field: starts, ends, a household's (its id), or the whole (shares).

    `billed` is the last month issued for the child and the service, none if there is none.
    """
    faults: dict[str, str] = {}
    if billed is not None and (starts.year, starts.month) <= (billed.year, billed.month):
        faults["starts"] = (
            f"Le mois {of_month(billed)} est déjà facturé pour cet enfant et ce service{NARROW}: "
            f"un partage ne change pas ce qui est émis. Choisissez un début après {month_name(billed)}."
        )
    if ends is not None and ends < starts:
        faults["ends"] = f"La fin vient avant le début, le {short_date(starts)}."
    faults |= _strangers(parts, households)
    told = _sharing(parts, households) if not faults.keys() - {"starts", "ends"} else ""
    if told:
        faults["shares"] = told
    return faults


def _strangers(parts: Sequence[Part], households: Sequence[Household]) -> dict[str, str]:
    known = {household.id for household in households}
    faults = {}
    for part in parts:
        if part.family_id not in known:
            faults[str(part.family_id)] = "L'enfant n'est pas rattaché à ce foyer. Rattachez-le d'abord."
        elif part.weeks is None and not (part.percent and 0 < part.percent < WHOLE):
            faults[str(part.family_id)] = f"Une part va de 1 à 99{NARROW}%."
    return faults


def _sharing(parts: Sequence[Part], households: Sequence[Household]) -> str:
    """Say what is wrong with the parts together."""
    if not parts:
        return ""
    named = {part.family_id for part in parts}
    missing = [household.name for household in households if household.enrols and household.id not in named]
    if len(named) < len(parts):
        return "Un même foyer est nommé deux fois."
    if any(part.weeks for part in parts):
        if {part.weeks for part in parts} != set(CustodyWeeks) or len(parts) != len(CustodyWeeks):
            return f"Il faut exactement deux foyers{NARROW}: l'un les semaines paires, l'autre les semaines impaires."
    elif wrong := _not_whole(parts):
        return wrong
    return f"Le foyer de l'inscription doit payer une part{NARROW}: {listed(missing)}." if missing else ""


def _not_whole(parts: Sequence[Part]) -> str:
    total = sum(part.percent or 0 for part in parts)
    if total != WHOLE:
        return f"Les parts font {total}{NARROW}%{NARROW}: elles doivent faire 100{NARROW}%."
    return "Un partage demande au moins deux foyers." if len(parts) < 2 else ""
