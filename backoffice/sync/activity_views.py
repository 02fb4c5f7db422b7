"""The views of activities' weeks: what all the families share, openings, limits, prices, places left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select

from backoffice.bookings.cells import limits_of, taken_and_waited
from backoffice.bookings.late import CHARGED, booking_costs, cost_words, costs_words
from backoffice.bookings.lists import hours_text
from backoffice.office import ViewKey
from backoffice.rulebook.applied import Applied
from backoffice.rulebook.file.notice_parts import Late
from backoffice.rulebook.file.parts import Occasion
from backoffice.rulebook.file.words import InTime, LateEffect, Operation, Trigger
from backoffice.rulebook.in_force import Rules
from backoffice.rulebook.values import Limit
from backoffice.sync.contract import ActivityWeekView, LimitView, SlotView, UnitView
from backoffice.sync.frame import NOTHING, Frame, Shown
from backoffice.sync.week_views import number_and_week
from models.office.structure import Activity, AgeGroup, Facility, Unit

NEVER = LimitView(until=None, late="refuse", rule="")
LATE: dict[LateEffect, Literal["refuse", "ask", "charge", "bill", "proof"]] = {
    LateEffect.REFUSE: "refuse",
    LateEffect.ASK: "ask",
    LateEffect.SURCHARGE: "charge",
    LateEffect.PRICE: "charge",
    LateEffect.BILL: "bill",
    LateEffect.PROOF: "proof",
}
SOLD = CHARGED | {LateEffect.ASK}  # what the régie's own limit ends


def activity_weeks(frame: Frame, keys: Sequence[ViewKey]) -> dict[ViewKey, Shown]:
    """Build the weeks that an activity's families share: openings, limits, prices, places left."""
    wanted = {key: number_and_week(key[1]) for key in keys}
    inside = {key: week for key, week in wanted.items() if week[1] in frame.weeks}
    if not inside:
        return dict.fromkeys(keys, NOTHING)
    ids = {activity_id for activity_id, _ in inside.values()}
    offer = _read_offer(frame, ids, [day for _, day in inside.values()])
    return dict.fromkeys(keys, NOTHING) | {
        key: Shown(_activity_week(frame, offer, *offer.activities[activity_id], monday=day))
        for key, (activity_id, day) in inside.items()
        if activity_id in offer.activities
    }


@dataclass(frozen=True, slots=True)
class _Offer:
    activities: Mapping[int, tuple[Activity, Facility]]
    units: Mapping[int, Sequence[Unit]]
    groups: Mapping[int, Sequence[AgeGroup]]
    taken: Mapping[tuple[int, date, int], int]
    listed: Mapping[tuple[int, date, int], int]


def _read_offer(frame: Frame, ids: Iterable[int], mondays: Sequence[date]) -> _Offer:
    session, wanted = frame.session, set(ids)
    found = session.execute(
        select(Activity, Facility).join(Facility, Facility.id == Activity.facility_id).where(Activity.id.in_(wanted))
    )
    units: dict[int, list[Unit]] = {}
    for unit in session.scalars(
        select(Unit).where(Unit.activity_id.in_(wanted)).order_by(Unit.activity_id, Unit.position, Unit.id)
    ):
        units.setdefault(unit.activity_id, []).append(unit)
    groups: dict[int, list[AgeGroup]] = {}
    for group in session.scalars(select(AgeGroup).where(AgeGroup.activity_id.in_(wanted)).order_by(AgeGroup.id)):
        groups.setdefault(group.activity_id, []).append(group)
    numbers = [unit.id for some in units.values() for unit in some]
    first, last = min(mondays), max(mondays) + timedelta(days=6)
    taken, listed = taken_and_waited(session, numbers, first, last)
    return _Offer({activity.id: (activity, facility) for activity, facility in found}, units, groups, taken, listed)


def _activity_week(
    frame: Frame, offer: _Offer, activity: Activity, facility: Facility, *, monday: date
) -> ActivityWeekView:
    units = offer.units.get(activity.id, ())
    return ActivityWeekView(
        activity_id=activity.id,
        activity=activity.name,
        place=facility.name,
        online=activity.online,
        waiting_list=activity.waiting_list,
        monday=monday,
        units=tuple(UnitView(id=unit.id, name=unit.name, hours=hours_text(unit)) for unit in units),
        slots=tuple(
            _slot(frame, offer, activity, unit, monday + timedelta(days=n)) for n in range(7) for unit in units
        ),
    )


def _slot(frame: Frame, offer: _Offer, activity: Activity, unit: Unit, day: date) -> SlotView:
    place = _Place(frame.rules.on(day), activity.code, unit.code, day, past=day < frame.today)
    prices = place.prices()
    here, outside = (place.limits(frame.rules, prices, resident=resident) for resident in (True, False))
    return SlotView(
        unit_id=unit.id,
        day=day,
        closed=frame.rules.closed(activity.code, day),
        book=here[0],
        cancel=here[1],
        prices=prices,
        places={
            str(group.id): max(group.capacity - offer.taken.get((unit.id, day, group.id), 0), 0)
            for group in offer.groups.get(activity.id, ())
        },
        listed={
            str(group.id): count
            for group in offer.groups.get(activity.id, ())
            if (count := offer.listed.get((unit.id, day, group.id), 0))
        },
        outside=outside if outside != here else None,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A unit of a day under the rules in force."""

    applied: Applied | None
    activity: str
    unit: str
    day: date
    past: bool

    def prices(self, late: Late | None = None) -> dict[str, int]:
        """Price the unit for each class of families that pay the same, booked in time or not."""
        if self.applied is None:
            return {}
        return self.applied.rates(activity=self.activity, unit=self.unit, day=self.day, late=late)

    def limits(self, rules: Rules, prices: dict[str, int], *, resident: bool) -> tuple[LimitView, LimitView]:
        """Give the limits to book and to cancel, as families of a residence see them."""
        found = limits_of(rules, self.activity, self.day, unit=self.unit, resident=resident)
        if not found or self.applied is None:
            return NEVER, NEVER
        book, cancel = found[Operation.BOOK], found[Operation.CANCEL]
        costs, dearer = self._costs(self.applied, book.late, prices, resident=resident)
        return self._limit(book, costs, dearer), self._limit(cancel, cost_words(cancel.late), {})

    def _costs(
        self, applied: Applied, late: Late, prices: dict[str, int], *, resident: bool
    ) -> tuple[str, dict[str, int]]:
        """Say what booking late costs, in words and in prices, where it can be done and costs anything."""
        answered = any(Trigger.LATE in modifier.when for modifier in applied.book.modifiers)
        if self.past or late.effect not in SOLD or not (answered or late.effect in CHARGED):
            return "", {}
        period, service = applied.calendar.period(self.day), applied.book.activities[self.activity].service
        occasion = Occasion(self.day, period, self.activity, service, self.unit, resident)
        dearer = {key: cents for key, cents in self.prices(late).items() if cents != prices.get(key)}
        return costs_words(booking_costs(applied.book, occasion, late)), dearer

    def _limit(self, bound: Limit, cost: str, dearer: dict[str, int]) -> LimitView:
        sold = bound.starts if bound.late.effect in CHARGED else None
        ends = [bound.staff_until, sold] if bound.late.effect in SOLD else []
        return LimitView(
            until=bound.until,
            late="refuse" if self.past else LATE[bound.late.effect],
            rule=bound.rule,
            opens=bound.opens,
            in_time="ask" if bound.in_time is InTime.ASK else "accept",
            cost=cost,
            late_until=min((instant for instant in ends if instant is not None), default=None),
            late_prices=dearer,
        )
