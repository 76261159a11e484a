"""Kubeconfig files for the people of a served cluster: a context for each, certificates inline."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from fakes.cluster import Credentials

__all__ = ["kubeconfig", "write_private"]


def kubeconfig(
    url: str, ca: bytes, people: Mapping[str, Credentials | str | None], current: str
) -> dict[str, Any]:
    """The content of a kubeconfig.

    Args:
        people: by the name of their context: a certificate and key, a bearer token, or nothing for anonymous.
        current: the name of the current context.
    """
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": "fake", "cluster": {"server": url, "certificate-authority-data": _encoded(ca)}}
        ],
        "users": [{"name": name, "user": _user(found)} for name, found in people.items()],
        "contexts": [
            {"name": name, "context": {"cluster": "fake", "user": name, "namespace": "default"}}
            for name in people
        ],
        "current-context": current,
    }


def _user(found: Credentials | str | None) -> dict[str, str]:
    match found:
        case None:
            return {}
        case str():
            return {"token": found}
        case _:
            return {
                "client-certificate-data": _encoded(found.certificate), "client-key-data": _encoded(found.key)
            }  # fmt: skip


def _encoded(pem: bytes) -> str:
    return base64.b64encode(pem).decode()


def write_private(path: Path, content: dict[str, Any] | bytes) -> Path:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = content if isinstance(content, bytes) else yaml.safe_dump(content, sort_keys=False).encode()
    partial = path.with_name(f"{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
    partial.replace(path)
    return path
