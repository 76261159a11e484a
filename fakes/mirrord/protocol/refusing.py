"""Errors for what is asked and not simulated: files, look-ups of names, outgoing connections."""

from __future__ import annotations

from fakes.mirrord.protocol.client import UNHANDLED, Unhandled
from fakes.mirrord.protocol.composites import Err
from fakes.mirrord.protocol.daemon import DaemonClose, DaemonMessage, GetAddrInfoResponse, encode_error
from fakes.mirrord.protocol.errors import (
    DNS_NO_RECORDS,
    IO_CONNECTION_REFUSED,
    IO_NOT_FOUND,
    DnsLookup,
    RemoteIO,
)
from fakes.mirrord.protocol.wire import DecodeError, Reader

__all__ = ["refuse"]

_ENOENT, _ECONNREFUSED = 2, 111
_BAD = b"\x01"
_FILE_RESPONSES = {
    0: 0, 1: 0, 2: 1, 3: 2, 4: 5, 5: 3, 6: 4, 8: 6, 9: 7, 10: 8, 11: 10, 12: 9, 14: 11, 15: 12, 16: 13, 17: 14, 18: 14,
    19: 15, 20: 16, 21: 16, 22: 8, 23: 17, 24: 17, 25: 18, 26: 19, 27: 20, 28: 21, 29: 22,
}  # fmt: skip
"""Which response answers which request for a file; closing a file or a directory is not answered."""
_FILE_CLOSINGS = {7, 13}
_OUTGOING = {"TcpOutgoing": 3, "UdpOutgoing": 4, "SeqpacketOutgoing": 15}
_CONNECT = 0
_FILE, _REVERSE_DNS = 6, 14


def refuse(message: Unhandled) -> DaemonMessage | None:
    """The answer to a message that is not simulated: an error of its kind; None if it needs no answer.

    Where no answer is known, the connection is closed with a text that names what was asked.
    """
    kind = UNHANDLED[message.index]
    match kind:
        case "GetAddrInfoRequest" | "GetAddrInfoRequestV2":
            return GetAddrInfoResponse(Err(DnsLookup(DNS_NO_RECORDS, 0)))
        case "ReverseDnsLookup":
            return Unhandled(_REVERSE_DNS, _BAD + encode_error(DnsLookup(DNS_NO_RECORDS, 0)))
        case "FileRequest":
            return _refuse_file(_index(message))
        case "TcpOutgoing" | "UdpOutgoing" | "SeqpacketOutgoing":
            return _refuse_connection(kind, _index(message))
        case "ShareLink":
            return None
        case _:
            return _closing(kind)


def _refuse_file(index: int | None) -> DaemonMessage | None:
    if index in _FILE_CLOSINGS:
        return None
    answer = _FILE_RESPONSES.get(-1 if index is None else index)
    if answer is None:
        return _closing("FileRequest")
    return Unhandled(_FILE, bytes([answer]) + _BAD + encode_error(RemoteIO(_ENOENT, IO_NOT_FOUND)))


def _refuse_connection(kind: str, index: int | None) -> DaemonMessage:
    if index != _CONNECT:
        return _closing(kind)
    error = encode_error(RemoteIO(_ECONNREFUSED, IO_CONNECTION_REFUSED))
    return Unhandled(_OUTGOING[kind], bytes([_CONNECT]) + _BAD + error)


def _closing(kind: str) -> DaemonClose:
    return DaemonClose(f"{kind} is not simulated")


def _index(message: Unhandled) -> int | None:
    try:
        return Reader(message.payload).varint()
    except DecodeError:
        return None
