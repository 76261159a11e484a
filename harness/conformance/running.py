"""Runs the scenarios of a plan and puts the report together."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from harness.conformance.capturing import Timing
from harness.conformance.discovering import Found
from harness.conformance.document import (
    ConformanceReport,
    Features,
    Implementation,
    Reproduce,
    RequirementResult,
    ScenarioResult,
    Skipped,
)
from harness.conformance.judging import judge_profiles, judge_requirements, verdict
from harness.conformance.planning import LEVELS
from harness.conformance.recording import Recorder
from harness.conformance.requirements import Requirement
from harness.isolation.preflight import Right
from harness.running.rehearsing import rehearse
from harness.running.session import QUIET, packaged_features, plugins

__all__ = ["Conclusion", "Order", "collect_plan", "run_conformance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to run, and on what."""

    cluster: str
    seed: int
    requirements: Sequence[Requirement]
    paths: Sequence[Path] = ()
    """Features of somebody's own; none are those that come with the distribution."""
    previous: ConformanceReport | None = None
    """A run to be continued: only what failed in it or was not run."""
    operator: str = "model"
    """Which operator is on the cluster: ``model`` is ours, anything else is the product."""
    options: Sequence[str] = ()
    """More options for the runner."""
    command: Sequence[str] = ()
    """How the run was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """The report, and what the other files say beyond it."""

    report: ConformanceReport
    files: Mapping[str, Path]
    """The feature files, by the names that the report gives them."""
    timings: Mapping[str, Timing] = field(default_factory=dict)
    errors: Sequence[str] = ()
    """Feature files that cannot be read."""


class _UseProgressReporter:
    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        from harness.conformance.progress import ProgressReporter

        config.pluginmanager.unregister(config.pluginmanager.getplugin("terminalreporter"))
        config.pluginmanager.register(ProgressReporter(config), "terminalreporter")


def run_conformance(order: Order) -> Conclusion:
    """Run it, and say what came of it, however it ended."""
    recorder = _recorder(order)
    code = _pytest(order, recorder, [])
    if code == pytest.ExitCode.INTERNAL_ERROR:
        recorder.interrupted = True
    return Conclusion(
        report=_report(order, recorder),
        files=recorder.files,
        timings=recorder.timings,
        errors=_errors(recorder, code),
    )


def rehearse_order(order: Order) -> list[Right]:
    """What its scenarios need to be allowed."""
    paths, options = order.paths or [packaged_features()], [f"--seed={order.seed}"]
    return rehearse(paths, options, order.operator, [_recorder(order)])


def collect_plan(order: Order) -> tuple[list[ScenarioResult], Sequence[str]]:
    """What would be run, in its order, and the feature files that cannot be read."""
    recorder = _recorder(order)
    code = _pytest(order, recorder, ["--collect-only", "-qq"])
    return recorder.results(), _errors(recorder, code)


def _errors(recorder: Recorder, code: int) -> list[str]:
    if recorder.errors or code != pytest.ExitCode.USAGE_ERROR:
        return recorder.errors
    return ["the runner did not understand its options"]


def _pytest(order: Order, recorder: Recorder, options: Sequence[str]) -> int:
    paths = order.paths or [packaged_features()]
    chosen = [f"--cluster={order.cluster}", f"--seed={order.seed}", *order.options, *options]
    parts = [*plugins(), recorder, _UseProgressReporter()]
    return int(pytest.main([*map(str, paths), *QUIET, *chosen], plugins=parts))


def _recorder(order: Order) -> Recorder:
    previous = order.previous.scenarios if order.previous is not None else ()
    done = {each.id: each.hash for each in previous if each.result in ("passed", "skipped")}
    return Recorder({each.id: each for each in order.requirements}, done=done)


def _report(order: Order, recorder: Recorder) -> ConformanceReport:
    scenarios = _merged(order, recorder)
    requirements = judge_requirements(_in_question(order, scenarios), scenarios)
    found, before = recorder.found, order.previous
    return ConformanceReport(
        date=_date(found.date) if found.date or before is None else before.date,
        implementation=_implementation(found, order.operator)
        if found.date or before is None
        else before.implementation,
        mode=order.cluster.partition(":")[0],
        result=verdict(requirements),
        interrupted=recorder.interrupted,
        seed=order.seed,
        features=_features(found) if found.date or before is None else before.features,
        profiles=judge_profiles(requirements),
        skipped=[
            Skipped(scenario=each.id, requirements=each.requirements, reason=each.reason)
            for each in scenarios
            if each.result in ("skipped", "notRun")
        ],
        reproduce=_reproduce(order, scenarios),
        requirements=_strictest_first(requirements),
        scenarios=scenarios,
    )


def _merged(order: Order, recorder: Recorder) -> list[ScenarioResult]:
    before = order.previous.by_scenario() if order.previous is not None else {}
    new = {each.id: each for each in recorder.results()}
    return [new.get(key) or before[key] for key in recorder.planned]


def _in_question(order: Order, scenarios: Sequence[ScenarioResult]) -> list[Requirement]:
    """All that were wanted; of features of somebody's own, those that they are about."""
    if not order.paths:
        return list(order.requirements)
    proven = {requirement for each in scenarios for requirement in each.requirements}
    return [each for each in order.requirements if each.id in proven]


def _strictest_first(requirements: Sequence[RequirementResult]) -> list[RequirementResult]:
    return sorted(requirements, key=lambda each: LEVELS.index(each.level))


def _date(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment is not None else ""


def _implementation(found: Found, operator: str) -> Implementation:
    return Implementation(
        name="Model of the mirrord operator" if operator == "model" else "mirrord operator",
        operator_version=found.operator_version,
        kubernetes_version=found.kubernetes_version,
    )


def _features(found: Found) -> Features:
    return Features(
        supported=list(found.features),
        unsupported=found.unsupported,
        capabilities=list(found.capabilities),
        missing_capabilities=found.missing_capabilities,
    )


def _reproduce(order: Order, scenarios: Sequence[ScenarioResult]) -> Reproduce:
    together = sha256("\n".join(sorted(f"{each.hash} {each.id}" for each in scenarios)).encode())
    return Reproduce(
        command=shlex.join(order.command),
        version=f"mirrord-harness {_version()}",
        seed=order.seed,
        scenarios=f"sha256:{together.hexdigest()}",
    )


def _version() -> str:
    try:
        return version("mirrord-harness")
    except PackageNotFoundError:
        return "from source"
