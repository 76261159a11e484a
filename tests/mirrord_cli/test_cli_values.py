"""Ids, durations, targets and cells: small values, exactly as the product reads and shows them."""

from __future__ import annotations

import pytest

from harness.mirrord_cli.duration import format_duration
from harness.mirrord_cli.session_id import InvalidSessionIdError, alternate_id, parse_hex_id
from harness.mirrord_cli.table import render
from harness.mirrord_cli.targets import show_target

INVALID = "invalid digit found in string"
TOO_LARGE = "number too large to fit in target type"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("b537fef3e6b4042d", 0xB537FEF3E6B4042D),
        ("mc-b537fef3e6b4042d", 0xB537FEF3E6B4042D),
        ("mc-copy-b537fef3e6b4042d", 0xB537FEF3E6B4042D),
        ("FF", 0xFF),
        ("+ff", 0xFF),
        ("0000000000000000000001", 1),
        ("ffffffffffffffff", 2**64 - 1),
    ],
)
def test_an_id_is_hex_perhaps_behind_a_prefix(raw: str, expected: int) -> None:
    assert parse_hex_id(raw) == expected


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("", "cannot parse integer from empty string"),
        ("mc-", "cannot parse integer from empty string"),
        ("nonsense", INVALID),
        ("mc-nonsense", INVALID),
        ("mc-mc-ff", INVALID),
        ("0xff", INVALID),
        ("-1", INVALID),
        ("+", INVALID),
        (" ff", INVALID),
        ("f_f", INVALID),
        ("\u0661", INVALID),
        ("10000000000000000", TOO_LARGE),
        ("fffffffffffffffffz", TOO_LARGE),
        ("ffffffffffffffffz", INVALID),
    ],
)
def test_what_is_not_an_id_is_refused_with_the_reason(raw: str, problem: str) -> None:
    with pytest.raises(InvalidSessionIdError) as caught:
        parse_hex_id(raw)
    assert str(caught.value) == f"Failed parsing hex session id value with {problem}!"


@pytest.mark.parametrize(
    ("session_id", "other"),
    [("1F", "31"), ("9", None), ("name", None), ("1234567890123456", "1311768467284833366")],
)
def test_a_hex_id_has_a_decimal_name_too(session_id: str, other: str | None) -> None:
    assert alternate_id(session_id) == other


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (4, "4s"),
        (60, "1m"),
        (3723, "1h 2m 3s"),
        (86_399, "23h 59m 59s"),
        (93_784, "1day 2h 3m 4s"),
        (604_800, "7days"),
        (2_630_016, "1month"),
        (2 * 2_630_016 + 1, "2months 1s"),
        (31_557_600, "1year"),
        (3 * 31_557_600 + 86_400, "3years 1day"),
    ],
)
def test_a_duration_is_shown_in_units_that_are_not_zero(seconds: int, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ({"deployment": "x"}, "deployment/x"),
        ({"deployment": "x", "container": None}, "deployment/x"),
        ({"pod": "x", "container": "c"}, "pod/x/container/c"),
        ({"rollout": "x"}, "rollout/x"),
        ({"job": "x"}, "job/x"),
        ({"cron_job": "x"}, "cronjob/x"),
        ({"stateful_set": "x"}, "statefulset/x"),
        ({"service": "x"}, "service/x"),
        ({"replica_set": "x"}, "replicaset/x"),
        ({"labels": {"b": "2", "a": "1"}, "container": "c"}, "label/a=1,b=2/container/c"),
        (None, "targetless"),
    ],
)
def test_a_target_is_shown_as_in_a_configuration(target: object, text: str) -> None:
    assert show_target(target) == text


@pytest.mark.parametrize(
    "target",
    [
        "deployment/x",
        {},
        {"deployment": "x", "pod": "y"},
        {"deployment": 1},
        {"ship": "x"},
        {"container": "c"},
    ],
)
def test_what_is_no_target_is_refused(target: object) -> None:
    with pytest.raises(ValueError, match="untagged enum Target"):
        show_target(target)


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([("A", "B")], "+---+---+\n| A | B |\n+---+---+\n"),
        ([("A", "")], "+---+--+\n| A |  |\n+---+--+\n"),
        ([("A", ""), ("", "")], "+---+--+\n| A |  |\n+---+--+\n|   |  |\n+---+--+\n"),
        ([("a\nbb", "c")], "+----+---+\n| a  | c |\n| bb |   |\n+----+---+\n"),
        ([("a\r\nb\n", "c")], "+---+---+\n| a | c |\n| b |   |\n+---+---+\n"),
        ([("陈", "x"), ("ab", "y")], "+----+---+\n| 陈 | x |\n+----+---+\n| ab | y |\n+----+---+\n"),
        ([("e\u0301", "x")], "+---+---+\n| e\u0301 | x |\n+---+---+\n"),
        ([("👍", "x")], "+----+---+\n| 👍 | x |\n+----+---+\n"),
        ([("\x1b[31ma\x1b[0m", "xy")], "+-----+----+\n| \x1b[31ma\x1b[0m | xy |\n+-----+----+\n"),
        ([("a\tb", "x")], "+-----+---+\n| a\tb | x |\n+-----+---+\n"),
    ],
)
def test_every_row_stands_between_rules(rows: list[tuple[str, ...]], text: str) -> None:
    assert render(rows) == text


def test_the_table_with_ports_and_wide_names() -> None:
    rows = [
        ("Session ID", "Target", "Namespace", "User", "Ports", "Session Duration"),
        (
            "C527FE7D9C30979E",
            "deployment/x",
            "default",
            "Łukasz/u@host",
            "Port: 80, Type: steal, Filter: header=a: b\nPort: 443, Type: mirror",
            "1h 2m 3s",
        ),
        ("1F", "targetless", "N/A", "陈/a@h", "", "0s"),
    ]
    assert render(rows) == (
        "+------------------+--------------+-----------+---------------+--------------------------------------------+------------------+\n"
        "| Session ID       | Target       | Namespace | User          | Ports                                      | Session Duration |\n"
        "+------------------+--------------+-----------+---------------+--------------------------------------------+------------------+\n"
        "| C527FE7D9C30979E | deployment/x | default   | Łukasz/u@host | Port: 80, Type: steal, Filter: header=a: b | 1h 2m 3s         |\n"
        "|                  |              |           |               | Port: 443, Type: mirror                    |                  |\n"
        "+------------------+--------------+-----------+---------------+--------------------------------------------+------------------+\n"
        "| 1F               | targetless   | N/A       | 陈/a@h        |                                            | 0s               |\n"
        "+------------------+--------------+-----------+---------------+--------------------------------------------+------------------+\n"
    )
