"""The request by which mirrord starts a session or comes back to it, spelt as the product's client spells it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from harness.cluster import User

__all__ = ["CLIENT_VERSION", "SUBPROTOCOL", "ConnectRequest", "connect_request", "default_key", "shown_user"]

CLIENT_VERSION = "3.250.0"
SUBPROTOCOL = "v4.channel.k8s.io"
_TARGETS = "/apis/operator.metalbear.co/v1/proxy/namespaces/{namespace}/{resource}/{name}"
_KEY_BITS = 0xFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectRequest:
    """A WebSocket to open: where, and with which headers beside those of every WebSocket."""

    path: str
    query: str
    headers: tuple[tuple[str, str], ...]


def connect_request(
    user: User, target: str, namespace: str, session_id: int, *, key: str | None = None, steal: str = "abort",
    parameters: Mapping[str, str] | None = None, copy: str | None = None,
) -> ConnectRequest:  # fmt: skip
    """The request for a session on a target that is spelt as in mirrord.json; the id becomes decimal.

    Without a key there is one made of the id, as the client makes one up. ``parameters`` are sent beside or instead of the
    usual ones. With ``copy`` the connection is to the copy target of that name.
    """
    name, labels = _url_name(target)
    query = {"connect": "true", "on_concurrent_steal": steal}
    if labels is not None:
        query["label_target"] = json.dumps(labels)
    query["key"] = key if key is not None else default_key(session_id)
    query.update(parameters or {})
    headers = [("x-session-id", str(session_id)), ("x-mirrord-cli-version", CLIENT_VERSION)]
    headers += [
        ("x-client-name", _in_header(user.real_name)),
        ("x-client-hostname", _in_header(user.hostname)),
    ]
    return ConnectRequest(
        path=_TARGETS.format(
            namespace=namespace, resource="targets" if copy is None else "copytargets", name=copy or name
        ),
        query=urlencode(query), headers=tuple(headers),
    )  # fmt: skip


def default_key(session_id: int) -> str:
    """The key of a session that is given none, as the client makes one up."""
    return f"{session_id & _KEY_BITS:05x}"


def shown_user(user: User) -> str:
    """Somebody as lists of sessions show them."""
    return f"{_in_header(user.real_name)}/{user.name}@{_in_header(user.hostname)}"


def _in_header(value: str) -> str:
    return "".join(each for each in value if each.isascii()).strip() or "unknown"


def _url_name(target: str) -> tuple[str, dict[str, object] | None]:
    """How the URL names a target; the labels of one by label go beside it."""
    if not target.startswith("label/"):
        return ".".join(target.split("/")), None
    selector, _, container = target.removeprefix("label/").partition("/container/")
    labels = dict(pair.partition("=")[::2] for pair in selector.split(","))
    return "label", {"labels": labels, "container": container or None}
