"""The served fake against answers recorded from a real kube-apiserver, by the tools that came with the recordings."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.drivers.serving import ServedFake

ORACLE = Path(__file__).parents[2] / ".." / "shared" / "oracle"

pytestmark = [
    pytest.mark.skipif(not ORACLE.is_dir(), reason="the recordings are not beside this checkout"),
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cluster like the recorded one: no controllers, no operator."""
    folder = tmp_path_factory.mktemp("oracle")
    served = ServedFake(directory=folder, operator="none", controllers="none")
    served.start()
    yield served.write_kubeconfig(folder / "kubeconfig")
    served.stop()


def run(tool: str, *arguments: str | Path) -> str:
    finished = subprocess.run(
        [sys.executable, ORACLE / tool, *arguments], capture_output=True, text=True, timeout=280, check=False
    )
    assert finished.returncode == 0, finished.stdout[-4000:] + finished.stderr[-2000:]
    return finished.stdout


def test_every_recorded_step_is_identical(kubeconfig: Path) -> None:
    cases = sorted((ORACLE / "cases" / "dev").glob("*.yaml"))
    golden = ORACLE / "golden" / "dev.jsonl"
    output = run(
        "oracle_diff.py", "compare", "--kubeconfig", kubeconfig, "--settle", "0", "--golden", golden, *cases
    )
    assert "100.00 %" in output


def test_every_recorded_decision_is_identical(kubeconfig: Path) -> None:
    run("rbac/rbac_corpus.py", "compare", "--kubeconfig", str(kubeconfig), ORACLE / "rbac" / "dev")


def test_every_recorded_write_of_a_role_is_answered_alike(kubeconfig: Path) -> None:
    corpus = ORACLE / "rbac" / "validation" / "dev.jsonl"
    output = run("rbac/rbac_corpus.py", "compare-validation", "--kubeconfig", kubeconfig, corpus)
    assert "0 mismatches" in output
