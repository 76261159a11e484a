"""managedFields of every recorded conversation are those that a real kube-apiserver computed.

The conversations are replayed on a dict: what a write makes of an object is worked out here, what defaulting and
admission add to it is taken from the recorded answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import yaml

from fakes.apimachinery.managedfields.entries import entries_of, with_entries
from fakes.apimachinery.managedfields.field_manager import FieldManager
from fakes.apimachinery.managedfields.field_set import from_paths
from fakes.apimachinery.managedfields.tracking import keep_times
from fakes.apimachinery.patch.json_patch import apply_json_patch
from fakes.apimachinery.patch.merge_patch import apply_merge_patch
from fakes.apimachinery.patch.strategic import apply_strategic_merge_patch
from fakes.apimachinery.status import StatusError
from fakes.apimachinery.types import Type
from fakes.kube.builtin.schemas import BuiltinTypes
from fakes.kube.custom_resources.structural import Structural
from fakes.kube.custom_resources.structural_types import resource_type

ORACLE = Path(__file__).parents[2] / "../shared/oracle"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PATCHES = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
    "application/apply-patch+yaml": "apply",
}
SERVER_SET = {
    "Pod": {
        "preemptionPolicy",
        "priority",
        "serviceAccount",
        "serviceAccountName",
        "tolerations",
        "nodeName",
    },
    "Namespace": {"finalizers"},
    "Service": {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"},
}
OTHER_SUBRESOURCE = re.compile(r"/(scale|finalize|binding|eviction|token)$")
Object = dict[str, Any]


def documents(name: str) -> list[Object]:
    return [each for each in yaml.safe_load_all((ORACLE / "cases/dev" / name).read_text()) if each]


def golden() -> dict[tuple[str, int], Object]:
    answers: dict[tuple[str, int], Object] = {}
    for line in (ORACLE / "golden/dev.jsonl").read_text().splitlines():
        answer = json.loads(line)
        answers[answer["case"], answer["step"]] = answer
    return answers


def cases() -> list[Any]:
    if not ORACLE.exists():
        return [
            pytest.param(
                {}, marks=pytest.mark.skip(reason="the recorded answers are not next to the checkout")
            )
        ]
    files = ("02-objects.yaml", "03-patch.yaml", "08-crd.yaml", "09-kinds.yaml")
    return [pytest.param(each, id=each["id"]) for name in files for each in documents(name) if "id" in each]


@pytest.fixture(scope="module")
def answers() -> dict[tuple[str, int], Object]:
    return golden()


@pytest.fixture(scope="module")
def types() -> BuiltinTypes:
    return BuiltinTypes()


@pytest.fixture(scope="module")
def widget() -> Type:
    fixture = next(each for each in documents("00-fixtures.yaml") if each.get("fixture") == "widgets")
    version = fixture["steps"][0]["body"]["spec"]["versions"][0]
    return resource_type(Structural.parse(version["schema"]["openAPIV3Schema"]), "Widget")


class Replay:
    """Objects by path, with the managers that their writes have left."""

    def __init__(self, types: BuiltinTypes, widget: Type) -> None:
        self.types = types
        self.widget = widget
        self.objects: dict[str, Object] = {}

    def manager(self, api_version: str, kind: str) -> FieldManager | None:
        group, _, version = api_version.rpartition("/")
        if kind == "Widget":
            node = self.widget
        else:
            try:
                node = self.types.type_of(group, version, kind)
            except KeyError:
                return None
        reset = {"": from_paths(("f:status",)), "status": from_paths(("f:spec",), ("f:metadata",))}
        return FieldManager(type=node, api_version=api_version, kind=kind, reset_fields=reset)


def body_of(step: Object) -> Any:
    body = step.get("body")
    return yaml.safe_load(body) if isinstance(body, str) else body


def written(replay: Replay, step: Object, live: Object | None, answer: Object | None) -> Object | None:
    """The object after a write, or None where it cannot be told without a whole server."""
    path, _, query = step["path"].partition("?")
    options = parse_qs(query)
    body = body_of(step)
    kind = PATCHES.get(step.get("content_type", ""), "")
    about = live or body
    if not isinstance(about, dict) or "apiVersion" not in about or "kind" not in about:
        return None
    manager = replay.manager(about["apiVersion"], about["kind"])
    if manager is None:
        return None
    subresource = "status" if path.endswith("/status") else ""
    who = options.get("fieldManager", ["oracle-diff"])[0]
    if kind == "apply":
        force = options.get("force") == ["true"]
        return manager.apply(live, body, manager=who, subresource=subresource, force=force, now=NOW)
    new = meant(step, kind, live, manager.type)
    if answer is not None:
        if about["kind"] == "ConfigMap":
            assert content(new) == content(answer)
        new = with_defaults(new, answer)
    return manager.update(live, new, manager=who, subresource=subresource, now=NOW)


def meant(step: Object, kind: str, live: Object | None, node: Type) -> Object:
    raw = step["body"] if isinstance(step["body"], str) else json.dumps(step["body"])
    match kind:
        case "json":
            return apply_json_patch(live or {}, raw.encode())
        case "merge":
            return apply_merge_patch(live or {}, raw.encode())
        case "strategic":
            return apply_strategic_merge_patch(live or {}, raw.encode(), node)
    new: Object = body_of(step)
    return new


def content(obj: Object) -> Object:
    """What a client may say of a ConfigMap."""
    metadata = obj.get("metadata", {})
    said = {name: metadata.get(name) for name in ("labels", "annotations", "finalizers")}
    said["data"] = obj.get("data")
    return {name: value for name, value in said.items() if value}


def with_defaults(new: Object, answer: Object) -> Object:
    """The recorded object, with the managers that the client sent, and without what the server added later."""
    metadata = {name: value for name, value in answer["metadata"].items() if name != "managedFields"}
    if "managedFields" in new.get("metadata", {}):
        metadata["managedFields"] = new["metadata"]["managedFields"]
    spec = answer.get("spec")
    if isinstance(spec, dict):
        added = SERVER_SET.get(answer["kind"], set())
        sent = new.get("spec") or {}
        spec = {name: value for name, value in spec.items() if name not in added or name in sent}
        if "ports" in spec and answer["kind"] == "Service":
            spec["ports"] = [
                {name: port[name] for name in port if name != "nodePort"} for port in spec["ports"]
            ]
    return {**answer, "metadata": metadata, **({"spec": spec} if spec is not None else {})}


def object_path(step: Object, body: Any) -> str:
    path: str = step["path"].partition("?")[0].removesuffix("/status")
    if step["method"] == "POST" and isinstance(body, dict):
        return f"{path}/{body.get('metadata', {}).get('name', '')}"
    return path


def whole(step: Object, answer: Object | None) -> Object | None:
    """The recorded object, if all of it was recorded."""
    if answer is None or step.get("compare", {}).keys() & {"only", "ignore", "body"}:
        return None
    body = answer.get("body")
    return body if isinstance(body, dict) and isinstance(body.get("metadata"), dict) else None


def writes(case: Object, answers: dict[tuple[str, int], Object]) -> Iterator[tuple[Object, Object | None]]:
    for step in case.get("setup", ()):
        yield step, None
    for number, step in enumerate(case["steps"], 1):
        yield step, answers.get((case["id"], number))


def owners(obj: Object) -> list[Object]:
    """The managers of an object in an order of their own, with a note of whether they have a time."""
    shown = [{**entry, "time": "time" in entry} for entry in entries_of(obj) or ()]
    return sorted(shown, key=lambda entry: json.dumps(entry, sort_keys=True))


def unrecorded(step: Object, answer: Object | None) -> bool:
    """Whether defaults may be missing from what a write leaves, as its answer was not recorded as a whole."""
    body = body_of(step)
    return (
        whole(step, answer) is None
        and isinstance(body, dict)
        and body.get("kind", "ConfigMap") != "ConfigMap"
    )


def replayed(replay: Replay, step: Object, answer: Object | None) -> None:
    """Do a step; where the server's answer was recorded, compare who owns what."""
    path = object_path(step, body_of(step))
    recorded = whole(step, answer)
    live = replay.objects.get(path)
    other = OTHER_SUBRESOURCE.sub("", step["path"])
    if step["method"] == "DELETE" or other != step["path"] or unrecorded(step, answer):
        replay.objects.pop(other, None)
        if live is not None and recorded is not None and step["method"] == "DELETE":
            replay.objects[path] = recorded_with(live, recorded)
        return
    if live is None and (
        step["method"] == "PUT" or PATCHES.get(step.get("content_type", ""), "apply") != "apply"
    ):
        return
    obj = written(replay, step, live, recorded)
    if obj is None:
        return
    if recorded is not None:
        if recorded["kind"] == "ConfigMap":
            assert content(obj) == content(recorded)
        obj = recorded_with(obj, recorded)
        obj = keep_times(live, obj) if live is not None else obj
        assert owners(obj) == owners(recorded)
    if "dryRun" not in step["path"]:
        replay.objects[path] = obj


def recorded_with(obj: Object, recorded: Object) -> Object:
    """The recorded object with the managers of the other, whose times are times."""
    return with_entries(recorded, entries_of(obj))


@pytest.mark.parametrize("case", cases())
def test_managers_are_those_of_the_recorded_server(
    case: Object, answers: dict[tuple[str, int], Object], types: BuiltinTypes, widget: Type
) -> None:
    replay = Replay(types, widget)
    for step, answer in writes(case, answers):
        status = answer["status"] if answer else 200
        if step["method"] == "GET" or status not in (200, 201, 409):
            continue
        if status != 409:
            replayed(replay, step, answer)
        elif answer is not None and step.get("content_type") == "application/apply-patch+yaml":
            path = object_path(step, None)
            if path in replay.objects:
                with pytest.raises(StatusError) as refused:
                    written(replay, step, replay.objects[path], None)
                assert refused.value.status == answer["body"]
