"""The régisseur, or the administrator, changes a régie's settings; papers already issued keep theirs."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import delete, select
from stdnum.eu import at_02

from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.regie.lists import accepted_of, kinds_of, values_of
from backoffice.regie.rules import (
    RegieValues,
    ServiceValues,
    bic_of,
    compact_iban,
    regie_faults,
    service_faults,
)
from backoffice.sync.contract import SHARED, ViewKind
from backoffice.treasury.periods import hold_regie
from models.office.billing import PAYABLE, Invoice
from models.office.payments import AcceptedMeans
from models.office.structure import Regie, Service
from models.vocabulary import PaymentMeans, Role

NOTHING = "Rien n'a été enregistré."
ALLOWED = (Role.CASHIER, Role.ADMINISTRATOR)
REMOVED = ""  # an IBAN taken away


def edit_regie(
    work: Work,
    regie_id: int,
    values: RegieValues,
    *,
    seen: RegieValues,
    iban: str | None = None,
    seen_ending: str | None = None,
) -> tuple[str, ...]:
    """Set a régie's values; `iban` is a new one, "" takes it away, none keeps it. Give the names of what changed.

    Raises:
        StaleRecord: somebody else changed them since they were read.
        RefusedByRule: a value cannot be what its field holds.
    """
    _must_set(work)
    regie = hold_regie(work.session, regie_id)
    now = values_of(regie)
    if now != seen or (iban is not None and regie.iban_ending != seen_ending):
        raise StaleRecord(_stale(f"Les réglages de la régie {regie.name}"))
    values = _tidy(values, iban)
    _refuse(regie_faults(values, iban=iban))
    old, new = _differences(asdict(now), asdict(values))
    for name, value in new.items():
        setattr(regie, name, value)
    if iban is not None:
        _put_iban(work, regie, iban)
        new["iban"] = "retiré" if iban == REMOVED else "remplacé"  # named, never quoted
    if new:
        work.sign("regie.edit", "regie", regie_id, old=old, new=new)
        work.changed(Changed.STRUCTURE)
        _show(work, regie_id, invoices="payfip_client" in new)
    return tuple(new)


def edit_service(work: Work, service_id: int, values: ServiceValues, *, seen: ServiceValues) -> tuple[str, ...]:
    """Set how the accountant knows a service, and what the act lets its families pay with. Give what changed.

    Raises:
        StaleRecord: somebody else changed them since they were read.
        RefusedByRule: a code, an account, a means or its age is wrong.
    """
    _must_set(work)
    service = work.session.get_one(Service, service_id)
    hold_regie(work.session, service.regie_id)
    work.session.refresh(service)  # somebody may have changed it while this one waited
    now = _service_values(work, service)
    if now != seen:
        raise StaleRecord(_stale(f"Les réglages du service {service.name}"))
    values = replace(values, product_code=values.product_code.strip(), account=values.account.strip())
    _refuse(service_faults(values, kinds_of(work.session, service_id), service.name))
    old, new = _differences(_plain(now), _plain(values))
    if not new:
        return ()
    service.product_code, service.account = values.product_code, values.account
    if "accepted" in new:
        _accept(work, service_id, values.accepted)
    work.sign("service.edit", "service", service.code, old=old, new=new)
    work.changed(Changed.STRUCTURE)
    return tuple(new)


def _show(work: Work, regie_id: int, *, invoices: bool) -> None:
    """Show families whom to call, how one pays there, and which of their invoices they may pay online."""
    work.session.flush()
    work.show(ViewKind.STRUCTURE, "", SHARED)
    if not invoices:
        return
    query = select(Invoice.id, Invoice.family_id).join(Service, Invoice.service_id == Service.id)
    owed = query.where(Service.regie_id == regie_id, Invoice.status.in_(PAYABLE))
    for invoice_id, family_id in work.session.execute(owed):
        work.show(ViewKind.INVOICE, invoice_id, family_id)


def _must_set(work: Work) -> None:
    if not work.agent.roles & set(ALLOWED):
        work.agent.must_be(Role.CASHIER)


def _service_values(work: Work, service: Service) -> ServiceValues:
    return ServiceValues(
        product_code=service.product_code, account=service.account, accepted=accepted_of(work.session, service.id)
    )


def _accept(work: Work, service_id: int, accepted: Mapping[PaymentMeans, int | None]) -> None:
    work.session.execute(delete(AcceptedMeans).where(AcceptedMeans.service_id == service_id))
    work.session.add_all(
        AcceptedMeans(service_id=service_id, means=means, below_age=age) for means, age in accepted.items()
    )


def _tidy(values: RegieValues, iban: str | None) -> RegieValues:
    """Write values as they are kept; the bank of a new IBAN is found when nobody gives it."""
    bic = "".join((values.bic or "").split()).upper() or None
    if bic is None and iban:
        bic = bic_of(iban)
    texts = ("name", "street", "postal_code", "city", "phone", "email")
    return replace(
        values,
        **{name: getattr(values, name).strip() for name in texts},
        mentions="\n".join(line.strip() for line in values.mentions.splitlines() if line.strip()),
        payfip_client=(values.payfip_client or "").strip() or None,
        ics=at_02.compact(values.ics or "") or None,
        bic=bic,
    )


def _put_iban(work: Work, regie: Regie, iban: str) -> None:
    plain = compact_iban(iban)
    regie.iban_sealed = work.sealer.seal(plain) if plain else None
    regie.iban_ending = plain[-4:] or None


def _plain(values: ServiceValues) -> dict[str, Any]:
    accepted = {str(means): age for means, age in values.accepted.items()}
    return {"product_code": values.product_code, "account": values.account, "accepted": accepted}


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = [name for name in new if old[name] != new[name]]
    return {name: old[name] for name in changed}, {name: new[name] for name in changed}


def _refuse(faults: Mapping[str, str]) -> None:
    if faults:
        raise RefusedByRule(f"{' '.join(faults.values())} {NOTHING}")


def _stale(subject: str) -> str:
    return f"{subject} viennent d'être modifiés par quelqu'un d'autre. {NOTHING} Relisez-les, puis recommencez."
