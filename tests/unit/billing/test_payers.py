"""Who pays for a child of separated parents: by percent to the cent, or by alternate weeks."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.lists import family_invoices, invoices_of
from backoffice.billing.rules import Kind, Line
from backoffice.billing.scope import hold_books, scope_of
from backoffice.billing.shares import Share, Shares, week_ranges, weeks_of
from backoffice.errors import StaleRecord
from backoffice.office import Office
from backoffice.rulebook.file.words import Per
from models.office.billing import PayerShare
from models.office.bookings import Attendance, Enrolment
from models.office.families import Quotient
from models.vocabulary import AttendanceState, CustodyWeeks, InvoiceStatus, Section
from resources.french import NARROW
from tests.factories import AGENT, RULEBOOK, Town, a_commune, an_office, another_child, another_family
from tests.months import IN_NOVEMBER, OCTOBER, SCHOOL_DAYS, seen
from tests.unit.billing.books import adopt
from tests.unit.billing.sharing import alternate, files, other_parent, share

MONTHLY = """[[tarif]]
code = "forfait"
titre = "Restauration scolaire"
activites = ["CANTINE"]
mode = "mensuel"
prix = 45.01
"""
EITHER = pytest.mark.parametrize(
    "office", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
CANTEEN = RULEBOOK[RULEBOOK.index("[[tarif]]") : RULEBOOK.rindex("[[tarif]]")]


@pytest.fixture
def office(request, tmp_path):
    """SQLite unless a test asks for EITHER: most of this file is not decided by the database."""
    postgres = getattr(request, "param", "sqlite") == "postgresql"
    database = request.getfixturevalue("new_postgres")("office") if postgres else None
    opened = an_office(tmp_path, now=IN_NOVEMBER, database=database)
    yield opened
    opened.close()


@pytest.fixture
def town(office: Office) -> Town:
    return a_commune(office)


def totals(office: Office, month: date = OCTOBER) -> dict[str, int]:
    return {row.family: row.total_cents for row in office.read(invoices_of, month)}


def a_line(cents: int, days: tuple[date, ...] = (OCTOBER,)) -> Line:
    kind = Kind("CANTINE", "REPAS", "Repas", Section.MEALS, Decimal(1), "", Per.UNIT, None, (1, 1))
    return Line(1, kind, Decimal(1), cents, days, ())


@st.composite
def percents(draw: st.DrawFn) -> list[int]:
    cuts = draw(st.sets(st.integers(1, 99), min_size=1, max_size=3))
    bounds = [0, *sorted(cuts), 100]
    return [after - before for before, after in pairwise(bounds)]


@given(percents(), st.integers(-20_000, 500_000))
def test_parts_always_sum_to_the_whole(parts: list[int], cents: int) -> None:
    of = [Share(1, 1, family, OCTOBER, None, percent, None) for family, percent in enumerate(parts, start=1)]
    shares = Shares({(1, 1): of}, (OCTOBER, date(2026, 10, 31)))
    kept = shares.kept((1, 1), a_line(cents))
    taken = [line for family in range(2, len(parts) + 1) for line in shares.taken((family, 1), (1, 1), [a_line(cents)])]
    assert kept.amount_cents + sum(line.amount_cents for line in taken) == cents
    assert [line.share_percent for line in (kept, *taken)] == parts
    exact = [abs(cents) * percent / Decimal(100) for percent in parts[1:]]
    assert all(abs(due - abs(line.amount_cents)) <= 1 for due, line in zip(exact, taken, strict=True))
    assert abs(exact[0] - abs(taken[0].amount_cents)) <= Decimal("0.5")
    assert kept.amount_cents * cents >= 0


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_every_day_of_a_month_is_in_one_parity(day: date) -> None:
    first = day.replace(day=1)
    last = day.replace(day=28)
    held = [
        weeks for weeks in CustodyWeeks for begins, ends in week_ranges(first, last, weeks) if begins <= day <= ends
    ]
    assert held == ([weeks_of(day)] if day <= last else [])


def test_two_odd_weeks_follow_each_other_after_a_year_of_53_weeks() -> None:
    assert weeks_of(date(2026, 12, 28)) is weeks_of(date(2027, 1, 3)) is CustodyWeeks.ODD  # week 53
    assert weeks_of(date(2027, 1, 4)) is CustodyWeeks.ODD  # week 1
    assert weeks_of(date(2027, 1, 11)) is CustodyWeeks.EVEN
    runs = week_ranges(date(2027, 1, 1), date(2027, 1, 31), CustodyWeeks.ODD)
    assert runs[0] == (date(2027, 1, 1), date(2027, 1, 10))


@EITHER
def test_a_percent_is_priced_once_and_shared_to_the_cent(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    share(office, town, (town.home.family_id, 50), (father, 50))
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:3])
    assert office.write(draft_month, AGENT, OCTOBER).units == 3
    assert totals(office) == {"Martin": 622, "Durand": 623}  # 12,45 € at the Martins' quotient; half up, then the rest
    for name, cents in (("Martin", "6,22"), ("Durand", "6,23")):
        (line,) = files(office)[name].lines
        assert line.label == f"Restauration scolaire, repas, part de 50{NARROW}%"
        assert line.child == "Léa Martin"
        assert line.quantity_text == "3"
        assert line.steps[-2:] == (
            f"Prix entier{NARROW}: 12,45{NARROW}€, partagé entre les payeurs de l'enfant.",
            f"Part de 50{NARROW}%{NARROW}: {cents}{NARROW}€.",
        )


def test_no_household_reads_the_quotient_of_the_other(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    share(office, town, (town.home.family_id, 50), (father, 50))
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:3])
    office.write(draft_month, AGENT, OCTOBER)
    told = {name: " ".join(files(office)[name].lines[0].steps) for name in ("Martin", "Durand")}
    assert "900" in told["Martin"], "its own quotient explains its price"
    assert "900" not in told["Durand"]
    assert "Quotient" not in told["Durand"]
    assert "son détail est sur la facture de ce foyer" in told["Durand"]


def test_a_household_that_begins_to_share_while_a_run_waits_is_redone_with_it(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    scope = office.read(scope_of, OCTOBER, "CANTINE", town.home.family_id)
    share(office, town, (town.home.family_id, 50), (father, 50))  # agreed before the run holds the books
    held = office.write(lambda work: hold_books(work.session, scope), AGENT)
    assert held.family_ids == {town.home.family_id, father}


def test_only_the_days_of_the_share_are_shared_and_only_its_child(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    share(office, town, (town.home.family_id, 60), (father, 40), starts=date(2026, 10, 5))
    noe = another_child(office, town, town.home.family_id)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:4])  # 1, 2, 5, 6
    seen(office, noe, town.meal_id, SCHOOL_DAYS[3])
    office.write(draft_month, AGENT, OCTOBER)
    assert totals(office) == {"Martin": 830 + 498 + 415, "Durand": 332}
    assert [len(line.days) for line in files(office)["Martin"].lines] == [2, 2, 1]


@EITHER
def test_each_household_pays_its_own_weeks_at_its_own_price(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    alternate(office, town, even=town.home.family_id, odd=father)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:8])  # 1, 2: week 40; 5 to 9: 41; 12, 13: 42
    office.write(draft_month, AGENT, OCTOBER)
    assert totals(office) == {"Martin": 4 * 415, "Durand": 4 * 360}
    assert [day.day for day in files(office)["Durand"].lines[0].days] == [5, 6, 8, 9]
    report = office.write(issue_month, AGENT, OCTOBER)
    assert len(report.issued) == 2
    bound = office.read(
        lambda session: session.execute(select(Attendance.day, Attendance.invoice_id).order_by(Attendance.day)).all()
    )
    mine = {row.family: row.id for row in office.read(invoices_of, OCTOBER)}
    assert {day.day for day, invoice in bound if invoice == mine["Durand"]} == {5, 6, 8, 9}
    assert len(bound) == 8


def test_weeks_alternate_across_a_year_of_53_weeks(office: Office, town: Town) -> None:
    office.clock.set(datetime(2027, 2, 3, 9, tzinfo=UTC))
    father = other_parent(office, town)
    alternate(office, town, even=town.home.family_id, odd=father)
    days = (date(2026, 12, 18), date(2027, 1, 1), date(2027, 1, 7), date(2027, 1, 14))
    seen(office, town.home.child_id, town.meal_id, *days)
    for month, told in ((date(2026, 12, 1), {"Durand": 360}), (date(2027, 1, 1), {"Durand": 720, "Martin": 415})):
        office.write(draft_month, AGENT, month)
        assert totals(office, month) == told
        office.write(issue_month, AGENT, month)


def test_a_month_s_package_is_shared_too_and_alternate_weeks_halve_it(office: Office, town: Town) -> None:
    adopt(office, MONTHLY, of=CANTEEN, instead="")
    father = other_parent(office, town)
    share(office, town, (town.home.family_id, 60), (father, 40), ends=date(2026, 9, 30))
    alternate(office, town, even=father, odd=town.home.family_id, starts=OCTOBER)
    for month, parts in ((date(2026, 9, 1), (2701, 1800)), (OCTOBER, (2250, 2251))):
        office.write(draft_month, AGENT, month, service_code="CANTINE")
        ours = {name: file.lines for name, file in files(office, month).items()}
        shared = {name: [x.amount_cents for x in lines if x.child == "Léa Martin"] for name, lines in ours.items()}
        assert (shared["Martin"], shared["Durand"]) == ([parts[0]], [parts[1]])
    office.write(issue_month, AGENT, OCTOBER)
    assert office.write(draft_month, AGENT, OCTOBER, service_code="CANTINE").drafts == 0  # billed once


@EITHER
@pytest.mark.parametrize("moved", ["attendance", "quotient", "share"])
def test_the_issue_refuses_when_what_a_co_payer_depends_on_moved(office: Office, town: Town, moved: str) -> None:
    father = other_parent(office, town)
    share(office, town, (town.home.family_id, 60), (father, 40))
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:3])
    office.write(draft_month, AGENT, OCTOBER)
    if moved == "attendance":
        seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[3])
    elif moved == "quotient":
        mine = update(Quotient).where(Quotient.family_id == town.home.family_id).values(value=400)
        office.write(lambda work: work.session.execute(mine) and None, AGENT)
    else:
        share(office, town, (town.home.family_id, 70), (father, 30))
    with pytest.raises(StaleRecord, match="Le brouillon de Durand, Martin n'est plus à jour"):
        office.write(issue_month, AGENT, OCTOBER)
    office.write(draft_month, AGENT, OCTOBER)
    assert len(office.write(issue_month, AGENT, OCTOBER).issued) == 2


def test_drafting_one_household_redoes_its_co_payers_and_gives_the_same_drafts(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    petit = another_family(office, town)
    share(office, town, (town.home.family_id, 60), (father, 40))
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:3])
    seen(office, petit.child_id, town.meal_id, SCHOOL_DAYS[0])
    office.write(draft_month, AGENT, OCTOBER)
    before = totals(office)
    rows = {row.family: row.id for row in office.read(invoices_of, OCTOBER)}
    for family in (town.home.family_id, father):
        assert office.write(draft_month, AGENT, OCTOBER, family_id=family).drafts == 2
        assert totals(office) == before
    after = {row.family: row.id for row in office.read(invoices_of, OCTOBER)}
    assert after["Petit"] == rows["Petit"]
    assert len(office.write(issue_month, AGENT, OCTOBER).issued) == 3


def test_each_household_sees_its_own_invoice_alone(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    share(office, town, (town.home.family_id, 60), (father, 40))
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:10])
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    (ours,), (theirs,) = (office.read(family_invoices, one) for one in (town.home.family_id, father))
    assert (ours.total_cents, ours.payer, ours.status) == (2490, "Camille Martin", InvoiceStatus.ISSUED)
    assert (theirs.total_cents, theirs.payer, theirs.status) == (1660, "Camille Durand", InvoiceStatus.ISSUED)


def test_presence_without_an_enrolment_is_nobody_s_even_in_a_week_that_is_shared(office: Office, town: Town) -> None:
    father = other_parent(office, town)
    alternate(office, town, even=town.home.family_id, odd=father)
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[2])

    def late(work):
        work.session.execute(update(PayerShare).values(starts=date(2026, 6, 1)))

    office.write(late, AGENT)
    seen(office, town.home.child_id, town.meal_id, date(2026, 8, 28), state=AttendanceState.PRESENT)
    for family in (None, father):
        assert office.write(draft_month, AGENT, date(2026, 8, 1), family_id=family).drafts == 0


@pytest.mark.parametrize("way", ["percent", "weeks"])
def test_a_share_without_the_household_that_enrols_counts_no_more(office: Office, town: Town, way: str) -> None:
    father, aunt = other_parent(office, town), another_family(office, town, "Petit").family_id
    if way == "percent":
        share(office, town, (town.home.family_id, 60), (father, 40))
    else:
        alternate(office, town, even=town.home.family_id, odd=father)
    moved = update(Enrolment).where(Enrolment.child_id == town.home.child_id).values(payer_family_id=aunt)
    office.write(lambda work: work.session.execute(moved) and None, AGENT)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:8])
    for family in (None, aunt, father):
        office.write(draft_month, AGENT, OCTOBER, family_id=family)
        assert totals(office) == {"Petit": 8 * 360}
    assert len(office.write(issue_month, AGENT, OCTOBER).issued) == 1
