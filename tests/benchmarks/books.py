"""Drafting and issuing a month, beside the raw insertion of the same rows."""

import tempfile
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, insert, select

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.office import Office
from models.base import OfficeBase
from models.engine import sqlite_url
from models.office.billing import Explanation, Invoice, InvoiceLine
from models.office.bookings import Attendance
from models.office.house import Mail, PublishedView
from tests.benchmarks.big_month import OCTOBER, fill
from tests.benchmarks.figures import Figure, peak_memory_mb, timed
from tests.factories import AGENT, a_commune, an_office

WRITTEN = (Invoice, InvoiceLine, Explanation, Mail, PublishedView)


def measure(families: int) -> list[Figure]:
    """Measure one size."""
    with tempfile.TemporaryDirectory() as folder:
        office = an_office(Path(folder) / "office")
        a_commune(office)
        units = fill(office, families)
        before = peak_memory_mb()
        with timed() as drafting:
            office.write(draft_month, AGENT, OCTOBER)
        with timed() as issuing:
            office.write(issue_month, AGENT, OCTOBER)
        memory = peak_memory_mb()
        raw = _raw_seconds(office, Path(folder) / "raw.db")
        office.close()
    name = f"préparer et émettre un mois ({units} unités)"
    return [
        Figure(name, families, drafting.seconds + issuing.seconds, "s", raw, "mêmes lignes insérées brutes"),
        Figure("  dont préparer", families, drafting.seconds, "s"),
        Figure("  mémoire au plus haut", families, memory, "Mo", before, "avant de préparer"),
    ]


def _raw_seconds(office: Office, file: Path) -> float:
    """Insert the rows that drafting and issuing wrote, and nothing else, into an empty database of the same schema."""
    rows = {}
    with office.engine.connect() as connection:
        for table in WRITTEN:
            rows[table.__tablename__] = _rows(connection, table)
        billed = connection.scalar(select(func.count(Attendance.id)).where(Attendance.invoice_id.is_not(None)))
    engine = create_engine(sqlite_url(file))
    OfficeBase.metadata.create_all(engine)
    with timed() as watch, engine.begin() as connection:
        for table in WRITTEN:
            if rows[table.__tablename__]:
                connection.execute(insert(table), rows[table.__tablename__])
    engine.dispose()
    assert billed
    return watch.seconds


def _rows(connection: Connection, table: type[OfficeBase]) -> list[dict[str, object]]:
    return [dict(row) for row in connection.execute(select(table.__table__)).mappings()]
