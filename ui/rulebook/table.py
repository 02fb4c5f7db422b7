"""How versions, mistakes, differences and the families of an impact are written in lists."""

from datetime import date

from backoffice.billing.impact import FamilyImpact
from backoffice.rulebook.file.compare import Difference, DifferenceKind
from backoffice.rulebook.file.mistakes import Mistake
from backoffice.rulebook.lists import VersionRow
from resources.french import NARROW, amount, euros
from ui.common.table import Column
from ui.shell.theme import State

KIND_STATES = {
    DifferenceKind.ADDED: State.ACCEPTED,
    DifferenceKind.REMOVED: State.REFUSED,
    DifferenceKind.CHANGED: State.INFO,
}

MISTAKES: tuple[Column[Mistake], ...] = (
    Column("Ligne", lambda row: row.line, number=True),
    Column("Clé", lambda row: row.key),
    Column("Ce qui ne va pas, et que faire", lambda row: row.sentence, stretch=True, tip=lambda row: row.sentence),
)
DIFFERENCES: tuple[Column[Difference], ...] = (
    Column("Quoi", lambda row: row.kind.value.capitalize(), state=lambda row: KIND_STATES[row.kind]),
    Column("Règle", lambda row: row.subject, stretch=True, tip=lambda row: row.sentence),
    Column("Détail", lambda row: row.key, tip=lambda row: row.sentence),
    Column("Avant", lambda row: row.before, tip=lambda row: row.before),
    Column("Après", lambda row: row.after, tip=lambda row: row.after),
)


def version_columns(today: date) -> tuple[Column[VersionRow], ...]:
    """Write the versions as they stand today."""
    columns: tuple[Column[VersionRow], ...] = (
        Column("Version", lambda row: row.version),
        Column("Nom", lambda row: row.name, stretch=True),
        Column("Prend effet le", lambda row: row.effective),
        Column("État", lambda row: standing(row, today)[0], state=lambda row: standing(row, today)[1]),
        Column("Chargée le", lambda row: row.loaded_at),
        Column("Par", lambda row: row.loaded_by),
    )
    return columns


def standing(row: VersionRow, today: date) -> tuple[str, State]:
    """Say where a version stands today."""
    if row.applies_on(today):
        return "En vigueur", State.ACCEPTED
    if row.effective > today:
        return "À venir", State.WAITING
    return "Remplacée", State.NEUTRAL


def signed(cents: int) -> str:
    """Write a difference with its sign.

    >>> signed(0), amount(450)
    ('=', '4,50')
    """
    if not cents:
        return "="
    sign = "+" if cents > 0 else "−"
    return f"{sign}{NARROW}{amount(abs(cents))}{NARROW}€"


def _way(cents: int) -> str | None:
    """Give the arrow of a difference."""
    return "up" if cents > 0 else "down" if cents < 0 else None


def _spoken(row: FamilyImpact) -> str:
    change = "sans changement"
    if row.difference_cents:
        way = "de plus" if row.difference_cents > 0 else "de moins"
        change = f"{euros(abs(row.difference_cents))} {way}"
    return f"Famille {row.name}{NARROW}: {euros(row.before_cents)} en vigueur, {euros(row.after_cents)} avec le brouillon, {change}"


FAMILIES: tuple[Column[FamilyImpact], ...] = (
    Column("Famille", lambda row: row.name, stretch=True, spoken=_spoken),
    Column("Dossier", lambda row: row.number),
    Column("En vigueur", lambda row: row.before_cents, text=euros, number=True),
    Column("Avec le brouillon", lambda row: row.after_cents, text=euros, number=True),
    Column(
        "Différence",
        lambda row: row.difference_cents,
        text=signed,
        number=True,
        icon=lambda row: _way(row.difference_cents),
    ),
)
