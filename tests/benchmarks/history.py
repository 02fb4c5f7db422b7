"""Drafting and issuing a month with no past, then with two years of issued months behind: the same time."""

import tempfile
from datetime import date, time
from pathlib import Path

from sqlalchemy import select

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.clock import next_month, paris_instant
from backoffice.office import Office, Work
from models.office.structure import RulebookVersion
from tests.benchmarks.big_month import OCTOBER, attend, fill
from tests.benchmarks.figures import Figure, timed
from tests.factories import AGENT, a_commune, an_office

YEARS, MONTHS = 2, 12
FIRST = date(2022, 9, 1)


def measure(families: int) -> list[Figure]:
    """Measure one size, a fifth of the families so that the past does not take minutes to write."""
    few = max(families // 5, 120)
    with tempfile.TemporaryDirectory() as folder:
        fresh = _seconds(Path(folder) / "fresh", few, [])
        past = [OCTOBER.replace(year=OCTOBER.year - years, month=month) for years in (2, 1) for month in range(1, 13)]
        old = _seconds(Path(folder) / "old", few, [month for month in past if month < OCTOBER][-YEARS * MONTHS :])
    return [Figure("préparer et émettre, deux ans d'émissions derrière", few, old, "s", fresh, "sans passé")]


def _seconds(folder: Path, families: int, past: list[date]) -> float:
    office = an_office(folder)
    a_commune(office)
    office.write(_rule_since_the_first, AGENT)
    fill(office, families)
    for month in past:
        _live(office, month)
    office.clock.set(paris_instant(next_month(OCTOBER), time(10)))
    with timed() as watch:
        office.write(draft_month, AGENT, OCTOBER)
        office.write(issue_month, AGENT, OCTOBER)
    office.close()
    return watch.seconds


def _rule_since_the_first(work: Work) -> None:
    version = work.session.scalars(select(RulebookVersion)).one()
    version.effective = FIRST
    version.source = version.source.replace("effet = 2026-01-01", f"effet = {FIRST}")


def _live(office: Office, month: date) -> None:
    office.clock.set(paris_instant(next_month(month), time(10)))
    attend(office, month)
    office.write(draft_month, AGENT, month)
    office.write(issue_month, AGENT, month)
