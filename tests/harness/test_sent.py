"""What scenarios say of what they have sent fails when it is not so, and says what is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from harness.drivers.fake import open_fake
from harness.sent import (
    Sent,
    expect_mirrored,
    expect_original,
    expect_outcomes,
    expect_stolen,
    expect_went_to,
    header_line,
    header_lines,
    open_connection,
    send,
)
from harness.worlds.finding import find_world
from harness.worlds.loading import Inhabited, load

TARGET = "deployment/ip-visit-counter"


@pytest.fixture
def inhabited() -> Iterator[Inhabited]:
    cluster = open_fake(seed=0, now=None)
    inhabited = load(find_world("visit-counter"), cluster)
    inhabited.start_session("Aviram", TARGET).subscribe(80, "steal", "header=x-u: a")
    inhabited.start_session("Dana", TARGET).subscribe(80, "mirror")
    yield inhabited
    cluster.close()


def sent(inhabited: Inhabited, *headers: tuple[str, str]) -> Sent:
    return send(inhabited.cluster, TARGET, 80, "GET", "/", headers)


WRONG: list[tuple[Callable[[Inhabited], None], str]] = [
    (lambda at: expect_stolen(at, "Aviram", sent(at)), "not stolen by Aviram: it went to the original, with a copy to Dana"),
    (lambda at: expect_original(at, sent(at, ("x-u", "a"))), "did not reach the original: it went to Aviram"),
    (lambda at: expect_mirrored(at, "Aviram", sent(at)), "Aviram got no copy"),
    (lambda at: expect_went_to(at, "Dana", sent(at, ("x-u", "a"))), "it went to Aviram"),
    (lambda at: expect_original(at, open_connection(at.cluster, TARGET, 9999)), r"nobody \(connection refused\)"),
    (
        lambda at: expect_outcomes(at, TARGET, ["header", "goes to"], [["x-u: a", "Dana"], ["x-u: b", "the original"]]),
        "^x-u: a Dana: goes to is 'Aviram' and not 'Dana'",
    ),
    (
        lambda at: expect_outcomes(at, TARGET, ["goes to", "mirrored to"], [["the original", ""]], kept_alive=80),
        "mirrored to is 'Dana' and not 'nobody'",
    ),
    (lambda _: print(header_line("no header")), "write `Name: value`"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "text"), WRONG, ids=[row[1] for row in WRONG])
def test_what_is_not_so(inhabited: Inhabited, claim: Callable[[Inhabited], None], text: str) -> None:
    with pytest.raises(AssertionError, match=text):
        claim(inhabited)


def test_what_is_so(inhabited: Inhabited) -> None:
    expect_stolen(inhabited, "Aviram", sent(inhabited, ("x-u", "a")))
    expect_mirrored(inhabited, "Dana", sent(inhabited))
    expect_original(inhabited, sent(inhabited))
    rows = [["POST", "/x", "x-u: a; x-v: b", "Aviram", "Dana"], ["", "", "", "the original", "Dana"]]
    expect_outcomes(inhabited, TARGET, ["method", "path", "header", "goes to", "mirrored to"], rows)


def test_headers_are_separated_where_a_name_begins() -> None:
    assert header_lines("a: 1; b=2; c: 3") == [("a", "1; b=2"), ("c", "3")]
    assert header_lines(" ") == []
