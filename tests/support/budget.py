"""Prints, at the end of a run, how long each kind of test took beside its budget in docs/testing.md."""

from collections import Counter

import pytest

BUDGET_S: dict[str, int] = {"unit": 120, "store": 240, "web": 90, "browser": 300, "packaging": 60}
"""Seconds of one core per kind; a sum over it is a reason to look, not a failure: machines differ."""

_KIND_OF_FOLDER = {
    "store": "store",
    "operations": "store",
    "jobs": "store",
    "web": "web",
    "maps": "web",
    "browser": "browser",
    "packaging": "packaging",
}
_spent_s: Counter[str] = Counter()


def kind_of(nodeid: str) -> str:
    """The kind of a test by the folder under tests/ it lies in."""
    parts = nodeid.split("/")
    return _KIND_OF_FOLDER.get(parts[1], "unit") if len(parts) > 2 else "unit"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up set-up, test and tear-down."""
    _spent_s[kind_of(report.nodeid)] += report.duration  # type: ignore[assignment]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line per kind that ran."""
    terminalreporter.section("time per kind")
    for kind, budget_s in BUDGET_S.items():
        if kind in _spent_s:
            mark = "  over budget" if _spent_s[kind] > budget_s else ""
            terminalreporter.line(f"{kind:10} {_spent_s[kind]:7.1f} s of {budget_s} s{mark}")
