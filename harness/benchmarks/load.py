"""A load generator for a served cluster: run as ``python -m harness.benchmarks.load URL-HOST PORT CA TOKEN PATH COUNT``.

It runs in a process of its own, so that the server's processor time is the server's alone. Loopback only.
"""

from __future__ import annotations

import socket
import ssl
import sys
from ipaddress import ip_address
from time import perf_counter

__all__ = ["main"]

_IN_FLIGHT = 32


def main(arguments: list[str]) -> None:
    """Send COUNT pipelined GETs over one connection, and print how many a second were answered."""
    host, port, ca, token, path, count = arguments
    if not ip_address(host).is_loopback:
        raise SystemExit(f"{host} is not this machine: load is sent to loopback addresses only")
    context = ssl.create_default_context(cafile=ca)
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n\r\n"
    ).encode()
    with (
        socket.create_connection((host, int(port))) as raw,
        context.wrap_socket(raw, server_hostname=host) as tls,
    ):
        _exchange(tls, request, 200)
        started = perf_counter()
        _exchange(tls, request, int(count))
        print(int(count) / (perf_counter() - started))


def _exchange(tls: ssl.SSLSocket, request: bytes, count: int) -> None:
    sent = received = 0
    buffer = b""
    while received < count:
        batch = min(_IN_FLIGHT - (sent - received), count - sent)
        if batch > 0:
            tls.sendall(request * batch)
            sent += batch
        buffer += tls.recv(1 << 20)
        found = buffer.count(b"HTTP/1.1 200")
        if found:
            last = buffer.rfind(b"HTTP/1.1 200")
            received += found
            buffer = buffer[last + 12 :]


if __name__ == "__main__":
    main(sys.argv[1:])
