"""Months issued at a régie whose settings a test is about: mandates, payments, what became of each invoice."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, update

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import IssueReport, issue_month
from backoffice.office import Office, Work
from backoffice.payments.book import Money, Share, enter
from models.office.billing import CarryOver, Invoice
from models.office.debits import Mandate
from models.office.structure import Regie
from models.vocabulary import MandateState, PaymentMeans
from tests.factories import AGENT, Town
from tests.months import OCTOBER, seen

NOVEMBER = date(2026, 11, 1)
IN_DECEMBER = datetime(2026, 12, 2, 9, tzinfo=UTC)
NOVEMBER_DAYS = (date(2026, 11, 3), date(2026, 11, 5), date(2026, 11, 6))


def set_regie(office: Office, **values: Any) -> None:
    office.write(lambda work: work.session.execute(update(Regie).values(**values)) and None, AGENT)


def issued(office: Office, month: date = OCTOBER) -> IssueReport:
    office.write(draft_month, AGENT, month)
    return office.write(issue_month, AGENT, month)


def invoice(office: Office, number: str) -> Invoice:
    return office.read(lambda session: session.scalars(select(Invoice).where(Invoice.number == number)).one())


def carried_into(office: Office) -> dict[str | None, str | None]:
    """Give which invoice asks for which, by their numbers."""
    numbers = dict(office.read(lambda session: session.execute(select(Invoice.id, Invoice.number)).all()))
    rows = office.read(lambda session: session.scalars(select(CarryOver)).all())
    return {numbers[row.invoice_id]: numbers[row.into_id] for row in rows}


def a_mandate(office: Office, town: Town, family_id: int | None = None, **values: Any) -> int:
    told: dict[str, Any] = {
        "state": MandateState.ACTIVE, "one_off": False, "holder": "Camille Martin", "iban_ending": "4321",
        "signed_on": date(2026, 9, 1), "rum": f"ENF-{family_id or town.home.family_id}-{len(values)}",
    }  # fmt: skip

    def sign(work: Work) -> int:
        row = Mandate(
            regie_id=town.regie_id, family_id=family_id or town.home.family_id, iban_sealed=work.sealer.seal("FR76"),
            created_at=work.now, **(told | values),
        )  # fmt: skip
        work.session.add(row)
        work.session.flush()
        return row.id

    return office.write(sign, AGENT)


def pay(office: Office, number: str, cents: int) -> None:
    def enter_it(work: Work) -> None:
        row = work.session.scalars(select(Invoice).where(Invoice.number == number)).one()
        money = Money(
            family_id=row.family_id, payer_name="Camille Martin", means=PaymentMeans.CASH, cents=cents,
            received_on=work.today,
        )  # fmt: skip
        enter(work, work.session.scalars(select(Regie)).one(), money, [Share(row.id, cents)])

    office.write(enter_it, AGENT)


def meals(office: Office, town: Town, *days: date) -> None:
    seen(office, town.home.child_id, town.meal_id, *days)
