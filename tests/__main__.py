"""Run every test, on a machine that has had none of their packages yet if need be: `python -m tests`."""

import subprocess
import sys

from resources.installer import bootstrap

QUICKLY = ["-n", "2", "--dist", "worksteal"]
WITHOUT_QT = ["-p", "no:pytest-qt", "-W", "ignore::pytest.PytestConfigWarning"]


def main(arguments: "list[str]") -> int:
    """Run pytest with these arguments after ours, and give its exit code."""
    bootstrap.enter("tests")
    import pytest

    qt = subprocess.run(
        [sys.executable, "-c", "import PySide6.QtTest, PySide6.QtWidgets"], stderr=subprocess.DEVNULL, check=False
    )
    return int(pytest.main([*QUICKLY, *([] if qt.returncode == 0 else WITHOUT_QT), *arguments]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
