"""An invoice's lines on screen: hours, exact prices, penalties."""

from datetime import time

import pytest
from pytestqt.qtbot import QtBot

from backoffice.billing.draft import draft_month
from backoffice.billing.lists import invoice_file, invoices_of
from backoffice.office import Office
from tests.factories import AGENT, Town
from tests.months import OCTOBER, SCHOOL_DAYS
from tests.unit.billing.books import CARE_TARIFF, HOURLY, PICKUP, adopt, plain, point
from ui.billing.detail import InvoiceDetail
from ui.billing.lines_tree import explanation

pytestmark = pytest.mark.window


def test_hours_and_penalties_are_read_apart(qtbot: QtBot, office: Office, town: Town) -> None:
    adopt(office, HOURLY.replace("prix = 2.10", "prix = 2.125"), PICKUP, of=CARE_TARIFF)
    point(office, town.home.child_id, town.morning_id, SCHOOL_DAYS[0], arrived=time(7), left=time(8, 40))
    office.write(draft_month, AGENT, OCTOBER)
    (row,) = office.read(invoices_of, OCTOBER)
    file = office.read(invoice_file, row.id)
    detail = InvoiceDetail(office.today)
    qtbot.addWidget(detail)
    detail.show_file(file)
    groups = [detail.tree.topLevelItem(at) for at in range(detail.tree.topLevelItemCount())]
    assert [group.text(0) for group in groups if group] == ["Léa Martin — Accueil", "Léa Martin — Pénalités"]
    hours = groups[0].child(0) if groups[0] else None
    assert hours is not None
    label, counted = plain(hours.text(0)).split("\n")
    assert (label, counted, hours.text(1)) == ("Accueil périscolaire, accueil à l'heure", "1,75 h × 2,125 €", "3,72")
    detail.show()
    high = []
    for width in (900, 330):
        detail.resize(width, 500)
        detail.tree.doItemsLayout()
        high.append(detail.tree.visualItemRect(hours).height())
    assert high[1] > high[0]  # where there is less room, the label goes on below
    assert "1,75 h × 2,125 € = 3,72 €" in plain(explanation(file.lines[0]))
