"""Answers as callers get them: marked with who gave them, and those that an agent gives itself."""

from __future__ import annotations

from dataclasses import replace

from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.responses import bad_gateway, marked
from fakes.mirrord.model.traffic_settings import TrafficSettings
from fakes.mirrord.protocol.http import Headers
from fakes.mirrord.sessions import Sessions
from fakes.mirrord.traffic.inbound import Answer
from fakes.mirrord.traffic.messages import PartialResponse

__all__ = ["Answers"]


class Answers:
    """Makes answers, as the settings say."""

    def __init__(self, sessions: Sessions) -> None:
        self.settings = TrafficSettings()
        self._sessions = sessions

    def of_session(self, session: SessionId, response: PartialResponse) -> Answer:
        """What a client has answered, in full."""
        headers = self._marked(response.headers, session)
        return Answer(
            by="session", session=session, status=response.status or 200, headers=headers, body=response.body
        )

    def passed(self, answer: Answer) -> Answer:
        """The original's answer to a request that passed through an agent."""
        return replace(answer, headers=self._marked(answer.headers, None))

    def of_agent(self, message: str) -> Answer:
        """What an agent says if nobody else can."""
        status, body = bad_gateway(message, self._sessions.settings.operator_version)
        return Answer(by="agent", status=status, body=body)

    def key_of(self, session: SessionId) -> str | None:
        """What is added to requests and responses of a session, if anything is."""
        known = self._sessions.state.session(session)
        return known.key if known is not None and self.settings.inject_session_key_header else None

    def _marked(self, headers: Headers, session: SessionId | None) -> Headers:
        settings = self.settings
        key = None if session is None else self.key_of(session)
        return marked(
            headers, stolen=session is not None, key=key, inject=settings.inject_headers,
            override_cache_control=settings.override_cache_control,
        )  # fmt: skip
