"""CustomResourceDefinitions of the chart, as far as the operator's model has to do with them: policies, profiles, stored sessions.

Left out: queues, databases, previews, TLS and properties. Of a ``spec`` only what the model looks
at has a schema; all else is kept as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["definitions"]

Object = dict[str, Any]

_VERSION = "v1alpha"
_BLOCKED = ["steal", "steal-without-filter", "mirror", "copy-target-scale-down"]
_OPEN = "x-kubernetes-preserve-unknown-fields"
_POLICY: Object = {
    "type": "object",
    "required": ["block"],
    "properties": {
        "block": {"type": "array", "items": {"type": "string", "enum": _BLOCKED}},
        "targetPath": {"type": "string", "nullable": True},
        "selector": {"type": "object", "nullable": True, _OPEN: True},
        "requireProfile": {"type": "boolean", "nullable": True},
        "profileAllowlist": {"type": "array", "nullable": True, "items": {"type": "string"}},
        "appliesToCopyTargets": {"type": "boolean"},
    },
    _OPEN: True,
}
_PROFILE: Object = {"type": "object", _OPEN: True}
_SESSION: Object = {
    "type": "object",
    "required": ["owner", "namespace"],
    "properties": {"owner": {"type": "object", _OPEN: True}, "namespace": {"type": "string"}},
    _OPEN: True,
}
_SESSION_COLUMNS = (
    ("USER ID", "string", ".spec.owner.userId"),
    ("USERNAME", "string", ".spec.owner.username"),
    ("HOSTNAME", "string", ".spec.owner.hostname"),
    ("K8S USER", "string", ".spec.owner.k8sUsername"),
    ("NAMESPACE", "string", ".spec.namespace"),
    ("TARGET", "string", ".spec.target"),
    ("STARTED AT", "string", ".metadata.creationTimestamp"),
    ("CLOSED AT", "string", ".metadata.deletionTimestamp"),
    ("CLOSE REASON", "string", ".status.closed.reason"),
)


def definitions() -> list[Object]:
    """Everything to create."""
    return [
        _definition("policies", "MirrordPolicy", "mirrordpolicies", "Namespaced", _POLICY),
        _definition("policies", "MirrordClusterPolicy", "mirrordclusterpolicies", "Cluster", _POLICY),
        _definition("profiles", "MirrordProfile", "mirrordprofiles", "Namespaced", _PROFILE),
        _definition("profiles", "MirrordClusterProfile", "mirrordclusterprofiles", "Cluster", _PROFILE),
        _stored_sessions(),
    ]


def _stored_sessions() -> Object:
    """Sessions as the operator keeps them, with their columns and a status of their own."""
    definition = _definition("", "MirrordClusterSession", "mirrordclustersessions", "Cluster", _SESSION)
    version = definition["spec"]["versions"][0]
    version["schema"]["openAPIV3Schema"]["properties"]["status"] = {"type": "object", _OPEN: True}
    version["subresources"] = {"status": {}}
    version["additionalPrinterColumns"] = [
        {"name": name, "type": kind, "jsonPath": path} for name, kind, path in _SESSION_COLUMNS
    ]
    return definition


def _definition(subgroup: str, kind: str, plural: str, scope: str, spec: Mapping[str, Any]) -> Object:
    group = f"{subgroup}.mirrord.metalbear.co".lstrip(".")
    schema: Object = {"type": "object", "required": ["spec"], "properties": {"spec": dict(spec)}}
    version = {"name": _VERSION, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group, "scope": scope, "versions": [version],
            "names": {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"},
        },
    }  # fmt: skip
