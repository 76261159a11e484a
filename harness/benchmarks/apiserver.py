"""The fake kube-apiserver: start, single requests, lists, watches, memory."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from fakes.cluster import FakeCluster
from harness.benchmarks.measuring import Figure, best_of, cpu_of
from harness.drivers.in_process import InProcessConnection
from harness.drivers.serving import ServedFake

__all__ = ["figures"]

_CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
_PODS = "/api/v1/namespaces/default/pods"


def figures() -> Iterator[Figure]:
    """Every measurement of the API server."""
    yield from _start()
    yield from _requests()
    yield from _lists()
    yield from _growth()
    yield from _watchers()
    yield from _served()
    yield from _memory()


def _config_map(name: str) -> dict[str, object]:
    return {"metadata": {"name": name, "labels": {"app": "bench"}}, "data": {"key": "value"}}


def _pod(name: str) -> dict[str, object]:
    container = {"name": "main", "image": "registry.example.com/app:1", "ports": [{"containerPort": 80}]}
    return {"metadata": {"name": name, "labels": {"app": "bench"}}, "spec": {"containers": [container]}}


def _start() -> Iterator[Figure]:
    def first_answer() -> None:
        cluster = FakeCluster()
        cluster.driver.run(cluster.client().request("GET", "/version"))
        cluster.close()

    first_answer()
    yield Figure(
        name="fresh cluster to its first answer", value=best_of(5, first_answer) * 1e3, unit="ms", aim=20
    )


def _requests() -> Iterator[Figure]:
    cluster = FakeCluster(controllers=())
    run, client = cluster.driver.run, cluster.client()
    run(client.request("POST", _CONFIG_MAPS, body=_config_map("a")))

    def get() -> None:
        for _ in range(2000):
            run(client.request("GET", f"{_CONFIG_MAPS}/a"))

    yield Figure(name="GET of a ConfigMap, in process", value=cpu_of(3, get) / 2000 * 1e6, unit="us", aim=100)
    made = iter(range(1_000_000))

    def post() -> None:
        for _ in range(500):
            run(client.request("POST", _CONFIG_MAPS, body=_config_map(f"n{next(made)}")))

    yield Figure(
        name="POST of a ConfigMap, in process", value=cpu_of(3, post) / 500 * 1e6, unit="us", aim=300
    )
    cluster.close()


def _lists() -> Iterator[Figure]:
    cluster = FakeCluster(controllers=())
    run, client = cluster.driver.run, cluster.client()
    run(
        client.request(
            "POST", "/api/v1/namespaces/default/serviceaccounts", body={"metadata": {"name": "default"}}
        )
    )
    for number in range(10_000):
        run(client.request("POST", _PODS, body=_pod(f"p{number}")))
    connection = _admin(cluster)

    def list_pods() -> None:
        status, _, body = connection.exchange("GET", _PODS, b"", [], b"")
        assert status == 200
        assert body

    list_pods()
    yield Figure(
        name="LIST of 10,000 pods from cached bytes", value=best_of(3, list_pods) * 1e3, unit="ms", aim=60
    )
    cluster.close()


def _admin(cluster: FakeCluster) -> InProcessConnection:
    """An administrator's way in, whose answers are bytes as a client receives them."""
    return InProcessConnection(cluster, cluster.credentials("admin", ["system:masters"]).der)


def _growth() -> Iterator[Figure]:
    cluster = FakeCluster(controllers=())
    run, client = cluster.driver.run, cluster.client()
    run(client.request("POST", _CONFIG_MAPS, body=_config_map("a")))

    def some() -> None:
        for _ in range(1000):
            run(client.request("GET", f"{_CONFIG_MAPS}/a"))

    before = cpu_of(3, some)
    for _ in range(20):
        some()
    ratio = cpu_of(3, some) / before
    yield Figure(
        name="cost of a request after 20,000, over that at first", value=ratio, unit="times", aim=1.25
    )
    cluster.close()


def _watchers() -> Iterator[Figure]:
    cluster = FakeCluster(controllers=())
    connection = _admin(cluster)
    watches = [connection.stream("GET", _CONFIG_MAPS, b"watch=1", [])[2] for _ in range(1000)]
    cluster.driver.idle()
    started = perf_counter()
    cluster.driver.run(cluster.client().request("POST", _CONFIG_MAPS, body=_config_map("seen")))
    cluster.driver.idle()
    elapsed = perf_counter() - started
    assert all(b'"seen"' in watch.read(1 << 16) for watch in watches)
    yield Figure(name="1,000 watchers told of one event", value=elapsed * 1e3, unit="ms", aim=100)
    cluster.close()


def _served() -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        served = ServedFake(directory=Path(folder), operator="none", controllers="none")
        served.start()
        host, port = "127.0.0.1", served.url.rpartition(":")[2]
        try:
            yield _rate(
                served, host, port, "/api/v1/namespaces/default", "GET of a Namespace over TLS", 20_000
            )
        finally:
            served.stop()


def _rate(served: ServedFake, host: str, port: str, path: str, name: str, count: int) -> Figure:
    command = [
        sys.executable, "-m", "harness.benchmarks.load", host, port, str(served.ca_path), served.admin_token, path, str(count)
    ]  # fmt: skip
    finished = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)  # noqa: S603
    return Figure(name=name, value=float(finished.stdout), unit="req/s", aim=5000, better="more")


def _memory() -> Iterator[Figure]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cluster = FakeCluster(controllers=())
    run, client = cluster.driver.run, cluster.client()
    for number in range(100_000):
        run(client.request("POST", _CONFIG_MAPS, body=_config_map(f"m{number}")))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield Figure(name="100,000 ConfigMaps in memory", value=(after - before) / 1024, unit="MB", aim=1500)
    cluster.close()
