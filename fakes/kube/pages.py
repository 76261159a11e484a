"""Documents outside of groups: OpenAPI in both versions, and how tokens are verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fakes.apimachinery.schema import GroupVersion
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import JSON, Request, Response
from fakes.apiserver.endpoints.negotiation import JSON_TYPE, route_accepts
from fakes.apiserver.storage.interface import Storage, encode
from fakes.kube.builtin.openapi import CustomKind, openapi_v2, openapi_v3_document, openapi_v3_index
from fakes.kube.custom_resources.lifecycle import DEFINITIONS
from fakes.kube.custom_resources.serving import CustomResources
from fakes.kube.tokens import ServiceAccountTokens

__all__ = ["Pages", "custom_kinds"]

_V2_PROTOBUF: Final = b"application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
_KEY_SET: Final = "application/jwk-set+json"
_AN_HOUR: Final = (b"cache-control", b"public, max-age=3600")
_TEXT: Final = (b"content-type", b"text/plain; charset=utf-8")
_FOREVER: Final = [(b"cache-control", b"public, immutable"), (b"expires", b"Fri, 01 Jan 2100 00:00:00 GMT")]


@dataclass(frozen=True, slots=True)
class Pages:
    """Made once per server; ``custom`` gives the kinds of custom resources as they are now."""

    custom: Callable[[], Sequence[CustomKind]]
    tokens: ServiceAccountTokens

    def routes(self) -> Mapping[str, Callable[[Request], Response]]:
        """By exact path or, with a trailing slash, for everything below."""
        return {
            "/.well-known/openid-configuration": self._configuration,
            "/openid/v1/jwks": self._keys,
            "/openapi/v2": self._v2,
            "/openapi/v3": self._v3_index,
            "/openapi/v3/": self._v3,
        }

    def _configuration(self, request: Request) -> Response:
        _only_get(request)
        route_accepts(request.header(b"accept"), offered=(JSON_TYPE,))
        host = request.header(b"host") or "kubernetes.default.svc"
        document = self.tokens.discovery(f"https://{host}/openid/v1/jwks")
        return Response(200, encode(document), [JSON, _AN_HOUR])

    def _keys(self, request: Request) -> Response:
        _only_get(request)
        route_accepts(request.header(b"accept"), offered=(_KEY_SET,))
        return Response(200, encode(self.tokens.key_set()), [(b"content-type", _KEY_SET.encode()), _AN_HOUR])

    def _v2(self, request: Request) -> Response:
        """JSON; or, for kubectl, which reads only protobuf, a document in which nothing is defined."""
        _only_get(request)
        if "protobuf" in request.header(b"accept"):
            return Response(200, b"", [(b"content-type", _V2_PROTOBUF)])
        document = openapi_v2(self.custom())
        return _cached(request, document.body, document.hash)

    def _v3_index(self, request: Request) -> Response:
        _only_get(request)
        return Response(200, openapi_v3_index(self.custom()), [_TEXT])

    def _v3(self, request: Request) -> Response:
        _only_get(request)
        path = request.path.removeprefix("/openapi/v3/").strip("/")
        prefix, _, rest = path.partition("/")
        group, _, version = rest.rpartition("/")
        known = prefix in ("api", "apis") and (prefix == "apis") == bool(group)
        document = openapi_v3_document(GroupVersion(group, version), self.custom()) if known else None
        if document is None:
            return Response(404, b"", [])
        asked = request.query.get("hash") if request.raw_query else ""
        if asked and asked != document.hash:
            location = f"/openapi/v3/{path}?hash={document.hash}"
            return Response(301, b"", [(b"location", location.encode())])
        response = _cached(request, document.body, document.hash)
        if asked:
            response.headers = [*response.headers, *_FOREVER]
        return response


def custom_kinds(storage: Storage, served: CustomResources) -> list[CustomKind]:
    """Every served version of every definition, with its schema."""
    found = []
    for stored in storage.list(DEFINITIONS):
        spec = stored.object["spec"]
        for scope in served.scopes(spec["group"], spec["names"]["plural"]):
            version = next(each for each in spec["versions"] if each["name"] == scope.resource.version)
            schema = (version.get("schema") or {}).get("openAPIV3Schema") or {"type": "object"}
            found.append(CustomKind(resource=scope.resource, schema=schema))
    return found


def _cached(request: Request, body: bytes, tag: str) -> Response:
    quoted = f'"{tag}"'
    headers = [(b"etag", quoted.encode())]
    if request.header(b"if-none-match") == quoted:
        return Response(304, b"", headers)
    return Response(200, body, [JSON, *headers])


def _only_get(request: Request) -> None:
    if request.method not in ("GET", "HEAD"):
        raise StatusError.method_not_allowed()
