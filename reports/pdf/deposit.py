"""The slip that goes with what is deposited: cheques, cash, card slips, vouchers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reports.pdf.ledger import Column, LedgerPaper, Table, render_ledger
from reports.pdf.letterhead import RegieDocument
from reports.pdf.page import euros, number
from resources import french

NOTE_FROM = 500  # cents: the smallest note


@dataclass(frozen=True, slots=True)
class DepositedLine:
    """A payment on the slip; `payer` is who signed the cheque."""

    receipt: str
    received_on: date
    payer: str
    bank: str
    reference: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositDocument:
    """A slip as it was made."""

    regie: RegieDocument
    title: str
    number: str
    made_on: date
    made_by: str
    account_ending: str
    reference_head: str  # none: these payments have no reference
    with_bank: bool
    counted_as: tuple[str, str]  # chèque, chèques
    lines: tuple[DepositedLine, ...]
    notes_and_coins: tuple[tuple[int, int], ...]  # face value in cents, how many
    amount_cents: int


def render_deposit(document: DepositDocument) -> bytes:
    """Lay a slip out as a PDF; the same document gives the same bytes."""
    count = french.plural(len(document.lines), *document.counted_as)
    facts = [
        ("Bordereau n°", document.number),
        ("Date de remise", french.short_date(document.made_on)),
        ("Nombre", count),
        ("Établi par", document.made_by),
    ]
    if document.account_ending:
        facts.append(("Compte crédité", f"se terminant par {document.account_ending}"))
    tables = [_lines(document)]
    if document.notes_and_coins:
        tables.append(_notes_and_coins(document))
    return render_ledger(
        LedgerPaper(
            regie=document.regie,
            title=document.title,
            subject=f"Bordereau {document.number}, {count}",
            made_on=document.made_on,
            facts=tuple(facts),
            amount=("Total de la remise", document.amount_cents),
            tables=tuple(tables),
            signatures=("Le régisseur", "Reçu par"),
        )
    )


def _lines(document: DepositDocument) -> Table:
    columns = [Column("N°", 10), Column("Quittance", 44)]
    if document.with_bank:
        columns += [Column("Tireur", 41), Column("Banque", 31), Column(document.reference_head, 24)]
    elif document.reference_head:
        columns += [Column("Reçu le", 20), Column("Payeur", 44), Column(document.reference_head, 32)]
    else:
        columns += [Column("Reçu le", 24), Column("Payeur", 72)]
    total = ("", french.plural(len(document.lines), *document.counted_as), *[""] * (len(columns) - 2))
    return Table(
        title="Détail",
        columns=(*columns, Column("Montant", 24, to_right=True)),
        rows=tuple(_cells(document, rank, line) for rank, line in enumerate(document.lines, start=1)),
        total=(*total, euros(document.amount_cents)),
    )


def _cells(document: DepositDocument, rank: int, line: DepositedLine) -> tuple[str, ...]:
    cells = [str(rank), line.receipt]
    if document.with_bank:
        cells += [line.payer, line.bank, line.reference]
    else:
        cells += [french.short_date(line.received_on), line.payer]
        cells += [line.reference] if document.reference_head else []
    return (*cells, euros(line.cents))


def _notes_and_coins(document: DepositDocument) -> Table:
    return Table(
        title="Billets et pièces",
        columns=(
            Column("Valeur", 80),
            Column("Nombre", 40, to_right=True),
            Column("Montant", 54, to_right=True),
        ),
        rows=tuple(_counted(document)),
        total=("Total compté", "", euros(document.amount_cents)),
    )


def _counted(document: DepositDocument) -> Iterator[tuple[str, ...]]:
    for face, count in document.notes_and_coins:
        kind = "Billets" if face >= NOTE_FROM else "Pièces"
        yield f"{kind} de {euros(face)}", number(count), euros(face * count)
