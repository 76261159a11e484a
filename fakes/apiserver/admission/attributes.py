"""What an admission plugin is told of a write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from fakes.apimachinery.schema import GroupVersionKind, GroupVersionResource
from fakes.apiserver.authentication.user import UserInfo

__all__ = ["Attributes", "ObjectCodec", "Operation"]

Operation = Literal["CREATE", "UPDATE", "DELETE", "CONNECT"]


class ObjectCodec(Protocol):
    """How objects of the kind travel: for plugins that show them to others, and take them back changed."""

    def present(self, obj: dict[str, Any]) -> dict[str, Any]: ...

    def decode(self, raw: bytes, media_type: str, field_validation: str) -> Any: ...


@dataclass(slots=True, kw_only=True)
class Attributes:
    """A write on its way to the storage.

    ``object`` is the new state and may be changed in place by mutating plugins; ``old_object`` is what is stored and may
    not. Both are without ``kind`` and ``apiVersion``: ``kind`` says them. ``warnings`` collects texts for the client.
    """

    operation: Operation
    kind: GroupVersionKind
    resource: GroupVersionResource
    subresource: str
    namespace: str
    name: str
    user: UserInfo
    dry_run: bool
    object: dict[str, Any] | None
    old_object: dict[str, Any] | None
    warnings: list[str]
    options: dict[str, Any] | None = None
    codec: ObjectCodec | None = None
