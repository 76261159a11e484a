"""What a target's own process answers, as simulated pods have none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from fakes.mirrord.model.requests import Request
from fakes.mirrord.traffic.inbound import Answer, Inbound

__all__ = ["Original", "answer_ok"]

Original: TypeAlias = Callable[[Inbound, Request], Answer]


def answer_ok(_: Inbound, request: Request) -> Answer:
    """200 and ``original``; 101 to whoever asks for another protocol. Bytes that follow are sent back."""
    for name, value in request.headers:
        if name.lower() == "upgrade":
            return Answer(
                by="original", status=101, headers=(("connection", b"upgrade"), ("upgrade", value))
            )  # fmt: skip
    return Answer(by="original", headers=(("content-type", b"text/plain"),), body=b"original")
