"""Statuses that kinds refuse: of requests for certificates, of Pods, and what a resize of a Pod may not do."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apimachinery.field import aggregate
from fakes.kube.groups.certificate_validation import validate_signer, validate_status_change
from fakes.kube.groups.kinds import strategy_for
from fakes.kube.groups.pod_resize import resized, validate_resize

Object = dict[str, Any]
CONTAINER = {
    "name": "c", "image": "i", "terminationMessagePolicy": "File", "imagePullPolicy": "Always",
    "resources": {"requests": {"cpu": "1"}},
}  # fmt: skip


def _conditions(*types: str) -> Object:
    return {"conditions": [{"type": each, "status": "True"} for each in types]}


@pytest.mark.parametrize(
    ("old", "new", "approval", "message"),
    [
        ({}, _conditions("Approved"), True, ""),
        ({}, _conditions("Approved"), False, 'status.conditions: Forbidden: updates may not add a condition of type "Approved"'),
        (_conditions("Approved"), {}, True, 'status.conditions: Forbidden: updates may not remove a condition of type "Approved"'),
        ({}, _conditions("Approved", "Denied"), True, 'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'),
        ({}, _conditions("Odd", "Odd"), False, 'status.conditions[1].type: Duplicate value: "Odd"'),
        ({}, {"conditions": [{"type": "Failed", "status": "False"}]}, False, 'status.conditions[0].status: Unsupported value: "False": supported values: "True"'),
        ({}, {"certificate": "AAAA"}, False, 'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block'),
    ],
)  # fmt: skip
def test_what_becomes_of_requests(old: Object, new: Object, approval: bool, message: str) -> None:
    found = validate_status_change(new, old, approval=approval)
    assert aggregate(found) == message if message else not found


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("example.com/s", ""),
        ("", "Required value"),
        ("a", "must be a fully qualified domain and path of the form 'example.com/signer-name'"),
        ("a/b", "should be a domain with at least two segments separated by dots"),
    ],
)
def test_signers_have_a_domain_and_a_path(name: str, ends: str) -> None:
    found = validate_signer(name, "spec.signerName")
    assert aggregate(found).endswith(ends) if ends else not found


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ({"podIPs": [{"ip": "1.2.3.4"}, {"ip": "1.2.3.5"}]}, 'status.podIPs: Invalid value: [{"IP":"1.2.3.4"},{"IP":"1.2.3.5"}]: may specify no more than one IP for each IP family'),
        ({"hostIP": "1.1.1.1", "hostIPs": [{"ip": "2.2.2.2"}]}, 'status.hostIPs[0].ip: Invalid value: "2.2.2.2": must be equal to `hostIP`'),
        ({"observedGeneration": -1}, "status.observedGeneration: Invalid value: -1: must be a non-negative integer"),
        ({"resourceClaimStatuses": [{"name": "x"}]}, 'status.resourceClaimStatuses[0].name: Invalid value: "x": must match the name of an entry in `spec.resourceClaims`'),
    ],
)  # fmt: skip
def test_statuses_of_pods(status: Object, message: str) -> None:
    found = strategy_for("", "v1", "Pod").validate_status_update({"spec": {}, "status": status}, {"spec": {}})
    assert aggregate(found) == message


@pytest.mark.parametrize(
    ("container", "message"),
    [
        ({**CONTAINER, "resources": {"requests": {"cpu": "2"}}}, ""),
        ({**CONTAINER, "resources": {}}, "resource requests cannot be removed"),
        ({**CONTAINER, "resources": {"requests": {"cpu": "1", "ephemeral-storage": "1"}}}, "spec: Forbidden: only cpu and memory resources are mutable"),
        ({**CONTAINER, "name": "d"}, "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize"),
    ],
)  # fmt: skip
def test_resizes(container: Object, message: str) -> None:
    spec = {"containers": [CONTAINER], "restartPolicy": "Always", "dnsPolicy": "Default"}
    old = {"metadata": {}, "spec": spec, "status": {"qosClass": "Burstable"}}
    new = {**old, "spec": resized({"containers": [container]}, spec)}
    found = validate_resize(new, old)
    assert message in aggregate(found) if message else not found


def test_a_resize_changes_nothing_else() -> None:
    spec = {"containers": [CONTAINER], "nodeName": "n"}
    assert resized({"containers": [{**CONTAINER, "image": "other"}], "nodeName": "m"}, spec) == spec
