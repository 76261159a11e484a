"""What operators of earlier versions do otherwise: one version for each change, from which on it holds.

The changes are attested by the history of the client and its compatibility code. The version of the *operator* that brought
one is attested only where it says so here; elsewhere it is *assumed* from the date, and can be told otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

__all__ = ["FEATURES_SINCE", "History", "at_least", "features_of"]

FEATURES_SINCE: Mapping[str, str] = MappingProxyType(
    {
        "ProxyApi": "3.58.0",
        "CopyTarget": "3.84.0",
        "SessionManagement": "3.91.0",
        "LayerReconnect": "3.117.0",
        "ExtendableUserCredentials": "3.137.0",
        "ConnectParamsInHeader": "3.188.0",
        "DiagnosticPing": "3.189.0",
        "LabelTargeting": "3.192.0",
    }
)
"""The features of the API that the model knows, and the version that brought each; only the last one is attested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Since when an operator does what it does now. All of it is *assumed* from dates.

    copy_targets_listed
        ``status.copy_targets``.
    locked_port_objects
        Locked ports and copy targets as objects; before, as arrays.
    supported_features
        The list of features; before, only the deprecated ``features``.
    session_details
        ``key`` and ``http_filter`` of sessions.
    ci_sessions_counted, previews_counted
        The counts of sessions that no human started.
    namespaced_sessions
        Sessions as objects in namespaces that can be read; before, the resource belonged to the cluster, and its objects
        could be deleted and nothing else.
    previews_apart
        ``status.preview_sessions``; before, previews stood among the sessions.
    """

    copy_targets_listed: str = "3.84.0"
    locked_port_objects: str = "3.120.0"
    supported_features: str = "3.91.0"
    session_details: str = "3.165.0"
    ci_sessions_counted: str = "3.150.0"
    previews_counted: str = "3.175.0"
    namespaced_sessions: str = "3.186.0"
    previews_apart: str = "3.192.0"


@lru_cache(maxsize=64)
def features_of(version: str) -> tuple[str, ...]:
    """What an operator of a version says it can do."""
    return tuple(feature for feature, since in FEATURES_SINCE.items() if at_least(version, since))


@lru_cache(maxsize=1024)
def at_least(version: str, since: str) -> bool:
    """Whether a version is another or a later one; pre-releases count as their release."""
    return _numbers(version) >= _numbers(since)


@lru_cache(maxsize=64)
def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.partition("-")[0].split(".") if part.isdigit())
