"""A régisseur's months at random: drafts, issues, payments, credits, debits, slips, closings; the books always hold."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.attendance.correct import correct
from backoffice.attendance.record import AttendanceEntry
from backoffice.billing.credit import credit
from backoffice.billing.draft import draft_month
from backoffice.billing.issue import issue_month
from backoffice.billing.proposals import proposals
from backoffice.billing.regularise import regularise
from backoffice.billing.remains import remains
from backoffice.billing.render import render_missing
from backoffice.clock import paris_day, paris_instant, previous_month
from backoffice.debits.candidates import candidates
from backoffice.debits.mandates import MandateEntry, enter_mandate, resume_mandate, suspend_mandate
from backoffice.debits.reject import reject
from backoffice.debits.run import make_run
from backoffice.debits.settle import settle_due
from backoffice.errors import RefusedByRule
from backoffice.office import Office, Work
from backoffice.payments.book import credits_of
from backoffice.payments.receive import receive
from backoffice.payments.reverse import reverse
from backoffice.payments.use_credit import use_credit
from backoffice.reminders.claims import claimable
from backoffice.reminders.hand_over import hand_over, write_off
from backoffice.treasury.balance import balance
from backoffice.treasury.close import close, propose_closing
from backoffice.treasury.deposit import deposit, waiting
from backoffice.treasury.figures import figures_of
from backoffice.treasury.remit import propose_remittance, remit
from models.office.billing import Invoice, PayerShare
from models.office.bookings import Attendance
from models.office.debits import DirectDebit, Mandate
from models.office.payments import Payment
from models.office.structure import Regie
from models.office.treasury import Closing
from models.vocabulary import AttendanceState, ClosingKind, PaymentMeans
from tests.factories import AGENT, an_office
from tests.golden.commune import Golden, build
from tests.invariants import books
from tests.months import seen

OCTOBER = date(2026, 10, 1)
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
WEDNESDAY = 2
DEBITED = ("Dubois", "Klein", "Imbert")
DESK = (PaymentMeans.CASH, PaymentMeans.CHEQUE, PaymentMeans.CARD, PaymentMeans.TRANSFER)
SAID = {PaymentMeans.CHEQUE: {"reference": "0001234", "bank": "Crédit vosgien"}}
SOME = st.integers(0, 10_000)


class Player(RuleBasedStateMachine):
    """What playing needs: a use-case tried, a question asked, a row chosen."""

    office: Office
    town: Golden
    months: set[date]

    def attempt(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Do something; refused, it must have written nothing."""
        before = self.read(_rows)
        refused: RefusedByRule | None = None
        try:
            return self.office.write(use_case, AGENT, *args, **kwargs)
        except RefusedByRule as refusal:
            refused = refusal
        assert str(refused).endswith(".")
        assert self.read(_rows) == before
        return None

    def read(self, question: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.office.read(question, *args, **kwargs)

    def one(self, column: Any, pick: int, *conditions: Any) -> int | None:
        ids = self.read(lambda s: s.scalars(select(column).where(*conditions).order_by(column)).all())
        return ids[pick % len(ids)] if ids else None

    def come(self, child: str, unit: str, days: list[date]) -> None:
        """Point a child on the days on which nobody did."""
        who, where = self.town.children[child], self.town.units[unit]
        known = set(self.read(lambda s: s.scalars(_days(who, where)).all()))
        seen(self.office, who, where, *[day for day in days if day not in known])
        self.months.add(previous_month(self.office.today()))

    def dues(self) -> list[tuple[int, int]]:
        def of_families(session: Session) -> list[tuple[int, int]]:
            due: dict[int, int] = {}
            for invoice in session.scalars(select(Invoice).where(Invoice.number.is_not(None)).order_by(Invoice.id)):
                due[invoice.family_id] = due.get(invoice.family_id, 0) + invoice.due_cents
            return [(family, cents) for family, cents in sorted(due.items()) if cents]

        return self.read(of_families)


class Regisseur(Player):
    """Plays; whatever is refused must have written nothing."""

    @initialize()
    def open_the_office(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        file, self.town = _template()
        shutil.copytree(file, self.folder.name, dirs_exist_ok=True)
        self.office = an_office(Path(self.folder.name), now=START)
        self.prints: books.Prints = {}
        self.months = {OCTOBER}

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.office.close()
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @rule(days=st.integers(1, 25))
    def time_passes(self, days: int) -> None:
        self.office.clock.set(paris_instant(self.office.today() + timedelta(days=days), time(10)))

    @rule(pick=SOME, first=st.integers(0, 15), count=st.integers(1, 6))
    def children_come(self, pick: int, first: int, count: int) -> None:
        month = previous_month(self.office.today())
        days = [day for at in range(28) if (day := month + timedelta(days=at)).weekday() in {0, 1, 3, 4}]
        child = ("Alice", "Diane", "Denis", "Daphné", "Hugo", "Zoé")[pick % 6]
        self.come(child, "REPAS", days[first : first + count])

    @rule(pick=SOME, first=st.integers(0, 3), rest=st.booleans())
    def children_come_on_wednesdays(self, pick: int, first: int, rest: bool) -> None:
        """Gaspard's are helped by vouchers; Zoé's parents pay a week each; the whole day is another price."""
        month = previous_month(self.office.today())
        days = [day for at in range(28) if (day := month + timedelta(days=at)).weekday() == WEDNESDAY]
        for unit in ("MER-MATIN", "MER-REPAS", "MER-APREM")[: 3 if rest else 1]:
            self.come(("Gaspard", "Zoé")[pick % 2], unit, days[first : first + 2])

    @rule(pick=SOME)
    def a_month_is_billed(self, pick: int) -> None:
        month = sorted(self.months)[pick % len(self.months)]
        self.attempt(draft_month, month)
        if self.attempt(issue_month, month) is not None:
            render_missing(self.office, AGENT)

    @rule(pick=SOME, means=st.sampled_from(DESK), percent=st.sampled_from([10, 50, 100, 100, 130]))
    def a_family_pays(self, pick: int, means: PaymentMeans, percent: int) -> None:
        due = self.dues()
        if not due:
            return
        family, cents = due[pick % len(due)]
        self.attempt(
            receive, regie_id=self.town.regie_id, family_id=family, means=means, keep_excess=percent > 100,
            amount_cents=cents * percent // 100, received_on=self.office.today(), **SAID.get(means, {}),
        )  # fmt: skip

    @rule(pick=SOME)
    def a_credit_is_used(self, pick: int) -> None:
        rich = sorted(self.read(credits_of, self.town.regie_id)) or list(self.town.families.values())
        self.attempt(use_credit, self.town.regie_id, rich[pick % len(rich)])

    @rule(pick=SOME)
    def a_receipt_is_reversed(self, pick: int) -> None:
        if (payment := self.one(Payment.id, pick)) is not None:
            self.attempt(reverse, payment, reason="Erreur de saisie")

    @rule(pick=SOME, percent=st.sampled_from([0, 30, 100]), free=st.booleans())
    def a_credit_note_is_written(self, pick: int, percent: int, free: bool) -> None:
        invoice = self.one(Invoice.id, pick, Invoice.number.is_not(None))
        if invoice is None:
            return
        left = self.read(remains, [invoice])[invoice]
        seen_cents = sum(one.cents for one in left)
        lines = {one.line_id: one.cents * percent // 100 for one in left[:1]} if percent else None
        self.attempt(credit, invoice, reason="Geste", seen_cents=seen_cents, lines=lines, free=free)

    @rule(pick=SOME, state=st.sampled_from(list(AttendanceState)))
    def a_billed_day_is_corrected(self, pick: int, state: AttendanceState) -> None:
        cell = self.one(Attendance.id, pick, Attendance.invoice_id.is_not(None))
        if cell is None:
            return
        row = self.read(lambda s: s.get_one(Attendance, cell))
        entry = AttendanceEntry(row.child_id, row.unit_id, row.day, state, version=row.version)
        self.attempt(correct, entry, reason="Certificat")

    @rule(pick=SOME)
    def a_correction_is_made_good(self, pick: int) -> None:
        found = self.read(proposals)
        if found:
            one = found[pick % len(found)]
            self.attempt(regularise, one.family_id, one.service_id, one.month, seen_cents=one.cents)
            render_missing(self.office, AGENT)

    @rule(pick=SOME, keep=st.sampled_from([0, 0, 1]))
    def a_slip_is_made(self, pick: int, keep: int) -> None:
        held = self.read(waiting, self.town.regie_id)
        if not held:
            return
        means = held[pick % len(held)].means
        rows = [row for row in held if row.means is means][keep:]
        ids, cents = [row.id for row in rows], sum(row.amount_cents for row in rows)
        self.attempt(deposit, self.town.regie_id, means, ids, made_on=self.office.today(), seen_cents=cents)

    @rule(kind=st.sampled_from(list(ClosingKind)))
    def the_books_are_closed(self, kind: ClosingKind) -> None:
        day = self.office.today() - timedelta(days=1)
        try:
            found = self.read(propose_closing, self.town.regie_id, kind, day, today=self.office.today())
        except RefusedByRule:
            return
        self.attempt(close, self.town.regie_id, kind, day, seen=found.seen)

    @rule()
    def the_accountant_is_paid(self) -> None:
        found = self.read(propose_remittance, self.town.regie_id, self.office.today())
        self.attempt(remit, self.town.regie_id, made_on=self.office.today(), seen_cents=found.amount_cents)

    @rule()
    def the_bank_is_given_a_file(self) -> None:
        day = self.office.today() + timedelta(days=1)
        found = self.read(candidates, self.office.sealer, self.town.regie_id, day)
        ready = [row.invoice_id for row in found if not row.troubles]
        if ready:
            self.attempt(make_run, self.town.regie_id, day, ready)

    @rule()
    def debits_are_settled(self) -> None:
        self.attempt(settle_due)

    @rule(pick=SOME)
    def a_debit_is_rejected(self, pick: int) -> None:
        if (debit := self.one(DirectDebit.id, pick)) is not None:
            self.attempt(reject, debit, "AM04", self.office.today())

    @rule(pick=SOME)
    @precondition(lambda self: self.office.today() > date(2026, 11, 20))
    def something_is_given_up(self, pick: int) -> None:
        if (invoice := self.one(Invoice.id, pick, Invoice.number.is_not(None))) is not None:
            self.attempt(write_off, invoice, "Insolvable")

    @rule(pick=SOME, stopped=st.booleans())
    def a_mandate_stops_or_serves_again(self, pick: int, stopped: bool) -> None:
        if (mandate := self.one(Mandate.id, pick)) is not None:
            self.attempt(suspend_mandate, mandate, "Demandé") if stopped else self.attempt(resume_mandate, mandate)

    @rule(later=st.sampled_from([0, 30, 60]), count=st.integers(1, 4))
    def the_treasury_takes_over(self, later: int, count: int) -> None:
        self.time_passes(later)
        page = self.read(claimable, self.town.regie_id, self.office.today())
        due = {line.owed.invoice_id: line.owed.due_cents for one in page.ready for line in one.lines}
        some = dict(list(due.items())[:count])
        if some:
            self.attempt(hand_over, self.town.regie_id, list(some), some)

    @invariant()
    def the_books_hold(self) -> None:
        if not hasattr(self, "office"):
            return
        self.nothing_issued_ever_changes()
        self.what_is_closed_stays_as_it_was()
        self.read(books.check_invoices)
        self.read(books.check_payments)
        self.read(books.check_series)
        self.read(books.check_carried)
        found, told = self.read(books.places), self.read(balance, self.town.regie_id)
        assert told.is_exact
        assert found == {
            "till": told.till_cents, "values": told.values_cents, "account": told.account_cents,
            "paid over": told.paid_over_cents,
        }  # fmt: skip

    def nothing_issued_ever_changes(self) -> None:
        """Compare every issued row and paper with what it was."""
        now = self.read(books.prints)
        assert {key: now.get(key) for key in self.prints} == self.prints
        self.prints = now

    def what_is_closed_stays_as_it_was(self) -> None:
        """Add the last closed periods up again."""
        for closing in self.read(lambda s: s.scalars(select(Closing).order_by(Closing.id.desc()).limit(2)).all()):
            first, last = date.fromisoformat(closing.content["first"]), closing.day
            again = self.read(figures_of, closing.regie_id, closing.kind, first, last)
            assert again == {key: closing.content[key] for key in again}


def _days(child_id: int, unit_id: int) -> Any:
    return select(Attendance.day).where(Attendance.child_id == child_id, Attendance.unit_id == unit_id)


def _rows(session: Session) -> list[int]:
    """Count what is written."""
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in (*books.FROZEN, Invoice)]


@cache
def _template() -> tuple[Path, Golden]:
    """Build the golden commune once: every kind of tariff, a contract, vouchers, shared payers; small sums wait."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    office: Office = an_office(folder, now=START)
    town = build(office)
    office.write(_settle_down, AGENT, town)
    for name in DEBITED:
        entry = MandateEntry(
            family_id=town.families[name], regie_id=town.regie_id, holder=f"Camille {name}", iban="FR7630006000011234567890189",
            signed_on=paris_day(START), signed_at_place="Contrexéville",
        )  # fmt: skip
        office.write(enter_mandate, AGENT, entry)
    office.write(draft_month, AGENT, OCTOBER)
    office.write(issue_month, AGENT, OCTOBER)
    render_missing(office, AGENT)
    office.close()
    return folder, town


def _settle_down(work: Work, town: Golden) -> None:
    """Let small invoices wait for the next one, and two households share Alice's meals."""
    work.session.get_one(Regie, town.regie_id).carry_below_cents = 1000
    work.session.add_all(
        PayerShare(
            child_id=town.children["Alice"], service_id=town.services["RESTAU"], family_id=town.families[name],
            starts=date(2026, 9, 1), ends=None, percent=percent, weeks=None,
        )
        for name, percent in (("Aubert", 60), ("Bernard", 40))
    )  # fmt: skip


TestRegisseur = Regisseur.TestCase
TestRegisseur.settings = settings(
    max_examples=6,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
