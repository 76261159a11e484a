"""The body of a write as an object, or the refusal that a kube-apiserver answers with.

``decode_object`` is for built-in kinds: they are read into their Go types. ``decode_custom`` is for custom resources, which
are kept as they come; what their schemas do not know is pruned and reported elsewhere. ``decode_delete_options`` is for the
body of a DELETE.

Source: k8s.io/apiserver, pkg/endpoints/handlers/{rest,create}.go; k8s.io/apimachinery, pkg/runtime/serializer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from fakes.apimachinery import golang, protobuf
from fakes.apimachinery.coercion import CoercionError, Repeated, coerce
from fakes.apimachinery.field import FieldError
from fakes.apimachinery.parsing import Parsed, ParseError, parse_json, parse_yaml
from fakes.apimachinery.protobuf import ProtobufError
from fakes.apimachinery.schema import GroupVersion, GroupVersionKind
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.types import Type
from fakes.apimachinery.whole_numbers import whole_number

__all__ = [
    "FIND_KIND",
    "Decoded",
    "FieldValidation",
    "decode_custom",
    "decode_delete_options",
    "decode_object",
    "decode_patched",
    "one_by_one",
]

FieldValidation = Literal["Ignore", "Warn", "Strict"]
KnownKinds = Callable[[GroupVersionKind], Type | None]

_JSON = ("", "application/json")
_YAML = "application/yaml"
_PROTOBUF = "application/vnd.kubernetes.protobuf"
_SCHEME = "pkg/api/legacyscheme/scheme.go:30"
_OPTIONS_SCHEME = "pkg/apis/meta/internalversion/scheme/register.go:27"
_SHOWN_BYTES = 30
_ENVELOPE = ("apiVersion", "kind", "metadata")
FIND_KIND = (
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """An object with ``kind`` and ``apiVersion``; ``warnings`` are the texts of warnings about its fields."""

    obj: dict[str, Any]
    warnings: tuple[str, ...] = ()


class _UnrecognizedError(Exception):
    """A body whose kind could not be read."""


def decode_object(
    raw: bytes,
    media_type: str,
    *,
    expected: GroupVersionKind,
    type: Type,  # noqa: A002
    known_kinds: KnownKinds,
    strict: FieldValidation = "Warn",
) -> Decoded:
    """Read a body as an object of a built-in kind: what the server would hold, in the order in which it writes it.

    Args:
        media_type: the Content-Type; parameters are ignored, none is JSON.
        type: of the expected kind.
        known_kinds: the type of any built-in kind, None for one that there is not.
        strict: what becomes of unknown and repeated fields.

    Raises:
        StatusError: 415 for another media type, 400 for a body that cannot be read as the kind.
    """
    form = _form(media_type, (*_JSON[1:], _YAML, _PROTOBUF))
    kind: GroupVersionKind | None = None
    try:
        if form == _PROTOBUF:
            envelope = protobuf.read_envelope(raw)
            kind = _defaulted(envelope.api_version, envelope.kind, expected)
            node = _known(kind, expected, type, known_kinds)
            parsed = Parsed(protobuf.read_message(envelope.raw, node))
        else:
            parsed = _parse(raw, form, strict)
            kind = _kind_of(parsed.value, expected)
            node = _known(kind, expected, type, known_kinds)
        obj, problems = coerce({} if parsed.value is None else parsed.value, node)
        _convert(kind, expected, node)
    except (ParseError, ProtobufError, CoercionError, _UnrecognizedError) as error:
        raise _refusal(str(error), raw, kind, expected) from error
    if strict == "Ignore":
        problems = []
    else:
        duplicates = parsed.duplicates if strict == "Strict" else one_by_one(parsed.duplicates)
        problems = [*duplicates, *problems]
    if problems and strict == "Strict":
        raise _refusal(f"strict decoding error: {', '.join(problems)}", raw, kind, expected)
    return Decoded(obj=_with_kind(obj, expected), warnings=tuple(problems))


def decode_patched(
    value: dict[str, Any],
    *,
    expected: GroupVersionKind,
    type: Type,  # noqa: A002
    known_kinds: KnownKinds,
) -> tuple[dict[str, Any], list[str]]:
    """Read a patched object as ``decode_object`` reads a body; unknown fields are told, and left to the caller.

    Raises:
        CoercionError: it cannot be read as the kind.
    """
    try:
        kind = _kind_of(value, expected)
        node = _known(kind, expected, type, known_kinds)
        obj, problems = coerce(value, node)
        _convert(kind, expected, node)
    except (_UnrecognizedError, StatusError) as error:
        raise CoercionError(str(error)) from error
    return obj, problems


def decode_custom(
    raw: bytes, media_type: str, *, expected: GroupVersionKind, strict: FieldValidation = "Warn"
) -> Decoded:
    """Read a body as a custom resource: as it came, with what there is to say of repeated fields.

    With ``Strict`` those are the caller's to refuse, together with the unknown fields that its schema finds.

    Raises:
        StatusError: 415; 400 for a body that cannot be read or is of another version; 422 for another kind.
    """
    form = _form(media_type, (*_JSON[1:], _YAML))
    try:
        parsed = _parse(raw, form, strict)
        given = _kind_of(parsed.value, GroupVersionKind("", "", ""))
    except (ParseError, _UnrecognizedError) as error:
        raise _refusal(str(error), raw, None, expected) from error
    if not isinstance(parsed.value, dict) or not given.kind:
        message = f"Object 'Kind' is missing in '{raw.decode('utf-8', 'replace')}'"
        raise _refusal(message, raw, None, expected)
    if given.group_version != expected.group_version:
        raise _wrong_custom_version(parsed.value, raw, given, expected, strict)
    if given.kind != expected.kind:
        wrong = FieldError.invalid("kind", given.kind, f"must be {expected.kind}")
        name = (parsed.value.get("metadata") or {}).get("name") or ""
        raise StatusError.invalid(GroupVersionKind(*expected[:2], given.kind).group_kind, name, [wrong])
    found: dict[str, None] = dict.fromkeys(parsed.duplicates)
    obj = _without_repeats(parsed.value, "", found)
    return Decoded(obj=obj, warnings=() if strict == "Ignore" else tuple(found))


def decode_delete_options(raw: bytes, media_type: str, *, type: Type) -> dict[str, Any]:  # noqa: A002
    """Read the body of a DELETE; an empty one has no options.

    Raises:
        StatusError: 415, or 400 with the bare error of the decoder.
    """
    if not raw:
        return {}
    expected = GroupVersionKind("", "v1", "DeleteOptions")
    form = _form(media_type, (*_JSON[1:], _YAML, _PROTOBUF))
    try:
        if form == _PROTOBUF:
            envelope = protobuf.read_envelope(raw)
            kind, value = _defaulted(envelope.api_version, envelope.kind, expected), None
            if kind.kind == expected.kind:
                value = protobuf.read_message(envelope.raw, type)
        else:
            value = _parse(raw, form, "Ignore").value
            kind = _kind_of(value, expected)
        if kind.kind != expected.kind:
            raise StatusError.bad_request(_not_registered(kind, _OPTIONS_SCHEME))
        obj, _ = coerce({} if value is None else value, type)
    except (ParseError, ProtobufError, CoercionError, _UnrecognizedError) as error:
        raise StatusError.bad_request(str(error)) from error
    return dict(obj)


def one_by_one(duplicates: Iterable[str]) -> list[str]:
    """A warning for each line of a YAML error, which is one text of several lines."""
    return [
        line.strip()
        for text in duplicates
        for line in text.removeprefix("yaml: unmarshal errors:\n").split("\n")
    ]


def _form(media_type: str, accepted: tuple[str, ...]) -> str:
    form = media_type.partition(";")[0].strip().lower() if media_type else _JSON[1]
    if form not in accepted:
        raise StatusError.unsupported_media_type((_JSON[1], _YAML, _PROTOBUF))
    return form


def _parse(raw: bytes, form: str, strict: FieldValidation) -> Parsed:
    if form == _YAML:
        return parse_yaml(raw, repeated=strict != "Ignore")
    try:
        return Parsed(parse_json(raw, repeated=strict != "Ignore"))
    except ParseError as error:
        raise _UnrecognizedError(f"couldn't get version/kind; json parse error: {error}") from error


def _kind_of(value: Any, expected: GroupVersionKind) -> GroupVersionKind:
    """The kind that a body says it is of; what it leaves out is as expected."""
    if value is None:
        return expected
    found = []
    for name in ("apiVersion", "kind"):
        given = value.get(name) if isinstance(value, dict) else value
        if given is not None and not isinstance(given, str):
            where = (
                f"Go struct field .{name} of type string"
                if isinstance(value, dict)
                else f"Go value of type {FIND_KIND}"
            )
            what = _json_kind(given)
            raise _UnrecognizedError(
                f"couldn't get version/kind; json parse error: json: cannot unmarshal {what} into {where}"
            )
        if not isinstance(value, dict):
            where = f"Go value of type {FIND_KIND}"
            raise _UnrecognizedError(
                f"couldn't get version/kind; json parse error: json: cannot unmarshal string into {where}"
            )
        found.append(given or "")
    return _defaulted(found[0], found[1], expected)


def _json_kind(value: Any) -> str:
    match value:
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case list():
            return "array"
        case _:
            return "object"


def _defaulted(api_version: str, kind: str, expected: GroupVersionKind) -> GroupVersionKind:
    if api_version.count("/") > 1:
        raise _UnrecognizedError(f"unexpected GroupVersion string: {api_version}")
    group, version = GroupVersion.parse(api_version)
    if not version and group in ("", expected.group):
        group, version = expected.group, expected.version
    return GroupVersionKind(group, version, kind or expected.kind)


def _known(kind: GroupVersionKind, expected: GroupVersionKind, node: Type, known_kinds: KnownKinds) -> Type:
    found = node if kind == expected else known_kinds(kind)
    if found is None:
        raise CoercionError(_not_registered(kind, _SCHEME))
    return found


def _not_registered(kind: GroupVersionKind, scheme: str) -> str:
    name, version = golang.quote(kind.kind), golang.quote(str(kind.group_version))
    return f'no kind {name} is registered for version {version} in scheme "{scheme}"'


def _convert(kind: GroupVersionKind, expected: GroupVersionKind, node: Type) -> None:
    """Refuse a kind that is not another version of the expected one."""
    if kind == expected:
        return
    wanted = f"{_internal_package(expected.group)}.{expected.kind}"
    if f"{_internal_package(kind.group)}.{kind.kind}" != wanted:
        raise CoercionError(f"converting ({node.go_type}) to ({wanted}): unknown conversion")
    raise _wrong_version(kind, expected)


def _wrong_custom_version(
    value: dict[str, Any],
    raw: bytes,
    given: GroupVersionKind,
    expected: GroupVersionKind,
    strict: FieldValidation,
) -> StatusError:
    """The refusal of another version, whose fields nobody knows: that is told first."""
    unknown = [f"unknown field {golang.quote(name)}" for name in sorted(value) if name not in _ENVELOPE]
    if unknown and strict == "Strict":
        return _refusal(f"strict decoding error: {', '.join(unknown)}", raw, given, expected)
    error = _wrong_version(given, expected)
    if strict == "Warn":
        error.headers = tuple(("Warning", f"299 - {golang.quote(text)}") for text in unknown)
    return error


def _wrong_version(kind: GroupVersionKind, expected: GroupVersionKind) -> StatusError:
    given, wanted = kind.group_version, expected.group_version
    message = f"the API version in the data ({given}) does not match the expected API version ({wanted})"
    return StatusError.bad_request(message)


def _internal_package(group: str) -> str:
    """The Go package of the internal types; both groups of events share theirs."""
    return "core" if group in ("", "events.k8s.io") else group.partition(".")[0]


def _refusal(
    message: str, raw: bytes, kind: GroupVersionKind | None, expected: GroupVersionKind
) -> StatusError:
    if kind is not None and kind.kind:
        version = golang.quote(kind.version)
        return StatusError.bad_request(
            f"{kind.kind} in version {version} cannot be handled as a {expected.kind}: {message}"
        )
    text = (
        f"the object provided is unrecognized (must be of type {expected.kind}): {message} ({_summary(raw)})"
    )
    return StatusError.bad_request(text)


def _summary(raw: bytes) -> str:
    if not raw:
        return "<empty>"
    shown = raw[:_SHOWN_BYTES]
    text = shown.decode("utf-8", "replace") if raw[:1] == b"{" else shown.hex()
    return f"{text} ..." if len(raw) > _SHOWN_BYTES else text


def _with_kind(obj: dict[str, Any], kind: GroupVersionKind) -> dict[str, Any]:
    return {"kind": "", "apiVersion": ""} | obj | {"kind": kind.kind, "apiVersion": kind.api_version}


def _without_repeats(value: Any, path: str, found: dict[str, None]) -> Any:
    """Plain objects, and the paths of the keys that were given more than once."""
    if isinstance(value, list):
        return [_without_repeats(each, f"{path}[{place}]", found) for place, each in enumerate(value)]
    if not isinstance(value, dict):
        return whole_number(value) if type(value) is float else value
    seen: dict[str, Any] = {}
    for name, each in value.pairs if isinstance(value, Repeated) else value.items():
        below = f"{path}.{name}" if path else name
        if name in seen:
            found[f"duplicate field {golang.quote(below)}"] = None
        seen[name] = _without_repeats(each, below, found)
    return seen
