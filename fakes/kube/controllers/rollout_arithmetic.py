"""How many Pods which ReplicaSet of a Deployment may have: numbers in, numbers out.

Source: kubernetes, pkg/controller/deployment/util/deployment_util.go and pkg/controller/deployment/rolling.go.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["Bounds", "Size", "bounds", "new_replicas", "old_replicas", "proportional", "scaled_value"]


class Bounds(NamedTuple):
    """By how many Pods a rollout may exceed and fall short of the number asked for."""

    surge: int
    unavailable: int


class Size(NamedTuple):
    """A ReplicaSet in numbers: how many Pods it is to have, how many of them are available, and how many the Deployment
    was to have at most when it was last scaled."""

    replicas: int
    available: int = 0
    max_replicas: int = 0


def scaled_value(value: int | str, total: int, *, up: bool) -> int:
    """A number, or a percentage of a total."""
    if isinstance(value, int):
        return value
    share = int(value.removesuffix("%")) * total / 100
    return math.ceil(share) if up else math.floor(share)


def bounds(spec: Mapping[str, Any]) -> Bounds:
    """The bounds of a Deployment's rollout. A Deployment that recreates its Pods may have none for a while."""
    replicas = spec.get("replicas", 1)
    if spec["strategy"]["type"] != "RollingUpdate" or replicas == 0:
        return Bounds(0, 0)
    rolling = spec["strategy"].get("rollingUpdate") or {}
    surge = scaled_value(rolling.get("maxSurge", 0), replicas, up=True)
    unavailable = scaled_value(rolling.get("maxUnavailable", 0), replicas, up=False)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return Bounds(surge, min(unavailable, replicas))


def new_replicas(spec: Mapping[str, Any], current: int, total: int) -> int:
    """How many Pods the new ReplicaSet may have, given those that it and all together are to have now."""
    wanted: int = spec.get("replicas", 1)
    if spec["strategy"]["type"] != "RollingUpdate":
        return wanted
    room = wanted + bounds(spec).surge - total
    return current + min(room, wanted - current) if room > 0 else current


def old_replicas(spec: Mapping[str, Any], new: Size | None, old: Sequence[Size]) -> list[int]:
    """To how many Pods the old ReplicaSets, oldest first, may be scaled down: first what is not available."""
    least = spec.get("replicas", 1) - bounds(spec).unavailable
    new = new or Size(0)
    sizes = [each.replicas for each in old]
    spare = sum(sizes) + new.replicas - least - (new.replicas - new.available)
    if spare <= 0:
        return sizes
    cleaned = 0
    for position, each in enumerate(old):
        dropped = (
            min(spare - cleaned, each.replicas - each.available) if each.available < each.replicas else 0
        )
        sizes[position] -= dropped
        cleaned += dropped
    surplus = sum(each.available for each in old) + new.available - least
    for position, size in enumerate(sizes):
        if surplus <= 0:
            break
        dropped = min(size, surplus)
        sizes[position] -= dropped
        surplus -= dropped
    return sizes


def proportional(spec: Mapping[str, Any], sizes: Sequence[Size]) -> list[int]:
    """How a Deployment that is scaled in the middle of a rollout shares the change between its ReplicaSets, newest first.

    Each gets a share as large as it is; what is left by rounding goes to the largest.
    """
    wanted = spec.get("replicas", 1)
    limit = wanted + bounds(spec).surge if wanted > 0 else 0
    change = limit - sum(each.replicas for each in sizes)
    order = sorted(range(len(sizes)), key=lambda at: (-sizes[at].replicas, at if change > 0 else -at))
    found = [each.replicas for each in sizes]
    left = change
    for at in order:
        if left == 0:
            break
        each = sizes[at]
        share = math.floor(each.replicas * limit / (each.max_replicas or limit or 1) + 0.5) - each.replicas
        share = min(max(share, 0), left) if change > 0 else max(min(share, 0), left)
        found[at] += share
        left -= share
    if left and order:
        found[order[0]] = max(0, found[order[0]] + left)
    return found
