"""The form of a mandate, read back."""

from io import BytesIO

from pypdf import PdfReader

from backoffice.debits.form import mandate_form
from backoffice.office import Office
from tests.factories import Town
from tests.unit.debits.books import FAMILY_IBAN, ICS, MASKED, a_mandate, plain


def test_the_form_says_who_may_debit_what_and_hides_the_iban(office: Office, town: Town) -> None:
    mandate_id = a_mandate(office, town, signed_on=None, signed_at_place="", holder="Zoé Lœw-Évrard")
    content = office.read(mandate_form, office.sealer, mandate_id, office.today())
    reader = PdfReader(BytesIO(content), strict=True)
    assert len(reader.pages) == 1
    text = plain(" ".join(reader.pages[0].extract_text().split()))
    for word in (
        "Mandat de prélèvement SEPA", ICS, "ENF-FMARTIN-01", "Zoé Lœw-Évrard", MASKED, "PSSTFRPP", "Récurrent (choisi)",
        "Contrexéville — Régie des services à l'enfance", "1 place de la Mairie, 88140 Contrexéville", "Fait à", "8 semaines",
    ):  # fmt: skip
        assert word in text
    assert FAMILY_IBAN[4:-4] not in text.replace(" ", "")
    assert reader.metadata is not None
    assert reader.metadata.title == "Mandat de prélèvement SEPA ENF-FMARTIN-01"
    assert content == office.read(mandate_form, office.sealer, mandate_id, office.today())


def test_a_one_off_form_says_so(office: Office, town: Town) -> None:
    mandate_id = a_mandate(office, town, one_off=True)
    text = (
        PdfReader(BytesIO(office.read(mandate_form, office.sealer, mandate_id, office.today()))).pages[0].extract_text()
    )
    assert "Ponctuel (choisi)" in text
