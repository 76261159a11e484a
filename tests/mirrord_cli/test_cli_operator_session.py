"""``mirrord operator session ...``: requests, outcomes, and what each progress mode says of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest

GROUP = "/apis/operator.metalbear.co/v1"
OPERATOR = f"GET {GROUP}/mirrordoperators/operator"
DELETE_ONE = f"DELETE {GROUP}/sessions/5223981140706293421?"
DELETE_ALL = f"DELETE {GROUP}/sessions?"
DELETE_INACTIVE = f"DELETE {GROUP}/sessions/inactive?"
STOP = ("operator", "session", "stop", "--id", "487F4F2B6D2376AD")
COMMAND = "mirrord operator session stop --id 5223981140706293421"
SUCCESS = {
    "kind": "Status",
    "apiVersion": "v1",
    "metadata": {},
    "status": "Success",
    "message": "killed",
    "code": 200,
}
SESSION = {
    "kind": "Session",
    "metadata": {},
    "spec": {"session": {"duration_secs": 1, "user": "u", "target": "t"}},
}
WARNING = (
    "Failed to prepare user certificate: failed to prepare client certificate: "
    "license fingerprint is missing from the mirrord operator resource"
)


@pytest.mark.parametrize(
    ("args", "line", "body", "command"),
    [
        (("stop", "--id", "487F4F2B6D2376AD"), DELETE_ONE, b"{}", COMMAND),
        (("stop", "-i", "mc-487f4f2b6d2376ad"), DELETE_ONE, b"{}", COMMAND),
        (("kill", "--id=mc-copy-487F4F2B6D2376AD"), DELETE_ONE, b"{}", COMMAND),
        (("stop", "--all"), DELETE_ALL, None, "mirrord operator session stop --all"),
        (("kill", "--all"), DELETE_ALL, None, "mirrord operator session stop --all"),
        (("kill-all",), DELETE_ALL, None, "mirrord operator session stop --all"),
        (("retain-active",), DELETE_INACTIVE, b"{}", "mirrord operator retain-active"),
    ],
)
def test_a_command_finds_the_operator_and_sends_one_deletion(
    cli: Any, args: Sequence[str], line: str, body: bytes | None, command: str
) -> None:
    cli.api.answers[line] = SUCCESS
    result = cli.run("operator", "session", *args, env={"MIRRORD_PROGRESS_MODE": "dumb"})
    assert cli.api.lines() == [OPERATOR, line]
    assert cli.api.requests[1].body == body
    assert cli.api.requests[1].headers["Content-Type"] == "application/json"
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"executing `{command}`\n" in result.stdout


TITLE = "Operator session action (cli version 3.250.0)\nchecking operator\n" + WARNING + "\npreparing...\n"
EXECUTING = f"executing `{COMMAND}`\n"
FAILED = "Session management operation failed!\n"


def _debug(code: int, message: str, reason: str, metadata: bool = True) -> str:
    shown = (
        "Some(ListMeta { continue_: None, remaining_item_count: None, resource_version: None, self_link: None })"
        if metadata
        else "None"
    )
    return (
        f"ApiError: {message}: {reason} (Status {{ status: Some(Failure), code: {code}, "
        f'message: "{message}", metadata: {shown}, reason: "{reason}", details: None }})'
    )


def _refused(code: int, message: str, reason: str) -> tuple[int, dict[str, Any]]:
    return code, {**SUCCESS, "status": "Failure", "message": message, "reason": reason, "code": code}


@pytest.mark.parametrize(
    ("answer", "progress", "report"),
    [
        (
            SUCCESS,
            f"`{COMMAND}` finished successfully with code 200: killed\nSession operation is completed.\n",
            None,
        ),
        (
            {"kind": "Status"},
            f"`{COMMAND}` finished successfully with code 0: \nSession operation is completed.\n",
            None,
        ),
        (
            _refused(418, "too hot", "Teapot")[1],
            f"`{COMMAND}` failed with code 418: too hot\nSession operation failed!\n",
            f"mirrord operator API failed: session management failed with {_debug(418, 'too hot', 'Teapot', False)}",
        ),
        (
            _refused(403, "not yours", "Forbidden")[1],
            f"`{COMMAND}` failed with code 403: not yours\nSession operation failed!\n",
            "mirrord operator rejected session management: not yours",
        ),
        (
            SESSION,
            (
                f"No issues found when executing `{COMMAND}`, but the operation status could not be determined at this "
                f"time.\n`{COMMAND}` is done, but the operation might be pending.\n"
            ),
            None,
        ),
        (
            (404, b""),
            "mirrord operator 3.187.0 does not support feature session management\n" + FAILED,
            "Feature `session management` is not supported in mirrord operator 3.187.0.",
        ),
        (
            (404, b"404 page not found\n"),
            "mirrord operator 3.187.0 does not support feature session management\n" + FAILED,
            "Feature `session management` is not supported in mirrord operator 3.187.0.",
        ),
        (
            _refused(404, "no such session", "NotFound"),
            f"session management failed: {_debug(404, 'no such session', 'NotFound')}\n" + FAILED,
            f"mirrord operator API failed: session management failed with {_debug(404, 'no such session', 'NotFound')}",
        ),
        (
            _refused(403, "alice may not", "Forbidden"),
            f"session management failed: {_debug(403, 'alice may not', 'Forbidden')}\n" + FAILED,
            "mirrord operator rejected session management: alice may not",
        ),
        (
            _refused(500, "broken", "InternalError"),
            f"session management failed: {_debug(500, 'broken', 'InternalError')}\n" + FAILED,
            f"mirrord operator API failed: session management failed with {_debug(500, 'broken', 'InternalError')}",
        ),
        (
            (502, b"bad gateway"),
            f"session management failed: {_debug(502, 'bad gateway', 'Failed to parse error data', False)}\n"
            + FAILED,
            "mirrord operator API failed: session management failed with "
            + _debug(502, "bad gateway", "Failed to parse error data", False),
        ),
    ],
    ids=[
        "success",
        "bare status",
        "failure with 200",
        "forbidden with 200",
        "object",
        "empty 404",
        "plain 404",
        "not found",
        "forbidden",
        "internal error",
        "not a status",
    ],
)
def test_every_answer_has_its_outcome(
    cli: Any, squeezed: Any, answer: Any, progress: str, report: str | None
) -> None:
    cli.api.answers[DELETE_ONE] = answer
    result = cli.run(*STOP, env={"MIRRORD_PROGRESS_MODE": "simple"})
    assert result.stdout == TITLE + EXECUTING + progress
    assert result.exit_code == (0 if report is None else 1)
    said = squeezed(result.stderr).partition("help:")[0]
    assert said == ("" if report is None else squeezed(f"Error: × {report}"))


@pytest.mark.parametrize("body", [{"metadata": {}, "spec": {}}, {"kind": "Session"}, b"done", [1]])
def test_an_answer_that_is_neither_status_nor_session_is_an_error(cli: Any, squeezed: Any, body: Any) -> None:
    cli.api.answers[DELETE_ONE] = body
    result = cli.run(*STOP)
    assert result.exit_code == 1
    assert squeezed("session management failed with Error deserializing response: ") in squeezed(
        result.stderr
    )


@pytest.mark.parametrize("mode", [None, "std", "standard", "anything", "off"])
def test_a_success_is_silent_where_nobody_watches(cli: Any, mode: str | None) -> None:
    cli.api.answers[DELETE_ONE] = SUCCESS
    result = cli.run(*STOP, env={} if mode is None else {"MIRRORD_PROGRESS_MODE": mode})
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_json_progress_is_an_object_a_line(cli: Any) -> None:
    cli.api.answers[DELETE_ONE] = SUCCESS
    result = cli.run(*STOP, env={"MIRRORD_PROGRESS_MODE": "json"})
    assert result.stdout == (
        '{"type":"NewTask","name":"Operator session action","parent":null}\n'
        '{"type":"NewTask","name":"checking operator","parent":"Operator session action"}\n'
        f'{{"type":"Warning","message":"{WARNING}"}}\n'
        '{"type":"NewTask","name":"preparing...","parent":"Operator session action"}\n'
        '{"type":"FinishedTask","name":"checking operator","success":false,"message":null}\n'
        '{"type":"FinishedTask","name":"preparing...","success":true,'
        f'"message":"`{COMMAND}` finished successfully with code 200: killed"}}\n'
        '{"type":"FinishedTask","name":"Operator session action","success":true,'
        '"message":"Session operation is completed."}\n'
    )


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_left_with_the_results(cli: Any) -> None:
    cli.api.answers[DELETE_ONE] = SUCCESS
    cli.stderr = Terminal
    assert cli.run(*STOP).stderr == (
        f"! {WARNING}\n"
        f"executing `{COMMAND}`\n"
        "  ✓ Session operation is completed.\n"
        "    x checking operator\n"
        f"    ✓ `{COMMAND}` finished successfully with code 200: killed\n"
    )


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (
            STOP,
            (
                '{"type":"NewTask","name":"Operator session action","parent":null}\n'
                '{"type":"NewTask","name":"checking operator","parent":"Operator session action"}\n'
                '{"type":"FinishedTask","name":"checking operator","success":false,"message":"operator not found"}\n'
                '{"type":"FinishedTask","name":"Operator session action","success":false,"message":null}\n'
            ),
        ),
        (
            ("operator", "status"),
            (
                '{"type":"NewTask","name":"Operator Status","parent":null}\n'
                '{"type":"NewTask","name":"fetching status","parent":"Operator Status"}\n'
                '{"type":"FinishedTask","name":"fetching status","success":false,"message":"operator not found"}\n'
                '{"type":"FinishedTask","name":"Operator Status","success":false,"message":null}\n'
            ),
        ),
    ],
)
def test_a_missing_operator_fails_both_tasks(cli: Any, args: Sequence[str], expected: str) -> None:
    cli.api.answers.clear()
    result = cli.run(*args, env={"MIRRORD_PROGRESS_MODE": "json"})
    assert (result.exit_code, result.stdout) == (1, expected)
    assert "mirrord operator was not found in the cluster." in result.stderr


def test_a_bad_configuration_is_said_before_anything_is_asked(cli: Any, squeezed: Any) -> None:
    result = cli.run(*STOP, env={"MIRRORD_PROGRESS_MODE": "dumb", "MIRRORD_OPERATOR_ENABLE": "maybe"})
    problem = "invalid MIRRORD_OPERATOR_ENABLE value `maybe`: provided string was not `true` or `false`"
    assert result.stdout == (
        f"Operator session action (cli version 3.250.0)\nfailed to read config from env: {problem}\n"
    )
    assert result.exit_code == 1
    assert squeezed(result.stderr).startswith(
        squeezed(f"Error: × Failed to verify mirrord config: {problem}")
    )
    assert cli.api.lines() == []


def test_headers_are_cleaned_and_baggage_is_carried(cli: Any, tmp_path: Any) -> None:
    config = tmp_path / "mirrord.json"
    config.write_text('{"baggage": "from=file", "startup_retry": {"max_retries": 0}}')
    cli.api.answers[OPERATOR] = (503, b"")
    cli.run("operator", "status", "-f", str(config))
    cli.run("operator", "status", "-f", str(config), env={"BAGGAGE": "from=env"})
    sent = [request.headers["baggage"] for request in cli.api.requests if request.line == OPERATOR]
    assert sent == ["from=file"] * 16 + ["from=env"] * 16
