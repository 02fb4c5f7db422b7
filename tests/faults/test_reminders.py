"""The plan of reminders and the Treasury's list: two workstations at once, power cuts all along."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from backoffice.audit import first_broken_entry
from backoffice.errors import StaleRecord
from backoffice.office import Office
from backoffice.permissions import SYSTEM
from backoffice.reminders.claims import claimable
from backoffice.reminders.hand_over import hand_over
from backoffice.reminders.levels import DEFAULTS, save_levels
from backoffice.reminders.run import run_plan
from models.office.house import Mail
from models.office.reminders import ClaimList, Reminder, ReminderItem
from models.office.structure import Regie
from models.office.treasury import Paper
from tests.factories import AGENT, COLLEAGUE, Town, a_commune, an_office
from tests.faults.cuts import PowerCut, one_in
from tests.faults.desks import together
from tests.months import IN_NOVEMBER, an_issued_invoice
from tests.unit.reminders.conftest import go


def an_unpaid_month(office: Office) -> Town:
    town = a_commune(office)
    office.write(save_levels, AGENT, town.regie_id, DEFAULTS)
    an_issued_invoice(office, town)
    return town


def count(office: Office, table: type[Any]) -> int:
    return office.read(lambda session: session.scalar(select(func.count()).select_from(table))) or 0


def test_two_workstations_play_the_plan_at_once(desks: tuple[Office, Office]) -> None:
    an_unpaid_month(desks[0])
    for office in desks:
        go(office, 8)
    reminded = together(*(lambda office=office: run_plan(office, SYSTEM) for office in desks))
    assert sorted(reminded) == [0, 1]
    assert [count(desks[0], table) for table in (Reminder, ReminderItem, Mail)] == [1, 1, 1]
    assert desks[0].read(first_broken_entry) is None


def test_two_agents_hand_the_same_debt_over(desks: tuple[Office, Office]) -> None:
    one, two = desks
    town = an_unpaid_month(one)
    for office in desks:
        go(office, 50)
    (debtor,) = one.read(claimable, town.regie_id, one.today()).ready
    answers = together(
        lambda: one.write(hand_over, AGENT, town.regie_id, list(debtor.seen), debtor.seen),
        lambda: two.write(hand_over, COLLEAGUE, town.regie_id, list(debtor.seen), debtor.seen),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ClaimList", StaleRecord.__name__]
    assert count(one, ClaimList) == 1


@one_in(7)
def test_the_power_goes_off_along_the_plan(tmp_path: Path, step: int) -> None:
    quiet = tmp_path / "quiet"
    office = an_office(quiet, now=IN_NOVEMBER)
    an_unpaid_month(office)
    office.close()
    for moment in range(1, 200, step):
        folder = tmp_path / "cut"
        shutil.copytree(quiet, folder)
        office = an_office(folder, now=IN_NOVEMBER)
        today = go(office, 8)
        with PowerCut(office.engine, moment) as cut:
            run_plan(office, SYSTEM)
        kept = [count(office, table) for table in (Reminder, ReminderItem, Mail, Paper)]
        assert len(set(kept)) == 1
        run_plan(office, SYSTEM)
        assert [count(office, table) for table in (Reminder, ReminderItem, Mail, Paper)] == [1, 1, 1, 1]
        assert office.read(lambda session: session.scalar(select(Regie.reminded_on))) == today
        assert office.read(first_broken_entry) is None
        office.close()
        shutil.rmtree(folder)
        if not cut.happened:
            break
    assert 20 < moment < 190
