"""What two reports differ in, and what is no difference."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.conformance.comparing import compare, normalised
from harness.conformance.document import Command, ConformanceReport, Outcome, Request, ScenarioResult

MakeScenario = Callable[..., ScenarioResult]
Report = Callable[..., ConformanceReport]


def command(output: str, code: int = 0) -> list[Command]:
    return [Command(user="Dana", line="mirrord operator status", exit_code=code, stdout=output)]


def upgrade(code: int, decision: str) -> Request:
    return Request(user="a", verb="proxy", path="/p", code=code, decision=decision)


def request(path: str, code: int = 200, user: str = "dana") -> Request:
    return Request(user=user, verb="get", path=path, code=code)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("started 2026-01-01T09:00:00Z", "started 2027-03-04T05:06:07.890123Z"),
        ("| 1h 3m 5s |", "| 13s |"),
        ("uid 00000000-0000-4000-8000-000000000001", "uid 9f3b1c60-7d3c-4c9e-9d53-0b7a6a2f1c11"),
        ("https://127.0.0.1:40001/apis", "https://api.example.com:6443/apis"),
        ('"resourceVersion":"17"', '"resourceVersion":"90210"'),
        ("pods/shop-5d54cd498c-6zxg9", "pods/shop-5c79bf899b-fpt78"),
        ("| C527 |    13s |\n+------+--------+", "| C527 | 1h 13s |\n+------+----+"),
    ],
)
def test_what_differs_from_run_to_run_is_made_alike(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("session C527FE7D9C30979E", "session A1"), ("exit code 1", "exit code 2"), ("port 80", "port 8080")],
)
def test_what_means_something_is_kept(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ({}, {}, []),
        ({"result": "failed"}, {}, ["result", "requirement", "scenario"]),
        ({"commands": command("a\n")}, {"commands": command("b\n")}, ["command"]),
        ({"commands": command("a\n")}, {"commands": command("a\n", 1)}, ["command"]),
        ({"commands": command("in 3s\n")}, {"commands": command("in 4s\n")}, []),
        ({"written": "sha256:2"}, {}, ["text"]),
        ({"requests": [request("/a")]}, {"requests": [request("/a", 403)]}, ["requests"]),
        ({"requests": [request("/a")]}, {"requests": [request("/a"), request("/a")]}, []),
        ({"requests": [request("/a")]}, {"requests": []}, []),
        ({"requests": [upgrade(101, "allow")]}, {"requests": [upgrade(409, "allow")]}, []),
        ({"requests": [upgrade(101, "allow")]}, {"requests": [upgrade(403, "forbid")]}, ["requests"]),
        (
            {"requests": [request("/a")], "keyword": "Given"},
            {"requests": [request("/b")], "keyword": "Given"},
            [],
        ),
    ],
)
def test_differences(
    make_scenario: MakeScenario,
    report: Report,
    left: dict[str, object],
    right: dict[str, object],
    found: list[str],
) -> None:
    one, other = (
        report(make_scenario("s", "KILL-001", **left)),
        report(make_scenario("s", "KILL-001", **right)),
    )
    assert [each.what for each in compare(one, other)] == found


def test_outputs_can_be_compared_byte_for_byte(make_scenario: MakeScenario, report: Report) -> None:
    one, other = (
        report(make_scenario("s", "KILL-001", commands=command(text))) for text in ("in 3s\n", "in 4s\n")
    )
    [difference] = compare(one, other, exact=True)
    assert (difference.what, difference.step) == ("command", "When s happens")


@pytest.mark.parametrize("result", ["skipped", "notRun"])
def test_what_one_side_could_not_run_can_be_left_out(
    make_scenario: MakeScenario, report: Report, result: Outcome
) -> None:
    one, other = (report(make_scenario("s", "KILL-001", result=each)) for each in (result, "passed"))
    assert [each.what for each in compare(one, other)] == ["result", "requirement", "scenario"]
    assert compare(one, other, ran_in_both=True) == []


def test_a_scenario_that_one_side_does_not_have_is_a_difference(
    make_scenario: MakeScenario, report: Report
) -> None:
    one = report(make_scenario("s", "KILL-001"))
    other = report(make_scenario("s", "KILL-001"), make_scenario("t", "KILL-001"))
    [difference] = compare(one, other)
    assert (difference.where, difference.left, difference.right) == ("features/a.feature::t", "", "passed")
