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
    "negotiate_only",
    "negotiate_plain",
    "negotiate_type",
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


class _Clause(NamedTuple):
    kind: str
    subtype: str
    params: tuple[tuple[str, str], ...]
    quality: float

    @property
    def media_type(self) -> str:
        return f"{self.kind}/{self.subtype}"

    def matches(self, media_type: str) -> bool:
        kind, _, subtype = media_type.partition("/")
        if self.kind == "*":
            return self.subtype == "*"
        return self.kind == kind and self.subtype in (subtype, "*")


@lru_cache(maxsize=512)
def _parse(accept: str) -> tuple[_Clause, ...]:
    """The clauses of an Accept header, best first; case counts, and what cannot be read is skipped."""
    clauses: list[_Clause] = []
    for part in accept.split(","):
        clause = _clause(part.strip(" "))
        if clause is None:
            continue
        place = len(clauses)
        while place and _before(clause, clauses[place - 1]):
            place -= 1
        clauses.insert(place, clause)
    return tuple(clauses)


def _clause(text: str) -> _Clause | None:
    media_type, *raw_params = text.split(";")
    kind, _, subtype = (piece.strip(" ") for piece in media_type.partition("/"))
    if kind == "*" and not subtype:
        subtype = "*"
    if not subtype or "/" in subtype:
        return None
    params, quality = [], 1.0
    for param in raw_params:
        name, _, value = (piece.strip(" ") for piece in param.partition("="))
        if not value or "=" in value:
            continue
        if name == "q":
            quality = _quality(value)
        else:
            params.append((name, value))
    return _Clause(kind, subtype, tuple(params), quality)


def _before(one: _Clause, other: _Clause) -> bool:
    """The order of Go's goautoneg, which lets an exact type overtake a wildcard whatever their qualities."""
    return (
        one.quality > other.quality
        or (one.kind != "*" and other.kind == "*")
        or (one.subtype != "*" and other.subtype == "*")
    )


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


@lru_cache(maxsize=1024)
def _negotiate(accept: str, whole: tuple[str, ...], tables: bool, converts: bool) -> Negotiated | None:
    """The first form that is accepted: ``whole`` are the types for an object as it is."""
    if not accept:
        return Negotiated(_MEDIA[whole[0]])
    for clause in _parse(accept):
        for media_type in BUILTIN_TYPES:
            if clause.matches(media_type):
                found = _accept_params(clause, media_type, whole, tables, converts)
                if found is not None:
                    return found
    return None


def _accept_params(
    clause: _Clause, media_type: str, whole: tuple[str, ...], tables: bool, converts: bool
) -> Negotiated | None:
    params = dict(clause.params)
    stream = params.get("stream", "")
    if stream and (stream != "watch" or media_type == YAML_TYPE):
        return None
    if params.get("sv", "v1") != "v1" or ("sv" in params and not converts):
        return None
    pretty = params.get("pretty") == "1"
    media = _MEDIA[media_type]
    if not params.keys() & {"as", "g", "v"}:
        return Negotiated(media, pretty=pretty) if media_type in whole else None
    kind, version = params.get("as", ""), params.get("v", "")
    if not converts or params.get("g") != _META_GROUP or version not in ("v1", "v1beta1"):
        return None
    if kind == "Table":
        if not tables or media_type == PROTOBUF_TYPE:
            return None
    elif kind not in ("PartialObjectMetadata", "PartialObjectMetadataList"):
        return None
    return Negotiated(media, kind, version, pretty)


def negotiate(accept: str, offered: tuple[str, ...], *, tables: bool = True) -> Negotiated:
    """Choose the form of an object or list; ``offered`` are the types for the whole of it.

    Raises:
        StatusError: 406, nothing that is offered is accepted.
    """
    found = _negotiate(accept, offered, tables, True)
    if found is None:
        raise StatusError.not_acceptable(BUILTIN_TYPES)
    return found


def negotiate_watch(accept: str, offered: tuple[str, ...], *, tables: bool = True) -> Negotiated:
    """Choose the form of a stream of events; YAML, if it is what is preferred, cannot be streamed.

    Raises:
        StatusError: 406.
    """
    found = negotiate(accept, offered, tables=tables)
    if found.media == "yaml":
        raise StatusError.not_acceptable([JSON_TYPE + WATCH_SUFFIX, PROTOBUF_TYPE + WATCH_SUFFIX])
    return found


def negotiate_plain(accept: str) -> Negotiated | None:
    """Choose the form of a Status or another document without conversions; None if none is accepted."""
    return _negotiate(accept, BUILTIN_TYPES, False, False)


def negotiate_only(accept: str, group: str, version: str, kind: str) -> Negotiated | None:
    """Choose the form of a document that is asked for by its kind alone; None if no clause asks for it."""
    wanted = {"g": group, "v": version, "as": kind}
    for clause in _parse(accept):
        params = dict(clause.params)
        if {name: params.get(name, "") for name in wanted} == wanted and not params.get("sv"):
            found = next((media for media in BUILTIN_TYPES if clause.matches(media)), None)
            if found is not None:
                return Negotiated(_MEDIA[found], kind, version, params.get("pretty") == "1")
    return None


def negotiate_type(accept: str, offered: tuple[str, ...]) -> str | None:
    """Choose one of any media types by the client's preference; None if none is accepted."""
    for clause in _parse(accept or "*/*"):
        for media_type in offered:
            kind, _, subtype = media_type.partition("/")
            if clause.kind in (kind, "*") and clause.subtype in (subtype, "*"):
                return media_type
    return None


def route_accepts(accept: str, *, streams: bool = False, offered: tuple[str, ...] = BUILTIN_TYPES) -> None:
    """Refuse what a built-in route refuses before its handler runs: only exact types and ``*/*`` count.

    Raises:
        StatusError: 406, with the list of what is available.
    """
    if not accept or _route_accepts(accept, offered):
        return
    available = list(offered)
    if streams:
        available += [JSON_TYPE + WATCH_SUFFIX, PROTOBUF_TYPE + WATCH_SUFFIX]
    message = f"406: Not Acceptable\n\nAvailable representations: {', '.join(available)}"
    raise StatusError.of(406, "NotAcceptable", message, {})


@lru_cache(maxsize=512)
def _route_accepts(accept: str, offered: tuple[str, ...]) -> bool:
    return any(part.partition(";")[0].strip(" ") in (*offered, "*/*") for part in accept.split(","))
