"""The table of built-in resources agrees with the discovery of a real server."""

import json
from pathlib import Path
from typing import Any

import pytest

from fakes.apimachinery.schema import GroupVersionKind
from fakes.kube.builtin.resources import builtin_resources, group_priority, storage_version_hash

GOLDEN = Path(__file__).parents[2] / "../shared/oracle/golden/dev.jsonl"


def recorded(step: int, case: str = "discovery-legacy") -> Any:
    if not GOLDEN.exists():
        pytest.skip("the recorded answers are not next to this checkout")
    with GOLDEN.open() as lines:
        found = (json.loads(line) for line in lines if f'"{case}"' in line)
        return next(entry["body"] for entry in found if entry["case"] == case and entry["step"] == step)


def listed(group: str, version: str) -> list[dict[str, Any]]:
    """The resources as an APIResourceList has them, without hashes."""
    rows = []
    for each in builtin_resources():
        if (each.group, each.version) != (group, version):
            continue
        row = {
            "name": each.resource,
            "singularName": each.singular,
            "namespaced": each.namespaced,
            "kind": each.kind,
        }
        row |= {"verbs": list(each.verbs)}
        row |= {"shortNames": list(each.short_names)} if each.short_names else {}
        row |= {"categories": list(each.categories)} if each.categories else {}
        rows.append(row)
        for sub in each.subresources:
            row = {"name": f"{each.resource}/{sub.name}", "singularName": "", "namespaced": each.namespaced}
            row |= {"kind": sub.kind, "verbs": list(sub.verbs)}
            row |= (
                {}
                if (sub.group, sub.version) == (group, version)
                else {"group": sub.group, "version": sub.version}
            )
            rows.append(row)
    return rows


@pytest.mark.parametrize(
    ("step", "group"), [(5, "apps"), (6, "rbac.authorization.k8s.io"), (7, "authorization.k8s.io")]
)
def test_a_group_is_listed_as_recorded(step: int, group: str) -> None:
    assert listed(group, "v1") == recorded(step)["resources"]


def test_the_core_group_has_the_recorded_rows() -> None:
    rows = {row["name"]: row for row in listed("", "v1")}
    for path, found in recorded(2).items():
        if path.startswith("resources["):
            (row,) = found
            assert rows[row["name"]] == {
                key: value for key, value in row.items() if key != "storageVersionHash"
            }


def test_pods_have_the_recorded_subresources_in_order() -> None:
    (pods,) = recorded(1, "discovery-aggregated")["items.0.versions.0.resources[resource=pods]"]
    (ours,) = [each for each in builtin_resources() if each.resource == "pods"]
    assert [(each.name, list(each.verbs)) for each in ours.subresources] == [
        (each["subresource"], each["verbs"]) for each in pods["subresources"]
    ]


def test_groups_come_in_the_order_of_their_priorities() -> None:
    groups = list(dict.fromkeys(each.group for each in builtin_resources()))
    assert groups[:4] == ["apiregistration.k8s.io", "", "apps", "events.k8s.io"]
    assert groups[-5:] == [
        "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io", "resource.k8s.io", "flowcontrol.apiserver.k8s.io",
    ]  # fmt: skip
    assert len(groups) == 21


def test_the_higher_version_of_a_group_comes_first() -> None:
    assert group_priority("autoscaling", "v2") == (17500, 30)
    versions = [each.version for each in builtin_resources() if each.group == "autoscaling"]
    assert versions == ["v2", "v1"]


def test_only_what_the_served_minor_version_has_is_listed() -> None:
    names = {(each.group, each.resource) for each in builtin_resources()}
    assert not [name for name in names if name[0] in ("storagemigration.k8s.io", "internal.apiserver.k8s.io")]
    assert ("resource.k8s.io", "devicetaintrules") not in names


def test_the_storage_version_hash_is_that_of_a_real_server() -> None:
    assert storage_version_hash(GroupVersionKind("", "v1", "Pod")) == "xPOwRZ+Yhw8="
