"""Ma famille: fields, their shapes, what waits, what is never sent."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.portal.fields import WrongShape, cleaned, normalized
from backoffice.sync.contract import FieldView, ViewKind
from tests.portal.conftest import Office, Person
from tests.portal.published import CLAIRE, FAMILY, LEA, family, field, view

PAGE = f"/famille/responsable/{CLAIRE}"


@pytest.mark.parametrize(
    ("shape", "typed", "kept"),
    [
        ("phone", "0612345678", "06 12 34 56 78"),
        ("phone", "+33 6.12.34.56.78", "06 12 34 56 78"),
        ("phone", "0033 (0)6 12 34 56 78", "06 12 34 56 78"),
        ("phone", "06-12-34-56-78", "06 12 34 56 78"),
        ("phone", "+32 470 12 34 56", "+32470123456"),
        ("phone", "+33 61234567", None),
        ("phone", "061234567", None),
        ("phone", "0012345678", None),
        ("phone", "٠٦١٢٣٤٥٦٧٨", None),
        ("email", " Claire.Roux@Exemple.FR ", "claire.roux@exemple.fr"),
        ("email", "claire@", None),
        ("email", "claire@exemple", None),
        ("email", "a@b.fr\nBcc: tous@exemple.fr", None),
        ("postal_code", "88 140", "88140"),
        ("postal_code", "8814", None),
        ("date", "5/9/2019", "2019-09-05"),
        ("date", "2019-09-05", "2019-09-05"),
        ("date", "31/02/2019", None),
        ("text", "  4   rue\tdes\nSources ", "4 rue des Sources"),
        ("text", "x" * 201, None),
        ("choice", "mail", "mail"),
        ("choice", "pigeon", None),
    ],
)
def test_what_is_typed_is_written_as_the_structure_keeps_it(shape: str, typed: str, kept: str | None):
    asked = field("x", "X", "", shape=shape, choices=(("mail", "Courriel"),))
    if kept is None:
        with pytest.raises(WrongShape):
            normalized(asked, typed)
    else:
        assert normalized(asked, typed) == kept


@given(st.text(max_size=300), st.sampled_from(["text", "phone", "email", "postal_code", "date", "choice"]))
def test_whatever_is_typed_is_kept_clean_or_refused(typed: str, shape: str):
    asked = FieldView(name="x", label="X", value="", editable=True, required=False, shape=shape)
    with suppress(WrongShape):
        kept = normalized(asked, typed)
        assert kept == cleaned(kept)
        assert kept == normalized(asked, kept)


def test_only_what_changed_leaves(office: Office, claire: Person):
    claire.get(PAGE)
    form = shown(claire) | {"f.mobile": "0611223344", "f.email": "CLAIRE.martin@exemple.fr"}
    response = claire.post(PAGE, form)
    assert response.status_code == 303
    assert office.payloads("fields") == [
        {
            "kind": "fields",
            "subject": "guardian",
            "subject_id": CLAIRE,
            "fields": [{"name": "mobile", "seen": "06 12 34 56 78", "wished": "06 11 22 33 44"}],
        }
    ]
    claire.get(response.location)
    assert "Téléphone portable" in claire.words
    assert "06 11 22 33 44" in claire.words
    claire.get(PAGE)
    assert "Envoyé, en cours d'enregistrement" in claire.words
    assert 'name="f.mobile"' not in claire.text


def shown(person: Person) -> dict[str, str]:
    return {f"s.{one.name}": one.value for one in family().people[0].fields if one.editable and person}


def test_what_waits_is_shown_with_its_date(claire: Person):
    claire.get(PAGE)
    assert "« Vittel », demandé le dimanche 22 novembre à 9 h 30" in claire.words
    assert "1 modification en attente de la régie" in claire.get("/").text.replace("\u202f", " ")


def test_a_mistake_is_told_beside_the_field_and_nothing_typed_is_lost(office: Office, claire: Person):
    claire.get(PAGE)
    assert claire.post(PAGE, shown(claire) | {"f.mobile": "0611", "f.street": "5 rue <Neuve>"}).status_code == 422
    assert "dix chiffres" in claire.words
    assert 'value="0611"' in claire.text
    assert 'value="5 rue &lt;Neuve&gt;"' in claire.text
    assert 'aria-describedby="f-2-trouble" aria-invalid="true"' in claire.text
    assert office.payloads("fields") == []


def test_a_required_field_cannot_be_emptied(claire: Person):
    claire.get(PAGE)
    assert claire.post(PAGE, shown(claire) | {"f.mobile": " "}).status_code == 422
    assert "Ce champ est obligatoire" in claire.words


def test_fields_that_are_not_the_familys_to_change_are_not_looked_at(office: Office, claire: Person):
    claire.get(PAGE)
    assert claire.post(PAGE, shown(claire) | {"f.first_name": "Reine", "f.quotient": "0"}).status_code == 422
    assert "Vous n'avez rien changé" in claire.words
    page = f"/famille/enfant/{LEA}"
    claire.get(page)
    claire.post(page, {"f.birth_date": "2020-01-01"})
    assert office.payloads("fields") == []


def test_a_field_changed_meanwhile_is_shown_not_overwritten(office: Office, claire: Person):
    claire.get(PAGE)
    people = list(family().people)
    fields = tuple(
        one.model_copy(update={"value": "9 quai Neuf"}) if one.name == "street" else one for one in people[0].fields
    )
    people[0] = people[0].model_copy(update={"fields": fields})
    office.publish(view(ViewKind.FAMILY, "", FAMILY, family().model_copy(update={"people": tuple(people)})))
    assert claire.post(PAGE, shown(claire) | {"f.street": "5 rue Neuve"}).status_code == 422
    assert "« 9 quai Neuf »" in claire.words
    assert office.payloads("fields") == []


def test_one_form_is_one_action(office: Office, claire: Person):
    claire.get(PAGE)
    page, form = claire.text, shown(claire) | {"f.mobile": "0611223344"}
    first = claire.post(PAGE, form).location
    claire.text = page
    assert claire.post(PAGE, form).location == first
    claire.text = page
    assert claire.post(PAGE, form | {"f.mobile": "0699999999"}).status_code == 422
    assert len(office.payloads("fields")) == 1


def test_the_same_words_typed_again_are_no_change(office: Office, claire: Person):
    claire.get(PAGE)
    assert claire.post(PAGE, shown(claire) | {"f.mobile": "+33612345678", "f.contact": "sms"}).status_code == 422
    assert office.payloads("fields") == []
