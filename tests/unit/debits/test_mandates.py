"""A household lets the régie debit its account."""

import logging
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schwifty import IBAN
from sqlalchemy import select, update

from backoffice.debits.accounts import RefusedField, masked, read_account
from backoffice.debits.lists import mandates, payer_of, regies
from backoffice.debits.mandates import (
    MandateEntry,
    enter_mandate,
    resume_mandate,
    revoke_mandate,
    sign_mandate,
    suspend_mandate,
)
from backoffice.debits.rules import RUM_SHAPE, new_rum, rum_fault, sepa_text
from backoffice.errors import NotAllowed, RefusedByRule
from backoffice.office import Office
from backoffice.permissions import Agent
from models.office.debits import Mandate
from models.office.house import AuditEntry
from models.office.structure import Regie
from models.vocabulary import MandateState, Role
from tests.factories import AGENT, Town, another_family
from tests.unit.debits.books import FAMILY_IBAN, MASKED, a_mandate, an_announced_invoice, plain, presented, the_mandate

DAY = date(2026, 10, 20)


def count(office: Office) -> int:
    return len(office.read(lambda session: session.scalars(select(Mandate.id)).all()))


def test_a_mandate_waits_for_its_signature_then_is_active(office: Office, town: Town) -> None:
    mandate_id = a_mandate(office, town, signed_on=None, signed_at_place="")
    mandate = the_mandate(office, mandate_id)
    assert (mandate.state, mandate.rum, mandate.iban_ending) == (MandateState.UNSIGNED, "ENF-FMARTIN-01", "2606")
    assert mandate.bic == "PSSTFRPP"
    report = office.write(sign_mandate, AGENT, mandate_id, signed_on=DAY, place=" Contrexéville ")
    assert report.state is MandateState.ACTIVE
    mandate = the_mandate(office, mandate_id)
    assert (mandate.signed_on, mandate.signed_at_place) == (DAY, "Contrexéville")
    (row,) = office.read(mandates, office.sealer, town.regie_id)
    assert (row.account, row.holder, row.family) == (MASKED, "Camille Martin", "Martin")
    with pytest.raises(RefusedByRule, match="cela ne peut pas être fait"):
        office.write(sign_mandate, AGENT, mandate_id, signed_on=DAY, place="Ici")


def test_an_iban_is_nowhere_in_clear(office: Office, town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    mandate_id = a_mandate(office, town)
    with pytest.raises(RefusedField) as refused:
        a_mandate(office, town, iban=FAMILY_IBAN[:-1] + "7")
    office.write(suspend_mandate, AGENT, mandate_id, "demande de la famille")
    sealed = the_mandate(office, mandate_id).iban_sealed
    assert office.sealer.unseal(sealed) == FAMILY_IBAN
    deeds = office.read(lambda session: session.scalars(select(AuditEntry)).all())
    told = " ".join(f"{deed.old} {deed.new}" for deed in deeds) + caplog.text + str(refused.value)
    told += repr(read_account(FAMILY_IBAN)) + repr(MandateEntry(family_id=1, regie_id=1, holder="x", iban=FAMILY_IBAN))
    office.close()
    kept = b"".join(file.read_bytes() for file in Path(office.folder).rglob("*") if file.is_file())
    for secret in (FAMILY_IBAN, FAMILY_IBAN[4:], FAMILY_IBAN[4:-4]):
        assert secret.encode() not in kept
        assert secret not in told


@pytest.mark.parametrize(
    ("wish", "field", "sentence"),
    [
        ({"iban": "", "bic": ""}, "iban", "L'IBAN manque"),
        ({"iban": "FR1420041010050500013M02607", "bic": ""}, "iban", "clé de cet IBAN est fausse"),
        ({"iban": "FR142004101005050001", "bic": ""}, "iban", "compte 20 caractères"),
        ({"iban": "XX1420041010050500013M02606", "bic": ""}, "iban", "« XX » n'est pas le code d'un pays"),
        ({"iban": "BR1800000000141455123924100C2", "bic": ""}, "iban", "hors de la zone SEPA (BR)"),
        ({"iban": "FR14200410100505000!3M02606", "bic": ""}, "iban", "caractères qui n'y ont pas leur place"),
        ({"iban": "CH9300762011623852957", "bic": ""}, "bic", "hors de l'Espace économique"),
        ({"iban": FAMILY_IBAN, "bic": "PSST"}, "bic", "BIC n'est pas valable"),
        ({"iban": FAMILY_IBAN, "bic": "COBADEFF"}, "bic", "autre pays"),
    ],
)
def test_a_wrong_account_is_told_by_its_fault(
    office: Office, town: Town, wish: dict, field: str, sentence: str
) -> None:
    with pytest.raises(RefusedField) as refused:
        a_mandate(office, town, **wish)
    assert refused.value.field == field
    assert sentence in plain(refused.value.sentence)
    assert "Rien n'a été enregistré" in str(refused.value)
    assert count(office) == 0


def test_a_wrong_national_key_is_told_too() -> None:
    account = "30006000011234567890188"  # its RIB key is 89
    wrong = IBAN.from_bban("FR", account).compact
    with pytest.raises(RefusedField, match="clé RIB"):
        read_account(wrong)


def test_a_typed_account_may_have_spaces_and_a_bic_of_its_own() -> None:
    account = read_account("fr14 2004 1010 0505 0001 3m02 606", "psstfrpplyo")
    assert (account.iban, account.bic) == (FAMILY_IBAN, "PSSTFRPPLYO")
    assert read_account("CH9300762011623852957", "UBSWCHZH80A").bic == "UBSWCHZH80A"
    assert masked(account.iban) == MASKED


@given(st.integers(10**9, 10**11 - 1), st.integers(0, 25), st.integers(1, 9))
@settings(max_examples=60)
def test_one_wrong_figure_is_always_seen(account: int, place: int, step: int) -> None:
    good = IBAN.generate("FR", bank_code="20041", branch_code="01005", account_code=f"{account:011}").compact
    at = 4 + place % (len(good) - 4)
    wrong = good[:at] + str((int(good[at]) + step) % 10) + good[at + 1 :]
    assert read_account(good).iban == good
    with pytest.raises(RefusedField):
        read_account(wrong)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"holder": "  "}, "holder"),
        ({"signed_on": date(2026, 11, 4)}, "signed_on"),
        ({"signed_on": None}, "signed_on"),
        ({"signed_at_place": " "}, "place"),
        ({"signed_on": date(2023, 11, 2)}, "signed_on"),
        ({"rum": "A" * 36}, "rum"),
        ({"rum": "RÉGIE-1"}, "rum"),
        ({"rum": "A//B"}, "rum"),
        ({"rum": "/AB"}, "rum"),
        ({"rum": "A B"}, "rum"),
    ],
)
def test_each_wrong_field_is_named_and_nothing_is_written(office: Office, town: Town, wish: dict, field: str) -> None:
    with pytest.raises(RefusedField) as refused:
        a_mandate(office, town, **wish)
    assert refused.value.field == field
    assert count(office) == 0


def test_a_mandate_taken_over_keeps_its_reference_and_its_last_debit(office: Office, town: Town) -> None:
    old = a_mandate(
        office, town, rum="++OLD-2020-7", signed_on=date(2020, 1, 5), last_debit_on=date(2026, 6, 10), one_off=False
    )
    mandate = the_mandate(office, old)
    assert (mandate.rum, mandate.state, mandate.first_debit_on) == (
        "++OLD-2020-7",
        MandateState.ACTIVE,
        date(2026, 6, 10),
    )
    other = another_family(office, town)
    with pytest.raises(RefusedField, match="déjà celle d'un autre mandat"):
        a_mandate(office, town, other, rum="++old-2020-7")


def test_one_active_mandate_a_family_and_regie(office: Office, town: Town) -> None:
    first = a_mandate(office, town)
    with pytest.raises(RefusedByRule, match="déjà un mandat actif"):
        a_mandate(office, town)
    second = a_mandate(office, town, signed_on=None, signed_at_place="")
    assert the_mandate(office, second).rum == "ENF-FMARTIN-02"
    with pytest.raises(RefusedByRule, match="déjà un mandat actif"):
        office.write(sign_mandate, AGENT, second, signed_on=DAY, place="Ici")
    office.write(suspend_mandate, AGENT, first, "compte en cours de transfert")
    office.write(sign_mandate, AGENT, second, signed_on=DAY, place="Ici")
    with pytest.raises(RefusedByRule, match="déjà un mandat actif"):
        office.write(resume_mandate, AGENT, first)
    office.write(revoke_mandate, AGENT, second, "changement de banque")
    assert office.write(resume_mandate, AGENT, first).state is MandateState.ACTIVE
    assert a_mandate(office, town, another_family(office, town))


def test_a_stop_says_why_and_a_revoked_mandate_stays_so(office: Office, town: Town) -> None:
    mandate_id = a_mandate(office, town)
    with pytest.raises(RefusedByRule, match="Le motif manque"):
        office.write(revoke_mandate, AGENT, mandate_id, " ")
    office.write(revoke_mandate, AGENT, mandate_id, "déménagement")
    mandate = the_mandate(office, mandate_id)
    assert (mandate.state, mandate.state_reason) == (MandateState.REVOKED, "déménagement")
    for act in (resume_mandate, lambda work, at: suspend_mandate(work, at, "x")):
        with pytest.raises(RefusedByRule, match="révoqué"):
            office.write(act, AGENT, mandate_id)
    deed = office.read(lambda session: session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first())
    assert deed is not None
    assert deed.new == {"rum": mandate.rum, "state": "revoked", "reason": "déménagement"}


def test_a_mandate_unused_for_three_years_is_not_resumed(office: Office, town: Town) -> None:
    mandate_id = a_mandate(office, town)
    office.write(suspend_mandate, AGENT, mandate_id, "absence")
    office.clock.move(days=3 * 366)
    with pytest.raises(RefusedByRule, match="caduc"):
        office.write(resume_mandate, AGENT, mandate_id)


def test_mandates_want_the_cashier_and_a_creditor(office: Office, town: Town) -> None:
    stranger = Agent("x", "X", frozenset({Role.AGENT}), "P")
    entry = MandateEntry(family_id=town.home.family_id, regie_id=town.regie_id, holder="C", iban=FAMILY_IBAN)
    with pytest.raises(NotAllowed):
        office.write(enter_mandate, stranger, entry)
    office.write(lambda work: work.session.execute(update(Regie).values(ics=None)), AGENT)
    with pytest.raises(RefusedByRule, match="identifiant créancier"):
        office.write(enter_mandate, AGENT, replace(entry))
    assert [row.ics for row in office.read(regies)] == [None]


def test_mandates_are_found_by_family_holder_or_reference(office: Office, town: Town) -> None:
    a_mandate(office, town)
    a_mandate(office, town, another_family(office, town, "Évrard"), holder="Zoé Lœw")
    for search, found in (("marti", 1), ("lœw", 1), ("evrard", 1), ("enf-", 2), ("enf- martin", 1), ("rien", 0)):
        assert len(office.read(mandates, office.sealer, town.regie_id, search)) == found
    payer = office.read(payer_of, town.home.family_id)
    assert (payer.holder, payer.city) == ("Camille Martin", "Contrexéville")


@given(st.text(max_size=40), st.text(max_size=40), st.integers(1, 120))
@settings(max_examples=60)
def test_a_reference_made_by_marelle_is_always_one_that_banks_take(regie: str, family: str, rank: int) -> None:
    assert RUM_SHAPE.fullmatch(new_rum(regie, family, rank))
    assert rum_fault(new_rum(regie, family, rank)) is None


@given(st.text(max_size=200))
@settings(max_examples=60)
def test_a_text_for_the_bank_has_only_its_characters(text: str) -> None:
    written = sepa_text(text)
    assert len(written) <= 70
    assert written.isascii()
    assert sepa_text(written) == written


def test_an_accent_is_not_a_hole() -> None:
    assert sepa_text("Évrard & Lœw — régie") == "Evrard Loew regie"


def test_what_the_bank_was_asked_already_is_told_when_a_mandate_stops(office: Office, town: Town) -> None:
    mandate = a_mandate(office, town)
    invoice = an_announced_invoice(office, town, mandate)
    told = plain(office.write(suspend_mandate, AGENT, mandate, "à sa demande").sentence)
    assert told.endswith("les factures qu'il annonçait ne seront pas prélevées.")
    office.write(resume_mandate, AGENT, mandate)
    presented(office, town, invoice)
    told = plain(office.write(revoke_mandate, AGENT, mandate, "à sa demande").sentence)
    assert "sauf ce qui est déjà présenté à la banque (CANTINE-2026-000001) : demandez-lui" in told
