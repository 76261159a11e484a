"""A patched object is quoted in refusals: keys are sorted where the patch has been, and stand as they stood elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.apimachinery.patch.json_patch import apply_json_patch
from fakes.apimachinery.patch.merge_patch import apply_merge_patch

OBJECT = {"z": 1, "meta": {"name": "n", "id": "i"}, "list": [{"y": 1, "b": 2}, {"y": 3, "b": 4}]}
LIST = '[{"y":1,"b":2},{"y":3,"b":4}]'
META = '{"name":"n","id":"i"}'


@pytest.mark.parametrize(
    ("patch", "quoted"),
    [
        ({"z": 2}, f'{{"list":{LIST},"meta":{META},"z":2}}'),
        ({"meta": {"a": 1}}, f'{{"list":{LIST},"meta":{{"a":1,"id":"i","name":"n"}},"z":1}}'),
        ({"new": [{"d": 1, "c": None}]}, f'{{"list":{LIST},"meta":{META},"new":[{{"d":1}}],"z":1}}'),
        ({"new": {"d": 1, "c": 2}}, f'{{"list":{LIST},"meta":{META},"new":{{"c":2,"d":1}},"z":1}}'),
    ],
)
def test_a_merge_patch_sorts_what_it_merges(patch: Any, quoted: str) -> None:
    merged = apply_merge_patch(OBJECT, json.dumps(patch).encode())
    assert json.dumps(merged, separators=(",", ":")) == quoted


@pytest.mark.parametrize(
    ("operation", "quoted"),
    [
        ({"op": "add", "path": "/a", "value": {"d": 1, "c": 2}}, f'{{"a":{{"d":1,"c":2}},"list":{LIST},"meta":{META},"z":1}}'),
        ({"op": "replace", "path": "/list/1/y", "value": 5}, f'{{"list":[{{"y":1,"b":2}},{{"b":4,"y":5}}],"meta":{META},"z":1}}'),
        ({"op": "test", "path": "/meta", "value": {"id": "i", "name": "n"}}, f'{{"list":{LIST},"meta":{{"id":"i","name":"n"}},"z":1}}'),
        ({"op": "copy", "from": "/meta", "path": "/a"}, f'{{"a":{META},"list":{LIST},"meta":{META},"z":1}}'),
    ],
)  # fmt: skip
def test_a_json_patch_sorts_what_its_paths_lead_through(operation: Any, quoted: str) -> None:
    patched = apply_json_patch(OBJECT, json.dumps([operation]).encode())
    assert json.dumps(patched, separators=(",", ":")) == quoted
