"""The conformance command in a project with features of its own, on a double of a cluster; reports to look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes import cluster
from harness.cli import main
from harness.conformance import cli, comparing, progress, running, writing
from harness.conformance.document import (
    Command,
    ConformanceReport,
    Features,
    Implementation,
    Outcome,
    Reproduce,
    Request,
    ScenarioResult,
    Skipped,
    StepResult,
)
from harness.conformance.judging import judge_profiles, judge_requirements, verdict
from harness.conformance.requirements import requirements

# pytester forgets modules that a run imports; what would then exist twice is imported here.
KEPT = (cluster, cli, comparing, progress, running, writing)

Report = Callable[..., ConformanceReport]


class Conformance:
    """Runs `harness conformance`; what it said is kept."""

    def __init__(self, project: Any, capfd: pytest.CaptureFixture[str]) -> None:
        self.project = project
        self.capfd = capfd
        self.said = ""

    def __call__(self, *arguments: str) -> int:
        with pytest.raises(SystemExit) as stopped:
            main(["conformance", *arguments], prog_name="harness")
        captured = self.capfd.readouterr()
        self.said = captured.out + captured.err
        return int(stopped.value.code or 0)

    def run(self, *arguments: str) -> int:
        return self("--cluster", "fake", "--features", "features", *arguments)

    def file(self, name: str, folder: str = "reports/conformance") -> Path:
        return Path(self.project.pytester.path) / folder / name


@pytest.fixture
def conformance(
    project: Any, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Conformance:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest -p no:faker")
    return Conformance(project, capfd)


def scenario(
    name: str,
    *proves: str,
    result: Outcome = "passed",
    reason: str = "",
    commands: list[Command] | None = None,
    requests: list[Request] | None = None,
    keyword: str = "When",
    written: str = "sha256:1",
) -> ScenarioResult:
    step = StepResult(
        keyword=keyword,
        text=f"{name} happens",
        line=3,
        result=result,
        commands=commands or [],
        requests=requests or [],
    )
    return ScenarioResult(
        id=f"features/a.feature::{name}",
        feature="A",
        name=name,
        line=2,
        requirements=list(proves),
        tags=[],
        level="required",
        hash=written,
        result=result,
        reason=reason,
        steps=[step],
    )


@pytest.fixture
def report() -> Report:
    """A report on these scenarios, and on the requirements that they prove."""

    def make(*scenarios: ScenarioResult, mode: str = "fake") -> ConformanceReport:
        proven = {each for one in scenarios for each in one.requirements}
        judged = judge_requirements([each for each in requirements() if each.id in proven], scenarios)
        return ConformanceReport(
            date="2026-01-01T09:00:00Z",
            implementation=Implementation(
                name="mirrord operator", operator_version="3.187.0", kubernetes_version="v1.36.2"
            ),
            mode=mode,
            result=verdict(judged),
            seed=0,
            features=Features(supported=["ProxyApi"]),
            profiles=judge_profiles(judged),
            skipped=[
                Skipped(scenario=each.id, requirements=each.requirements, reason=each.reason)
                for each in scenarios
                if each.result in ("skipped", "notRun")
            ],
            reproduce=Reproduce(
                command="harness conformance --cluster fake",
                version="mirrord-harness 1",
                seed=0,
                scenarios="sha256:0",
            ),
            requirements=judged,
            scenarios=list(scenarios),
        )

    return make


@pytest.fixture
def make_scenario() -> Callable[..., ScenarioResult]:
    return scenario
