"""How results of scenarios add up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.conformance.document import Outcome, Result, ScenarioResult, Verdict
from harness.conformance.judging import judge_profiles, judge_requirements, verdict
from harness.conformance.planning import PROFILES, level_of, profile_of, selected
from harness.conformance.requirements import requirements

MakeScenario = Callable[..., ScenarioResult]
CATALOGUE = {each.id: each for each in requirements()}
REQUIRED, EXTENDED, PROVISIONAL = "KILL-001", "KUBE-001", "PORT-005"


@pytest.mark.parametrize(
    ("outcomes", "result"),
    [
        ([], "skipped"),
        (["passed"], "passed"),
        (["passed", "passed"], "passed"),
        (["passed", "failed"], "failed"),
        (["skipped", "failed"], "failed"),
        (["skipped"], "skipped"),
        (["notRun"], "skipped"),
        (["skipped", "notRun"], "skipped"),
        (["passed", "skipped"], "partial"),
        (["passed", "notRun"], "partial"),
    ],
)
def test_a_requirement_is_met_if_all_that_proves_it_passed(
    make_scenario: MakeScenario, outcomes: list[Outcome], result: Result
) -> None:
    scenarios = [make_scenario(f"s{n}", REQUIRED, result=each) for n, each in enumerate(outcomes)]
    [judged] = judge_requirements([CATALOGUE[REQUIRED]], scenarios)
    assert judged.result == result


@pytest.mark.parametrize(
    ("required", "extended", "provisional", "whole"),
    [
        ("passed", "passed", "passed", "passed"),
        ("passed", "skipped", "skipped", "passed"),
        ("passed", "passed", "failed", "passed"),
        ("skipped", "passed", "passed", "partial"),
        ("notRun", "passed", "passed", "partial"),
        ("passed", "failed", "passed", "failed"),
        ("failed", "skipped", "passed", "failed"),
    ],
)
def test_levels_count_differently(
    make_scenario: MakeScenario, required: Outcome, extended: Outcome, provisional: Outcome, whole: Verdict
) -> None:
    outcomes = {REQUIRED: required, EXTENDED: extended, PROVISIONAL: provisional}
    scenarios = [make_scenario(key, key, result=outcome) for key, outcome in outcomes.items()]
    judged = judge_requirements([CATALOGUE[key] for key in outcomes], scenarios)
    assert verdict(judged) == whole
    profiles = {each.name: each for each in judge_profiles(judged)}
    assert set(profiles) == {"kill", "sessions", "ports"}
    core, guess = profiles["kill"].core, profiles["ports"].provisional
    assert core is not None
    assert core.result == ("skipped" if required == "notRun" else required)
    assert guess is not None
    assert guess.failed == (["PORT-005"] if provisional == "failed" else [])


def test_every_requirement_belongs_to_a_profile() -> None:
    names = {profile.name for profile in PROFILES}
    assert {each.id for each in requirements() if profile_of(each.id) not in names} == set()
    assert sum(len(selected(requirements(), name)) for name in names) == len(requirements())


@pytest.mark.parametrize(
    ("tags", "level"),
    [
        (["req-KILL-001"], "required"),
        (["req-KUBE-001", "req-KILL-001"], "required"),
        (["req-KUBE-001", "req-PORT-005"], "extended"),
        (["req-KILL-001", "provisional"], "provisional"),
        (["req-NONE-001", "smoke"], None),
    ],
)
def test_a_scenario_runs_at_the_strictest_level_of_what_it_proves(tags: list[str], level: str | None) -> None:
    assert level_of(tags, CATALOGUE) == level
