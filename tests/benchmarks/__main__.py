"""Print the figures of this machine: `python -m tests.benchmarks [--json FILE] [--families N …] [--only PART …]`."""

import sys

from resources.installer import bootstrap

if __name__ == "__main__":
    bootstrap.enter("tests")
    from tests.benchmarks.run import main

    sys.exit(main(sys.argv[1:]))
