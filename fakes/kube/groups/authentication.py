"""Reviews of tokens and of oneself, and requests for tokens. Nothing is stored.

Each function takes an object as it was sent (without ``kind`` and ``apiVersion``) and returns it answered; it raises a
StatusError for one that is not valid. Source: kubernetes, pkg/registry/authentication and
pkg/registry/core/serviceaccount/storage/token.go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fakes.apimachinery.clock import rfc3339
from fakes.apimachinery.field import FieldError
from fakes.apimachinery.golang import quote
from fakes.apimachinery.schema import GroupKind, GroupResource, GroupVersion
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.authenticator import AuthenticationError, TokenAuthenticator
from fakes.apiserver.authentication.bearer_token import INVALID_TOKEN
from fakes.apiserver.authentication.user import UserInfo, authenticated
from fakes.kube.tokens import Identity, Lookup, ServiceAccountTokenAuthenticator, ServiceAccountTokens

__all__ = [
    "TokenReviewer",
    "default_token_request",
    "self_subject_review",
    "token_request",
    "token_review",
]

Object = dict[str, Any]

_TOKEN_REQUEST = GroupKind("authentication.k8s.io", "TokenRequest")
_DEFAULT_SECONDS, _MIN_SECONDS, _MAX_SECONDS = 3600, 600, 1 << 32
_BOUND_KINDS = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}


def self_subject_review(*, user: UserInfo, now: datetime) -> Object:
    """Who am I?"""
    return {"metadata": {"creationTimestamp": rfc3339(now)}, "status": {"userInfo": user.to_api()}}


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenReviewer:
    """Tells whose any token is: those known by heart, which are for the server alone, and those of service accounts."""

    static: TokenAuthenticator
    accounts: ServiceAccountTokenAuthenticator
    audiences: tuple[str, ...]
    """Those of the server."""

    def identify(self, token: str, audiences: Sequence[str]) -> Identity:
        """Whose the token is.

        Raises:
            AuthenticationError: nobody's, or not for these audiences.
        """
        wanted = tuple(audiences) or self.audiences
        shared = tuple(audience for audience in self.audiences if audience in wanted)
        if shared and (user := self.static.authenticate_token(token)) is not None:
            return Identity(authenticated(user), shared)
        try:
            identity = self.accounts.identify(token, wanted)
        except AuthenticationError as error:
            raise AuthenticationError.aggregate([AuthenticationError(INVALID_TOKEN), error]) from error
        if identity is None:
            raise AuthenticationError(INVALID_TOKEN)
        return identity


def token_review(obj: Object, *, reviewer: TokenReviewer) -> Object:
    """Whose token is this? A bad one is an answer, not an error."""
    spec = obj.get("spec") or {}
    token = spec.get("token", "")
    if not token:
        raise StatusError.bad_request("token is required for TokenReview in authentication")
    status: Object
    try:
        identity = reviewer.identify(token, spec.get("audiences") or ())
    except AuthenticationError as error:
        status = {"user": {}, "error": str(error)}
    else:
        status = {
            "authenticated": True,
            "user": identity.user.to_api(),
            "audiences": list(identity.audiences),
        }
    return {"metadata": obj.get("metadata") or {}, "spec": spec, "status": status}


def default_token_request(obj: Object) -> None:
    """Fill in what the API version defaults: an hour."""
    spec = obj["spec"] = obj.get("spec") or {}
    if spec.get("expirationSeconds") is None:
        spec["expirationSeconds"] = _DEFAULT_SECONDS


def token_request(
    obj: Object, *, namespace: str, name: str, tokens: ServiceAccountTokens, lookup: Lookup, now: datetime
) -> Object:
    """A token for a service account."""
    metadata = dict(obj.get("metadata") or {})
    _check_names(metadata, namespace, name)
    account = lookup("ServiceAccount", namespace, name)
    if account is None:
        raise StatusError.not_found(GroupResource("", "serviceaccounts"), name)
    spec = obj["spec"]
    seconds = spec.get("expirationSeconds", _DEFAULT_SECONDS)
    if errors := _duration_errors(seconds):
        raise StatusError.invalid(_TOKEN_REQUEST, "", errors)
    audiences = spec.get("audiences") or list(tokens.audiences)
    reference = spec.get("boundObjectRef")
    bound = _bound(reference, namespace, name, lookup) if reference is not None else {}
    token, expiry = tokens.issue(
        account, audiences=audiences, lifetime=timedelta(seconds=seconds), bound=bound
    )
    answered = {
        "name": name,
        "namespace": namespace,
        "uid": account["metadata"].get("uid", ""),
        "creationTimestamp": rfc3339(now),
    }
    if "managedFields" in metadata:
        answered["managedFields"] = metadata["managedFields"]
    return {
        "metadata": answered,
        "spec": {"audiences": audiences, "expirationSeconds": seconds, "boundObjectRef": reference or None},
        "status": {"token": token, "expirationTimestamp": rfc3339(expiry)},
    }


def _check_names(metadata: Mapping[str, Any], namespace: str, name: str) -> None:
    for key, expected, what in (("name", name, "name"), ("namespace", namespace, "namespace")):
        sent = metadata.get(key, "")
        if sent and sent != expected:
            detail = f"must match the service account {what} if specified"
            raise StatusError.invalid(
                _TOKEN_REQUEST, name, [FieldError.invalid(f"metadata.{key}", sent, detail)]
            )


def _duration_errors(seconds: int) -> list[FieldError]:
    path = "spec.expirationSeconds"
    if seconds < _MIN_SECONDS:
        return [FieldError.invalid(path, seconds, "may not specify a duration less than 10 minutes")]
    if seconds > _MAX_SECONDS:
        return [FieldError.invalid(path, seconds, "may not specify a duration larger than 2^32 seconds")]
    return []


def _bound(
    reference: Mapping[str, Any], namespace: str, account: str, lookup: Lookup
) -> dict[str, Mapping[str, Any]]:
    """The object that a token is to be bound to, and the node of a pod."""
    kind, name = reference.get("kind", ""), reference.get("name", "")
    group_version = GroupVersion.parse(reference.get("apiVersion", ""))
    resource = _BOUND_KINDS.get(kind)
    if group_version.group or resource is None:
        raise StatusError.bad_request(f"cannot bind token to object of type {group_version.kind(kind)}")
    obj = lookup(kind, "" if kind == "Node" else namespace, name)
    if obj is None:
        raise StatusError.not_found(GroupResource("", resource), name)
    uid = reference.get("uid", "")
    if uid and uid != obj["metadata"].get("uid", ""):
        message = (
            f"the UID in the bound object reference ({uid}) does not match the UID in record. "
            "The object might have been deleted and then recreated"
        )
        raise StatusError.conflict(GroupResource("", kind), name, message)
    bound: dict[str, Mapping[str, Any]] = {kind.lower(): obj}
    if kind == "Pod":
        if obj["spec"].get("serviceAccountName", "") != account:
            raise StatusError.bad_request(
                f"cannot bind token for serviceaccount {quote(account)} to pod running with different "
                "serviceaccount name."
            )
        node = obj["spec"].get("nodeName", "")
        if node and (found := lookup("Node", "", node)) is not None:
            bound["node"] = found
    return bound
