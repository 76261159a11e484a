"""The front proxy: an API server that stands in front of this one and says who asks.

Its word counts only with a certificate of its own. Source: k8s.io/apiserver, pkg/authentication/request/headerrequest.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import unquote

from fakes.apiserver.authentication.authenticator import AuthenticationError, AuthenticationRequest
from fakes.apiserver.authentication.user import UserInfo
from fakes.apiserver.authentication.x509 import CertificateVerifier

__all__ = ["RequestHeaderAuthenticator", "RequestHeaders"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHeaders:
    """The names of the headers, lower-case, as in ConfigMap kube-system/extension-apiserver-authentication."""

    username: tuple[bytes, ...] = (b"x-remote-user",)
    uid: tuple[bytes, ...] = (b"x-remote-uid",)
    group: tuple[bytes, ...] = (b"x-remote-group",)
    extra_prefix: tuple[bytes, ...] = (b"x-remote-extra-",)


class RequestHeaderAuthenticator:
    """Believes X-Remote-* headers of a client whose certificate the front proxy's authority signed.

    ``allowed_names`` are the common names that may speak for others; none means any.
    """

    def __init__(
        self,
        verifier: CertificateVerifier,
        allowed_names: Collection[str] = (),
        headers: RequestHeaders = RequestHeaders(),
    ) -> None:
        self._verifier = verifier
        self._allowed_names = frozenset(allowed_names)
        self._headers = headers

    def authenticate(self, request: AuthenticationRequest) -> UserInfo | None:
        if request.peer_certificate is None:
            return None
        name = self._verifier.verify(request.peer_certificate).common_name
        if self._allowed_names and name not in self._allowed_names:
            raise AuthenticationError(f"x509: subject with cn={name} is not in the allowed list")
        username = _first(request, self._headers.username)
        if not username:
            return None
        groups = [group for header in self._headers.group for group in request.get(header) if group]
        return UserInfo.of(
            username, uid=_first(request, self._headers.uid), groups=groups, extra=self._extra(request)
        )

    def _extra(self, request: AuthenticationRequest) -> dict[str, list[str]]:
        extra: dict[str, list[str]] = {}
        for prefix in self._headers.extra_prefix:
            for header, value in request.headers:
                if header.startswith(prefix):
                    key = unquote(header[len(prefix) :].decode("latin-1").lower())
                    extra.setdefault(key, []).append(value.decode("utf-8", "replace"))
        return extra


def _first(request: AuthenticationRequest, names: tuple[bytes, ...]) -> str:
    for name in names:
        if value := request.first(name):
            return value
    return ""
