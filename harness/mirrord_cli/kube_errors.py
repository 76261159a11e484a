"""Errors of the Kubernetes client of the product (kube-rs), and how it reads the body of a refusal.

Any JSON object whose known fields have the right types is a Status, absent fields being zero; anything else becomes
a Status with the reason ``Failed to parse error data``. That reason is how the product knows a missing route.
The debug text of a Status follows Rust's.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import msgspec

__all__ = ["ApiError", "DecodeError", "KubeError", "ServiceError", "Status", "decode_refusal"]

_UNPARSED = "Failed to parse error data"


Summary = Annotated[
    Literal["Success", "Failure"],
    msgspec.Meta(extra_json_schema={"format": "enum", "variants": ["Success", "Failure"]}),
]


class _Cause(msgspec.Struct, frozen=True):
    reason: str = ""
    message: str = ""
    field: str = ""


class _Details(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    group: str = ""
    kind: str = ""
    uid: str = ""
    causes: list[_Cause] = []
    retry_after_seconds: int = 0


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """A metav1.Status as the product decodes it."""

    status: Summary | None = None
    code: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    message: str = ""
    metadata: dict[str, Any] | None = None
    reason: str = ""
    details: _Details | None = None

    @property
    def is_missing_route(self) -> bool:
        """A 404 that no API server wrote: the operator does not know the path."""
        return self.code == 404 and "parse" in self.reason


class KubeError(Exception):
    """A request that did not lead to a decoded object; the text is what the product shows."""


class ApiError(KubeError):
    """The server refused."""

    def __init__(self, status: Status) -> None:
        super().__init__(f"ApiError: {status.message}: {status.reason} ({_debug(status)})")
        self.status = status


class DecodeError(KubeError):
    """The server agreed, but the body is not what was asked for."""

    def __init__(self, problem: object) -> None:
        super().__init__(f"Error deserializing response: {problem}")


class ServiceError(KubeError):
    """There was no answer."""

    def __init__(self, problem: object) -> None:
        super().__init__(f"ServiceError: {problem}")


def decode_refusal(http_status: int, body: bytes) -> ApiError:
    """The error that a 4xx or 5xx answer stands for."""
    try:
        return ApiError(msgspec.json.decode(body, type=Status))
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = body.decode(errors="replace")
        return ApiError(Status(status="Failure", code=http_status, message=text, reason=_UNPARSED))


def _debug(status: Status) -> str:
    summary = f"Some({status.status})" if status.status else "None"
    metadata = "None" if status.metadata is None else f"Some({_debug_metadata(status.metadata)})"
    details = "None" if status.details is None else f"Some({_debug_details(status.details)})"
    return (
        f"Status {{ status: {summary}, code: {status.code}, message: {_quoted(status.message)}, "
        f"metadata: {metadata}, reason: {_quoted(status.reason)}, details: {details} }}"
    )


def _debug_metadata(metadata: dict[str, Any]) -> str:
    fields = (
        ("continue_", metadata.get("continue")),
        ("remaining_item_count", metadata.get("remainingItemCount")),
        ("resource_version", metadata.get("resourceVersion")),
        ("self_link", metadata.get("selfLink")),
    )
    shown = ", ".join(
        f"{name}: {'None' if value is None else f'Some({_quoted(value)})'}" for name, value in fields
    )
    return f"ListMeta {{ {shown} }}"


def _debug_details(details: _Details) -> str:
    causes = ", ".join(
        f"StatusCause {{ reason: {_quoted(cause.reason)}, message: {_quoted(cause.message)}, "
        f"field: {_quoted(cause.field)} }}"
        for cause in details.causes
    )
    return (
        f"StatusDetails {{ name: {_quoted(details.name)}, group: {_quoted(details.group)}, "
        f"kind: {_quoted(details.kind)}, uid: {_quoted(details.uid)}, causes: [{causes}], "
        f"retry_after_seconds: {details.retry_after_seconds} }}"
    )


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
