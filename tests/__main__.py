"""Run every test, on a machine that has had none of their packages yet if need be: `python -m tests`."""

import os
import sys

from resources.installer import bootstrap

QUICKLY = ["-n", "3", "--dist", "worksteal"]  # on two cores: a browser, a server and a clock leave time to one more


def main(arguments: "list[str]") -> int:
    """Run pytest with these arguments after ours, and give its exit code."""
    bootstrap.enter("tests")
    # Each worker would read and rewrite every test again: six seconds of processor, three times.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    import pytest

    return int(pytest.main([*QUICKLY, *arguments]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
