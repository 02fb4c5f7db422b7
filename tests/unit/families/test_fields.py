"""The fields of a person, as they are typed and as they are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.errors import RefusedByRule
from backoffice.families.fields import FIELDS, Subject, field_of


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("mobile", "0612345678", "06 12 34 56 78"),
        ("mobile", " +33 6.12.34.56.78 ", "06 12 34 56 78"),
        ("mobile", "0033 (0)6 12 34 56 78", "06 12 34 56 78"),
        ("mobile", "+352 621 123 456", "+352621123456"),
        ("mobile", "", ""),
        ("email", "Camille.MARTIN@Exemple.FR", "camille.martin@exemple.fr"),
        ("postal_code", "88 140", "88140"),
        ("street", "3  rue\ndes Tilleuls ", "3 rue des Tilleuls"),
    ],
)
def test_what_is_typed_is_kept_in_one_way(name: str, typed: str, kept: str) -> None:
    field = field_of(Subject.GUARDIAN, name)
    assert field
    assert field.read(typed) == kept
    assert field.read(kept) == kept


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("mobile", "06 12 34", "dix chiffres"),
        ("mobile", "+33 6 12 34", "dix chiffres"),
        ("email", "camille@exemple", "s'écrit par exemple"),
        ("email", "", "obligatoire"),
        ("postal_code", "8814", "cinq chiffres"),
        ("street", "x" * 201, "200 caractères"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(name: str, typed: str, sentence: str) -> None:
    field = field_of(Subject.GUARDIAN, name)
    assert field
    with pytest.raises(RefusedByRule, match=sentence):
        field.read(typed)


def test_a_choice_and_a_date_are_read_as_words() -> None:
    photo, born = field_of(Subject.CHILD, "photo_allowed"), field_of(Subject.CHILD, "birth_date")
    assert photo
    assert born
    assert photo.in_words("oui") == "Oui"
    assert born.read("5/9/2019") == "2019-09-05"
    assert born.in_words("2019-09-05") == "05/09/2019"
    with pytest.raises(RefusedByRule, match="Oui, Non"):
        photo.read("peut-être")


@given(st.sampled_from([field for fields in FIELDS.values() for field in fields]), st.text(max_size=300))
def test_reading_twice_changes_nothing(field, typed: str) -> None:
    try:
        kept = field.read(typed)
    except RefusedByRule:
        return
    assert field.read(kept) == kept
    assert len(kept) <= 200
    assert kept.isprintable()
