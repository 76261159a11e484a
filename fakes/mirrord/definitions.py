"""CustomResourceDefinitions of the chart, as far as the operator's model reads what is made by them: policies and profiles.

Left out: sessions as they are stored, queues, databases, previews, TLS and properties. Of a ``spec`` only what the model looks
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


def definitions() -> list[Object]:
    """Everything to create."""
    return [
        _definition("policies", "MirrordPolicy", "mirrordpolicies", "Namespaced", _POLICY),
        _definition("policies", "MirrordClusterPolicy", "mirrordclusterpolicies", "Cluster", _POLICY),
        _definition("profiles", "MirrordProfile", "mirrordprofiles", "Namespaced", _PROFILE),
        _definition("profiles", "MirrordClusterProfile", "mirrordclusterprofiles", "Cluster", _PROFILE),
    ]


def _definition(subgroup: str, kind: str, plural: str, scope: str, spec: Mapping[str, Any]) -> Object:
    group = f"{subgroup}.mirrord.metalbear.co"
    schema = {"type": "object", "required": ["spec"], "properties": {"spec": dict(spec)}}
    version = {"name": _VERSION, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group, "scope": scope, "versions": [version],
            "names": {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"},
        },
    }  # fmt: skip
