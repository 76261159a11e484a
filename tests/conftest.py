"""What has to be known before any test is collected, and how long a test may take before it counts as hanging."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

_SECONDS = 120


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(_SECONDS))
