"""How objects of the operator travel: as JSON or YAML, with nothing defaulted, validated or owned.

The operator's resources can be read, made and deleted, never changed; so there is nothing to patch or apply.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import yaml

from fakes.apimachinery.schema import GroupVersion, GroupVersionKind
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.negotiation import CUSTOM_TYPES
from fakes.apiserver.endpoints.request_scope import Decoded, PatchContext, RequestScope

__all__ = ["OperatorCodec", "decode_delete_options", "read_object"]

Object = dict[str, Any]


class OperatorCodec:
    """The codec of one kind; implements ``endpoints.request_scope.Codec``.

    Args:
        present: what of a stored object depends on the time at which it is read.
    """

    media_types: tuple[str, ...] = CUSTOM_TYPES
    patch_types: tuple[str, ...] = ()

    def __init__(self, kind: GroupVersionKind, present: Callable[[Object], Object] | None = None) -> None:
        self._kind = kind
        self._present = present

    def present(self, obj: Object) -> Object:
        return obj if self._present is None else self._present(obj)

    def decode(self, raw: bytes, media_type: str, field_validation: str) -> Decoded:
        obj = read_object(raw, media_type)
        version, kind = str(obj.pop("apiVersion", "") or ""), str(obj.pop("kind", "") or "")
        sent = GroupVersion.parse(version).kind(kind)
        if sent != self._kind:
            raise StatusError.bad_request(
                f"the API version in the data ({version}, Kind={kind}) does not match the expected API version "
                f"({self._kind.api_version}, Kind={self._kind.kind})"
            )
        if not isinstance(obj.setdefault("metadata", {}), dict):
            raise StatusError.bad_request("metadata must be an object")
        return Decoded(obj, ())

    def own(self, old: Object | None, new: Object, context: PatchContext) -> Object:
        return new

    def patch(self, *_: Any) -> Decoded:
        """Nothing is patched: no storage of the operator updates."""
        raise StatusError.method_not_allowed()

    def apply(self, *_: Any) -> Decoded:
        """Nor applied."""
        raise StatusError.method_not_allowed()


def read_object(raw: bytes, media_type: str) -> Object:
    """A body that must be an object.

    Raises:
        StatusError: BadRequest.
    """
    try:
        if media_type.startswith("application/yaml"):
            content = yaml.load(raw, Loader=yaml.CSafeLoader)
        else:
            content = msgspec.json.decode(raw)
    except (msgspec.DecodeError, yaml.YAMLError) as error:
        raise StatusError.bad_request(f"the body of the request cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise StatusError.bad_request("the body of the request must be an object")
    return content


def decode_delete_options(raw: bytes, media_type: str, scope: RequestScope) -> Object:  # noqa: ARG001 - same for all
    """The body of a DELETE; clients of the operator send an empty object."""
    return read_object(raw, media_type)
