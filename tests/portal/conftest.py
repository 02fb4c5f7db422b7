"""A portal with a small published commune, and browsers without a window."""

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.test import TestResponse

from backoffice.portal.app import create_app
from backoffice.sync.contract import View
from models.engine import sqlite_url
from tests.engines import Shelf, compile_once, wait_for_no_disk
from tests.factories import lay_empty
from tests.portal.published import PASSWORD, SYNC_KEY, Clock, everything, publication, settings

T = TypeVar("T")


class Pages(BytecodeCache):
    """Keeps the pages' templates compiled from one portal to the next."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


PAGES = Pages()


def drawn(text: str) -> str:
    """Take out of a page the tokens that no two pages share."""
    return re.sub(r'name="(csrf_token|form_key)" value="[^"]*"', "", text)


class Person:
    """Somebody with a browser: keeps cookies, reads the forms of the page it last opened."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.text = ""

    def get(self, path: str, **more: object) -> TestResponse:
        response = self.client.get(path, buffered=True, **more)
        self.text = response.get_data(as_text=True)
        return response

    def post(self, path: str, data: dict[str, object] | None = None, **more: object) -> TestResponse:
        """Send a form as the last page drew it, with changes."""
        response = self.client.post(path, data=self.form() | (data or {}), **more)
        self.text = response.get_data(as_text=True)
        return response

    @property
    def words(self) -> str:
        """Read the last page as people do, spaces made plain."""
        return html.unescape(self.text).replace("\u202f", " ").replace("\xa0", " ")

    def tab(self) -> FlaskClient:
        """Open another tab of the same browser, for what is sent at the same instant."""
        other: FlaskClient = self.client.application.test_client()
        other._cookies = dict(self.client._cookies)
        return other

    def form(self, *more: str) -> dict[str, object]:
        """Read what every form of the last page sends by itself, and more of its hidden fields."""
        return {name: found for name in ("csrf_token", "form_key", *more) if (found := self.hidden(name))}

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.text)
        return html.unescape(found[1]) if found else ""

    def all_hidden(self, name: str) -> list[str]:
        return [html.unescape(text) for text in re.findall(rf'name="{name}" value="([^"]*)"', self.text)]

    def ticked(self) -> list[str]:
        """Read the boxes that the page shows ticked."""
        return re.findall(r'name="c" value="([^"]*)" checked', self.text)

    def boxes(self) -> list[str]:
        """Read the boxes that the page lets one change."""
        return re.findall(r'name="c" value="([^"]*)"', self.text)

    def open_account(self, token: str = "premier-lien", password: str = PASSWORD) -> TestResponse:
        self.get(f"/bienvenue/{token}")
        return self.post(f"/bienvenue/{token}", {"password": password, "again": password})

    def sign_in(self, email: str = "claire.martin@exemple.fr", password: str = PASSWORD, **more: str) -> TestResponse:
        self.get("/connexion")
        return self.post("/connexion", {"email": email, "password": password} | more)


class Office:
    """The office's side of the wire."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {SYNC_KEY}"}

    def publish(self, *views: View) -> int:
        response = self.client.post("/sync/views", data=publication(views), headers=self.headers)
        assert response.status_code == 200, response.text
        return int(response.json["taken"])

    def actions(self, limit: int = 200) -> dict:
        response = self.client.get(f"/sync/actions?limit={limit}", headers=self.headers)
        assert response.status_code == 200
        return response.json

    def payloads(self, kind: str) -> list[dict]:
        return [one["payload"] for one in self.actions()["actions"] if one["payload"]["kind"] == kind]

    def post(self, path: str, data: str, **headers: str) -> TestResponse:
        return self.client.post(path, data=data, headers=self.headers | headers)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=self.headers)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_app(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Flask]]:
    apps: list[Flask] = []

    def make(url: str | None = None, **changes: object) -> Flask:
        file = tmp_path / f"portal-{len(apps)}.db"
        if url is None:
            lay_empty(file, "portal")
        app = create_app(settings(url or sqlite_url(file), clock, **changes))
        app.jinja_env.bytecode_cache = PAGES
        compile_once(app.extensions["marelle"].store.engine)
        wait_for_no_disk(app.extensions["marelle"].store.engine)
        if url is None:
            Shelf(app.extensions["marelle"].store.engine, "portal")
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.extensions["marelle"].store.close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either_app(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """The same portal on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("new_postgres")("portal")
    return make_app(url)


@pytest.fixture
def office(app: Flask) -> Office:
    office = Office(app)
    reach(app, "published", lambda: office.publish(*everything()))
    return office


def reach(app: Flask, state: str, act: Callable[[], T]) -> T:
    """Bring a portal on, by the act itself the first time of a run."""
    portal = app.extensions["marelle"]
    told = (state, portal.settings.clock(), portal.cookie, portal.settings.secret_key)
    return Shelf.reach(portal.store.engine, told, act)


@pytest.fixture
def claire(app: Flask, office: Office) -> Person:
    """A mother who has opened her account."""
    person = Person(app)

    def open_account() -> tuple[dict[Any, Any], str]:
        person.open_account()
        return dict(person.client._cookies), person.text

    cookies, person.text = reach(app, "claire", open_account)
    person.client._cookies = dict(cookies)
    return person


@pytest.fixture
def hugo(app: Flask, office: Office) -> Person:
    """A father of another family."""
    person = Person(app)
    person.open_account("autre-lien")
    return person
