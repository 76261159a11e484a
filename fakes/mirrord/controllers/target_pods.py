"""Following the pods of targets: a session has its ports on the pods that are ready now.

Nothing here waits for changes: whoever runs the operator says when something may have changed.
"""

from __future__ import annotations

from fakes.apimachinery.status import StatusError
from fakes.mirrord.model.commands import PodsChanged
from fakes.mirrord.model.session import Session
from fakes.mirrord.model.targets import Target
from fakes.mirrord.sessions import Sessions
from fakes.mirrord.workloads import Workloads

__all__ = ["TargetPods"]

_WATCHED = frozenset(
    {
        "pods",
        "services",
        "deployments.apps",
        "statefulsets.apps",
        "replicasets.apps",
        "jobs.batch",
        "rollouts.argoproj.io",
    }
)


class TargetPods:
    """Compares what sessions hold with what the cluster has."""

    def __init__(self, sessions: Sessions, workloads: Workloads) -> None:
        self._sessions = sessions
        self._workloads = workloads
        self._stale = False

    def changed(self, resource: str) -> None:
        """Something was written; only pods and what selects them matter. ``resource`` is as in ``deployments.apps``."""
        if resource in _WATCHED:
            self._stale = True

    @property
    def stale(self) -> bool:
        """Whether there is anything to compare."""
        return self._stale and len(self._sessions.state.sessions) > 0

    async def catch_up(self) -> None:
        """Tell the sessions what pods their targets have."""
        self._stale = False
        found: dict[tuple[str, Target], tuple[str, ...]] = {}
        for session in self._sessions.state.in_order():
            if session.target.targetless or session.copied is not None:
                continue
            key = (session.namespace, session.target)
            if key not in found:
                found[key] = await self._pods(session)
            if found[key] != session.pods:
                self._sessions.do(PodsChanged(id=session.id, pods=found[key]))

    async def _pods(self, session: Session) -> tuple[str, ...]:
        try:
            workload = await self._workloads.find(session.target, session.namespace)
        except StatusError as error:
            if error.code != 404:
                raise
            return ()
        return await self._workloads.pods(session.target, session.namespace, workload)
