"""Are the books sound? Series without a gap, papers and closings as they were, sums that agree to the cent."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from backoffice.billing.numbers import (
    CLAIM_LISTS,
    CREDIT_NOTES,
    DEBIT_RUNS,
    DEPOSITS,
    INVOICES,
    PREFIXES,
    RECEIPTS,
    REMITTANCES,
)
from backoffice.billing.rules import digest_of
from backoffice.findings import Finding
from backoffice.treasury.balance import balance
from models.office.billing import CreditNote, CreditNoteLine, Invoice, InvoiceLine, InvoicePdf, NumberSeries
from models.office.debits import DebitRun
from models.office.payments import Allocation, Payment
from models.office.reminders import ClaimList
from models.office.structure import Regie
from models.office.treasury import Closing, Deposit, DepositItem, Paper, Remittance, RemittanceItem
from resources.french import NARROW, listed, number, plural

NUMBERS: Mapping[str, Any] = {
    INVOICES: Invoice.number,
    CREDIT_NOTES: CreditNote.number,
    RECEIPTS: Payment.receipt_number,
    DEPOSITS: Deposit.number,
    REMITTANCES: Remittance.number,
    CLAIM_LISTS: ClaimList.number,
    DEBIT_RUNS: DebitRun.number,
}
SHOWN = 3  # series, papers that a sentence names


def check_series(session: Session) -> Finding:
    """Every series of numbers goes from 1 to the last one given, without a gap, and no number is of none."""
    bad, found, count = [], dict.fromkeys(NUMBERS, 0), 0
    series = session.scalars(select(NumberSeries).order_by(NumberSeries.kind, NumberSeries.scope, NumberSeries.year))
    for one in series:
        if one.kind in NUMBERS:
            prefix = _prefix(one)
            given = _given(session, NUMBERS[one.kind], prefix)
            found[one.kind] += given[0]
            count += 1
            if given != (one.last, one.last, f"{prefix}{1:06}", f"{prefix}{one.last:06}"):
                bad.append(prefix.rstrip("-"))
    strays = sum((session.scalar(select(func.count(column))) or 0) - found[kind] for kind, column in NUMBERS.items())
    total = plural(sum(found.values()), "numéro donné", "numéros donnés")
    sentence = f"{total} en {plural(count, 'série')}, sans trou ni double."
    if bad:
        sentence = f"{plural(len(bad), 'série')} de numéros avec un trou ou un double{NARROW}: {listed(bad[:SHOWN])}."
    elif strays:
        sentence = f"{plural(strays, 'numéro')} hors de toute série."
    return Finding("series", "Séries de numéros", good=not bad and not strays, sentence=sentence)


def check_papers(session: Session) -> Finding:
    """Every paper kept is what was issued."""
    count, wrong = 0, 0
    for query in (select(InvoicePdf.sha256, InvoicePdf.content), select(Paper.sha256, Paper.content)):
        for digest, content in session.execute(query.execution_options(yield_per=100)):
            count += 1
            wrong += hashlib.sha256(content).hexdigest() != digest
    sentence = f"{plural(count, 'PDF conservé', 'PDF conservés')}, "
    sentence += (
        "tous identiques à leur empreinte." if not wrong else f"{number(wrong)} ne correspondent plus à leur empreinte."
    )
    return Finding("papers", "Documents conservés", good=not wrong, sentence=sentence)


def check_closings(session: Session) -> Finding:
    """Every closing still says what it froze."""
    closings = session.execute(select(Closing.day, Closing.content, Closing.digest).order_by(Closing.day))
    read = [(day, digest_of(content) == digest) for day, content, digest in closings]
    wrong = [f"{day:%d/%m/%Y}" for day, same in read if not same]
    sentence = f"{plural(len(read), 'arrêté, conforme à son empreinte', 'arrêtés, conformes à leur empreinte')}."
    if not read:
        sentence = "rien n'est encore arrêté."
    if wrong:
        sentence = f"Les chiffres de l'arrêté du {listed(wrong[:SHOWN])} ont été modifiés hors de Marelle."
    return Finding("closings", "Arrêtés de caisse", good=not wrong, sentence=sentence)


def check_sums(session: Session) -> Finding:
    """Lines, credit notes, payments, slips and statements agree to the cent, and every cent received is somewhere."""
    wrong = [words for words, query in _sums() if session.scalar(query)]
    for regie_id, name in session.execute(select(Regie.id, Regie.name).order_by(Regie.id)):
        whole = balance(session, regie_id, from_the_beginning=True)
        if not whole.is_exact:
            wrong.append(f"la caisse de «\xa0{name}\xa0» ne fait pas la somme des encaissements")
        elif balance(session, regie_id) != whole:
            wrong.append(f"la caisse de «\xa0{name}\xa0» ne suit plus son dernier arrêté")
    sentence = "lignes, avoirs, encaissements, remises et versements concordent au centime."
    if wrong:
        sentence = f"{'; '.join(wrong)}.".replace("; ", f"{NARROW}; ")
    return Finding("sums", "Comptes", good=not wrong, sentence=sentence)


def _prefix(series: NumberSeries) -> str:
    kind = PREFIXES.get(series.kind)
    return f"{kind}-{series.scope}-{series.year}-" if kind else f"{series.scope}-{series.year}-"


def _given(session: Session, column: Any, prefix: str) -> tuple[int, int, str | None, str | None]:
    """Count a series' numbers, with doubles and without, its first and its last."""
    row = session.execute(
        select(func.count(column), func.count(column.distinct()), func.min(column), func.max(column)).where(
            func.substr(column, 1, len(prefix)) == prefix
        )
    ).one()
    return int(row[0]), int(row[1]), row[2], row[3]


def _sums() -> Iterator[tuple[str, Select[int]]]:
    """Name each sum that must agree, with the count of those that do not."""
    yield (
        "le total de factures n'est pas la somme de leurs lignes",
        _differs(Invoice.total_cents, InvoiceLine.amount_cents, InvoiceLine.invoice_id == Invoice.id),
    )
    yield (
        "l'aide déduite de factures n'est pas la somme de celle de leurs lignes",
        _differs(Invoice.aid_cents, InvoiceLine.aid_cents, InvoiceLine.invoice_id == Invoice.id),
    )
    yield (
        "ce que des factures disent encaissé n'est pas la somme de ce qui les règle",
        _differs(Invoice.paid_cents, Allocation.amount_cents, Allocation.invoice_id == Invoice.id),
    )
    yield (
        "ce que des factures disent crédité n'est pas la somme de leurs avoirs",
        _differs(Invoice.credited_cents, CreditNote.total_cents, CreditNote.invoice_id == Invoice.id),
    )
    yield (
        "le total d'avoirs n'est pas la somme de leurs lignes",
        _differs(CreditNote.total_cents, CreditNoteLine.amount_cents, CreditNoteLine.credit_note_id == CreditNote.id),
    )
    yield "des paiements règlent plus qu'ils ne contiennent", _overspent()
    yield (
        "le total de bordereaux n'est pas la somme de leurs paiements",
        _differs(
            Deposit.amount_cents,
            Payment.amount_cents,
            (DepositItem.deposit_id == Deposit.id) & (Payment.id == DepositItem.payment_id),
        ),
    )
    yield (
        "le total de versements n'est pas la somme de leurs paiements",
        _differs(
            Remittance.amount_cents,
            Payment.amount_cents,
            (RemittanceItem.remittance_id == Remittance.id) & (Payment.id == RemittanceItem.payment_id),
        ),
    )


def _differs(stored: Any, parts: Any, joined: ColumnElement[bool]) -> Select[int]:
    """Count the rows of a table whose stored sum is not that of their parts."""
    table = stored.class_
    added = select(func.coalesce(func.sum(parts), 0)).where(joined).correlate(table).scalar_subquery()
    return select(func.count()).select_from(table).where(stored != added)


def _overspent() -> Select[int]:
    """Count the payments that settle more than they hold, or less than nothing; counter-entries settle nothing."""
    given = (
        select(Allocation.payment_id, func.sum(Allocation.amount_cents).label("cents"))
        .group_by(Allocation.payment_id)
        .subquery()
    )
    most = case((Payment.amount_cents > 0, Payment.amount_cents), else_=0)
    return (
        select(func.count())
        .select_from(given)
        .join(Payment, given.c.payment_id == Payment.id)
        .where(or_(given.c.cents < 0, given.c.cents > most))
    )
