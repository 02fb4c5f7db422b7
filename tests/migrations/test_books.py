"""A folder of before the books: what was paid keeps its invoice, and the act says what the papers said."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from models.engine import WRITES, make_engine, sqlite_url
from models.migrate import migrate

PAID = "2026-11-03 09:00:00.000000"
BEFORE = (  # table, values: the least that the schema of 0010 asks of a paid invoice
    ("regie", {
        "id": 1, "code": "ENF", "name": "Régie", "street": "", "postal_code": "88140", "city": "", "phone": "",
        "email": "", "due_days": 30, "mentions": "", "means": "Espèces\nChèque à l'ordre de la régie\nCESU",
    }),
    ("service", {"id": 1, "code": "CANTINE", "name": "Cantine", "regie_id": 1, "position": 1}),
    ("family", {"id": 7, "number": "F7", "name": "Martin", "search_key": "martin", "kind": "single", "resident": True,
                "version": 1}),
    ("letterhead", {"id": 1, "digest": "x", "content": "{}"}),
    ("invoice", {
        "id": 3, "family_id": 7, "service_id": 1, "month": "2026-10-01", "status": "partly_paid",
        "number": "CANTINE-2026-000001", "year": 2026, "rank": 1, "issued_on": "2026-11-02", "due_on": "2026-12-02",
        "payer_name": "Camille Martin", "payer_address": "", "total_cents": 5000, "paid_cents": 3000,
        "drafted_at": PAID, "basis": "", "letterhead_id": 1, "version": 2,
    }),
    ("payment", {
        "id": 5, "invoice_id": 3, "receipt_number": "Q-ENF-2026-000001", "means": "cheque", "amount_cents": 2000,
        "received_on": "2026-11-03", "recorded_at": PAID, "recorded_by": "Claire", "reference": "12", "bank": "B",
    }),
    ("payment", {
        "id": 6, "invoice_id": 3, "receipt_number": "Q-ENF-2026-000002", "means": "cash", "amount_cents": 1000,
        "received_on": "2026-11-04", "recorded_at": PAID, "recorded_by": "Claire", "reference": None, "bank": None,
    }),
)  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path):
    url = sqlite_url(tmp_path / "t.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = make_engine(url)
    yield opened
    opened.dispose()


def put(connection: Connection, table: str, values: dict[str, object]) -> None:
    named = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({named})"), values)  # noqa: S608 names above


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_a_payment_of_before_keeps_its_invoice_as_an_allocation(engine: Engine) -> None:
    migrate(engine, "office", to="0008")
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        for table, values in BEFORE:
            put(connection, table, values)
    migrate(engine, "office")
    assert rows(engine, "SELECT payment_id, invoice_id, amount_cents FROM allocation ORDER BY id") == [
        (5, 3, 2000),
        (6, 3, 1000),
    ]
    told = "SELECT regie_id, family_id, payer_name, place, letterhead_id, reverses_id FROM payment ORDER BY id"
    assert rows(engine, told) == [
        (1, 7, "Camille Martin", "values", 1, None),
        (1, 7, "Camille Martin", "till", 1, None),
    ]
    assert rows(engine, "SELECT means FROM accepted_means WHERE service_id = 1 ORDER BY means") == [
        ("cash",),
        ("cesu",),
        ("cheque",),
    ]


def test_going_back_a_payment_finds_its_invoice_again(engine: Engine) -> None:
    migrate(engine, "office", to="0008")
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        for table, values in BEFORE:
            put(connection, table, values)
    migrate(engine, "office")
    migrate(engine, "office", to="0008")
    assert rows(engine, "SELECT id, invoice_id, amount_cents FROM payment ORDER BY id") == [(5, 3, 2000), (6, 3, 1000)]
    assert "Espèces" in str(rows(engine, "SELECT means FROM regie")[0][0])
