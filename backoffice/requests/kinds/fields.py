"""Fields that a family changes in a person's file: some at once, some after the régie's eye."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.families.edit import families_of, person_of, put_fields
from backoffice.families.field_rules import read_field_rules
from backoffice.families.fields import PersonField, Subject, cleaned, field_of
from backoffice.families.lists import full_name
from backoffice.office import Work
from backoffice.requests import words
from backoffice.requests.closing import give_way
from backoffice.requests.kinds.kind import Handler, ItemRow, Line, Pairs, Terms, Told, nothing_to_release
from backoffice.requests.rules import FieldJudgement, judge_field
from backoffice.requests.waiting import waiting_lines
from backoffice.sync.contract import Action, FieldsChange, FieldWish, ViewKind
from models.office.families import Child, FamilyChild, Guardian
from models.office.requests import Request, RequestItem
from models.vocabulary import Verdict
from resources.french import NARROW, instant_text

NOT_YOURS = "Cette personne n'est pas de votre foyer."
UNKNOWN_FIELD = "Champ inconnu"


def receive(work: Work, action: Action) -> list[RequestItem]:
    """Judge each field, write at once those that need no approval, and give the lines of the request."""
    change = action.payload
    assert isinstance(change, FieldsChange)
    subject = Subject(change.subject)
    person = _own(work, subject, change.subject_id, action.family_id)
    wishes = {wish.name: wish for wish in change.fields}.values()  # the last wish of a field is the family's
    rules = read_field_rules(work.session)
    fields = [rules.of(subject, wish.name) for wish in wishes]
    judged = [(wish, field, _judge(field, person, wish)) for wish, field in zip(wishes, fields, strict=True)]
    if person is not None:
        _supersede(work, action, change, [wish.name for wish in wishes])
        put_fields(work, subject, person, _accepted(judged))
    return [_item(change, wish, judgement) for wish, _, judgement in judged]


def tell(session: Session, pairs: Pairs) -> dict[int, Told]:
    """Tell fields; a person is named to her own households only."""
    people = read_people(session, {request.family_id for request, _ in pairs})
    return {item.id: _told(item, people.name(request.family_id, item)) for request, item in pairs}


def rows(session: Session, request: Request, lines: Sequence[Line]) -> tuple[ItemRow, ...]:
    """Compare what the family saw with what the file says now."""
    return tuple(_row(session, line) for line in lines)


def apply(
    work: Work, request: Request, items: Sequence[RequestItem], rows: Mapping[str, ItemRow], terms: Terms
) -> None:
    """Write the fields accepted."""
    subject = Subject(items[0].subject)  # a request is about one person
    person = person_of(work.session, subject, items[0].subject_id)
    assert person is not None
    wished = [(field_of(subject, item.field), item.wished or "") for item in items]
    put_fields(work, subject, person, [(field, field.read(value)) for field, value in wished if field])


def show(work: Work, request: Request, items: Sequence[RequestItem]) -> None:
    """Show what waits, or no longer does, in the files of the households concerned."""
    for subject, subject_id in {(item.subject, item.subject_id) for item in items}:
        households = {request.family_id}
        if subject == Subject.CHILD:
            households |= set(families_of(work.session, subject_id))
        for family_id in households:
            work.show(ViewKind.FAMILY, "", family_id)


def title(lines: Sequence[Line]) -> str:
    """Name it: « Fiche de Camille Martin : adresse »."""
    person = lines[0].person if lines else words.UNKNOWN_PERSON
    head = f"{WORD} {words.of_name(person)}"
    labels = list(dict.fromkeys(line.label for line in lines))
    shown = [*labels[:3], *(["…"] if len(labels) > 3 else [])]
    return f"{head}{NARROW}: {', '.join(label.lower() for label in shown)}" if shown else head


class People:
    """What the people of some households are called."""

    def __init__(self, guardians: dict[tuple[int, int], str], children: dict[tuple[int, int], str]) -> None:
        self._guardians, self._children = guardians, children

    def name(self, family_id: int, item: RequestItem) -> str:
        """Name the person that an item is about."""
        known = self._guardians if item.subject == Subject.GUARDIAN else self._children
        return known.get((family_id, item.subject_id), words.UNKNOWN_PERSON)

    def child(self, family_id: int, child_id: int) -> str:
        """Name a child of a household."""
        return self._children.get((family_id, child_id), words.UNKNOWN_PERSON)


def read_people(session: Session, family_ids: Collection[int]) -> People:
    """Read the names of some households' guardians and children, in two queries."""
    guardians = session.scalars(select(Guardian).where(Guardian.family_id.in_(family_ids)))
    children = session.execute(
        select(FamilyChild.family_id, Child)
        .join(Child, Child.id == FamilyChild.child_id)
        .where(FamilyChild.family_id.in_(family_ids))
    )
    return People(
        {(guardian.family_id, guardian.id): full_name(guardian) for guardian in guardians},
        {(family_id, child.id): child.first_name for family_id, child in children},
    )


def _own(work: Work, subject: Subject, person_id: int, family_id: int) -> Guardian | Child | None:
    person = person_of(work.session, subject, person_id)
    if isinstance(person, Guardian):
        return person if person.family_id == family_id else None
    return person if person is not None and family_id in families_of(work.session, person_id) else None


def _judge(field: PersonField | None, person: Guardian | Child | None, wish: FieldWish) -> FieldJudgement:
    if person is None:
        return FieldJudgement(Verdict.REFUSED, cleaned(wish.wished)[:200], NOT_YOURS)
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
    asked_anew = RequestItem.field.in_(names)
    older = waiting_lines(work.session, action.family_id, change.subject, change.subject_id, asked_anew)
    why = f"Remplacée par votre demande du {instant_text(action.received_at)}."
    for request, items in give_way(work, older, Verdict.REFUSED, why):
        show(work, request, items)


def _told(item: RequestItem, person: str) -> Told:
    field, then, wished = field_of(Subject(item.subject), item.field), item.then or "", item.wished or ""
    if field is None:
        return Told(UNKNOWN_FIELD, person, words.field_text(UNKNOWN_FIELD, person), then, wished)
    text = words.field_text(field.label, person)
    return Told(field.label, person, text, field.in_words(then), field.in_words(wished))


def _row(session: Session, line: Line) -> ItemRow:
    person = _person(session, line)
    field = field_of(Subject(line.subject), line.field)
    waiting = line.verdict is Verdict.WAITING
    now = field.in_words(field.of(person)) if field and person else ""
    blocked = "Cette personne n'existe plus." if waiting and person is None else None
    return ItemRow(
        line.key, line.text, line.then, now, line.wished, line.verdict, line.why, line.limit_at, line.rule, line.steps,
        stale=waiting and blocked is None and now != line.then, blocked=blocked,
    )  # fmt: skip


def _person(session: Session, line: Line) -> Guardian | Child | None:
    if line.person == words.UNKNOWN_PERSON:  # not of this household: nothing of it is read
        return None
    return person_of(session, Subject(line.subject), line.subject_id)


WORD = "Fiche"
HANDLER = Handler(
    word=WORD, receive=receive, tell=tell, rows=rows, apply=apply, release=nothing_to_release, show=show, title=title
)
