"""The node on which simulated Pods run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fakes.apimachinery.timestamps import rfc3339

__all__ = ["NODE_ADDRESS", "node", "node_address"]

Object = dict[str, Any]

NODE_ADDRESS = "172.18.0.2"
_CONDITIONS = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
_ROOM = {"cpu": "32", "ephemeral-storage": "1055762868Ki", "memory": "65573800Ki", "pods": "1000"}


def node(name: str, now: datetime) -> Object:
    """A Node that is ready for a lot of Pods."""
    stamp = rfc3339(now)
    labels = {
        "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
    }  # fmt: skip
    return {
        "metadata": {"name": name, "labels": labels},
        "spec": {"podCIDR": "10.244.0.0/16", "podCIDRs": ["10.244.0.0/16"]},
        "status": {
            "capacity": dict(_ROOM),
            "allocatable": dict(_ROOM),
            "conditions": [
                {
                    "type": kind, "status": status, "lastHeartbeatTime": stamp, "lastTransitionTime": stamp,
                    "reason": reason, "message": message,
                }
                for kind, status, reason, message in _CONDITIONS
            ],
            "addresses": [
                {"type": "InternalIP", "address": NODE_ADDRESS}, {"type": "Hostname", "address": name}
            ],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "machineID": "", "systemUUID": "", "bootID": "", "kernelVersion": "6.12.0", "osImage": "Simulated",
                "containerRuntimeVersion": "containerd://2.2.0", "kubeletVersion": "v1.36.2", "kubeProxyVersion": "",
                "operatingSystem": "linux", "architecture": "amd64",
            },
        },
    }  # fmt: skip


def node_address(found: Object) -> str:
    """The address of a node, or that of ours if it has none."""
    addresses = (found.get("status") or {}).get("addresses") or ()
    return next((each["address"] for each in addresses if each.get("type") == "InternalIP"), NODE_ADDRESS)
