"""The fields that a family changes on the portal: some at once, some after the régie's eye."""

from sqlalchemy import select

from backoffice.families.edit import families_of, person_of, put_fields
from backoffice.families.fields import PersonField, Subject, cleaned, field_of
from backoffice.office import Work
from backoffice.requests.decision import show_request
from backoffice.requests.rules import FieldJudgement, judge_field, status_of
from backoffice.requests.words import AUTOMATIC
from backoffice.sync.contract import Action, FieldsChange, FieldWish
from models.office.families import Child, Guardian
from models.office.requests import Request, RequestItem
from models.vocabulary import RequestStatus, Verdict
from resources.french import instant_text

NOT_YOURS = "Cette personne n'est pas de votre foyer."


def field_items(work: Work, action: Action, change: FieldsChange) -> list[RequestItem]:
    """Judge each field, write at once those that need no approval, and give the lines of the request."""
    subject = Subject(change.subject)
    person = _own(work, subject, change.subject_id, action.family_id)
    wishes = {wish.name: wish for wish in change.fields}.values()  # the last wish of a field is the family's
    judged = [(wish, field_of(subject, wish.name), _judge(subject, person, wish)) for wish in wishes]
    if person is not None:
        _supersede(work, action, change, [wish.name for wish in wishes])
        put_fields(work, subject, person, _accepted(judged))
    return [_item(change, wish, judgement) for wish, _, judgement in judged]


def _own(work: Work, subject: Subject, person_id: int, family_id: int) -> Guardian | Child | None:
    person = person_of(work.session, subject, person_id)
    if isinstance(person, Guardian):
        return person if person.family_id == family_id else None
    return person if person is not None and family_id in families_of(work.session, person_id) else None


def _judge(subject: Subject, person: Guardian | Child | None, wish: FieldWish) -> FieldJudgement:
    if person is None:
        return FieldJudgement(Verdict.REFUSED, cleaned(wish.wished)[:200], NOT_YOURS)
    field = field_of(subject, wish.name)
    current = field.of(person) if field else ""
    return judge_field(field, seen=wish.seen, current=current, wished=wish.wished)


def _accepted(
    judged: list[tuple[FieldWish, PersonField | None, FieldJudgement]],
) -> list[tuple[PersonField, str]]:
    return [
        (field, judgement.value) for _, field, judgement in judged if field and judgement.verdict is Verdict.ACCEPTED
    ]


def _item(change: FieldsChange, wish: FieldWish, judgement: FieldJudgement) -> RequestItem:
    return RequestItem(
        subject=change.subject,
        subject_id=change.subject_id,
        field=cleaned(wish.name)[:60],
        day=None,
        then=cleaned(wish.seen)[:200],
        wished=judgement.value,
        verdict=judgement.verdict,
        why=judgement.why,
        explanation=[],
    )


def _supersede(work: Work, action: Action, change: FieldsChange, names: list[str]) -> None:
    """Close this household's earlier wishes for the same fields: the family has asked anew."""
    query = (
        select(RequestItem, Request)
        .join(Request, Request.id == RequestItem.request_id)
        .where(
            RequestItem.verdict == Verdict.WAITING,
            RequestItem.subject == change.subject,
            RequestItem.subject_id == change.subject_id,
            RequestItem.field.in_(names),
            Request.family_id == action.family_id,
        )
    )
    older: dict[Request, list[RequestItem]] = {}
    for item, request in work.session.execute(query):
        item.verdict = Verdict.REFUSED
        item.why = f"Remplacée par votre demande du {instant_text(action.received_at)}."
        older.setdefault(request, []).append(item)
    work.session.flush()
    for request in older:
        items = work.session.scalars(select(RequestItem).where(RequestItem.request_id == request.id)).all()
        request.status = status_of([item.verdict for item in items])
        if request.status is not RequestStatus.WAITING:
            request.decided_at, request.decided_by = work.now, AUTOMATIC
        show_request(work, request, items)
