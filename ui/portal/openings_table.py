"""How openings and groups are written in lists."""

from backoffice.enrolments.groups import GroupRow
from backoffice.enrolments.opening_lists import WINDOW_WORDS, OpeningRow, Window
from resources.french import ages_text, capital, plural, short_date, short_instant
from ui.common.table import Column
from ui.shell.theme import State

WINDOW_STATES = {Window.COMING: State.INFO, Window.OPEN: State.ACCEPTED, Window.CLOSED: State.NEUTRAL}
ALL_AGES = "Tous"


def ages_of(row: OpeningRow) -> str:
    """Write for whom it is: De 6 à 11 ans."""
    return capital(ages_text(row.draft.age_from, row.draft.age_to)) or ALL_AGES


def period_of(row: OpeningRow) -> str:
    """Write the dates of the enrolment."""
    return f"{short_date(row.draft.starts)} – {short_date(row.draft.ends)}"


def window_of(row: OpeningRow) -> str:
    """Write from when until when families may ask."""
    return f"{short_instant(row.draft.opens_at)} – {short_instant(row.draft.closes_at)}"


def _received(row: OpeningRow) -> str:
    return f"{row.received}, dont {row.waiting} à traiter" if row.waiting else str(row.received)


def _spoken(row: OpeningRow) -> str:
    return f"{row.activity}, {ages_of(row)}, inscription {period_of(row)}, {plural(row.received, 'demande')}"


OPENING_COLUMNS: tuple[Column[OpeningRow], ...] = (
    Column("Activité", lambda row: row.activity, spoken=_spoken, tip=lambda row: row.draft.words, stretch=True),
    Column("Inscription", period_of, order=lambda row: row.draft.starts),
    Column("Âges", ages_of, tip=lambda row: "Habitants de la commune seulement" if row.draft.residents_only else ""),
    Column("Demandes possibles", window_of, order=lambda row: row.draft.opens_at),
    Column("Documents", lambda row: len(row.documents), number=True, tip=lambda row: "\n".join(row.documents)),
    Column("Demandes reçues", _received, order=lambda row: row.received),
    Column("État", lambda row: row.window, WINDOW_WORDS.__getitem__, state=lambda row: WINDOW_STATES[row.window]),
)
GROUP_COLUMNS: tuple[Column[GroupRow], ...] = (
    Column("Activité", lambda row: row.activity, stretch=True),
    Column("Groupe", lambda row: row.name),
    Column("Âges", lambda row: capital(row.ages) or ALL_AGES),
    Column("Places par jour", lambda row: row.capacity, number=True),
    Column("Enfants inscrits", lambda row: row.enrolled, number=True),
)
