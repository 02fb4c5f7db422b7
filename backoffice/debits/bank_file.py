"""What a bank sends back: pain.002 and camt.054, read without a session, without a network, and without trust."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from backoffice.debits.accounts import NOTHING
from backoffice.errors import RefusedByRule

KNOWN = ("pain.002.001.03", "pain.002.001.10", "camt.054.001.02", "camt.054.001.08")
SPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:([a-z]+\.\d{3}\.\d{3}\.\d{2})\}Document")
LARGEST = 20_000_000  # bytes
MOST = Decimal(10) ** 13  # cents: more than SEPA lets a file say
REJECTED, DEBITED = "RJCT", "DBIT"
NAMELESS = "sans référence"


class _NoDoctype(TreeBuilder):
    """Stops at the first sign of a DTD: no entity is ever read."""

    def doctype(self, *_: object) -> None:
        """Refuse."""
        raise RefusedByRule(_unreadable("il contient une définition de document (DTD), ce qu'aucune banque n'envoie"))


@dataclass(frozen=True, slots=True)
class Answer:
    """One debit given back; `end_to_end` is None when a whole message, or a group of it, is: all that others do not name."""

    end_to_end: str | None
    original: str | None  # the run's number
    group: str | None  # within the run
    code: str
    cents: int | None
    on: date | None


@dataclass(frozen=True, slots=True, repr=False)  # it holds an IBAN
class BankMessage:
    """A file of the bank."""

    kind: str  # pain.002.001.03…
    id: str
    accounts: frozenset[str]  # the IBANs that it is about
    creditors: frozenset[str]  # the ICS that it names
    originals: frozenset[str]  # the messages that it answers
    answers: tuple[Answer, ...]
    fees: int  # lines of fees, which are left to the accountant
    fees_cents: int
    unexplained: tuple[str, ...]  # what left the account and is said to be nobody's rejection, by its reference


def parse(content: bytes) -> BankMessage:
    """Read a file of the bank.

    Raises:
        RefusedByRule: it is not XML, is neither a pain.002 nor a camt.054, or lacks what names it.
    """
    if len(content) > LARGEST:
        raise RefusedByRule(_unreadable("il est trop gros"))
    parser = XMLParser(target=_NoDoctype())  # noqa: S314 no DTD, so no entity: see above
    try:
        parser.feed(content)
        root: Element = parser.close()
    except (ParseError, ValueError, LookupError):
        raise RefusedByRule(_unreadable("ce n'est pas un fichier XML entier")) from None
    found = SPACE.fullmatch(root.tag)
    if not found or found[1] not in KNOWN:
        wanted = "ni un pain.002 (versions 03 et 10), ni un camt.054 (versions 02 et 08)"
        raise RefusedByRule(_unreadable(f"ce n'est {wanted}"))
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
    return (_pain if found[1].startswith("pain") else _camt)(root, found[1])


def _pain(root: Element, kind: str) -> BankMessage:
    made_on = _day(root, "CstmrPmtStsRpt/GrpHdr/CreDtTm")
    group = root.find("CstmrPmtStsRpt/OrgnlGrpInfAndSts")
    if group is None or not (original := _text(group, "OrgnlMsgId")):
        raise RefusedByRule(_unreadable("il ne dit pas à quelle remise il répond"))
    answers: list[Answer] = []
    whole: list[Answer] = []
    for payment in root.iterfind("CstmrPmtStsRpt/OrgnlPmtInfAndSts"):
        for line in payment.iterfind("TxInfAndSts"):
            if _text(line, "TxSts") == REJECTED or (_text(line, "TxSts") is None and _code(line)):
                cents = _cents(line, "OrgnlTxRef/Amt/InstdAmt")
                code = _code(line) or _code(payment) or "MS03"
                answers.append(Answer(_text(line, "OrgnlEndToEndId") or "", original, None, code, cents, made_on))
        if _text(payment, "PmtInfSts") == REJECTED:
            name = _text(payment, "OrgnlPmtInfId")
            whole.append(Answer(None, original, name, _code(payment) or "MS03", None, made_on))
    if not whole and _text(group, "GrpSts") == REJECTED:
        whole.append(Answer(None, original, None, _code(group) or "MS03", None, made_on))
    return BankMessage(
        kind, _named(root, "CstmrPmtStsRpt"), _all(root, "CdtrAcct/Id/IBAN"),
        _all(root, "CdtrSchmeId/Id/PrvtId/Othr/Id"), frozenset({original}), (*answers, *whole), 0, 0, (),
    )  # fmt: skip


def _camt(root: Element, kind: str) -> BankMessage:
    answers: list[Answer] = []
    fees: list[int] = []
    unexplained: list[str] = []
    for entry in root.iterfind("BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry"):
        fees += _fees(entry)
        on = _day(entry, "BookgDt/Dt") or _day(entry, "BookgDt/DtTm") or _day(entry, "ValDt/Dt")
        lines = list(entry.iterfind("NtryDtls/TxDtls"))
        for line in lines:
            fees += _fees(line)
            if line.find("RtrInf") is not None:
                cents = _cents(line, "AmtDtls/InstdAmt/Amt", "AmtDtls/TxAmt/Amt", "Amt")
                original, code = _text(line, "Refs/MsgId"), _text(line, "RtrInf/Rsn/Cd") or "MS03"
                answers.append(Answer(_text(line, "Refs/EndToEndId") or "", original, None, code, cents, on))
            elif (_text(line, "CdtDbtInd") or _text(entry, "CdtDbtInd")) == DEBITED:
                unexplained.append(_reference(line) or _reference(entry) or NAMELESS)
        if not lines and _text(entry, "CdtDbtInd") == DEBITED:  # a run reversed in one sum has no lines
            unexplained.append(_reference(entry) or NAMELESS)
    accounts = _all(root, "Ntfctn/Acct/Id/IBAN")
    if not accounts:
        raise RefusedByRule(_unreadable("il ne dit pas de quel compte il parle"))
    return BankMessage(
        kind, _named(root, "BkToCstmrDbtCdtNtfctn"), accounts, frozenset(), frozenset(), tuple(answers), len(fees),
        sum(fees), tuple(unexplained),
    )  # fmt: skip


def _reference(node: Element) -> str | None:
    """Give what a person finds a movement again by: the debit's own reference, the run's, the bank's."""
    places = ("Refs/EndToEndId", "NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId", "NtryRef", "AcctSvcrRef")
    return next((found for place in places if (found := _text(node, place))), None)


def _fees(node: Element) -> list[int]:
    """List the fees of a line, as one version or the other writes them."""
    records = [*node.iterfind("Chrgs/Rcrd"), *(one for one in node.iterfind("Chrgs") if one.find("Amt") is not None)]
    return [cents for record in records if (cents := _cents(record, "Amt"))]


def _named(root: Element, body: str) -> str:
    name = _text(root, f"{body}/GrpHdr/MsgId")
    if not name:
        raise RefusedByRule(_unreadable("il ne porte pas de numéro de message"))
    return name[:100]


def _code(node: Element) -> str | None:
    return _text(node, "StsRsnInf/Rsn/Cd")


def _text(node: Element, path: str) -> str | None:
    return (node.findtext(path) or "").strip() or None


def _all(root: Element, path: str) -> frozenset[str]:
    return frozenset("".join(found) for found in _texts(root, path))


def _texts(root: Element, path: str) -> Iterator[list[str]]:
    for node in root.iterfind(f".//{path}"):
        if node.text and node.text.strip():
            yield node.text.split()


def _cents(node: Element, *paths: str) -> int | None:
    """Read the first amount found, in exact cents of euros."""
    for path in paths:
        found = node.find(path)
        if found is None:
            continue
        try:
            cents = Decimal((found.text or "").strip()).scaleb(2)
        except InvalidOperation:
            cents = Decimal("NaN")
        if found.get("Ccy") != "EUR" or not _is_whole(cents):
            raise RefusedByRule(_unreadable("un montant y est illisible, ou n'est pas en euros"))
        return int(cents)
    return None


def _is_whole(cents: Decimal) -> bool:
    return cents.is_finite() and abs(cents) < MOST and cents == cents.to_integral_value()


def _day(node: Element, path: str) -> date | None:
    try:
        return date.fromisoformat((_text(node, path) or "")[:10])
    except ValueError:
        return None


def _unreadable(why: str) -> str:
    return f"Ce fichier n'a pas été lu\u202f: {why}. {NOTHING} Choisissez celui que la banque vous a envoyé."
