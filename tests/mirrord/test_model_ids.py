"""Session ids in all their spellings."""

from __future__ import annotations

import pytest

from fakes.mirrord.model.ids import SessionId, format_hex, parse_decimal, parse_hex, readings, resolve

HEX = [
    ("C527FE7D9C30979E", 0xC527FE7D9C30979E),
    ("c527fe7d9c30979e", 0xC527FE7D9C30979E),
    ("0000000000000000001F", 0x1F),
    ("+1f", 0x1F),
    ("0", 0),
    ("mc-1F", 0x1F),
    ("mc-copy-1F", 0x1F),
    ("FFFFFFFFFFFFFFFF", 2**64 - 1),
]
INVALID = "invalid digit found in string"
OVERFLOW = "number too large to fit in target type"
WRONG_HEX = [
    ("", "cannot parse integer from empty string"),
    ("mc-", "cannot parse integer from empty string"),
    ("+", INVALID),
    ("-1", INVALID),
    ("0x1F", INVALID),
    ("xyz", INVALID),
    ("1 ", INVALID),
    ("٣", INVALID),
    ("mc-mc-1F", INVALID),
    ("10000000000000000", OVERFLOW),
    ("FFFFFFFFFFFFFFFFF", OVERFLOW),
    ("1FFFFFFFFFFFFFFFZ", INVALID),
]


@pytest.mark.parametrize(("text", "number"), HEX)
def test_hex_is_read(text: str, number: int) -> None:
    assert parse_hex(text) == number


@pytest.mark.parametrize(("text", "error"), WRONG_HEX)
def test_what_is_no_hex_is_refused_in_the_words_of_rust(text: str, error: str) -> None:
    with pytest.raises(ValueError, match=f"^{error}$"):
        parse_hex(text)


def test_decimal_is_read_up_to_64_bits() -> None:
    assert parse_decimal("18446744073709551615") == 2**64 - 1
    with pytest.raises(ValueError, match=OVERFLOW):
        parse_decimal("18446744073709551616")


def test_hex_is_shown_in_upper_case_without_padding() -> None:
    assert format_hex(SessionId(0x1F)) == "1F"


NAMES = [
    ("inactive", ()),
    ("xyz", ()),
    ("", ()),
    ("1F", (("hex", 0x1F),)),
    ("mc-1f", (("hex", 0x1F),)),
    ("31", (("decimal", 31), ("hex", 0x31))),
    ("18446744073709551615", (("decimal", 2**64 - 1),)),
    ("18446744073709551616", ()),
    ("1234567890123456", (("decimal", 1234567890123456), ("hex", 0x1234567890123456))),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_a_name_in_a_url_may_be_read_in_two_ways(name: str, expected: tuple[tuple[str, int], ...]) -> None:
    assert readings(name) == expected


RESOLVED = [
    ("31", {31}, 31),
    ("31", {0x31}, 0x31),
    ("31", {31, 0x31}, 31),
    ("31", set(), None),
    ("1F", {31}, 31),
]


@pytest.mark.parametrize(("name", "live", "session"), RESOLVED)
def test_the_reading_that_is_a_session_counts(name: str, live: set[int], session: int | None) -> None:
    assert resolve(name, live.__contains__) == session


def test_which_reading_wins_when_both_are_sessions_can_be_chosen() -> None:
    assert resolve("31", {31, 0x31}.__contains__, "hex") == 0x31
