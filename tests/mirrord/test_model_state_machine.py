"""Any commands in any order: what must always hold of the state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fakes.apimachinery.status import StatusError
from fakes.mirrord.model import commands
from fakes.mirrord.model.events import SessionClosed, SessionStarted
from fakes.mirrord.model.filters import HeaderFilter, HttpFilter
from fakes.mirrord.model.ids import SessionId
from fakes.mirrord.model.owner import Owner
from fakes.mirrord.model.session import Mode, deadline
from fakes.mirrord.model.sessions import decide, evolve, evolve_all, next_deadline
from fakes.mirrord.model.settings import Settings
from fakes.mirrord.model.state import State
from fakes.mirrord.model.targets import Target

IDS = st.integers(0, 5).map(SessionId)
MODES: st.SearchStrategy[Mode] = st.sampled_from(("steal", "mirror"))
CONCURRENT: st.SearchStrategy[commands.ConcurrentSteal] = st.sampled_from(("abort", "override", "continue"))
PORTS = st.integers(80, 81)
PODS = st.sampled_from([(), ("n/a",), ("n/b",), ("n/a", "n/b")])
FILTERS: st.SearchStrategy[HttpFilter | None] = st.sampled_from([None, HeaderFilter("x"), HeaderFilter("y")])


class Sessions(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.state = State(settings=Settings(max_session_time_seconds=400))
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.closed: set[SessionId] = set()

    def run_command(self, command: commands.Command) -> None:
        before = self.state
        try:
            events = decide(before, command, self.now)
        except StatusError:
            assert before is self.state
            return
        for event in events:
            if isinstance(event, SessionClosed):
                assert event.id not in self.closed
                self.closed.add(event.id)
            if isinstance(event, SessionStarted):
                assert event.session.id not in self.closed
        one_by_one = before
        for event in events:
            one_by_one = evolve(one_by_one, event)
        self.state = evolve_all(before, events)
        assert one_by_one.sessions == self.state.sessions
        assert one_by_one.ports == self.state.ports
        assert next_deadline(one_by_one) == next_deadline(self.state)

    @rule(session=IDS, pods=PODS)
    def start(self, session: SessionId, pods: tuple[str, ...]) -> None:
        owner = Owner(user_id="u", k8s_username="u")
        target = Target("deployment", "web")
        self.run_command(commands.Start(id=session, owner=owner, namespace="n", target=target, pods=pods))

    @rule(session=IDS)
    def connect(self, session: SessionId) -> None:
        self.run_command(commands.ClientConnected(session))

    @rule(session=IDS)
    def leave(self, session: SessionId) -> None:
        self.run_command(commands.ClientGone(session))

    @rule(session=IDS)
    def kill(self, session: SessionId) -> None:
        self.run_command(commands.Kill(session))

    @rule()
    def retain_active(self) -> None:
        self.run_command(commands.RetainActive())

    @rule()
    def replace_operator(self) -> None:
        self.run_command(commands.OperatorReplaced())

    @rule(seconds=st.integers(1, 120))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.run_command(commands.Expire())

    @rule(
        session=IDS,
        port=PORTS,
        mode=MODES,
        filter_=FILTERS,
        concurrent=CONCURRENT,
    )
    def subscribe(
        self,
        session: SessionId,
        port: int,
        mode: Mode,
        filter_: HttpFilter | None,
        concurrent: commands.ConcurrentSteal,
    ) -> None:
        self.run_command(
            commands.SubscribePort(
                id=session,
                port=port,
                mode=mode,
                filter=filter_,
                on_concurrent_steal=concurrent,
            )
        )

    @rule(session=IDS, port=PORTS, mode=MODES)
    def unsubscribe(self, session: SessionId, port: int, mode: Mode) -> None:
        self.run_command(commands.UnsubscribePort(id=session, port=port, mode=mode))

    @rule(session=IDS, pods=PODS)
    def change_pods(self, session: SessionId, pods: tuple[str, ...]) -> None:
        self.run_command(commands.PodsChanged(id=session, pods=pods))

    @invariant()
    def closed_sessions_stay_closed(self) -> None:
        assert not self.closed & set(self.state.sessions)

    @invariant()
    def an_unfiltered_steal_excludes_every_other(self) -> None:
        for holders in self.state.ports.values():
            assert holders.stealer is None or not holders.filtered

    @invariant()
    def the_table_of_ports_is_what_sessions_hold(self) -> None:
        held: set[tuple[object, ...]] = set()
        for session in self.state.sessions.values():
            for subscription in session.subscriptions:
                held |= {
                    (session.id, pod, subscription.port, subscription.mode, subscription.filter)
                    for pod in subscription.pods
                }
        table: set[tuple[object, ...]] = set()
        for (pod, port), holders in self.state.ports.items():
            if holders.stealer is not None:
                table.add((holders.stealer, pod, port, "steal", None))
            table |= {(session, pod, port, "steal", filter_) for session, filter_ in holders.filtered.items()}
            table |= {(session, pod, port, "mirror", filter_) for session, filter_ in holders.mirrors.items()}
        assert held == table

    @invariant()
    def the_next_deadline_is_the_earliest(self) -> None:
        limits = [deadline(session, self.state.settings) for session in self.state.sessions.values()]
        assert next_deadline(self.state) == min((limit.at for limit in limits if limit), default=None)

    @invariant()
    def nothing_is_overdue(self) -> None:
        due = next_deadline(self.state)
        assert due is None or due > self.now


Sessions.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, database=None, derandomize=True
)
TestSessions = Sessions.TestCase
