"""The households that a child belongs to: its separated parents' two, for instance."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from backoffice.errors import RefusedByRule
from backoffice.families.edit import families_of
from backoffice.families.lists import full_name
from backoffice.office import Changed, Work
from backoffice.sync.mark import mark_child, mark_family
from models.office.billing import Invoice, InvoiceLine, PayerShare
from models.office.bookings import Enrolment
from models.office.families import Child, Family, FamilyChild, PickupPerson
from models.vocabulary import Role
from resources.french import NARROW


@dataclass(frozen=True, slots=True)
class BelongReport:
    """What changed, in a sentence."""

    sentence: str


def attach_child(work: Work, child_id: int, number: str) -> BelongReport:
    """Make a child belong to another household too, known by the number of its file; it then sees the child's file.

    Raises:
        RefusedByRule: nobody has this number, or the child belongs there already.
    """
    work.agent.must_be(Role.AGENT)
    session, asked = work.session, number.strip()
    child = _known(session, child_id)
    family = session.scalar(select(Family).where(func.lower(Family.number) == asked.lower()))
    if family is None:
        message = f"Aucun dossier n'a le numéro «\xa0{asked}\xa0». Rien n'a été enregistré. Relisez-le dans la liste des familles."
        raise RefusedByRule(message)
    if session.get(FamilyChild, (family.id, child_id)) is not None:
        message = f"{full_name(child)} appartient déjà à la famille {family.name}. Rien n'a été enregistré."
        raise RefusedByRule(message)
    _keep_apart(session, child_id)
    session.add(FamilyChild(family_id=family.id, child_id=child_id))
    session.flush()
    mark_child(work, child_id)
    work.sign("attach", "child", child_id, new={"family": family.number})
    work.changed(Changed.FAMILIES)
    return BelongReport(f"{full_name(child)} appartient aussi à la famille {family.name}.")


def detach_child(work: Work, child_id: int, family_id: int) -> BelongReport:
    """Take a child out of a household that never paid for it: a mistake made good.

    Raises:
        RefusedByRule: the household enrols the child, pays for it, or was billed; or it is the child's only one.
    """
    work.agent.must_be(Role.AGENT)
    session = work.session
    child, link = _known(session, child_id), session.get(FamilyChild, (family_id, child_id))
    if link is None:
        raise RefusedByRule(
            f"{full_name(child)} n'appartient plus à ce foyer. Rien n'a été modifié. Relisez le dossier."
        )
    family = session.get_one(Family, family_id)
    if reason := _bound(session, child_id, family_id):
        message = f"La famille {family.name} {reason}{NARROW}: {child.first_name} y reste. Rien n'a été modifié."
        raise RefusedByRule(message)
    session.delete(link)
    session.flush()
    mark_child(work, child_id)
    mark_family(work, family_id)
    work.sign("detach", "child", child_id, old={"family": family.number})
    work.changed(Changed.FAMILIES)
    return BelongReport(f"{full_name(child)} n'appartient plus à la famille {family.name}.")


def _keep_apart(session: Session, child_id: int) -> None:
    """Leave to the household that had the child alone those whom it named around it: the other one names its own."""
    households = families_of(session, child_id)
    if len(households) == 1:
        named = update(PickupPerson).where(PickupPerson.child_id == child_id, PickupPerson.family_id.is_(None))
        session.execute(named.values(family_id=households[0]))


def _known(session: Session, child_id: int) -> Child:
    """Read a child, and let one at a time say whose it is and who pays for it."""
    child = session.get(Child, child_id, with_for_update={"key_share": True})
    if child is None:
        raise RefusedByRule("Cet enfant n'existe pas, ou n'existe plus. Rien n'a été enregistré. Relisez le dossier.")
    return child


def _bound(session: Session, child_id: int, family_id: int) -> str:
    """Say what holds a child in a household, if something does."""
    others = exists().where(FamilyChild.child_id == child_id, FamilyChild.family_id != family_id)
    billed = (
        select(InvoiceLine.id)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.child_id == child_id, Invoice.family_id == family_id)
        .exists()
    )
    reasons = (
        (~others, "est son seul foyer"),
        (exists().where(Enrolment.child_id == child_id, Enrolment.payer_family_id == family_id), "inscrit l'enfant"),
        (exists().where(PayerShare.child_id == child_id, PayerShare.family_id == family_id), "paie une part"),
        (billed, "a déjà reçu une facture"),
    )
    return next((words for holds, words in reasons if session.scalar(select(holds))), "")
