"""Feature files run without Python glue, in a project that only has the distribution installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.running.session import plugins

WriteFeature = Callable[..., Any]

TWO = """
    Feature: Two

      Scenario: One that holds
        Given a user Dana
        And the deployment "shop"
        When Dana runs mirrord on "deployment/shop" as session "1F"
        Then there is one session

      @slow
      Scenario: One that does not
        Given a user Dana
        When Dana runs mirrord on "deployment/shop" as session "1F"
        Then the session "1F" is gone
        And there are no sessions
"""

OUTLINE = """
    Feature: Outline

      Scenario Outline: Counting
        Given a user Dana
        When Dana runs mirrord on "<target>"
        Then there are <count> sessions

        Examples:
          | target | count |
          | pod/a  | 1     |

        @slow
        Examples: more
          | target | count |
          | pod/b  | two   |
"""


def test_scenarios_are_items_with_readable_names(feature: WriteFeature) -> None:
    result = feature(TWO).run("--collect-only", "-q")
    result.stdout.fnmatch_lines(
        ["features/a.feature::One that holds", "features/a.feature::One that does not"]
    )


def test_each_row_of_an_outline_is_an_item(feature: WriteFeature) -> None:
    result = feature(OUTLINE).run("-v")
    result.stdout.fnmatch_lines(
        ["features/a.feature::Counting?pod/a, 1? PASSED*", "features/a.feature::Counting?pod/b, two? FAILED*"]
    )


def test_a_scenario_can_be_chosen_by_its_name(feature: WriteFeature) -> None:
    result = feature(TWO).run("features/a.feature::One that holds")
    result.assert_outcomes(passed=1)


def test_a_failure_names_the_line_the_step_the_mismatch_and_the_requests(feature: WriteFeature) -> None:
    result = feature(TWO).run()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "features/a.feature:11: Scenario: One that does not",
            "      When Dana runs mirrord on *",
            '>     Then the session "1F" is gone    features/a.feature:14',
            "      * there are no sessions    (not run)",
            "E   the session is still listed: 1F *",
            "last requests:",
            "  admin  get  *mirrordoperators/operator  200  allow: a double allows all",
            "cluster: fake, seed: 0",
            "FAILED features/a.feature::One that does not - line 14: Then the session*",
        ],
        consecutive=False,
    )


@pytest.mark.parametrize(
    ("selection", "passed", "failed"),
    [
        (["-m", "slow"], 0, 1),
        (["-m", "not slow"], 1, 0),
        (["--tags=@slow"], 0, 1),
        (["--tags", "not @slow"], 1, 0),
        (["--tags", "not @sl*"], 1, 0),
    ],
)
def test_tags_are_marks_and_select(
    feature: WriteFeature, selection: list[str], passed: int, failed: int
) -> None:
    feature(TWO).run("--strict-markers", *selection).assert_outcomes(
        passed=passed, failed=failed, deselected=1
    )


def test_examples_have_tags_of_their_own(feature: WriteFeature) -> None:
    feature(OUTLINE).run("--tags=@slow").assert_outcomes(failed=1, deselected=1)
    feature(OUTLINE).run("-m", "slow").assert_outcomes(failed=1, deselected=1)


def test_a_wrong_tag_expression_is_wrong_usage(feature: WriteFeature) -> None:
    result = feature(TWO).run("--tags=@slow and")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*expected a tag at column 10*"])


def test_what_the_cluster_cannot_do_is_skipped_with_the_reason(feature: WriteFeature) -> None:
    text = """
        @needs_kubectl
        Feature: A
          Scenario: B
            Given a user Dana
    """
    result = feature(text).run("-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*the cluster 'fake' has no kubectl*"])


def test_a_need_that_nothing_can_meet_is_an_error(feature: WriteFeature) -> None:
    text = """
        Feature: A
          @needs_kubctl
          Scenario: B
            Given a user Dana
    """
    result = feature(text).run()
    result.stdout.fnmatch_lines(["*a.feature:4: no cluster can have what @needs_kubctl asks for; known are*"])
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_an_undefined_step_shows_what_to_paste(feature: WriteFeature) -> None:
    text = """
        Feature: A
          Scenario: B
            Given a user Dana
            When Dana pours 3 cups of "black tea"
    """
    result = feature(text).run()
    result.stdout.fnmatch_lines(
        [
            '>     When Dana pours 3 cups of "black tea"    features/a.feature:5',
            "E       from pytest_bdd import when, parsers",
            "E       @when(parsers.parse('Dana pours {number:d} cups of \"{text}\"'))",
            "E       def _(cluster, number: int, text: str) -> None:",
        ]
    )


def test_a_step_that_is_nearly_right_is_told_what_there_is(feature: WriteFeature) -> None:
    text = """
        Feature: A
          Scenario: B
            Given a user Dana
            When Dana run mirrord on "pod/a"
    """
    feature(text).run().stdout.fnmatch_lines(["E       Given or When {name} runs mirrord on*"])


def test_an_async_step_fails(feature: WriteFeature) -> None:
    project = feature("""
        Feature: A
          Scenario: B
            When I wait
    """)
    project.write(
        "features/conftest.py", "from pytest_bdd import when\n\n@when('I wait')\nasync def _(): ...\n"
    )
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E   `I wait` is an `async def` step, which nothing would await: *conftest.py:3"]
    )


def test_a_users_own_steps_stand_beside_ours_and_hide_them(feature: WriteFeature) -> None:
    project = feature("""
        Feature: A
          Scenario: B
            Given a user Dana
            And tea for Dana
            Then there are no sessions
    """)
    project.write(
        "features/conftest.py",
        """
        from pytest_bdd import given, parsers, then

        @given(parsers.parse("tea for {name}"), target_fixture="cup")
        def _(name, cluster):
            return name

        @then("there are no sessions")
        def _(cup):
            assert cup == "Dana"
        """,
    )
    project.run("--strict-markers").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("When nobody knows this", "*a.feature:6: When nobody knows this"),
        ("When twice", "*is ambiguous; it is defined at"),
        ("When later", "*is an `async def` step*"),
    ],
)
def test_a_dry_run_finds_what_cannot_be_run(feature: WriteFeature, steps: str, said: str) -> None:
    project = feature(f"""
        Feature: A
          Scenario: B
            Given a user Dana
            And this must not be run
            {steps}
    """)
    project.write(
        "conftest.py",
        """
        from pytest_bdd import given, when, parsers

        @given("this must not be run")
        def _():
            raise SystemExit("it was run")

        @when("twice")
        def _(): ...

        @when(parsers.parse("twi{rest}"))
        def _(): ...

        @when("later")
        async def _(): ...
        """,
    )
    result = project.run("--scenario-dry-run")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"E   {said}"])


def test_a_dry_run_of_what_can_be_run_passes(feature: WriteFeature) -> None:
    feature(TWO).run("--scenario-dry-run").assert_outcomes(passed=2)


def test_two_scenarios_of_one_name_are_an_error(feature: WriteFeature) -> None:
    text = """
        Feature: A
          Rule: One
            Scenario: Same
              Given a user Dana
          Rule: Two
            Scenario: Same
              Given a user Dana
    """
    result = feature(text).run()
    result.stdout.fnmatch_lines(
        ['*a.feature:7: A scenario of the name "Same" is already at line 4; rename one of them.']
    )


def test_what_is_no_gherkin_is_an_error_with_its_line(feature: WriteFeature) -> None:
    result = feature("Feature: A\n  Scenario: B\n    Given a user Dana\n  nonsense\n").run()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*a.feature:4: *"])


def test_a_scenario_that_the_project_binds_itself_runs_once(feature: WriteFeature) -> None:
    project = feature(TWO)
    project.write("test_bound.py", "from pytest_bdd import scenarios\n\nscenarios('features')\n")
    project.write(
        "conftest.py",
        (project.pytester.path / "conftest.py").read_text() + "\nfrom scenarios.steps.users import *\n",
    )
    result = project.run("--collect-only", "-q")
    result.stdout.no_fnmatch_line("features/a.feature*")
    result.stdout.fnmatch_lines(["test_bound.py::test_one_that_holds"])


def test_collecting_can_be_turned_off(feature: WriteFeature) -> None:
    project = feature(TWO)
    project.write("pytest.ini", "[pytest]\ncollect_feature_files = false\n")
    assert project.run().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_every_scenario_has_a_cluster_of_its_own(feature: WriteFeature) -> None:
    text = """
        Feature: A
          Scenario Outline: B
            Given a user Dana
            When Dana runs mirrord on "pod/a"
            Then there is one session
            Examples:
              | row |
              | 1   |
              | 2   |
    """
    feature(text).run().assert_outcomes(passed=2)


def test_a_world_has_to_come_first(feature: WriteFeature) -> None:
    text = """
        Feature: A
          Scenario: B
            Given a user Dana
            And the world "busy"
    """
    feature(text).run().stdout.fnmatch_lines(["E   *a world has to be its first sentence"])


def test_a_world_of_the_projects_own(feature: WriteFeature) -> None:
    project = feature("""
        Feature: A
          Scenario: B
            Given the world "mine"
            Then there is one session
    """)
    project.write("worlds/mine.yaml", "people: {dana: {}}\nsessions: [{person: dana, target: pod/a}]\n")
    project.run().assert_outcomes(passed=1)


def test_the_clocks_of_desks_can_be_stopped(feature: WriteFeature) -> None:
    project = feature("""
        Feature: A
          Scenario: B
            Given it is "2026-03-05 10:00:00"
            And the clocks on all desks show "2030-01-01 00:00:00"
            When 90 seconds pass
            Then it is half past one here and there
    """)
    project.write(
        "features/conftest.py",
        """
        from datetime import datetime
        from pytest_bdd import then

        @then("it is half past one here and there")
        def _(cluster, desks):
            assert str(cluster.now()) == "2026-03-05 10:01:30+00:00"
            assert str(desks.now()) == "2030-01-01 00:01:30+00:00"
            assert datetime.now() == datetime(2030, 1, 1, 0, 1, 30)
        """,
    )
    project.run().assert_outcomes(passed=1)


def test_a_project_without_features_does_not_load_the_steps(project: Any) -> None:
    project.write(
        "test_nothing.py",
        """
        import sys

        def test_nothing():
            assert [name for name in sys.modules if name in ("kubernetes", "faker", "harness.running.collecting")] == []
        """,
    )
    project.write("conftest.py", "")
    result = project.pytester.runpytest_subprocess(
        "-p", "no:hypothesispytest", "-p", "no:faker", *_as_options()
    )
    result.assert_outcomes(passed=1)


def _as_options() -> list[str]:
    return ["-p", "harness.pytest_plugin"] if plugins() else []
