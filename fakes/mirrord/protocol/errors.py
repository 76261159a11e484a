"""Errors inside messages, and which refusal of the model is which of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from fakes.mirrord.model.refusals import BlockedError, PortAlreadyStolenError
from fakes.mirrord.model.session import Subscription
from fakes.mirrord.protocol.composites import Enum, OptionOf, Struct
from fakes.mirrord.protocol.filters import STEAL_TYPE, StealAll, StealFiltered, StealType
from fakes.mirrord.protocol.wire import BOOL, I32, STR, U16, U32, U64, Codec, Reader, put_varint

__all__ = [
    "RESPONSE_ERROR",
    "BlockedMirror",
    "BlockedSteal",
    "DnsLookup",
    "Forbidden",
    "ForbiddenWithReason",
    "IdsExhausted",
    "NotDirectory",
    "NotFile",
    "NotFound",
    "NotImplementedHere",
    "OpenLocal",
    "PortAlreadyStolen",
    "RemoteIO",
    "ResponseError",
    "StripPrefix",
    "SystemFailure",
    "error_of",
]

IO_NOT_FOUND, IO_PERMISSION_DENIED, IO_CONNECTION_REFUSED = 0, 1, 2
IO_READ_ONLY, IO_INVALID_INPUT = 17, 20
DNS_NO_RECORDS = 2
AGENT_LOST = 1


@dataclass(frozen=True, slots=True)
class IdsExhausted:
    what: str


@dataclass(frozen=True, slots=True)
class NotFound:
    id: int


@dataclass(frozen=True, slots=True)
class NotDirectory:
    id: int


@dataclass(frozen=True, slots=True)
class NotFile:
    id: int


@dataclass(frozen=True, slots=True)
class RemoteIO:
    """A failed call of the remote system: its errno, and the index of a kind that has no fields."""

    raw_os_error: int | None
    kind: int


@dataclass(frozen=True, slots=True)
class DnsLookup:
    """A failed look-up; ``detail`` goes with the kinds that carry one: a message (0) or a number of records (2)."""

    kind: int
    detail: str | int | None = None


@dataclass(frozen=True, slots=True)
class PortAlreadyStolen:
    port: int


@dataclass(frozen=True, slots=True)
class NotImplementedHere:
    """The peer does not know how."""


@dataclass(frozen=True, slots=True)
class BlockedSteal:
    steal: StealType


@dataclass(frozen=True, slots=True)
class BlockedMirror:
    port: int


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A policy is against it; ``policy`` is its name, if it is told."""

    action: BlockedSteal | BlockedMirror
    policy: str | None


@dataclass(frozen=True, slots=True)
class StripPrefix:
    detail: str


@dataclass(frozen=True, slots=True)
class OpenLocal:
    """The file is to be opened on the client's side."""


@dataclass(frozen=True, slots=True)
class ForbiddenWithReason:
    """A policy is against it, and says why."""

    action: BlockedSteal | BlockedMirror
    policy: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class SystemFailure:
    """Something broke on the way; code 1 is a lost agent."""

    can_retry: bool
    code: int
    message: str


ResponseError: TypeAlias = (
    IdsExhausted
    | NotFound
    | NotDirectory
    | NotFile
    | RemoteIO
    | DnsLookup
    | PortAlreadyStolen
    | NotImplementedHere
    | Forbidden
    | StripPrefix
    | OpenLocal
    | ForbiddenWithReason
    | SystemFailure
)


class _DnsLookup(Struct):
    def __init__(self) -> None:
        super().__init__(DnsLookup)

    def read(self, reader: Reader) -> DnsLookup:
        kind = reader.varint()
        codec = _DNS_DETAILS.get(kind)
        return DnsLookup(kind, None if codec is None else codec.read(reader))

    def write(self, output: bytearray, value: DnsLookup) -> None:
        put_varint(output, value.kind)
        if (codec := _DNS_DETAILS.get(value.kind)) is not None:
            codec.write(output, value.detail)


_DNS_DETAILS: dict[int, Codec] = {0: STR, DNS_NO_RECORDS: U16}
_ACTION = Enum({0: Struct(BlockedSteal, steal=STEAL_TYPE), 1: Struct(BlockedMirror, port=U16)})

RESPONSE_ERROR = Enum(
    {
        0: Struct(IdsExhausted, what=STR),
        1: Struct(NotFound, id=U64),
        2: Struct(NotDirectory, id=U64),
        3: Struct(NotFile, id=U64),
        4: Struct(RemoteIO, raw_os_error=OptionOf(I32), kind=U32),
        5: _DnsLookup(),
        7: Struct(PortAlreadyStolen, port=U16),
        8: Struct(NotImplementedHere),
        9: Struct(Forbidden, action=_ACTION, policy=OptionOf(STR)),
        10: Struct(StripPrefix, detail=STR),
        11: Struct(OpenLocal),
        12: Struct(ForbiddenWithReason, action=_ACTION, policy=OptionOf(STR), reason=STR),
        13: Struct(SystemFailure, can_retry=BOOL, code=U32, message=STR),
    }
)


def error_of(refusal: PortAlreadyStolenError | BlockedError) -> ResponseError:
    """The error that tells a client of a refused subscription."""
    if isinstance(refusal, PortAlreadyStolenError):
        return PortAlreadyStolen(refusal.port)
    action, policy = _action(refusal.subscription), refusal.policy or None
    return (
        ForbiddenWithReason(action, policy, refusal.detail) if refusal.detail else Forbidden(action, policy)
    )


def _action(subscription: Subscription) -> BlockedSteal | BlockedMirror:
    if subscription.mode == "mirror":
        return BlockedMirror(subscription.port)
    if subscription.filter is None:
        return BlockedSteal(StealAll(subscription.port))
    return BlockedSteal(StealFiltered(subscription.port, subscription.filter))
