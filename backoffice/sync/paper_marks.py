"""Which papers and mandates families find on the portal, by the names of their views."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.office import ViewKey
from backoffice.sync.contract import ViewKind
from models.office.billing import CreditNote
from models.office.debits import Mandate
from models.office.payments import Payment
from models.office.reminders import TaxCertificate
from models.office.requests import Request
from models.vocabulary import MandateState, PaymentMeans, RequestKind

RECEIPT, CREDIT_NOTE, CERTIFICATE, MANDATE = "receipt", "credit_note", "certificate", "mandate"
SHOWN_FOR = 2  # years, of a receipt


def receipts_since(today: date) -> date:
    """Say from which day on families find their receipts."""
    return today.replace(year=today.year - SHOWN_FOR, day=min(today.day, 28))


def paper_keys(session: Session, today: date) -> set[ViewKey]:
    """Name all the papers that families may have."""
    sources = {
        RECEIPT: select(Payment.id, Payment.family_id).where(
            Payment.received_on >= receipts_since(today), Payment.means != PaymentMeans.AID
        ),
        CREDIT_NOTE: select(CreditNote.id, CreditNote.family_id),
        CERTIFICATE: select(TaxCertificate.id, TaxCertificate.family_id),
        MANDATE: select(Mandate.id, Mandate.family_id).where(Mandate.state == MandateState.UNSIGNED),
    }
    return {
        (ViewKind.PAPER, f"{kind}:{number}", family_id)
        for kind, query in sources.items()
        for number, family_id in session.execute(query)
    }


def mandate_keys(session: Session) -> set[ViewKey]:
    """Name the households that have mandates, or have asked for one."""
    having = set(session.scalars(select(Mandate.family_id).distinct()))
    asking = session.scalars(select(Request.family_id).where(Request.kind == RequestKind.MANDATE).distinct())
    return {(ViewKind.MANDATES, "", family_id) for family_id in having | set(asking)}
