"""What each kind checks of changed metadata, and what becomes of a generation and of owners that clients send."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.apiserver.endpoints.handlers.owners import keep_owners_once
from fakes.kube.groups.kinds import strategy_for


@pytest.mark.parametrize(
    ("group", "kind", "checks"),
    [
        ("apps", "Deployment", ("change",)),
        ("", "Service", ("change",)),
        ("", "Pod", ("change", "whole")),
        ("rbac.authorization.k8s.io", "Role", ("change", "whole")),
        ("", "PersistentVolume", ("whole", "whole")),
        ("policy", "PodDisruptionBudget", ()),
        ("batch", "Job", ("whole", "rules", "change")),
        ("storage.k8s.io", "CSINode", ("whole",)),
    ],
)
def test_kinds_look_at_metadata_as_often_as_on_a_real_server(
    group: str, kind: str, checks: tuple[str, ...]
) -> None:
    assert strategy_for(group, "v1", kind).metadata_checks == checks


@pytest.mark.parametrize(
    ("admitted", "said"),
    [
        (False, ".metadata.ownerReferences contains duplicate entries; API server dedups"),
        (True, ".metadata.ownerReferences contains duplicate entries after mutating admission happens; API server dedups"),
    ],
)  # fmt: skip
def test_an_owner_that_is_named_twice_is_kept_once(admitted: bool, said: str) -> None:
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "o", "uid": "u"}
    obj: dict[str, Any] = {
        "metadata": {"ownerReferences": [owner, {**owner, "controller": True}, dict(owner)]}
    }
    warnings: list[str] = []
    keep_owners_once(obj, warnings, admitted=admitted)
    assert obj["metadata"]["ownerReferences"] == [owner, {**owner, "controller": True}]
    assert warnings[0].startswith(said)
    assert warnings[0].endswith("duplicate UID(s) observed: u")
