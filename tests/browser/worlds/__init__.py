"""Every state of every page of the portal, world by world."""

from tests.browser.states import World
from tests.browser.worlds import account, door, household, money, offers, papers, planning

WORLDS: tuple[World, ...] = (
    *door.WORLDS, *account.WORLDS, *household.WORLDS, *planning.WORLDS, *offers.WORLDS, *papers.WORLDS, *money.WORLDS,
)  # fmt: skip
