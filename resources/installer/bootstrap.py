"""From a bare Python to a running Marelle: uv, the locked packages, the project's own `.venv`.

Standard library only, in a syntax that older Pythons can read: they are told what is missing instead of failing.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = ROOT / ".venv"
TOOLS = ROOT / ".venv-tools"
STAMP = ENVIRONMENT / "marelle.stamp"
OLDEST = (3, 11)
UNAVAILABLE = 3  # the exit code of everything that fails outside
RESTARTED = "MARELLE_RESTARTED"
GROUPS = {"portal": (), "desktop": ("desktop",), "tests": ("desktop", "test")}
PROOFS = {"desktop": "PySide6", "test": "pytest"}  # gone after a plain `uv sync`, which the stamp does not see


def enter(purpose: str) -> None:
    """Go on inside `.venv` with the locked packages of a purpose, or leave with a sentence and code 3.

    The first call on a machine installs; the next ones only compare a hash.
    """
    if getattr(sys, "frozen", False):  # the Windows program carries its packages
        return
    if sys.version_info < OLDEST:
        found = "{}.{}".format(*sys.version_info)
        refuse(f"Marelle demande Python 3.11 ou plus récent ; celui-ci est Python {found}.")
    if not is_ready(GROUPS[purpose]):
        install(GROUPS[purpose])
    restarted = os.environ.pop(RESTARTED, None)
    if _is_inside():
        return
    if restarted:
        refuse(f"L'environnement {ENVIRONMENT} ne démarre pas : supprimez-le et relancez la commande.")
    restart()


def is_ready(groups: "tuple[str, ...]") -> bool:
    """Tell whether `.venv` already holds what the lock file says for these groups."""
    lock, *installed = _stamp()
    stamped = lock == _lock_hash() and set(groups) <= set(installed) and _python_inside().exists()
    return stamped and not (_is_inside() and any(find_spec(PROOFS[group]) is None for group in groups))


def install(groups: "tuple[str, ...]") -> None:
    """Put the locked packages in `.venv`, or leave; what another purpose put there stays."""
    sys.stderr.write(f"Installation des composants dans {ENVIRONMENT}, quelques minutes la première fois…\n")
    wanted = sorted({*groups, *_stamp()[1:]})
    command = ["sync", "--frozen", "--inexact", "--compile-bytecode", "--no-default-groups", "--project", str(ROOT)]
    command += [word for group in wanted for word in ("--group", group)]
    command += [] if sys.stderr.isatty() else ["--quiet"]
    command += [] if _is_inside() else ["--python", sys.executable]
    for uv in _uvs():
        if _run([uv, *command]) == 0:
            STAMP.write_text("\n".join([_lock_hash(), *wanted]), encoding="utf-8")
            return
    refuse(
        "Les composants n'ont pas pu être installés. Vérifiez la connexion à Internet (ou le proxy) et le droit "
        f"d'écrire dans {ROOT}, puis relancez la même commande : elle reprendra où elle en était."
    )


def restart() -> NoReturn:
    """Run the same command again with the Python of `.venv`, in place of this one."""
    command = [str(_python_inside()), *sys.orig_argv[1:]]
    if os.name != "nt":
        os.execve(command[0], command, {**os.environ, RESTARTED: "1"})  # noqa: S606 -- our own Python, no shell
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the child, which ends properly
    raise SystemExit(_run(command, **{RESTARTED: "1"}))


def refuse(sentence: str) -> NoReturn:
    """Leave with a sentence that says what to do; standard output is kept for the commands' own answers."""
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(UNAVAILABLE)


def _uvs() -> "Iterator[str]":
    """Offer the machine's uv; then, if it was not enough (too old for our lock), the one that pip fetches."""
    on_path = shutil.which("uv")
    if on_path:
        yield on_path
    elif not find_spec("pip"):
        refuse("Ce Python n'a pas pip : installez-le (Debian : « apt install python3-pip »), puis relancez.")
    # --target is allowed where PEP 668 forbids a plain install
    fetch = ["-m", "pip", "install", "-qq", "--retries", "1", "--upgrade", "--target", str(TOOLS), "uv>=0.9"]
    _run([sys.executable, *fetch])
    yield from (str(uv) for uv in (TOOLS / "bin").glob("uv*") if uv.stem == "uv")


def _run(command: "list[str]", **environ: str) -> int:
    environ = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT), **environ}
    return subprocess.call(command, env=environ)  # noqa: S603 -- our own words, no shell


def _is_inside() -> bool:
    return Path(sys.prefix).resolve() == ENVIRONMENT.resolve()


def _python_inside() -> Path:
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _stamp() -> "list[str]":
    return STAMP.read_text(encoding="utf-8").splitlines() if STAMP.exists() else [""]


def _lock_hash() -> str:
    return hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()
