"""A file of the bank, read once: each debit that it gives back is recorded, or nothing of it is."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backoffice.debits.accounts import NOTHING
from backoffice.debits.bank_file import NAMELESS, Answer, BankMessage, parse
from backoffice.debits.reasons import is_code
from backoffice.debits.reject import AlreadyRejected, RejectionReport, reject
from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Work
from backoffice.treasury.periods import hold_regie
from models.office.debits import BankFile, DebitRun, DirectDebit
from models.office.structure import Regie
from models.vocabulary import DebitState, Role
from resources.french import euros, in_paris, listed, plural, short_date

SHOWN = 5


@dataclass(frozen=True, slots=True)
class BankReport:
    """What a file of the bank did, and what it left to a person."""

    kind: str
    message: str
    rejections: tuple[RejectionReport, ...]
    known: tuple[str, ...]  # debits whose rejection was in the books, left alone
    unknown: tuple[str, ...]  # debits of another software, or of none
    unexplained: tuple[str, ...]  # what left the account without a reason: perhaps a run taken back in one sum
    fees: int
    fees_cents: int

    @property
    def sentence(self) -> str:
        """Say it in French."""
        total = sum(report.amount_cents for report in self.rejections)
        count = plural(len(self.rejections), "rejet enregistré", "rejets enregistrés")
        said = f"Fichier {self.message} lu\u202f: {count}, {euros(total)}."
        stopped = [report.family for report in self.rejections if report.stopped]
        if stopped:
            said += f" Mandat arrêté\u202f: {listed(stopped[:SHOWN])}."
        if self.known:
            said += f" Déjà dans les livres, laissé tel quel\u202f: {listed(self.known[:SHOWN])}."
        if self.unknown:
            said += f" Sans prélèvement connu de Marelle, à traiter à la main\u202f: {listed(self.unknown[:SHOWN])}."
        if self.unexplained:
            count = plural(
                len(self.unexplained), "débit du compte sans motif de rejet", "débits du compte sans motif de rejet"
            )
            said += f" {count}, à vérifier à la main\u202f: {listed(self.unexplained[:SHOWN])}."
        if self.fees:
            said += f" {plural(self.fees, 'ligne')} de frais, {euros(self.fees_cents)}, à porter par le comptable."
        return said


def read_bank_file(work: Work, regie_id: int, content: bytes, *, leave_known: bool = False) -> BankReport:
    """Read a pain.002 or a camt.054 and record the debits that it gives back; all of them, or none.

    `leave_known` leaves alone the rejections that are in the books already, instead of refusing the file.

    Raises:
        AlreadyRejected: a rejection is in the books already.
        RefusedByRule: the file is unreadable, is another creditor's, was read before, or says another amount.
    """
    work.agent.must_be(Role.CASHIER)
    message = parse(content)
    regie = hold_regie(work.session, regie_id)
    named, digest = f"{message.kind} {regie.code} {message.id}", hashlib.sha256(content).hexdigest()
    _refuse_read(work.session, named, digest)
    _refuse_foreign(work, regie, message)
    found, unknown = _found(work.session, regie, message.answers)
    _refuse_inconsistent(message, found, unknown)
    known = [debit for debit, _ in found if debit.state is DebitState.REJECTED]
    if known and not leave_known:
        names = listed([debit.end_to_end for debit in known][:SHOWN])
        text = f"Le rejet de {names} est déjà enregistré\u202f: le fichier entier est laissé de côté. {NOTHING}"
        raise AlreadyRejected(text)
    reports = [_record(work, debit, answer) for debit, answer in found if debit not in known]
    work.session.add(
        BankFile(
            regie_id=regie.id, sha256=digest, message=named, read_at=work.now, read_by=work.agent.name,
            rejections=len(reports),
        )
    )  # fmt: skip
    work.sign("bank_file.read", "regie", regie.id, new={"file": named, "rejections": len(reports), "sha256": digest})
    work.changed(Changed.DEBITS)
    return BankReport(
        message.kind, message.id, tuple(reports), tuple(debit.end_to_end for debit in known),
        tuple(_words(answer) for answer in unknown), message.unexplained, message.fees, message.fees_cents,
    )  # fmt: skip


def _refuse_read(session: Session, named: str, digest: str) -> None:
    before = session.scalars(select(BankFile).where(or_(BankFile.sha256 == digest, BankFile.message == named))).first()
    if before:
        message = (
            f"Ce fichier (message {named.rpartition(' ')[2]}) a déjà été lu le {short_date(in_paris(before.read_at).date())} "
            f"par {before.read_by}. {NOTHING}"
        )
        raise RefusedByRule(message)


def _refuse_foreign(work: Work, regie: Regie, message: BankMessage) -> None:
    """Refuse what another creditor's bank says."""
    ours = work.sealer.unseal(regie.iban_sealed) if regie.iban_sealed else None
    wrong = None
    if message.accounts and (ours is None or message.accounts != {ours}):
        wrong = "il parle d'un autre compte que celui de la régie"
    elif message.creditors and message.creditors != {regie.ics}:
        wrong = "il parle d'un autre créancier (ICS) que la régie"
    else:
        runs = select(DebitRun.number).where(
            DebitRun.regie_id == regie.id, DebitRun.number.in_(message.originals)
        )  # fmt: skip
        if message.originals - set(work.session.scalars(runs)):
            wrong = "il répond à une remise que cette régie n'a pas faite"
    if wrong:
        text = f"Ce fichier n'est pas pour cette régie\u202f: {wrong}. {NOTHING} Vérifiez lequel vous avez choisi."
        raise RefusedByRule(text)


def _found(
    session: Session, regie: Regie, answers: Sequence[Answer]
) -> tuple[list[tuple[DirectDebit, Answer]], list[Answer]]:
    """Give each debit given back with its answer, then the answers about none; one that is named answers for itself."""
    named = {answer.end_to_end for answer in answers}
    found: list[tuple[DirectDebit, Answer]] = []
    unknown = []
    for answer in answers:
        debits = _debits(session, regie, answer)
        whole = answer.end_to_end is None
        found += [(debit, answer) for debit in debits if not whole or debit.end_to_end not in named]
        if not debits:
            unknown.append(answer)
    return found, unknown


def _debits(session: Session, regie: Regie, answer: Answer) -> Sequence[DirectDebit]:
    """Find the debit that an answer gives back; all those of a run, or of a group of it, when it names no debit."""
    query = (
        select(DirectDebit)
        .join(DebitRun, DirectDebit.run_id == DebitRun.id)
        .where(DebitRun.regie_id == regie.id)
        .order_by(DirectDebit.id)
    )
    if answer.end_to_end is not None:
        return session.scalars(query.where(DirectDebit.end_to_end == answer.end_to_end)).all()
    query = query.where(DebitRun.number == answer.original)
    if answer.group:
        query = query.where(DirectDebit.sequence == answer.group.rpartition("-")[2])
    return session.scalars(query).all()


def _refuse_inconsistent(
    message: BankMessage, found: Sequence[tuple[DirectDebit, Answer]], unknown: Sequence[Answer]
) -> None:
    wrong = None
    twice = [name for name, count in Counter(debit.end_to_end for debit, _ in found).items() if count > 1]
    moved = [
        f"{debit.end_to_end} ({euros(answer.cents)} au lieu de {euros(debit.amount_cents)})"
        for debit, answer in found
        if answer.cents is not None and answer.cents != debit.amount_cents
    ]
    garbled = [answer.code for answer in message.answers if not is_code(answer.code)]
    if unknown and message.originals:
        wrong = f"{_words(unknown[0])} n'est pas un prélèvement de cette remise"
    elif twice:
        wrong = f"{listed(twice[:SHOWN])} y figure deux fois"
    elif moved:
        wrong = f"le montant n'est pas celui du prélèvement\u202f: {listed(moved[:SHOWN])}"
    elif garbled:
        wrong = "un motif de rejet n'y est pas lisible"
    if wrong:
        text = f"Ce fichier ne s'accorde pas avec les prélèvements\u202f: {wrong}. {NOTHING} Demandez à la banque."
        raise RefusedByRule(text)


def _record(work: Work, debit: DirectDebit, answer: Answer) -> RejectionReport:
    """Record one rejection on the day that the bank says, brought within the days that may be."""
    run = work.session.get_one(DebitRun, debit.run_id)
    on = min(max(answer.on or work.today, in_paris(run.made_at).date()), work.today)
    return reject(work, debit.id, answer.code, on)


def _words(answer: Answer) -> str:
    name = answer.end_to_end or answer.original or NAMELESS
    return f"{name} ({euros(answer.cents)})" if answer.cents is not None else name
