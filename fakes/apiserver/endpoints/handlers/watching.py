"""``watch``: what exists if asked for, and then every change: one JSON document a line, or one protobuf message a frame.

Source: k8s.io/apiserver, pkg/endpoints/handlers/watch.go; observed on v1.36.2.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Final

from fakes.apimachinery.clock import Clock, enter_loop
from fakes.apimachinery.protobuf_writing import write_event
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.handlers.context import context_of
from fakes.apiserver.endpoints.handlers.websocket_watching import over_websocket
from fakes.apiserver.endpoints.http import Request, Response, Stream
from fakes.apiserver.endpoints.negotiation import Negotiated, negotiate_watch
from fakes.apiserver.endpoints.options import list_options
from fakes.apiserver.endpoints.output import body_of, check_include_object, columns, row, whole
from fakes.apiserver.endpoints.request_scope import Blank, RequestScope
from fakes.apiserver.endpoints.services import Services
from fakes.apiserver.registry.rest import ListOptions, Watching
from fakes.apiserver.storage.interface import CompactedError, Event, Stored, encode

__all__ = ["watch"]

_DEFAULT_TIMEOUT: Final = 1800
_LONGEST: Final = 10 * 365 * 86400
_BOOKMARK_EVERY: Final = timedelta(seconds=60)
_BOOKMARK_BEFORE_END: Final = timedelta(seconds=2)
_JSON = (b"content-type", b"application/json")
_PROTOBUF_STREAM = (b"content-type", b"application/vnd.kubernetes.protobuf;stream=watch")
_INITIAL_END = "k8s.io/initial-events-end"


async def watch(request: Request, scope: RequestScope, services: Services) -> Response:
    context = context_of(request)
    form = negotiate_watch(request.header(b"accept"), scope.media_types, tables=scope.table is not None)
    if form.as_kind == "Table":
        check_include_object(request)
    options = list_options(request, scope.rest, watch=True)
    form = _writable(request, scope, form)
    headers = [_PROTOBUF_STREAM if form.media == "protobuf" else _JSON]
    try:
        watching = await scope.rest.watch(context, options)
    except CompactedError as error:
        lines = _expired(request, form, error)
    else:
        lines = _Events(request, scope, form, options, services, watching).lines()
    if request.upgrade:
        return over_websocket(request, lines, text=form.media == "json")
    return Stream(200, headers, lines)


def _writable(request: Request, scope: RequestScope, form: Negotiated) -> Negotiated:
    """The form that was negotiated, or JSON for a kind that has no message."""
    if form.media != "protobuf" or form.as_kind:
        return form
    sample = {"kind": scope.kind.kind, "apiVersion": scope.kind.api_version, "metadata": {}}
    writes = request.protobuf is not None and request.protobuf(sample) is not None
    return form if writes else form._replace(media="json")


async def _expired(request: Request, form: Negotiated, error: CompactedError) -> AsyncIterator[bytes]:
    yield _event(form, "ERROR", _encoded(request, form, StatusError.expired(str(error)).status))


def _event(form: Negotiated, kind: str, obj: bytes) -> bytes:
    if form.media == "protobuf":
        return write_event(kind, obj)
    return b'{"type":"' + kind.encode() + b'","object":' + obj + b"}\n"


def _encoded(request: Request, form: Negotiated, content: dict[str, Any]) -> bytes:
    if form.media == "protobuf" and request.protobuf is not None:
        return request.protobuf(content) or b""
    return encode(content)


class _Events:
    """The lines of one watch."""

    def __init__(
        self, request: Request, scope: RequestScope, form: Negotiated, options: ListOptions, services: Services,
        watching: Watching,
    ) -> None:  # fmt: skip
        self._request = request
        self._scope = scope
        self._form = form
        self._options = options
        self._clock = services.clock
        self._wire_clock = services.wire_clock or services.clock
        self._watching = watching
        self._columns_sent = False
        self._include = request.query.get("includeObject") if request.raw_query else ""

    async def lines(self) -> AsyncIterator[bytes]:
        """What is sent; an object shown as a list of metadata is an error, which ends the stream."""
        async for line in self._lines():
            if self._form.as_kind == "PartialObjectMetadataList":
                return
            yield line

    async def _lines(self) -> AsyncIterator[bytes]:
        try:
            if (self._options.timeout_seconds or 0) < 0:
                return
            if self._watching.initial is not None:
                for stored in self._watching.initial:
                    yield self._line("ADDED", self._rendered(stored))
                if self._options.bookmarks:
                    yield self._bookmark(self._watching.revision, initial=True)
            async for line in self._changes():
                yield line
        finally:
            self._watching.events.stop()

    async def _changes(self) -> AsyncIterator[bytes]:
        events = self._watching.events
        while (event := events.poll()) is not None:
            if line := self._change(event):
                yield line
        await enter_loop()
        ticker = _Ticker(self._wire_clock, self._options, events)
        try:
            while True:
                event = await events.next()
                if event is None:
                    if ticker.due:
                        ticker.due = False
                        yield self._bookmark(max(events.revision, self._watching.revision))
                        continue
                    return
                if line := self._change(event):
                    yield line
        finally:
            ticker.stop()

    def _change(self, event: Event) -> bytes | None:
        """The line for an event, as the selector sees it; None if it concerns what is not selected."""
        predicate = self._options.predicate
        if predicate.empty:
            return self._line(event.type, self._rendered(event.stored))
        before = event.previous is not None and predicate.matches(event.previous.object)
        if event.type == "DELETED":
            return self._line("DELETED", self._rendered(event.stored)) if before else None
        after = predicate.matches(event.stored.object)
        match before, after:
            case False, True:
                return self._line("ADDED", self._rendered(event.stored))
            case True, True:
                return self._line("MODIFIED", self._rendered(event.stored))
            case True, False if event.previous is not None:
                metadata = {
                    **event.previous.object["metadata"],
                    "resourceVersion": str(event.stored.revision),
                }
                last = Stored(
                    event.stored.key, {**event.previous.object, "metadata": metadata}, event.stored.revision
                )
                return self._line("DELETED", self._rendered(last))
            case _:
                return None

    def _line(self, kind: str, obj: bytes) -> bytes:
        return _event(self._form, kind, obj)

    def _rendered(self, stored: Stored) -> bytes:
        form, scope = self._form, self._scope
        if form.as_kind == "Table":
            return encode(self._one_row(stored))
        if form.as_kind:
            content = {
                "kind": "PartialObjectMetadata", "apiVersion": f"meta.k8s.io/{form.as_version}",
                "metadata": scope.codec.present(stored.object)["metadata"],
            }  # fmt: skip
            return _encoded(self._request, form, content)
        if form.media == "protobuf":
            return _encoded(self._request, form, whole(scope, stored))
        return scope.type_meta + b"," + body_of(scope, stored)[1:]

    def _one_row(self, stored: Stored) -> dict[str, Any]:
        definitions = None if self._columns_sent else columns(self._scope)
        self._columns_sent = True
        return {
            "kind": "Table", "apiVersion": f"meta.k8s.io/{self._form.as_version}",
            "metadata": {"resourceVersion": stored.object["metadata"]["resourceVersion"]},
            "columnDefinitions": definitions,
            "rows": [row(self._scope, self._form, stored, self._include, self._clock.now())],
        }  # fmt: skip

    def _bookmark(self, revision: int, *, initial: bool = False) -> bytes:
        metadata: dict[str, Any] = {"resourceVersion": str(revision)}
        if initial:
            metadata["annotations"] = {_INITIAL_END: "true"}
        codec = self._scope.codec
        unset = codec.blank() if isinstance(codec, Blank) else {}
        empty = Stored("", {**unset, "metadata": metadata}, revision)
        return self._line("BOOKMARK", self._rendered(empty))


class _Ticker:
    """Interrupts a watch when a bookmark is due, and stops it at its end."""

    def __init__(self, clock: Clock, options: ListOptions, events: Any) -> None:
        self._clock = clock
        self._events = events
        self.due = False
        seconds = min(max(options.timeout_seconds or _DEFAULT_TIMEOUT, 0), _LONGEST)
        self._end = clock.now() + timedelta(seconds=seconds)
        self._timers = [clock.call_at(self._end, events.stop)]
        if options.bookmarks:
            if seconds > _BOOKMARK_BEFORE_END.total_seconds():
                self._timers.append(clock.call_at(self._end - _BOOKMARK_BEFORE_END, self._bookmark))
            self._again()

    def _again(self) -> None:
        at = self._clock.now() + _BOOKMARK_EVERY
        if at < self._end - _BOOKMARK_BEFORE_END:
            self._timers[1:] = [*self._timers[1:2], self._clock.call_at(at, self._periodic)]

    def _periodic(self) -> None:
        self._bookmark()
        self._again()

    def _bookmark(self) -> None:
        self.due = True
        self._events.interrupt()

    def stop(self) -> None:
        for timer in self._timers:
            timer.cancel()
