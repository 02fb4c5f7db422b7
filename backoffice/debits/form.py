"""The form of a mandate, to print and have signed."""

from datetime import date

from sqlalchemy.orm import Session

from backoffice.billing.heading import regie_document
from backoffice.billing.letterhead import letterhead_of_regie
from backoffice.debits.lists import account_of
from backoffice.families.lists import guardians_of, payer_first
from backoffice.sealing import Sealer
from models.office.debits import Mandate
from models.office.families import Family
from models.office.structure import Regie
from reports.pdf.mandate import MandateDocument, render_mandate


def mandate_form(session: Session, sealer: Sealer, mandate_id: int, today: date) -> bytes:
    """Render a mandate's form; the account is shown by its ends only."""
    mandate = session.get_one(Mandate, mandate_id)
    regie = session.get_one(Regie, mandate.regie_id)
    guardians = guardians_of(session, [mandate.family_id]).get(mandate.family_id, [])
    payer = next(iter(payer_first(guardians)), None)
    return render_mandate(
        MandateDocument(
            regie=regie_document(letterhead_of_regie(session, regie.id)),
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
