"""The prices of a month: each day of a child is priced whole, with all that its rulebook looks at."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from backoffice.billing.contracts import never_below_zero
from backoffice.billing.days import Day, price_mixed
from backoffice.billing.hours import AS_PLANNED, hours_of
from backoffice.billing.ledger import Account, Books
from backoffice.billing.levelled import contract_month, split
from backoffice.billing.rules import AttendedUnit, Entry, Item, Kind, Line, Package, Terms, lines_of
from backoffice.billing.scope import Scope
from backoffice.billing.situations import BY_DAY, HERE, Monthly, Ruling, Situations, Visit, Who
from backoffice.rulebook.file.parts import Occasion
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.file.words import Per
from backoffice.rulebook.values import Contract, PriceLine, Quote
from models.vocabulary import AttendanceState
from resources.french import NARROW

Units = Sequence[AttendedUnit]
ABSENCES = {
    AttendanceState.UNJUSTIFIED: "absence non justifiée",
    AttendanceState.JUSTIFIED: "absence justifiée",
}
CANCELLED = f"Réservation annulée{NARROW}: l'absence reste facturée."
LAST = 1000  # what is no unit comes after the units


class PriceList:
    """Prices accounts; what prices look at is read once, in a constant number of queries."""

    def __init__(self, session: Session, scope: Scope, books: Books) -> None:
        self._scope, self._books = scope, books
        self._situations = Situations(session, scope, books)
        self._orders = {unit.code: unit.order for unit in scope.units.values()}
        self._entries: dict[tuple[int, int, AttendanceState, bool], tuple[Quote, tuple[Entry, ...]]] = {}

    def lines(self, account: Account) -> list[Line]:
        """Price an account: what it holds, its own part of what it shares, and its part of what others share with it.

        Raises:
            RefusedByRule: the rulebook has no price for something; the sentence says what to complete.
        """
        books = self._books
        if not books.shares:
            return never_below_zero(self._whole(account))
        found = [books.shares.kept(account, line) for line in self._whole(account)]
        for holder in books.lenders.get(account, ()):
            found += books.shares.taken(account, holder, self._whole(holder))
        return never_below_zero(found)

    def entries(self, account: Account) -> list[Item]:
        """Give what each day adds to the lines of an account, before anything is shared."""
        return [item for holder in (account, *self._books.lenders.get(account, ())) for item in self._items(holder)]

    def occasion(
        self, account: Account, child_id: int, kind: Kind, day: date | None
    ) -> tuple[Rulebook, Occasion] | None:
        """Give the rules of a day, and what the conditions of an aid look at in what is billed; a month's, of its first."""
        activity = next((one for one in self._scope.activities.values() if one.code == kind.activity), None)
        on = day or (self._first_day(account, child_id, activity.id) if activity else None)
        seat = self._books.enrolments.held(child_id, activity.id, on) if activity and on else None
        if activity is None or on is None or seat is None:
            return None
        ruling = self._situations.ruling(activity.id, on)
        part = ruling.applied.book.activities.get(activity.code)
        if part is None:
            return None
        who = self._situations.of(Visit(ruling, Who(account[0], child_id, activity.id), on, seat.category))
        period = ruling.applied.calendar.period(on)
        return ruling.applied.book, Occasion(
            on, period, part.code, part.service, kind.unit, who.resident, who.rank, who.age, who.category, who.quotient
        )

    def _first_day(self, account: Account, child_id: int, activity_id: int) -> date | None:
        """Give the first day of what a child owes by the month."""
        packages = self._books.packages
        holders = (account, *self._books.lenders.get(account, ()))
        days = (package for holder in holders for package in packages.get(holder, ()))
        return min(
            (one.first for one in days if (one.child_id, one.activity_id) == (child_id, activity_id)), default=None
        )

    def _whole(self, account: Account) -> list[Line]:
        """Price whole what an account holds."""
        return lines_of(self._items(account), self._books.shares.apart(account))

    def _items(self, account: Account) -> list[Item]:
        items: list[Item] = []
        for who, days in self._days(account).items():
            for day, seen in days.items():
                items += [Item(who.child_id, day, entry) for entry in self._day(who, day, seen)]
        for package in self._books.packages.get(account, ()):
            items += [Item(package.child_id, None, entry) for entry in self._month(account[0], package)]
        return items

    def unproved_days(self, account: Account) -> set[date]:
        """Give the days that are dearer for want of a proof of income."""
        situations, units = self._situations, self._scope.units
        seen = self._books.ledger.get(account, ())
        moments = {situations.moment(units[unit.unit_id].activity_id, unit.day) for unit in seen}
        if all(situations.is_proved(account[0], moment) for moment in moments):
            return set()
        found = set()
        for who, days in self._days(account).items():
            for day, of_day in days.items():
                ruling = situations.ruling(who.activity_id, day)
                situation = situations.of(Visit(ruling, who, day, of_day[0].facts.category))
                if ruling.applied.lacks_proof(activity=ruling.activity.code, day=day, situation=situation):
                    found.add(day)
        return found

    def _days(self, account: Account) -> dict[Who, dict[date, list[AttendedUnit]]]:
        courses: dict[tuple[int, int], dict[date, list[AttendedUnit]]] = {}
        units = self._scope.units
        for unit in self._books.ledger.get(account, ()):
            course = courses.setdefault((unit.child_id, units[unit.unit_id].activity_id), {})
            course.setdefault(unit.day, []).append(unit)
        return {Who(account[0], *course): days for course, days in courses.items()}

    def _day(self, who: Who, day: date, seen: list[AttendedUnit]) -> Sequence[Entry]:
        visit = Visit(self._situations.ruling(who.activity_id, day), who, day, seen[0].facts.category)
        terms = seen[0].facts.terms
        if len(seen) > 1:
            seen.sort(key=lambda unit: self._scope.units[unit.unit_id].order)
            if any(unit.facts.terms != terms for unit in seen):
                return self._mixed(visit, seen)
        return self._told(visit.ruling, self._quote(visit, seen, terms, seen), terms)

    def _mixed(self, visit: Visit, seen: Units) -> list[Entry]:
        units, ruling = self._scope.units, visit.ruling
        rules = Day(
            book=ruling.applied.book,
            activity=ruling.activity.code,
            code=lambda unit: units[unit.unit_id].code,
            quote=lambda part, terms: self._quote(visit, part, terms, seen),
        )
        return [self._entry(ruling, line, terms) for terms, line in price_mixed(rules, seen)]

    def _quote(self, visit: Visit, part: Units, terms: Terms, seen: Units) -> Quote:
        """Price units together, among those of a day."""
        ruling, units = visit.ruling, self._scope.units
        there = ruling.timed and terms.state is AttendanceState.PRESENT
        hours = hours_of(part, seen, units) if there else AS_PLANNED
        contract = self._contract(visit.who, visit.day)
        situation = self._situations.of(visit, terms, hours, Monthly(contract=contract) if contract else BY_DAY)
        codes = tuple([units[unit.unit_id].code for unit in part])
        return ruling.applied.quote(activity=ruling.activity.code, units=codes, day=visit.day, situation=situation)

    def _contract(self, who: Who, day: date) -> Contract | None:
        contracts = self._books.contracts
        return contracts.on(who.child_id, who.activity_id, day) if contracts else None

    def _month(self, family_id: int, package: Package) -> Sequence[Entry]:
        if package.contract is not None:
            return contract_month(self._scope, self._situations, family_id, package, self._of_month)
        who, day = Who(family_id, package.child_id, package.activity_id), package.first
        ruling = self._situations.ruling(who.activity_id, day) if self._scope.rules.on(day) else None
        if ruling is None or ruling.factors is None:
            return ()
        visit = Visit(ruling, who, day, package.category)
        quote = ruling.applied.month_quote(
            activity=ruling.activity.code,
            month=self._scope.month,
            situation=self._situations.of(
                visit, monthly=Monthly(package.days_a_week, self._contract(who, package.last))
            ),
            first=package.first,
            last=package.last,
        )
        return [self._of_month(ruling, line) for line in split(ruling, quote)[1]]

    def _of_month(self, ruling: Ruling, line: PriceLine) -> Entry:
        return self._entry(ruling, line, HERE)

    def _told(self, ruling: Ruling, quote: Quote, terms: Terms) -> tuple[Entry, ...]:
        """Give what a quote adds to an invoice; found once, however many days share it."""
        key = id(quote), ruling.activity.id, terms.state, terms.cancelled
        found = self._entries.get(key)
        if found is None:
            entries = tuple(self._entry(ruling, line, terms) for line in quote.lines)
            found = self._entries[key] = quote, entries  # held, so that its identity stays its own
        return found[1]

    def _entry(self, ruling: Ruling, line: PriceLine, terms: Terms) -> Entry:
        absence = terms.state if terms.state in ABSENCES else None
        label = _label(ruling.activity.name, line.title) + (f", {ABSENCES[terms.state]}" if absence else "")
        order = self._orders.get(line.unit, (ruling.activity.position, LAST))
        kind = Kind(
            ruling.activity.code, line.unit, label, line.section, line.unit_price, line.label, line.per, absence, order
        )
        cancelled = (CANCELLED,) if absence and terms.cancelled else ()
        if line.per is not Per.HOUR:
            return Entry(kind, line.quantity, (*line.steps, *cancelled))
        steps = line.steps[:-1]  # the line, rounded once, tells its own amount
        return Entry(kind, round(line.quantity * 60), (*steps, *cancelled))


def _label(activity: str, title: str) -> str:
    """Name what is billed: « Restauration scolaire, repas »; initials keep their capitals."""
    if title.casefold().startswith(activity.casefold()):
        return title
    return f"{activity}, {title[:1].lower() + title[1:] if title[1:2].islower() else title}"
