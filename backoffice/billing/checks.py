"""What to look at before issuing besides the attendance: contracts, payers, documents, mandates."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.agreements.watch import overlapping_contracts
from backoffice.billing.alert_rows import FEW, AlertKind, AlertRow, child_names, family_names, service_names
from backoffice.billing.ledger import Books
from backoffice.billing.scope import Scope
from backoffice.billing.shares import Share
from models.office.debits import Mandate
from models.office.documents import Document, DocumentKind
from models.office.families import FamilyChild
from models.office.structure import Regie, Service
from models.vocabulary import DocumentState, MandateState
from resources.french import NARROW, short_date

WHOLE = 100  # percent
ONE_DAY = timedelta(days=1)
STATE_WORDS = {
    DocumentState.MISSING: "manquante",
    DocumentState.RECEIVED: "reçue, à lire",
    DocumentState.EXPIRED: "expirée",
    DocumentState.REFUSED: "refusée",
}
MANDATE_WORDS = {MandateState.UNSIGNED: "pas encore signé", MandateState.SUSPENDED: "suspendu"}


class _Held(NamedTuple):
    """A document that was given."""

    state: DocumentState
    valid_until: date | None

    def on(self, day: date) -> DocumentState:
        late = self.valid_until is not None and self.valid_until < day
        return DocumentState.EXPIRED if late and self.state is DocumentState.PROVIDED else self.state


def contracts_overlap(session: Session, scope: Scope, books: Books) -> Iterator[AlertRow]:
    """Say which contracts of a child have days in common: they would be billed twice."""
    for row in overlapping_contracts(session, scope.month):
        activity = scope.activities.get(row.activity_id)
        if activity is None:
            continue
        seats = books.enrolments.courses().get((row.child_id, row.activity_id), ())
        days = f"du {short_date(row.from_day)} au {short_date(row.to_day)}"
        yield AlertRow(
            AlertKind.CONTRACTS_OVERLAP,
            f"{row.child}, {row.activity}{NARROW}: deux contrats se chevauchent {days}.",
            scope.services[activity.service_id],
            family_id=seats[0].family_id if seats else family_of(session, row.child_id),
            child_id=row.child_id,
        )


def family_of(session: Session, child_id: int) -> int | None:
    """Give one of the households of a child."""
    return session.scalar(select(FamilyChild.family_id).where(FamilyChild.child_id == child_id).limit(1))


def shares_to_mend(session: Session, scope: Scope, books: Books) -> Iterator[AlertRow]:
    """Say which prices are shared otherwise than whole, or without the household that enrols the child."""
    found: dict[tuple[int, int], str] = {}
    for (child_id, service_id), shares in scope.shares.by_subject.items():
        holders = {seat.family_id for seat in books.enrolments.of_child(child_id, service_id)}
        if service_id in scope.services and holders and (fault := _fault(scope, shares, holders)):
            found[child_id, service_id] = fault
    names, services = child_names(session, (child_id for child_id, _ in found)), service_names(session)
    for (child_id, service_id), fault in sorted(found.items(), key=lambda item: (names[item[0][0]], item[0])):
        yield AlertRow(
            AlertKind.SHARES,
            f"{names[child_id][1]}, {services[service_id]}{NARROW}: {fault}.",
            scope.services[service_id],
            family_id=scope.shares.by_subject[child_id, service_id][0].family_id,
            child_id=child_id,
        )


def _fault(scope: Scope, shares: Sequence[Share], holders: set[int]) -> str:
    """Say what is wrong with how a child's price is shared in the month."""
    changes = {scope.month} | {share.starts for share in shares} | {s.ends + ONE_DAY for s in shares if s.ends}
    for day in sorted(day for day in changes if scope.month <= day <= scope.last_day):
        now = [share for share in shares if share.covers(day)]
        percents = [share.percent for share in now if share.percent is not None]
        if percents and sum(percents) != WHOLE:
            return f"les parts des payeurs font {sum(percents)}{NARROW}% au {short_date(day)}, et non {WHOLE}{NARROW}%"
        if now and not holders & {share.family_id for share in now}:
            return "le foyer de l'inscription n'est pas parmi les payeurs, qui ne seront pas facturés"
    return ""


def documents_to_ask(session: Session, scope: Scope, books: Books, today: date) -> Iterator[AlertRow]:
    """Say which mandatory documents of the households and of the children billed are missing, expired or refused."""
    kinds = session.execute(
        select(DocumentKind.id, DocumentKind.name, DocumentKind.per_child)
        .where(DocumentKind.mandatory, DocumentKind.asked)
        .order_by(DocumentKind.position, DocumentKind.id)
    ).all()
    if not kinds:
        return
    children, services = _billed(books)
    held, names = _held(session, children), child_names(session, {child for own in children.values() for child in own})
    families = family_names(session, children)
    for family_id in sorted(children, key=lambda family_id: (families[family_id].search_key, family_id)):
        asked: list[str] = []
        for kind in kinds:
            for child_id in sorted(children[family_id], key=names.__getitem__) if kind.per_child else (None,):
                one = held.get((None if child_id else family_id, child_id, kind.id))
                state = one.on(today) if one else DocumentState.MISSING
                if state is not DocumentState.PROVIDED:
                    whose = f" ({names[child_id][1]})" if child_id else ""
                    asked.append(f"{kind.name}{whose}, {STATE_WORDS[state]}")
        if asked:
            sentence = f"{families[family_id].words}{NARROW}: {f'{NARROW}; '.join(asked)}."
            code = scope.services[services[family_id]]
            opens = ("families", (family_id, "documents"))
            yield AlertRow(AlertKind.DOCUMENTS, sentence, code, family_id=family_id, opens=opens)


def _billed(books: Books) -> tuple[Mapping[int, set[int]], Mapping[int, int]]:
    """Give the children that each household is billed for, and one of the services that bill it."""
    children: dict[int, set[int]] = defaultdict(set)
    services: dict[int, int] = {}
    for part in (books.ledger, books.packages):
        for (family_id, service_id), billed in part.items():
            children[family_id].update(one.child_id for one in billed)
            services.setdefault(family_id, service_id)
    return children, services


def _held(session: Session, children: Mapping[int, set[int]]) -> Mapping[tuple[int | None, int | None, int], _Held]:
    """Read what was given, the latest last: a child's document is good for both its households."""
    query = select(
        Document.family_id, Document.child_id, Document.kind_id, Document.state, Document.valid_until
    ).order_by(Document.received_at.nulls_first(), Document.id)
    if len(children) <= FEW:
        ids = sorted({child for own in children.values() for child in own})
        query = query.where(Document.family_id.in_(sorted(children)) | Document.child_id.in_(ids))
    return {
        (None if child_id else family_id, child_id, kind_id): _Held(DocumentState(state), until)
        for family_id, child_id, kind_id, state, until in session.execute(query)
    }


def mandates_asleep(session: Session, scope: Scope, books: Books) -> Iterator[AlertRow]:
    """Say which households billed have a mandate that is not signed yet, or suspended, and no other."""
    regies = {
        row.id: row.regie_id
        for row in session.execute(
            select(Service.id, Service.regie_id)
            .join(Regie, Service.regie_id == Regie.id)
            .where(Service.id.in_(scope.services), Regie.ics.is_not(None))
        )
    }
    latest: dict[tuple[int, int], MandateState] = {}
    rows = session.execute(
        select(Mandate.family_id, Mandate.regie_id, Mandate.state)
        .where(Mandate.regie_id.in_(set(regies.values())), Mandate.state != MandateState.REVOKED)
        .order_by((Mandate.state == MandateState.ACTIVE), Mandate.id)  # an active one comes last, and stays
    )
    for family_id, regie_id, state in rows:
        latest[family_id, regie_id] = state
    billed: dict[int, int] = {}
    for family_id, service_id in books.accounts if latest else ():
        if latest.get((family_id, regies.get(service_id, 0))) in MANDATE_WORDS:
            billed.setdefault(family_id, service_id)
    yield from _asleep(
        session, scope, {family_id: (at, latest[family_id, regies[at]]) for family_id, at in billed.items()}
    )


def _asleep(session: Session, scope: Scope, found: Mapping[int, tuple[int, MandateState]]) -> Iterable[AlertRow]:
    families = family_names(session, found)
    for family_id in sorted(found, key=lambda family_id: (families[family_id].search_key, family_id)):
        service_id, state = found[family_id]
        sentence = (
            f"{families[family_id].words}{NARROW}: mandat SEPA {MANDATE_WORDS[state]}, la facture ne sera pas prélevée."
        )
        opens = ("debits", families[family_id].number)
        yield AlertRow(AlertKind.MANDATE, sentence, scope.services[service_id], family_id=family_id, opens=opens)
