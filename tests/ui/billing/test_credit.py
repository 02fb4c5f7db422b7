"""Credit notes and regularisations on the billing screen, by mouse and keyboard."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from backoffice.attendance.correct import correct
from backoffice.attendance.record import AttendanceEntry
from backoffice.billing.credit import credit
from backoffice.billing.credit_lists import credit_notes_of
from backoffice.billing.draft import draft_month
from backoffice.billing.lists import InvoiceRow, invoice_file, invoices_of
from backoffice.billing.proposals import proposals
from backoffice.office import Office
from models.vocabulary import AttendanceState, InvoiceStatus
from tests.factories import AGENT, COLLEAGUE, Town, another_child
from tests.months import OCTOBER, SCHOOL_DAYS, an_issued_invoice, seen
from tests.ui.at_desk import OffGui, nameless
from tests.ui.billing.on_screen import LEFT, count, dialog_of, opened, opens
from ui.billing.credit_dialog import LINES, CreditDialog
from ui.billing.crediting import effect_of
from ui.billing.regularisations import SetAsideDialog, decision
from ui.billing.screen import BillingScreen
from ui.common.dialogs import Confirmation
from ui.common.pdf_preview import PdfPreview
from ui.common.tasks import Tasks

pytestmark = pytest.mark.window


def chosen(qtbot: QtBot, office: Office, tasks: Tasks) -> BillingScreen:
    """Open the screen on its first invoice."""
    screen = opened(qtbot, office, tasks, rows=1)
    screen.lists.invoices.choose_first()
    qtbot.waitUntil(lambda: screen.detail.file is not None)
    return screen


def excused(office: Office, town: Town, at: int = 0, child_id: int | None = None) -> None:
    """Correct a billed day."""
    entry = AttendanceEntry(
        child_id or town.home.child_id, town.meal_id, SCHOOL_DAYS[at], AttendanceState.JUSTIFIED, version=2
    )
    office.write(correct, AGENT, entry, reason="Certificat remis")


def corrections(screen: BillingScreen, rows: int) -> Callable[[], bool]:
    return lambda: screen.lists.corrections.table.model_of_rows.rowCount() == rows


def test_an_invoice_is_credited_whole_by_mouse(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    row = an_issued_invoice(office, town, meals=2)
    with OffGui(office):
        screen = chosen(qtbot, office, tasks)
        qtbot.mouseClick(screen.detail.credit_button, LEFT)
        dialog = dialog_of(screen, CreditDialog)
        assert "Reste dû\u202f: 8,30\u202f€ aujourd'hui, 0,00\u202f€ ensuite." in dialog.effect.text()
        qtbot.mouseClick(dialog.submit, LEFT)
        assert dialog.after.fields["reason"].fault.sentence()
        qtbot.keyClicks(dialog.reason, "Enfant absent tout le mois")
        qtbot.keyClick(dialog.free, Qt.Key.Key_Space)
        qtbot.mouseClick(dialog.submit, LEFT)
        qtbot.waitUntil(dialog.ended.isVisible)
        qtbot.mouseClick(dialog.open_note, LEFT)
        qtbot.waitUntil(lambda: opens(screen, PdfPreview))
        dialog_of(screen, PdfPreview).reject()
        qtbot.mouseClick(dialog.close_button, LEFT)
        qtbot.waitUntil(lambda: not screen.detail.credit_button.isEnabled())
    assert (screen.detail.state.text(), screen.detail.state.toolTip()) == ("Annulée", "Annulée par avoir")
    (note,) = office.read(credit_notes_of, row.id)
    assert (note.total_cents, note.reason, note.freed) == (830, "Enfant absent tout le mois", True)


def test_a_line_is_credited_in_part(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    brother = another_child(office, town, town.home.family_id)
    seen(office, brother, town.meal_id, *SCHOOL_DAYS[:2])
    row = an_issued_invoice(office, town, meals=2)
    with OffGui(office):
        screen = chosen(qtbot, office, tasks)
        qtbot.mouseClick(screen.detail.credit_button, LEFT)
        dialog = dialog_of(screen, CreditDialog)
        dialog.what.setCurrentIndex(dialog.what.findData(LINES))
        qtbot.keyClicks(dialog.reason, "Repas non servi")
        qtbot.mouseClick(dialog.submit, LEFT)
        first, _ = dialog.amounts.values()
        assert dialog.lines.fields[str(next(iter(dialog.amounts)))].fault.sentence().startswith("Donnez un montant")
        qtbot.keyClicks(first, "9")
        qtbot.mouseClick(dialog.submit, LEFT)
        fault = dialog.lines.fields[str(next(iter(dialog.amounts)))].fault.sentence()
        assert fault == "Il ne reste que 8,30\u202f€ sur cette ligne."
        assert nameless(dialog) == []
        first.clear()
        qtbot.keyClicks(first, "4,15")
        assert dialog.effect.text().startswith("Avoir de 4,15")
        qtbot.mouseClick(dialog.submit, LEFT)
        qtbot.waitUntil(dialog.ended.isVisible)
        dialog.reject()
    assert office.read(invoice_file, row.id).row.due_cents == 1660 - 415


def test_a_refusal_stays_in_the_dialog_with_what_was_typed(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    row = an_issued_invoice(office, town, meals=2)
    (line,) = office.read(invoice_file, row.id).lines
    screen = chosen(qtbot, office, tasks)
    qtbot.mouseClick(screen.detail.credit_button, LEFT)
    dialog = dialog_of(screen, CreditDialog)
    office.write(credit, COLLEAGUE, row.id, reason="Erreur", seen_cents=830, lines={line.id: 415})
    qtbot.keyClicks(dialog.reason, "Erreur")
    qtbot.mouseClick(dialog.submit, LEFT)
    qtbot.waitUntil(lambda: "créditée entre-temps" in dialog.fault.sentence())
    assert dialog.reason.toPlainText() == "Erreur"


def test_the_credit_notes_of_an_invoice_are_listed_with_their_paper(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    row = an_issued_invoice(office, town, meals=2)
    (line,) = office.read(invoice_file, row.id).lines
    office.write(credit, AGENT, row.id, reason="Repas non servi", seen_cents=830, lines={line.id: 415})
    screen = chosen(qtbot, office, tasks)
    tree = screen.detail.tree
    groups = [item.text(0) for at in range(tree.topLevelItemCount()) if (item := tree.topLevelItem(at))]
    assert groups == ["Léa Martin — Repas", "Avoirs"]
    assert "avoirs 4,15" in screen.detail.totals.text()
    tree.go_to((1, 0))
    assert "Motif\u202f: Repas non servi" in screen.detail.how.text()
    qtbot.mouseClick(screen.detail.note_button, LEFT)
    qtbot.waitUntil(lambda: opens(screen, PdfPreview))


def test_one_draft_is_done_again(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    seen(office, town.home.child_id, town.meal_id, *SCHOOL_DAYS[:2])
    office.write(draft_month, AGENT, OCTOBER)
    seen(office, town.home.child_id, town.meal_id, SCHOOL_DAYS[2])
    screen = chosen(qtbot, office, tasks)
    assert not screen.detail.credit_button.isVisible()
    qtbot.mouseClick(screen.detail.redraft_button, LEFT)
    qtbot.waitUntil(lambda: opens(screen, Confirmation))
    qtbot.mouseClick(dialog_of(screen, Confirmation).confirm, LEFT)
    (draft,) = office.read(invoices_of, OCTOBER)
    assert draft.total_cents == 1245


def test_a_corrected_day_is_made_good_by_mouse(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    row = an_issued_invoice(office, town, meals=2)
    excused(office, town)
    with OffGui(office):
        screen = opened(qtbot, office, tasks, rows=1)
        qtbot.waitUntil(corrections(screen, 1))
        assert screen.lists.tabText(2) == "Régularisations (1)"
        screen.lists.setCurrentIndex(2)
        page = screen.lists.corrections
        assert page.lines.model_of_rows.rowCount() == 1
        assert "1 pointage corrigé après la facture CANTINE-2026-000001" in page.told.text()
        assert nameless(screen) == []
        qtbot.mouseClick(page.one_button, LEFT)
        qtbot.waitUntil(corrections(screen, 0))
    assert [note.total_cents for note in office.read(credit_notes_of, row.id)] == [415]


def test_all_are_made_good_at_once(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    seen(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0])
    an_issued_invoice(office, town, meals=1)
    excused(office, town)
    entry = AttendanceEntry(town.home.child_id, town.morning_id, SCHOOL_DAYS[0], AttendanceState.JUSTIFIED, version=2)
    office.write(correct, AGENT, entry, reason="Certificat remis")
    screen = opened(qtbot, office, tasks, rows=2)
    qtbot.waitUntil(corrections(screen, 2))
    screen.lists.setCurrentIndex(2)
    qtbot.mouseClick(screen.lists.corrections.all_button, LEFT)
    qtbot.waitUntil(lambda: opens(screen, Confirmation))
    qtbot.mouseClick(dialog_of(screen, Confirmation).confirm, LEFT)
    qtbot.waitUntil(corrections(screen, 0))
    assert {row.status for row in office.read(invoices_of, OCTOBER)} == {InvoiceStatus.CANCELLED}


def test_a_correction_is_closed_without_a_paper(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    an_issued_invoice(office, town, meals=2)
    excused(office, town)
    screen = opened(qtbot, office, tasks, rows=1)
    qtbot.waitUntil(corrections(screen, 1))
    screen.lists.setCurrentIndex(2)
    qtbot.mouseClick(screen.lists.corrections.aside_button, LEFT)
    dialog = dialog_of(screen, SetAsideDialog)
    qtbot.keyClicks(dialog.form.fields["reason"].control, "Rendu en mairie")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(corrections(screen, 0))
    assert count(screen) == 1


def test_what_a_credit_note_changes_is_said_before(office: Office, town: Town) -> None:
    row: InvoiceRow = an_issued_invoice(office, town, meals=2)
    assert effect_of(row, 0) == "Donnez un montant à une ligne au moins."
    assert "8,30\u202f€ aujourd'hui, 4,15\u202f€ ensuite" in effect_of(row, 415)


def test_a_proposal_says_in_a_word_what_would_be_written(office: Office, town: Town) -> None:
    an_issued_invoice(office, town, meals=2)
    excused(office, town)
    (found,) = office.read(proposals)
    assert decision(found) == "Avoir"
