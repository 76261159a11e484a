"""What a conformance report says: the shape of ``report.yaml``, and nothing of how it came to be.

Nothing in it depends on how long anything took, so that two runs of one thing can be compared byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

__all__ = [
    "API_VERSION",
    "Command",
    "ConformanceReport",
    "Features",
    "Implementation",
    "Level",
    "LevelResult",
    "Outcome",
    "ProfileResult",
    "Reproduce",
    "Request",
    "RequirementResult",
    "Result",
    "ScenarioResult",
    "Skipped",
    "Statistics",
    "StepResult",
    "Verdict",
    "kinds",
]

API_VERSION: Final = "conformance.mirrord-harness/v1alpha1"

Level = Literal["required", "extended", "provisional"]
Outcome = Literal["passed", "failed", "skipped", "notRun"]
"""Of a step or a scenario."""
Result = Literal["passed", "failed", "skipped", "partial"]
"""Of a requirement or a level: ``partial`` if some of it was proven and the rest was not tried."""
Verdict = Literal["passed", "failed", "partial"]


class _Part(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, forbid_unknown_fields=True
):
    """A mapping of the file. Values that say nothing are left out."""


class Command(_Part, frozen=True, kw_only=True):
    """A command that somebody ran, and all that it printed."""

    user: str
    line: str
    exit_code: int
    stdout: str = ""
    stderr: str = ""


class Request(_Part, frozen=True, kw_only=True):
    """A request to the API server, whether it was allowed, and the status of the answer."""

    user: str
    verb: str
    path: str
    code: int
    decision: str = ""
    reason: str = ""


class StepResult(_Part, frozen=True, kw_only=True):
    keyword: str
    text: str
    line: int
    result: Outcome
    docstring: str | None = None
    table: list[list[str]] = []
    commands: list[Command] = []
    requests: list[Request] = []


def kinds(steps: Iterable[StepResult]) -> Iterator[Literal["given", "when", "then"]]:
    """What kind of sentence each step is: And, But and ``*`` go on with what was before."""
    kind: Literal["given", "when", "then"] = "given"
    for step in steps:
        match step.keyword.lower():
            case "given" | "when" | "then" as kind:
                pass
        yield kind


class ScenarioResult(_Part, frozen=True, kw_only=True):
    """A scenario, or a row of the examples of an outline."""

    id: str
    """``<file>::<name>``, the file as it is called in the distribution."""
    feature: str
    rule: str = ""
    name: str
    line: int
    requirements: list[str]
    tags: list[str]
    level: Level
    hash: str
    """Of what is written: equal hashes are the same scenario."""
    result: Outcome
    reason: str = ""
    """Why it failed, was skipped or not run."""
    steps: list[StepResult] = []


class RequirementResult(_Part, frozen=True, kw_only=True):
    id: str
    title: str
    profile: str
    text: str
    level: Level
    source: str
    result: Result
    scenarios: list[str]


class Statistics(_Part, frozen=True, kw_only=True, omit_defaults=False):
    """How many requirements came out how."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    partial: int = 0


class LevelResult(_Part, frozen=True, kw_only=True):
    """The requirements of one level in a profile, and those that need a look."""

    result: Result
    statistics: Statistics
    failed: list[str] = []
    skipped: list[str] = []


class ProfileResult(_Part, frozen=True, kw_only=True):
    """A part of the catalogue that somebody may be interested in by itself."""

    name: str
    summary: str
    core: LevelResult | None = None
    extended: LevelResult | None = None
    provisional: LevelResult | None = None


class Skipped(_Part, frozen=True, kw_only=True):
    scenario: str
    requirements: list[str]
    reason: str


class Implementation(_Part, frozen=True, kw_only=True):
    """What was judged."""

    name: str
    operator_version: str
    kubernetes_version: str


class Features(_Part, frozen=True, kw_only=True):
    """What the operator says that it supports; what is known and not said; what the cluster can do for a scenario."""

    supported: list[str] = []
    unsupported: list[str] = []
    capabilities: list[str] = []
    missing_capabilities: list[str] = []


class Reproduce(_Part, frozen=True, kw_only=True):
    """How to have the same again."""

    command: str
    version: str
    """Of the harness."""
    seed: int
    scenarios: str
    """A hash of the hashes of all scenarios."""


class ConformanceReport(_Part, frozen=True, kw_only=True):
    api_version: Literal["conformance.mirrord-harness/v1alpha1"] = API_VERSION
    kind: Literal["ConformanceReport"] = "ConformanceReport"
    date: str
    implementation: Implementation
    mode: str
    """The driver: ``fake``, ``served``, ``context`` ..."""
    result: Verdict
    interrupted: bool = False
    seed: int
    features: Features
    profiles: list[ProfileResult]
    skipped: list[Skipped] = []
    reproduce: Reproduce
    requirements: list[RequirementResult]
    scenarios: list[ScenarioResult]

    def by_scenario(self) -> dict[str, ScenarioResult]:
        return {each.id: each for each in self.scenarios}
