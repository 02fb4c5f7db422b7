"""The sample family pays on the double of PayFiP as a browser does: a card refused, a payment given up, an invoice paid."""

import re
from urllib.parse import urljoin

import httpx

from backoffice.demonstration.account import hidden_fields
from backoffice.errors import Unavailable

TICKED = re.compile(r'name="facture" value="(\d+)"')
OUTCOMES = ("R", "A", "P")  # refused, given up, paid by card


def pay_some(browser: httpx.Client, portal: str) -> int:
    """Try to pay the first invoice twice in vain, then pay it if another is left to pay; give how many were tried.

    Raises:
        Unavailable: the portal or the double did not follow.
    """
    keys = list(dict.fromkeys(TICKED.findall(browser.get(urljoin(portal, "/factures")).text)))
    outcomes = OUTCOMES if len(keys) > 1 else OUTCOMES[:2] if keys else ()
    for outcome in outcomes:
        _pay(browser, portal, keys[0], outcome)
    return len(outcomes)


def _pay(browser: httpx.Client, portal: str, key: str, outcome: str) -> None:
    """Go through the page of the total, that of PayFiP, and back."""
    address = urljoin(portal, "/paiement")
    page = browser.get(address, params={"facture": key})
    payfip = browser.post(address, data=hidden_fields(page.text))
    fields = hidden_fields(payfip.text)
    back = browser.post(str(payfip.url.copy_with(query=None)), data={**fields, "resultat": outcome})
    if "idop" not in fields or back.is_error:
        message = "Le paiement en ligne de la démonstration n'a pas abouti."
        raise Unavailable(message)
