"""Starting and stopping mirrord, and what the operator makes of it."""

from __future__ import annotations

from datetime import timedelta

from pytest_bdd import given, then, when

from harness.cluster import Cluster, StatusError
from harness.eventually import eventually
from harness.outcomes import Refusal, expect_text
from harness.sessions import Session, sessions
from harness.worlds.loading import Inhabited
from scenarios.vocabulary import sentence


@given(sentence('{name:Name} runs mirrord on "{target:Text}"'))
@when(sentence('{name:Name} runs mirrord on "{target:Text}"'))
def _(name: str, target: str, inhabited: Inhabited) -> None:
    """Start mirrord on a target in the namespace default, with a session id from the seed."""
    inhabited.start_session(name, target)


@given(sentence('{name:Name} runs mirrord on "{target:Text}" as session "{session_id:Text}"'))
@when(sentence('{name:Name} runs mirrord on "{target:Text}" as session "{session_id:Text}"'))
def _(name: str, target: str, session_id: str, inhabited: Inhabited) -> None:
    """The same, with the session id that the client chooses."""
    inhabited.start_session(name, target, session_id=session_id)


@given(sentence('{name:Name} runs mirrord on "{target:Text}" in the namespace "{namespace:Text}"'))
@when(sentence('{name:Name} runs mirrord on "{target:Text}" in the namespace "{namespace:Text}"'))
def _(name: str, target: str, namespace: str, inhabited: Inhabited) -> None:
    """The same, on a target in another namespace."""
    inhabited.start_session(name, target, namespace)


@when(sentence('{name:Name} tries to run mirrord on "{target:Text}"'), target_fixture="refusal")
def _(name: str, target: str, inhabited: Inhabited) -> Refusal:
    """The same, when it is expected to be refused."""
    return Refusal.of(StatusError, lambda: inhabited.start_session(name, target))


@when(
    sentence('{name:Name} tries to run mirrord on "{target:Text}" as session "{session_id:Text}"'),
    target_fixture="refusal",
)
def _(name: str, target: str, session_id: str, inhabited: Inhabited) -> Refusal:
    """The same, with the session id that the client chooses."""
    return Refusal.of(StatusError, lambda: inhabited.start_session(name, target, session_id=session_id))


@given(sentence("{name:Name} stops mirrord"))
@when(sentence("{name:Name} stops mirrord"))
def _(name: str, inhabited: Inhabited) -> None:
    """End the client that this person started last: its connection closes."""
    inhabited.session_of(name).disconnect()


@then(sentence("there is {count:Number} session"))
@then(sentence("there are {count:Number} sessions"))
def _(count: int, cluster: Cluster) -> None:
    """As many sessions as the operator's status lists."""

    def check() -> None:
        found = sessions(cluster)
        assert len(found) == count, (
            f"expected {count} sessions, but there are {len(found)}:\n{_listed(found)}"
        )

    eventually(cluster, check)


@then(sentence('the session "{session_id:Text}" is listed'))
def _(session_id: str, cluster: Cluster) -> None:
    """The operator's status has a session of this id."""
    eventually(cluster, lambda: _one(cluster, session_id))


@then(sentence('the session "{session_id:Text}" is gone'))
def _(session_id: str, cluster: Cluster) -> None:
    """The operator's status has no session of this id."""
    eventually(cluster, lambda: _none(cluster, session_id))


@then(sentence("{name:Name}'s session is listed"))
def _(name: str, inhabited: Inhabited) -> None:
    """The session that this person started last is in the operator's status."""
    session_id = inhabited.session_of(name).id
    eventually(inhabited.cluster, lambda: _one(inhabited.cluster, session_id))


@then(sentence("{name:Name}'s session is gone"))
def _(name: str, inhabited: Inhabited) -> None:
    """The session that this person started last is not in the operator's status."""
    session_id = inhabited.session_of(name).id
    eventually(inhabited.cluster, lambda: _none(inhabited.cluster, session_id))


@then(sentence("{name:Name} is still connected"))
def _(name: str, inhabited: Inhabited) -> None:
    """The client has not been told that its session ended."""
    handle = inhabited.session_of(name)
    assert handle.connected, f"{name} was disconnected: {handle.close_reason or 'no reason was given'}"


@then(sentence("{name:Name} is disconnected"))
def _(name: str, inhabited: Inhabited) -> None:
    """The client has been told that its session ended."""
    handle = inhabited.session_of(name)

    def check() -> None:
        assert not handle.connected, f"{name} is still connected"

    eventually(inhabited.cluster, check)


@then(sentence("{name:Name}'s session has lasted {elapsed:Duration}"))
def _(name: str, elapsed: timedelta, inhabited: Inhabited) -> None:
    """The duration that the operator reports, in whole seconds."""
    session = _one(inhabited.cluster, inhabited.session_of(name).id)
    assert timedelta(seconds=session.seconds) == elapsed, f"it has lasted {session.seconds} seconds"


@then(sentence("{name:Name}'s session holds no ports"))
def _(name: str, inhabited: Inhabited) -> None:
    """The operator reports neither a stolen nor a mirrored port."""
    _hold(name, "", inhabited)


@then(sentence("{name:Name}'s session holds the ports"))
def _(name: str, docstring: str, inhabited: Inhabited) -> None:
    """The ports that the operator reports, a line for each, spelt as in the status table."""
    _hold(name, docstring, inhabited)


@then("the sessions are")
def _(datatable: list[list[str]], cluster: Cluster) -> None:
    """All sessions, in any order; the columns may be id, target, namespace, user, duration and ports."""
    header, *rows = datatable

    def check() -> None:
        found = [[_cell(session, column) for column in header] for session in sessions(cluster)]
        expect_text(_rows(found), _rows(rows))

    eventually(cluster, check)


def _hold(name: str, ports: str, inhabited: Inhabited) -> None:
    """Wait until these are the ports of the session that this person started last."""
    cluster, session_id = inhabited.cluster, inhabited.session_of(name).id

    def check() -> None:
        expect_text("\n".join(map(str, _one(cluster, session_id).ports)), ports)

    eventually(cluster, check)


def _one(cluster: Cluster, session_id: str) -> Session:
    found = sessions(cluster)
    for session in found:
        if session.id == session_id:
            return session
    raise AssertionError(f"there is no session {session_id}; there {_listed(found) or 'is none'}")


def _none(cluster: Cluster, session_id: str) -> None:
    found = [session for session in sessions(cluster) if session.id == session_id]
    assert not found, f"the session is still listed: {_listed(found)}"


def _rows(rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in sorted(rows))


def _cell(session: Session, column: str) -> str:
    cells = {
        "id": session.id,
        "target": session.target,
        "namespace": session.namespace,
        "user": session.user,
        "duration": f"{session.seconds}s",
        "ports": "; ".join(str(port) for port in session.ports),
    }
    assert column in cells, f"sessions have no column {column!r}; known are {', '.join(cells)}"
    return cells[column]


def _listed(found: list[Session]) -> str:
    return "\n".join(
        f"{session.id}  {session.target}  {session.namespace}  {session.user}" for session in found
    )
