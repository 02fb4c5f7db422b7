"""What a family may ask to enrol a child in: published offers, compared with the child's age and with the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backoffice.sync.contract import (
    AskedLine,
    DocumentLine,
    DocumentsView,
    EnrollableChild,
    EnrolmentAsked,
    EnrolmentsView,
    OfferLine,
)
from resources.french import (
    age_on,
    ages_text,
    birthday,
    capital,
    in_paris,
    instant_text,
    of_name,
    short_date,
    until_text,
    years_text,
)

ONE_DAY = timedelta(days=1)
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that an offer needs, and where it stands for this child."""

    name: str
    state: str
    kind_id: int
    child_id: int | None  # of a document of the household: none


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer, for one child: whether it can be asked now, from which first day, or why not."""

    offer: OfferLine
    child: EnrollableChild
    why: str  # nothing when it can be asked
    first: date
    last: date
    detail: str = ""  # why not from the first day on
    asked: AskedLine | None = None
    sent: str | None = None  # the action that has no answer yet

    @property
    def ages(self) -> str:
        """Write for whom it is."""
        return ages_text(self.offer.age_from, self.offer.age_to)


def offered(
    offer: OfferLine,
    child: EnrollableChild,
    view: EnrolmentsView,
    sent: Sequence[tuple[str, EnrolmentAsked]],
    now: datetime,
) -> Offered:
    """Say whether a child may be enrolled through an offer, and from which day."""
    mine = (offer.id, child.id)
    asked = next((line for line in view.asked if (line.opening_id, line.child_id) == mine), None)
    waits = next((action for action, one in sent if (one.opening_id, one.child_id) == mine), None)
    first, last, detail = _days(offer, child, view, in_paris(now).date())
    why = _shut(offer, resident=view.resident, now=now)
    if not why and (asked or waits):
        since = f" le {instant_text(asked.since)}" if asked else ""
        why = f"Vous l'avez déjà demandée{since}."
    if not why and first > last:
        why, detail = detail, ""
    return Offered(offer, child, why, first, last, detail, asked, waits)


def papers(offer: OfferLine, child_id: int, view: DocumentsView | None) -> tuple[Paper, ...]:
    """Say where the documents that an offer needs stand for a child."""
    held: dict[int, DocumentLine] = {
        line.kind_id: line for line in (view.lines if view else ()) if line.child_id in {None, child_id}
    }
    found = []
    for kind_id, name in zip(offer.document_kinds, offer.documents, strict=True):
        line = held.get(kind_id)
        found.append(Paper(name, line.state if line else MISSING, kind_id, line.child_id if line else child_id))
    return tuple(found)


def _shut(offer: OfferLine, *, resident: bool, now: datetime) -> str:
    if now < offer.opens:
        return f"Les demandes ouvrent le {instant_text(offer.opens)}."
    if now >= offer.closes:
        return f"Les demandes étaient possibles jusqu'au {until_text(offer.closes)}."
    return "Réservé aux habitants de la commune." if offer.residents_only and not resident else ""


def _days(offer: OfferLine, child: EnrollableChild, view: EnrolmentsView, today: date) -> tuple[date, date, str]:
    """Give the first days that may be asked, and what narrows them."""
    first, last, detail = max(offer.starts, today), offer.ends, ""
    if offer.age_to is not None:
        last = min(last, birthday(child.born, offer.age_to + 1) - ONE_DAY)
    if offer.age_from is not None and (grown := birthday(child.born, offer.age_from)) > first:
        first, detail = grown, f"Possible à partir du {short_date(grown)}, jour de ses {years_text(offer.age_from)}."
    if first > last:
        return first, last, _wrong_age(offer, child)
    for line in sorted(view.lines, key=lambda line: line.starts):
        same = (line.child_id, line.activity_id) == (child.id, offer.activity_id)
        if same and line.ends >= first and line.starts <= offer.ends:
            first, detail = line.ends + ONE_DAY, f"Déjà une inscription jusqu'au {short_date(line.ends)}."
    return first, last, detail


def _wrong_age(offer: OfferLine, child: EnrollableChild) -> str:
    age = max(age_on(child.born, offer.starts), 0)
    ages = capital(ages_text(offer.age_from, offer.age_to))
    return f"{ages}\u202f: {child.name} aura {years_text(age)} le {short_date(offer.starts)}."


def title_of(child: EnrollableChild, offer: OfferLine) -> str:
    """Name a request: « Inscription de Léa : Accueil du mercredi »."""
    return f"Inscription {of_name(child.name)}\u202f: {offer.activity}"
