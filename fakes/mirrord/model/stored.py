"""The MirrordClusterSession in which the operator keeps a session: what ``kubectl get mirrordclustersessions`` shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fakes.apimachinery.timestamps import rfc3339, rfc3339_micro
from fakes.mirrord.model.events import SessionClosed
from fakes.mirrord.model.session import Session, last_activity

__all__ = ["stored_session"]

Json = dict[str, Any]


def stored_session(session: Session, now: datetime, closed: SessionClosed | None = None) -> Json:
    """The stored form of a session, named by its id in lower-case hex, as names of stored objects must be."""
    spec: Json = {"owner": session.owner.to_json(), "namespace": session.namespace}
    spec["target"] = session.target.to_reference()
    if session.key is not None:
        spec["key"] = session.key
    if session.header_filter is not None:
        spec["httpFilter"] = {"headerFilter": session.header_filter}
    if session.client_version is not None:
        spec["clientCliVersion"] = session.client_version
    if (ci := session.ci) is not None:
        spec["ciInfo"] = {
            "provider": ci.provider,
            "environment": ci.environment,
            "pipeline": ci.pipeline,
            "triggeredBy": ci.triggered_by,
        }
    if session.copied is not None:
        spec["copyTarget"] = {"scaledown": session.copied.scale_down}
    if session.branch_name is not None:
        spec["jiraMetrics"] = {"branchName": session.branch_name}
    if session.parent is not None:
        spec["multiClusterParentName"] = f"{session.parent:x}"
    return {
        "apiVersion": "mirrord.metalbear.co/v1alpha",
        "kind": "MirrordClusterSession",
        "metadata": {"name": f"{session.id:x}", "creationTimestamp": rfc3339(session.created)},
        "spec": spec,
        "status": _stored_status(session, now, closed),
    }


def _stored_status(session: Session, now: datetime, closed: SessionClosed | None) -> Json:
    status: Json = {}
    if (seen := last_activity(session, now)) is not None:
        status["connectedTimestamp"] = rfc3339_micro(seen)
    if closed is not None:
        status["closed"] = {"reason": closed.reason}
        if closed.message:
            status["closed"]["message"] = closed.message
    if session.copied is not None:
        status["copyTarget"] = {
            "name": session.copied.name,
            "copiedPodStatus": {
                "name": session.copied.pod_name,
                "namespace": session.namespace,
                "targetContainer": session.copied.target_container,
            },
        }
    return status
