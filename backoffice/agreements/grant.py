"""An organisation helps a child: the aid is granted, changed, and never goes below what invoices took from it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.agreements.faults import NOTHING_DONE, refuse
from backoffice.clock import month_start
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.rulebook.file.tariff_parts import Aid
from backoffice.rulebook.in_force import read_rules
from models.office.billing import Invoice
from models.office.contracts import AidGrant, AidUse
from models.office.families import Child, Family, FamilyChild
from models.vocabulary import Role
from resources.french import NARROW, euros, listed, of_month, short_date

MOST_CENTS = 10_000_000


@dataclass(frozen=True, slots=True)
class AidTerms:
    """What is granted: the code of the rulebook's aid, its days, its balance; none: no limit but the price."""

    code: str
    starts: date
    ends: date
    amount_cents: int | None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class GrantReport:
    """The aid granted or changed."""

    grant_id: int
    sentence: str


def grant_aid(work: Work, child_id: int, family_id: int, terms: AidTerms) -> GrantReport:
    """Grant a child an aid that lowers the invoices of one household.

    Raises:
        Faulty: a field cannot be so; its `faults` say which and why.
    """
    work.agent.must_be(Role.AGENT)
    session = work.session
    child = session.get(Child, child_id)
    family = session.get(Family, family_id, with_for_update={"key_share": True})  # one decision is entered once
    if child is None or family is None or session.get(FamilyChild, (family_id, child_id)) is None:
        raise RefusedByRule(f"Cet enfant n'est pas, ou n'est plus, de ce foyer. {NOTHING_DONE}")
    refuse(_faults(session, terms) | _entered_already(session, child, family_id, terms))
    grant = AidGrant(
        child_id=child_id, family_id=family_id, code=terms.code, reference=terms.reference.strip() or None,
        starts=terms.starts, ends=terms.ends, amount_cents=terms.amount_cents,
    )  # fmt: skip
    session.add(grant)
    session.flush()
    work.sign("aid.grant", "aid_grant", grant.id, new={"child": child_id, "family": family_id, **_told(grant)})
    work.changed(Changed.FAMILIES, Changed.INVOICES)
    return GrantReport(grant.id, f"{_named(session, grant)} de {child.first_name} enregistrée.")


def change_aid(work: Work, grant_id: int, terms: AidTerms, *, version: int) -> GrantReport:
    """Change an aid: what issued invoices took from it stays taken.

    Raises:
        StaleRecord: somebody else changed it meanwhile.
        Faulty: a field cannot be so.
    """
    work.agent.must_be(Role.AGENT)
    session = work.session
    grant = session.get(AidGrant, grant_id, with_for_update=True)
    if grant is None:
        raise RefusedByRule(f"Cette aide n'existe plus. {NOTHING_DONE}")
    if grant.version != version:
        message = f"Cette aide a été modifiée entre-temps. {NOTHING_DONE} Relisez-la, puis recommencez."
        raise StaleRecord(message)
    child = session.get_one(Child, grant.child_id)
    known = _entered_already(session, child, grant.family_id, terms, besides=grant.id)
    refuse(_faults(session, terms) | known | _used_faults(session, grant, terms))
    old = _told(grant)
    grant.code, grant.reference = terms.code, terms.reference.strip() or None
    grant.starts, grant.ends, grant.amount_cents = terms.starts, terms.ends, terms.amount_cents
    session.flush()
    work.sign("aid.change", "aid_grant", grant.id, old=old, new=_told(grant))
    work.changed(Changed.FAMILIES, Changed.INVOICES)
    return GrantReport(grant.id, f"{_named(session, grant)} de {child.first_name} modifiée.")


def aids_on(session: Session, day: date) -> tuple[Aid, ...]:
    """List the aids that the rulebook in force on a day knows."""
    applied = read_rules(session).on(day)
    return tuple(applied.book.aids) if applied is not None else ()


def _faults(session: Session, terms: AidTerms) -> dict[str, str]:
    """Say what no aid may be, by field."""
    faults: dict[str, str] = {}
    if terms.ends < terms.starts:
        faults["ends"] = "La fin de l'aide est avant son début."
    known = [aid.code for aid in aids_on(session, terms.starts)]
    if terms.code not in known:
        told = f"Celles qu'il connaît{NARROW}: {listed(known)}." if known else "Il n'en déclare aucune."
        faults["code"] = (
            f"Le règlement intérieur en vigueur le {short_date(terms.starts)} n'a pas d'aide «\xa0{terms.code}\xa0». {told}"
        )
    if terms.amount_cents is not None and not 0 < terms.amount_cents <= MOST_CENTS:
        faults["amount"] = "Donnez un montant au-dessus de zéro, ou rien si l'aide n'a pas de limite."
    return faults


def _entered_already(
    session: Session, child: Child, family_id: int, terms: AidTerms, *, besides: int | None = None
) -> dict[str, str]:
    """Say that the same decision is there: its balance would count twice."""
    other = session.scalars(
        select(AidGrant)
        .where(
            AidGrant.child_id == child.id,
            AidGrant.family_id == family_id,
            AidGrant.code == terms.code,
            func.coalesce(AidGrant.reference, "") == terms.reference.strip(),
            AidGrant.starts <= terms.ends,
            AidGrant.ends >= terms.starts,
            AidGrant.id != (besides or 0),
        )
        .order_by(AidGrant.starts)
    ).first()
    if other is None:
        return {}
    dates = f"du {short_date(other.starts)} au {short_date(other.ends)}"
    return {
        "starts": f"{child.first_name} a déjà cette aide {dates}{NARROW}: changez-la, ou notez la référence de l'autre."
    }


def _used_faults(session: Session, grant: AidGrant, terms: AidTerms) -> dict[str, str]:
    """Say what issued invoices forbid to change."""
    rows = session.execute(
        select(Invoice.month, func.sum(AidUse.amount_cents))
        .join(Invoice, AidUse.invoice_id == Invoice.id)
        .where(AidUse.grant_id == grant.id, Invoice.number.is_not(None))
        .group_by(Invoice.month)
        .order_by(Invoice.month)
    )
    taken = {month: int(amount) for month, amount in rows if amount}
    faults: dict[str, str] = {}
    if not taken:
        return faults
    used = sum(taken.values())
    if terms.code != grant.code:
        faults["code"] = f"Cette aide a déjà servi{NARROW}: accordez-en une autre."
    if terms.amount_cents is not None and terms.amount_cents < used:
        faults["amount"] = f"Les factures émises en ont déjà déduit {euros(used)}{NARROW}: pas moins."
    if month_start(terms.starts) > min(taken):
        faults["starts"] = (
            f"Une facture {of_month(min(taken))} en a déjà déduit une part{NARROW}: commencez au plus tard ce mois-là."
        )
    if terms.ends < max(taken):
        faults["ends"] = (
            f"Une facture {of_month(max(taken))} en a déjà déduit une part{NARROW}: ne finissez pas avant ce mois-là."
        )
    return faults


def _named(session: Session, grant: AidGrant) -> str:
    titles = {aid.code: aid.title for aid in aids_on(session, grant.starts)}
    return f"Aide «\xa0{titles.get(grant.code, grant.code)}\xa0»"


def _told(grant: AidGrant) -> dict[str, object]:
    return {
        "code": grant.code, "starts": grant.starts.isoformat(), "ends": grant.ends.isoformat(),
        "amount_cents": grant.amount_cents, "reference": grant.reference,
    }  # fmt: skip
