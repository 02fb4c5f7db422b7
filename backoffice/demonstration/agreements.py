"""What families agree on before the first month: who pays for whom, the crèche's contracts, the CAF's aids, debits."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from schwifty import IBAN
from sqlalchemy import select

from backoffice.agreements.grant import AidTerms, grant_aid
from backoffice.agreements.sign import sign_contract
from backoffice.debits.mandates import MandateEntry, enter_mandate
from backoffice.demonstration.commune import Place
from backoffice.demonstration.people import Household, Town
from backoffice.families.payer_rules import Part
from backoffice.families.payers import set_payers
from backoffice.office import Work
from models.office.bookings import Enrolment
from models.office.families import Guardian, Quotient
from models.office.structure import Activity, Regie
from models.vocabulary import CustodyWeeks, FamilyKind

HALF_DAY = 330  # minutes of the crèche's morning, and of its afternoon
CLOSED_WEEKS = 5  # of a year that a contract does not hold
AIDED, MOST_AIDED = 800, 8  # the quotient up to which the CAF helps, and the children helped
AID = 9000  # cents, for the year
BANKS = (("20041", "01005"), ("30006", "00001"), ("30004", "00823"), ("10278", "02000"))
EIGHTH = 8  # a family out of so many is debited


def agree(work: Work, place: Place, town: Town, creche: Mapping[int, int]) -> None:
    """Write down what is agreed; `creche` gives the half-days a week of the children of the crèche."""
    _share_payers(work, town)
    _sign_contracts(work, place, town, creche)
    _grant_aids(work, place, town)
    for at, household in enumerate(debited(town.households)):
        enter(work, household, rank=at + 1, signed_on=work.today)


def debited(households: Sequence[Household]) -> Sequence[Household]:
    """Choose the families that pay by direct debit: fifteen of the hundred and twenty."""
    return households[3 :: max(2, min(EIGHTH, len(households) // 5))]


def enter(work: Work, household: Household, *, rank: int, signed_on: date | None) -> None:
    """Enter the mandate of a household, on an account of a real bank that nobody holds."""
    session = work.session
    payer = session.get_one(Guardian, household.guardians[0])
    bank, branch = BANKS[rank % len(BANKS)]
    enter_mandate(
        work,
        MandateEntry(
            family_id=household.id,
            regie_id=session.scalars(select(Regie.id)).one(),
            holder=f"{payer.first_name} {payer.last_name}",
            iban=IBAN.generate("FR", bank_code=bank, branch_code=branch, account_code=f"{rank:011}").compact,
            signed_on=signed_on,
            signed_at_place=payer.city if signed_on else "",
        ),
    )


def _share_payers(work: Work, town: Town) -> None:
    """Let the separated parents of one child share its canteen by percent, those of another by alternate weeks."""
    rows = work.session.execute(
        select(Enrolment.child_id, Activity.service_id)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .where(Activity.code == "CANTINE")
    ).all()
    enrolled: dict[int, int] = {row.child_id: row.service_id for row in rows}
    pairs = [
        (one, other, kid)
        for one, other in zip(town.households, town.households[1:], strict=False)
        for kid in one.children[:1]
        if one.kind is FamilyKind.SEPARATED and kid in other.children and kid.id in enrolled
    ]
    ways = ((60, None), (40, None)), ((None, CustodyWeeks.EVEN), (None, CustodyWeeks.ODD))
    for (first, second), (one, other, kid) in zip(ways, pairs, strict=False):
        shares = Part(one.id, *first), Part(other.id, *second)
        set_payers(work, kid.id, enrolled[kid.id], starts=town.season.starts, shares=shares)


def _sign_contracts(work: Work, place: Place, town: Town, creche: Mapping[int, int]) -> None:
    """Sign a year's contract for four children of the crèche out of five; the others come now and then."""
    starts = town.season.starts
    ends = min(starts.replace(year=starts.year + 1), town.season.ends + timedelta(days=1)) - timedelta(days=1)
    months = (ends.year - starts.year) * 12 + ends.month - starts.month + 1
    for at, (child_id, half_days) in enumerate(sorted(creche.items())):
        if at % 5 < 4:
            sign_contract(
                work,
                child_id,
                place.activities["CRECHE"],
                starts=starts,
                ends=ends,
                minutes_a_week=half_days * HALF_DAY,
                weeks_hundredths=(months * 52 // 12 - CLOSED_WEEKS * months // 12) * 100,
                months=months,
            )


def _grant_aids(work: Work, place: Place, town: Town) -> None:
    """Let the CAF help a few children on Wednesdays and in the holidays."""
    leisure = [place.activities["MERCREDI"], place.activities["VACANCES"]]
    rows = work.session.execute(
        select(Enrolment.child_id, Enrolment.payer_family_id)
        .join(Quotient, Quotient.family_id == Enrolment.payer_family_id)
        .where(Enrolment.activity_id.in_(leisure), Quotient.value <= AIDED, Quotient.starts == town.season.starts)
        .distinct()
        .order_by(Enrolment.child_id)
    ).all()
    for child_id, family_id in rows[1 : MOST_AIDED + 1]:
        reference = f"88-{town.season.year}-{child_id:04}"
        terms = AidTerms("temps-libres", town.season.starts, town.season.ends, AID, reference)
        grant_aid(work, child_id, family_id, terms)
