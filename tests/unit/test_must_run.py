"""A run that promised a browser and skipped it has failed."""

from typing import Literal

import pytest

from tests.must_run import MustRun


def a_report(need: str, outcome: Literal["passed", "failed", "skipped"] = "passed") -> pytest.TestReport:
    when: Literal["setup", "call"] = "setup" if outcome == "skipped" else "call"
    place = ("tests/test_it.py", 1, "test_it")
    return pytest.TestReport(place[0], place, {}, outcome, None, when, user_properties=[("needs", need)])


@pytest.mark.parametrize(
    ("reports", "broken"),
    [
        ([], ["browser"]),
        ([a_report("browser")], []),
        ([a_report("browser"), a_report("browser", "skipped")], ["browser"]),
        ([a_report("postgres")], ["browser"]),
        ([a_report("browser"), a_report("postgres", "skipped")], []),
    ],
    ids=["none ran", "ran", "one skipped", "another kind ran", "a kind that was not promised"],
)
def test_what_was_promised_is_held(reports: list[pytest.TestReport], broken: list[str]) -> None:
    promise = MustRun("browser")
    for report in reports:
        promise.pytest_runtest_logreport(report)
    assert [sentence.split(",")[0].split()[-1] for sentence in promise.broken()] == broken


def test_a_window_file_that_cannot_be_read_counts_as_skipped() -> None:
    promise = MustRun("window, postgres")
    promise.pytest_runtest_logreport(a_report("window"))
    promise.pytest_runtest_logreport(a_report("postgres"))
    assert not promise.broken()
    skip = ("tests/ui/test_it.py", 0, "Qt ne démarre pas ici")
    promise.pytest_collectreport(pytest.CollectReport("tests/ui/test_it.py", "skipped", skip, []))
    assert promise.broken() == ["MARELLE_MUST_RUN : window, 1 test(s) joué(s), 1 sauté(s)."]
