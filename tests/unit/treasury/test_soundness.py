"""`main.py check` says what no longer agrees in the books."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from backoffice.findings import Finding
from backoffice.office import Office
from backoffice.treasury.soundness import check_closings, check_papers, check_series, check_sums
from tests.factories import reached
from tests.unit.treasury.books import CHEQUE, TRANSFER, Books


@pytest.fixture
def full(books: Books) -> Books:
    """Give books in which every kind of paper was made."""

    def fill() -> None:
        meals = books.invoice(3000)
        books.receive(1000, CHEQUE, (meals, 1000))
        books.receive(500, TRANSFER, (meals, 500))
        books.reverse(books.receive(100))
        books.deposit(CHEQUE)
        books.remit()
        books.close()

    reached(books.office, "full books", fill)
    return books


def behind(office: Office, statement: str) -> None:
    """Change a row behind the software's back."""
    with office.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text(statement))


def findings(office: Office) -> dict[str, Finding]:
    checks: list[Callable[..., Finding]] = [check_series, check_papers, check_closings]
    return {found.code: found for found in map(office.read, checks)}


def test_sound_books_are_said_sound(full: Books, office: Office) -> None:
    found = findings(office)
    assert all(one.good for one in found.values())
    assert found["series"].sentence == "7 numéros donnés en 4 séries, sans trou ni double."
    assert "3 PDF conservés" in found["papers"].sentence
    assert "1 arrêté" in found["closings"].sentence


@pytest.mark.parametrize(
    ("statement", "code", "sentence"),
    [
        ("UPDATE number_series SET last = 5 WHERE kind = 'receipt'", "series", "Q-ENF-2026"),
        ("UPDATE payment SET receipt_number = 'Q-ENF-2026-000009' WHERE id = 2", "series", "Q-ENF-2026"),
        ("UPDATE deposit SET number = 'B-ENF-2025-000001'", "series", "B-ENF-2026"),
        ("DELETE FROM number_series WHERE kind = 'remittance'", "series", "1 numéro hors de toute série"),
        ("UPDATE paper SET content = x'25' WHERE kind = 'deposit'", "papers", "1 ne correspondent plus"),
        ("UPDATE closing SET content = replace(content, '1500', '1400')", "closings", "03/11/2026"),
    ],
)
def test_what_was_changed_behind_the_software_shows(
    full: Books, office: Office, statement: str, code: str, sentence: str
) -> None:
    behind(office, statement)
    found = findings(office)
    assert [one.code for one in found.values() if not one.good] == [code]
    assert sentence in found[code].sentence


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE invoice SET total_cents = 2999", "somme de leurs lignes"),
        ("UPDATE invoice SET aid_cents = 1", "celle de leurs lignes"),
        ("UPDATE invoice SET paid_cents = 1", "somme de ce qui les règle"),
        ("UPDATE invoice SET credited_cents = 1", "somme de leurs avoirs"),
        ("UPDATE allocation SET amount_cents = 1001 WHERE payment_id = 1", "plus qu'ils ne contiennent"),
        ("UPDATE deposit SET amount_cents = 999", "bordereaux"),
        ("UPDATE remittance SET amount_cents = 999", "versements"),
        ("UPDATE remittance SET amount_cents = 999", "ne fait pas la somme des encaissements"),
        ("UPDATE payment SET received_on = '2026-11-04' WHERE id = 2", "ne suit plus son dernier arrêté"),
    ],
)
def test_a_sum_that_does_not_agree_is_told(full: Books, office: Office, statement: str, sentence: str) -> None:
    _a_line(office)
    assert office.read(check_sums).good
    behind(office, statement)
    found = office.read(check_sums)
    assert not found.good
    assert sentence in found.sentence


def _a_line(office: Office) -> None:
    """Give the invoice the line that it lacks in these tests."""
    behind(office, "INSERT INTO explanation (id, digest, steps) VALUES (1, 'x', '[]')")
    behind(
        office,
        "INSERT INTO invoice_line (invoice_id, position, child_id, child_name, section, label, days, quantity_hundredths, "
        "unit_price_cents, amount_cents, aid_cents, tariff, explanation_id) SELECT id, 1, (SELECT min(id) FROM child), 'Léa', "
        "'meals', 'Repas', '', 100, 3000, 3000, 0, '', 1 FROM invoice",
    )
