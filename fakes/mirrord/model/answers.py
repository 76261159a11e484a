"""What management is told after it has stopped sessions; every word of it is a setting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fakes.apimachinery.status import success
from fakes.mirrord.model.ids import format_hex
from fakes.mirrord.model.session import Session
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.model.views import API_VERSION, session_object

__all__ = ["all_deleted", "deleted", "inactive_deleted"]

Json = dict[str, Any]


def deleted(settings: Settings, session: Session, now: datetime) -> Json:
    """The answer to the deletion of one session."""
    if settings.delete_answers_with_object:
        return session_object(settings, session, now)
    return _success(settings, settings.deleted_message.format(id=format_hex(session.id)))


def all_deleted(settings: Settings, sessions: Iterable[Session], now: datetime) -> Json:
    """The answer to the deletion of many."""
    gone = list(sessions)
    if settings.delete_answers_with_object:
        items = [session_object(settings, s, now) for s in gone]
        return {"apiVersion": API_VERSION, "kind": "SessionList", "metadata": {}, "items": items}
    return _success(settings, settings.all_deleted_message.format(count=len(gone)))


def inactive_deleted(settings: Settings, sessions: Iterable[Session]) -> Json:
    """The answer to the removal of those not in use."""
    return _success(settings, settings.inactive_deleted_message.format(count=len(list(sessions))))


def _success(settings: Settings, message: str) -> Json:
    status = success()
    if message:
        status["message"] = message
    if settings.deleted_code is not None:
        status["code"] = settings.deleted_code
    return status
