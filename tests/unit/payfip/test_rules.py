"""What PayFiP takes and refuses, before it is asked."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.payfip.rules import SUBJECT, faults, plain_subject
from tests.unit.payfip.test_client import ORDER


def test_a_right_order_has_no_fault() -> None:
    assert faults(ORDER) == {}
    assert faults(replace(ORDER, subject="", cents=100, reference="ABC123", email="a@b.fr")) == {}
    assert faults(replace(ORDER, cents=100_000_00, reference="A" * 30)) == {}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("client", "88114", "six chiffres"),
        ("client", "88114A", "six chiffres"),
        ("client", "٨٨١١٤٠", "six chiffres"),
        ("reference", "CANTINE-2026-12", "sans tiret"),
        ("reference", "ABC12", "6 à 30"),
        ("reference", "A" * 31, "6 à 30"),
        ("reference", "RÉGIE2026", "sans accent"),
        ("cents", 99, "moins de 1,00"),
        ("cents", -100, "moins de 1,00"),
        ("cents", 100_000_01, "plus de 100\u202f000,00"),
        ("email", "a@b.f", "6 à 80"),
        ("email", "camille.exemple.fr", "adresse e-mail"),
        ("email", "a" * 75 + "@b.fr ", "6 à 80"),
        ("subject", "Cantine d'été", "lettres sans accent"),
        ("subject", "A" * 101, "100"),
        ("year", 26, "quatre chiffres"),
        ("return_url", "javascript:alert(1)", "https://"),
        ("notify_url", "https://" + "a" * 250, "250"),
    ],
)
def test_each_fault_is_told_by_its_field(field: str, value: object, sentence: str) -> None:
    found = faults(replace(ORDER, **{field: value}))
    assert list(found) == [field]
    assert sentence in found[field]


@given(st.text(max_size=150))
def test_any_words_become_a_subject_that_payfip_takes(text: str) -> None:
    assert SUBJECT.fullmatch(plain_subject(text))


def test_a_subject_keeps_its_letters() -> None:
    assert plain_subject("Cœur d'été — l'accueil périscolaire (Noël)") == "Coeur d ete l accueil periscolaire Noel"
