"""The roles that the product's chart installs for its users.

Source: charts, mirrord-operator 3.187.0, templates/cluster-role.yaml and _helpers.tpl, with the default values.
"""

from __future__ import annotations

from typing import Any

from harness.worlds.manifests import role

__all__ = ["chart_roles"]

OPERATOR = "operator.metalbear.co"
PROFILES = "profiles.mirrord.metalbear.co"


def _rule(group: str, resources: list[str], verbs: list[str]) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs}


def _in_namespaces() -> list[dict[str, Any]]:
    return [
        _rule(OPERATOR, ["copytargets", "targets", "targets/port-locks"], ["get", "list"]),
        _rule(OPERATOR, ["copytargets"], ["create"]),
        _rule(OPERATOR, ["targets", "copytargets"], ["proxy"]),
        _rule(OPERATOR, ["sessions"], ["deletecollection", "delete"]),
        _rule(PROFILES, ["mirrordprofiles"], ["get", "list"]),
        _rule(OPERATOR, ["branchcredentials"], ["create"]),
    ]


def _in_cluster() -> list[dict[str, Any]]:
    return [
        _rule(OPERATOR, ["mirrordoperators"], ["get", "list"]),
        _rule(OPERATOR, ["mirrordoperators/certificate"], ["create"]),
        _rule(OPERATOR, ["events"], ["get", "list", "watch"]),
        _rule(PROFILES, ["mirrordclusterprofiles"], ["get", "list"]),
        _rule(OPERATOR, ["mirrordclusteroperatorusercredentials"], ["create"]),
    ]


def chart_roles() -> list[dict[str, Any]]:
    """The ClusterRoles for people who use mirrord."""
    everything = [*_in_namespaces(), *_in_cluster()]
    return [
        role("mirrord-operator-user", everything),
        role("mirrord-operator-ci", everything),
        role("mirrord-operator-user-basic", _in_cluster()),
    ]
