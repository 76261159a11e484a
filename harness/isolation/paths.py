"""What a request is about, as far as that is in its path."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["OPERATOR_GROUP", "Place", "place_of"]

OPERATOR_GROUP = "operator.metalbear.co"
_REVIEWS = frozenset({"authentication.k8s.io", "authorization.k8s.io"})


class Place(NamedTuple):
    """A resource, or one object of it, or a part of that object; empty where the path does not say."""

    group: str
    namespace: str
    resource: str
    name: str
    subresource: str
    object_path: str
    """The path without the subresource."""

    @property
    def is_review(self) -> bool:
        """Whether a POST there asks something and makes nothing."""
        return self.group in _REVIEWS


def place_of(path: str) -> Place | None:
    """The place, or None for a path outside of the resources."""
    parts = path.strip("/").split("/")
    if parts[:1] == ["api"] and len(parts) > 2:
        root, group, rest = parts[:2], "", parts[2:]
    elif parts[:1] == ["apis"] and len(parts) > 3:
        root, group, rest = parts[:3], parts[1], parts[3:]
    else:
        return None
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in ("finalize", "status"):
        root, namespace, rest = [*root, *rest[:2]], rest[1], rest[2:]
    resource, name, *sub = [*rest, ""][: max(2, len(rest))]
    object_path = "/" + "/".join([*root, resource, *([name] if name else [])])
    return Place(group, namespace, resource, name, "/".join(sub), object_path)
