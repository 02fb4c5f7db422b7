"""A crèche at the national scale, thirty hours a week in days of six, and what it makes of a month."""

from datetime import date

from sqlalchemy import update

from backoffice.agreements.sign import ContractReport, sign_contract
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import InvoiceFile, invoice_file, invoices_of
from backoffice.office import Office, Work
from models.office.bookings import Attendance, Enrolment
from models.office.families import Quotient
from models.office.structure import RulebookVersion
from models.vocabulary import AttendanceState
from tests.factories import AGENT, Town, reached

RULEBOOK = """
nom = "règlement de fonctionnement de la crèche"
version = "2026-1"
effet = 2026-01-01

[calendrier]
zone = "B"

[[activite]]
code = "PERI"
nom = "Crèche"
service = "PERI"
nature = "crèche"
etablissement = "STADE"
unites = [{ code = "PERI-MATIN", nom = "Accueil", debut = 08:00:00, fin = 14:00:00 }]

[[tarif]]
code = "psu"
titre = "Barème national"
activites = ["PERI"]
mode = "effort"
bareme = "psu"
pas_minutes = 30
tolerance_minutes = 10

[[tarif]]
code = "contrat"
titre = "Contrat mensualisé"
activites = ["PERI"]
mode = "contrat"
tarif_horaire = "psu"
pas_minutes = 30

[[absence]]
code = "fermeture"
titre = "Fermeture de la crèche"
activites = ["PERI"]
justifiee = true

[[absence]]
code = "maladie"
titre = "Maladie avec certificat, après trois jours"
activites = ["PERI"]
justifiee = true
jours_factures = 3

[[absence]]
code = "sans-motif"
titre = "Absence sans motif"
activites = ["PERI"]
justifiee = false
facture = 100
"""
STARTS, ENDS = date(2026, 9, 1), date(2027, 8, 31)
MONTHS = tuple(date(2026 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(9, 21))


def a_creche(office: Office, town: Town, source: str = RULEBOOK) -> None:
    """Make the care a crèche; the Martins have 2 500 € a month and one child: 1,55 € an hour."""

    def lay(work: Work) -> None:
        work.session.execute(update(RulebookVersion).values(source=source))
        mine = Quotient.family_id == town.home.family_id
        work.session.execute(update(Quotient).where(mine).values(resources_cents=250000, children=1))
        care = Enrolment.activity_id == town.care_id
        work.session.execute(update(Enrolment).where(care).values(ends=ENDS))

    reached(office, ("creche", source), lambda: office.write(lay, AGENT))


def sign(office: Office, town: Town, *, starts: date = STARTS, ends: date = ENDS, **told: int) -> ContractReport:
    """Sign thirty hours a week over 47 weeks, in twelve months, or something else."""
    terms = {"minutes_a_week": 1800, "weeks_hundredths": 4700, "months": 12, **told}
    agreed = (town.home.child_id, town.care_id)
    state = ("contract", *agreed, starts, ends, *sorted(terms.items()))
    return reached(
        office, state, lambda: office.write(sign_contract, AGENT, *agreed, starts=starts, ends=ends, **terms)
    )


def away(office: Office, town: Town, *days: date, absence: str, first: int = 1) -> None:
    """Point justified absences in a row, for a reason of the rulebook."""
    rows = [
        Attendance(
            child_id=town.home.child_id, unit_id=town.morning_id, day=day, state=AttendanceState.JUSTIFIED,
            absence=absence, absence_day=first + (day - days[0]).days,
        )
        for day in days
    ]  # fmt: skip
    office.write(lambda work: work.session.add_all(rows), AGENT)


def there(office: Office, town: Town, *days: date) -> None:
    """Point the child present."""
    rows = [
        Attendance(child_id=town.home.child_id, unit_id=town.morning_id, day=day, state=AttendanceState.PRESENT)
        for day in days
    ]
    office.write(lambda work: work.session.add_all(rows), AGENT)


def draft(office: Office, month: date) -> InvoiceFile:
    """Draft a month and give the Martins' draft."""
    office.write(draft_month, AGENT, month)
    (row,) = [row for row in office.read(invoices_of, month) if row.number is None]
    return office.read(invoice_file, row.id)


def issued(office: Office, month: date) -> InvoiceFile:
    """Draft and issue a month."""
    file = draft(office, month)
    office.write(issue_month, AGENT, month)
    return office.read(invoice_file, file.row.id)
