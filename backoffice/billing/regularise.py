"""Making good what was corrected after it was billed: a credit note when less is owed, a complement when more is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from backoffice.agreements.aids import give_back
from backoffice.billing.adjust import Account, adjust
from backoffice.billing.credit_note import NOTHING, write_note
from backoffice.billing.differences import note_lines, shared_out
from backoffice.billing.freeze import open_books
from backoffice.billing.proposals import HouseholdDifference, Proposal, proposal
from backoffice.billing.render import RenderReport, render_missing
from backoffice.billing.scope import Scope, hold_books, scope_of, weighed
from backoffice.billing.weighing import Group, groups
from backoffice.errors import RefusedByRule, StaleRecord
from backoffice.office import Changed, Office, Work
from backoffice.permissions import Agent
from models.office.billing import Invoice
from models.office.bookings import Attendance
from models.office.structure import Service
from models.vocabulary import Role
from resources.french import NARROW, euros, listed, month_name, of_month


@dataclass(frozen=True, slots=True)
class RegulariseReport:
    """What was written to make an account good; nothing when its price does not change."""

    family: str
    month: date
    credit_notes: tuple[tuple[int, str, int], ...]  # id, number, cents
    invoices: tuple[tuple[int, str, int], ...]

    @property
    def cents(self) -> int:
        """What is asked besides; negative: given back."""
        return sum(cents for *_, cents in self.invoices) - sum(cents for *_, cents in self.credit_notes)

    @property
    def sentence(self) -> str:
        """Say it in French."""
        parts = [f"avoir {number} de {euros(cents)}" for _, number, cents in self.credit_notes]
        parts += [f"facture complémentaire {number} de {euros(cents)}" for _, number, cents in self.invoices]
        what = listed(parts) if parts else "le prix ne change pas, la correction est classée"
        return f"Famille {self.family}, {month_name(self.month)}{NARROW}: {what}."


def regularise(work: Work, family_id: int, service_id: int, month: date, *, seen_cents: int) -> RegulariseReport:
    """Make good the corrected attendance of an account, and of the households that share it: all, or nothing.

    The attendance stays bound to the invoice that billed it: what it costs is always compared with all that was
    invoiced for it. `seen_cents` is the difference that the agent was shown.

    Raises:
        StaleRecord: the difference is no longer what was shown, or somebody else has made it good.
        RefusedByRule: today is closed, or an invoice to lower is at the Treasury or written off.
    """
    work.agent.must_be(Role.CASHIER)
    scope, group, cells = _held(work, family_id, service_id, month)
    found = proposal(work.session, scope, group)
    if found.refusal:
        message = f"{found.refusal} {NOTHING}"
        raise RefusedByRule(message)
    if found.cents != seen_cents:
        message = (
            f"La différence de la famille {found.family} a changé entre-temps{NARROW}: {euros(found.cents)}, "
            f"et non {euros(seen_cents)}. {NOTHING} Relisez la proposition."
        )
        raise StaleRecord(message)
    notes: list[tuple[int, str, int]] = []
    invoices: list[tuple[int, str, int]] = []
    for household in found.households:
        if household.cents < 0:
            notes += _give_back(work, found, household)
        elif household.cents > 0:
            frozen = adjust(work, Account(household.family_id, service_id, found.month), household.lines)
            invoices.append((frozen.id, frozen.number, household.cents))
        for line in household.lines:
            for (invoice_id, position), cents in line.aids_back.items():
                give_back(work.session, invoice_id, position, cents)
    _clear(work, cells)
    if not notes and not invoices:
        _sign(work, found, "regularisation.nothing")
    return RegulariseReport(found.family, found.month, tuple(notes), tuple(invoices))


def set_aside(work: Work, family_id: int, service_id: int, month: date, *, reason: str) -> str:
    """Close the corrections of an account without a paper; give the sentence that says so.

    Raises:
        RefusedByRule: no reason is given.
        StaleRecord: nothing awaits there any more.
    """
    work.agent.must_be(Role.CASHIER)
    if not reason.strip():
        message = f"Le motif manque. {NOTHING} Écrivez pourquoi cette correction reste sans suite."
        raise RefusedByRule(message)
    scope, group, cells = _held(work, family_id, service_id, month)
    found = proposal(work.session, scope, group)
    _clear(work, cells)
    _sign(work, found, "regularisation.set_aside", reason.strip())
    return f"Famille {found.family}, {month_name(found.month)}{NARROW}: correction classée sans suite."


def regularise_and_render(office: Office, agent: Agent, asked: Proposal) -> tuple[RegulariseReport, RenderReport]:
    """Make an account good, then make the PDF of its complement."""
    done = office.write(regularise, agent, asked.family_id, asked.service_id, asked.month, seen_cents=asked.cents)
    return done, render_missing(office, agent) if done.invoices else RenderReport(0, 0)


def _held(work: Work, family_id: int, service_id: int, month: date) -> tuple[Scope, Group, Sequence[Attendance]]:
    """Hold the books of a service, then read what awaits, and the cells as they are before they are weighed."""
    session = work.session
    open_books(session, [service_id], work.today)
    scope = weighed(scope_of(session, month, session.get_one(Service, service_id).code))
    scope = hold_books(session, scope)  # who pays, as agreed before the service was held
    for group in groups(session, family_id):
        if (group.service_id, group.month) == (service_id, scope.month):
            ids = [cell.id for cell in group.cells]
            return scope, group, session.scalars(select(Attendance).where(Attendance.id.in_(ids))).all()
    message = f"Cette régularisation est déjà faite, ou n'a plus lieu d'être. {NOTHING} Relisez la liste."
    raise StaleRecord(message)


def _give_back(work: Work, found: Proposal, household: HouseholdDifference) -> list[tuple[int, str, int]]:
    notes = shared_out(note_lines(household.lines))
    assert notes is not None, "a proposal that cannot be shared out is refused"
    reason = f"Régularisation du pointage {of_month(found.month)}"
    written = []
    for invoice_id, lines in sorted(notes.items()):
        invoice = work.session.scalars(select(Invoice).where(Invoice.id == invoice_id).with_for_update()).one()
        note = write_note(work, invoice, lines, reason=reason).note
        written.append((note.id, note.number, note.total_cents))
    return written


def _clear(work: Work, cells: Sequence[Attendance]) -> None:
    """Say that the cells are made good; one corrected again since they were read stops everything."""
    for cell in cells:
        cell.corrected_at = None
    work.session.flush()
    work.changed(Changed.ATTENDANCE, Changed.INVOICES)


def _sign(work: Work, found: Proposal, action: str, reason: str = "") -> None:
    told = {"service": found.service_code, "month": f"{found.month:%Y-%m}", "difference_cents": found.cents}
    work.sign(action, "family", found.family_id, new={**told, **({"reason": reason} if reason else {})})
