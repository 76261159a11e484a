"""Errors for what is asked and not simulated: writing files and their systems, names of addresses, connections outwards."""

from __future__ import annotations

from fakes.mirrord.protocol.client import UNHANDLED
from fakes.mirrord.protocol.daemon import DaemonClose, DaemonMessage, FileResponse, encode_error
from fakes.mirrord.protocol.errors import (
    DNS_NO_RECORDS,
    IO_CONNECTION_REFUSED,
    IO_NOT_FOUND,
    DnsLookup,
    RemoteIO,
)
from fakes.mirrord.protocol.unhandled import Unhandled
from fakes.mirrord.protocol.wire import U128, DecodeError, Reader

__all__ = ["refuse", "refuse_file"]

_ENOENT, _ECONNREFUSED = 2, 111
_BAD = b"\x01"
_FILE_RESPONSES = {
    5: 3, 6: 4, 10: 8, 15: 12, 17: 14, 18: 14, 19: 15, 20: 16, 21: 16, 22: 8, 23: 17, 24: 17, 25: 18, 26: 19, 27: 20,
    28: 21, 29: 22,
}  # fmt: skip
"""Which response answers which request for a file."""
_REVERSE_DNS = 14
_OUTGOING = {"TcpOutgoing": 3, "UdpOutgoing": 4, "SeqpacketOutgoing": 15}
_CONNECTS = {"TcpOutgoing": 0, "UdpOutgoing": 0}
_NUMBERED_CONNECTS = {"TcpOutgoing": 3, "UdpOutgoing": 3, "SeqpacketOutgoing": 2}
"""Which part of a kind asks for a connection, in its first form and in the one whose answer repeats a number."""


def refuse(message: Unhandled) -> DaemonMessage | None:
    """The answer to a message that is not simulated: an error of its kind; None if it needs no answer.

    Where no answer is known, the connection is closed with a text that names what was asked.
    """
    kind = UNHANDLED[message.index]
    match kind:
        case "ReverseDnsLookup":
            return Unhandled(_REVERSE_DNS, _BAD + encode_error(DnsLookup(DNS_NO_RECORDS, 0)))
        case "TcpOutgoing" | "UdpOutgoing" | "SeqpacketOutgoing":
            return _refuse_connection(kind, Reader(message.payload))
        case "ShareLink":
            return None
        case _:
            return DaemonClose(f"{kind} is not simulated")


def refuse_file(question: Unhandled) -> FileResponse:
    """The answer to a question about a file that is not simulated."""
    bad = _BAD + encode_error(RemoteIO(_ENOENT, IO_NOT_FOUND))
    return FileResponse(Unhandled(_FILE_RESPONSES[question.index], bad))


def _refuse_connection(kind: str, asked: Reader) -> DaemonMessage | None:
    """Refused as by a host where nobody listens. What is said about a connection that is not there has no answer."""
    try:
        index = asked.varint()
        number = bytearray()
        if index == _NUMBERED_CONNECTS[kind]:
            U128.write(number, U128.read(asked))
        elif index != _CONNECTS.get(kind):
            return None
    except DecodeError as error:
        return DaemonClose(f"malformed {kind}: {error}")
    refused = encode_error(RemoteIO(_ECONNREFUSED, IO_CONNECTION_REFUSED))
    return Unhandled(_OUTGOING[kind], bytes([index]) + number + _BAD + refused)
