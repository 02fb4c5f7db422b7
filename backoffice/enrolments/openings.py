"""Enrolments that families may ask for on the portal: an agent opens them, corrects them, closes them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session

from backoffice.enrolments.rules import OpeningDraft, opening_faults
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.sync.contract import SHARED, ViewKind
from models.office.bookings import EnrolmentOpening, OpeningDocument
from models.office.documents import DocumentKind
from models.office.requests import Request, RequestItem
from models.office.structure import Activity
from models.vocabulary import RequestKind, Role
from resources.french import instant_text

GONE = "Cette ouverture n'existe pas, ou n'existe plus. Rien n'a été modifié. Relisez la liste."


class OpeningRefused(RefusedByRule):
    """What an agent typed cannot be: what is wrong, by field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(f"{next(iter(faults.values()))} Rien n'a été enregistré.")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class OpeningReport:
    """What became of an opening."""

    opening_id: int
    sentence: str


def create_opening(work: Work, wished: OpeningDraft) -> OpeningReport:
    """Let families ask for enrolments in an activity, between two instants.

    Raises:
        OpeningRefused: dates, ages or window cannot be; or the activity is already offered so.
    """
    work.agent.must_be(Role.AGENT)
    activity = _checked(work, wished, besides=None)
    opening = EnrolmentOpening(activity_id=wished.activity_id)
    work.session.add(opening)
    _write(work, opening, wished)
    work.sign("create", "opening", opening.id, new=_told(wished))
    _show(work)
    return OpeningReport(opening.id, f"{activity.name}\u202f: inscriptions ouvertes {_window(wished)}.")


def edit_opening(work: Work, opening_id: int, wished: OpeningDraft, *, version: int) -> OpeningReport:
    """Correct an opening; what was asked already was judged by what it was, and waits for the régie.

    Raises:
        StaleRecord: somebody else has changed it since it was read.
        OpeningRefused: dates, ages or window cannot be; or families have asked already, and the activity changes.
    """
    work.agent.must_be(Role.AGENT)
    opening = _held(work.session, opening_id, version)
    if wished.activity_id != opening.activity_id and work.session.scalar(select(asked_of(opening_id))):
        raise OpeningRefused({"activity": "Des familles ont déjà demandé cette inscription\u202f: l'activité reste."})
    activity, before = _checked(work, wished, besides=opening_id), draft_of(work.session, opening)
    if wished == before:
        return OpeningReport(opening_id, "Rien n'était à changer.")
    _write(work, opening, wished)
    work.sign("edit", "opening", opening_id, old=_told(before), new=_told(wished))
    _show(work)
    return OpeningReport(opening_id, f"{activity.name}\u202f: inscriptions ouvertes {_window(wished)}.")


def close_opening(work: Work, opening_id: int, *, version: int) -> OpeningReport:
    """Take no more requests from now on; those received before still wait for their answer.

    Raises:
        StaleRecord: somebody else has changed it since it was read.
        RefusedByRule: it takes no request, or not any more.
    """
    work.agent.must_be(Role.AGENT)
    opening = _held(work.session, opening_id, version)
    activity = work.session.get_one(Activity, opening.activity_id)
    if work.now >= opening.closes_at:
        raise RefusedByRule("Ces inscriptions sont déjà fermées. Rien n'a été modifié.")
    if work.now <= opening.opens_at:
        raise RefusedByRule(
            "Ces inscriptions ne sont pas encore ouvertes. Rien n'a été modifié. Modifiez leurs dates, ou supprimez-les."
        )
    old, opening.closes_at = opening.closes_at, work.now
    work.session.flush()
    work.sign("close", "opening", opening_id, old={"closes_at": str(old)}, new={"closes_at": str(work.now)})
    _show(work)
    return OpeningReport(opening_id, f"{activity.name}\u202f: les familles ne peuvent plus demander d'inscription.")


def delete_opening(work: Work, opening_id: int, *, version: int) -> OpeningReport:
    """Take away an opening that nobody has answered to.

    Raises:
        StaleRecord: somebody else has changed it since it was read.
        RefusedByRule: families have asked; it is closed, not deleted.
    """
    work.agent.must_be(Role.AGENT)
    opening = _held(work.session, opening_id, version)
    if work.session.scalar(select(asked_of(opening_id))):
        raise RefusedByRule("Des familles ont demandé cette inscription\u202f: fermez-la. Rien n'a été supprimé.")
    activity, before = work.session.get_one(Activity, opening.activity_id), draft_of(work.session, opening)
    work.session.execute(delete(OpeningDocument).where(OpeningDocument.opening_id == opening_id))
    work.session.delete(opening)
    work.session.flush()
    work.sign("delete", "opening", opening_id, old=_told(before))
    _show(work)
    return OpeningReport(opening_id, f"{activity.name}\u202f: l'ouverture est supprimée.")


def draft_of(session: Session, opening: EnrolmentOpening) -> OpeningDraft:
    """Read an opening as a value, with the documents it needs."""
    kinds = session.scalars(select(OpeningDocument.kind_id).where(OpeningDocument.opening_id == opening.id))
    return plain_draft(opening, frozenset(kinds))


def plain_draft(opening: EnrolmentOpening, documents: frozenset[int] = frozenset()) -> OpeningDraft:
    """Take an opening as a value, with documents read apart."""
    return OpeningDraft(
        activity_id=opening.activity_id, words=opening.words, starts=opening.starts, ends=opening.ends,
        opens_at=opening.opens_at, closes_at=opening.closes_at, age_from=opening.age_from, age_to=opening.age_to,
        residents_only=opening.residents_only, documents=documents,
    )  # fmt: skip


def asked_of(opening_id: int) -> ColumnElement[bool]:
    """Select whether a family has asked for an opening, whatever became of it."""
    return (
        exists()
        .where(Request.id == RequestItem.request_id, Request.kind == RequestKind.ENROLMENT)
        .where(RequestItem.field == str(opening_id))
    )


def _held(session: Session, opening_id: int, version: int) -> EnrolmentOpening:
    opening = session.get(EnrolmentOpening, opening_id, with_for_update=True)
    if opening is None:
        raise RefusedByRule(GONE)
    if opening.version != version:
        message = "Cette ouverture a été modifiée entre-temps. Rien n'a été enregistré. Relisez-la, puis recommencez."
        raise StaleRecord(message)
    return opening


def _checked(work: Work, wished: OpeningDraft, *, besides: int | None) -> Activity:
    """Check an opening beside the others of its activity, one agent at a time."""
    activity = work.session.get(Activity, wished.activity_id, with_for_update={"key_share": True})
    if activity is None:
        raise OpeningRefused({"activity": "Cette activité n'existe pas, ou n'existe plus."})
    query = select(EnrolmentOpening).where(EnrolmentOpening.activity_id == wished.activity_id)
    others = [plain_draft(one) for one in work.session.scalars(query) if one.id != besides]
    if faults := opening_faults(wished, others, today=work.today):
        raise OpeningRefused(faults)
    known = set(work.session.scalars(select(DocumentKind.id).where(DocumentKind.id.in_(wished.documents))))
    if known != wished.documents:
        raise OpeningRefused({"documents": "Un de ces documents n'existe plus\u202f: relisez la liste."})
    return activity


def _write(work: Work, opening: EnrolmentOpening, wished: OpeningDraft) -> None:
    for name in (
        "activity_id", "words", "starts", "ends", "opens_at", "closes_at", "age_from", "age_to", "residents_only"
    ):  # fmt: skip
        setattr(opening, name, getattr(wished, name))
    work.session.flush()
    work.session.execute(delete(OpeningDocument).where(OpeningDocument.opening_id == opening.id))
    work.session.add_all(OpeningDocument(opening_id=opening.id, kind_id=kind) for kind in sorted(wished.documents))
    work.session.flush()


def _show(work: Work) -> None:
    work.show(ViewKind.OFFERS, "", SHARED)
    work.changed(Changed.STRUCTURE)


def _window(wished: OpeningDraft) -> str:
    return f"du {instant_text(wished.opens_at)} au {instant_text(wished.closes_at)}"


def _told(draft: OpeningDraft) -> dict[str, object]:
    told = {
        name: str(getattr(draft, name))
        for name in ("starts", "ends", "opens_at", "closes_at", "residents_only", "words")
    }
    ages = {"age_from": draft.age_from, "age_to": draft.age_to}
    return {"activity_id": draft.activity_id, **told, **ages, "documents": sorted(draft.documents)}
