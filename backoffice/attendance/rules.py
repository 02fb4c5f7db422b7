"""What may be written in a cell of the attendance grid."""

from collections.abc import Mapping
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal

from models.vocabulary import ActivityKind, AttendanceState
from resources.french import NARROW, long_date

STATE_WORDS: Mapping[AttendanceState, str] = {
    AttendanceState.PRESENT: "Présent",
    AttendanceState.JUSTIFIED: "Absence justifiée",
    AttendanceState.UNJUSTIFIED: "Absence non justifiée",
}
NURSERY_AGE = 6  # the state counts children under 6 apart
WHOLE_BAND = {ActivityKind.PERISCOLAIRE, ActivityKind.CANTEEN}


def problem(state: AttendanceState | None, arrived: time | None, left: time | None) -> str | None:
    """Say what is wrong with a cell, in French; None when it is right."""
    if state is not AttendanceState.PRESENT and (arrived or left):
        return "Une heure ne se note que pour un enfant présent."
    if left and not arrived:
        return f"L'heure de départ est notée sans l'heure d'arrivée{NARROW}: ajoutez-la."
    if arrived and left and left <= arrived:
        return "L'heure de départ doit suivre l'heure d'arrivée."
    return None


def day_problem(day: date, today: date) -> str | None:
    """Say why a day cannot be pointed, in French; None when it can."""
    if day > today:
        return f"Le {long_date(day)} n'est pas encore venu{NARROW}: le pointage se fait le jour même ou après."
    return None


def suggested_hours(state: AttendanceState | None, starts: time, ends: time) -> tuple[time, time] | tuple[None, None]:
    """Propose the unit's own hours for a child who was there."""
    return (starts, ends) if state is AttendanceState.PRESENT else (None, None)


def hours_of(kind: ActivityKind, band: tuple[time, time], seen: tuple[time | None, time | None]) -> Decimal:
    """Count a child's hours as the CAF does: the whole band of a périscolaire, or of a stay whose hours are unknown.

    >>> hours_of(ActivityKind.CRECHE, (time(7, 30), time(13)), (time(8), time(11, 20)))
    Decimal('3.33')
    """
    (start, end), (arrived, left) = band, seen
    if kind not in WHOLE_BAND and arrived and left:
        start, end = arrived, left
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
