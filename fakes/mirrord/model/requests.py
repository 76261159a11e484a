"""An HTTP request as filters see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Request"]

_VISIBLE = bytes((0x09, *range(0x20, 0x7F)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request.

    ``target`` is the request target as it was received; ``headers`` are in their order, one entry for each line, with
    the bytes of the value. ``body`` is None if it could not be read to its end: too long, too slow, or broken.
    """

    method: str = "GET"
    target: str = "/"
    headers: tuple[tuple[str, bytes], ...] = ()
    body: bytes | None = b""

    @classmethod
    def of(
        cls,
        method: str = "GET",
        target: str = "/",
        headers: Iterable[tuple[str | bytes, str | bytes]] = (),
        body: bytes | None = b"",
    ) -> Request:
        """A request from text or bytes, as servers and tests have them."""
        lines = tuple(
            (_name(name), value.encode() if isinstance(value, str) else value) for name, value in headers
        )
        return cls(method=method, target=target, headers=lines, body=body)

    @property
    def lines(self) -> list[str]:
        """``name: value`` of each header; one whose value is not visible ASCII is left out and can never match."""
        return [line for name, value in self.headers if (line := _line(name, value)) is not None]

    @property
    def path_and_query(self) -> str | None:
        """The path with its query, undecoded; no scheme or host. None for a target that has no path."""
        return _path_and_query(self.target, self.method)


@lru_cache(maxsize=8192)
def _line(name: str, value: bytes) -> str | None:
    value = value.strip(b" \t")
    if value.translate(None, _VISIBLE):
        return None
    return f"{name.lower()}: {value.decode('ascii')}"


@lru_cache(maxsize=8192)
def _path_and_query(target: str, method: str) -> str | None:
    if target.startswith("/") or target == "*":
        return target
    _, scheme, rest = target.partition("://")
    if method == "CONNECT" or not scheme:
        return None
    for position, character in enumerate(rest):
        if character == "/":
            return rest[position:]
        if character == "?":
            return "/" + rest[position:]
    return "/"


def _name(name: str | bytes) -> str:
    return name.decode("latin-1") if isinstance(name, bytes) else name
