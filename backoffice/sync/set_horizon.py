"""An administrator decides how far families see: the new weeks are published, those beyond are withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.sync.horizon import TO_YEAR_END, USUAL, decided, weeks_shown
from backoffice.sync.mark import roll_weeks
from models.office.bookings import Booking, WaitingEntry
from models.office.structure import Commune
from models.vocabulary import BookingState, Role, WaitingState
from resources.french import long_date, plural

CHOICES: Final[Mapping[int, str]] = {
    4: "4 semaines d'avance",
    USUAL: f"{USUAL} semaines d'avance",
    13: "3 mois d'avance",
    26: "6 mois d'avance",
    TO_YEAR_END: "la fin de l'année scolaire",
    52: "un an d'avance",
}
KEPT = "Rien n'a été enregistré."
ON_LIST = WaitingState.WAITING, WaitingState.OFFERED
ONE_WEEK_BUT_A_DAY = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far families see, decided or about to be."""

    weeks_ahead: int
    today: date
    known: date | None = None  # until when the calendar has the school holidays

    @property
    def last(self) -> date:
        """Give the last day that they see."""
        return weeks_shown(self.today, self.weeks_ahead, self.known)[-1] + ONE_WEEK_BUT_A_DAY

    @property
    def cut(self) -> bool:
        """Tell whether the calendar is what they do not see beyond."""
        return self.last < weeks_shown(self.today, self.weeks_ahead)[-1]


def reach(session: Session, today: date) -> Reach:
    """Read how far families see."""
    weeks_ahead, known = decided(session)
    return Reach(weeks_ahead, today, known)


def set_horizon(work: Work, wished: int, *, seen: int) -> str:
    """Decide how far families see, and say what it does; no booking changes.

    Raises:
        RefusedByRule: no such choice is offered.
        StaleRecord: somebody else decided meanwhile.
    """
    work.agent.must_be(Role.ADMINISTRATOR)
    commune = work.session.scalar(select(Commune).with_for_update())
    if commune is None or wished not in CHOICES:
        raise RefusedByRule(f"Choisissez jusqu'où les familles voient leur planning dans la liste. {KEPT}")
    if commune.weeks_ahead != seen:
        raise StaleRecord(f"Ce réglage a été modifié entre-temps. {KEPT} Relisez-le, puis recommencez.")
    commune.weeks_ahead = wished
    work.session.flush()
    roll_weeks(work)
    work.sign("horizon", "portal", "planning", old={"seen": _told(seen)}, new={"seen": _told(wished)})
    work.changed(Changed.STRUCTURE)
    after = reach(work.session, work.today)
    before = replace(after, weeks_ahead=seen)
    done = f"Enregistré\u202f: les familles verront bientôt leur planning jusqu'au {long_date(after.last)}."
    return done + _hidden(work.session, after.last, before.last)


def _told(weeks: int) -> str:
    return CHOICES.get(weeks, plural(weeks, "semaine"))


def _hidden(session: Session, shown: date, was_shown: date) -> str:
    """Say how much families saw, and see no more: their bookings, that stand, and their places on the lists."""
    said, between = "", (shown + timedelta(days=1), was_shown)
    booked = select(func.count()).where(Booking.day.between(*between), Booking.state != BookingState.CANCELLED)
    if count := session.scalar(booked):
        one, many = "réservation faite après cette date reste", "réservations faites après cette date restent"
        said += f" {plural(count, one, many)}, sans être montrée{'s' if count > 1 else ''} aux familles."
    listed = select(func.count()).where(WaitingEntry.day.between(*between), WaitingEntry.state.in_(ON_LIST))
    if count := session.scalar(listed):
        one, many = (f"{what} en liste d'attente après cette date" for what in ("demande", "demandes"))
        said += f" {plural(count, f'{one} reste', f'{many} restent')}\u202f: une place libérée s'y accepte auprès de la régie."
    return said
