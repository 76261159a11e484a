"""What `harness run` shows: a line for each scenario under its feature, the failures in full, a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from time import perf_counter
from typing import Any

import pytest
from _pytest.terminal import TerminalReporter

from harness.running.collecting import ScenarioItem
from harness.running.explaining import ScenarioFailure

__all__ = ["ScenarioReporter", "brief", "skip_reason"]

_WORDS = {"passed": ("passed ", {"green": True}), "failed": ("FAILED ", {"red": True, "bold": True})}
_SKIPPED = ("skipped", {"yellow": True})


class ScenarioReporter(TerminalReporter):  # type: ignore[misc]
    """Results by feature file. Everything else that pytest tells of a session is left out."""

    def __init__(self, config: pytest.Config) -> None:
        super().__init__(config)
        self._began = perf_counter()
        self._counts: Counter[str] = Counter()
        self._feature = ""
        self._titles: dict[str, str] = {}
        self._failures: list[pytest.TestReport] = []
        self._errors: list[pytest.CollectReport] = []
        self._deselected = 0

    # What pytest says of itself is not said.
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        option = self.config.getoption
        what = (
            "looking for undefined and ambiguous steps"
            if option("scenario_dry_run")
            else f"cluster: {option('cluster')}"
        )
        self._tw.line(f"{what}, seed: {option('seed')}")

    def pytest_collection(self) -> None: ...

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            if isinstance(item, ScenarioItem):
                self._titles[_file(item.nodeid)] = item.case.template.feature.name

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._errors.append(report)

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        self._deselected += len(items)

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None: ...

    def pytest_runtest_logfinish(self, nodeid: str) -> None: ...

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self._result(report)

    def _result(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            self._counts["passed"] -= 1  # it has been counted when its steps passed
        self._counts[report.outcome] += 1
        file, _, name = report.nodeid.partition("::")
        if file != self._feature:
            self._feature = file
            self._tw.line()
            self._tw.write(file, bold=True)
            self._tw.line(f"  {self._titles.get(file, '')}")
        word, markup = _WORDS.get(report.outcome, _SKIPPED)
        self._tw.write(f"  {word}", **markup)
        self._tw.line(f"  {name}{skip_reason(report)}")
        if report.failed:
            self._failures.append(report)
            for line in brief(report):
                self._tw.line(f"             {line}", red=True)

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
        result = yield
        for error in self._errors:
            self._tw.line()
            self._tw.line(str(error.longrepr), red=True)
        for report in self._failures:
            self._tw.line()
            self._tw.sep("-")
            report.toterminal(self._tw)
        self._summary()
        return result

    def pytest_unconfigure(self) -> None: ...

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self._tw.line()
        self._tw.line(f"interrupted: {excinfo.value}", red=True)

    def _summary(self) -> None:
        total = sum(self._counts.values())
        parts = [
            f"{self._counts[outcome]} {outcome}"
            for outcome in ("passed", "failed", "skipped")
            if self._counts[outcome]
        ]
        if self._deselected:
            parts.append(f"{self._deselected} not selected")
        if self._errors:
            parts.append(f"{len(self._errors)} feature files cannot be read")
        bad = bool(self._counts["failed"] or self._errors)
        self._tw.line()
        took = f" in {perf_counter() - self._began:.1f} s"
        self._tw.line(
            f"{total} scenario{'s' * (total != 1)}: {', '.join(parts) or 'nothing to run'}{took}",
            red=bad,
            green=not bad,
            bold=True,
        )


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def skip_reason(report: pytest.TestReport) -> str:
    """Why a scenario was skipped, in brackets; empty if it was not."""
    if not report.skipped or not isinstance(report.longrepr, tuple):
        return ""
    return f"  ({str(report.longrepr[2]).removeprefix('Skipped: ')})"


def brief(report: pytest.TestReport) -> Iterator[str]:
    """The failing step and the first line of what was wrong."""
    failure = report.longrepr
    if isinstance(failure, ScenarioFailure):
        if failure.step:
            yield f"> {failure.step}    {failure.reprcrash.path}:{failure.reprcrash.lineno}"
        yield failure.mismatch
    elif report.failed and (crash := getattr(failure, "reprcrash", None)) is not None:
        yield crash.message.splitlines()[0]
