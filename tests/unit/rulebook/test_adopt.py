"""Adopting a rulebook: kept to the letter, applied from its date, signed, and shown to families."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from backoffice.errors import NotAllowed, RefusedByRule
from backoffice.office import Changed, Office, Work
from backoffice.permissions import Agent
from backoffice.rulebook.adopt import Adopted, adopt, foresee
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.in_force import read_rules
from backoffice.rulebook.lists import source_of, versions
from backoffice.rulebook.load import parse
from models.office.house import AuditEntry, PublishedView
from models.office.structure import RulebookVersion
from models.vocabulary import Role
from tests.factories import AGENT, RULEBOOK, TODAY, a_commune, an_office
from tests.unit.rulebook.books import EXAMPLES, rulebooks, written

NEXT_YEAR = (
    RULEBOOK.replace('"2026-1"', '"2027-1"').replace("effet = 2026-01-01", "effet = 2027-01-01").replace("4.15", "4.30")
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One commune for all: what a test adopts is forgotten."""
    office = an_office(tmp_path_factory.mktemp("office"))
    a_commune(office)
    return office


class Forget(Exception):
    """Leave the transaction, and nothing behind."""


def tried(office: Office, *sources: str, agent: Agent = AGENT) -> tuple[list[Adopted], list[str], Work]:
    """Adopt texts one after the other, look at what is kept, and forget it all."""
    seen: list[tuple[list[Adopted], list[str], Work]] = []

    def use(work: Work) -> None:
        told = [adopt(work, source) for source in sources]
        kept = [source_of(work.session, one.version, today=work.today)[1] for one in told]
        work.session.flush()
        seen.append((told, kept, work))
        raise Forget

    with pytest.raises(Forget):
        office.write(use, agent)
    return seen[0]


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_new_version_says_what_it_changes_and_from_when(office: Office) -> None:
    (told,), (kept,), work = tried(office, NEXT_YEAR)
    assert kept == NEXT_YEAR
    assert told.replaced == "2026-1"
    assert plain(told.sentence) == (
        "Règlement intérieur de Contrexéville, version 2027-1 : s'applique à partir du vendredi 1er janvier 2027, "
        "à la place de la version 2026-1."
    )
    assert "Tarif « cantine », REPAS : 4,15 € → 4,30 € (QF de 801 à 1 200)." in [
        plain(d.sentence) for d in told.differences
    ]
    assert told.warnings == ()
    assert {Changed.STRUCTURE, Changed.PORTAL} <= work.kinds


def test_every_week_that_families_see_is_shown_again(office: Office) -> None:
    _, _, work = tried(office, NEXT_YEAR)
    kinds = {kind for kind, _, _ in work.views}
    assert {str(kind) for kind in kinds} == {"week", "activity_week"}
    assert len(work.views) == 10 * 3  # two activities and one child, ten weeks


def test_it_is_kept_signed_and_in_force_from_its_day(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    a_commune(office)
    office.write(adopt, AGENT, NEXT_YEAR)
    rules = office.read(read_rules)
    assert rules.must_be_on(date(2026, 12, 31)).book.version == "2026-1"
    assert rules.must_be_on(date(2027, 1, 1)).book.version == "2027-1"
    assert [row.version for row in office.read(versions)] == ["2027-1", "2026-1"]
    entry = office.read(lambda s: s.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one())
    assert (entry.action, entry.subject_id, entry.old) == ("rulebook.adopt", "2027-1", {"version": "2026-1"})
    assert any("4,30" in change for change in entry.new["changes"])
    assert office.read(lambda s: s.scalar(select(func.count()).select_from(PublishedView))) == 30
    assert office.read(source_of, None, today=TODAY)[0] == "2026-1"


def test_the_same_text_again_changes_nothing(office: Office) -> None:
    (told,), _, work = tried(office, RULEBOOK)
    assert not told.stored
    assert "rien à faire" in told.sentence
    assert (work.views, work.deeds) == (set(), [])


def test_a_version_never_becomes_another_text(office: Office) -> None:
    with pytest.raises(RefusedByRule, match="2026-1") as refused:
        office.write(adopt, AGENT, RULEBOOK.replace("4.15", "4.30"))
    assert "Rien n'a été chargé" in str(refused.value)


def test_only_an_administrator_adopts(office: Office) -> None:
    clerk = Agent("denis", "Denis Colin", frozenset(Role) - {Role.ADMINISTRATOR}, "ACCUEIL-2")
    with pytest.raises(NotAllowed, match="administrateur"):
        office.write(adopt, clerk, NEXT_YEAR)
    assert office.read(foresee, NEXT_YEAR, today=TODAY).stored  # anybody may look


def test_mistakes_are_refused_and_nothing_is_kept(office: Office) -> None:
    with pytest.raises(RefusedByRule):
        office.write(adopt, AGENT, NEXT_YEAR.replace("nombre = 2", "nombre = -2"))
    assert [row.version for row in office.read(versions)] == ["2026-1"]


def test_a_date_of_effect_that_is_past_is_said(office: Office) -> None:
    past = NEXT_YEAR.replace("effet = 2027-01-01", "effet = 2026-11-01")
    (told,), _, _ = tried(office, past)
    (warning,) = told.warnings
    assert plain(warning) == (
        "Sa date d'effet, le 01/11/2026, est passée : les mois qui ne sont pas encore facturés le seront avec cette "
        "version. Les factures émises ne changent pas."
    )


def test_a_version_of_the_same_date_is_put_aside(office: Office) -> None:
    (told,), _, _ = tried(office, NEXT_YEAR.replace("effet = 2027-01-01", "effet = 2026-01-01"))
    assert any("2026-1 avait la même date d'effet" in warning for warning in told.warnings)


def test_a_version_put_before_another_says_until_when(office: Office) -> None:
    between = NEXT_YEAR.replace('"2027-1"', '"2026-2"').replace("effet = 2027-01-01", "effet = 2026-12-01")
    (_, told), _, _ = tried(office, NEXT_YEAR, between)
    assert told.sentence.endswith("jusqu'à la version 2027-1 qui prend la suite le 01/01/2027.")


def test_what_the_commune_and_the_file_do_not_share_is_said(office: Office) -> None:
    other = (
        NEXT_YEAR.replace("PERI-MATIN", "PERI-AUBE").replace('"CANTINE"', '"RESTO"').replace('zone = "B"', 'zone = "A"')
    )
    (told,), _, _ = tried(office, other)
    said = [plain(warning) for warning in told.warnings]
    assert said[0].startswith("1 activité de la commune que ce règlement intérieur ne connaît pas : CANTINE.")
    assert said[1].startswith("1 activité de ce règlement intérieur que la commune n'a pas : RESTO.")
    assert said[2].startswith("1 unité de la commune que ce règlement intérieur ne connaît pas : PERI-MATIN.")
    assert said[3].startswith("1 unité de ce règlement intérieur que la commune n'a pas : PERI-AUBE.")
    assert said[4].startswith("Ce règlement intérieur est écrit pour la zone A, la commune est en zone B")
    assert len(said) == 5


def test_a_version_that_is_not_there_is_said(office: Office) -> None:
    with pytest.raises(RefusedByRule, match="2026-1"):
        office.read(source_of, "1999", today=TODAY)
    with pytest.raises(RefusedByRule, match="Aucun règlement intérieur"):
        office.read(source_of, None, today=date(2025, 12, 31))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_comes_back_to_the_letter(office: Office, file: Path) -> None:
    source = file.read_bytes().decode().replace('version = "', 'version = "essai-', 1)
    _, (kept,), _ = tried(office, source)
    assert kept.encode() == source.encode()


@settings(
    max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None
)
@given(book=rulebooks(), end=st.sampled_from(["\n", "\r\n"]))
def test_any_rulebook_comes_back_from_the_database(office: Office, book: Rulebook, end: str) -> None:
    source = f"# un commentaire{end}{written(book)}"

    def keep(work: Work) -> str:
        adopt(work, source)
        work.session.flush()
        work.session.expire_all()
        kept = work.session.scalars(select(RulebookVersion.source).where(RulebookVersion.version == book.version)).one()
        assert parse(kept) == book
        assert kept == source
        raise Forget

    with pytest.raises(Forget):
        office.write(keep, AGENT)
