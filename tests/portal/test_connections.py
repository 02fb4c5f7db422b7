"""A server whose threads are all taken keeps those who wait, looks no more at them, and answers each in its turn."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from socket import create_connection
from typing import Any

import pytest
from flask import Flask, request

from backoffice.portal import serve
from backoffice.portal.app import create_app
from backoffice.portal.connections import Connections
from backoffice.portal.pages.access import public
from backoffice.portal.serve import Server
from models.engine import sqlite_url
from tests.factories import lay_empty
from tests.portal.published import settings


class One:
    """Something with a number."""


def test_who_rests_is_counted_and_not_looked_at() -> None:
    known, first, second = Connections(), One(), One()
    known[3], known[4] = first, second
    known.rest(3, first)
    assert (len(known), known.items(), known.get(3)) == (2, [(4, second)], first)
    known.wake(3, first)
    assert sorted(number for number, _ in known.items()) == [3, 4]


def test_who_left_is_not_waked_even_if_another_has_its_number() -> None:
    known, gone, later = Connections(), One(), One()
    known[3] = gone
    known.rest(3, gone)
    del known[3]
    known.wake(3, gone)
    assert known.items() == []
    known[3] = later
    known.rest(3, later)
    known.wake(3, gone)
    assert known.items() == []


def test_who_left_sends_nobody_to_rest_who_has_its_number() -> None:
    """A thread reads the number of its connection just before the loop closes it and takes the next one in."""
    known, gone, later = Connections(), One(), One()
    known[3] = gone
    del known[3]
    known[3] = later
    known.rest(3, gone)
    assert known.items() == [(3, later)]


@contextmanager
def serving(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, go_on: threading.Event
) -> Iterator[tuple[Server, list[str]]]:
    """Serve a page that answers once it is let go on."""
    began: list[str] = []

    def slow() -> str:
        began.append(request.args.get("n", ""))
        assert go_on.wait(20)
        return request.args.get("n", "")

    def with_it(told: Any) -> Flask:
        app = create_app(told)
        app.add_url_rule("/lente", "slow", public(slow))
        return app

    monkeypatch.setattr(serve, "create_app", with_it)
    monkeypatch.setattr(serve, "THREADS", 2)
    lay_empty(tmp_path / "portal.db", "portal")
    server = Server(settings(sqlite_url(tmp_path / "portal.db")))
    running = threading.Thread(target=server.run)
    running.start()
    try:
        yield server, began
    finally:
        go_on.set()
        server.close()
        running.join(20)
    assert not running.is_alive()


def ask(server: Server, *numbers: int) -> list[bytes]:
    """Ask for pages on one connection, all at once, and read the answers."""
    with create_connection((server.host, server.port), 20) as wire:
        wire.settimeout(20)
        wire.sendall(b"".join(b"GET /lente?n=%d HTTP/1.1\r\nHost: x\r\n\r\n" % one for one in numbers))
        reader, found = wire.makefile("rb"), []
        for _ in numbers:
            assert reader.readline().split()[1] == b"200"
            length = 0
            while (line := reader.readline()) != b"\r\n":
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            found.append(reader.read(length))
    return found


def test_more_requests_than_threads_are_all_answered(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    with serving(tmp_path, monkeypatch, go_on) as (server, began), ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(ask, server, 10 * one, 10 * one + 1) for one in range(12)]  # two on each connection
        while len(began) < 2 or len(server._waitress._map) < 14:  # ours, and the server's own two
            go_on.wait(0.005)
        looked_at = server._waitress._map.items()
        go_on.set()
        assert [one.result(20) for one in asked] == [[b"%d" % (10 * one), b"%d" % (10 * one + 1)] for one in range(12)]
    assert len(looked_at) <= 4  # of fourteen: the server, its bell, and the two that are being answered


def test_who_keeps_its_connection_does_not_keep_a_closed_server(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    go_on.set()
    with ExitStack() as kept, serving(tmp_path, monkeypatch, go_on) as (server, _):
        wire = kept.enter_context(create_connection((server.host, server.port), 20))
        wire.sendall(b"GET /lente?n=1 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.recv(100).startswith(b"HTTP/1.1 200")
