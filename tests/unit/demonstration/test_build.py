"""The demonstration is always of today, the same every time, and has something to try for everybody."""

from datetime import date, time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.clock import SetClock, paris_instant
from backoffice.demonstration.build import NOTE, build, clear, is_of_today
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.requests.lists import waiting_requests
from backoffice.secrets import DemonstrationSecrets
from backoffice.settings import Settings
from models.office.billing import Invoice, InvoicePdf
from models.office.bookings import Attendance, Booking
from models.office.documents import Document
from models.office.families import Child, Family, Guardian
from models.vocabulary import InvoiceStatus
from tests.factories import lay_empty
from tests.servers import why_no_postgres

FEW = 10
OTHER_DAYS = (date(2027, 1, 1), date(2027, 2, 28), date(2027, 7, 6), date(2027, 8, 15), date(2027, 9, 1))


def demonstration(folder: Path, day: date, **settings: str) -> Office:
    told = Settings(demonstration=True, **settings)
    if not told.database:
        lay_empty(folder / "marelle.db", "office")
    build(folder, families=FEW, clock=SetClock(paris_instant(day, time(9))), settings=told)
    return Office(folder, clock=SetClock(paris_instant(day, time(9))), secrets=DemonstrationSecrets(), settings=told)


def counted(session: Session) -> dict[str, int]:
    tables = (Family, Child, Booking, Attendance, Invoice, InvoicePdf, Document)
    return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


@cache
def told(day: date) -> dict[str, Any]:
    """Build the demonstration of a day once for the tests that only read it; give what they look at."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        office = demonstration(Path(folder), day)
        found = {
            "counts": office.read(counted),
            "last booking": office.read(lambda s: s.scalar(select(func.max(Booking.day)))),
            "last attendance": office.read(lambda s: s.scalar(select(func.max(Attendance.day)))),
            "statuses": office.read(lambda s: set(s.scalars(select(Invoice.status)))),
            "last invoice": office.read(lambda s: s.scalar(select(func.max(Invoice.month)))),
            "waiting": len(office.read(waiting_requests)),
            "people": office.read(people),
        }
        office.close()
    return found


def people(session: Session) -> list[tuple[str, ...]]:
    return [tuple(row) for row in session.execute(select(Guardian.first_name, Guardian.email).order_by(Guardian.id))]


@pytest.mark.parametrize(
    "day",
    [date(2026, 11, 22), *(pytest.param(day, marks=pytest.mark.thorough) for day in OTHER_DAYS)],
    ids=str,
)
def test_whatever_the_day_there_is_a_past_a_present_and_something_to_do(day: date) -> None:
    found = told(day)
    counts = found["counts"]
    assert counts["family"] == FEW
    assert counts["child"] > FEW
    assert counts["invoice_pdf"] == counts["invoice"] > 0
    assert found["last booking"] > day
    assert found["last attendance"] < day
    assert {InvoiceStatus.ISSUED, InvoiceStatus.PAID} <= found["statuses"]
    assert found["last invoice"] < day.replace(day=1)
    assert found["waiting"] >= 3


@pytest.mark.thorough
def test_the_same_people_come_back_every_time_in_either_database(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    day = date(2026, 11, 22)
    other = {} if why_no_postgres() else {"database": request.getfixturevalue("new_postgres")("office")}
    office = demonstration(tmp_path, day, **other)
    assert (office.read(counted), office.read(people)) == (told(day)["counts"], told(day)["people"])
    office.close()


def test_a_folder_that_is_no_demonstration_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "marelle.db").write_bytes(b"les comptes de la commune")
    with pytest.raises(RefusedByRule, match="autre chose qu'une démonstration"):
        clear(tmp_path)
    assert (tmp_path / "marelle.db").read_bytes() == b"les comptes de la commune"


def test_yesterdays_demonstration_makes_room_for_todays(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("demonstration = true\n", "utf-8")
    (tmp_path / "marelle.db").write_bytes(b"")
    (tmp_path / NOTE).write_text('{"day": "2026-11-21", "families": 10}', "utf-8")
    assert is_of_today(tmp_path, 10, date(2026, 11, 21))
    assert not is_of_today(tmp_path, 10, date(2026, 11, 22))
    assert not is_of_today(tmp_path, 12, date(2026, 11, 21))
    clear(tmp_path)
    assert not (tmp_path / "marelle.db").exists()
