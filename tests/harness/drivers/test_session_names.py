"""Names of sessions in place of their ids, and back."""

from __future__ import annotations

import pytest

from harness.drivers.session_names import SessionNames

REAL = 0x9849A521E199BFBF
TABLE = """\
+------------------+--------------+-------+
| Session ID       | User         | Ports |
+------------------+--------------+-------+
| 9849A521E199BFBF | root/dana@vm | 80    |
|                  |              | 8080  |
+------------------+--------------+-------+
{} is stopped"""
NAMED = """\
+------------+------------------------+-------+
| Session ID | User                   | Ports |
+------------+------------------------+-------+
| A1         | Dana Levi/dana@thinker | 80    |
|            |                        | 8080  |
+------------+------------------------+-------+
A1 is stopped"""


@pytest.fixture
def names() -> SessionNames:
    found = SessionNames()
    found.call(0xD1, 0xD1)
    found.call(0xA1, REAL)
    found.call_person("Dana Levi/dana@thinker", "root/dana@vm")
    return found


@pytest.mark.parametrize(
    ("said", "real"),
    [
        ("A1", f"{REAL:X}"),
        ("a1", f"{REAL:x}"),
        ("mc-A1", f"mc-{REAL:X}"),
        ("161", f"{REAL}"),
        ("--id=A1", f"--id={REAL:X}"),
        ("session/A1", f"session/{REAL:X}"),
        ("D1", "D1"),
        ("0xA1", "0xA1"),
        ("A12", "A12"),
        ("A1A1A1A1A1A1A1A1A1", "A1A1A1A1A1A1A1A1A1"),
        ("kill-all", "kill-all"),
    ],
)
def test_words_of_a_command_line(names: SessionNames, said: str, real: str) -> None:
    assert names.word(said) == real


@pytest.mark.parametrize(
    ("path", "real"),
    [
        ("/apis/operator.metalbear.co/v1/sessions/161", f"/apis/operator.metalbear.co/v1/sessions/{REAL}"),
        ("/apis/operator.metalbear.co/v1/sessions/A1", f"/apis/operator.metalbear.co/v1/sessions/{REAL:X}"),
        ("/apis/operator.metalbear.co/v1/sessions", "/apis/operator.metalbear.co/v1/sessions"),
    ],
)
def test_paths_of_the_api(names: SessionNames, path: str, real: str) -> None:
    assert names.path(path) == real


def test_what_is_said_has_the_names(names: SessionNames) -> None:
    said = f'{{"id":"{REAL:X}","name":"{REAL:x}","number":{REAL},"other":"{REAL:X}0","user":"root/dana@vm"}}'
    assert (
        names.text(said)
        == f'{{"id":"A1","name":"a1","number":161,"other":"{REAL:X}0","user":"Dana Levi/dana@thinker"}}'
    )


def test_tables_are_as_wide_as_what_is_in_them(names: SessionNames) -> None:
    assert names.cells(TABLE.format(f"{REAL:X}")) == NAMED


def test_who_is_called_as_they_are_is_left_alone() -> None:
    names = SessionNames()
    names.call(0xA1, 0xA1)
    names.call_person("a@b", "a@b")
    assert not names.translates
    assert names.cells(TABLE) == TABLE
    assert names.word("A1") == "A1"
    assert (names.real(0xA1), names.real(0xB2)) == (0xA1, None)


@pytest.mark.parametrize(
    ("name", "real", "fits"),
    [(1, REAL - 1, True), (1, REAL + 1, False), (0xB2, REAL + 1, True), (0xB2, 0xFF, False)],
)
def test_order(name: int, real: int, fits: bool) -> None:
    names = SessionNames()
    names.call(0xA1, REAL)
    assert names.in_order(name, real) is fits
