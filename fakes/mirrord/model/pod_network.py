"""How a pod is called, and what its containers read of that in ``/etc``: as a kubelet and containerd write it.

Not looked at: ``dnsPolicy`` and ``dnsConfig``, and the hosts of a node. Source: kubernetes, pkg/kubelet/kubelet_pods.go;
containerd, internal/cri/server/sandbox_run_linux.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["CLUSTER_DOMAIN", "addresses", "etc_files", "hostname", "hosts", "search_domains"]

Object = Mapping[str, Any]

CLUSTER_DOMAIN = "cluster.local"
_LONGEST_HOSTNAME = 63
_LOCAL = (
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "fe00::0\tip6-mcastprefix",
    "fe00::1\tip6-allnodes",
    "fe00::2\tip6-allrouters",
)


def hostname(pod: Object) -> str:
    """The name that a pod gives itself: that of its node if it has the node's network."""
    spec = pod.get("spec") or {}
    if spec.get("hostNetwork"):
        return str(spec.get("nodeName") or "")
    name = str(spec.get("hostname") or pod["metadata"]["name"])
    return name[:_LONGEST_HOSTNAME].rstrip("-.")


def addresses(pod: Object) -> tuple[str, ...]:
    """The addresses that a pod has."""
    return tuple(each["ip"] for each in (pod.get("status") or {}).get("podIPs") or ())


def search_domains(namespace: str) -> tuple[str, ...]:
    """What is put behind a name to look it up from a namespace."""
    return f"{namespace}.svc.{CLUSTER_DOMAIN}", f"svc.{CLUSTER_DOMAIN}", CLUSTER_DOMAIN


def etc_files(pod: Object, nameserver: str) -> dict[str, str]:
    """The files that are written for every pod."""
    namespace = pod["metadata"]["namespace"]
    resolv_conf = f"search {' '.join(search_domains(namespace))}\nnameserver {nameserver}\noptions ndots:5\n"
    return {
        "/etc/hostname": f"{hostname(pod)}\n",
        "/etc/hosts": _hosts_file(pod),
        "/etc/resolv.conf": resolv_conf,
    }


def hosts(pod: Object) -> Iterator[tuple[str, str]]:
    """Names and addresses, as they stand in ``/etc/hosts``."""
    for line in _hosts_file(pod).splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        yield from ((name, address) for name in names)


def _hosts_file(pod: Object) -> str:
    spec = pod.get("spec") or {}
    name, subdomain = hostname(pod), spec.get("subdomain")
    names = [name]
    if subdomain:
        names = [f"{name}.{subdomain}.{pod['metadata']['namespace']}.svc.{CLUSTER_DOMAIN}", name]
    own = [_line(address, names) for address in addresses(pod)]
    aliases = [_line(each["ip"], each.get("hostnames") or ()) for each in spec.get("hostAliases") or ()]
    if aliases:
        aliases = ["", "# Entries added by HostAliases.", *aliases]
    return "\n".join(["# Kubernetes-managed hosts file.", *_LOCAL, *own, *aliases, ""])


def _line(address: str, names: Sequence[str]) -> str:
    return "\t".join([address, *names])
