"""Bearer tokens of service accounts: signed claims about an account, and the object a token may be bound to.

The key pair is made when the first token is issued: it costs a tenth of a second, and most clusters never need it.
Does not extend the life of tokens of pods, and takes no tokens signed by somebody else.
Source: kubernetes, pkg/serviceaccount (claims.go, jwt.go).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from fakes.apimachinery.clock import Clock
from fakes.apimachinery.golang import quote, quote_slice
from fakes.apimachinery.names import Names
from fakes.apiserver.authentication.authenticator import AuthenticationError
from fakes.apiserver.authentication.user import (
    AUTHENTICATED,
    CREDENTIAL_ID,
    UserInfo,
    service_account_groups,
    service_account_username,
)
from fakes.kube.token_signing import SigningKey, claims_of, verified_claims

__all__ = ["DEFAULT_ISSUER", "Identity", "Lookup", "ServiceAccountTokenAuthenticator", "ServiceAccountTokens"]

Object = Mapping[str, Any]
Lookup = Callable[[str, str, str], Object | None]
"""Finds an object by kind (ServiceAccount, Pod, Secret, Node), namespace and name."""

DEFAULT_ISSUER = "https://kubernetes.default.svc"
_LEEWAY = 60
_REMEMBERED = 4096
_PRIVATE = "kubernetes.io"


class Identity(NamedTuple):
    """Whose token it is, and for which of the audiences asked for it is good."""

    user: UserInfo
    audiences: tuple[str, ...]


class _Known(NamedTuple):
    """A token with a good signature."""

    claims: dict[str, Any]
    user: UserInfo


class ServiceAccountTokens:
    """Issues tokens and tells whose they are."""

    def __init__(
        self,
        names: Names,
        clock: Clock,
        issuer: str = DEFAULT_ISSUER,
        audiences: Sequence[str] = (),
        key_bits: int = 2048,
    ) -> None:
        self.issuer = issuer
        self.audiences = tuple(audiences) or (issuer,)
        self._names = names
        self._clock = clock
        self._key_bits = key_bits
        self._signing_key: SigningKey | None = None
        self._known: dict[str, _Known] = {}

    def issue(
        self,
        account: Object,
        *,
        audiences: Sequence[str] = (),
        lifetime: timedelta = timedelta(hours=1),
        bound: Mapping[str, Object] | None = None,
    ) -> tuple[str, datetime]:
        """A token of a ServiceAccount, and when it expires.

        ``bound`` are the objects without which the token is worth nothing, by ``pod``, ``secret`` or ``node``.
        """
        now = self._clock.now()
        expiry = now + lifetime
        metadata = account["metadata"]
        namespace, name = metadata["namespace"], metadata["name"]
        private = {"namespace": namespace, "serviceaccount": _reference(account)}
        private |= {kind: _reference(obj) for kind, obj in (bound or {}).items()}
        claims = {
            "aud": list(audiences or self.audiences),
            "exp": int(expiry.timestamp()),
            "iat": int(now.timestamp()),
            "iss": self.issuer,
            "jti": self._names.uid(),
            _PRIVATE: private,
            "nbf": int(now.timestamp()),
            "sub": service_account_username(namespace, name),
        }
        return self._key().sign(claims), expiry

    def authenticate(self, token: str, lookup: Lookup, audiences: Sequence[str] = ()) -> Identity | None:
        """Whose token it is; None if it is not a token of this issuer.

        Raises:
            AuthenticationError: it is, but its signature, time, audience, account or bound object is not good.
        """
        known = self._known.get(token)
        if known is None:
            if claims_of(token).get("iss") != self.issuer:
                return None
            known = self._remember(token)
        claims = known.claims
        wanted = audiences or self.audiences
        good_for = tuple(audience for audience in claims["aud"] if audience in wanted)
        if not good_for:
            own, asked = quote_slice(claims["aud"]), quote_slice(wanted)
            raise AuthenticationError(f"token audiences {own} is invalid for the target audiences {asked}")
        self._check_time(claims)
        _check_objects(claims[_PRIVATE], lookup)
        return Identity(known.user, good_for)

    def key_set(self) -> dict[str, Any]:
        """The document at ``/openid/v1/jwks``."""
        return {"keys": [self._key().public_jwk()]}

    def discovery(self, key_set_uri: str) -> dict[str, Any]:
        """The document at ``/.well-known/openid-configuration``; the key set's address is the server's to tell."""
        return {
            "issuer": self.issuer,
            "jwks_uri": key_set_uri,
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _key(self) -> SigningKey:
        if self._signing_key is None:
            self._signing_key = SigningKey.generate(self._key_bits)
        return self._signing_key

    def _remember(self, token: str) -> _Known:
        claims = verified_claims(token, self._signing_key)
        if claims is None:
            raise AuthenticationError("go-jose/go-jose: error in cryptographic primitive")
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        known = self._known[token] = _Known(claims, _user(claims))
        return known

    def _check_time(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now().timestamp()
        if now + _LEEWAY < claims["nbf"]:
            raise AuthenticationError("service account token is not valid yet")
        if now - _LEEWAY > claims["exp"]:
            raise AuthenticationError("service account token has expired")


class ServiceAccountTokenAuthenticator:
    """Takes tokens of accounts that a cluster has, for the server's own audiences."""

    def __init__(self, tokens: ServiceAccountTokens, lookup: Lookup) -> None:
        self._tokens = tokens
        self._lookup = lookup

    def authenticate_token(self, token: str) -> UserInfo | None:
        identity = self.identify(token)
        return None if identity is None else identity.user

    def identify(self, token: str, audiences: Sequence[str] = ()) -> Identity | None:
        """The same for other audiences; raises AuthenticationError too."""
        return self._tokens.authenticate(token, self._lookup, audiences)


def _reference(obj: Object) -> dict[str, str]:
    metadata = obj["metadata"]
    return {"name": metadata["name"], "uid": metadata.get("uid", "")}


def _check_objects(private: Mapping[str, Any], lookup: Lookup) -> None:
    namespace, reference = private["namespace"], private["serviceaccount"]
    account = lookup("ServiceAccount", namespace, reference["name"])
    if account is None:
        raise AuthenticationError(f"serviceaccounts {quote(reference['name'])} not found")
    uid = account["metadata"].get("uid", "")
    if uid != reference["uid"]:
        raise AuthenticationError(f"service account UID ({uid}) does not match claim ({reference['uid']})")
    for kind in ("Secret", "Pod", "Node"):
        if (bound := private.get(kind.lower())) is None or (kind == "Node" and "pod" in private):
            continue
        obj = lookup(kind, "" if kind == "Node" else namespace, bound["name"])
        if obj is None:
            raise AuthenticationError("service account token has been invalidated")
        uid = obj["metadata"].get("uid", "")
        if uid != bound["uid"]:
            owner = f"service account {kind.lower()} ref claim"
            raise AuthenticationError(f"{kind.lower()} UID ({uid}) does not match {owner} ({bound['uid']})")


def _user(claims: Mapping[str, Any]) -> UserInfo:
    private = claims[_PRIVATE]
    namespace = private["namespace"]
    extra = {CREDENTIAL_ID: [f"JTI={claims['jti']}"]}
    for kind in ("node", "pod"):
        for part in ("name", "uid"):
            if value := private.get(kind, {}).get(part):
                extra[f"authentication.kubernetes.io/{kind}-{part}"] = [value]
    account = private["serviceaccount"]
    return UserInfo.of(
        service_account_username(namespace, account["name"]),
        uid=account["uid"],
        groups=(*service_account_groups(namespace), AUTHENTICATED),
        extra=extra,
    )
