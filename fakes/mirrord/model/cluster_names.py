"""Names as the DNS of a cluster knows them: of services, and of the pods behind headless ones.

Pods are found by the selector of their service; endpoints that somebody else has written are not known, and neither are
external names, pods by their addresses, and whatever lies outside of the cluster.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from fakes.mirrord.model.pod_network import CLUSTER_DOMAIN, addresses, search_domains

__all__ = ["Question", "of_family", "pods_behind", "questions", "service_addresses"]

Object = Mapping[str, Any]

_NDOTS = 5
_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_NAME = re.compile(rf"(?:({_LABEL})\.)?({_LABEL})\.({_LABEL})\.svc\.{re.escape(CLUSTER_DOMAIN)}")


class Question(NamedTuple):
    """A name of a service, or of a host behind it; ``record`` is how an answer calls it."""

    host: str | None
    service: str
    namespace: str

    @property
    def record(self) -> str:
        host = f"{self.host}." if self.host else ""
        return f"{host}{self.service}.{self.namespace}.svc.{CLUSTER_DOMAIN}."


def questions(name: str, namespace: str) -> Iterator[Question]:
    """What a name may mean in a pod of a namespace, in the order in which it is tried."""
    name = name.lower()
    searched = [] if name.endswith(".") else [f"{name}.{domain}" for domain in search_domains(namespace)]
    whole = name.removesuffix(".")
    tried = [whole, *searched] if name.count(".") >= _NDOTS else [*searched, whole]
    for each in tried:
        if (found := _NAME.fullmatch(each)) is not None:
            yield Question(*found.groups())


def pods_behind(service: Object) -> Mapping[str, str] | None:
    """The selector of the pods that answer for a headless service; None if it has none, or an address of its own."""
    spec = service.get("spec") or {}
    return spec.get("selector") or None if spec.get("clusterIP") == "None" else None


def service_addresses(question: Question, service: Object, pods: Iterable[Object]) -> tuple[str, ...]:
    """The addresses that a name stands for; ``pods`` are those behind the service if it is headless."""
    spec = service.get("spec") or {}
    if spec.get("type") == "ExternalName":
        return ()
    if spec.get("clusterIP") != "None":
        own = spec.get("clusterIPs") or [spec.get("clusterIP")]
        return tuple(each for each in own if each) if question.host is None else ()
    unready = bool(spec.get("publishNotReadyAddresses"))
    serving = [pod for pod in pods if _is_called(question, pod) and (unready or _ready(pod))]
    return tuple(address for pod in serving for address in addresses(pod))


def of_family(found: Sequence[str], family: str) -> tuple[str, ...]:
    """Those of a family. ``any`` is the fourth version if there is one of it, else the sixth."""
    fourth = tuple(each for each in found if ipaddress.ip_address(each).version == 4)
    sixth = tuple(each for each in found if each not in fourth)
    match family:
        case "ipv4":
            return fourth
        case "ipv6":
            return sixth
        case "any":
            return fourth or sixth
        case _:
            return fourth + sixth


def _is_called(question: Question, pod: Object) -> bool:
    spec = pod.get("spec") or {}
    return question.host is None or (
        spec.get("hostname") == question.host and spec.get("subdomain") == question.service
    )


def _ready(pod: Object) -> bool:
    if pod["metadata"].get("deletionTimestamp"):
        return False
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
