"""Query parameters of the verbs, read and validated: lists, watches, writes and deletions.

Source: k8s.io/apimachinery, pkg/apis/meta/internalversion/validation and pkg/apis/meta/v1/validation; v1.36.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.field import FieldError
from fakes.apimachinery.schema import GroupKind
from fakes.apimachinery.selectors import FieldSelector, LabelSelector, SelectorError
from fakes.apimachinery.status import StatusError
from fakes.apiserver.endpoints.http import Query, Request
from fakes.apiserver.registry.rest import DeleteOptions, FieldMatcher, ListOptions, Predicate
from fakes.apiserver.registry.strategy import FieldLabelError

__all__ = ["WriteOptions", "check_export", "delete_options", "integer", "list_options", "write_options"]

_META = "meta.k8s.io"
_INT64_DIGITS = 40
_digits = re.compile(r"[+-]?[0-9]+").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """Options of a create, update or patch."""

    dry_run: bool = False
    field_manager: str = ""
    field_validation: str = "Warn"
    force: bool | None = None


def integer(query: Query, name: str) -> int | None:
    """A numeric parameter, None if it was not given.

    Raises:
        StatusError: 400.
    """
    if name not in query:
        return None
    text = query.get(name)
    if not _digits(text):
        raise StatusError.bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    number = int(text) if len(text) < _INT64_DIGITS else None
    if number is None or not -(1 << 63) <= number < 1 << 63:
        raise StatusError.bad_request(f'strconv.ParseInt: parsing "{text}": value out of range')
    return number


def _boolean(query: Query, name: str) -> bool | None:
    """Kubernetes' idea of a boolean parameter: given and neither ``false`` nor ``0``."""
    if name not in query:
        return None
    return query.get(name) not in ("false", "0")


def list_options(request: Request, rest: Any, *, watch: bool) -> ListOptions:
    """Options of a list, a watch, or a deletion of many.

    Raises:
        StatusError: 400 for what cannot be read, 422 for what does not go together.
    """
    query = request.query
    if not query and not request.info.name:
        return ListOptions()
    limit = integer(query, "limit")
    timeout = integer(query, "timeoutSeconds")
    predicate = _predicate(request, rest)
    check_export(query)
    options = ListOptions(
        predicate=predicate,
        limit=max(limit or 0, 0),
        continue_token=query.get("continue"),
        resource_version=query.get("resourceVersion"),
        resource_version_match=query.get("resourceVersionMatch"),
        send_initial_events=_boolean(query, "sendInitialEvents"),
        bookmarks=bool(_boolean(query, "allowWatchBookmarks")),
        timeout_seconds=timeout,
    )
    errors = _watch_errors(options) if watch else _list_errors(options)
    if errors:
        raise StatusError.invalid(GroupKind(_META, "ListOptions"), "", errors)
    return options


def check_export(query: Query) -> None:
    """Refuse a parameter that was taken back.

    Raises:
        StatusError: 400.
    """
    if query.get("export") in ("1", "t", "T", "TRUE", "true", "True"):
        message = "the export parameter, deprecated since v1.14, is no longer supported"
        raise StatusError.bad_request(message)


def _predicate(request: Request, rest: Any) -> Predicate:
    query = request.query
    labels = fields = None
    try:
        if text := query.get("labelSelector"):
            selector = LabelSelector.parse(text)
            labels = None if selector.empty else selector.matches
    except SelectorError as error:
        raise StatusError.bad_request(str(error)) from error
    text = query.get("fieldSelector")
    if text and isinstance(rest, FieldMatcher):
        fields = rest.match_fields(text)
    elif text:
        try:
            chosen = FieldSelector.parse(text, rest.check_field_label)
        except (SelectorError, FieldLabelError) as error:
            raise StatusError.bad_request(str(error)) from error
        named = request.info.name if request.info.special == "watch" else ""
        if named and chosen.requires_exact("metadata.name") != named:
            raise StatusError.bad_request("fieldSelector metadata.name doesn't match requested name")
        matches, selectable = chosen.matches, rest.selectable_fields

        def fields(obj: dict[str, Any]) -> bool:
            return bool(matches(selectable(obj)))

    elif request.info.name and request.info.special == "watch":
        name = request.info.name

        def fields(obj: dict[str, Any]) -> bool:
            return bool(obj["metadata"]["name"] == name)

    return Predicate(labels, fields)


def _list_errors(options: ListOptions) -> list[FieldError]:
    errors = []
    match, version = options.resource_version_match, options.resource_version
    if match:
        if not version:
            errors.append(
                FieldError.forbidden(
                    "resourceVersionMatch",
                    "resourceVersionMatch is forbidden unless resourceVersion is provided",
                )
            )
        if options.continue_token:
            errors.append(
                FieldError.forbidden(
                    "resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"
                )
            )
        if match not in ("Exact", "NotOlderThan"):
            errors.append(
                FieldError.not_supported("resourceVersionMatch", match, ["Exact", "NotOlderThan", ""])
            )
        if match == "Exact" and version == "0":
            detail = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
            errors.append(FieldError.forbidden("resourceVersionMatch", detail))
    if options.send_initial_events is not None:
        errors.append(FieldError.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    return errors


def _watch_errors(options: ListOptions) -> list[FieldError]:
    match = options.resource_version_match
    errors = []
    if options.send_initial_events is not None and match != "NotOlderThan":
        detail = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        errors.append(FieldError.forbidden("resourceVersionMatch", detail))
    if match and options.send_initial_events is None:
        detail = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        errors.append(FieldError.forbidden("resourceVersionMatch", detail))
    if match not in ("", "NotOlderThan"):
        errors.append(FieldError.not_supported("resourceVersionMatch", match, ["NotOlderThan"]))
    if options.continue_token:
        detail = "resourceVersionMatch is forbidden when continue is provided"
        errors.append(FieldError.forbidden("resourceVersionMatch", detail))
    return errors


_NO_OPTIONS = WriteOptions()


def write_options(query: Query, kind: str, *, apply: bool = False, patch: bool = False) -> WriteOptions:
    """Options of a create, update or patch; ``kind`` is CreateOptions, UpdateOptions or PatchOptions.

    Raises:
        StatusError: 422.
    """
    if not query and not apply:
        return _NO_OPTIONS
    dry_run, manager = query.all("dryRun"), query.get("fieldManager")
    validation = query.get("fieldValidation")
    errors: list[FieldError] = []
    force = _boolean(query, "force") if patch else None
    if apply and not manager:
        errors.insert(0, FieldError.required("fieldManager", "is required for apply patch"))
    elif patch and not apply and force is not None:
        errors.insert(0, FieldError.forbidden("force", "may not be specified for non-apply patch"))
    if len(manager.encode()) > 128:
        errors.append(FieldError.too_long("fieldManager", 128))
    for position, character in enumerate(manager):
        if not character.isprintable():
            detail = f"invalid character U+{ord(character):04X} (at position {position})"
            errors.append(FieldError.invalid("fieldManager", manager, detail))
    errors += _dry_run_errors(dry_run)
    if validation not in ("", "Ignore", "Strict", "Warn"):
        errors.append(
            FieldError.not_supported("fieldValidation", validation, ["", "Ignore", "Strict", "Warn"])
        )
    if errors:
        raise StatusError.invalid(GroupKind(_META, kind), "", errors)
    return WriteOptions(
        dry_run=bool(dry_run), field_manager=manager, field_validation=validation or "Warn", force=force
    )


def _dry_run_errors(values: list[str]) -> list[FieldError]:
    unknown = [value for value in values if value != "All"]
    return [FieldError.not_supported("dryRun", values, ["All"])] if unknown else []


_PROPAGATION = ("Foreground", "Background", "Orphan")


def delete_options(query: Query, body: Mapping[str, Any]) -> tuple[DeleteOptions, bool]:
    """Options of a deletion, from the body if there is one and else from the query; and whether it is a dry run.

    Raises:
        StatusError: 400 or 422.
    """
    if body:
        return _delete_options_of_body(body)
    grace = integer(query, "gracePeriodSeconds")
    dry_run = query.all("dryRun")
    policy = query.get("propagationPolicy") if "propagationPolicy" in query else None
    orphan = _boolean(query, "orphanDependents")
    _check_delete(dry_run, policy, orphan)
    options = DeleteOptions(
        grace_period_seconds=grace, propagation_policy=policy, orphan_dependents=orphan,
    )  # fmt: skip
    return options, bool(dry_run)


def _delete_options_of_body(body: Mapping[str, Any]) -> tuple[DeleteOptions, bool]:
    preconditions = body.get("preconditions") or {}
    dry_run: list[str] = body.get("dryRun") or []
    policy, orphan = body.get("propagationPolicy"), body.get("orphanDependents")
    grace = body.get("gracePeriodSeconds")
    _check_delete(dry_run, policy, orphan)
    options = DeleteOptions(
        grace_period_seconds=grace,
        propagation_policy=policy,
        orphan_dependents=orphan,
        uid=preconditions.get("uid"),
        resource_version=preconditions.get("resourceVersion"),
    )
    return options, bool(dry_run)


def _check_delete(dry_run: list[str], policy: str | None, orphan: bool | None) -> None:
    errors = []
    if policy is not None and orphan is not None:
        detail = "orphanDependents and deletionPropagation cannot be both set"
        errors.append(FieldError.invalid("propagationPolicy", policy, detail))
    if policy is not None and policy not in _PROPAGATION:
        errors.append(FieldError.not_supported("propagationPolicy", policy, [*_PROPAGATION, "nil"]))
    errors += _dry_run_errors(dry_run)
    if errors:
        raise StatusError.invalid(GroupKind(_META, "DeleteOptions"), "", errors)
