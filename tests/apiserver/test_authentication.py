"""Who a request is from: each credential, and several at once."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.apimachinery.clock import FakeClock
from fakes.apimachinery.pki import CertificateAuthority, pem_to_der
from fakes.apiserver.authentication.anonymous import ANONYMOUS_USER, AnonymousAuthenticator
from fakes.apiserver.authentication.authenticator import AuthenticationError, AuthenticationRequest
from fakes.apiserver.authentication.bearer_token import BearerTokenAuthenticator, StaticTokens
from fakes.apiserver.authentication.request_header import RequestHeaderAuthenticator
from fakes.apiserver.authentication.union import UnionAuthenticator
from fakes.apiserver.authentication.user import (
    UserInfo,
    authenticated,
    service_account_username,
    split_service_account,
)
from fakes.apiserver.authentication.x509 import CertificateVerifier, X509Authenticator

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLIENTS = CertificateAuthority("clients", NOW, timedelta(days=1))
FRONT = CertificateAuthority("front", NOW, timedelta(days=1))
ALICE = pem_to_der(CLIENTS.issue_client("alice", ["dev", "qa"])[0])
PROXY = pem_to_der(FRONT.issue_client("front-proxy-client")[0])
OTHER_PROXY = pem_to_der(FRONT.issue_client("somebody")[0])
LONG = "system:serviceaccount:" + "n" * 63 + ":s"
LONG_NAMED = pem_to_der(CLIENTS.issue_client(LONG)[0])
NAMELESS = pem_to_der(CLIENTS.issue_client("", ["dev"])[0])
SERVER = pem_to_der(CLIENTS.issue_server(["localhost"])[0])
FINGERPRINT = hashlib.sha256(ALICE).hexdigest()
ALICE_USER = UserInfo.of(
    "alice",
    groups=["dev", "qa", "system:authenticated"],
    extra={"authentication.kubernetes.io/credential-id": [f"X509SHA256={FINGERPRINT}"]},
)
BOB = UserInfo.of("bob", uid="2", groups=["ops"])
BOB_USER = UserInfo.of("bob", uid="2", groups=["ops", "system:authenticated"])
REMOTE = [
    (b"x-remote-user", b"carol"),
    (b"x-remote-uid", b"7"),
    (b"x-remote-group", b"dev"),
    (b"x-remote-group", b"system:authenticated"),
    (b"x-remote-extra-acme.com%2fteam", b"red"),
    (b"x-remote-extra-acme.com%2fteam", b"blue"),
    (b"x-remote-extra-a", "ü".encode()),
]
CAROL_USER = UserInfo.of(
    "carol",
    uid="7",
    groups=["dev", "system:authenticated"],
    extra={"a": ["ü"], "acme.com/team": ["red", "blue"]},
)


def chain(clock: FakeClock) -> UnionAuthenticator:
    """The order of a kube-apiserver."""
    return UnionAuthenticator(
        RequestHeaderAuthenticator(CertificateVerifier([FRONT.certificate], clock), ["front-proxy-client"]),
        X509Authenticator(CertificateVerifier([CLIENTS.certificate], clock)),
        BearerTokenAuthenticator(StaticTokens({"good": BOB})),
        otherwise=AnonymousAuthenticator(),
    )


def bearer(value: str) -> list[tuple[bytes, bytes]]:
    return [(b"host", b"x"), (b"authorization", value.encode())]


@pytest.mark.parametrize(
    ("headers", "certificate", "user"),
    [
        ([], None, ANONYMOUS_USER),
        (bearer("Bearer good"), None, BOB_USER),
        (bearer("bearer good"), None, BOB_USER),
        (bearer("Bearer "), None, ANONYMOUS_USER),
        (bearer("Bearer  good"), None, ANONYMOUS_USER),
        (bearer("Basic YTpi"), None, ANONYMOUS_USER),
        (bearer("good"), None, ANONYMOUS_USER),
        ([], ALICE, ALICE_USER),
        (bearer("Bearer good"), ALICE, ALICE_USER),
        (bearer("Bearer bad"), ALICE, ALICE_USER),
        (bearer("Bearer good"), PROXY, BOB_USER),
        (bearer("Bearer good"), SERVER, BOB_USER),
        (REMOTE, None, ANONYMOUS_USER),
        (REMOTE, ALICE, ALICE_USER),
        (REMOTE, PROXY, CAROL_USER),
    ],
)
def test_accepted(headers: list[tuple[bytes, bytes]], certificate: bytes | None, user: UserInfo) -> None:
    assert chain(FakeClock(NOW)).authenticate(AuthenticationRequest(headers, certificate)) == user


@pytest.mark.parametrize(
    ("headers", "certificate"),
    [
        (bearer("Bearer bad"), None),
        ([], PROXY),
        (bearer("Bearer bad"), NAMELESS),
        (REMOTE, OTHER_PROXY),
        ([], SERVER),
        ([], NAMELESS),
        ([], b"not a certificate"),
        (bearer("Bearer bad"), SERVER),
    ],
)
def test_rejected(headers: list[tuple[bytes, bytes]], certificate: bytes | None) -> None:
    with pytest.raises(AuthenticationError):
        chain(FakeClock(NOW)).authenticate(AuthenticationRequest(headers, certificate))


def test_certificate_is_good_while_it_is_valid_only() -> None:
    clock = FakeClock(NOW)
    authenticator = X509Authenticator(CertificateVerifier([CLIENTS.certificate], clock))
    request = AuthenticationRequest([], ALICE)
    clock.step(timedelta(days=1))
    assert authenticator.authenticate(request) == ALICE_USER
    clock.step(timedelta(seconds=1))
    with pytest.raises(AuthenticationError, match="expired"):
        authenticator.authenticate(request)
    with pytest.raises(AuthenticationError, match="not yet valid"):
        X509Authenticator(
            CertificateVerifier([CLIENTS.certificate], FakeClock(NOW - timedelta(hours=1)))
        ).authenticate(request)


def test_user_name_in_a_certificate_may_be_long() -> None:
    user = chain(FakeClock(NOW)).authenticate(AuthenticationRequest([], LONG_NAMED))
    assert user is not None
    assert user.name == LONG


def test_every_complaint_is_told_once() -> None:
    request = AuthenticationRequest(bearer("Bearer bad"), b"junk")
    with pytest.raises(
        AuthenticationError, match=r"^\[x509: malformed certificate: .*, invalid bearer token\]$"
    ):
        chain(FakeClock(NOW)).authenticate(request)


@pytest.mark.parametrize(
    ("user", "groups"),
    [
        (UserInfo.of("a"), ("system:authenticated",)),
        (UserInfo.of("a", groups=["system:authenticated", "x"]), ("system:authenticated", "x")),
        (UserInfo.of("a", groups=["system:unauthenticated"]), ("system:unauthenticated",)),
        (UserInfo.of("system:anonymous"), ()),
    ],
)
def test_authenticated_group_is_added_unless_it_is_decided(user: UserInfo, groups: tuple[str, ...]) -> None:
    assert authenticated(user).groups == groups


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("system:serviceaccount:ns:sa.v1", ("ns", "sa.v1")),
        ("system:serviceaccount:ns", None),
        ("system:serviceaccount:ns:a:b", None),
        ("system:serviceaccount:n.s:a", None),
        ("system:serviceaccounts:ns", None),
        ("alice", None),
    ],
)
def test_service_account_names(name: str, account: tuple[str, str] | None) -> None:
    assert split_service_account(name) == account
    if account:
        assert service_account_username(*account) == name


@given(st.dictionaries(st.text(), st.lists(st.text())))
def test_users_with_the_same_extra_are_the_same_user(extra: dict[str, list[str]]) -> None:
    backwards = dict(reversed(extra.items()))
    assert hash(UserInfo.of("u", extra=extra)) == hash(UserInfo.of("u", extra=backwards))
    assert UserInfo.of("u", extra=extra).to_api().get("extra", {}) == extra
