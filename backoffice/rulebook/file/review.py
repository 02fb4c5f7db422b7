"""What a rulebook holds and what it leaves out, in French."""

from collections.abc import Iterator

from backoffice.rulebook.file.calendar_parts import ActivityPart
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.tariff_parts import AnyTariff, ContractTariff, UnitTariff
from backoffice.rulebook.file.wording import capital
from backoffice.rulebook.file.words import Operation
from resources.french import NARROW, listed, long_date, plural

VERBS = {Operation.BOOK: "réserver", Operation.CANCEL: "annuler"}


def counted(book: Rulebook) -> str:
    """Say what a rulebook holds and from when it applies."""
    counts = (
        (len(book.activities), "activité", None),
        (len(book.notices), "délai", None),
        (len(book.openings), "ouverture", None),
        (len(book.absences), "règle d'absence", "règles d'absence"),
        (len(book.tariffs), "tarif", None),
        (len(book.combinations), "combinaison", None),
        (len(book.modifiers), "modification de prix", "modifications de prix"),
        (len(book.aids), "aide", None),
    )
    held = listed(plural(count, one, many) for count, one, many in counts if count)
    return (
        f"{capital(book.name)}, version {book.version}{NARROW}: {held}. "
        f"Aucune erreur. S'applique à partir du {long_date(book.effective)}."
    )


def gaps(book: Rulebook) -> tuple[str, ...]:
    """Say which activities have no notice period, and which units have no price."""
    return tuple(_gaps(book))


def _gaps(book: Rulebook) -> Iterator[str]:
    for activity in book.activity_list:
        free = [VERBS[operation] for operation in Operation if not _limited(book, activity, operation)]
        if free:
            verbs = " ni pour ".join(free)
            yield f"Aucun délai pour {verbs} «\xa0{activity.code}\xa0»{NARROW}: ce sera possible jusqu'à la veille à minuit."
        unpriced = [
            unit.code for unit in activity.units if not any(_prices(t, activity, unit.code) for t in book.tariffs)
        ]
        if len(unpriced) == len(activity.units):
            yield f"Aucun tarif pour «\xa0{activity.code}\xa0»{NARROW}: rien ne pourra y être facturé."
        elif unpriced:
            yield f"Aucun prix pour {listed(unpriced)}, de «\xa0{activity.code}\xa0»{NARROW}: rien ne pourra y être facturé."


def _limited(book: Rulebook, activity: ActivityPart, operation: Operation) -> bool:
    """Tell whether a notice period speaks of an operation on an activity, or on one of its units."""
    return any(
        operation in rule.operations
        and any(
            rule.covers(service=activity.service, activity=activity.code, unit=unit.code) for unit in activity.units
        )
        for rule in book.notices
    )


def _prices(tariff: AnyTariff, activity: ActivityPart, unit: str) -> bool:
    named = not isinstance(tariff, UnitTariff) or unit in tariff.prices
    alone = not isinstance(tariff, ContractTariff)
    return alone and named and tariff.covers(service=activity.service, activity=activity.code, unit=unit)
