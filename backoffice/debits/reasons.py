"""Why a bank gives a debit back: SEPA's codes in French, and what each does to the mandate."""

import re
from dataclasses import dataclass
from enum import StrEnum

SHAPE = re.compile(r"[A-Z0-9]{4}")


class Effect(StrEnum):
    """What a rejection does to the mandate."""

    COUNT = "count"  # one more in a row
    SUSPEND = "suspend"  # at once: the account must be asked again
    REVOKE = "revoke"
    NONE = "none"  # the régie's mistake, or the bank's


@dataclass(frozen=True, slots=True)
class Reason:
    """A code, its words, what it does; `told`: the family's e-mail may name it."""

    code: str
    words: str
    effect: Effect = Effect.COUNT
    told: bool = False


REASONS = {
    reason.code: reason
    for reason in (
        Reason("AC01", "IBAN incorrect", Effect.SUSPEND, told=True),
        Reason("AC04", "compte clos", Effect.SUSPEND, told=True),
        Reason("AC06", "compte bloqué", Effect.SUSPEND, told=True),
        Reason("AC13", "compte d'un professionnel ou d'un particulier mal désigné", Effect.SUSPEND),
        Reason("AG01", "prélèvement interdit sur ce compte", Effect.SUSPEND, told=True),
        Reason("AG02", "code d'opération ou séquence incorrects", Effect.NONE),
        Reason("AM04", "provision insuffisante", told=True),
        Reason("AM05", "prélèvement présenté deux fois", Effect.NONE),
        Reason("BE05", "identifiant du créancier (ICS) incorrect", Effect.NONE),
        Reason("CNOR", "banque du créancier non jointe", Effect.NONE),
        Reason("DNOR", "banque du débiteur non jointe", Effect.NONE),
        Reason("FF01", "format du fichier incorrect", Effect.NONE),
        Reason("FOCR", "annulé à la demande du créancier", Effect.NONE),
        Reason("MD01", "pas de mandat, ou mandat contesté", Effect.REVOKE),
        Reason("MD02", "données du mandat incomplètes ou incorrectes", Effect.SUSPEND),
        Reason("MD06", "remboursement demandé par le débiteur"),
        Reason("MD07", "titulaire du compte décédé", Effect.REVOKE),
        Reason("MS02", "refus du débiteur"),
        Reason("MS03", "motif non précisé par la banque"),
        Reason("RC01", "BIC incorrect", Effect.SUSPEND),
        Reason("RR01", "données réglementaires manquantes", Effect.NONE),
        Reason("RR04", "motif réglementaire"),
        Reason("SL01", "débiteur ou créancier écarté par un service de sa banque", Effect.SUSPEND),
        Reason("TM01", "présenté après l'heure limite", Effect.NONE),
    )
}
UNTOLD = frozenset({"MD07"})  # no e-mail at all: somebody calls


def reason_of(code: str) -> Reason:
    """Give what a code says; one that is not in the list counts as a rejection like another."""
    return REASONS.get(code) or Reason(code, "motif de la banque non traduit")


def is_code(code: str) -> bool:
    """Tell whether a code has the shape of SEPA's."""
    return SHAPE.fullmatch(code) is not None
