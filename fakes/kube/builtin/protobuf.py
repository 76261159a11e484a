"""Answers in protobuf: objects and lists of built-in kinds, Statuses, and metadata alone.

CustomResourceDefinitions and versions that are not served by default have no message here; they are answered in JSON, which
every client that asks for protobuf reads too.
"""

from __future__ import annotations

from typing import Any, Final

from fakes.apimachinery.protobuf_writing import write_envelope, write_message
from fakes.apimachinery.schema import GroupVersion
from fakes.apimachinery.types import Type
from fakes.kube.builtin.schemas import BuiltinTypes

__all__ = ["BuiltinProtobuf"]

_META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1"
_ODD: Final = "CustomResourceDefinition"
_DISCOVERY: Final = ("APIGroup", "APIGroupList", "APIResourceList", "APIVersions", "Status")


class BuiltinProtobuf:
    """Writes a document as protobuf, or says that it cannot by None."""

    def __init__(self, types: BuiltinTypes) -> None:
        self._types = types
        self._nodes: dict[tuple[str, str], Type | None] = {}

    def __call__(self, content: dict[str, Any]) -> bytes | None:
        key = content.get("apiVersion", "v1"), content.get("kind", "")
        if key not in self._nodes:
            self._nodes[key] = self._node(*key)
        node = self._nodes[key]
        return None if node is None else write_envelope(*key, write_message(content, node))

    def _node(self, api_version: str, kind: str) -> Type | None:
        if kind in _DISCOVERY:
            return self._types.definition(f"{_META}.{kind}")
        if api_version.startswith("meta.k8s.io/"):
            partial = self._struct(f"{_META}.ObjectMeta")
            return self._list(partial) if kind.endswith("List") else partial
        found = GroupVersion.parse(api_version).kind(kind)
        if kind.startswith(_ODD) or not self._types.knows(found):
            return None
        node = self._types.type_of(*found)
        if node.numbers:
            return node
        item = node.fields["items"].element if "items" in node.fields else None
        return self._list(item) if item is not None and item.numbers else None

    def _struct(self, metadata: str, **fields: Type) -> Type:
        """A message of metadata, and of what else there is in that order."""
        members = {"metadata": self._types.definition(metadata), **fields}
        return Type(
            kind="struct",
            fields=members,
            numbers=dict(enumerate(members, 1)),
            presence=dict.fromkeys(members, "always"),
        )

    def _list(self, item: Type) -> Type:
        return self._struct(f"{_META}.ListMeta", items=Type(kind="list", element=item))
