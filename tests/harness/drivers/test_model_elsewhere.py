"""Scenarios on somebody's cluster, with the model of the operator beside the runner and behind that cluster's aggregator."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.drivers.named_contexts import client_of, read_context
from harness.drivers.serving import ServedFake
from harness.objects import call
from harness.running.session import packaged_features

FEATURES = ("kill/kill_all.feature", "sessions/stored.feature", "compatibility/older_operators.feature")
LISTS = (
    "/api/v1/namespaces",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "/apis/apiregistration.k8s.io/v1/apiservices",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "/apis/coordination.k8s.io/v1/leases",
)


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Iterator[Path]:
    """A cluster without an operator, by the context ``admin``."""
    served = ServedFake(directory=tmp_path / "cluster", operator="none")
    served.start()
    yield served.write_kubeconfig(tmp_path / "kubeconfig")
    served.stop()


def _everything(kubeconfig: Path) -> dict[str, set[str]]:
    with client_of(read_context("admin", [kubeconfig])) as api:
        return {
            path: {each["metadata"]["name"] for each in call(api, "GET", path)["items"]} for path in LISTS
        }


@pytest.mark.timeout(120)
def test_they_pass_and_leave_nothing(kubeconfig: Path) -> None:
    before = _everything(kubeconfig)
    features = [str(packaged_features() / each) for each in FEATURES]
    options = [
        "--cluster=context:admin",
        "--operator=model",
        "--operator-host=localhost",
        "--allow-destructive",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "harness", "run", *options, *features],
        env={**os.environ, "KUBECONFIG": str(kubeconfig)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert "operator: model" in done.stdout
    assert " failed" not in done.stdout
    assert "skipped" not in done.stdout
    assert _everything(kubeconfig) == before
