"""Who a request is from, and the names that every API server knows.

Source of the names: k8s.io/apiserver, pkg/authentication/user and pkg/authentication/serviceaccount.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from fakes.apimachinery.validation import dns1123_label, dns1123_subdomain

__all__ = [
    "ANONYMOUS",
    "AUTHENTICATED",
    "CREDENTIAL_ID",
    "MASTERS",
    "SERVICE_ACCOUNTS",
    "UNAUTHENTICATED",
    "UserInfo",
    "authenticated",
    "service_account_groups",
    "service_account_username",
    "split_service_account",
]

ANONYMOUS = "system:anonymous"
MASTERS = "system:masters"
AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
SERVICE_ACCOUNTS = "system:serviceaccounts"
CREDENTIAL_ID = "authentication.kubernetes.io/credential-id"
_SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserInfo:
    """A user as authorizers, admission and audit see it. ``extra`` is sorted by key, so that equal users are equal."""

    name: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        *,
        uid: str = "",
        groups: Iterable[str] = (),
        extra: Mapping[str, Iterable[str]] | None = None,
    ) -> Self:
        """A user from the shapes in which APIs carry them."""
        pairs = tuple((key, tuple(extra[key])) for key in sorted(extra)) if extra else ()
        return cls(name=name, uid=uid, groups=tuple(groups), extra=pairs)

    def to_api(self) -> dict[str, Any]:
        """The ``UserInfo`` of authentication.k8s.io/v1: what is empty is left out."""
        info: dict[str, Any] = {}
        if self.name:
            info["username"] = self.name
        if self.uid:
            info["uid"] = self.uid
        if self.groups:
            info["groups"] = list(self.groups)
        if self.extra:
            info["extra"] = {key: list(values) for key, values in self.extra}
        return info


def authenticated(user: UserInfo) -> UserInfo:
    """The user in ``system:authenticated``, unless a group already says whether somebody vouched for it."""
    if AUTHENTICATED in user.groups or UNAUTHENTICATED in user.groups or user.name == ANONYMOUS:
        return user
    return replace(user, groups=(*user.groups, AUTHENTICATED))


def service_account_username(namespace: str, name: str) -> str:
    """The user name of a service account."""
    return f"{_SERVICE_ACCOUNT_PREFIX}{namespace}:{name}"


def service_account_groups(namespace: str) -> tuple[str, str]:
    """The groups of every service account of a namespace."""
    return SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:{namespace}"


def split_service_account(username: str) -> tuple[str, str] | None:
    """Namespace and name, if the user is a service account."""
    if not username.startswith(_SERVICE_ACCOUNT_PREFIX):
        return None
    namespace, separator, name = username[len(_SERVICE_ACCOUNT_PREFIX) :].partition(":")
    if not separator or dns1123_label(namespace) or dns1123_subdomain(name):
        return None
    return namespace, name
