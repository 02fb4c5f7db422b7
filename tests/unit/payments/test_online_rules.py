"""What to think of a payment, from what PayFiP, the portal and the books each say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backoffice.payfip.client import Answer, Standing
from backoffice.payments.online_rules import FINDING_WORDS, Booked, Facts, Finding, Told, contradictions, judge
from models.vocabulary import OnlineState
from tests.factories import NOW

PAID = Answer(standing=Standing.PAID, cents=4730, reference="PANIER0001", client="881140", means="card", result="P")
REFUSED, PENDING, UNKNOWN = (Answer(standing=one) for one in (Standing.REFUSED, Standing.PENDING, Standing.UNKNOWN))
OTHER = Answer(standing=Standing.OTHER, result="K")
RECEIPT = Booked(1, "Q-ENF-2026-000001", 4730, 4730)
REVERSED = replace(RECEIPT, reversed_by="Q-ENF-2026-000002", settled_cents=0)


def message(state: OnlineState = OnlineState.PAID, cents: int = 4730, family_id: int = 1) -> Told:
    return Told(state, cents, "PANIER0001", NOW, family_id, 1, ((10, 4150), (11, 580)))


STARTED, SAID_PAID, GIVEN_UP = message(OnlineState.STARTED), message(), message(OnlineState.CANCELLED)


def facts(*told: Told, hours: float = 1, **known: object) -> Facts:
    values: dict[str, object] = {
        "now": NOW + timedelta(hours=hours), "started_at": NOW, "reference": "PANIER0001", "client": "881140",
        "family_id": 1, "regie_id": 1, "told": told, "booked": None, "payfip": None,
    }  # fmt: skip
    return Facts(**{**values, **known})


@pytest.mark.parametrize(
    ("known", "finding", "words"),
    [
        (facts(STARTED, SAID_PAID, booked=RECEIPT), Finding.UNCHECKED, "pas encore été interrogé"),
        (facts(STARTED, SAID_PAID, booked=RECEIPT, payfip=PAID), Finding.AGREED, "47,30"),
        (facts(STARTED, booked=RECEIPT, payfip=PAID), Finding.AGREED, "PayFiP et les comptes"),
        (facts(STARTED), Finding.WAITING, "peut-être encore sur PayFiP"),
        (facts(STARTED, payfip=PENDING), Finding.WAITING, "En attente depuis le mardi 24 novembre"),
        (facts(STARTED, hours=3), Finding.STUCK, "interrogez PayFiP"),
        (facts(STARTED, hours=3, payfip=PENDING), Finding.STUCK, "En attente depuis"),
        (facts(STARTED, GIVEN_UP), Finding.ENDED, "Abandonné selon le portail"),
        (facts(STARTED, payfip=REFUSED), Finding.ENDED, "Refusé chez PayFiP"),
        (facts(STARTED, payfip=UNKNOWN), Finding.ENDED, "Inconnu ou effacé"),
        (facts(STARTED, payfip=OTHER), Finding.STRANGE, "K"),
        (facts(STARTED, payfip=PAID), Finding.NOT_IN_BOOKS, "Payé chez PayFiP mais pas dans les comptes"),
        (facts(SAID_PAID), Finding.NOT_IN_BOOKS, "selon le portail mais pas dans les comptes"),
        (facts(SAID_PAID, booked=REVERSED, payfip=PAID), Finding.REVERSED, "000002"),
        (facts(SAID_PAID, booked=RECEIPT, payfip=REFUSED), Finding.NOT_AT_PAYFIP, "mais refusé chez PayFiP"),
        (facts(SAID_PAID, booked=RECEIPT, payfip=OTHER), Finding.NOT_AT_PAYFIP, "réponse imprévue"),
        (facts(SAID_PAID, booked=RECEIPT, payfip=UNKNOWN), Finding.UNPROVED, "relevé de la trésorerie"),
        (facts(SAID_PAID, booked=RECEIPT, payfip=PENDING), Finding.UNPROVED, "sans résultat"),
        (facts(SAID_PAID, booked=RECEIPT, payfip=replace(PAID, cents=100)), Finding.AMOUNT, "PayFiP 1,00"),
        (facts(SAID_PAID, booked=RECEIPT, payfip=replace(PAID, reference="X")), Finding.REFERENCE, "référence X"),
        (facts(SAID_PAID, booked=RECEIPT, payfip=replace(PAID, client="999999")), Finding.REFERENCE, "999999"),
        (facts(SAID_PAID, booked=RECEIPT, payfip=PAID, twins=["Q-9"]), Finding.TWICE, "Q-9"),
        (facts(SAID_PAID, booked=RECEIPT, payfip=PAID, strangers=["F-1"]), Finding.STRANGER, "F-1"),
        (facts(SAID_PAID, GIVEN_UP, booked=RECEIPT), Finding.CONTRADICTION, "Le portail a dit payé, puis abandonné"),
        (facts(SAID_PAID, GIVEN_UP, booked=RECEIPT, payfip=PAID), Finding.AGREED, "puis abandonné"),
        (facts(SAID_PAID, message(family_id=2), booked=RECEIPT, payfip=PAID), Finding.CONTRADICTION, "2 foyers"),
        (facts(SAID_PAID, booked=replace(RECEIPT, settled_cents=4150)), Finding.EXCESS, "5,80"),
    ],
)  # fmt: skip
def test_each_case_has_its_verdict(known: Facts, finding: Finding, words: str) -> None:
    verdict = judge(known)
    assert verdict.finding is finding
    assert words in verdict.sentence.replace("\u202f", " ").replace("\xa0", " ")
    assert verdict.look is (finding not in {"agreed", "unchecked", "waiting", "ended", "reversed"})


def test_every_finding_has_its_word() -> None:
    assert set(FINDING_WORDS) == set(Finding)


def test_a_basket_that_does_not_add_up_is_told() -> None:
    assert contradictions(facts(message(cents=4000))) == ("le montant n'est pas la somme du panier",)
    assert contradictions(facts(STARTED, SAID_PAID)) == ()
