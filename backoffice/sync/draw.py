"""Drawing the papers that are about to be published and that nobody has asked for yet: receipts, mandates to sign."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.debits.form import mandate_form
from backoffice.office import Office, Work
from backoffice.papers import keep
from backoffice.payments.receipts import draw_receipts
from backoffice.permissions import SYSTEM
from backoffice.sync.paper_marks import MANDATE, RECEIPT, receipts_since
from backoffice.sync.receipt_views import KINDS
from models.office.debits import Mandate
from models.office.payments import Payment
from models.office.treasury import Paper
from models.vocabulary import MandateState, PaperKind, PaymentMeans

AT_ONCE = 60  # as many as a batch holds
DRAWN_A_TURN = 180  # a few seconds: families' requests do not wait for papers of long ago


def draw_papers(office: Office, wanted: Collection[tuple[str, int]]) -> int:
    """Draw some of the papers that wait to leave; a few at a time, so that nobody waits for them."""
    some = sorted(wanted)[:AT_ONCE]
    if some:
        receipts = office.read(draw_receipts, [number for kind, number in some if kind == RECEIPT])
        office.write(_keep, SYSTEM, receipts, [number for kind, number in some if kind == MANDATE])
    return len(some)


def undrawn(session: Session, today: date, keys: Iterable[str]) -> set[tuple[str, int]]:
    """Find, among papers about to leave, those that families should have and that are not drawn."""
    named = [(kind, int(number)) for kind, _, number in (key.partition(":") for key in keys)]
    found: set[tuple[str, int]] = set()
    for drawn_late in (RECEIPT, MANDATE):
        ids = {number for kind, number in named if kind == drawn_late}
        if ids:
            found |= {(drawn_late, number) for number in _to_draw(session, today, drawn_late, ids)}
    return found


def _to_draw(session: Session, today: date, kind: str, ids: Collection[int]) -> set[int]:
    kept = select(Paper.subject_id).where(Paper.kind == KINDS[kind], Paper.subject_id.in_(ids))
    if kind == MANDATE:
        query = select(Mandate.id).where(Mandate.id.in_(ids), Mandate.state == MandateState.UNSIGNED)
    else:
        recent = Payment.received_on >= receipts_since(today), Payment.means != PaymentMeans.AID
        query = select(Payment.id).where(Payment.id.in_(ids), *recent)
    return set(session.scalars(query)) - set(session.scalars(kept))


def _keep(work: Work, receipts: dict[int, bytes], mandate_ids: Collection[int]) -> None:
    keep(work.session, PaperKind.RECEIPT, receipts)
    forms = {number: mandate_form(work.session, work.sealer, number, work.today) for number in mandate_ids}
    keep(work.session, PaperKind.MANDATE, forms)
