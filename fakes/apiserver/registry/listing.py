"""Reading a list or starting a watch: what a resourceVersion asks for, pages, and how far back a watch may begin.

Source: k8s.io/apiserver, pkg/storage/interfaces.go and pkg/storage/etcd3; observed on v1.36.2.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta

from fakes.apimachinery.clock import Clock
from fakes.apimachinery.status import StatusError
from fakes.apiserver.registry import paging
from fakes.apiserver.registry.rest import Listed, ListOptions, Predicate, Watching
from fakes.apiserver.storage.interface import CompactedError, Storage, Stored

__all__ = ["list_objects", "not_older_than", "parse_revision", "watch_objects"]

_PATIENCE = timedelta(seconds=3)
_DIGITS = 40


def parse_revision(text: str) -> int:
    """Read a resourceVersion; empty is 0.

    Raises:
        ValueError: it is no number; the message is Go's.
    """
    if not text:
        return 0
    if text.isascii() and text.isdigit():
        if (number := int(text[-_DIGITS:])) >= 1 << 64 or text[:-_DIGITS].strip("0"):
            raise ValueError(f'strconv.ParseUint: parsing "{text}": value out of range')
        return number
    raise ValueError(f'strconv.ParseUint: parsing "{text}": invalid syntax')


async def not_older_than(storage: Storage, clock: Clock, revision: int) -> None:
    """Wait until the storage has reached a revision.

    Raises:
        StatusError: 504, it did not within three seconds.
    """
    if revision <= storage.revision:
        return
    deadline: datetime = clock.now() + _PATIENCE
    await clock.sleep_until(deadline)
    if revision > storage.revision:
        raise StatusError.timeout(
            f"Too large resource version: {revision}, current: {storage.revision}",
            retry_after=1,
            causes=[{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        )


async def list_objects(
    storage: Storage, clock: Clock, resource: str, prefix: str, options: ListOptions
) -> Listed:
    """A page of the objects whose keys start with the prefix.

    Raises:
        StatusError: 400, 410 or 504 for a resourceVersion or token that cannot be served.
    """
    predicate = options.predicate
    if options.continue_token:
        return _next_page(storage, resource, prefix, options)
    revision = _list_revision(options.resource_version)
    exact = options.resource_version_match == "Exact" or (
        revision > 0 and options.limit > 0 and not options.resource_version_match
    )
    if revision:
        await not_older_than(storage, clock, revision)
    if exact:
        items = _items_at(storage, resource, prefix, revision)
        return _page(items, prefix, predicate, options.limit, revision)
    limit = 0 if options.resource_version == "0" else options.limit
    return _page(storage.list(resource, prefix), prefix, predicate, limit, storage.revision)


def _list_revision(text: str) -> int:
    try:
        return parse_revision(text)
    except ValueError as error:
        message = f'invalid resource version: resourceVersion: Invalid value: "{text}": {error}'
        raise StatusError.bad_request(message) from error


def _items_at(storage: Storage, resource: str, prefix: str, revision: int) -> Sequence[Stored]:
    try:
        return storage.list_at(resource, prefix, revision)
    except CompactedError as error:
        raise StatusError.expired("The resourceVersion for the provided list is too old.") from error


def _next_page(storage: Storage, resource: str, prefix: str, options: ListOptions) -> Listed:
    position = paging.decode(options.continue_token)
    if options.resource_version not in ("", "0"):
        raise StatusError.bad_request("specifying resource version is not allowed when using continue")
    limit = 0 if options.resource_version == "0" else options.limit
    revision = position.revision
    if revision < 0:
        revision = storage.revision
    try:
        items = storage.list_at(resource, prefix, revision)
    except CompactedError as error:
        raise _expired(paging.encode(position._replace(revision=-1))) from error
    start = bisect_left([stored.key for stored in items], prefix + position.start)
    return _page(items[start:], prefix, options.predicate, limit, revision)


def _expired(token: str) -> StatusError:
    error = StatusError.expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list "
        "without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
        "results. Continuing with the provided token results in an inconsistent list - objects that were created, "
        "modified, or deleted between the time the first chunk was returned and now may show up in the list."
    )
    error.status["metadata"] = {"continue": token}
    return error


def _page(items: Sequence[Stored], prefix: str, predicate: Predicate, limit: int, revision: int) -> Listed:
    if limit <= 0 or len(items) <= limit:
        if not predicate.empty:
            items = [stored for stored in items if predicate.matches(stored.object)]
        return Listed(items, revision)
    if predicate.empty:
        token = paging.encode(paging.Position(revision, _after(items[limit - 1], prefix)))
        return Listed(items[:limit], revision, token, len(items) - limit)
    page: list[Stored] = []
    for position, stored in enumerate(items):
        if predicate.matches(stored.object):
            page.append(stored)
            if len(page) == limit and position + 1 < len(items):
                return Listed(
                    page, revision, paging.encode(paging.Position(revision, _after(stored, prefix)))
                )
    return Listed(page, revision)


def _after(stored: Stored, prefix: str) -> str:
    """The least key behind an object: its own and a character that sorts before all that names may hold."""
    return stored.key.removeprefix(prefix) + "\x01"


def watch_objects(storage: Storage, resource: str, prefix: str, options: ListOptions) -> Watching:
    """Start a watch.

    Raises:
        CompactedError: it is to begin further back than is remembered.
        StatusError: 500, the resourceVersion is no number.
    """
    text = options.resource_version
    try:
        since = parse_revision(text)
    except ValueError as error:
        raise StatusError.plain(f'resourceVersion: Invalid value: "{text}": {error}') from error
    replay = options.send_initial_events
    if replay or (since == 0 and replay is None):
        items = [each for each in storage.list(resource, prefix) if options.predicate.matches(each.object)]
        return Watching(items, storage.watch(resource, prefix, storage.revision), storage.revision)
    start = since or storage.revision
    return Watching(None, storage.watch(resource, prefix, start), start)
