"""What the plan of a régie would remind today."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from backoffice.payments.book import credits_of
from backoffice.reminders.levels import levels_of
from backoffice.reminders.owed import owed_at, stops_at
from backoffice.reminders.rules import DueReminder, reminders_of, why_not
from resources.french import euros, listed, plural


def due_reminders(
    session: Session, regie_id: int, today: date, *, family_ids: Collection[int] | None = None, ahead: bool = False
) -> tuple[DueReminder, ...]:
    """Decide, household by household, which invoices reach a level that they have not had.

    `ahead`: a person chose the households, and a late invoice takes its next level before its day.
    """
    levels = levels_of(session, regie_id)
    if not levels:
        return ()
    owed = owed_at(session, regie_id, today, family_ids=family_ids)
    families = {one.family_id for one in owed}
    return reminders_of(
        levels,
        owed,
        today,
        stopped=stops_at(session, regie_id, today).keys(),
        credits_of=credits_of(session, regie_id, families) if families else {},
        ahead=ahead,
    )


def reason_of(session: Session, regie_id: int, today: date, family_ids: Collection[int]) -> str:
    """Say why none of these households is reminded now."""
    if len(family_ids) != 1:
        return "Aucun de ces foyers n'est à relancer aujourd'hui."
    (family_id,) = family_ids
    stop = stops_at(session, regie_id, today).get(family_id)
    invoices = owed_at(session, regie_id, today, family_ids=[family_id])
    credit = credits_of(session, regie_id, [family_id]).get(family_id, 0)
    return why_not(levels_of(session, regie_id), invoices, today, stop.sentence if stop else "", credit)


def offer(session: Session, regie_id: int, today: date, family_ids: Collection[int]) -> tuple[int, str]:
    """Count the chosen households that would be reminded now, and say of what; or why none would."""
    found = due_reminders(session, regie_id, today, family_ids=family_ids, ahead=True)
    if not found:
        return 0, reason_of(session, regie_id, today, family_ids)
    titles: dict[str, int] = {}
    for due in found:
        titles[due.level.title] = titles.get(due.level.title, 0) + 1
    told = listed(f"«\xa0{title}\xa0» ({count})" for title, count in titles.items())
    verb = "sera relancé" if len(found) == 1 else "seront relancés"
    total = euros(sum(due.cents for due in found))
    return len(found), f"{plural(len(found), 'foyer')} {verb} pour {total}\u202f: {told}. Les e-mails partent aussitôt."
