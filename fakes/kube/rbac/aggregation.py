"""ClusterRoles whose rules are those of other ClusterRoles.

Source: kubernetes, pkg/controller/clusterroleaggregation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fakes.apimachinery.selectors import LabelSelector, SelectorError

__all__ = ["aggregate"]

Rule = dict[str, Any]
Object = Mapping[str, Any]


def aggregate(cluster_roles: Iterable[Object]) -> dict[str, list[Rule]]:
    """The rules of each ClusterRole that has an aggregation rule, by name.

    They are those of the selected roles in the order of their names, each rule once. Roles that are themselves
    aggregated count with their new rules; a role whose selectors cannot be read keeps its own.
    """
    by_name = {role["metadata"]["name"]: role for role in cluster_roles}
    rules: dict[str, list[Rule]] = {name: by_name[name].get("rules") or [] for name in sorted(by_name)}
    sources = {name: _sources(by_name, name) for name in by_name if by_name[name].get("aggregationRule")}
    sources = {name: found for name, found in sources.items() if found is not None}
    for _ in range(len(sources) + 1):
        settled = True
        for name, found in sources.items():
            collected = _collect(rules[source] for source in found or ())
            settled = settled and collected == rules[name]
            rules[name] = collected
        if settled:
            break
    return {name: rules[name] for name in sources}


def _sources(by_name: Mapping[str, Object], name: str) -> list[str] | None:
    """The roles that a role is made of, selector by selector; None if a selector cannot be read."""
    found = []
    for selector in by_name[name]["aggregationRule"].get("clusterRoleSelectors") or ():
        try:
            parsed = LabelSelector.from_dict(selector)
        except SelectorError:
            return None
        found += [
            other
            for other in sorted(by_name)
            if other != name and parsed.matches(by_name[other]["metadata"].get("labels") or {})
        ]
    return found


def _collect(rule_lists: Iterable[list[Rule]]) -> list[Rule]:
    collected: list[Rule] = []
    for rules in rule_lists:
        collected += [rule for rule in rules if rule not in collected]
    return collected
