"""What the billing screen decides, without a window."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from backoffice.billing.lists import InvoiceRow, invoices_of
from backoffice.errors import NotAllowed
from backoffice.office import Office
from models.vocabulary import InvoiceStatus, Role
from tests.factories import AGENT, Town, another_family
from tests.months import OCTOBER, SCHOOL_DAYS, an_issued_invoice, seen
from tests.ui.immediate import ImmediateLanes
from tests.unit.agreements.test_aids import adopt, grant
from ui.billing.invoice_presenter import InvoicePresenter
from ui.billing.presenter import BillingPresenter
from ui.shell.theme import State


class FakeView:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.rows: Sequence[InvoiceRow] = ()
        self.empty = ""
        self.chosen: int | None = None
        self.figures: Any = None
        self.alerts: list[Any] = []
        self.services: list[Any] = []
        self.month: Any = None
        self.file: Any = None
        self.offer: tuple[str, str, str] | None = None
        self.progress: list[Any] = []
        self.refusals: list[Exception] = []
        self.pdf = b""
        self.saved: list[tuple[str, bytes]] = []
        self.said: list[tuple[str, State]] = []

    def show_services(self, services) -> None:
        self.services = list(services)

    def show_month(self, month) -> None:
        self.month = month

    def show_rows(self, rows, when_empty) -> None:
        self.rows, self.empty = rows, when_empty

    def show_figures(self, figures) -> None:
        self.figures = figures

    def show_alerts(self, alerts) -> None:
        self.alerts = list(alerts)

    def chosen_invoice(self):
        return next((row for row in self.rows if row.id == self.chosen), None)

    def choose_invoice(self, invoice_id) -> None:
        self.chosen = invoice_id

    def show_file(self, file) -> None:
        self.file = file

    def ask_issue(self, title, sentence, verb) -> None:
        self.offer = (title, sentence, verb)

    def begin_progress(self, title) -> None:
        self.progress.append(title)

    def show_progress(self, done, total, label) -> None:
        self.progress.append((done, total, label))

    def end_progress(self) -> None:
        self.progress.append("end")

    def show_pdf(self, title, content, name) -> None:
        self.pdf = content

    def save_file(self, title, content, name) -> None:
        self.saved.append((name, content))

    def show_busy(self, busy) -> None: ...

    def say(self, sentence, state=State.INFO) -> None:
        self.said.append((sentence, state))

    def report(self, error, *, retry=None, unsaved="") -> None:
        self.refusals.append(error)


def desk(office: Office, agent: Any = AGENT) -> tuple[FakeView, BillingPresenter, InvoicePresenter]:
    view, lanes = FakeView(), ImmediateLanes()
    month, invoice = BillingPresenter(view, lanes, office, agent), InvoicePresenter(view, lanes, office, agent)
    month.refresh()
    return view, month, invoice


def test_the_month_before_is_shown_first(office: Office, town: Town) -> None:
    view, _, _ = desk(office)
    assert view.month == OCTOBER
    assert [row.code for row in view.services] == ["CANTINE", "PERI"]
    assert "Préparer le mois" in view.empty


def test_a_month_is_prepared_then_issued_once_confirmed(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:3])
    view, month, _ = desk(office)
    month.prepare()
    assert view.said[-1][1] is State.ACCEPTED
    month.refresh()
    assert [row.status for row in view.rows] == [InvoiceStatus.DRAFT]
    month.ask_issue()
    assert view.offer is not None
    assert office.read(invoices_of, OCTOBER)[0].number is None, "nothing is done before the agent says yes"
    month.issue()
    (row,) = office.read(invoices_of, OCTOBER)
    assert (row.number, row.has_pdf) == ("CANTINE-2026-000001", True)
    assert "Numéro CANTINE-2026-000001." in view.said[-1][0]
    assert view.progress[-1] == "end"


def test_a_draft_made_again_stays_the_one_shown(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:3])
    view, month, _ = desk(office)
    month.prepare()
    month.refresh()
    old = view.chosen = view.rows[0].id
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[4])
    month.refresh()
    assert [alert.blocking for alert in view.alerts if alert.blocking] == [True]
    month.ask_issue()
    assert "n'est plus à jour" in view.said[-1][0]
    month.prepare()
    month.refresh()
    assert view.chosen == view.rows[0].id
    assert view.rows[0].total_cents == 4 * 415
    assert old not in {row.id for row in view.rows} or old == view.chosen


def test_a_search_finds_and_a_filter_keeps(office: Office, town: Town) -> None:
    other = another_family(office, town, "Évrard")
    for home in (town.home, other):
        seen(office, home.child_id, town.meal_id, SCHOOL_DAYS[0])
    view, month, _ = desk(office)
    month.prepare()
    month.refresh()
    month.filter(search="evr", status=None)
    assert [row.family for row in view.rows] == ["Évrard"]
    assert view.figures.drafts == 2, "the figures are the month's"
    month.filter(search="evr", status=InvoiceStatus.PAID)
    assert "ne correspond" in view.empty


def test_papers_are_shown_and_saved_drafts_and_issued(office: Office, town: Town) -> None:
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[0])
    view, month, invoice = desk(office)
    month.prepare()
    month.refresh()
    invoice.preview(view.rows[0])
    assert view.pdf.startswith(b"%PDF")
    month.issue()
    month.refresh()
    invoice.save_pdf(view.rows[0])
    assert view.saved[0][0] == "facture-CANTINE-2026-000001.pdf"
    month.export("CANTINE")
    assert view.saved[1][0] == "presences-cantine-2026-10.xlsx"
    assert view.saved[1][1].startswith(b"PK")
    month.export_aids()
    assert view.said[-1] == ("Aucune aide à réclamer pour octobre 2026.", State.INFO)


def test_what_third_parties_owe_is_exported(office: Office, town: Town) -> None:
    adopt(office)
    grant(office, town)
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:4])
    view, month, _ = desk(office)
    month.prepare()
    month.issue()
    month.export_aids()
    assert view.saved[0][0] == "aides-2026-10.xlsx"
    assert view.saved[0][1].startswith(b"PK")


def test_an_invoice_asked_by_another_screen_brings_its_month(office: Office, town: Town) -> None:
    row = an_issued_invoice(office, town, meals=1)
    view, month, _ = desk(office)
    month.choose(month=OCTOBER.replace(month=8), service=None)
    month.visit(row.id)
    assert (view.month, view.chosen) == (OCTOBER, row.id)
    month.visit(OCTOBER.replace(month=9, day=14))
    assert view.month == OCTOBER.replace(month=9)


@pytest.mark.parametrize("act", ["prepare", "issue"])
def test_who_is_no_cashier_is_told(office: Office, town: Town, act: str) -> None:
    view, month, _ = desk(office, replace(AGENT, roles=frozenset({Role.AGENT})))
    getattr(month, act)()
    assert isinstance(view.refusals[-1], NotAllowed)
    assert view.progress[-1] == "end"
