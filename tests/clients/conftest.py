"""A served cluster for each module, and the clients that are run against it."""

from __future__ import annotations

import itertools
import json
import ssl
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from kubectl import Kubectl, found

from harness.drivers.serving import ServedFake

_BINARIES = found()
_counter = itertools.count(1)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedFake]:
    """A kube-apiserver with its controllers, on a socket."""
    served = ServedFake(directory=tmp_path_factory.mktemp("cluster"), operator="none", controllers="all")
    served.start()
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="module")
def kubeconfig(cluster: ServedFake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cluster.write_kubeconfig(tmp_path_factory.mktemp("config") / "kubeconfig")


@pytest.fixture(scope="module", params=_BINARIES or [None], ids=lambda each: each[0] if each else "none")
def any_kubectl(
    request: pytest.FixtureRequest, kubeconfig: Path, tmp_path_factory: pytest.TempPathFactory
) -> Kubectl:
    if request.param is None:
        pytest.skip("no kubectl here: neither beside this Python nor on the path")
    version, binary = request.param
    return Kubectl(
        binary=binary, version=version, home=tmp_path_factory.mktemp("home"), kubeconfig=kubeconfig
    )


@pytest.fixture
def namespace(cluster: ServedFake) -> str:
    """A namespace that nothing else uses."""
    name = f"ns-{next(_counter)}"
    request = urllib.request.Request(
        f"{cluster.url}/api/v1/namespaces", data=json.dumps({"metadata": {"name": name}}).encode(),
        headers={"Authorization": f"Bearer {cluster.admin_token}", "Content-Type": "application/json"},
    )  # fmt: skip
    trust = ssl.create_default_context(cafile=str(cluster.ca_path))
    with urllib.request.urlopen(request, context=trust, timeout=10) as answer:
        assert answer.status == 201
    return name


@pytest.fixture
def kubectl(any_kubectl: Kubectl, namespace: str) -> Kubectl:
    """A kubectl in a namespace of its own."""
    return any_kubectl.within(namespace)
