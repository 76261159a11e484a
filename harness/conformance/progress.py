"""What is shown while a conformance run goes on: a line for each scenario, and on a terminal what is running now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

from harness.conformance.planning import proven_by
from harness.running.collecting import ScenarioItem
from harness.running.reporter import ScenarioReporter, brief, skip_reason

__all__ = ["ProgressReporter"]

_MARKUP: dict[str, dict[str, bool]] = {
    "passed": {"green": True},
    "failed": {"red": True, "bold": True},
    "skipped": {"yellow": True},
}


class ProgressReporter(ScenarioReporter):  # type: ignore[misc]
    """One line says how far the run is, what came out, which requirements it is about, and which scenario it was."""

    def __init__(self, config: pytest.Config) -> None:
        super().__init__(config)
        self._total = 0
        self._reported: dict[str, str] = {}
        self._about: dict[str, str] = {}
        self._live = bool(self._tw.hasmarkup)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        option = self.config.getoption
        self._tw.line(f"Conformance of the operator; cluster: {option('cluster')}, seed: {option('seed')}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        scenarios = [item for item in session.items if isinstance(item, ScenarioItem)]
        self._total = len(scenarios)
        self._about = {item.nodeid: ", ".join(proven_by(item.case.tags)) for item in scenarios}

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None:
        if self._live:
            text = f"[{self._counter(len(self._reported) + 1)}] {nodeid.partition('::')[2]} ..."
            self._tw.write(f"\r\x1b[2K{text[: self._tw.fullwidth - 1]}", flush=True)

    def _result(self, report: pytest.TestReport) -> None:
        self._erase()
        self._reported[report.nodeid] = report.outcome
        counter = self._counter(len(self._reported))
        self._tw.write(f"[{counter}] ")
        self._tw.write(f"{report.outcome:8}", **_MARKUP[report.outcome])
        about, name = self._about.get(report.nodeid, ""), report.nodeid.partition("::")[2]
        self._tw.line(f"{about}  {name}{skip_reason(report)}", flush=True)
        for line in brief(report):
            self._tw.line(f"{'':{len(counter) + 3}}{line}", red=True, flush=True)

    def _counter(self, number: int) -> str:
        return f"{number:{len(str(self._total))}}/{self._total}"

    def _erase(self) -> None:
        if self._live:
            self._tw.write("\r\x1b[2K")

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
        result = yield
        self._erase()
        for error in self._errors:
            self._tw.line(str(error.longrepr), red=True)
        counts = Counter(self._reported.values())
        parts = [f"{counts[each]} {each}" for each in _MARKUP if counts[each]]
        left = self._total - len(self._reported)
        parts += [f"{left} not run"] if left else []
        self._tw.line(
            f"{self._total} scenario{'s' * (self._total != 1)}: {', '.join(parts) or 'nothing to run'}"
        )
        return result

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self._erase()
        self._tw.line("interrupted; the report is written with what is known so far", red=True)
