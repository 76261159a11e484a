"""What the product's JSON decoder says of what is no session, and no Status: recorded from its command."""

from __future__ import annotations

import pytest

from harness.mirrord_cli.dates import date_problem
from harness.mirrord_cli.kube_errors import Status
from harness.mirrord_cli.semver import version_problem
from harness.mirrord_cli.serde import complaint
from harness.mirrord_cli.session_types import SessionObject


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "EOF while parsing a value at line 1 column 0"),
        (b"{", "EOF while parsing an object at line 1 column 1"),
        (b"[", "EOF while parsing a list at line 1 column 1"),
        (b"[]", "invalid length 0, expected struct SessionCrd with 2 elements at line 1 column 2"),
        (b"null", "invalid type: null, expected struct SessionCrd at line 1 column 4"),
        (b"3", "invalid type: integer `3`, expected struct SessionCrd at line 1 column 1"),
        (b"-1", "invalid type: integer `-1`, expected struct SessionCrd at line 1 column 2"),
        (b"1.5", "invalid type: floating point `1.5`, expected struct SessionCrd at line 1 column 3"),
        (b'"x"', 'invalid type: string "x", expected struct SessionCrd at line 1 column 3'),
        (b"true", "invalid type: boolean `true`, expected struct SessionCrd at line 1 column 4"),
        (b"hello", "expected value at line 1 column 1"),
        (b'{"a"', "EOF while parsing an object at line 1 column 4"),
        (b'{"a":', "EOF while parsing a value at line 1 column 5"),
        (b'{"a":1', "EOF while parsing an object at line 1 column 6"),
        (b'{"a":1,', "EOF while parsing a value at line 1 column 7"),
        (b'{"a":1,}', "trailing comma at line 1 column 8"),
        (b'{"a" 1}', "expected `:` at line 1 column 6"),
        (b"{1:2}", "key must be a string at line 1 column 2"),
        (b'{"metadata":{}}', "missing field `spec` at line 1 column 15"),
        (b'{"metadata":null}', "invalid type: null, expected ObjectMeta at line 1 column 16"),
        (b'{"metadata":5}', "invalid type: integer `5`, expected ObjectMeta at line 1 column 13"),
        (b'{"metadata":{"name":5}}', "invalid type: integer `5`, expected a string at line 1 column 21"),
        (b'{\n "metadata": {},\n "spec": {\n}\n}', "missing field `session` at line 4 column 1"),
        (b'{"x":[1,2,}', "expected value at line 1 column 11"),
        (b'{"x":[1 2]}', "expected `,` or `]` at line 1 column 9"),
        (b'{"x":nul}', "expected ident at line 1 column 9"),
        (b'{"x":"abc', "EOF while parsing a string at line 1 column 9"),
        (b'{"x":[1', "EOF while parsing a list at line 1 column 7"),
        (b'{"x":tru', "EOF while parsing a value at line 1 column 8"),
        (
            b'{"metadata":{},"spec":{"session":5}}',
            "invalid type: integer `5`, expected struct Session at line 1 column 34",
        ),
        (
            b'{"metadata":{},"spec":{"session":{"user":"u","target":"t","duration_secs":-1}}}',
            "invalid value: integer `-1`, expected u64 at line 1 column 76",
        ),
        (
            b'{"metadata":{},"spec":{"session":{"user":"u","target":"t","duration_secs":1.5}}}',
            "invalid type: floating point `1.5`, expected u64 at line 1 column 77",
        ),
        (
            b'{"metadata":{},"spec":{"session":{"user":"u","target":"t","duration_secs":36893488147419103232}}}',
            "invalid type: floating point `3.6893488147419103e+19`, expected u64 at line 1 column 94",
        ),
        (
            b'{"metadata":{},"spec":{"session":{"user":"u","target":"t","duration_secs":1,"locked_ports":[5]}}}',
            "data did not match any variant of untagged enum LockedPortCompat at line 1 column 94",
        ),
        (
            b'{"metadata":{},"spec":{"session":{"user":"u","target":"t","duration_secs":1,"locked_ports":{}}}}',
            "invalid type: map, expected a sequence at line 1 column 91",
        ),
        (
            b'{"metadata":{},"spec":{"session":{"user":"u","target":"t","duration_secs":1,"locked_ports":[ {"port":70000,"kind":"x"} , 1]}}}',
            "data did not match any variant of untagged enum LockedPortCompat at line 1 column 121",
        ),
        (
            b'{"metadata":{},"spec":{"session":{"user":"u","target":"t","duration_secs":1,"kafka":[{"name":"x"}]}}}',
            "missing field `clientConfig` at line 1 column 97",
        ),
        (
            b'{"metadata":{},"spec":{"session":{"user":"u","duration_secs":1}}}',
            "missing field `target` at line 1 column 63",
        ),
        (
            b'{"kind":"Status","status":"X"}',
            "unknown variant `X`, expected `Success` or `Failure` at line 1 column 29",
        ),
        (b'{"kind":"Status","code":"x"}', 'invalid type: string "x", expected u16 at line 1 column 27'),
        (
            b'{"kind":"Status","code":70000}',
            "invalid value: integer `70000`, expected u16 at line 1 column 29",
        ),
    ],
)
def test_the_problem_and_its_place_are_named(body: bytes, problem: str) -> None:
    assert complaint(body, Status if b'"Status"' in body else SessionObject) == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("3.187.0", None),
        ("3.187.0-alpha.1+b.01", None),
        ("", "empty string, expected a semver version"),
        ("x", "unexpected character 'x' while parsing major version number"),
        ("1", "unexpected end of input while parsing major version number"),
        ("1.", "unexpected end of input while parsing minor version number"),
        ("1.2", "unexpected end of input while parsing minor version number"),
        ("1.2.x", "unexpected character 'x' while parsing patch version number"),
        ("01.2.3", "invalid leading zero in major version number"),
        ("1x.2.3", "unexpected character 'x' after major version number"),
        ("1.2.3x", "unexpected character 'x' after patch version number"),
        ("1.2.3-", "empty identifier segment in pre-release identifier"),
        ("1.2.3-a+", "empty identifier segment in build metadata"),
        ("1.2.3-01", "invalid leading zero in pre-release identifier"),
        ("99999999999999999999.1.1", "value of major version number exceeds u64::MAX"),
    ],
)
def test_a_version_is_judged(text: str, problem: str | None) -> None:
    assert version_problem(text) == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2027-01-05", None),
        ("27-1-5", None),
        ("2027-13-01", "input is out of range"),
        ("2027-02-30", "input is out of range"),
        ("2027-01", "premature end of input"),
        ("", "premature end of input"),
        ("2027-01-01x", "trailing input"),
        ("x", "input contains invalid characters"),
    ],
)
def test_a_date_is_judged(text: str, problem: str | None) -> None:
    assert date_problem(text) == problem
