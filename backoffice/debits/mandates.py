"""The life of a mandate: entered, signed, suspended, resumed, revoked; its IBAN is sealed from the first line on."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.billing.asking import is_void
from backoffice.debits.accounts import NOTHING, RefusedField, masked, read_account
from backoffice.debits.rules import MANDATE_WORDS, new_rum, rum_fault
from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from backoffice.sync.contract import ViewKind
from models.office.billing import PAYABLE, Invoice
from models.office.debits import DirectDebit, Mandate
from models.office.families import Family
from models.office.structure import Regie
from models.vocabulary import DebitState, MandateState, Role
from resources.french import listed, short_date


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateEntry:
    """A mandate as typed; `rum` and `last_debit_on` when it was signed in another software."""

    family_id: int
    regie_id: int
    holder: str
    iban: str
    bic: str = ""
    one_off: bool = False
    rum: str = ""
    signed_on: date | None = None
    signed_at_place: str = ""
    last_debit_on: date | None = None

    def __repr__(self) -> str:
        return f"MandateEntry({self.family_id}, {masked(self.iban.strip())})"


@dataclass(frozen=True, slots=True)
class MandateReport:
    """What became of a mandate."""

    id: int
    rum: str
    state: MandateState
    sentence: str


def enter_mandate(work: Work, entry: MandateEntry) -> MandateReport:
    """Enter a household's mandate; without a signature it waits for one, and nothing is debited.

    Raises:
        RefusedField: a field is wrong.
        RefusedByRule: the régie has no SEPA creditor's identifier, or the household has an active mandate already.
    """
    work.agent.must_be(Role.CASHIER)
    session = work.session
    regie, family = session.get_one(Regie, entry.regie_id), session.get_one(Family, entry.family_id)
    if not regie.ics:
        message = f"La {regie.name} n'a pas d'identifiant créancier SEPA (ICS). {NOTHING} Donnez-le dans ses réglages."
        raise RefusedByRule(message)
    if not entry.holder.strip():
        raise RefusedField("holder", "Le nom du titulaire du compte manque.")
    account = read_account(entry.iban, entry.bic)
    mandate = Mandate(
        regie_id=regie.id,
        family_id=family.id,
        rum=_rum(session, regie, family, entry.rum.strip()),
        state=MandateState.UNSIGNED,
        one_off=entry.one_off,
        holder=entry.holder.strip(),
        iban_sealed=work.sealer.seal(account.iban),
        iban_ending=account.iban[-4:],
        bic=account.bic,
        first_debit_on=entry.last_debit_on,
        last_debit_on=entry.last_debit_on,
        created_at=work.now,
    )
    session.add(mandate)
    session.flush()
    facts = {"rum": mandate.rum, "family": family.number, "one_off": mandate.one_off}
    work.sign("mandate.enter", "mandate", mandate.id, new=facts)
    _show(work, mandate)
    if entry.signed_on or entry.signed_at_place.strip():
        _sign(work, mandate, entry.signed_on, entry.signed_at_place)
    work.changed(Changed.DEBITS)
    told = "il est actif" if mandate.state is MandateState.ACTIVE else "imprimez-le et faites-le signer"
    return _report(mandate, f"Mandat {mandate.rum} de la famille {family.name} enregistré\u202f: {told}.")


def sign_mandate(work: Work, mandate_id: int, *, signed_on: date, place: str) -> MandateReport:
    """Note where and when a mandate was signed: it is active from then on.

    Raises:
        RefusedField: the date or the place is wrong.
        RefusedByRule: it is signed already, or the household has another active mandate.
    """
    mandate = _held(work, mandate_id, MandateState.UNSIGNED)
    _sign(work, mandate, signed_on, place)
    return _report(mandate, f"Mandat {mandate.rum} signé le {short_date(signed_on)}\u202f: il est actif.")


def suspend_mandate(work: Work, mandate_id: int, reason: str) -> MandateReport:
    """Stop debiting for a while, as the household asks.

    Raises:
        RefusedByRule: it is not active, or no reason is given.
    """
    mandate = _held(work, mandate_id, MandateState.ACTIVE)
    return _stop(work, mandate, MandateState.SUSPENDED, reason)


def resume_mandate(work: Work, mandate_id: int) -> MandateReport:
    """Debit again, and count rejections from nought.

    Raises:
        RefusedByRule: it is not suspended, is void by now, or another one is active.
    """
    mandate = _held(work, mandate_id, MandateState.SUSPENDED)
    used = mandate.last_debit_on or mandate.signed_on
    if used is None or is_void(used, work.today):
        message = (
            f"Le mandat {mandate.rum} n'a pas servi depuis 36 mois\u202f: il est caduc. Rien n'a été modifié. "
            "Révoquez-le, puis faites-en signer un autre."
        )
        raise RefusedByRule(message)
    _refuse_second(work.session, mandate)
    change_state(work, mandate, MandateState.ACTIVE, None)
    mandate.rejections = 0
    return _report(mandate, f"Mandat {mandate.rum} repris\u202f: les prochaines factures annonceront un prélèvement.")


def revoke_mandate(work: Work, mandate_id: int, reason: str) -> MandateReport:
    """End a mandate for good.

    Raises:
        RefusedByRule: it is revoked already, or no reason is given.
    """
    mandate = _held(work, mandate_id, MandateState.UNSIGNED, MandateState.ACTIVE, MandateState.SUSPENDED)
    return _stop(work, mandate, MandateState.REVOKED, reason)


def change_state(work: Work, mandate: Mandate, state: MandateState, reason: str | None) -> None:
    """Move a mandate to another state, and sign it."""
    old, mandate.state, mandate.state_reason = mandate.state, state, reason
    told = {"rum": mandate.rum, "state": state, **({"reason": reason} if reason else {})}
    work.sign("mandate.state", "mandate", mandate.id, old={"state": old}, new=told)
    _show(work, mandate)
    work.changed(Changed.DEBITS)
    announced = select(Invoice.id, Invoice.family_id).where(
        Invoice.mandate_id == mandate.id, Invoice.status.in_(PAYABLE)
    )
    for invoice_id, family_id in work.session.execute(announced):  # the family may pay them otherwise, or no more
        work.show(ViewKind.INVOICE, invoice_id, family_id)


def _show(work: Work, mandate: Mandate) -> None:
    """Show the household its mandates, and the form of one that waits for a signature."""
    work.show(ViewKind.MANDATES, "", mandate.family_id)
    work.show(ViewKind.PAPER, f"mandate:{mandate.id}", mandate.family_id)


def _sign(work: Work, mandate: Mandate, signed_on: date | None, place: str) -> None:
    if signed_on is None:
        raise RefusedField("signed_on", "La date de la signature manque.")
    if signed_on > work.today:
        raise RefusedField("signed_on", f"Le {short_date(signed_on)} n'est pas encore venu.")
    if not place.strip():
        raise RefusedField("place", "Le lieu de la signature manque.")
    if is_void(mandate.last_debit_on or signed_on, work.today):
        raise RefusedField("signed_on", "Ce mandat n'a pas servi depuis 36 mois\u202f: il est caduc.")
    _refuse_second(work.session, mandate)
    mandate.signed_on, mandate.signed_at_place = signed_on, place.strip()
    change_state(work, mandate, MandateState.ACTIVE, None)


def _stop(work: Work, mandate: Mandate, state: MandateState, reason: str) -> MandateReport:
    if not reason.strip():
        raise RefusedField("note", "Le motif manque.")
    change_state(work, mandate, state, reason.strip())
    done = "suspendu" if state is MandateState.SUSPENDED else "révoqué"
    told = "les factures qu'il annonçait ne seront pas prélevées"
    if presented := _presented(work.session, mandate):
        told += (
            f", sauf ce qui est déjà présenté à la banque ({presented})\u202f: demandez-lui de le retirer s'il le faut"
        )
    return _report(mandate, f"Mandat {mandate.rum} {done}\u202f: {told}.")


def _presented(session: Session, mandate: Mandate) -> str:
    """Name what the bank was already asked, and has not answered."""
    awaited = DirectDebit.mandate_id == mandate.id, DirectDebit.state == DebitState.PRESENTED
    return listed(session.scalars(select(DirectDebit.end_to_end).where(*awaited).order_by(DirectDebit.id)))


def _refuse_second(session: Session, mandate: Mandate) -> None:
    """Hold the household, so that two agents do not sign two mandates at once; refuse a second active one."""
    session.execute(select(Family.id).where(Family.id == mandate.family_id).with_for_update(key_share=True))
    other = session.scalar(
        select(Mandate.rum).where(
            Mandate.family_id == mandate.family_id,
            Mandate.regie_id == mandate.regie_id,
            Mandate.state == MandateState.ACTIVE,
            Mandate.id != mandate.id,
        )
    )
    if other:
        message = f"Cette famille a déjà un mandat actif ({other}). {NOTHING} Révoquez-le d'abord."
        raise RefusedByRule(message)


def _rum(session: Session, regie: Regie, family: Family, typed: str) -> str:
    if typed:
        if fault := rum_fault(typed):
            raise RefusedField("rum", fault)
        if _is_taken(session, typed):
            raise RefusedField("rum", "Cette RUM est déjà celle d'un autre mandat.")
        return typed
    held = select(func.count()).select_from(Mandate)
    rank = (session.scalar(held.where(Mandate.family_id == family.id)) or 0) + 1
    while _is_taken(session, rum := new_rum(regie.code, family.number, rank)):
        rank += 1
    return rum


def _is_taken(session: Session, rum: str) -> bool:
    """Tell whether a reference is given; banks do not tell capitals from small letters."""
    return session.scalar(select(Mandate.id).where(func.upper(Mandate.rum) == rum.upper())) is not None


def _held(work: Work, mandate_id: int, *states: MandateState) -> Mandate:
    work.agent.must_be(Role.CASHIER)
    mandate = work.session.scalar(select(Mandate).where(Mandate.id == mandate_id).with_for_update())
    if mandate is None or mandate.state not in states:
        where = f"est «\xa0{MANDATE_WORDS[mandate.state].lower()}\xa0»" if mandate else "n'existe pas"
        message = f"Ce mandat {where}\u202f: cela ne peut pas être fait. Rien n'a été modifié. Relisez la liste."
        raise RefusedByRule(message)
    return mandate


def _report(mandate: Mandate, sentence: str) -> MandateReport:
    return MandateReport(mandate.id, mandate.rum, mandate.state, sentence)
