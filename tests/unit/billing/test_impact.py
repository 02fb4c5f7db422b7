"""What a change of rulebook would do to a month's invoices."""

from datetime import date

import pytest
from sqlalchemy import func, select

from backoffice.billing.draft import draft_month
from backoffice.billing.impact import Impact, impact_of
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import invoices_of
from backoffice.errors import Cancelled, RefusedByRule
from backoffice.office import Office
from models.base import OfficeBase
from models.vocabulary import AttendanceState
from resources.french import NARROW
from tests.factories import AGENT, RULEBOOK, Town, another_child, another_family
from tests.months import OCTOBER, SCHOOL_DAYS, seen

PRICES = "prix.REPAS = [3.60, 4.15, 4.55]"
DRAFT = RULEBOOK.replace('"2026-1"', '"2027-1"').replace(PRICES, "prix.REPAS = [3.40, 4.15, 4.90]")


def weighed(office: Office, source: str = DRAFT, month: date = OCTOBER) -> Impact:
    return office.read(impact_of, source, month)


def three_families(office: Office, town: Town) -> None:
    """The Martins (900) pay the same, the Petits (500) less, the Durands (no proof) more."""
    poor, unproved = another_family(office, town), another_family(office, town, "Durand", quotient=None)
    for child in (town.home.child_id, poor.child_id, unproved.child_id):
        seen(office, child, town.meal_id, *SCHOOL_DAYS[:10])
    seen(office, town.home.child_id, town.morning_id, *SCHOOL_DAYS[:3])


def test_each_family_is_weighed_those_that_change_most_first(office: Office, town: Town) -> None:
    three_families(office, town)
    impact = weighed(office)
    told = [(row.name, row.before_cents, row.after_cents) for row in impact.families]
    assert told == [("Durand", 4550, 4900), ("Petit", 3600, 3400), ("Martin", 4150 + 435, 4150 + 435)]
    assert (impact.up, impact.down, impact.unchanged) == (1, 1, 1)
    assert (impact.up_cents, impact.down_cents, impact.difference_cents) == (350, -200, 150)
    assert (impact.before, impact.after) == ("2026-1", "2027-1")


def test_the_differences_of_the_families_make_the_difference_of_the_totals(office: Office, town: Town) -> None:
    three_families(office, town)
    impact = weighed(office, DRAFT.replace("1.45", "1.333"))
    assert sum(row.difference_cents for row in impact.families) == impact.difference_cents
    assert impact.up_cents + impact.down_cents == impact.after_cents - impact.before_cents


def test_the_side_before_is_what_the_invoices_say(office: Office, town: Town) -> None:
    three_families(office, town)
    office.write(draft_month, AGENT, OCTOBER)
    assert weighed(office).before_cents == sum(row.total_cents for row in office.read(invoices_of, OCTOBER))


def test_what_is_issued_already_is_weighed_too(office: Office, town: Town) -> None:
    three_families(office, town)
    before = weighed(office)
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    assert weighed(office) == before


def test_an_absence_that_only_the_draft_bills_is_weighed(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0], state=AttendanceState.JUSTIFIED)
    half = '\n[[absence]]\ncode = "maladie"\ntitre = "Maladie"\njustifiee = true\nfacture = 50\n'
    impact = weighed(office, DRAFT + half)
    assert [(row.before_cents, row.after_cents) for row in impact.families] == [(0, 208)]


def test_a_package_that_only_the_draft_has_is_weighed(office: Office, town: Town) -> None:
    another_child(office, town, town.home.family_id)
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    package = DRAFT.replace("prix.REPAS = [3.40, 4.15, 4.90]", 'mode = "mensuel"\nprix = [50, 60, 70]').replace(
        "exterieurs.REPAS = 5.80", ""
    )
    (row,) = weighed(office, package).families
    assert (row.before_cents, row.after_cents) == (415, 12_000)


def test_nothing_is_written(office: Office, town: Town) -> None:
    three_families(office, town)

    def counted() -> dict[str, int | None]:
        tables = OfficeBase.metadata.sorted_tables
        return office.read(
            lambda session: {t.name: session.scalar(select(func.count()).select_from(t)) for t in tables}
        )

    before = counted()
    weighed(office)
    assert counted() == before
    assert before["attendance"] == 33


def test_a_month_without_attendance_has_no_effect(office: Office, town: Town) -> None:
    assert weighed(office, month=date(2026, 9, 1)).families == ()


def test_a_draft_that_lacks_a_price_says_so(office: Office, town: Town) -> None:
    three_families(office, town)
    bare = DRAFT[: DRAFT.index('[[tarif]]\ncode = "periscolaire"')]
    with pytest.raises(RefusedByRule, match=f"Avec le brouillon{NARROW}:"):
        weighed(office, bare)


def test_it_says_how_far_and_can_be_stopped(office: Office, town: Town) -> None:
    three_families(office, town)
    told: list[tuple[int, int, str]] = []
    office.read(impact_of, DRAFT, OCTOBER, progress=lambda *step: told.append(step))
    assert [done for done, _, _ in told] == list(range(1, 9))
    assert {total for _, total, _ in told} == {8}
    assert {label for _, _, label in told} == {"Règlement intérieur en vigueur", "Brouillon"}

    def stop(*_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        office.read(impact_of, DRAFT, OCTOBER, progress=stop)
