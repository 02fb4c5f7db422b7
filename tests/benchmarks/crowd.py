"""Families at their browsers, as a process of its own: it reads what to play on its standard input, and writes what it saw.

Closed: so many visitors, each opening the next page once it has the last one. Open: each request leaves at its moment,
whatever became of the others, on a connection of its own, as 2,000 telephones do.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
WITHIN = 60.0  # seconds, after which an answer is an error


@dataclass(frozen=True, slots=True)
class Request:
    """One request, whole, and when it leaves."""

    raw: bytes
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back: status, when it left and came (seconds), the place it leads to, the body's size and text."""

    status: int
    left: float
    seconds: float
    location: str
    size: int
    text: str


def play(address: str, requests: list[Request], *, visitors: int | None = None, texts: bool = False) -> list[Seen]:
    """Play requests from another process: at their moments, or by so many visitors one after the other."""
    told = {
        "address": address, "visitors": visitors, "texts": texts,
        "requests": [[request.raw.decode("latin-1"), request.at] for request in requests],
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.benchmarks.crowd"]
    done = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=True, cwd=ROOT)
    return [Seen(*row) for row in json.loads(done.stdout)]


class Visitor(asyncio.Protocol):
    """One connection: sends a request, gathers its answer."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[bytes] | None = None
        self._received = bytearray()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def ask(self, raw: bytes) -> "asyncio.Future[bytes]":
        self._received.clear()
        self._answer = self._loop.create_future()
        self.transport.write(raw)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0 or self._answer is None or self._answer.done():
            return
        head = bytes(self._received[:end]).lower()
        at = head.find(b"content-length:")
        if at >= 0:
            whole = len(self._received) >= end + 4 + int(head[at + 15 :].partition(b"\r\n")[0])
        else:
            whole = self._received.endswith(b"0\r\n\r\n")
        if whole:
            self._answer.set_result(bytes(self._received))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError())


def read(answer: bytes, left: float, seconds: float, *, texts: bool) -> list[Any]:
    """Read an answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    places = [line[9:].strip() for line in lines if line.lower().startswith("location:")]
    return [int(lines[0].split()[1]), left, seconds, *(places or [""]), len(body), body.decode() if texts else ""]


async def closed(host: str, port: int, raws: list[bytes], visitors: int, *, texts: bool) -> list[Any]:
    """Share the requests out between visitors who wait for each answer."""
    found: list[Any] = [None] * len(raws)
    rest = iter(range(len(raws)))
    loop, start = asyncio.get_running_loop(), time.perf_counter()

    async def visit() -> None:
        _, visitor = await loop.create_connection(Visitor, host, port)
        for number in rest:
            left = time.perf_counter()
            answer = await asyncio.wait_for(visitor.ask(raws[number]), WITHIN)
            found[number] = read(answer, left - start, time.perf_counter() - left, texts=texts)
        visitor.transport.close()

    await asyncio.gather(*(visit() for _ in range(visitors)))
    return found


async def opened(host: str, port: int, requests: list[tuple[bytes, float]], *, texts: bool) -> list[Any]:
    """Let each request leave at its moment; the time counts from then, connecting included."""
    loop, start = asyncio.get_running_loop(), time.perf_counter() + 0.2

    async def one(raw: bytes, at: float) -> list[Any]:
        await asyncio.sleep(start + at - time.perf_counter())
        try:
            _, visitor = await loop.create_connection(Visitor, host, port)
            answer = await asyncio.wait_for(visitor.ask(raw), WITHIN)
            visitor.transport.close()
        except (OSError, TimeoutError) as error:
            return [0, at, time.perf_counter() - start - at, "", 0, repr(error)]
        return read(answer, at, time.perf_counter() - start - at, texts=texts)

    return list(await asyncio.gather(*(one(raw, at) for raw, at in requests)))


def main() -> int:
    """Play what the standard input says."""
    told = json.loads(sys.stdin.read())
    place = urlsplit(told["address"])
    host, port = place.hostname or "127.0.0.1", place.port or 80
    requests = [(raw.encode("latin-1"), at) for raw, at in told["requests"]]
    if told["visitors"]:
        game = closed(host, port, [raw for raw, _ in requests], told["visitors"], texts=told["texts"])
    else:
        game = opened(host, port, requests, texts=told["texts"])
    print(json.dumps(asyncio.run(game)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
