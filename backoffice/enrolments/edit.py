"""An agent says under which terms a child is enrolled: its category in the price lists, its days a week."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.rulebook.file.tariff_parts import MonthTariff
from backoffice.rulebook.in_force import read_rules
from backoffice.rulebook.tariffs.factors import covers, factors_of
from backoffice.sync.mark import mark_child
from models.office.bookings import Enrolment
from models.office.families import Child
from models.office.structure import Activity
from models.vocabulary import Role
from resources.french import NARROW, listed, plural


@dataclass(frozen=True, slots=True)
class EnrolmentTerms:
    """What an enrolment says to the price lists, and what they know: categories, packages by days a week."""

    id: int
    child: str
    activity: str
    category: str | None
    days_a_week: int | None
    categories: tuple[str, ...]
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TermsReport:
    """What the enrolment now says."""

    sentence: str


def enrolment_terms(session: Session, enrolment_id: int) -> EnrolmentTerms:
    """Read the terms of an enrolment, and those that the rulebooks in force since it began know.

    Raises:
        RefusedByRule: there is no such enrolment.
    """
    found = session.execute(
        select(Enrolment, Child.first_name, Activity.code, Activity.name)
        .join(Child, Child.id == Enrolment.child_id)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .where(Enrolment.id == enrolment_id)
    ).one_or_none()
    if found is None:
        raise RefusedByRule("Cette inscription n'existe pas, ou n'existe plus.")
    enrolment: Enrolment = found.Enrolment
    rules = read_rules(session)
    begins = {enrolment.starts, *(one.effective for one in rules.versions if one.effective <= enrolment.ends)}
    applied = [rules.on(day) for day in sorted(begins) if day >= enrolment.starts]
    books = [one.book for one in applied if one is not None]
    parts = [(book, part) for book in books if (part := book.activities.get(found.code)) is not None]
    categories = {code: None for book, part in parts for code in factors_of(book, part).categories}
    days = {
        count
        for book, part in parts
        for tariff in book.tariffs
        if isinstance(tariff, MonthTariff) and covers(tariff, part)
        for count in tariff.per_days
    }
    return EnrolmentTerms(
        enrolment.id, found.first_name, found.name, enrolment.category, enrolment.days_a_week,
        tuple(categories), tuple(sorted(days)),
    )  # fmt: skip


def edit_terms(
    work: Work, enrolment_id: int, *, category: str | None, days_a_week: int | None, seen: EnrolmentTerms | None = None
) -> TermsReport:
    """Change the category and the days a week of an enrolment; what is issued keeps its prices.

    Raises:
        StaleRecord: somebody else changed them since `seen` was read.
        RefusedByRule: the rulebook knows no such category, or no such number of days.
    """
    work.agent.must_be(Role.AGENT)
    session = work.session
    known = enrolment_terms(session, enrolment_id)
    if seen is not None and (seen.category, seen.days_a_week) != (known.category, known.days_a_week):
        raise StaleRecord(
            f"L'inscription de {known.child} a été modifiée entre-temps. Rien n'a été enregistré. Relisez-la."
        )
    if faults := terms_faults(known, category, days_a_week):
        raise RefusedByRule(f"{next(iter(faults.values()))} Rien n'a été enregistré.")
    enrolment = session.get_one(Enrolment, enrolment_id)
    enrolment.category, enrolment.days_a_week = category, days_a_week
    session.flush()
    mark_child(work, enrolment.child_id)
    work.sign(
        "terms", "enrolment", enrolment_id,
        old={"category": known.category, "days_a_week": known.days_a_week},
        new={"category": category, "days_a_week": days_a_week},
    )  # fmt: skip
    work.changed(Changed.FAMILIES, Changed.BOOKINGS, Changed.INVOICES)
    return TermsReport(f"{known.child}, {known.activity}{NARROW}: {terms_words(category, days_a_week)}.")


def terms_faults(known: EnrolmentTerms, category: str | None, days_a_week: int | None) -> dict[str, str]:
    """Say what is wrong, by field; what was there already may stay."""
    faults: dict[str, str] = {}
    if category is not None and category not in {*known.categories, known.category}:
        told = listed(known.categories) if known.categories else "aucune"
        faults["category"] = (
            f"Le règlement intérieur ne connaît pas cette catégorie{NARROW}; il connaît{NARROW}: {told}."
        )
    if days_a_week is not None and days_a_week not in {*known.days, known.days_a_week}:
        told = listed(str(count) for count in known.days) if known.days else "aucun"
        faults["days"] = f"Aucun forfait n'a ce nombre de jours par semaine{NARROW}; il en existe pour{NARROW}: {told}."
    return faults


def terms_words(category: str | None, days_a_week: int | None) -> str:
    """Write the terms of an enrolment: adulte, 2 jours par semaine."""
    days = f"{plural(days_a_week, 'jour')} par semaine" if days_a_week is not None else ""
    return ", ".join(part for part in (category or "", days) if part) or "conditions ordinaires"
