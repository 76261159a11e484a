"""``mirrord session`` and ``mirrord kill``: the sessions of this machine and of the cluster."""

from __future__ import annotations

import http.server
import json
import socketserver
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

GROUP = "/apis/operator.metalbear.co/v1"
OPERATOR = f"GET {GROUP}/mirrordoperators/operator"
LIST = f"GET {GROUP}/namespaces/default/sessions?"
LIST_ALL = f"GET {GROUP}/sessions?"
DELETE = f"DELETE {GROUP}/sessions/"
NOTHING = "No active sessions.\n"
KILLED = {"kind": "Status", "status": "Success"}


def _list(*sessions: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {}, "items": [{"metadata": {}, "spec": {"session": entry}} for entry in sessions]}


@pytest.mark.parametrize(
    ("args", "env", "line"),
    [
        (("session",), {}, LIST),
        (("sessions",), {}, LIST),
        (("session", "ls"), {}, LIST),
        (("session", "list"), {}, LIST),
        (("session", "-n", "shop"), {}, f"GET {GROUP}/namespaces/shop/sessions?"),
        (("session", "ls", "-n", "shop"), {}, f"GET {GROUP}/namespaces/shop/sessions?"),
        (("session", "-n", "one", "ls", "-n", "shop"), {}, f"GET {GROUP}/namespaces/shop/sessions?"),
        (("session", "ls"), {"MIRRORD_TARGET_NAMESPACE": "env"}, f"GET {GROUP}/namespaces/env/sessions?"),
        (
            ("session", "-n", "shop"),
            {"MIRRORD_TARGET_NAMESPACE": "env"},
            f"GET {GROUP}/namespaces/shop/sessions?",
        ),
        (("session", "-A"), {"MIRRORD_TARGET_NAMESPACE": "env"}, LIST_ALL),
        (("session", "ls", "--all-namespaces"), {}, LIST_ALL),
        (("session", "ls", "--key", "a b"), {}, LIST + "fieldSelector=spec.session.key%3Da+b"),
        (
            ("session", "ls", "--key", "a,b=c\\d"),
            {},
            LIST + "fieldSelector=spec.session.key%3Da%5C%2Cb%5C%3Dc%5C%5Cd",
        ),
    ],
)
def test_listing_asks_for_the_sessions_of_a_namespace(
    cli: Any, args: Sequence[str], env: dict[str, str], line: str
) -> None:
    cli.api.answers[line] = _list()
    result = cli.run(*args, env=env)
    assert (result.exit_code, result.stdout, result.stderr) == (0, NOTHING, "")
    assert cli.api.lines() == [OPERATOR, line]


def test_the_namespace_may_come_from_the_configuration(cli: Any, tmp_path: Path) -> None:
    for name, text in (
        ("m.json", '{"target": {"namespace": "cfg"}}'),
        ("m.toml", '[target]\nnamespace = "cfg"\n'),
    ):
        (tmp_path / name).write_text(text)
        cli.run("session", "ls", "-f", str(tmp_path / name))
        cli.run("session", "-f", str(tmp_path / name), "ls")
        cli.run("session", env={"MIRRORD_CONFIG_FILE": str(tmp_path / name)})
    assert {line for line in cli.api.lines() if line != OPERATOR} == {f"GET {GROUP}/namespaces/cfg/sessions?"}


def test_remote_sessions_are_sorted_by_id_and_previews_hidden(cli: Any, session: Any) -> None:
    cli.api.answers[LIST] = _list(
        session("B", user="u", key="k", target="t"),
        session("P", user="preview-env"),
        session("A", user="u", namespace=None, target="t", duration_secs=3600),
        session(None, user="first", target="t"),
        session(None, user="second", target="t"),
    )
    assert cli.run("session").stdout == (
        "+------------+------------+-----+--------+-----------+--------+--------------+--------------+---------+\n"
        "| Session ID | Process ID | Key | Target | Namespace | User   | Process name | Command line | Time up |\n"
        "+------------+------------+-----+--------+-----------+--------+--------------+--------------+---------+\n"
        "| A          | N/A        | N/A | t      | N/A       | u      | N/A          | N/A          | 1h      |\n"
        "+------------+------------+-----+--------+-----------+--------+--------------+--------------+---------+\n"
        "| B          | N/A        | N/A | t      | default   | u      | N/A          | N/A          | 4s      |\n"
        "+------------+------------+-----+--------+-----------+--------+--------------+--------------+---------+\n"
        "| N/A        | N/A        | N/A | t      | default   | second | N/A          | N/A          | 4s      |\n"
        "+------------+------------+-----+--------+-----------+--------+--------------+--------------+---------+\n"
    )


@pytest.mark.parametrize("answer", [(404, b""), "403", "404"])
@pytest.mark.parametrize(
    ("args", "shown"),
    [(("session",), ["A"]), (("session", "-A"), ["A", "B"]), (("session", "ls", "--key", "k"), [])],
)
def test_where_listing_is_refused_the_operators_status_serves(
    cli: Any,
    operator_object: dict[str, Any],
    session: Any,
    failure: Any,
    answer: Any,
    args: Sequence[str],
    shown: Any,
) -> None:
    operator_object["status"]["sessions"] = [session("A"), session("B", namespace="shop", key="k")]
    refusal = answer if isinstance(answer, tuple) else failure(int(answer), "Reason", "message")
    for line in (LIST, LIST_ALL, LIST + "fieldSelector=spec.session.key%3Dk"):
        cli.api.answers[line] = refusal
    printed = cli.run(*args).stdout
    assert [line.split()[1] for line in printed.splitlines() if line[:1] == "|"][1:] == shown


@pytest.mark.parametrize("code", [400, 401, 500])
def test_what_else_goes_wrong_is_no_remote_sessions(cli: Any, failure: Any, code: int) -> None:
    cli.api.answers[LIST] = failure(code, "Reason", "message")
    assert (cli.run("session").exit_code, cli.run("session").stdout) == (0, NOTHING)


def test_without_an_operator_there_are_no_remote_sessions(cli: Any) -> None:
    cli.api.answers.clear()
    assert cli.run("session").stdout == NOTHING


@pytest.mark.parametrize(
    "command", [("session", "stop"), ("session", "delete"), ("sessions", "kill"), ("kill",)]
)
@pytest.mark.parametrize(("given", "listed"), [("1F", "1F"), ("1F", "31"), ("name", "name"), ("31", "31")])
def test_stopping_deletes_the_session_by_the_name_that_is_listed(
    cli: Any, session: Any, command: Sequence[str], given: str, listed: str
) -> None:
    cli.api.answers |= {LIST: _list(session("A"), session(listed)), f"{DELETE}{listed}?": KILLED}
    result = cli.run(*command, given)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"Killed session {given}.\n", "")
    assert cli.api.lines() == [OPERATOR, LIST, OPERATOR, f"{DELETE}{listed}?"]


@pytest.mark.parametrize("given", ["1f", "2F", "3"])
def test_a_session_that_is_not_listed_is_not_found(cli: Any, squeezed: Any, session: Any, given: str) -> None:
    cli.api.answers[LIST] = _list(session("1F"))
    result = cli.run("kill", given)
    assert (result.exit_code, result.stdout) == (1, "")
    problem = f"no local or remote session found with id `{given}`"
    assert squeezed(result.stderr) == squeezed(f"Error: × Session command failed with: {problem}")
    assert cli.api.lines() == [OPERATOR, LIST]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((404, b""), "remote session management is not supported by this operator"),
        ("404", "no local or remote session found with id `1F`"),
        ("403", "failed to kill remote session `1F`: ApiError: message: Reason (Status {"),
        ("500", "failed to kill remote session `1F`: ApiError: message: Reason (Status {"),
    ],
)
def test_a_refused_deletion_is_reported(
    cli: Any, squeezed: Any, session: Any, failure: Any, answer: Any, problem: str
) -> None:
    refusal = answer if isinstance(answer, tuple) else failure(int(answer), "Reason", "message")
    cli.api.answers |= {LIST: _list(session("1F")), f"{DELETE}1F?": refusal}
    result = cli.run("kill", "1F")
    assert result.exit_code == 1
    assert squeezed(result.stderr).startswith(squeezed(f"Error: × Session command failed with: {problem}"))


def test_without_any_list_both_names_are_tried(
    cli: Any, operator_object: dict[str, Any], failure: Any
) -> None:
    del operator_object["status"]
    cli.api.answers |= {f"{DELETE}1F?": failure(404, "NotFound", "no"), f"{DELETE}31?": KILLED}
    assert cli.run("kill", "1F").stdout == "Killed session 1F.\n"
    assert cli.api.lines() == [OPERATOR, LIST, OPERATOR, f"{DELETE}1F?", f"{DELETE}31?"]


def test_without_an_operator_there_is_nothing_to_stop(cli: Any) -> None:
    cli.api.answers.clear()
    assert cli.run("kill", "1F").stderr == (
        "Error:   × Session command failed with: no local or remote session found with id `1F`\n\n"
    )


class _UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@pytest.fixture
def local(cli: Any) -> Iterator[Callable[..., list[str]]]:
    """Starts a session of this machine; what it returns fills with the requests that it gets."""
    servers: list[_UnixServer] = []
    directory = cli.home / ".mirrord" / "sessions"
    directory.mkdir(parents=True)

    def start(session_id: str, kill_code: int = 200, **fields: Any) -> list[str]:
        seen: list[str] = []
        info = {
            "session_id": session_id,
            "target": "pod/x",
            "started_at": "2026-08-21T11:58:57Z",
            "mirrord_version": "3.250.0",
            "is_operator": True,
            "config": {},
            **fields,
        }

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(200, json.dumps(info).encode())

            def do_POST(self) -> None:
                self._answer(kill_code, b"no")

            def _answer(self, code: int, body: bytes) -> None:
                seen.append(f"{self.command} {self.path}")
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def address_string(self) -> str:
                return "local"

            def log_message(self, *args: Any) -> None: ...

        server = _UnixServer(str(directory / f"{session_id}.sock"), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return seen

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_local_sessions_come_first_and_say_what_runs(cli: Any, local: Any, session: Any) -> None:
    processes = [
        {"pid": 12, "parent_pid": 11, "process_name": "child"},
        {"pid": 11, "parent_pid": 1, "process_name": "node", "cmdline": ["node", "app.js"]},
    ]
    local("1F", key="k", namespace="shop", processes=processes)
    local("2F", started_at="2026-08-20T12:00:00Z")
    cli.api.answers[LIST] = _list(session("1F", user="u"), session("0", user="v", target="t"))
    assert cli.run("session").stdout == (
        "+------------+------------+-----+--------+-----------+---------+--------------+--------------+---------+\n"
        "| Session ID | Process ID | Key | Target | Namespace | User    | Process name | Command line | Time up |\n"
        "+------------+------------+-----+--------+-----------+---------+--------------+--------------+---------+\n"
        "| 2F         | N/A        | N/A | pod/x  | N/A       | N/A     | N/A          | N/A          | 1day    |\n"
        "+------------+------------+-----+--------+-----------+---------+--------------+--------------+---------+\n"
        "| 1F         | 11         | k   | pod/x  | shop      | You (u) | node         | node app.js  | 1m 3s   |\n"
        "+------------+------------+-----+--------+-----------+---------+--------------+--------------+---------+\n"
        "| 0          | N/A        | N/A | t      | default   | v       | N/A          | N/A          | 4s      |\n"
        "+------------+------------+-----+--------+-----------+---------+--------------+--------------+---------+\n"
    )


def test_a_socket_that_does_not_answer_is_removed(cli: Any) -> None:
    socket = cli.home / ".mirrord" / "sessions" / "dead.sock"
    socket.parent.mkdir(parents=True)
    socket.touch()
    assert cli.run("session").stdout == NOTHING
    assert not socket.exists()


def test_a_local_session_is_killed_whatever_the_cluster_says(cli: Any, local: Any, failure: Any) -> None:
    seen = local("1F")
    cli.api.answers[LIST] = failure(500, "InternalError", "broken")
    assert cli.run("session", "stop", "1F").stdout == "Killed session 1F.\n"
    assert seen == ["GET /info", "POST /kill"]


def test_a_local_session_may_refuse(cli: Any, local: Any) -> None:
    local("1F", kill_code=500)
    assert cli.run("kill", "1F").stderr.startswith(
        "Error:   × Session command failed with: failed to kill local session `1F`: "
    )


def test_a_key_selects_local_sessions(cli: Any, local: Any) -> None:
    seen = [local("1F", key="k"), local("2F", key="k"), local("3F", key="other")]
    assert cli.run("kill", "--key", "k").stdout == "Killed 2 sessions: 1F, 2F.\n"
    assert [len(requests) for requests in seen] == [2, 2, 1]
    assert cli.run("session", "stop", "-k", "other").stdout == "Killed session 3F.\n"


def test_a_key_that_no_local_session_has_is_an_error(cli: Any) -> None:
    result = cli.run("session", "stop", "-k", "k")
    assert result.stderr == "Error:   × Session command failed with: no local sessions found with key `k`\n\n"
    assert cli.api.lines() == []
