"""Slips, closings and statements as their papers say them, from their frozen content alone."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from backoffice.billing.letterhead import LetterheadFacts
from backoffice.payments.means import MEANS_WORDS
from models.vocabulary import ClosingKind, PaymentMeans
from reports.pdf.closing import (
    Amounts,
    ClosingDocument,
    DepositLine,
    IssuedLine,
    MeansLine,
    ProductLine,
    ReceiptsLine,
    RemittanceLine,
)
from reports.pdf.deposit import DepositDocument, DepositedLine
from reports.pdf.letterhead import RegieDocument
from reports.pdf.remittance import RemittanceDocument
from resources.french import in_paris, long_date, of_month

Content = Mapping[str, Any]
TITLES: Mapping[PaymentMeans, str] = {
    PaymentMeans.CHEQUE: "Bordereau de remise de chèques",
    PaymentMeans.CASH: "Bordereau de remise d'espèces",
    PaymentMeans.CARD: "Bordereau de remise de tickets de carte bancaire",
    PaymentMeans.CESU: "Bordereau de remise de CESU",
    PaymentMeans.ANCV: "Bordereau de remise de chèques-vacances",
}
COUNTED: Mapping[PaymentMeans, tuple[str, str]] = {
    PaymentMeans.CHEQUE: ("chèque", "chèques"),
    PaymentMeans.CASH: ("encaissement", "encaissements"),
    PaymentMeans.CARD: ("ticket", "tickets"),
    PaymentMeans.CESU: ("paiement en CESU", "paiements en CESU"),
    PaymentMeans.ANCV: ("paiement en chèques-vacances", "paiements en chèques-vacances"),
}
REFERENCES: Mapping[PaymentMeans, str] = {
    PaymentMeans.CHEQUE: "N° du chèque",
    PaymentMeans.CARD: "N° du ticket",
    PaymentMeans.CESU: "Référence",
    PaymentMeans.ANCV: "Référence",
}


def period_words(kind: ClosingKind, first: date, last: date) -> str:
    """Name what is closed: le mois de novembre 2026, la journée du mardi 24 novembre 2026."""
    if kind is ClosingKind.MONTH:
        return f"le mois {of_month(last)}"
    if first == last:
        return f"la journée du {long_date(last)}"
    return f"la période du {long_date(first)} au {long_date(last)}"


def deposit_document(content: Content) -> DepositDocument:
    """Say a slip."""
    means = PaymentMeans(content["means"])
    return DepositDocument(
        regie=_regie(content),
        title=TITLES[means],
        number=content["number"],
        made_on=date.fromisoformat(content["made_on"]),
        made_by=content["made_by"],
        account_ending=content["account_ending"] or "",
        reference_head=REFERENCES.get(means, ""),
        with_bank=means is PaymentMeans.CHEQUE,
        counted_as=COUNTED[means],
        lines=tuple(
            DepositedLine(
                receipt=line["receipt"],
                received_on=date.fromisoformat(line["received_on"]),
                payer=line["drawer"] or line["payer"],
                bank=line["bank"] or "",
                reference=line["reference"] or "",
                cents=line["amount_cents"],
            )
            for line in content["lines"]
        ),
        notes_and_coins=tuple((face, count) for face, count in content["notes_and_coins"]),
        amount_cents=content["amount_cents"],
    )


def closing_document(content: Content, digest: str) -> ClosingDocument:
    """Say a closing."""
    first, last = date.fromisoformat(content["first"]), date.fromisoformat(content["last"])
    made_at = in_paris(datetime.fromisoformat(content["made_at"]))
    return ClosingDocument(
        regie=_regie(content),
        title=_title(ClosingKind(content["kind"]), first, last),
        first=first,
        last=last,
        made_at=made_at,
        made_by=content["made_by"],
        digest=digest,
        opening=_amounts(content["opening"]),
        closing=_amounts(content["closing"]),
        values=tuple(MeansLine(_means(row), row["count"], row["cents"]) for row in content["closing"]["values"]),
        receipts=tuple(
            ReceiptsLine(_means(row), row["count"], row["cents"], row["reversed_count"], row["reversed_cents"])
            for row in content["receipts"]
        ),
        receipt_numbers=(content["receipt_numbers"]["first"] or "", content["receipt_numbers"]["last"] or ""),
        products=tuple(
            ProductLine(row["account"], row["product_code"], row["name"], row["cents"]) for row in content["products"]
        ),
        unallocated_cents=content["unallocated_cents"],
        receipts_cents=content["receipts_cents"],
        deposits=tuple(
            DepositLine(row["number"], date.fromisoformat(row["made_on"]), _means(row), row["count"], row["cents"])
            for row in content["deposits"]
        ),
        remittances=tuple(
            RemittanceLine(row["number"], date.fromisoformat(row["made_on"]), row["cents"])
            for row in content["remittances"]
        ),
        invoices=tuple(_issued(row) for row in content["invoices"]),
        credit_notes=tuple(_issued(row) for row in content["credit_notes"]),
    )


def remittance_document(content: Content) -> RemittanceDocument:
    """Say a statement of payment over."""
    return RemittanceDocument(
        regie=_regie(content),
        number=content["number"],
        made_on=date.fromisoformat(content["made_on"]),
        made_by=content["made_by"],
        amount_cents=content["amount_cents"],
        lines=tuple(
            ProductLine(row["account"], row["product_code"], row["label"], row["cents"]) for row in content["lines"]
        ),
        credit_cents=content["credit_cents"],
        means=tuple(MeansLine(_means(row), row["count"], row["cents"]) for row in content["means"]),
    )


def _title(kind: ClosingKind, first: date, last: date) -> str:
    if kind is ClosingKind.MONTH:
        return f"Arrêté de caisse du mois {of_month(last)}"
    if first == last:
        return f"Arrêté de caisse du {long_date(last)}"
    return f"Arrêté de caisse du {long_date(first)} au {long_date(last)}"


def _regie(content: Content) -> RegieDocument:
    facts = LetterheadFacts.from_json(content["letterhead"])
    return RegieDocument(
        commune=facts.commune,
        siret=facts.siret,
        name=facts.regie,
        address=facts.address,
        phone=facts.phone,
        email=facts.email,
    )


def _means(row: Content) -> str:
    return MEANS_WORDS[PaymentMeans(row["means"])]


def _amounts(found: Content) -> Amounts:
    return Amounts(
        found["till_cents"],
        found["values_cents"],
        found["account_cents"],
        found["paid_over_cents"],
        found["receipts_cents"],
    )


def _issued(row: Content) -> IssuedLine:
    return IssuedLine(row["name"], row["count"], row["first"], row["last"], row["cents"])
