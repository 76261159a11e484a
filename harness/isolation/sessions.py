"""Whose sessions a run may end: its own, and all of them only if there are no others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from fakes.apimachinery.status import StatusError
from harness.cluster import NotHereError
from harness.isolation.paths import OPERATOR_GROUP, place_of
from harness.objects import call

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

__all__ = ["SESSIONS", "ForeignSessionError", "OwnSessions", "SessionGuard", "session_ids", "session_users"]

SESSIONS = f"/apis/{OPERATOR_GROUP}/v1/sessions"
_STATUS = f"/apis/{OPERATOR_GROUP}/v1/mirrordoperators/operator"
_ID = re.compile(r"[0-9A-Fa-f]{1,16}")
_COPIES = (OPERATOR_GROUP, "copytargets")


class ForeignSessionError(NotHereError):
    """The run would have ended a session of somebody else."""


def session_ids(api: ApiClient) -> list[str]:
    """The ids of the sessions that the operator has. One that serves no list of them tells them in its status.

    Raises:
        StatusError: there is no operator, or it does not say.
    """
    try:
        return [item["metadata"]["name"] for item in call(api, "GET", SESSIONS).get("items") or ()]
    except StatusError as error:
        if error.code not in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            raise
    return list(session_users(api))


def session_users(api: ApiClient) -> dict[str, str]:
    """Who has each session, as the operator's status shows them, by the session's id.

    Raises:
        StatusError: there is no operator, or it does not say.
    """
    status = call(api, "GET", _STATUS).get("status") or {}
    return {each["id"]: each.get("user", "") for each in status.get("sessions") or () if each.get("id")}


def _spellings(name: str) -> set[str]:
    """What ids a name in a path may mean: clients write them in decimal, people in hexadecimal."""
    found = {name.upper()}
    if name.isdecimal():
        found.add(f"{int(name):X}")
    return found


class OwnSessions:
    """The ids of the sessions that a run has started."""

    def __init__(self) -> None:
        self._all: set[str] = set()
        self._present: set[str] = set()

    def add(self, session: str) -> None:
        """Put one down; best before it is asked for.

        Raises:
            ValueError: it is no id, of which a request to end all sessions could be made.
        """
        if _ID.fullmatch(session) is None:
            raise ValueError(f"{session!r} is no id of a session")
        self._all.add(session)
        self._present.add(session)

    def saw(self, method: str, path: str, answer: bytes) -> None:
        """Put down the session that came with a copy of a target."""
        place = place_of(path)
        if method == "POST" and place is not None and (place.group, place.resource) == _COPIES:
            status = json.loads(answer).get("status") or {}
            if session := (status.get("creator_session") or {}).get("id"):
                self.add(session)

    def __contains__(self, session: str) -> bool:
        return session in self._all

    def taken(self) -> list[str]:
        """Those since this was asked last, in order."""
        taken, self._present = sorted(self._present), set()
        return taken


class SessionGuard:
    """Lets the ends of sessions pass that the run started.

    Args:
        own: the sessions that the run has started.
        allow_destructive: whether all sessions may be ended at once, if all are the run's.
    """

    def __init__(self, api: Callable[[], ApiClient], own: OwnSessions, *, allow_destructive: bool) -> None:
        self._api = api
        self.own = own
        self._allow_destructive = allow_destructive

    def foreign(self) -> list[str]:
        """The sessions of others."""
        return sorted(each for each in session_ids(self._api()) if each not in self.own)

    def check(self, method: str, path: str) -> None:
        """Let a request pass that ends no session of others.

        Raises:
            ForeignSessionError: it would, or might.
        """
        place = place_of(path)
        if (
            method != "DELETE"
            or place is None
            or (place.group, place.resource) != (OPERATOR_GROUP, "sessions")
        ):
            return
        everything = place.name in ("", "inactive")
        if everything and not self._allow_destructive:
            raise ForeignSessionError(
                "ending all sessions stops everybody's: allow it with --allow-destructive"
            )
        foreign = self.foreign()
        if everything and foreign:
            raise ForeignSessionError(
                f"ending all sessions would stop {len(foreign)} that this run did not start: {', '.join(foreign)}"
            )
        if not everything and _spellings(place.name) & set(foreign):
            raise ForeignSessionError(
                f"the session {place.name} was not started by this run, so it does not end it"
            )
