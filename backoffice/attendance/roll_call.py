"""The roll call of a day: one paper per group, from the grid of the day."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.attendance.lists import DayRow, DaySheet, SheetGroup, day_sheet
from backoffice.attendance.rules import NURSERY_AGE
from backoffice.sealing import Sealer
from models.office.families import PickupPerson
from models.office.structure import Commune
from models.vocabulary import BookingState, Diet
from reports.pdf.roll_call import RollCallDocument, RollCallRow, render_roll_call

DIETS = {Diet.NONE: "", Diet.NO_PORK: "sans porc", Diet.VEGETARIAN: "végétarien"}


def roll_call(session: Session, activity_id: int, day: date, sealer: Sealer) -> list[RollCallDocument]:
    """Give a document for each group of the activity, those who expect nobody included.

    Raises:
        RefusedByRule: the activity does not exist.
    """
    sheet = day_sheet(session, activity_id, day, sealer)
    commune = session.scalar(select(Commune.name)) or ""
    children = {row.child_id for row in sheet.rows if row.expected}
    barred = PickupPerson.allowed.is_(False) & PickupPerson.contact.is_(False)  # to be called is no prohibition
    watched = set(session.scalars(select(PickupPerson.child_id).where(PickupPerson.child_id.in_(children), barred)))
    return [_document(commune, sheet, group, watched) for group in sheet.groups]


def print_roll_call(session: Session, activity_id: int, day: date, sealer: Sealer) -> bytes:
    """Give the roll call of all groups as one PDF.

    Raises:
        RefusedByRule: the activity does not exist.
    """
    return render_roll_call(roll_call(session, activity_id, day, sealer))


def _document(commune: str, sheet: DaySheet, group: SheetGroup, watched: set[int]) -> RollCallDocument:
    expected = [row for row in sheet.rows if row.expected and row.group_id == group.id]
    return RollCallDocument(
        commune=commune,
        facility=sheet.facility,
        activity=sheet.activity,
        group=group.name,
        day=sheet.day,
        units=tuple(unit.name for unit in sheet.units),
        rows=tuple(_row(number, row, watched) for number, row in enumerate(expected, start=1)),
        expected_count=len(expected),
        under_six_count=sum(row.age < NURSERY_AGE for row in expected),
    )


def _row(number: int, row: DayRow, watched: set[int]) -> RollCallRow:
    """Say what to watch, never why: no diagnosis on paper."""
    return RollCallRow(
        number=number,
        last_name=row.last_name,
        first_name=row.first_name,
        age=row.age,
        class_name=row.class_name or "",
        expected=tuple(cell.booking is BookingState.BOOKED or cell.state is not None for cell in row.cells),
        has_pai=row.health is not None and row.health.pai,
        has_allergy=row.health is not None and bool(row.health.allergies),
        diet=DIETS[row.diet],
        leaves_alone=row.leaves_alone,
        has_forbidden_person=row.child_id in watched,
    )
