"""Parts of the operator's status that the model does not bring about, given as data: queues, other clusters, previews.

They are given as they are to be shown, except for what depends on the version of the operator: the encoding of copy targets
and the place of previews.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

__all__ = ["NOTHING_SHOWN", "Shown", "preview_as_session", "shown_from", "shown_text"]

Json = dict[str, Any]
PREVIEW_USER = "preview-env"


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is given.

    ``statistics`` are fields that replace counted ones. ``copy_targets`` are entries in their present form, with ``pod_name`` and
    ``copy_target``. ``queues`` are the fields ``sqs``, ``rmq`` and ``kafka`` of sessions, by session id.
    """

    statistics: Json = {}
    copy_targets: list[Json] = []
    multi_cluster_sessions: list[Json] | None = None
    connected_clusters: list[Json] | None = None
    preview_sessions: list[Json] = []
    queues: dict[str, Json] = {}


NOTHING_SHOWN = Shown()


def shown_text(shown: Any) -> str:
    """As settings keep it: text, as they can be compared and hashed.

    Raises:
        ValueError: a field is unknown, or not of its type.
    """
    try:
        return msgspec.json.encode(msgspec.convert(shown, Shown)).decode()
    except msgspec.ValidationError as error:
        raise ValueError(f"status: {error}") from error


@lru_cache(maxsize=64)
def shown_from(text: str) -> Shown:
    """What settings keep."""
    return msgspec.json.decode(text, type=Shown) if text else NOTHING_SHOWN


def preview_as_session(preview: Json) -> Json:
    """A preview as operators showed it that had no list for them."""
    return {
        "id": preview["id"], "duration_secs": preview["durationSecs"], "user": PREVIEW_USER, "target": preview["target"],
        "namespace": preview["namespace"], "locked_ports": None, "key": preview["key"],
    }  # fmt: skip
