"""Mes factures, Paiement, Prélèvement: an invoice, a payment, a mandate in each of its states, and what cannot be paid."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from backoffice.demonstration.payfip import PayfipDouble
from backoffice.portal.settings import PortalSettings
from backoffice.sync.contract import (
    InvoiceState,
    MandatesView,
    MandateView,
    PaperView,
    RegieView,
    View,
    ViewKind,
)
from backoffice.sync.contract.invoices import PaperLine
from models.portal import OnlinePayment
from tests.browser.states import Send, State, World
from tests.browser.visits import Portal
from tests.portal.conftest import Person
from tests.portal.payment.paying import CRECHE, REGIES, REVIEW, SPORT, bills
from tests.portal.published import CLAIRE, DAYS, FAMILY, NOW, Clock, invoice, pdf, structure, view

KEY = "jyt1YpQ5rGmyJxOJN2nwfLw7hSSnY0z8GkUKqTqRIBs="  # any X25519 key: nothing is opened here
MINUTE = timedelta(minutes=1)
REGIE, TRIAL, NO_DEBIT = 1, 4, 2
MANDATES = ("asked", "unsigned", "active", "suspended", "revoked")
PAYMENTS: Mapping[str, dict[str, Any]] = {
    "opening": {"state": "opening"},
    "alive": {"state": "started", "idop": "a1", "keys": (108,)},
    "late": {"state": "started", "idop": "a2", "started_at": NOW - 20 * MINUTE},
    "old": {"state": "started", "idop": "a3", "started_at": NOW - 90 * MINUTE},
    "paid": {"state": "paid", "idop": "a4", "paid_at": NOW, "keys": (109,)},
    "trial": {"state": "paid", "idop": "a5", "paid_at": NOW, "mode": "T", "regie_id": TRIAL},
    "refused": {"state": "refused", "idop": "a6"},
    "cancelled": {"state": "cancelled", "idop": "a7"},
    "failed": {"state": "failed"},
    "expired": {"state": "expired", "idop": "a8", "started_at": NOW - 90 * MINUTE},
}
IDS = {name: f"0198c1f0-0000-7000-8000-0000000008{number:02d}" for number, name in enumerate(PAYMENTS)}
PAY, ASK = "^Payer .* sur PayFiP", "Envoyer ma demande"


class Paying(Portal):
    """A portal whose PayFiP is a double that answers nothing of what it did not open."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.payfip = PayfipDouble(clock=self.clock)
        self.payfip.start()
        super().__init__(folder)

    def listen(self, told: PortalSettings) -> None:
        page = f"{self.payfip.address}/paiement"
        super().listen(replace(told, clock=self.clock, payfip_url=self.payfip.service, payfip_page_url=page))

    def close(self) -> None:
        super().close()
        self.payfip.stop()


def _invoices() -> list[View]:
    """Publish an invoice of each state, some with credit notes and receipts, two that a payment holds."""
    note = PaperLine(number="A-2026-000003", day=DAYS[0], cents=500)
    many: dict[int, dict[str, Any]] = {
        105: {
            "state": InvoiceState.TO_PAY,
            "due_on": DAYS[0],
            "credits": (note,),
            "receipts": (note,),
            "due_cents": 6049,
        },
        106: {"state": InvoiceState.DEBITED, "debit_on": date(2026, 12, 5)},
        107: {"state": InvoiceState.DEBITED},
        108: {"state": InvoiceState.TO_PAY, "online": True},
        109: {"state": InvoiceState.TO_PAY, "online": True},
        110: {"state": InvoiceState.HANDED_OVER, "due_cents": 0, "balance_cents": 7049},
        111: {"state": InvoiceState.CARRIED},
        112: {"state": InvoiceState.TO_PAY, "carried_into": "2026-000101"},
        113: {"state": InvoiceState.CANCELLED, "due_cents": 0},
        114: {"state": InvoiceState.WRITTEN_OFF, "due_cents": 0},
        115: {"state": InvoiceState.TO_PAY, "online": True, "regie_id": TRIAL, "service": "Crèche à l'essai"},
        116: {"state": InvoiceState.TO_PAY, "online": True, "regie_id": REGIE, "due_cents": 50, "total_cents": 50},
    }
    return [
        view(
            ViewKind.INVOICE, key, FAMILY, invoice(f"2026-000{key}", **({"regie_id": REGIE} | told)), file=pdf(str(key))
        )
        for key, told in many.items()
    ]


def _papers() -> list[View]:
    day = NOW.date()
    kinds: dict[str, dict[str, Any]] = {
        "receipt": {
            "title": "Quittance",
            "number": "Q-7",
            "cents": 7049,
            "means": "Chèque",
            "invoices": ("2026-000090", "2026-000091"),
        },
        "credit_note": {"title": "Avoir", "number": "A-3", "cents": 500, "invoices": ("2026-000090",)},
        "certificate": {"title": "Attestation fiscale 2025", "number": "", "cents": 48000},
        "mandate": {"title": "Mandat de prélèvement", "number": "PERI-F0007-1"},
    }
    return [
        view(ViewKind.PAPER, f"{kind}:7", FAMILY, PaperView(kind=kind, day=day, regie_id=REGIE, **told), file=pdf(kind))
        for kind, told in kinds.items()
    ]


def _mandates(*states: str) -> View:
    lines = tuple(
        MandateView(regie_id=REGIE, rum=f"PERI-{number}", state=state, account=f"•••• 26{number:02d}", since=NOW.date())
        for number, state in enumerate(states)
    )
    return view(ViewKind.MANDATES, "", FAMILY, MandatesView(lines=lines))


def _pay(work) -> None:
    """Write a payment of each state down."""
    for number, (name, told) in enumerate(PAYMENTS.items()):
        values = dict(told)
        basket = [[key, f"2026-000{key}", 7049] for key in values.pop("keys", (90, 91))]
        row = {
            "id": IDS[name], "form_key": name, "guardian_id": CLAIRE, "family_id": FAMILY, "regie_id": REGIE, "client": "881140",
            "mode": "W", "reference": f"CANTINE20260001010000{number:02d}ABCDEFG", "amount_cents": 7049 * len(basket), "basket": basket,
            "email": "claire.martin@exemple.fr", "started_at": NOW - MINUTE, "asked_at": NOW,
        }  # fmt: skip
        work.session.add(OnlinePayment(**(row | values)))


def _bill(portal: Portal, _claire: Person) -> dict[str, str]:
    """Publish all that money can be."""
    portal.publish(_structure(), *bills(), *_invoices(), *_papers(), _mandates(*MANDATES[1:]))
    portal.app.extensions["marelle"].store.write(_pay)
    return IDS


def _structure(key: str = KEY) -> View:
    trial = RegieView(id=TRIAL, name="Régie à l'essai", payfip_client="881140", payfip_mode="T")
    return view(
        ViewKind.STRUCTURE, "", 0, structure().model_copy(update={"regies": (*REGIES, trial), "upload_key": key})
    )


def _dearer(portal: Portal, _claire: Person) -> None:
    portal.publish(*bills(i102={"due_cents": 2500}))


def _none(portal: Portal, _claire: Person) -> None:
    portal.publish(_mandates())


def _waits(portal: Portal, _claire: Person) -> None:
    portal.publish(_mandates("asked"))


def _sent(portal: Portal, claire: Person) -> None:
    """Ask for a debit."""
    portal.publish(_structure(), _mandates())
    claire.get(f"/factures/prelevement/{REGIE}")
    told = {"holder": "Claire Martin", "iban": "FR7630006000011234567890189", "consent": "oui"}
    assert claire.post(f"/factures/prelevement/{REGIE}", told).status_code == 303


def _without_key(portal: Portal, _claire: Person) -> None:
    portal.publish(_structure(""), _mandates())


def _silent(portal: Portal, _claire: Person) -> None:
    """Let PayFiP answer no more."""
    assert isinstance(portal, Paying)
    portal.payfip.stop()


WORLDS = (
    World(
        "money",
        (
            State("/", "Tableau de bord"),
            State("/factures", "Transmise au Trésor"),
            State("/factures?voir=soldees", "Plus rien ne vous est demandé"),
            State("/factures?voir=papiers", "À signer et à rendre"),
            State("/historique?quoi=paiements", "Non ouvert"),
            State("/historique?quoi=paiements&periode=mois", "Voir ce paiement"),
            State("/factures/prelevement", "À signer et à rendre"),
            State(REVIEW, "Total à payer"),
            State("/paiement?facture=115", "est en test"),
            State("/paiement", "Cochez au moins une facture", 422),
            State(f"{REVIEW}&facture={CRECHE}", "pas de la même régie", 422),
            State(f"/paiement?facture={SPORT}", "auprès de la régie", 422),
            State("/paiement?facture=108", "Voir le paiement en cours", 422),
            State("/paiement?facture=109", "Voir le paiement déjà fait", 422),
            State("/paiement?facture=116", "commence à", 422),
            State(REVIEW, "Le montant a changé", 422, Send(PAY, to="/paiement"), meanwhile=_dearer),
            *(
                State(f"/paiement/{{{name}}}", words)
                for name, words in {
                    "opening": "se prépare", "alive": "Reprendre le paiement", "late": "Le quart d'heure", "old": "dans le temps prévu",
                    "paid": "Paiement réussi", "trial": "Paiement d'essai réussi", "refused": "PayFiP a refusé",
                    "cancelled": "abandonné", "failed": "n'a pas ouvert", "expired": "ne payez pas une seconde fois",
                }.items()
            ),
            State(f"/factures/prelevement/{REGIE}", "Titulaire du compte"),
            State(
                f"/factures/prelevement/{REGIE}", "Rien n'a été envoyé", 422,
                Send(
                    ASK, {"#holder": "", "#iban": "FR76 0000", "#bic": "NON"},
                    beside={"#holder": "nom du titulaire", "#iban": "IBAN", "#consent": "Cochez cette case"}, kept={"#iban": "", "#bic": "NON"},
                ),
            ),
            State(
                f"/factures/prelevement/{REGIE}", "gardé nulle part", 422,
                Send(ASK, {"#holder": "Claire", "#iban": "FR7630006000011234567890189"}, beside={"#iban": "de nouveau"}, kept={"#holder": "Claire", "#iban": ""}),
            ),
            State("/factures/prelevement", "Vous n'avez pas de prélèvement", before=_none),
            State("/factures/prelevement", "Demandé, la régie va répondre", before=_waits),
            State(f"/factures/prelevement/{REGIE}", "la régie va vous répondre"),
            State(f"/factures/prelevement/{REGIE}", "n'est pas encore ouverte", before=_without_key),
            State("/factures/prelevement", "Demande en cours d'enregistrement", before=_sent),
            State("/demandes", "Prélèvement automatique"),
            State(REVIEW, "n'a pas ouvert ce paiement", 200, Send(PAY, to="/paiement"), before=_silent),
        ),
        _bill,
        portal=Paying,
    ),
)  # fmt: skip
