"""``mirrord operator status``: what it asks, what it prints, and what it makes of what it does not understand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

GROUP = "/apis/operator.metalbear.co/v1"
OPERATOR = f"GET {GROUP}/mirrordoperators/operator"
DISCOVERY = f"GET {GROUP}"

HEADER = """
Operator version: 3.187.0
Operator default namespace: default
Operator License
    name: MetalBear
    organization: MetalBear
    expire at:  5-Mar-2030

"""
NO_SESSIONS = """\
+------------+--------+-----------+------+-------+------------------+
| Session ID | Target | Namespace | User | Ports | Session Duration |
+------------+--------+-----------+------+-------+------------------+

"""
WITHOUT_PORTS = """\
+------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+
| Session ID       | Target                      | Namespace | User                                                          | Ports | Session Duration |
+------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+
| 487F4F2B6D2376AD | deployment/ip-visit-counter | default   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local |       | 4s               |
+------------------+-----------------------------+-----------+---------------------------------------------------------------+-------+------------------+

"""
WITH_A_FILTER = """\
+------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
| Session ID       | Target                      | Namespace | User                                                          | Ports                                                    | Session Duration |
+------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+
| C527FE7D9C30979E | deployment/ip-visit-counter | default   | Aviram Hassan/aviram@metalbear.co@avirams-macbook-pro-2.local | Port: 80, Type: steal, Filter: header=X-PG-Tenant: Avi.+ | 13s              |
+------------------+-----------------------------+-----------+---------------------------------------------------------------+----------------------------------------------------------+------------------+

"""
FILTERED = {"port": 80, "kind": "steal", "filter": "header=X-PG-Tenant: Avi.+"}


def test_the_status_is_one_request_and_says_who_asks(cli: Any) -> None:
    result = cli.run("operator", "status")
    assert (result.exit_code, result.stdout, result.stderr) == (0, HEADER + NO_SESSIONS, "")
    assert cli.api.lines() == [OPERATOR]
    assert cli.api.requests[0].headers == {
        "x-mirrord-cli-version": "3.250.0",
        "x-client-name": "Aviram Hassan",
        "x-client-hostname": "Avirams-MacBook-Pro-2.local",
    }


@pytest.mark.parametrize(
    ("session_id", "fields", "table"),
    [
        ("487F4F2B6D2376AD", {}, WITHOUT_PORTS),
        ("487F4F2B6D2376AD", {"locked_ports": []}, WITHOUT_PORTS),
        ("C527FE7D9C30979E", {"duration_secs": 13, "locked_ports": [FILTERED]}, WITH_A_FILTER),
        ("C527FE7D9C30979E", {"duration_secs": 13, "locked_ports": [list(FILTERED.values())]}, WITH_A_FILTER),
    ],
    ids=["no ports", "empty ports", "object", "array"],
)
def test_sessions_are_printed_as_documented(
    cli: Any,
    operator_object: dict[str, Any],
    session: Any,
    session_id: str,
    fields: dict[str, Any],
    table: str,
) -> None:
    operator_object["status"]["sessions"] = [session(session_id, **fields)]
    assert cli.run("operator", "status").stdout == HEADER + table


def test_previews_are_hidden_and_absent_fields_have_stand_ins(
    cli: Any, operator_object: dict[str, Any], session: Any
) -> None:
    shown = session(None, namespace=None, user="陈/a@h", target="targetless", duration_secs=0)
    shown["locked_ports"] = [{"port": 80, "kind": "steal"}, [443, "mirror", None]]
    operator_object["status"]["sessions"] = [session("1", user="preview-env"), shown]
    assert cli.run("operator", "status").stdout == HEADER + (
        "+------------+------------+-----------+--------+-------------------------+------------------+\n"
        "| Session ID | Target     | Namespace | User   | Ports                   | Session Duration |\n"
        "+------------+------------+-----------+--------+-------------------------+------------------+\n"
        "|            | targetless | N/A       | 陈/a@h | Port: 80, Type: steal   | 0s               |\n"
        "|            |            |           |        | Port: 443, Type: mirror |                  |\n"
        "+------------+------------+-----------+--------+-------------------------+------------------+\n"
        "\n"
    )


COPY = {
    "metadata": {"namespace": "shop"},
    "spec": {"target": {"deployment": "x", "container": "c"}, "scale_down": True},
}
UNSCALED = {"metadata": {}, "spec": {"target": None, "scale_down": False, "idle_ttl": 30}}


@pytest.mark.parametrize(
    ("field", "value", "before", "after"),
    [
        ("copy_targets", None, "", ""),
        ("copy_targets", [], "No active copy targets.\n\n", ""),
        (
            "copy_targets",
            [{"pod_name": "x-copy", "copy_target": COPY}, ["bare", UNSCALED]],
            (
                "Active Copy Targets:\n"
                "+--------------------------+-----------+---------------+-------------+\n"
                "| Original Target          | Namespace | Copy Pod Name | Scale Down? |\n"
                "+--------------------------+-----------+---------------+-------------+\n"
                "| deployment/x/container/c | shop      | x-copy        | *           |\n"
                "+--------------------------+-----------+---------------+-------------+\n"
                "| targetless               |           | bare          |             |\n"
                "+--------------------------+-----------+---------------+-------------+\n\n"
            ),
            "",
        ),
        ("statistics", {"dau": 3, "mau": 7}, "Operator Daily Users: 3\nOperator Monthly Users: 7\n\n", ""),
        (
            "statistics",
            {"dau": 3, "mau": 7, "active_ci_sessions_count": 0, "active_preview_sessions_count": 2},
            (
                "Operator Daily Users: 3\nOperator Monthly Users: 7\n"
                "Operator Nonhuman (CI/Preview) Concurrent Sessions:\n"
                "  CI Sessions: 0\n  Preview Environment Sessions: 2\n\n"
            ),
            "",
        ),
        (
            "statistics",
            {"dau": 0, "mau": 0, "active_preview_sessions_count": 1},
            (
                "Operator Daily Users: 0\nOperator Monthly Users: 0\n"
                "Operator Nonhuman (CI/Preview) Concurrent Sessions:\n  Preview Environment Sessions: 1\n\n"
            ),
            "",
        ),
        (
            "multi_cluster_sessions",
            [],
            "",
            (
                "Multi-Cluster Sessions:\n"
                "+------------+--------+-----------+------+----------+-------+------------------+\n"
                "| Session ID | Target | Namespace | User | Clusters | Phase | Session Duration |\n"
                "+------------+--------+-----------+------+----------+-------+------------------+\n\n"
            ),
        ),
        (
            "multi_cluster_sessions",
            [
                {
                    "id": "mc-1f",
                    "durationSecs": 61,
                    "user": "a/b@c",
                    "target": "deployment/x",
                    "namespace": "shop",
                    "clusters": ["east", "west"],
                    "phase": "Ready",
                }
            ],
            "",
            (
                "Multi-Cluster Sessions:\n"
                "+------------+--------------+-----------+-------+------------+-------+------------------+\n"
                "| Session ID | Target       | Namespace | User  | Clusters   | Phase | Session Duration |\n"
                "+------------+--------------+-----------+-------+------------+-------+------------------+\n"
                "| mc-1f      | deployment/x | shop      | a/b@c | east, west | Ready | 1m 1s            |\n"
                "+------------+--------------+-----------+-------+------------+-------+------------------+\n\n"
            ),
        ),
        ("preview_sessions", [], "", ""),
        (
            "connected_clusters",
            [{"name": "east", "lastCheck": "2026-08-21T12:00:00.000000Z", "error": {"message": "x"}}],
            "",
            "",
        ),
    ],
)
def test_a_section_stands_before_or_after_the_sessions(
    cli: Any, operator_object: dict[str, Any], field: str, value: Any, before: str, after: str
) -> None:
    operator_object["status"][field] = value
    result = cli.run("operator", "status")
    assert (result.stderr, result.stdout) == ("", HEADER + before + NO_SESSIONS + after)


def _sqs(consumer: dict[str, Any], status: Any) -> dict[str, Any]:
    spec = {
        "queueFilters": {"orders": {"b": "2", "a": "1"}, "*": {"any": ".*"}},
        "queueJqFilters": {"orders": ".x"},
        "queueConsumer": consumer,
        "sessionId": "1F",
    }
    return {"metadata": {}, "spec": spec, "status": status}


def test_split_queues_have_a_table_for_each_consumer(
    cli: Any, operator_object: dict[str, Any], session: Any
) -> None:
    names = {
        "orders::in": {"originalName": "o", "outputName": "o-tmp"},
        "mail": {"originalName": "m", "outputName": "m-tmp"},
    }
    ready = {"Ready": {"queueNames": names, "envUpdates": {}}}
    consumer = {"name": "x", "container": "c", "workloadType": "Deployment"}
    other = {"name": "y", "workloadType": "Elsewhere"}
    details = {"queueNames": {"mail": names["mail"]}, "envUpdates": {}}
    cleanup = {"CleanupError": {"error": {"statusCode": 500, "reason": "r"}, "details": details}}
    starting = {"Starting": {"start_time_utc": "now"}}
    operator_object["status"]["sessions"] = [
        session(
            "1F",
            user="u",
            sqs=[_sqs(consumer, ready), _sqs(other, cleanup), _sqs(other, starting), _sqs(other, None)],
        )
    ]
    printed = cli.run("operator", "status").stdout
    assert printed.endswith(
        "\n\n"
        "SQS Queue for deployment/x/container/c\n"
        "+------------+----------+------+---------------+-------------+--------+\n"
        "| Session ID | Queue ID | User | Original Name | Output Name | Filter |\n"
        "+------------+----------+------+---------------+-------------+--------+\n"
        "| 1F         | mail     | u    | m             | m-tmp       | any:.* |\n"
        "+------------+----------+------+---------------+-------------+--------+\n"
        "| 1F         | orders   | u    | o             | o-tmp       | a:1    |\n"
        "+------------+----------+------+---------------+-------------+--------+\n"
        "| 1F         | orders   | u    | o             | o-tmp       | b:2    |\n"
        "+------------+----------+------+---------------+-------------+--------+\n"
        "| 1F         | orders   | u    | o             | o-tmp       | jq:.x  |\n"
        "+------------+----------+------+---------------+-------------+--------+\n"
        "SQS Queue for unsupported/y\n"
        "+------------+----------+------+---------------+-------------+--------+\n"
        "| Session ID | Queue ID | User | Original Name | Output Name | Filter |\n"
        "+------------+----------+------+---------------+-------------+--------+\n"
        "| 1F         | mail     | u    | m             | m-tmp       | any:.* |\n"
        "+------------+----------+------+---------------+-------------+--------+\n"
    )


def test_of_kafka_sessions_with_one_target_the_last_is_shown(
    cli: Any, operator_object: dict[str, Any], session: Any
) -> None:
    topics = [{"name": "t-fallback-1", "clientConfig": "c"}, {"name": "t-1", "clientConfig": "c"}]
    operator_object["status"]["sessions"] = [
        session("A", user="u", kafka=topics[:1]),
        session("B", user="u", kafka=topics),
        session("C", user="u", kafka=[]),
    ]
    assert cli.run("operator", "status").stdout.endswith(
        "\n\n"
        "+------------+--------------+------+---------------+----------+\n"
        "| Session ID | Topic Name   | User | Client Config | Type     |\n"
        "+------------+--------------+------+---------------+----------+\n"
        "| B          | t-fallback-1 | u    | c             | Fallback |\n"
        "+------------+--------------+------+---------------+----------+\n"
        "| B          | t-1          | u    | c             | Filtered |\n"
        "+------------+--------------+------+---------------+----------+\n"
    )


def test_without_a_status_the_header_is_printed_and_the_command_fails(
    cli: Any, operator_object: dict[str, Any]
) -> None:
    del operator_object["status"]
    result = cli.run("operator", "status")
    assert (result.exit_code, result.stdout) == (1, HEADER)
    assert (
        result.stderr
        == """\
Error:   × `mirrord operator status` command failed! Could not retrieve operator
  │ status API.
  help: {GAP}
{GAP}
        - If you're still stuck:
{GAP}
        >> Please open a new bug report at https://github.com/metalbear-co/
        mirrord/issues/new/choose
{GAP}
        >> Or join our Slack https://metalbear.com/slack and request help in
        #mirrord-help
{GAP}
        >> Or email us at hi@metalbear.com
{GAP}
{GAP}

""".replace("help: {GAP}", "help: ").replace("{GAP}", " " * 8)
    )


def _without(*path: str) -> Callable[[dict[str, Any]], None]:
    def spoil(value: dict[str, Any]) -> None:
        for key in path[:-1]:
            value = value[key]
        del value[path[-1]]

    return spoil


def _with(value: Any, *path: str) -> Callable[[dict[str, Any]], None]:
    def spoil(target: dict[str, Any]) -> None:
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = value

    return spoil


LOWER = {"name": "east", "lastCheck": "2026-08-21T12:00:00Z", "connected": {"operator_version": "3.187.0"}}
SESSION = {"duration_secs": 1, "user": "u", "target": "t"}


@pytest.mark.parametrize(
    "spoil",
    [
        _without("metadata"),
        _without("spec"),
        _without("spec", "operator_version"),
        _with("latest", "spec", "operator_version"),
        _without("spec", "default_namespace"),
        _without("spec", "license"),
        _without("spec", "license", "expire_at"),
        _with("soon", "spec", "license", "expire_at"),
        _with(["Newer"], "spec", "features"),
        _without("status", "sessions"),
        _with(None, "status", "sessions"),
        _with([{**SESSION, "duration_secs": -1}], "status", "sessions"),
        _with([{**SESSION, "duration_secs": "1"}], "status", "sessions"),
        _with([{"duration_secs": 1, "user": "u"}], "status", "sessions"),
        _with([{**SESSION, "locked_ports": [[80, "steal"]]}], "status", "sessions"),
        _with([{**SESSION, "locked_ports": [{"port": 65536, "kind": "steal"}]}], "status", "sessions"),
        _with([{**SESSION, "sqs": [_sqs({"name": "x"}, None)]}], "status", "sessions"),
        _with(
            [{**SESSION, "sqs": [_sqs({"name": "x", "workloadType": "Rollout"}, {})]}], "status", "sessions"
        ),
        _with([{**SESSION, "kafka": [{"name": "t"}]}], "status", "sessions"),
        _with(
            [["pod", {"metadata": {}, "spec": {"target": "x", "scale_down": True}}]], "status", "copy_targets"
        ),
        _with([["pod", {"metadata": {}, "spec": {"target": None}}]], "status", "copy_targets"),
        _with({"dau": 1}, "status", "statistics"),
        _with([LOWER], "status", "connected_clusters"),
        _with([{"name": "east", "lastCheck": "2026-08-21T12:00:00Z"}], "status", "connected_clusters"),
        _with(None, "status", "preview_sessions"),
    ],
)
def test_what_does_not_decode_is_an_error_without_discovery(
    cli: Any, squeezed: Any, operator_object: dict[str, Any], spoil: Callable[[dict[str, Any]], None]
) -> None:
    spoil(operator_object)
    result = cli.run("operator", "status")
    assert (result.exit_code, result.stdout) == (1, "")
    assert squeezed(result.stderr).startswith(
        squeezed(
            "Error: × mirrord operator API failed: finding operator failed with Error deserializing response: "
        )
    )
    assert cli.api.lines() == [OPERATOR]


@pytest.mark.parametrize(
    "extend",
    [
        _with("new", "spec", "anything"),
        _with(["ProxyApi"], "spec", "features"),
        _with(None, "spec", "supported_features"),
        _with("3.187.0-rc.1+build", "spec", "operator_version"),
        _with(
            [{**SESSION, "http_filter": {"headerFilter": "x"}, "rmq": [{"spec": {}}]}], "status", "sessions"
        ),
    ],
)
def test_what_is_new_or_optional_is_no_error(
    cli: Any, operator_object: dict[str, Any], extend: Callable[[dict[str, Any]], None]
) -> None:
    extend(operator_object)
    assert cli.run("operator", "status").exit_code == 0


RESOURCES = {"kind": "APIResourceList", "groupVersion": "operator.metalbear.co/v1"}
KNOWN = {**RESOURCES, "resources": [{"name": "mirrordoperators", "kind": "MirrordOperator"}]}
SUBRESOURCE = {**RESOURCES, "resources": [{"name": "mirrordoperators/ping", "kind": "MirrordOperator"}]}
NOT_INSTALLED = "mirrord operator was not found in the cluster."
REJECTED = "mirrord operator rejected finding operator: no access"


@pytest.mark.parametrize(
    ("discovery", "required", "expected"),
    [
        ("404", False, NOT_INSTALLED),
        ("404", True, NOT_INSTALLED),
        ("plain 404", True, NOT_INSTALLED),
        (KNOWN, False, REJECTED),
        (KNOWN, True, REJECTED),
        ("403", False, NOT_INSTALLED),
        ("403", True, REJECTED),
        ("500", False, NOT_INSTALLED),
        ("500", True, REJECTED),
        (SUBRESOURCE, False, NOT_INSTALLED),
        (SUBRESOURCE, True, REJECTED),
    ],
)
def test_after_a_refusal_discovery_tells_whether_the_operator_is_there(
    cli: Any, failure: Any, discovery: Any, required: bool, expected: str
) -> None:
    cli.api.answers[OPERATOR] = failure(403, "Forbidden", "no access")
    if isinstance(discovery, dict):
        cli.api.answers[DISCOVERY] = discovery
    elif discovery != "plain 404":
        cli.api.answers[DISCOVERY] = failure(int(discovery), "Reason", "message")
    result = cli.run("operator", "status", env={"MIRRORD_OPERATOR_ENABLE": "true"} if required else {})
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[0] == f"Error:   × {expected}"
    assert cli.api.lines() == [OPERATOR, DISCOVERY]


def test_without_an_answer_there_is_no_discovery(cli: Any, squeezed: Any, transport_error: Exception) -> None:
    cli.api.answers[OPERATOR] = transport_error
    result = cli.run("operator", "status")
    assert squeezed(result.stderr).startswith(
        squeezed(
            "Error: × mirrord operator API failed: finding operator failed with ServiceError: client error (Connect)"
        )
    )
    assert cli.api.lines() == [OPERATOR]


@pytest.mark.parametrize("code", [429, 503, 504])
def test_a_busy_server_is_asked_again(
    cli: Any, operator_object: dict[str, Any], failure: Any, code: int
) -> None:
    cli.api.answers[OPERATOR] = [
        failure(code, "Busy", "later"),
        failure(code, "Busy", "later"),
        operator_object,
    ]
    assert cli.run("operator", "status").exit_code == 0
    assert cli.api.lines() == [OPERATOR] * 3
    assert cli.waits == [0.005, 0.01]


def test_a_server_that_stays_busy_is_given_up(cli: Any, failure: Any) -> None:
    """The client tries 15 times more, and all that is done twice again, as ``startup_retry`` says."""
    cli.api.answers[OPERATOR] = failure(503, "Busy", "later")
    assert cli.run("operator", "status").exit_code == 1
    assert cli.api.lines().count(OPERATOR) == 48
    assert cli.waits[:3] == [0.005, 0.01, 0.02]
    assert [cli.waits[15], cli.waits[31]] == [0.5, 1.0]


def test_an_api_error_is_shown_with_its_debug_form(cli: Any, failure: Any) -> None:
    code, status = failure(500, "InternalError", 'it "broke"')
    cli.api.answers[OPERATOR] = (code, {**status, "details": {"causes": [{"message": "m"}]}})
    cli.api.answers[DISCOVERY] = KNOWN
    assert (
        cli.run("operator", "status").stderr.partition("\n  help: ")[0]
        == """\
Error:   × mirrord operator API failed: finding operator failed with ApiError: it
  │ "broke": InternalError (Status { status: Some(Failure), code: 500,
  │ message: "it \\"broke\\"", metadata: Some(ListMeta { continue_: None,
  │ remaining_item_count: None, resource_version: None, self_link: None }),
  │ reason: "InternalError", details: Some(StatusDetails { name: "", group:
  │ "", kind: "", uid: "", causes: [StatusCause { reason: "", message: "m",
  │ field: "" }], retry_after_seconds: 0 }) })"""
    )


def test_the_setup_command_is_gone(cli: Any) -> None:
    result = cli.run("operator", "setup")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        1,
        "Error:   × mirrord operator setup was deleted",
    )


@pytest.mark.parametrize(
    ("mode", "printed"),
    [
        ("dumb", "Operator Status (cli version 3.250.0)\nfetching status\nfetched status\n"),
        ("simple", "Operator Status (cli version 3.250.0)\nfetching status\nfetched status\n"),
        (
            "json",
            (
                '{"type":"NewTask","name":"Operator Status","parent":null}\n'
                '{"type":"NewTask","name":"fetching status","parent":"Operator Status"}\n'
                '{"type":"FinishedTask","name":"fetching status","success":true,"message":"fetched status"}\n'
                '{"type":"FinishedTask","name":"Operator Status","success":true,"message":null}\n'
            ),
        ),
        ("off", ""),
        ("std", ""),
        ("standard", ""),
        ("fancy", ""),
    ],
)
def test_progress_comes_before_the_status(cli: Any, mode: str, printed: str) -> None:
    result = cli.run("operator", "status", env={"MIRRORD_PROGRESS_MODE": mode})
    assert (result.stdout, result.stderr) == (printed + HEADER + NO_SESSIONS, "")


def test_progress_says_that_the_status_was_not_had(cli: Any, transport_error: Exception) -> None:
    cli.api.answers[OPERATOR] = transport_error
    assert cli.run("operator", "status", env={"MIRRORD_PROGRESS_MODE": "json"}).stdout == (
        '{"type":"NewTask","name":"Operator Status","parent":null}\n'
        '{"type":"NewTask","name":"fetching status","parent":"Operator Status"}\n'
        '{"type":"FinishedTask","name":"fetching status","success":false,"message":"failed to get status"}\n'
        '{"type":"FinishedTask","name":"Operator Status","success":false,"message":null}\n'
    )
