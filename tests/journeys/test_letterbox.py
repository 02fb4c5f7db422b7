"""A family's year on its portal, over HTTP: what it asks, sends and pays, and what the office answers."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from backoffice.billing.render import render_missing
from backoffice.clock import SetClock
from backoffice.demonstration.account import create_password, hidden_fields, link_of
from backoffice.demonstration.payfip import PayfipDouble
from backoffice.families.invite import invite
from backoffice.messages.reply import reply
from backoffice.requests.accept import accept
from models.office.billing import Invoice
from models.office.documents import DocumentFile
from models.office.families import PickupPerson
from models.office.house import Message
from models.office.payments import Payment
from models.office.structure import Activity, AgeGroup, Regie
from models.vocabulary import InvoiceStatus
from tests.enrolments import STARTS, Wednesdays, opened, wednesdays
from tests.factories import AGENT, NOW, THURSDAY, another_family, booked
from tests.journeys.people import plain
from tests.live import LiveTown
from tests.months import an_issued_invoice
from tests.papers import a_picture

PASSWORD = "Un-Tilleul-Au-Soleil-88"
EMAIL = "camille.martin@exemple.fr"


class Household:
    """A mother with a browser, and the office that plays a turn when it is asked to."""

    def __init__(self, live: LiveTown) -> None:
        self.live = live
        self.browser = httpx.Client(base_url=live.server.address, follow_redirects=True, trust_env=False, timeout=30)
        self.page = ""

    def read(self, path: str) -> str:
        """Open a page, and give its words."""
        answer = self.browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return self._keep(answer)

    def send(self, path: str, *, to: str = "", files: list[Any] | None = None, **typed: Any) -> str:
        """Send the form of a page as its browser would, then let the office answer; give what is read after."""
        form = hidden_fields(self.browser.get(path).text)
        answer = self.browser.post(to or path, data={**form, **typed}, files=files)
        assert answer.status_code == 200, (path, answer.status_code, plain(answer.text)[-1500:])
        self.live.synchronise()
        return self._keep(self.browser.get(answer.url))

    @property
    def request_id(self) -> UUID:
        """Read which request the last page is about."""
        found = re.search(r"/demandes/([0-9a-f-]{36})", self.page)
        assert found
        return UUID(found[1])

    def _keep(self, answer: httpx.Response) -> str:
        self.page = f"{answer.url}\n{answer.text}"
        return " ".join(plain(html.unescape(re.sub(r"<[^>]+>", " ", answer.text))).split())


@pytest.fixture
def payfip() -> Iterator[PayfipDouble]:
    with PayfipDouble(clients={"881140": "Régie"}, clock=lambda: NOW) as double:
        yield double


@pytest.fixture
def live(tmp_path: Path, payfip: PayfipDouble) -> Iterator[LiveTown]:
    with LiveTown(tmp_path / "town", clock=SetClock(NOW), payfip=payfip) as town:
        yield town


def test_a_family_lives_on_its_portal(live: LiveTown, payfip: PayfipDouble) -> None:
    place = wednesdays(live.office)
    opening = opened(live.office, place, documents=frozenset({place.insurance_id}))
    live.office.write(_one_place_and_a_line_to_payfip, AGENT, place)
    other = another_family(live.office, place.town)
    booked(live.office, other.child_id, place.town.meal_id, THURSDAY)
    an_issued_invoice(live.office, place.town)
    render_missing(live.office, AGENT)
    live.office.write(invite, AGENT, place.home.guardian_id)
    link = link_of(live.office, EMAIL)
    live.synchronise()
    home = Household(live)
    with home.browser:
        create_password(home.browser, link, PASSWORD)
        _waits_for_a_place(home, place)
        _sends_a_document(home, place)
        _asks_an_enrolment(home, place, opening.id)
        _names_a_grandmother(home, place)
        _writes(home, place)
        _pays(home, payfip)


def _one_place_and_a_line_to_payfip(work, place: Wednesdays) -> None:
    work.session.execute(update(Activity).values(waiting_list=True))
    work.session.execute(update(AgeGroup).where(AgeGroup.activity_id != place.activity_id).values(capacity=1))
    work.session.execute(update(Regie).values(payfip_client="881140", payfip_mode="W"))


def _waits_for_a_place(home: Household, place: Wednesdays) -> None:
    """The only meal is another child's: on the list, with its rank; then taken off it again."""
    week = f"/reservations/{place.home.child_id}/2026-W48"
    cell = f"{place.town.meal_id}:{THURSDAY}"
    assert "liste d'attente" in home.read(week)
    answered = home.send(week, c=cell)
    assert "Sur la liste d'attente, au rang 1" in answered
    assert "Liste d'attente" in home.read(week)
    home.send(week)  # the box is no longer ticked
    assert "Liste d'attente" not in home.read(f"{week}?activite={place.town.canteen_id}").partition("Légende")[0]


def _sends_a_document(home: Household, place: Wednesdays) -> None:
    """Two photos become one paper, sealed; the agent accepts it."""
    path = f"/documents/{place.insurance_id}/enfant/{place.home.child_id}"
    pages = [("page", (f"photo{n}.jpg", a_picture(), "image/jpeg")) for n in (1, 2)]
    assert "En attente de la régie" in home.send(path, files=pages)
    (kept,) = home.live.office.read(lambda session: session.scalars(select(DocumentFile)).all())
    assert (kept.pages, kept.media_type) == (2, "application/pdf")
    assert home.live.office.sealer.unseal_bytes(kept.sealed).startswith(b"%PDF")
    home.live.office.write(accept, AGENT, home.request_id, values={"valid_until": None})
    home.live.synchronise()
    assert "Fourni" in home.read(path)


def _asks_an_enrolment(home: Household, place: Wednesdays, opening_id: int) -> None:
    path = f"/inscriptions/demander/{place.home.child_id}/{opening_id}"
    assert "Assurance scolaire" in home.read(path)
    assert "En attente de la régie" in home.send(path, starts=STARTS.isoformat(), note="")
    request_id = home.request_id
    assert "demandée" in home.read("/inscriptions").lower()
    home.live.office.write(accept, AGENT, request_id)
    home.live.synchronise()
    assert "Accueil du mercredi" in home.read("/inscriptions")
    assert "Accueil du mercredi" in home.read(f"/reservations/{place.home.child_id}/2027-W01")


def _names_a_grandmother(home: Household, place: Wednesdays) -> None:
    """Asked, thought better of, asked again, accepted."""
    path = f"/famille/enfant/{place.home.child_id}/ajouter/contact"
    typed = {"f.name": "Jeanne Martin", "f.relation": "grand-mère", "f.phone": "06 39 98 90 12"}
    home.send(path, **typed)
    asked = home.request_id
    assert "Retirée" in home.send(f"/demandes/{asked}", to=f"/demandes/{asked}/retirer")
    home.send(path, **typed)
    home.live.office.write(accept, AGENT, home.request_id)
    home.live.synchronise()
    assert "Jeanne Martin" in home.read("/famille")
    (named,) = home.live.office.read(lambda session: session.scalars(select(PickupPerson)).all())
    assert (named.contact, named.allowed) == (True, False)


def _writes(home: Household, place: Wednesdays) -> None:
    home.send("/contact", text="Bonjour, la sortie est-elle maintenue ?")
    (message,) = home.live.office.read(lambda session: session.scalars(select(Message)).all())
    assert message.text == "Bonjour, la sortie est-elle maintenue ?"
    home.live.office.write(reply, AGENT, place.home.family_id, "Oui, prenez des bottes.")
    home.live.synchronise()
    assert "Oui, prenez des bottes." in home.read("/contact")


def _pays(home: Household, payfip: PayfipDouble) -> None:
    """Ticked, reviewed, paid on the simulation, told by PayFiP's own server, recorded once, with its receipt."""
    assert "70,55 €" in home.read("/factures")
    (key,) = re.findall(r'name="facture" value="(\d+)"', home.page)
    review = home.browser.get("/paiement", params={"facture": key})
    sent = home.browser.post("/paiement", data=hidden_fields(review.text), follow_redirects=False)
    assert sent.status_code == 303
    assert urlsplit(sent.headers["location"]).port == payfip.port
    (idop,) = payfip.operations
    payfip.decide(idop, "P")
    payfip.notify(idop)
    back = home.read(urlsplit(payfip.operations[idop].asked["urlredirect"]).path)
    assert "Paiement réussi" in back
    home.live.synchronise()
    home.live.synchronise()
    (paid,) = home.live.office.read(lambda session: session.scalars(select(Payment)).all())
    assert paid.amount_cents == 7055
    status = home.live.office.read(lambda session: session.scalars(select(Invoice.status)).one())
    assert status is InvoiceStatus.PAID
    assert paid.receipt_number in home.read("/factures?voir=papiers")
    assert "70,55 €" in home.read("/historique?quoi=paiements&periode=mois")
