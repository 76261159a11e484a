"""A notation for many rules on few lines.

A role is its name on a line of its own and, indented, a rule a line: verbs, API groups, resources and, where the rule is
for some objects only, their names; lists have commas and no spaces, and a line that ends in a comma goes on. ``core``
is the group without a name; the group ``url`` makes the resources paths. READ, WRITE and RW stand for the usual verbs,
and EVENTS alone for the right to record events.
"""

from __future__ import annotations

from typing import Any

__all__ = ["parse_roles"]

Rule = dict[str, Any]

_READ = ("get", "list", "watch")
_WRITE = ("create", "delete", "deletecollection", "patch", "update")
_VERBS = {"READ": _READ, "WRITE": _WRITE, "RW": tuple(sorted(_READ + _WRITE))}
_EVENTS = "create,patch,update core,events.k8s.io events"


def parse_roles(text: str) -> dict[str, list[Rule]]:
    """The rules of each role, in the order of the text."""
    roles: dict[str, list[Rule]] = {}
    rules: list[Rule] = []
    for line in text.replace(",\n        ", ",").splitlines():
        if line.startswith(" "):
            rules.append(_rule(line.strip()))
        elif line:
            rules = roles[line] = []
    return roles


def _rule(line: str) -> Rule:
    verbs, groups, resources, *names = (_EVENTS if line == "EVENTS" else line).split(" ")
    rule: Rule = {"verbs": list(_VERBS.get(verbs) or verbs.split(","))}
    if groups == "url":
        return rule | {"nonResourceURLs": resources.split(",")}
    rule["apiGroups"] = ["" if group == "core" else group for group in groups.split(",")]
    rule["resources"] = resources.split(",")
    if names:
        rule["resourceNames"] = names[0].split(",")
    return rule
