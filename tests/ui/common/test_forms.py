"""Forms, pickers and dialogs."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from ui.common.dialogs import Confirmation, FormDialog, ProgressDialog, ReasonDialog
from ui.common.forms import REQUIRED, Form, choice_field, date_field, date_in, note_field, number_field, text_field
from ui.common.pickers import DayPicker, MonthPicker, SearchField, WeekPicker

pytestmark = pytest.mark.window
TUESDAY = date(2026, 11, 24)


def test_what_is_wrong_is_written_under_its_field_and_read_aloud(qtbot: QtBot) -> None:
    form = Form(columns=2)
    qtbot.addWidget(form)
    name = form.add("name", "&Nom", text_field(), required=True)
    form.add("born", "Né le", date_field(TUESDAY))
    form.add("alone", "Part seul", QCheckBox("Part seul"), wide=True)
    form.add("places", "Places", number_field(2, most=9))
    assert not form.check_filled()
    assert form.fields["name"].fault.sentence() == REQUIRED
    assert name.accessibleName() == "Nom, obligatoire"
    assert name.accessibleDescription() == REQUIRED
    assert form.fields["name"].label.text() == "&Nom *"
    name.setText("Évrard")
    assert form.check_filled()
    assert form.fields["name"].fault.isHidden()
    assert name.accessibleDescription() == ""


def test_every_kind_of_field_knows_when_it_is_blank(qtbot: QtBot) -> None:
    form = Form()
    qtbot.addWidget(form)
    note = form.add("note", "Note", note_field(), required=True)
    choice = form.add("choice", "Motif", choice_field({"late": "Hors délai"}, blank="Choisissez…"), required=True)
    box = form.add("box", "Vu", QCheckBox("Vu"), required=True)
    assert [field.is_blank() for field in form.fields.values()] == [True] * 3
    note.setPlainText("Bonjour")
    choice.setCurrentIndex(1)
    box.setChecked(True)
    assert form.check_filled()
    assert choice.currentData() == "late"


def test_a_refused_form_keeps_what_was_typed(qtbot: QtBot) -> None:
    dialog = FormDialog("Nouvelle famille", "Créer")
    qtbot.addWidget(dialog)
    name = dialog.form.add("name", "Nom", text_field(), required=True)
    dialog.explain_stars()
    sent: list[str] = []
    dialog.submitted.connect(lambda: sent.append(name.text()))
    dialog.open()
    dialog.submit.click()
    assert sent == []
    name.setText("Évrard")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    dialog.submit.click()
    assert sent == ["Évrard"]
    assert not dialog.submit.isEnabled()
    dialog.refuse("Cette famille existe déjà.", {"name": "Déjà connue."})
    assert dialog.isVisible()
    assert (dialog.fault.sentence(), name.text(), name.isEnabled()) == ("Cette famille existe déjà.", "Évrard", True)
    assert dialog.form.fields["name"].fault.sentence() == "Déjà connue."


def test_a_dialog_grows_with_what_is_wrong_and_crushes_no_field(qtbot: QtBot) -> None:
    dialog = FormDialog("Bordereau", "Établir", columns=3)
    qtbot.addWidget(dialog)
    boxes = [dialog.form.add(str(at), f"Billets {at}", number_field()) for at in range(9)]
    dialog.open()
    qtbot.waitExposed(dialog)
    qtbot.wait(1)
    before = dialog.height()
    dialog.refuse("Les billets comptés ne font pas la somme. " * 8, {"0": "Recomptez ces billets, un par un. " * 4})
    qtbot.waitUntil(lambda: dialog.height() > before)
    qtbot.waitUntil(lambda: all(box.height() >= box.minimumSizeHint().height() for box in boxes))


def test_a_refusal_needs_its_reason(qtbot: QtBot) -> None:
    dialog = ReasonDialog("Refuser", "Refuser", {"late": "Hors délai"}, sentence="La famille lira ce motif.")
    qtbot.addWidget(dialog)
    dialog.open()
    with qtbot.assertNotEmitted(dialog.submitted):
        dialog.submit.click()
    dialog._reason.setCurrentIndex(1)
    with qtbot.waitSignal(dialog.submitted):
        dialog.submit.click()
    assert (dialog.reason, dialog.note) == ("late", "")


def test_what_cannot_be_undone_is_not_the_default(qtbot: QtBot) -> None:
    dialog = Confirmation("Annuler", "L'avoir sera définitif.", "Émettre l'avoir", danger=True)
    qtbot.addWidget(dialog)
    assert dialog.keep.isDefault()
    assert not dialog.confirm.isDefault()


def test_long_work_is_stopped_once_and_leaves_when_it_has(qtbot: QtBot) -> None:
    dialog = ProgressDialog("Émission des factures")
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.show_progress(3, 10, "Famille Évrard")
    asked: list[int] = []
    dialog.cancel_asked.connect(lambda: asked.append(1))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert asked == [1]
    assert dialog.isVisible()
    dialog.accept()
    assert not dialog.isVisible()


def test_a_search_waits_for_the_end_of_the_word(qtbot: QtBot) -> None:
    field, asked = SearchField("Nom"), []
    qtbot.addWidget(field)
    field.searched.connect(asked.append)
    qtbot.keyClicks(field, "evr")
    assert asked == []
    qtbot.waitUntil(lambda: asked == ["evr"])
    qtbot.keyClicks(field, "a")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked == ["evr", "evra"]
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: asked[-1] == "")


def test_months_weeks_and_days_follow_each_other(qtbot: QtBot) -> None:
    month, week = MonthPicker(TUESDAY), WeekPicker(TUESDAY, lambda: TUESDAY)
    day = DayPicker(date(2026, 12, 31), lambda: TUESDAY)
    for picker in (month, week, day):
        qtbot.addWidget(picker)
    shown: list[date] = []
    month.month_chosen.connect(shown.append)
    week.week_chosen.connect(shown.append)
    day.day_chosen.connect(shown.append)
    month.step(2)
    week.following.click()
    day.following.click()
    assert shown == [date(2027, 1, 1), date(2026, 11, 30), date(2027, 1, 1)]
    assert month.named.text() == "Janvier 2027"
    assert week.named.text() == "Semaine du 30 novembre au 6 décembre 2026"
    week.today.click()
    day.today.click()
    assert (week.monday, day.day) == (date(2026, 11, 23), TUESDAY)
    month.named.menu().aboutToShow.emit()
    month.named.menu().actions()[0].trigger()
    assert month.month == date(2026, 7, 1)
    assert day.field.text() == "mardi 24 novembre 2026"
    assert date_in(day.field) == TUESDAY
