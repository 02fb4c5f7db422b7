"""The rules alone, without a database: limits and prices of a year of cells, and of a month of attended units."""

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context

from backoffice.rulebook.applied import Applied
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.load import parse
from backoffice.rulebook.quotients import Proof, Proofs
from backoffice.rulebook.seed import calendar_from_packages
from backoffice.rulebook.values import Situation
from resources import FOLDER
from tests.benchmarks.figures import Figure, timed

CORES = min(2, os.cpu_count() or 1)
CHILDREN = 2  # of a family
UNITS = {"CANTINE": ["REPAS"], "PERI": ["MATIN", "SOIR"]}  # what each child may book, every day of school
OPERATIONS = tuple(Operation)
YEAR = (date(2026, 9, 1), date(2027, 7, 3))
MONTH = date(2026, 11, 1)
ATTENDED = 31  # units a family, in a month


def measure(families: int) -> list[Figure]:
    """Measure both, on two processes for the year and one for the month."""
    halves = [range(at, families, CORES) for at in range(CORES)]
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        list(pool.map(_warm, halves))  # starting Python and reading the rulebook are not what is measured
        with timed() as year:
            cells = sum(pool.map(_a_year, halves))
    applied = _rules()
    with timed() as month:
        units = _a_month(applied, families)
    return [
        Figure("année de cases : 2 limites et 1 prix chacune", families, year.seconds, "s"),
        Figure(
            "  cases", families, cells / year.seconds, "cases/s", CORES * _bare() / 3, "3 lectures d'un dictionnaire"
        ),
        Figure(f"mois de {units} unités pointées : prix", families, month.seconds, "s"),
        Figure("  prix", families, units / month.seconds, "prix/s", _bare(), "1 lecture d'un dictionnaire"),
    ]


def _rules() -> Applied:
    book = parse((FOLDER / "rulebooks" / "examples" / "toutes-les-formes.toml").read_text("utf-8"))
    return Applied(book, calendar_from_packages(book.calendar, 2025, 2027))


def _warm(_families: Iterable[int]) -> int:
    return len(_rules().book.activity_list)


def _a_year(families: Iterable[int]) -> int:
    """Find the limits and the price of each cell that a child's year shows; nothing is remembered before."""
    applied, cells = _rules(), 0
    days = [
        day
        for at in range((YEAR[1] - YEAR[0]).days)
        if applied.calendar.closed("PERI", day := YEAR[0] + timedelta(days=at)) is None
    ]
    for family in families:
        for child in range(CHILDREN):
            situation = _child(family, child)
            for activity, units in UNITS.items():
                for unit in units:
                    for day in days:
                        for operation in OPERATIONS:
                            applied.limit(
                                activity=activity, operation=operation, day=day, unit=unit, resident=situation.resident
                            )
                        applied.quote(activity=activity, units=(unit,), day=day, situation=situation)
                    cells += len(days)
    return cells


def _a_month(applied: Applied, families: int) -> int:
    """Price what was attended day after day, as billing does, with the proof of each day."""
    proofs = Proofs({family: [_proof(family)] for family in range(families)})
    open_days = [MONTH + timedelta(days=at) for at in range(30)]
    open_days = [day for day in open_days if applied.calendar.closed("PERI", day) is None]
    priced = 0
    for at in range(ATTENDED):
        day, activity = open_days[at % len(open_days)], "PERI" if at % 3 == 2 else "CANTINE"
        for family in range(families):
            proof = proofs.on(family, day, applied.book)
            assert proof is not None
            child = _child(family, at % CHILDREN)
            applied.quote(activity=activity, units=(UNITS[activity][0],), day=day, situation=child)
            priced += 1
    return priced


def _bare() -> float:
    """Count the answers a second that one core could give if they were all known by the question's own words."""
    day = YEAR[0]
    known = {("PERI", "SOIR", OPERATIONS[0], day): 0}
    with timed() as watch:
        for _ in range(1_000_000):
            known["PERI", "SOIR", OPERATIONS[0], day]
    return 1_000_000 / watch.seconds


def _proof(family: int) -> Proof:
    return Proof(value=family * 7 % 2500, starts=date(2026, 1, 1))


def _child(family: int, child: int) -> Situation:
    return Situation(
        resident=family % 10 != 0,
        quotient=None if family % 25 == 0 else _proof(family).quotient,
        rank=1 + child,
        age=3 + (family + child) % 9,
    )
