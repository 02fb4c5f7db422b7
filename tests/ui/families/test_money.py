"""Who pays, the proofs of income and the terms of enrolments, in « Familles », by real clicks."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from backoffice.families.file import family_file
from backoffice.families.income import prove_income
from backoffice.families.income_rules import Income, cents_typed
from backoffice.families.payer_rules import Part, Way
from backoffice.families.payers import payers_of, set_payers
from backoffice.office import Office
from models.vocabulary import CustodyWeeks
from resources.french import NARROW
from tests.factories import AGENT, COLLEAGUE, TODAY, Town, another_family
from tests.ui.at_desk import OffGui, nameless
from tests.ui.families.test_screen import LEFT, opened, words
from tests.unit.billing.sharing import other_parent
from tests.unit.families.test_income import PACKAGE, adopt
from ui.common.forms import REQUIRED
from ui.common.tasks import Tasks
from ui.families.belong import AttachDialog, DetachDialog
from ui.families.income import IncomeCard, IncomeDialog
from ui.families.payers import PayersCard, PayersDialog
from ui.families.screen import FamiliesScreen
from ui.families.terms import TermsDialog

pytestmark = pytest.mark.window
CANTEEN = "Restauration scolaire"
NOVEMBER = date(2026, 11, 1)


def card(screen: FamiliesScreen) -> PayersCard:
    assert screen.panel.household is not None
    found = screen.panel.household.findChild(PayersCard)
    assert found is not None
    return found


def income_card(screen: FamiliesScreen) -> IncomeCard:
    assert screen.panel.household is not None
    found = screen.panel.household.findChild(IncomeCard)
    assert found is not None
    return found


def payers_form(screen: FamiliesScreen) -> PayersDialog:
    assert isinstance(screen.forms.form, PayersDialog)
    return screen.forms.form


def income_form(screen: FamiliesScreen) -> IncomeDialog:
    assert isinstance(screen.forms.form, IncomeDialog)
    return screen.forms.form


def typed(qtbot: QtBot, box: QWidget, text: str) -> None:
    assert isinstance(box, QSpinBox)
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text)


def choose_way(form: PayersDialog, way: Way) -> None:
    form.way.setCurrentIndex(form.way.findData(way))


def test_parts_in_percent_are_agreed_with_the_mouse(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    father = other_parent(office, town)
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        screen.visit(town.home.family_id)
        qtbot.waitUntil(lambda: "Payeurs de Léa" in words(screen.panel))
        qtbot.mouseClick(card(screen).edits[CANTEEN], LEFT)
        form = payers_form(screen)
        assert nameless(form) == []
        choose_way(form, Way.PERCENT)
        typed(qtbot, form.percents[town.home.family_id], "60")
        qtbot.mouseClick(form.submit, LEFT)
        assert f"Les parts font 110{NARROW}%" in form.form.fields["way"].fault.sentence()
        typed(qtbot, form.percents[father], "40")
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: f"Durand 40{NARROW}% et Martin 60{NARROW}%" in words(card(screen)))
        assert screen.forms.form is None
        assert tasks.drain()
    row = next(row for row in office.read(payers_of, father, TODAY) if row.service == CANTEEN and row.child == "Léa")
    assert [(period.starts, period.ends) for period in row.periods] == [(NOVEMBER, None)]


def test_alternate_weeks_are_agreed_until_a_day(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    father = other_parent(office, town)
    screen = opened(qtbot, office, tasks)
    screen.visit(town.home.family_id)
    qtbot.waitUntil(lambda: "Payeurs de Léa" in words(screen.panel))
    qtbot.mouseClick(card(screen).edits[CANTEEN], LEFT)
    form = payers_form(screen)
    assert not form.form.fields["even"].isVisible()
    choose_way(form, Way.WEEKS)
    assert form.form.fields["even"].isVisible()
    assert [part.family_id for part in form.parts] == [town.home.family_id, father]
    form.until.limited.click()
    form.until.end.setDate(date(2026, 10, 1))
    qtbot.mouseClick(form.submit, LEFT)
    assert "La fin vient avant le début" in form.form.fields["ends"].fault.sentence()
    form.until.end.setDate(date(2027, 7, 4))
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: "semaines paires" in words(card(screen)))
    assert "jusqu'au 04/07/2027" in words(card(screen))


def test_a_colleague_who_was_faster_is_told_in_the_form(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    father = other_parent(office, town)
    screen = opened(qtbot, office, tasks)
    screen.visit(town.home.family_id)
    qtbot.waitUntil(lambda: "Payeurs de Léa" in words(screen.panel))
    qtbot.mouseClick(card(screen).edits[CANTEEN], LEFT)
    form = payers_form(screen)
    weeks = (
        Part(father, weeks=CustodyWeeks.EVEN),
        Part(town.home.family_id, weeks=CustodyWeeks.ODD),
    )
    office.write(set_payers, COLLEAGUE, town.home.child_id, town.canteen_service_id, starts=NOVEMBER, shares=weeks)
    choose_way(form, Way.PERCENT)
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: "ont été modifiés entre-temps" in form.fault.sentence())
    assert [part.percent for part in form.parts] == [50, 50]


def test_a_single_household_has_nothing_to_share(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    screen = opened(qtbot, office, tasks)
    assert card(screen).edits == {}
    assert "Martin (foyer de l'inscription)" in words(card(screen))


def test_a_child_is_attached_to_another_household_then_detached(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    another_family(office, town, "Zola")
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        qtbot.mouseClick(card(screen).attach, LEFT)
        form = screen.forms.form
        assert isinstance(form, AttachDialog)
        assert nameless(form) == []
        qtbot.keyClicks(form.number, "F999")
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: "Aucun dossier n'a le numéro" in form.fault.sentence())
        form.number.clear()
        qtbot.keyClicks(form.number, "fzola ")
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: CANTEEN in card(screen).edits)
        qtbot.mouseClick(card(screen).detach[0], LEFT)
        asked = screen.findChild(DetachDialog)
        assert asked is not None
        qtbot.mouseClick(asked.confirm, LEFT)
        qtbot.waitUntil(lambda: card(screen).edits == {})
        assert tasks.drain()


def test_a_proof_of_income_is_entered_with_the_mouse(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        qtbot.mouseClick(income_card(screen).enter, LEFT)
        form = income_form(screen)
        assert nameless(form) == []
        assert "Le quotient 900 s'arrêtera la veille" in words(form)
        typed(qtbot, form.value, "620")
        qtbot.keyClicks(form.resources, "mille")
        qtbot.mouseClick(form.submit, LEFT)
        assert "1 850,50" in form.form.fields["resources"].fault.sentence()
        form.resources.clear()
        qtbot.keyClicks(form.resources, "1850,5")
        qtbot.mouseClick(form.submit, LEFT)
        assert "enfants à charge" in form.form.fields["children"].fault.sentence()
        typed(qtbot, form.dependent, "2")
        form.disabled_child.click()
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: "Quotient 620" in words(screen.panel))
        assert f"Ressources 1{NARROW}850,50{NARROW}€ par mois, 2 enfants à charge" in words(income_card(screen))
        assert tasks.drain()
    newest, former = office.read(family_file, town.home.family_id, TODAY).quotients
    assert (newest.value, newest.resources_cents, newest.children, newest.disabled_child) == (620, 185_050, 2, True)
    assert (newest.starts, newest.proved_on, former.ends) == (TODAY, TODAY, date(2026, 11, 23))


def test_a_later_proof_is_not_overlapped(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    office.write(prove_income, AGENT, town.home.family_id, Income(700, date(2027, 1, 1)))
    screen = opened(qtbot, office, tasks)
    qtbot.mouseClick(income_card(screen).enter, LEFT)
    form = income_form(screen)
    qtbot.mouseClick(form.submit, LEFT)
    assert "Le quotient 700 commence le 01/01/2027" in form.form.fields["ends"].fault.sentence()
    assert form.form.fields["ends"].isVisible()


def test_another_screen_opens_the_proof_of_a_family(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    father = other_parent(office, town)
    screen = opened(qtbot, office, tasks)
    screen.visit((father, "income"))
    qtbot.waitUntil(lambda: screen.forms.form is not None)
    assert income_form(screen).file.name == "Durand"
    qtbot.mouseClick(income_form(screen).close_button, LEFT)
    assert screen.forms.form is None
    screen.refresh()
    qtbot.waitUntil(lambda: screen.panel._name.text() == "Famille Durand")
    assert tasks.drain()
    assert screen.forms.form is None


def test_a_proof_asked_by_an_alert_begins_with_the_month_that_lacks_it_and_zero_is_never_meant(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    stranger = another_family(office, town, "Zola", quotient=None)
    screen = opened(qtbot, office, tasks)
    screen.visit((stranger.family_id, "income", date(2026, 10, 6)))
    qtbot.waitUntil(lambda: screen.forms.form is not None)
    form = income_form(screen)
    assert form.until.starts == date(2026, 10, 1)
    qtbot.mouseClick(form.submit, LEFT)
    assert form.form.fields["value"].fault.sentence() == REQUIRED
    typed(qtbot, form.value, "540")
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: screen.forms.form is None)
    (quotient,) = office.read(family_file, stranger.family_id, TODAY).quotients
    assert (quotient.value, quotient.starts) == (540, date(2026, 10, 1))


def test_the_terms_of_an_enrolment_are_chosen(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    adopt(office, PACKAGE)
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        panel = screen.panel
        panel.tabs.setCurrentIndex(1)
        assert not panel.terms.isEnabled()
        care = next(row for row in panel.enrolments.model_of_rows.rows if row.activity == "Accueil périscolaire")
        panel.enrolments.choose(care.id)
        qtbot.mouseClick(panel.terms, LEFT)
        qtbot.waitUntil(lambda: screen.forms.form is not None)
        form = screen.forms.form
        assert isinstance(form, TermsDialog)
        assert nameless(form) == []
        form.category.setFocus()
        qtbot.keyClick(form.category, Qt.Key.Key_Down)
        form.days.setFocus()
        qtbot.keyClick(form.days, Qt.Key.Key_End)
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: screen.forms.form is None)
        qtbot.waitUntil(lambda: any(row.category for row in panel.enrolments.model_of_rows.rows))
        assert tasks.drain()
    rows = office.read(family_file, town.home.family_id, TODAY).enrolments
    assert [(row.category, row.days_a_week) for row in rows] == [(None, None), ("occasionnel", 4)]


@pytest.mark.parametrize(
    ("text", "cents"),
    [("1 850,50", 185_050), ("1850.5 €", 185_050), ("12", 1_200), ("", None), ("1,234", None), ("-5", None)],
)
def test_an_amount_is_read_as_people_type_it(text: str, cents: int | None) -> None:
    assert cents_typed(text) == cents
