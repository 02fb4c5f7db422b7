"""The prices of a month: each day of a child is priced whole, with all that its rulebook looks at."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from backoffice.billing.days import Day, price_mixed
from backoffice.billing.hours import AS_PLANNED, hours_of
from backoffice.billing.ledger import Account, Books
from backoffice.billing.rules import AttendedUnit, Entry, Item, Kind, Line, Package, Terms, lines_of
from backoffice.billing.scope import Scope
from backoffice.billing.situations import HERE, Ruling, Situations, Visit, Who
from backoffice.rulebook.file.words import Per
from backoffice.rulebook.values import PriceLine, Quote
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
        """Price an account.

        Raises:
            RefusedByRule: the rulebook has no price for something; the sentence says what to complete.
        """
        items: list[Item] = []
        for who, days in self._days(account).items():
            for day, seen in days.items():
                items += [Item(who.child_id, day, entry) for entry in self._day(who, day, seen)]
        for package in self._books.packages.get(account, ()):
            items += [Item(package.child_id, None, entry) for entry in self._month(account[0], package)]
        return lines_of(items)

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
        situation = self._situations.of(visit, terms, hours_of(part, seen, units) if there else AS_PLANNED)
        codes = tuple([units[unit.unit_id].code for unit in part])
        return ruling.applied.quote(activity=ruling.activity.code, units=codes, day=visit.day, situation=situation)

    def _month(self, family_id: int, package: Package) -> Sequence[Entry]:
        who, day = Who(family_id, package.child_id, package.activity_id), package.first
        ruling = self._situations.ruling(who.activity_id, day) if self._scope.rules.on(day) else None
        if ruling is None or ruling.factors is None:
            return ()
        visit = Visit(ruling, who, day, package.category)
        quote = ruling.applied.month_quote(
            activity=ruling.activity.code,
            month=self._scope.month,
            situation=self._situations.of(visit, days_a_week=package.days_a_week),
            first=package.first,
            last=package.last,
        )
        return self._told(ruling, quote, HERE)

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
