"""The file of a report: what is written can be read, and what is no report is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from harness.conformance.document import Command, ConformanceReport, Request, ScenarioResult
from harness.conformance.storing import ReportError, dump, read

MakeScenario = Callable[..., ScenarioResult]
Report = Callable[..., ConformanceReport]


def test_what_is_written_can_be_read(make_scenario: MakeScenario, report: Report, tmp_path: Path) -> None:
    commands = [
        Command(
            user="Dana", line="mirrord", exit_code=1, stdout="a\n  b: [c]\n", stderr="no \u2028 yes: \x07"
        )
    ]
    requests = [
        Request(user="dana", verb="get", path="/a?b={c}", code=403, decision="forbid", reason="no: 'x'")
    ]
    written = report(
        make_scenario("s", "KILL-001", result="failed", reason="x\n\ny", commands=commands, requests=requests)
    )
    path = tmp_path / "report.yaml"
    path.write_text(dump(written), encoding="utf-8", newline="\n")
    assert read(path) == written


def test_it_says_what_it_is_and_begins_with_it(make_scenario: MakeScenario, report: Report) -> None:
    text = dump(report(make_scenario("s", "KILL-001")))
    assert text.startswith("apiVersion: conformance.mirrord-harness/v1alpha1\nkind: ConformanceReport\ndate:")
    assert yaml.safe_load(text)["implementation"] == {
        "name": "mirrord operator",
        "operatorVersion": "3.187.0",
        "kubernetesVersion": "v1.36.2",
    }


def test_a_request_is_a_line(make_scenario: MakeScenario, report: Report) -> None:
    text = dump(
        report(make_scenario("s", "KILL-001", requests=[Request(user="d", verb="get", path="/a", code=200)]))
    )
    assert "    - {user: d, verb: get, path: /a, code: 200}\n" in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- 1",
        "kind: Pod",
        "a: b: c",
        "kind: ConformanceReport\ndate: 3",
        "apiVersion: conformance.mirrord-harness/v2\nkind: ConformanceReport",
        "!!python/object/apply:os.getcwd []",
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=r"a\.yaml is no conformance report: "):
        read(path)
