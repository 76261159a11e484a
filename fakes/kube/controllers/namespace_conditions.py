"""What the status of a terminating namespace says about what is left in it.

Source: kubernetes, pkg/controller/namespace/deletion/status_condition_utils.go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fakes.kube.controllers.kinds import Kind

__all__ = ["Remains", "conditions"]

Object = dict[str, Any]

_FINE = {
    "NamespaceDeletionDiscoveryFailure": ("ResourcesDiscovered", "All resources successfully discovered"),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "ParsedGroupVersions", "All legacy kube types successfully parsed"
    ),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted", "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """What a pass over a namespace could not delete at once.

    Args:
        failing: groups and versions of servers that do not answer.
        refused: messages of refused deletions.
        counts: how many objects are left, by ``resource.group``.
        finalizers: on how many of them each finalizer is.
    """

    failing: list[str]
    refused: list[str]
    counts: dict[str, int]
    finalizers: Counter[str]

    def count(self, kind: Kind, objects: Iterable[Object]) -> None:
        """Take note of what is left of a kind."""
        left = list(objects)
        if left:
            self.counts[f"{kind.resource}.{kind.group}"] = len(left)
            for obj in left:
                self.finalizers.update(obj["metadata"].get("finalizers") or ())

    @property
    def nothing(self) -> bool:
        """Whether the namespace may go."""
        return not (self.failing or self.refused or self.counts)


def conditions(old: list[Object], remains: Remains, now: str) -> list[Object]:
    """The conditions after a pass; what was true before and is no more stays, as false."""
    bad = {kind: (reason, message) for kind, reason, message in _complaints(remains)}
    before = {each.get("type"): each for each in old}
    found = []
    for kind, fine in _FINE.items():
        status = "True" if kind in bad else "False"
        reason, message = bad.get(kind, fine)
        known = before.get(kind)
        since = known.get("lastTransitionTime") if known and known.get("status") == status else now
        found.append(
            {"type": kind, "status": status, "lastTransitionTime": since, "reason": reason, "message": message}
        )  # fmt: skip
    return [*(each for each in old if each.get("type") not in _FINE), *found]


def _complaints(remains: Remains) -> Iterator[tuple[str, str, str]]:
    if remains.failing:
        stale = ", ".join(f"{each}: stale GroupVersion discovery: {each}" for each in remains.failing)
        text = (
            f"Discovery failed for some groups, {len(remains.failing)} failing: "
            f"unable to retrieve the complete list of server APIs: {stale}"
        )
        yield "NamespaceDeletionDiscoveryFailure", "DiscoveryFailed", text
    if remains.refused:
        refused = ", ".join(remains.refused)
        shown = refused if len(remains.refused) == 1 else f"[{refused}]"
        text = f"Failed to delete all resource types, {len(remains.refused)} remaining: {shown}"
        yield "NamespaceDeletionContentFailure", "ContentDeletionFailed", text
    if remains.counts:
        left = ", ".join(
            f"{name} has {count} resource instances" for name, count in sorted(remains.counts.items())
        )
        yield "NamespaceContentRemaining", "SomeResourcesRemain", f"Some resources are remaining: {left}"
    if remains.finalizers:
        left = ", ".join(
            f"{name} in {count} resource instances" for name, count in sorted(remains.finalizers.items())
        )
        text = f"Some content in the namespace has finalizers remaining: {left}"
        yield "NamespaceFinalizersRemaining", "SomeFinalizersRemain", text
