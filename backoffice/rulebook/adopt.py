"""Adopt a rulebook: keep its text, and apply it from its date of effect on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from backoffice.rulebook.file.compare import Difference, compare
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.wording import capital
from backoffice.rulebook.lists import VersionRow, unmatched, versions
from backoffice.rulebook.load import parse, parsed
from backoffice.sync.mark import mark_weeks
from models.office.structure import RulebookVersion
from models.vocabulary import Role
from resources.french import NARROW, long_date, short_date


@dataclass(frozen=True, slots=True)
class Adopted:
    """What adopting a rulebook changes, or has changed."""

    version: str
    effective: date
    stored: bool  # False: this very text was kept already
    replaced: str | None  # the version in force until its date of effect
    sentence: str
    differences: tuple[Difference, ...]  # from the version replaced
    warnings: tuple[str, ...]


def adopt(work: Work, source: str) -> Adopted:
    """Keep a rulebook's text for ever, apply it from its date of effect on, and show families its limits and prices.

    Raises:
        NotAllowed: the agent is not an administrator.
        RefusedByRule: the file has mistakes, or its version is another text's.
    """
    work.agent.must_be(Role.ADMINISTRATOR)
    told = foresee(work.session, source, today=work.today)
    if not told.stored:
        return told
    book = parsed(source)
    work.session.add(
        RulebookVersion(
            effective=book.effective, name=book.name, version=book.version, source=source,
            loaded_at=work.now, loaded_by=work.agent.name,
        )
    )  # fmt: skip
    work.session.flush()
    work.sign(
        "rulebook.adopt", "rulebook", book.version,
        old={"version": told.replaced} if told.replaced else {},
        new={"effective": book.effective.isoformat(), "changes": [change.sentence for change in told.differences]},
    )  # fmt: skip
    work.changed(Changed.STRUCTURE, Changed.BOOKINGS)
    mark_weeks(work)
    return told


def foresee(session: Session, source: str, *, today: date) -> Adopted:
    """Say what adopting a rulebook would change, and keep nothing.

    Raises:
        RefusedByRule: the file has mistakes, or its version is another text's.
    """
    book = parse(source)
    kept = versions(session)
    before = next((row for row in kept if row.effective <= book.effective), None)
    stored = session.scalar(select(RulebookVersion.source).where(RulebookVersion.version == book.version))
    if stored == source:
        sentence = f"La version {book.version} est déjà chargée, au mot près{NARROW}: rien à faire."
        return Adopted(book.version, book.effective, False, None, sentence, (), ())
    if stored is not None:
        message = (
            f"La version «\xa0{book.version}\xa0» est déjà celle d'un autre texte, gardé pour toujours. Rien n'a été chargé. "
            "Donnez à celui-ci un autre code, sur la ligne «\xa0version\xa0»."
        )
        raise RefusedByRule(message)
    return Adopted(
        version=book.version,
        effective=book.effective,
        stored=True,
        replaced=before.version if before else None,
        sentence=_sentence(book, before, kept),
        differences=_differences(session, before, book),
        warnings=(*_dates(book, kept, today), *unmatched(session, book)),
    )


def _differences(session: Session, before: VersionRow | None, book: Rulebook) -> tuple[Difference, ...]:
    if before is None:
        return ()
    old = session.scalars(select(RulebookVersion.source).where(RulebookVersion.version == before.version)).one()
    return compare(parsed(old), book)


def _sentence(book: Rulebook, before: VersionRow | None, kept: Iterable[VersionRow]) -> str:
    """Say from when to when it applies, and in whose place."""
    after = min((row for row in kept if row.effective > book.effective), key=lambda row: row.effective, default=None)
    end = f", jusqu'à la version {after.version} qui prend la suite le {short_date(after.effective)}" if after else ""
    place = f", à la place de la version {before.version}" if before else ""
    return f"{capital(book.name)}, version {book.version}{NARROW}: s'applique à partir du {long_date(book.effective)}{place}{end}."


def _dates(book: Rulebook, kept: Iterable[VersionRow], today: date) -> tuple[str, ...]:
    told = []
    if book.effective <= today:
        when = "est aujourd'hui" if book.effective == today else "est passée"
        told.append(
            f"Sa date d'effet, le {short_date(book.effective)}, {when}{NARROW}: les mois qui ne sont pas encore facturés "
            "le seront avec cette version. Les factures émises ne changent pas."
        )
    told += [
        f"La version {row.version} avait la même date d'effet{NARROW}: elle ne s'appliquera plus à aucun jour."
        for row in kept
        if row.effective == book.effective and row.applies_on(book.effective)
    ]
    return tuple(told)
