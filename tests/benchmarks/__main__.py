"""Print the figures of this machine: `python -m tests.benchmarks [--json FILE] [--families N …] [--only PART …]`.

`race` is the opening: `--only race --families 2000` lets 2,000 families post their week for 60 places within one second,
from another process, each on a connection of its own, and checks who got a place; before it, the page of a week at a
steady load. `MARELLE_PROCESSES=2` lets two processes answer, as `main.py portal --processes 2` does.
"""

import sys

from resources.installer import bootstrap

if __name__ == "__main__":
    bootstrap.enter("tests")
    from tests.benchmarks.run import main

    sys.exit(main(sys.argv[1:]))
