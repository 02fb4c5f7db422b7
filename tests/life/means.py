"""What every act of a life at random chooses from, and how it is done."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from sqlalchemy import select

from backoffice.documents.arrive import Kept
from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.requests.receive import receive
from backoffice.sync.contract import (
    Payload,
)
from models.office.bookings import EnrolmentOpening
from models.office.families import FamilyChild
from models.office.requests import Request
from models.vocabulary import RequestStatus
from tests.enrolments import Wednesdays
from tests.factories import AGENT, RULEBOOK, Household, Town
from tests.letterbox import an_action

IBAN = "FR1420041010050500013M02606"
DAYS = tuple(date(2026, 11, day) for day in (26, 27, 30)) + tuple(date(2026, 12, day) for day in (1, 3))
PAST = date(2026, 11, 23)
BY_RANK = RULEBOOK.replace(
    "exterieurs.REPAS = 5.80",
    'exterieurs.REPAS = 5.80\n\n[[tarif]]\ncode = "cadet"\ntitre = "Cantine, deuxième enfant"\nactivites = ["CANTINE"]\n'
    "priorite = 1\nrang_min = 2\nprix.REPAS = 3.00",
)
T = TypeVar("T")


class Means:
    """An office, its households, and chance."""

    office: Office
    chance: Random
    place: Wednesdays
    town: Town
    homes: list[Household]

    def _sends(self, home: Household, payload: Payload, document: Kept | None = None) -> None:
        action = an_action(home, payload, at=self.office.now() - timedelta(seconds=30))
        self.office.write(receive, SYSTEM, action, document)

    def _write(self, act: Callable[..., object], *given: Any, **named: Any) -> None:
        self.office.write(act, AGENT, *given, **named)

    def _home_and_child(self) -> tuple[Household, int]:
        home = self._one(*self.homes)
        mine = (
            select(FamilyChild.child_id).where(FamilyChild.family_id == home.family_id).order_by(FamilyChild.child_id)
        )
        return home, self._one(*self.office.read(lambda session: session.scalars(mine).all()) or [home.child_id])

    def _waiting(self) -> Request:
        query = select(Request).where(Request.status == RequestStatus.WAITING).order_by(Request.received_at)
        return self._found(self.office.read(lambda session: session.scalars(query).all()))

    def _opening(self) -> EnrolmentOpening:
        return self._found(self.office.read(lambda session: session.scalars(select(EnrolmentOpening)).all()))

    def _any(self, column: Any) -> int:
        return self._found(self.office.read(lambda session: session.scalars(select(column).order_by(column)).all()))

    def _version(self, model: Any, number: int) -> int:
        return self.office.read(lambda session: session.get_one(model, number).version)

    def _found(self, rows: Sequence[T]) -> T:
        if not rows:
            raise RefusedByRule("Rien à faire.")
        return self.chance.choice(rows)

    def _one(self, *several: T) -> T:
        return self.chance.choice(several)

    def _flip(self) -> bool:
        return self.chance.random() < 0.5
