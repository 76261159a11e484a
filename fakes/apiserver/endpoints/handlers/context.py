"""What the handlers of all verbs begin with: the context of a request, its name, and the names it may not have."""

from __future__ import annotations

from typing import Any

from fakes.apimachinery.status import StatusError
from fakes.apimachinery.validation import path_segment_name
from fakes.apiserver.admission.attributes import Attributes, Operation
from fakes.apiserver.endpoints.http import Request
from fakes.apiserver.endpoints.request_scope import RequestScope
from fakes.apiserver.registry.rest import Context, Validate

__all__ = ["admission", "check_path_name", "context_of", "manager_of", "validating", "write_context"]

_MAX_MANAGER = 128


def context_of(request: Request) -> Context:
    """The context of a request that reads.

    Raises:
        StatusError: 400, the name in the path cannot be a name.
    """
    check_path_name(request.info.name)
    return _context(request)


def check_path_name(name: str) -> None:
    """Refuse a name in a path that could not be that of any object.

    Raises:
        StatusError: 400.
    """
    if name and (problems := path_segment_name(name)):
        message = f"Name parameter invalid: {_quoted(name)}: {'; '.join(problems)}"
        raise StatusError.bad_request(message)


def _context(request: Request) -> Context:
    info = request.info
    return Context(
        user=request.user, namespace=info.namespace, now=request.started, warnings=request.warnings,
        headers=request.headers,
    )  # fmt: skip


def _quoted(name: str) -> str:
    return f'"{name}"'


def write_context(
    request: Request, scope: RequestScope, operation: Operation, *, dry_run: bool, named: bool = True
) -> Context:
    """The context of a request that writes: validating admission is lent to the storage.

    ``named`` says that the name in the path is looked at now; otherwise whoever reads the body does it afterwards.
    """
    context = context_of(request) if named else _context(request)
    context.dry_run = dry_run
    context.validate = validating(request, scope, operation, dry_run=dry_run)
    return context


def validating(request: Request, scope: RequestScope, operation: Operation, *, dry_run: bool) -> Validate:
    """Validating admission as a hook for a storage; before a deletion, which no handler sees, mutating admission too."""
    validators = scope.admission

    async def validate(new: dict[str, Any], old: dict[str, Any] | None) -> None:
        what: Operation = "CREATE" if operation == "UPDATE" and old is None else operation
        attributes = admission(request, scope, what, new or None, old, dry_run=dry_run)
        if what == "DELETE":
            await validators.admit(attributes)
        await validators.validate(attributes)

    return validate


def admission(
    request: Request,
    scope: RequestScope,
    operation: Operation,
    new: dict[str, Any] | None,
    old: dict[str, Any] | None,
    *,
    dry_run: bool,
) -> Attributes:
    """What admission is told of a write."""
    named = new or old or {}
    return Attributes(
        operation=operation,
        kind=scope.kind,
        resource=scope.group_version_resource,
        subresource=scope.subresource,
        namespace=request.info.namespace,
        name=request.info.name or str(named.get("metadata", {}).get("name", "")),
        user=request.user,
        dry_run=dry_run,
        object=new,
        old_object=old,
        warnings=request.warnings,
        codec=scope.codec,
    )


def manager_of(request: Request, field_manager: str) -> str:
    """The field manager: as named, or the user agent up to its first slash."""
    if field_manager:
        return field_manager
    agent = request.header(b"user-agent").partition("/")[0]
    agent = "".join(character for character in agent if character.isprintable())
    return agent.encode()[:_MAX_MANAGER].decode("utf-8", "ignore") or "unknown"
