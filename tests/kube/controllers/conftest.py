"""A cluster with controllers, and its API in few words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fakes.apimachinery.clock import FakeClock
from fakes.apimachinery.status import StatusError
from fakes.cluster import FakeCluster

Object = dict[str, Any]


class World:
    """Blocking requests as the server itself."""

    def __init__(self, cluster: FakeCluster) -> None:
        self.cluster = cluster
        self._client = cluster.client()

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        return self.cluster.driver.run(self._client.request(method, path, body=body, **more))

    def create(self, path: str, obj: Object) -> Object:
        created: Object = self("POST", path, obj)
        return created

    def merge(self, path: str, patch: Object) -> Object:
        patched: Object = self("PATCH", path, patch, content_type="application/merge-patch+json")
        return patched

    def delete(self, path: str, policy: str = "Background") -> None:
        self("DELETE", path, {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": policy})

    def names(self, path: str) -> list[str]:
        return [each["metadata"]["name"] for each in self("GET", path)["items"]]

    def exists(self, path: str) -> bool:
        try:
            self("GET", path)
        except StatusError as error:
            if error.code != 404:
                raise
            return False
        return True

    def step(self, **duration: float) -> None:
        assert isinstance(self.cluster.clock, FakeClock)
        self.cluster.clock.step(timedelta(**duration))


@pytest.fixture
def make_world() -> Callable[..., World]:
    return lambda **options: World(FakeCluster(**options))


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
