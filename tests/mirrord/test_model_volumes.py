"""The files in the volumes of a container."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.mirrord.model.environment import Reference
from fakes.mirrord.model.volumes import Token, mounts

CONTENTS = {
    Reference("configmaps", "c"): {"a.yaml": b"a", "b.yaml": b"b"},
    Reference("secrets", "s"): {"password": b"secret"},
}
TOKEN = {"serviceAccountToken": {"path": "token", "expirationSeconds": 3607}}
ACCOUNT = {
    "projected": {
        "sources": [
            TOKEN,
            {"configMap": {"name": "c", "items": [{"key": "a.yaml", "path": "ca.crt"}]}},
            {
                "downwardAPI": {
                    "items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]
                }
            },
        ]
    }
}


def files(volume: dict[str, Any], **mount: Any) -> dict[str, bytes]:
    """Those of the only volume of a container."""
    pod = {
        "metadata": {"name": "web-1", "namespace": "shop", "labels": {"app": "web"}},
        "spec": {"volumes": [{"name": "v", **volume}]},
    }
    container = {"volumeMounts": [{"name": "v", "mountPath": "/etc/app/", **mount}]}
    (found,) = mounts(container, pod)
    return found.files(CONTENTS, dict.fromkeys(found.tokens, "token of the pod"))


@pytest.mark.parametrize(
    ("volume", "found"),
    [
        ({"configMap": {"name": "c"}}, {"/etc/app/a.yaml": b"a", "/etc/app/b.yaml": b"b"}),
        ({"configMap": {"name": "c", "items": [{"key": "b.yaml", "path": "x/y"}]}}, {"/etc/app/x/y": b"b"}),
        ({"configMap": {"name": "none", "optional": True}}, {}),
        ({"configMap": {"name": "c", "items": [{"key": "none", "path": "x"}]}}, {}),
        ({"secret": {"secretName": "s"}}, {"/etc/app/password": b"secret"}),
        (
            {"downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
            {"/etc/app/labels": b'app="web"'},
        ),
        ({"downwardAPI": {"items": [{"path": "cpu", "resourceFieldRef": {"resource": "limits.cpu"}}]}}, {}),
        (ACCOUNT, {"/etc/app/token": b"token of the pod", "/etc/app/ca.crt": b"a", "/etc/app/namespace": b"shop"}),
        ({"projected": {"sources": [{"secret": {"name": "s"}}]}}, {"/etc/app/password": b"secret"}),
        ({"emptyDir": {}}, {}),
    ],
)  # fmt: skip
def test_what_is_in_a_volume(volume: dict[str, Any], found: dict[str, bytes]) -> None:
    assert files(volume) == found


@pytest.mark.parametrize(
    ("sub_path", "found"),
    [
        ("a.yaml", {"/etc/app": b"a"}),
        ("none", {}),
        ("", {"/etc/app/a.yaml": b"a", "/etc/app/b.yaml": b"b"}),
    ],
)
def test_a_part_of_a_volume(sub_path: str, found: dict[str, bytes]) -> None:
    assert files({"configMap": {"name": "c"}}, subPath=sub_path) == found


def test_a_folder_of_a_volume() -> None:
    volume = {"configMap": {"name": "c", "items": [{"key": "b.yaml", "path": "x/y"}]}}
    assert files(volume, subPath="x") == {"/etc/app/y": b"b"}


def test_what_is_asked_for_a_volume() -> None:
    pod = {"metadata": {}, "spec": {"volumes": [{"name": "v", **ACCOUNT}]}}
    (mount,) = mounts({"volumeMounts": [{"name": "v", "mountPath": "/a"}]}, pod)
    assert mount.references == {Reference("configmaps", "c")}
    assert mount.tokens == (Token(path="token", audience=None, seconds=3607),)
    assert mounts({}, pod) == ()
