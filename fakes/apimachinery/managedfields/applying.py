"""One attempt to apply a configuration: merge it, remove what is no longer applied, find out who minds."""

from __future__ import annotations

from typing import Any, NamedTuple

from fakes.apimachinery.managedfields.comparison import compare
from fakes.apimachinery.managedfields.conflicts import ConflictError
from fakes.apimachinery.managedfields.entries import Entry, Identifier, Managed, disown
from fakes.apimachinery.managedfields.field_set import FieldSet, intersection, recursive_difference, union
from fakes.apimachinery.managedfields.field_sets_of import fields_of
from fakes.apimachinery.managedfields.merging import drop_emptied, merge
from fakes.apimachinery.managedfields.pruning import prune
from fakes.apimachinery.managedfields.tracking import tracked, without_untracked
from fakes.apimachinery.types import Type

__all__ = ["Applied", "apply_config"]

Object = dict[str, Any]


class Applied(NamedTuple):
    """The merged object, the managers after it (the applier's entry without a time), whether the object changed."""

    obj: Object
    managed: Managed
    changed: bool


def apply_config(
    live: Object | None,
    config: Object,
    *,
    node: Type,
    zero: Object,
    managed: Managed,
    identifier: Identifier,
    api_version: str,
    reset: FieldSet,
    force: bool,
) -> Applied:
    """Apply a configuration that fits its type.

    Raises:
        ConflictError: others own fields that it changes, and it is not forced.
        PathElementError: the live object has a list item without its keys.
    """
    before = zero if live is None else live
    merged: Object = merge(before, config, node)
    claimed = recursive_difference(fields_of(config, node), reset)
    last = managed[identifier].fields if identifier in managed else {}
    others = {who: entry for who, entry in managed.items() if who != identifier}
    result = merged
    if last:
        owned = claimed
        for entry in others.values():
            owned = union(owned, entry.fields)
        result = prune(merged, node, last=last, applied=claimed, owned=owned)
    comparison = compare(tracked(before, zero), tracked(result, zero), node).without(reset)
    changed = union(comparison.added, comparison.modified)
    conflicts = {who: both for who, entry in others.items() if (both := intersection(entry.fields, changed))}
    if conflicts and not force:
        raise ConflictError(conflicts)
    after = disown(others, comparison)
    if own := without_untracked(claimed):
        after[identifier] = Entry(api_version=api_version, fields=own, time="")
    if live is None:
        return Applied(config, after, True)
    obj = result if result is merged else drop_emptied(result, node)
    return Applied(obj, after, _content(result) != _content(live))


def _content(obj: Object) -> Object:
    """What is compared: whether an object says its kind depends on where it comes from."""
    return {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}
