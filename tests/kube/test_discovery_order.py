"""Groups are listed by the priority of their APIServices, ties by name; as a v1.36.2 server has them."""

from __future__ import annotations

import pytest

from fakes.apiserver.endpoints.discovery import DiscoveredGroup, DiscoveredVersion
from fakes.kube.discovery import ClusterDiscovery, Ranked


def ranked(name: str, group: int, version: int) -> Ranked:
    return (
        group,
        version,
        DiscoveredGroup(group=name, versions=[DiscoveredVersion(version="v1", resources=())]),
    )


@pytest.mark.parametrize(
    ("groups", "paths"),
    [
        (
            [("resource.k8s.io", 16200, 21), ("discovery.k8s.io", 16200, 15)],
            ["discovery.k8s.io", "resource.k8s.io"],
        ),
        ([("b", 100, 1), ("a", 100, 1), ("c", 200, 1)], ["c", "a", "b"]),
    ],
)
def test_groups_in_order(groups: list[tuple[str, int, int]], paths: list[str]) -> None:
    discovery = ClusterDiscovery([lambda: [ranked(*each) for each in groups]], lambda _: True)
    listed = [
        path.split("/")[2] for path in discovery.paths() if path.count("/") == 2 and path.startswith("/apis/")
    ]
    assert listed == paths
