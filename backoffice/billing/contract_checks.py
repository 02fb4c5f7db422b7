"""What to look at in the contracts of a month: enrolments that stop, what could not be given back, hours above those attended."""

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.agreements.watch import (
    ALERT_PERCENT,
    HoursRow,
    contracts_without_enrolment,
    hours_ratio,
    regularisations_left,
)
from backoffice.billing.alert_rows import AlertKind, AlertRow, family_names
from backoffice.billing.checks import family_of
from backoffice.billing.scope import Scope
from models.office.structure import Activity
from models.vocabulary import ActivityKind
from resources.french import NARROW, listed, number, short_date

NAMED = 3  # children that a sentence names
TENTH = Decimal("0.1")


def contracts_alone(session: Session, scope: Scope) -> Iterator[AlertRow]:
    """Say which contracts go on though the child is no longer enrolled: nobody is billed for them."""
    for row in contracts_without_enrolment(session, scope.month):
        if (activity := scope.activities.get(row.activity_id)) is not None:
            yield AlertRow(
                AlertKind.CONTRACT_ALONE,
                f"{row.child}, {row.activity}{NARROW}: un contrat court sans inscription depuis le "
                f"{short_date(row.since)}, il n'est facturé à personne.",
                scope.services[activity.service_id],
                family_id=family_of(session, row.child_id),
                child_id=row.child_id,
            )


def left_to_credit(session: Session, scope: Scope) -> Iterator[AlertRow]:
    """Say which drafts could not give back all that a contract owes: the rest is for a credit note."""
    rows = [row for row in regularisations_left(session, scope.month) if row.service_id in scope.services]
    names = family_names(session, (row.family_id for row in rows))
    for row in rows:
        yield AlertRow(
            AlertKind.LEFT_TO_CREDIT,
            f"{names[row.family_id].words}, {row.child}{NARROW}: {row.sentence}",
            scope.services[row.service_id],
            family_id=row.family_id,
            child_id=row.child_id,
            opens=("billing", row.invoice_id),
        )


def hours_above(session: Session, scope: Scope) -> Iterator[AlertRow]:
    """Say which crèches are billed for far more hours than were attended: the CNAF looks into it."""
    kinds = select(Activity.id).where(Activity.id.in_(scope.activities), Activity.kind == ActivityKind.CRECHE)
    for activity_id in session.scalars(kinds.order_by(Activity.id)):
        whole, *children = hours_ratio(session, activity_id, scope.month) or (None,)
        if whole is None or whole.child_id is not None or whole.percent is None:
            continue
        activity = scope.activities[activity_id]
        yield AlertRow(
            AlertKind.HOURS,
            f"{activity.name}{NARROW}: {_hours(whole.billed_minutes)} facturées pour {_hours(whole.actual_minutes)} de "
            f"présence, soit {number(whole.percent)}{NARROW}% (au plus {ALERT_PERCENT}{NARROW}%)"
            f"{_most([row for row in children if row is not None])}.",
            scope.services[activity.service_id],
            activity_id=activity_id,
            day=scope.month,
        )


def _hours(minutes: int) -> str:
    return f"{number((Decimal(minutes) / 60).quantize(TENTH))}\xa0h"


def _most(children: list[HoursRow]) -> str:
    """Name the children that are the furthest above."""
    far = sorted(children, key=lambda row: row.actual_minutes - row.billed_minutes)[:NAMED]
    told = listed(
        f"{row.child} ({'aucune présence' if row.percent is None else f'{number(row.percent)}{NARROW}%'})"
        for row in far
    )
    return f"{NARROW}; surtout {told}" if told else ""
