"""An object, a list or a Status in the form that was negotiated: JSON spliced from cached bytes, YAML, a Table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import yaml

from fakes.apimachinery.status import StatusError
from fakes.apimachinery.table import RowDecorator
from fakes.apiserver.endpoints.http import JSON, Request, Response
from fakes.apiserver.endpoints.negotiation import BUILTIN_TYPES, Negotiated, negotiate_plain
from fakes.apiserver.endpoints.request_scope import RequestScope
from fakes.apiserver.registry.rest import Listed
from fakes.apiserver.storage.interface import Stored, encode

__all__ = ["document_response", "list_response", "object_response", "status_response", "write_status"]

_YAML = (b"content-type", b"application/yaml")
_PROTOBUF = (b"content-type", b"application/vnd.kubernetes.protobuf")
_META_VERSION = "meta.k8s.io/"
_BROWSERS = ("curl", "Wget", "Mozilla/5.0")


def wants_pretty(request: Request) -> bool:
    """Whether JSON is indented: asked for by the query, or by a client that a person looks at."""
    if request.raw_query and "pretty" in request.query:
        return request.query.get("pretty") in ("true", "1")
    return request.header(b"user-agent").startswith(_BROWSERS)


def object_response(
    request: Request, scope: RequestScope, form: Negotiated, stored: Stored, status: int
) -> Response:
    """One object."""
    if form.as_kind == "Table":
        content = _table(
            request, scope, form, [stored], {"resourceVersion": _version(stored)}, request_time(request)
        )
        return _rendered(request, form, content, status)
    if form.as_kind == "PartialObjectMetadataList":
        if scope.custom:
            raise StatusError.of(500, "", "content is not a list")
        shown = _go_type(scope, scope.kind.kind)
        message = f"you requested PartialObjectMetadataList, but the requested object is not a list ({shown})"
        raise StatusError.of(406, "NotAcceptable", message)
    if form.as_kind:
        return _rendered(request, form, _partial(scope, form, stored), status)
    if form.media == "json" and not form.pretty and not wants_pretty(request):
        return Response(status, object_bytes(scope, stored) + b"\n")
    return _rendered(request, form, whole(scope, stored), status)


def object_bytes(scope: RequestScope, stored: Stored) -> bytes:
    """One object as JSON."""
    return scope.type_meta + b"," + body_of(scope, stored)[1:]


def body_of(scope: RequestScope, stored: Stored) -> bytes:
    """One object as JSON, without ``kind`` and ``apiVersion``."""
    presented = scope.codec.present(stored.object)
    return stored.body if presented is stored.object else encode(presented)


def whole(scope: RequestScope, stored: Stored) -> dict[str, Any]:
    return {
        "kind": scope.kind.kind,
        "apiVersion": scope.kind.api_version,
        **scope.codec.present(stored.object),
    }


def list_response(request: Request, scope: RequestScope, form: Negotiated, listed: Listed) -> Response:
    """A list, in whatever form."""
    metadata: dict[str, Any] = {"resourceVersion": str(listed.revision)} if listed.revision else {}
    if listed.continue_token or (scope.custom and not form.as_kind):
        metadata["continue"] = listed.continue_token
    if listed.remaining is not None:
        metadata["remainingItemCount"] = listed.remaining
    if form.as_kind == "Table":
        content = _table(request, scope, form, listed.items, metadata, request_time(request))
        return _rendered(request, form, content, 200)
    if form.as_kind == "PartialObjectMetadata":
        shown = _go_type(scope, f"{scope.kind.kind}List")
        raise StatusError.of(
            406,
            "NotAcceptable",
            f"you requested PartialObjectMetadata, but the requested object is a list ({shown})",
        )
    if form.as_kind:
        content = {
            "kind": "PartialObjectMetadataList", "apiVersion": _META_VERSION + form.as_version, "metadata": metadata,
            "items": [_partial(scope, form, stored) for stored in listed.items],
        }  # fmt: skip
        return _rendered(request, form, content, 200)
    if form.media == "json" and not form.pretty and not wants_pretty(request):
        return Response(200, _list_bytes(scope, listed.items, metadata))
    items = [
        whole(scope, stored) if scope.typed_items else scope.codec.present(stored.object)
        for stored in listed.items
    ]
    content = {
        "kind": f"{scope.kind.kind}List", "apiVersion": scope.kind.api_version, "metadata": metadata, "items": items
    }  # fmt: skip
    return _rendered(request, form, content, 200)


def _list_bytes(scope: RequestScope, items: Sequence[Stored], metadata: dict[str, Any]) -> bytes:
    head = b'{"kind":"%sList","apiVersion":"%s","metadata":%s,"items":[' % (
        scope.kind.kind.encode(), scope.kind.api_version.encode(), encode(metadata),
    )  # fmt: skip
    render: Callable[[RequestScope, Stored], bytes] = object_bytes if scope.typed_items else body_of
    return head + b",".join([render(scope, stored) for stored in items]) + b"]}\n"


def _go_type(scope: RequestScope, kind: str) -> str:
    """The Go type of what was asked for, as messages name it."""
    if scope.custom:
        return "*unstructured.UnstructuredList" if kind.endswith("List") else "*unstructured.Unstructured"
    package = (scope.kind.group or "core").partition(".")[0]
    return f"*{package}.{kind}"


def _version(stored: Stored) -> str:
    return str(stored.object["metadata"].get("resourceVersion", ""))


def _partial(scope: RequestScope, form: Negotiated, stored: Stored) -> dict[str, Any]:
    if form.as_kind == "PartialObjectMetadataList":
        kind = "PartialObjectMetadata"
    else:
        kind = form.as_kind
    return {
        "kind": kind, "apiVersion": _META_VERSION + form.as_version,
        "metadata": scope.codec.present(stored.object)["metadata"],
    }  # fmt: skip


def request_time(request: Request) -> datetime:
    """When the request arrived, by the cluster's clock."""
    moment: datetime = request.started
    return moment


def check_include_object(request: Request) -> str:
    """The query parameter ``includeObject``.

    Raises:
        StatusError: 400.
    """
    value = request.query.get("includeObject") if request.raw_query else ""
    if value not in ("", "Metadata", "Object", "None"):
        raise StatusError.bad_request(
            f'Unable to convert to Table as requested: includeObject: Invalid value: "{value}": '
            "must be 'Metadata', 'Object', 'None', or empty"
        )
    return value


def _table(
    request: Request,
    scope: RequestScope,
    form: Negotiated,
    items: Sequence[Stored],
    metadata: dict[str, Any],
    now: datetime,
) -> dict[str, Any]:
    include = check_include_object(request)
    return {
        "kind": "Table", "apiVersion": _META_VERSION + form.as_version,
        "metadata": {name: value for name, value in metadata.items() if value != ""},
        "columnDefinitions": columns(scope),
        "rows": [row(scope, form, stored, include, now) for stored in items],
    }  # fmt: skip


def columns(scope: RequestScope) -> list[dict[str, Any]]:
    if scope.table is None:
        raise StatusError.not_acceptable(scope.media_types)
    return [column.document() for column in scope.table.columns]


def row(scope: RequestScope, form: Negotiated, stored: Stored, include: str, now: datetime) -> dict[str, Any]:
    """One row of a Table."""
    table = scope.table
    if table is None:
        raise StatusError.not_acceptable(scope.media_types)
    obj = stored.object
    decorator = table if isinstance(table, RowDecorator) else None
    shown: dict[str, Any] | None = None
    if include == "Object":
        shown = whole(scope, stored)
    elif include != "None":
        shown = {
            "kind": "PartialObjectMetadata", "apiVersion": _META_VERSION + form.as_version,
            "metadata": obj["metadata"] if decorator is None else decorator.metadata(obj),
        }  # fmt: skip
    content: dict[str, Any] = {"cells": table.cells(obj, now)}
    if decorator is not None and (conditions := decorator.conditions(obj)):
        content["conditions"] = conditions
    return {**content, "object": shown}


def _rendered(request: Request, form: Negotiated, content: dict[str, Any], status: int) -> Response:
    if form.media == "yaml":
        return Response(status, _to_yaml(content), [_YAML])
    if (
        form.media == "protobuf"
        and request.protobuf is not None
        and (message := request.protobuf(content)) is not None
    ):
        return Response(status, message, [_PROTOBUF])
    raw = encode(content)
    if form.pretty or wants_pretty(request):
        raw = msgspec.json.format(raw, indent=2)
    return Response(status, raw + b"\n", [JSON])


def _to_yaml(content: Any) -> bytes:
    text: str = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=True)
    return text.encode()


def document_response(
    request: Request, content: dict[str, Any], status: int = 200, form: Negotiated | None = None
) -> Response:
    """A document that is no stored object: a discovery list, a review, a Status of success.

    Raises:
        StatusError: 406, without a form that was negotiated before, if none is accepted.
    """
    form = form or negotiate_plain(request.header(b"accept"))
    if form is None:
        raise StatusError.not_acceptable(BUILTIN_TYPES)
    return _rendered(request, form, content, status)


def status_response(request: Request, error: StatusError) -> Response:
    """A refusal, in the first form that the client accepts; if there is none, as indented JSON."""
    return write_status(request, error.status, error.code, error.headers)


def write_status(
    request: Request, status: dict[str, Any], code: int, headers: Sequence[tuple[str, str]] = ()
) -> Response:
    form = negotiate_plain(request.header(b"accept"))
    if form is None:
        response = Response(code, msgspec.json.format(encode(status), indent=2), [JSON])
    else:
        response = _rendered(request, form, status, code)
    response.headers = [
        *response.headers, *((name.lower().encode(), value.encode()) for name, value in headers)
    ]  # fmt: skip
    return response
