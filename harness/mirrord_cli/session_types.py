"""Sessions as the product decodes them: unknown fields ignored, a missing required one an error. All are snake_case.

Of RabbitMQ sessions anything is taken: no command shows them.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import msgspec

from harness.mirrord_cli.queue_types import KafkaTopic, ObjectMeta, SqsSession

__all__ = ["LockedPort", "Session", "SessionList", "SessionObject"]

PREVIEW_USER = "preview-env"

U16 = Annotated[int, msgspec.Meta(ge=0, le=2**16 - 1)]
U64 = Annotated[int, msgspec.Meta(ge=0)]


class LockedPort(msgspec.Struct, frozen=True):
    """A port that a session holds. Older operators send an array of the three instead."""

    port: U16
    kind: str
    filter: str | None = None


class HttpFilter(msgspec.Struct, frozen=True, rename="camel"):
    rust_name: ClassVar[str] = "SessionHttpFilter"

    header_filter: str | None = None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session as the operator reports it."""

    id: str | None = None
    duration_secs: U64
    user: str
    target: str
    namespace: str | None = None
    locked_ports: list[LockedPort | tuple[U16, str, str | None]] | None = None
    user_id: str | None = None
    sqs: list[SqsSession] | None = None
    rmq: list[dict[str, Any]] | None = None
    kafka: list[KafkaTopic] | None = None
    key: str | None = None
    http_filter: HttpFilter | None = None

    @property
    def is_preview(self) -> bool:
        """It stands for a preview environment, which the commands do not show."""
        return self.user == PREVIEW_USER

    def ports(self) -> list[LockedPort]:
        """The locked ports, whichever of the two encodings they came in."""
        return [
            port if isinstance(port, LockedPort) else LockedPort(*port) for port in self.locked_ports or ()
        ]


class SessionSpec(msgspec.Struct, frozen=True):
    session: Session


class SessionObject(msgspec.Struct, frozen=True):
    """One object of the resource ``sessions``."""

    rust_name: ClassVar[str] = "SessionCrd"

    metadata: ObjectMeta
    spec: SessionSpec


class SessionList(msgspec.Struct, frozen=True):
    """A list of them; ``items`` has to be there, but may be null."""

    rust_name: ClassVar[str] = "ObjectList"

    items: list[SessionObject] | None
