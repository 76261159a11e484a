"""AdmissionReview v1: what a webhook is asked, and what its answer means.

Source: k8s.io/apiserver, pkg/admission/plugin/webhook/request and pkg/admission/plugin/webhook/errors.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from fakes.apimachinery.golang import quote
from fakes.apimachinery.schema import GroupVersionKind, GroupVersionResource
from fakes.apimachinery.status import StatusError
from fakes.apiserver.admission.attributes import Attributes

__all__ = ["InvalidAnswerError", "Verdict", "admission_request", "denial", "read_answer", "versioned"]

_GROUP_VERSION = "admission.k8s.io/v1"


class InvalidAnswerError(ValueError):
    """The answer of a webhook is not what it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a webhook said. ``patch`` is a JSON patch, empty if there is none."""

    allowed: bool
    status: Mapping[str, Any] | None
    patch: bytes
    warnings: tuple[str, ...]


def versioned(
    obj: dict[str, Any] | None, attributes: Attributes, api_version: str = ""
) -> dict[str, Any] | None:
    """An object of a write as a client would see it, with ``kind`` and ``apiVersion``."""
    if obj is None:
        return None
    shown = attributes.codec.present(obj) if attributes.codec is not None else obj
    return {"kind": attributes.kind.kind, "apiVersion": api_version or attributes.kind.api_version, **shown}


def admission_request(attributes: Attributes, resource: GroupVersionResource, uid: str) -> dict[str, Any]:
    """The ``request`` of a review; ``resource`` is the version in which the webhook asked for it."""
    own = attributes.kind
    kind, api_version = own, own.api_version
    if resource.version != attributes.resource.version and own.group == resource.group:
        kind = GroupVersionKind(own.group, resource.version, own.kind)
        api_version = kind.api_version
    request: dict[str, Any] = {"uid": uid, "kind": kind._asdict(), "resource": resource._asdict()}
    if attributes.subresource:
        request["subResource"] = attributes.subresource
    request |= {"requestKind": own._asdict(), "requestResource": attributes.resource._asdict()}
    if attributes.subresource:
        request["requestSubResource"] = attributes.subresource
    if attributes.name:
        request["name"] = attributes.name
    if attributes.namespace:
        request["namespace"] = attributes.namespace
    return {
        **request,
        "operation": attributes.operation,
        "userInfo": attributes.user.to_api(),
        "object": versioned(attributes.object, attributes, api_version),
        "oldObject": versioned(attributes.old_object, attributes, api_version),
        "dryRun": attributes.dry_run,
        "options": _options(attributes),
    }


def _options(attributes: Attributes) -> dict[str, Any] | None:
    if attributes.operation == "CONNECT":
        return None
    if attributes.options is not None:
        return attributes.options
    options: dict[str, Any] = {
        "kind": f"{attributes.operation.capitalize()}Options", "apiVersion": "meta.k8s.io/v1"
    }  # fmt: skip
    if attributes.dry_run:
        options["dryRun"] = ["All"]
    return options


def read_answer(raw: bytes, uid: str, *, mutating: bool) -> Verdict:
    """What an AdmissionReview with a response says.

    Raises:
        InvalidAnswerError: it is no such thing.
    """
    review = _decoded(raw)
    group_version, kind = str(review.get("apiVersion", "")), str(review.get("kind", ""))
    if (group_version, kind) != (_GROUP_VERSION, "AdmissionReview"):
        shown = str(GroupVersionKind(*_split(group_version), kind))
        raise _invalid(f"expected webhook response of {_GROUP_VERSION}, Kind=AdmissionReview, got {shown}")
    response = review.get("response")
    if not isinstance(response, dict):
        raise _invalid("webhook response was absent")
    if response.get("uid") != uid:
        raise _invalid(f"expected response.uid={quote(uid)}, got {quote(str(response.get('uid') or ''))}")
    status = response.get("status")
    warnings = response.get("warnings") or ()
    return Verdict(
        allowed=response.get("allowed") is True,
        status=status if isinstance(status, dict) else None,
        patch=_patch(response, mutating=mutating),
        warnings=tuple(str(each) for each in warnings),
    )


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        decoded = msgspec.json.decode(raw)
    except msgspec.DecodeError as error:
        raise InvalidAnswerError(
            f"failed to call webhook: couldn't get version/kind; json parse error: {error}"
        ) from error
    if not isinstance(decoded, dict):
        raise InvalidAnswerError(
            "failed to call webhook: Object 'Kind' is missing in '" + raw.decode("utf-8", "replace") + "'"
        )
    return decoded


def _split(group_version: str) -> tuple[str, str]:
    group, _, version = group_version.rpartition("/")
    return group, version


def _invalid(problem: str) -> InvalidAnswerError:
    return InvalidAnswerError(f"received invalid webhook response: {problem}")


def _patch(response: Mapping[str, Any], *, mutating: bool) -> bytes:
    if not mutating:
        return b""
    patch, kind = response.get("patch"), response.get("patchType")
    if patch and kind is None:
        raise _invalid("webhook returned response.patch but not response.patchType")
    if not patch and kind is not None:
        raise _invalid("webhook returned response.patchType but not response.patch")
    if kind is not None and kind != "JSONPatch":
        raise _invalid(f'invalid value of response.patchType {quote(str(kind))}, expected "JSONPatch"')
    try:
        return base64.b64decode(str(patch or ""), validate=True)
    except binascii.Error as error:
        raise InvalidAnswerError(f"failed to call webhook: illegal base64 data: {error}") from error


def denial(name: str, verdict: Verdict) -> StatusError:
    """The refusal of a webhook, in the form in which a client gets it."""
    status = dict(verdict.status or {})
    code = status.get("code")
    code = code if isinstance(code, int) and code >= 400 else 400
    said = str(status.get("message") or status.get("reason") or "")
    by = f"admission webhook {quote(name)} denied the request"
    details = status.get("details")
    return StatusError.of(
        code, str(status.get("reason") or ""), f"{by}: {said}" if said else f"{by} without explanation",
        details if isinstance(details, dict) else None,
    )  # fmt: skip
