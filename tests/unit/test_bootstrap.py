"""From a bare Python to a running command, with a stand-in for uv and no network."""

import ast
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from resources.installer import bootstrap

UV = """#!/bin/sh
echo "$@" >> "{calls}"
exec "{python}" -m venv --without-pip "{environment}"
"""
DOOR = """
import sys
from resources.installer import bootstrap
bootstrap.enter(sys.argv[1])
print("prefix", sys.prefix)
print("words", *sys.argv[2:])
"""


@dataclass
class Bare:
    """A copy of the house's door on a machine that has never seen it."""

    root: Path
    python: str

    def run(self, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP", "UV", "VIRTUAL"))}
        kept |= {"PATH": str(self.root / "bin"), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
        command = [self.python, "main.py", *words]
        return subprocess.run(
            command, cwd=self.root, env=kept | environ, capture_output=True, text=True, encoding="utf-8", check=False
        )

    def calls(self) -> list[str]:
        """Read what uv was asked."""
        file = self.root / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def give_uv(self, script: str = UV) -> None:
        """Put a stand-in for uv on the PATH."""
        uv = self.root / "bin" / "uv"
        names = {"calls": self.root / "calls", "environment": self.root / ".venv"}
        uv.write_text(script.format(**names, python=self.python))
        uv.chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path) -> Bare:
    if sys.platform == "win32":
        pytest.skip("the stand-in for uv is a shell script")
    (tmp_path / "bin").mkdir()
    (tmp_path / "main.py").write_text(DOOR)
    (tmp_path / "uv.lock").write_text("version = 1")
    shutil.copytree(bootstrap.ROOT / "resources" / "installer", tmp_path / "resources" / "installer")
    shutil.copy(bootstrap.ROOT / "resources" / "__init__.py", tmp_path / "resources")
    return Bare(tmp_path, str(Path(sys.base_prefix) / "bin" / "python3"))


def test_the_first_command_installs_and_the_second_does_not(bare: Bare) -> None:
    bare.give_uv()
    first, second = bare.run("portal", "--port", "80"), bare.run("portal", "--port", "80")
    for done in (first, second):
        assert done.stdout.splitlines() == [f"prefix {bare.root / '.venv'}", "words --port 80"]
    assert "Installation des composants" in first.stderr
    assert not second.stderr
    assert len(bare.calls()) == 1


def test_a_portal_host_leaves_the_desktop_out(bare: Bare) -> None:
    bare.give_uv()
    bare.run("portal")
    assert "--frozen" in bare.calls()[0]
    assert "--no-default-groups" in bare.calls()[0]
    assert "--group" not in bare.calls()[0].replace("--no-default-groups", "")


def test_a_new_lock_installs_again_what_every_purpose_had(bare: Bare) -> None:
    bare.give_uv()
    bare.run("desktop")
    (bare.root / "uv.lock").write_text("version = 2")
    bare.run("portal")
    assert "--group desktop" in bare.calls()[-1]


def test_tests_come_beside_the_desktop(bare: Bare) -> None:
    bare.give_uv()
    bare.run("desktop")
    bare.run("tests")
    assert "--group desktop --group test" in bare.calls()[-1]


@pytest.mark.parametrize("script", [None, "#!/bin/sh\nexit 2"], ids=["no uv", "a uv too old for the lock"])
def test_without_a_network_a_sentence_and_code_3(bare: Bare, script: str | None) -> None:
    if subprocess.run([bare.python, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("this Python has no pip")
    if script:
        bare.give_uv(script)
    done = bare.run("desktop")
    assert done.returncode == 3
    assert "Vérifiez la connexion à Internet" in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_without_pip_the_sentence_names_it(bare: Bare) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare.root / "nopip"], check=True)
    bare.python = str(bare.root / "nopip" / "bin" / "python")
    done = bare.run("desktop")
    assert done.returncode == 3
    assert "python3-pip" in done.stderr


def test_an_environment_that_does_not_take_over_is_not_tried_for_ever(bare: Bare) -> None:
    bare.give_uv('#!/bin/sh\n/bin/mkdir -p "{environment}/bin" && /bin/ln -s "{python}" "{environment}/bin/python"')
    done = bare.run("portal")
    assert done.returncode == 3
    assert "supprimez-le" in done.stderr


def test_an_old_python_is_told(bare: Bare) -> None:
    old = "import sys; sys.version_info = (3, 9, 2, 'final', 0); from resources.installer.bootstrap import enter; "
    command = [bare.python, "-c", old + "enter('desktop')"]
    done = subprocess.run(command, cwd=bare.root, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 3
    assert "3.11" in done.stderr
    assert "3.9" in done.stderr


@pytest.mark.parametrize("name", ["main.py", "resources/installer/bootstrap.py", "tests/__main__.py"])
def test_an_old_python_can_read_what_it_is_told_by(name: str) -> None:
    ast.parse((bootstrap.ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_a_machine_that_is_ready_waits_for_nothing() -> None:
    started = time.perf_counter()
    bootstrap.is_ready(("desktop", "test"))
    assert time.perf_counter() - started < 0.02
