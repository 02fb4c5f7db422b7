"""One cell of a child's week as the family sees it: how it stands, what it costs, whether and until when it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from backoffice.sync.contract import (
    ActivityWeekView,
    CellState,
    CellView,
    LimitView,
    SlotView,
    UnitView,
    WeekActivity,
)
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
    OFFERED = "offered"
    SENT = "sent"
    WAITING = "waiting"
    LISTED = "listed"
    REFUSED = "refused"
    PRESENT = "present"
    ABSENT = "absent"
    CLOSED = "closed"
    EARLY = "early"
    LATE = "late"
    QUEUE = "queue"  # full, and its waiting list takes children
    FULL = "full"
    OUTSIDE = "outside"
    DESK = "desk"


WORDS = {
    Look.FREE: "Libre",
    Look.BOOKED: "Réservé",
    Look.DEARER: "Hors délai",
    Look.ASKABLE: "Sur demande",
    Look.OFFERED: "Place proposée",
    Look.SENT: "Envoyé",
    Look.WAITING: "En attente",
    Look.LISTED: "Liste d'attente",
    Look.REFUSED: "Refusé",
    Look.PRESENT: "Présent",
    Look.ABSENT: "Absent",
    Look.CLOSED: "Fermé",
    Look.EARLY: "Pas encore ouvert",
    Look.LATE: "Trop tard",
    Look.QUEUE: "Complet, liste d'attente",
    Look.FULL: "Complet",
    Look.OUTSIDE: "Hors inscription",
    Look.DESK: "Auprès de la régie",
}
MEANINGS = {
    Look.FREE: "vous pouvez réserver en cochant la case",
    Look.BOOKED: "la place est à vous ; décochez pour annuler, tant que c'est possible",
    Look.DEARER: "le délai est passé\u202f; vous pouvez encore réserver, au prix indiqué",
    Look.ASKABLE: "la régie décidera",
    Look.OFFERED: "une place s'est libérée\u202f; prenez-la ou laissez-la avant la date dite",
    Look.SENT: "votre demande est partie, elle est en cours d'enregistrement",
    Look.WAITING: "la régie doit répondre",
    Look.LISTED: "l'enfant est sur la liste, à ce rang\u202f; décochez pour la quitter",
    Look.REFUSED: "la régie a refusé\u202f; la raison est dite",
    Look.PRESENT: "l'enfant est venu",
    Look.ABSENT: "l'enfant n'est pas venu",
    Look.CLOSED: "pas d'accueil ce jour-là",
    Look.EARLY: "les réservations de ce jour ne sont pas encore ouvertes",
    Look.LATE: "le délai pour réserver est passé",
    Look.QUEUE: "il n'y a plus de place\u202f; cochez pour être inscrit sur la liste d'attente",
    Look.FULL: "il n'y a plus de place",
    Look.OUTSIDE: "l'enfant n'est pas inscrit ce jour-là",
    Look.DESK: "cette activité ne se réserve pas en ligne",
}


ON = {CellState.BOOKED, CellState.LISTED}  # the box is ticked
PRICELESS = {Look.CLOSED, Look.OUTSIDE, Look.LATE, Look.FULL, Look.ABSENT}


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
    queues: bool = False  # changing it enters a waiting list, or leaves it
    rank: int | None = None  # on the waiting list
    request_id: str | None = None  # of what waits
    sent: CellState | None = None  # what the family has wished of it, and the office has not answered

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
        """Give what changing it adds or takes off; an absence that stays billed, or a waiting list, moves nothing."""
        return 0 if self.queues or (self.state is CellState.BOOKED and self.cost) else self.price_cents

    @property
    def change_cents(self) -> int:
        """Give what changing it does to the next invoice."""
        return -(self.stake_cents or 0) if self.on else self.stake_cents or 0

    @property
    def on(self) -> bool:
        """Tell whether its box is ticked before anybody touches it."""
        return self.state in ON

    @property
    def words(self) -> str:
        """Say how it stands."""
        return f"{WORDS[self.look]}, {_ordinal(self.rank)}" if self.rank else WORDS[self.look]

    @property
    def turned(self) -> str:
        """Say what it becomes once its box is changed."""
        if self.on:
            return "À retirer de la liste" if self.queues else "À annuler"
        if self.queues:
            return "À mettre sur la liste"
        return "À demander" if self.on_request else "À réserver"


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
    known: CellView | None = None  # what the household's own view says of it, when it is not free
    leaving: bool = False  # what waits was taken back, and the office does not know yet

    def cell(self) -> Cell:
        if self.sent is not None:
            sent = self._fixed(Look.SENT, f"{self._wish(self.sent)} en cours d'enregistrement")
            return replace(sent, sent=self.sent)
        if self.state in {CellState.PRESENT, CellState.ABSENT}:
            to_come = self.slot.day > in_paris(self.now).date()
            return self._fixed(Look(self.state.value), *(["Absence annoncée"] if to_come else []))
        if self.state is CellState.WAITING:
            return self._waiting()
        if self.slot.closed is not None:
            return self._closed(self.slot.closed)
        if self.state is CellState.FREE:
            return self._free()
        return self._booked() if self.state is CellState.BOOKED else self._answered()

    def _waiting(self) -> Cell:
        if self.leaving:
            return self._fixed(Look.SENT, "Retrait de la demande en cours d'enregistrement")
        waiting = self._fixed(Look.WAITING, "La régie doit répondre")
        return replace(waiting, request_id=self.known.request_id) if self.known else waiting

    def _wish(self, sent: CellState) -> str:
        if self.state is CellState.OFFERED:
            return "Réponse à la place proposée"
        if self.state is CellState.LISTED:
            return "Retrait de la liste d'attente"
        return "Réservation" if sent is CellState.BOOKED else "Annulation"

    def _answered(self) -> Cell:
        """Draw what the office answered by something else than a place."""
        if self.state is CellState.LISTED:
            return self._listed(self.known.rank if self.known else None)
        if self.state is CellState.OFFERED:
            return self._offered(self.known.until if self.known else None)
        free, why = self._free(), self.known.why if self.known else ""
        return replace(free, look=Look.REFUSED, details=(*filter(None, (why,)), *free.details))

    def _listed(self, rank: int | None) -> Cell:
        leaves = self.view.online and not self._over()
        told = "Vous pouvez quitter la liste à tout moment" if leaves else ""
        found = self._cell(Look.LISTED, tuple(filter(None, (told,))), changeable=leaves)
        return replace(found, rank=rank, queues=True)

    def _offered(self, until: datetime | None) -> Cell:
        if until is not None and self.now >= until:
            return self._fixed(Look.OFFERED, "Le délai pour répondre est passé")
        told = f"Proposée jusqu'au {until_words(until)}" if until else "Répondez dès que possible"
        return self._cell(Look.OFFERED, (told,), until=until, changeable=True)

    def _closed(self, why: str) -> Cell:
        booked = ("Une réservation était prévue",) if self.state is CellState.BOOKED else ()
        return self._fixed(Look.CLOSED, _said_once(why), *booked)

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
            return self._full(stage, limit)
        left = (f"Il reste {plural(places, 'place')}",) if places is not None and places <= FEW_PLACES else ()
        return self._bookable(stage, limit, left)

    def _full(self, stage: Stage, limit: LimitView) -> Cell:
        """A full cell takes a child on its list where, had there been a place, it would have been given."""
        if not self.view.waiting_list or stage is Stage.ASK:
            return self._fixed(Look.FULL)
        waiting = self.slot.listed.get(self.mine.group, 0)
        wait = plural(waiting, "enfant attend", "enfants attendent") if waiting else "Personne n'attend encore"
        if stage is Stage.CHARGE:
            told = f"{_since(limit)}\u202f: {limit.cost}"
            late = self._late_prices(limit)
            found = self._cell(Look.QUEUE, (wait, told), changeable=True, cost=limit.cost, prices=late)
        else:
            told = f"Inscription sur la liste jusqu'au {_until(limit)}"
            found = self._cell(Look.QUEUE, (wait, told), until=limit.until, changeable=True)
        return replace(found, queues=True)

    def _late_prices(self, limit: LimitView) -> tuple[Mapping[str, int], Mapping[str, int]]:
        terms = at_rate(self.mine, self.slot.day)
        return self.slot.prices | limit.late_prices, terms.prices | terms.late_prices

    def _bookable(self, stage: Stage, limit: LimitView, left: tuple[str, ...]) -> Cell:
        if stage is Stage.OPEN:
            return self._open(Look.FREE, limit, *left)
        if stage is Stage.VALIDATED:
            return self._on_request(Look.ASKABLE, *left, _validated(limit), *_after(limit), until=limit.until)
        prices = self._late_prices(limit)
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
        price = shared.get(terms.rate, own.get(str(self.unit.id))) if look not in PRICELESS else None
        return Cell(self.unit, self.slot.day, self.state, look, details, price, until, changeable, on_request, cost)


CANCELLABLE = {Stage.ASK, Stage.BILL, Stage.PROOF}
BOOKABLE = {Stage.OPEN, Stage.VALIDATED, Stage.ASK, Stage.CHARGE}


def _said_once(why: str) -> str:
    """Give a reason beside the word « Fermé »: « Vacances de Noël », not « Vacances : Vacances de Noël »."""
    head, _, rest = why.partition("\u202f: ")
    return rest[:1].upper() + rest[1:] if rest and (head == "Fermé" or rest.startswith(head)) else why


def _ordinal(rank: int) -> str:
    return "1er" if rank == 1 else f"{rank}e"


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
