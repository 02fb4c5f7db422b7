"""The closing of a day or of a month: what came in, by which means, for which products, and what is held."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reports.pdf.ledger import Column, LedgerPaper, Table, render_ledger
from reports.pdf.letterhead import RegieDocument
from reports.pdf.page import euros, number
from resources import french
from resources.french import NARROW

AMOUNT = Column("Montant", 34, to_right=True)
CREDITS = "Trop-perçus des familles, non affectés"


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is held at the end of a day, and what was paid over and received until then."""

    till_cents: int
    values_cents: int
    account_cents: int
    paid_over_cents: int
    receipts_cents: int


@dataclass(frozen=True, slots=True)
class ReceiptsLine:
    """What came in by one means, and what was reversed."""

    means: str
    count: int
    cents: int
    reversed_count: int
    reversed_cents: int


@dataclass(frozen=True, slots=True)
class MeansLine:
    """How many, and how much, of one means."""

    means: str
    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class ProductLine:
    """What was settled under an account and a product code."""

    account: str
    product_code: str
    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class DepositLine:
    """A slip of the period."""

    number: str
    made_on: date
    means: str
    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """A payment over of the period."""

    number: str
    made_on: date
    cents: int


@dataclass(frozen=True, slots=True)
class IssuedLine:
    """The invoices, or the credit notes, that a service issued."""

    service: str
    count: int
    first: str
    last: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingDocument:
    """A closing as it was made."""

    regie: RegieDocument
    title: str
    first: date
    last: date
    made_at: datetime  # on the wall of the town hall
    made_by: str
    digest: str
    opening: Amounts
    closing: Amounts
    values: tuple[MeansLine, ...]
    receipts: tuple[ReceiptsLine, ...]
    receipt_numbers: tuple[str, str]
    products: tuple[ProductLine, ...]
    unallocated_cents: int
    receipts_cents: int
    deposits: tuple[DepositLine, ...]
    remittances: tuple[RemittanceLine, ...]
    invoices: tuple[IssuedLine, ...]
    credit_notes: tuple[IssuedLine, ...]


def render_closing(document: ClosingDocument) -> bytes:
    """Lay a closing out as a PDF; the same document gives the same bytes."""
    return render_ledger(
        LedgerPaper(
            regie=document.regie,
            title=document.title,
            subject=f"Du {french.short_date(document.first)} au {french.short_date(document.last)}",
            made_on=document.made_at.date(),
            facts=(
                ("Du", french.short_date(document.first)),
                ("Au", french.short_date(document.last)),
                ("Arrêté le", french.short_instant(document.made_at)),
                ("Arrêté par", document.made_by),
            ),
            amount=("Encaissements nets", document.receipts_cents),
            tables=tuple(_tables(document)),
            mentions=tuple(_mentions(document)),
            signatures=("Le régisseur", "Le comptable public"),
        )
    )


def product_table(lines: Iterable[ProductLine], credit_cents: int, total_cents: int) -> Table:
    """Share a sum out between product codes, what families paid too much apart."""
    rows = [(line.account, line.product_code, line.label, euros(line.cents)) for line in lines]
    if credit_cents:
        rows.append(("", "", CREDITS, euros(credit_cents)))
    return Table(
        title="Par code produit",
        columns=(Column("Compte", 22), Column("Code produit", 28), Column("Libellé", 90), AMOUNT),
        rows=tuple(rows),
        total=("Total", "", "", euros(total_cents)),
        empty="Aucun encaissement affecté.",
    )


def means_table(title: str, counted: str, lines: Sequence[MeansLine], total_cents: int, *, note: str = "") -> Table:
    """Share a sum out between means of payment; `counted` names what is counted of each."""
    return Table(
        title=title,
        columns=(Column("Moyen", 100), Column(counted, 40, to_right=True), AMOUNT),
        rows=tuple((line.means, number(line.count), euros(line.cents)) for line in lines),
        total=("Total", number(sum(line.count for line in lines)), euros(total_cents)),
        note=note,
    )


def _tables(document: ClosingDocument) -> Iterator[Table]:
    yield _holdings(document)
    if document.values:
        yield means_table("Valeurs en main à la clôture", "Nombre", document.values, document.closing.values_cents)
    yield _receipts(document)
    yield product_table(document.products, document.unallocated_cents, document.receipts_cents)
    yield _deposits(document.deposits)
    yield _remittances(document.remittances)
    yield _issued("Factures émises", "Aucune facture émise.", document.invoices)
    yield _issued("Avoirs émis", "Aucun avoir émis.", document.credit_notes)


def _holdings(document: ClosingDocument) -> Table:
    opening, closing = document.opening, document.closing
    before = french.short_date(document.first - timedelta(days=1))
    rows = (
        ("Espèces en caisse", opening.till_cents, closing.till_cents),
        ("Valeurs en main", opening.values_cents, closing.values_cents),
        ("Compte de la régie", opening.account_cents, closing.account_cents),
        ("Versé au comptable public, depuis l'origine", opening.paid_over_cents, closing.paid_over_cents),
    )
    total = ("Encaissements, depuis l'origine", opening.receipts_cents, closing.receipts_cents)
    return Table(
        title="Situation de la régie",
        columns=(
            Column("Où est l'argent", 72),
            Column(f"Au {before}", 34, to_right=True),
            Column("Mouvement", 34, to_right=True),
            Column(f"Au {french.short_date(document.last)}", 34, to_right=True),
        ),
        rows=tuple(_moved(*row) for row in rows),
        total=_moved(*total),
    )


def _moved(label: str, opening: int, closing: int) -> tuple[str, ...]:
    return label, euros(opening), euros(closing - opening), euros(closing)


def _receipts(document: ClosingDocument) -> Table:
    lines = document.receipts
    first, last = document.receipt_numbers
    return Table(
        title="Encaissements par moyen de paiement",
        columns=(
            Column("Moyen", 50),
            Column("Quittances", 20, to_right=True),
            Column("Encaissé", 28, to_right=True),
            Column("Annulations", 22, to_right=True),
            Column("Annulé", 26, to_right=True),
            Column("Net", 28, to_right=True),
        ),
        rows=tuple((line.means, *_sums((line,))) for line in lines),
        total=("Total", *_sums(lines)),
        note=f"Quittances de la période{NARROW}: de {first} à {last}.",
        empty="Aucun encaissement.",
    )


def _sums(lines: Iterable[ReceiptsLine]) -> tuple[str, ...]:
    rows = list(lines)
    cents, reversed_cents = sum(row.cents for row in rows), sum(row.reversed_cents for row in rows)
    return (
        number(sum(row.count for row in rows)),
        euros(cents),
        number(sum(row.reversed_count for row in rows)),
        euros(-reversed_cents),
        euros(cents - reversed_cents),
    )


def _deposits(lines: tuple[DepositLine, ...]) -> Table:
    return Table(
        title="Remises",
        columns=(
            Column("Bordereau", 46),
            Column("Date", 24),
            Column("Moyen", 46),
            Column("Nombre", 24, to_right=True),
            AMOUNT,
        ),
        rows=tuple(
            (line.number, french.short_date(line.made_on), line.means, number(line.count), euros(line.cents))
            for line in lines
        ),
        total=("Total", "", "", number(sum(line.count for line in lines)), euros(sum(line.cents for line in lines))),
        empty="Aucune remise.",
    )


def _remittances(lines: tuple[RemittanceLine, ...]) -> Table:
    return Table(
        title="Versements au comptable public",
        columns=(Column("Versement", 70), Column("Date", 70), AMOUNT),
        rows=tuple((line.number, french.short_date(line.made_on), euros(line.cents)) for line in lines),
        total=("Total", "", euros(sum(line.cents for line in lines))),
        empty="Aucun versement.",
    )


def _issued(title: str, empty: str, lines: tuple[IssuedLine, ...]) -> Table:
    return Table(
        title=title,
        columns=(
            Column("Service", 46),
            Column("Premier n°", 38),
            Column("Dernier n°", 38),
            Column("Nombre", 18, to_right=True),
            AMOUNT,
        ),
        rows=tuple((line.service, line.first, line.last, number(line.count), euros(line.cents)) for line in lines),
        total=(
            "Total",
            "",
            "",
            number(sum(line.count for line in lines)),
            euros(sum(line.cents for line in lines)),
        ),
        empty=empty,
    )


def _mentions(document: ClosingDocument) -> Iterator[str]:
    yield (
        f"Les livres de la régie sont arrêtés jusqu'au {french.long_date(document.last)} compris{NARROW}: "
        "aucune opération ne peut plus y être datée. Toute correction est une écriture d'un jour suivant."
    )
    yield f"Empreinte SHA-256 des chiffres arrêtés{NARROW}: {document.digest}"
