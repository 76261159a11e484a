"""How agents treat traffic, as far as it is configured. The agents are open source: what is here is attested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

__all__ = ["TrafficSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficSettings:
    """The defaults are those of the operator's chart and of the agents that it starts.

    inject_headers
        Whether responses are marked with who answered them.
    inject_session_key_header
        Whether the key of the session is added to requests that it steals, and to their responses.
    override_cache_control
        Whether responses are kept out of caches.
    flush_connections
        Whether open connections are cut when the first session begins to steal their port.
    max_body_buffer_size, max_body_buffer_timeout_millis
        How much of a body, and how long, an agent waits for when a filter wants to read it.
    detection_timeout_seconds
        How long a connection may be silent before it is taken for something other than HTTP.
    """

    inject_headers: bool = True
    inject_session_key_header: bool = True
    override_cache_control: bool = True
    flush_connections: bool = True
    max_body_buffer_size: int = 65535
    max_body_buffer_timeout_millis: int = 1000
    detection_timeout_seconds: float = 2

    @property
    def body_patience(self) -> timedelta:
        return timedelta(milliseconds=self.max_body_buffer_timeout_millis)

    @property
    def detection_timeout(self) -> timedelta:
        return timedelta(seconds=self.detection_timeout_seconds)
