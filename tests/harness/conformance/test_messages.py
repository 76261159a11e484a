"""The Cucumber messages: in the shape of the protocol, in its order, and each reference leads somewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

FEATURE = """
    Feature: Messages

      Background:
        Given a user Dana

      Rule: One

        @req-KILL-001
        Scenario: It holds
          Given the deployment "shop"
          * the deployment "till"
          Then there are no sessions

        @req-KILL-002
        Scenario Outline: It may hold
          When Dana runs mirrord on "pod/a"
          Then there are <count> sessions
          But this is undefined

          Examples:
            | count |
            | 1     |
            | 2     |

      @req-KILL-003 @needs_kubectl
      Scenario: It is left out
        Then there are no sessions
"""


@pytest.fixture
def envelopes(conformance: Any) -> list[dict[str, Any]]:
    conformance.project.write("features/a.feature", FEATURE)
    conformance.run()
    return [json.loads(line) for line in conformance.file("messages.ndjson").read_text().splitlines()]


def of(envelopes: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each[kind] for each in envelopes if kind in each]


def test_each_kind_comes_in_the_order_of_the_protocol(envelopes: list[dict[str, Any]]) -> None:
    kinds = [kind for each in envelopes for kind in each]
    assert list(dict.fromkeys(kinds)) == [
        "meta",
        "source",
        "gherkinDocument",
        "pickle",
        "stepDefinition",
        "testRunStarted",
        "testCase",
        "testCaseStarted",
        "testStepStarted",
        "attachment",
        "testStepFinished",
        "testCaseFinished",
        "testRunFinished",
    ]
    assert of(envelopes, "testRunFinished")[0]["success"] is False


def test_references_lead_somewhere(envelopes: list[dict[str, Any]]) -> None:
    pickles = {each["id"]: each for each in of(envelopes, "pickle")}
    definitions = {each["id"] for each in of(envelopes, "stepDefinition")}
    cases = {each["id"]: each for each in of(envelopes, "testCase")}
    started = {each["id"]: each["testCaseId"] for each in of(envelopes, "testCaseStarted")}
    assert len(cases) == len(pickles) == 4
    for case in cases.values():
        written = [each["id"] for each in pickles[case["pickleId"]]["steps"]]
        assert [each["pickleStepId"] for each in case["testSteps"]] == written
        assert {key for each in case["testSteps"] for key in each["stepDefinitionIds"]} <= definitions
    for finished in of(envelopes, "testStepFinished"):
        steps = cases[started[finished["testCaseStartedId"]]]["testSteps"]
        assert finished["testStepId"] in {each["id"] for each in steps}


def test_outcomes_of_steps(envelopes: list[dict[str, Any]]) -> None:
    pickles = {each["id"]: each["name"] for each in of(envelopes, "pickle")}
    cases = {each["id"]: pickles[each["pickleId"]] for each in of(envelopes, "testCase")}
    names = {each["id"]: cases[each["testCaseId"]] for each in of(envelopes, "testCaseStarted")}
    found: dict[str, list[str]] = {}
    for each in of(envelopes, "testStepFinished"):
        found.setdefault(names[each["testCaseStartedId"]], []).append(each["testStepResult"]["status"])
    assert found == {
        "It holds": ["PASSED", "PASSED", "PASSED", "PASSED"],
        "It may hold": ["PASSED", "PASSED", "PASSED", "UNDEFINED", "PASSED", "PASSED", "FAILED", "SKIPPED"],
        "It is left out": ["SKIPPED", "SKIPPED"],
    }


def test_the_classes_of_the_protocol_take_them_and_give_them_back(envelopes: list[dict[str, Any]]) -> None:
    messages = pytest.importorskip("cucumber_messages", reason="cucumber-messages is not installed")
    from cucumber_messages.json_converter import JsonDataclassConverter

    converter = JsonDataclassConverter(module_scope=messages)
    for each in envelopes:
        assert converter.to_dict(converter.from_dict(each, messages.Envelope)) == _without_empty(each)


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty(each) for key, each in value.items() if each is not None}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value
