"""What the bench says of a day, in words, with the state and the shape that go with them."""

from dataclasses import dataclass
from datetime import time, timedelta

from backoffice.rulebook.bench import BenchDay, BenchLimit, Circumstance
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.values import Judgement
from resources.french import NARROW, clock_text, day_and_month, euros, in_paris, listed
from resources.french import until_text as limit_text
from ui.common.grid import Mark
from ui.shell.theme import State


@dataclass(frozen=True, slots=True)
class Told:
    """A judgement in a sentence, in a word or two, in a shape and in the colours of a state."""

    sentence: str
    short: str
    mark: Mark
    state: State


BOOKED = {
    Judgement.TOO_EARLY: Told("Pas encore ouvert à la réservation", "pas ouvert", Mark.RING, State.INFO),
    Judgement.IN_TIME: Told("Réservation acceptée", "accepté", Mark.CHECK, State.ACCEPTED),
    Judgement.IN_TIME_ASK: Told("Dans le délai, à valider par la régie", "à valider", Mark.HALF, State.WAITING),
    Judgement.LATE_REFUSED: Told("Hors délai, réservation refusée", "hors délai", Mark.CROSS, State.REFUSED),
    Judgement.LATE_ASK: Told("Hors délai, la régie décide", "à décider", Mark.HALF, State.WAITING),
    Judgement.LATE_CHARGED: Told("Hors délai, acceptée à un prix majoré", "majoré", Mark.FULL, State.LATE),
}
CANCELLED = {
    Judgement.TOO_EARLY: Told("Pas encore annulable", "pas ouvert", Mark.RING, State.INFO),
    Judgement.IN_TIME: Told("Annulation acceptée", "accepté", Mark.CHECK, State.ACCEPTED),
    Judgement.IN_TIME_ASK: Told("Dans le délai, à valider par la régie", "à valider", Mark.HALF, State.WAITING),
    Judgement.LATE_REFUSED: Told("Hors délai, annulation refusée", "hors délai", Mark.CROSS, State.REFUSED),
    Judgement.LATE_ASK: Told("Hors délai, la régie décide", "à décider", Mark.HALF, State.WAITING),
    Judgement.LATE_BILLED: Told("Hors délai, annulée mais facturée", "facturé", Mark.FULL, State.LATE),
    Judgement.LATE_PROOF: Told(
        "Hors délai, annulée et facturée sauf justificatif", "à justifier", Mark.FULL, State.LATE
    ),
}
PACKAGED = "forfait"
CIRCUMSTANCES = {
    Circumstance.IN_TIME: "Présent, réservé à temps",
    Circumstance.LATE: "Présent, réservé hors délai",
    Circumstance.UNBOOKED: "Présent sans réservation",
    Circumstance.JUSTIFIED: "Absence justifiée",
    Circumstance.UNJUSTIFIED: "Absence non justifiée",
}


def told(limit: BenchLimit) -> Told:
    """Put a judgement in words."""
    words = BOOKED if limit.operation is Operation.BOOK else CANCELLED
    return words.get(limit.judgement) or BOOKED[Judgement.LATE_REFUSED]


def until_text(limit: BenchLimit) -> str:
    """Say until when: Réservable jusqu'au jeudi 19 novembre à 10 h."""
    able = "Réservable" if limit.operation is Operation.BOOK else "Annulable"
    if limit.limit.until is None:
        return f"Jamais {able.lower()}"
    return f"{able} jusqu'au {limit_text(limit.limit.until)}"


def until_short(limit: BenchLimit) -> str:
    """Say it in little room: 24/11, 10 h."""
    until = limit.limit.until
    if until is None:
        return "jamais"
    local = in_paris(until)
    if local.time() == time.min:  # midnight belongs to the day that ends
        return f"{local - timedelta(days=1):%d/%m}, minuit"
    return f"{local:%d/%m}, {clock_text(local.timetz())}"


def price_text(day: BenchDay) -> str:
    """Write the price of a day, or that there is none."""
    if day.quote is None:
        return "sans prix"
    return euros(day.quote.cents) if day.quote.lines else PACKAGED


def spoken(day: BenchDay) -> str:
    """Say a day in full, for those who do not see the calendar."""
    if day.closed:
        return f"{day_and_month(day.day)}, fermé{NARROW}: {day.closed}."
    parts = [day_and_month(day.day), price_text(day)]
    if booking := day.strictest(Operation.BOOK):
        parts += [until_text(booking).lower(), told(booking).sentence.lower()]
    return f"{parts[0]}{NARROW}: {', '.join(parts[1:])}."


def units_text(limit: BenchLimit) -> str:
    """Name the units that a limit is for."""
    return listed(limit.units)
