"""A portal whose families pay on PayFiP's double."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from backoffice.demonstration.payfip import PayfipDouble
from backoffice.portal.payfip import Payments
from backoffice.sync.contract import ViewKind
from tests.portal.conftest import Office
from tests.portal.payment.paying import REGIES, bills, paying, payments_of
from tests.portal.published import Clock, everything, structure, view


@dataclass(frozen=True, slots=True)
class Till:
    """All that a payment goes through."""

    app: Flask
    office: Office
    payfip: PayfipDouble
    clock: Clock

    @property
    def line(self) -> Payments:
        """The portal's line to PayFiP."""
        return payments_of(self.app)


@pytest.fixture
def till(app: Flask, office: Office, payfip: PayfipDouble, clock: Clock) -> Till:
    return Till(app, office, payfip, clock)


@pytest.fixture
def payfip(clock: Clock) -> Iterator[PayfipDouble]:
    with PayfipDouble(clock=clock) as double:
        yield double


@pytest.fixture
def app(make_app: Callable[..., Flask], payfip: PayfipDouble) -> Flask:
    return paying(make_app, payfip)


@pytest.fixture
def office(app: Flask) -> Office:
    office = Office(app)
    body = structure().model_copy(update={"regies": REGIES})
    office.publish(*everything(), view(ViewKind.STRUCTURE, "", 0, body), *bills())
    return office
