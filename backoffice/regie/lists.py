"""A régie's settings as frozen rows: what is sealed is never read here."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.regie.rules import RegieValues, ServiceValues
from models.office.payments import AcceptedMeans
from models.office.structure import Activity, Regie, Service
from models.vocabulary import ActivityKind, PaymentMeans

NO_REGIE = "Aucune régie n'est enregistrée dans ce dossier\u202f: ses comptes se tiendront ici."
NAMES = tuple(field.name for field in fields(RegieValues))


@dataclass(frozen=True, slots=True)
class RegieRow:
    """A régie to choose from."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """A service and what is set of it."""

    id: int
    code: str
    name: str
    kinds: frozenset[ActivityKind]
    values: ServiceValues


@dataclass(frozen=True, slots=True, kw_only=True)
class RegieSettings:
    """A régie, what is set of it and of its services; of its IBAN, the last four characters."""

    id: int
    code: str
    values: RegieValues
    iban_ending: str | None
    services: tuple[ServiceSettings, ...]


def regies(session: Session) -> tuple[RegieRow, ...]:
    """List the régies of the commune."""
    return tuple(RegieRow(*row) for row in session.execute(select(Regie.id, Regie.code, Regie.name).order_by(Regie.id)))


def regie_settings(session: Session, regie_id: int) -> RegieSettings:
    """Read all that is set of a régie."""
    regie = session.get_one(Regie, regie_id)
    return RegieSettings(
        id=regie.id,
        code=regie.code,
        values=values_of(regie),
        iban_ending=regie.iban_ending,
        services=_services(session, regie_id),
    )


def values_of(regie: Regie) -> RegieValues:
    """Read what can be set of a régie."""
    return RegieValues(**{name: getattr(regie, name) for name in NAMES})


def accepted_of(session: Session, service_id: int) -> Mapping[PaymentMeans, int | None]:
    """Read what the act allows for a service."""
    rows = session.execute(
        select(AcceptedMeans.means, AcceptedMeans.below_age).where(AcceptedMeans.service_id == service_id)
    )
    return _in_order(dict(rows.all()))


def kinds_of(session: Session, service_id: int) -> frozenset[ActivityKind]:
    """Say of what kinds the activities of a service are."""
    return frozenset(session.scalars(select(Activity.kind).where(Activity.service_id == service_id)))


def _services(session: Session, regie_id: int) -> tuple[ServiceSettings, ...]:
    kinds: dict[int, set[ActivityKind]] = defaultdict(set)
    for service_id, kind in session.execute(select(Activity.service_id, Activity.kind)):
        kinds[service_id].add(kind)
    query = select(Service).where(Service.regie_id == regie_id).order_by(Service.position, Service.id)
    return tuple(
        ServiceSettings(
            id=service.id,
            code=service.code,
            name=service.name,
            kinds=frozenset(kinds[service.id]),
            values=ServiceValues(
                product_code=service.product_code, account=service.account, accepted=accepted_of(session, service.id)
            ),
        )
        for service in session.scalars(query)
    )


def _in_order(found: Mapping[PaymentMeans, int | None]) -> Mapping[PaymentMeans, int | None]:
    return {means: found[means] for means in PaymentMeans if means in found}
