"""Whole scenarios: a hundred of them, with a thousand sentences."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from harness.benchmarks.measuring import Figure

__all__ = ["figures"]

_SCENARIO = """
  Scenario: number {number}
    Given the world "visit-counter"
    When Dana runs mirrord on "deployment/ip-visit-counter"
    And Dana steals port 80 with the filter "header=X-PG-Tenant: Avi.+"
    And 13 seconds pass
    And Dana runs "mirrord operator status"
    Then the command succeeds
    And the output contains "Port: 80, Type: steal, Filter: header=X-PG-Tenant: Avi.+"
    When the administrator runs "mirrord operator session kill-all"
    Then the command succeeds
    And there are no sessions
"""


def figures() -> Iterator[Figure]:
    """Seconds for a hundred scenarios of ten sentences, with everything that pytest does around them."""
    import pytest

    text = "Feature: many\n" + "".join(_SCENARIO.format(number=number) for number in range(100))
    with TemporaryDirectory() as folder:
        feature = Path(folder) / "many.feature"
        feature.write_text(text)
        quiet = io.StringIO()
        started = perf_counter()
        with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
            code = pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir", folder, str(feature)])
        elapsed = perf_counter() - started
    if code != 0:
        raise SystemExit(quiet.getvalue())
    yield Figure(name="100 scenarios with 1,000 steps", value=elapsed, unit="s", aim=10)
