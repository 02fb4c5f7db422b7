"""The form of a mandate, to print and have signed."""

from datetime import date

from sqlalchemy.orm import Session

from backoffice.billing.letterhead import letterhead_of_regie
from backoffice.debits.lists import account_of
from backoffice.families.lists import guardians_of
from backoffice.sealing import Sealer
from models.office.debits import Mandate
from models.office.families import Family
from models.office.structure import Regie
from reports.pdf.letterhead import RegieDocument
from reports.pdf.mandate import MandateDocument, render_mandate


def mandate_form(session: Session, sealer: Sealer, mandate_id: int, today: date) -> bytes:
    """Render a mandate's form; the account is shown by its ends only."""
    mandate = session.get_one(Mandate, mandate_id)
    regie = session.get_one(Regie, mandate.regie_id)
    facts = letterhead_of_regie(session, regie.id)
    guardians = guardians_of(session, [mandate.family_id]).get(mandate.family_id, [])
    payer = min(guardians, key=lambda found: not found.is_payer, default=None)
    return render_mandate(
        MandateDocument(
            regie=RegieDocument(facts.commune, facts.siret, facts.regie, facts.address, facts.phone, facts.email),
            ics=regie.ics or "",
            rum=mandate.rum,
            one_off=mandate.one_off,
            holder=mandate.holder,
            address=(payer.street, f"{payer.postal_code} {payer.city}") if payer else (),
            account=account_of(sealer, mandate),
            bic=mandate.bic or "",
            family_number=session.get_one(Family, mandate.family_id).number,
            made_on=today,
        )
    )
