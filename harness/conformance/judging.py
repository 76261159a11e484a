"""From the results of scenarios to the result of requirements, levels, profiles and of the whole. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from harness.conformance.document import (
    Level,
    LevelResult,
    Outcome,
    ProfileResult,
    RequirementResult,
    Result,
    ScenarioResult,
    Statistics,
    Verdict,
)
from harness.conformance.planning import PROFILES, profile_of
from harness.conformance.requirements import Requirement

__all__ = ["judge_profiles", "judge_requirements", "verdict"]


def judge_requirements(
    requirements: Sequence[Requirement], scenarios: Sequence[ScenarioResult]
) -> list[RequirementResult]:
    return [
        RequirementResult(
            id=each.id,
            title=each.title,
            profile=profile_of(each.id),
            text=each.text,
            level=each.level,
            source=each.source,
            result=_together([scenario.result for scenario in scenarios if each.id in scenario.requirements]),
            scenarios=[scenario.id for scenario in scenarios if each.id in scenario.requirements],
        )
        for each in requirements
    ]


def judge_profiles(requirements: Sequence[RequirementResult]) -> list[ProfileResult]:
    """The profiles that any of the requirements belongs to."""
    found = []
    for profile in PROFILES:
        own = [each for each in requirements if each.profile == profile.name]
        if own:
            found.append(
                ProfileResult(
                    name=profile.name,
                    summary=profile.summary,
                    core=_level(own, "required"),
                    extended=_level(own, "extended"),
                    provisional=_level(own, "provisional"),
                )
            )
    return found


def verdict(requirements: Sequence[RequirementResult]) -> Verdict:
    """``failed`` if anything failed that is more than a guess; ``partial`` if something required was not proven."""
    if any(each.result == "failed" for each in requirements if each.level != "provisional"):
        return "failed"
    if any(each.result != "passed" for each in requirements if each.level == "required"):
        return "partial"
    return "passed"


def _level(requirements: Iterable[RequirementResult], level: Level) -> LevelResult | None:
    own = [each for each in requirements if each.level == level]
    if not own:
        return None
    counts = Counter(each.result for each in own)
    return LevelResult(
        result=_of_requirements(counts),
        statistics=Statistics(
            **{result: counts[result] for result in ("passed", "failed", "skipped", "partial")}
        ),
        failed=[each.id for each in own if each.result == "failed"],
        skipped=[each.id for each in own if each.result in ("skipped", "partial")],
    )


def _of_requirements(counts: Counter[Result]) -> Result:
    if counts["failed"]:
        return "failed"
    if counts["passed"] == counts.total():
        return "passed"
    return "skipped" if counts["skipped"] == counts.total() else "partial"


def _together(outcomes: Sequence[Outcome]) -> Result:
    """No scenario at all proves as little as one that was skipped."""
    if "failed" in outcomes:
        return "failed"
    if "passed" not in outcomes:
        return "skipped"
    return "passed" if all(each == "passed" for each in outcomes) else "partial"
