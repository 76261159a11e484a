"""The Pods of a StatefulSet: names, places and claims that outlive them.

Source: kubernetes, pkg/controller/statefulset/stateful_set_utils.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fakes.kube.controllers.controller import Object
from fakes.kube.controllers.kinds import STATEFUL_SETS
from fakes.kube.controllers.pods import pod_from_template

__all__ = ["REVISION", "claims_of", "ordinal_of", "ordinals", "revision_of", "stateful_pod"]

REVISION = "controller-revision-hash"
_NAME = "statefulset.kubernetes.io/pod-name"
_INDEX = "apps.kubernetes.io/pod-index"


def ordinals(owner: Object) -> range:
    """The numbers of the Pods that there should be."""
    start = (owner["spec"].get("ordinals") or {}).get("start", 0)
    return range(start, start + owner["spec"].get("replicas", 1))


def ordinal_of(owner: Object, pod: Object) -> int:
    """The number of a Pod; -1 if its name is none that the owner gives."""
    parent, _, number = pod["metadata"]["name"].rpartition("-")
    return int(number) if parent == owner["metadata"]["name"] and number.isdigit() else -1


def revision_of(pod: Object) -> str:
    """The name of the revision that a Pod was made from."""
    return str((pod["metadata"].get("labels") or {}).get(REVISION, ""))


def stateful_pod(owner: Object, ordinal: int, revision: Object) -> Object:
    """A Pod with that number, of that revision."""
    name = f"{owner['metadata']['name']}-{ordinal}"
    template = {key: value for key, value in revision["data"]["spec"]["template"].items() if key != "$patch"}
    pod = pod_from_template(template, owner, STATEFUL_SETS, name=name)
    identity = {_NAME: name, _INDEX: str(ordinal), REVISION: revision["metadata"]["name"]}
    pod["metadata"]["labels"] = {**(pod["metadata"].get("labels") or {}), **identity}
    pod["spec"] = {**pod["spec"], "hostname": name}
    if service := owner["spec"].get("serviceName"):
        pod["spec"]["subdomain"] = service
    if volumes := list(_volumes(owner, pod)):
        pod["spec"]["volumes"] = volumes
    return pod


def _volumes(owner: Object, pod: Object) -> Iterator[Object]:
    templates = [each["metadata"]["name"] for each in owner["spec"].get("volumeClaimTemplates") or ()]
    for name in templates:
        yield {"name": name, "persistentVolumeClaim": {"claimName": f"{name}-{pod['metadata']['name']}"}}
    yield from (each for each in pod["spec"].get("volumes") or () if each["name"] not in templates)


def claims_of(owner: Object, pod: Object) -> Iterator[Object]:
    """The claims that must be there before the Pod."""
    labels = owner["spec"]["selector"].get("matchLabels") or {}
    for template in owner["spec"].get("volumeClaimTemplates") or ():
        metadata: dict[str, Any] = dict(template["metadata"])
        metadata["name"] = f"{metadata['name']}-{pod['metadata']['name']}"
        metadata["namespace"] = owner["metadata"]["namespace"]
        metadata["labels"] = {**(metadata.get("labels") or {}), **labels}
        yield {"metadata": metadata, "spec": template["spec"]}
