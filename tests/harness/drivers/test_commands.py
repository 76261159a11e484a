"""What is said on the command line about live clusters: plans, cleaning up, and the operator by hand."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from fakes.apimachinery.clock import RealClock
from harness.cli import main
from harness.drivers.named_contexts import client_of, kubeconfig_files, read_context
from harness.drivers.operator_places import elsewhere, in_pod, manifests_elsewhere
from harness.drivers.serving import ServedFake
from harness.isolation.ledger import RUN_LABEL
from harness.objects import call
from harness.running.cluster_options import command_options, driver_options, pytest_options


@pytest.fixture
def kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cluster without an operator, by the contexts ``admin`` and ``prod``; nothing else of this machine is seen."""
    served = ServedFake(directory=tmp_path / "cluster", operator="none")
    served.start()
    content: dict[str, Any] = served.kubeconfig()
    content["contexts"].append({"name": "prod", "context": {"cluster": "fake", "user": "admin"}})
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(content))
    monkeypatch.setenv("KUBECONFIG", str(path))
    yield path
    served.stop()


def _run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, args)
    return result.exit_code, result.output


def _leave_behind(kubeconfig: Path) -> None:
    with client_of(read_context("admin", [kubeconfig])) as api:
        for name, run in (("a", "dead"), ("b", "alive")):
            metadata = {"name": name, "labels": {RUN_LABEL: run}}
            call(api, "POST", "/api/v1/namespaces/default/configmaps", {"metadata": metadata})


def test_cleaning_up_deletes_what_one_run_left_and_nothing_else(kubeconfig: Path) -> None:
    _leave_behind(kubeconfig)
    path = "/api/v1/namespaces/default/configmaps/a"
    command = ("cleanup", "--context", "admin", "--run", "dead")
    assert _run(*command, "--dry-run") == (0, f"would delete {path}\n")
    assert _run(*command) == (0, f"deleted {path}\n")
    assert _run(*command) == (0, "nothing carries the label of the run dead\n")
    with client_of(read_context("admin", [kubeconfig])) as api:
        assert call(api, "GET", "/api/v1/namespaces/default/configmaps/b")["metadata"]["name"] == "b"


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("cleanup", "--context", "prod", "--run", "x"), 1, "--allow-context prod"),
        (("cleanup", "--context", "elsewhere", "--run", "x"), 1, 'there is no context "elsewhere"'),
        (("cleanup", "--run", "x"), 2, "Missing option '--context'"),
        (("run", "--cluster", "context:prod"), 4, "--allow-context prod"),
        (("run", "--cluster", "context"), 4, "The current context is never used by itself"),
        (("run", "--cluster", "envtest", "--assets", "."), 4, "no etcd and no kube-apiserver in ."),
        (("run", "--cluster", "served", "--keep"), 4, 'the cluster "served" has no keep'),
        (("operator", "serve"), 1, "this is no pod: name the cluster with --context NAME"),
    ],
)
def test_refusals_say_what_to_do(kubeconfig: Path, args: tuple[str, ...], code: int, said: str) -> None:
    found, output = _run(*args)
    assert found == code
    assert said in output


def test_a_dry_run_tells_the_plan_and_touches_nothing(kubeconfig: Path) -> None:
    with client_of(read_context("admin", [kubeconfig])) as api:
        before = call(api, "GET", "/api/v1/namespaces")["metadata"]["resourceVersion"]
        feature = kubeconfig.parent / "none.feature"
        feature.write_text("Feature: None\n")
        _, output = _run("run", "--cluster", "context:admin", "--dry-run", str(feature))
        assert call(api, "GET", "/api/v1/namespaces")["metadata"]["resourceVersion"] == before
    assert 'on the context "admin" (https://127.0.0.1:' in output
    assert "people by impersonation; operator: installed" in output
    assert "yes  create namespaces (worlds)" in output
    assert "harness cleanup --context admin --run " in output


def test_options_travel_to_the_driver() -> None:
    given = {
        "operator": None,
        "keep": True,
        "assets": Path("bin"),
        "allow_context": ("a", "b"),
        "allow_destructive": False,
    }
    texts = pytest_options(given)
    assert texts == [
        "--cluster-option=keep=true", "--cluster-option=assets=bin", "--cluster-option=allow_context=a",
        "--cluster-option=allow_context=b",
    ]  # fmt: skip
    assert command_options(given) == [
        "--keep", "--assets", "bin", "--allow-context", "a", "--allow-context", "b",
    ]  # fmt: skip
    read = driver_options(text.removeprefix("--cluster-option=") for text in texts)
    assert read == {"keep": True, "assets": "bin", "allow_context": ("a", "b")}


def test_manifests_for_a_pod_run_our_image() -> None:
    code, output = _run("operator", "manifests", "--image", "mine:1")
    objects = {obj["kind"]: obj for obj in yaml.safe_load_all(output)}
    template = objects["Deployment"]["spec"]["template"]
    assert code == 0
    assert template["spec"]["containers"][0]["image"] == "mine:1"
    assert objects["Service"]["spec"]["selector"].items() <= template["metadata"]["labels"].items()


def _install(kubeconfig: Path) -> str:
    """Apply the manifests; the operator's token."""
    plurals = {"Namespace": "namespaces", "APIService": "apiservices"}
    with client_of(read_context("admin", [kubeconfig])) as api:
        for obj in manifests_elsewhere("localhost", 8443):
            root = f"/apis/{obj['apiVersion']}" if "/" in obj["apiVersion"] else f"/api/{obj['apiVersion']}"
            namespace = obj["metadata"].get("namespace")
            scope = f"/namespaces/{namespace}" if namespace else ""
            call(api, "POST", f"{root}{scope}/{plurals.get(obj['kind'], obj['kind'].lower() + 's')}", obj)
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        path = "/api/v1/namespaces/mirrord/serviceaccounts/mirrord-operator/token"
        return str(call(api, "POST", path, request)["status"]["token"])


def test_the_operator_is_served_by_the_manifests_account(kubeconfig: Path, tmp_path: Path) -> None:
    token = _install(kubeconfig)
    beside = elsewhere(tmp_path / "elsewhere", "admin", kubeconfig, listen="127.0.0.1", port=0)
    assert isinstance(beside.clock, RealClock)
    beside.stop()
    account = tmp_path / "account"
    account.mkdir()
    context = read_context("admin", kubeconfig_files({"KUBECONFIG": str(kubeconfig)}))
    (account / "token").write_text(token)
    (account / "ca.crt").write_bytes(base64.b64decode(context.cluster["certificate-authority-data"]))
    host, _, port = context.server.removeprefix("https://").partition(":")
    env = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
    pod = in_pod(tmp_path / "pod", env, listen="127.0.0.1", port=0, account=account)
    assert pod.port > 0
    pod.stop()
