"""What the two programmes say to each other around views and actions."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from backoffice.sync.contract.actions import Action
from backoffice.sync.contract.message import CONTRACT, Message
from backoffice.sync.contract.views import View


class Publication(Message):
    """What the office sends: POST /sync/views. Sending it twice is harmless."""

    contract: Literal[3] = CONTRACT
    views: tuple[View, ...]


class PublicationReceipt(Message):
    """What the portal answers: views that it now shows at that version or a later one."""

    taken: int


class Outbox(Message):
    """What the office has not yet taken, in receipt order: GET /sync/actions."""

    contract: Literal[3] = CONTRACT
    actions: tuple[Action, ...]
    more: bool


class Collected(Message):
    """What the office has applied: POST /sync/collected. Saying it twice is harmless."""

    contract: Literal[3] = CONTRACT
    ids: tuple[UUID, ...]


class PortalState(Message):
    """GET /sync/state: is it our portal, does it speak our contract, is its clock right?"""

    contract: int
    now: AwareDatetime
    waiting: int  # actions not yet collected
