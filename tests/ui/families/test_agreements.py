"""« Contrats et aides » in a family's file, by real clicks on a real database."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from backoffice.office import Office
from models.office.contracts import AidGrant, Contract
from tests.factories import AGENT, Town
from tests.ui.at_desk import OffGui, nameless
from tests.unit.agreements.creche import RULEBOOK, a_creche, sign
from ui.common.changes import Changes
from ui.common.dialogs import FormDialog
from ui.common.tasks import Tasks
from ui.families.agreements import AgreementsCard
from ui.families.screen import FamiliesScreen, families_screen

pytestmark = pytest.mark.window
LEFT = Qt.MouseButton.LeftButton
AID = """
[[aide]]
code = "bons"
titre = "Bons de la CAF"
organisme = "CAF des Vosges"
activites = ["PERI"]
montant = 1.00
par = "heure"
solde = 90.00
"""


def opened(qtbot: QtBot, office: Office, tasks: Tasks) -> FamiliesScreen:
    changes = Changes(tasks)
    office.on_change(changes.announce)
    screen = families_screen(office, AGENT, tasks, changes)
    qtbot.addWidget(screen)
    screen.resize(1200, 900)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: screen.panel.household is not None)
    return screen


def card(screen: FamiliesScreen) -> AgreementsCard:
    assert screen.panel.household is not None
    found = screen.panel.household.findChild(AgreementsCard)
    assert found is not None
    return found


def words(screen: FamiliesScreen) -> str:
    text = "\n".join(label.text() for label in card(screen).findChildren(QLabel))
    return text.replace("\u202f", " ").replace("\xa0", " ")


def form_of(screen: FamiliesScreen) -> FormDialog:
    assert screen.agreements.form is not None
    return screen.agreements.form


def type_in(qtbot: QtBot, form: FormDialog, **texts: str) -> None:
    for code, text in texts.items():
        field = form.form.fields[code].control
        assert isinstance(field, QLineEdit)
        field.clear()
        qtbot.keyClicks(field, text)


def test_a_contract_is_signed_with_its_faults_beside_the_fields(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    a_creche(office, town)
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        qtbot.mouseClick(card(screen).sign, LEFT)
        form = form_of(screen)
        type_in(qtbot, form, hours="30,1", weeks="47")
        qtbot.mouseClick(form.submit, LEFT)
        assert "quart d'heure" in form.form.fields["hours"].fault.sentence()
        type_in(qtbot, form, hours="30", weeks="47")
        form.form.fields["months"].control.setValue(10)
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: "30 h par semaine, 47 semaines sur 10 mois, soit 141 h par mois" in words(screen))
    assert nameless(card(screen)) == []
    assert office.read(lambda session: session.scalars(select(Contract.minutes_a_week)).all()) == [1800]


def test_a_second_contract_over_the_first_is_refused_and_nothing_typed_is_lost(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    a_creche(office, town)
    sign(office, town)
    screen = opened(qtbot, office, tasks)
    qtbot.mouseClick(card(screen).sign, LEFT)
    form = form_of(screen)
    type_in(qtbot, form, hours="20", weeks="40")
    form.form.fields["months"].control.setValue(10)
    qtbot.mouseClick(form.submit, LEFT)
    qtbot.waitUntil(lambda: "a déjà un contrat" in form.form.fields["starts"].fault.sentence())
    assert form.form.fields["hours"].control.text() == "20"
    assert len(office.read(lambda session: session.scalars(select(Contract)).all())) == 1


def test_a_contract_is_ended_and_the_card_says_so(qtbot: QtBot, office: Office, town: Town, tasks: Tasks) -> None:
    a_creche(office, town)
    signed = sign(office, town)
    screen = opened(qtbot, office, tasks)
    qtbot.mouseClick(card(screen).ends[signed.contract_id], LEFT)
    qtbot.mouseClick(form_of(screen).submit, LEFT)
    qtbot.waitUntil(lambda: "terminé avant le 31/08/2027 prévu" in words(screen))


def test_an_aid_is_granted_with_the_balance_of_the_rules_then_changed(
    qtbot: QtBot, office: Office, town: Town, tasks: Tasks
) -> None:
    a_creche(office, town, RULEBOOK + AID)
    with OffGui(office):
        screen = opened(qtbot, office, tasks)
        qtbot.mouseClick(card(screen).grant, LEFT)
        form = form_of(screen)
        assert form.form.fields["amount"].control.text() == "90,00"
        type_in(qtbot, form, amount="rien")
        qtbot.mouseClick(form.submit, LEFT)
        assert "90,00" in form.form.fields["amount"].fault.sentence()
        type_in(qtbot, form, amount="120", reference="A 12")
        qtbot.mouseClick(form.submit, LEFT)
        qtbot.waitUntil(lambda: "reste 120,00 €" in words(screen))
        (change,) = card(screen).changes.values()
        qtbot.mouseClick(change, LEFT)
        type_in(qtbot, form_of(screen), amount="130,5")
        qtbot.mouseClick(form_of(screen).submit, LEFT)
        qtbot.waitUntil(lambda: "reste 130,50 €" in words(screen))
    rows = office.read(lambda session: session.scalars(select(AidGrant)).all())
    assert [(row.amount_cents, row.reference) for row in rows] == [(13050, "A 12")]
