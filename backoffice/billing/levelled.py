"""What a contract's month costs: its levelled hours less the absences not billed, and, at its end, the difference."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from backoffice.agreements.rules import Absent, Agreed, Billed, Closing, settle
from backoffice.billing.rules import Entry, Kind, Package
from backoffice.billing.scope import Scope
from backoffice.billing.situations import Monthly, Ruling, Situations, Visit, Who
from backoffice.rulebook.file.tariff_parts import ContractTariff
from backoffice.rulebook.file.words import Per
from backoffice.rulebook.values import PriceLine, Quote, Situation, cents
from models.vocabulary import Section

LAST = 1001  # after the months, on an invoice
NOTHING = Billed(Decimal(0), Decimal(0), 0)
EntryOf = Callable[[Ruling, PriceLine], Entry]


def contract_month(
    scope: Scope, situations: Situations, family_id: int, package: Package, entry_of: EntryOf
) -> list[Entry]:
    """Price a month of a contract.

    Raises:
        RefusedByRule: the rulebook has no price for it.
    """
    agreed = package.contract
    if agreed is None or not (agreed.due or agreed.closing):
        return []
    ruling = situations.ruling(package.activity_id, package.first)
    if ruling.factors is None:
        return []
    visit = Visit(ruling, Who(family_id, package.child_id, package.activity_id), package.first, package.category)
    situation = situations.of(visit, monthly=Monthly(contract=agreed.terms.contract))
    deducted = _deducted(scope, ruling, situation, agreed.absences)
    quote = ruling.applied.month_quote(
        activity=ruling.activity.code,
        month=scope.month,
        situation=situation,
        first=package.first,
        last=package.last,
        deducted_minutes=deducted,
    )
    line = next(iter(split(ruling, quote)[0]), None)  # a contract's hours are asked once, whatever its price lists
    if line is None:
        return []
    found = [_of(agreed, entry_of(ruling, line))] if agreed.due else []
    if agreed.closing is not None and line.per is Per.HOUR:
        whole = _deducted(scope, ruling, situation, agreed.closing.absences)
        found += _regularised(ruling, agreed, agreed.closing, line, whole)
    return found


def split(ruling: Ruling, quote: Quote) -> tuple[list[PriceLine], list[PriceLine]]:
    """Set apart, among what a month asks, the contract's hours and the packages."""
    titles = {tariff.title for tariff in ruling.applied.book.tariffs if isinstance(tariff, ContractTariff)}
    contracts = [line for line in quote.lines if line.title in titles]
    return contracts, [line for line in quote.lines if line.title not in titles]


def _deducted(scope: Scope, ruling: Ruling, situation: Situation, absences: Sequence[Absent]) -> int:
    """Add up the minutes that the rules of each day do not bill."""
    total = 0
    for absent in absences:
        applied = scope.rules.on(absent.day)
        if applied is None or applied.book.units.get(absent.unit, (None,))[0] is not applied.book.activities.get(
            ruling.activity.code
        ):
            continue
        told = replace(
            situation,
            absent=True,
            justified=absent.justified,
            absence=absent.absence,
            absence_day=absent.absence_day or 1,
        )
        total += applied.deduction(activity=ruling.activity.code, units=(absent.unit,), day=absent.day, situation=told)
    return total


def _regularised(ruling: Ruling, agreed: Agreed, closing: Closing, line: PriceLine, deducted: int) -> list[Entry]:
    """Make the line of the difference, if there is one."""
    minutes = round(line.quantity * 60)
    weighed = minutes * line.unit_price
    last = Billed(Decimal(minutes), weighed, cents(weighed / 60)) if agreed.due else NOTHING
    settled = settle(agreed.terms, deducted, closing.billed, last, line.unit_price)
    if not settled.cents:
        return []
    kind = Kind(
        activity=ruling.activity.code,
        unit=line.unit,
        label=f"{ruling.activity.name}, régularisation du contrat",
        section=Section.CARE,
        price=Decimal(settled.cents).scaleb(-2),
        tariff=line.label,
        per=Per.UNIT,
        absence=None,
        order=(ruling.activity.position, LAST),
        contract_id=agreed.id,
    )
    return [Entry(kind, 1, settled.steps)]


def _of(agreed: Agreed, entry: Entry) -> Entry:
    return entry._replace(kind=entry.kind._replace(contract_id=agreed.id))
