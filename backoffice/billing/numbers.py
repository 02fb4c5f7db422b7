"""Gap-free series: numbers are taken by the transaction that uses them, and go back with it."""

from sqlalchemy.orm import Session

from models.office.billing import NumberSeries
from models.upsert import insert_into

INVOICES, CREDIT_NOTES = "invoice", "credit_note"  # by service
RECEIPTS, DEPOSITS, REMITTANCES = "receipt", "deposit", "remittance"  # by régie
CLAIM_LISTS, DEBIT_RUNS = "claim_list", "debit_run"  # by régie
PREFIXES = {
    CREDIT_NOTES: "AV",  # avoir
    RECEIPTS: "Q",  # quittance
    DEPOSITS: "B",  # bordereau
    REMITTANCES: "V",  # versement
    CLAIM_LISTS: "T",  # liste à titrer
    DEBIT_RUNS: "P",  # prélèvements
}


def take_numbers(session: Session, kind: str, scope: str, year: int, count: int = 1) -> range:
    """Take the next numbers of a series, and hold the series until the end of the transaction.

    One statement creates, locks and advances the row: two agents cannot read the same last number, and a transaction
    that fails gives its numbers back.
    """
    statement = insert_into(session, NumberSeries).values(kind=kind, scope=scope, year=year, last=count)
    statement = statement.on_conflict_do_update(
        index_elements=["kind", "scope", "year"], set_={"last": NumberSeries.last + statement.excluded.last}
    )
    last = int(session.execute(statement.returning(NumberSeries.last)).scalar_one())
    return range(last - count + 1, last + 1)


def numbered(session: Session, kind: str, scope: str, year: int, count: int = 1) -> list[tuple[int, str]]:
    """Take numbers and write them as papers bear them: (1, « Q-ENFANCE-2026-000001 »)."""
    ranks = take_numbers(session, kind, scope, year, count)
    return [(rank, f"{PREFIXES[kind]}-{scope}-{year}-{rank:06}") for rank in ranks]
