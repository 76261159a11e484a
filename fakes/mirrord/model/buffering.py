"""How much of a body an agent waits for when a filter wants to read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fakes.mirrord.model.requests import Request

__all__ = ["as_filters_see"]


def as_filters_see(
    request: Request, *, arrives_within: timedelta, limit: int, patience: timedelta
) -> Request:
    """The request with its body if that is short enough and quick enough; with a body of None if not.

    A body has to stay below the limit, and one that takes exactly as long as the agent waits is late.
    """
    body = request.body
    if body is None or (len(body) < limit and arrives_within < patience):
        return request
    return replace(request, body=None)
