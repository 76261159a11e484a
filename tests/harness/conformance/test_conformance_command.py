"""`harness conformance` and `harness conformance diff`: exit codes, files, what is run in which order."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from harness.conformance.document import ConformanceReport
from harness.conformance.storing import read

PASSING = """
    Feature: Good things

      @req-PORT-005
      Scenario: A guess
        Given a user Dana

      @req-KUBE-001
      Scenario: Where it is served
        Given a user Dana

      @req-KILL-001
      Scenario: A duty
        Given a user Dana
        And the deployment "shop"
        When Dana runs mirrord on "deployment/shop" as session "1F"
        Then there is one session

      Scenario: Proves nothing
        Given a user Dana
"""
FAILING = """
    Feature: Bad things

      @req-KILL-002
      Scenario: It does not hold
        Given a user Dana
        Then there is one session
        And there are no sessions
"""
SKIPPED = """
    Feature: Things left out

      @needs_kubectl @req-KILL-003
      Scenario: It is left out
        Given a user Dana
"""
INTERRUPTED = """
    Feature: Cut

      @req-KILL-004
      Scenario: It is cut short
        Given a user Dana
        When somebody presses Ctrl-C

      @req-KILL-005
      Scenario: It is not reached
        Given a user Dana
"""
CTRL_C = """
    from pytest_bdd import when

    @when("somebody presses Ctrl-C")
    def _():
        "As they do when it takes too long."
        raise KeyboardInterrupt
"""
FILES = ("report.yaml", "report.html", "junit.xml", "messages.ndjson")


@pytest.fixture
def project(project: Any) -> Any:
    project.write("features/good.feature", PASSING)
    return project


def report_of(conformance: Any, folder: str = "reports/conformance") -> ConformanceReport:
    return read(conformance.file("report.yaml", folder))


@pytest.mark.parametrize(
    ("more", "code", "result"),
    [
        ([], 0, "passed"),
        ([SKIPPED], 3, "partial"),
        ([FAILING], 1, "failed"),
        ([FAILING, SKIPPED], 1, "failed"),
    ],
)
def test_the_exit_code_is_the_verdict(conformance: Any, more: list[str], code: int, result: str) -> None:
    for number, text in enumerate(more):
        conformance.project.write(f"features/more{number}.feature", text)
    assert conformance.run() == code
    assert report_of(conformance).result == result
    assert [name for name in FILES if not conformance.file(name).exists()] == []


def test_what_is_required_runs_first_and_each_scenario_has_a_line(conformance: Any) -> None:
    conformance.project.write("features/left.feature", SKIPPED)
    conformance.run()
    assert [line for line in conformance.said.splitlines() if line.startswith("[")] == [
        "[1/4] passed  KILL-001  A duty",
        "[2/4] skipped KILL-003  It is left out  (the cluster 'fake' has no kubectl)",
        "[3/4] passed  KUBE-001  Where it is served",
        "[4/4] passed  PORT-005  A guess",
    ]
    assert "4 scenarios: 3 passed, 1 skipped" in conformance.said
    assert "kill           core         partial  1 passed, 1 skipped  (KILL-003)" in conformance.said


def test_a_failure_has_its_evidence(conformance: Any) -> None:
    conformance.project.write("features/bad.feature", FAILING)
    conformance.run()
    failed = report_of(conformance).by_scenario()["features/bad.feature::It does not hold"]
    assert failed.reason.startswith("expected 1 sessions, but there are 0:")
    assert [(step.text, step.result) for step in failed.steps] == [
        ("a user Dana", "passed"),
        ("there is one session", "failed"),
        ("there are no sessions", "notRun"),
    ]
    [asked] = failed.steps[1].requests
    assert (asked.user, asked.verb, asked.code, asked.reason) == ("admin", "get", 200, "a double allows all")
    assert asked.path.endswith("mirrordoperators/operator")


def test_two_runs_write_the_same_bytes(conformance: Any) -> None:
    conformance.project.write("features/bad.feature", FAILING)
    conformance.run("--report", "one")
    conformance.run("--report", "two")
    for name in ("report.yaml", "report.html"):
        assert conformance.file(name, "one").read_bytes() == conformance.file(name, "two").read_bytes()


def test_a_profile_is_a_part_of_the_catalogue(conformance: Any) -> None:
    assert conformance.run("--profile", "kill") == 0
    assert [each.id for each in report_of(conformance).requirements] == ["KILL-001"]
    assert report_of(conformance).reproduce.command == (
        "harness conformance --cluster fake --profile kill --seed 0 --features features"
    )


def test_a_dry_run_shows_the_plan_and_touches_nothing(conformance: Any) -> None:
    assert conformance.run("--dry-run") == 0
    assert (
        conformance.said.splitlines()[-9:]
        == [
            "required",
            "  KILL-001              features/good.feature::A duty",
            "",
            "extended",
            "  KUBE-001              features/good.feature::Where it is served",
            "",
            "provisional",
            "  PORT-005              features/good.feature::A guess",
            "",
            "3 scenarios about 3 requirements would run on fake.",
        ][-9:]
    )
    assert not conformance.file("report.yaml").exists()


def test_only_what_failed_is_run_again(conformance: Any) -> None:
    bad = conformance.project.write("features/bad.feature", FAILING)
    assert conformance.run() == 1
    before = report_of(conformance)
    bad.write_text(bad.read_text().replace("there is one session", "there are no sessions"))
    assert conformance.run("--rerun-failed", "reports/conformance/report.yaml") == 0
    assert [line for line in conformance.said.splitlines() if line.startswith("[")] == [
        "[1/1] passed  KILL-002  It does not hold"
    ]
    after = report_of(conformance)
    assert [each.id for each in after.scenarios] == [each.id for each in before.scenarios]
    assert {each.id: each.result for each in after.requirements} == {
        "KILL-001": "passed", "KILL-002": "passed", "KUBE-001": "passed", "PORT-005": "passed",
    }  # fmt: skip


def test_nothing_failed_is_nothing_to_run_and_the_same_report(conformance: Any) -> None:
    conformance.run()
    before = conformance.file("report.yaml").read_bytes()
    assert conformance.run("--rerun-failed", "reports/conformance/report.yaml") == 0
    assert "0 scenarios: nothing to run" in conformance.said
    assert conformance.file("report.yaml").read_bytes() == before


def test_what_was_changed_is_run_again_though_it_passed(conformance: Any) -> None:
    conformance.run()
    conformance.project.write("features/good.feature", PASSING.replace('session "1F"', 'session "2F"'))
    conformance.run("--rerun-failed", "reports/conformance/report.yaml")
    assert "[1/1] passed  KILL-001  A duty" in conformance.said


def test_an_interrupted_run_leaves_a_report_and_can_be_continued(conformance: Any) -> None:
    conformance.project.write("features/cut.feature", INTERRUPTED)
    conftest = conformance.project.pytester.path / "features" / "conftest.py"
    conformance.project.write("features/conftest.py", CTRL_C)
    assert conformance.run() == 130
    assert "interrupted; the report is written with what is known so far" in conformance.said
    report = report_of(conformance)
    assert (report.interrupted, report.result) == (True, "partial")
    cut = report.by_scenario()["features/cut.feature::It is cut short"]
    assert (cut.result, cut.reason) == ("notRun", "the run was interrupted in it")
    assert [step.result for step in cut.steps] == ["passed", "notRun"]
    assert report.by_scenario()["features/cut.feature::It is not reached"].reason == "the run ended before it"
    conftest.write_text(conftest.read_text().replace("raise KeyboardInterrupt", "pass"))
    assert conformance.run("--rerun-failed", "reports/conformance/report.yaml") == 0
    assert not report_of(conformance).interrupted


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say which cluster to judge, either by --cluster SPEC or by --context NAME"),
        (["--cluster", "fake", "--context", "dev"], "say which cluster to judge"),
        (["--cluster", "fkae"], "there is no cluster 'fkae'; there are fake ("),
        (["--cluster", "fake", "--profile", "x"], "Invalid value for '--profile'"),
        (["--cluster", "fake", "--rerun-failed", "none.yaml"], "does not exist"),
        (["--cluster", "fake", "--rerun-failed", "conftest.py"], "conftest.py is no conformance report"),
    ],
)
def test_wrong_usage(conformance: Any, arguments: list[str], said: str) -> None:
    assert conformance(*arguments) == 2
    assert said in " ".join(conformance.said.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cluster", "fake", "--keep"], 'the cluster "fake" has no keep'),
        (["--context", "nobody"], 'there is no context "nobody" in '),
    ],
)
def test_a_cluster_that_cannot_be_had(conformance: Any, arguments: list[str], said: str) -> None:
    assert conformance(*arguments) == 4
    assert said in conformance.said


def test_a_report_cannot_go_on_with_another_cluster(conformance: Any) -> None:
    conformance.run()
    assert conformance("--context", "dev", "--rerun-failed", "reports/conformance/report.yaml") == 2
    assert "the report is about the cluster 'fake'; it cannot go on with 'context:dev'" in conformance.said


def test_features_that_cannot_be_read_are_no_result(conformance: Any) -> None:
    conformance.project.write(
        "features/broken.feature", "Feature: A\n  Scenario: B\n    Given a\n    Nonsense\n"
    )
    assert conformance.run() == 4
    assert "broken.feature:4" in conformance.said
    assert not conformance.file("report.yaml").exists()


def test_junit_counts_what_came_out(conformance: Any) -> None:
    conformance.project.write("features/bad.feature", FAILING)
    conformance.project.write("features/left.feature", SKIPPED)
    conformance.run()
    root = ElementTree.fromstring(conformance.file("junit.xml").read_text())
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("5", "1", "1")
    failure = root.find("testsuite/testcase[@name='It does not hold']/failure")
    assert failure is not None
    assert failure.get("message") == "expected 1 sessions, but there are 0:"


def test_reports_can_be_compared(conformance: Any) -> None:
    conformance.run("--report", "one")
    assert conformance("diff", "one/report.yaml", "one/report.yaml") == 0
    assert conformance.said == "the reports agree\n"
    conformance.project.write("features/bad.feature", FAILING)
    conformance.run("--report", "two")
    assert conformance("diff", "one/report.yaml", "two/report.yaml") == 1
    assert conformance.said.splitlines()[:8] == [
        "--- one/report.yaml",
        "+++ two/report.yaml",
        "",
        "result",
        "  - passed",
        "  + failed",
        "",
        "requirement KILL-002",
    ]
    assert conformance("diff", "--output", "json", "one/report.yaml", "two/report.yaml") == 1
    assert {each["what"] for each in json.loads(conformance.said)} == {"result", "requirement", "scenario"}
    assert conformance("diff", "one/report.yaml", "conftest.py") == 2
