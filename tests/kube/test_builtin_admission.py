"""What admission makes of a Pod, a volume and a claim."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.kube.admission.priority import resolve_priority
from fakes.kube.admission.service_account import use_service_account
from fakes.kube.admission.storage_protection import protect, use_default_class
from fakes.kube.admission.tolerations import add_default_tolerations

TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"


def _pod(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c"}], **spec}}


def _admitted(pod: dict[str, Any], **account: Any) -> dict[str, Any]:
    accounts = {("t", "default"): account, ("t", "bot"): account}
    use_service_account(pod, namespace="t", names=Names(1), lookup=lambda ns, name: accounts.get((ns, name)))
    spec: dict[str, Any] = pod["spec"]
    return spec


def test_a_pod_runs_as_the_default_account_and_finds_its_token() -> None:
    spec = _admitted(_pod())
    assert (spec["serviceAccountName"], spec["serviceAccount"]) == ("default", "default")
    [mount], [volume] = spec["containers"][0]["volumeMounts"], spec["volumes"]
    assert mount == {"name": volume["name"], "readOnly": True, "mountPath": TOKEN}
    assert volume["name"].startswith("kube-api-access-")
    assert [list(source) for source in volume["projected"]["sources"]] == [
        ["serviceAccountToken"],
        ["configMap"],
        ["downwardAPI"],
    ]


@pytest.mark.parametrize(
    ("pod_says", "account_says", "mounted"),
    [
        (None, None, True),
        (None, False, False),
        (True, False, True),
        (False, True, False),
        (False, None, False),
    ],
)
def test_the_pod_decides_before_the_account_whether_a_token_is_mounted(
    pod_says: bool | None, account_says: bool | None, mounted: bool
) -> None:
    spec = _admitted(_pod(automountServiceAccountToken=pod_says), automountServiceAccountToken=account_says)
    assert bool(spec.get("volumes")) is mounted


def test_a_container_that_mounts_something_there_keeps_it() -> None:
    mount = {"name": "mine", "mountPath": TOKEN}
    spec = _admitted(_pod(containers=[{"name": "c", "volumeMounts": [mount]}]))
    assert spec["containers"][0]["volumeMounts"] == [mount]
    assert "volumes" not in spec


def test_secrets_to_pull_images_with_come_from_the_account() -> None:
    assert _admitted(_pod(), imagePullSecrets=[{"name": "s"}])["imagePullSecrets"] == [{"name": "s"}]


def test_an_account_that_is_not_there_refuses_the_pod() -> None:
    with pytest.raises(StatusError) as caught:
        _admitted(_pod(serviceAccountName="nobody"))
    expected = (
        'pods "p" is forbidden: error looking up service account t/nobody: serviceaccount "nobody" not found'
    )
    assert (caught.value.code, caught.value.message) == (403, expected)


HIGH = {"metadata": {"name": "high"}, "value": 1000, "preemptionPolicy": "Never"}
USUAL = {"metadata": {"name": "usual"}, "value": 5, "globalDefault": True}


@pytest.mark.parametrize(
    ("spec", "classes", "priority", "policy"),
    [
        ({}, [], 0, "PreemptLowerPriority"),
        ({}, [HIGH, USUAL], 5, "PreemptLowerPriority"),
        ({"priorityClassName": "high"}, [HIGH, USUAL], 1000, "Never"),
    ],
)
def test_priority_is_that_of_the_class(
    spec: dict[str, Any], classes: list[Any], priority: int, policy: str
) -> None:
    pod = _pod(**spec)
    resolve_priority(pod, classes=classes)
    assert (pod["spec"]["priority"], pod["spec"]["preemptionPolicy"]) == (priority, policy)


COMPUTED = (
    "the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 "
    "from the given PriorityClass name"
)


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"priorityClassName": "none"}, "no PriorityClass with name none was found"),
        (
            {"priority": 7},
            COMPUTED,
        ),
    ],
)
def test_priorities_that_are_refused(spec: dict[str, Any], text: str) -> None:
    with pytest.raises(StatusError) as caught:
        resolve_priority(_pod(**spec), classes=[HIGH])
    assert caught.value.message == f'pods "p" is forbidden: {text}'


NOT_READY = {
    "key": "node.kubernetes.io/not-ready",
    "operator": "Exists",
    "effect": "NoExecute",
    "tolerationSeconds": 300,
}
UNREACHABLE = {**NOT_READY, "key": "node.kubernetes.io/unreachable"}
EVERYTHING = {"operator": "Exists"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], [NOT_READY, UNREACHABLE]),
        ([EVERYTHING], [EVERYTHING]),
        ([{**UNREACHABLE, "tolerationSeconds": 1}], [{**UNREACHABLE, "tolerationSeconds": 1}, NOT_READY]),
    ],
)
def test_tolerations_that_are_not_there_are_added(given: list[Any], expected: list[Any]) -> None:
    pod = _pod(tolerations=given)
    add_default_tolerations(pod)
    assert pod["spec"]["tolerations"] == expected


def test_claims_are_protected_and_get_the_default_class() -> None:
    default = {
        "metadata": {"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    }
    claim: dict[str, Any] = {"metadata": {"name": "c"}, "spec": {}}
    use_default_class(claim, classes=[{"metadata": {"name": "slow"}}, default])
    protect("PersistentVolumeClaim", claim)
    assert claim["spec"] == {"storageClassName": "fast"}
    assert claim["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]


def test_a_claim_that_wants_no_class_gets_none() -> None:
    claim: dict[str, Any] = {"metadata": {"name": "c"}, "spec": {"storageClassName": ""}}
    use_default_class(claim, classes=[])
    assert claim["spec"] == {"storageClassName": ""}
