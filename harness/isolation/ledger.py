"""The objects of a run: each carries its label, only those are changed or deleted, and all are deleted in reverse order."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fakes.apimachinery.status import StatusError
from harness.cluster import ClusterUnavailableError, NotHereError
from harness.isolation.paths import OPERATOR_GROUP, Place, place_of
from harness.objects import call, item_path

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["RUN_LABEL", "Ledger", "NotOursError", "clean", "delete_all", "labelled_objects"]

RUN_LABEL = "mirrord-harness.dev/run"
_NAMESPACE = "/api/v1/namespaces/"
_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_ATTEMPTS = 600
_LAST = ("namespaces",)
_NEVER_LISTED = frozenset({"componentstatuses", "events"})


class NotOursError(NotHereError):
    """The run would have changed what it did not make."""


class Ledger:
    """What a run has made, oldest first.

    Args:
        api: whoever may read it all; asked whether an object is ours.
    """

    def __init__(self, run: str, api: Callable[[], ApiClient]) -> None:
        self.run = run
        self._api = api
        self._made: list[str] = []

    def rewrite(self, method: str, path: str, body: Any) -> Any:
        """The body to send: that of a new object carries the label."""
        place = place_of(path)
        if method != "POST" or place is None or not _makes(place) or not isinstance(body, (str, bytes)):
            return body
        try:
            obj = json.loads(body)
        except ValueError:
            return body
        metadata = obj.get("metadata") or {}
        labels = {**(metadata.get("labels") or {}), RUN_LABEL: self.run}
        return json.dumps({**obj, "metadata": {**metadata, "labels": labels}})

    def saw(self, method: str, path: str, answer: bytes) -> None:
        """Remember what was made, and forget what is gone."""
        place = place_of(path)
        if place is None:
            return
        if method == "POST" and _makes(place):
            name = (json.loads(answer).get("metadata") or {}).get("name", "")
            self._made.append(f"{path.rstrip('/')}/{name}")

    def note(self, path: str) -> None:
        """Remember an object that was made with the label, by whatever way."""
        self._made.append(path)

    def check(self, method: str, path: str) -> None:
        """Let a write pass if it makes something new or changes what is ours.

        Raises:
            NotOursError: it does neither.
        """
        place = place_of(path)
        if place is None or method in ("GET", "HEAD", "OPTIONS", "POST") or place.group == OPERATOR_GROUP:
            return
        if not place.name:
            if f"/api/v1/namespaces/{place.namespace}" in self._made:
                return
            raise NotOursError(
                f"this run does not delete collections in a namespace that it has not made: {path}"
            )
        if place.object_path in self._made:
            return
        try:
            found = call(self._api(), "GET", place.object_path)
        except StatusError:
            return
        if not self._is_ours(found) and not self._made_kind(place):
            raise NotOursError(
                f"{place.resource} {place.name} was not made by this run, so it does not {method} it"
            )

    def _is_ours(self, obj: dict[str, Any]) -> bool:
        """Whether an object carries the label, or what it is a part of does, as a Deployment does for its Pods."""
        if _run_of(obj) == self.run:
            return True
        namespace = obj["metadata"].get("namespace", "")
        for owner in obj["metadata"].get("ownerReferences") or ():
            named = {"name": owner["name"], "namespace": namespace}
            with suppress(StatusError, KeyError):
                path = item_path(
                    {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "metadata": named}
                )
                return self._is_ours(call(self._api(), "GET", path))
        return False

    def _made_kind(self, place: Place) -> bool:
        """Whether the run defined the kind, so that all objects of it are the run's, or those of a program of the run."""
        with suppress(StatusError):
            return (
                _run_of(call(self._api(), "GET", f"{_DEFINITIONS}/{place.resource}.{place.group}"))
                == self.run
            )
        return False

    def clean(self) -> list[str]:
        """Delete what was made, newest first; what was deleted. What is left can be deleted by another call.

        Raises:
            ClusterUnavailableError: a namespace does not go, or something else; the next call tries that again.
        """
        deleted: list[str] = []
        failed: dict[str, Exception] = {}
        while self._made:
            path = self._made.pop()
            try:
                if _delete(self._api(), path, self.run):
                    deleted.append(path)
            except (StatusError, OSError) as error:
                failed[path] = error
        self._made = list(failed)[::-1]
        for path in deleted:
            if path.startswith(_NAMESPACE) and path.count("/") == _NAMESPACE.count("/"):
                _await_gone(self._api(), path)
        if failed:
            told = "; ".join(f"{path}: {error}" for path, error in failed.items())
            raise ClusterUnavailableError(f"not everything could be deleted: {told}")
        return deleted


def _await_gone(api: ApiClient, path: str) -> None:
    """Return when a namespace is gone, so that the next scenario can have it."""
    pause = threading.Event()
    for _ in range(_ATTEMPTS):
        try:
            call(api, "GET", path)
        except StatusError as error:
            if error.code == 404:
                return
            raise
        pause.wait(0.1)
    raise ClusterUnavailableError(f"{path} stays in termination: has the cluster a controller manager?")


def _makes(place: Place) -> bool:
    return not place.name and not place.is_review and place.group != OPERATOR_GROUP


def _run_of(obj: dict[str, Any]) -> str | None:
    labels: dict[str, str] = obj["metadata"].get("labels") or {}
    return labels.get(RUN_LABEL)


def clean(api: ApiClient, run: str, *, dry_run: bool = False) -> list[str]:
    """Delete every object in the cluster that carries the label of a run, newest first; their paths."""
    found = [path for path, _ in labelled_objects(api, run)]
    if dry_run:
        return found
    return [path for path in found if _delete(api, path, run)]


def labelled_objects(api: ApiClient, run: str) -> list[tuple[str, dict[str, Any]]]:
    """What carries the label of a run, by path, in the order in which to delete it."""
    found = list(_labelled(api, run))
    return sorted(found, key=lambda pair: _age(*pair), reverse=True)


def _age(path: str, obj: dict[str, Any]) -> tuple[bool, str, int]:
    place = place_of(path)
    last = place is not None and place.resource in _LAST
    version = obj["metadata"].get("resourceVersion", "0")
    return not last, obj["metadata"].get("creationTimestamp", ""), int(version) if version.isdecimal() else 0


def _labelled(api: ApiClient, run: str) -> Iterator[tuple[str, dict[str, Any]]]:
    groups = [group for group in call(api, "GET", "/apis")["groups"] if group["name"] != OPERATOR_GROUP]
    for root in ["/api/v1", *(f"/apis/{group['preferredVersion']['groupVersion']}" for group in groups)]:
        try:
            rows = call(api, "GET", root)["resources"]
        except StatusError:
            continue
        for row in rows:
            if (
                "/" in row["name"]
                or row["name"] in _NEVER_LISTED
                or not {"list", "delete"} <= set(row["verbs"])
            ):
                continue
            try:
                listed = call(api, "GET", f"{root}/{row['name']}?labelSelector={RUN_LABEL}%3D{run}")
            except StatusError:
                continue
            for item in listed.get("items") or ():
                scope = f"/namespaces/{item['metadata']['namespace']}" if row["namespaced"] else ""
                yield f"{root}{scope}/{row['name']}/{item['metadata']['name']}", item


def _instances(definition: dict[str, Any]) -> str:
    """Where the objects of a custom kind are listed."""
    spec = definition["spec"]
    version = next(each["name"] for each in spec["versions"] if each["served"])
    return f"/apis/{spec['group']}/{version}/{spec['names']['plural']}"


def delete_all(api: ApiClient, collection: str) -> None:
    """Delete every object of a kind that is ours as a whole. Finalizers would wait for whoever is gone by now."""
    try:
        items = call(api, "GET", collection).get("items") or ()
    except StatusError:
        return
    root, _, plural = collection.rpartition("/")
    for metadata in (item["metadata"] for item in items):
        scope = f"/namespaces/{metadata['namespace']}" if metadata.get("namespace") else ""
        path = f"{root}{scope}/{plural}/{metadata['name']}"
        with suppress(StatusError):
            if metadata.get("finalizers"):
                released = {"metadata": {"finalizers": None}}
                call(api, "PATCH", path, released, content_type="application/merge-patch+json")
            call(api, "DELETE", path)


def _delete(api: ApiClient, path: str, run: str) -> bool:
    """Delete an object if it is there and still ours, and the very one that was looked at."""
    try:
        found = call(api, "GET", path)
        if _run_of(found) != run:
            return False
        options: dict[str, Any] = {
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background",
            "preconditions": {"uid": found["metadata"]["uid"]},
        }  # fmt: skip
        if found.get("kind") == "Pod":
            options["gracePeriodSeconds"] = 0
        if found.get("kind") == "CustomResourceDefinition":
            delete_all(api, _instances(found))
        call(api, "DELETE", path, options)
    except StatusError as error:
        if error.code not in (404, 409):
            raise
        return False
    return True
