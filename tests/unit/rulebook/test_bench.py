"""The test bench: what a rulebook says of a child and a month, and that asking changes nothing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from backoffice.errors import RefusedByRule
from backoffice.office import Office
from backoffice.rulebook.bench import BenchDay, BenchMonth, BenchQuestion, Circumstance, bench_activities, bench_month
from backoffice.rulebook.bench_people import Enrolled, Imaginary, find_children
from backoffice.rulebook.drafts import changes_since, draft_of
from backoffice.rulebook.file.words import Operation
from backoffice.rulebook.values import Judgement
from models.office.house import AuditEntry
from models.office.structure import RulebookVersion
from resources.french import NARROW
from tests.factories import NOW, RULEBOOK, THURSDAY, TODAY, Town, a_commune, an_office, another_child, another_family

NOVEMBER = date(2026, 11, 1)
DRAFT = RULEBOOK.replace('"2026-1"', '"2027-1"').replace("4.15", "4.30").replace("nombre = 2", "nombre = 3")
CARE = """
[[tarif]]
code = "creche"
titre = "Crèche"
activites = ["PERI"]
priorite = 1
mode = "effort"
bareme = "psu"

[[modification]]
code = "adulte"
titre = "Adulte"
activites = ["CANTINE"]
categories = ["adulte"]
prix = 5.45

[[modification]]
code = "cadet"
titre = "Deuxième enfant"
activites = ["CANTINE"]
rang_min = 2
pourcent = -10
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Give one office to all: the bench changes nothing."""
    opened = an_office(tmp_path_factory.mktemp("bench"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def town(office: Office) -> Town:
    return a_commune(office)


def meals(who: Imaginary | Enrolled, **others: object) -> BenchQuestion:
    return BenchQuestion(**{"who": who, "activity": "CANTINE", "units": ("REPAS",), "month": NOVEMBER, **others})


def asked(office: Office, question: BenchQuestion, *, draft: str | None = None, now: datetime = NOW) -> BenchMonth:
    return office.read(bench_month, question, draft=draft, now=now)


def on(month: BenchMonth, day: date) -> BenchDay:
    return next(found for found in month.days if found.day == day)


def cents(month: BenchMonth, day: date = THURSDAY) -> int | None:
    found = on(month, day)
    return found.quote.cents if found.quote else None


def judged(month: BenchMonth, day: date, operation: Operation = Operation.BOOK) -> Judgement:
    strictest = on(month, day).strictest(operation)
    assert strictest is not None
    return strictest.judgement


def test_a_month_says_of_each_day_its_price_its_limit_or_why_it_is_closed(office: Office, town: Town) -> None:
    month = asked(office, meals(Imaginary(quotient=900)))
    assert [day.day.day for day in month.days] == list(range(1, 31))
    assert on(month, date(2026, 11, 25)).closed == "Pas d'école ce jour"
    thursday = on(month, THURSDAY)
    assert cents(month) == 415
    limit = thursday.strictest(Operation.BOOK)
    assert limit is not None
    assert limit.limit.until == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert limit.units == ("Repas",)
    assert (judged(month, THURSDAY), judged(month, TODAY)) == (Judgement.IN_TIME, Judgement.LATE_REFUSED)
    assert month.total_cents == 17 * 415
    assert month.version == "2026-1"


@pytest.mark.parametrize(
    ("child", "price"),
    [
        (Imaginary(quotient=500), 360),
        (Imaginary(quotient=None), 455),
        (Imaginary(quotient=500, resident=False), 580),
    ],
)
def test_an_imaginary_child_pays_what_its_facts_say(office: Office, town: Town, child: Imaginary, price: int) -> None:
    assert cents(asked(office, meals(child))) == price


def test_a_draft_answers_alone_as_if_it_were_in_force(office: Office, town: Town) -> None:
    month = asked(office, meals(Imaginary(quotient=900)), draft=DRAFT)
    assert (cents(month), month.version) == (430, "2027-1")
    assert judged(month, THURSDAY) is Judgement.LATE_REFUSED


def test_a_request_is_judged_at_the_moment_asked(office: Office, town: Town) -> None:
    early = datetime(2026, 11, 2, tzinfo=UTC)
    month = asked(office, meals(Imaginary()), now=early)
    assert judged(month, TODAY) is Judgement.IN_TIME
    assert month.moment == early
    care = asked(office, meals(Imaginary(), activity="PERI", units=("PERI-MATIN",)))
    assert judged(care, TODAY, Operation.CANCEL) is Judgement.LATE_ASK


def test_a_child_of_the_commune_is_priced_from_its_file(office: Office, town: Town) -> None:
    month = asked(office, meals(Enrolled(town.home.child_id, town.home.family_id)))
    assert cents(month) == 415
    assert month.who == f"Léa Martin{NARROW}: résident, QF 900, 7 ans"


def test_the_rank_among_siblings_is_that_of_the_file(office: Office, town: Town) -> None:
    second = another_child(office, town, town.home.family_id)
    month = asked(office, meals(Enrolled(second, town.home.family_id)))
    assert "2e de la fratrie" in month.who


def test_a_child_who_is_not_enrolled_is_said_so(office: Office, town: Town) -> None:
    before = date(2026, 6, 1)  # the enrolment begins in September
    month = asked(office, meals(Enrolled(town.home.child_id, town.home.family_id), month=before))
    assert month.who.endswith("sans inscription à cette activité")


def test_a_child_who_left_the_files_is_looked_for_again(office: Office, town: Town) -> None:
    with pytest.raises(RefusedByRule, match="cherchez-le de nouveau"):
        asked(office, meals(Enrolled(999, town.home.family_id)))


def test_children_are_found_by_their_name_or_their_family_s(office: Office, town: Town) -> None:
    other = another_family(office, town, "Évrard")
    found = office.read(find_children, "evr", TODAY)
    assert [(row.child_id, row.family_id) for row in found] == [(other.child_id, other.family_id)]
    assert found[0].words.startswith("ÉVRARD Léa, 7\xa0ans — famille Évrard")
    assert office.read(find_children, "  ", TODAY) == ()


def test_a_month_before_any_rulebook_has_no_answer(office: Office, town: Town) -> None:
    past = date(2025, 11, 1)
    assert office.read(bench_activities, past) == ()
    with pytest.raises(RefusedByRule, match="Aucun règlement"):
        asked(office, meals(Imaginary(), month=past))


def test_a_unit_that_the_rulebook_does_not_know_has_no_price(office: Office, town: Town) -> None:
    month = asked(office, meals(Imaginary(), units=("GOUTER",)))
    assert on(month, THURSDAY).refusal
    assert cents(month) is None


def test_a_price_that_lacks_says_what_to_complete(office: Office, town: Town) -> None:
    bare = DRAFT[: DRAFT.index("[[tarif]]")]
    day = on(asked(office, meals(Imaginary()), draft=bare), THURSDAY)
    assert day.quote is None
    assert day.refusal
    assert day.limits, "the limits are said all the same"


def test_what_happens_on_the_day_may_change_its_price(office: Office, town: Town) -> None:
    late = DRAFT.replace('retard = "refuser"', 'retard = { effet = "majorer", pourcent = 50 }').replace(
        'titre = "2 jours', 'operations = ["réserver"]\ntitre = "2 jours'
    )
    question = meals(Imaginary(quotient=900), circumstance=Circumstance.LATE)
    assert cents(asked(office, question, draft=late)) == 645
    absent = meals(Imaginary(quotient=900), circumstance=Circumstance.JUSTIFIED)
    assert (cents(asked(office, absent)) or 0) == 0


def test_a_package_is_told_apart_from_the_days_that_it_covers(office: Office, town: Town) -> None:
    package = '\n[[tarif]]\ncode = "forfait"\ntitre = "Forfait"\nactivites = ["PERI"]\npriorite = 1\nmode = "mensuel"\nprix = 20\n'
    month = asked(office, meals(Imaginary(), activity="PERI", units=("PERI-MATIN",)), draft=DRAFT + package)
    assert month.package is not None
    assert (month.package.cents, cents(month), month.total_cents) == (2000, 0, 2000)


def test_the_bench_offers_what_the_prices_of_an_activity_look_at(office: Office, town: Town) -> None:
    canteen, care = office.read(bench_activities, NOVEMBER)
    assert (canteen.code, canteen.units) == ("CANTINE", (("REPAS", "Repas"),))
    assert not any((care.rank, care.age, care.resources, care.minutes, care.days_a_week, care.categories))
    canteen, care = office.read(bench_activities, NOVEMBER, draft=DRAFT + CARE)
    assert (canteen.resources, canteen.categories, canteen.rank) == (False, ("adulte",), True)
    assert (care.resources, care.minutes, care.categories) == (True, True, ())


def test_asking_leaves_no_trace(office: Office, town: Town) -> None:
    def traces() -> list[int | None]:
        tables = (RulebookVersion, AuditEntry)
        return office.read(lambda session: [session.scalar(select(func.count()).select_from(t)) for t in tables])

    before = traces()
    asked(office, meals(Imaginary()), draft=DRAFT)
    office.read(draft_of, "brouillon.toml", DRAFT.encode(), TODAY)
    assert traces() == before


def test_a_draft_says_what_it_changes(office: Office, town: Town) -> None:
    draft = office.read(draft_of, "brouillon.toml", DRAFT.encode(), TODAY)
    assert (draft.usable, draft.adoptable, draft.version) == (True, True, "2027-1")
    assert draft.foreseen is not None
    assert any("4,15" in change.before and "4,30" in change.after for change in draft.foreseen.differences)


def test_a_draft_with_mistakes_says_where(office: Office, town: Town) -> None:
    draft = office.read(draft_of, "faux.toml", DRAFT.replace('"ouvré"', '"ouvrit"').encode(), TODAY)
    assert not draft.usable
    assert {mistake.line for mistake in draft.mistakes} == {
        at for at, line in enumerate(DRAFT.splitlines(), start=1) if '"ouvré"' in line
    }


def test_a_draft_in_another_encoding_is_a_mistake(office: Office, town: Town) -> None:
    draft = office.read(draft_of, "ancien.toml", DRAFT.encode("latin-1"), TODAY)
    assert [mistake.line for mistake in draft.mistakes] == [2]
    assert "UTF-8" in draft.mistakes[0].sentence


def test_a_draft_with_a_code_already_used_can_be_tried_not_adopted(office: Office, town: Town) -> None:
    draft = office.read(draft_of, "brouillon.toml", RULEBOOK.replace("4.15", "4.30").encode(), TODAY)
    assert (draft.usable, draft.adoptable) == (True, False)
    assert "2026-1" in draft.obstacle


def test_the_text_already_kept_is_nothing_to_adopt(office: Office, town: Town) -> None:
    draft = office.read(draft_of, "copie.toml", RULEBOOK.encode(), TODAY)
    assert (draft.usable, draft.adoptable, draft.obstacle) == (True, False, "")


def test_nothing_changes_from_a_version_to_itself(office: Office, town: Town) -> None:
    assert office.read(changes_since, "2026-1", TODAY) == ()
