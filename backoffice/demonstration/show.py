"""Play the demonstration's month without a window: bill, print, export, and say where to look."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.attendance.export import export_attendance
from backoffice.attendance.roll_call import print_roll_call
from backoffice.billing.bill import bill
from backoffice.billing.lists import invoice_pdf, invoices_of
from backoffice.clock import previous_month
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.rulebook.in_force import read_rules
from models.office.structure import Activity, Service

SHOWN_INVOICES = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """The papers of the demonstration's month."""

    month: date
    issued: int
    total_cents: int
    invoices: tuple[Path, ...]
    roll_call: Path
    sheets: tuple[Path, ...]


def play_month(office: Office) -> Shown:
    """Issue last month's invoices and write some of its papers under `exports/`; twice does it once."""
    month = previous_month(office.today())
    bill(office, SYSTEM, month, issue=True)
    folder = office.folder / "exports"
    folder.mkdir(exist_ok=True)
    issued = [row for row in office.read(invoices_of, month) if row.number]
    invoices = tuple(
        _write(folder / f"facture-{row.number}.pdf", office.read(invoice_pdf, row.id))
        for row in sorted(issued, key=lambda row: (row.family_id, row.service_code))[:SHOWN_INVOICES]
    )
    codes = office.read(lambda session: session.scalars(select(Service.code).order_by(Service.position)).all())
    sheets = tuple(
        _write(
            folder / f"presences-{code.lower()}-{month:%Y-%m}.xlsx",
            office.read(export_attendance, code, month, now=office.now()),
        )
        for code in codes
    )
    activity_id, day = office.read(_next_canteen, office.today())
    pages = office.read(print_roll_call, activity_id, day, office.sealer)
    roll_call = _write(folder / f"appel-cantine-{day:%Y-%m-%d}.pdf", pages)
    return Shown(month, len(issued), sum(row.total_cents for row in issued), invoices, roll_call, sheets)


def _next_canteen(session: Session, today: date) -> tuple[int, date]:
    activity = session.scalars(select(Activity).where(Activity.code == "CANTINE")).one()
    rules, day = read_rules(session), today
    while rules.closed(activity.code, day) and day < today + timedelta(days=90):
        day += timedelta(days=1)
    return activity.id, day


def _write(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file
