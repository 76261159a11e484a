"""What is said on a connection: decoded messages in, decoded messages out, and commands to the sessions in between.

Connections outwards are not simulated, and neither is writing: what asks for them is answered with an error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from fakes.mirrord.agent.agent import Agent
from fakes.mirrord.model.commands import ConcurrentSteal, SubscribePort, UnsubscribePort
from fakes.mirrord.model.environment import selected
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.matching import check
from fakes.mirrord.model.policies import Policies
from fakes.mirrord.model.refusals import BlockedError, PortAlreadyStolenError
from fakes.mirrord.model.session import Subscription
from fakes.mirrord.protocol.client import (
    ClientMessage,
    Family,
    FileRequest,
    GetAddrInfoRequest,
    GetAddrInfoRequestV2,
    GetEnvVarsRequest,
    LayerTcpSteal,
    Ping,
    PortUnsubscribe,
    ReadyForLogs,
    SwitchProtocolVersion,
    Tcp,
    TcpSteal,
    Unhandled,
    subscription_of,
)  # fmt: skip
from fakes.mirrord.protocol.composites import Err, Ok
from fakes.mirrord.protocol.daemon import (
    DaemonClose,
    DaemonMessage,
    FileResponse,
    GetAddrInfoResponse,
    Pong,
    StealEvent,
    SubscribeResult,
    SwitchProtocolVersionResponse,
    TcpEvent,
    env_vars,
    subscribed,
)  # fmt: skip
from fakes.mirrord.protocol.errors import DNS_NO_RECORDS, DnsLookup, error_of
from fakes.mirrord.protocol.file_questions import FileQuestion
from fakes.mirrord.protocol.refusing import refuse, refuse_file
from fakes.mirrord.sessions import Sessions
from fakes.mirrord.traffic.clients import Client, parse_version

__all__ = ["Conversation", "answer_pings"]

_OLDEST = "1.2.0"


class Conversation:
    """A connection of a session.

    Args:
        policies: those that hold for the session's target, as they are when they are asked for.
        agent: knows the target's container.
        client: what traffic knows of the other side.
        answered: is told what the client says about what was stolen.
    """

    def __init__(
        self, session: SessionId, sessions: Sessions, *, policies: Callable[[], Awaitable[Policies]],
        on_concurrent_steal: ConcurrentSteal = "abort", agent: Agent, client: Client,
        answered: Callable[[Client, LayerTcpSteal], None],
    ) -> None:  # fmt: skip
        self._session = session
        self._client = client
        self._answered = answered
        self._sessions = sessions
        self._policies = policies
        self._on_concurrent_steal = on_concurrent_steal
        self._agent = agent

    async def hear(self, message: ClientMessage) -> Iterable[DaemonMessage]:
        """Answer a message.

        Raises:
            StatusError: the session is no more.
        """
        match message:
            case SwitchProtocolVersion(version=version):
                spoken = self._spoken(version)
                self._client.version = parse_version(spoken)
                return [SwitchProtocolVersionResponse(spoken)]
            case ReadyForLogs():
                self._client.ready_for_logs = True
            case Ping():
                return [Pong()]
            case GetEnvVarsRequest():
                variables = await self._agent.environment()
                return [env_vars(selected(variables, message.select, message.filter))]
            case FileRequest(question):
                return await self._about_files(question)
            case GetAddrInfoRequest(node):
                return [await self._look_up(node, "ipv4")]
            case GetAddrInfoRequestV2(node=node, family=family):
                return [await self._look_up(node, family)]
            case Tcp(PortUnsubscribe(port)):
                self._client.ports.discard(("mirror", port))
                self._sessions.do(UnsubscribePort(id=self._session, port=port, mode="mirror"))
            case TcpSteal(PortUnsubscribe(port)):
                self._client.ports.discard(("steal", port))
                self._sessions.do(UnsubscribePort(id=self._session, port=port, mode="steal"))
            case Unhandled():
                return [answer] if (answer := refuse(message)) is not None else []
            case _ if (wanted := subscription_of(message)) is not None:
                return [await self._subscribe(wanted)]
            case TcpSteal(about):
                self._answered(self._client, about)
            case _:
                pass
        return []

    async def _about_files(self, question: FileQuestion) -> Iterable[DaemonMessage]:
        if isinstance(question, Unhandled):
            return [refuse_file(question)]
        answer = await self._agent.files.answer(question)
        return [FileResponse(answer)] if answer is not None else []

    async def _look_up(self, name: str, family: Family) -> DaemonMessage:
        found = await self._agent.look_up(name, family)
        return GetAddrInfoResponse(Ok(found) if found else Err(DnsLookup(DNS_NO_RECORDS, 0)))

    async def _subscribe(self, wanted: Subscription) -> DaemonMessage:
        if (wrong := _wrong(wanted)) is not None:
            return DaemonClose(wrong)
        policies = await self._policies()
        command = SubscribePort(
            id=self._session, port=wanted.port, mode=wanted.mode, filter=wanted.filter,
            on_concurrent_steal=self._on_concurrent_steal, policies=policies,
        )  # fmt: skip
        try:
            self._sessions.do(command)
        except (PortAlreadyStolenError, BlockedError) as refusal:
            result = SubscribeResult(Err(error_of(refusal)))
        else:
            self._client.ports.add((wanted.mode, wanted.port))
            result = subscribed(wanted.port)
        return TcpEvent(result) if wanted.mode == "mirror" else StealEvent(result)

    def _spoken(self, offered: str) -> str:
        """The lower of the two versions."""
        ours = self._sessions.settings.protocol_version or _OLDEST
        return min(ours, offered, key=parse_version)


async def answer_pings(message: ClientMessage) -> Sequence[DaemonMessage]:
    """A conversation that is about nothing but how long an answer takes."""
    return [Pong()] if isinstance(message, Ping) else []


def _wrong(wanted: Subscription) -> str | None:
    """What is wrong with the filter of a subscription, which costs a client its connection."""
    if wanted.filter is not None:
        try:
            check(wanted.filter)
        except ValueError as error:
            return str(error)
    return None
