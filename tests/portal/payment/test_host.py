"""A demonstration pays on the double, which its portal holds, and never at the Treasury; a real town pays at the Treasury."""

import socket
from pathlib import Path

import httpx
import pytest

from backoffice.demonstration.payfip import LABEL, PayfipDouble
from backoffice.payfip.rules import PAGE
from backoffice.portal_host import NOWHERE, payfip_of, portal_settings
from backoffice.settings import Settings, write_settings


def a_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def test_the_portal_of_a_demonstration_holds_the_double_while_it_answers() -> None:
    port = a_port()
    settings = Settings(demonstration=True, payfip_url=f"http://127.0.0.1:{port}/securite")
    page = f"http://127.0.0.1:{port}/paiement?idop=x"
    with payfip_of(settings):
        assert LABEL in httpx.get(page).text
        with payfip_of(settings):  # a second portal of the demonstration: the port is taken, it uses the first's
            assert LABEL in httpx.get(page).text
        assert LABEL in httpx.get(page).text
    with pytest.raises(httpx.ConnectError):
        httpx.get(page)


@pytest.mark.parametrize(
    "settings", [Settings(), Settings(payfip_url="http://127.0.0.1:1/securite"), Settings(demonstration=True)]
)
def test_elsewhere_no_double_starts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PayfipDouble, "start", lambda _: pytest.fail("a double was started"))
    with payfip_of(settings):
        pass


def test_a_town_pays_at_the_treasury_and_a_demonstration_never(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARELLE_PORTAL_KEY", "cle")
    write_settings(tmp_path, Settings(portal_public_url="https://famille.exemple.fr"))
    town = portal_settings(tmp_path, secure=True)
    assert (town.payfip_url, town.payfip_page_url, town.public_url) == (None, PAGE, "https://famille.exemple.fr")
    write_settings(tmp_path, Settings(demonstration=True))
    demonstration = portal_settings(tmp_path, secure=False)
    assert demonstration.payfip_url == NOWHERE
    assert demonstration.payfip_page_url.startswith("http://127.0.0.1:9/")
    assert demonstration.public_url == ""
