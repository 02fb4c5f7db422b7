"""Households that share a child: separated parents, their two households, and what they agreed."""

from datetime import date

from sqlalchemy import insert

from backoffice.billing.lists import InvoiceFile, invoice_file, invoices_of
from backoffice.families.payer_rules import Part
from backoffice.families.payers import set_payers
from backoffice.office import Office, Work
from models.office.families import FamilyChild
from models.vocabulary import CustodyWeeks
from tests.factories import AGENT, Town, another_family
from tests.months import OCTOBER

SEPTEMBER = date(2026, 9, 1)


def other_parent(office: Office, town: Town, name: str = "Durand", *, quotient: int | None = 500) -> int:
    """Attach the Martin child to another household too."""
    family_id = another_family(office, town, name, quotient=quotient).family_id

    def attach(work: Work) -> None:
        work.session.execute(insert(FamilyChild).values(family_id=family_id, child_id=town.home.child_id))

    office.write(attach, AGENT)
    return family_id


def share(office: Office, town: Town, *percents: tuple[int, int], starts: date = SEPTEMBER, **told: object) -> None:
    """Share the Martin child's canteen by percent."""
    parts = [Part(family_id, percent=percent) for family_id, percent in percents]
    office.write(set_payers, AGENT, town.home.child_id, town.canteen_service_id, starts=starts, shares=parts, **told)


def alternate(office: Office, town: Town, even: int, odd: int, *, starts: date = SEPTEMBER) -> None:
    """Share the Martin child's canteen by weeks."""
    parts = [Part(even, weeks=CustodyWeeks.EVEN), Part(odd, weeks=CustodyWeeks.ODD)]
    office.write(set_payers, AGENT, town.home.child_id, town.canteen_service_id, starts=starts, shares=parts)


def files(office: Office, month: date = OCTOBER) -> dict[str, InvoiceFile]:
    """Give the invoices of a month by household."""
    return {row.family: office.read(invoice_file, row.id) for row in office.read(invoices_of, month)}
