"""Documents outside of groups: OpenAPI in both versions, and how tokens are verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.content import compressed, serve_content
from fakes.apiserver.endpoints.http import JSON, Request, Response
from fakes.apiserver.endpoints.negotiation import JSON_TYPE, negotiate_type, route_accepts
from fakes.apiserver.storage.interface import Storage, encode
from fakes.kube.aggregator import Aggregator
from fakes.kube.builtin.openapi import CustomKind, Document, openapi_v2, openapi_v3_document, openapi_v3_index
from fakes.kube.builtin.openapi_protobuf import openapi_protobuf
from fakes.kube.custom_resources.lifecycle import DEFINITIONS
from fakes.kube.custom_resources.serving import CustomResources
from fakes.kube.tokens import ServiceAccountTokens

__all__ = ["Pages", "custom_kinds"]

_V2_TYPES: Final = (
    JSON_TYPE,
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
)
_V3_TYPES: Final = (
    JSON_TYPE,
    "application/com.github.proto-openapi.spec.v3@v1.0+protobuf",
    "application/com.github.proto-openapi.spec.v3.v1.0+protobuf",
)
"""What the documents are offered as; protobuf is sent as the last, which is a media type that can be parsed."""
_VARY: Final = (b"vary", b"Accept")
_KEY_SET: Final = "application/jwk-set+json"
_AN_HOUR: Final = (b"cache-control", b"public, max-age=3600")
_TEXT: Final = (b"content-type", b"text/plain; charset=utf-8")
_FOREVER: Final = [(b"cache-control", b"public, immutable"), (b"expires", b"Fri, 01 Jan 2100 00:00:00 GMT")]


@dataclass(frozen=True, slots=True)
class Pages:
    """Made once per server; ``custom`` gives the kinds of custom resources as they are now.

    The Swagger document has nothing of what the servers behind the aggregator publish; in OpenAPI 3 they are asked.
    """

    custom: Callable[[], Sequence[CustomKind]]
    tokens: ServiceAccountTokens
    aggregator: Aggregator

    def routes(self) -> Mapping[str, Callable[[Request], Response]]:
        """By exact path or, with a trailing slash, for everything below."""
        return {
            "/.well-known/openid-configuration": self._configuration,
            "/.well-known/openid-configuration/": self._configuration,
            "/openid/v1/jwks": self._keys,
            "/openid/v1/jwks/": self._keys,
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
        document = openapi_v2(self.custom())
        return compressed(request, _negotiated(request, document, 2))

    def _v3_index(self, request: Request) -> Response:
        places = {**openapi_v3_index(self.custom()), **self.aggregator.openapi()}
        index = {name: {"serverRelativeURL": where} for name, where in sorted(places.items())}
        return serve_content(request, encode({"paths": index}), [_TEXT], request.started)

    def _v3(self, request: Request) -> Response:
        name = request.path.removeprefix("/openapi/v3/")
        if name in self.aggregator.openapi():
            _, group, version = name.split("/")
            return self.aggregator.proxy(request, group, version)
        document = openapi_v3_document(name, self.custom())
        if document is None:
            return Response(404, b"", [])
        asked = request.query.get("hash") if request.raw_query else ""
        if asked and asked != document.hash:
            headers = _headers(document, _V3_TYPES[0])
            location = f"/openapi/v3/{name}?hash={document.hash}"
            return Response(301, b"", [(b"location", location.encode()), *headers])
        response = _negotiated(request, document, 3)
        if asked and response.status != 406:
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


def _negotiated(request: Request, document: Document, version: int) -> Response:
    """A document as JSON or protobuf."""
    types = _V2_TYPES if version == 2 else _V3_TYPES
    chosen = negotiate_type(request.header(b"accept"), types)
    if chosen is None:
        return Response(406, b"", [_VARY])
    if chosen == JSON_TYPE:
        return serve_content(request, document.body, _headers(document, chosen), request.started)
    body = openapi_protobuf(document.body, version)
    return serve_content(request, body, _headers(document, types[-1]), request.started)


def _headers(document: Document, media_type: str) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", media_type.encode()), (b"etag", f'"{document.hash}"'.encode()), _VARY]


def _only_get(request: Request) -> None:
    if request.method != "GET":
        raise StatusError.method_not_allowed()
