"""Rulebooks richer than the factories', and the lines that they make of October."""

from datetime import date, time

from sqlalchemy import update

from backoffice.billing.draft import draft_month
from backoffice.billing.lists import LineRow, invoice_file, invoices_of
from backoffice.office import Office, Work
from models.office.bookings import Attendance, Booking, Enrolment
from models.office.families import Quotient
from models.office.structure import RulebookVersion, Unit
from models.vocabulary import AttendanceState, BookingState, EnrolmentStatus, Origin, Section
from resources.french import NARROW
from tests.factories import AGENT, RULEBOOK, Town
from tests.months import OCTOBER

MORNING_UNIT = '{ code = "PERI-MATIN", nom = "Matin", debut = 07:30:00, fin = 08:30:00 }'
EVENING_UNIT = '{ code = "PERI-SOIR", nom = "Soir", debut = 16:30:00, fin = 18:30:00 }'
DAY_UNIT = '{ code = "PERI-JOUR", nom = "Journée", debut = 07:30:00, fin = 18:30:00 }'
LATE = {"effet": "majorer", "pourcent": "20"}  # as a booking keeps it
CARE_TARIFF = RULEBOOK[RULEBOOK.rindex("[[tarif]]") :]
HOURLY = """[[tarif]]
code = "heures"
titre = "Accueil à l'heure"
activites = ["PERI"]
mode = "durée"
prix = 2.10
pas_minutes = 15
tolerance_minutes = 5
"""
PICKUP = """
[[modification]]
code = "retard-soir"
titre = "Départ après la fermeture"
activites = ["PERI"]
si = ["départ tardif"]
montant = 5.00
par_minutes = 15
"""


def adopt(office: Office, *parts: str, instead: str = "", of: str = "", siblings: str = "") -> None:
    """Put parts at the end of the commune's rulebook, some instead of others."""
    source = RULEBOOK.replace(of, instead) if of else RULEBOOK
    source = source.replace("[[activite]]", f"{siblings}\n[[activite]]", 1) + "\n".join(parts)
    office.write(lambda work: work.session.execute(update(RulebookVersion).values(source=source)) and None, AGENT)


def add_evening(office: Office, town: Town) -> int:
    """Add the evening to the care."""
    evening = Unit(
        activity_id=town.care_id, code="PERI-SOIR", name="Soir", starts=time(16, 30), ends=time(18, 30),
        section=Section.CARE, position=2,
    )  # fmt: skip

    def add(work: Work) -> int:
        work.session.add(evening)
        work.session.flush()
        return evening.id

    return office.write(add, AGENT)


def point(
    office: Office,
    child_id: int,
    unit_id: int,
    day: date,
    state: AttendanceState = AttendanceState.PRESENT,
    **told: object,
) -> None:
    """Point a child on a day, with what the director or the régie said of it."""
    seen = Attendance(child_id=child_id, unit_id=unit_id, day=day, state=state, **told)
    office.write(lambda work: work.session.add(seen), AGENT)


def book(
    office: Office,
    child_id: int,
    unit_id: int,
    *days: date,
    late: dict[str, object] | None = None,
    state: BookingState = BookingState.BOOKED,
) -> None:
    """Book days, in time or late."""
    rows = [
        Booking(
            child_id=child_id, unit_id=unit_id, day=day, state=state, origin=Origin.DESK, request_id=None,
            changed_at=office.now(), late=late,
        )
        for day in days
    ]  # fmt: skip
    office.write(lambda work: work.session.add_all(rows), AGENT)


def enrol(office: Office, town: Town, *, starts: date, **told: object) -> None:
    """Enrol the Martin child in the care anew."""
    row = Enrolment(
        child_id=town.home.child_id, activity_id=town.care_id, age_group_id=town.care_group_id,
        payer_family_id=town.home.family_id, starts=starts, ends=date(2027, 7, 3), status=EnrolmentStatus.ACTIVE, **told,
    )  # fmt: skip
    office.write(lambda work: work.session.add(row), AGENT)


def drafted(office: Office, month: date = OCTOBER) -> list[LineRow]:
    """Draft the month and give the lines of all families; each invoice adds up."""
    office.write(draft_month, AGENT, month)
    files = [office.read(invoice_file, row.id) for row in office.read(invoices_of, month)]
    for file in files:
        assert file.row.total_cents == sum(line.amount_cents for line in file.lines)
    return [line for file in files for line in file.lines]


def brief(lines: list[LineRow]) -> list[tuple[str, str, str, int]]:
    """Give of each line what, how many, at which price, how much."""
    return [(line.label, plain(line.quantity_text), plain(line.unit_price_text), line.amount_cents) for line in lines]


def plain(text: str) -> str:
    return text.replace(NARROW, " ").replace("\xa0", " ")


def prove(office: Office, town: Town, **values: object) -> None:
    """Complete the Martin family's proof of income."""
    mine = update(Quotient).where(Quotient.family_id == town.home.family_id).values(**values)
    office.write(lambda work: work.session.execute(mine) and None, AGENT)
