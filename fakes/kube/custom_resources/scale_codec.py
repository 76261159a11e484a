"""How the Scale of a custom resource travels: as a built-in one, but for what its server does not know of that kind."""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.request_scope import Codec, Decoded, PatchContext
from fakes.kube.builtin.codec import APPLY_PATCH, JSON_PATCH, MERGE_PATCH

__all__ = ["CustomScaleCodec"]

Object = dict[str, Any]
_UNKNOWN = (
    'no kind is registered for the type v1.Scale in scheme "k8s.io/apimachinery/pkg/runtime/scheme.go:110"'
)
_NOT_CONVERTED = (
    "failed to create manager for existing fields: failed to convert live object (/; autoscaling/v1, Kind=Scale) to "
    "proper version: request to convert CR to an invalid group/version: autoscaling/v1"
)


class CustomScaleCodec:
    """A codec of Scale for custom resources; implements ``endpoints.request_scope.Codec``.

    A body that is no Scale is refused without saying why, and who applies replicas that nobody owns fails.
    """

    patch_types: tuple[str, ...] = (JSON_PATCH, MERGE_PATCH, APPLY_PATCH)

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self.media_types = codec.media_types

    def decode(self, raw: bytes, media_type: str, field_validation: str) -> Decoded:
        try:
            return self._codec.decode(raw, media_type, field_validation)
        except StatusError as error:
            if "cannot be handled as a Scale" in error.message and "strict" not in error.message:
                raise StatusError.bad_request(_UNKNOWN) from error
            raise

    def patch(self, old: Object, patch: bytes, media_type: str, field_validation: str) -> Decoded:
        return self._codec.patch(old, patch, media_type, field_validation)

    def own(self, old: Object | None, new: Object, context: PatchContext) -> Object:
        return self._codec.own(old, new, context)

    def apply(self, old: Object | None, raw: bytes, name: str, namespace: str, context: PatchContext,
              field_validation: str) -> Decoded:  # fmt: skip
        if old is not None and not old["metadata"].get("managedFields"):
            raise StatusError.plain(_NOT_CONVERTED)
        return self._codec.apply(old, raw, name, namespace, context, field_validation)

    def present(self, obj: Object) -> Object:
        return self._codec.present(obj)
