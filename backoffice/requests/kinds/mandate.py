"""A direct debit asked for on the portal: its account is sealed until an agent enters the mandate, unsigned."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.debits.mandates import MandateEntry, enter_mandate
from backoffice.debits.rules import MANDATE_WORDS
from backoffice.errors import Unavailable
from backoffice.iban import RefusedField, read_account
from backoffice.office import Work
from backoffice.requests.kinds.kind import Handler, ItemRow, Line, Pairs, Terms, Told
from backoffice.requests.waiting import waiting_lines
from backoffice.sync.contract import Action, MandateAsked, ViewKind
from models.office.debits import Mandate
from models.office.requests import Request, RequestItem
from models.office.structure import Regie
from models.vocabulary import MandateState, Role, Verdict
from resources.french import NARROW

SUBJECT, FIELD = "mandate", "account"
DOTS = "••••"
WORD = "Prélèvement"
UNREADABLE = "Ce compte n'a pas pu être lu. Demandez de nouveau le prélèvement."
TWICE = "Vous l'avez déjà demandé, la régie va vous répondre. Pour changer de compte, retirez d'abord cette demande."
NO_DEBITS = "Cette régie ne prélève pas."
SIGN = "imprimez le mandat depuis «\xa0Mes factures\xa0», signez-le et rendez-le à la régie"


def receive(work: Work, action: Action) -> list[RequestItem]:
    """Open what the portal sealed, check the account again, and seal it at rest; only its last figures are told."""
    asked = action.payload
    assert isinstance(asked, MandateAsked)
    regie = work.session.get(Regie, asked.regie_id)
    account, why = _opened(work, asked)
    if regie is None or not regie.ics:
        why = NO_DEBITS
    elif not why and waiting_lines(work.session, action.family_id, SUBJECT, asked.regie_id):
        why = TWICE
    holder = " ".join(asked.holder.split())
    ending = account["iban"][-4:] if account else ""
    return [
        RequestItem(
            subject=SUBJECT,
            subject_id=asked.regie_id,
            field=FIELD,
            day=None,
            then=None,
            wished=f"{ending}\n{holder}",
            verdict=Verdict.REFUSED if why else Verdict.WAITING,
            why=why,
            explanation=[],
            sealed=None if why or not account else work.sealer.seal_bytes(json.dumps(account).encode()),
        )
    ]


def tell(session: Session, pairs: Pairs) -> dict[int, Told]:
    """Tell whose account, by its last figures, for which régie."""
    names = _regies(session, {item.subject_id for _, item in pairs})
    return {item.id: _told(item, names.get(item.subject_id, "régie inconnue")) for _, item in pairs}


def rows(session: Session, request: Request, lines: Sequence[Line]) -> tuple[ItemRow, ...]:
    """Say what mandate the household has now."""
    return tuple(_row(session, request, line) for line in lines)


def apply(
    work: Work, request: Request, items: Sequence[RequestItem], rows: Mapping[str, ItemRow], terms: Terms
) -> None:
    """Enter the mandate, unsigned: its form goes to the family, to sign and give back."""
    work.agent.must_be(Role.CASHIER)
    for item in items:
        assert item.sealed is not None, "an account that waits is sealed"
        account = json.loads(work.sealer.unseal_bytes(item.sealed))
        entry = MandateEntry(
            family_id=request.family_id, regie_id=item.subject_id, holder=account["holder"], iban=account["iban"],
            bic=account["bic"],
        )  # fmt: skip
        enter_mandate(work, entry)
        item.sealed = None  # the mandate has it now


def release(work: Work, request: Request, item: RequestItem) -> None:
    """Forget an account that will not be debited."""
    item.sealed = None


def show(work: Work, request: Request, items: Sequence[RequestItem]) -> None:
    """Show the household's mandates."""
    work.show(ViewKind.MANDATES, "", request.family_id)


def title(lines: Sequence[Line]) -> str:
    """Name it: « Prélèvement automatique : Régie enfance »."""
    return f"Prélèvement automatique{NARROW}: {lines[0].person}" if lines else "Prélèvement automatique"


def ending_of(item: RequestItem) -> str:
    """Give the last figures of the account."""
    return (item.wished or "").partition("\n")[0]


def _opened(work: Work, asked: MandateAsked) -> tuple[dict[str, str] | None, str]:
    """Read what was sealed, or say in a sentence for the family why it cannot be debited."""
    try:
        told: Any = json.loads(work.sealer.open_letter(asked.sealed))
        account = read_account(str(told["iban"]), str(told["bic"]))
        holder = " ".join(str(told["holder"]).split())[:70]
    except RefusedField as refusal:
        return None, refusal.sentence
    except (Unavailable, ValueError, KeyError, TypeError):
        return None, UNREADABLE
    if not holder:
        return None, UNREADABLE
    return {"holder": holder, "iban": account.iban, "bic": account.bic or ""}, ""


def _told(item: RequestItem, regie: str) -> Told:
    ending, _, holder = (item.wished or "").partition("\n")
    wished = f"compte {DOTS} {ending} de {holder}" if ending else f"compte de {holder}"
    if item.verdict is Verdict.ACCEPTED:
        wished = f"{wished}{NARROW}: {SIGN}"
    return Told("Compte", regie, f"prélèvement automatique, {regie}", "", wished)


def _row(session: Session, request: Request, line: Line) -> ItemRow:
    query = (
        select(Mandate)
        .where(
            Mandate.family_id == request.family_id, Mandate.regie_id == line.subject_id,
            Mandate.state != MandateState.REVOKED,
        )
        .order_by(Mandate.id.desc())
    )  # fmt: skip
    held = session.scalars(query.limit(1)).first()
    now = f"mandat {held.rum}, {MANDATE_WORDS[held.state].lower()}, compte {DOTS} {held.iban_ending}" if held else ""
    regie = session.get(Regie, line.subject_id)
    waiting = line.verdict is Verdict.WAITING
    blocked = "la régie n'a plus d'identifiant créancier (ICS)." if waiting and not (regie and regie.ics) else None
    return ItemRow(
        line.key, line.text, now, now, line.wished, line.verdict, line.why, blocked=blocked,
    )  # fmt: skip


def _regies(session: Session, ids: set[int]) -> dict[int, str]:
    return dict(session.execute(select(Regie.id, Regie.name).where(Regie.id.in_(ids))).all())


HANDLER = Handler(
    word=WORD, receive=receive, tell=tell, rows=rows, apply=apply, release=release, show=show, title=title, whole=True
)
