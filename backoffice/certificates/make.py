"""Making the certificates of a year in one batch: each household's letter, kept; a new edition only for what changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backoffice.certificates.content import Draft, document_of, latest
from backoffice.certificates.content import drafts_of as read_drafts
from backoffice.drawing import renderer
from backoffice.errors import RefusedByRule
from backoffice.office import Changed, Office, Work
from backoffice.papers import keep
from backoffice.permissions import Agent
from backoffice.sync.contract import ViewKind
from backoffice.treasury.periods import hold_regie
from models.office.reminders import TaxCertificate
from models.vocabulary import PaperKind, Role
from reports.pdf.certificate import render_certificate
from resources.french import NARROW, euros, plural

Progress = Callable[[int, int], None]
BATCH, FEW = 50, 100
OLDEST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class CertificatesReport:
    """What a batch did."""

    year: int
    made: int
    renewed: int
    cents: int

    @property
    def sentence(self) -> str:
        """Say it in French."""
        if not self.made and not self.renewed:
            return f"Attestations {self.year}{NARROW}: rien de nouveau depuis la dernière préparation."
        made = plural(self.made, "attestation préparée", "attestations préparées")
        again = f", {plural(self.renewed, 'nouvelle édition', 'nouvelles éditions')}" if self.renewed else ""
        return f"Année {self.year}{NARROW}: {made}{again}, {euros(self.cents)}."


def make_certificates(
    office: Office, agent: Agent, regie_id: int, year: int, progress: Progress | None = None
) -> CertificatesReport:
    """Make the certificates that are missing, or that no longer say what the books say.

    It may be stopped at any line and started again: a batch is kept whole, nothing is made twice.

    Raises:
        RefusedByRule: the year has not begun.
    """
    agent.must_be(Role.CASHIER)
    if not OLDEST_YEAR <= year <= office.today().year:
        raise RefusedByRule(f"L'année {year} n'a pas commencé, ou n'est pas une année. Rien n'a été préparé.")
    drafts = office.read(read_drafts, regie_id, year, today=office.today(), signed_by=agent.name)
    made = renewed = cents = 0
    with renderer(render_certificate, len(drafts), few=FEW) as render:
        for start in range(0, len(drafts), BATCH):
            batch = drafts[start : start + BATCH]
            papers = list(render([document_of(draft.content, draft.edition) for draft in batch]))
            kept = office.write(_keep, agent, regie_id, year, batch, papers)
            made += sum(draft.edition == 1 for draft in kept)
            renewed += sum(draft.edition > 1 for draft in kept)
            cents += sum(draft.cents for draft in kept)
            if progress:
                progress(min(start + BATCH, len(drafts)), len(drafts))
    return CertificatesReport(year, made, renewed, cents)


def _keep(work: Work, regie_id: int, year: int, batch: Sequence[Draft], papers: Sequence[bytes]) -> list[Draft]:
    """Keep certificates with their letters, unless somebody made them first."""
    hold_regie(work.session, regie_id)
    last = latest(work.session, regie_id, year)
    kept = []
    for draft, paper in zip(batch, papers, strict=True):
        before = last.get(draft.family_id)
        if (before.edition if before else 0) != draft.edition - 1:
            continue
        row = TaxCertificate(
            regie_id=regie_id,
            family_id=draft.family_id,
            year=year,
            edition=draft.edition,
            made_on=work.today,
            made_at=work.now,
            made_by=work.agent.name,
            amount_cents=draft.cents,
            content=draft.content,
        )
        work.session.add(row)
        work.session.flush()
        keep(work.session, PaperKind.TAX_CERTIFICATE, {row.id: paper})
        for edition in (row, *((before,) if before else ())):  # the new one replaces it
            work.show(ViewKind.PAPER, f"certificate:{edition.id}", draft.family_id)
        kept.append(draft)
    if kept:
        work.changed(Changed.REMINDERS)
        new = {"year": year, "count": len(kept), "amount_cents": sum(draft.cents for draft in kept)}
        work.sign("certificates.make", "regie", regie_id, new=new)
    return kept
