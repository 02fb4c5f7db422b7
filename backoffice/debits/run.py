"""A run: the debits of one day, the file for the bank, sealed; either all of it is written, or nothing."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from stdnum.eu import at_02

from backoffice.billing.numbers import DEBIT_RUNS, numbered
from backoffice.debits.accounts import NOTHING
from backoffice.debits.calendar import is_target_day, target_day
from backoffice.debits.candidates import Candidate, candidates
from backoffice.debits.pain import SCHEMES, Creditor, Debit, write_file
from backoffice.debits.rules import end_to_end
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.sealing import Sealer
from backoffice.sync.contract import ViewKind
from backoffice.treasury.periods import hold_regie
from models.office.debits import DebitRun, DirectDebit, Mandate
from models.office.structure import Commune, Regie
from models.vocabulary import DebitState, Role
from resources.french import euros, long_date, plural

SHOWN = 5  # families that a refusal names before it counts the others


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run presents."""

    run_id: int
    number: str
    count: int
    amount_cents: int
    debit_on: date

    @property
    def sentence(self) -> str:
        """Say it in French."""
        return (
            f"Remise {self.number}\u202f: {plural(self.count, 'prélèvement')}, {euros(self.amount_cents)}, "
            f"pour le {long_date(self.debit_on)}. Enregistrez son fichier et déposez-le à la banque."
        )


def make_run(
    work: Work,
    regie_id: int,
    debit_on: date,
    invoice_ids: Collection[int],
    *,
    scheme: str = SCHEMES[0],
    seen: Mapping[int, int] | None = None,
    last: Collection[int] = (),
) -> RunReport:
    """Present the debits of some invoices to the bank; `seen` is what the agent read of each, in cents.

    `last` names the mandates whose debit is the last one: they end with it.

    Raises:
        StaleRecord: an invoice is no longer what the agent read.
        RefusedByRule: the day, the régie's account, an invoice or a mandate is wrong, or the file against its XSD.
    """
    work.agent.must_be(Role.CASHIER)
    regie = hold_regie(work.session, regie_id)
    _refuse_day(debit_on, work.today)
    creditor = _creditor(work.sealer, regie)
    chosen = candidates(work.session, work.sealer, regie_id, debit_on, only=invoice_ids, last=last)
    _refuse_moved(chosen, invoice_ids, seen)
    _refuse_troubled(chosen)
    ((_, number),) = numbered(work.session, DEBIT_RUNS, regie.code, work.today.year)
    debits = _debits(work, chosen)
    content = write_file(scheme, number, creditor, list(debits.values()), debit_on=debit_on, now=work.now)
    total = sum(row.amount_cents for row in chosen)
    run = DebitRun(
        regie_id=regie.id, number=number, scheme=scheme, debit_on=debit_on, made_at=work.now, made_by=work.agent.name,
        count=len(chosen), amount_cents=total, file_sealed=work.sealer.seal(content.decode()),
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    _keep(work, run, chosen, debits)
    return RunReport(run.id, number, len(chosen), total, debit_on)


def _keep(work: Work, run: DebitRun, chosen: Sequence[Candidate], debits: Mapping[int, Debit]) -> None:
    work.session.add(run)
    work.session.flush()
    work.session.add_all(
        DirectDebit(
            run_id=run.id, mandate_id=row.mandate_id, invoice_id=row.invoice_id, sequence=row.sequence,
            end_to_end=debits[row.invoice_id].end_to_end, amount_cents=row.amount_cents, state=DebitState.PRESENTED,
        )
        for row in chosen
    )  # fmt: skip
    for row in chosen:  # one rejected before is no longer to be paid otherwise
        work.show(ViewKind.INVOICE, row.invoice_id, row.family_id)
    told = {
        "number": run.number, "scheme": run.scheme, "debit_on": run.debit_on.isoformat(), "count": run.count,
        "amount_cents": run.amount_cents, "sha256": run.sha256,
    }  # fmt: skip
    work.sign("debit.run", "debit_run", run.id, new=told)
    work.changed(Changed.DEBITS)


def run_file(work: Work, run_id: int) -> bytes:
    """Give the file of a run, as it was made, to be saved for the bank; it holds IBANs, so who took it is signed.

    Raises:
        RefusedByRule: it is no longer what was made.
        Unavailable: it was sealed with another key.
    """
    work.agent.must_be(Role.CASHIER)
    run = work.session.get_one(DebitRun, run_id)
    content = work.sealer.unseal(run.file_sealed).encode()
    if hashlib.sha256(content).hexdigest() != run.sha256:
        message = f"Le fichier de la remise {run.number} a été modifié en dehors de Marelle. Il n'est pas donné."
        raise RefusedByRule(message)
    work.sign("debit.file", "debit_run", run.id, new={"number": run.number})
    return content


def _refuse_day(debit_on: date, today: date) -> None:
    if debit_on <= today:
        message = (
            f"Le {long_date(debit_on)} est trop tôt\u202f: la banque prélève au plus tôt le lendemain du dépôt. {NOTHING} "
            "Choisissez un jour suivant."
        )
        raise RefusedByRule(message)
    if not is_target_day(debit_on):
        message = (
            f"Les banques ne prélèvent pas le {long_date(debit_on)}. {NOTHING} "
            f"Choisissez le {long_date(target_day(debit_on))}."
        )
        raise RefusedByRule(message)


def _creditor(sealer: Sealer, regie: Regie) -> Creditor:
    wrong = None
    if not regie.ics or not at_02.is_valid(regie.ics):
        wrong = "n'a pas d'identifiant créancier SEPA (ICS) valable"
    elif not regie.iban_sealed or not regie.bic:
        wrong = "n'a ni IBAN ni BIC du compte à créditer"
    if wrong:
        message = f"La {regie.name} {wrong}. {NOTHING} Donnez-le dans ses réglages."
        raise RefusedByRule(message)
    assert regie.ics and regie.iban_sealed and regie.bic, "checked above"  # noqa: PT018 one thing
    return Creditor(regie.name, regie.ics, sealer.unseal(regie.iban_sealed), regie.bic)


def _refuse_moved(chosen: Sequence[Candidate], invoice_ids: Collection[int], seen: Mapping[int, int] | None) -> None:
    if not invoice_ids:
        message = f"Aucune facture n'est choisie. {NOTHING} Cochez celles à prélever."
        raise RefusedByRule(message)
    if len(chosen) != len(set(invoice_ids)):
        message = f"Une facture choisie n'est pas annoncée pour ce jour. {NOTHING} Relisez la liste."
        raise StaleRecord(message)
    moved = [row for row in chosen if seen is not None and seen.get(row.invoice_id) != row.amount_cents]
    if moved:
        names = _named(f"{row.number} ({euros(row.amount_cents)})" for row in moved)
        message = f"Le montant dû vient de changer\u202f: {names}. {NOTHING} Relisez la liste."
        raise StaleRecord(message)


def _refuse_troubled(chosen: Sequence[Candidate]) -> None:
    wrong = [row for row in chosen if not row.is_ready]
    if wrong:
        told = _named(f"famille {row.family}, {row.number}\u202f: {', '.join(row.told)}" for row in wrong)
        message = f"Ne peut pas être prélevé — {told}. {NOTHING} Décochez-la ou réglez ce point."
        raise RefusedByRule(message)


def _named(words: Iterable[str]) -> str:
    named = list(words)
    others = f" et {plural(len(named) - SHOWN, 'autre')}" if len(named) > SHOWN else ""
    return ", ".join(named[:SHOWN]) + others


def _debits(work: Work, chosen: Sequence[Candidate]) -> dict[int, Debit]:
    """Open what is sealed, for the file alone."""
    session = work.session
    town = session.scalar(select(Commune.name).limit(1)) or ""
    mandates = {
        mandate.id: mandate
        for mandate in session.scalars(select(Mandate).where(Mandate.id.in_({row.mandate_id for row in chosen})))
    }
    before = Counter(
        dict(
            session.execute(
                select(DirectDebit.invoice_id, func.count())
                .where(DirectDebit.invoice_id.in_([row.invoice_id for row in chosen]))
                .group_by(DirectDebit.invoice_id)
            ).all()
        )
    )
    found = {}
    for row in chosen:
        mandate = mandates[row.mandate_id]
        assert mandate.signed_on, "an active mandate is signed"
        found[row.invoice_id] = Debit(
            end_to_end=end_to_end(row.number, before[row.invoice_id]),
            cents=row.amount_cents,
            holder=mandate.holder,
            iban=work.sealer.unseal(mandate.iban_sealed),
            bic=mandate.bic,
            rum=mandate.rum,
            signed_on=mandate.signed_on,
            sequence=row.sequence,
            words=f"Facture {row.number} {row.service} {town}",
        )
    return found
