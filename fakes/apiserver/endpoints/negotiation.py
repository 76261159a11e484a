"""Which form of an answer a client wants: a media type, and perhaps a Table or only the metadata.

Source: k8s.io/apiserver, pkg/endpoints/handlers/negotiation, and the recorded answers of a v1.36.2 server.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal, NamedTuple

from fakes.apimachinery.status import StatusError

__all__ = [
    "BUILTIN_TYPES",
    "CUSTOM_TYPES",
    "Negotiated",
    "negotiate",
    "negotiate_error",
    "negotiate_watch",
    "route_accepts",
]

Media = Literal["json", "yaml", "protobuf"]

JSON_TYPE: Final = "application/json"
YAML_TYPE: Final = "application/yaml"
PROTOBUF_TYPE: Final = "application/vnd.kubernetes.protobuf"
BUILTIN_TYPES: Final = (JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE)
CUSTOM_TYPES: Final = (JSON_TYPE, YAML_TYPE)
WATCH_SUFFIX: Final = ";stream=watch"

_MEDIA: dict[str, Media] = {JSON_TYPE: "json", YAML_TYPE: "yaml", PROTOBUF_TYPE: "protobuf"}
_META_GROUP = "meta.k8s.io"


class Negotiated(NamedTuple):
    """The form of the answer. ``as_kind`` is Table, PartialObjectMetadata, PartialObjectMetadataList or empty."""

    media: Media
    as_kind: str = ""
    as_version: str = ""
    pretty: bool = False
    stream: str = ""


class _Clause(NamedTuple):
    media_type: str
    params: tuple[tuple[str, str], ...]
    quality: float


@lru_cache(maxsize=512)
def _parse(accept: str) -> tuple[_Clause, ...]:
    """The clauses of an Accept header, best first."""
    clauses = []
    for part in accept.split(","):
        media_type, *raw_params = (piece.strip() for piece in part.split(";"))
        if not media_type:
            continue
        params, quality = [], 1.0
        for param in raw_params:
            name, _, value = param.partition("=")
            if name == "q":
                quality = _quality(value)
            else:
                params.append((name, value.strip('"')))
        clauses.append(_Clause(media_type.lower(), tuple(params), quality))
    clauses.sort(key=lambda clause: (-clause.quality, clause.media_type.count("*")))
    return tuple(clauses)


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def _matches(pattern: str, media_type: str) -> bool:
    return pattern in (media_type, "*/*") or (pattern.endswith("/*") and media_type.startswith(pattern[:-1]))


@lru_cache(maxsize=1024)
def _negotiate(accept: str, offered: tuple[str, ...], tables: bool, streams: bool) -> Negotiated | None:
    if not accept:
        return Negotiated(_MEDIA[offered[0]])
    for clause in _parse(accept):
        for media_type in offered:
            if _matches(clause.media_type, media_type):
                found = _accept_params(clause, media_type, tables, streams)
                if found is not None:
                    return found
    return None


def _accept_params(clause: _Clause, media_type: str, tables: bool, streams: bool) -> Negotiated | None:
    params = dict(clause.params)
    stream = params.get("stream", "")
    if stream and not (streams and stream == "watch"):
        return None
    pretty = params.get("pretty") == "1"
    kind = params.get("as", "")
    if kind:
        version = params.get("v", "")
        if params.get("g") != _META_GROUP or version not in ("v1", "v1beta1"):
            return None
        if kind == "Table":
            if not tables or media_type == PROTOBUF_TYPE:
                return None
        elif kind not in ("PartialObjectMetadata", "PartialObjectMetadataList"):
            return None
        return Negotiated(_MEDIA[media_type], kind, version, pretty, stream)
    return Negotiated(_MEDIA[media_type], pretty=pretty, stream=stream)


def negotiate(accept: str, offered: tuple[str, ...], *, tables: bool = True) -> Negotiated:
    """Choose the form of an object or list.

    Raises:
        StatusError: 406, nothing that is offered is accepted.
    """
    found = _negotiate(accept, offered, tables, False)
    if found is None:
        raise StatusError.not_acceptable(BUILTIN_TYPES)
    return found


def negotiate_watch(accept: str, offered: tuple[str, ...], *, tables: bool = True) -> Negotiated:
    """Choose the form of a stream of events; YAML cannot be streamed.

    Raises:
        StatusError: 406.
    """
    streamable = tuple(media for media in offered if media != YAML_TYPE)
    found = _negotiate(accept, streamable, tables, True)
    if found is None:
        raise StatusError.not_acceptable([JSON_TYPE + WATCH_SUFFIX, PROTOBUF_TYPE + WATCH_SUFFIX])
    return found


def negotiate_error(accept: str) -> Negotiated | None:
    """Choose the form of a Status; None if it must be written regardless of what is accepted."""
    return _negotiate(accept, BUILTIN_TYPES, False, False)


def route_accepts(accept: str, *, streams: bool) -> None:
    """Refuse what a built-in route refuses before its handler runs: only exact types and ``*/*`` count.

    Raises:
        StatusError: 406, with the list of what is available.
    """
    if not accept or _route_accepts(accept):
        return
    available = list(BUILTIN_TYPES)
    if streams:
        available += [JSON_TYPE + WATCH_SUFFIX, PROTOBUF_TYPE + WATCH_SUFFIX]
    message = f"406: Not Acceptable\n\nAvailable representations: {', '.join(available)}"
    raise StatusError.of(406, "NotAcceptable", message, {})


@lru_cache(maxsize=512)
def _route_accepts(accept: str) -> bool:
    return any(clause.media_type in (*BUILTIN_TYPES, "*/*") for clause in _parse(accept))
