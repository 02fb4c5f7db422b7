"""What a draft was made from: whatever its prices look at stops the issue when it changes, and nothing else does."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select, update

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.errors import StaleRecord
from backoffice.office import Office
from backoffice.rulebook.adopt import adopt as adopt_rulebook
from models.office.families import Family, Quotient
from models.office.structure import RulebookVersion
from tests.factories import AGENT, Town, another_child
from tests.months import OCTOBER, SCHOOL_DAYS, seen
from tests.unit.billing.books import adopt

THIRD = '[[modification]]\ncode = "f"\ntitre = "Fratrie"\nactivites = ["CANTINE"]\nrang_min = 2\npourcent = -50\n'
Change = Callable[[Office, Town], object]


def put(*rows: object) -> Change:
    return lambda office, _: office.write(lambda work: work.session.add_all(rows), AGENT)


def set_all(table: type, **values: object) -> Change:
    return lambda office, _: office.write(
        lambda work: work.session.execute(update(table).values(**values)) and None, AGENT
    )


def new_version(effective: date) -> Change:
    def change(office: Office, _: Town) -> None:
        source = office.read(lambda session: session.scalars(select(RulebookVersion.source)).one())
        source = source.replace('version = "2026-1"', 'version = "2026-2"')
        office.write(adopt_rulebook, AGENT, source.replace("effet = 2026-01-01", f"effet = {effective}"))

    return change


def drafted(office: Office, town: Town) -> None:
    adopt(office, THIRD)
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)


@pytest.mark.parametrize(
    "change",
    [
        put(Quotient(family_id=1, value=400, starts=date(2026, 10, 1))),
        set_all(Quotient, ends=date(2026, 10, 10)),
        set_all(Quotient, proved_on=date(2026, 10, 20)),
        set_all(Family, resident=False),
        lambda office, town: another_child(office, town, town.home.family_id, "Zoé"),
        new_version(date(2026, 10, 15)),
    ],
    ids=["proof", "end", "late proof", "residence", "sibling", "rulebook"],
)
def test_what_a_price_looks_at_stops_the_issue_when_it_changes(office: Office, town: Town, change: Change) -> None:
    drafted(office, town)
    change(office, town)
    with pytest.raises(StaleRecord, match="n'est plus à jour"):
        office.write(issue_month, AGENT, OCTOBER)
    office.write(draft_month, AGENT, OCTOBER)
    assert len(office.write(issue_month, AGENT, OCTOBER).issued) == 1


def test_what_no_price_of_the_month_looks_at_changes_nothing(office: Office, town: Town) -> None:
    drafted(office, town)
    set_all(Quotient, resources_cents=200_000, children=3)(office, town)
    put(Quotient(family_id=1, value=400, starts=date(2026, 11, 1)))(office, town)
    new_version(date(2026, 11, 1))(office, town)
    assert len(office.write(issue_month, AGENT, OCTOBER).issued) == 1
