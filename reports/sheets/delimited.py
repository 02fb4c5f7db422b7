"""CSV as French Excel opens it: semicolons, a byte order mark, decimal commas, and no cell that runs."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from reports.sheets.book import RUNNING, Value
from resources.french import short_date

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
STILL = "'"  # what a spreadsheet writes itself before a text that it must not run


def csv_of(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Write rows under their heads."""
    target = StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow([_written(head) for head in heads])
    writer.writerows([_written(value) for value in row] for row in rows)
    return (MARK + target.getvalue()).encode()


def _written(value: Value) -> str:
    match value:
        case Decimal():
            return f"{value:f}".replace(".", ",")
        case datetime():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return short_date(value)
        case str():
            text = " ".join(value.split()) if "\n" in value or "\r" in value else value
            return f"{STILL}{text}" if text.startswith(RUNNING) else text
    return "" if value is None else str(value)
