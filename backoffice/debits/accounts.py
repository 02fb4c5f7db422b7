"""The bank accounts of mandates, shown by their ends; how an account is read as typed is `backoffice.iban`."""

from backoffice.errors import Unavailable
from backoffice.iban import DOTS, NOTHING, Account, RefusedField, masked, read_account
from backoffice.sealing import Sealer
from models.office.debits import Mandate

__all__ = ["DOTS", "NOTHING", "Account", "RefusedField", "masked", "opened_account", "read_account"]


def opened_account(sealer: Sealer, mandate: Mandate) -> str | None:
    """Show the account of a mandate by its ends; None when its seal cannot be opened any more."""
    try:
        return masked(sealer.unseal(mandate.iban_sealed))
    except Unavailable:
        return None
