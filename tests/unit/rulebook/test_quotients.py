"""Which proof of income prices a day: valid then, not retroactive, perhaps of the month or of the year."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from backoffice.office import Office
from backoffice.rulebook.file.schema import Rulebook
from backoffice.rulebook.quotients import Proof, Proofs, choose_proof, proofs_of, reference_day
from models.office.families import Quotient
from tests.factories import AGENT, Town, a_commune, an_office, another_family
from tests.unit.rulebook.field import rulebook

SERVICE, INVOICE, YEAR, CIVIL = (
    rulebook(f'[quotient]\ndate = "{word}"\n') for word in ("service", "facture", "année", "année civile")
)
LATE = rulebook('[quotient]\ndate = "service"\nretroactif = true\n')
FIRST = Proof(500, date(2026, 1, 1), date(2026, 10, 9))
SECOND = Proof(900, date(2026, 10, 10))


@pytest.mark.parametrize(
    ("book", "day", "expected"),
    [
        (SERVICE, date(2026, 11, 12), date(2026, 11, 12)),
        (INVOICE, date(2026, 11, 12), date(2026, 11, 1)),
        (YEAR, date(2026, 11, 12), date(2026, 9, 1)),
        (YEAR, date(2026, 9, 1), date(2026, 9, 1)),
        (YEAR, date(2026, 8, 31), date(2025, 9, 1)),
        (YEAR, date(2027, 2, 28), date(2026, 9, 1)),
        (CIVIL, date(2026, 12, 31), date(2026, 1, 1)),
        (CIVIL, date(2027, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_rulebook_says_on_which_day_the_proof_must_be_valid(book: Rulebook, day: date, expected: date) -> None:
    assert reference_day(book, day) == expected


@pytest.mark.parametrize(
    ("book", "day", "expected"),
    [
        (SERVICE, date(2026, 10, 9), FIRST),
        (SERVICE, date(2026, 10, 10), SECOND),
        (SERVICE, date(2025, 12, 31), None),
        (INVOICE, date(2026, 10, 31), FIRST),
        (INVOICE, date(2026, 11, 1), SECOND),
        (YEAR, date(2027, 8, 31), FIRST),
        (YEAR, date(2027, 9, 1), SECOND),
    ],
)
def test_the_proof_valid_on_that_day_counts(book: Rulebook, day: date, expected: Proof | None) -> None:
    assert choose_proof([FIRST, SECOND], book, day) == expected
    assert choose_proof([SECOND, FIRST], book, day) == expected


def test_of_two_proofs_valid_together_the_latest_counts() -> None:
    assert choose_proof([SECOND, Proof(100, date(2026, 1, 1))], SERVICE, date(2026, 11, 1)) == SECOND


def test_a_proof_that_comes_late_changes_nothing_before_it_came() -> None:
    late = Proof(400, date(2026, 9, 1), proved_on=date(2026, 11, 15))
    days = (date(2026, 11, 14), date(2026, 11, 15))
    assert [choose_proof([late], SERVICE, day) for day in days] == [None, late]
    assert [choose_proof([Proof(900, date(2026, 1, 1)), late], SERVICE, day).value for day in days] == [900, 400]
    assert [choose_proof([late], LATE, day) for day in days] == [late, late]
    assert [choose_proof([late], YEAR, day) for day in days] == [None, late]


def test_frozen_for_the_year_a_household_without_proof_keeps_the_first_it_had_since() -> None:
    newcomers = [Proof(700, date(2026, 10, 5), date(2026, 12, 31)), Proof(800, date(2027, 1, 1))]
    found = {
        day: choose_proof(newcomers, YEAR, day) for day in (date(2026, 10, 4), date(2026, 10, 5), date(2027, 6, 1))
    }
    assert [proof and proof.value for proof in found.values()] == [None, 700, 700]
    assert choose_proof(newcomers, SERVICE, date(2027, 6, 1)) == newcomers[1]
    assert [choose_proof(newcomers, CIVIL, day) for day in (date(2026, 11, 1), date(2027, 6, 1))] == newcomers


def test_a_proof_gives_the_quotient_as_prices_take_it() -> None:
    assert (SECOND.quotient, SECOND.children, SECOND.resources) == (Decimal(900), 1, None)
    assert Proofs({}).on(1, date(2026, 11, 1), SERVICE) is None


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[Office, Town]]:
    office = an_office(tmp_path)
    yield office, a_commune(office)
    office.close()


def test_the_proofs_of_some_households_or_of_all_are_read_whole(town: tuple[Office, Town]) -> None:
    office, commune = town
    other = another_family(office, commune, quotient=None).family_id
    office.write(
        lambda work: work.session.add(
            Quotient(
                family_id=other, value=650, starts=date(2026, 9, 1), ends=date(2027, 8, 31), proved_on=date(2026, 9, 20),
                resources_cents=234567, children=3, disabled_child=True,
            )
        ),
        AGENT,
    )  # fmt: skip
    everyone, some = (office.read(lambda session, ids=ids: proofs_of(session, ids)) for ids in (None, [other]))
    mine = Proof(
        650, date(2026, 9, 1), date(2027, 8, 31), date(2026, 9, 20), Decimal("2345.67"), 3, disabled_child=True
    )
    assert some.by_family == {other: [mine]}
    assert everyone.on(other, date(2026, 9, 20), SERVICE) == mine
    assert everyone.on(other, date(2026, 9, 19), SERVICE) is None
    home = everyone.on(commune.home.family_id, date(2026, 11, 1), SERVICE)
    assert home == Proof(900, date(2026, 1, 1))
