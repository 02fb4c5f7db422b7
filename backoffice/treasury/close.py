"""The régisseur closes a day or a month: its figures are frozen, and nothing is dated inside any more."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.billing.letterhead import letterhead_of_regie
from backoffice.billing.rules import digest_of
from backoffice.clock import month_start, next_month
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Work
from backoffice.papers import keep
from backoffice.treasury.figures import Figures, figures_of, first_open_day
from backoffice.treasury.periods import hold_regie, refuse_closed
from backoffice.treasury.statements import closing_document, period_words
from models.office.treasury import Closing
from models.vocabulary import ClosingKind, PaperKind, Role
from reports.pdf.closing import render_closing
from resources.french import NARROW, capital, euros, long_date, month_name, of_month


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a closing would freeze; `seen` is what the agent says she read."""

    kind: ClosingKind
    first: date
    last: date
    figures: Figures
    seen: str

    @property
    def receipts_cents(self) -> int:
        """What was received, counter-entries deducted."""
        return int(self.figures["receipts_cents"])


@dataclass(frozen=True, slots=True)
class ClosingReport:
    """A closing that was made."""

    closing_id: int
    kind: ClosingKind
    first: date
    last: date
    receipts_cents: int

    @property
    def sentence(self) -> str:
        """Say it in French."""
        told = period_words(self.kind, self.first, self.last)
        return (
            f"{capital(told)}{NARROW}: arrêté, {euros(self.receipts_cents)} encaissés. Rien ne peut plus y être daté."
        )


def propose_closing(session: Session, regie_id: int, kind: ClosingKind, day: date, *, today: date) -> Proposal:
    """Show what closing a day, or the month of a day, would freeze.

    Raises:
        RefusedByRule: it is to come, not over, or closed already.
    """
    first, last = _period(session, regie_id, kind, day, today)
    figures = figures_of(session, regie_id, kind, first, last)
    return Proposal(kind, first, last, figures, digest_of(figures))


def close(work: Work, regie_id: int, kind: ClosingKind, day: date, *, seen: str) -> ClosingReport:
    """Close a day with those still open before it, or a month with its days.

    Raises:
        RefusedByRule: it is to come, not over, or closed already.
        StaleRecord: something was recorded since the agent read the figures.
    """
    work.agent.must_be(Role.CASHIER)
    session = work.session
    hold_regie(session, regie_id)
    found = propose_closing(session, regie_id, kind, day, today=work.today)
    if found.seen != seen:
        message = (
            "Une opération de cette période vient d'être enregistrée. Rien n'a été arrêté. "
            "Relisez les sommes, puis arrêtez de nouveau."
        )
        raise StaleRecord(message)
    content: dict[str, Any] = {
        **found.figures,
        "letterhead": letterhead_of_regie(session, regie_id).as_json(),
        "made_at": work.now.isoformat(),
        "made_by": work.agent.name,
    }
    made = Closing(
        regie_id=regie_id, kind=kind, day=found.last, made_at=work.now, made_by=work.agent.name, content=content,
        digest=digest_of(content),
    )  # fmt: skip
    session.add(made)
    session.flush()
    keep(session, PaperKind.CLOSING, {made.id: render_closing(closing_document(content, made.digest))})
    work.changed(Changed.TREASURY)
    told = {"kind": kind, "first": found.first.isoformat(), "day": found.last.isoformat(), "digest": made.digest}
    work.sign("closing.make", "closing", made.id, new={**told, "receipts_cents": found.receipts_cents})
    return ClosingReport(made.id, kind, found.first, found.last, found.receipts_cents)


def _period(session: Session, regie_id: int, kind: ClosingKind, day: date, today: date) -> tuple[date, date]:
    first = month_start(day)
    last = day if kind is ClosingKind.DAY else next_month(first) - timedelta(days=1)
    if last > today:
        raise RefusedByRule(_too_early(kind, last))
    if kind is ClosingKind.DAY:
        refuse_closed(session, regie_id, day)
        return first_open_day(session, regie_id, day), day
    if session.scalar(
        select(Closing.id).where(Closing.regie_id == regie_id, Closing.kind == kind, Closing.day == last)
    ):
        message = f"{capital(month_name(last))} est déjà arrêté. Rien n'a été enregistré. Réimprimez son arrêté."
        raise RefusedByRule(message)
    return first, last


def _too_early(kind: ClosingKind, last: date) -> str:
    if kind is ClosingKind.DAY:
        return f"Le {long_date(last)} n'est pas encore venu. Rien n'a été arrêté. Choisissez un jour passé, ou aujourd'hui."
    return f"Le mois {of_month(last)} n'est pas terminé. Rien n'a été arrêté. Arrêtez-le à partir du {long_date(last)}."
