"""« À titrer »: who owes enough, for long enough, to be handed over to the Treasury; and who does not, and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.payments.book import credits_of
from backoffice.reminders.owed import owed_at, stops_at
from backoffice.reminders.people import Debtor, debtors
from backoffice.reminders.rules import Owed
from models.office.billing import Invoice
from models.office.structure import Commune, Regie, Service
from reports.sheets.claims import ClaimRow, ClaimsDocument, claims_csv, render_claims
from resources.french import NARROW, euros, plural


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """An invoice late enough to be handed over."""

    owed: Owed
    product_code: str
    account: str
    amount_cents: int  # what was asked, credit notes taken off
    paid_cents: int
    days_late: int


@dataclass(frozen=True, slots=True)
class ClaimDebtor:
    """A household to hand over; or left apart, and why."""

    debtor: Debtor
    lines: tuple[ClaimLine, ...]
    apart: str = ""

    @property
    def family_id(self) -> int:
        """Know the line of a list."""
        return self.debtor.family_id

    @property
    def cents(self) -> int:
        """Give what it owes on these invoices."""
        return sum(line.owed.due_cents for line in self.lines)

    @property
    def seen(self) -> dict[int, int]:
        """Give what is due by invoice, as it was shown."""
        return {line.owed.invoice_id: line.owed.due_cents for line in self.lines}


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """What may be handed over at a régie, and who is left apart."""

    regie_id: int
    claim_days: int
    floor_cents: int
    ready: tuple[ClaimDebtor, ...]
    apart: tuple[ClaimDebtor, ...]

    @property
    def cents(self) -> int:
        """Give what may be handed over in all."""
        return sum(one.cents for one in self.ready)


def claimable(session: Session, regie_id: int, today: date) -> ClaimPage:
    """Sort the households late of `claim_days` and more: those over the floor, and the others with the reason."""
    regie = session.get_one(Regie, regie_id)
    late = [one for one in owed_at(session, regie_id, today) if one.days_late(today) >= regie.claim_days]
    asked = [_asked(one) for one in by_debtor(session, lines_of(session, late, today))]
    found = set_apart(session, regie, asked, today)
    return ClaimPage(
        regie_id,
        regie.claim_days,
        regie.claim_floor_cents,
        tuple(one for one in found if not one.apart),
        tuple(one for one in found if one.apart),
    )


def lines_of(session: Session, owed: Sequence[Owed], today: date) -> tuple[ClaimLine, ...]:
    """Add to invoices what the accountant knows them by."""
    ids = [one.invoice_id for one in owed]
    rows = session.execute(
        select(
            Invoice.id, Invoice.total_cents - Invoice.aid_cents - Invoice.credited_cents, Invoice.paid_cents,
            Service.product_code, Service.account,
        )
        .join(Service, Invoice.service_id == Service.id)
        .where(Invoice.id.in_(ids))
    )  # fmt: skip
    known = {row[0]: row for row in rows}
    return tuple(
        ClaimLine(one, known[one.invoice_id][3], known[one.invoice_id][4], known[one.invoice_id][1],
                  known[one.invoice_id][2], one.days_late(today))
        for one in owed
    )  # fmt: skip


def by_debtor(session: Session, lines: Iterable[ClaimLine]) -> list[ClaimDebtor]:
    """Group invoices by household, in French order."""
    found: dict[int, list[ClaimLine]] = {}
    for line in lines:
        found.setdefault(line.owed.family_id, []).append(line)
    people = debtors(session, found)
    ranked = sorted(people.values(), key=lambda one: (one.sort_key, one.family_id))
    return [ClaimDebtor(person, tuple(found[person.family_id])) for person in ranked]


def set_apart(session: Session, regie: Regie, found: Sequence[ClaimDebtor], today: date) -> tuple[ClaimDebtor, ...]:
    """Say of each household why it is not handed over now, if something stands in the way."""
    stops = stops_at(session, regie.id, today)
    credit = credits_of(session, regie.id, [one.family_id for one in found]) if found else {}
    return tuple(
        replace(
            one,
            apart=one.apart
            or (stops[one.family_id].sentence if one.family_id in stops else "")
            or _covered(one.cents, credit.get(one.family_id, 0))
            or _below_floor(one.cents, regie.claim_floor_cents),
        )
        for one in found
    )


def _asked(one: ClaimDebtor) -> ClaimDebtor:
    """Keep what may be asked of a household; if nothing may, say why."""
    asked = tuple(line for line in one.lines if not line.owed.in_peace)
    return replace(one, lines=asked) if asked else replace(one, apart=one.lines[0].owed.in_peace)


def _covered(cents: int, credit_cents: int) -> str:
    """Say that the régie holds what it would let the Treasury ask for; nothing when it does not."""
    if credit_cents < cents:
        return ""
    return f"Son crédit de {euros(credit_cents)} couvre cette dette{NARROW}: imputez-le plutôt sur ses factures."


def _below_floor(cents: int, floor_cents: int) -> str:
    """Say that a debt is too small for the Treasury; nothing when it is not."""
    if cents >= floor_cents:
        return ""
    return f"Dette de {euros(cents)}, sous le seuil de {euros(floor_cents)} par débiteur."


def document_of(
    session: Session, regie_id: int, chosen: Iterable[ClaimDebtor], *, number: str, made_at: datetime
) -> ClaimsDocument:
    """Put a list together, by household then by invoice."""
    commune, siret = session.execute(select(Commune.name, Commune.siret)).one()
    return ClaimsDocument(
        commune=commune,
        siret=siret,
        regie=session.get_one(Regie, regie_id).name,
        number=number,
        made_at=made_at,
        rows=tuple(_row(one.debtor, line) for one in chosen for line in one.lines),
    )


def preview(
    session: Session, regie_id: int, today: date, *, now: datetime, family_ids: Collection[int] | None = None
) -> Mapping[str, bytes]:
    """Give the list as it would be handed over, by kind of file: xlsx, csv."""
    page = claimable(session, regie_id, today)
    chosen = [one for one in page.ready if family_ids is None or one.family_id in family_ids]
    document = document_of(session, regie_id, chosen, number="", made_at=now)
    return {"xlsx": render_claims(document), "csv": claims_csv(document)}


def _row(debtor: Debtor, line: ClaimLine) -> ClaimRow:
    owed, payer, other = line.owed, debtor.payer, debtor.other
    return ClaimRow(
        number=owed.number,
        issued_on=owed.issued_on,
        due_on=owed.due_on,
        service=owed.service,
        month=owed.month,
        product_code=line.product_code,
        account=line.account,
        last_name=payer.last_name if payer else debtor.family,
        first_name=payer.first_name if payer else "",
        address=debtor.address,
        amount_cents=line.amount_cents,
        paid_cents=line.paid_cents,
        due_cents=owed.due_cents,
        reminded=tuple(sorted(set(owed.reminded.values()))),
        other_name=other.name if other else "",
        other_address=other.address if other else (),
        family_number=debtor.number,
    )


def offer_of(page: ClaimPage, chosen: Sequence[ClaimDebtor]) -> str:
    """Say what handing these households over does."""
    invoices = sum(len(one.lines) for one in chosen)
    total = sum(one.cents for one in chosen)
    days = plural(page.claim_days, "jour")
    return (
        f"{plural(len(chosen), 'débiteur')}, {plural(invoices, 'facture')} en retard de {days} au moins, {euros(total)}"
        f"{NARROW}: le Trésor public recouvrera cette somme. Ces factures ne pourront plus être payées ni à la régie, "
        "ni sur le portail. Cela ne s'annule pas."
    )
