"""metav1.Status, and the one exception that leaves our code: StatusError.

Constructors are named for reasons; the sentences are those of k8s.io/apimachinery, pkg/api/errors/errors.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from fakes.apimachinery import golang
from fakes.apimachinery.field import FieldError, aggregate
from fakes.apimachinery.schema import GroupKind, GroupResource

__all__ = ["StatusError", "success"]

Status = dict[str, Any]


def success(*, details: dict[str, Any] | None = None, code: int | None = None) -> Status:
    """The Status of a deletion: no code, message or reason unless set."""
    status: Status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    if details is not None:
        status["details"] = details
    if code is not None:
        status["code"] = code
    return status


class StatusError(Exception):
    """A refusal that a client may see. ``status`` is the metav1.Status; ``headers`` go with it (Retry-After).

    Raised by servers and, decoded, by clients; so that whoever handles it need not know which side it is on.
    """

    def __init__(self, status: Status, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(status.get("message", ""))
        self.status = status
        self.headers = tuple(headers)

    @property
    def code(self) -> int:
        return int(self.status.get("code", 500))

    @property
    def reason(self) -> str:
        return str(self.status.get("reason", ""))

    @property
    def message(self) -> str:
        return str(self.status.get("message", ""))

    @classmethod
    def of(
        cls,
        code: int,
        reason: str,
        message: str,
        details: dict[str, Any] | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> Self:
        """A failure with the fields in the order that a kube-apiserver writes them.

        ``details`` of None leaves the key out; an empty dict is printed. An empty ``reason`` is left out.
        """
        status: Status = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
        }
        if reason:
            status["reason"] = reason
        if details is not None:
            status["details"] = details
        status["code"] = code
        return cls(status, headers)

    @classmethod
    def unauthorized(cls) -> Self:
        return cls.of(401, "Unauthorized", "Unauthorized")

    @classmethod
    def forbidden(cls, resource: GroupResource, name: str, message: str) -> Self:
        subject = f'{resource} "{name}"' if name else f"{resource}"
        return cls.of(403, "Forbidden", f"{subject} is forbidden: {message}", _details(resource, name))

    @classmethod
    def forbidden_path(cls, message: str) -> Self:
        """The denial of a request that is for no resource."""
        return cls.of(403, "Forbidden", f"forbidden: {message}", {})

    @classmethod
    def not_found(cls, resource: GroupResource, name: str) -> Self:
        return cls.of(404, "NotFound", f"{resource} {golang.quote(name)} not found", _details(resource, name))

    @classmethod
    def no_such_resource(cls) -> Self:
        """A path inside a known group that names nothing."""
        return cls.of(404, "NotFound", "the server could not find the requested resource", {})

    @classmethod
    def already_exists(cls, resource: GroupResource, name: str) -> Self:
        return cls.of(409, "AlreadyExists", f'{resource} "{name}" already exists', _details(resource, name))

    @classmethod
    def conflict(cls, resource: GroupResource | GroupKind, name: str, message: str) -> Self:
        text = f'Operation cannot be fulfilled on {resource} "{name}": {message}'
        return cls.of(409, "Conflict", text, _details(resource, name))

    @classmethod
    def gone(cls, message: str) -> Self:
        return cls.of(410, "Gone", message)

    @classmethod
    def expired(cls, message: str) -> Self:
        return cls.of(410, "Expired", message)

    @classmethod
    def invalid(cls, kind: GroupKind, name: str, errors: Sequence[FieldError]) -> Self:
        """422: every error is a cause; the message holds each text once."""
        details = _details(kind, name)
        if errors:
            details["causes"] = [error.cause() for error in errors]
        return cls.of(422, "Invalid", f'{kind} "{name}" is invalid: {aggregate(errors)}', details)

    @classmethod
    def bad_request(cls, message: str) -> Self:
        return cls.of(400, "BadRequest", message)

    @classmethod
    def method_not_allowed(cls) -> Self:
        """What a built-in resource answers to a method it does not have."""
        message = "the server does not allow this method on the requested resource"
        return cls.of(405, "MethodNotAllowed", message, {})

    @classmethod
    def method_not_supported(cls, resource: GroupResource, action: str) -> Self:
        message = f'{action} is not supported on resources of kind "{resource}"'
        return cls.of(405, "MethodNotAllowed", message, _details(resource, ""))

    @classmethod
    def not_acceptable(cls, media_types: Sequence[str]) -> Self:
        message = f"only the following media types are accepted: {', '.join(media_types)}"
        return cls.of(406, "NotAcceptable", message)

    @classmethod
    def unsupported_media_type(cls, media_types: Sequence[str]) -> Self:
        accepted = ", ".join(media_types)
        message = (
            f"the body of the request was in an unknown format - accepted media types include: {accepted}"
        )
        return cls.of(415, "UnsupportedMediaType", message)

    @classmethod
    def request_entity_too_large(cls, limit: int) -> Self:
        return cls.of(413, "RequestEntityTooLarge", f"Request entity too large: limit is {limit}")

    @classmethod
    def too_many_requests(cls, message: str, retry_after: int) -> Self:
        details = {"retryAfterSeconds": retry_after}
        return cls.of(429, "TooManyRequests", message, details, [("Retry-After", str(retry_after))])

    @classmethod
    def internal(cls, message: str) -> Self:
        """500 with a reason, as ``errors.NewInternalError`` makes it."""
        text = f"Internal error occurred: {message}"
        return cls.of(500, "InternalError", text, {"causes": [{"message": message}]})

    @classmethod
    def plain(cls, message: str) -> Self:
        """500 without a reason: what an API server answers when a plain Go error reaches it."""
        return cls.of(500, "", message)

    @classmethod
    def unavailable(cls, message: str) -> Self:
        return cls.of(503, "ServiceUnavailable", message)

    @classmethod
    def timeout(cls, message: str, retry_after: int = 0, causes: Sequence[dict[str, str]] = ()) -> Self:
        details: dict[str, Any] = {}
        if causes:
            details["causes"] = list(causes)
        if retry_after:
            details["retryAfterSeconds"] = retry_after
        headers = [("Retry-After", str(retry_after))] if retry_after else []
        return cls.of(504, "Timeout", f"Timeout: {message}", details, headers)


def _details(subject: GroupResource | GroupKind, name: str) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if name:
        details["name"] = name
    if subject.group:
        details["group"] = subject.group
    kind = subject[1]
    if kind:
        details["kind"] = kind
    return details
