"""A second process answers on the socket of the first, and ends with it."""

import subprocess
import sys
from pathlib import Path

import httpx

from backoffice.portal import beside
from backoffice.portal.serve import listen
from backoffice.settings import Settings, write_settings
from tests.factories import lay_empty

ROOT = Path(__file__).parents[2]


def test_another_process_answers_on_the_same_socket_until_the_first_ends(tmp_path: Path, monkeypatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = beside._start
    monkeypatch.setattr(beside, "_start", lambda *told: started.append(start(*told)) or started[-1])
    write_settings(tmp_path, Settings(demonstration=True))
    lay_empty(tmp_path / "portail.db", "portal")
    command = [sys.executable, str(ROOT / "main.py"), "portal", "--data", str(tmp_path), "--beside"]
    with listen("127.0.0.1", 0) as listening, beside.helped(listening, command, 2):
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        answer = httpx.get(f"{address}/connexion", timeout=60, trust_env=False)  # nobody answers in this process
        assert answer.status_code == 200
        assert "Espace famille" in answer.text
    (other,) = started
    assert other.returncode == 0
