"""Stopping the time beside the cluster: the client's, Faker's, the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from typing import Any

__all__ = ["frozen_at", "spare_what_needs_real_time"]

_SPARED = ["kubernetes", "harness.", "fakes.", "_pytest.timing"]
_IMPORTED_BEFORE = (
    "kubernetes.client.api_client",
    "kubernetes.client.configuration",
    "harness.clients.builtin",
)
"""A first import inside of a freeze would keep the fake datetime for good."""


def spare_what_needs_real_time() -> None:
    """Keep freezegun out of packages whose types are read from annotations, which a fake datetime breaks.

    The models of kubernetes are such (https://github.com/spulec/freezegun/issues/480), and our own; what is ours takes
    the time from a clock anyway.
    """
    import freezegun

    missing = [name for name in _SPARED if name not in freezegun.config.settings.default_ignore_list]
    if missing:
        freezegun.configure(extend_ignore_list=missing)


@contextmanager
def frozen_at(moment: datetime) -> Iterator[Any]:
    """Time stands still until ``move_to``; event loops keep theirs, as a served cluster lives in one."""
    import freezegun

    for module in _IMPORTED_BEFORE:
        import_module(module)
    spare_what_needs_real_time()
    with freezegun.freeze_time(moment, real_asyncio=True) as frozen:
        yield frozen
