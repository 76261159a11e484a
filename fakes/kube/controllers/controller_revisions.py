"""ControllerRevisions: the templates that a StatefulSet or DaemonSet has had, kept as objects of their own.

Source: kubernetes, pkg/controller/history.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fakes.kube.controllers.controller import Object, Surroundings
from fakes.kube.controllers.kinds import CONTROLLER_REVISIONS, Kind
from fakes.kube.controllers.owners import controller_reference, is_controlled_by
from fakes.kube.controllers.template_hash import template_hash

__all__ = ["HASH_LABEL", "Revisions"]

HASH_LABEL = "controller.kubernetes.io/hash"


class Revisions:
    """The revisions of one kind of workload."""

    def __init__(self, around: Surroundings, kind: Kind) -> None:
        self._around = around
        self._kind = kind

    def of(self, owner: Object) -> list[Object]:
        """The revisions of a workload, the oldest first."""
        found = self._around.list(CONTROLLER_REVISIONS, owner["metadata"]["namespace"])
        owned = [each for each in found if is_controlled_by(each, owner)]
        return sorted(owned, key=lambda each: (each.get("revision", 0), each["metadata"]["name"]))

    async def current(self, owner: Object) -> Object:
        """The revision of the template as it is now: made, or made the newest again, if need be."""
        known = self.of(owner)
        data = {"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}}
        newest = known[-1].get("revision", 0) if known else 0
        found = next((each for each in reversed(known) if each.get("data") == data), None)
        if found is None:
            return await self._create(owner, data, newest + 1)
        if found.get("revision", 0) < newest:
            return await self._around.writer.update(CONTROLLER_REVISIONS, {**found, "revision": newest + 1})
        return found

    async def _create(self, owner: Object, data: Object, number: int) -> Object:
        metadata = owner["metadata"]
        found = template_hash(owner["spec"]["template"], (owner.get("status") or {}).get("collisionCount", 0))
        labels: dict[str, Any] = {**((owner["spec"]["template"].get("metadata") or {}).get("labels") or {})}
        revision = {
            "metadata": {
                "name": f"{metadata['name']}-{found}", "namespace": metadata["namespace"],
                "labels": {**labels, HASH_LABEL: found},
                "ownerReferences": [controller_reference(owner, self._kind)],
            },
            "data": data, "revision": number,
        }  # fmt: skip
        return await self._around.writer.create(CONTROLLER_REVISIONS, revision)

    async def forget(self, owner: Object, used: Collection[str]) -> None:
        """Delete the oldest revisions that no Pod is of, beyond the limit."""
        unused = [each for each in self.of(owner) if each["metadata"]["name"] not in used]
        for each in unused[: max(0, len(unused) - owner["spec"].get("revisionHistoryLimit", 10))]:
            await self._around.writer.delete(CONTROLLER_REVISIONS, each)
