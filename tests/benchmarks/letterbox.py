"""The portal and what passes through its letterbox: a full publish, one action collected, a week's page."""

import statistics
import tempfile
import time
from pathlib import Path

import httpx
from flask import Flask

from backoffice.clock import SetClock
from backoffice.demonstration.account import SAMPLE_PASSWORD, create_password, hidden_fields, link_of
from backoffice.families.invite import invite
from backoffice.permissions import SYSTEM
from backoffice.sync.collect import collect
from backoffice.sync.contract import week_of
from backoffice.sync.horizon import TO_YEAR_END, USUAL
from backoffice.sync.mark import mark_everything
from backoffice.sync.publish import publish
from backoffice.sync.set_horizon import set_horizon
from tests.benchmarks.big_month import fill
from tests.benchmarks.figures import Figure, timed
from tests.factories import AGENT, NOW, THURSDAY, Town, a_commune
from tests.live import LiveTown

PAGES = 200
ACTIONS = 20


def measure(families: int) -> list[Figure]:
    """Measure one size."""
    with tempfile.TemporaryDirectory() as folder, LiveTown(Path(folder), clock=SetClock(NOW)) as live:
        town = a_commune(live.office)
        fill(live.office, families)
        _empty_page(live.server.app)
        return [*_full_publish(live, families), *_week(live, town, families), *_whole_year(live, families)]


def _full_publish(live: LiveTown, families: int) -> list[Figure]:
    views = live.office.write(mark_everything, SYSTEM)
    with live.client() as client, timed() as watch:
        report = publish(live.office, client)
    return [
        Figure("publier tout", families, watch.seconds, "s"),
        Figure("  vues publiées", families, report.sent / watch.seconds, "par seconde"),
        Figure("  vues à publier", families, views, "vues"),
    ]


def _whole_year(live: LiveTown, families: int) -> list[Figure]:
    """Let families see to the end of the school year instead of eight weeks ahead."""
    live.office.write(set_horizon, AGENT, TO_YEAR_END, seen=USUAL)
    with live.client() as client, timed() as watch:
        report = publish(live.office, client)
    return [
        Figure("publier le reste de l'année scolaire", families, watch.seconds, "s"),
        Figure("  vues à publier", families, report.sent, "vues"),
    ]


def _week(live: LiveTown, town: Town, families: int) -> list[Figure]:
    live.office.write(invite, AGENT, town.home.guardian_id)
    with live.client() as client, httpx.Client(base_url=live.server.address, follow_redirects=True) as browser:
        publish(live.office, client)
        create_password(browser, link_of(live.office, "camille.martin@exemple.fr"), SAMPLE_PASSWORD)
        collect(live.office, client)
        path = f"/reservations/{town.home.child_id}/{week_of(THURSDAY)}"
        week, size = _seconds(browser, path)
        empty, _ = _seconds(browser, "/vide")
        cell = f"{town.meal_id}:{THURSDAY}"
        actions = [_collect_one(live, browser, path, [cell] if at % 2 == 0 else []) for at in range(ACTIONS)]
    bare, bare_name = 1 / statistics.median(empty), "page vide du même serveur"
    return [
        Figure("page d'une semaine", families, 1 / statistics.median(week), "par seconde", bare, bare_name),
        Figure("  médiane", families, 1000 * statistics.median(week), "ms", 1000 * statistics.median(empty), bare_name),
        Figure("  99e centile", families, 1000 * _p99(week), "ms", 1000 * _p99(empty), bare_name),
        Figure("  poids", families, size / 1024, "ko"),
        Figure("relever une action, réponse publiée", families, 1000 * statistics.median(actions), "ms"),
    ]


def _collect_one(live: LiveTown, browser: httpx.Client, path: str, ticked: list[str]) -> float:
    """Let the family book or cancel its Thursday, then time its collection up to the published answer."""
    answer = browser.post(path, data={**hidden_fields(browser.get(path).text), "c": ticked})
    assert "/demandes/" in str(answer.url), answer.url
    with live.client() as client, timed() as watch:
        report = collect(live.office, client)
    assert report.applied == 1
    return watch.seconds


def _seconds(browser: httpx.Client, path: str) -> tuple[list[float], int]:
    browser.get(path).raise_for_status()
    found = []
    for _ in range(PAGES):
        start = time.perf_counter()
        answer = browser.get(path)
        found.append(time.perf_counter() - start)
        assert answer.is_success
    return found, len(answer.content)


def _p99(found: list[float]) -> float:
    return sorted(found)[int(len(found) * 0.99)]


def _empty_page(app: Flask) -> None:
    app.add_url_rule("/vide", "empty", lambda: "")
