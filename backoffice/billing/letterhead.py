"""What the papers of a service say of the régie: read live for a draft, frozen at issue."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.payments.means import printed
from models.office.payments import AcceptedMeans
from models.office.structure import Commune, Regie, Service
from models.vocabulary import PaymentMeans
from resources.french import NARROW

FULL_PAYMENT = "Paiement intégral exigé à la date d'échéance."
APPEAL = (
    f"Voies de recours{NARROW}: une réclamation se fait auprès de la régie avant l'échéance. La facture peut être "
    "contestée devant le tribunal administratif dans les deux mois qui suivent sa réception."
)
LEGAL = (  # the words by which a paragraph is known, and what is said without one
    (("intégral", "totalité"), FULL_PAYMENT),
    (("recours", "tribunal", "contest"), APPEAL),
)


@dataclass(frozen=True, slots=True)
class LetterheadFacts:
    """The régie as its invoices name it."""

    commune: str
    siret: str
    regie: str
    address: tuple[str, ...]
    phone: str
    email: str
    service: str
    means: tuple[str, ...]  # those that the régie's act allows for the service, as printed
    mentions: tuple[str, ...]
    due_days: int
    pay_online_at: str = ""  # where families pay on PayFiP
    carry_below_cents: int = 0  # a smaller invoice waits for the next one

    def as_json(self) -> dict[str, Any]:
        """Give what is stored."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "LetterheadFacts":
        """Read back what was stored."""
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in content.items()}
        return cls(**values)


def letterhead_of(session: Session, service_id: int) -> LetterheadFacts:
    """Read what the régie says of itself now, for a service."""
    regie, service = session.execute(
        select(Regie, Service.name).join(Service, Service.regie_id == Regie.id).where(Service.id == service_id)
    ).one()
    facts = _facts(session, regie, service, _means(session, service_id))
    return replace(facts, mentions=with_legal(facts.mentions))


def with_legal(mentions: tuple[str, ...]) -> tuple[str, ...]:
    """Add what every invoice says by law, where the régie's own paragraphs do not.

    >>> with_legal(("Paiement intégral.", "Recours : le tribunal administratif."))
    ('Paiement intégral.', 'Recours : le tribunal administratif.')
    """
    told = " ".join(mentions).casefold()
    missing = (text for words, text in LEGAL if not any(word in told for word in words))
    return (*mentions, *missing)


def without_payment(mentions: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what asks to be paid whole: a credit note asks for nothing.

    >>> without_payment(("Paiement intégral.", "Recours : le tribunal administratif."))
    ('Recours : le tribunal administratif.',)
    """
    (words, _), *_ = LEGAL
    return tuple(text for text in mentions if not any(word in text.casefold() for word in words))


def letterhead_of_regie(session: Session, regie_id: int) -> LetterheadFacts:
    """Read what the régie says of itself now, on a paper that is of no service: a receipt, a slip."""
    return _facts(session, session.get_one(Regie, regie_id), "", ())


def _facts(session: Session, regie: Regie, service: str, means: tuple[str, ...]) -> LetterheadFacts:
    town = session.execute(select(Commune.name, Commune.siret)).one()
    return LetterheadFacts(
        commune=town.name,
        siret=town.siret,
        regie=regie.name,
        address=(regie.street, f"{regie.postal_code} {regie.city}"),
        phone=regie.phone,
        email=regie.email,
        service=service,
        means=means,
        mentions=tuple(regie.mentions.splitlines()),
        due_days=regie.due_days,
        carry_below_cents=regie.carry_below_cents,
    )


def _means(session: Session, service_id: int) -> tuple[str, ...]:
    """List what the act allows, in the order of the vocabulary."""
    rows = session.execute(
        select(AcceptedMeans.means, AcceptedMeans.below_age).where(AcceptedMeans.service_id == service_id)
    )
    found = {means: printed(means, below_age) for means, below_age in rows}
    return tuple(found[means] for means in PaymentMeans if means in found)
