"""Holds a run to what it promised to prove: a skipped browser proves nothing."""

from collections import Counter

import pytest


class MustRun:
    """Fails the run when a named kind of test (browser, postgres, window) was skipped, or never ran."""

    def __init__(self, names: str) -> None:
        self._names = [name for name in names.replace(",", " ").split() if name]
        self._ran: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for key, need in report.user_properties:
            if key == "needs":
                self._ran[str(need)] += report.when == "call" and not report.skipped
                self._skipped[str(need)] += report.skipped

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Count a file that could not be read for want of Qt."""
        self._skipped["window"] += report.skipped and "Qt" in str(report.longrepr)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.broken() and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for sentence in self.broken():
            terminalreporter.write_line(sentence, red=True)

    def broken(self) -> list[str]:
        """Say, name by name, what was promised and not kept."""
        return [
            f"MARELLE_MUST_RUN : {name}, {self._ran[name]} test(s) joué(s), {self._skipped[name]} sauté(s)."
            for name in self._names
            if self._skipped[name] or not self._ran[name]
        ]
