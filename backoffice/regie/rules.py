"""What the settings of a régie may be: one French sentence for each field that is wrong."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.eu import at_02
from stdnum.exceptions import ValidationError

from backoffice.payfip.rules import Mode
from backoffice.payments.means import by_means
from models.vocabulary import ActivityKind, PaymentMeans
from resources.french import NARROW

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
POSTAL_CODE = re.compile(r"\d{5}")
PAYFIP_CLIENT = re.compile(r"\d{6}")
ACCOUNT = re.compile(r"\d{2,12}")
LONGEST_CODE = 20
CESU_AGE = 6
REQUIRED = {
    "name": "Écrivez le nom de la régie.",
    "street": "Écrivez la rue\u202f: elle figure sur les factures.",
    "city": "Écrivez la commune.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegieValues:
    """What can be set of a régie, its IBAN apart."""

    name: str
    street: str
    postal_code: str
    city: str
    phone: str
    email: str
    mentions: str
    due_days: int
    cash_ceiling_cents: int | None
    ceiling_cents: int | None
    carry_below_cents: int
    claim_days: int
    claim_floor_cents: int
    payfip_client: str | None
    ics: str | None
    bic: str | None
    notice_days: int
    rejections_allowed: int
    payfip_mode: str = Mode.TEST


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceValues:
    """What can be set of a service: how the accountant knows it, and what its families may pay with."""

    product_code: str
    account: str
    accepted: Mapping[PaymentMeans, int | None]  # with the age under which, if there is one


def regie_faults(values: RegieValues, *, iban: str | None = None) -> dict[str, str]:
    """Say what is wrong, field by field; `iban` is the new one, none when it stays."""
    found = {code: sentence for code, sentence in REQUIRED.items() if not getattr(values, code).strip()}
    checks = {
        "postal_code": _unless(POSTAL_CODE, values.postal_code, "Le code postal a cinq chiffres."),
        "email": _unless(EMAIL, values.email, "Cette adresse e-mail n'est pas complète."),
        "due_days": _between(values.due_days, 1, 120, "Le délai de paiement va de 1 à 120 jours."),
        "cash_ceiling_cents": _above_zero(values.cash_ceiling_cents),
        "ceiling_cents": _above_zero(values.ceiling_cents) or _wrong_order(values),
        "carry_below_cents": _between(values.carry_below_cents, 0, 10_000, "Le report va de 0 à 100 euros."),
        "claim_days": _between(values.claim_days, 1, 730, "Ce délai va de 1 à 730 jours."),
        "claim_floor_cents": _between(
            values.claim_floor_cents, 0, 100_000, "Ce seuil va de 0 à 1 000 euros\u202f: la loi dit 15 euros."
        ),
        "payfip_client": values.payfip_client
        and _unless(PAYFIP_CLIENT, values.payfip_client, "Le numéro de client PayFiP a six chiffres."),
        "payfip_mode": None if values.payfip_mode in set(Mode) else "Choisissez l'un des trois modes de PayFiP.",
        "ics": values.ics and _wrong_ics(values.ics),
        "iban": _wrong_iban(iban) if iban else None,
        "bic": values.bic and wrong_bic(values.bic),
        "notice_days": _between(values.notice_days, 1, 60, "L'annonce d'un prélèvement se fait de 1 à 60 jours avant."),
        "rejections_allowed": _between(values.rejections_allowed, 1, 10, "Comptez de 1 à 10 rejets."),
    }
    return found | {code: sentence for code, sentence in checks.items() if sentence}


def service_faults(values: ServiceValues, kinds: Collection[ActivityKind], name: str) -> dict[str, str]:
    """Say what is wrong of a service's settings, field by field; `kinds` are those of its activities."""
    checks = {
        "product_code": f"Le code produit a au plus {LONGEST_CODE} signes."
        if len(values.product_code) > LONGEST_CODE
        else None,
        "account": values.account
        and _unless(ACCOUNT, values.account, "Un compte s'écrit en chiffres, par exemple 7067."),
        "accepted": _wrong_means(values.accepted, kinds, name),
    }
    return {code: sentence for code, sentence in checks.items() if sentence}


def compact_iban(text: str) -> str:
    """Write an IBAN without its spaces, in capitals."""
    return "".join(text.split()).upper()


def bic_of(iban: str) -> str | None:
    """Find the bank of an IBAN, when it is known."""
    found = IBAN(compact_iban(iban), allow_invalid=True).bic
    return str(found) if found else None


def _wrong_iban(text: str) -> str | None:
    try:
        IBAN(compact_iban(text))
    except SchwiftyException:
        return f"Cet IBAN n'est pas valide{NARROW}: sa clé ou sa longueur ne convient pas. Relisez-le sur le relevé d'identité."
    return None


def wrong_bic(text: str) -> str | None:
    """Say why a BIC is not one."""
    try:
        BIC(text)
    except SchwiftyException:
        return "Ce BIC n'est pas valide\u202f: il a 8 ou 11 signes, par exemple TRPUFRP1."
    return None


def _wrong_ics(text: str) -> str | None:
    try:
        at_02.validate(text)
    except ValidationError:
        return "Cet identifiant de créancier (ICS) n'est pas valide\u202f: sa clé ne convient pas."
    return None


def _wrong_means(accepted: Mapping[PaymentMeans, int | None], kinds: Collection[ActivityKind], name: str) -> str | None:
    if not accepted:
        return f"Cochez au moins un moyen de paiement pour «\xa0{name}\xa0»."
    for means, age in accepted.items():
        if age is not None and not 1 <= age <= 18:
            return f"L'âge limite du paiement {by_means(means)} va de 1 à 18 ans."
    if PaymentMeans.CESU not in accepted:
        return None
    if kinds and set(kinds) <= {ActivityKind.CANTEEN}:
        return f"Les CESU ne paient jamais la cantine{NARROW}: décochez-les pour «\xa0{name}\xa0»."
    age = accepted[PaymentMeans.CESU]
    if set(kinds) != {ActivityKind.CRECHE} and (age is None or age > CESU_AGE):
        return (
            f"Hors de la crèche, les CESU ne paient que l'accueil des moins de {CESU_AGE} ans{NARROW}: notez cet âge."
        )
    return None


def _unless(shape: re.Pattern[str], text: str, sentence: str) -> str | None:
    return None if shape.fullmatch(text.strip()) else sentence


def _between(value: int, least: int, most: int, sentence: str) -> str | None:
    return None if least <= value <= most else sentence


def _above_zero(cents: int | None) -> str | None:
    return "Un plafond est supérieur à zéro." if cents is not None and cents <= 0 else None


def _wrong_order(values: RegieValues) -> str | None:
    till, all_of_it = values.cash_ceiling_cents, values.ceiling_cents
    if till is not None and all_of_it is not None and till > all_of_it:
        return "Le plafond de la régie ne peut pas être inférieur à celui de la caisse."
    return None
