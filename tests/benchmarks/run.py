"""Run the benchmarks one after the other, each size in a process of its own, so that none warms another up."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.figures import Figure

PARTS = ("rules", "books", "history", "papers", "letterbox", "race", "windows")
SIZES = (120, 5000)


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and write JSON if asked."""
    options = _parser().parse_args(arguments)
    if options.one:
        return _one(*options.one)
    figures = []
    for families in options.families:
        for part in options.only:
            for figure in _in_a_process(part, families):
                figures.append(figure)
                print(figure.line(), flush=True)
    if options.json:
        options.json.write_text(
            json.dumps([figure.as_dict() for figure in figures], ensure_ascii=False, indent=1), "utf-8"
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FICHIER")
    parser.add_argument("--families", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--one", nargs=2, metavar=("PART", "FAMILIES"), help=argparse.SUPPRESS)
    return parser


def _in_a_process(part: str, families: int) -> list[Figure]:
    command = [sys.executable, "-m", "tests.benchmarks", "--one", part, str(families)]
    with tempfile.TemporaryDirectory() as home:  # the windows' settings are not those of the person who measures
        homes = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA"), home)
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **homes}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise SystemExit(done.returncode)
    return [Figure(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def _one(part: str, families: str) -> int:
    from importlib import import_module

    figures = import_module(f"tests.benchmarks.{part}").measure(int(families))
    print(json.dumps([figure.as_dict() for figure in figures]))
    return 0
