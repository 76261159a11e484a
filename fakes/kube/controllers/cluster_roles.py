"""Aggregation of ClusterRoles: keeps the rules of a role equal to those of the roles that it selects.

Source: kubernetes, pkg/controller/clusterroleaggregation.
"""

from __future__ import annotations

from collections.abc import Iterable

from fakes.apiserver.storage.interface import Event
from fakes.kube.controllers.controller import Key, Surroundings
from fakes.kube.controllers.kinds import CLUSTER_ROLES
from fakes.kube.rbac.aggregation import aggregate

__all__ = ["ClusterRoleAggregation"]

_MANAGER = "clusterrole-aggregation-controller"


class ClusterRoleAggregation:
    """One key for all: every aggregated role is looked at when any role changes."""

    resources = (CLUSTER_ROLES.table,)

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    def hear(self, event: Event) -> Iterable[Key]:
        return ("",)

    async def reconcile(self, key: Key) -> None:
        roles = self._around.list(CLUSTER_ROLES)
        by_name = {role["metadata"]["name"]: role for role in roles}
        for name, rules in aggregate(roles).items():
            if rules != (by_name[name].get("rules") or []):
                await self._around.writer.apply(
                    CLUSTER_ROLES, {"metadata": {"name": name}, "rules": rules}, _MANAGER
                )
