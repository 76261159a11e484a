"""Policies: what an administrator forbids for some targets.

A policy is read from a MirrordPolicy (for the targets of its namespace) or a MirrordClusterPolicy (for all). What it says
of files, environment variables and outgoing traffic is kept and not enforced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from fakes.apimachinery.status import StatusError
from fakes.mirrord.model.filters import CompositeFilter, HttpFilter, header_patterns
from fakes.mirrord.model.refusals import BlockedError
from fakes.mirrord.model.regexes import InvalidPatternError, compile_search
from fakes.mirrord.model.session import Subscription
from fakes.mirrord.model.targets import Target

__all__ = ["Policies", "Policy", "applicable", "glob_matches"]

SCALE_DOWN = "copy-target-scale-down"
Blocked = Literal["steal", "steal-without-filter", "mirror", "copy-target-scale-down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy. ``namespace`` of None makes it cluster-wide; ``profiles`` of None allows every profile."""

    name: str
    namespace: str | None = None
    target_path: str | None = None
    selector: Mapping[str, Any] | None = None
    block: frozenset[str] = frozenset()
    header_filter: str | None = None
    require_profile: bool = False
    profiles: frozenset[str] | None = None
    applies_to_copy_targets: bool = False

    @classmethod
    def from_object(cls, policy: Mapping[str, Any]) -> Policy:
        """Read a MirrordPolicy or a MirrordClusterPolicy; the latter has no namespace."""
        metadata, spec = policy.get("metadata") or {}, policy.get("spec") or {}
        incoming = (spec.get("network") or {}).get("incoming") or {}
        profiles = spec.get("profileAllowlist")
        return cls(
            name=metadata.get("name", ""),
            namespace=metadata.get("namespace"),
            target_path=spec.get("targetPath"),
            selector=spec.get("selector"),
            block=frozenset(spec.get("block") or ()),
            header_filter=(incoming.get("httpFilter") or {}).get("headerFilter"),
            require_profile=bool(spec.get("requireProfile")),
            profiles=None if profiles is None else frozenset(profiles),
            applies_to_copy_targets=bool(spec.get("appliesToCopyTargets")),
        )

    def applies(
        self, target: Target, namespace: str, labels: Mapping[str, str], *, copied: bool = False
    ) -> bool:
        """Whether the policy is for a target; ``labels`` are the workload's, or the pod's if the target is a pod."""
        if copied and not self.applies_to_copy_targets:
            return False
        if self.namespace is not None and self.namespace != namespace:
            return False
        if self.target_path is not None and not glob_matches(self.target_path, target.policy_path):
            return False
        return self.selector is None or _selects(self.selector, labels)

    def for_copies(self) -> Policy:
        """What holds when a target is copied: that its original may not be scaled down, whatever else is left to targets."""
        if self.applies_to_copy_targets or SCALE_DOWN not in self.block:
            return self
        return Policy(
            name=self.name, namespace=self.namespace, target_path=self.target_path, selector=self.selector,
            block=frozenset({SCALE_DOWN}), applies_to_copy_targets=True,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that apply to one target.

    ``any_of`` says how many header filters of an ``any_of`` filter must be as a policy demands: one of them, as the
    documentation says, or all, as the description of the field does.
    """

    policies: tuple[Policy, ...] = ()
    any_of: Literal["one", "all"] = "one"

    def check_profile(self, profile: str | None) -> None:
        """Refuse a session whose profile is missing or not allowed.

        Raises:
            StatusError: Forbidden.
        """
        for policy in self.policies:
            if profile is None and policy.require_profile:
                raise _forbidden(policy, "a mirrord profile is required for this target")
            if profile is not None and policy.profiles is not None and profile not in policy.profiles:
                raise _forbidden(policy, f"mirrord profile `{profile}` is not allowed for this target")

    def check_scale_down(self) -> None:
        """Refuse a copy target that scales down its original.

        Raises:
            StatusError: Forbidden.
        """
        for policy in self.policies:
            if SCALE_DOWN in policy.block:
                raise StatusError.of(403, "Forbidden", f"Operation was blocked by policy `{policy.name}`")

    def check_subscription(self, subscription: Subscription) -> None:
        """Refuse a subscription that a policy blocks.

        Raises:
            BlockedError: with the words that the client prints.
        """
        for policy in self.policies:
            reason = self._blocks(policy, subscription)
            if reason is not None:
                raise BlockedError.by_policy(subscription, policy.name, reason)

    def _blocks(self, policy: Policy, subscription: Subscription) -> str | None:
        """Why a policy blocks a subscription: empty for the general reason, None if it does not."""
        if subscription.mode == "mirror":
            return "" if "mirror" in policy.block else None
        unfiltered_blocked = "steal-without-filter" in policy.block or policy.header_filter is not None
        if "steal" in policy.block or (unfiltered_blocked and subscription.filter is None):
            return ""
        if policy.header_filter is None or subscription.filter is None:
            return None
        if self._satisfies(subscription.filter, policy.header_filter):
            return None
        return f"the HTTP header filter must match the regex `{policy.header_filter}`"

    def _satisfies(self, filter_: HttpFilter, demanded: str) -> bool:
        try:
            search = compile_search(demanded)
        except InvalidPatternError:
            return False
        fitting = [search(pattern) for pattern in header_patterns(filter_)]
        strict = self.any_of == "all" and isinstance(filter_, CompositeFilter) and not filter_.all_of
        return bool(fitting) and (all(fitting) if strict else any(fitting))


def applicable(
    policies: Iterable[Policy],
    target: Target,
    namespace: str,
    labels: Mapping[str, str],
    *,
    copied: bool = False,
    any_of: Literal["one", "all"] = "one",
) -> Policies:
    """The policies that are for a target as its user named it; ``any_of`` is ``Settings.policy_any_of``."""
    considered = [p.for_copies() for p in policies] if copied else policies
    chosen = tuple(p for p in considered if p.applies(target, namespace, labels, copied=copied))
    return Policies(chosen, any_of)


def glob_matches(pattern: str, text: str) -> bool:
    """Whether a text is wholly as a pattern says, in which ``?`` is one character and ``*`` any number of them."""
    return _glob(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    wild = {"?": ".", "*": ".*"}
    return re.compile("".join(wild.get(character, re.escape(character)) for character in pattern), re.DOTALL)


def _selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_meets(requirement, labels) for requirement in selector.get("matchExpressions") or ())


def _meets(requirement: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = requirement["key"], requirement.get("values") or ()
    match requirement["operator"]:
        case "In":
            return key in labels and labels[key] in values
        case "NotIn":
            return key not in labels or labels[key] not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:
            return False


def _forbidden(policy: Policy, what: str) -> StatusError:
    return StatusError.of(403, "Forbidden", f'{what} by the mirrord policy "{policy.name}"')
