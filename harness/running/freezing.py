"""Stopping the time beside the cluster: the client's, Faker's, the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

__all__ = ["frozen_at", "spare_the_client"]


def spare_the_client() -> None:
    """Keep freezegun out of the kubernetes package, whose models cannot be built from a fake datetime.

    https://github.com/spulec/freezegun/issues/480
    """
    import freezegun

    ignored = freezegun.config.settings.default_ignore_list
    if "kubernetes" not in ignored:
        freezegun.configure(extend_ignore_list=["kubernetes"])


@contextmanager
def frozen_at(moment: datetime) -> Iterator[Any]:
    """Time stands still until ``move_to``; event loops keep theirs, as a served cluster lives in one."""
    import freezegun
    from kubernetes.client import ApiClient, Configuration
    from kubernetes.client.exceptions import ApiException

    del ApiClient, Configuration, ApiException  # a first import inside of a freeze breaks the package
    spare_the_client()
    with freezegun.freeze_time(moment, real_asyncio=True) as frozen:
        yield frozen
