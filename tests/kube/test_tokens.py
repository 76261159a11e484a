"""Tokens of service accounts: what they say, and when they are worth nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.apimachinery.clock import FakeClock
from fakes.apimachinery.names import Names
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authentication.authenticator import AuthenticationError
from fakes.apiserver.authentication.bearer_token import StaticTokens
from fakes.apiserver.authentication.user import UserInfo
from fakes.kube.groups.authentication import (
    TokenReviewer,
    default_token_request,
    self_subject_review,
    token_request,
    token_review,
)
from fakes.kube.token_signing import SigningKey, claims_of
from fakes.kube.tokens import DEFAULT_ISSUER, ServiceAccountTokenAuthenticator, ServiceAccountTokens

Object = dict[str, Any]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNT = {"metadata": {"name": "sa", "namespace": "n", "uid": "sa-1"}}
POD = {
    "metadata": {"name": "p", "namespace": "n", "uid": "p-1"},
    "spec": {"serviceAccountName": "sa", "nodeName": "w"},
}
OTHER_POD = {
    "metadata": {"name": "q", "namespace": "n", "uid": "q-1"},
    "spec": {"serviceAccountName": "default"},
}
NODE = {"metadata": {"name": "w", "uid": "w-1"}}
ROOT = UserInfo.of("root", groups=["system:masters"])


class World:
    """A cluster with a clock, some objects and tokens."""

    def __init__(self) -> None:
        self.clock = FakeClock(NOW)
        self.objects: dict[tuple[str, str, str], Mapping[str, Any]] = {
            ("ServiceAccount", "n", "sa"): ACCOUNT,
            ("Pod", "n", "p"): POD,
            ("Pod", "n", "q"): OTHER_POD,
            ("Node", "", "w"): NODE,
        }
        self.tokens = ServiceAccountTokens(Names(1), self.clock, key_bits=1024)
        self.accounts = ServiceAccountTokenAuthenticator(self.tokens, self.lookup)
        self.reviewer = TokenReviewer(
            static=StaticTokens({"root": ROOT}), accounts=self.accounts, audiences=(DEFAULT_ISSUER,)
        )

    def lookup(self, kind: str, namespace: str, name: str) -> Mapping[str, Any] | None:
        return self.objects.get((kind, namespace, name))

    def request(self, spec: Object, name: str = "sa", metadata: Object | None = None) -> Object:
        obj: Object = {"metadata": metadata or {}, "spec": spec}
        default_token_request(obj)
        return token_request(
            obj, namespace="n", name=name, tokens=self.tokens, lookup=self.lookup, now=self.clock.now()
        )

    def token(self, **spec: Any) -> str:
        return str(self.request(spec)["status"]["token"])


def test_user_of_a_token() -> None:
    world = World()
    token = world.token()
    claims = claims_of(token)
    assert claims == {
        "aud": [DEFAULT_ISSUER],
        "exp": int(NOW.timestamp()) + 3600,
        "iat": int(NOW.timestamp()),
        "iss": DEFAULT_ISSUER,
        "jti": claims["jti"],
        "kubernetes.io": {"namespace": "n", "serviceaccount": {"name": "sa", "uid": "sa-1"}},
        "nbf": int(NOW.timestamp()),
        "sub": "system:serviceaccount:n:sa",
    }
    user = UserInfo.of(
        "system:serviceaccount:n:sa",
        uid="sa-1",
        groups=["system:serviceaccounts", "system:serviceaccounts:n", "system:authenticated"],
        extra={"authentication.kubernetes.io/credential-id": [f"JTI={claims['jti']}"]},
    )
    assert world.accounts.authenticate_token(token) == user
    assert world.accounts.authenticate_token(token) == user


def test_bound_token_tells_pod_and_node() -> None:
    world = World()
    token = world.token(boundObjectRef={"kind": "Pod", "apiVersion": "v1", "name": "p", "uid": "p-1"})
    user = world.accounts.authenticate_token(token)
    assert user is not None
    extra = dict(user.extra)
    extra.pop("authentication.kubernetes.io/credential-id")
    assert extra == {
        "authentication.kubernetes.io/node-name": ("w",),
        "authentication.kubernetes.io/node-uid": ("w-1",),
        "authentication.kubernetes.io/pod-name": ("p",),
        "authentication.kubernetes.io/pod-uid": ("p-1",),
    }


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "a.e30.c", "a.W10.c"])
def test_other_tokens_are_somebody_elses(token: str) -> None:
    assert World().accounts.authenticate_token(token) is None


def test_signature_is_checked() -> None:
    token = World().token()
    stranger = World()
    with pytest.raises(AuthenticationError, match="cryptographic primitive"):
        stranger.accounts.authenticate_token(token)
    stranger.token()
    with pytest.raises(AuthenticationError, match="cryptographic primitive"):
        stranger.accounts.authenticate_token(token)
    with pytest.raises(AuthenticationError, match="cryptographic primitive"):
        stranger.accounts.authenticate_token(token.rpartition(".")[0] + ".???")


@pytest.mark.parametrize(
    ("key", "obj", "error"),
    [
        (("ServiceAccount", "n", "sa"), None, 'serviceaccounts "sa" not found'),
        (
            ("ServiceAccount", "n", "sa"),
            {"metadata": {"uid": "sa-2"}},
            "service account UID (sa-2) does not match claim (sa-1)",
        ),
        (("Pod", "n", "p"), None, "service account token has been invalidated"),
        (
            ("Pod", "n", "p"),
            {"metadata": {"uid": "p-2"}},
            "pod UID (p-2) does not match service account pod ref claim (p-1)",
        ),
    ],
)
def test_token_dies_with_what_it_is_bound_to(
    key: tuple[str, str, str], obj: Object | None, error: str
) -> None:
    world = World()
    token = world.token(boundObjectRef={"kind": "Pod", "apiVersion": "v1", "name": "p"})
    assert world.accounts.authenticate_token(token) is not None
    world.objects.pop(key)
    if obj is not None:
        world.objects[key] = obj
    with pytest.raises(AuthenticationError) as caught:
        world.accounts.authenticate_token(token)
    assert str(caught.value) == error


def test_token_lives_a_minute_longer_than_it_says() -> None:
    world = World()
    token = world.token(expirationSeconds=600)
    world.clock.step(timedelta(seconds=660))
    assert world.accounts.authenticate_token(token) is not None
    world.clock.step(timedelta(seconds=1))
    with pytest.raises(AuthenticationError, match="service account token has expired"):
        world.accounts.authenticate_token(token)


def test_keys_are_published() -> None:
    world = World()
    [key] = world.tokens.key_set()["keys"]
    assert (key["kty"], key["alg"], key["use"], key["e"]) == ("RSA", "RS256", "sig", "AQAB")
    assert world.tokens.discovery("https://h/openid/v1/jwks")["jwks_uri"] == "https://h/openid/v1/jwks"


def test_key_tells_its_own_signature() -> None:
    key = SigningKey.generate(1024)
    message, _, _ = key.sign({"a": 1}).rpartition(".")
    assert not key.signed(message.encode(), b"no")


# Requests


def test_answer_to_a_request() -> None:
    answer = World().request({}, metadata={"managedFields": [{"manager": "m"}]})
    assert answer["metadata"] == {
        "name": "sa",
        "namespace": "n",
        "uid": "sa-1",
        "creationTimestamp": "2026-03-01T12:00:00Z",
        "managedFields": [{"manager": "m"}],
    }
    assert answer["spec"] == {
        "audiences": [DEFAULT_ISSUER],
        "expirationSeconds": 3600,
        "boundObjectRef": None,
    }
    assert answer["status"]["expirationTimestamp"] == "2026-03-01T13:00:00Z"


@pytest.mark.parametrize(
    ("spec", "name", "metadata", "code", "message"),
    [
        ({}, "none", {}, 404, 'serviceaccounts "none" not found'),
        (
            {"expirationSeconds": 10}, "sa", {}, 422,
            ('TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 10: may not specify a '
            "duration less than 10 minutes"),
        ),
        (
            {"expirationSeconds": 2**32 + 1}, "sa", {}, 422,
            ('TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not '
            "specify a duration larger than 2^32 seconds"),
        ),
        (
            {}, "sa", {"name": "x"}, 422,
            ('TokenRequest.authentication.k8s.io "sa" is invalid: metadata.name: Invalid value: "x": must match the service '
            "account name if specified"),
        ),
        (
            {"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "none"}}, "sa", {}, 404,
            'pods "none" not found',
        ),
        (
            {"boundObjectRef": {"kind": "Foo", "apiVersion": "v1", "name": "x"}}, "sa", {}, 400,
            "cannot bind token to object of type /v1, Kind=Foo",
        ),
        (
            {"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "q"}}, "sa", {}, 400,
            'cannot bind token for serviceaccount "sa" to pod running with different serviceaccount name.',
        ),
        (
            {"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "p", "uid": "z"}}, "sa", {}, 409,
            ('Operation cannot be fulfilled on Pod "p": the UID in the bound object reference (z) does not match the UID in '
            "record. The object might have been deleted and then recreated"),
        ),
    ],
)  # fmt: skip
def test_refused_requests(spec: Object, name: str, metadata: Object, code: int, message: str) -> None:
    with pytest.raises(StatusError) as caught:
        World().request(spec, name, metadata)
    assert (caught.value.code, caught.value.message) == (code, message)


# Reviews


def review(world: World, **spec: Any) -> Object:
    answer = token_review({"metadata": {}, "spec": spec}, reviewer=world.reviewer)
    assert answer["spec"] == spec
    return dict(answer["status"])


def test_review_of_a_good_token() -> None:
    world = World()
    status = review(world, token=world.token())
    assert status["authenticated"] is True
    assert status["user"]["username"] == "system:serviceaccount:n:sa"
    assert status["audiences"] == [DEFAULT_ISSUER]


def test_review_of_a_token_known_by_heart() -> None:
    user = {"username": "root", "groups": ["system:masters", "system:authenticated"]}
    assert review(World(), token="root") == {
        "authenticated": True,
        "user": user,
        "audiences": [DEFAULT_ISSUER],
    }
    assert review(World(), token="root", audiences=["vault"]) == {"user": {}, "error": "invalid bearer token"}


def test_review_of_a_token_for_others() -> None:
    world = World()
    vault = world.token(audiences=["vault"])
    assert review(world, token=vault, audiences=["x", "vault"])["audiences"] == ["vault"]
    assert review(world, token=vault) == {
        "user": {},
        "error": '[invalid bearer token, token audiences ["vault"] is invalid for the target audiences '
        f'["{DEFAULT_ISSUER}"]]',
    }


def test_review_of_nonsense() -> None:
    assert review(World(), token="nonsense") == {"user": {}, "error": "invalid bearer token"}
    with pytest.raises(StatusError, match="token is required for TokenReview in authentication"):
        review(World())


def test_who_am_i() -> None:
    user = UserInfo.of("u", uid="1", groups=["g"], extra={"k": ["v"]})
    assert self_subject_review(user=user, now=NOW) == {
        "metadata": {"creationTimestamp": "2026-03-01T12:00:00Z"},
        "status": {"userInfo": {"username": "u", "uid": "1", "groups": ["g"], "extra": {"k": ["v"]}}},
    }
