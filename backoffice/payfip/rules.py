"""What PayFiP accepts, checked before it is asked: references, amounts, addresses, words. Pure rules."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from resources.french import LIGATURES, NARROW, euros

PAGE = "https://www.payfip.gouv.fr/tpa/paiementws.web"  # the Treasury's payment page
LEAST_CENTS = 100
MOST_CENTS = 100_000_00
LONGEST_SUBJECT = 100
CLIENT = re.compile(r"\d{6}", re.ASCII)
REFERENCE = re.compile(r"[A-Za-z0-9]{6,30}")
ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
SUBJECT = re.compile(rf"[A-Za-z0-9 ]{{0,{LONGEST_SUBJECT}}}")
YEAR = re.compile(r"\d{4}", re.ASCII)


class Mode(StrEnum):
    """What a payment is, in PayFiP's letters (« saisie »)."""

    TEST = "T"
    ACTIVATION = "X"
    PRODUCTION = "W"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A payment to open: whose, what for, how much, and where PayFiP sends the family back."""

    client: str  # numcli
    reference: str  # refdet: of one payment, never used again
    cents: int
    email: str
    subject: str
    year: int  # exer
    notify_url: str
    return_url: str
    mode: Mode = Mode.TEST


def faults(order: Order) -> dict[str, str]:
    """Say in French what PayFiP would refuse, by field; nothing when all is right."""
    found = {
        "client": client_fault(order.client),
        "reference": reference_fault(order.reference),
        "cents": amount_fault(order.cents),
        "email": email_fault(order.email),
        "subject": subject_fault(order.subject),
        "year": None if YEAR.fullmatch(str(order.year)) else "L'exercice est une année de quatre chiffres.",
        "notify_url": address_fault(order.notify_url),
        "return_url": address_fault(order.return_url),
    }
    return {name: sentence for name, sentence in found.items() if sentence}


def client_fault(client: str) -> str | None:
    """Judge a client number."""
    return None if CLIENT.fullmatch(client) else "Le numéro de client PayFiP a six chiffres."


def reference_fault(reference: str) -> str | None:
    """Judge the reference of a payment."""
    if REFERENCE.fullmatch(reference):
        return None
    return "La référence PayFiP compte de 6 à 30 lettres sans accent et chiffres, sans tiret ni espace."


def amount_fault(cents: int) -> str | None:
    """Judge an amount."""
    if cents < LEAST_CENTS:
        return f"PayFiP n'encaisse pas moins de {euros(LEAST_CENTS)}."
    if cents > MOST_CENTS:
        return f"PayFiP n'encaisse pas plus de {euros(MOST_CENTS)} en une fois."
    return None


def email_fault(email: str) -> str | None:
    """Judge the address to which PayFiP sends its receipt."""
    if 6 <= len(email) <= 80 and ADDRESS.fullmatch(email):
        return None
    return f"PayFiP demande une adresse e-mail de 6 à 80 signes{NARROW}: il y envoie son ticket."


def subject_fault(subject: str) -> str | None:
    """Judge the words that say what is paid."""
    if SUBJECT.fullmatch(subject):
        return None
    return f"L'objet du paiement compte au plus {LONGEST_SUBJECT} lettres sans accent, chiffres et espaces."


def address_fault(url: str) -> str | None:
    """Judge an address of ours that PayFiP calls, or sends the family back to."""
    if re.fullmatch(r"https?://[^\s]{1,240}", url):
        return None
    return "L'adresse de retour de PayFiP commence par https:// et compte au plus 250 signes."


def page_of(service: str | None) -> str:
    """Give the payment page that goes with a web service: the Treasury's, or that of its double.

    >>> page_of("http://127.0.0.1:8766/securite")
    'http://127.0.0.1:8766/paiement'
    """
    return f"{origin_of(service)}/paiement" if service else PAGE


def origin_of(url: str) -> str:
    """Give the scheme and the host of an address.

    >>> origin_of("https://www.payfip.gouv.fr/tpa/paiementws.web")
    'https://www.payfip.gouv.fr'
    """
    asked = urlsplit(url)
    return f"{asked.scheme}://{asked.netloc}"


def plain_subject(text: str) -> str:
    """Write words as PayFiP takes them.

    >>> plain_subject("Cantine d'été — octobre 2026")
    'Cantine d ete octobre 2026'
    """
    spread = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    letters = "".join(sign for sign in spread if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^A-Za-z0-9]+", " ", letters).split())[:LONGEST_SUBJECT].rstrip()
