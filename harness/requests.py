"""Requests as a plain client makes them, with what may come of them on a cluster that fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import urllib3

from harness.cluster import Cluster, StatusError, User
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["BrokenConnectionError", "OpenWatch", "create_config_map", "open_watch", "read"]


class BrokenConnectionError(Exception):
    """The connection ended before the answer did."""


def path_of(resource: str, namespace: str) -> str:
    """The path of a collection in a namespace; the resource is spelt as for kubectl, of version v1."""
    plural, _, group = resource.partition(".")
    return f"/{f'apis/{group}/v1' if group else 'api/v1'}/namespaces/{namespace}/{plural}"


def read(cluster: Cluster, user: User, resource: str, namespace: str = "default") -> dict[str, Any]:
    """A list.

    Raises:
        StatusError: the cluster refused.
        BrokenConnectionError: the answer was cut off.
    """
    try:
        return call(cluster.api_client(user), "GET", path_of(resource, namespace))
    except (urllib3.exceptions.HTTPError, json.JSONDecodeError) as error:
        raise BrokenConnectionError(str(error)) from error


def create_config_map(cluster: Cluster, user: User, name: str, namespace: str = "default") -> None:
    """The smallest thing that can be created.

    Raises:
        StatusError: the cluster refused.
        BrokenConnectionError: the answer was cut off.
    """
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    try:
        call(cluster.api_client(user), "POST", path_of("configmaps", namespace), body)
    except (urllib3.exceptions.HTTPError, json.JSONDecodeError) as error:
        raise BrokenConnectionError(str(error)) from error


@dataclass(slots=True)
class OpenWatch:
    """A watch that somebody has open."""

    response: Any
    revision: str

    def rest(self) -> list[dict[str, Any]]:
        """All events up to the end of the watch, for which this waits."""
        return list(self._events())

    def _events(self) -> Iterator[dict[str, Any]]:
        pending = b""
        for chunk in self.response.stream(amt=None):
            *lines, pending = (pending + chunk).split(b"\n")
            yield from (json.loads(line) for line in lines if line)
        self.response.release_conn()


def open_watch(
    cluster: Cluster, user: User, resource: str, namespace: str = "default", *, revision: str = ""
) -> OpenWatch:
    """Watch a collection; from a revision on, or what is there first.

    Raises:
        StatusError: the cluster refused.
    """
    query = [("watch", "true"), *([("resourceVersion", revision)] if revision else [])]
    client: ApiClient = cluster.api_client(user)
    request = client.param_serialize(
        "GET", path_of(resource, namespace), query_params=query, header_params={"Accept": "application/json"},
        auth_settings=["BearerToken"],
    )  # fmt: skip
    answer = client.call_api(*request).response
    if answer.status != 200:
        raise StatusError(json.loads(answer.data))
    return OpenWatch(answer, revision)
