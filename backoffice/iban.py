"""Bank accounts: an IBAN and a BIC read as typed, what is wrong with them in French, and how they are shown. Pure rules."""

from dataclasses import dataclass

from schwifty import BIC, IBAN
from schwifty.exceptions import (
    InvalidBankCode,
    InvalidBBANChecksum,
    InvalidChecksumDigits,
    InvalidCountryCode,
    InvalidLength,
    InvalidStructure,
    SchwiftyException,
)

from backoffice.errors import RefusedByRule

DOTS = "•••• ••••"
RIB_KEY = {"FR", "MC"}  # elsewhere the national keys depend on the bank
NOTHING = "Rien n'a été enregistré."
# where a debit may leave the BIC out; elsewhere in SEPA the banks still ask for it
EEA = frozenset([
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
])  # fmt: skip


class RefusedField(RefusedByRule):
    """A field of a form is wrong: the sentence goes under it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{sentence} {NOTHING}")
        self.field, self.sentence = field, sentence


FAULTS: dict[type[SchwiftyException], str] = {
    InvalidChecksumDigits: "La clé de cet IBAN est fausse\u202f: un caractère est mal recopié. Relisez-le sur le RIB.",
    InvalidBBANChecksum: "La clé du compte (clé RIB) est fausse\u202f: un chiffre est mal recopié. Relisez-le sur le RIB.",
    InvalidBankCode: "La banque de cet IBAN n'existe pas. Relisez-le sur le RIB.",
    InvalidStructure: "Cet IBAN contient des caractères qui n'y ont pas leur place. Relisez-le sur le RIB.",
}


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """An account that can be debited; its number is never written in a log, not even by mistake."""

    iban: str
    bic: str | None

    def __repr__(self) -> str:
        return f"Account({masked(self.iban)})"


def read_account(iban: str, bic: str = "") -> Account:
    """Read an account as typed; its BIC is looked up when it is left out.

    Raises:
        RefusedField: the IBAN or the BIC is wrong; the sentence says how, without quoting it.
    """
    number = _read_iban(iban)
    found = _read_bic(bic, number) if bic.strip() else number.bic
    if found is None and number.country_code not in EEA:
        message = (
            "Ce compte est tenu hors de l'Espace économique européen\u202f: donnez aussi son BIC, écrit sur le RIB."
        )
        raise RefusedField("bic", message)
    return Account(number.compact, found.compact if found else None)


def masked(iban: str) -> str:
    """Show an IBAN by its ends only: « FR76 •••• •••• 2325 »."""
    return f"{iban[:4]} {DOTS} {iban[-4:]}"


def _read_iban(typed: str) -> IBAN:
    if not typed.strip():
        raise RefusedField("iban", "L'IBAN manque\u202f: il est écrit sur le relevé d'identité bancaire (RIB).")
    try:
        number = IBAN(typed, validate_bban=typed.strip()[:2].upper() in RIB_KEY)
    except SchwiftyException as error:
        raise RefusedField("iban", _iban_fault(error, typed)) from None  # the cause quotes what was typed
    if not number.in_sepa_zone:
        message = f"Un compte tenu hors de la zone SEPA ({number.country_code}) ne peut pas être prélevé."
        raise RefusedField("iban", message)
    return number


def _iban_fault(error: SchwiftyException, typed: str) -> str:
    bare = "".join(typed.split())
    if isinstance(error, InvalidCountryCode):
        return f"«\xa0{bare[:2].upper()}\xa0» n'est pas le code d'un pays\u202f: un IBAN français commence par FR."
    if isinstance(error, InvalidLength):
        return (
            f"Cet IBAN compte {len(bare)} caractères\u202f: ce n'est pas la longueur de ceux de ce pays (27 en France)."
        )
    return FAULTS.get(type(error), "Cet IBAN n'est pas valable. Relisez-le sur le RIB.")


def _read_bic(typed: str, number: IBAN) -> BIC:
    try:
        found = BIC(typed)
    except SchwiftyException:
        message = "Ce BIC n'est pas valable\u202f: il compte 8 ou 11 lettres et chiffres, écrits sur le RIB."
        raise RefusedField("bic", message) from None
    if found.country_code != number.country_code and number.bic is not None:
        message = "Ce BIC est celui d'un autre pays que l'IBAN. Laissez-le vide\u202f: Marelle le trouve."
        raise RefusedField("bic", message)
    return found
