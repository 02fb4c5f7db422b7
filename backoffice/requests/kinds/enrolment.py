"""An enrolment that a family asks for in what the structure has opened, judged at the moment of its receipt."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.clock import paris_day
from backoffice.enrolments.asked import ENROLMENT, asked_since, lacking, studied
from backoffice.enrolments.enrol import Seat, SeatRefused, enrol, enrolled_between, hold_child
from backoffice.enrolments.groups import groups_of
from backoffice.enrolments.openings import plain_draft
from backoffice.enrolments.rules import AskedFacts, OpeningDraft, group_for, refusal
from backoffice.errors import RefusedByRule
from backoffice.office import Work
from backoffice.requests import words
from backoffice.requests.kinds.fields import read_people
from backoffice.requests.kinds.kind import Handler, ItemRow, Line, Pairs, Terms, Told, nothing_to_release
from backoffice.sync.contract import Action, EnrolmentAsked, ViewKind
from models.office.bookings import EnrolmentOpening
from models.office.families import Child, Family, FamilyChild
from models.office.requests import Request, RequestItem
from models.office.structure import Activity
from models.vocabulary import Verdict
from resources.french import age_on, listed, short_date
from resources.plain import plain_text

WORD = "Inscription"
UNKNOWN = "activité inconnue"


def receive(work: Work, action: Action) -> list[RequestItem]:
    """Judge what is asked; the régie decides of all that is not refused."""
    asked = action.payload
    assert isinstance(asked, EnrolmentAsked)
    session = work.session
    opening = session.get(EnrolmentOpening, asked.opening_id)
    facts = _facts(session, action, asked, plain_draft(opening) if opening else None)
    why, verdict = refusal(facts), Verdict.REFUSED
    if not why:
        verdict = Verdict.WAITING
        lack = lacking(session, action.family_id, asked.child_id, asked.opening_id, work.today)
        why = studied(lack)
    return [
        RequestItem(
            subject=ENROLMENT,
            subject_id=asked.child_id,
            field=str(asked.opening_id),
            day=None,
            then=_dates(opening) if opening else "",
            wished=asked.starts.isoformat(),
            verdict=verdict,
            why=why,
            limit_at=opening.closes_at if opening else None,
            explanation=[f"Mot de la famille\u202f: «\xa0{note}\xa0»"] if (note := plain_text(asked.note)) else [],
        )
    ]


def tell(session: Session, pairs: Pairs) -> dict[int, Told]:
    """Tell enrolments: « Accueil du mercredi, Léa »; a child is named to its own households only."""
    people = read_people(session, {request.family_id for request, _ in pairs})
    activities = _activities(session, {int(item.field) for _, item in pairs})
    told = {}
    for request, item in pairs:
        person = people.child(request.family_id, item.subject_id)
        activity = activities.get(int(item.field), UNKNOWN)
        wished = f"à partir du {short_date(date.fromisoformat(item.wished or ''))}"
        told[item.id] = Told(activity, person, f"{activity}, {person}", item.then or "", wished)
    return told


def rows(session: Session, request: Request, lines: Sequence[Line]) -> tuple[ItemRow, ...]:
    """Compare what is asked with what is offered now, and say what lacks."""
    return tuple(_row(session, request, line) for line in lines)


def apply(
    work: Work, request: Request, items: Sequence[RequestItem], rows: Mapping[str, ItemRow], terms: Terms
) -> None:
    """Enrol the child: `group_id`, `starts`, `ends`; `without_documents` accepts what lacks.

    Raises:
        RefusedByRule: a document lacks and the agent does not say to do without, or no group is chosen.
    """
    item = items[0]
    session, values = work.session, terms.values
    opening = session.get_one(EnrolmentOpening, int(item.field))
    lack = lacking(session, request.family_id, item.subject_id, opening.id, work.today)
    if lack and not values.get("without_documents"):
        raise RefusedByRule(
            f"Il manque\u202f: {listed(lack)}. Rien n'a été enregistré. Attendez ces documents, ou acceptez sans les attendre."
        )
    enrol(work, _seat(session, request, item, opening, values))
    if lack:
        work.sign("without_documents", "request", request.id, new={"documents": list(lack)})


def show(work: Work, request: Request, items: Sequence[RequestItem]) -> None:
    """Show what waits, or no longer does, beside the household's enrolments."""
    work.show(ViewKind.ENROLMENTS, "", request.family_id)


def title(lines: Sequence[Line]) -> str:
    """Name it: « Inscription de Léa : Accueil du mercredi »."""
    if not lines:
        return WORD
    return f"{WORD} {words.of_name(lines[0].person)}\u202f: {lines[0].label}"


def proposed_group(session: Session, activity_id: int, child_id: int, starts: date) -> int | None:
    """Propose a group by the child's age on the first day."""
    born = session.scalar(select(Child.birth_date).where(Child.id == child_id))
    groups = [row.plain for row in groups_of(session, activity_id)]
    return group_for(groups, age_on(born, starts)) if born else None


def _facts(session: Session, action: Action, asked: EnrolmentAsked, opening: OpeningDraft | None) -> AskedFacts:
    link = session.get(FamilyChild, (action.family_id, asked.child_id))
    child = hold_child(session, asked.child_id) if link is not None else None  # two requests at once wait here
    known = child is not None and opening is not None
    activity_id, last = (opening.activity_id, opening.ends) if opening else (0, asked.starts)
    enrolled = known and enrolled_between(session, asked.child_id, activity_id, asked.starts, last) is not None
    return AskedFacts(
        child=child.first_name if child else None,
        born=child.birth_date if child else None,
        resident=session.get_one(Family, action.family_id).resident,
        opening=opening,
        starts=asked.starts,
        received_at=action.received_at,
        enrolled=enrolled,
        asked_at=asked_since(session, asked.child_id, activity_id, asked.starts, last) if known else None,
    )


def _seat(
    session: Session, request: Request, item: RequestItem, opening: EnrolmentOpening, values: Mapping[str, Any]
) -> Seat:
    starts = values.get("starts") or date.fromisoformat(item.wished or "")
    group_id = values.get("group_id") or proposed_group(session, opening.activity_id, item.subject_id, starts)
    if group_id is None:
        raise SeatRefused({"group": "Aucun groupe n'est prévu pour cet âge\u202f: choisissez-en un."})
    return Seat(
        child_id=item.subject_id, family_id=request.family_id, activity_id=opening.activity_id, group_id=group_id,
        starts=starts, ends=values.get("ends") or opening.ends,
    )  # fmt: skip


def _row(session: Session, request: Request, line: Line) -> ItemRow:
    waiting = line.verdict is Verdict.WAITING
    opening = session.get(EnrolmentOpening, int(line.field))
    now, why = (_dates(opening), line.why) if opening else ("", line.why)
    blocked = _blocked(session, request, line, opening) if waiting else None
    if waiting and opening is not None:
        lack = lacking(session, request.family_id, line.subject_id, opening.id, paris_day(request.received_at))
        parts = [f"Il manque\u202f: {listed(lack)}." if lack else "Aucun document ne manque.", *line.steps]
        why = " ".join(parts)
    stale = waiting and blocked is None and now != line.then
    return ItemRow(
        line.key, line.text, line.then, now, line.wished, line.verdict, why, line.limit_at, stale=stale, blocked=blocked
    )


def _blocked(session: Session, request: Request, line: Line, opening: EnrolmentOpening | None) -> str | None:
    if opening is None:
        return "cette inscription n'est plus proposée."
    if session.get(FamilyChild, (request.family_id, line.subject_id)) is None:
        return "cet enfant n'est plus de ce foyer."
    starts = date.fromisoformat(line.wished_value)
    if enrolled_between(session, line.subject_id, opening.activity_id, starts, opening.ends) is not None:
        return "l'enfant a déjà une inscription à cette activité sur ces dates."
    return None


def _activities(session: Session, opening_ids: set[int]) -> dict[int, str]:
    query = select(EnrolmentOpening.id, Activity.name).join(Activity, Activity.id == EnrolmentOpening.activity_id)
    return dict(session.execute(query.where(EnrolmentOpening.id.in_(opening_ids))).all())


def _dates(opening: EnrolmentOpening) -> str:
    return f"du {short_date(opening.starts)} au {short_date(opening.ends)}"


HANDLER = Handler(
    word=WORD, receive=receive, tell=tell, rows=rows, apply=apply, release=nothing_to_release, show=show, title=title,
    whole=True,
)  # fmt: skip
