"""Paying in a real Chromium, to PayFiP's double and back: with JavaScript, without, by keyboard, at every size."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from backoffice.demonstration.payfip import PayfipDouble
from backoffice.portal.payment import NOT_SOONER
from backoffice.portal.settings import PortalSettings
from backoffice.sync.contract import MandatesView, MandateView, PaperView, View, ViewKind
from tests.browser.visits import SMALLEST, Portal, entered, faults, violations
from tests.portal.payment.paying import REGIES, REVIEW, bills
from tests.portal.published import FAMILY, NOW, Clock, pdf, structure, view

pytestmark = pytest.mark.browser
KEY = "jyt1YpQ5rGmyJxOJN2nwfLw7hSSnY0z8GkUKqTqRIBs="  # any X25519 key: nothing is opened here
PAGES = (
    "/factures", "/factures?voir=soldees", "/factures?voir=papiers", REVIEW, "/paiement", "/factures/prelevement",
    "/factures/prelevement/1", "/historique?quoi=paiements",
)  # fmt: skip


class PayingPortal(Portal):
    """A portal that listens, beside PayFiP's double, at the same hour."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.payfip = PayfipDouble(clock=self.clock)
        self.payfip.start()
        super().__init__(folder)
        self.publish(*paid_for())

    def listen(self, told: PortalSettings) -> None:
        page = f"{self.payfip.address}/paiement"
        super().listen(replace(told, clock=self.clock, payfip_url=self.payfip.service, payfip_page_url=page))

    def close(self) -> None:
        super().close()
        self.payfip.stop()


def paid_for() -> list[View]:
    """Publish what may be paid, papers and a mandate."""
    body = structure().model_copy(update={"regies": REGIES, "upload_key": KEY})
    day = NOW.date()
    receipt = PaperView(
        kind="receipt", title="Quittance", number="Q-ENF-2026-000007", day=day, cents=7049, regie_id=1, means="Chèque",
        invoices=("2026-000090",),
    )  # fmt: skip
    tax = PaperView(kind="certificate", title="Attestation fiscale 2025", number="", day=day, cents=48000, regie_id=1)
    form = PaperView(kind="mandate", title="Mandat de prélèvement", number="PERI-F0007-1", day=day, regie_id=1)
    mandate = MandateView(regie_id=1, rum="PERI-F0007-1", state="unsigned", account="•••• 2606", since=day)
    return [
        view(ViewKind.STRUCTURE, "", 0, body),
        *bills(),
        view(ViewKind.PAPER, "receipt:7", FAMILY, receipt, file=pdf("Q")),
        view(ViewKind.PAPER, "certificate:1", FAMILY, tax, file=pdf("A")),
        view(ViewKind.PAPER, "mandate:1", FAMILY, form, file=pdf("M")),
        view(ViewKind.MANDATES, "", FAMILY, MandatesView(lines=(mandate,))),
    ]


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[PayingPortal]:
    portal = PayingPortal(tmp_path)
    yield portal
    portal.close()


def test_a_mother_ticks_pays_and_comes_back(browser: Browser, portal: PayingPortal) -> None:
    context, page = entered(browser, portal)
    page.goto("/factures")
    page.check("#f101")
    page.check("#f102")
    total = page.locator("[data-total]").first
    expect(total).to_have_text("2 factures à payer\u202f: 90,49\u00a0€")
    page.locator("form[data-basket]").first.get_by_role("button", name="Payer en ligne").click()
    page.get_by_role("button", name="Payer 90,49").click()
    expect(page.locator("h1")).to_have_text("Simulation de PayFiP — aucun paiement réel")
    portal.clock.now += NOT_SOONER
    page.get_by_role("button", name="Payer par carte").click()
    expect(page.locator("#answer")).to_contain_text("Paiement réussi")
    assert violations(page) == []
    context.close()


def test_without_script_by_keyboard_and_a_page_that_waits(browser: Browser, portal: PayingPortal) -> None:
    context, page = entered(browser, portal, java_script_enabled=False, viewport=SMALLEST)
    page.goto("/factures")
    page.locator("#f101").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # a form is sent from any of its fields
    expect(page.locator("main")).to_contain_text("Total à payer")
    page.get_by_role("button", name="Payer 70,49").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Simulation de PayFiP")
    page.goto("/historique?quoi=paiements")
    page.get_by_role("link", name="Voir ce paiement").click()
    expect(page.locator("#answer")).to_contain_text("La réponse de PayFiP s'affichera ici")
    (idop,) = portal.payfip.operations
    portal.clock.now += NOT_SOONER
    portal.payfip.decide(idop, "R")
    page.get_by_role("link", name="Actualiser").click()
    expect(page.locator("#answer")).to_contain_text("PayFiP a refusé ce paiement")
    context.close()


@pytest.mark.thorough
def test_every_page_of_money_is_accessible_and_fits(browser: Browser, portal: PayingPortal) -> None:
    context, page = entered(browser, portal)
    for address in PAGES:
        page.goto(address)
        assert faults(page) == [], address
    page.goto("/factures/prelevement/1")
    page.fill("#holder", "")
    page.fill("#iban", "FR76 0000")
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.locator("#iban-trouble")).to_be_visible()
    expect(page.locator("#iban")).to_have_value("")
    assert faults(page) == []
    context.close()
