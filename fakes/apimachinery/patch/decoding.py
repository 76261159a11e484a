"""The body of a patch, and what a server says of one that it cannot read."""

from __future__ import annotations

from typing import Any

import msgspec

from fakes.apimachinery.go_values import json_type
from fakes.apimachinery.json_syntax import syntax_error
from fakes.apimachinery.status import StatusError

__all__ = ["decode_json", "decode_object", "unprocessable"]


def decode_json(raw: bytes, prefix: str) -> Any:
    """The JSON of a body.

    Raises:
        StatusError: 400, with Go's words after the prefix.
    """
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StatusError.bad_request(prefix + (syntax_error(raw) or str(error))) from error


def decode_object(raw: bytes, prefix: str) -> dict[str, Any] | None:
    """The JSON object of a body, or None for ``null``.

    Raises:
        StatusError: 400 for anything else.
    """
    body = decode_json(raw, prefix)
    if body is not None and not isinstance(body, dict):
        what = f"json: cannot unmarshal {json_type(body)} into Go value of type map[string]interface {{}}"
        raise StatusError.bad_request(prefix + what)
    return body


def unprocessable() -> StatusError:
    """The 422 of a patch that can be read and not be carried out; the server does not say why."""
    message = "the server rejected our request due to an error in our request"
    return StatusError.of(422, "Invalid", message, {})
