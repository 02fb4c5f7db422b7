"""The means of payment: their names, what each must say, where its money comes in."""

from collections.abc import Mapping

from models.vocabulary import PaymentMeans, Place
from resources.french import plural

MEANS_WORDS: Mapping[PaymentMeans, str] = {
    PaymentMeans.CASH: "Espèces",
    PaymentMeans.CHEQUE: "Chèque",
    PaymentMeans.CARD: "Carte bancaire",
    PaymentMeans.TRANSFER: "Virement",
    PaymentMeans.ONLINE_CARD: "PayFiP, carte",
    PaymentMeans.ONLINE_DEBIT: "PayFiP, prélèvement",
    PaymentMeans.SEPA_DEBIT: "Prélèvement SEPA",
    PaymentMeans.CESU: "CESU",
    PaymentMeans.ANCV: "Chèques-vacances",
    PaymentMeans.AID: "Aide d'un tiers (CAF)",
}
PRINTED: Mapping[PaymentMeans, str] = {  # as an invoice lists what it accepts
    PaymentMeans.CASH: "espèces",
    PaymentMeans.CHEQUE: "chèque à l'ordre de la régie",
    PaymentMeans.CARD: "carte bancaire à la régie",
    PaymentMeans.TRANSFER: "virement",
    PaymentMeans.ONLINE_CARD: "carte bancaire en ligne (PayFiP)",
    PaymentMeans.ONLINE_DEBIT: "prélèvement en ligne (PayFiP)",
    PaymentMeans.SEPA_DEBIT: "prélèvement automatique",
    PaymentMeans.CESU: "CESU",
    PaymentMeans.ANCV: "chèques-vacances (ANCV)",
    PaymentMeans.AID: "aide d'un tiers",
}
PLACES: Mapping[PaymentMeans, Place] = {
    PaymentMeans.CASH: Place.TILL,
    PaymentMeans.CHEQUE: Place.VALUES,
    PaymentMeans.CARD: Place.VALUES,
    PaymentMeans.TRANSFER: Place.ACCOUNT,
    PaymentMeans.ONLINE_CARD: Place.ACCOUNT,
    PaymentMeans.ONLINE_DEBIT: Place.ACCOUNT,
    PaymentMeans.SEPA_DEBIT: Place.ACCOUNT,
    PaymentMeans.CESU: Place.VALUES,
    PaymentMeans.ANCV: Place.VALUES,
    PaymentMeans.AID: Place.ACCOUNT,
}
BY: Mapping[PaymentMeans, str] = {  # inside a sentence: « payé … »
    PaymentMeans.CASH: "en espèces",
    PaymentMeans.CHEQUE: "par chèque",
    PaymentMeans.CARD: "par carte bancaire",
    PaymentMeans.TRANSFER: "par virement",
    PaymentMeans.ONLINE_CARD: "en ligne par carte",
    PaymentMeans.ONLINE_DEBIT: "en ligne par prélèvement",
    PaymentMeans.SEPA_DEBIT: "par prélèvement",
    PaymentMeans.CESU: "par CESU",
    PaymentMeans.ANCV: "en chèques-vacances",
    PaymentMeans.AID: "par l'aide d'un tiers",
}
AT_DESK = (  # entered by hand; the others come from PayFiP and from the bank
    PaymentMeans.CASH,
    PaymentMeans.CHEQUE,
    PaymentMeans.CARD,
    PaymentMeans.TRANSFER,
    PaymentMeans.CESU,
    PaymentMeans.ANCV,
    PaymentMeans.AID,
)


def printed(means: PaymentMeans, below_age: int | None) -> str:
    """Write an accepted means as an invoice does: « CESU (enfants de moins de 6 ans) »."""
    return PRINTED[means] + (f" (enfants de moins de {plural(below_age, 'an')})" if below_age else "")


def named(means: PaymentMeans) -> str:
    """Name a means inside a sentence: « chèque », « CESU »."""
    word = MEANS_WORDS[means]
    return word if word[:2].isupper() or word.startswith("PayFiP") else word[:1].lower() + word[1:]


def by_means(means: PaymentMeans) -> str:
    """Say by which means something is paid: « par chèque », « en espèces »."""
    return BY[means]
