"""FlowSchemas, of which the server itself says in their status whether their priority level exists.

It says so when a schema is written, not when a level comes or goes.
Source: k8s.io/apiserver, pkg/util/flowcontrol/apf_controller.go.
"""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.golang import quote
from fakes.apiserver.registry.rest import Context, Object, Transform, Updated
from fakes.apiserver.registry.store import Store
from fakes.apiserver.storage.interface import Stored

__all__ = ["FlowSchemaStore"]

_LEVELS = "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"
_TYPE = "Dangling"
_FIELDS: dict[str, Any] = {
    "f:status": {
        "f:conditions": {
            f'k:{{"type":"{_TYPE}"}}': {
                ".": {}, "f:lastTransitionTime": {}, "f:message": {}, "f:reason": {}, "f:status": {}, "f:type": {},
            }
        }
    }
}  # fmt: skip


class FlowSchemaStore(Store):
    """The store of schemas; each write is followed by one of the server's own, if there is something to say."""

    async def create(self, context: Context, obj: Object, name: str = "") -> Stored:
        stored = await super().create(context, obj, name)
        self._say(context, stored)
        return stored

    async def update(
        self, context: Context, name: str, transform: Transform, *, create: bool = False, patch: bool = False
    ) -> Updated:
        updated = await super().update(context, name, transform, create=create, patch=patch)
        self._say(context, updated.stored)
        return updated

    def _say(self, context: Context, stored: Stored) -> None:
        if context.dry_run or self.storage.get(self.table, stored.key) is None:
            return
        obj, now = stored.object, rfc3339(context.now)
        level = (obj["spec"].get("priorityLevelConfiguration") or {}).get("name", "")
        said = f"This FlowSchema references the PriorityLevelConfiguration object named {quote(level)}"
        found = self.storage.get(_LEVELS, level) is not None
        condition = {
            "type": _TYPE, "status": "False" if found else "True", "lastTransitionTime": now,
            "reason": "Found" if found else "NotFound",
            "message": f"{said} and it exists" if found else f"{said} but there is no such object",
        }  # fmt: skip
        status = obj.get("status") or {}
        others = [each for each in status.get("conditions") or () if each.get("type") != _TYPE]
        before = [each for each in status.get("conditions") or () if each.get("type") == _TYPE]
        if before and all(before[0].get(name) == condition[name] for name in ("status", "reason", "message")):
            return
        metadata = {**obj["metadata"], "managedFields": _with_entry(obj["metadata"], now)}
        self.storage.put(
            self.table,
            stored.key,
            {**obj, "metadata": metadata, "status": {**status, "conditions": [*others, condition]}},
        )


def _with_entry(metadata: Object, now: str) -> list[dict[str, Any]]:
    entry = {
        "manager": "api-priority-and-fairness-config-consumer-v1", "operation": "Apply",
        "apiVersion": "flowcontrol.apiserver.k8s.io/v1", "time": now, "fieldsType": "FieldsV1", "fieldsV1": _FIELDS,
        "subresource": "status",
    }  # fmt: skip
    kept = [each for each in metadata.get("managedFields") or () if each.get("manager") != entry["manager"]]
    return [entry, *kept]
