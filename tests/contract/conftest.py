"""The clusters on which a promise has to hold. ``envtest`` takes part where KUBEBUILDER_ASSETS names its programs."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from harness.cluster import Cluster
from harness.drivers import open_cluster


@pytest.fixture(scope="package", params=["fake", "served", "envtest"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """One cluster for all promises: each works in a namespace of its own."""
    if request.param == "envtest" and not os.environ.get("KUBEBUILDER_ASSETS"):
        pytest.skip("KUBEBUILDER_ASSETS names no real kube-apiserver")
    opened = open_cluster(request.param, seed=11)
    yield opened
    opened.close()
