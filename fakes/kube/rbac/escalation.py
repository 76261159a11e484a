"""Nobody grants what they do not hold.

Source: kubernetes, pkg/registry/rbac (escalation_check.go and the policybased storages), pkg/registry/rbac/validation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from fakes.apimachinery.golang import quote_slice
from fakes.apiserver.authorization.rules import Grants

__all__ = ["Right", "compact", "covers", "missing_rights", "rights"]

Rule = Mapping[str, Any]


class Right(NamedTuple):
    """The smallest thing that a rule allows: one verb on one resource (of one name, or whatever its name) or path.

    A star in a rule is a star here: the right to everything is one right.
    """

    verb: str
    group: str = ""
    resource: str = ""
    name: str | None = None
    path: str | None = None


def rights(rule: Rule) -> Iterator[Right]:
    """What a rule allows, piece by piece."""
    verbs = rule.get("verbs") or ()
    names = rule.get("resourceNames") or (None,)
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for verb in verbs:
                for name in names:
                    yield Right(verb, group, resource, name)
    for path in rule.get("nonResourceURLs") or ():
        for verb in verbs:
            yield Right(verb, path=path)


def missing_rights(held: Iterable[Grants[Any]], rules: Iterable[Rule]) -> list[Right]:
    """The rights in the rules that none of the grants includes."""
    held = list(held)
    return [
        right
        for rule in rules
        for right in rights(rule)
        if not any(_includes(grants, right) for grants in held)
    ]


def covers(owner_rules: Iterable[Rule], rules: Iterable[Rule]) -> list[Right]:
    """The rights in the rules that the owner's rules do not include: none, if they cover them."""
    held = Grants[bool]()
    held.add_rules(owner_rules, True)
    return missing_rights([held], rules)


def _includes(grants: Grants[Any], right: Right) -> bool:
    if right.path is not None:
        return grants.for_path(right.verb, right.path) is not None
    subresource = right.resource.partition("/")[2]
    found = grants.for_resource(right.verb, right.group, right.resource, subresource, right.name)
    return found is not None


def compact(missing: Iterable[Right]) -> list[str]:
    """Rights as a message lists them: sorted, the verbs of one resource together unless names restrict them."""
    texts = []
    simple: dict[tuple[str, str], list[str]] = {}
    for right in missing:
        if right.path is not None:
            texts.append(_text(NonResourceURLs=[right.path], Verbs=[right.verb]))
        elif right.name is not None:
            texts.append(
                _text(
                    APIGroups=[right.group],
                    Resources=[right.resource],
                    ResourceNames=[right.name],
                    Verbs=[right.verb],
                )
            )
        else:
            simple.setdefault((right.group, right.resource), []).append(right.verb)
    for (group, resource), verbs in simple.items():
        texts.append(_text(APIGroups=[group], Resources=[resource], Verbs=verbs))
    return sorted(set(texts))


def _text(**parts: list[str]) -> str:
    return "{" + ", ".join(f"{name}:{quote_slice(values)}" for name, values in parts.items()) + "}"
