"""The file for the bank: pain.008, validated against its XSD before anybody sees it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # what sepaxml wrote a moment ago, never what somebody sends

from backoffice.debits.rules import sepa_text
from backoffice.errors import RefusedByRule
from models.vocabulary import DebitSequence
from resources.french import in_paris

if TYPE_CHECKING:
    from xmlschema import XMLSchema

SCHEMES = ("pain.008.001.02", "pain.008.001.08")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Creditor:
    """The régie, as the bank knows it."""

    name: str
    ics: str
    iban: str
    bic: str


@dataclass(frozen=True, slots=True, repr=False)
class Debit:
    """One debit of a file; the debtor's address is left out, as SEPA allows."""

    end_to_end: str
    cents: int
    holder: str
    iban: str
    bic: str | None
    rum: str
    signed_on: date
    sequence: DebitSequence
    words: str


def write_file(
    scheme: str, number: str, creditor: Creditor, debits: Sequence[Debit], *, debit_on: date, now: datetime
) -> bytes:
    """Write the debits of one day, a group for each sequence type.

    Raises:
        RefusedByRule: the file is not what its XSD says; nothing of it is kept.
    """
    from sepaxml import SepaDD  # type: ignore[import-untyped]  # no stubs  # noqa: PLC0415 slow to load, and only a run needs it

    config = {
        "name": sepa_text(creditor.name), "IBAN": creditor.iban, "BIC": creditor.bic, "batch": True,
        "creditor_id": creditor.ics, "currency": "EUR",
    }  # fmt: skip
    made = SepaDD(config, schema=scheme)
    for debit in debits:
        made.add_payment(_payment(debit, debit_on))
    content = _named(made.export(validate=False), scheme, number, now)
    if wrong := next(_schema(scheme).iter_errors(content.decode()), None):
        # the error quotes the file, IBANs included: only its place is told
        log.error("%s refused by its XSD at %s", number, wrong.path)
        message = (
            f"Le fichier de la remise ne respecte pas le format {scheme}\u202f: il n'a pas été écrit, rien n'a été enregistré. "
            "Prévenez l'administrateur\u202f: le journal technique dit où."
        )
        raise RefusedByRule(message)
    return content


@cache
def _schema(scheme: str) -> "XMLSchema":
    """Read the XSD that sepaxml ships, once."""
    from xmlschema import XMLSchema  # noqa: PLC0415 slow to load, and only a run needs it

    return XMLSchema(str(files("sepaxml") / "schemas" / f"{scheme}.xsd"))


def _payment(debit: Debit, debit_on: date) -> dict[str, object]:
    """Give sepaxml a dictionary of its own, which it changes."""
    return {
        "name": sepa_text(debit.holder), "IBAN": debit.iban, "amount": debit.cents, "type": debit.sequence.value,
        "collection_date": debit_on, "mandate_id": debit.rum, "mandate_date": debit.signed_on,
        "description": sepa_text(debit.words, 140), "endtoend_id": debit.end_to_end,
        **({"BIC": debit.bic} if debit.bic else {}),
    }  # fmt: skip


def _named(written: bytes, scheme: str, number: str, now: datetime) -> bytes:
    """Put our own references and instant where sepaxml draws its own."""
    space = f"{{urn:iso:std:iso:20022:tech:xsd:{scheme}}}"
    document = ET.fromstring(written)  # noqa: S314 see above
    header = document.find(f"{space}CstmrDrctDbtInitn/{space}GrpHdr")
    assert header is not None, "sepaxml writes a header"
    for name, value in (("MsgId", number), ("CreDtTm", f"{in_paris(now):%Y-%m-%dT%H:%M:%S}")):
        header.find(f"{space}{name}").text = value  # type: ignore[union-attr]  # sepaxml writes both
    for group in document.iter(f"{space}PmtInf"):
        sequence = group.findtext(f"{space}PmtTpInf/{space}SeqTp")
        group.find(f"{space}PmtInfId").text = f"{number}-{sequence}"  # type: ignore[union-attr]  # see above
    ET.indent(document)
    ET.register_namespace("", space.strip("{}"))  # no prefix: some banks know none
    body: bytes = ET.tostring(document, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body
