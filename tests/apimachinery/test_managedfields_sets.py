"""Sets of fields are FieldsV1 as it is stored, and behave as sets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.apimachinery.managedfields import field_set as fs
from fakes.apimachinery.managedfields.path_element import (
    PathElementError,
    canonical,
    key_element,
    path_text,
    value_element,
)
from fakes.apimachinery.types import Type

REPEATABLE = settings(derandomize=True, database=None, deadline=None)
ELEMENTS = st.sampled_from(["f:a", "f:b", 'k:{"name":"x"}', 'v:"y"', "i:0"])
PATHS = st.lists(ELEMENTS, min_size=1, max_size=3).map(tuple)
MEMBERS = st.sets(PATHS, max_size=6)


def of(paths: set[tuple[str, ...]]) -> fs.FieldSet:
    return fs.from_paths(*paths)


def members(fields: fs.FieldSet) -> set[tuple[str, ...]]:
    return set(fs.iterate(fields))


@REPEATABLE
@given(MEMBERS)
def test_a_set_holds_the_paths_it_is_made_of(paths: set[tuple[str, ...]]) -> None:
    assert members(of(paths)) == paths
    assert fs.ordered(of(paths)) == of(paths)
    assert all(fs.contains(of(paths), path) for path in paths)


@REPEATABLE
@given(MEMBERS, MEMBERS)
def test_sets_are_united_met_and_subtracted_by_members(
    left: set[tuple[str, ...]], right: set[tuple[str, ...]]
) -> None:
    assert members(fs.union(of(left), of(right))) == left | right
    assert members(fs.intersection(of(left), of(right))) == left & right
    assert members(fs.difference(of(left), of(right))) == left - right
    assert fs.is_subset(of(left), of(right)) == (left <= right)


@REPEATABLE
@given(MEMBERS, MEMBERS)
def test_a_recursive_difference_takes_what_is_below_a_member(
    left: set[tuple[str, ...]], right: set[tuple[str, ...]]
) -> None:
    expected = {path for path in left if not any(path[: len(gone)] == gone for gone in right)}
    assert members(fs.recursive_difference(of(left), of(right))) == expected


@REPEATABLE
@given(MEMBERS, MEMBERS)
def test_equal_sets_have_one_form(left: set[tuple[str, ...]], right: set[tuple[str, ...]]) -> None:
    assert fs.difference(of(left | right), of(right - left)) == of(left)
    assert fs.union(of(left), of(right)) == fs.union(of(right), of(left))


def test_members_with_children_are_marked_by_a_dot() -> None:
    assert fs.from_paths(("f:data",), ("f:data", "f:k")) == {"f:data": {".": {}, "f:k": {}}}


def test_members_come_before_what_is_below_them_and_numbers_are_ordered_as_numbers() -> None:
    paths = [("f:b",), ("f:a", "f:c"), ("f:a", 'k:{"port":443}'), ("f:a", 'k:{"port":80}')]
    shown = [path_text(path) for path in fs.iterate(fs.from_paths(*paths))]
    assert shown == [".b", ".a.c", ".a[port=80]", ".a[port=443]"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("f:data", "f:k"), ".data.k"),
        (("f:spec", 'k:{"name":"c","port":80}', "f:image"), '.spec[name="c",port=80].image'),
        (("f:tags", 'v:"x"'), '.tags[="x"]'),
        (("f:tags", "v:true"), ".tags[=true]"),
        (("f:list", "i:3"), ".list[3]"),
    ],
)
def test_paths_are_shown_as_in_messages(path: tuple[str, ...], text: str) -> None:
    assert path_text(path) == text


@pytest.mark.parametrize(
    ("element", "written"),
    [
        ("f:a b", "f:a b"),
        ('k:{"b":1, "a":"x"}', 'k:{"a":"x","b":1}'),
        ('v: "x"', 'v:"x"'),
        ("i:07", "i:7"),
        ("x:what", None),
    ],
)
def test_elements_that_clients_send_are_written_in_one_way(element: str, written: str | None) -> None:
    assert canonical(element) == written


@pytest.mark.parametrize("element", ["f", "data", "k:{", "k:[]", "i:x"])
def test_texts_that_are_no_elements_are_refused(element: str) -> None:
    with pytest.raises(PathElementError):
        canonical(element)


PORTS = Type(kind="list", list_type="map", list_keys=("port", "protocol"), key_defaults={"protocol": "TCP"})


@pytest.mark.parametrize(
    ("item", "element"),
    [
        ({"port": 80, "protocol": "UDP"}, 'k:{"port":80,"protocol":"UDP"}'),
        ({"port": 80}, 'k:{"port":80,"protocol":"TCP"}'),
        ({"port": "<"}, 'k:{"port":"\\u003c","protocol":"TCP"}'),
    ],
)
def test_items_are_known_by_their_keys_and_their_defaults(item: Any, element: str) -> None:
    assert key_element(PORTS, item) == element


def test_an_item_without_any_key_has_no_element() -> None:
    nameless = Type(kind="list", list_type="map", list_keys=("name",))
    with pytest.raises(PathElementError, match='omits all key fields \\["name"\\]'):
        key_element(nameless, {"image": "i"})
    with pytest.raises(PathElementError, match="may not have a null element"):
        key_element(nameless, None)
    with pytest.raises(PathElementError, match="an explicit null"):
        value_element(None)
