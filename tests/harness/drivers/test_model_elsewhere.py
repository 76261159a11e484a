"""Scenarios on somebody's cluster: with the model of the operator beside the runner and behind that cluster's aggregator, and
as somebody who may do what the plan of the run asks for and nothing else.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.drivers.named_contexts import client_of, read_context
from harness.drivers.serving import ServedFake
from harness.isolation.preflight import BY_IMPERSONATION, Right, parse_right
from harness.objects import call, create
from harness.running.session import packaged_features

MODEL = ("--operator=model", "--operator-host=localhost")
RBAC = "rbac.authorization.k8s.io"
LIMITED = "limited"
REFUSED = re.compile(r"^  NO   (\w+) (\S+) \(", re.MULTILINE)
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


def _run(kubeconfig: Path, cluster: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    features = [str(packaged_features() / each) if each.endswith(".feature") else each for each in arguments]
    return subprocess.run(
        [sys.executable, "-m", "harness", "run", f"--cluster={cluster}", "--allow-destructive", *features],
        env={**os.environ, "KUBECONFIG": str(kubeconfig)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


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


def _allow(kubeconfig: Path, rights: list[Right]) -> None:
    """Give the limited user these rights and no others."""
    rules = [
        {
            "verbs": [right.verb], "apiGroups": [right.group],
            "resources": [f"{right.resource}/{right.subresource}" if right.subresource else right.resource],
        }
        for right in rights
    ]  # fmt: skip
    role = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": LIMITED}, "rules": rules}
    binding = {
        "apiVersion": f"{RBAC}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": LIMITED},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": LIMITED},
        "subjects": [{"apiGroup": RBAC, "kind": "User", "name": LIMITED}],
    }  # fmt: skip
    with client_of(read_context("admin", [kubeconfig])) as api:
        create(api, role)
        create(api, binding)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("operator", "features"),
    [
        (MODEL, ("sessions/stored.feature", "access/strangers.feature")),
        ((), ("kill/retain_active.feature", "targets/kinds.feature")),
    ],
)
def test_whoever_may_do_what_the_plan_asks_for_can_run_them(
    tmp_path: Path, operator: tuple[str, ...], features: tuple[str, ...]
) -> None:
    served = ServedFake(directory=tmp_path / "cluster", operator="none" if operator else "model")
    served.start()
    served.add_person(LIMITED, LIMITED)
    kubeconfig = served.write_kubeconfig(tmp_path / "kubeconfig")
    _allow(kubeconfig, list(BY_IMPERSONATION))
    plan = _run(kubeconfig, f"context:{LIMITED}", "--dry-run", *operator, *features)
    asked = [parse_right(f"{verb} {what}", "") for verb, what in REFUSED.findall(plan.stdout)]
    assert Right("create", "apps", "deployments", "") in asked
    assert Right("create", "batch", "cronjobs", "") in asked or operator
    with client_of(read_context("admin", [kubeconfig])) as api:
        for kind in ("clusterrolebindings", "clusterroles"):
            call(api, "DELETE", f"/apis/{RBAC}/v1/{kind}/{LIMITED}")
    _allow(kubeconfig, [*BY_IMPERSONATION, *asked])
    done = _run(kubeconfig, f"context:{LIMITED}", *operator, *features)
    served.stop()
    assert done.returncode == 0, done.stdout[-3000:]
    assert "  NO " not in done.stdout
    assert "skipped" not in done.stdout
