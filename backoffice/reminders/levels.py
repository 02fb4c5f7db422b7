"""A régie's plan of reminders: its levels, the words of each, and what they may not be."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from backoffice.reminders.rules import Level
from backoffice.treasury.periods import hold_regie
from models.office.reminders import ReminderLevel
from models.vocabulary import Role
from resources.french import listed

PLACEHOLDERS: Mapping[str, str] = {
    "payeur": "le nom du payeur",
    "montant": "ce qui reste dû, en toutes factures de la lettre",
    "échéance": "la plus ancienne échéance dépassée",
    "factures": "les numéros des factures",
    "régie": "le nom de la régie",
    "téléphone": "le téléphone de la régie",
}
BRACED = re.compile(r"\{([^{}]*)\}")
MOST_LEVELS, MOST_DAYS, LONGEST_TITLE, LONGEST_TEXT = 6, 365, 60, 2000
DEFAULTS = (
    Level(
        1, 8, "Rappel",
        "Sauf erreur de notre part, nous n'avons pas reçu le paiement des factures ci-dessous, à régler depuis le "
        "{échéance}. Il s'agit sans doute d'un oubli\u202f: merci de régler {montant}.\n"
        "Si votre paiement est parti entre-temps, ne tenez pas compte de ce message.",
        by_mail=True, by_letter=False,
    ),
    Level(
        2, 21, "Deuxième relance",
        "Malgré notre rappel, {montant} restent à payer pour les factures ci-dessous, à régler depuis le {échéance}.\n"
        "Merci de régler cette somme sans attendre. Si vous ne le pouvez pas en une fois, appelez-nous\u202f: nous "
        "chercherons une solution avec vous.",
        by_mail=True, by_letter=True,
    ),
    Level(
        3, 35, "Dernière relance avant transmission au Trésor public",
        "Malgré nos relances, {montant} restent impayés, à régler depuis le {échéance}.\n"
        "Sans paiement sous quinze jours, votre dette sera transmise au Trésor public, qui la recouvrera par tous les "
        "moyens que la loi lui donne. Elle ne pourra plus être payée ni à la régie, ni sur le portail.\n"
        "Si vous avez une difficulté, ou si vous contestez cette somme, appelez-nous avant ce délai.",
        by_mail=True, by_letter=True,
    ),
)  # fmt: skip


def levels_of(session: Session, regie_id: int) -> tuple[Level, ...]:
    """Give a régie's plan; none: nobody is reminded."""
    rows = session.scalars(select(ReminderLevel).where(ReminderLevel.regie_id == regie_id).order_by(ReminderLevel.rank))
    return tuple(
        Level(row.rank, row.days_late, row.title, row.text, by_mail=row.by_mail, by_letter=row.by_letter)
        for row in rows
    )


def save_levels(work: Work, regie_id: int, levels: Sequence[Level]) -> None:
    """Replace a régie's plan; none switches it off. It runs by itself from the next day on.

    Raises:
        RefusedByRule: a level that cannot be.
    """
    work.agent.must_be(Role.CASHIER)
    faults = faults_of(levels)
    if faults:
        raise RefusedByRule(f"{next(iter(faults.values()))} Rien n'a été enregistré.")
    regie = hold_regie(work.session, regie_id)
    before = levels_of(work.session, regie_id)
    after = numbered_levels(levels)
    if before == after:
        return
    work.session.execute(delete(ReminderLevel).where(ReminderLevel.regie_id == regie_id))
    work.session.add_all(ReminderLevel(regie_id=regie_id, **asdict(level)) for level in after)
    regie.reminded_on = work.today
    work.changed(Changed.REMINDERS)
    work.sign("reminder.levels", "regie", regie_id, old=_signed(before), new=_signed(after))


def numbered_levels(levels: Sequence[Level]) -> tuple[Level, ...]:
    """Rank levels by their days."""
    ranked = sorted(levels, key=lambda level: level.days_late)
    return tuple(
        Level(rank, one.days_late, one.title.strip(), one.text.strip(), by_mail=one.by_mail, by_letter=one.by_letter)
        for rank, one in enumerate(ranked, start=1)
    )


def faults_of(levels: Sequence[Level]) -> dict[str, str]:
    """Say what is wrong, by « field:place »; nothing when the plan may be kept."""
    faults: dict[str, str] = {}
    if len(levels) > MOST_LEVELS:
        faults["days:0"] = f"Un plan a {MOST_LEVELS} niveaux au plus."
    seen: set[int] = set()
    for at, level in enumerate(levels):
        for code, sentence in level_faults(level).items():
            faults.setdefault(f"{code}:{at}", sentence)
        if level.days_late in seen:
            faults.setdefault(f"days:{at}", f"Deux niveaux sont à {level.days_late} jours de retard.")
        seen.add(level.days_late)
    return faults


def level_faults(level: Level) -> dict[str, str]:
    """Say what is wrong in one level, by field."""
    faults: dict[str, str] = {}
    if not 1 <= level.days_late <= MOST_DAYS:
        faults["days"] = f"Le nombre de jours de retard va de 1 à {MOST_DAYS}."
    if not level.title.strip():
        faults["title"] = "Il manque l'intitulé."
    elif len(level.title.strip()) > LONGEST_TITLE:
        faults["title"] = f"L'intitulé a {LONGEST_TITLE} caractères au plus."
    if not level.text.strip():
        faults["text"] = "Il manque le texte."
    elif len(level.text) > LONGEST_TEXT:
        faults["text"] = f"Le texte a {LONGEST_TEXT} caractères au plus."
    elif unknown := [word for word in BRACED.findall(level.text) if word not in PLACEHOLDERS]:
        known = listed("{" + word + "}" for word in PLACEHOLDERS)
        faults["text"] = (
            f"«\xa0{{{unknown[0]}}}\xa0» n'est pas un mot que Marelle remplace. Ceux-ci le sont\u202f: {known}."
        )
    if not (level.by_mail or level.by_letter):
        faults["by"] = "Choisissez au moins un envoi\u202f: l'e-mail, la lettre, ou les deux."
    return faults


def filled(text: str, values: Mapping[str, str]) -> str:
    """Write a level's text with its values."""
    return BRACED.sub(lambda found: values.get(found[1], found[0]), text)


def _signed(levels: Sequence[Level]) -> dict[str, object]:
    return {str(level.rank): f"{level.days_late} j, {level.title}" for level in levels}
