"""What scenarios need to be allowed, found out by running them on the fake."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FEATURE = """
Feature: A
  Scenario: B
    Given the world "visit-counter"
    When something happens
"""
STEPS = """
from pytest_bdd import when

@when("something happens")
def _(cluster):
    {}
"""
REHEARSE = """
from pathlib import Path
from harness.cluster import ClusterUnavailableError
from harness.running.rehearsing import rehearse
try:
    print(*rehearse([Path("a.feature")], [], "installed"), sep="\\n")
except KeyboardInterrupt:
    print("interrupted")
except ClusterUnavailableError as error:
    print(str(error).splitlines()[0])
"""


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        ("pass", "create deployments.apps"),
        ("raise AssertionError", "create deployments.apps"),
        ("raise KeyboardInterrupt", "interrupted"),
    ],
)
def test_what_comes_of_a_rehearsal(tmp_path: Path, happens: str, said: str) -> None:
    (tmp_path / "a.feature").write_text(FEATURE)
    (tmp_path / "conftest.py").write_text(STEPS.format(happens))
    done = subprocess.run(
        [sys.executable, "-c", REHEARSE], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert said in done.stdout.splitlines(), done.stdout + done.stderr


def test_scenarios_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.feature").write_text("Feature: A\n  Scenario: B\n    Given a\n    Nonsense\n")
    done = subprocess.run(
        [sys.executable, "-c", REHEARSE], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("the scenarios cannot be rehearsed:"), done.stdout + done.stderr
