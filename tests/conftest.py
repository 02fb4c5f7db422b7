"""What every test may ask for: a browser, a PostgreSQL database, a mail server.

A test that asks for something this machine lacks is skipped with the reason. With
`MARELLE_MUST_RUN=browser,postgres,window` such a skip, or a run without any such test, fails the whole run.
Tests marked `thorough` play a rule that the others prove again, at length: `--thorough` adds them, `-m thorough` plays them alone.
"""

import gc
import importlib
import os
from collections.abc import Callable, Generator, Iterator
from functools import cache
from unittest import TestCase

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from models.migrate import Side
from tests.engines import write_addresses_once
from tests.must_run import MustRun
from tests.servers import Databases, MailServer, browser_path, why_no_browser, why_no_postgres

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # never the developer's own keyring
write_addresses_once()
hypothesis.settings.register_profile("marelle", deadline=None, max_examples=60)  # a busy machine is no counterexample
hypothesis.settings.load_profile("marelle")
gc.set_threshold(20_000, 20, 40)  # a quarter of the run went into looking for cycles among what stays to the end

ASKED_BY = {
    "browser": {"browser", "chromium"},
    "postgres": {"databases", "new_postgres", "postgres_url"},
    "window": {"qapp", "qtbot", "qtmodeltester"},
}
LENGTHY = 900  # seconds that a long repetition may take
LONG = (  # the longest first
    "tests/journeys/test_month",
    "tests/browser/test_portal_pages",
    "tests/unit/demonstration/test_build",
    "tests/unit/demonstration/test_regie",
    "tests/browser/test_family_pages",
    "tests/journeys/",
    "tests/browser/",
    "tests/invariants/",
    "tests/faults/test_collect",
    "tests/unit/demonstration/",
    "tests/migrations/",
    "tests/faults/",
    "tests/portal/test_beside",
    "tests/architecture/",
)
UNWANTED = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",  # pages behind each context's address bar: two thirds of what it costs
    # what Playwright turns off, for the last list is the one that counts
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "TcpPortRandomizationWin", "ThirdPartyStoragePartitioning", "msEdgeUpdateLaunchServicesPreferredVersion",
    "msForceBrowserSignIn",
)  # fmt: skip
WHOLE = ("tests/architecture/",)  # folders whose tests all read the same things, once for each worker
LAUNCH = [
    "--no-sandbox",  # root, in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",  # 64 MB in a container
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(UNWANTED)}",
]


@cache
def why_not(need: str) -> str | None:
    """Say what this machine lacks for a kind of test, if anything."""
    if need == "postgres":
        return why_no_postgres()
    if need == "browser":
        return why_no_browser()
    try:
        importlib.import_module("PySide6.QtTest")
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:  # a bare Debian has no libEGL
        return f"Qt ne démarre pas ici : {error}"
    return None


# pyproject.toml keeps pytest from loading pytest-qt by itself: without Qt's system libraries it ends the whole run.
pytest_plugins = [] if why_not("window") else ["pytestqt.plugin"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="play the tests marked thorough too")
    if why_not("window"):
        for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "read by pytest-qt, where Qt starts")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        config.pluginmanager.register(MustRun(os.environ.get("MARELLE_MUST_RUN", "")))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave_out_thorough(config, items)
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        for need, names in ASKED_BY.items():
            if fixtures & names or item.get_closest_marker(need):
                item.add_marker(need)
                item.user_properties.append(("needs", need))
                if reason := why_not(need):
                    item.add_marker(pytest.mark.skip(reason))


def leave_out_thorough(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests marked thorough, unless the command speaks of them; then give them time."""
    if config.option.thorough or "thorough" in config.option.markexpr:
        try_chance_longer(items)
        for item in items:
            if item.get_closest_marker("thorough"):
                item.add_marker(pytest.mark.timeout(LENGTHY))
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]


def try_chance_longer(items: list[pytest.Item]) -> None:
    """Count properties among the long repetitions, with ten times as many examples as every run tries."""
    longer: dict[tuple[object, str], hypothesis.settings] = {}
    for item in items:
        if not getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            continue
        item.add_marker("thorough")
        of_machine = issubclass(item.cls or object, TestCase)
        where = (item.cls, "settings") if of_machine else (item.function, "_hypothesis_internal_use_settings")
        few = getattr(*where, hypothesis.settings.default)
        longer[where] = hypothesis.settings(few, max_examples=10 * few.max_examples)
    for (holder, name), many in longer.items():
        setattr(holder, name, many)


@pytest.hookimpl(trylast=True, specname="pytest_collection_modifyitems")
def deal_out(items: list[pytest.Item]) -> None:
    """Let each worker begin with long files, whole and dealt out, so that none is alone with one at the end."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    long: dict[str, list[pytest.Item]] = {}
    short: list[pytest.Item] = []
    for item in items:
        place = next((folder for folder in WHOLE if item.nodeid.startswith(folder)), item.nodeid.partition("::")[0])
        (long.setdefault(place, []) if place.startswith(LONG) else short).append(item)
    ranked = sorted(long, key=lambda file: (next(n for n, start in enumerate(LONG) if file.startswith(start)), file))
    hands = [[item for file in ranked[number::workers] for item in long[file]] for number in range(workers)]
    left = len(items)
    for number, hand in enumerate(hands):
        share = left // (workers - number)  # what xdist gives each worker to begin with
        left -= share
        taken = max(share - len(hand), 0)
        hand.extend(short[:taken])
        short = short[taken:]
    items[:] = [item for hand in hands for item in hand] + short


def pytest_collection_finish() -> None:
    """Let the collector of cycles forget the modules and the tests themselves."""
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Skip, instead of failing, a file that cannot even be read on a machine without Qt's system libraries."""
    report = yield
    if report.failed and "PySide6" in str(report.longrepr) and (reason := why_not("window")):
        return pytest.CollectReport(report.nodeid, "skipped", (str(collector.path), 0, reason), [])
    return report


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep data and logs away from those of the person who runs the tests."""
    for variable in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        os.environ[variable] = str(tmp_path_factory.mktemp(variable.lower()))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of the machine's Chromium, Chrome or Edge."""
    path = browser_path()
    assert path
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Give a real browser; a test opens its own context in it: `browser.new_context(...)`."""
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium, args=LAUNCH) as browser:
        yield browser


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Give this worker's PostgreSQL server."""
    databases = Databases()
    yield databases
    databases.stop()


@pytest.fixture
def new_postgres(databases: Databases) -> Iterator[Callable[[Side], str]]:
    """Give a function that makes a PostgreSQL database with one side's empty tables, and returns its address."""
    made: list[tuple[str, Side]] = []

    def create(side: Side) -> str:
        made.append((databases.create(side), side))
        return made[-1][0]

    yield create
    for url, side in made:
        databases.give_back(url, side)


@pytest.fixture
def postgres_url(databases: Databases) -> Iterator[str]:
    """Give the address of a PostgreSQL database without a table."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """Give a mail server that keeps what it receives."""
    server = MailServer()
    yield server
    server.stop()
