"""The ways to be allowed to act as somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fakes.apimachinery.golang import quote
from fakes.apimachinery.validation import dns1123_subdomain
from fakes.apiserver.authentication.user import (
    MASTERS,
    UserInfo,
    service_account_groups,
    split_service_account,
)
from fakes.apiserver.authorization.authorizer import Attributes, Authorizer
from fakes.apiserver.authorization.denial import forbidden

__all__ = ["MODES", "Mode"]

_AUTHENTICATION = "authentication.k8s.io"
_NODE_PREFIX = "system:node:"
_NODES = "system:nodes"
_NODE_NAME = "authentication.kubernetes.io/node-name"
_ASSOCIATED_KEYS = "authentication.kubernetes.io/associated-node-keys"
_MANY = 4
"""From this many groups or extra values on, the right to all of them is asked for first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way. ``name`` is empty for the verb ``impersonate``; ``applies`` takes the wanted user and the requestor."""

    name: str
    applies: Callable[[UserInfo, UserInfo], bool]

    async def check(self, authorizer: Authorizer, wanted: UserInfo, attributes: Attributes) -> UserInfo:
        """The user to act as.

        Raises:
            StatusError: 403 with the first right that is missing.
        """
        requestor = attributes.user
        if self.name == "associated-node":
            # Rights must hold for every node that the account runs on.
            keys = tuple(sorted(key for key, _ in requestor.extra))
            requestor = replace(requestor, extra=((_ASSOCIATED_KEYS, keys),))
        if self.name:
            verb = f"impersonate-on:{self.name}:{attributes.verb}"
            await _require(authorizer, attributes._replace(user=requestor, verb=verb))
        identity = _Identity(authorizer, requestor, self.name)
        user = await identity.check_name(wanted)
        await identity.check_uid(wanted.uid)
        await identity.check_groups(wanted.groups)
        await identity.check_extra(wanted.extra)
        return replace(user, extra=tuple(sorted(user.extra)))


class _Identity:
    """The rights to be a user, piece by piece."""

    def __init__(self, authorizer: Authorizer, requestor: UserInfo, mode: str) -> None:
        self._authorizer = authorizer
        self._requestor = requestor
        self._mode = mode
        self._verb = f"impersonate:{mode}" if mode else "impersonate"
        self._group = _AUTHENTICATION if mode else ""

    async def check_name(self, wanted: UserInfo) -> UserInfo:
        asked, user = self._ask("users", self._group, wanted.name), wanted
        if self._mode and (node := _node_name(wanted.name)) is not None:
            shown = "*" if self._mode == "associated-node" else node
            asked = asked._replace(resource="nodes", name=shown)
            user = replace(wanted, groups=(_NODES,))
        elif account := split_service_account(wanted.name):
            namespace, name = account
            asked = asked._replace(resource="serviceaccounts", namespace=namespace, name=name)
            if not wanted.groups:
                user = replace(wanted, groups=service_account_groups(namespace))
        await _require(self._authorizer, asked)
        return user

    async def check_uid(self, uid: str) -> None:
        if uid:
            await _require(self._authorizer, self._ask("uids", _AUTHENTICATION, uid))

    async def check_groups(self, groups: tuple[str, ...]) -> None:
        asked = self._ask("groups", self._group, "")
        if self._mode and "" in groups:
            raise forbidden(asked, "impersonating the empty string group is not allowed")
        if self._mode and MASTERS in groups:
            reason = "impersonating the system:masters group is not allowed"
            raise forbidden(asked._replace(name=MASTERS), reason)
        if self._mode and len(groups) >= _MANY and await self._may(asked._replace(name="*")):
            return
        for group in groups:
            await _require(self._authorizer, asked._replace(name=group))

    async def check_extra(self, extra: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
        asked = self._ask("userextras", _AUTHENTICATION, "")
        if self._mode:
            if reason := next((reason for key, values in extra if (reason := _unfit(key, values))), ""):
                raise forbidden(asked, reason)
            many = len(extra) >= _MANY or sum(len(values) for _, values in extra) >= _MANY
            if many and await self._may(asked._replace(subresource="*", name="*")):
                return
        for key, values in extra:
            for value in values:
                await _require(self._authorizer, asked._replace(subresource=key, name=value))

    def _ask(self, resource: str, group: str, name: str) -> Attributes:
        return Attributes(self._requestor, self._verb, True, "", group, "v1", resource, name=name)

    async def _may(self, attributes: Attributes) -> bool:
        return (await self._authorizer.authorize(attributes)).allowed


async def _require(authorizer: Authorizer, attributes: Attributes) -> None:
    answer = await authorizer.authorize(attributes)
    if not answer.allowed:
        raise forbidden(attributes, ": ".join(text for text in (answer.error, answer.reason) if text))


def _unfit(key: str, values: tuple[str, ...]) -> str:
    """Why an extra key or its values cannot be asked for, but by the old verb."""
    if not key:
        return "impersonating the empty string key in extra is not allowed"
    host, _, path = key.partition("/")
    if not host or not path:
        detail = f'{quote(key)}: must be a domain-prefixed path (such as "acme.io/foo")'
        return f"impersonating an invalid key in extra is not allowed: extra.key: Invalid value: {detail}"
    if problems := dns1123_subdomain(host):
        detail = f"{quote(host)}: {problems[0]}"
        return f"impersonating an invalid key in extra is not allowed: extra.key: Invalid value: {detail}"
    if "" in values:
        return "impersonating the empty string value in extra is not allowed"
    return ""


def _node_name(username: str) -> str | None:
    if not username.startswith(_NODE_PREFIX):
        return None
    name = username[len(_NODE_PREFIX) :]
    return None if dns1123_subdomain(name) else name


def _only_name(wanted: UserInfo) -> bool:
    return not (wanted.uid or wanted.groups or wanted.extra)


def _is_own_node(wanted: UserInfo, requestor: UserInfo) -> bool:
    node = _node_name(wanted.name)
    if node is None or not _only_name(wanted) or split_service_account(requestor.name) is None:
        return False
    return dict(requestor.extra).get(_NODE_NAME) == (node,)


def _is_node(wanted: UserInfo, requestor: UserInfo) -> bool:  # noqa: ARG001 - any requestor
    return _only_name(wanted) and _node_name(wanted.name) is not None


def _is_account(wanted: UserInfo, requestor: UserInfo) -> bool:  # noqa: ARG001
    return _only_name(wanted) and split_service_account(wanted.name) is not None


def _is_other(wanted: UserInfo, requestor: UserInfo) -> bool:  # noqa: ARG001
    return _node_name(wanted.name) is None and split_service_account(wanted.name) is None


def _is_anybody(wanted: UserInfo, requestor: UserInfo) -> bool:  # noqa: ARG001
    return True


MODES = (
    Mode(name="associated-node", applies=_is_own_node),
    Mode(name="arbitrary-node", applies=_is_node),
    Mode(name="serviceaccount", applies=_is_account),
    Mode(name="user-info", applies=_is_other),
    Mode(name="", applies=_is_anybody),
)
"""In the order in which they are tried."""
