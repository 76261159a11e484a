"""A pytest plugin that runs the scenarios of a plan and remembers what each of them did."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Generator, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from harness.conformance.capturing import Capture, Timing
from harness.conformance.discovering import NOTHING_KNOWN, Found, discover
from harness.conformance.document import Level, Outcome, ScenarioResult
from harness.conformance.planning import LEVELS, fingerprint, level_of, proven_by
from harness.conformance.redacting import redact
from harness.conformance.requirements import Requirement
from harness.running.clusters import CLUSTERS
from harness.running.collecting import ScenarioItem
from harness.running.explaining import ScenarioFailure
from harness.running.session import packaged_features

__all__ = ["Recorder", "identify"]

NOT_REACHED = "the run ended before it"
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
CUT_SHORT = "the run was interrupted in it"


class Recorder:
    """Keeps the scenarios that prove something wanted, in the order of levels; results by the id of the scenario."""

    def __init__(self, wanted: Mapping[str, Requirement], *, done: Mapping[str, str] = {}) -> None:
        """``done`` has the hashes of scenarios that are not to be run again, by id."""
        self.planned: dict[str, ScenarioItem] = {}
        self.files: dict[str, Path] = {}
        self.timings: dict[str, Timing] = {}
        self.found: Found = NOTHING_KNOWN
        self.interrupted = False
        self.errors: list[str] = []
        self._wanted = wanted
        self._done = done
        self._captures: dict[str, Capture] = {}
        self._results: dict[str, tuple[Outcome, str]] = {}
        self._began = perf_counter()

    # Collection

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        kept = [item for item in items if isinstance(item, ScenarioItem) and self._level(item) is not None]
        kept.sort(key=lambda item: LEVELS.index(self._level(item) or "provisional"))
        for item in kept:
            key = identify(item)
            self.planned[key] = item
            self.files[key.partition("::")[0]] = item.path
        runs = [item for item in kept if self._done.get(identify(item)) != fingerprint(item.case)]
        chosen = set(map(id, runs))
        config.hook.pytest_deselected(items=[item for item in items if id(item) not in chosen])
        items[:] = runs

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(str(report.longrepr))

    def _level(self, item: ScenarioItem) -> Level | None:
        return level_of(item.case.tags, self._wanted)

    # Steps

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        if isinstance(item, ScenarioItem):
            self._captures[identify(item)] = Capture(item, run_began=self._began)
        return (yield)

    def pytest_bdd_before_step(self, request: pytest.FixtureRequest) -> None:
        self._capture(request).step_begins()

    def pytest_bdd_after_step(self, request: pytest.FixtureRequest) -> None:
        self._capture(request).step_ends("passed")

    def pytest_bdd_step_error(self, request: pytest.FixtureRequest) -> None:
        self._capture(request).step_ends("failed")

    @pytest.hookimpl(trylast=True)
    def pytest_bdd_after_scenario(self, request: pytest.FixtureRequest) -> None:
        """Ask the cluster what it is, once, when the scenario has no more use for it."""
        self._capture(request).collect()
        clusters = request.node.stash.get(CLUSTERS, None)
        if self.found is NOTHING_KNOWN and clusters is not None and clusters.opened is not None:
            self.found = discover(clusters.opened.cluster)

    def _capture(self, request: pytest.FixtureRequest) -> Capture:
        return self._captures[identify(request.node)]

    # Results

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        report: pytest.TestReport = yield
        if isinstance(item, ScenarioItem) and (report.when == "call" or report.outcome != "passed"):
            self._conclude(identify(item), report)
        return report

    def _conclude(self, key: str, report: pytest.TestReport) -> None:
        outcome: Outcome = report.outcome
        if self._results.get(key, ("passed", ""))[0] == "passed":
            self._results[key] = (outcome, redact(_reason(report)))
        self._captures[key].scenario_ends(outcome)
        self.timings[key] = self._captures[key].timing

    def pytest_keyboard_interrupt(self) -> None:
        self.interrupted = True

    def results(self) -> list[ScenarioResult]:
        """Of every scenario that was planned and not done before, whether it was reached or not."""
        return [
            self._result(key, item)
            for key, item in self.planned.items()
            if self._done.get(key) != fingerprint(item.case)
        ]

    def _result(self, key: str, item: ScenarioItem) -> ScenarioResult:
        unfinished: tuple[Outcome, str] = ("notRun", CUT_SHORT if key in self._captures else NOT_REACHED)
        outcome, reason = self._results.get(key, unfinished)
        capture = self._captures.get(key) or Capture(item, run_began=self._began)
        template = item.case.template
        return ScenarioResult(
            id=key,
            feature=template.feature.name,
            rule=template.rule.name if template.rule else "",
            name=item.name,
            line=item.case.line,
            requirements=[each for each in proven_by(item.case.tags) if each in self._wanted],
            tags=sorted(item.case.tags),
            level=self._level(item) or "provisional",
            hash=fingerprint(item.case),
            result=outcome,
            reason=reason,
            steps=capture.steps(),
        )


def identify(item: ScenarioItem) -> str:
    """``<file>::<name>``; files that come with the distribution are called the same wherever it is installed."""
    home = packaged_features().parent
    if item.path.is_relative_to(home):
        return f"{item.path.relative_to(home).as_posix()}::{item.name}"
    return item.nodeid


def _reason(report: pytest.TestReport) -> str:
    if report.skipped and isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    failure = report.longrepr
    if isinstance(failure, ScenarioFailure):
        text = str(failure.body)
        return _portable(text if isinstance(failure.body, str) else f"{failure.mismatch}\n\n{text}")
    return str(report.longrepr) if report.failed else ""


def _portable(text: str) -> str:
    """Without what is another on each machine and in each run: where things are installed, where objects are."""
    installed = Path(pytest.__file__).parent.parent
    for folder in (packaged_features().parent, installed, Path(sysconfig.get_path("stdlib"))):
        text = text.replace(f"{folder}/", "")
    return _ADDRESS.sub("0x...", text)
