"""ReplicaSets as the revisions of a Deployment: how one is made from the template, found again and numbered.

Source: kubernetes, pkg/controller/deployment/util/deployment_util.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fakes.kube.controllers.kinds import DEPLOYMENTS
from fakes.kube.controllers.owners import controller_reference
from fakes.kube.controllers.rollout_arithmetic import bounds
from fakes.kube.controllers.template_hash import template_hash

__all__ = [
    "HASH_LABEL", "REVISION", "annotated", "find_new", "max_replicas", "oldest_first", "replica_set", "revision",
    "sizes_annotated", "was_scaled",
]  # fmt: skip

Object = dict[str, Any]

HASH_LABEL = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
_HISTORY = "deployment.kubernetes.io/revision-history"
_DESIRED = "deployment.kubernetes.io/desired-replicas"
_MAX = "deployment.kubernetes.io/max-replicas"
_NOT_COPIED = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration", REVISION, _HISTORY, _DESIRED, _MAX,
        "deprecated.deployment.rollback.to",
    }
)  # fmt: skip


def revision(obj: Mapping[str, Any]) -> int:
    """The number of a revision; 0 if it has none."""
    return int((obj["metadata"].get("annotations") or {}).get(REVISION) or 0)


def max_replicas(obj: Mapping[str, Any]) -> int:
    """How many Pods the Deployment was to have at most when this ReplicaSet was last looked at."""
    return int((obj["metadata"].get("annotations") or {}).get(_MAX) or 0)


def oldest_first(sets: Iterable[Object]) -> list[Object]:
    """ReplicaSets in the order in which they were made."""
    return sorted(sets, key=lambda each: (each["metadata"]["creationTimestamp"], each["metadata"]["name"]))


def find_new(deployment: Mapping[str, Any], sets: Sequence[Object]) -> Object | None:
    """The ReplicaSet with the Deployment's template, the oldest if there are several."""
    wanted = deployment["spec"]["template"]
    return next(
        (each for each in oldest_first(sets) if _bare(each["spec"]["template"]) == _bare(wanted)), None
    )


def _bare(template: Mapping[str, Any]) -> Object:
    metadata = dict(template.get("metadata") or {})
    metadata.pop("creationTimestamp", None)
    labels = {name: value for name, value in (metadata.get("labels") or {}).items() if name != HASH_LABEL}
    return {**template, "metadata": {**metadata, "labels": labels}}


def replica_set(deployment: Mapping[str, Any], replicas: int, number: int) -> Object:
    """A ReplicaSet for the template as it is now."""
    metadata, spec = deployment["metadata"], deployment["spec"]
    collisions = (deployment.get("status") or {}).get("collisionCount", 0)
    found = template_hash(spec["template"], collisions)
    template, selector = spec["template"], spec["selector"]
    labels = {**(template.get("metadata") or {}).get("labels", {}), HASH_LABEL: found}
    new: Object = {
        "metadata": {
            "name": f"{metadata['name']}-{found}",
            "namespace": metadata["namespace"],
            "labels": labels,
            "ownerReferences": [controller_reference(deployment, DEPLOYMENTS)],
        },
        "spec": {
            "replicas": replicas,
            "selector": {
                **selector,
                "matchLabels": {**(selector.get("matchLabels") or {}), HASH_LABEL: found},
            },
            "template": {**template, "metadata": {**(template.get("metadata") or {}), "labels": labels}},
        },
    }
    if seconds := spec.get("minReadySeconds"):
        new["spec"]["minReadySeconds"] = seconds
    return annotated(deployment, new, number)


def annotated(deployment: Mapping[str, Any], found: Object, number: int) -> Object:
    """The ReplicaSet with the annotations of its Deployment, as that revision, or a later one if it has been one."""
    theirs = deployment["metadata"].get("annotations") or {}
    annotations = dict(found["metadata"].get("annotations") or {})
    annotations |= {name: value for name, value in theirs.items() if name not in _NOT_COPIED}
    old = annotations.get(REVISION)
    if old is None or int(old) < number:
        annotations[REVISION] = str(number)
        if old is not None:
            annotations[_HISTORY] = f"{annotations[_HISTORY]},{old}" if annotations.get(_HISTORY) else old
    return sizes_annotated(
        deployment, {**found, "metadata": {**found["metadata"], "annotations": annotations}}
    )


def sizes_annotated(deployment: Mapping[str, Any], found: Object) -> Object:
    """The ReplicaSet with how many Pods all of them together are to have and may have."""
    replicas = deployment["spec"].get("replicas", 1)
    sizes = {_DESIRED: str(replicas), _MAX: str(replicas + bounds(deployment["spec"]).surge)}
    annotations = {**(found["metadata"].get("annotations") or {}), **sizes}
    return {**found, "metadata": {**found["metadata"], "annotations": annotations}}


def was_scaled(deployment: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether the Deployment is to have another number of Pods than this ReplicaSet was told."""
    told = (found["metadata"].get("annotations") or {}).get(_DESIRED)
    return told is not None and int(told) != deployment["spec"].get("replicas", 1)
