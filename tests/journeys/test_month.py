"""The month, end to end: from a family's click to an invoice and an attendance sheet."""

import hashlib
import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser
from pypdf import PdfReader
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from backoffice.attendance.export import export_attendance
from backoffice.clock import paris_instant
from backoffice.commune import read_commune
from backoffice.sync.contract import week_of
from models.office.billing import Invoice, InvoicePdf
from models.office.bookings import Attendance
from models.office.families import Guardian
from models.vocabulary import AttendanceState, PaymentMeans
from tests.factories import AGENT, THURSDAY
from tests.journeys.conftest import Living
from tests.journeys.people import LINK, AgentDesk, FamilyPhone, plain
from ui.common.tasks import Tasks
from ui.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.window, pytest.mark.qt_log_ignore("propagateSizeHints")]
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def phone(browser: Browser, living: Living) -> Iterator[FamilyPhone]:
    held = FamilyPhone(browser, living.live.server.address)
    yield held
    held.close()


@pytest.fixture
def agent(qtbot: QtBot, living: Living, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AgentDesk]:
    from ui.shell.application import make_application

    monkeypatch.setattr("ui.desk.EVERY_S", 1)
    make_application([], tmp_path / "settings")
    tasks = Tasks()
    office = living.live.office
    desk = Desk(office, AGENT, office.read(read_commune), tasks)
    at_desk = AgentDesk(qtbot, desk)
    yield at_desk
    desk.pulse.stop()
    desk.window.close()
    assert tasks.drain()


def test_the_month_from_a_click_to_an_invoice(
    living: Living, phone: FamilyPhone, agent: AgentDesk, tmp_path: Path
) -> None:
    _first_connection(living, phone, agent)
    _family_asks(living, phone, agent)
    _agent_decides(living, phone, agent)
    _director_points(living, agent)
    _cashier_bills(living, agent)
    _family_reads_its_invoice(living, phone, tmp_path)
    _cashier_receives(living, phone, agent)
    _sheet_opens_elsewhere(living, tmp_path)


def _first_connection(living: Living, phone: FamilyPhone, agent: AgentDesk) -> None:
    """An e-mail with a link that serves once; a password; the dashboard."""
    screen = agent.open("families")
    agent.press_named(screen, "Inviter au portail")
    agent.confirm()
    agent.until(lambda: living.smtp.to("camille.martin@exemple.fr"))
    (message,) = living.smtp.to("camille.martin@exemple.fr")
    found = LINK.search(message.get_content())
    assert found
    agent.until(lambda: not living.live.office.read(_stale))
    phone.create_password(found.group())
    phone.page.goto(found.group())
    assert "déjà servi" in phone.text() or "n'est plus valable" in phone.text()
    phone.sign_in("camille.martin@exemple.fr")
    for path, heading, word in (
        ("/", "Tableau de bord", "Mes factures"),
        ("/famille", "Ma famille", "Camille Martin"),
        ("/reservations", "Mes réservations", "Léa"),
        ("/factures", "Mes factures", "rien à payer"),
        ("/documents", "Mes documents", ""),
    ):
        phone.open(path, heading)
        assert word in phone.text()


def _family_asks(living: Living, phone: FamilyPhone, agent: AgentDesk) -> None:
    """A phone number accepted at once, an address that waits, Thursday's canteen in time."""
    guardian = living.town.home.guardian_id
    phone.change("Camille Martin", {"mobile": "0698765432", "street": "8 rue du Lac"})
    waits = phone.page.url
    read = phone.answer(agent)
    assert "En attente de la régie" in read
    assert "Accepté" in read
    assert living.live.office.read(lambda session: session.get_one(Guardian, guardian).mobile) == "06 98 76 54 32"
    assert living.live.office.read(lambda session: session.get_one(Guardian, guardian).street) == "3 rue des Tilleuls"
    told = phone.tick(living.town.home.child_id, week_of(THURSDAY), f"{living.town.meal_id}:{THURSDAY}")
    assert "Modifiable jusqu'au mardi 24 novembre à 10 h" in told
    assert "4,15 €" in told
    answered = phone.answer(agent)
    assert "Accepté" in answered
    assert "mardi 24 novembre à 10 h" in answered
    phone.page.goto(waits)


def _agent_decides(living: Living, phone: FamilyPhone, agent: AgentDesk) -> None:
    """Then, now and wished side by side; accepted by one key; the family reads it, on the portal and by e-mail."""
    screen = agent.open("requests")
    agent.until(lambda: screen.table.model_of_rows.rowCount() == 1)
    agent.until(lambda: screen.panel.file is not None and screen.panel.file.items)
    (item,) = [item for item in screen.panel.file.items if item.verdict == "waiting"]
    assert (item.then, item.now, item.wished) == ("3 rue des Tilleuls", "3 rue des Tilleuls", "8 rue du Lac")
    before = len(living.smtp.messages)
    agent.key(screen.table, Qt.Key.Key_A)
    agent.until(lambda: screen.table.model_of_rows.rowCount() == 0)
    agent.until(lambda: len(living.smtp.messages) == before + 1)
    assert "acceptée" in plain(living.smtp.messages[-1].get_content())
    agent.until(lambda: not living.live.office.read(_stale))
    phone.page.reload()
    assert "En attente" not in phone.text()
    phone.open("/famille/responsable/" + str(living.town.home.guardian_id), "Camille Martin")
    assert phone.page.locator('input[name="f.street"]').input_value() == "8 rue du Lac"


def _director_points(living: Living, agent: AgentDesk) -> None:
    """The planning shows the booking; on Thursday the roll call is printed and the grid filled by keys."""
    screen = agent.open("planning")
    screen.activity.setCurrentIndex(screen.activity.findText("Restauration scolaire"))
    agent.until(lambda: "Réservé" in _cells(screen.grid))
    living.clock.set(paris_instant(THURSDAY, time(14)))
    screen = agent.open("attendance")
    screen.activity.setCurrentIndex(screen.activity.findText("Restauration scolaire"))
    screen.day.show_day(THURSDAY)
    agent.until(lambda: screen.grid.model().rowCount() == 1)
    agent.press(screen.print_button)
    preview = agent.preview()
    assert "MARTIN" in _pdf_text(preview._content).upper()
    preview.reject()
    screen.grid.choose_cell(0, 0)
    agent.key(screen.grid, Qt.Key.Key_Space)
    agent.press(screen.save_button)
    agent.until(lambda: not screen.unsaved.isVisible())
    assert _present(living, THURSDAY)


def _cashier_bills(living: Living, agent: AgentDesk) -> None:
    """In December: drafts, their explanation, then numbers, papers and e-mails."""
    living.clock.set(paris_instant(date(2026, 12, 2), time(9)))
    screen = agent.open("billing")
    screen.visit(NOVEMBER)
    agent.press(screen.prepare_button)
    agent.until(lambda: screen.lists.invoices.model_of_rows.rowCount() == 1)
    screen.lists.invoices.choose_first()
    agent.until(lambda: screen.detail.file is not None)
    (line,) = screen.detail.file.lines
    assert line.amount_cents == 6 * 415
    assert any("Quotient familial valable le jour du service" in plain(step) for step in line.steps)
    before = len(living.smtp.messages)
    agent.press(screen.issue_button)
    agent.confirm()
    agent.until(lambda: len(living.smtp.messages) == before + 1)
    assert "24,90 €" in plain(living.smtp.messages[-1].get_content())
    agent.until(lambda: not living.live.office.read(_stale))
    number, digest, content = living.live.office.read(
        lambda session: session.execute(
            select(Invoice.number, InvoicePdf.sha256, InvoicePdf.content).join(InvoicePdf)
        ).one()
    )
    assert number == "CANTINE-2026-000001"
    assert digest == hashlib.sha256(content).hexdigest()


def _family_reads_its_invoice(living: Living, phone: FamilyPhone, folder: Path) -> None:
    """Under « à payer », the very paper that was issued."""
    phone.sign_in("camille.martin@exemple.fr")
    phone.open("/factures", "Mes factures")
    assert "24,90 €" in phone.text()
    content = phone.download("CANTINE-2026-000001", folder / "facture.pdf")
    kept = living.live.office.read(lambda session: session.scalars(select(InvoicePdf.content)).one())
    assert content == kept
    text = _pdf_text(content)
    assert "CANTINE-2026-000001" in text
    assert "24,90 €" in text


def _cashier_receives(living: Living, phone: FamilyPhone, agent: AgentDesk) -> None:
    """A cheque over the counter: a numbered receipt, a value in hand, and nothing more to pay on the portal."""
    screen = agent.open("payments")
    agent.until(lambda: screen.desk.table.model_of_rows.rowCount() == 1)
    screen.desk.table.choose_first()
    agent.until(lambda: screen.desk.fields.amount.text() == "24,90")
    fields = screen.desk.fields
    fields.means.setCurrentIndex(fields.means.findData(PaymentMeans.CHEQUE.value))
    fields.reference.setText("0001234")
    fields.bank.setText("Crédit du Vair")
    agent.press(screen.desk.pay_button)
    agent.until(screen.desk.done.isVisible)
    assert screen.desk.done.number.text().endswith("-2026-000001")
    till = agent.open("treasury")
    agent.until(lambda: till.waiting.table.model_of_rows.rowCount() == 1)
    agent.until(lambda: not living.live.office.read(_stale))
    phone.open("/factures", "Mes factures")
    assert "rien à payer" in phone.text()


def _sheet_opens_elsewhere(living: Living, folder: Path) -> None:
    """The month's attendance: real dates and numbers; it opens in LibreOffice where there is one."""
    file = folder / "presences.xlsx"
    office = living.live.office
    file.write_bytes(office.read(export_attendance, "CANTINE", NOVEMBER, now=office.now()))
    sheet = load_workbook(file).worksheets[1]
    days = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, datetime)]
    assert THURSDAY in {value.date() for value in days}
    if (soffice := shutil.which("soffice")) and office.engine.dialect.name == "sqlite":  # once is enough
        home = f"-env:UserInstallation={(folder / 'soffice').as_uri()}"
        command = [soffice, home, "--headless", "--convert-to", "csv", "--outdir", str(folder), str(file)]
        subprocess.run(command, check=True, capture_output=True, timeout=100)
        assert (folder / "presences.csv").stat().st_size > 0


def _stale(session) -> int:
    from backoffice.sync.lists import sync_state

    return sync_state(session).stale


def _cells(view) -> str:
    model = view.model()
    return " ".join(
        str(model.index(line, column).data(role) or "")
        for line in range(model.rowCount())
        for column in range(model.columnCount())
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
    )


def _present(living: Living, day: date) -> bool:
    state = living.live.office.read(lambda s: s.scalar(select(Attendance.state).where(Attendance.day == day)))
    return state is AttendanceState.PRESENT


def _pdf_text(content: bytes) -> str:
    return plain("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
