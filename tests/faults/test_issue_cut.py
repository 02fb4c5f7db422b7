"""The power goes off at any statement of a month's billing: run again, and the books are those of a quiet day."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backoffice.audit import first_broken_entry
from backoffice.billing.bill import bill
from backoffice.office import Office
from models.office.billing import Invoice, InvoiceLine, InvoicePdf, NumberSeries
from models.office.bookings import Attendance
from models.office.house import Mail, PublishedView
from tests.factories import AGENT, a_commune, an_office, another_family
from tests.faults.cuts import Cut, cut_at, moments_of
from tests.months import IN_NOVEMBER, OCTOBER, SCHOOL_DAYS, seen

SHARES = 3  # the statements are shared out between as many tests, which run side by side


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder with two families' attended month, closed."""
    folder = tmp_path_factory.mktemp("quiet")
    office = an_office(folder, now=IN_NOVEMBER)
    town = a_commune(office)
    seen(office, another_family(office, town).child_id, town.meal_id, *SCHOOL_DAYS[:2])
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:3])
    seen(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0])
    office.close()
    return folder


def books(office: Office) -> list[Any]:
    """Read all that must be the same whatever happened on the way."""
    queries = (
        select(Invoice.number, Invoice.status, Invoice.family_id, Invoice.total_cents, Invoice.due_on),
        select(InvoiceLine.child_name, InvoiceLine.label, InvoiceLine.days, InvoiceLine.amount_cents),
        select(Invoice.number, InvoicePdf.sha256).join(Invoice),
        select(Invoice.number, Attendance.child_id, Attendance.day).join(Invoice, Attendance.invoice_id == Invoice.id),
        select(NumberSeries.kind, NumberSeries.scope, NumberSeries.year, NumberSeries.last),
        select(Mail.subject, Mail.recipient),
        select(PublishedView.kind, PublishedView.family_id),
    )
    return [
        sorted(map(tuple, office.read(lambda session, q=query: session.execute(q).all())), key=str) for query in queries
    ]


@pytest.fixture(scope="module")
def expected(quiet: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Give the books of a quiet day."""
    undisturbed = an_office(shutil.copytree(quiet, tmp_path_factory.mktemp("undisturbed") / "a"), now=IN_NOVEMBER)
    bill(undisturbed, AGENT, OCTOBER, issue=True)
    found = books(undisturbed)
    undisturbed.close()
    assert len(found[0]) == len(found[2]) == len(found[5]) == 3
    return found


@pytest.fixture(scope="module")
def moments(quiet: Path, tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """Find where issuing a month may be cut."""
    office = an_office(shutil.copytree(quiet, tmp_path_factory.mktemp("observed") / "a"), now=IN_NOVEMBER)
    found = moments_of(office.engine, lambda: bill(office, AGENT, OCTOBER, issue=True), with_commits=True)
    office.close()
    assert len(found) > 12, "a month is written in many tables"
    return found


@pytest.mark.parametrize("share", range(SHARES))
def test_a_cut_at_one_statement_or_another_loses_nothing_and_doubles_nothing(
    quiet: Path, expected: list[Any], moments: list[int], tmp_path: Path, share: int
) -> None:
    cut_at_each(moments[share::SHARES], quiet, expected, tmp_path)


@pytest.mark.thorough
@pytest.mark.parametrize("share", range(4))
def test_nor_does_a_cut_at_any_statement(
    quiet: Path, expected: list[Any], moments: list[int], tmp_path: Path, share: int
) -> None:
    cut_at_each(range(1 + share, max(moments) + 1, 4), quiet, expected, tmp_path)


def cut_at_each(moments: Iterable[int], quiet: Path, expected: list[Any], tmp_path: Path) -> None:
    for moment in moments:
        office = an_office(shutil.copytree(quiet, tmp_path / str(moment)), now=IN_NOVEMBER)
        with cut_at(office, moment) as left, pytest.raises(Cut):
            bill(office, AGENT, OCTOBER, issue=True)
        assert left[0] <= 0
        bill(office, AGENT, OCTOBER, issue=True)
        assert books(office) == expected, f"cut at statement {moment}"
        assert office.read(first_broken_entry) is None
        office.close()
