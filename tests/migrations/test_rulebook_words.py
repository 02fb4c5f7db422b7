"""A rulebook loaded in the English keys of before is written anew in today's, and says the same."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import text

from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.load import parse
from models.engine import WRITES, make_engine, sqlite_url
from models.migrate import migrate

OLD = """
name = "règlement « d'avant »"
version = "2025-1"
effective = 2025-09-01
[[notice]]
code = "mercredi"
title = "Le jeudi d'avant"
activities = ["MER"]
operations = ["book"]
limit = { kind = "semaine", weekday = "jeudi", weeks = 2, at = 10:00:00 }
late = "ask"
[[tariff]]
activity = "MER"
title = "Mercredis"
bounds = [0, 801]
prices.MER-J = [14.00, 16.60]
outside.MER-J = 21.00
"""
ROWS = (
    "INSERT INTO commune VALUES (1, 'Ville', '1', '88114', '88140', 'B', 0)",
    "INSERT INTO regie VALUES (1, 'R', 'R', '', '', '', '', '', 30, '', '')",
    "INSERT INTO facility VALUES (1, 'LAC', 'Le Lac', '', '', '')",
    "INSERT INTO service VALUES (1, 'ALSH', 'Loisirs', 1, 1)",
    "INSERT INTO activity VALUES (1, 'MER', 'Mercredis', 'wednesday', 1, 1, 1, 1)",
    "INSERT INTO unit VALUES (1, 1, 'MER-J', 'Journée', '08:00:00.000000', '17:30:00.000000', 'care', 1)",
    "INSERT INTO closure VALUES (1, 1, '2025-12-24', '2026-01-01', 'fin d''année')",
)


def test_what_was_loaded_before_still_applies(tmp_path: Path) -> None:
    engine = make_engine(sqlite_url(tmp_path / "t.db"))
    migrate(engine, "office", to="0007")
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        for row in ROWS:
            connection.exec_driver_sql(row)
        told = "INSERT INTO rulebook_version (id, effective, name, source) VALUES (:id, '2025-09-01', 'avant', :source)"
        for number in (1, 2):
            connection.execute(text(told), {"id": number, "source": OLD})
    migrate(engine, "office")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT version, source FROM rulebook_version ORDER BY id")).all()
        closed = connection.execute(text("SELECT kind, facility_id, reason FROM exceptional_day")).all()
    engine.dispose()
    assert [row.version for row in found] == ["2025-1", "2025-1-2"]
    assert closed == [("closed", 1, "fin d'année")]
    book = parse(found[0].source)
    assert (book.name, book.effective, book.calendar.zone) == ("règlement « d'avant »", date(2025, 9, 1), "B")
    (rule,) = book.notices
    assert rule.operations == (Operation.BOOK,)
    assert (rule.limit.weekday, rule.limit.weeks, rule.late.effect) == ("jeudi", 2, "demander")
    (tariff,) = book.tariffs
    assert tariff.prices["MER-J"] == (Decimal("14.00"), Decimal("16.60"))
    assert tariff.outside["MER-J"] == (Decimal("21.00"),)
