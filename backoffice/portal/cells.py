"""One cell of a child's week as the family sees it: how it stands, what it costs, whether and until when it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from backoffice.sync.contract import ActivityWeekView, CellState, LimitView, SlotView, UnitView, WeekActivity
from resources.french import in_paris, instant_text, plural, until_text

Spot = tuple[int, date]  # unit, day
FEW_PLACES = 5

instant_words = lru_cache(maxsize=1024)(instant_text)  # a week says the same few limits again and again
until_words = lru_cache(maxsize=1024)(until_text)


class Look(StrEnum):
    """What a cell looks like: a word, an icon and a colour, never the colour alone."""

    FREE = "free"
    BOOKED = "booked"
    DEARER = "dearer"
    ASKABLE = "askable"
    SENT = "sent"
    WAITING = "waiting"
    PRESENT = "present"
    ABSENT = "absent"
    CLOSED = "closed"
    EARLY = "early"
    LATE = "late"
    FULL = "full"
    OUTSIDE = "outside"
    DESK = "desk"


WORDS = {
    Look.FREE: "Libre",
    Look.BOOKED: "Réservé",
    Look.DEARER: "Hors délai",
    Look.ASKABLE: "Sur demande",
    Look.SENT: "Envoyé",
    Look.WAITING: "En attente",
    Look.PRESENT: "Présent",
    Look.ABSENT: "Absent",
    Look.CLOSED: "Fermé",
    Look.EARLY: "Pas encore ouvert",
    Look.LATE: "Trop tard",
    Look.FULL: "Complet",
    Look.OUTSIDE: "Hors inscription",
    Look.DESK: "Auprès de la régie",
}
MEANINGS = {
    Look.FREE: "vous pouvez réserver en cochant la case",
    Look.BOOKED: "la place est à vous ; décochez pour annuler, tant que c'est possible",
    Look.DEARER: "le délai est passé\u202f; vous pouvez encore réserver, au prix indiqué",
    Look.ASKABLE: "la régie décidera",
    Look.SENT: "votre demande est partie, elle est en cours d'enregistrement",
    Look.WAITING: "la régie doit répondre",
    Look.PRESENT: "l'enfant est venu",
    Look.ABSENT: "l'enfant n'est pas venu",
    Look.CLOSED: "pas d'accueil ce jour-là",
    Look.EARLY: "les réservations de ce jour ne sont pas encore ouvertes",
    Look.LATE: "le délai pour réserver est passé",
    Look.FULL: "il n'y a plus de place",
    Look.OUTSIDE: "l'enfant n'est pas inscrit ce jour-là",
    Look.DESK: "cette activité ne se réserve pas en ligne",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit of one day, ready to be drawn."""

    unit: UnitView
    day: date
    state: CellState
    look: Look
    details: tuple[str, ...] = ()
    price_cents: int | None = None
    until: datetime | None = None
    changeable: bool = False
    on_request: bool = False
    cost: str = ""  # what changing it costs, the delay being over: « majoré de 10 % »

    @property
    def spot(self) -> Spot:
        """Which cell it is."""
        return (self.unit.id, self.day)

    @property
    def name(self) -> str:
        """Name the cell in a form."""
        return f"{self.unit.id}:{self.day.isoformat()}"

    @property
    def stake_cents(self) -> int | None:
        """Give what changing it adds or takes off; an absence that stays billed takes nothing off."""
        return 0 if self.state is CellState.BOOKED and self.cost else self.price_cents

    @property
    def words(self) -> str:
        """Say how it stands."""
        return WORDS[self.look]


class Stage(StrEnum):
    """Where a moment stands between an opening, a limit, and what follows it."""

    EARLY = "early"
    OPEN = "open"
    VALIDATED = "validated"  # in time, and the régie validates
    REFUSE = "refuse"
    ASK = "ask"
    CHARGE = "charge"
    BILL = "bill"
    PROOF = "proof"


@dataclass(frozen=True, slots=True)
class CellJudge:
    """All that decides what one cell says."""

    mine: WeekActivity
    view: ActivityWeekView
    unit: UnitView
    slot: SlotView
    state: CellState
    sent: CellState | None
    now: datetime

    def cell(self) -> Cell:
        if self.sent is not None:
            wish = "réservation" if self.sent is CellState.BOOKED else "annulation"
            return self._fixed(Look.SENT, f"{wish.capitalize()} en cours d'enregistrement")
        if self.state in {CellState.PRESENT, CellState.ABSENT}:
            to_come = self.slot.day > in_paris(self.now).date()
            return self._fixed(Look(self.state.value), *(["Absence annoncée"] if to_come else []))
        if self.state is CellState.WAITING:
            return self._fixed(Look.WAITING, "La régie doit répondre")
        if self.slot.closed is not None:
            return self._closed(self.slot.closed)
        if self.state is CellState.BOOKED:
            return self._booked()
        return self._free()

    def _closed(self, why: str) -> Cell:
        booked = ("Une réservation était prévue",) if self.state is CellState.BOOKED else ()
        return self._fixed(Look.CLOSED, why, *booked)

    def _booked(self) -> Cell:
        if not self.view.online:
            return self._fixed(Look.BOOKED, "Se modifie auprès de la régie")
        limit = limits_of(self.mine, self.slot)[1]
        stage = _stage(limit, self.now)
        if stage is Stage.EARLY:
            return self._fixed(Look.BOOKED, f"S'annule à partir du {_said(limit.opens)}")
        if stage is Stage.OPEN:
            return self._open(Look.BOOKED, limit)
        if stage is Stage.VALIDATED:
            return self._on_request(Look.BOOKED, _validated(limit), *_after(limit), until=limit.until)
        return self._late_to_cancel(stage, limit)

    def _late_to_cancel(self, stage: Stage, limit: LimitView) -> Cell:
        since = self._since(limit)
        if not since or stage not in CANCELLABLE:
            return self._fixed(Look.BOOKED, *(f"{words}\u202f: ne peut plus être annulé" for words in since))
        if stage is Stage.BILL:
            told = f"{since[0]}\u202f: si vous annulez, {limit.cost}"
            return self._cell(Look.BOOKED, (told,), changeable=True, cost=limit.cost)
        then = limit.cost if stage is Stage.PROOF else "la régie décidera"
        return self._on_request(Look.BOOKED, f"{since[0]}\u202f: l'annulation se demande, {then}")

    def _free(self) -> Cell:
        if not self.mine.starts <= self.slot.day <= self.mine.ends:
            return self._fixed(Look.OUTSIDE)
        if not self.view.online:
            return self._fixed(Look.DESK)
        limit, places = limits_of(self.mine, self.slot)[0], self.slot.places.get(self.mine.group)
        stage = _stage(limit, self.now)
        if stage is Stage.EARLY:
            return self._fixed(Look.EARLY, f"Ouvre le {_said(limit.opens)}")
        if stage not in BOOKABLE or (stage in {Stage.ASK, Stage.CHARGE} and self._over()):
            return self._fixed(Look.LATE, *self._since(limit))
        if places is not None and places <= 0:
            return self._fixed(Look.FULL)
        left = (f"Il reste {plural(places, 'place')}",) if places is not None and places <= FEW_PLACES else ()
        return self._bookable(stage, limit, left)

    def _bookable(self, stage: Stage, limit: LimitView, left: tuple[str, ...]) -> Cell:
        if stage is Stage.OPEN:
            return self._open(Look.FREE, limit, *left)
        if stage is Stage.VALIDATED:
            return self._on_request(Look.ASKABLE, *left, _validated(limit), *_after(limit), until=limit.until)
        terms = at_rate(self.mine, self.slot.day)
        prices = self.slot.prices | limit.late_prices, terms.prices | terms.late_prices
        if stage is Stage.CHARGE:
            told = f"{_since(limit)}\u202f: {limit.cost}"
            return self._cell(Look.DEARER, (told, *left), changeable=True, cost=limit.cost, prices=prices)
        asked = f"{_since(limit)}\u202f: la régie décidera"
        words = (f"{asked}\u202f; {limit.cost}" if limit.cost else asked, *left)
        return self._cell(Look.ASKABLE, words, changeable=True, on_request=True, cost=limit.cost, prices=prices)

    def _open(self, look: Look, limit: LimitView, *details: str) -> Cell:
        words = f"Modifiable jusqu'au {_until(limit)}"
        return self._cell(look, (*details, words, *_after(limit)), until=limit.until, changeable=True)

    def _on_request(self, look: Look, *details: str, until: datetime | None = None) -> Cell:
        return self._cell(look, details, until=until, changeable=True, on_request=True)

    def _over(self) -> bool:
        """A day gone by is not asked for, and needs no explanation."""
        return self.slot.day < in_paris(self.now).date()

    def _since(self, limit: LimitView) -> tuple[str, ...]:
        return () if self._over() else (_since(limit),)

    def _fixed(self, look: Look, *details: str) -> Cell:
        return self._cell(look, details)

    def _cell(
        self,
        look: Look,
        details: tuple[str, ...],
        *,
        until: datetime | None = None,
        changeable: bool = False,
        on_request: bool = False,
        cost: str = "",
        prices: tuple[Mapping[str, int], Mapping[str, int]] | None = None,
    ) -> Cell:
        terms = at_rate(self.mine, self.slot.day)
        shared, own = prices or (self.slot.prices, terms.prices)
        priced = look not in {Look.CLOSED, Look.OUTSIDE, Look.LATE, Look.FULL, Look.ABSENT}
        price = shared.get(terms.rate, own.get(str(self.unit.id))) if priced else None
        return Cell(self.unit, self.slot.day, self.state, look, details, price, until, changeable, on_request, cost)


CANCELLABLE = {Stage.ASK, Stage.BILL, Stage.PROOF}
BOOKABLE = {Stage.OPEN, Stage.VALIDATED, Stage.ASK, Stage.CHARGE}


def _stage(limit: LimitView, now: datetime) -> Stage:
    if limit.until is None or now >= limit.until:
        over = limit.late_until is not None and now >= limit.late_until
        return Stage.REFUSE if over else Stage(limit.late)
    if limit.opens is not None and now < limit.opens:
        return Stage.EARLY
    return Stage.VALIDATED if limit.in_time == "ask" else Stage.OPEN


def limits_of(mine: WeekActivity, slot: SlotView) -> tuple[LimitView, LimitView]:
    """Give the limits to book and to cancel: a family from outside may have its own."""
    return slot.outside if mine.outside and slot.outside else (slot.book, slot.cancel)


def at_rate(mine: WeekActivity, day: date) -> WeekActivity:
    """Give the rate and the prices of a day: another quotient, another rulebook may begin within the week."""
    return next((later for later in reversed(mine.later) if later.starts <= day), mine)


def _said(instant: datetime | None) -> str:
    assert instant is not None
    return instant_words(instant)


def _until(limit: LimitView) -> str:
    assert limit.until is not None
    return until_words(limit.until)


def _after(limit: LimitView) -> tuple[str, ...]:
    return (f"Après\u202f: {limit.cost}",) if limit.cost else ()


def _validated(limit: LimitView) -> str:
    return f"Validation par la régie, à demander jusqu'au {_until(limit)}"


def _since(limit: LimitView) -> str:
    return f"Délai passé depuis le {until_words(limit.until)}" if limit.until else "Ne se fait pas en ligne"
