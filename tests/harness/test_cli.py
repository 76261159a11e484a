"""The `harness` command: results by scenario, exit codes, the catalogue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harness.cli import main
from harness.running.session import default_paths, packaged_features

PASSING = """
    Feature: Good things

      Scenario: It holds
        Given a user Dana
        Then there are no sessions
"""
FAILING = """
    Feature: Bad things

      @needs_kubectl
      Scenario: It is left out
        Given a user Dana

      Scenario: It does not hold
        Given a user Dana
        Then there is one session
"""


class Harness:
    def __init__(self, project: Any, capfd: pytest.CaptureFixture[str]) -> None:
        self.project = project
        self.capfd = capfd

    def __call__(self, *arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stopped:
            main(list(arguments), prog_name="harness")
        captured = self.capfd.readouterr()
        return int(stopped.value.code or 0), captured.out + captured.err


@pytest.fixture
def harness(project: Any, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Harness:
    project.write("features/good.feature", PASSING)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest -p no:faker")
    return Harness(project, capfd)


def test_a_run_shows_a_line_for_each_scenario_and_a_summary(harness: Harness) -> None:
    harness.project.write("features/bad.feature", FAILING)
    code, output = harness("run")
    assert code == 1
    lines = output.splitlines()
    assert lines[:11] == [
        "cluster: fake, seed: 0",
        "",
        "features/bad.feature  Bad things",
        "  skipped  It is left out  (the cluster 'fake' has no kubectl)",
        "  FAILED   It does not hold",
        "             > Then there is one session    features/bad.feature:10",
        "             expected 1 sessions, but there are 0:",
        "",
        "features/good.feature  Good things",
        "  passed   It holds",
        "",
    ]
    assert "last requests:" in lines
    assert lines[-1].startswith("3 scenarios: 1 passed, 1 failed, 1 skipped in ")


@pytest.mark.parametrize(
    ("arguments", "code", "last"),
    [
        (["run"], 0, "1 scenario: 1 passed in "),
        (["run", "features"], 0, "1 scenario: 1 passed in "),
        (["run", "--dry-run"], 0, "1 scenario: 1 passed in "),
        (["run", "--tags", "@nothing"], 5, "0 scenarios: 1 not selected in "),
        (["run", "--tags", "@a and"], 4, "ERROR: tag expression '@a and': expected a tag at column 7"),
        (["run", "nowhere"], 2, "Error: Invalid value for '[PATHS]...': Path 'nowhere' does not exist."),
    ],
)
def test_exit_codes(harness: Harness, arguments: list[str], code: int, last: str) -> None:
    found, output = harness(*arguments)
    assert found == code, output
    assert output.strip().splitlines()[-1].startswith(last)


def test_a_file_that_cannot_be_read(harness: Harness) -> None:
    harness.project.write("features/bad.feature", "Scenario: no feature\n")
    code, output = harness("run")
    assert code == 2
    assert "1 feature files cannot be read" in output
    assert "features/bad.feature:1: " in output


def test_junit_xml(harness: Harness) -> None:
    harness("run", "--junit", "results.xml")
    assert 'name="It holds"' in Path("results.xml").read_text(encoding="utf-8")


def test_the_packaged_features_are_run_where_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_paths() == [packaged_features()]
    assert (packaged_features() / "kill" / "kill_one.feature").is_file()


def test_every_step_of_the_packaged_features_has_one_definition(harness: Harness) -> None:
    code, output = harness("run", str(packaged_features()), "--dry-run")
    assert code == 0, output


def test_the_catalogue_lists_sentences_with_their_gaps() -> None:
    result = CliRunner().invoke(main, ["steps", "--search", "steals port {port} with"])
    assert result.output.splitlines()[:4] == [
        "",
        "Traffic",
        '  Given {name} steals port {port} with the filter "{http_filter}"',
        "          name: name, port: port, http_filter: text",
    ]


def test_the_catalogue_lists_a_projects_own_sentences(harness: Harness) -> None:
    harness.project.write(
        "features/conftest.py",
        """
        from pytest_bdd import given, parsers

        @given(parsers.parse("tea for {name}"))
        def _(name):
            "A cup of it."
        """,
    )
    code, output = harness("steps", "features", "--search", "tea for")
    assert code == 0
    assert output.splitlines() == [
        "",
        "Conftest",
        "  Given tea for {name}",
        "          name: text",
        "          A cup of it.",
    ]


def test_the_catalogue_as_json() -> None:
    found = json.loads(CliRunner().invoke(main, ["steps", "--output", "json"]).output)
    by_text = {(each["keyword"], each["text"]): each for each in found}
    assert by_text["When", "{elapsed} pass"]["parameters"] == [{"name": "elapsed", "kind": "Duration"}]
    assert by_text["Then", "the output is"]["takes"] == ["docstring"]
    assert [each["text"] for each in found if not each["description"]] == []


def test_help_names_the_commands_and_examples() -> None:
    output = CliRunner().invoke(main, ["--help"]).output
    assert "Examples:" in output
    assert "  run " in output
    assert "Exit codes:" in CliRunner().invoke(main, ["run", "--help"]).output
