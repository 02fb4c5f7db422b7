"""An opening: every family posts its week for the same few places within one second; and a week's page at a steady load.

The families are signed in beforehand and have their page open. Then each posts at its own moment of that second, on a
connection of its own, whatever became of the others. The office collects: the first received are booked, the others wait.
"""

import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sqlalchemy import insert, select

from backoffice.clock import SetClock
from backoffice.demonstration.account import hidden_fields
from backoffice.permissions import SYSTEM
from backoffice.portal import serve
from backoffice.portal.accounts import digest
from backoffice.portal.beside import helped
from backoffice.portal.store import Store, Work
from backoffice.sync.contract import week_of
from backoffice.sync.mark import mark_everything
from backoffice.sync.publish import publish
from models.portal import Account, OutboxAction, SignIn
from tests import race
from tests.benchmarks.beside import with_an_empty_page
from tests.benchmarks.crowd import ROOT, Request, Seen, play
from tests.benchmarks.figures import Figure
from tests.factories import NEXT_MONDAY, NOW, Town, a_commune
from tests.live import LiveTown

PLACES = 60
SECOND = 1.0  # during which all of them post
VISITORS = 4
PROCESSES = int(os.environ.get("MARELLE_PROCESSES", "1"))
DRAW = 5  # of the moments
START = 4  # seconds that one more process takes


def measure(families: int) -> list[Figure]:
    """Measure one size."""
    serve.create_app = with_an_empty_page
    with tempfile.TemporaryDirectory() as folder, LiveTown(Path(folder), clock=SetClock(NOW)) as live:
        town = a_commune(live.office, capacity=PLACES)
        race.fill(live.office, town, families)
        store: Store = live.server.app.extensions["marelle"].store
        with live.client() as client:
            live.office.write(mark_everything, SYSTEM)
            publish(live.office, client)
            cookies = store.write(_sign_in, families)
            beside = [sys.executable, "-m", "tests.benchmarks.beside", folder, NOW.isoformat()]
            with helped(live.server.listening, beside, PROCESSES, ROOT):
                time.sleep(START * (PROCESSES - 1))
                serve.settle()  # as a portal does that runs by itself
                pages, steady = _steady(live, cookies)
                posted, raced = _race(live, town, pages, cookies)
            order = store.read(_received)
            result = race.run(live.office, client, families)
        assert result.booked + result.listed == order
        assert len(result.booked) == PLACES
        assert len(posted) == families
        return [
            *(
                Figure(name, families, value, unit, bare, "page vide du même serveur")
                for name, value, unit, bare in steady
            ),
            *(
                Figure(name, families, value, unit, bare, "page vide, mêmes arrivées")
                for name, value, unit, bare in raced
            ),
            Figure("  relever, placer et répondre", families, result.seconds, "s"),
            Figure("  par demande", families, result.ms_an_action, "ms"),
        ]


Row = tuple[str, float, str, float | None]


def _steady(live: LiveTown, cookies: list[str]) -> tuple[list[Seen], list[Row]]:
    """Open the page of every family's week, a few visitors at a time."""
    address = live.server.address
    week = [_get(address, _path(at), cookie) for at, cookie in enumerate(cookies, race.FIRST)]
    empty = [_get(address, "/vide", cookie) for cookie in cookies]
    rows: list[Row] = []
    for visitors, some in ((1, 400), (VISITORS, len(week))):
        play(address, week[:50], visitors=visitors)  # warm
        bare, seen = (
            play(address, empty[:some], visitors=visitors),
            play(address, week[:some], visitors=visitors, texts=True),
        )
        assert {one.status for one in [*bare, *seen]} == {200}
        rows += [
            (f"page d'une semaine, visiteurs : {visitors}", _rate(seen), "par seconde", _rate(bare)),
            ("  médiane", _ms(seen, 0.5), "ms", _ms(bare, 0.5)),
            ("  99e centile", _ms(seen, 0.99), "ms", _ms(bare, 0.99)),
        ]
    rows.append(("  poids", statistics.median(one.size for one in seen) / 1024, "ko", None))
    return seen, rows


def _race(live: LiveTown, town: Town, pages: list[Seen], cookies: list[str]) -> tuple[list[Seen], list[Row]]:
    """Post all the forms within a second."""
    address, draw = live.server.address, random.Random(DRAW)  # noqa: S311 moments, no secret
    moments = sorted(draw.uniform(0, SECOND) for _ in cookies)
    draw.shuffle(moments)
    bare = play(
        address, [Request(_get(address, "/vide", one).raw, at) for one, at in zip(cookies, moments, strict=True)]
    )
    posts = []
    for at, (cookie, page, moment) in enumerate(zip(cookies, pages, moments, strict=True), race.FIRST):
        fields = {**hidden_fields(page.text), "c": f"{town.meal_id}:{NEXT_MONDAY}"}
        posts.append(Request(_post(address, _path(at), cookie, fields), moment))
    seen = play(address, posts)
    assert {one.status for one in seen} == {303}, {one.status for one in seen}
    assert all("/demandes/" in one.location for one in seen)
    return seen, [
        ("une famille poste, toutes en une seconde", _ms(seen, 0.5), "ms (médiane)", _ms(bare, 0.5)),
        ("  99e centile", _ms(seen, 0.99), "ms", _ms(bare, 0.99)),
        ("  la dernière a sa réponse", _span(seen), "s après l'ouverture", _span(bare)),
    ]


def _sign_in(work: Work, families: int) -> list[str]:
    """Open an account and a sign-in for each family, as its password would; give the cookies."""
    tokens = {at: secrets.token_urlsafe(32) for at in range(race.FIRST, race.FIRST + families)}
    work.session.execute(
        insert(Account),
        [
            {
                "guardian_id": at,
                "family_id": at,
                "email": f"{at}@exemple.fr",
                "name": "Camille",
                "open": True,
                "version": 1,
            }
            for at in tokens
        ],
    )
    until = {
        "device": "Un téléphone",
        "created_at": work.now,
        "seen_at": work.now,
        "until": work.now + timedelta(hours=2),
    }
    work.session.execute(
        insert(SignIn), [{"token_hash": digest(token), "guardian_id": at, **until} for at, token in tokens.items()]
    )
    return [f"marelle={token}" for token in tokens.values()]


def _received(work: Work) -> list[int]:
    return list(work.session.scalars(select(OutboxAction.family_id).order_by(OutboxAction.seq)))


def _path(child_id: int) -> str:
    return f"/reservations/{child_id}/{week_of(NEXT_MONDAY)}"


def _get(address: str, path: str, cookie: str) -> Request:
    return Request(f"GET {path} HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\nCookie: {cookie}\r\n\r\n".encode())


def _post(address: str, path: str, cookie: str, fields: dict[str, object]) -> bytes:
    body = urlencode(fields, doseq=True)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def _rate(seen: list[Seen]) -> float:
    return len(seen) / _span(seen)


def _span(seen: list[Seen]) -> float:
    return max(one.left + one.seconds for one in seen) - min(one.left for one in seen)


def _ms(seen: list[Seen], part: float) -> float:
    return 1000 * sorted(one.seconds for one in seen)[min(int(len(seen) * part), len(seen) - 1)]
