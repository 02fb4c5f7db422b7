"""What the portal tells of a payment on PayFiP, and a PayFiP that answers at once."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backoffice.errors import Unavailable
from backoffice.office import Office, Work
from backoffice.payfip.client import Answer, Standing
from backoffice.payments.ask import AskReport, ask_payfip
from backoffice.payments.reconcile import OnlineRow, reconciliation
from backoffice.permissions import SYSTEM
from backoffice.requests.receive import Receipt, receive
from backoffice.sync.contract import Action, BasketLine, OnlinePaymentTold
from models.office.structure import Regie
from tests.factories import AGENT, Household
from tests.letterbox import an_action
from tests.unit.payments.household import TODAY, Owed

CLIENT = "881140"
IDOP = "1fb5ab70-0000-4000-8000-000000000001"
BOTH = 4730


@dataclass
class Answers:
    """A PayFiP that answers what a test gave it, and nothing over the network."""

    by_idop: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    breaks_after: int | None = None

    def detail(self, idop: str) -> Answer:
        if self.breaks_after is not None and len(self.asked) >= self.breaks_after:
            message = "PayFiP ne répond pas."
            raise Unavailable(message)
        self.asked.append(idop)
        return self.by_idop.get(idop, Answer(standing=Standing.UNKNOWN))


def a_client_number(office: Office) -> None:
    """Give the régie its number at PayFiP."""

    def put(work: Work) -> None:
        for regie in work.session.query(Regie):
            regie.payfip_client = CLIENT

    office.write(put, AGENT)


def told(owed: Owed, state: str = "paid", **changes: Any) -> OnlinePaymentTold:
    """Tell of the basket of both invoices, 47,30 €."""
    values: dict[str, Any] = {
        "idop": IDOP,
        "reference": "PANIER0001",
        "regie_id": owed.town.regie_id,
        "basket": (
            BasketLine(invoice_id=owed.canteen.id, cents=4150),
            BasketLine(invoice_id=owed.care.id, cents=580),
        ),
        "amount_cents": BOTH,
        "state": state,
        "means": "card" if state == "paid" else None,
        "started_at": owed.office.now(),
        "paid_at": owed.office.now() if state == "paid" else None,
    }
    return OnlinePaymentTold(**values | changes)


def tell(owed: Owed, message: OnlinePaymentTold, home: Household | None = None) -> tuple[Action, Receipt]:
    """Apply a message as the collection does; give the action too."""
    action = an_action(home or owed.town.home, message, at=owed.office.now())
    return action, owed.office.write(receive, SYSTEM, action)


def paid(cents: int = BOTH, at: datetime | None = None, **changes: Any) -> Answer:
    """Answer as PayFiP does of a payment made."""
    values = {"means": "card", "reference": "PANIER0001", "client": CLIENT, "at": at, "result": "P"}
    return Answer(standing=Standing.PAID, cents=cents, **values | changes)


def ask(owed: Owed, answers: Answers) -> AskReport:
    """Ask PayFiP of the day."""
    today = owed.office.today()
    return ask_payfip(owed.office, AGENT, owed.town.regie_id, today, today, progress=lambda *_: None, payfip=answers)


def rows(owed: Owed) -> tuple[OnlineRow, ...]:
    """Read the reconciliation since the first payment."""
    today = owed.office.today()
    return owed.office.read(reconciliation, owed.town.regie_id, TODAY, today, now=owed.office.now())
