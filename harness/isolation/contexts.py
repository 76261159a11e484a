"""Which contexts a run may touch: one that was named, and none that looks like production unless it was allowed by name."""

from __future__ import annotations

import re
from collections.abc import Collection

from harness.cluster import ClusterUnavailableError

__all__ = ["DENIED", "DeniedContextError", "check_context"]

DENIED = ("prod",)
"""What a name must not contain, whatever the case of its letters."""


class DeniedContextError(ClusterUnavailableError):
    """The context looks like one that nobody should test on."""


def check_context(
    name: str, also: Collection[str] = (), *, allowed: Collection[str] = (), denied: Collection[str] = DENIED
) -> None:
    """Refuse a context by its name, or by those of its cluster and server.

    Raises:
        DeniedContextError: one of the names matches the deny list, and the context is not allowed by its exact name.
    """
    if name in allowed:
        return
    for word in denied:
        for each in (name, *also):
            if re.search(re.escape(word), each, re.IGNORECASE):
                raise DeniedContextError(
                    f'the context "{name}" is on the deny list: "{each}" contains "{word}". If you are sure, allow it by name:'
                    f" --allow-context {name}"
                )
