"""A small operator on kopf, run as people run it: finalizers, status patches, timers, events."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config, watch

pytest.importorskip("kopf", reason="kopf is not installed: pip install kopf")

OPERATOR = """
import kopf


@kopf.on.startup()
def configure(settings, **_):
    settings.persistence.finalizer = "kopf.example.com/hold"
    settings.scanning.disabled = True
    settings.posting.reconnect_backoff = 0


@kopf.on.create("jars.kopf.example.com")
def created(spec, name, namespace, patch, body, **_):
    kopf.event(body, type="Normal", reason="Filled", message=f"filled with {spec['jam']}")
    patch.status["filled"] = True
    return {"jam": spec["jam"]}


@kopf.on.update("jars.kopf.example.com", field="spec.jam")
def changed(old, new, patch, **_):
    patch.status["was"] = old
    patch.status["jam"] = new


@kopf.timer("jars.kopf.example.com", interval=0.2)
def ticked(patch, status, **_):
    if not status.get("ticked"):
        patch.status["ticked"] = True


@kopf.on.delete("jars.kopf.example.com")
async def deleted(name, namespace, logger, **_):
    logger.info(f"washing {namespace}/{name}")
"""
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "jars.kopf.example.com"},
    "spec": {
        "group": "kopf.example.com", "scope": "Namespaced", "names": {"kind": "Jar", "plural": "jars"},
        "versions": [{
            "name": "v1", "served": True, "storage": True, "subresources": {"status": {}},
            "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
        }],
    },
}  # fmt: skip
PLACE = ("kopf.example.com", "v1")


@pytest.fixture(scope="module")
def api(kubeconfig: Path) -> Iterator[Any]:
    with config.new_client_from_config(str(kubeconfig)) as made:
        client.ApiextensionsV1Api(made).create_custom_resource_definition(DEFINITION)
        yield made


@pytest.fixture
def operator(api: Any, kubeconfig: Path, namespace: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    handlers = tmp_path / "handlers.py"
    handlers.write_text(OPERATOR)
    command = [sys.executable, "-m", "kopf", "run", "--standalone", "--namespace", namespace, str(handlers)]
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig), "HOME": str(tmp_path)}
    log = (tmp_path / "log").open("w")
    with subprocess.Popen(command, env=environment, stdout=log, stderr=log, text=True) as running:
        yield running
        running.terminate()
        running.wait(timeout=10)
    log.close()


def _jar_when(api: Any, namespace: str, met: Callable[[str, Any], bool]) -> dict[str, Any]:
    """The jar as it is when it has become what is waited for."""
    stream = watch.Watch()
    jars = client.CustomObjectsApi(api).list_namespaced_custom_object
    seen = []
    for event in stream.stream(jars, *PLACE, namespace, "jars", timeout_seconds=10):
        obj: dict[str, Any] = event["object"]
        seen.append((event["type"], obj.get("status")))
        if met(event["type"], obj):
            stream.stop()
            return obj
    raise AssertionError(f"it did not happen: {seen}")


def test_an_operator(api: Any, operator: subprocess.Popen[str], namespace: str, tmp_path: Path) -> None:
    custom = client.CustomObjectsApi(api)
    jar = {
        "apiVersion": "kopf.example.com/v1",
        "kind": "Jar",
        "metadata": {"name": "j"},
        "spec": {"jam": "plum"},
    }
    custom.create_namespaced_custom_object(*PLACE, namespace, "jars", jar)
    made = _jar_when(
        api, namespace, lambda _, obj: obj.get("status", {}).get("ticked") and "created" in obj["status"]
    )
    assert made["status"]["created"] == {"jam": "plum"}
    assert made["status"]["filled"] is True
    assert made["metadata"]["finalizers"] == ["kopf.example.com/hold"]
    custom.patch_namespaced_custom_object(*PLACE, namespace, "jars", "j", {"spec": {"jam": "fig"}})
    changed = _jar_when(api, namespace, lambda _, obj: obj["status"].get("jam") == "fig")
    assert changed["status"]["was"] == "plum"
    custom.delete_namespaced_custom_object(*PLACE, namespace, "jars", "j")
    core = client.CoreV1Api(api)
    events = watch.Watch()
    for event in events.stream(core.list_namespaced_event, namespace, timeout_seconds=10):
        if event["object"].reason == "Filled":
            assert event["object"].message == "filled with plum"
            assert event["object"].involved_object.name == "j"
            events.stop()
    left = custom.list_namespaced_custom_object(*PLACE, namespace, "jars")
    if left["items"]:
        version = left["metadata"]["resourceVersion"]
        gone = watch.Watch()
        for event in gone.stream(
            custom.list_namespaced_custom_object,
            *PLACE,
            namespace,
            "jars",
            resource_version=version,
            timeout_seconds=10,
        ):
            if event["type"] == "DELETED":
                gone.stop()
    assert custom.list_namespaced_custom_object(*PLACE, namespace, "jars")["items"] == []
    operator.terminate()
    assert operator.wait(timeout=10) == 0
    log = (tmp_path / "log").read_text()
    assert f"washing {namespace}/j" in log
    assert "Traceback" not in log
