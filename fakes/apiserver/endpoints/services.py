"""What handlers and filters share of the server they run in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fakes.apimachinery.clock import Clock
from fakes.apimachinery.status import StatusError
from fakes.apiserver.authorization.authorizer import Attributes, Authorizer
from fakes.apiserver.endpoints.request_scope import RequestScope

__all__ = ["Services"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Made once per server.

    Args:
        forbidden: makes the 403 of a denial from its attributes and the authorizer's reason.
        wire_clock: by which a connection's own times pass (how long a watch lasts), if that is not the cluster's: on a
            socket it is the machine's, since clients there know no other.
        decode_delete_options: reads the body of a DELETE; raises StatusError.
    """

    clock: Clock
    authorizer: Authorizer
    forbidden: Callable[[Attributes, str], StatusError]
    decode_delete_options: Callable[[bytes, str, RequestScope], dict[str, Any]]
    wire_clock: Clock | None = None
